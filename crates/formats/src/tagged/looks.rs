//! Which format of tagged lines a text has, by its content, and whether it is one that is not read.

use super::lines::lines;
use super::{Tagged, labelled, medline, refer, refworks, ris, wos};

/// Lines that are looked at.
const LOOKED_AT: usize = 400;
/// Longest part of a line that is looked at, in bytes.
const MAX_LINE: usize = 500;

/// The lines that are not blank, without their ends.
fn some_lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.trim_start_matches('\u{FEFF}');
    lines(text).map(|(_, line)| line).filter(|line| !line.trim().is_empty()).take(LOOKED_AT).map(|line| {
        let end =
            (0..=MAX_LINE.min(line.len())).rev().find(|end| line.is_char_boundary(*end)).unwrap_or_default();
        line.get(..end).unwrap_or_default()
    })
}

/// What the lines of a text have in one format.
#[derive(Default)]
struct Count {
    lines: usize,
    tagged: usize,
    names: Vec<String>,
}

impl Count {
    fn of(text: &str, tag: fn(&str) -> Option<(&str, &str)>) -> Count {
        let mut count = Count::default();
        for line in some_lines(text) {
            count.lines += 1;
            if let Some((name, _)) = tag(line) {
                count.tagged += 1;
                if count.names.len() < 40 && !count.names.iter().any(|known| known == name) {
                    count.names.push(name.to_owned());
                }
            }
        }
        count
    }

    fn has(&self, wanted: &[&str]) -> bool {
        self.names.iter().any(|name| wanted.contains(&name.as_str()))
    }

    /// Whether half of the lines are tagged, with different tags, or all lines are.
    fn mostly(&self) -> bool {
        2 * self.tagged >= self.lines && self.names.len() >= 2 || self.tagged == self.lines && self.tagged > 0
    }
}

/// The format of a text, if it is one of tagged lines.
pub fn looks_like(text: &str) -> Option<Tagged> {
    if wos::is_table(text) {
        return Some(Tagged::WosTable);
    }
    let count = Count::of(text, labelled::braced);
    if count.has(&["Reference Type"]) || count.mostly() && count.has(&["Title"]) {
        return Some(Tagged::NoteExpress);
    }
    let count = Count::of(text, ris::tag);
    let medline = Count::of(text, medline::tag);
    if count.has(&["TY"]) {
        return Some(Tagged::Ris);
    }
    if medline.has(&["PMID"]) && medline.names.len() > 1
        || medline.mostly() && medline.has(&["FAU", "JT", "DP", "OWN", "DCOM"]) && medline.has(&["TI"])
    {
        return Some(Tagged::Medline);
    }
    if count.mostly() && count.has(&["TI", "T1", "T2", "JF", "JO", "AU", "A1", "DO", "SN"]) {
        return Some(Tagged::Ris);
    }
    let count = Count::of(text, wos::tag);
    if count.has(&["PT"]) && count.has(&["AU", "AF", "TI", "SO"]) || count.has(&["FN"]) && count.has(&["VR"])
    {
        return Some(Tagged::Wos);
    }
    let count = Count::of(text, refer::tag);
    if count.has(&["0"]) || count.mostly() && count.has(&["T", "A", "J", "B"]) {
        return Some(Tagged::Refer);
    }
    let count = Count::of(text, refworks::tag);
    if count.has(&["RT"]) && count.has(&["T1", "A1", "T2", "JF"]) {
        return Some(Tagged::RefWorks);
    }
    let count = Count::of(text, labelled::double);
    if count.mostly() && (count.has(&["DataType"]) || count.names.iter().any(|name| is_title(name))) {
        return Some(Tagged::EStudy);
    }
    let count = Count::of(text, labelled::plain);
    let titled = count.names.iter().any(|name| is_title(name));
    (count.mostly() && count.names.len() >= 3 && titled).then_some(Tagged::Labels)
}

fn is_title(label: &str) -> bool {
    labelled::field(label) == Some(super::Field::Title)
}

/// A line of a text that looks like tagged lines of a format that is not read: most of its lines begin with
/// short codes, of which some are known from bibliographic formats. None for other texts.
pub fn unread(text: &str) -> Option<String> {
    const USUAL: &[&str] = &[
        "AU", "TI", "T1", "A1", "SO", "JF", "JN", "PY", "AB", "TY", "PT", "DT", "AN", "LA", "IS", "VL",
        "TIT", "AUT", "PUB", "ABS", "KW", "DE", "PB", "title", "author", "journal", "Title", "Author",
        "Authors", "Source", "JOURNAL", "AUTHOR", "TITLE", "YEAR", "题名", "作者", "标题", "刊名", "来源",
    ];
    let count = Count::of(text, code);
    let usual = count.names.iter().filter(|name| USUAL.contains(&name.as_str())).count();
    let tagged = count.lines >= 4 && 5 * count.tagged >= 3 * count.lines;
    let odd = tagged && count.names.len() >= 3 && usual >= 2;
    odd.then(|| some_lines(text).find(|line| code(line).is_some()).unwrap_or_default().to_owned())
}

/// A short code or label at the beginning of a line, in any of the ways that formats write it.
fn code(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let label = |name: &str| {
        let name = name.trim();
        let short = !name.is_empty() && name.chars().count() <= 16 && !name.contains(['.', '。', ',', '，']);
        // numbers of works are labels in ordinary lists
        let number = ["doi", "isbn", "issn", "pmid", "pmcid", "arxiv", "http", "https", "url", "cstr"];
        short && !number.contains(&name.to_lowercase().as_str())
    };
    for (open, close) in [("{", "}"), ("<", ">"), ("[", "]"), ("【", "】")] {
        if let Some((name, rest)) = line.strip_prefix(open).and_then(|rest| rest.split_once(close)) {
            return (label(name) && !name.starts_with(|c: char| c.is_ascii_digit() || c == '/'))
                .then_some((name, rest));
        }
    }
    if let Some((name, rest)) = line.split_once([':', '：', '=', '|']).filter(|(name, _)| label(name)) {
        return Some((name.trim(), rest));
    }
    let (name, rest) = line.split_once([' ', '-', '\t'])?;
    let upper = (2..=4).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (upper && label(name)).then_some((name, rest))
}
