use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{PageSet, PagesError, limit_of, roman, roman_numeral};

fn len(text: &str) -> Result<usize, PagesError> {
    PageSet::parse(text).map(|set| set.len())
}

#[test]
fn as_patrons_write_them() {
    for (text, pages) in [
        ("12-34, 50; iv-xii", 23 + 1 + 9),
        ("pp. 101-117", 17),
        ("pp.101–117", 17),
        ("PP 101—117", 17),
        ("p12", 1),
        ("第12页至第20页", 9),
        ("第12—20页", 9),
        ("12——20页", 9),
        ("第12頁到20頁", 9),
        ("１２～３４，５０", 24),
        ("１２〜３４、５０；６０", 25),
        ("12~34", 23),
        ("12至34", 23),
        ("Ⅳ", 1),
        ("Ⅳ～Ⅻ", 9),
        ("1-3,2-4", 4),
        ("101-17", 17),
        ("1239-41", 3),
        ("S. 12-20", 9),
        ("1\n3\n5", 3),
        ("", 0),
        (" ，； ", 0),
    ] {
        assert_eq!(len(text), Ok(pages), "{text}");
    }
}

#[test]
fn what_is_none_is_said() {
    assert_eq!(len("34-12"), Err(PagesError::Backwards("34-12".into())));
    assert_eq!(len("xii-iv"), Err(PagesError::Backwards("xii-iv".into())));
    for text in [
        "整本",
        "0-4",
        "e01567",
        "12-",
        "-12",
        "iv-12",
        "12-xx-14",
        "+7",
        "civil",
        "iiv",
        "viiii",
        "第三章",
        "30 pp.",
        "共30页",
    ] {
        assert!(matches!(len(text), Err(PagesError::NotAPage(_))), "{text}: {:?}", len(text));
    }
    for text in ["1-999999999", "1-20000, 30000-30001", "99999999999999999999"] {
        assert!(len(text).is_err(), "{text}");
    }
    assert_eq!(len(&"1-20000,".repeat(1_000_000)), Err(PagesError::TooMany));
}

#[test]
fn union_counts_once() {
    let (a, b) = (PageSet::parse("1-40"), PageSet::parse("31-70"));
    assert_eq!(a.and_then(|a| b.map(|b| a.union(&b).len())), Ok(70));
    assert_eq!(limit_of(300), 100);
    assert_eq!(limit_of(299), 99);
}

#[test]
fn written_and_first() {
    let set = PageSet::parse("50；12～34，Ⅳ-xii，13").unwrap();
    assert_eq!(set.to_string(), "iv-xii, 12-34, 50");
    assert_eq!(set.first().as_deref(), Some("iv"));
    assert_eq!(PageSet::parse("101-17").unwrap().first().as_deref(), Some("101"));
    assert_eq!(PageSet::default().first(), None);
}

/// The set in a naive representation: Roman pages are negative numbers.
fn members(set: &PageSet) -> BTreeSet<i64> {
    let numbers = |ranges: &super::Ranges| -> Vec<i64> {
        ranges.0.iter().flat_map(|(first, last)| i64::from(*first)..=i64::from(*last)).collect()
    };
    numbers(&set.roman).into_iter().map(|n| -n).chain(numbers(&set.arabic)).collect()
}

/// A random list of parts in random notation, with the pages it denotes.
fn dressed() -> impl Strategy<Value = (String, BTreeSet<i64>)> {
    let part = (1u32..800, 0u32..30, any::<bool>(), 0usize..8, 0usize..4);
    prop::collection::vec(part, 0..12).prop_map(|parts| {
        let mut pages = BTreeSet::new();
        let mut text = String::new();
        for (first, more, is_roman, dash, comma) in parts {
            let last = if is_roman { (first + more).min(899) } else { first + more };
            let name = |n: u32| if is_roman { roman_numeral(n) } else { n.to_string() };
            let dash = ["-", "～", "~", "—", "——", "至", "－", " – "][dash];
            let range = format!("{}{dash}{}", name(first), name(last));
            text.push_str(&match comma {
                0 => format!("{range},"),
                1 => format!(" pp. {range}； "),
                2 => format!("第{}页{dash}第{}页、", name(first), name(last)),
                _ => {
                    let wide = |c: char| match c {
                        '0'..='9' => char::from_u32(c as u32 + 0xFEE0).unwrap(),
                        c => c,
                    };
                    format!("{}，", range.chars().map(wide).collect::<String>())
                }
            });
            pages.extend((first..=last).map(|n| if is_roman { -i64::from(n) } else { i64::from(n) }));
        }
        (text, pages)
    })
}

proptest! {
    #[test]
    fn every_dress_means_the_same((text, pages) in dressed()) {
        let set = PageSet::parse(&text);
        prop_assert_eq!(set.as_ref().map(members), Ok(pages.clone()), "{}", text);
        prop_assert_eq!(set.map(|set| set.len()), Ok(pages.len()));
    }

    #[test]
    fn what_is_written_reads_back((text, _) in dressed()) {
        let set = PageSet::parse(&text).unwrap();
        prop_assert_eq!(PageSet::parse(&set.to_string()), Ok(set));
    }

    #[test]
    fn union_is_that_of_sets((a, of_a) in dressed(), (b, of_b) in dressed()) {
        let (a, b) = (PageSet::parse(&a).unwrap(), PageSet::parse(&b).unwrap());
        let both: BTreeSet<i64> = of_a.union(&of_b).copied().collect();
        prop_assert_eq!(members(&a.union(&b)), both);
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.union(&a), a);
    }

    #[test]
    fn no_text_breaks_it(text in "\\PC{0,200}") {
        let _ = PageSet::parse(&text);
    }

    #[test]
    fn nothing_like_pages_breaks_it(text in "[0-9ivxlcdIVX第页頁pP.,;，；、～~—\\-至到 Ⅰ-ↈ０-９]{0,60}") {
        if let Ok(set) = PageSet::parse(&text) {
            prop_assert!(set.len() <= super::MAX_PAGES);
            prop_assert_eq!(PageSet::parse(&set.to_string()), Ok(set));
        }
    }

    #[test]
    fn roman_numerals_read_back(n in 1u32..899) {
        prop_assert_eq!(roman(&roman_numeral(n)), Some(n));
    }
}
