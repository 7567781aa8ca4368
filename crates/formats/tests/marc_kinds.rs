//! Kinds of records that catalogues send and that are easy to misread: hosts, both scripts, names and
//! roles, escapes, e-books. Each kind comes in as ISO 2709, MARCXML, MARC in JSON and as text, because a
//! patron may meet it in any of them. All records were written for these tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

mod common;

use common::{iso2709, marcxml};
use hongyan_formats::{Budget, marc, read};
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Original, Record, Role};
use hongyan_model::{Draft, RequestId, Service};

/// MARC in JSON with the same fields.
fn marcjson(leader: &str, fields: &[(&str, &str)]) -> String {
    let field = |(tag, body): &(&str, &str)| {
        if tag.starts_with("00") {
            return serde_json::json!({ *tag: body });
        }
        let mut parts = body.split('$');
        let indicators: Vec<char> = parts.next().unwrap().chars().collect();
        let subfields: Vec<_> = parts
            .map(|part| part.split_at(1))
            .map(|(code, text)| serde_json::json!({ code: text }))
            .collect();
        let (one, two) = (indicators[0].to_string(), indicators[1].to_string());
        serde_json::json!({ *tag: { "ind1": one, "ind2": two, "subfields": subfields } })
    };
    let fields: Vec<_> = fields.iter().map(field).collect();
    serde_json::json!({ "leader": format!("00000n{leader}2200000   4500"), "fields": fields }).to_string()
}

/// The record as each of the formats has it; they have to agree.
fn record(leader: &str, fields: &[(&str, &str)]) -> Record {
    let budget = Budget::answer();
    let text: Vec<String> = fields.iter().map(|(tag, body)| format!("={tag}  {body}")).collect();
    let text = format!("=LDR  00000n{leader}2200000   4500\n{}\n", text.join("\n"));
    let mut records = Vec::new();
    for bytes in [
        iso2709(leader, fields),
        marcxml(leader, fields).into_bytes(),
        marcjson(leader, fields).into_bytes(),
        text.into_bytes(),
    ] {
        let mut each = |_, item: Result<hongyan_formats::Parsed, _>| {
            records.push(item.unwrap().record);
            true
        };
        read::records(&bytes, &mut each, &budget).unwrap();
    }
    assert_eq!(records.len(), 4);
    let first = records.remove(0);
    for other in records {
        let other = Record { raw: None, ..other };
        assert_eq!(other, Record { raw: None, ..first.clone() });
    }
    first
}

fn creator(name: &str, role: Role) -> Creator {
    Creator { name: name.to_owned(), role }
}

fn draft(record: &Record, service: Service) -> Draft {
    Draft::from_record(record, RequestId(Default::default()), service, jiff::Timestamp::UNIX_EPOCH)
}

#[test]
fn a_package_of_e_books_is_no_host() {
    let coded = ("008", "041112s2004    enk     sb    001 0 eng d");
    for extra in [
        vec![("300", "  $a1 online resource (210 p.)")],
        vec![],
        vec![("020", "  $a9780306406157"), ("300", "  $axi, 210 p.")],
    ] {
        let mut fields = vec![coded, ("245", "00$aWetlands in winter /$cA. Marsh.")];
        fields.extend(extra);
        fields.push(("773", "0 $tFenland e-book library$dReed, 2004-"));
        let record = record("am a", &fields);
        assert_eq!((record.kind, record.container.as_str()), (Kind::Book, ""), "{fields:?}");
        let draft = draft(&record, Service::Loan);
        assert_eq!((draft.title.as_str(), draft.component_title.as_str()), ("Wetlands in winter", ""));
    }
}

