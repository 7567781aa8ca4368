//! What is written to a file of references is read again: no field that the format has is lost on the way.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use hongyan_formats::cite::{Dialect, Format, file, from_record};
use hongyan_formats::{Budget, read};
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Link, Record, Role};
use hongyan_model::text::fold;
use jiff::civil::date;
use proptest::prelude::*;
use proptest::sample::select;

fn title() -> impl Strategy<Value = String> {
    select(vec![
        "雁行集",
        "湖与山的比较",
        "Geese of the Yangtze",
        "100% of {birds} & other_things #1 ~ ^2 $3 \\ done",
        "論銅鼓 <二>",
        "Études d'œufs — a study",
        "Ångström's ` \"notes\"",
    ])
    .prop_map(str::to_owned)
}

fn creators() -> impl Strategy<Value = Vec<Creator>> {
    let names = select(vec![
        "林一舟",
        "Hale, Clara",
        "van der Berg, Jan",
        "Marsh, A. B.",
        "夏目漱石",
        "Berg, Ola, Jr.",
        "O'Neil, Zoë",
        "Crane Consortium",
    ]);
    let roles = select(vec![Role::Author, Role::Author, Role::Editor, Role::Translator]);
    proptest::collection::vec((names, roles), 1..5).prop_map(|all| {
        let mut creators: Vec<Creator> = Vec::new();
        for (name, role) in all {
            if !creators.iter().any(|one| one.name == name) {
                creators.push(Creator { name: name.to_owned(), role });
            }
        }
        creators
    })
}

fn works() -> impl Strategy<Value = Record> {
    let kinds = select(vec![
        Kind::Book,
        Kind::Article,
        Kind::Thesis,
        Kind::Conference,
        Kind::Newspaper,
        Kind::Report,
        Kind::Standard,
        Kind::Patent,
    ]);
    let texts = (
        title(),
        title(),
        select(vec!["", "2", "修订版"]),
        select(vec!["", "12", "21 Suppl 2"]),
        select(vec!["", "3", "7-8"]),
    );
    let dates = (1850..2026_i32, proptest::option::of((1..13_u8, proptest::option::of(1..29_u8))));
    let pages = select(vec!["", "12-20", "e01567", "33-38+80", "7"]);
    (kinds, texts, creators(), dates, pages, any::<[bool; 6]>()).prop_map(
        |(kind, texts, creators, (year, day), pages, has)| {
            let (title, host, edition, volume, issue) = texts;
            let mut creators = creators;
            // what a file of references calls the editor of a thesis is its supervisor
            creators.retain(|one| kind != Kind::Thesis || one.role != Role::Editor);
            let numbered = matches!(kind, Kind::Report | Kind::Standard | Kind::Patent);
            let part = kind != Kind::Thesis && !numbered && (kind != Kind::Book || has[0]);
            let text = |here: bool, value: &str| if here { value.to_owned() } else { String::new() };
            let publisher = text(has[1] || kind == Kind::Thesis, "远山书社 & Sons");
            let date = match day {
                Some((month, Some(day))) => format!("{year}-{month:02}-{day:02}"),
                Some((month, None)) => format!("{year}-{month:02}"),
                None => year.to_string(),
            };
            let whole = kind == Kind::Book && !part;
            let mut record = Record {
                kind,
                title,
                creators,
                container: if kind == Kind::Thesis {
                    publisher.clone()
                } else {
                    text(part, &format!("{host} 学报"))
                },
                publisher,
                place: text(has[2], "杭州"),
                year: Some(year),
                date,
                edition: text(kind == Kind::Book, edition),
                volume: text(part, volume),
                issue: text(part && kind != Kind::Book, issue),
                pages: text(part, pages),
                language: if has[3] { "chi" } else { "eng" }.to_owned(),
                summary: text(has[4], "摘要：a summary with 100 % & more."),
                subjects: if has[4] { vec!["雁".to_owned(), "wild geese".to_owned()] } else { Vec::new() },
                series: text(whole && has[5], "湿地丛书"),
                number: text(numbered && has[0], "XY/T 12.3—2020"),
                accessed: text(has[5], "2024-03-05"),
                links: vec![Link {
                    url: "https://birds.example/a_b?c=1&d=%20".to_owned(),
                    label: String::new(),
                    open_access: true,
                }],
                ..Record::default()
            };
            record.add_identifier(IdentifierKind::Doi, "10.5555/a_b(2020)1:2<3>;4-n");
            record.add_identifier(IdentifierKind::Pmid, "30000001");
            if kind == Kind::Book {
                record.add_identifier(IdentifierKind::Isbn, "9787020008728");
            } else if kind == Kind::Article {
                record.add_identifier(IdentifierKind::Issn, "1004-454X");
            }
            record
        },
    )
}

