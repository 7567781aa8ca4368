//! APA and MLA references, using hayagriva and its built-in CSL styles.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use citationberg::{IndependentStyle, Locale, LocaleCode, Style, json};
use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::{BibliographyDriver, BibliographyRequest, BufWriteFormat, CitationItem, CitationRequest};

use super::item::CslItem;
use super::plain_text::plain_text;
use super::text::plain;

/// CSL styles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CslStyle {
    /// APA, 7th edition
    Apa,
    /// MLA, 9th edition
    Mla,
}

/// Both styles use English terms whatever the language of the work, as is customary. Decoding the locales
/// is slow, hence once.
static LOCALE: LazyLock<Vec<Locale>> = LazyLock::new(|| {
    locales()
        .into_iter()
        .filter(|locale| locale.lang.as_ref().is_some_and(|code| code.0 == "en-US"))
        .collect()
});
static APA: LazyLock<Option<IndependentStyle>> =
    LazyLock::new(|| independent(ArchivedStyle::AmericanPsychologicalAssociation));
static MLA: LazyLock<Option<IndependentStyle>> =
    LazyLock::new(|| independent(ArchivedStyle::ModernLanguageAssociation));

fn independent(style: ArchivedStyle) -> Option<IndependentStyle> {
    match style.get() {
        Style::Independent(style) => Some(style),
        Style::Dependent(_) => None,
    }
}

/// The entries of the list of works cited, in the style's order (by author).
pub fn csl(items: &[CslItem], style: CslStyle) -> Vec<String> {
    let style = match style {
        CslStyle::Apa => APA.as_ref(),
        CslStyle::Mla => MLA.as_ref(),
    };
    // hayagriva may panic on outside text; an item that it cannot format is written as plain text
    let set = style.and_then(|style| catch_unwind(AssertUnwindSafe(|| set(items, style))).ok());
    set.unwrap_or_else(|| items.iter().map(plain_text).collect())
}

fn set(items: &[CslItem], style: &IndependentStyle) -> Vec<String> {
    let items: Vec<json::Item> = items.iter().filter_map(prepared).collect();
    let locale = Some(LocaleCode("en-US".to_owned()));
    let mut driver = BibliographyDriver::new();
    let cited = items.iter().map(CitationItem::with_entry).collect();
    driver.citation(CitationRequest::new(cited, style, locale.clone(), &LOCALE, None));
    let rendered = driver.finish(BibliographyRequest::new(style, locale, &LOCALE));
    let entries = rendered.bibliography.into_iter().flat_map(|list| list.items);
    entries
        .map(|entry| {
            let mut text = String::new();
            // writing to a string cannot fail
            let _ = entry.content.write_buf(&mut text, BufWriteFormat::Plain);
            plain(&text)
        })
        .collect()
}

/// Converts an item to hayagriva's input: without markup, date ranges, and variables that no style
/// prints.
fn prepared(item: &CslItem) -> Option<json::Item> {
    let mut item = item.clone();
    for unprinted in ["note", "abstract", "keyword"] {
        item.texts.remove(unprinted);
    }
    for text in item.texts.values_mut() {
        *text = plain(text);
    }
    item.dates.retain(|_, date| {
        date.end = None;
        date.start.is_some()
    });
    if item.kind.is_empty() {
        item.kind = "document".to_owned();
    }
    serde_json::from_value(item.to_json()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{CslStyle, csl};
    use crate::cite::CslItem;

    fn items() -> Vec<CslItem> {
        [
            json!({"id": "2", "type": "article-journal", "title": "Geese in winter", "language": "en",
                "author": [{"family": "Berg", "given": "Ola", "non-dropping-particle": "van den"}, {"family": "Adams", "given": "Mary-Jane"}],
                "container-title": "Waterfowl", "volume": "7", "issue": "2", "page": "12-19", "DOI": "10.5555/a",
                "issued": {"date-parts": [[2020, 4, 1]]}}),
            json!({"id": "1", "type": "book", "title": "雁行集", "language": "zh", "author": [{"literal": "林一舟"}],
                "publisher": "远山书社", "publisher-place": "杭州", "issued": {"date-parts": [[1998], [1999]]}}),
        ]
        .iter()
        .filter_map(CslItem::from_json)
        .collect()
    }

    #[test]
    fn apa() {
        assert_eq!(
            csl(&items(), CslStyle::Apa),
            [
                "van den Berg, O., & Adams, M.-J. (2020). Geese in winter. Waterfowl, 7(2), 12–19. https://doi.org/10.5555/a",
                "林一舟. (1998). 雁行集. 远山书社."
            ]
        );
    }

    #[test]
    fn mla() {
        assert_eq!(
            csl(&items(), CslStyle::Mla),
            [
                "van den Berg, Ola, and Mary-Jane Adams. “Geese in Winter.” Waterfowl, vol. 7, no. 2, Apr. 2020, pp. 12–19, https://doi.org/10.5555/a.",
                "林一舟. 雁行集. 远山书社, 1998."
            ]
        );
    }

    #[test]
    fn nothing_said_is_no_panic() {
        for kind in ["", "book", "article-journal", "patent", "no such type"] {
            let item =
                CslItem::from_json(&json!({"id": "", "type": kind, "issued": {"literal": "民国"}})).unwrap();
            for style in [CslStyle::Apa, CslStyle::Mla] {
                assert!(csl(std::slice::from_ref(&item), style).len() <= 1);
            }
        }
        assert_eq!(csl(&[], CslStyle::Mla), Vec::<String>::new());
    }
}
