use hongyan_model::{Creator, IdentifierKind, Kind, Record};

use super::{Reason, compatible, judge, numbers_apart};
use crate::search::keys::Keyed;

const ISBN: &str = "9787225015408";
const OTHER: &str = "9787020008728";

/// title, variant, creators, publisher, year, pages, ISBN
type Line<'a> = (&'a str, &'a str, &'a [&'a str], &'a str, i32, &'a str, &'a str);

fn book((title, variant, creators, publisher, year, pages, isbn): Line<'_>) -> Keyed {
    let mut record = Record {
        kind: Kind::Book,
        title: title.into(),
        creators: creators.iter().copied().map(Creator::author).collect(),
        publisher: publisher.into(),
        year: (year > 0).then_some(year),
        pages: pages.into(),
        ..Record::default()
    };
    if !variant.is_empty() {
        record.variant_titles.push(variant.into());
    }
    if !isbn.is_empty() {
        record.add_identifier(IdentifierKind::Isbn, isbn);
    }
    Keyed::new(record)
}

fn judged(a: Line<'_>, b: Line<'_>) -> Option<Reason> {
    let (a, b) = (book(a), book(b));
    let reason = judge(&a, &b);
    assert_eq!(reason, judge(&b, &a), "symmetric");
    reason
}

#[test]
fn one_isbn_on_several_works_joins_none() {
    let one = ("作为历史哲学的风景", "", &["李劼"][..], "青海人民出版社", 1998, "300页", ISBN);
    let two = ("中国语言神话和话语英雄", "", &["李劼"][..], "青海人民出版社", 1998, "427页", ISBN);
    assert_eq!(judged(one, two), None);
    let romanised =
        ("Zhongguo yu yan shen hua he hua yu ying xiong", "", &["Li, Jie"][..], "", 1998, "", ISBN);
    assert_eq!(judged(two, romanised), Some(Reason::Number), "read alike");
    let mut chinese = Record::clone(&book(romanised).record);
    chinese.language = "chi".into();
    assert_eq!(judge(&book(one), &Keyed::new(chinese)), None, "read otherwise");
    let near = ("Zhongguo li dai bin li", "中国历代宾礼", &["Li, Wuwei"][..], "", 1998, "243 p.", OTHER);
    let like = ("Zhongguo li dai ji li", "中国历代祭礼", &["Du, Xizhou"][..], "", 1998, "249 p.", OTHER);
    assert_eq!(judged(near, like), None);
}

#[test]
fn a_number_forgives_much() {
    let one = ("红楼梦", "", &["曹雪芹"][..], "人民文学出版社", 1982, "", OTHER);
    assert_eq!(judged(one, ("紅樓夢", "", &[], "", 1996, "", OTHER)), Some(Reason::NumberAndTitle));
    assert_eq!(judged(one, ("红楼梦校注本全集", "", &["曹雪芹"], "", 1982, "", OTHER)), None);
    let long = ("中国古典小说红楼梦", "", &["曹雪芹"][..], "", 1982, "", OTHER);
    assert_eq!(judged(long, ("古典小说红楼梦", "", &[], "", 1983, "", OTHER)), Some(Reason::Number));
    // kanji and romaji cannot be compared
    let kanji = ("昭和金融政策史", "", &["八尾板正雄"][..], "大空社", 1999, "", ISBN);
    let romaji = ("Shōwa kin'yū seisakushi", "", &["Yaoita, Masao"][..], "Ōzorasha", 1999, "", ISBN);
    assert_eq!(judged(kanji, romaji), Some(Reason::Number));
}

