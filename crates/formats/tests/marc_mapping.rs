//! Mapping of fields of the MARC dialects. All records were written for these tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

mod common;

use common::{NOVEL, TEXTBOOK, iso2709};
use hongyan_formats::Budget;
use hongyan_formats::{Parsed, marc};
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Record, Role};

fn parsed(leader: &str, fields: &[(&str, &str)]) -> Parsed {
    marc::parse(&iso2709(leader, fields), &Budget::answer()).next().unwrap().unwrap()
}

fn record(leader: &str, fields: &[(&str, &str)]) -> Record {
    parsed(leader, fields).record
}

fn creator(name: &str, role: Role) -> Creator {
    Creator { name: name.to_owned(), role }
}

#[test]
fn marc21_with_the_original_script() {
    let record = record("am a", NOVEL);
    assert_eq!((record.title.as_str(), record.subtitle.as_str()), ("Hong lou meng", ""));
    assert_eq!(record.variant_titles, ["红楼梦", "Dream of the red chamber"]);
    assert_eq!(
        record.creators,
        [
            creator("Cao, Xueqin", Role::Author),
            creator("Gao, E", Role::Editor),
            creator("曹雪芹", Role::Author),
            creator("高鹗", Role::Editor),
        ]
    );
    assert_eq!(
        (record.place.as_str(), record.publisher.as_str()),
        ("Beijing", "Ren min wen xue chu ban she")
    );
    assert_eq!((record.year, record.date.as_str(), record.language.as_str()), (Some(1982), "1982", "chi"));
    assert_eq!((record.edition.as_str(), record.pages.as_str()), ("Beijing di 1 ban", "3 v. (1648 p.)"));
    // the second 020 has a wrong check digit
    assert_eq!(record.identifier(IdentifierKind::Isbn), Some("9787020008728"));
    assert_eq!(record.identifiers.iter().filter(|id| id.kind == IdentifierKind::Isbn).count(), 1);
    assert_eq!(record.identifier(IdentifierKind::Lccn), Some("82123456"));
    assert_eq!(record.identifier(IdentifierKind::Oclc), Some("00012345"));
    assert_eq!(record.subjects, ["Chinese fiction--Qing dynasty, 1644-1912"]);
    assert_eq!(record.kind, Kind::Book);
    // a cover is not the full text, even if it is open access
    assert_eq!(record.links.iter().map(|link| link.open_access).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn cnmarc_with_everything() {
    let parsed = parsed("am0 ", TEXTBOOK);
    assert_eq!(parsed.profile, "cnmarc");
    let record = parsed.record;
    // U+0098 … U+009C enclose non-sorting words
    assert_eq!((record.title.as_str(), record.subtitle.as_str()), ("论民主", "一项研究"));
    assert_eq!(record.variant_titles, ["On democracy : a study"]);
    assert_eq!(record.creators, [creator("史密斯", Role::Author), creator("李明", Role::Translator)]);
    assert_eq!((record.place.as_str(), record.publisher.as_str()), ("北京", "高等教育出版社"));
    assert_eq!((record.year, record.date.as_str(), record.edition.as_str()), (Some(2008), "2008.5", "第2版"));
    assert_eq!((record.series.as_str(), record.pages.as_str()), ("政治学译丛 ; 3", "233页"));
    assert_eq!((record.summary.as_str(), record.language.as_str()), ("本书讨论民主。", "chi"));
    assert_eq!(record.subjects, ["民主--研究--美国"]);
    assert_eq!(record.classification, ["CLC:D082"]);
    assert_eq!(record.holdings[0].call_number, "D082/12");
    assert_eq!((record.kind, record.id.as_str()), (Kind::Book, "012003000006"));
}

#[test]
fn cnmarc_without_access_points_reads_the_statement() {
    let record = record(
        "am0 ",
        &[("100", "  $a20020204d1994    em y0chiy0120    ea"), ("200", "1 $a中国发展报告$f国家统计局编")],
    );
    assert_eq!(record.creators, [creator("国家统计局", Role::Editor)]);
    assert_eq!(record.year, Some(1994));
}

#[test]
fn unimarc_is_not_cnmarc() {
    let parsed = parsed(
        "am0 ",
        &[
            ("100", "  $a19920110d1990    u  y0frey5003    ba"),
            ("101", "0 $afre"),
            ("200", "1 $aLa Chine$eune histoire$fJean Dupont$gtrad. par Wang Li"),
            ("210", "  $aParis$cPUF$d1990"),
            ("700", " 1$aDupont$bJean$4070"),
            ("702", " 1$aWang$bLi$4730"),
        ],
    );
    assert_eq!(parsed.profile, "unimarc");
    assert_eq!(
        parsed.record.creators,
        [creator("Dupont, Jean", Role::Author), creator("Wang, Li", Role::Translator)]
    );
    assert_eq!(parsed.record.language, "fre");
}

#[test]
fn marc21_with_a_200_field_stays_marc21() {
    // local fields 200 and 100 with digits in the name mislead detectors that use one field
    let fields = [
        ("008", "850101s1982    cc            000 1 chi d"),
        ("100", "1 $a20世纪编辑部"),
        ("200", "  $xlocal"),
        ("245", "10$a史记"),
    ];
    assert_eq!(parsed("am a", &fields).profile, "marc21");
}

#[test]
fn kormarc_by_its_habits() {
    let fields = [
        ("008", "200101s2020    ulk           000   kor  "),
        ("056", "  $a020$26"),
        ("245", "00$a도서관 데이터 :$b입문 /$d김철수 지음"),
        ("700", "1 $a김철수"),
    ];
    let parsed = parsed("am a", &fields);
    assert_eq!((parsed.profile, parsed.record.title.as_str()), ("kormarc", "도서관 데이터"));
    assert_eq!(parsed.record.subtitle, "입문");
    assert_eq!(parsed.record.classification, ["KDC:020"]);
}

#[test]
fn an_article_knows_its_journal() {
    let record = record(
        "aa a",
        &[
            ("008", "201210s2012                         chi d"),
            ("024", "7 $a10.1234/ABC.5$2doi"),
            ("100", "1 $a王小波"),
            ("245", "10$a民族文献研究"),
            ("773", "0 $t广西民族大学学报.$x1673-8179$g第34卷第2期 (2012), 1-10页"),
        ],
    );
    assert_eq!((record.kind, record.container.as_str()), (Kind::Article, "广西民族大学学报"));
    assert_eq!((record.volume.as_str(), record.issue.as_str(), record.pages.as_str()), ("34", "2", "1-10"));
    assert_eq!(record.identifier(IdentifierKind::Doi), Some("10.1234/abc.5"));
}

#[test]
fn parallel_titles_are_variants() {
    let record =
        record("am a", &[("245", "10$a中国哲学新论 =$bA new view of Chinese philosophy /$c刘绍基主编")]);
    assert_eq!((record.title.as_str(), record.subtitle.as_str()), ("中国哲学新论", ""));
    assert_eq!(record.variant_titles, ["A new view of Chinese philosophy"]);
    assert_eq!(record.creators, [creator("刘绍基", Role::Editor)]);
}

#[test]
fn kinds_by_their_codes() {
    let title = ("245", "10$a某题名");
    let coded = "850101s1982    cc       m    000 0 chi d";
    for (leader, fields, kind) in [
        ("am a", vec![title, ("502", "  $a博士论文--北京大学, 2004")], Kind::Thesis),
        ("am a", vec![("008", coded), title], Kind::Thesis),
        ("as a", vec![title], Kind::Journal),
        ("as a", vec![("008", "850101c19829999cc dr n       0   a0chi d"), title], Kind::Newspaper),
        ("jm a", vec![title], Kind::Other),
        ("am a", vec![("008", "850101s1982    cc            100 0 chi d"), title], Kind::Conference),
        ("am a", vec![("008", "850101s1877    cc            000 0 chi d"), title], Kind::AncientBook),
        ("am a", vec![("008", "850101s1877    enk           000 0 eng d"), title], Kind::Book),
    ] {
        assert_eq!(record(leader, &fields).kind, kind, "{leader} {fields:?}");
    }
    let unimarc = |extra: (&'static str, &'static str)| {
        record("am0 ", &[("100", "  $a20040101d2004    em y0chiy0110    ea"), ("200", "1 $a某题名"), extra])
            .kind
    };
    assert_eq!(unimarc(("328", "  $a博士学位论文$e北京大学")), Kind::Thesis);
    assert_eq!(unimarc(("105", "  $ay   m   000yy")), Kind::Thesis);
    assert_eq!(unimarc(("140", "  $a    ")), Kind::AncientBook);
}

#[test]
fn alma_says_who_has_it() {
    let record = record(
        "am a",
        &[
            ("245", "10$a某题名"),
            ("852", "  $adouble of AVA"),
            ("AVA", "  $a86X_INST$bMAIN$c中文书库$dD61 12$eavailable$q总馆"),
            ("AVA", "  $a86X_INST$bDEP$c资料室$dD61 12$eunavailable"),
            ("AVE", "  $eAvailable$m皮书数据库$uhttps://example.org/open?id=1"),
        ],
    );
    let seen: Vec<_> =
        record.holdings.iter().map(|h| (h.library.as_str(), h.location.as_str(), h.available)).collect();
    assert_eq!(seen, [("总馆", "中文书库", Some(true)), ("DEP", "资料室", Some(false))]);
    assert_eq!(record.links[0].label, "皮书数据库");
}

#[test]
fn two_calendars_and_none() {
    let year = |imprint: &str, coded: &str| {
        let coded = format!("850101s{coded}    cc            000 0 per d");
        record("am a", &[("008", &coded), ("245", "10$a某"), ("260", &format!("  $aX :$bY,$c{imprint}"))])
            .year
    };
    assert_eq!(year("1365 [1986 or 1987]", "1986"), Some(1986));
    assert_eq!(year("民国三十六年", "1947"), Some(1947));
    assert_eq!(year("1993, c1992.", "1993"), Some(1993));
    assert_eq!(year("[19--]", "19uu"), None);
}
