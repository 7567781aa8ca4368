//! MLA and Chicago: `Hale, Carl. “Wings.” Journal of Birds 27, no. 2 (2004): 97–111.` and books without quotation marks.

use super::names::{Order, are_few_words, ends_with_initial, latin};
use super::pattern::Pattern;
use super::serial::{self, is_journal, pages};
use crate::record::{Creator, Kind, Record, Role, year_of};

pub(super) fn read(text: &str) -> Option<Record> {
    // each has a year
    year_of(text)?;
    part_in_quotes(text).or_else(|| book_of_note(text)).or_else(|| book(text))
}

/// Names of a bibliography (`Hale, Carl, and Ann Marsh`) or a note (`Carl Hale and Ann Marsh`).
fn people(text: &str, note: bool) -> Option<Vec<Creator>> {
    let order = if note { Order::GivenFamily } else { Order::FirstInverted };
    latin(text, order)
}

fn part_in_quotes(text: &str) -> Option<Record> {
    static QUOTED: Pattern = Pattern::new(
        r#"^(?P<names>[^“"]+?)(?P<sign>[.,，])\s*(?:(?P<year>(?:1[5-9]|20)\d{2})[a-z]?\.\s*)?[“"](?P<title>[^“"]+?(?:[“‘][^”"]+[”’][^”"]*)?)(?P<stop>[.,?!])?[.,]?[”"][.,]?\s*(?P<rest>\S.*)$"#,
    );
    if !text.contains(['“', '"']) {
        return None;
    }
    let found = QUOTED.captures(text)?;
    let note = found.part("sign") != "." && found.part("year").is_empty();
    let mut record = Record { year: found.part("year").parse().ok(), ..Record::default() };
    record.creators = people(found.part("names"), note)?;
    let stop = found.part("stop");
    record.title = format!("{}{}", found.part("title"), if matches!(stop, "?" | "!") { stop } else { "" });
    let rest = found.part("rest");
    if let Some(host) = rest.strip_prefix("In ").or_else(|| rest.strip_prefix("in ")) {
        record.kind = Kind::Book;
        host_of(host, &mut record);
        return record.year.is_some().then_some(record);
    }
    if rest.contains(", edited by ") {
        // MLA: `Geese of the River, edited by Ann Marsh, Lantern Press, 2010, pp. 33-57.`
        record.kind = Kind::Book;
        host_of(rest, &mut record);
    } else if newspaper(rest, &mut record) {
        record.kind = Kind::Newspaper;
    } else if serial::read(rest, &mut record) {
        record.kind = Kind::Article;
    } else if !thesis(rest, &mut record) {
        record.kind = Kind::Other;
        record.year = record.year.or_else(|| year_of(rest));
    }
    record.year.is_some().then_some(record)
}

/// `PhD diss., University of X, 2010.`, `Doctoral dissertation, University of X, 2010.`
fn thesis(text: &str, record: &mut Record) -> bool {
    static THESIS: Pattern = Pattern::new(
        r"(?i)^\(?(?:ph\.?\s?d\.?|doctoral|master.?s?|m\.?a\.?)[^,]{0,20}?\b(?:diss(?:ertation)?\.?|thesis)\s*,\s*(?P<school>[^,()]+)(?:,\s*(?P<year>\d{4}))?",
    );
    let Some(found) = THESIS.captures(text) else { return false };
    record.kind = Kind::Thesis;
    record.publisher = found.part("school").trim_end_matches('.').to_owned();
    record.year = record.year.or_else(|| found.part("year").parse().ok());
    true
}

/// `The Daily Goose, May 3, 2010.`, `The Daily Goose, 3 May 2010, p. A1.`
fn newspaper(text: &str, record: &mut Record) -> bool {
    static PAPER: Pattern = Pattern::new(
        r"^(?P<paper>[^,\d]+?),\s*(?:(?P<month>[A-Z][a-z]+)\.?\s+(?P<day>\d{1,2}),\s*(?P<year>\d{4})|(?P<day2>\d{1,2})\s+(?P<month2>[A-Z][a-z]+)\.?\s+(?P<year2>\d{4}))(?:,\s*(?:pp?\.\s*)?(?P<page>[A-Z]?\d{1,3}))?\.?$",
    );
    let Some(found) = PAPER.captures(text).filter(|found| is_journal(found.part("paper"))) else {
        return false;
    };
    let either = |one: &str, other: &str| format!("{}{}", found.part(one), found.part(other));
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = (either("year", "year2"), either("month", "month2"), either("day", "day2"));
    let Some(month) = months.iter().position(|name| month.starts_with(name)) else { return false };
    record.kind = Kind::Newspaper;
    record.container = found.part("paper").to_owned();
    record.date = format!("{year}-{:02}-{day:0>2}", month + 1);
    record.year = year.parse().ok();
    record.pages = found.part("page").to_owned();
    true
}

