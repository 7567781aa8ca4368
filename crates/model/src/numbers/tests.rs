//! Each number in each of its forms; the forms are those of printed books, addresses and databases.

use proptest::prelude::*;

use super::{Misprint, read, without_misprints};
use crate::identifier::{Identifier, IdentifierKind};
use IdentifierKind::{Arxiv, Cn, Csbn, Cstr, Doi, Isbn, Issn, Oclc, Pmcid, Pmid};

fn found(text: &str) -> Vec<(IdentifierKind, String)> {
    read(text).valid.into_iter().map(|one| (one.kind, one.value)).collect()
}

#[track_caller]
fn is(text: &str, kind: IdentifierKind, value: &str) {
    assert_eq!(found(text), [(kind, value.to_owned())], "{text:?}");
}

#[test]
fn where_a_doi_ends() {
    for (text, value) in [
        (
            "https://doi.org/10.5555/1520-0469(2003)60%3C1201:HERON%3E2.0.CO;2",
            "10.5555/1520-0469(2003)60<1201:heron>2.0.co;2",
        ),
        (
            "10.5555/1520-0469(2003)60&lt;1201:HERON&gt;2.0.CO;2",
            "10.5555/1520-0469(2003)60<1201:heron>2.0.co;2",
        ),
        ("10.5555/crane14539。湿地的鸟", "10.5555/crane14539"),
        ("10.5555/crane14539，湿地", "10.5555/crane14539"),
        ("见10.5555/crane14539的附录", "10.5555/crane14539"),
        ("（doi：10.5555/crane14539）", "10.5555/crane14539"),
        ("DOI10.5555/crane", "10.5555/crane"),
        ("<https://doi.org/10.5555/crane>.", "10.5555/crane"),
        ("(see 10.5555/a(1)b)", "10.5555/a(1)b"),
        ("１０．５５５５／ＣＲＡＮＥ", "10.5555/crane"),
        ("10.55\u{AD}55/cra\u{200B}ne", "10.5555/crane"),
        ("10.5555/s1000\u{2010}1234", "10.5555/s1000-1234"),
        ("id=doi:10.5555/crane&rft.genre=article&rft.atitle=x", "10.5555/crane"),
        ("https://r.example/?url=https%3A%2F%2Fdoi.org%2F10.5555%2Fcrane%26x%3D1&y=2", "10.5555/crane"),
        ("https://journals.example/article?id=10.5555%2Fjournal.crane.01", "10.5555/journal.crane.01"),
        ("https://pub.example/doi/full/10.5555/asi.24000?token=x", "10.5555/asi.24000"),
        ("http://pub.example/doi/10.5555/9781444305036/summary.", "10.5555/9781444305036"),
        ("10.5555/978-3-031\\_13", "10.5555/978-3-031_13"),
        ("10.5555/x{\\_}y", "10.5555/x_y"),
        ("https://doi.org/10.5555/abc,def", "10.5555/abc,def"),
    ] {
        is(text, Doi, value);
    }
    let two = |text: &str| read(text).valid.iter().map(|one| one.value.clone()).collect::<Vec<_>>();
    for text in
        ["10.5555/a,10.5555/b", "10.5555/a; 10.5555/b", "doi:10.5555/a;doi:10.5555/b", "10.5555/a、10.5555/b"]
    {
        assert_eq!(two(text), ["10.5555/a", "10.5555/b"], "{text}");
        assert!(read(text).alone && read(text).are_several(), "{text}");
    }
    for text in ["110.1000/182", "10.5 英寸 红楼梦", "10.100%", "10.%e4%b8%2f", "10.1000/", "1.10.1000/3"]
    {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn isbn_with_every_label_and_dash() {
    for text in [
        "ISBN-13: 978-7-02-000872-8",
        "ISBN：978-7-02-000872-8（平装）",
        "978\u{2011}7\u{2011}02\u{2011}000872\u{2011}8",
        "978\u{2212}7\u{2212}02\u{2212}000872\u{2212}8",
        "978–7–02–000872–8",
        "书号 9787020008728",
        "书号：9787020008728",
        "国际标准书号 ISBN 978 7 02 000872 8",
        "ISBN(13)：９７８７０２０００８７２８",
        "ISBN978\u{200B}7020008728",
        "e-ISBN: 9787020008728 (pbk.) : CNY20.00",
        "eISBN 978-7-02-000872-8",
        "ISBN-10: 7-02-000872-0",
        "7020008720",
        "978-7-02-000872-8.",
        "https://books.example/isbn/9787020008728",
    ] {
        is(text, Isbn, "9787020008728");
    }
    for text in [
        "红楼梦 ISBN 978-7-02-000872-8 人民文学出版社",
        "红楼梦（978-7-02-000872-8）",
        "见 7-02-000872-0 一书",
    ] {
        is(text, Isbn, "9787020008728");
        assert!(!read(text).alone, "{text}");
    }
    assert!(read("ISBN：978-7-02-000872-8（平装）").alone);
    assert!(read("978-7-02-000872-8 978-7-02-000220-7").are_several());
    // a year behind the number, ten digits
    is("ISBN 7-02-000872-0 1982", Isbn, "9787020008728");
}

#[test]
fn a_wrong_check_digit_is_told() {
    for (text, kind, printed) in [
        ("ISBN 978-7-02-000872-9", Isbn, "978-7-02-000872-9"),
        ("978-7-02-000872-9", Isbn, "978-7-02-000872-9"),
        ("9787020008729", Isbn, "9787020008729"),
        ("书号：9787020008729（精装）", Isbn, "9787020008729"),
        ("7020008721", Isbn, "7020008721"),
        ("ISBN 978-7-02-00872-8", Isbn, "978-7-02-00872-8"),
        ("ISSN：1001—7918", Issn, "1001-7918"),
        ("1001-7918", Issn, "1001-7918"),
        ("PMID: 123456789012", Pmid, "123456789012"),
    ] {
        let numbers = read(text);
        assert_eq!(numbers.valid, [], "{text}");
        assert_eq!(numbers.wrong, [Misprint { kind, text: printed.into() }], "{text}");
        assert!(numbers.alone, "{text}");
    }
    let within = read("曹雪芹. 红楼梦[M]. 北京: 人民文学出版社, 1982. ISBN 978-7-02-000872-9.");
    assert_eq!((within.wrong.len(), within.alone), (1, false));
    // years, telephone numbers, other digits are no misprints
    for text in ["1990-1995", "8001234567", "1984", "20210001", "2008年第9780期", "isbn 的历史", "CN 的人口"]
    {
        assert_eq!(read(text), super::Numbers::default(), "{text}");
    }
}

#[test]
fn a_misprinted_number_is_no_part_of_the_words() {
    for text in [
        "ISBN 9787020008729 红楼梦",
        "红楼梦 ISBN 978-7-02-000872-9",
        "红楼梦，ISBN：9787020008729",
        "红楼梦（ISBN 978-7-02-000872-9）",
        "红楼梦 [9787020008729]",
        "9787020008729，红楼梦",
        "ISBN：９７８７０２０００８７２９ 红楼梦",
        "书号：9787020008729 红楼梦 ISSN 1001-7918",
    ] {
        assert_eq!(without_misprints(text), "红楼梦", "{text}");
    }
    assert_eq!(without_misprints("红楼梦（ISBN 9787020008729）研究"), "红楼梦研究");
    assert_eq!(without_misprints("红楼梦 ISBN 9787020008729 人民文学出版社"), "红楼梦 人民文学出版社");
    // nothing is misprinted
    for text in ["红楼梦（1990—1995）：", "红楼梦 ISBN 9787020008728", "２００８年第9780期", ""]
    {
        assert_eq!(without_misprints(text), text);
    }
}

#[test]
fn the_other_numbers() {
    is("PMID: 9336221 (1997)", Pmid, "9336221");
    assert!(read("PMID: 9336221 (1997)").alone);
    is("PMID 24799665", Pmid, "24799665");
    is("https://pubmed.ncbi.nlm.nih.gov/24799665/?from=红楼梦", Pmid, "24799665");
    is("PMCID: PMC4004532", Pmcid, "PMC4004532");
    is("pmc4004532", Pmcid, "PMC4004532");
    is("hep-th/9901001", Arxiv, "hep-th/9901001");
    is("参见 math.GT/0309136v2。", Arxiv, "math.gt/0309136");
    is("arXiv:1707.08567v2 [cs.CL]", Arxiv, "1707.08567");
    is("1707.08567", Arxiv, "1707.08567");
    is("https://arxiv.org/pdf/1707.08567v2.pdf", Arxiv, "1707.08567");
    is("ISSN：1001—7917", Issn, "1001-7917");
    is("e-ISSN 1001\u{2010}7917", Issn, "1001-7917");
    is("刊号：1001-7917", Issn, "1001-7917");
    is("1001-7917", Issn, "1001-7917");
    is("CN 11-1234/G2", Cn, "11-1234/G2");
    is("国内统一刊号：CN11-1234/g2", Cn, "11-1234/G2");
    is("CN11-1234", Cn, "11-1234");
    is("11-1234/G2", Cn, "11-1234/G2");
    is("CSTR: 31253.11.sciencedb.j00001", Cstr, "31253.11.sciencedb.j00001");
    is("https://cstr.cn/31253.11.sciencedb.j00001", Cstr, "31253.11.sciencedb.j00001");
    is("统一书号：10019·3100", Csbn, "10019·3100");
    is("统一书号 10019.3100", Csbn, "10019·3100");
    is("10019・3100", Csbn, "10019·3100");
    is("https://www.worldcat.org/oclc/12345678", Oclc, "12345678");
    is("(OCoLC)ocm12345678", Oclc, "12345678");
    for text in ["1234.5678", "foo/9901001", "12-1999", "3.14", "and/or 1234567", "PMID", "10019.3100"] {
        assert_eq!(found(text), [], "{text}");
    }
    // what is printed of one work are not several works
    let one = read("doi: 10.5555/crane. PMID: 24799665; PMCID: PMC4004532.");
    assert_eq!((one.valid.len(), one.are_several(), one.alone), (3, false, true));
}

/// A number in one of the forms in which it is printed.
fn printed() -> impl Strategy<Value = (IdentifierKind, String, String)> {
    let dash = prop::sample::select(vec![
        "-", "\u{2010}", "\u{2011}", "\u{2012}", "–", "—", "\u{2015}", "\u{2212}", "－",
    ]);
    let hidden = prop::sample::select(vec!["", "\u{200B}", "\u{AD}", "\u{FEFF}"]);
    let isbn = ("[0-9]{2}-[0-9]{6}", dash.clone(), hidden.clone(), any::<bool>(), 0..4_usize).prop_map(
        |(middle, dash, hidden, wide, label)| {
            let body = format!("9787{}", middle.replace('-', ""));
            let sum: u32 = body
                .chars()
                .zip([1u32, 3].into_iter().cycle())
                .map(|(c, w)| w * c.to_digit(10).unwrap_or(0))
                .sum();
            let check = (10 - sum % 10) % 10;
            let value = format!("{body}{check}");
            let printed =
                format!("978-7-{middle}-{check}").replace('-', dash).replacen('7', &format!("7{hidden}"), 1);
            let printed = if wide { full_width(&printed) } else { printed };
            let label = ["ISBN ", "ISBN-13: ", "ISBN：", "书号："][label];
            (Isbn, value, format!("{label}{printed}"))
        },
    );
    let issn = ("[0-9]{4}", "[0-9]{3}", dash, 0..3_usize).prop_map(|(head, tail, dash, label)| {
        let digits = format!("{head}{tail}");
        let sum: u32 =
            digits.chars().zip((2..=8u32).rev()).map(|(c, w)| w * c.to_digit(10).unwrap_or(0)).sum();
        let check = match (11 - sum % 11) % 11 {
            10 => "X".to_owned(),
            n => n.to_string(),
        };
        let label = ["ISSN ", "eISSN: ", "国际刊号："][label];
        (Issn, format!("{head}-{tail}{check}"), format!("{label}{head}{dash}{tail}{check}"))
    });
    let doi = ("10\\.[1-9][0-9]{3,4}", "[a-z0-9]{1,6}([._/-][a-z0-9]{1,6}){0,3}", 0..5_usize, hidden)
        .prop_map(|(prefix, suffix, form, hidden)| {
            let value = format!("{prefix}/{suffix}x");
            let printed = match form {
                0 => format!("{prefix}/{suffix}{hidden}x"),
                1 => format!("https://doi.org/{value}"),
                2 => format!("DOI：{}", value.to_uppercase()),
                3 => format!("https://dx.doi.org/{}", value.replacen('/', "%2F", 1)),
                _ => full_width(&value),
            };
            (Doi, value, printed)
        });
    let pmid = "[1-9][0-9]{5,7}".prop_map(|n| (Pmid, n.clone(), format!("PMID: {n}")));
    let arxiv = ("(0[7-9]|1[0-9])(0[1-9]|1[0-2])\\.[0-9]{5}", any::<bool>()).prop_map(|(n, address)| {
        let printed = if address { format!("https://arxiv.org/abs/{n}v3") } else { format!("arXiv:{n}") };
        (Arxiv, n, printed)
    });
    let old = "(hep-th|cond-mat|quant-ph)/9[0-9](0[1-9]|1[0-2])[0-9]{3}".prop_map(|n| (Arxiv, n.clone(), n));
    let cn = ("[0-9]{2}-[0-9]{4}", "[A-Z]{1,2}[0-9]").prop_map(|(n, class)| {
        let value = format!("{n}/{class}");
        (Cn, value.clone(), format!("CN {value}"))
    });
    let unified = ("[1-9][0-9]{4}", "[0-9]{2,4}")
        .prop_map(|(a, b)| (Csbn, format!("{a}·{b}"), format!("统一书号：{a}·{b}")));
    prop_oneof![isbn, issn, doi, pmid, arxiv, old, cn, unified]
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xFEE0).unwrap_or(c) } else { c })
        .collect()
}

