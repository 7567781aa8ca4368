//! Simple Dublin Core (`oai_dc`, `srw_dc`): fifteen elements whose content conventions vary between
//! systems.

use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::record::{Creator, Kind, Link, RawRecord, Record, Role, year_of};
use hongyan_model::text;
use roxmltree::Node;

use crate::{Budget, Parsed, ReadError, Warning, answer, lang, roles, xml};

const ELEMENTS: &str = "http://purl.org/dc/elements/1.1/";
const TERMS: &str = "http://purl.org/dc/terms/";
/// Maximum length of the raw view, in characters.
const MAX_RAW: usize = 50_000;

/// Parses all Dublin Core records of a document: the root itself, or every `dc` element in it (OAI-PMH).
///
/// # Errors
/// [`ReadError`] when the text is not well-formed or contains no Dublin Core.
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    let document = xml::open(text, budget)?;
    let nodes = document.descendants().filter(|node| is_record(*node));
    let records = answer::records(nodes, budget, |node| Some(map(node, text)))?;
    if records.is_empty() {
        return Err(ReadError::at(0, "XML without a Dublin Core record"));
    }
    Ok(records)
}

/// Whether an element contains Dublin Core elements, whatever its own name.
pub(crate) fn is_record(node: Node<'_, '_>) -> bool {
    node.is_element()
        && node
            .children()
            .any(|child| child.is_element() && is_element(child) && child.tag_name().name() != "dc")
}

/// Whether this is an element of Dublin Core: by its namespace, or, where a server leaves that out, by its
/// name in an element that is called `dc`.
fn is_element(node: Node<'_, '_>) -> bool {
    match node.tag_name().namespace() {
        Some(ELEMENTS | TERMS) => true,
        Some(_) => false,
        None => {
            let parent = node.parent_element().map(|parent| parent.tag_name().name());
            NAMES.contains(&node.tag_name().name())
                && parent
                    .is_some_and(|name| matches!(name, "dc" | "oai_dc" | "srw_dc" | "dcx" | "dublin_core"))
        }
    }
}

/// The fifteen elements.
const NAMES: &[&str] = &[
    "contributor",
    "coverage",
    "creator",
    "date",
    "description",
    "format",
    "identifier",
    "language",
    "publisher",
    "relation",
    "rights",
    "source",
    "subject",
    "title",
    "type",
];

/// Maps a record; `source` is the text that the tree was parsed from.
pub(crate) fn map(node: Node<'_, '_>, source: &str) -> Parsed {
    let range = node.range();
    let mut warnings = Vec::new();
    let mut record = Record::default();
    let mut publishers: Vec<String> = Vec::new();
    let mut types: Vec<Kind> = Vec::new();
    let mut open_access = false;
    let mut alma = false;
    for element in node.children().filter(|child| child.is_element() && is_element(*child)).take(2000) {
        let value = text::clean(&xml::text_of(element));
        if value.is_empty() {
            continue;
        }
        match element.tag_name().name() {
            "title" if record.title.is_empty() => {
                let value = value.replace("<<", "").replace(">>", "");
                let title = value.split_once(" / ").map_or(value.as_str(), |(title, _)| title);
                match title.split_once(" : ") {
                    Some((title, subtitle)) => {
                        record.title = title.trim().to_owned();
                        record.subtitle = subtitle.trim().to_owned();
                    }
                    None => record.title = title.trim().to_owned(),
                }
            }
            "title" | "alternative" => push_once(&mut record.variant_titles, value),
            "creator" => push_creator(&mut record, &value, Role::Author),
            "contributor" => push_creator(&mut record, &value, Role::Contributor),
            "publisher" => push_once(&mut publishers, value),
            "date" | "issued" | "created" if record.year.is_none() => {
                record.year = year_of(&value);
                record.date = value;
            }
            "language" if record.language.is_empty() => record.language = lang::code(&value),
            "subject" => push_once(&mut record.subjects, value),
            "description" | "abstract" if record.summary.is_empty() => record.summary = value,
            "type" => types.extend(kind_of(&value)),
            "identifier"
            | "isPartOf"
            | "relation"
            | "hasFormat"
            | "isReferencedBy"
            | "bibliographicCitation" => {
                alma |= value.starts_with("alma:");
                identify(&mut record, element, &value);
            }
            "source" => source_of(&mut record, &value),
            "format" | "extent"
                if value.contains(['页', 'p', 'S']) && value.chars().any(|c| c.is_ascii_digit()) =>
            {
                record.pages = value;
            }
            "rights" | "accessRights" | "license" => {
                let lower = value.to_lowercase();
                open_access |= ["open access", "openaccess", "creativecommons", "cc by", "cc0"]
                    .iter()
                    .any(|w| lower.contains(w));
            }
            _ => {}
        }
    }
    publisher(&mut record, publishers, alma);
    record.kind = kind(&record, &types);
    for link in &mut record.links {
        link.open_access = open_access;
    }
    if record.title.is_empty() {
        warnings.push(Warning::at("title", range.start, "no title"));
    }
    let raw = source.get(range.clone()).unwrap_or_default();
    record.raw = Some(RawRecord { format: "dc".to_owned(), text: text::clip(raw, MAX_RAW) });
    Parsed { record, format: "dc", profile: "dc", charset: "utf-8", offset: range.start, warnings }
}

fn push_once(list: &mut Vec<String>, value: String) {
    if list.len() < 500 && !list.contains(&value) {
        list.push(value);
    }
}

