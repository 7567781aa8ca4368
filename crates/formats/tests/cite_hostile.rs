//! Any record can be cited and exported: no panic, and no value breaks the format.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use biblatex::Bibliography;
use hongyan_formats::cite::{
    CslItem, CslStyle, Dialect, Edition, Format, Style, Variant, file, from_record, references,
};
use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::record::{Creator, Kind, Link, Record, Role};
use jiff::civil::date;
use proptest::prelude::*;

/// Texts as in catalogues, and hostile ones.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("雁行集：湖上散记".to_owned()),
        Just("van der, Jr., -, 1900-".to_owned()),
        Just("}{\\%$&_^~#@string{x}\r\nER  - \r\nTY  - BOOK".to_owned()),
        Just("<i>a</b> < b <span".to_owned()),
        Just("第2147483648版 ２ed. 2–3—".to_owned()),
        "\\PC{0,12}",
    ]
}

fn record() -> impl Strategy<Value = Record> {
    let texts = proptest::collection::vec(words(), 14);
    let roles =
        proptest::sample::select(vec![Role::Author, Role::Editor, Role::Translator, Role::Organisation]);
    let creators = proptest::collection::vec((words(), roles), 0..5);
    let kind = proptest::sample::select(Kind::ALL.to_vec());
    let year = proptest::option::of(any::<i32>());
    let language = proptest::sample::select(vec!["chi", "eng", "jpn", "", "zzz"]);
    (texts, creators, kind, year, language).prop_map(|(texts, creators, kind, year, language)| Record {
        kind,
        title: texts[0].clone(),
        subtitle: texts[1].clone(),
        variant_titles: vec![texts[2].clone()],
        creators: creators.into_iter().map(|(name, role)| Creator { name, role }).collect(),
        publisher: texts[3].clone(),
        place: texts[4].clone(),
        year,
        date: texts[5].clone(),
        edition: texts[6].clone(),
        part: texts[7].clone(),
        container: texts[8].clone(),
        volume: texts[9].clone(),
        issue: texts[10].clone(),
        pages: texts[11].clone(),
        language: language.to_owned(),
        identifiers: vec![Identifier { kind: IdentifierKind::Doi, value: texts[12].clone() }],
        subjects: vec![texts[13].clone()],
        links: vec![Link {
            url: format!("https://books.example/{}", texts[13]),
            label: String::new(),
            open_access: true,
        }],
        ..Record::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_record_can_be_cited(records in proptest::collection::vec(record(), 1..4)) {
        let items: Vec<CslItem> =
            records.iter().enumerate().map(|(id, record)| from_record(record, &id.to_string(), date(2026, 11, 22))).collect();
        let styles = [
            Style::Gbt7714(Edition::Y2015.into()), Style::Gbt7714(Edition::Y2025.into()), Style::Plain, Style::Note,
            Style::Gbt7714(Variant { author_date: true, access: false, ..Edition::Y2025.into() }),
            Style::Csl(CslStyle::Apa), Style::Csl(CslStyle::Mla),
            Style::Csl(CslStyle::ChicagoNotes), Style::Csl(CslStyle::Vancouver),
        ];
        for style in styles {
            for entry in references(&items, style) {
                prop_assert!(!entry.contains(['\n', '\r']), "{entry:?}");
            }
        }
        for dialect in [Dialect::Bibtex, Dialect::Biblatex] {
            let text = file(&items, Format::Bibtex(dialect));
            let read = Bibliography::parse(&text);
            prop_assert!(read.is_ok(), "{text}\n{read:?}");
            prop_assert_eq!(read.unwrap().len(), items.len(), "{}", text);
        }
        let text = file(&items, Format::Ris);
        prop_assert_eq!(text.lines().filter(|line| line.starts_with("TY  - ")).count(), items.len());
        for line in text.split("\r\n").filter(|line| !line.is_empty()) {
            let tag = line.get(..6).unwrap_or_default();
            prop_assert!(tag.ends_with("  - ") && !line.contains(['\n', '\r']), "{line:?}");
        }
        let text = file(&items, Format::Endnote);
        let document = roxmltree::Document::parse(&text);
        prop_assert!(document.is_ok(), "{text}\n{document:?}");
        let records = document.iter().flat_map(|one| one.descendants()).filter(|one| one.has_tag_name("record"));
        prop_assert_eq!(records.count(), items.len(), "{}", text);
        let json: Vec<serde_json::Value> = serde_json::from_str(&file(&items, Format::CslJson)).unwrap();
        let again: Vec<CslItem> = json.iter().filter_map(CslItem::from_json).collect();
        prop_assert_eq!(again.len(), items.len());
        prop_assert_eq!(again[0].people("author").len(), items[0].people("author").len());
    }
}
