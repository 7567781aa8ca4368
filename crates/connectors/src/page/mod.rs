//! A source without an interface for programs: its search page opens in the browser, with what the
//! patron asked already in it where the page takes that. Nothing here talks to the network.
//!
//! The address of such a source is a template: `{query}` stands for everything that was asked, `{title}`
//! for the words for the title (all words where there are none), `{isbn}` for an ISBN. A page that is not
//! known to take a search has an address without any of them: then its front door opens.

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use hongyan_model::Query;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::query::{Field, Join};
use hongyan_model::text::clean;

use crate::error::NetError;
use crate::source::{Batch, Protocol, SearchSource, SourceConfig};

/// The places in an address, and what is put into them.
const PLACES: [&str; 3] = ["{query}", "{title}", "{isbn}"];
/// Browsers and old servers take about 2000 bytes of address; a Han character takes nine.
const MAX_WORDS: usize = 200;

/// The address that shows a query on a source's own page; none for a source of another protocol, and
/// for an empty query where the page wants one. Words that must not occur are left out: a page takes
/// plain words only.
pub fn page_url(config: &SourceConfig, query: &Query) -> Option<String> {
    if config.protocol != Protocol::Page {
        return None;
    }
    if !takes_a_query(config) {
        return Some(config.address.trim().to_owned());
    }
    let words = words(query, |_| true);
    let titles = words_for_title(query);
    let isbn = query.identifier.as_ref().filter(|id| id.kind == IdentifierKind::Isbn);
    let isbn = isbn.map(|id| id.value.as_str()).unwrap_or_default();
    let mut url = String::new();
    let mut said = false;
    let mut rest = config.address.trim();
    while let Some((at, place)) = next_place(rest) {
        let value = match place {
            "{title}" => titles.as_str(),
            "{isbn}" => isbn,
            _ => words.as_str(),
        };
        said |= !value.is_empty();
        url.push_str(rest.get(..at).unwrap_or_default());
        url.push_str(&escaped(value, &config.charset));
        rest = rest.get(at + place.len()..).unwrap_or_default();
    }
    url.push_str(rest);
    said.then_some(url)
}

/// True when the page is opened with the query in it; false for a front door.
pub fn takes_a_query(config: &SourceConfig) -> bool {
    config.protocol == Protocol::Page && next_place(&config.address).is_some()
}

/// An address with something harmless in its places, to be checked like any other.
///
/// # Errors
/// When a place stands in the name of the host, where words would decide whose page opens.
pub(crate) fn without_places(address: &str) -> Result<String, String> {
    if let Some((at, _)) = next_place(address) {
        let before = address.get(..at).unwrap_or_default();
        let in_path = before.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?', '#']));
        if !in_path {
            return Err("a place for the query must stand behind the name of the host".to_owned());
        }
    }
    Ok(PLACES.iter().fold(address.to_owned(), |text, place| text.replace(place, "x")))
}

fn next_place(text: &str) -> Option<(usize, &'static str)> {
    PLACES.iter().filter_map(|place| Some((text.find(place)?, *place))).min_by_key(|(at, _)| *at)
}

fn words(query: &Query, wanted: impl Fn(Field) -> bool) -> String {
    if let Some(identifier) = &query.identifier {
        return identifier.value.clone();
    }
    let clauses = query.clauses.iter().filter(|clause| clause.join != Join::Not && wanted(clause.field));
    let text = clauses.map(|clause| clause.text.as_str()).collect::<Vec<_>>().join(" ");
    clean(&text).chars().take(MAX_WORDS).collect::<String>().trim_end().to_owned()
}

fn words_for_title(query: &Query) -> String {
    let titles = words(query, |field| field == Field::Title);
    if titles.is_empty() { words(query, |_| true) } else { titles }
}

/// Every byte that is not a letter or digit as `%XX`, in the encoding that the page reads.
fn escaped(text: &str, charset: &str) -> String {
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).unwrap_or(encoding_rs::UTF_8);
    let (bytes, _, _) = encoding.encode(text);
    let mut out = String::new();
    for byte in bytes.iter() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(*byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// True for a name of an encoding that browsers know, and for none.
pub(crate) fn knows_charset(charset: &str) -> bool {
    charset.is_empty() || encoding_rs::Encoding::for_label(charset.as_bytes()).is_some()
}

/// A source that only a browser can search.
pub struct Page {
    config: SourceConfig,
}

impl Page {
    pub(crate) fn new(config: SourceConfig) -> Page {
        Page { config }
    }
}

impl SearchSource for Page {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn search(&self, _: &Query, _: usize) -> BoxStream<'static, Result<Batch, NetError>> {
        tracing::debug!(source = hongyan_model::log::source(&self.config.id), "opens in the browser only");
        stream::once(async { Err(NetError::Unsupported("page".to_owned())) }).boxed()
    }
}

#[cfg(test)]
mod tests;
