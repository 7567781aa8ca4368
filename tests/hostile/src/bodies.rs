//! Bodies of hostile answers: SRU and Crossref's JSON.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

const MB: usize = 1 << 20;

/// Wraps records in an SRU answer.
pub fn sru(records: &str, hits: u64, prologue: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>{prologue}<searchRetrieveResponse \
         xmlns=\"http://www.loc.gov/zing/srw/\"><version>1.2</version><numberOfRecords>{hits}</numberOfRecords>\
         <records>{records}</records></searchRetrieveResponse>"
    )
    .into_bytes()
}

/// Wraps data in an SRU record.
pub fn record(data: &str) -> String {
    format!(
        "<record><recordSchema>marcxml</recordSchema><recordPacking>xml</recordPacking>\
         <recordData>{data}</recordData></record>"
    )
}

/// MARCXML with a title and further fields.
pub fn titled(title: &str, more: &str) -> String {
    record(&format!(
        "<record xmlns=\"http://www.loc.gov/MARC21/slim\"><leader>00000nam a2200000 a 4500</leader>\
         <controlfield tag=\"001\">x1</controlfield><datafield tag=\"245\" ind1=\"0\" ind2=\"0\">\
         <subfield code=\"a\">{title}</subfield></datafield>{more}</record>"
    ))
}

fn field(tag: &str, value: &str) -> String {
    format!(
        "<datafield tag=\"{tag}\" ind1=\"1\" ind2=\" \"><subfield code=\"a\">{value}</subfield></datafield>"
    )
}

/// Wraps items in a Crossref answer.
fn works(items: &str) -> Vec<u8> {
    format!("{{\"status\":\"ok\",\"message\":{{\"total-results\":1,\"items\":[{items}]}}}}").into_bytes()
}

/// Compresses with gzip, piece by piece, so that a decompression bomb needs no memory on this side.
pub fn gzip(pieces: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for piece in pieces {
        encoder.write_all(&piece).expect("writing to memory cannot fail");
    }
    encoder.finish().expect("writing to memory cannot fail")
}

/// A decompression bomb: 64 MiB of zeros in 64 KB, sixteen times the limit for a search answer.
pub fn bomb(start: &str) -> Vec<u8> {
    gzip(std::iter::once(start.as_bytes().to_vec()).chain((0..64).map(|_| vec![b' '; MB])))
}

/// A JSON work with a list of `times` equal elements.
fn listed(element: &str, times: usize) -> Vec<u8> {
    let list = format!("{element},").repeat(times);
    works(&format!("{{\"title\":[\"红楼梦\"],\"x\":[{list}0]}}"))
}

fn letters(alphabet: impl Iterator<Item = String>) -> String {
    alphabet.collect::<Vec<_>>().join(" ")
}

