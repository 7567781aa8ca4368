//! Marks: how they are made, what their check sign promises, and how they are read out of text.

use proptest::prelude::*;
use uuid::Uuid;

use super::{Found, LENGTH, Mark, SIGNS, VALUES, find_in, read};
use crate::request::RequestId;

fn mark(text: &str) -> Mark {
    text.parse().unwrap_or_else(|_| panic!("{text} is a mark"))
}

/// The signs without the prefix.
fn signs(mark: Mark) -> Vec<u8> {
    mark.to_string().into_bytes().split_off(3)
}

fn text_of(signs: &[u8]) -> String {
    format!("HY-{}", String::from_utf8_lossy(signs))
}

fn any_mark() -> impl Strategy<Value = Mark> {
    (0..VALUES).prop_filter_map("its check sign is a letter or digit", Mark::of_value)
}

/// Crockford's check sign, computed on the text as his page describes it: the number modulo 37.
fn crockford(text: &str) -> usize {
    text.chars().fold(0, |rest, c| {
        let value = SIGNS.iter().position(|sign| char::from(*sign) == c).unwrap();
        (rest * 32 + value) % 37
    })
}

#[test]
fn a_mark_is_the_end_of_the_id() {
    let id = |text: &str| RequestId(Uuid::parse_str(text).unwrap());
    // ten bits a group: 00001 00010 | 00011 00100 | 00101 00110 = 1,2,3,4,5,6
    let value = 0b00001_00010_00011_00100_00101_00110_u32;
    let made = id(&format!(
        "5f0e8c1a-4b7d-4c3e-9a2f-{:012x}",
        0xABC0_0000_0000_u64 & !0x3FFF_FFFF | u64::from(value)
    ));
    let first = Mark::candidates(made).next().unwrap();
    assert!(first.to_string().starts_with("HY-123456"), "{first}");
    assert_eq!(SIGNS.get(crockford("123456")).copied(), signs(first).last().copied());
    // where the check sign of the first thirty bits is none of ours, the next thirty serve
    let bad = (0..VALUES).find(|value| Mark::of_value(*value).is_none()).unwrap();
    let both = u128::from(value) << 30 | u128::from(bad);
    assert_eq!(Mark::candidates(RequestId(Uuid::from_u128(both))).next(), Some(first));
    // and there is always another one, also for an id without random bits
    let many: std::collections::BTreeSet<_> = Mark::candidates(RequestId(Uuid::nil())).take(1000).collect();
    assert!(many.len() > 990, "{}", many.len());
}

