//! Responses of CALIS 联合目录 (`opac2`). Undocumented; the format is known from observation: every member
//! may be missing or of another type, and names contain HTML.

use hongyan_model::holding::Holding;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, RawRecord, Record, Role, year_of};
use hongyan_model::text;
use serde_json::Value;

use crate::answer::records;
use crate::{Budget, Parsed, ReadError, Warning, json, lang, roles};

/// Maximum number of repeated elements.
const MANY: usize = 500;

/// Names of the members of a record that are read.
pub const NAMES: &[&str] = &[
    "rid",
    "id",
    "calisid",
    "type",
    "resourceType",
    "title",
    "contributor",
    "creator",
    "publisher",
    "date",
    "publishDate",
    "pubdate",
    "publishYear",
    "year",
    "language",
    "edition",
    "abstract",
    "summary",
    "description",
    "subject",
    "isbn",
    "issn",
    "holdings",
];

/// A page of results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultPage {
    /// application status; `200` is success. As text, because it occurs as string and as number
    pub status: String,
    /// message; usually empty
    pub message: String,
    /// total number of hits, if reported
    pub total: Option<u64>,
    /// the records of this page
    pub records: Vec<Parsed>,
}

impl ResultPage {
    /// Whether the application reports success.
    pub fn ok(&self) -> bool {
        self.status.is_empty() || self.status == "200" || self.status == "0"
    }
}

/// Parses a search response.
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or have no member of such a response.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    let answer = json::open(bytes, budget)?;
    let status = json::member(&answer, &["status", "code"]);
    let message = json::member(&answer, &["message", "msg"]);
    let data = answer.get("data").unwrap_or(&Value::Null);
    let instances = json::listed(data.get("instances"), NAMES);
    if status.is_empty() && message.is_empty() && instances.is_none() {
        return Err(ReadError::at(
            0,
            "JSON, but not a response of opac2: neither `status` nor `data.instances`",
        ));
    }
    let total =
        data.pointer("/resultInfo/totalRecords").or_else(|| data.get("totalRecords")).and_then(json::count);
    let records = records(instances.into_iter().flatten(), budget, instance)?;
    Ok(ResultPage { status, message, total, records })
}

fn instance(item: &Value) -> Option<Parsed> {
    if !item.is_object() {
        return None;
    }
    let mut warnings = Vec::new();
    let mut record = Record {
        id: json::member(item, &["rid", "id", "calisid"]),
        kind: kind(&json::member(item, &["type", "resourceType"])),
        title: json::member(item, &["title"]),
        creators: contributors(item),
        publisher: json::member(item, &["publisher"]),
        date: json::member(item, &["date", "publishDate", "pubdate", "publishYear", "year"]),
        language: lang::code(&json::member(item, &["language"])),
        edition: json::member(item, &["edition"]),
        summary: json::member(item, &["abstract", "summary", "description"]),
        subjects: json::texts(item, "subject").into_iter().take(MANY).collect(),
        ..Record::default()
    };
    // 书名 / 责任者 and 书名 : 副题 are in one string
    if let Some((title, _)) = record.title.split_once(" / ") {
        record.title = title.trim().to_owned();
    }
    if let Some((title, subtitle)) = record.title.split_once(" : ") {
        record.subtitle = subtitle.trim().to_owned();
        record.title = title.trim().to_owned();
    }
    // 北京 : 人民文学出版社, 1982
    if let Some((place, rest)) = record.publisher.clone().split_once(" : ") {
        record.place = place.trim().to_owned();
        record.publisher = rest.trim().to_owned();
    }
    if let Some((name, date)) = record.publisher.clone().rsplit_once(',')
        && year_of(date).is_some()
    {
        record.publisher = name.trim().to_owned();
        if record.date.is_empty() {
            record.date = date.trim().to_owned();
        }
    }
    // 北京, 人民文学出版社: places are short, Han names of publishers are not
    if record.place.is_empty()
        && let Some((place, rest)) = record.publisher.clone().split_once([',', '，'])
        && (2..=4).contains(&place.trim().chars().count())
        && place.trim().chars().all(text::is_han)
    {
        record.place = place.trim().to_owned();
        record.publisher = rest.trim().to_owned();
    }
    record.year = year_of(&record.date);
    for isbn in json::texts(item, "isbn") {
        for part in isbn.split([';', '；', '|']) {
            let before = record.identifiers.len();
            record.add_identifier(IdentifierKind::Isbn, part);
            if record.identifiers.len() == before && !part.trim().is_empty() && record.identifiers.is_empty()
            {
                warnings.push(Warning::new("isbn", format!("no valid ISBN: {}", text::clip(part, 30))));
            }
        }
    }
    for issn in json::texts(item, "issn") {
        record.add_identifier(IdentifierKind::Issn, &issn);
    }
    record.add_identifier(IdentifierKind::Calis, &json::member(item, &["calisid"]));
    if record.kind == Kind::Other && record.identifier(IdentifierKind::Isbn).is_some() {
        record.kind = Kind::Book;
    }
    for library in json::texts(item, "holdings").into_iter().take(MANY) {
        record.holdings.push(Holding { library, ..Holding::default() });
    }
    if record.title.is_empty() {
        warnings.push(Warning::new("title", "no title"));
    }
    record.raw = Some(RawRecord { format: "json".to_owned(), text: json::raw(item) });
    Some(Parsed { record, format: "opac2", profile: "opac2", charset: "utf-8", offset: 0, warnings })
}

/// `contributor` is a list of `{name}` with an anchor as name, or of strings, or a string.
fn contributors(item: &Value) -> Vec<Creator> {
    let contributor = item.get("contributor").or_else(|| item.get("creator")).unwrap_or(&Value::Null);
    let people: Vec<(String, String)> = match contributor {
        Value::Array(people) => people
            .iter()
            .map(|person| match person {
                Value::Object(_) => {
                    (json::member(person, &["name"]), json::member(person, &["role", "relator"]))
                }
                other => (json::text(other), String::new()),
            })
            .collect(),
        Value::Object(_) => {
            vec![(json::member(contributor, &["name"]), json::member(contributor, &["role"]))]
        }
        other => vec![(json::text(other), String::new())],
    };
    people
        .into_iter()
        .flat_map(|(names, role)| {
            names.split([';', '；']).map(|name| (name.trim().to_owned(), role.clone())).collect::<Vec<_>>()
        })
        .filter(|(name, _)| !name.is_empty())
        .take(100)
        .map(|(name, role)| {
            let (name, found) = roles::split_role(&name);
            Creator { name, role: roles::role_of(&role).or(found).unwrap_or(Role::Author) }
        })
        .collect()
}

fn kind(word: &str) -> Kind {
    crate::dc::kind_of(word).unwrap_or_default()
}
