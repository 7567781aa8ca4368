//! APA, MLA, Chicago and Vancouver references, using hayagriva and its built-in CSL styles.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use citationberg::{IndependentStyle, Locale, LocaleCode, Style, StyleClass, json};
use hayagriva::archive::{ArchivedStyle, locales};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, BufWriteFormat, CitationItem, CitationRequest, ElemChildren,
};

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
    /// Chicago, 18th edition, as first notes
    ChicagoNotes,
    /// Vancouver, after Citing Medicine of the NLM
    Vancouver,
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

static CHICAGO: LazyLock<Option<IndependentStyle>> =
    LazyLock::new(|| independent(ArchivedStyle::ChicagoNotes));
static VANCOUVER: LazyLock<Option<IndependentStyle>> =
    LazyLock::new(|| independent(ArchivedStyle::TaylorAndFrancisNationalLibraryOfMedicine).map(unaligned));

fn independent(style: ArchivedStyle) -> Option<IndependentStyle> {
    match style.get() {
        Style::Independent(style) => Some(style),
        Style::Dependent(_) => None,
    }
}

/// The entries of the list of works cited, in the style's order (by author).
pub fn csl(items: &[CslItem], style: CslStyle) -> Vec<String> {
    let (style, titles) = match style {
        CslStyle::Apa => (APA.as_ref(), Titles::AsWritten),
        CslStyle::Mla => (MLA.as_ref(), Titles::Capitals),
        CslStyle::ChicagoNotes => (CHICAGO.as_ref(), Titles::Capitals),
        CslStyle::Vancouver => (VANCOUVER.as_ref(), Titles::AsWritten),
    };
    let noted = style.is_some_and(|style| style.settings.class == StyleClass::Note);
    // hayagriva may panic on outside text; an item that it cannot format is written as plain text
    let set =
        style.and_then(|style| catch_unwind(AssertUnwindSafe(|| set(items, style, titles, noted))).ok());
    set.unwrap_or_else(|| items.iter().map(plain_text).collect())
}

fn set(items: &[CslItem], style: &IndependentStyle, titles: Titles, noted: bool) -> Vec<String> {
    let mut kept = Kept::default();
    let items: Vec<json::Item> = items.iter().filter_map(|item| prepared(item, titles, &mut kept)).collect();
    let locale = Some(LocaleCode("en-US".to_owned()));
    let mut driver = BibliographyDriver::new();
    if noted {
        // each work in a note of its own, so that each is a first note
        for (number, item) in items.iter().enumerate() {
            let cited = vec![CitationItem::with_entry(item)];
            driver.citation(CitationRequest::new(cited, style, locale.clone(), &LOCALE, Some(number + 1)));
        }
    } else {
        let cited = items.iter().map(CitationItem::with_entry).collect();
        driver.citation(CitationRequest::new(cited, style, locale.clone(), &LOCALE, None));
    }
    let rendered = driver.finish(BibliographyRequest::new(style, locale, &LOCALE));
    let entries: Vec<ElemChildren> = if noted {
        rendered.citations.into_iter().map(|note| note.citation).collect()
    } else {
        rendered.bibliography.into_iter().flat_map(|list| list.items).map(|entry| entry.content).collect()
    };
    let numbered = titles == Titles::AsWritten;
    entries
        .iter()
        .enumerate()
        .map(|(index, content)| {
            let mut text = String::new();
            // writing to a string cannot fail
            let _ = content.write_buf(&mut text, BufWriteFormat::Plain);
            let text = plain(&text);
            let text = if numbered { without_number(&text, index + 1) } else { &text };
            let text = one_stop(&kept.put_back(text));
            // the processor's term for the role has a small letter
            let text = if titles == Titles::AsWritten { text.replace(", trans.", ", Trans.") } else { text };
            if noted && !text.is_empty() && !text.ends_with('.') { format!("{text}.") } else { text }
        })
        .collect()
}

/// The style without a hanging indent, for which the processor takes the names out of the entry.
fn unaligned(mut style: IndependentStyle) -> IndependentStyle {
    if let Some(list) = &mut style.bibliography {
        list.second_field_align = None;
    }
    style
}

/// Takes the number off an entry, `[1] `, because lists are numbered elsewhere.
fn without_number(text: &str, number: usize) -> &str {
    text.strip_prefix(&format!("[{number}]")).map_or(text, str::trim_start)
}

