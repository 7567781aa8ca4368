//! Titles in a text: between punctuation, or between the words that letters put there.

use crate::text::{fold, is_han};

/// What a title may follow without punctuation between: 您申请的…
const BEFORE: [&str; 10] =
    ["申请的", "请求的", "所需的", "需要的", "索取的", "预约的", "借的", "传递的", "文献", "图书"];
/// What may follow a title so: …已送达.
const AFTER: [&str; 6] = ["已", "现已", "一文", "一书", "的全文", "全文"];

/// The text without what stands between the marks of titles: a title may speak of interlibrary loans too.
pub(super) fn outside_titles(text: &str) -> String {
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
pub(super) fn speaks_of_requests(outside: &str, title: &str) -> bool {
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
pub(super) struct Folded {
    pub(super) text: String,
    /// byte offsets at which a run of letters begins, ascending
    begins: Vec<usize>,
    /// byte offsets at which one ends, ascending; not before a closing bracket alone, which may be the title's
    ends: Vec<usize>,
}

impl Folded {
    pub(super) fn of(text: &str) -> Folded {
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

    pub(super) fn is_long(&self, han: usize, words: usize) -> bool {
        self.han() >= han || self.words() >= words
    }

    /// Whether this text has the title: between punctuation, or between the words that letters put there. A title
    /// inside of another one is none.
    pub(super) fn has(&self, title: &Folded) -> bool {
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
    pub(super) fn has_beginning(&self, title: &Folded) -> bool {
        let chars = title.text.chars();
        let beginning: String = if title.text.starts_with(is_han) {
            chars.take(4).collect()
        } else {
            title.text.split(' ').take(2).collect::<Vec<_>>().join(" ")
        };
        !beginning.is_empty() && self.text.contains(&beginning)
    }
}