#[test]
fn title_creator_and_year() {
    let plain = ("三体", "", &["刘慈欣"][..], "重庆出版社", 2008, "302页", "");
    let with = ("三體", "", &["劉慈欣"][..], "重慶出版社", 2008, "", OTHER);
    assert_eq!(judged(plain, with), Some(Reason::Title), "one has a number, the other none");
    assert_eq!(judged(plain, ("三体", "", &["刘慈欣"], "重庆出版社", 2010, "", "")), None, "year");
    assert_eq!(judged(plain, ("三体", "", &["王力"], "重庆出版社", 2008, "", "")), None, "creator");
    assert_eq!(judged(plain, ("三体", "", &["刘慈欣"], "作家出版社", 2008, "", "")), None, "house");
    assert_eq!(judged(plain, ("三体", "", &["刘慈欣"], "", 2008, "400页", "")), None, "pages");
    let other = ("三体", "", &["刘慈欣"][..], "重庆出版社", 2008, "302页", ISBN);
    assert_eq!(judged(with, other), None, "two numbers and no equal count of pages");
}

#[test]
fn pinyin_needs_more_than_the_title() {
    let han = ("国际战略论", "", &["余起芬"][..], "军事科学出版社", 1998, "", "");
    let latin = ("Guo ji zhan lüe lun", "", &["Yu, Qifen"][..], "Jun shi ke xue chu ban she", 1998, "", "");
    assert_eq!(judged(han, latin), Some(Reason::Letters));
    assert_eq!(judged(han, ("Guo ji zhan lüe lun", "", &["Wang, Li"], "", 1998, "", "")), None);
    assert_eq!(judged(han, ("Guo ji zhan lüe lun", "", &["Yu, Qifen"], "", 2003, "", "")), None);
    let linked = ("Guo ji zhan lüe lun", "国际战略论", &["Yu, Qifen", "余起芬"][..], "", 1998, "", "");
    assert_eq!(judged(han, linked), Some(Reason::Title), "its 880 is the title");
}

#[test]
fn papers_and_standards() {
    let paper = |journal: &str, doi: &str| {
        let mut record = Record {
            kind: Kind::Article,
            title: "参考文献管理工具研究".into(),
            creators: vec![Creator::author("余敏")],
            container: journal.into(),
            year: Some(2009),
            ..Record::default()
        };
        record.add_identifier(IdentifierKind::Doi, doi);
        Keyed::new(record)
    };
    let (one, two) = (paper("现代情报", "10.3969/a"), paper("现代情报", ""));
    assert_eq!(judge(&one, &two), Some(Reason::Title));
    assert_eq!(judge(&one, &paper("图书馆学刊", "")), None, "another journal");
    assert_eq!(judge(&one, &paper("现代情报", "10.3969/b")), None, "another number");
    let report = |subtitle: &str| {
        Keyed::new(Record {
            kind: Kind::Report,
            title: "全国经济普查主要数据公报".into(),
            subtitle: subtitle.into(),
            publisher: "国家统计局".into(),
            year: Some(2019),
            ..Record::default()
        })
    };
    assert_eq!(judge(&report("第二产业基本情况"), &report("第三产业基本情况")), None);
    assert_eq!(judge(&report("第二产业基本情况"), &report("")), Some(Reason::Title));
    let standard = |creator: &str| {
        Keyed::new(Record {
            kind: Kind::Standard,
            title: "信息与文献 参考文献著录规则".into(),
            creators: [creator].into_iter().filter(|c| !c.is_empty()).map(Creator::author).collect(),
            year: Some(2015),
            ..Record::default()
        })
    };
    assert_eq!(judge(&standard(""), &standard("全国信息与文献标准化技术委员会")), Some(Reason::Title));
}

fn edition(
    (title, variant, creators, publisher, year, pages, isbn): Line<'_>,
    part: &str,
    source: &str,
) -> Keyed {
    let mut record = Record::clone(&book((title, variant, creators, publisher, year, pages, isbn)).record);
    record.part = part.into();
    record.source = source.into();
    Keyed::new(record)
}

