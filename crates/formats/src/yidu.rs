//! Responses of CALIS e读 (`yidu`). Undocumented; the format is known from a third party's crawler. The
//! place of the number of hits is uncertain, so the caller gives it.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, RawRecord, Record, Role, year_of};
use serde_json::Value;

use crate::answer::records;
use crate::{Budget, Parsed, ReadError, Warning, json, lang, roles};

/// Probable place of the number of hits, as a JSON pointer; configurable in the connector.
pub const TOTAL: &str = "/data/total";

/// Names of the members of a record that are read.
pub const NAMES: &[&str] = &[
    "ukey",
    "id",
    "schemacode",
    "multivalued_type",
    "string_title",
    "string_titlesearch",
    "title",
    "string_creator",
    "string_creatorsearch",
    "multivalued_creator",
    "string_publisher",
    "string_publishyear",
    "string_publishdate",
    "string_journal_title",
    "string_source",
    "string_volume",
    "string_issue",
    "string_page",
    "string_pages",
    "string_language",
    "language",
    "string_abstract",
    "string_isbn",
    "isbn",
    "string_issn",
    "issn",
    "string_doi",
    "doi",
    "string_Key",
    "string_keyword",
    "multivalued_keyword",
];

/// A page of results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultPage {
    /// application code; 200 is success
    pub code: Option<u64>,
    /// message
    pub message: String,
    /// total number of hits, if found
    pub total: Option<u64>,
    /// the records of this page
    pub records: Vec<Parsed>,
}

impl ResultPage {
    /// Whether the application reports success.
    pub fn ok(&self) -> bool {
        self.code.is_none_or(|code| code == 200)
    }
}

/// Parses a search response; `total` is a JSON pointer ([`TOTAL`]).
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or have no member of such a response.
pub fn parse(bytes: &[u8], total: &str, budget: &Budget) -> Result<ResultPage, ReadError> {
    let answer = json::open(bytes, budget)?;
    let code = answer.get("code").and_then(json::count);
    let message = json::member(&answer, &["msg", "message"]);
    let content = json::listed(answer.pointer("/data/content"), NAMES);
    if code.is_none() && content.is_none() {
        return Err(ReadError::at(0, "JSON, but not a response of e读: neither `code` nor `data.content`"));
    }
    let total = answer.pointer(total).and_then(json::count);
    let records = records(content.into_iter().flatten(), budget, item)?;
    Ok(ResultPage { code, message, total, records })
}

fn item(item: &Value) -> Option<Parsed> {
    if !item.is_object() {
        return None;
    }
    let mut warnings = Vec::new();
    let schema = json::member(item, &["schemacode"]);
    let mut record = Record {
        id: json::member(item, &["ukey", "id"]),
        kind: kind(&schema, &json::texts(item, "multivalued_type")),
        title: json::member(item, &["string_title", "string_titlesearch", "title"]),
        creators: creators(item),
        publisher: json::member(item, &["string_publisher"]),
        date: json::member(item, &["string_publishyear", "string_publishdate"]),
        container: json::member(item, &["string_journal_title", "string_source"]),
        volume: json::member(item, &["string_volume"]),
        issue: json::member(item, &["string_issue"]),
        pages: json::member(item, &["string_page", "string_pages"]),
        language: lang::code(&json::member(item, &["string_language", "language"])),
        summary: json::member(item, &["string_abstract"]),
        subjects: keywords(item),
        ..Record::default()
    };
    record.year = year_of(&record.date);
    for (names, kind) in [
        (["string_isbn", "isbn"], IdentifierKind::Isbn),
        (["string_issn", "issn"], IdentifierKind::Issn),
        (["string_doi", "doi"], IdentifierKind::Doi),
    ] {
        record.add_identifier(kind, &json::member(item, &names));
    }
    if record.kind == Kind::Other && !record.container.is_empty() {
        record.kind = Kind::Article;
    }
    if record.title.is_empty() {
        warnings.push(Warning::new("title", "no title"));
    }
    record.raw = Some(RawRecord { format: "json".to_owned(), text: json::raw(item) });
    Some(Parsed { record, format: "yidu", profile: "yidu", charset: "utf-8", offset: 0, warnings })
}

fn creators(item: &Value) -> Vec<Creator> {
    let names = ["string_creator", "string_creatorsearch", "multivalued_creator"]
        .iter()
        .map(|name| json::texts(item, name))
        .find(|names| !names.is_empty())
        .unwrap_or_default();
    names
        .iter()
        .flat_map(|names| names.split([';', '；', '|', '，', '、']))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .take(100)
        .map(|name| {
            let (name, role) = roles::split_role(name);
            Creator { name, role: role.unwrap_or(Role::Author) }
        })
        .collect()
}

fn keywords(item: &Value) -> Vec<String> {
    let mut subjects: Vec<String> = Vec::new();
    for name in ["string_Key", "string_keyword", "multivalued_keyword"] {
        for words in json::texts(item, name) {
            for word in words.split([';', '；', '|', '，']).map(str::trim) {
                if !word.is_empty() && subjects.len() < 100 && !subjects.iter().any(|known| known == word) {
                    subjects.push(word.to_owned());
                }
            }
        }
    }
    subjects
}

/// `JNArt` is a journal article; other codes are classified by the words in them.
fn kind(schema: &str, types: &[String]) -> Kind {
    let lower = schema.to_lowercase();
    for (part, kind) in [
        ("jnart", Kind::Article),
        ("article", Kind::Article),
        ("thesis", Kind::Thesis),
        ("dissert", Kind::Thesis),
        ("degree", Kind::Thesis),
        ("conf", Kind::Conference),
        ("patent", Kind::Patent),
        ("standard", Kind::Standard),
        ("report", Kind::Report),
        ("newspaper", Kind::Newspaper),
        ("ancient", Kind::AncientBook),
        ("book", Kind::Book),
        ("journal", Kind::Journal),
    ] {
        if lower.contains(part) {
            return kind;
        }
    }
    types.iter().find_map(|word| crate::dc::kind_of(word)).unwrap_or_default()
}