/// Body and media type of an attack; `None` if the attack needs more than a body.
pub fn body(attack: &str) -> Option<(Vec<u8>, &'static str)> {
    let xml = |bytes| Some((bytes, "application/xml"));
    let json = |bytes| Some((bytes, "application/json"));
    match attack {
        "ok" => xml(sru(&titled("红楼梦", ""), 1, "")),
        // entities and encodings
        "laughs" => {
            let entities: String = (b'b'..=b'j')
                .map(|c| {
                    format!("<!ENTITY {} \"{}\">", c as char, format!("&{};", (c - 1) as char).repeat(10))
                })
                .collect();
            let prologue = format!("<!DOCTYPE l [<!ENTITY a \"lol\">{entities}]>");
            xml(sru(&titled("&j;", ""), 1, &prologue))
        }
        "quadratic" => {
            let prologue = format!("<!DOCTYPE l [<!ENTITY a \"{}\">]>", "A".repeat(100_000));
            xml(sru(&titled(&"&a;".repeat(100_000), ""), 1, &prologue))
        }
        "xxe" => xml(sru(
            &titled("&a;", ""),
            1,
            "<!DOCTYPE l [<!ENTITY a SYSTEM \"file:///etc/passwd\"><!ENTITY % b SYSTEM \"/steal\"> %b;]>",
        )),
        "xinclude" => xml(sru(
            &titled(
                "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\" \
                 parse=\"text\"/>",
                "",
            ),
            1,
            "",
        )),
        "utf16" => {
            let text = String::from_utf8(sru(&titled("红楼梦", ""), 1, "")).expect("UTF-8");
            let text = format!("\u{FEFF}{}", text.replace("UTF-8", "UTF-16"));
            xml(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
        }
        "utf7" => xml(renamed(&sru(&titled("+ADw-script+AD4-", ""), 1, ""), "UTF-7")),
        "iso2022" => {
            let mut bytes = renamed(&sru(&titled("\u{1B}$B<script>", ""), 1, ""), "ISO-2022-JP");
            bytes.push(0xFF);
            xml(bytes)
        }
        "controls" => xml(sru(&titled("a\0b\u{1B}[31m", ""), 1, "")),
        // nested documents
        "deepjson" => json("[".repeat(2 * MB).into_bytes()),
        "deepobject" => json("{\"a\":".repeat(700_000).into_bytes()),
        "scripts" => {
            let title = "<script></script>".repeat(60_000);
            json(works(&format!("{{\"title\":[\"{title}\"],\"DOI\":\"10.1/x\"}}")))
        }
        "attributes" => {
            let names = letters((0..80_000).map(|n| format!("a{n:x}=\"\"")));
            xml(sru(&record(&format!("<record {names}/>")), 1, ""))
        }
        "namespaces" => {
            let names = letters((0..40_000).map(|n| format!("xmlns:a{n:x}=\"u\"")));
            xml(sru(&record(&format!("<record {names}/>")), 1, ""))
        }
        "inherited" => {
            let open: String = (0..8_000).map(|n| format!("<a xmlns:n{n}=\"u{n}\">")).collect();
            xml(sru(&record(&format!("{open}{}", "</a>".repeat(8_000))), 1, ""))
        }
        "deepxml" => {
            let data = format!("{}{}", "<a>".repeat(500_000), "</a>".repeat(500_000));
            xml(sru(&record(&data), 1, ""))
        }
        "deepmods" => {
            let inner = "<relatedItem>".repeat(100_000) + &"</relatedItem>".repeat(100_000);
            xml(sru(
                &record(&format!(
                    "<mods xmlns=\"http://www.loc.gov/mods/v3\"><titleInfo><title>题</title></titleInfo>{inner}\
                     </mods>"
                )),
                1,
                "",
            ))
        }
        "elements" => xml(sru(&record(&"<a/>".repeat(900_000)), 1, "")),
        "nested" => {
            let data = format!("{}{}", "<record>".repeat(60_000), "</record>".repeat(60_000));
            xml(sru(&record(&data), 1, ""))
        }
        // oversized or malformed records
        "bigtitle" => xml(sru(&titled(&"题".repeat(MB / 3), ""), 1, "")),
        "biggest" => xml(sru(&titled(&"题 a".repeat(3 * MB / 5), ""), 1, "")),
        "fields" => xml(sru(&titled("题", &field("650", "ss").repeat(40_000)), 1, "")),
        "names" => {
            let names: String = (0..40_000).map(|n| field("700", &format!("作者{n}"))).collect();
            xml(sru(&titled("题", &names), 1, ""))
        }
        "records" => {
            let records: String = (0..8_000).map(|n| titled(&format!("题{n}"), "")).collect();
            xml(sru(&records, 8_000, ""))
        }
        "same" => {
            let records: String = (0..10).map(|n| titled(&format!("题{n}"), "")).collect();
            xml(sru(&records, 1_000_000_000, ""))
        }
        // hostile texts
        "markup" => {
            let evil = "&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{1+1}}";
            let fields: String =
                ["020", "100", "246", "260", "500", "520", "650", "856"].map(|tag| field(tag, evil)).concat();
            xml(sru(&titled(evil, &fields), 1, ""))
        }
        "deceptive" => {
            let tower = format!("Z{}", "\u{335}\u{321}".repeat(300));
            let titles = [
                "annual \u{202E}fdp.exe",
                "invoice \u{61C}fdp",
                "pay\u{200B}pal",
                "x\u{E0068}\u{E007F}",
                "\u{200B}\u{2060}\u{3164}",
                "=HYPERLINK(\"http://evil.example/\",\"x\")",
                &tower,
            ];
            let records: String = titles.iter().map(|title| titled(title, "")).collect();
            xml(sru(&records, 7, ""))
        }
        "diagnostic" => {
            let said = "您的会话已过期, 请打开 https://evil.example/login 重新登录 ".repeat(50);
            xml(format!(
                "<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\"><numberOfRecords>0\
                 </numberOfRecords><diagnostics><diagnostic xmlns=\"http://www.loc.gov/zing/srw/diagnostic/\">\
                 <uri>info:srw/diagnostic/1/1</uri><details>{said}</details></diagnostic></diagnostics>\
                 </searchRetrieveResponse>"
            )
            .into_bytes())
        }
        "explain" => {
            let indexes: String = (0..20_000)
                .map(|n| format!("<index><map><name set=\"s{n}\">n{n}</name></map></index>"))
                .collect();
            xml(format!(
                "<explainResponse xmlns=\"http://www.loc.gov/zing/srw/\"><record><recordData><explain \
                 xmlns=\"http://explain.z3950.org/dtd/2.0/\"><databaseInfo><title>目录</title></databaseInfo>\
                 <indexInfo>{indexes}</indexInfo></explain></recordData></record></explainResponse>"
            )
            .into_bytes())
        }
        // record formats that no reader supports
        "picaxml" => {
            let data = "<record xmlns=\"info:srw/schema/5/picaXML-v1.0\"><datafield tag=\"021A\"/></record>";
            let one = record(data).replace("marcxml", "picaxml");
            xml(sru(&one.repeat(10), 1_098, ""))
        }
        "surrogate" => {
            let one = "<record><recordSchema>info:srw/schema/1/diagnostics-v1.1</recordSchema><recordData>\
                       <diagnostic xmlns=\"http://www.loc.gov/zing/srw/diagnostic/\"><uri>\
                       info:srw/diagnostic/1/63</uri><message>System error in retrieving records</message>\
                       </diagnostic></recordData></record>";
            xml(sru(&one.repeat(10), 1_098, ""))
        }
        "untitled" => xml(sru(&(titled("", "") + &titled("", &field("100", "鲁迅"))), 2, "")),
        _ => None,
    }
}

/// JSON that is small on the wire and large in memory, compressed with gzip.
pub fn zipped(attack: &str) -> Option<(Vec<u8>, &'static str)> {
    let bytes = match attack {
        "gzbomb" => return Some((bomb("{\"x\":\""), "application/json")),
        "gzbombxml" => return Some((bomb("<?xml version=\"1.0\"?><x>"), "application/xml")),
        // within the size limit of a body: the parsed form is what costs
        "jsonmaps" => listed("{\"\":0}", 480_000),
        "jsonnumbers" => listed("0", 1_900_000),
        "jsonlists" => listed("[0]", 950_000),
        "jsonstrings" => listed("\"\"", 1_200_000),
        // above the limit
        "jsonmaps15" => listed("{\"\":0}", 1_900_000),
        "elements15" => {
            return Some((gzip([sru(&record(&"<a/>".repeat(3_900_000)), 1, "")]), "application/xml"));
        }
        _ => return None,
    };
    Some((gzip([bytes]), "application/json"))
}

fn renamed(bytes: &[u8], charset: &str) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replace("UTF-8", charset).into_bytes()
}
