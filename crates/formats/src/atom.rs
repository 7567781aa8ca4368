//! Atom feeds (RFC 4287) with OpenSearch elements and the extensions of indexes: Dublin Core, PRISM,
//! arXiv's own.

use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::record::{Kind, RawRecord, Record, Role, year_of};
use hongyan_model::text::{clean, clip};
use roxmltree::Node;

use crate::answer::{Complaint, ResultPage, add_creator, add_link, add_once, page_range, records};
use crate::markup::strip_html;
use crate::{Budget, Parsed, ReadError, Warning, lang, roles, xml};

const ATOM: &str = "http://www.w3.org/2005/Atom";
const ARXIV: &str = "http://arxiv.org/schemas/atom";
const MAX_RAW: usize = 50_000;

/// Parses a feed.
///
/// # Errors
/// [`ReadError`] when the bytes are not well-formed XML, or not a feed.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    read(bytes, budget).map(|(answer, _)| answer)
}

/// Parses a feed, and the error that arXiv sends as a feed with one entry.
pub(crate) fn read(bytes: &[u8], budget: &Budget) -> Result<(ResultPage, Option<Complaint>), ReadError> {
    let source = xml::decode(bytes);
    let document = xml::open(&source.text, budget)?;
    let root = document.root_element();
    let named = |node: &Node<'_, '_>, name: &str| {
        node.tag_name().name() == name && node.tag_name().namespace() == Some(ATOM)
    };
    let entries: Vec<Node<'_, '_>> = if named(&root, "entry") {
        vec![root]
    } else if named(&root, "feed") {
        root.children().filter(|node| named(node, "entry")).collect()
    } else {
        return Err(ReadError::at(0, "XML, but no Atom feed"));
    };
    let total = xml::child(root, "totalResults").and_then(|node| xml::text_of(node).parse().ok());
    if let [only] = entries.as_slice()
        && xml::child(*only, "id").is_some_and(|id| xml::text_of(id).contains("/api/errors"))
    {
        let message = xml::child(*only, "summary").map(|node| clean(&xml::text_of(node))).unwrap_or_default();
        let complaint = Complaint { code: "Error".to_owned(), message };
        return Ok((ResultPage { total: None, records: Vec::new() }, Some(complaint)));
    }
    let records = records(entries, budget, |node| {
        let mut parsed = entry(node, &source.text);
        parsed.charset = source.charset;
        parsed.warnings.extend(source.warnings.iter().cloned());
        Some(parsed)
    })?;
    Ok((ResultPage { total, records }, None))
}

fn entry(node: Node<'_, '_>, source: &str) -> Parsed {
    let mut record = Record::default();
    let (mut first, mut last, mut updated) = (String::new(), String::new(), String::new());
    for element in node.children().filter(Node::is_element).take(3000) {
        let name = element.tag_name().name();
        let value = value(element);
        match name {
            "title" if record.title.is_empty() => record.title = value,
            "id" => identify(&mut record, &value),
            "author" | "creator" | "contributor" => {
                let role = if name == "contributor" { Role::Contributor } else { Role::Author };
                let person =
                    xml::child(element, "name").map(|name| clean(&xml::text_of(name))).unwrap_or(value);
                let (person, spoken) = roles::split_role(&person);
                add_creator(&mut record, person, spoken.unwrap_or(role));
            }
            "summary" | "content" | "description" if record.summary.is_empty() => record.summary = value,
            "published" | "publicationDate" | "date" if record.date.is_empty() => record.date = value,
            "updated" => updated = value,
            "publisher" => record.publisher = value,
            "publicationName" => record.container = value,
            "volume" => record.volume = value,
            "number" => record.issue = value,
            "startingPage" => first = value,
            "endingPage" => last = value,
            "language" => record.language = lang::code(&value),
            "issn" | "eIssn" => record.add_identifier(IdentifierKind::Issn, &value),
            "isbn" => record.add_identifier(IdentifierKind::Isbn, &value),
            "doi" => record.add_identifier(IdentifierKind::Doi, &value),
            "hasPart" => {
                let lower = value.to_lowercase();
                record.add_identifier(
                    IdentifierKind::Isbn,
                    lower.strip_prefix("urn:isbn:").unwrap_or_default(),
                );
            }
            "isPartOf" => {
                let series = element.attributes().find(|a| a.name() == "title").map(|a| clean(a.value()));
                record.series = series.unwrap_or_default();
            }
            "category" => {
                let term = element.attribute("label").or(element.attribute("term")).unwrap_or_default();
                add_once(&mut record.subjects, clean(term));
            }
            "subject" => add_once(&mut record.subjects, value),
            "journal_ref" => journal(&mut record, &value),
            "link" => link(&mut record, element),
            _ => {}
        }
    }
    if record.date.is_empty() {
        record.date = updated;
    }
    // 2022-02-24T15:05:19Z: the time of day is dropped
    record.date = record.date.split('T').next().unwrap_or_default().to_owned();
    record.year = year_of(&record.date);
    if record.pages.is_empty() {
        record.pages = page_range(&first, &last);
    }
    let ours = node.descendants().any(|inner| inner.tag_name().namespace() == Some(ARXIV));
    record.kind = kind(&record, ours);
    let mut warnings = Vec::new();
    if record.title.is_empty() {
        warnings.push(Warning::at("title", node.range().start, "no title"));
    }
    let raw = source.get(node.range()).unwrap_or_default();
    record.raw = Some(RawRecord { format: "atom".to_owned(), text: clip(raw, MAX_RAW) });
    let profile = if ours { "arxiv" } else { "atom" };
    Parsed { record, format: "atom", profile, charset: "utf-8", offset: node.range().start, warnings }
}

