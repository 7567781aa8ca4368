//! Compares papers and chapters that share a title: by whom, in which host and on which pages.

use super::evidence::Years;
use super::guard::Class;
use super::keys::{Form, Keyed, first_number};
use super::letters::{in_han, letters};
use super::names::Creators;

/// Words that abbreviations of titles leave out.
const SMALL: [&str; 16] =
    ["of", "the", "and", "for", "in", "on", "to", "a", "an", "de", "la", "des", "der", "und", "fur", "et"];

/// Whether two records, at least one of them of a paper or chapter, are the same one. Title and creators do not
/// contradict it, and their years are not apart.
pub(super) fn same(a: &Keyed, b: &Keyed, form: &Form, creators: Creators, years: Years) -> bool {
    if placed_apart(a, b, form) {
        return false;
    }
    let stated = !a.host.is_empty() && !b.host.is_empty();
    let hosts = stated && hosts_fit(a, b);
    let page = first_number(&a.record.pages);
    let first = !page.is_empty() && page == first_number(&b.record.pages);
    let range = first && last(&a.record.pages).is_some() && last(&a.record.pages) == last(&b.record.pages);
    if creators != Creators::Same {
        // the same place in the same host holds one work of a title, whoever wrote it
        return hosts && first && in_one_issue(a, b, years);
    }
    if hosts {
        return true;
    }
    let alone = a.guard.class == b.guard.class;
    if stated {
        // sources name different hosts: the journal or its series, the book or its other title
        let volume = first_number(&a.record.volume);
        let placed = first && !volume.is_empty() && volume == first_number(&b.record.volume);
        return placed || range && form.distinct && years == Years::Same;
    }
    // a chapter and a paper without host need more than one author's title
    (alone || first || a.guard.class == Class::Unknown || b.guard.class == Class::Unknown)
        && (years != Years::Unknown || form.distinct || first)
}

/// Whether volume, issue and first page contradict each other: columns share their title, author and journal in
/// every issue.
fn placed_apart(a: &Keyed, b: &Keyed, form: &Form) -> bool {
    // a year in the place of the volume is none
    let figure = |text: &str| first_number(text).parse::<u32>().ok().filter(|n| *n < 1000);
    let differ = |one: &str, two: &str| matches!((figure(one), figure(two)), (Some(a), Some(b)) if a != b);
    let (one, two) = (&a.record, &b.record);
    let first = |text: &str| first_number(text).trim_start_matches('0').to_owned();
    let (page, other) = (first(&one.pages), first(&two.pages));
    let apart = usize::from(differ(&one.volume, &two.volume))
        + usize::from(differ(&one.issue, &two.issue))
        + usize::from(!page.is_empty() && !other.is_empty() && page != other);
    apart >= 2 || apart == 1 && !form.distinct
}

/// Whether both state the same volume, or the same issue of a year; for chapters the year.
fn in_one_issue(a: &Keyed, b: &Keyed, years: Years) -> bool {
    let equal = |one: &str, two: &str| {
        let one = first_number(one);
        !one.is_empty() && one == first_number(two)
    };
    let (one, two) = (&a.record, &b.record);
    equal(&one.volume, &two.volume)
        || years == Years::Same
            && (equal(&one.issue, &two.issue)
                || a.guard.class != Class::Article
                || b.guard.class != Class::Article)
}

/// The last page of a range, its leading digits completed from the first: 257 in `233-57`.
fn last(pages: &str) -> Option<String> {
    let first = first_number(pages);
    let (_, rest) = pages.split_once(first).filter(|_| !first.is_empty())?;
    let last = first_number(rest);
    if last.is_empty() {
        return None;
    }
    let missing = first.len().checked_sub(last.len()).and_then(|n| first.get(..n)).unwrap_or_default();
    Some(format!("{missing}{last}"))
}

/// Whether two hosts, both stated, can be the same journal, book or proceedings.
fn hosts_fit(a: &Keyed, b: &Keyed) -> bool {
    let (one, two) = (a.host.as_str(), b.host.as_str());
    if one.starts_with(two) || two.starts_with(one) {
        return true;
    }
    if in_han(one) != in_han(two) {
        let read = letters(one);
        return read.is_some() && read == letters(two);
    }
    if one.is_ascii() && two.is_ascii() && (abbreviates(one, two) || abbreviates(two, one)) {
        return true;
    }
    false
}

/// Whether every word of `short` begins a word of `long`, in order, and leaves out small words only:
/// `j remote hydrol` for `journal of remote hydrology`.
fn abbreviates(short: &str, long: &str) -> bool {
    let mut words = short.split(' ').filter(|word| !SMALL.contains(word));
    let mut waiting = words.next();
    for word in long.split(' ').filter(|word| !SMALL.contains(word)) {
        match waiting {
            Some(part) if word.starts_with(part) => waiting = words.next(),
            _ => return false,
        }
    }
    waiting.is_none()
}
