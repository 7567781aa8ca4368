//! A page of results from an open index, and its error formats.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, RawRecord, Record, Role};
use hongyan_model::text::is_han;
use serde_json::Value;

use crate::{Budget, Parsed, ReadError, Warning, json};

/// A page of results.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultPage {
    /// total number of hits; none when not reported
    pub total: Option<u64>,
    /// the records of this page
    pub records: Vec<Parsed>,
}

/// An error reported by a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// error code: `integer-not-valid`; empty if there is none
    pub code: String,
    /// error text, cleaned
    pub message: String,
}

/// Parses an error from a JSON response: `{error, message}` (OpenAlex), `{status, error}` (DOAJ),
/// `{status: "failed", message: [{type, value, message}]}` or the same with one object (Crossref). None
/// when the response is not an error.
pub fn complaint(bytes: &[u8], budget: &Budget) -> Option<Complaint> {
    let answer = json::open(bytes, budget).ok()?;
    let failed = answer.get("status").and_then(Value::as_str).is_some_and(|status| status != "ok");
    let nested = json::items(&answer, "message").iter().find(|message| message.is_object());
    if failed && let Some(first) = nested {
        let code = json::member(first, &["type", "name"]);
        return Some(Complaint { code, message: json::member(first, &["message", "description"]) });
    }
    let error = json::member(&answer, &["error"]);
    let message = json::member(&answer, &["message", "error_description"]);
    match (error.as_str(), message.as_str()) {
        ("", "") => None,
        ("", _) if !failed => None,
        (_, "") => Some(Complaint { code: String::new(), message: error }),
        _ => Some(Complaint { code: error, message }),
    }
}

/// Parses items one by one while the budget allows records; further items are dropped.
///
/// # Errors
/// [`Fault::Stopped`](crate::Fault::Stopped) when the parsing was cancelled.
pub(crate) fn records<T>(
    items: impl IntoIterator<Item = T>,
    budget: &Budget,
    mut read: impl FnMut(T) -> Option<Parsed>,
) -> Result<Vec<Parsed>, ReadError> {
    let mut records = Vec::new();
    for item in items {
        match budget.take_record(0) {
            Ok(()) => records.extend(read(item)),
            Err(error) if error.ends_all() => return Err(error),
            Err(_) => break,
        }
    }
    Ok(records)
}

/// Wraps a record parsed from a JSON item; warns when it has no title.
pub(crate) fn parsed(mut record: Record, item: &Value, format: &'static str) -> Parsed {
    let mut warnings = Vec::new();
    if record.title.is_empty() {
        warnings.push(Warning::new("title", "no title"));
    }
    record.raw = Some(RawRecord { format: "json".to_owned(), text: json::raw(item) });
    Parsed { record, format, profile: format, charset: "utf-8", offset: 0, warnings }
}

/// Whether the letter is Chinese, Japanese or Korean.
fn asian(c: char) -> bool {
    is_han(c) || matches!(c, '\u{3040}'..='\u{30FF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Joins words to a text: with spaces, except between Chinese or Japanese characters.
pub(crate) fn running_text<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for word in words {
        run_on(&mut text, word);
    }
    text
}

/// Adds words to a text: with a space, except between Chinese or Japanese characters.
pub(crate) fn run_on(text: &mut String, words: &str) {
    let solid = |c: char| {
        asian(c) && !matches!(c, '\u{AC00}'..='\u{D7A3}')
            || matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}')
    };
    let meets = text.chars().next_back().is_some_and(solid) && words.chars().next().is_some_and(solid);
    if !text.is_empty() && !words.is_empty() && !meets {
        text.push(' ');
    }
    text.push_str(words);
}

/// `Renear, Allen H.`, but 曹雪芹: a name in Chinese, Japanese or Korean script has no comma.
pub(crate) fn person(family: &str, given: &str) -> String {
    match (family.trim(), given.trim()) {
        (family, "") => family.to_owned(),
        ("", given) => given.to_owned(),
        (family, given) if family.chars().all(asian) && given.chars().all(asian) => {
            format!("{family}{given}")
        }
        (family, given) => format!("{family}, {given}"),
    }
}

/// Adds a creator unless it is present, up to a limit.
pub(crate) fn add_creator(record: &mut Record, name: String, role: Role) {
    let room = !name.is_empty() && record.creators.len() < 500;
    if room && !record.creators.iter().any(|creator| creator.name == name && creator.role == role) {
        record.creators.push(Creator { name, role });
    }
}