/// `叶震 主编`, `Knuth, Donald E., 1938-`, `Smith, John [edt]`
fn push_creator(record: &mut Record, value: &str, otherwise: Role) {
    let (name, bracketed) = match value.strip_suffix([']', ')']).and_then(|head| head.rsplit_once(['[', '(']))
    {
        Some((name, role))
            if !name.trim().is_empty() && roles::role_of(role).is_some_and(|r| r != Role::Contributor) =>
        {
            (name.trim(), roles::role_of(role))
        }
        _ => (value, None),
    };
    let (name, spoken) = roles::split_role(name);
    if name.is_empty() || record.creators.len() >= 500 {
        return;
    }
    let creator = Creator { name, role: bracketed.or(spoken).unwrap_or(otherwise) };
    if !record.creators.iter().any(|known| known.name == creator.name) {
        record.creators.push(creator);
    }
}

/// Alma puts place and publisher into two elements; others write `北京 : 人民出版社`.
fn publisher(record: &mut Record, publishers: Vec<String>, alma: bool) {
    let mut publishers = publishers.into_iter();
    let (Some(first), second) = (publishers.next(), publishers.next()) else {
        return;
    };
    match (second, first.split_once(" : ")) {
        (Some(second), _) if alma => (record.place, record.publisher) = (first, second),
        (_, Some((place, name))) => {
            (record.place, record.publisher) = (place.trim().to_owned(), name.trim().to_owned());
        }
        _ => record.publisher = first,
    }
}

fn identify(record: &mut Record, element: Node<'_, '_>, value: &str) {
    let lower = value.to_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        if let Some(id) = Identifier::recognise(value) {
            record.add_identifier(id.kind, &id.value);
        }
        if record.links.len() < 100 && !record.links.iter().any(|link| link.url == value) {
            record.links.push(Link { url: value.to_owned(), label: String::new(), open_access: false });
        }
        return;
    }
    // <dc:identifier xsi:type="dnb:ISBN">
    let typed = element.attributes().find(|a| a.name() == "type").map(|a| a.value().to_lowercase());
    if let Some(typed) = &typed {
        for (word, kind) in [
            ("isbn", IdentifierKind::Isbn),
            ("issn", IdentifierKind::Issn),
            ("doi", IdentifierKind::Doi),
            ("oclc", IdentifierKind::Oclc),
        ] {
            if typed.ends_with(word) {
                record.add_identifier(kind, value);
                return;
            }
        }
    }
    let bare = lower.strip_prefix("urn:").unwrap_or(&lower);
    if let Some(number) = bare.strip_prefix("(ocolc)") {
        record.add_identifier(IdentifierKind::Oclc, number);
    } else if typed.is_none()
        && let Some(id) = Identifier::recognise(bare)
    {
        record.add_identifier(id.kind, &id.value);
    } else if record.id.is_empty()
        && element.tag_name().name() == "identifier"
        && !value.contains([' ', '(', ':'])
        && value.len() <= 100
    {
        value.clone_into(&mut record.id);
    }
}

/// `Journal of X, Vol 3, Iss 2, Pp 1-10 (2005)`
fn source_of(record: &mut Record, value: &str) {
    if let Some(id) = Identifier::recognise(value) {
        record.add_identifier(id.kind, &id.value);
        return;
    }
    if !record.container.is_empty() {
        return;
    }
    let parts = crate::marc::host_parts(value);
    let head = value.split([',', '，', '(']).next().unwrap_or_default().trim();
    if parts.is_empty() {
        value.clone_into(&mut record.container);
    } else {
        head.clone_into(&mut record.container);
        (record.volume, record.issue) = (parts.volume, parts.issue);
        if !parts.pages.is_empty() {
            record.pages = parts.pages;
        }
    }
}

fn kind(record: &Record, types: &[Kind]) -> Kind {
    let said = types.iter().copied().find(|kind| *kind != Kind::Other);
    match said {
        Some(kind) => kind,
        None if record.identifier(IdentifierKind::Isbn).is_some() => Kind::Book,
        None if !record.volume.is_empty() && !record.container.is_empty() => Kind::Article,
        None => Kind::Other,
    }
}

/// The kind for a publication type in Chinese, English or `info:eu-repo` terms; none for generic words
/// (`text`).
pub(crate) fn kind_of(word: &str) -> Option<Kind> {
    let word = word.trim().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|part| word.contains(part));
    Some(if has(&["thesis", "dissertation", "学位论文", "学位論文", "博士论文", "硕士论文"]) {
        Kind::Thesis
    } else if has(&["conference", "proceeding", "会议", "會議"]) {
        Kind::Conference
    } else if has(&["patent", "专利"]) {
        Kind::Patent
    } else if has(&["ancient", "古籍", "rare book", "善本"]) {
        Kind::AncientBook
    } else if has(&["newspaper", "报纸", "報紙"]) {
        Kind::Newspaper
    } else if has(&["article", "期刊论文", "论文", "論文"]) {
        Kind::Article
    } else if has(&["journal", "serial", "periodical", "期刊", "连续出版物", "magazine"]) {
        Kind::Journal
    } else if word == "standard" || has(&["标准", "standards"]) {
        Kind::Standard
    } else if has(&["report", "报告"]) {
        Kind::Report
    } else if has(&["book", "monograph", "图书", "圖書", "专著", "普通图书"]) {
        Kind::Book
    } else {
        return None;
    })
}
