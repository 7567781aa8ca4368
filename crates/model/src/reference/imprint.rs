//! Place, publisher, year and pages.

use super::pattern::Pattern;
use super::serial::pages;
use crate::record::{Record, year_of};

/// Splits off the edition in front: `2版. `, `4th ed. `, `修订版. `, `刻本. `.
pub(super) fn edition_in_front(text: &str) -> Option<(&str, &str)> {
    static EDITION: Pattern = Pattern::new(
        r"^\s*(?P<edition>(?i:\d{1,2}\s*(?:st|nd|rd|th)\s+edn?\b\.?|(?:rev|revised|enl|new|second|third|fourth|fifth)\.?\s+(?:ed(?:n|ition)?)\b\.?)|第?\s*[\d一二三四五六七八九十]{1,4}\s*版(?:修订)?|[^\s.。,，:：]{0,10}(?:版|刻本|影印本|抄本|稿本|修订本|增订本|铅印本|石印本))\s*(?:[.．。,，]\s*|$)",
    );
    let found = EDITION.captures(text)?;
    Some((found.part("edition"), text.get(found.end()..)?))
}

/// Reads `北京: 人民文学出版社, 1982: 12-20`; `known` is a year that stands elsewhere. False if the text is no imprint; nothing is
/// set then.
pub(super) fn read(text: &str, record: &mut Record) -> bool {
    static DATED: Pattern = Pattern::new(
        r"^(?:(?P<place>[^:：\d\[\]《》“”]{1,40}?)\s*[:：]\s*)?(?:(?P<publisher>[^:：\[\]]+?)\s*[,，]\s*)?(?P<date>\[?(?:c|ca\.\s?)?(?:1[0-9]|20)\d{2}\]?[^:：,，.。]{0,24}?)(?:\s*[:：]\s*(?P<pages>.{1,40}?)|[.．]\s*(?P<behind>\d[\d‐-―, -]*))?\s*[.。]?$",
    );
    static UNDATED: Pattern = Pattern::new(
        r"^(?:(?P<place>[^:：\d\[\]《》“”,，.。]{1,30}?)\s*[:：]\s*)(?P<publisher>[^:：\[\]]+?)(?:\s*[:：]\s*(?P<pages>[^:：]{1,40}?))?\s*[.。]?$",
    );
    let text = text.trim();
    if let Some(found) = DATED.captures(text) {
        // without a place the house must not be a second sentence
        let (place, publisher) = (found.part("place"), found.part("publisher"));
        record.place = last_sentence(place).to_owned();
        record.publisher = if place.is_empty() { last_sentence(publisher) } else { publisher }.to_owned();
        let date = found.part("date");
        if record.year.is_none() {
            record.date = date.trim_matches(['[', ']']).to_owned();
            record.year = year_of(date);
        }
        record.pages = pages_of(found.part("pages"));
        if record.pages.is_empty() {
            record.pages = pages(found.part("behind")).unwrap_or_default();
        }
        return true;
    }
    if record.year.is_some()
        && let Some(found) = UNDATED.captures(text)
    {
        record.place = found.part("place").to_owned();
        record.publisher = found.part("publisher").to_owned();
        record.pages = pages_of(found.part("pages"));
        return true;
    }
    false
}

/// Pages as they are cited in books; names of unnumbered leaves stay.
fn pages_of(text: &str) -> String {
    pages(text).unwrap_or_else(|| {
        let few = text.chars().count() <= 14;
        if few { text.to_owned() } else { String::new() }
    })
}

/// What stands behind the last full stop, but for abbreviations: `St. Louis`, `D. C`.
fn last_sentence(text: &str) -> &str {
    let cut = text.rmatch_indices(". ").find(|(at, _)| {
        let word = text.get(..*at).and_then(|head| head.rsplit([' ', '.']).next()).unwrap_or_default();
        !matches!(word, "St" | "Mt" | "Ft" | "Dr") && word.chars().count() > 1
    });
    cut.and_then(|(at, _)| text.get(at + 2..)).unwrap_or(text).trim()
}