/// The one record of a text.
fn read_again(text: &str) -> Record {
    let mut works = Vec::new();
    let mut take = |_, item: Result<hongyan_formats::Parsed, hongyan_formats::ReadError>| {
        works.push(item.unwrap().record);
        true
    };
    read::records(text.as_bytes(), &mut take, &Budget::text()).unwrap();
    assert_eq!(works.len(), 1, "{text}");
    works.remove(0)
}

/// Which fields a format has.
struct Has {
    /// newspapers are a type of their own
    newspapers: bool,
    /// the day of a date
    days: bool,
    /// number of a work, and the day of access
    numbers: bool,
}

/// The day of access where the source says none.
const TODAY: &str = "2026-11-22";

fn compare(format: &str, before: &Record, after: &Record, has: &Has, text: &str) {
    let same = |name: &str, before: &str, after: &str| {
        assert_eq!(fold(after), fold(before), "{format} loses the {name}\n{text}");
    };
    if has.newspapers || before.kind != Kind::Newspaper {
        assert_eq!(after.kind, before.kind, "{format} loses the kind\n{text}");
    }
    let whole = |record: &Record| [record.title.as_str(), record.subtitle.as_str()].join(" ");
    same("title", &whole(before), &whole(after));
    for role in [Role::Author, Role::Editor, Role::Translator] {
        let names = |record: &Record| -> Vec<String> {
            record.creators.iter().filter(|one| one.role == role).map(|one| one.name.clone()).collect()
        };
        assert_eq!(names(after), names(before), "{format} loses {role:?}\n{text}");
    }
    same("container", &before.container, &after.container);
    same("publisher", &before.publisher, &after.publisher);
    same("place", &before.place, &after.place);
    assert_eq!(after.year, before.year, "{format} loses the year\n{text}");
    let day = if has.days { before.date.as_str() } else { before.date.get(..7).unwrap_or(&before.date) };
    same("date", day, &after.date);
    same("edition", &before.edition, &after.edition);
    same("volume", &before.volume, &after.volume);
    same("issue", &before.issue, &after.issue);
    same("pages", &before.pages, &after.pages);
    same("language", &before.language, &after.language);
    same("summary", &before.summary, &after.summary);
    assert_eq!(after.subjects, before.subjects, "{format} loses the subjects\n{text}");
    same("series", &before.series, &after.series);
    if has.numbers {
        same("number", &before.number, &after.number);
        // of a printed book no address is exported, and so no day
        if before.identifier(IdentifierKind::Isbn).is_none() {
            let day = if before.accessed.is_empty() { TODAY } else { &before.accessed };
            same("day of access", day, &after.accessed);
        }
    }
    for id in &before.identifiers {
        assert!(after.identifiers.contains(id), "{format} loses {id:?}: {:?}\n{text}", after.identifiers);
    }
    // of a printed book no address is exported
    if before.identifier(IdentifierKind::Isbn).is_none() {
        assert_eq!(
            after.links.first().map(|link| &link.url),
            before.links.first().map(|link| &link.url),
            "{format}\n{text}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(record in works()) {
        let item = from_record(&record, "k1", date(2026, 11, 22));
        let items = std::slice::from_ref(&item);
        for (name, format, has) in [
            ("RIS", Format::Ris, Has { newspapers: true, days: true, numbers: true }),
            ("CSL-JSON", Format::CslJson, Has { newspapers: true, days: true, numbers: true }),
            ("BibTeX", Format::Bibtex(Dialect::Bibtex), Has { newspapers: true, days: false, numbers: true }),
            ("BibLaTeX", Format::Bibtex(Dialect::Biblatex), Has { newspapers: true, days: true, numbers: true }),
        ] {
            let text = file(items, format);
            compare(name, &record, &read_again(&text), &has, &text);
        }
        // EndNote's patents and papers of conferences have no translator, and its reports, standards and theses
        // none whom we read as one
        let mut of_endnote = record.clone();
        let no_translator = matches!(record.kind, Kind::Patent | Kind::Conference);
        of_endnote.creators.retain(|one| one.role != Role::Translator || !no_translator);
        let item = from_record(&of_endnote, "k1", date(2026, 11, 22));
        let text = file(&[item], Format::Endnote);
        compare("EndNote XML", &of_endnote, &read_again(&text), &Has { newspapers: true, days: true, numbers: true }, &text);
    }
}
