//! Attributes that keep records apart although they share an identifier: class, volume, part, edition.

use hongyan_model::text::fold;
use hongyan_model::{IdentifierKind, Kind, Record};

use super::letters::letters;

/// Kinds, as far as deduplication distinguishes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    /// books, theses, reports, standards
    Monograph,
    /// journals and newspapers as a whole
    Serial,
    /// papers in a serial
    Article,
    /// chapters of a book: sources take them for articles, never for the book
    Chapter,
    /// papers and whole proceedings: sources confuse them
    Conference,
    /// patents
    Patent,
    /// not stated: compatible with every class, but never joins two of the above
    Unknown,
}

impl Class {
    /// The class of a record.
    pub(crate) fn of(record: &Record) -> Class {
        match record.kind {
            Kind::Book if is_chapter(record) => Class::Chapter,
            Kind::Newspaper if !record.container.is_empty() => Class::Article,
            Kind::Book | Kind::AncientBook | Kind::Thesis | Kind::Standard | Kind::Report => Class::Monograph,
            Kind::Journal | Kind::Newspaper => Class::Serial,
            Kind::Article => Class::Article,
            Kind::Conference if !record.container.is_empty() => Class::Conference,
            // proceedings, or a paper whose host the source leaves out
            Kind::Conference if has_isbn(record) => Class::Monograph,
            Kind::Conference => Class::Unknown,
            Kind::Patent => Class::Patent,
            // a record with an ISBN and without a host is taken for a book
            Kind::Other if record.container.is_empty() && has_isbn(record) => Class::Monograph,
            Kind::Other => Class::Unknown,
        }
    }

    fn goes_with(self, other: Class) -> bool {
        self == other
            || self == Class::Unknown
            || other == Class::Unknown
            || self.in_host() && other.in_host()
    }

    /// Whether it is a part of a serial or book, with pages of its own in it.
    pub(crate) fn in_host(self) -> bool {
        matches!(self, Class::Article | Class::Chapter | Class::Conference)
    }
}

fn has_isbn(record: &Record) -> bool {
    record.identifier(IdentifierKind::Isbn).is_some()
}

/// Whether a book with a host is a chapter. A volume of a set has its set as host; it states its volume or an
/// extent (`212 p.`), not the pages that it has in the host.
fn is_chapter(record: &Record) -> bool {
    let extent = |c: char| matches!(c, '页' | '頁' | '冊' | '册' | 'p' | 'v' | 'P');
    !record.container.is_empty()
        && record.part.is_empty()
        && !record.pages.trim_start_matches("pp").contains(extent)
        && (!record.pages.is_empty() || record.volume.is_empty())
}

/// Which volume, part and edition a record describes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Guard {
    /// class
    pub class: Class,
    /// number of the volume; 上 中 下 have a range of their own
    volume: Option<u32>,
    /// name of the part when it has no number: its letters, so that 古代卷 and `Gu dai juan` are one; folded
    /// where a reading is unknown
    part: String,
    /// number of the edition
    edition: Option<u32>,
    /// number of pages of a book: the largest number in its extent
    pub pages: Option<u32>,
    /// several volumes without a number of pages: `3 v.`, `全3册`
    pub volumes: bool,
    /// a thesis that was not published: it has neither ISBN nor publisher
    thesis: bool,
    /// another monograph, with an ISBN
    published: bool,
}

const SHANG: u32 = 100_001;

impl Guard {
    /// Extracts it from a record; `title` is the folded title.
    pub(crate) fn of(record: &Record, title: &str) -> Guard {
        let class = Class::of(record);
        let mut guard = Guard {
            class,
            volume: None,
            part: String::new(),
            edition: None,
            pages: None,
            volumes: false,
            thesis: false,
            published: false,
        };
        if class.in_host() {
            // volume and issue belong to the host and are compared with it
            return guard;
        }
        let part = fold(&record.part);
        let volume =
            number(&part).or_else(|| if part.is_empty() { tail(&record.title, title) } else { None });
        if volume.is_none() && !part.is_empty() {
            guard.part = letters(&part).filter(|letters| !letters.is_empty()).unwrap_or(part);
        }
        guard.volume = volume;
        guard.edition = edition(&record.edition);
        if !record.pages.is_empty() {
            let extent = fold(&record.pages);
            guard.pages = pages(&extent);
            guard.volumes = guard.pages.is_none() && volumes(&extent);
        }
        let isbn = class == Class::Monograph && has_isbn(record);
        guard.thesis = record.kind == Kind::Thesis && !isbn && record.publisher.is_empty();
        guard.published = record.kind != Kind::Thesis && isbn;
        guard
    }

