//! Extracts statements about the edition anywhere in a reference.

use crate::record::{Record, year_of};
use crate::text::is_han;

/// Endings of names of Chinese publishers.
pub(crate) const HOUSES: [&str; 12] = [
    "出版社",
    "出版公司",
    "出版集团",
    "出版集團",
    "书局",
    "書局",
    "印书馆",
    "印書館",
    "书店",
    "書店",
    "书社",
    "書社",
];
/// Endings of names of other publishers.
const PRESSES: [&str; 6] = ["Press", "Publishers", "Publishing", "Books", "Verlag", "Publications"];

/// Extracts statements about the edition: `上海古籍出版社1982年版`, `三联书店 85年版`, `第2版`, `Penguin Books, 1997`.
/// Fills empty fields only. They have to be recognised, because otherwise another edition might be taken
/// for the wanted one.
pub(super) fn stated(text: &str, record: &mut Record) {
    if record.publisher.is_empty() {
        record.publisher = house(text).unwrap_or_default().to_owned();
    }
    if record.year.is_none() {
        record.year = year_of(text).or_else(|| short_year(text));
        if record.date.is_empty() {
            record.date = record.year.map(|year| year.to_string()).unwrap_or_default();
        }
    }
    if record.edition.is_empty() {
        record.edition = edition(text).unwrap_or_default();
    }
}

/// The name of a publisher in a text.
fn house(text: &str) -> Option<&str> {
    let han = HOUSES.into_iter().filter_map(|ending| Some((text.find(ending)?, ending))).min();
    if let Some((at, ending)) = han {
        let before = text.get(..at)?;
        let start = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_han(*c) || *c == '·')
            .take(16)
            .last()
            .map_or(at, |(start, _)| start);
        // 书店 alone is not a publisher
        return text.get(start..at + ending.len()).filter(|name| name.chars().count() > 3 && start < at);
    }
    text.split([',', '，', '.', ':', '：', ';', '(', '（', ')', '）', '。'])
        .map(str::trim)
        .find(|part| part.contains(' ') && part.len() < 80 && PRESSES.iter().any(|end| part.ends_with(end)))
}

/// `85年版` is 1985.
fn short_year(text: &str) -> Option<i32> {
    let before = text.split_once("年版")?.0;
    let digits: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
    let year: i32 = digits.chars().rev().collect::<String>().parse().ok()?;
    (digits.len() == 2).then_some(1900 + year)
}

/// `第2版`, `修订版`, `增订本`, `2nd ed.`
fn edition(text: &str) -> Option<String> {
    let words = ["修订版", "修訂版", "修订本", "增订版", "增訂版", "增订本", "校注本", "影印本", "校订本"];
    if let Some(word) = words.into_iter().find(|word| text.contains(word)) {
        return Some(word.to_owned());
    }
    let numbered = text.match_indices('第').find_map(|(at, _)| {
        let (number, _) = text.get(at + '第'.len_utf8()..)?.split_once('版')?;
        let number = number.trim();
        let few = (1..=3).contains(&number.chars().count());
        (few && number.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c)))
            .then(|| format!("第{number}版"))
    });
    numbered.or_else(|| {
        let (before, _) = text.split_once(" ed.").or_else(|| text.split_once(" edition"))?;
        let word = before.rsplit([' ', ',', '(', '.']).next()?;
        word.starts_with(|c: char| c.is_ascii_digit()).then(|| format!("{word} ed."))
    })
}
