//! Vancouver (NLM): `Miller AB, Hale C. Title. J Read Res. 2004;27(2):97-111.`

use super::imprint;
use super::names::{initials, is_sound};
use super::pattern::Pattern;
use super::serial::{is_journal, number, pages};
use crate::record::{Creator, Kind, Record, Role};

pub(super) fn read(text: &str) -> Option<Record> {
    static ARTICLE: Pattern = Pattern::new(
        r"^(?P<head>.+?)[.,]\s*(?P<year>(?:1[5-9]|20)\d{2})(?:\s+(?P<month>[A-Z][a-z]{2})[a-z]*(?:[-–/][A-Z][a-z]{2,8})?(?:\s+\d{1,2})?)?\s*;\s*(?P<volume>[\w–-]{1,10})?(?:\s*(?:Suppl\s*\w*)?\s*\((?P<issue>[^()]{1,20})\))?\s*(?:[:：]\s*(?P<pages>[A-Za-z]{0,3}\d[\w.‐-―, -]{0,30}))?\s*\.?$",
    );
    static BOOK: Pattern = Pattern::new(
        r"^(?P<head>.+?[.?!])\s+(?P<place>[^.:;\d]{2,40}?)\s*(?:\([^)]{2,20}\))?\s*:\s*(?P<publisher>[^:;]+?)\s*;\s*(?P<year>(?:1[5-9]|20)\d{2})\s*\.?\s*(?:p\.\s*(?P<pages>[\w‐-―, -]{1,24})|\d+\s*p)?\s*\.?$",
    );
    // both have one, and most texts do not
    if !text.contains(';') {
        return None;
    }
    if let Some(found) = ARTICLE.captures(text) {
        let (people, rest) = people_in_front(found.part("head"))?;
        let at = rest.rmatch_indices(['.', '?', '!']).map(|(at, _)| at).find(|at| {
            rest.get(at + 1..).is_some_and(|tail| tail.starts_with(' ') && is_journal(tail.trim()))
        })?;
        let journal = rest.get(at + 1..)?.trim().trim_end_matches('.');
        let title = rest.get(..=at)?;
        let mut record = Record { kind: Kind::Article, creators: people, ..Record::default() };
        record.title = title.trim_end_matches('.').trim().to_owned();
        record.container = journal.to_owned();
        record.year = found.part("year").parse().ok();
        record.date = found.part("year").to_owned();
        record.volume = number(found.part("volume"));
        record.issue = number(found.part("issue"));
        record.pages = pages(found.part("pages")).unwrap_or_default();
        return Some(record);
    }
    let found = BOOK.captures(text)?;
    let (people, rest) = people_in_front(found.part("head"))?;
    let mut record = Record { kind: Kind::Book, creators: people, ..Record::default() };
    record.place = found.part("place").to_owned();
    record.publisher = found.part("publisher").to_owned();
    record.year = found.part("year").parse().ok();
    record.date = found.part("year").to_owned();
    record.pages = pages(found.part("pages")).unwrap_or_default();
    let mut title = rest.trim();
    if let Some((part, host)) = title.split_once(". In: ").or_else(|| title.split_once("? In: ")) {
        let host = match people_in_front(host) {
            Some((editors, host)) => {
                record.creators.extend(editors.into_iter().map(|one| Creator { role: Role::Editor, ..one }));
                host
            }
            None => host,
        };
        let (host, edition) = without_edition(host);
        record.container = host.to_owned();
        record.edition = edition.to_owned();
        title = part;
    } else {
        let (bare, edition) = without_edition(title);
        record.edition = edition.to_owned();
        title = bare;
    }
    let thesis = title.contains("[dissertation]") || title.contains("[thesis]");
    if thesis {
        record.kind = Kind::Thesis;
        record.container.clone_from(&record.publisher);
    }
    record.title = title.split(" [").next().unwrap_or(title).trim_end_matches('.').trim().to_owned();
    Some(record)
}

/// `Geese of the river. 2nd ed.`
fn without_edition(text: &str) -> (&str, &str) {
    let text = text.trim().trim_end_matches('.');
    match text.rsplit_once(". ") {
        Some((title, last)) if imprint::edition_in_front(last).is_some_and(|(_, rest)| rest.is_empty()) => {
            (title, last)
        }
        _ => (text, ""),
    }
}

/// `Miller AB, Hale C, et al. `: names with initials without stops.
fn people_in_front(text: &str) -> Option<(Vec<Creator>, &str)> {
    let (names, rest) = text.split_once(". ")?;
    let mut people = Vec::new();
    for name in names.split(',').map(str::trim) {
        if matches!(name, "et al" | "editors" | "editor" | "eds" | "ed") {
            continue;
        }
        let name = name.strip_suffix(" Jr").or_else(|| name.strip_suffix(" 2nd")).unwrap_or(name);
        let (family, given) = name.rsplit_once(' ')?;
        if !initials(given) || given.contains('.') || !is_sound(family) || people.len() >= 50 {
            return None;
        }
        people.push(Creator::author(name));
    }
    (!people.is_empty()).then_some((people, rest.trim()))
}
