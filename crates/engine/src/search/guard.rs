//! Attributes that keep records apart although they share an identifier: class, volume, part, edition.

use hongyan_model::text::fold;
use hongyan_model::{Kind, Record};

/// Kinds, as far as deduplication distinguishes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    /// books, theses, reports, standards
    Monograph,
    /// journals and newspapers as a whole
    Serial,
    /// papers in a serial
    Article,
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
            Kind::Book | Kind::AncientBook | Kind::Thesis | Kind::Standard | Kind::Report => Class::Monograph,
            Kind::Journal | Kind::Newspaper => Class::Serial,
            Kind::Article => Class::Article,
            Kind::Conference if record.container.is_empty() => Class::Monograph,
            Kind::Conference => Class::Conference,
            Kind::Patent => Class::Patent,
            // a record with an ISBN and without a host is taken for a book
            Kind::Other
                if record.container.is_empty()
                    && record.identifier(hongyan_model::IdentifierKind::Isbn).is_some() =>
            {
                Class::Monograph
            }
            Kind::Other => Class::Unknown,
        }
    }

    fn goes_with(self, other: Class) -> bool {
        use Class::{Article, Conference, Unknown};
        self == other
            || self == Unknown
            || other == Unknown
            || matches!((self, other), (Conference, Article) | (Article, Conference))
    }
}

/// Which volume, part and edition a record describes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Guard {
    /// class
    pub class: Class,
    /// number of the volume; 上 中 下 have a range of their own
    volume: Option<u32>,
    /// folded name of the part when it has no number
    part: String,
    /// number of the edition
    edition: Option<u32>,
    /// number of pages of a book: the largest number in its extent
    pub pages: Option<u32>,
}

const SHANG: u32 = 100_001;

impl Guard {
    /// Extracts it from a record; `title` is the folded title.
    pub(crate) fn of(record: &Record, title: &str) -> Guard {
        let class = Class::of(record);
        if class == Class::Article || class == Class::Conference {
            // volume and issue belong to the host and are written in many ways; the identifier of the
            // paper decides
            return Guard { class, volume: None, part: String::new(), edition: None, pages: None };
        }
        let part = fold(&record.part);
        let volume =
            number(&part).or_else(|| if part.is_empty() { tail(&record.title, title) } else { None });
        let part = if volume.is_none() { part } else { String::new() };
        Guard { class, volume, part, edition: edition(&record.edition), pages: pages(&record.pages) }
    }

    /// True when nothing contradicts that both are one work. Symmetric.
    pub(crate) fn allows(&self, other: &Guard) -> bool {
        self.class.goes_with(other.class)
            // a volume is neither another volume nor the whole set
            && self.volume == other.volume
            && (self.part.is_empty() || other.part.is_empty() || self.part == other.part)
            && (self.edition.is_none() || other.edition.is_none() || self.edition == other.edition)
    }
}

/// Parses the number of a volume from a folded part: `第2册`, `v 2`, `二`, `上册`, `part iii`.
fn number(part: &str) -> Option<u32> {
    if let Some(digits) = digits(part) {
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
    part.split(' ').find_map(roman)
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

/// Number of pages from an extent: 243 for `2, 5, 243 p.`; numbers below 10 count volumes.
fn pages(extent: &str) -> Option<u32> {
    let text = fold(extent);
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(|run| run.parse().ok())
        .filter(|n| (10..10_000).contains(n))
        .max()
}

/// The first run of digits, if it can be the number of a volume.
fn digits(text: &str) -> Option<u32> {
    let run: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    run.parse().ok().filter(|n| *n < SHANG)
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
