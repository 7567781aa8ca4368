//! Harvard LibraryCloud, Item API: documented, public, without a key, 300 requests in five minutes.
//! Responses are MODS as JSON, parsed by `hongyan_formats::librarycloud`.

use hongyan_formats::Budget;
use hongyan_model::Query;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::query::{Clause, Field, Join};
use hongyan_model::text::clean;
use url::Url;

use crate::cql::year_text;
use crate::dialect::Dialect;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::response::ContentKind;
use crate::http::{Call, Response};
use crate::paging::{Page, PagePosition};
use crate::plain;
use crate::reading::unreadable;

/// The dialect of LibraryCloud, Harvard's union catalogue.
pub(crate) struct Librarycloud {
    items: Url,
}

impl Librarycloud {
    pub fn new(endpoint: &Endpoint) -> Result<Librarycloud, NetError> {
        Ok(Librarycloud { items: endpoint.under("/items.json")? })
    }
}

/// Query parameters, in order.
type Parameters = Vec<(String, String)>;

/// The parameter for a field; a field without one is searched in all fields, which finds more.
fn parameter(field: Field) -> &'static str {
    match field {
        Field::Title => "title",
        Field::Creator => "name",
        Field::Subject => "subject",
        Field::Any | Field::Publisher | Field::Container => "q",
    }
}

/// The words of a clause without special characters: the backend is Lucene, and the API quotes a value
/// with a colon as a whole.
fn words(clause: &Clause, dropped: &mut Vec<String>) -> Option<String> {
    let plain: String = clause.text.chars().map(|c| if is_sign(c) { ' ' } else { c }).collect();
    let words: Vec<String> = plain::words(&plain, dropped)
        .into_iter()
        .map(|word| if is_operator(&word) { word.to_lowercase() } else { word })
        .collect();
    match words.len() {
        0 => None,
        1 => words.into_iter().next(),
        _ if clause.phrase => Some(format!("\"{}\"", words.join(" "))),
        _ => Some(words.join(" ")),
    }
}

fn is_sign(c: char) -> bool {
    matches!(
        hongyan_model::text::half_width(c),
        '+' | '&'
            | '|'
            | '!'
            | '('
            | ')'
            | '{'
            | '}'
            | '['
            | ']'
            | '^'
            | '"'
            | '~'
            | '*'
            | '?'
            | ':'
            | '\\'
            | '/'
            | '<'
            | '>'
            | '='
    ) || c == '-'
}

fn is_operator(word: &str) -> bool {
    matches!(word, "AND" | "OR" | "NOT" | "TO")
}

/// Builds one parameter per field. `or` and `not` work within a field only; across fields the API has no
/// syntax.
fn ask(query: &Query) -> Result<(Parameters, Vec<String>), NetError> {
    if let Some(identifier) = &query.identifier {
        let name = match identifier.kind {
            IdentifierKind::Local => "recordIdentifier",
            _ => "identifier",
        };
        // slashes and dots belong to the DOI, so it is sent as a phrase
        let value = identifier.value.replace(['"', '\\', ':'], " ");
        let plain = value.chars().all(|c| c.is_ascii_alphanumeric());
        let value = if plain { value } else { format!("\"{value}\"") };
        return Ok((vec![(name.to_owned(), value)], Vec::new()));
    }
    let mut fields: Vec<(&str, Vec<(Join, String)>)> = Vec::new();
    let mut dropped: Vec<String> = Vec::new();
    for clause in &query.clauses {
        let Some(text) = words(clause, &mut dropped) else { continue };
        let name = parameter(clause.field);
        let last = fields.last().map(|(name, _)| *name);
        let first = fields.is_empty();
        let known = fields.iter_mut().find(|(known, _)| *known == name);
        match (clause.join, known) {
            (Join::And, Some((_, parts))) => parts.push((Join::And, text)),
            // a join applies to the clause right before it
            (join, Some((_, parts))) if last == Some(name) => parts.push((join, text)),
            (Join::And, None) => fields.push((name, vec![(Join::And, text)])),
            (Join::Or, None) if first => fields.push((name, vec![(Join::And, text)])),
            _ => dropped.push(clean(&clause.text)),
        }
    }
    if fields.is_empty() {
        return Err(NetError::Unsupported("no part of the query is supported".to_owned()));
    }
    dropped.extend(year_text(query));
    Ok((fields.into_iter().map(|(name, parts)| (name.to_owned(), joined(parts))).collect(), dropped))
}

/// The API joins plain words by `AND`; operators are written only where the patron used one.
fn joined(parts: Vec<(Join, String)>) -> String {
    if parts.iter().all(|(join, _)| *join == Join::And) {
        return parts.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ");
    }
    let mut out = String::new();
    for (n, (join, text)) in parts.into_iter().enumerate() {
        let text = if text.contains(' ') && !text.starts_with('"') { format!("({text})") } else { text };
        let operator = match join {
            Join::And => "AND",
            Join::Or => "OR",
            Join::Not => "NOT",
        };
        // bracketed from left to right, as the box evaluates
        out = match n {
            0 => text,
            1 => format!("{out} {operator} {text}"),
            _ => format!("({out}) {operator} {text}"),
        };
    }
    out
}

impl Dialect for Librarycloud {
    type Translated = Parameters;

    /// a larger `limit` is reduced silently
    const MOST: u32 = 250;

    /// `maxPageableSet`: beyond it the same page is repeated
    const DEEPEST: u64 = 100_000;

    fn translate(&self, _: &Endpoint, query: &Query) -> Result<(Parameters, Vec<String>), NetError> {
        ask(query)
    }

    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &Parameters,
        place: PagePosition,
        _: u32,
    ) -> Result<Call, NetError> {
        let mut url = self.items.clone();
        url.query_pairs_mut()
            .extend_pairs(asked)
            .append_pair("start", &place.start.to_string())
            .append_pair("limit", &place.wanted.to_string());
        endpoint.get(url).header("accept", "application/json")
    }

    fn read(
        &self,
        endpoint: &Endpoint,
        _: &Parameters,
        answer: &Response,
        _: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError> {
        match answer.source_status() {
            Ok(()) => {}
            // the text has more detail than the status
            Err(NetError::Refused { .. }) if !answer.is_html() => {
                let parsed = hongyan_formats::librarycloud::parse(&answer.body, budget).ok();
                let Some(error) = parsed.and_then(|parsed| parsed.error) else {
                    return answer.source_status().map(|()| Page::default());
                };
                return Err(refused(answer, &error));
            }
            Err(error) => return Err(error),
        }
        answer.expect(ContentKind::Json)?;
        let parsed = hongyan_formats::librarycloud::parse(&answer.body, budget).map_err(unreadable)?;
        if let Some(error) = &parsed.error {
            return Err(refused(answer, error));
        }
        let taken = parsed.taken;
        Ok(Page { taken, ..endpoint.page(parsed.total, parsed.records) })
    }
}

fn refused(answer: &Response, error: &hongyan_formats::librarycloud::Complaint) -> NetError {
    let code = if error.status.is_empty() { answer.status.to_string() } else { error.status.clone() };
    NetError::refused(answer.status, &code, &error.message)
}

#[cfg(test)]
mod tests;