    /// True when nothing contradicts that both are one work. Symmetric.
    pub(crate) fn allows(&self, other: &Guard) -> bool {
        // a volume is neither another volume nor the whole set
        self.volume == other.volume && self.allows_beside_volume(other)
    }

    /// The same without the number of the volume, when only one of the two states it.
    pub(crate) fn allows_unsaid(&self, other: &Guard) -> bool {
        self.volume.is_some() != other.volume.is_some() && self.allows_beside_volume(other)
    }

    /// Identifies the volume or part; none when the record states neither.
    pub(crate) fn part(&self) -> Option<(Option<u32>, &str)> {
        (self.volume.is_some() || !self.part.is_empty()).then_some((self.volume, self.part.as_str()))
    }

    fn allows_beside_volume(&self, other: &Guard) -> bool {
        self.class.goes_with(other.class)
            // a thesis may be published as a book, which is another work
            && !(self.thesis && other.published || self.published && other.thesis)
            && (self.part.is_empty() || other.part.is_empty() || self.part == other.part)
            && (self.edition.is_none() || other.edition.is_none() || self.edition == other.edition)
    }
}

/// Parses the number of a volume from a folded part: `第2册`, `v 2`, `二`, `上册`, `part iii`.
fn number(part: &str) -> Option<u32> {
    // `Fine arts, grades K-6` has a number, but not of a volume
    let words = || part.split(' ').take(4);
    if let Some(digits) = words().find_map(digits) {
        return Some(digits);
    }
    if let Some(n) = chinese_number(part.trim_start_matches('第')) {
        return Some(n);
    }
    let first = part.chars().next()?;
    if let Some(n) = shang(first) {
        let rest: String = part.chars().skip(1).collect();
        if rest.is_empty() || rest.chars().next().is_some_and(is_unit) {
            return Some(n);
        }
    }
    words().find_map(roman)
}

/// Parses the number of a volume from the end of a title, where sources without a field for the part put
/// it.
fn tail(raw: &str, folded: &str) -> Option<u32> {
    let raw = raw.trim_end();
    let chars: Vec<char> = folded.chars().collect();
    if let Some((&unit, rest)) = chars.split_last() {
        if is_unit(unit) {
            if let Some(&last) = rest.last()
                && let Some(n) = shang(last)
            {
                return Some(n);
            }
            let from = rest.iter().rposition(|&c| c == '第')?;
            let text: String = rest.get(from + 1..)?.iter().collect();
            return text.parse().ok().or_else(|| chinese_number(&text));
        }
        if raw.ends_with([')', '）', ']', '］'])
            && let Some(n) = shang(unit)
        {
            let before: String = raw.chars().rev().skip(2).take(1).collect();
            if matches!(before.as_str(), "(" | "（" | "[" | "［") {
                return Some(n);
            }
        }
    }
    let mut words = folded.rsplit(' ');
    let (last, name) = (words.next()?, words.next()?);
    matches!(name, "v" | "vol" | "volume" | "bd" | "band" | "tome" | "pt" | "part")
        .then(|| last.parse().ok().or_else(|| roman(last)))
        .flatten()
}

fn is_unit(c: char) -> bool {
    matches!(c, '册' | '卷' | '辑' | '集' | '部' | '编' | '篇' | '分')
}

fn shang(c: char) -> Option<u32> {
    match c {
        '上' => Some(SHANG),
        '中' => Some(SHANG + 1),
        '下' => Some(SHANG + 2),
        _ => None,
    }
}

/// Number of pages from a folded extent: 243 for `2, 5, 243 p.`; numbers below 10 count volumes.
fn pages(extent: &str) -> Option<u32> {
    extent
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|run| run.parse().ok())
        .filter(|n| (10..10_000).contains(n))
        .max()
}

/// Whether a folded extent counts several volumes: `3 v`, `全3册`, `2권`.
fn volumes(extent: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit();
    let mut rest = extent.trim_start_matches(|c| !digit(c));
    while !rest.is_empty() {
        let after = rest.trim_start_matches(digit);
        let count = rest.strip_suffix(after).and_then(|run| run.parse::<u32>().ok());
        if count.is_some_and(|n| n > 1) && after.trim_start().starts_with(['v', '册', '권', '책']) {
            return true;
        }
        rest = after.trim_start_matches(|c| !digit(c));
    }
    false
}

/// The first run of digits, if it can be the number of a volume: not a year (`工业技术卷, 1978-1987`).
fn digits(text: &str) -> Option<u32> {
    let run: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    run.parse().ok().filter(|n| *n < SHANG && !(1000..2100).contains(n))
}

