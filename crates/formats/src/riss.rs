//! Responses of KERIS RISS (`openApi`, XML with dots in element names). Errors come with HTTP status 200,
//! so the response has its own status.

use hongyan_model::holding::Holding;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Link, RawRecord, Record, Role, year_of};
use hongyan_model::text;
use roxmltree::Node;

use crate::{Budget, Parsed, ReadError, Warning, answer, roles, xml};

/// Maximum number of records; the API sends at most 100, its sister 300.
const MAX_RECORDS: usize = 1_000;
/// Maximum length of the raw view, in characters.
const MAX_RAW: usize = 50_000;

/// A page of results, or an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultPage {
    /// error code: `0` is success, `004` a rejected key or type
    pub error: String,
    /// message, in Korean or English
    pub message: String,
    /// total number of hits
    pub total: Option<u64>,
    /// the records of this page
    pub records: Vec<Parsed>,
}

impl ResultPage {
    /// Whether the API reports success: a code of zeros only.
    pub fn ok(&self) -> bool {
        self.error.chars().all(|c| c == '0')
    }
}

/// Parses a response.
///
/// # Errors
/// [`ReadError`] when the bytes are not well-formed XML (as a web page), or have no such header.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    let source = xml::decode(bytes);
    let document = xml::open(&source.text, budget)?;
    let root = document.root_element();
    let Some(head) = xml::child(root, "head") else {
        let name = text::clip(root.tag_name().name(), 60);
        return Err(ReadError::at(
            root.range().start,
            format!("XML, but no answer of RISS: the root is <{name}>"),
        ));
    };
    // element names vary
    let part = |wanted: &str| {
        head.children()
            .find(|node| node.is_element() && node.tag_name().name().eq_ignore_ascii_case(wanted))
            .map(|node| text::clean(&xml::text_of(node)))
            .unwrap_or_default()
    };
    let nodes = root.children().filter(|node| node.is_element() && node.tag_name().name() == "metadata");
    let records =
        answer::records(nodes.take(MAX_RECORDS), budget, |node| Some(metadata(node, &source.text)))?;
    Ok(ResultPage {
        error: part("Error"),
        message: part("ErrorMessage"),
        total: part("totalcount").parse().ok(),
        records,
    })
}

fn metadata(node: Node<'_, '_>, source: &str) -> Parsed {
    // `-` stands for none
    let parts = |wanted: &str| -> Vec<String> {
        node.children()
            .filter(|child| {
                let name = child.tag_name().name();
                child.is_element() && name.strip_prefix("riss.").unwrap_or(name) == wanted
            })
            .map(|child| crate::markup::strip_html(&xml::text_of(child)))
            .filter(|value| !value.is_empty() && value != "-")
            .take(200)
            .collect()
    };
    let part = |wanted: &str| parts(wanted).into_iter().next().unwrap_or_default();
    let kind = kind(&part("type"));
    let mut record = Record {
        kind,
        title: part("title"),
        creators: creators(&parts("author")),
        publisher: part("publisher"),
        date: part("pubdate"),
        container: part("stitle"),
        volume: part("vol"),
        issue: part("no"),
        ..Record::default()
    };
    record.year = year_of(&record.date);
    if kind == Kind::Thesis && record.container.is_empty() {
        record.container.clone_from(&record.publisher);
    }
    for (name, kind) in
        [("isbn", IdentifierKind::Isbn), ("issn", IdentifierKind::Issn), ("doi", IdentifierKind::Doi)]
    {
        for value in parts(name) {
            record.add_identifier(kind, &value);
        }
    }
    for library in parts("holdings") {
        record.holdings.push(Holding { library, ..Holding::default() });
    }
    let url = part("url");
    if url.starts_with("http://") || url.starts_with("https://") {
        record.id = id_of(&url);
        // open access is not reported: `image` and `charge` are undocumented
        record.links.push(Link { url, label: "RISS".to_owned(), open_access: false });
    }
    let range = node.range();
    let raw = source.get(range.clone()).unwrap_or_default();
    record.raw = Some(RawRecord { format: "riss".to_owned(), text: text::clip(raw, MAX_RAW) });
    let missing = record.title.is_empty().then(|| Warning::at("title", range.start, "no title"));
    let warnings = missing.into_iter().collect();
    Parsed { record, format: "riss", profile: "riss", charset: "utf-8", offset: range.start, warnings }
}

/// `http://www.riss.kr/link?id=A123`
fn id_of(url: &str) -> String {
    let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let id = query.split('&').find_map(|pair| pair.strip_prefix("id=")).unwrap_or_default();
    text::clip(if id.is_empty() { url } else { id }, 200)
}

/// `김연구|이학술`; names separated by a space only may be one or two, so they are not split.
fn creators(statements: &[String]) -> Vec<Creator> {
    let names = statements.iter().flat_map(|names| names.split(['|', ';', ','])).map(roles::tidy);
    let mut creators: Vec<Creator> = Vec::new();
    for name in names.filter(|name| !name.is_empty()).take(200) {
        if !creators.iter().any(|known| known.name == name) {
            creators.push(Creator { name, role: Role::Author });
        }
    }
    creators
}

fn kind(code: &str) -> Kind {
    match code.trim() {
        "A" | "O" => Kind::Article,
        "T" => Kind::Thesis,
        "U" => Kind::Book,
        "F" => Kind::Report,
        "S" => Kind::Journal,
        _ => Kind::Other,
    }
}