/// `Geese of the River, edited by Ann Marsh, 33–57. Chicago: Lantern Press, 2010.`, `Geese of the River, ed. Ann Marsh (Chicago: Lantern
/// Press, 2010), 33–57.`, `Geese of the River, edited by Ann Marsh, Lantern Press, 2010, pp. 33-57.`
fn host_of(text: &str, record: &mut Record) {
    static BIBLIOGRAPHY: Pattern = Pattern::new(
        r"^(?P<host>[^,]+?)(?:,\s*(?:edited by|eds?\.)\s*(?P<editors>[^.]+?(?:\b[A-Z]\.[^.]+?)*?))?(?:,\s*(?P<pages>[\divxlc]{1,7}\s*[‐-―-]\s*[\divxlc]{1,7}))?\.\s+(?P<place>[^:]{2,40}):\s*(?P<publisher>[^:,]+)(?:,\s*(?P<year>(?:1[5-9]|20)\d{2}))?\.?$",
    );
    static NOTE: Pattern = Pattern::new(
        r"^(?P<host>[^,(]+?)(?:,\s*(?:edited by|eds?\.)\s*(?P<editors>[^()]+?))?\s*\((?P<place>[^:()]{2,40}):\s*(?P<publisher>[^:()]+),\s*(?P<year>(?:1[5-9]|20)\d{2})\)(?:,\s*(?P<pages>[\w‐-―-]{1,20}))?\.?$",
    );
    static MLA: Pattern = Pattern::new(
        r"^(?P<host>[^,]+?),\s*edited by\s+(?P<editors>.+?),\s*(?P<publisher>[^,:\d]+),\s*(?P<year>(?:1[5-9]|20)\d{2})(?:,\s*pp?\.\s*(?P<pages>[\w‐-―-]{1,20}))?\.?$",
    );
    let Some(found) =
        NOTE.captures(text).or_else(|| MLA.captures(text)).or_else(|| BIBLIOGRAPHY.captures(text))
    else {
        record.year = record.year.or_else(|| year_of(text));
        return;
    };
    record.container = found.part("host").to_owned();
    record.place = found.part("place").to_owned();
    record.publisher = found.part("publisher").to_owned();
    record.year = record.year.or_else(|| found.part("year").parse().ok());
    record.pages = pages(found.part("pages")).unwrap_or_default();
    let editors = found.part("editors");
    if !editors.is_empty() {
        let people = latin(editors, Order::GivenFamily)
            .unwrap_or_else(|| vec![Creator::author(format!("[{editors}]"))]);
        record.creators.extend(people.into_iter().map(|one| Creator { role: Role::Editor, ..one }));
    }
}

/// `Donald E. Knuth, The Art of Computer Programming (Reading, MA: Addison-Wesley, 1997), 23.`
fn book_of_note(text: &str) -> Option<Record> {
    static BOOK: Pattern = Pattern::new(
        r"^(?P<head>[^(]+?)\s*\((?:(?P<edition>[^():;]{2,20}ed\.);\s*)?(?P<place>[^:()]{2,40}):\s*(?P<publisher>[^:()]+),\s*(?P<year>(?:1[5-9]|20)\d{2})\)(?:,\s*(?P<pages>[\w‐-―, -]{1,24}))?\.?$",
    );
    let found = BOOK.captures(text)?;
    // the names end at the first comma behind which a title begins
    let head = found.part("head");
    let (creators, title) = head.match_indices(", ").take(8).find_map(|(at, _)| {
        let (names, title) = (head.get(..at)?, head.get(at + 2..)?);
        let people = people(names, true)?;
        // of three names the last has an `and`
        let more = title.starts_with("and ")
            || title.split(", ").next().is_some_and(|next| {
                next.contains(" and ")
                    && latin(next, Order::GivenFamily).is_some()
                    && next.split(' ').count() <= 7
                    && title.contains(", ")
            });
        (!more && title.starts_with(char::is_uppercase)).then_some((people, title))
    })?;
    let mut record = Record {
        kind: Kind::Book,
        creators,
        title: title.trim_end_matches(',').to_owned(),
        ..Record::default()
    };
    if let Some((title, edition)) = record.title.clone().rsplit_once(", ")
        && super::imprint::edition_in_front(edition).is_some_and(|(_, rest)| rest.is_empty())
    {
        (record.title, record.edition) = (title.to_owned(), edition.to_owned());
    }
    record.place = found.part("place").to_owned();
    record.publisher = found.part("publisher").to_owned();
    record.year = found.part("year").parse().ok();
    record.pages = pages(found.part("pages")).unwrap_or_default();
    Some(record)
}

