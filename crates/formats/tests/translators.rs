//! The test cases of Zotero's import translators, if they are present: what we read of their inputs, compared with
//! their expected items field by field. Their items are the judge; where we differ on purpose, the reason is below.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use std::path::PathBuf;

use hongyan_formats::{Budget, read};
use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::record::{Record, Role, year_of};
use hongyan_model::text::fold;
use serde_json::Value;

/// A difference that is wanted: file, number of the case, title's beginning or empty for all, field, reason.
type Wanted = (&'static str, usize, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const WANTED: &[Wanted] = &[
    ("ris/zotero_ris_import_a.json", 1, "Title", "container=Abbreviation", "the title of the host is its T2 or BT, not its abbreviation"),
    ("ris/zotero_ris_import_a.json", 1, "Title of Grant", "", "a grant is no work of a library"),
    ("ris/zotero_ris_import_a.json", 1, "Title", "editors=Editor Series", "the series' editor of an edited book; its editors are its authors"),
    ("ris/zotero_ris_import_a.json", 1, "Title of Work", "issue=Number", "a type of which we know no host"),
    ("ris/zotero_ris_import_a.json", 2, "Analytic Title", "volume=Volume ID", "ProCite writes it as a note with a label"),
    ("ris/zotero_ris_import_a.json", 2, "Analytic Title", "edition=Edition", "ProCite writes the edition as the volume of a chapter; EndNote means its volume"),
    ("ris/zotero_ris_import_a.json", 2, "Analytic Title", "series=Series Title", "ProCite writes it as a note with a label"),
    ("ris/zotero_ris_import_a.json", 2, "Paper/Section Title", "container=Proceedings Title", "ProCite writes it as a note with a label"),
    ("ris/zotero_ris_import_a.json", 2, "Paper/Section Title", "series=Series Title", "ProCite writes the title of the proceedings as a note"),
    ("ris/zotero_ris_import_a.json", 2, "Analytic Title", "place=Place of Publication", "ProCite writes it as a note with a label"),
    ("ris/zotero_ris_import_a.json", 2, "Article Title", "editors=Author Monographic", "ProCite writes it as a note with a label"),
    ("ris/zotero_cnki_refer_import.json", 2, "中医理论", "authors", "the organiser of a meeting is a body of it; they keep it as a note"),
    ("ris/zotero_cnki_refer_import.json", 2, "中医理论", "pages", "the number of pages stands in the same tag as the pages"),
    ("ris/zotero_cnki_refer_import.json", 3, "Font", "authors", "names without a comma are kept as they are written"),
    ("bibtex/zotero_bibtex_import_a.json", 3, "Test of markup", "title", "a record has no markup"),
    ("bibtex/zotero_bibtex_import_a.json", 3, "Test of markup", "container", "a record has no markup"),
    ("bibtex/zotero_bibtex_import_a.json", 9, "The impossible", "authors", "the escapes of the input are doubled"),
    ("bibtex/zotero_bibtex_import_a.json", 9, "The impossible", "publisher", "the escapes of the input are doubled"),
    ("ris/zotero_cnki_refer_import.json", 3, "Font", "place", "they conclude the country from the number"),
];

/// Types of items that nobody requests from a library: their fields have no place in a record.
const APART: &[&str] = &[
    "artwork",
    "audioRecording",
    "bill",
    "blogPost",
    "case",
    "computerProgram",
    "document",
    "email",
    "film",
    "hearing",
    "letter",
    "map",
    "statute",
    "videoRecording",
    "webpage",
    "dataset",
    "attachment",
    "note",
];

struct Comparison {
    right: usize,
    all: usize,
    meant: usize,
    wrong: Vec<String>,
}

impl Comparison {
    fn field(&mut self, file: &str, case: usize, title: &str, name: &str, wanted: &str, found: &str) {
        if wanted.is_empty() {
            return;
        }
        let meant = WANTED.iter().any(|(of, number, begins, field, _)| {
            let (field, value) = field.split_once('=').unwrap_or((field, wanted));
            *of == file
                && *number == case
                && [name, ""].contains(&field)
                && title.starts_with(begins)
                && value == wanted
        });
        let same =
            fold(wanted) == fold(found) || fold(wanted).replace(' ', "") == fold(found).replace(' ', "");
        if meant && !same {
            self.meant += 1;
            return;
        }
        self.all += 1;
        if same {
            self.right += 1;
        } else {
            self.wrong.push(format!("{file} {case} {title:.40}: {name}: `{found}`, `{wanted}` expected"));
        }
    }
}

fn text(item: &Value, names: &[&str]) -> String {
    let first = names.iter().find_map(|name| item.get(name).and_then(Value::as_str));
    first.unwrap_or_default().to_owned()
}

/// The names of an item's creators of some types, in order.
fn people(item: &Value, of: impl Fn(&str) -> bool) -> Vec<String> {
    let creators = item.get("creators").and_then(Value::as_array).into_iter().flatten();
    let wanted = creators.filter(|one| of(one["creatorType"].as_str().unwrap_or_default()));
    let name = |one: &Value| {
        format!(
            "{} {}",
            one["lastName"].as_str().unwrap_or_default(),
            one["firstName"].as_str().unwrap_or_default()
        )
    };
    wanted.map(name).collect()
}

