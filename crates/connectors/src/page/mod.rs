//! Sources without an API: their search page is opened in the browser, with the query filled in where the
//! page supports that. Nothing here uses the network.
//!
//! The address of such a source is a template: `{query}` is replaced by the whole query, `{title}` by the
//! words for the title (all words if there are none), `{isbn}` by an ISBN. A page that is not known to
//! accept a query has an address without placeholders: then its start page is opened.

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use hongyan_model::Query;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::query::{Field, Join};
use hongyan_model::text::clean;

use crate::error::NetError;
use crate::paging::PagePosition;
use crate::probe::ask::{Answered, Askable};
use crate::source::{Batch, Protocol, SearchSource, SourceConfig};

/// The placeholders of an address.
const PLACES: [&str; 3] = ["{query}", "{title}", "{isbn}"];
/// Maximum number of characters: browsers and old servers accept about 2000 bytes of URL, and a Han
/// character takes nine.
const MAX_WORDS: usize = 200;

/// The address that shows a query on the source's own page; none for other protocols, and for an empty
/// query where the page requires one. Excluded words are omitted, because pages accept plain words only.
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

/// Whether the page is opened with the query filled in; false for a start page.
pub fn takes_a_query(config: &SourceConfig) -> bool {
    config.protocol == Protocol::Page && next_place(&config.address).is_some()
}

impl Askable for Page {
    fn ask<'a>(&'a self, _: &'a Query, _: PagePosition) -> BoxFuture<'a, Answered> {
        let error = NetError::Unsupported("a page is not asked".to_owned());
        async { Answered::unsent(error) }.boxed()
    }
}

/// Replaces the placeholders by harmless text, so that the address can be validated like any other.
///
/// # Errors
/// An English text when a placeholder is part of the host name, where typed words would determine the
/// host.
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

/// Percent-encodes every byte that is not a letter or digit, in the page's character encoding.
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

/// Whether this is a character encoding that browsers know, or empty.
pub(crate) fn knows_charset(charset: &str) -> bool {
    charset.is_empty() || encoding_rs::Encoding::for_label(charset.as_bytes()).is_some()
}

/// A source that can be searched in a browser only.
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