#[test]
fn a_shared_variant_is_not_the_title() {
    let one = ("Selected lyrics of Heron", "Poems", &["Marsh, Anna"][..], "Upland", 2000, "159 p.", ISBN);
    let two = ("Late odes and letters", "Poems", &["Marsh, Anna"][..], "Upland", 2000, "158 p.", ISBN);
    assert_eq!(judged(one, two), None, "a number of the series, a variant of both");
    let (first, second) = ("职工持股工作手册", "职工社会保障工作手册 与职工谈改革");
    let first = (first, "与职工谈改革", &["白露"][..], "远山出版社", 1998, "", ISBN);
    assert_eq!(
        judged(first, (second, "", &[], "远山出版社", 1998, "", ISBN)),
        None,
        "a subtitle is none, either"
    );
    let works = ("Yamano Zenʼya chosakushū", "山野善哉著作集", &["山野善哉"][..], "Kawabe", 1997, "", ISBN);
    let volume = ("Shoki ronshū", "初期論集", &["山野善哉"][..], "Kawabe", 1998, "522 p.", ISBN);
    assert_eq!(judged(works, volume), None, "the number of the set, titles in both scripts");
    let parallel = ("Poems", "", &["Marsh, Anna"][..], "Upland", 2000, "159 p.", ISBN);
    assert_eq!(
        judged(one, parallel),
        Some(Reason::NumberAndTitle),
        "one source has the parallel title first"
    );
    let year = |n: i32, year: i32| {
        let mut record = Record {
            kind: Kind::Book,
            title: format!("Heisei {n}-nendo enzan jinko hokokusho"),
            creators: vec![Creator::author("Enzan-to Kyoikucho")],
            publisher: "Enzan-to".into(),
            year: Some(year),
            ..Record::default()
        };
        record.variant_titles = vec![format!("平成{n}年度遠山人口報告書"), "遠山人口報告書".into()];
        Keyed::new(record)
    };
    assert_eq!(judge(&year(9, 1997), &year(10, 1998)), None, "reports of two years");
    assert_eq!(judge(&year(9, 1997), &year(9, 1997)), Some(Reason::Title));
    // whoever romanised it mistyped the year
    let mut romanised = Record::clone(&year(9, 1997).record);
    romanised.title = "Heisei 8-nendo enzan jinko hokokusho".into();
    let mut original = Record::clone(&year(9, 1997).record);
    original.title = original.variant_titles.remove(0);
    assert_eq!(judge(&Keyed::new(romanised), &Keyed::new(original)), Some(Reason::Title));
    let quarter = |subtitle: &str| {
        let mut record = Record::clone(&year(9, 1997).record);
        record.subtitle = subtitle.into();
        Keyed::new(record)
    };
    let (first, second) =
        ("quarterly figures, 1999, first quarter, 1-3", "quarterly figures, 1999, first quarter, 4-6");
    assert_eq!(judge(&quarter(first), &quarter(second)), None);
    assert_eq!(judge(&quarter(first), &quarter(first)), Some(Reason::Title));
}

#[test]
fn one_source_has_two_works_where_it_has_two_records() {
    let set = ("远山新时期文学大系", "", &["远山作家协会"][..], "远山出版社", 1999, "", "");
    assert_eq!(judge(&edition(set, "", "甲"), &edition(set, "", "甲")), None, "its volumes");
    assert_eq!(judge(&edition(set, "", "甲"), &edition(set, "", "乙")), Some(Reason::Title));
    let numbered = ("远山新时期文学大系", "", &["远山作家协会"][..], "远山出版社", 1999, "", ISBN);
    let joined = judge(&edition(set, "", "甲"), &edition(numbered, "", "甲"));
    assert_eq!(joined, Some(Reason::Title), "one of them lacks what the other has");
    let counted = ("远山新时期文学大系", "", &["远山作家协会"][..], "远山出版社", 1999, "612页", "");
    let twice = judge(&edition(counted, "", "甲"), &edition(counted, "", "甲"));
    assert_eq!(twice, Some(Reason::Title), "catalogued twice");
}