/// Adds the DOI in a value: alone, with a label, or behind the address of any resolver.
pub(crate) fn add_doi(record: &mut Record, value: &str) {
    let before = record.identifiers.len();
    record.add_identifier(IdentifierKind::Doi, value);
    if record.identifiers.len() == before
        && let Some(at) = value.find("/10.")
    {
        record.add_identifier(IdentifierKind::Doi, value.get(at + 1..).unwrap_or_default());
    }
}

/// Code of the warnings of [`misprints`].
pub(crate) const MISPRINT: &str = "misprint";

/// A warning for every number in a value for ISBNs and ISSNs whose check digit or length is wrong: its kind, and it as
/// printed.
pub(crate) fn misprints<'a>(
    values: impl IntoIterator<Item = &'a str>,
    offset: usize,
) -> impl Iterator<Item = Warning> {
    let wrong = values.into_iter().take(100).flat_map(|value| hongyan_model::numbers::read(value).wrong);
    let all: Vec<Warning> =
        wrong.map(|one| Warning::at(MISPRINT, offset, format!("{} {}", one.kind.code(), one.text))).collect();
    all.into_iter()
}

/// Adds a text unless it is present.
pub(crate) fn add_once(list: &mut Vec<String>, text: String) {
    if !text.is_empty() && list.len() < 100 && !list.contains(&text) {
        list.push(text);
    }
}

/// Adds an http(s) link, or updates the one that is present; `open_access` is never reset.
pub(crate) fn add_link(record: &mut Record, url: &str, label: &str, open_access: bool) {
    let url = url.trim();
    if !(url.starts_with("https://") || url.starts_with("http://")) || url.contains(char::is_whitespace) {
        return;
    }
    if let Some(known) = record.links.iter_mut().find(|link| link.url == url) {
        known.open_access |= open_access;
    } else if record.links.len() < 20 {
        let (url, label) = (url.to_owned(), label.to_owned());
        record.links.push(hongyan_model::record::Link { url, label, open_access });
    }
}

/// `384-387`, or one of the two where the other is missing.
pub(crate) fn page_range(first: &str, last: &str) -> String {
    match (first.trim(), last.trim()) {
        (first, "") => first.to_owned(),
        ("", last) => last.to_owned(),
        (first, last) if first == last => first.to_owned(),
        (first, last) => format!("{first}-{last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Complaint, complaint, person, running_text};

    #[test]
    fn names_of_two_traditions() {
        assert_eq!(person("曹", "雪芹"), "曹雪芹");
        assert_eq!(person("大井", "謙一"), "大井謙一");
        assert_eq!(person("Renear", "Allen H."), "Renear, Allen H.");
        assert_eq!(person("曹", "Xueqin"), "曹, Xueqin");
        assert_eq!(person("", "Plato"), "Plato");
    }

    #[test]
    fn words_run_on_where_their_language_has_no_spaces() {
        let text = |words: &[&str]| running_text(words.iter().copied());
        assert_eq!(text(&["本", "文", "。", "比较", "two", "texts", "它"]), "本文。比较 two texts 它");
        assert_eq!(text(&["한국", "소설"]), "한국 소설");
    }

    #[test]
    fn ways_to_say_no() {
        let says = |code: &str, message: &str| {
            Some(Complaint { code: code.to_owned(), message: message.to_owned() })
        };
        let crossref = r#"{"status":"failed","message-type":"validation-failure","message":[{"type":"integer-not-valid","value":"2000","message":"Integer specified as 2000 but must be at most 1000."}]}"#;
        assert_eq!(
            complaint(crossref.as_bytes(), &crate::Budget::answer()),
            says("integer-not-valid", "Integer specified as 2000 but must be at most 1000.")
        );
        let object = r#"{"status":"error","message":{"name":"class X","description":"broke"}}"#;
        assert_eq!(complaint(object.as_bytes(), &crate::Budget::answer()), says("class X", "broke"));
        let openalex =
            r#"{"error":"Invalid query parameters error.","message":"标题.search is not a valid field."}"#;
        assert_eq!(
            complaint(openalex.as_bytes(), &crate::Budget::answer()),
            says("Invalid query parameters error.", "标题.search is not a valid field.")
        );
        assert_eq!(
            complaint(br#"{"status":"bad_request","error":"no"}"#, &crate::Budget::answer()),
            says("", "no")
        );
        assert_eq!(complaint(br#"{"status":"ok","message":{"items":[]}}"#, &crate::Budget::answer()), None);
        assert_eq!(complaint(br#"{"meta":{"count":0},"results":[]}"#, &crate::Budget::answer()), None);
        assert_eq!(complaint(b"Resource not found.", &crate::Budget::answer()), None);
    }
}