fn compare(file: &str, case: usize, item: &Value, record: &Record, told: &mut Comparison) {
    let title = text(item, &["title"]);
    let mut field =
        |name: &str, wanted: &str, found: &str| told.field(file, case, &title, name, wanted, found);
    let whole = [record.title.as_str(), record.subtitle.as_str()].join(" ");
    field("title", &title, &whole);
    let names = |role: Role| {
        let of = record
            .creators
            .iter()
            .filter(|one| one.role == role || role == Role::Author && one.role == Role::Organisation);
        of.map(|one| one.name.as_str()).collect::<Vec<_>>().join(" | ")
    };
    let main = |kind: &str| matches!(kind, "author" | "inventor");
    field("authors", &people(item, main).join(" | "), &names(Role::Author));
    field("editors", &people(item, |kind| kind == "editor").join(" | "), &names(Role::Editor));
    field("translators", &people(item, |kind| kind == "translator").join(" | "), &names(Role::Translator));
    let date = text(item, &["date", "issueDate"]);
    field(
        "year",
        &year_of(&date).map(|year| year.to_string()).unwrap_or_default(),
        &record.year.map(|year| year.to_string()).unwrap_or_default(),
    );
    if date.len() >= 7 && date.as_bytes().iter().all(|byte| byte.is_ascii_digit() || *byte == b'-') {
        field("date", &date, &record.date);
    }
    let host = ["publicationTitle", "bookTitle", "proceedingsTitle", "encyclopediaTitle", "dictionaryTitle"];
    field("container", &text(item, &host), &record.container);
    field("publisher", &text(item, &["publisher", "university", "institution"]), &record.publisher);
    field("place", &text(item, &["place"]), &record.place);
    field("volume", &text(item, &["volume"]), &record.volume);
    field("issue", &text(item, &["issue"]), &record.issue);
    field("pages", &text(item, &["pages"]), &record.pages);
    field("edition", &text(item, &["edition"]), &record.edition);
    field("series", &text(item, &["series", "seriesTitle"]), &record.series);
    field("abstract", &text(item, &["abstractNote"]), &record.summary);
    let number = text(item, &["number", "patentNumber", "reportNumber"]);
    let found = record.variant_titles.iter().find(|title| fold(title) == fold(&number));
    field("number", &number, found.map(String::as_str).unwrap_or_default());
    for (name, kind) in
        [("DOI", IdentifierKind::Doi), ("ISBN", IdentifierKind::Isbn), ("ISSN", IdentifierKind::Issn)]
    {
        let all: Vec<&str> =
            record.identifiers.iter().filter(|id| id.kind == kind).map(|id| id.value.as_str()).collect();
        // their examples contain numbers that are none
        for wanted in text(item, &[name]).split([',', ' ']).filter_map(|value| Identifier::parse(kind, value))
        {
            let found =
                if all.contains(&wanted.value.as_str()) { wanted.value.clone() } else { all.join(" ") };
            field(name, &wanted.value, &found);
        }
    }
}

#[test]
fn items_of_the_translators() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let mut worst: Vec<(bool, &str)> = Vec::new();
    for (file, least) in [
        ("ris/zotero_ris_import_a.json", 100),
        ("ris/zotero_cnki_refer_import.json", 100),
        ("bibtex/zotero_bibtex_import_a.json", 100),
    ] {
        let Ok(bytes) = std::fs::read(folder.join(file)) else {
            println!("SKIPPED {file}: no sample data beside the project");
            continue;
        };
        let cases: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
        let mut told = Comparison { right: 0, all: 0, meant: 0, wrong: Vec::new() };
        let (mut items, mut apart) = (0, 0);
        for (case, test) in cases.iter().enumerate() {
            let input = test["input"].as_str().unwrap();
            let expected = test["items"].as_array().unwrap();
            // in the order of the file; none for what was left out
            let mut works: Vec<(usize, Option<Record>)> = Vec::new();
            let mut take = |_, item: Result<hongyan_formats::Parsed, hongyan_formats::ReadError>| {
                works.push(match item {
                    Ok(parsed) => (parsed.offset, Some(parsed.record)),
                    Err(error) => (error.offset, None),
                });
                true
            };
            read::records(input.as_bytes(), &mut take, &Budget::text()).unwrap();
            works.sort_by_key(|(offset, _)| *offset);
            if works.len() != expected.len() {
                told.all += 1;
                told.wrong.push(format!("{file} {case}: {} works, {} expected", works.len(), expected.len()));
            }
            let mut works = works.into_iter();
            for item in expected {
                let title = text(item, &["title"]);
                let work = works.next();
                if APART.contains(&item["itemType"].as_str().unwrap_or_default()) {
                    apart += 1;
                    continue;
                }
                // a work without a title and a number cannot be requested
                let Some((_, Some(record))) = work else {
                    assert!(title.is_empty(), "{file} {case}: {title} was left out");
                    continue;
                };
                items += 1;
                compare(file, case, item, &record, &mut told);
            }
        }
        println!(
            "{file}: {items} items, {} of {} fields as expected; {} differ on purpose, {apart} items of other types",
            told.right, told.all, told.meant
        );
        println!("{}", told.wrong.join("\n"));
        worst.push((100 * told.right >= least * told.all, file));
    }
    assert!(worst.iter().all(|(enough, _)| *enough), "{worst:?}");
}
