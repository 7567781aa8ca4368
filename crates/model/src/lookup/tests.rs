use proptest::prelude::*;

use super::{TermQuery, parse_query, same, terms};

fn found(typed: &str, texts: &[&str]) -> bool {
    parse_query(typed).is_some_and(|wanted| wanted.holds(&terms(texts.iter().copied())))
}

#[test]
fn a_title_is_found_by_characters_pinyin_and_initials() {
    let dream = ["红楼梦研究", "俞平伯"];
    for typed in [
        "红",
        "红楼",
        "紅樓",
        "楼梦",
        "红楼梦研究",
        "《红楼梦》",
        "honglou",
        "hongloumeng",
        "hong lou meng",
        "honglo",
        "loumeng",
        "hlm",
        "hlmyj",
        "yj",
        "HLM",
        "俞平伯 红楼",
        "ypb",
        "yupingbo 梦",
        "hong",
        "ho",
    ] {
        assert!(found(typed, &dream), "{typed}");
    }
    for typed in ["黑", "梦红", "红梦", "menghong", "mlh", "hongmeng", "xiyouji", "红楼 西游"] {
        assert!(!found(typed, &dream), "{typed}");
    }
}

#[test]
fn three_scripts_and_readings_that_differ() {
    for (typed, text) in [
        ("経済学", "经济学原理"),
        ("經濟", "経済学"),
        ("yinyue", "中央音乐学院学报"),
        ("yinle", "音乐"),
        ("chongqing", "重庆大学学报"),
        ("cq", "重庆"),
        ("zhonghang", "中国银行"),
        ("yinhang", "中国银行"),
        ("lvshi", "律师"),
        ("lushi", "律師"),
        ("nvxing", "女性主义"),
        ("xian", "西安交通大学"),
        ("xian", "县志"),
        ("デザイン", "図解デザイン史"),
        ("デザ", "図解デザイン史"),
        ("ばな", "よしもとばなな"),
        ("역사", "한국 역사"),
        ("éléments", "Elements of Style"),
        ("algor", "Introduction to Algorithms"),
        ("война", "Война и мир"),
    ] {
        // 中航 does not occur in 中国银行
        assert_eq!(found(typed, &[text]), typed != "zhonghang", "{typed} in {text}");
    }
    assert!(!found("はな", &["よしもとばなな"]));
}

#[test]
fn numbers_in_any_writing() {
    let texts = ["9787020002207", "GXMZU-2026-1040", "10.1000/xyz-123", "1004-454X", "2009"];
    for typed in [
        "978-7-02-000220-7",
        "9787020002207",
        "97870200",
        "7-02-000220-X",
        "GXMZU-2026-1040",
        "gxmzu20261040",
        "1040",
        "10.1000/xyz-123",
        "10.1000/xyz",
        "1004-454x",
        "1004454X",
        "2009",
        "978702000220 7",
        "gxmzu",
        "gxm",
        "gxmzu2026",
        "GXMZU-2026-10",
        "GXMZU-2026",
    ] {
        assert!(found(typed, &texts), "{typed}");
    }
    assert!(!found("9787020002208", &texts));
    assert!(!found("1041", &texts));
    // the two-letter prefix that all numbers of a library share matches nothing
    assert!(!found("gx", &texts) && found("gx", &["广西通志"]) && found("gx wang", &["GX", "Wang"]));
    assert!(!found("GXM-2026-1040", &texts), "a part that a hyphen ends is whole");
}

#[test]
fn a_question_that_says_nothing_asks_nothing() {
    for typed in ["", "   ", "\"", "* - ()", "《》", "……", "\u{0}"] {
        assert_eq!(parse_query(typed), None, "{typed:?}");
    }
}

#[test]
fn the_same_title_is_found_and_another_is_not() {
    let terms = terms(["Introduction to 红楼梦", "曹雪芹"]);
    assert!(same("紅樓夢").unwrap().holds(&terms));
    assert!(same("introduction TO").unwrap().holds(&terms));
    assert!(!same("honglou").unwrap().holds(&terms));
    assert_eq!(same("——"), None);
}

proptest! {
    /// Whatever is typed, a term has only letters and digits: nothing that an index could parse as
    /// syntax.
    #[test]
    fn terms_are_letters_and_digits(text in ".{0,60}") {
        for term in terms([text.as_str()]) {
            prop_assert!(term.chars().all(|c| c.is_alphanumeric() || !c.is_ascii()), "{term:?}");
        }
        let debug = format!("{:?}", parse_query(&text));
        prop_assert!(!debug.contains("\\\""), "{debug}");
    }

    /// Every substring of a Chinese title finds the title.
    #[test]
    fn every_part_finds_the_whole(text in "[\\u{4e00}-\\u{9fa5}]{2,12}", from in 0usize..10, many in 1usize..6) {
        let chars: Vec<char> = text.chars().collect();
        let from = from.min(chars.len() - 1);
        let part: String = chars.iter().skip(from).take(many).collect();
        prop_assert!(found(&part, &[text.as_str()]), "{part} in {text}");
    }
}

#[test]
fn what_is_being_typed_is_found_by_the_beginning_of_its_sound() {
    let titles = [
        "红水河",
        "北部湾",
        "广西民族研究",
        "西安事变",
        "县志",
        "下南洋",
        "一个人",
        "恶作剧",
        "重庆",
        "女性主义",
    ];
    let sounds: Vec<_> = titles.iter().map(|title| terms([*title])).collect();
    let begins = |terms: &std::collections::BTreeSet<String>, head: &str| {
        TermQuery::Prefix(format!("p{head}")).holds(terms)
    };
    for typed in [
        "ho", "hong", "hongs", "hongshui", "shuih", "be", "beib", "beibuw", "gu", "guangx", "guangxi", "xi",
        "xia", "xian", "xianshi", "xianz", "xiana", "yige", "yiger", "ezuo", "ezuoj", "chongq", "zhongq",
        "nv", "nvx", "zh",
    ] {
        let wanted = parse_query(typed).unwrap();
        for (title, terms) in titles.iter().zip(&sounds) {
            // a term holds two syllables at most, so prefixes can be matched only that far
            assert!(!begins(terms, typed) || wanted.holds(terms), "{typed} finds {title}");
        }
    }
}

#[test]
fn nothing_is_looked_for_twice() {
    let prefix = |head: &str| TermQuery::Prefix(head.to_owned());
    // min-ge and ming-e have the same letters
    let TermQuery::Any(ways) = parse_query("minge").unwrap() else { panic!("one way") };
    assert_eq!(
        ways.iter().filter(|way| **way == TermQuery::Term("pminge".to_owned())).count(),
        1,
        "{ways:?}"
    );
    assert!(ways.contains(&prefix("wminge")));
    let number = parse_query("gxmzu202204").unwrap();
    assert_eq!(number, TermQuery::Any(vec![prefix("wgxmzu202204"), prefix("ngxmzu202204")]));
}
