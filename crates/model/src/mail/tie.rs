//! Which request a letter or a file belongs to. In this order: the mark, the number that the platform gave, an
//! identifier of the work, its title. What fits several requests is not decided here, and nothing is tied by a
//! likeness.

use serde::{Deserialize, Serialize};

use crate::identifier::{IdentifierKind, doi, isbn10};
use crate::mark::{Found, Mark, find_in};
use crate::request::{Draft, RequestId};
use crate::text::{fold, half_width, is_han};

/// Fewest Han signs of a title that ties.
const HAN: usize = 6;
/// Fewest words of a title that ties.
const WORDS: usize = 4;
/// What a title may follow without punctuation between: 您申请的…
const BEFORE: [&str; 10] =
    ["申请的", "请求的", "所需的", "需要的", "索取的", "预约的", "借的", "传递的", "文献", "图书"];
/// What may follow a title so: …已送达.
const AFTER: [&str; 6] = ["已", "现已", "一文", "一书", "的全文", "全文"];
/// Most DOIs that are looked at in a text.
const DOIS: usize = 200;

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

/// Ordinary width, lower case.
fn plain(text: &str) -> String {
    text.chars().map(half_width).flat_map(char::to_lowercase).collect()
}

/// Whether a text names this number of a request: apart from other letters and digits, and where it is short,
/// behind a word for a number.
fn has_number(text: &str, number: &str) -> bool {
    if number.is_empty() {
        return false;
    }
    let long = number.chars().filter(char::is_ascii_alphanumeric).count() >= 9;
    text.match_indices(number).take(100).any(|(at, _)| {
        let (head, tail) =
            (text.get(..at).unwrap_or_default(), text.get(at + number.len()..).unwrap_or_default());
        let joins = |c: char| c.is_ascii_alphanumeric();
        if head.chars().next_back().is_some_and(joins) || tail.chars().next().is_some_and(joins) {
            return false;
        }
        let mut near: Vec<char> = head.chars().rev().take(16).collect();
        near.reverse();
        let near: String = near.into_iter().collect();
        // a telephone number is none
        let words = [
            "号",
            "號",
            "no",
            "number",
            "id",
            "#",
            "request",
            "pat-",
            "申请",
            "申請",
            "编码",
            "編碼",
            "transaction",
        ];
        let calls = ["电话", "電話", "tel", "phone", "qq", "邮编", "郵編", "fax", "传真", "傳真"];
        if calls.iter().any(|word| near.contains(word)) {
            return false;
        }
        long || words.iter().any(|word| near.contains(word))
    })
}

/// The DOIs of a text, as they stand there.
fn dois_in(text: &str) -> Vec<String> {
    let text = text.replace("%2f", "/");
    let starts = text.match_indices("10.").take(DOIS).filter(|(at, _)| {
        let before = text.get(..*at).unwrap_or_default().chars().next_back();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.')
    });
    starts
        .filter_map(|(at, _)| {
            let rest = text.get(at..)?;
            let end = rest
                .find(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | '|'))
                .unwrap_or(rest.len());
            doi(rest.get(..end)?)
        })
        .collect()
}

/// Whether what a text has is this DOI, with what addresses and sentences add behind it.
fn is_doi(found: &str, wanted: &str) -> bool {
    let Some(rest) = found.strip_prefix(wanted) else { return false };
    let rest = rest.trim_end_matches([')', ']', '}', '\'', '.', ',', ';', ':', '!', '*']);
    rest.is_empty()
        || rest.starts_with(['?', '#', '&', ')', ']'])
        || [".pdf", "/pdf", "/full", "/abstract", "/epdf", ".full", ".html"]
            .iter()
            .any(|end| rest.starts_with(end))
}

/// The text with the hyphens and spaces between digits gone, so that `978-7-02-000220-7` is one number.
fn digits_of(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let inside = matches!(c, '-' | '\u{2010}'..='\u{2015}' | ' ')
            && out.ends_with(|c: char| c.is_ascii_digit())
            && rest.peek().is_some_and(|next| next.is_ascii_digit() || *next == 'x');
        if !inside {
            out.push(c);
        }
    }
    out
}