proptest! {
    /// A number printed in any of its forms in any sentence comes back.
    #[test]
    fn a_number_comes_back(
        (kind, value, printed) in printed(),
        before in "([红楼梦研究的见][，。：（《]?|[A-Za-z]{1,6}[ ,;] ?){0,8}",
        after in "([，。；）》、][红楼梦研究]{1,4}|[.,;)]? [A-Za-z]{1,6}){0,8}",
    ) {
        let text = format!("{before} {printed}{after}");
        let numbers = read(&text);
        prop_assert_eq!(&numbers.valid, &[Identifier { kind, value: value.clone() }], "{}", text);
        prop_assert!(numbers.wrong.is_empty(), "{:?}", numbers.wrong);
        // and alone it is the identifier of its field
        prop_assert_eq!(Identifier::parse(kind, &printed).map(|one| one.value), Some(value));
        prop_assert!(Identifier::recognise(&printed).is_some(), "{}", printed);
    }

    #[test]
    fn no_text_breaks_it(text in "([0-9]{1,4}|10\\.|[-./:%&;,()<>·]|ISBN|ISSN|CN|PMC|arXiv|hep-th|doi|%2f|\u{200B}|[红x ]){0,60}") {
        let numbers = read(&text);
        for one in numbers.valid {
            prop_assert_eq!(Identifier::parse(one.kind, &one.value), Some(one.clone()), "{}", text);
        }
    }
}
