//! Crossref's XML (`unixref`, `unixsd`): metadata as deposited by publishers.

use std::collections::HashMap;

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, RawRecord, Record, Role, year_of};
use hongyan_model::text::{clean, clip};
use roxmltree::Node;

use crate::answer::{add_creator, add_link, add_once, page_range, person};
use crate::{Budget, Parsed, ReadError, Warning, answer, lang, roles, xml};

const MAX_RAW: usize = 50_000;

/// Elements that are works, smallest first: an article before its journal.
const WORKS: &[(&str, Kind)] = &[
    ("journal_article", Kind::Article),
    ("conference_paper", Kind::Conference),
    ("content_item", Kind::Book),
    ("dissertation", Kind::Thesis),
    ("posted_content", Kind::Article),
    ("standard_metadata", Kind::Standard),
    ("report-paper_metadata", Kind::Report),
    ("book_metadata", Kind::Book),
    ("book_series_metadata", Kind::Book),
    ("proceedings_metadata", Kind::Conference),
    ("journal_metadata", Kind::Journal),
];

/// Parses the works of a document.
///
/// # Errors
/// [`ReadError`] when the text is not well-formed or has no `crossref` element.
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    let document = xml::open(text, budget)?;
    // two nested elements may have the name (`doi_record/crossref`)
    let deposits = xml::innermost(document.descendants().filter(|node| {
        node.tag_name().name() == "crossref" && node.children().any(|child| child.is_element())
    }));
    if deposits.is_empty() {
        return Err(ReadError::at(0, "XML without a deposit of Crossref"));
    }
    let mut records = Vec::new();
    let mut hosts = HashMap::new();
    for deposit in deposits {
        for (name, kind) in WORKS {
            let found = xml::innermost(deposit.descendants().filter(|node| node.tag_name().name() == *name));
            if !found.is_empty() {
                let read = |node: Node<'_, '_>| {
                    // the journal or book is a sibling
                    let host = node.parent_element().unwrap_or(node);
                    let host = hosts.entry(host.id()).or_insert_with(|| Host::of(host));
                    Some(work(node, host, *kind, text))
                };
                records.extend(answer::records(found, budget, read)?);
                break;
            }
        }
    }
    if records.is_empty() {
        Err(ReadError::at(0, "an unsupported type of Crossref deposit"))
    } else {
        Ok(records)
    }
}

/// All text of the first descendant with a name, excluding citations, which have volumes and years of
/// their own.
fn below(node: Node<'_, '_>, name: &str) -> String {
    let cited = |inner: Node<'_, '_>| {
        inner.ancestors().any(|outer| matches!(outer.tag_name().name(), "citation_list" | "component_list"))
    };
    let named = node.descendants().filter(|inner| inner.tag_name().name() == name);
    named.filter(|inner| !cited(*inner)).map(whole).next().unwrap_or_default()
}

/// All text in an element, including `<i>`, `<jats:p>` and formulas in titles and abstracts.
fn whole(node: Node<'_, '_>) -> String {
    let parts = node.descendants().filter_map(|inner| inner.is_text().then(|| inner.text()).flatten());
    clean(&parts.collect::<String>())
}

/// Data of the journal or book that contains a work. Extracted once, because it may contain hundreds of
/// works.
struct Host {
    texts: HashMap<&'static str, String>,
    book: String,
    date: Option<String>,
    language: String,
    open: bool,
    identifiers: Vec<(IdentifierKind, String)>,
}

impl Host {
    fn of(host: Node<'_, '_>) -> Host {
        let names = [
            "publisher_name",
            "publisher_place",
            "volume",
            "issue",
            "edition_number",
            "full_title",
            "proceedings_title",
        ];
        let metadata: Vec<Node<'_, '_>> =
            host.children().filter(|child| child.tag_name().name().ends_with("_metadata")).collect();
        let mut identifiers = Vec::new();
        metadata.iter().for_each(|part| numbers(*part, &mut identifiers));
        let language = host.children().find_map(|child| child.attribute("language"));
        Host {
            texts: names.into_iter().map(|name| (name, below(host, name))).collect(),
            book: metadata.first().map(|book| below(*book, "title")).unwrap_or_default(),
            date: date(host),
            language: language.unwrap_or_default().to_owned(),
            open: host.descendants().any(|inner| {
                inner.tag_name().name() == "license_ref" && whole(inner).contains("creativecommons.org")
            }),
            identifiers,
        }
    }

    fn text(&self, name: &str) -> String {
        self.texts.get(name).cloned().unwrap_or_default()
    }
}

