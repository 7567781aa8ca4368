//! Hand-made records for the tests.
#![allow(dead_code)] // each test file uses its own part

/// An ISO 2709 record with correct lengths. A field is tag and body; `$` stands for the delimiter.
pub fn iso2709(leader_06_to_09: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut directory = String::new();
    let mut data = Vec::new();
    for (tag, body) in fields {
        let body = body.replace('$', "\u{1F}");
        directory.push_str(&format!("{tag}{:04}{:05}", body.len() + 1, data.len()));
        data.extend(body.as_bytes());
        data.push(0x1E);
    }
    let base = 24 + directory.len() + 1;
    let length = base + data.len() + 1;
    let mut record = format!("{length:05}n{leader_06_to_09}22{base:05}   4500{directory}\u{1E}").into_bytes();
    record.extend(data);
    record.push(0x1D);
    record
}

/// The same fields as MARCXML.
pub fn marcxml(leader_06_to_09: &str, fields: &[(&str, &str)]) -> String {
    let mut xml = format!(
        "<record xmlns=\"http://www.loc.gov/MARC21/slim\"><leader>00000n{leader_06_to_09}2200000   4500</leader>"
    );
    for (tag, body) in fields {
        if tag.starts_with("00") {
            xml.push_str(&format!("<controlfield tag=\"{tag}\">{body}</controlfield>"));
            continue;
        }
        let mut parts = body.split('$');
        let indicators: Vec<char> = parts.next().unwrap().chars().collect();
        xml.push_str(&format!(
            "<datafield tag=\"{tag}\" ind1=\"{}\" ind2=\"{}\">",
            indicators[0], indicators[1]
        ));
        for part in parts {
            let (code, value) = part.split_at(1);
            let value = value.replace('&', "&amp;").replace('<', "&lt;");
            xml.push_str(&format!("<subfield code=\"{code}\">{value}</subfield>"));
        }
        xml.push_str("</datafield>");
    }
    xml.push_str("</record>");
    xml
}

/// A Chinese novel in MARC 21, romanised, with 880.
pub const NOVEL: &[(&str, &str)] = &[
    ("001", "ocm00012345"),
    ("003", "OCoLC"),
    ("008", "850101s1982    cc            000 1 chi d"),
    ("010", "  $a   82123456 /AC/r83"),
    ("020", "  $a7020008720 (pbk.) :$cCNY3.45"),
    ("020", "  $a978-7-02-000872-9"),
    ("100", "1 $6880-01$aCao, Xueqin,$dapproximately 1717-1763."),
    ("245", "10$6880-02$aHong lou meng /$cCao Xueqin, Gao E zhu."),
    ("246", "3 $aDream of the red chamber"),
    ("250", "  $aBeijing di 1 ban."),
    ("260", "  $aBeijing :$bRen min wen xue chu ban she,$c1982."),
    ("300", "  $a3 v. (1648 p.) ;$c21 cm."),
    ("650", " 0$aChinese fiction$yQing dynasty, 1644-1912."),
    ("700", "1 $6880-03$aGao, E,$eeditor."),
    ("856", "40$uhttps://example.org/hlm$zOpen access"),
    ("856", "42$uhttps://example.org/cover$zOpen access cover"),
    ("880", "1 $6100-01/$1$a曹雪芹,$d约1717-1763."),
    ("880", "10$6245-02/$1$a红楼梦 /$c曹雪芹, 高鹗著."),
    ("880", "1 $6700-03/$1$a高鹗."),
];

/// A Chinese textbook in CNMARC.
pub const TEXTBOOK: &[(&str, &str)] = &[
    ("001", "012003000006"),
    ("010", "  $a978-7-04-024765-7$dCNY29.00"),
    ("100", "  $a20081020d2008    em y0chiy0110    ea"),
    ("101", "1 $achi$ceng"),
    ("102", "  $aCN$b110000"),
    ("105", "  $aa   z   000yy"),
    (
        "200",
        "1 $a\u{98}论\u{9C}民主$9lun min zhu$e一项研究$dOn democracy$ea study$f（美）约翰·史密斯著$g李明译$zeng",
    ),
    ("205", "  $a第2版"),
    ("210", "  $a北京$c高等教育出版社$d2008.5"),
    ("215", "  $a233页$d23cm"),
    ("225", "2 $a政治学译丛$v3"),
    ("330", "  $a本书讨论民主。"),
    ("606", "0 $a民主$x研究$y美国"),
    ("690", "  $aD082$v4"),
    ("701", " 0$a史密斯$4著"),
    ("702", " 0$a李明$9li ming$4译"),
    ("801", " 0$aCN$bNLC"),
    ("905", "  $aGXMZ$dD082$e12$f2"),
];
