//! Journal, volume, issue, year and pages, as Latin styles write them behind a title.

use super::pattern::Pattern;
use crate::record::{Record, year_of};
use crate::text::is_han;

/// Pages, with one form of hyphen and the whole second number (`162-70` is 162-170); none if the text is something else.
pub(super) fn pages(text: &str) -> Option<String> {
    static PAGES: Pattern = Pattern::new(
        r"^(?i:pp?\.\s*|pages?\s+|第)?(?P<first>[A-Za-z]{0,2}\d{1,9}(?:\.\d+)?|[ivxlcdm]{1,7})(?:\s*[-‐-―−~～]\s*(?P<last>[A-Za-z]{0,2}\d{1,9}(?:\.\d+)?|[ivxlcdm]{1,7}))?(?P<more>(?:\s*[,，+、]\s*\d+(?:\s*[-‐-―−~～]\s*\d+)?){0,5})\s*[页頁]?$",
    );
    let found = PAGES.captures(text.trim().trim_end_matches(['.', '。']))?;
    let (first, last, more) = (found.part("first"), found.part("last"), found.part("more"));
    let more = more.replace(['–', '—', '‐', '−', '～', '~'], "-").replace(' ', "");
    if last.is_empty() {
        return Some(format!("{first}{more}"));
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = match first.get(..first.len().saturating_sub(last.len())) {
        Some(head) if digits(first) && digits(last) && last.len() < first.len() => format!("{head}{last}"),
        _ => last.to_owned(),
    };
    let rises = || Some(whole.parse::<u64>().ok()? >= first.parse::<u64>().ok()?);
    let last =
        if digits(first) && digits(&whole) && rises() == Some(false) { last.to_owned() } else { whole };
    Some(format!("{first}-{last}{more}"))
}

/// The number without leading zeros: `02`.
pub(super) fn number(text: &str) -> String {
    let text = text.trim();
    let bare = text.trim_start_matches('0');
    if bare.is_empty() || !bare.starts_with(|c: char| c.is_ascii_digit()) {
        text.to_owned()
    } else {
        bare.to_owned()
    }
}

/// Reads `Journal of Reading, 27(2), 97–111` in the forms of the styles. False if it is none of them; nothing is set then.
pub(super) fn read(text: &str, record: &mut Record) -> bool {
    // volume(issue), pages: APA, Harvard
    static COMMA: Pattern = Pattern::new(
        r"^(?P<journal>[^\d].*?),\s*(?:(?P<volume>\d{1,4}[A-Za-z]?(?:[-–/]\d{1,4})?)\s*)?(?:\(\s*(?P<issue>[^()]{1,24})\))?(?:,\s*(?:pp?\.\s*)?(?P<pages>[A-Za-z]{0,2}\d[\w.\-‐-―, +]{0,30}|Article\s+\w+))?\s*\.?$",
    );
    // Journal 27, no. 2 (2004): 97–111 and Journal 27 (2): 97–111, Journal 27:97-111
    static CHICAGO: Pattern = Pattern::new(
        r"^(?P<journal>[^\d].*?),?\s+(?P<volume>\d{1,4}[A-Za-z]?)(?:\s*,\s*(?i:nos?\.)\s*(?P<issue>[\w/\-–]{1,12})|\s*\((?P<short>[\w/\-– .]{1,14})\))?(?:\s*\((?P<date>[^()]{0,20}\b(?:1[5-9]|20)\d{2})\))?(?:\s*:\s*(?P<pages>[A-Za-z]{0,2}\d[\w.\-‐-―, +]{0,30}))?\s*\.?$",
    );
    // Journal, vol. 27, no. 2, 2004, pp. 97-111
    static MLA: Pattern = Pattern::new(
        r"^(?P<journal>[^\d].*?)(?:,\s*(?i:vol\.)\s*(?P<volume>[\w\-–/]{1,10}))?(?:,\s*(?i:nos?\.)\s*(?P<issue>[\w\-–/]{1,12}))?,\s*(?P<date>(?:\d{1,2}\s+)?(?:[A-Z][a-z]{2,8}\.?\s+)?(?:1[5-9]|20)\d{2})(?:,\s*pp?\.\s*(?P<pages>[A-Za-z]{0,2}\d[\w.\-‐-―, +]{0,30}))?\s*\.?$",
    );
    let text = text.trim();
    for (pattern, mla) in [(&MLA, true), (&CHICAGO, false), (&COMMA, false)] {
        let Some(found) = pattern.captures(text) else { continue };
        let (journal, volume) = (found.part("journal"), found.part("volume"));
        let issue = if found.part("issue").is_empty() { found.part("short") } else { found.part("issue") };
        let printed = found.part("pages");
        // one sign more than a comma has to say that it is a journal
        let numbered = !volume.is_empty() || !issue.is_empty();
        // `Lantern Press, 2010, pp. 3-5`
        let is_year = record.year.is_none() && found.part("date").is_empty() && year_of(volume).is_some();
        if !numbered || is_year || !is_journal(journal) || mla && volume.is_empty() && issue.is_empty() {
            continue;
        }
        record.container = journal.to_owned();
        record.volume = number(volume);
        // `(Spring)` is a season, `(2004)` the year of a journal without issues
        match year_of(issue).filter(|_| record.year.is_none() && issue.len() == 4) {
            Some(year) => record.year = Some(year),
            None => record.issue = number(issue.trim_start_matches("no. ").trim_start_matches("No. ")),
        }
        if record.year.is_none() {
            record.date = found.part("date").to_owned();
            record.year = year_of(&record.date);
        }
        record.pages = pages(printed)
            .or_else(|| printed.strip_prefix("Article").map(|n| n.trim().to_owned()))
            .unwrap_or_default();
        return true;
    }
    false
}

/// Whether a text can be the name of a journal.
pub(super) fn is_journal(text: &str) -> bool {
    let mut chars = text.chars();
    let (first, second) = (chars.next().unwrap_or(' '), chars.next().unwrap_or(' '));
    // eLife, mBio
    let starts = first.is_uppercase() || is_han(first) || first.is_lowercase() && second.is_uppercase();
    starts
        && !text.ends_with(" p.")
        && !text.ends_with(" pp.")
        && text.chars().count() <= 150
        && !text.contains(['“', '”', '"', '‘', '[', ']'])
}
