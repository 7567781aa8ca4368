//! Decides whether two records are the same work, and by which evidence: weighs identifiers, titles,
//! creators, years and publishers. All functions are symmetric, so that the order of arrival does not
//! matter.

use hongyan_model::text::fold;
use hongyan_model::{Identifier, IdentifierKind, Kind};

use super::guard::Class;
use super::keys::{Form, Keyed, number, telling};
use super::letters::{alike, in_han};
use super::names::{Creators, compare};
use super::papers;
use super::publishers::Houses;

/// Evidence by which two records were joined, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// a shared identifier and the same title
    NumberAndTitle,
    /// a shared identifier and compatible titles
    Number,
    /// a shared identifier, and only one of them says which volume it is
    Unsaid,
    /// title, creator and year, as far as both state them
    Title,
    /// the title in Han characters and in pinyin, with creator and year
    Letters,
}

impl Reason {
    /// Whether the titles alone say it, without a shared identifier.
    pub(crate) fn is_title(self) -> bool {
        matches!(self, Reason::Title | Reason::Letters)
    }
}

/// How the titles of two records compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Titles {
    /// they share a form
    Equal,
    /// one is the pinyin of the other
    Read,
    /// one contains the other
    Within,
    /// similar (above the threshold)
    Alike,
    /// not comparable: different scripts
    Unknown,
    /// different
    Different,
}

/// Shortest title, in characters, that is significant when it occurs within another.
const SAYS: usize = 4;
/// Similarity from which two titles may be variants of one.
const ALIKE: f64 = 0.75;
/// Similarity of subtitles, which are longer.
const SUBTITLE: f64 = 0.9;
/// Largest difference between the page counts of one edition.
const PAGES: u32 = 5;

/// The evidence that two records are one work; none when they are not, or when it is insufficient.
pub(crate) fn judge(a: &Keyed, b: &Keyed) -> Option<Reason> {
    if !compatible(a, b) {
        return None;
    }
    if !shares_number(a, b) {
        return by_title(a, b);
    }
    let reason = by_number(a, b)?;
    Some(if a.guard.allows(&b.guard) { reason } else { Reason::Unsaid })
}

/// True when nothing contradicts that both are one work. Holds for every pair of members of a work.
pub(crate) fn compatible(a: &Keyed, b: &Keyed) -> bool {
    // the years first: a yearbook has as many records of one title as it has years
    (years(a, b) != Years::Apart || a.guard.class == Class::Serial || shares_number(a, b))
        && (a.guard.allows(&b.guard) || leaves_volume_out(a, b))
}

/// Whether both describe one volume and only one of them says which: each has the one ISBN of the other, and
/// nothing else differs. A set whose volumes share its ISBN looks the same; [`super::merge`] keeps those apart.
fn leaves_volume_out(a: &Keyed, b: &Keyed) -> bool {
    let one = |keyed: &Keyed| {
        let mut isbns = keyed.record.identifiers.iter().filter(|id| id.kind == IdentifierKind::Isbn);
        isbns.next().is_some() && isbns.next().is_none()
    };
    a.guard.allows_unsaid(&b.guard)
        && a.guard.class == Class::Monograph
        && shares_number(a, b)
        && one(a)
        && one(b)
        && years(a, b) == Years::Same
        && pages(a, b) != Some(false)
        && compare(&a.names, &b.names) != Creators::Different
        && a.house.compare(&b.house) != Houses::Different
}

/// Whether exactly one of the two states which part of a set it is.
pub(crate) fn part_said_once(a: &Keyed, b: &Keyed) -> bool {
    a.guard.part().is_some() != b.guard.part().is_some()
}

/// Whether the identifiers of two records, which may be joined by a third one, say that they are two works.
pub(crate) fn numbers_apart(a: &Keyed, b: &Keyed) -> bool {
    contradicting(a, b) && !shares_number(a, b) && !reprinted(a, b)
}

/// Whether two records that a third one fits are two works all the same, because the third says less than either.
pub(crate) fn told_apart(a: &Keyed, b: &Keyed) -> bool {
    if shares_number(a, b) {
        return false;
    }
    let books = a.guard.class == Class::Monograph && b.guard.class == Class::Monograph;
    numbers_apart(a, b)
        || books
            && (pages(a, b) == Some(false)
                || twins_of_one_source(a, b)
                || a.house.compare(&b.house) == Houses::Different
                || !subtitles_fit(a, b))
}