#[test]
fn the_host_of_a_part_from_all_its_773() {
    for (fields, want) in [
        // DNB: one 773 with the numbers, one with the journal
        (
            vec![
                ("773", "18$gvolume:31$gnumber:4$gyear:2014$gpages:77-95$gextent:19"),
                (
                    "773",
                    "08$iEnthalten in$tZeitschrift für Vogelkunde$gBand 31, Heft 4 (2014), 77-95$x1234-5679",
                ),
            ],
            ("Zeitschrift für Vogelkunde", "31", "4", "77-95"),
        ),
        (
            vec![
                ("773", "08$iIn$tVogelwelt$g31(2014), 4, Seite 77-95$x1234-5679"),
                ("773", "18$gvolume:31$gyear:2014$gnumber:4$gpages:77-95"),
            ],
            ("Vogelwelt", "31", "4", "77-95"),
        ),
        (
            vec![("773", "0 $7nnas$t候鸟学报$gVol. 31, no. 4 (2014), p. 77-95$q31:4<77$x1234-5679")],
            ("候鸟学报", "31", "4", "77-95"),
        ),
        (vec![("773", "0 $t候鸟学报$q31:4<77$x1234-5679")], ("候鸟学报", "31", "4", "77")),
    ] {
        let mut all =
            vec![("008", "150210s2014                         ger d"), ("245", "00$aKurze Berichte")];
        all.extend(fields);
        let record = record("aa a", &all);
        assert_eq!(record.kind, Kind::Article);
        let got =
            (record.container.as_str(), record.volume.as_str(), record.issue.as_str(), record.pages.as_str());
        assert_eq!(got, want);
        assert_eq!(record.identifier(IdentifierKind::Issn), Some("1234-5679"));
        assert_eq!(record.year, Some(2014));
    }
}

const GENERAL: (&str, &str) = ("100", "  $a20020204d1999    em y0chiy0120    ea");

#[test]
fn a_volume_of_a_set_is_a_book() {
    for field in ["461", "462"] {
        for body in [" 0$12001 $a湖上全集$v第5卷", " 0$t湖上全集$v第5卷", " 0$a湖上全集$v第5卷"]
        {
            let fields = [GENERAL, ("200", "1 $a渡口$f何远著"), ("215", "  $a210页"), (field, body)];
            let record = record("am0 ", &fields);
            assert_eq!(
                (record.kind, record.title.as_str(), record.container.as_str()),
                (Kind::Book, "渡口", "")
            );
            assert_eq!((record.series.as_str(), record.pages.as_str()), ("湖上全集 ; 第5卷", "210页"));
            assert_eq!(draft(&record, Service::Loan).title, "渡口");
        }
    }
    // 463 of a whole work names a piece below it
    let whole =
        [GENERAL, ("200", "1 $a湖上全集$f何远著"), ("215", "  $a8册"), ("463", " 0$12001 $a渡口$v第5卷")];
    let record = record("am0 ", &whole);
    assert_eq!(
        (record.title.as_str(), record.container.as_str(), record.series.as_str()),
        ("湖上全集", "", "")
    );
    assert_eq!((record.volume.as_str(), record.pages.as_str()), ("", "8册"));
}

#[test]
fn a_part_in_unimarc_has_the_journal_or_the_book() {
    let title = ("200", "1 $a雁与湖$f何远著");
    let article = record(
        "aa0 ",
        &[
            GENERAL,
            title,
            ("215", "  $a第77-95页"),
            ("461", " 0$1011  $a1234-5679$12001 $a候鸟学报"),
            ("463", " 0$12001 $a2014年第4期$v第31卷第4期$p77-95"),
        ],
    );
    let got =
        (article.container.as_str(), article.volume.as_str(), article.issue.as_str(), article.pages.as_str());
    assert_eq!(got, ("候鸟学报", "31", "4", "77-95"));
    assert_eq!(article.identifier(IdentifierKind::Issn), Some("1234-5679"));
    // a chapter: the piece is the book, the set is above it
    let chapter = record(
        "aa0 ",
        &[GENERAL, title, ("461", " 0$12001 $a湖上文库"), ("463", " 0$12001 $a水鸟论集$v第2册$p3-19")],
    );
    assert_eq!((chapter.container.as_str(), chapter.pages.as_str()), ("水鸟论集", "3-19"));
}