#[test]
fn a_volume_that_only_one_of_them_names() {
    let romanised = |year| {
        (
            "Yuanshan wen xue shi",
            "远山文学史. 古代卷",
            &["Bai, Lu", "白露"][..],
            "远山出版社",
            year,
            "675 p.",
            "",
        )
    };
    let short = ("远山文学史", "", &["白露"][..], "远山出版社", 1997, "", "");
    let named = |year| edition(romanised(year), "Gu dai juan", "甲");
    assert_eq!(judge(&named(1997), &edition(short, "", "乙")), Some(Reason::Title));
    assert_eq!(judge(&named(1998), &edition(short, "", "乙")), None, "another year");
    assert_eq!(judge(&named(1997), &edition(short, "", "甲")), None, "the source has the set, too");
    assert_eq!(
        judge(&named(1997), &edition(short, "古代卷", "乙")),
        Some(Reason::Title),
        "one part, read alike"
    );
    assert_eq!(judge(&named(1997), &edition(short, "现代卷", "乙")), None);
    let years = ("远山著作总目", "", &["白露"][..], "远山出版社", 1996, "", ISBN);
    let joined = judge(&edition(years, "工业卷, 1978-1987", "甲"), &edition(years, "", "乙"));
    assert_eq!(joined, Some(Reason::NumberAndTitle), "years are no number of a volume");
    let joined = judge(&edition(years, "续一", "甲"), &edition(years, "", "乙"));
    assert_eq!(joined, Some(Reason::NumberAndTitle));
    let joined = judge(&edition(years, "第8册", "甲"), &edition(years, "", "乙"));
    assert_eq!(joined, Some(Reason::Unsaid));
    let several = ("远山著作总目", "", &["白露"][..], "远山出版社", 1996, "全3册", ISBN);
    assert_eq!(judge(&edition(years, "第8册", "甲"), &edition(several, "", "乙")), Some(Reason::Unsaid));
    let eighth = ("远山著作总目", "", &["白露"][..], "远山出版社", 1996, "745页", ISBN);
    assert_eq!(judge(&edition(eighth, "第8册", "甲"), &edition(several, "", "乙")), None, "the set");
}

#[test]
fn two_editions_are_none_because_a_third_record_fits_both() {
    let one = book(("雁阵集", "", &["马什"], "大野书局", 2001, "300页", ISBN));
    let two = book(("雁阵集", "", &["马什"], "大野书局", 2001, "412页", OTHER));
    let plain = book(("雁阵集", "", &["马什"], "大野书局", 2001, "", ""));
    assert_eq!(judge(&one, &plain), Some(Reason::Title));
    assert_eq!(judge(&two, &plain), Some(Reason::Title));
    assert!(compatible(&one, &plain) && numbers_apart(&one, &two) && !numbers_apart(&one, &plain));
}

#[test]
fn a_thesis_and_the_book_made_of_it() {
    let of = |kind, publisher: &str, university: &str, isbn: &str| {
        let mut record =
            Record::clone(&book(("远山近代外交史论", "", &["白露"], publisher, 1998, "", isbn)).record);
        record.kind = kind;
        record.container = university.into();
        Keyed::new(record)
    };
    let thesis = of(Kind::Thesis, "", "远山大学", "");
    assert_eq!(judge(&thesis, &of(Kind::Book, "远山出版社", "", "")), None);
    assert_eq!(judge(&thesis, &of(Kind::Book, "远山出版社", "", ISBN)), None);
    assert_eq!(judge(&thesis, &of(Kind::Thesis, "", "远山大学", "")), Some(Reason::Title));
    assert_eq!(
        judge(&thesis, &of(Kind::Book, "远山大学", "", "")),
        Some(Reason::Title),
        "a catalogue's record of it"
    );
    let published = of(Kind::Thesis, "远山出版社", "", "");
    assert_eq!(
        judge(&published, &of(Kind::Book, "远山出版社", "", ISBN)),
        Some(Reason::Title),
        "its note says thesis"
    );
}