/// What a style does with the capitals of titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Titles {
    /// APA: as the catalogue writes them. The processor lowers every word, and cannot know names
    AsWritten,
    /// MLA: capitals for the words of English titles
    Capitals,
}

/// Words whose capitals are kept: each stands in the text as a character that has no capitals.
#[derive(Debug, Default)]
struct Kept(Vec<String>);

/// First of the characters for private use that stand for kept words.
const FIRST: u32 = 0xE000;
/// Number of these characters.
const MOST: usize = 6400;

impl Kept {
    fn whole(&mut self, text: &str) -> String {
        let sign = u32::try_from(self.0.len()).ok().filter(|_| self.0.len() < MOST);
        let Some(sign) = sign.and_then(|at| char::from_u32(FIRST + at)) else { return text.to_owned() };
        self.0.push(text.to_owned());
        sign.to_string()
    }

    /// Keeps `mRNA`, `H2O`, `iPS` and `E. coli`; leaves other words to the style.
    fn special(&mut self, text: &str) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut rest = text.split(' ').peekable();
        while let Some(word) = rest.next() {
            let mut letters = word.chars().filter(|c| c.is_alphanumeric());
            let abbreviated =
                word.ends_with('.') && word.chars().count() == 2 && word.starts_with(char::is_uppercase);
            let species = rest.peek().is_some_and(|next| next.starts_with(char::is_lowercase));
            if abbreviated && species && words.len() < 400 {
                let pair = format!("{word} {}", rest.next().unwrap_or_default());
                words.push(self.whole(&pair));
            } else if letters.next().is_some() && letters.any(char::is_uppercase) {
                words.push(self.whole(word));
            } else {
                words.push(word.to_owned());
            }
        }
        words.join(" ")
    }

    fn put_back(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            let at = u32::from(c).checked_sub(FIRST).and_then(|at| usize::try_from(at).ok());
            match at.and_then(|at| self.0.get(at)) {
                Some(word) => out.push_str(word),
                None => out.push(c),
            }
        }
        out
    }
}

/// A title that ends a sentence itself has no full stop or comma behind it.
fn one_stop(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut ended = false;
    for c in text.chars() {
        if ended && matches!(c, '.' | ',') {
            ended = false;
            continue;
        }
        // a quotation mark may stand between
        ended = matches!(c, '?' | '!' | '？' | '！') || ended && matches!(c, '”' | '’');
        out.push(c);
    }
    out
}