/// Whether one source has both without a number and without equal extents: a catalogue that has two records of one
/// description has two works of it, the volumes of a set for example.
fn twins_of_one_source(a: &Keyed, b: &Keyed) -> bool {
    let bare = a.numbers.is_empty() && b.numbers.is_empty();
    bare && same_source(a, b) && (years(a, b) != Years::Same || pages(a, b) != Some(true))
}

/// Whether everything but the identifiers agrees: sources give the numbers of different bindings.
fn reprinted(a: &Keyed, b: &Keyed) -> bool {
    years(a, b) == Years::Same
        && pages(a, b) == Some(true)
        && compare(&a.names, &b.names) == Creators::Same
        && a.house.compare(&b.house) == Houses::Same
}

fn shares_number(a: &Keyed, b: &Keyed) -> bool {
    // both lists are sorted and short
    a.numbers.iter().any(|number| b.numbers.binary_search(number).is_ok())
}

/// The first identifier of `a` that `b` shares.
pub(crate) fn shared_identifier(a: &Keyed, b: &Keyed) -> Option<Identifier> {
    let shared = |id: &&Identifier| {
        number(&a.record, a.guard.class, id).is_some_and(|hash| b.numbers.binary_search(&hash).is_ok())
    };
    a.record.identifiers.iter().find(shared).cloned()
}

fn by_number(a: &Keyed, b: &Keyed) -> Option<Reason> {
    // only the identifiers of books are reused for several works
    if a.guard.class != Class::Monograph || b.guard.class != Class::Monograph {
        return Some(Reason::Number);
    }
    let years = years(a, b);
    let creators = || compare(&a.names, &b.names);
    let fits = match titles(a, b) {
        Titles::Equal => {
            return (years != Years::Apart || creators() != Creators::Different)
                .then_some(Reason::NumberAndTitle);
        }
        Titles::Read | Titles::Within => years != Years::Apart || creators() == Creators::Same,
        Titles::Alike => years != Years::Apart && creators() == Creators::Same && pages(a, b) != Some(false),
        Titles::Unknown => {
            years != Years::Apart
                && creators() != Creators::Different
                && a.house.compare(&b.house) != Houses::Different
        }
        Titles::Different => false,
    };
    fits.then_some(Reason::Number)
}

fn by_title(a: &Keyed, b: &Keyed) -> Option<Reason> {
    let years = years(a, b);
    if years == Years::Apart {
        return None;
    }
    let creators = compare(&a.names, &b.names);
    if creators == Creators::Different {
        return None;
    }
    let (form, reason) = match shared_form(a, b) {
        Some(form) => (form, Reason::Title),
        None => (shared_letters(a, b)?, Reason::Letters),
    };
    if !subtitles_fit(a, b) || counted_apart(a, b) {
        return None;
    }
    let fits = match (a.guard.class, b.guard.class) {
        (one, two) if one.in_host() || two.in_host() => papers::same(a, b, form, creators, years),
        (Class::Serial, Class::Serial) => serials(a, b, form, creators, years),
        (Class::Serial, _) | (_, Class::Serial) => {
            years == Years::Same && (creators == Creators::Same || a.house.compare(&b.house) == Houses::Same)
        }
        _ => monographs(a, b, form, reason, creators, years),
    };
    (fits && (!contradicting(a, b) || reprinted(a, b))).then_some(reason)
}

