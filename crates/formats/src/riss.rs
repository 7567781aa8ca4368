//! Answers of KERIS RISS (`openApi`, XML with dots in the names of elements). Errors come with HTTP
//! status 200, so the answer says itself whether it worked.

use hongyan_model::holding::Holding;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Link, RawRecord, Record, Role, year_of};
use hongyan_model::text;
use roxmltree::Node;

use crate::{Budget, Parsed, ReadError, Warning, answer, roles, xml};

/// More records than the interface sends at once (100, its sister 300).
const MAX_RECORDS: usize = 1_000;
/// The raw view is for eyes.
const MAX_RAW: usize = 50_000;

/// One page of hits, or an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// `0` is success, `004` a key (or a type) that is not accepted
    pub error: String,
    /// what the interface says beside it, in Korean or English
    pub message: String,
    /// hits in all
    pub total: Option<u64>,
    /// this page
    pub records: Vec<Parsed>,
}

impl Answer {
    /// True when the interface says that it worked: nothing but zeros.
    pub fn ok(&self) -> bool {
        self.error.chars().all(|c| c == '0')
    }
}

/// Reads an answer.
///
/// # Errors
/// When the bytes are not well-formed XML (also a web page), or XML without such a head.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<Answer, ReadError> {
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
    // what it is called is written in several ways
    let part = |wanted: &str| {
        head.children()
            .find(|node| node.is_element() && node.tag_name().name().eq_ignore_ascii_case(wanted))
            .map(|node| text::clean(&xml::text_of(node)))
            .unwrap_or_default()
    };
    let nodes = root.children().filter(|node| node.is_element() && node.tag_name().name() == "metadata");
    let records =
        answer::records(nodes.take(MAX_RECORDS), budget, |node| Some(metadata(node, &source.text)))?;
    Ok(Answer {
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
        // whether anybody may read it is not said: `image` and `charge` are not explained
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

/// `김연구|이학술`; names with only a space between may be one or two, so they stay together.
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