#[test]
fn marks_of_ids_spread() {
    // 20,000 of 2^30: a birthday in about 0.19 pairs
    let mut seen = std::collections::HashSet::new();
    let twice = (0_u128..20_000)
        .map(|n| {
            RequestId(
                uuid::Builder::from_random_bytes(
                    (n + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_be_bytes(),
                )
                .into_uuid(),
            )
        })
        .filter(|id| !seen.insert(Mark::candidates(*id).next().unwrap()))
        .count();
    assert!(twice <= 3, "{twice} of 20,000 share a mark");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(mark in any_mark()) {
        let text = mark.to_string();
        prop_assert_eq!(text.len(), 10);
        let body: String = text.chars().skip(3).take(LENGTH).collect();
        prop_assert_eq!(SIGNS.get(crockford(&body)).copied(), signs(mark).last().copied());
        prop_assert_eq!(text.parse::<Mark>(), Ok(mark));
        prop_assert_eq!(read(text.trim_start_matches("HY-")), Some(Found::Exact(mark)), "without HY-");
        prop_assert_eq!(serde_json::from_str::<Mark>(&serde_json::to_string(&mark).unwrap()).unwrap(), mark);
        let spellings = [
            text.to_lowercase(),
            text.replace('-', ""),
            text.replace('-', " — "),
            text.replace('0', "o").replace('1', "l"),
            text.replace('0', "O").replace('1', "I"),
            text.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect(),
            text.chars().flat_map(|c| [c, ' ']).collect::<String>().replacen("H Y", "HY", 1),
            { let (head, tail) = text.split_at(6); format!("{head}-{tail}") },
            text.replace('-', "-\r\n"),
            text.replace('-', "\u{2011}"),
            text.replace('-', "－"),
        ];
        for spelling in spellings {
            prop_assert_eq!(read(&spelling), Some(Found::Exact(mark)), "{:?}", spelling);
            let around = format!("馆员：您的申请《论壮族的铜鼓》（{spelling}）已发出，3 本。");
            prop_assert_eq!(find_in(&around), vec![Found::Exact(mark)], "{}", around);
        }
    }

    /// Modulo 37 promises every single wrong sign: all 31 others at all seven places.
    #[test]
    fn every_wrong_sign_is_noticed_and_named(mark in any_mark()) {
        let right = signs(mark);
        for place in 0..right.len() {
            for other in SIGNS {
                let mut wrong = right.clone();
                wrong[place] = *other;
                if wrong == right { continue; }
                let found = read(&text_of(&wrong));
                let Some(Found::Mistyped(mistyped)) = found else { panic!("{wrong:?}: {found:?}") };
                prop_assert!(mistyped.meant().contains(&mark));
            }
        }
    }

    /// Modulo 37 promises every swap of neighbours, the check sign with the sign before it too.
    #[test]
    fn every_swap_of_neighbours_is_noticed_and_named(mark in any_mark()) {
        let right = signs(mark);
        for place in 1..right.len() {
            let mut wrong = right.clone();
            wrong.swap(place - 1, place);
            if wrong == right { continue; }
            let found = read(&text_of(&wrong));
            let Some(Found::Mistyped(mistyped)) = found else { panic!("{wrong:?}: {found:?}") };
            prop_assert!(mistyped.meant().contains(&mark));
        }
    }

    #[test]
    fn a_sign_missing_or_too_many_is_noticed_and_named(mark in any_mark(), place in 0..7_usize, other in 0..32_usize) {
        let mut less = signs(mark);
        less.remove(place);
        let mut more = signs(mark);
        more.insert(place, SIGNS[other]);
        for wrong in [less, more] {
            // all letters and no hyphen is a word, but here is one
            let found = find_in(&format!("单号 {}，请查", text_of(&wrong)));
            // signs that begin with HY themselves are read from there, too
            let meant = found.iter().map(|found| match found {
                Found::Mistyped(mistyped) => mistyped.meant(),
                Found::Exact(_) => panic!("{wrong:?}: {found:?}"),
            });
            let meant: Vec<_> = meant.collect();
            prop_assert!(meant.iter().any(|meant| meant.contains(&mark)), "{:?}: {:?}", wrong, found);
            prop_assert!(meant.iter().all(|meant| meant.len() < 40));
        }
    }

    #[test]
    fn no_text_makes_trouble(text in "\\PC{0,200}", joined in "[hHyY7kK0oO\\- \u{3000}ＨＹ－，。]{0,60}") {
        for text in [text, joined] {
            for found in find_in(&text) {
                if let Found::Mistyped(mistyped) = found { let _ = mistyped.meant(); }
            }
            let _ = read(&text);
        }
    }
}

#[test]
fn marks_are_found_among_other_words() {
    let (one, two) = (mark(&some(77)), mark(&some(20_261_130)));
    let text =
        format!("{one}已到馆；{two} 处理中（hydration，HY-COMPANY 与 HYDRAULIC 不是，ISBN 9787536692930）");
    let exact: Vec<Mark> = find_in(&text)
        .into_iter()
        .filter_map(|found| match found {
            Found::Exact(mark) => Some(mark),
            Found::Mistyped(_) => None,
        })
        .collect();
    assert_eq!(exact, [one, two]);
    // a name of a file, an address, and signs that go on
    assert_eq!(find_in(&format!("{one}_全文.pdf")), [Found::Exact(one)]);
    assert_eq!(find_in(&format!("https://ill.example.edu.cn/list?note={one}&x=1")), [Found::Exact(one)]);
    assert!(find_in(&format!("X{one}")).is_empty(), "part of another word");
    for none in ["", "HY", "HY-", "HYHY-HY", "hy 红楼梦", "石头记"] {
        assert!(find_in(none).is_empty() && read(none).is_none(), "{none}");
    }
    assert_eq!(read(&format!("{one} 石头记")), None, "something else stands there too");
}

/// The text of the first mark from this value on.
fn some(value: u32) -> String {
    (value..).find_map(Mark::of_value).unwrap().to_string()
}

#[test]
fn a_sign_that_crockford_leaves_out_is_a_mistake() {
    let right = mark(&some(0b11011 << 25)); // begins with V, which is taken for U
    let wrong = right.to_string().replacen('V', "U", 1);
    let found = read(&wrong);
    let Some(Found::Mistyped(mistyped)) = found else { panic!("{found:?}") };
    assert!(mistyped.meant().contains(&right) && mistyped.signs().starts_with('U'));
}

#[test]
fn long_texts_cost_little() {
    // every place may begin a mark: looks ahead at most a dozen characters each
    let text = "HY-".repeat(200_000);
    assert!(find_in(&text).is_empty());
}