/// Whether a number stands in a text without other digits at its ends.
fn has_word(text: &str, number: &str) -> bool {
    text.match_indices(number).take(50).any(|(at, _)| {
        let digit = |c: char| c.is_ascii_digit();
        let before = text.get(..at).unwrap_or_default().chars().next_back();
        let after = text.get(at + number.len()..).unwrap_or_default().chars().next();
        !before.is_some_and(digit) && !after.is_some_and(digit)
    })
}

/// The text without what stands between the marks of titles: a title may speak of interlibrary loans too.
fn outside_titles(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('《') {
        out.push_str(before);
        out.push(' ');
        rest = inside.split_once('》').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// Whether a letter is about requests, loans or copies at all, and not a list of new books: by its words outside of
/// titles, folded.
fn speaks_of_requests(outside: &str, title: &str) -> bool {
    const WORDS: [&str; 22] = [
        "文献传递",
        "馆际互借",
        "原文传递",
        "您申请",
        "你申请",
        "申请的",
        "的申请",
        "申请号",
        "您所需",
        "您需要的",
        "到馆",
        "取书",
        "应还",
        "催还",
        "您预约",
        "interlibrary",
        "document delivery",
        "your request",
        "you requested",
        "your loan",
        "pickup",
        "pick up",
    ];
    let without = outside.replace(title, " ");
    WORDS.iter().any(|word| without.contains(word))
}

/// A text for finding titles in: folded, without punctuation, and where in it there was some.
#[derive(Debug)]
struct Folded {
    text: String,
    /// byte offsets at which a run of letters begins, ascending
    begins: Vec<usize>,
    /// byte offsets at which one ends, ascending; not before a closing bracket alone, which may be the title's
    ends: Vec<usize>,
}

impl Folded {
    fn of(text: &str) -> Folded {
        let mut folded =
            Folded { text: String::with_capacity(text.len()), begins: Vec::new(), ends: Vec::new() };
        let inside =
            |c: char| c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36F}' | '\u{3099}' | '\u{309A}');
        let mut rest = text;
        while let Some(start) = rest.find(inside) {
            let (between, from) = rest.split_at(start);
            let end = from.find(|c: char| !inside(c)).unwrap_or(from.len());
            let (run, after) = from.split_at(end);
            folded.add(between, &fold(run));
            rest = after;
        }
        folded.ends.push(folded.text.len());
        folded
    }

    fn add(&mut self, between: &str, run: &str) {
        let bracket = |c: char| matches!(c, ')' | '）' | ']' | '］' | '】' | '〕');
        if !between.chars().all(bracket) {
            self.ends.push(self.text.len());
        }
        let apart = |c: Option<char>| c.is_some_and(|c| !is_han(c));
        if apart(self.text.chars().next_back()) && apart(run.chars().next()) {
            self.text.push(' ');
        }
        self.begins.push(self.text.len());
        self.text.push_str(run);
    }

    fn han(&self) -> usize {
        self.text.chars().filter(|c| is_han(*c)).count()
    }

    fn words(&self) -> usize {
        self.text.split(' ').filter(|word| word.chars().any(|c| c.is_alphabetic() && !is_han(c))).count()
    }

    fn is_long(&self, han: usize, words: usize) -> bool {
        self.han() >= han || self.words() >= words
    }

    /// Whether this text has the title: between punctuation, or between the words that letters put there. A title
    /// inside of another one is none.
    fn has(&self, title: &Folded) -> bool {
        let edge = |edges: &[usize], at: usize| edges.binary_search(&at).is_ok();
        self.text.match_indices(title.text.as_str()).take(100).any(|(at, _)| {
            let end = at + title.text.len();
            let (head, tail) =
                (self.text.get(..at).unwrap_or_default(), self.text.get(end..).unwrap_or_default());
            let begins = edge(&self.begins, at) || BEFORE.iter().any(|word| head.ends_with(word));
            let ends = edge(&self.ends, end) || AFTER.iter().any(|word| tail.starts_with(word));
            begins && ends
        })
    }

    /// Whether this text has the beginning of the title: four Han signs, or two words.
    fn has_beginning(&self, title: &Folded) -> bool {
        let chars = title.text.chars();
        let beginning: String = if title.text.starts_with(is_han) {
            chars.take(4).collect()
        } else {
            title.text.split(' ').take(2).collect::<Vec<_>>().join(" ")
        };
        !beginning.is_empty() && self.text.contains(&beginning)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{By, Origin, Tie, Ties, Wanted};
    use crate::mark::Mark;
    use crate::request::{Draft, RequestId, Service};

    fn id(n: u128) -> RequestId {
        RequestId(Uuid::from_u128(n))
    }

    fn wanted(n: u128, title: &str, number: &str, doi: &str, isbn: &str) -> Wanted {
        let mut draft = Draft::blank(id(n), Service::Copy, Timestamp::UNIX_EPOCH);
        title.clone_into(&mut draft.title);
        doi.clone_into(&mut draft.doi);
        isbn.clone_into(&mut draft.isbn);
        Wanted::of(&draft, Mark::candidates(id(n)).next(), number, true)
    }

    fn ties() -> Ties {
        Ties::new(vec![
            wanted(1, "论壮族的铜鼓", "2026113000123", "10.1000/abc.1", ""),
            wanted(2, "论壮族的铜鼓与麽经", "55123", "", ""),
            wanted(3, "红楼梦", "", "", "9787020002207"),
            wanted(4, "Property and wealth in classical Sparta", "", "", ""),
            wanted(5, "壮族麽经布洛陀影印译注", "", "", ""),
        ])
    }

    #[test]
    fn certain_things_tie_and_titles_where_they_tell() {
        let ties = ties();
        let mark = |n| Mark::candidates(id(n)).next().unwrap();
        let marked = format!("您的申请（{}）", mark(3));
        let two = format!("{} 和 {}", mark(3), mark(1));
        let lower = mark(2).to_string().to_lowercase().replace('-', " ");
        let one = |n, by| Tie::One(id(n), by);
        for (text, want) in [
            (marked.as_str(), one(3, By::Mark)),
            (&two, Tie::Several(vec![(id(1), By::Mark), (id(3), By::Mark)])),
            (&lower, one(2, By::Mark)),
            ("申请号 ２０２６１１３０００１２３ 已完成", one(1, By::Number)),
            ("20261130001234", Tie::None),
            ("申请编号：55123", one(2, By::Number)),
            // five digits alone are anything
            ("邮编 55123", Tie::None),
            ("see https://doi.org/10.1000/ABC.1.", one(1, By::Identifier)),
            ("https://doi.org/10.1000%2Fabc.1/pdf", one(1, By::Identifier)),
            ("10.1000/abc.12", Tie::None),
            ("红楼梦 ISBN 978-7-02-000220-7", one(3, By::Identifier)),
            ("红楼梦 ISBN 7-02-000220-X", one(3, By::Identifier)),
            // the number of another book by mistake
            ("水浒传 ISBN 978-7-02-000220-7", Tie::None),
            ("您申请的《論壯族的銅鼓與麽經》已传递", one(2, By::Title)),
            // contained in another title of ours, and too short
            ("您申请的《论壮族的铜鼓》", Tie::None),
            ("您申请的《红楼梦》", Tie::None),
            ("Your request: PROPERTY and Wealth in\nClassical Sparta.", one(4, By::Title)),
            ("Your request: Property and wealth in classical Spartans", Tie::None),
            // wrapped
            ("您申请的《壮族麽经布洛\n陀影印译注》", one(5, By::Title)),
            ("您申请的壮族麽经布洛陀影印译注已到馆", one(5, By::Title)),
            // another work whose title contains it
            ("您申请的《壮族麽经布洛陀影印译注研究》", Tie::None),
            // a list of new books, one of them about loans
            ("新书：《壮族麽经布洛陀影印译注》《馆际互借申请的研究》", Tie::None),
            ("新书：《壮族麽经布洛陀影印译注》", Tie::None),
        ] {
            assert_eq!(ties.tie(text, Origin::Letter), want, "{text}");
        }
        assert_eq!(ties.tie("壮族麽经布洛陀影印译注.pdf", Origin::File), one(5, By::Title));
        // somebody else's mark
        let other = format!("您申请的《壮族麽经布洛陀影印译注》{}", mark(99));
        assert_eq!(ties.tie(&other, Origin::Letter), Tie::None);
    }
}