/// Names in front of a title: they end at a full stop. One behind an initial counts where no other can be it:
/// `Ida, Rosa L. O’Reed. Measuring …`, `Knuth, Donald E. The Art …`.
fn after_names(head: &str) -> Option<(Vec<Creator>, &str)> {
    let split = |initial: bool| {
        head.match_indices(". ").take(8).find_map(|(at, _)| {
            let (names, title) = (head.get(..at)?, head.get(at + 2..)?);
            let next = title.split(' ').next().unwrap_or_default();
            let goes_on = super::names::initials(next) && next.ends_with('.') || matches!(next, "and" | "&");
            if goes_on || ends_with_initial(names) != initial {
                return None;
            }
            // the stop of an initial belongs to the name
            let names = head.get(..at + usize::from(initial))?;
            people(names, false).filter(|people| are_few_words(people)).map(|people| (people, title))
        })
    };
    split(false).or_else(|| split(true))
}

/// `Knuth, Donald E. The Art of Computer Programming. Reading, MA: Addison-Wesley, 1997.`, `Hale, Carl. Birds. Lantern Press, 2010.`,
/// `Hale, Carl. 2010. Birds. Chicago: Lantern Press.`
fn book(text: &str) -> Option<Record> {
    static DATED: Pattern = Pattern::new(
        r"^(?P<names>[^.]+?(?:\b[A-Z]\.(?:\s?[A-Z]\.)*)?[^.]*?)\.?\s+(?P<year>(?:1[5-9]|20)\d{2})[a-z]?\.\s+(?P<title>.+?[.?!])\s+(?:(?P<edition>\d{1,2}(?:st|nd|rd|th) ed)\.\s+)?(?P<place>[^:.]{2,40}):\s*(?P<publisher>[^:]+?)\.?$",
    );
    static PLACED: Pattern = Pattern::new(
        r"^(?P<head>.+?[.?!])\s+(?:(?P<edition>\d{1,2}(?:st|nd|rd|th) ed)\.,?\s+)?(?P<place>[^:.\d“”]{2,40}):\s*(?P<publisher>[^:;“”]+?),\s*(?P<year>(?:1[5-9]|20)\d{2})\.?$",
    );
    static PRESS: Pattern = Pattern::new(
        r"^(?P<head>.+?[.?!])\s+(?:(?P<edition>\d{1,2}(?:st|nd|rd|th) ed)\.,\s+)?(?P<publisher>[^:;.,?!“”\d]+?),\s*(?P<year>(?:1[5-9]|20)\d{2})\.?$",
    );
    // MLA has the year of a thesis before its school, and may have a word of its kind behind it
    static THESIS: Pattern = Pattern::new(
        r"^(?P<head>.+?[.?!])\s+(?P<year>(?:1[5-9]|20)\d{2})\.\s+(?P<school>[^:;.,?!“”\d]*(?:University|College|Institute)[^:;.,?!“”\d]*)(?:,\s*(?i:ph\.?d|doctoral|master)[^,]*)?\.?$",
    );
    let mut record = Record { kind: Kind::Book, ..Record::default() };
    let found = match DATED
        .captures(text)
        .and_then(|found| Some((people(found.part("names"), false)?, found)))
    {
        Some((creators, found)) => {
            record.creators = creators;
            record.title = found.part("title").to_owned();
            found
        }
        None => {
            let found =
                PLACED.captures(text).or_else(|| PRESS.captures(text)).or_else(|| THESIS.captures(text))?;
            let (creators, title) = after_names(found.part("head"))?;
            record.creators = creators;
            record.title = title.to_owned();
            found
        }
    };
    record.edition = found.part("edition").to_owned();
    record.place = found.part("place").to_owned();
    record.publisher = found.part("publisher").to_owned();
    if !found.part("school").is_empty() {
        (record.kind, record.publisher) = (Kind::Thesis, found.part("school").to_owned());
    }
    record.year = found.part("year").parse().ok();
    (!record.title.contains('“')).then_some(record)
}