#[test]
fn the_publication_in_both_scripts() {
    let fields = [
        ("008", "150101s2014    cc       b    000 0 chi d"),
        ("245", "10$6880-01$aHou niao ji /$cHe Yuan zhu."),
        ("250", "  $6880-02$aDi 2 ban."),
        ("264", " 1$6880-03$aHangzhou :$bYuan shan shu she,$c2014."),
        ("490", "0 $6880-04$aShi di cong shu ;$v3"),
        ("700", "1 $6880-05$aBai, Lu."),
        ("880", "10$6245-01/$1$a候鳥集 /$c何遠著 ; 白露譯."),
        ("880", "  $6250-02/$1$a第2版."),
        ("880", " 1$6264-03/$1$a杭州 :$b遠山書社,$c2014."),
        ("880", "0 $6490-04/$1$a濕地叢書 ;$v3"),
        ("880", "1 $6700-05/$1$a白露."),
    ];
    let record = record("am a", &fields);
    assert_eq!((record.publisher.as_str(), record.place.as_str()), ("Yuan shan shu she", "Hangzhou"));
    let original = Original {
        publisher: "遠山書社".into(),
        place: "杭州".into(),
        edition: "第2版".into(),
        series: "濕地叢書 ; 3".into(),
        container: String::new(),
    };
    assert_eq!(record.original.as_deref(), Some(&original));
    // the author is in the statement only, the translator's role too
    assert_eq!(
        record.creators,
        [
            creator("何遠", Role::Author),
            creator("Bai, Lu", Role::Translator),
            creator("白露", Role::Translator)
        ]
    );
    use hongyan_formats::cite::{Edition, entry, from_record};
    let item = from_record(&record, "1", jiff::civil::date(2026, 11, 30));
    assert_eq!(entry(&item, Edition::Y2015), "何遠. 候鳥集[M]. 白露, 译. 2 版. 杭州: 遠山書社, 2014.");
    // only in the original script: that is the publication
    let alone: Vec<_> = fields.iter().copied().filter(|(tag, _)| *tag != "264").collect();
    let record = self::record("am a", &alone);
    assert_eq!((record.publisher.as_str(), record.place.as_str()), ("遠山書社", "杭州"));
}

#[test]
fn the_journal_in_both_scripts() {
    let record = record(
        "aa a",
        &[
            ("008", "150101s2014                         jpn d"),
            ("245", "10$6880-01$aGan no tabi"),
            ("773", "0 $6880-02$tMizutori kenkyū$gVol. 7, no. 2 (2014), p. 3-9"),
            ("880", "10$6245-01/$1$a雁の旅"),
            ("880", "0 $6773-02/$1$t水鳥研究$gVol. 7, no. 2"),
        ],
    );
    assert_eq!(record.container, "Mizutori kenkyū");
    assert_eq!(record.original.unwrap().container, "水鳥研究");
}

#[test]
fn a_title_that_stands_in_880_only() {
    for (own, original, title) in [
        ("10$6880-01$a<> /", "10$6245-01/$1$a水鳥の話 :$b湖の冬 /$c山田著.", "水鳥の話"),
        ("10$6880-01$a[] /", "10$6245-01/$1$a겨울 호수 /$c김모 지음.", "겨울 호수"),
    ] {
        let record = record(
            "am a",
            &[("008", "150101s2014    ja            000 0 jpn d"), ("245", own), ("880", original)],
        );
        assert_eq!(record.title, title);
        assert!(record.variant_titles.iter().all(|title| title.chars().any(char::is_alphabetic)));
    }
    // a book may be called so
    assert_eq!(record("am a", &[("245", "10$a? /$cA. Marsh.")]).title, "?");
}

#[test]
fn escapes_of_marc21_are_characters() {
    for (written, read) in [
        ("10$a&#x6C34;&#x9CE5; in winter &amp; spring", "水鳥 in winter &amp; spring"),
        ("10$a&#x20BB7;&#27827; river", "𠮷河 river"),
        ("10$aA &#xZZ; &#; &#x1F; &#x110000; &#", "A &#xZZ; &#; &#x1F; &#x110000; &#"),
    ] {
        assert_eq!(record("am a", &[("245", written)]).title, read);
    }
    let linked = [("245", "10$6880-01$aShui niao"), ("880", "10$6245-01/$1$a&#x6C34;&#x9CE5;")];
    assert_eq!(record("am a", &linked).variant_titles, ["水鳥"]);
    // MARC-8 beside it
    let mut bytes = iso2709("am  ", &[("100", "1 $aMuller, J."), ("245", "10$aGans &#x96C1;")]);
    let at = bytes.windows(2).position(|pair| pair == b"Mu").unwrap();
    bytes[at + 1] = 0xE8;
    let parsed = marc::parse(&bytes, &Budget::answer()).next().unwrap().unwrap();
    assert_eq!((parsed.charset, parsed.record.title.as_str()), ("marc-8", "Gans 雁"));
}