/// Parses `一` … `九十九` at the start of a text that ends there or goes on with a unit.
fn chinese_number(text: &str) -> Option<u32> {
    let mut total = 0;
    let mut digit = None;
    let mut any = false;
    for c in text.chars() {
        match "零一二三四五六七八九".chars().position(|d| d == c) {
            Some(n) => digit = u32::try_from(n).ok(),
            None if c == '十' => total += 10 * digit.take().unwrap_or(1),
            None if is_unit(c) || c == '版' => break,
            None => return None,
        }
        any = true;
        if total > 1000 {
            return None;
        }
    }
    any.then(|| total + digit.unwrap_or(0))
}

/// Parses a Roman numeral up to 39.
fn roman(word: &str) -> Option<u32> {
    if word.is_empty() || word.len() > 7 || !word.chars().all(|c| matches!(c, 'i' | 'v' | 'x')) {
        return None;
    }
    // `v` alone mostly abbreviates volume
    if word == "v" {
        return None;
    }
    let value = |c| match c {
        'x' => 10u32,
        'v' => 5,
        _ => 1,
    };
    let mut total = 0;
    let mut after = 0;
    for n in word.chars().rev().map(value) {
        if n < after {
            total -= n.min(total);
        } else {
            total += n;
            after = n;
        }
    }
    Some(total)
}

/// Parses the number of an edition: `第2版`, `2nd ed.`, `第二版`, `Third edition`; none for years and
/// adjectives.
fn edition(text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    let text = fold(text);
    if let Some(n) = digits(&text) {
        return Some(n).filter(|n| *n < 100);
    }
    if let Some((_, rest)) = text.split_once('第') {
        return chinese_number(rest);
    }
    let words =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    let found = text.split(' ').find_map(|word| words.iter().position(|w| *w == word))?;
    u32::try_from(found + 1).ok()
}

#[cfg(test)]
mod tests {
    use hongyan_model::text::fold;
    use hongyan_model::{Kind, Record};

    use super::{Guard, SHANG, edition, number, tail};

    fn guard(kind: Kind, title: &str, part: &str, edition: &str) -> Guard {
        let record = Record {
            kind,
            title: title.into(),
            part: part.into(),
            edition: edition.into(),
            ..Record::default()
        };
        Guard::of(&record, &fold(title))
    }

    #[test]
    fn volumes_as_catalogues_write_them() {
        for (part, expected) in [
            ("第2册", Some(2)),
            ("第十二卷", Some(12)),
            ("卷二十", None),
            ("二", Some(2)),
            ("上冊", Some(SHANG)),
            ("下", Some(SHANG + 2)),
            ("上海卷", None),
            ("v. 2", Some(2)),
            ("Part III", Some(3)),
            ("Fundamental algorithms", None),
            ("Fine arts, grades K-6", None),
            ("Di 15 juan, Lin chi mu", Some(15)),
            ("工业技术卷, 1978-1987", None),
            ("", None),
        ] {
            assert_eq!(number(&fold(part)), expected, "{part}");
        }
        for (title, expected) in [
            ("红楼梦 上册", Some(SHANG)),
            ("紅樓夢（下）", Some(SHANG + 2)),
            ("中国通史 第三卷", Some(3)),
            ("The art of computer programming, vol. 2", Some(2)),
            ("黄浦江上", None),
            ("红楼梦", None),
            ("1984", None),
        ] {
            assert_eq!(tail(title, &fold(title)), expected, "{title}");
        }
    }

    #[test]
    fn editions_as_catalogues_write_them() {
        for (text, expected) in [
            ("第2版", Some(2)),
            ("第二版", Some(2)),
            ("2nd ed.", Some(2)),
            ("Second edition, revised", Some(2)),
            ("2010年版", None),
            ("修订版", None),
            ("", None),
        ] {
            assert_eq!(edition(text), expected, "{text}");
        }
    }

    #[test]
    fn what_never_merges() {
        let one = guard(Kind::Book, "红楼梦", "上册", "");
        assert!(!one.allows(&guard(Kind::Book, "红楼梦", "下册", "")));
        assert!(!one.allows(&guard(Kind::Book, "红楼梦", "", "")), "a volume is not the set");
        assert!(one.allows(&guard(Kind::Book, "红楼梦 上册", "", "")));
        let journal = guard(Kind::Journal, "文学评论", "", "");
        assert!(!journal.allows(&guard(Kind::Article, "文学评论", "", "")));
        assert!(!journal.allows(&guard(Kind::Book, "文学评论", "", "")));
        assert!(journal.allows(&guard(Kind::Other, "文学评论", "", "")));
        let first = guard(Kind::Book, "经济学", "", "第1版");
        assert!(!first.allows(&guard(Kind::Book, "经济学", "", "2nd ed.")));
        assert!(first.allows(&guard(Kind::Book, "经济学", "", "")));
    }
}
