//! Texts of the search box that are told apart from a query, because a search for them would find nothing and say nothing.

use url::Url;

use super::{LONGEST, Query};
use crate::identifier::{Identifier, IdentifierKind};
use crate::numbers::{self, Misprint};
use crate::text::{clean, fold};

/// Why a text is not searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// nothing in it can be looked for: signs, emoji
    Empty,
    /// more than [`LONGEST`] characters that are no reference
    TooLong,
    /// nothing but a number that cannot be one
    Misprint(Misprint),
    /// nothing but numbers of several works: how many
    Numbers(usize),
    /// an address that names no work: its host
    Address(String),
    /// brackets that evaluation from left to right cannot express
    Groups,
}

/// Why the text of the box is not searched for; none if it is.
pub fn refused(text: &str) -> Option<Refused> {
    let text = clean(text);
    let numbers = numbers::read(&text);
    if numbers.alone {
        return match numbers.wrong.into_iter().next() {
            Some(wrong) if numbers.valid.is_empty() => Some(Refused::Misprint(wrong)),
            _ if numbers.valid.len() > 1 && several(&numbers.valid) => {
                Some(Refused::Numbers(numbers.valid.len()))
            }
            _ => None,
        };
    }
    if let Some(address) = address(&text) {
        return match named(&address) {
            Some(_) => None,
            None if numbers.of_work().is_some() => None,
            None => Some(Refused::Address(address.host_str().unwrap_or_default().to_owned())),
        };
    }
    let query = Query::from_box(&text);
    if query.identifier.is_some() {
        return None;
    }
    if query.clauses.iter().all(|clause| fold(&clause.text).is_empty()) {
        return Some(Refused::Empty);
    }
    let reference = super::citation::parse(&text).is_some();
    if !reference && text.chars().count() > LONGEST {
        return Some(Refused::TooLong);
    }
    (!reference && super::expression::has_groups(&text)).then_some(Refused::Groups)
}

fn several(valid: &[Identifier]) -> bool {
    let first = valid.first().map(|one| one.kind);
    valid.iter().skip(1).any(|one| Some(one.kind) == first)
}

/// The text as an address, if it is nothing else.
pub(super) fn address(text: &str) -> Option<Url> {
    let lower = text.get(..8.min(text.len())).unwrap_or_default().to_ascii_lowercase();
    if text.contains(' ') || text.len() > 4_000 {
        return None;
    }
    let whole = if lower.starts_with("http://") || lower.starts_with("https://") {
        text.to_owned()
    } else if lower.starts_with("www.") {
        format!("https://{text}")
    } else {
        return None;
    };
    Url::parse(&whole).ok().filter(|url| url.host_str().is_some_and(|host| host.contains('.')))
}

/// What the address of a catalogue or shop says of a work: a number, or words.
pub(super) fn named(url: &Url) -> Option<Query> {
    let host = url.host_str().unwrap_or_default();
    let parts: Vec<&str> = url.path_segments().map(|parts| parts.take(20).collect()).unwrap_or_default();
    let number = |identifier: Identifier| Query { identifier: Some(identifier), ..Query::default() };
    for pair in parts.windows(2) {
        let [word, value] = pair else { continue };
        // Amazon's numbers of books are their ISBN-10
        if (matches!(*word, "dp" | "product" | "ASIN" | "isbn") && host.contains("amazon.")
            || *word == "isbn")
            && let Some(isbn) = Identifier::parse(IdentifierKind::Isbn, value)
        {
            return Some(number(isbn));
        }
        if matches!(*word, "oclc" | "title")
            && host.ends_with("worldcat.org")
            && value.bytes().all(|b| b.is_ascii_digit())
        {
            return Identifier::parse(IdentifierKind::Oclc, value).map(number);
        }
    }
    for (key, value) in url.query_pairs().take(60) {
        match key.to_ascii_lowercase().as_str() {
            "isbn" => return Identifier::parse(IdentifierKind::Isbn, &value).map(number),
            "doi" => return Identifier::parse(IdentifierKind::Doi, &value).map(number),
            _ => {}
        }
    }
    let words = [
        "title",
        "atitle",
        "q",
        "query",
        "wd",
        "kw",
        "keyword",
        "keywords",
        "k",
        "search_text",
        "searchword",
        "querystring",
    ];
    let said = url.query_pairs().take(60).find(|(key, value)| {
        words.contains(&key.to_ascii_lowercase().as_str())
            && value.chars().any(|c| c.is_alphabetic())
            && value.chars().count() <= LONGEST
    });
    let text = clean(&said?.1);
    (!fold(&text).is_empty()).then(|| Query::words(super::Field::Any, &text))
}