fn monographs(a: &Keyed, b: &Keyed, form: &Form, reason: Reason, creators: Creators, years: Years) -> bool {
    let house = a.house.compare(&b.house);
    let pages = pages(a, b);
    let says_who = creators == Creators::Same;
    let says_else = house == Houses::Same || pages == Some(true);
    let unknown = house == Houses::Unknown && pages.is_none() && form.folded.chars().count() >= 12;
    if house == Houses::Different || pages == Some(false) || thesis_and_book(a, b) {
        return false;
    }
    match report_numbers(a, b) {
        Some(true) => return true,
        Some(false) => return false,
        None => {}
    }
    if part_said_once(a, b)
        && (same_source(a, b) || years != Years::Same || house != Houses::Same || subtitled_apart(a, b))
    {
        return false;
    }
    if twins_of_one_source(a, b) {
        return false;
    }
    let fits = match years {
        Years::Same => {
            says_who || form.distinct && (says_else || unknown) || telling(form) && house == Houses::Same
        }
        _ => says_who && (says_else || form.distinct),
    };
    fits && (reason == Reason::Title || says_who || house == Houses::Same)
}

fn serials(a: &Keyed, b: &Keyed, form: &Form, creators: Creators, years: Years) -> bool {
    // titles of many serials
    const GENERIC: [&str; 22] = [
        "bulletin",
        "journal",
        "newsletter",
        "proceedings",
        "transactions",
        "report",
        "reports",
        "annual report",
        "magazine",
        "review",
        "news",
        "yearbook",
        "学报",
        "通讯",
        "年报",
        "年鉴",
        "会刊",
        "简报",
        "公报",
        "文摘",
        "纪要",
        "论集",
    ];
    let house = a.house.compare(&b.house);
    let bare = a.numbers.is_empty() || b.numbers.is_empty();
    if creators == Creators::Same || house == Houses::Same {
        return years == Years::Same || bare;
    }
    house == Houses::Unknown && bare && !same_source(a, b) && !GENERIC.contains(&form.folded.as_str())
}

fn same_source(a: &Keyed, b: &Keyed) -> bool {
    !a.record.source.is_empty() && a.record.source == b.record.source
}

/// Whether one is a thesis and the other a book of a publisher, which is not its university.
fn thesis_and_book(a: &Keyed, b: &Keyed) -> bool {
    let apart = |thesis: &Keyed, book: &Keyed| {
        thesis.record.kind == Kind::Thesis
            && book.record.kind == Kind::Book
            && !book.record.publisher.is_empty()
            && thesis.host != fold(&book.record.publisher)
            && thesis.house.compare(&book.house) != Houses::Same
    };
    apart(a, b) || apart(b, a)
}

/// Whether the numbers of two standards or reports are equal; none when one has none.
fn report_numbers(a: &Keyed, b: &Keyed) -> Option<bool> {
    let number = |keyed: &Keyed| {
        let numbered = matches!(keyed.record.kind, Kind::Standard | Kind::Report);
        let number = if numbered { fold(&keyed.record.number) } else { String::new() };
        (!number.is_empty()).then(|| number.replace(' ', ""))
    };
    Some(number(a)? == number(b)?)
}

/// Whether the one without a part has a subtitle that the other one has not: it may name another part.
fn subtitled_apart(a: &Keyed, b: &Keyed) -> bool {
    let (whole, part) = if a.guard.part().is_none() { (a, b) } else { (b, a) };
    !whole.subtitle.is_empty()
        && !part.subtitle.starts_with(&whole.subtitle)
        && !part.forms.iter().any(|form| form.folded.contains(&whole.subtitle))
}

/// Whether their titles proper differ in a number: 平成9年度 and 平成10年度, which share the title of the series; or
/// their subtitles: the quarters of a report.
fn counted_apart(a: &Keyed, b: &Keyed) -> bool {
    let digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    let runs = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).map(str::to_owned).collect()
    };
    let apart = |one: &str, two: &str| {
        one != two && in_han(one) == in_han(two) && digits(one) && digits(two) && runs(one) != runs(two)
    };
    apart(a.title(), b.title()) || apart(&a.subtitle, &b.subtitle)
}

/// Whether the subtitles are compatible: reports of a series share a title and differ in the subtitle.
fn subtitles_fit(a: &Keyed, b: &Keyed) -> bool {
    let (one, two) = (a.subtitle.as_str(), b.subtitle.as_str());
    one.is_empty()
        || two.is_empty()
        || in_han(one) != in_han(two)
        || one.starts_with(two)
        || two.starts_with(one)
        || alike(one, two) >= SUBTITLE
}

