//! Which request a letter or a file belongs to. In this order: the mark, the number that the platform gave, an
//! identifier of the work, its title. What fits several requests is not decided here, and nothing is tied by a
//! likeness.

mod signs;
mod title;

use serde::{Deserialize, Serialize};

use self::signs::{digits_of, dois_in, has_number, has_word, is_doi, plain};
use self::title::{Folded, outside_titles, speaks_of_requests};
use crate::identifier::{IdentifierKind, isbn10};
use crate::mark::{Found, Mark, find_in};
use crate::request::{Draft, RequestId};

/// Fewest Han signs of a title that ties.
const HAN: usize = 6;
/// Fewest words of a title that ties.
const WORDS: usize = 4;
/// What ties a letter or a file to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// the mark
    Mark,
    /// the platform's number of the request
    Number,
    /// a DOI, or an ISBN with words of the title
    Identifier,
    /// the title
    Title,
}

/// The requests that something may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tie {
    /// surely this one
    One(RequestId, By),
    /// one of these, or each of them: the patron says
    Several(Vec<(RequestId, By)>),
    /// none that is known
    None,
}

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// a letter: a title alone ties only where the letter speaks of requests at all
    Letter,
    /// the name, title and first lines of a file
    File,
}

/// A request as far as it can be recognised.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// which
    pub id: RequestId,
    /// its mark
    pub mark: Option<Mark>,
    /// the platform's number; may be empty
    pub number: String,
    /// DOI in normal form; may be empty
    pub doi: String,
    /// ISBN of 13 digits; may be empty
    pub isbn: String,
    /// title of the article or the book
    pub title: String,
    /// whether it is not over; only then does its title tie
    pub open: bool,
}

impl Wanted {
    /// From the form of a request.
    pub fn of(draft: &Draft, mark: Option<Mark>, number: &str, open: bool) -> Wanted {
        let of_kind = |kind| {
            let found = draft.identifiers().into_iter().find(|one| one.kind == kind);
            found.map(|one| one.value).unwrap_or_default()
        };
        let part = !draft.component_title.trim().is_empty();
        Wanted {
            id: draft.id,
            mark,
            number: number.trim().to_owned(),
            doi: of_kind(IdentifierKind::Doi),
            // the ISBN of the book that contains a part is not the part's
            isbn: if part { String::new() } else { of_kind(IdentifierKind::Isbn) },
            title: if part { draft.component_title.clone() } else { draft.title.clone() },
            open,
        }
    }
}

/// The requests of a ledger, prepared for tying.
#[derive(Debug)]
pub struct Ties {
    wanted: Vec<Prepared>,
}

#[derive(Debug)]
struct Prepared {
    is: Wanted,
    /// number in lower case, ordinary width; empty where it is too short to mean anything
    number: String,
    isbns: Vec<String>,
    title: Folded,
    /// whether the title may tie
    tells: bool,
}

impl Ties {
    /// Prepares these requests.
    pub fn new(wanted: Vec<Wanted>) -> Ties {
        let mut prepared: Vec<Prepared> = wanted
            .into_iter()
            .map(|is| {
                let number = plain(&is.number);
                let digits = number.chars().filter(char::is_ascii_digit).count();
                Prepared {
                    number: if number.chars().count() >= 4 && digits >= 3 { number } else { String::new() },
                    isbns: [Some(is.isbn.clone()), isbn10(&is.isbn)]
                        .into_iter()
                        .flatten()
                        .map(|isbn| isbn.to_lowercase())
                        .filter(|isbn| !isbn.is_empty())
                        .collect(),
                    title: Folded::of(&is.title),
                    tells: false,
                    is,
                }
            })
            .collect();
        let tells: Vec<bool> = prepared
            .iter()
            .map(|one| {
                let others = prepared.iter().filter(|other| other.is.open && other.is.id != one.is.id);
                one.is.open
                    && one.title.is_long(HAN, WORDS)
                    && others.clone().all(|other| !other.title.text.contains(&one.title.text))
            })
            .collect();
        for (one, tells) in prepared.iter_mut().zip(tells) {
            one.tells = tells;
        }
        Ties { wanted: prepared }
    }

    /// The requests whose marks a text has.
    pub fn marked(&self, text: &str) -> Vec<RequestId> {
        let marks: Vec<Mark> = find_in(text)
            .into_iter()
            .filter_map(|found| match found {
                Found::Exact(mark) => Some(mark),
                Found::Mistyped(_) => None,
            })
            .collect();
        let of = |one: &&Prepared| one.is.mark.is_some_and(|mark| marks.contains(&mark));
        self.wanted.iter().filter(of).map(|one| one.is.id).collect()
    }

    /// The request that a text belongs to.
    pub fn tie(&self, text: &str, origin: Origin) -> Tie {
        let marked = self.marked(text);
        if !marked.is_empty() {
            return of(marked, By::Mark);
        }
        let found = find_in(text);
        let meant: Vec<Mark> = found
            .iter()
            .filter_map(|found| match found {
                Found::Mistyped(mistyped) => Some(mistyped.meant()),
                Found::Exact(_) => None,
            })
            .flatten()
            .collect();
        // a mark that does not check is a hint and no more
        let mistyped = self.where_is(|one| one.is.mark.is_some_and(|mark| meant.contains(&mark)));
        if !mistyped.is_empty() {
            return Tie::Several(mistyped.into_iter().map(|id| (id, By::Mark)).collect());
        }
        let of_others = found.iter().any(|found| matches!(found, Found::Exact(_)));
        let plain = plain(text);
        let numbered = self.where_is(|one| has_number(&plain, &one.number));
        if !numbered.is_empty() {
            return of(numbered, By::Number);
        }
        let (dois, digits) = (dois_in(&plain), digits_of(&plain));
        let folded = Folded::of(text);
        let is_its = |one: &Prepared| {
            !one.is.doi.is_empty() && dois.iter().any(|doi| is_doi(doi, &one.is.doi))
                || one.isbns.iter().any(|isbn| has_word(&digits, isbn)) && folded.has_beginning(&one.title)
        };
        let identified = self.where_is(is_its);
        if !identified.is_empty() {
            return of(identified, By::Identifier);
        }
        // what bears a mark that is not in this ledger is somebody else's
        if of_others {
            return Tie::None;
        }
        let outside = (origin == Origin::Letter).then(|| Folded::of(&outside_titles(&plain)).text);
        let by_title = self.where_is(|one| {
            one.tells
                && folded.has(&one.title)
                && outside.as_deref().is_none_or(|text| speaks_of_requests(text, &one.title.text))
                // it names another work
                && (one.is.doi.is_empty() || dois.is_empty())
        });
        of(by_title, By::Title)
    }

    fn where_is(&self, is: impl Fn(&Prepared) -> bool) -> Vec<RequestId> {
        self.wanted.iter().filter(|one| is(one)).map(|one| one.is.id).collect()
    }
}

fn of(ids: Vec<RequestId>, by: By) -> Tie {
    match ids.as_slice() {
        [] => Tie::None,
        [id] => Tie::One(*id, by),
        _ => Tie::Several(ids.into_iter().map(|id| (id, by)).collect()),
    }
}

#[cfg(test)]
mod tests;
