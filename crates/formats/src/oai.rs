//! OAI-PMH 2.0 lists in the formats of arXiv (`arXiv`) and DOAJ (`oai_doaj`). [`crate::dc`] parses lists
//! in `oai_dc`, [`crate::marc`] those in MARCXML.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, RawRecord, Record, Role, year_of};
use hongyan_model::text::{clean, clip};
use roxmltree::Node;

use crate::answer::{add_creator, add_link, add_once, page_range, person};
use crate::{Budget, Fault, Parsed, ReadError, Warning, lang, xml};

const MAX_RAW: usize = 50_000;

/// Parses a list: its records, and the errors of the server (`noRecordsMatch`, `badResumptionToken` …).
///
/// # Errors
/// [`ReadError`] when the text is not well-formed or not OAI-PMH.
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Result<Parsed, ReadError>>, ReadError> {
    let document = xml::open(text, budget)?;
    let root = document.root_element();
    if root.tag_name().name() != "OAI-PMH" {
        return Err(ReadError::at(0, "XML, but not OAI-PMH"));
    }
    let error = |node: Node<'_, '_>| {
        let code = node.attribute("code").unwrap_or_default();
        ReadError::at(
            node.range().start,
            format!("{}: {}", clean(code), clip(&clean(&xml::text_of(node)), 200)),
        )
    };
    let errors = root.children().filter(|node| node.tag_name().name() == "error").take(50);
    let records = root.descendants().filter(|node| node.tag_name().name() == "record").filter_map(|node| {
        // a deleted record has only a header
        let inside = xml::child(node, "metadata")?.children().find(Node::is_element)?;
        let record = match inside.tag_name().name() {
            "arXiv" | "arXivRaw" => arxiv(inside),
            "doajArticle" => doaj(inside),
            _ => return Some(Err(ReadError::at(inside.range().start, "unsupported metadata format"))),
        };
        Some(budget.take_record(inside.range().start).map(|()| parsed(record, inside, text)))
    });
    let mut read: Vec<Result<Parsed, ReadError>> = errors.map(|node| Err(error(node))).collect();
    for record in records {
        let ends = record.as_ref().is_err_and(|error| error.fault != Fault::Unreadable);
        read.push(record);
        if ends {
            break;
        }
    }
    Ok(read)
}

fn parsed(mut record: Record, node: Node<'_, '_>, text: &str) -> Parsed {
    let offset = node.range().start;
    let mut warnings = Vec::new();
    if record.title.is_empty() {
        warnings.push(Warning::at("title", offset, "no title"));
    }
    let raw = text.get(node.range()).unwrap_or_default();
    record.raw = Some(RawRecord { format: "oai".to_owned(), text: clip(raw, MAX_RAW) });
    let profile = if node.tag_name().name() == "doajArticle" { "doaj" } else { "arxiv" };
    Parsed { record, format: "oai", profile, charset: "utf-8", offset, warnings }
}

/// The text of a child, without markup.
fn text(node: Node<'_, '_>, name: &str) -> String {
    xml::child(node, name).map(|child| clean(&xml::text_of(child))).unwrap_or_default()
}

fn each<'a, 'i>(node: Node<'a, 'i>, list: &str, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    xml::child(node, list)
        .into_iter()
        .flat_map(|list| list.children())
        .filter(move |child| child.tag_name().name() == name)
        .take(1000)
}

fn arxiv(node: Node<'_, '_>) -> Record {
    let mut record = Record {
        id: text(node, "id"),
        kind: Kind::Article,
        title: text(node, "title"),
        date: text(node, "created"),
        summary: text(node, "abstract"),
        container: text(node, "journal-ref"),
        ..Record::default()
    };
    record.year = year_of(&record.date);
    for author in each(node, "authors", "author") {
        add_creator(&mut record, person(&text(author, "keyname"), &text(author, "forenames")), Role::Author);
    }
    for category in text(node, "categories").split(' ') {
        add_once(&mut record.subjects, category.to_owned());
    }
    record.add_identifier(IdentifierKind::Arxiv, &text(node, "id"));
    record.add_identifier(IdentifierKind::Doi, &text(node, "doi"));
    if let Some(id) = record.identifier(IdentifierKind::Arxiv) {
        let url = format!("https://arxiv.org/abs/{id}");
        add_link(&mut record, &url, "arXiv", true);
    }
    record
}

fn doaj(node: Node<'_, '_>) -> Record {
    let mut record = Record {
        id: text(node, "publisherRecordId"),
        kind: Kind::Article,
        title: text(node, "title"),
        publisher: text(node, "publisher"),
        container: text(node, "journalTitle"),
        date: text(node, "publicationDate"),
        volume: text(node, "volume"),
        issue: text(node, "issue"),
        pages: page_range(&text(node, "startPage"), &text(node, "endPage")),
        language: lang::code(&text(node, "language")),
        summary: text(node, "abstract"),
        ..Record::default()
    };
    record.year = year_of(&record.date);
    for author in each(node, "authors", "author") {
        add_creator(&mut record, text(author, "name"), Role::Author);
    }
    for keyword in each(node, "keywords", "keyword") {
        add_once(&mut record.subjects, clean(&xml::text_of(keyword)));
    }
    record.add_identifier(IdentifierKind::Doi, &text(node, "doi"));
    record.add_identifier(IdentifierKind::Issn, &text(node, "issn"));
    record.add_identifier(IdentifierKind::Issn, &text(node, "eissn"));
    add_link(&mut record, &text(node, "fullTextUrl"), "", true);
    record
}
