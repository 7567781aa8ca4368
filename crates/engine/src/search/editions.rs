//! Compares a record with a form: whether it describes the work and edition that the form names. Years,
//! publishers, editions and identifiers are compared as catalogues write them, in any script; values that
//! cannot be compared prove nothing.

use hongyan_formats::cite::edition_number;
use hongyan_model::Draft;
use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::record::{Kind, Record, year_of};
use hongyan_model::request::draft::split_names;
use hongyan_model::request::fill::Edition;
use hongyan_model::text::{fold, is_han};

use super::names::{self, Creators, Name};
use super::publishers::{House, Houses};

/// How a field of the record compares with the form.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    /// the form does not state it
    Unasked,
    /// the record does not state it, or the values are not comparable
    Silent,
    Agrees,
    Differs,
}
use Said::{Agrees, Differs, Silent, Unasked};

/// Classifies a record against a form. `found` is the record converted to a form.
pub(crate) fn compare(form: &Draft, record: &Record, found: &Draft) -> Edition {
    let part = |draft: &Draft| !draft.component_title.trim().is_empty();
    let serial = matches!(found.kind, Kind::Article | Kind::Newspaper | Kind::Journal);
    // the record of a host does not describe its part, nor the reverse
    let levels = match (part(form), part(found)) {
        (true, false) => false,
        (false, true) => {
            form.title.trim().is_empty()
                || form.kind == found.kind && serial
                || same_host(&form.title, &found.title)
        }
        _ => true,
    };
    if !levels || !alike(form, record, found) {
        return Edition::OtherWork;
    }
    let of_part = part(form) || part(found);
    let number = |kind, text: &str| numbered(kind, text, record);
    let (isbn, doi) = (number(IdentifierKind::Isbn, &form.isbn), number(IdentifierKind::Doi, &form.doi));
    let (pmid, issn) = (number(IdentifierKind::Pmid, &form.pmid), number(IdentifierKind::Issn, &form.issn));
    let (year, gap) = years(&form.date, found);
    let house = if serial { Unasked } else { houses(&form.publisher, &found.publisher) };
    let edition = said(&form.edition, &found.edition, |a, b| edition_number(a) == edition_number(b));
    let host = match of_part {
        true if issn == Agrees => Agrees,
        true => said(&form.title, &found.title, same_host),
        false => Unasked,
    };
    let volume = said(&form.volume, &found.volume, same_figure);
    let issue = said(&form.issue, &found.issue, same_figure);
    let page = if of_part { said(&form.pages, &found.pages, same_figure) } else { Unasked };
    let translator = people(&form.translator, &found.translator);
    let of_serial = if of_part || serial { issn } else { Unasked };

    let named = doi == Agrees || pmid == Agrees;
    // a paper published online in December is in print the next year
    let year = if named && of_part && gap <= 1 && year == Differs { Silent } else { year };
    let all = [isbn, doi, pmid, of_serial, year, house, edition, host, volume, issue, page, translator];
    if all.contains(&Differs) {
        return Edition::Other;
    }
    let numbered = named || isbn == Agrees;
    // two publishers that cannot be compared may differ
    let doubtful = house == Silent && !found.publisher.trim().is_empty();
    let dated = year == Agrees || year == Unasked && (house == Agrees || edition == Agrees);
    let placed = host == Agrees || host == Unasked && !of_part;
    let proved = if of_part {
        (placed || host == Unasked) && matches!(year, Agrees | Unasked) && (host, year) != (Unasked, Unasked)
    } else {
        dated
    };
    let proved = proved && !doubtful;
    let unnamed = all.iter().all(|one| *one == Unasked) && form.place.trim().is_empty();
    if numbered || proved || unnamed { Edition::Same } else { Edition::Unproved }
}

/// Whether two values of a form field are equivalent.
pub(crate) fn same(record: &Record, field: &str, mine: &str, theirs: &str) -> bool {
    let kind = match field {
        "isbn" => Some(IdentifierKind::Isbn),
        "issn" => Some(IdentifierKind::Issn),
        "doi" => Some(IdentifierKind::Doi),
        "pmid" => Some(IdentifierKind::Pmid),
        _ => None,
    };
    if let Some(kind) = kind {
        return numbered(kind, mine, record) == Agrees;
    }
    let (a, b) = (fold(mine), fold(theirs));
    if a == b || a.replace(' ', "") == b.replace(' ', "") {
        return true;
    }
    match field {
        "title" | "componentTitle" => {
            begins(&a, &b) || begins(&b, &a) || comparable(&a, &b) && same_host(mine, theirs)
        }
        "author" | "componentAuthor" | "editor" | "translator" | "contributor" => {
            people(mine, theirs) != Differs
        }
        "publisher" => houses(mine, theirs) != Differs,
        "place" => a.contains(&b) || b.contains(&a) || !comparable(&a, &b),
        "date" => year_of(mine).is_some() && year_of(mine) == year_of(theirs),
        "edition" => edition_number(mine) == edition_number(theirs),
        "volume" | "issue" => same_figure(mine, theirs),
        "pages" => figures(mine) == figures(theirs),
        _ => false,
    }
}

/// Converts a record to a form with the identity of `form`.
pub(crate) fn as_form(form: &Draft, record: &Record) -> Draft {
    Draft::from_record(record, form.id, form.service, form.updated_at)
}