/// True when both have identifiers of a kind of which a work of their class has only one. The caller has
/// checked that they share none.
fn contradicting(a: &Keyed, b: &Keyed) -> bool {
    use hongyan_model::IdentifierKind::{Csbn, Doi, Isbn, Issn};
    let kinds: &[_] = match a.guard.class {
        Class::Monograph => &[Isbn, Csbn, Doi],
        Class::Serial => &[Issn],
        _ => &[Doi],
    };
    kinds.iter().any(|kind| {
        let has = |keyed: &Keyed| keyed.record.identifiers.iter().take(100).any(|id| id.kind == *kind);
        has(a) && has(b)
    })
}

/// How the years of two records compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Years {
    Same,
    Near,
    Unknown,
    Apart,
}

fn years(a: &Keyed, b: &Keyed) -> Years {
    match (a.record.year, b.record.year) {
        (Some(a), Some(b)) if a == b => Years::Same,
        (Some(a), Some(b)) if a.abs_diff(b) == 1 => Years::Near,
        (Some(_), Some(_)) => Years::Apart,
        _ => Years::Unknown,
    }
}

/// Whether two books have about the same number of pages; several volumes differ from one. None when one does
/// not state its extent.
fn pages(a: &Keyed, b: &Keyed) -> Option<bool> {
    let (one, two) = (&a.guard, &b.guard);
    if one.volumes && two.pages.is_some() || two.volumes && one.pages.is_some() {
        return Some(false);
    }
    Some(one.pages?.abs_diff(two.pages?) <= PAGES)
}

/// The longest title form that both have and that is the title of one of them.
fn shared_form<'a>(a: &'a Keyed, b: &Keyed) -> Option<&'a Form> {
    let same = |form: &Form, other: &Form| {
        other.hash == form.hash && other.folded == form.folded && (form.main || other.main)
    };
    a.forms
        .iter()
        .filter(|form| b.forms.iter().any(|other| same(form, other)))
        .max_by_key(|form| (form.distinct, form.folded.len(), form.hash))
}

/// A form in Han characters whose pinyin the other record has.
fn shared_letters<'a>(a: &'a Keyed, b: &'a Keyed) -> Option<&'a Form> {
    let read = |one: &Form, two: &Form| {
        (one.main || two.main)
            && (one.han && two.latin || one.latin && two.han)
            && one.letters.len() >= 6
            && one.letters == two.letters
    };
    a.forms
        .iter()
        .flat_map(|one| {
            b.forms.iter().filter(move |two| read(one, two)).map(move |two| if one.han { one } else { two })
        })
        .max_by_key(|form| (form.distinct, form.folded.len(), form.hash))
}

fn titles(a: &Keyed, b: &Keyed) -> Titles {
    if shared_form(a, b).is_some() {
        return Titles::Equal;
    }
    if shared_letters(a, b).is_some() {
        return Titles::Read;
    }
    let has = |keyed: &Keyed, han: bool| keyed.forms.iter().any(|form| form.han == han);
    // when both have a title in Han characters, compare those only: short pinyin is often ambiguous
    let in_han = has(a, true) && has(b, true);
    let mut best = 0.0f64;
    let mut comparable = false;
    for one in a.forms.iter().filter(|form| form.han || !in_han) {
        for two in b.forms.iter().filter(|form| (form.han || !in_han) && (one.main || form.main)) {
            let (x, y) = if one.han == two.han && one.latin == two.latin {
                comparable = true;
                (&one.folded, &two.folded)
            } else if !one.letters.is_empty() && !two.letters.is_empty() {
                // in another language Han characters are not read as pinyin
                comparable |= a.record.language == "chi" || b.record.language == "chi";
                (&one.letters, &two.letters)
            } else {
                continue;
            };
            if !one.main || !two.main {
                continue; // similar to a variant: a shared subtitle or series
            }
            let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
            if short.chars().count() >= SAYS && long.contains(short.as_str()) {
                return Titles::Within;
            }
            best = best.max(alike(x, y));
        }
    }
    if best >= ALIKE {
        Titles::Alike
    } else if comparable || a.forms.is_empty() || b.forms.is_empty() {
        Titles::Different
    } else {
        Titles::Unknown
    }
}

#[cfg(test)]
mod tests;