/// The text of an element, without markup (`type="html"`).
fn value(element: Node<'_, '_>) -> String {
    let text = xml::text_of(element);
    match element.attribute("type") {
        Some("html" | "text/html") => strip_html(&text),
        Some("xhtml") => clean(
            &element
                .descendants()
                .filter_map(|n| n.is_text().then(|| n.text()).flatten())
                .collect::<String>(),
        ),
        _ => clean(&text),
    }
}

/// `http://arxiv.org/abs/1707.08567v1`, `http://ci.nii.ac.jp/ncid/BA44499834`, `urn:uuid:…`
fn identify(record: &mut Record, value: &str) {
    if let Some((_, id)) = value.split_once("arxiv.org/abs/") {
        record.add_identifier(IdentifierKind::Arxiv, id);
        record.id = record.identifier(IdentifierKind::Arxiv).unwrap_or(id).to_owned();
        return;
    }
    if let Some(known) = Identifier::recognise(value) {
        record.add_identifier(known.kind, &known.value);
    }
    record.id = value.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
}

/// `Phys. Rev. D 76, 013009 (2007)`: extracts the journal, and volume, page and year where possible.
fn journal(record: &mut Record, reference: &str) {
    let parts = crate::marc::host_parts(reference);
    let name: String =
        reference.chars().take_while(|c| !c.is_ascii_digit() && !",;:(".contains(*c)).collect();
    let name = name.trim().trim_end_matches([',', '.', ' ']);
    let name = if name.is_empty() { reference } else { name };
    // `Vol.` belongs to the volume, not to the name
    for word in [" Vol", " vol", " Volume", " No", " V"] {
        if let Some(head) = name.strip_suffix(word) {
            head.trim_end_matches([',', ' ']).clone_into(&mut record.container);
            break;
        }
    }
    if record.container.is_empty() {
        name.clone_into(&mut record.container);
    }
    if !parts.is_empty() {
        (record.volume, record.issue) = (parts.volume, parts.issue);
        record.pages = parts.pages;
    }
}

fn link(record: &mut Record, element: Node<'_, '_>) {
    let href = element.attribute("href").unwrap_or_default();
    let (relation, kind) =
        (element.attribute("rel").unwrap_or("alternate"), element.attribute("type").unwrap_or_default());
    let arxiv = href.contains("//arxiv.org/");
    match (relation, kind) {
        ("self", _) | (_, "application/rdf+xml" | "application/json") => {}
        (_, "application/pdf") => add_link(record, href, "PDF", arxiv),
        ("alternate", _) => add_link(record, href, if arxiv { "arXiv" } else { "" }, arxiv),
        _ if element.attribute("title") == Some("doi") => add_link(record, href, "DOI", false),
        _ => {}
    }
}

fn kind(record: &Record, arxiv: bool) -> Kind {
    if arxiv || record.identifier(IdentifierKind::Arxiv).is_some() || !record.container.is_empty() {
        Kind::Article
    } else if record.identifier(IdentifierKind::Isbn).is_some() {
        Kind::Book
    } else {
        Kind::Other
    }
}