#[test]
fn names_in_two_subfields() {
    for (statement, body, name, role) in [
        ("1 $a湖$f何遠著$g周學真譯.", " 1$a周$b學真.", "周學真", Role::Translator),
        ("1 $a湖$f山田花子著$g佐藤太郎訳", " 1$a佐藤$b太郎", "佐藤太郎", Role::Translator),
        ("1 $aLake$fAnn Marsh$gtrad. par Li Wang", " 1$aWang$b, Li", "Wang, Li", Role::Translator),
        ("1 $aSee$fAnn Marsh$ghrsg. von Ola Berg", " 1$aBerg$b, Ola", "Berg, Ola", Role::Editor),
        ("1 $aLago$fAnn Marsh", " 1$aRossi$b, ", "Rossi", Role::Contributor),
    ] {
        let record = record("am0 ", &[GENERAL, ("200", statement), ("702", body)]);
        let found = record.creators.iter().find(|creator| creator.name == name).unwrap();
        assert_eq!(found.role, role, "{statement}");
    }
    let record = record("am0 ", &[GENERAL, ("200", "1 $a湖$f何遠著$g周學真譯."), ("702", " 1$a周$b學真.")]);
    assert_eq!(record.creators, [creator("何遠", Role::Author), creator("周學真", Role::Translator)]);
}

#[test]
fn roles_from_statements() {
    for (statement, people) in [
        ("林一舟主编", &[("林一舟", Role::Editor)][..]),
        ("主编林一舟 ; 翻译 白露", &[("白露", Role::Translator)]),
        ("主编：林一舟", &[("林一舟", Role::Editor)]),
        (
            "林一舟, 何远著 ; 白露校註",
            &[("林一舟", Role::Author), ("何远", Role::Author), ("白露", Role::Annotator)],
        ),
        ("(英) 马什著 ; 白露翻译", &[("马什", Role::Author), ("白露", Role::Translator)]),
        ("山田花子 [ほか] 編", &[("山田花子 [ほか]", Role::Editor)]),
        ("山田花子著 ; 佐藤太郎監訳", &[("山田花子", Role::Author), ("佐藤太郎", Role::Translator)]),
        ("김모 지음 ; 이모 옮김", &[("김모", Role::Author), ("이모", Role::Translator)]),
        ("지은이: 김모", &[("김모", Role::Author)]),
    ] {
        let record = record("am a", &[("245", &format!("10$a湖 /$c{statement}."))]);
        let got: Vec<(&str, Role)> =
            record.creators.iter().map(|creator| (creator.name.as_str(), creator.role)).collect();
        assert_eq!(got, people, "{statement}");
    }
    // an access point without a role takes that of the statement
    for (statement, role) in [
        ("edited by Ann Marsh", Role::Editor),
        ("Ola Berg ; translated from the German by Ann Marsh", Role::Translator),
        ("Ola Berg ; with an introduction by Ann Marsh", Role::Contributor),
        ("Ola Berg, Ann Marsh", Role::Contributor),
    ] {
        let fields = [("245", &*format!("10$aLakes /$c{statement}.")), ("700", "1 $aMarsh, Ann.")];
        assert_eq!(record("am a", &fields).creators[0].role, role, "{statement}");
    }
}

#[test]
fn a_language_with_a_full_stop() {
    for (written, code) in [("chi.", "chi"), ("jpn. ", "jpn"), ("|||$akor", "kor"), ("eng", "eng")] {
        let body = format!("0 $a{written}");
        assert_eq!(record("am0 ", &[GENERAL, ("101", &body), ("200", "1 $a湖")]).language, code, "{written}");
    }
}

#[test]
fn an_electronic_book_is_a_book() {
    let title = ("245", "10$a水鳥$h[electronic resource]");
    let coded = |form: &str| format!("150101s2014    cc       {form}    000 0 chi d");
    let isbn = ("020", "  $a9780306406157");
    for (leader, fields, kind) in [
        ("mm a", vec![("008", coded("s")), (isbn.0, isbn.1.into()), (title.0, title.1.into())], Kind::Book),
        (
            "ms a",
            vec![("008", coded("s")), ("022", "  $a1234-5679".into()), (title.0, title.1.into())],
            Kind::Journal,
        ),
        ("mm a", vec![("008", coded("s")), (title.0, title.1.into())], Kind::Other),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(tag, body)| (*tag, body.as_str())).collect();
        assert_eq!(record(leader, &fields).kind, kind, "{fields:?}");
    }
}

#[test]
fn a_corrected_year() {
    for (written, coded, year) in
        [("1994 [i.e. 1996]", "1996", 1996), ("1994 [即1996]", "1994", 1996), ("1988, c1975", "1988", 1988)]
    {
        let coded = format!("960101s{coded}    cc            000 0 chi d");
        let record = record(
            "am a",
            &[("008", &coded), ("245", "10$a湖"), ("260", &format!("  $a杭州 :$b远山,$c{written}"))],
        );
        assert_eq!(record.year, Some(year), "{written}");
    }
}