/// True when it can be the same work: neither title nor people contradict it.
fn alike(form: &Draft, record: &Record, found: &Draft) -> bool {
    // with a part, `title` is the title of the host
    let written = if found.component_title.is_empty() { &form.title } else { &form.component_title };
    let written = fold(written);
    let whole = format!("{} {}", record.title, record.subtitle);
    let titles = [record.title.as_str(), &whole, found.display_title()];
    let mut titles = titles.into_iter().chain(record.variant_titles.iter().map(String::as_str)).map(fold);
    let titled = written.is_empty()
        || titles.clone().all(|title| title.is_empty() || !comparable(&written, &title))
        || titles.any(|title| begins(&title, &written) || begins(&written, &title));
    let by = if form.component_title.trim().is_empty() { &form.author } else { &form.component_author };
    let mine: Vec<Name> = split_names(by).filter_map(|name| Name::folded(name, &fold(name))).collect();
    let theirs: Vec<Name> =
        record.creators.iter().filter_map(|one| Name::folded(&one.name, &fold(&one.name))).collect();
    titled && names::compare(&mine, &theirs) != Creators::Different
}

/// True when `short` is a non-empty prefix of `long`.
fn begins(long: &str, short: &str) -> bool {
    !short.is_empty() && long.starts_with(short)
}

/// True when both contain Han characters or neither does.
fn comparable(a: &str, b: &str) -> bool {
    a.chars().any(is_han) == b.chars().any(is_han)
}

fn said(mine: &str, theirs: &str, same: impl Fn(&str, &str) -> bool) -> Said {
    match (mine.trim(), theirs.trim()) {
        ("", _) => Unasked,
        (_, "") => Silent,
        (mine, theirs) if same(mine, theirs) => Agrees,
        _ => Differs,
    }
}

fn numbered(kind: IdentifierKind, mine: &str, record: &Record) -> Said {
    let Some(mine) = Identifier::parse(kind, mine) else { return Unasked };
    if record.identifiers.contains(&mine) {
        return Agrees;
    }
    if record.identifiers.iter().any(|one| one.kind == kind) { Differs } else { Silent }
}

/// Compares the year of the form with the record; also returns the difference in years.
fn years(mine: &str, found: &Draft) -> (Said, u32) {
    match (mine.trim(), year_of(mine), year_of(&found.date)) {
        ("", ..) => (Unasked, 0),
        (_, Some(a), Some(b)) if a == b => (Agrees, 0),
        (_, Some(a), Some(b)) => (Differs, a.abs_diff(b)),
        (mine, ..) if !found.date.trim().is_empty() && fold(mine) == fold(&found.date) => (Agrees, 0),
        _ => (Silent, 0),
    }
}

fn houses(mine: &str, theirs: &str) -> Said {
    if mine.trim().is_empty() {
        return Unasked;
    }
    match House::new(mine).compare(&House::new(theirs)) {
        Houses::Same => Agrees,
        Houses::Different => Differs,
        Houses::Unknown => Silent,
    }
}

fn people(mine: &str, theirs: &str) -> Said {
    let names = |text: &str| -> Vec<Name> {
        split_names(text).filter_map(|name| Name::folded(name, &fold(name))).collect()
    };
    if mine.trim().is_empty() {
        return Unasked;
    }
    match names::compare(&names(mine), &names(theirs)) {
        Creators::Same => Agrees,
        Creators::Unknown => Silent,
        Creators::Different => Differs,
    }
}

/// The runs of digits of a text, without leading zeros.
fn figures(text: &str) -> Vec<String> {
    let half: String = text.chars().map(hongyan_model::text::half_width).collect();
    half.split(|c: char| !c.is_ascii_digit())
        .filter(|run| !run.is_empty())
        .map(|run| run.trim_start_matches('0').to_owned())
        .collect()
}

/// Compares the first number of each, or the texts when one has none: `第2期` and `02`, `12-20` and
/// `p. 12` match.
fn same_figure(a: &str, b: &str) -> bool {
    match (figures(a).first(), figures(b).first()) {
        (Some(a), Some(b)) => a == b,
        _ => fold(a) == fold(b),
    }
}

/// Words that abbreviated titles omit.
const LEFT_OUT: [&str; 9] = ["the", "of", "and", "for", "in", "on", "a", "an", "to"];

/// Compares titles of journals, abbreviated or not: `广西民族研究` and `广西民族研究（季刊）`, `J Read Res`
/// and `Journal of Reading Research` match. One more word makes another journal.
fn same_host(a: &str, b: &str) -> bool {
    let bare = |text: &str| fold(text.split(['(', '（', '[', '［']).next().unwrap_or_default());
    let (a, b) = (bare(a), bare(b));
    if a == b || !comparable(&a, &b) {
        return true;
    }
    if a.chars().any(is_han) {
        return false;
    }
    let words = |text: &str| -> Vec<String> {
        text.split(' ').filter(|word| !LEFT_OUT.contains(word)).map(str::to_owned).collect()
    };
    let (a, b) = (words(&a), words(&b));
    let short = |one: &str, other: &str| one.starts_with(other) || other.starts_with(one);
    !a.is_empty() && a.len() == b.len() && a.iter().zip(&b).all(|(one, other)| short(one, other))
}

#[cfg(test)]
#[path = "editions/tests.rs"]
mod tests;