/// Converts an item to hayagriva's input: without markup, date ranges, and variables that no style
/// prints.
fn prepared(item: &CslItem, titles: Titles, kept: &mut Kept) -> Option<json::Item> {
    let mut item = item.clone();
    for unprinted in ["note", "abstract", "keyword"] {
        item.texts.remove(unprinted);
    }
    for text in item.texts.values_mut() {
        // no text has characters for private use of its own
        *text = plain(text).replace(|c: char| ('\u{E000}'..='\u{F8FF}').contains(&c), "");
    }
    let language = item.text("language").split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let english = matches!(language.as_str(), "" | "en" | "eng");
    for name in ["title", "container-title", "collection-title", "event-title", "publisher"] {
        if let Some(text) = item.texts.get_mut(name) {
            *text = match titles {
                Titles::Capitals if english => kept.special(text),
                _ => kept.whole(text),
            };
        }
    }
    // both styles write `de la Cruz, Juan`: the particle stands with the family name
    for name in item.names.values_mut().flatten() {
        let dropping = std::mem::take(&mut name.dropping);
        name.particle = super::item::spaced(&[&dropping, &name.particle]);
    }
    let published = ["publisher", "publisher-place"].iter().any(|name| item.has(name));
    if item.kind == "paper-conference"
        && item.has("container-title")
        && (published || !item.people("editor").is_empty())
    {
        // the processor leaves out the pages or the publisher of a paper in a volume
        item.kind = "chapter".to_owned();
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
    fn capitals_stops_and_particles() {
        let cruz = json!([{"family": "Cruz", "given": "Juan", "dropping-particle": "de la"},
            {"family": "Inwagen", "given": "Peter", "non-dropping-particle": "van"}]);
        let year = json!({"date-parts": [[2020]]});
        for (value, apa, mla) in [
            (
                json!({"type": "article-journal", "title": "Do cranes of Poyang need E. coli, mRNA and H2O?", "language": "en",
                    "author": cruz, "container-title": "PLoS ONE", "volume": "3", "page": "1-9", "issued": year}),
                "de la Cruz, J., & van Inwagen, P. (2020). Do cranes of Poyang need E. coli, mRNA and H2O? PLoS ONE, 3, 1–9.",
                "de la Cruz, Juan, and Peter van Inwagen. “Do Cranes of Poyang Need E. coli, mRNA and H2O?” PLoS ONE, vol. 3, 2020, pp. 1–9.",
            ),
            (
                json!({"type": "paper-conference", "title": "iPS cells of cranes", "author": [{"family": "Hale", "given": "C."}],
                    "editor": [{"family": "Marsh", "given": "Ann"}], "container-title": "Proceedings of cranes",
                    "publisher": "Reed Press", "page": "1-9", "issued": year}),
                "Hale, C. (2020). iPS cells of cranes. In A. Marsh (Ed.), Proceedings of cranes (pp. 1–9). Reed Press.",
                "Hale, C. “iPS Cells of Cranes.” Proceedings of Cranes, edited by Ann Marsh, Reed Press, 2020, pp. 1–9.",
            ),
            (
                json!({"type": "book", "title": "Geist und Zahl", "language": "de", "publisher": "Reed Press", "issued": year,
                    "author": [{"family": "Hale", "given": "C.", "suffix": "Jr."}, {"literal": "Crane Consortium"}],
                    "translator": [{"literal": "白露"}]}),
                "Hale, C., Jr., & Crane Consortium. (2020). Geist und Zahl (白露, Trans.). Reed Press.",
                "Hale, C., Jr., and Crane Consortium. Geist und Zahl. Translated by 白露, Reed Press, 2020.",
            ),
            (
                json!({"type": "book", "title": "雁往何处？", "language": "zh", "author": [{"literal": "林一舟"}],
                    "publisher": "远山书社", "issued": year}),
                "林一舟. (2020). 雁往何处？ 远山书社.",
                "林一舟. 雁往何处？ 远山书社, 2020.",
            ),
        ] {
            let item = CslItem::from_json(&value).unwrap();
            let one = std::slice::from_ref(&item);
            assert_eq!(
                (csl(one, CslStyle::Apa).join("|").as_str(), csl(one, CslStyle::Mla).join("|").as_str()),
                (apa, mla)
            );
        }
        // whatever the processor makes of it, a volume keeps its publisher and pages
        let paper = json!({"type": "paper-conference", "title": "Wings", "container-title": "Cranes 2020",
            "author": [{"family": "Hale", "given": "C."}], "publisher": "Reed Press", "page": "1-9", "issued": year});
        let item = CslItem::from_json(&paper).unwrap();
        for style in [CslStyle::Apa, CslStyle::Mla] {
            let text = csl(std::slice::from_ref(&item), style).join("|");
            assert!(text.contains("Reed Press") && text.contains("1–9"), "{text}");
        }
    }

    #[test]
    fn chicago_notes_and_vancouver() {
        assert_eq!(
            csl(&items(), CslStyle::ChicagoNotes),
            [
                "Ola van den Berg and Mary-Jane Adams, “Geese in Winter,” Waterfowl 7, no. 2 (2020): 12–19, https://doi.org/10.5555/a.",
                "林一舟, 雁行集 (远山书社, 1998)."
            ]
        );
        assert_eq!(
            csl(&items(), CslStyle::Vancouver),
            [
                "van den Berg O, Adams M-J. Geese in winter. Waterfowl. 2020;7(2):12–19.",
                "林一舟. 雁行集. 杭州: 远山书社; 1998."
            ]
        );
    }

    #[test]
    fn nothing_said_is_no_panic() {
        for kind in ["", "book", "article-journal", "patent", "no such type"] {
            let item =
                CslItem::from_json(&json!({"id": "", "type": kind, "issued": {"literal": "民国"}})).unwrap();
            for style in [CslStyle::Apa, CslStyle::Mla, CslStyle::ChicagoNotes, CslStyle::Vancouver] {
                assert!(csl(std::slice::from_ref(&item), style).len() <= 1);
            }
        }
        assert_eq!(csl(&[], CslStyle::Mla), Vec::<String>::new());
    }
}