/// ISSN and ISBN in an element, up to a limit.
fn numbers(part: Node<'_, '_>, identifiers: &mut Vec<(IdentifierKind, String)>) {
    for inner in part.descendants().take(5000) {
        let kind = match inner.tag_name().name() {
            "issn" => IdentifierKind::Issn,
            "isbn" => IdentifierKind::Isbn,
            "citation_list" => break,
            _ => continue,
        };
        if identifiers.len() < 100 {
            identifiers.push((kind, whole(inner)));
        }
    }
}

fn work(node: Node<'_, '_>, host: &Host, kind: Kind, text: &str) -> Parsed {
    let beside = |name: &str| {
        let inside = below(node, name);
        if inside.is_empty() { host.text(name) } else { inside }
    };
    let title =
        xml::child(node, "titles").or_else(|| node.descendants().find(|n| n.tag_name().name() == "titles"));
    let in_title = |name: &str| title.map(|titles| below(titles, name)).unwrap_or_default();
    let mut record = Record {
        kind,
        title: in_title("title"),
        subtitle: in_title("subtitle"),
        publisher: beside("publisher_name"),
        place: beside("publisher_place"),
        date: date(node).or_else(|| host.date.clone()).unwrap_or_default(),
        volume: beside("volume"),
        issue: beside("issue"),
        edition: beside("edition_number"),
        pages: page_range(&below(node, "first_page"), &below(node, "last_page")),
        summary: below(node, "abstract"),
        ..Record::default()
    };
    match kind {
        Kind::Journal => record.title = below(node, "full_title"),
        Kind::Article => record.container = host.text("full_title"),
        Kind::Conference => record.container = host.text("proceedings_title"),
        Kind::Thesis => record.container = below(node, "institution_name"),
        Kind::Book if node.tag_name().name() == "content_item" => {
            record.container.clone_from(&host.book);
        }
        _ => {}
    }
    let original = in_title("original_language_title");
    add_once(&mut record.variant_titles, original);
    record.year = year_of(&record.date);
    record.language = lang::code(node.attribute("language").unwrap_or(&host.language));
    creators(&mut record, node);
    identifiers(&mut record, node, host);
    if let Some(data) = node.descendants().find(|inner| inner.tag_name().name() == "doi_data") {
        add_link(&mut record, &below(data, "resource"), "", host.open);
    }
    let offset = node.range().start;
    let mut warnings = Vec::new();
    if record.title.is_empty() {
        warnings.push(Warning::at("title", offset, "no title"));
    }
    let raw = text.get(node.range()).unwrap_or_default();
    record.raw = Some(RawRecord { format: "unixref".to_owned(), text: clip(raw, MAX_RAW) });
    Parsed { record, format: "unixref", profile: "unixref", charset: "utf-8", offset, warnings }
}

fn creators(record: &mut Record, node: Node<'_, '_>) {
    for inner in node.descendants().take(20_000) {
        let role = inner.attribute("contributor_role").and_then(roles::role_of);
        match inner.tag_name().name() {
            "person_name" => {
                let name = person(&below(inner, "surname"), &below(inner, "given_name"));
                add_creator(record, name, role.unwrap_or(Role::Author));
            }
            "organization" if inner.has_attribute("contributor_role") => {
                add_creator(record, whole(inner), Role::Organisation);
            }
            // cited works have names too
            "citation_list" | "component_list" => break,
            _ => {}
        }
    }
}

fn identifiers(record: &mut Record, node: Node<'_, '_>, host: &Host) {
    if let Some(data) = node.descendants().find(|inner| inner.tag_name().name() == "doi_data") {
        let doi = below(data, "doi");
        record.id = doi.to_lowercase();
        record.add_identifier(IdentifierKind::Doi, &doi);
    }
    let mut own = Vec::new();
    numbers(node, &mut own);
    for (kind, value) in host.identifiers.iter().chain(&own) {
        record.add_identifier(*kind, value);
    }
}

/// `2014-02-11`, month and day optional. A work that came online years before its issue has both dates;
/// the printed one is cited.
fn date(node: Node<'_, '_>) -> Option<String> {
    let dated = |inner: &Node<'_, '_>| {
        matches!(inner.tag_name().name(), "publication_date" | "posted_date" | "approval_date")
    };
    let mut dates = node.descendants().filter(dated).take(100);
    let printed = dates.clone().find(|inner| inner.attribute("media_type") == Some("print"));
    let found = printed.or_else(|| dates.next())?;
    let year = below(found, "year");
    let rest = ["month", "day"].map(|name| below(found, name));
    let numbers = rest.iter().take_while(|part| !part.is_empty() && part.len() <= 2);
    (!year.is_empty()).then(|| numbers.fold(year, |date, part| format!("{date}-{part:0>2}")))
}
