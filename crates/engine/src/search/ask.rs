//! What a patron typed, as a query; and a query, as words to compare with.

use hongyan_model::query::{Clause, Field};
use hongyan_model::text::{clean, clip, fold};
use hongyan_model::{Identifier, IdentifierKind, Query};

/// Longest text that is asked; what is longer is no title.
const LONGEST: usize = 500;
/// Words of a clause that are compared; sources get all of it.
const WORDS: usize = 32;

/// The query for the text of the one box: an identifier, a pasted citation, or words anywhere.
pub(crate) fn read(text: &str) -> Query {
    let text: String = clean(text).chars().take(LONGEST).collect();
    let query = Query::from_box(&text);
    if query.identifier.is_some() {
        return query;
    }
    if let Some(identifier) = identifier_within(&text) {
        return Query { identifier: Some(identifier), ..Query::default() };
    }
    match cited_title(&text) {
        Some(title) => Query::words(Field::Title, &title),
        None => query,
    }
}

/// A fielded query in bounds: every text cleaned and cut.
pub(crate) fn bounded(query: &Query) -> Query {
    let mut query = query.clone();
    query.clauses.truncate(16);
    for clause in &mut query.clauses {
        clause.text = clean(&clause.text).chars().take(LONGEST).collect();
    }
    query.clauses.retain(|clause| !fold(&clause.text).is_empty());
    query
}

/// A DOI within a longer text: a pasted reference or a publisher's address names its work exactly.
fn identifier_within(text: &str) -> Option<Identifier> {
    let lower = text.to_lowercase();
    let (_, rest) = lower.split_once("10.")?;
    let token: String = format!("10.{rest}")
        .chars()
        .take_while(|c| {
            !c.is_whitespace() && !matches!(c, '，' | '。' | '；' | '"' | '”' | '>' | '?' | '&' | '#')
        })
        .collect();
    Identifier::parse(IdentifierKind::Doi, token.trim_end_matches([')', ']', '.', ',', ';']))
}

/// The title in a citation after GB/T 7714: `曹雪芹. 红楼梦[M]. 北京: 人民文学出版社, 1982.`
fn cited_title(text: &str) -> Option<String> {
    let (before, mark) =
        text.char_indices().filter(|(_, c)| matches!(c, '[' | '［' | '【')).find_map(|(at, c)| {
            let rest = text.get(at + c.len_utf8()..)?;
            let mark: String = rest.chars().take_while(|c| !matches!(c, ']' | '］' | '】')).collect();
            let known = matches!(
                mark.split('/').next().unwrap_or_default(),
                "M" | "J" | "D" | "C" | "P" | "S" | "R" | "N" | "A" | "G" | "DB" | "EB" | "CP"
            );
            known.then(|| Some((text.get(..at)?, mark)))?
        })?;
    if mark.is_empty() {
        return None;
    }
    let title = match before.rfind(['.', '．', '。']) {
        Some(at) => before.get(at..)?.trim_start_matches(['.', '．', '。', ' ']),
        None => before,
    };
    let title = title.trim();
    (!fold(title).is_empty()).then(|| title.to_owned())
}

/// A query ready to be compared with records.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// exact look-up
    pub identifier: Option<Identifier>,
    /// folded clauses
    pub clauses: Vec<AskedClause>,
}

/// A clause, folded.
#[derive(Debug, Clone)]
pub(crate) struct AskedClause {
    /// where
    pub field: Field,
    /// the whole text
    pub phrase: String,
    /// its words
    pub words: Vec<String>,
}

impl Asked {
    /// Folds a query.
    pub(crate) fn new(query: &Query) -> Asked {
        let clauses = if query.identifier.is_some() { &[] } else { query.clauses.as_slice() };
        Asked {
            identifier: query.identifier.clone(),
            clauses: clauses.iter().map(AskedClause::new).filter(|clause| !clause.words.is_empty()).collect(),
        }
    }

    /// Words to mark in titles, longest first.
    pub(crate) fn title_words(&self) -> Vec<&str> {
        let mut words: Vec<&str> = self
            .clauses
            .iter()
            .filter(|clause| matches!(clause.field, Field::Any | Field::Title))
            .flat_map(|clause| {
                std::iter::once(clause.phrase.as_str()).chain(clause.words.iter().map(String::as_str))
            })
            .collect();
        words.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        words.dedup();
        words
    }
}

impl AskedClause {
    fn new(clause: &Clause) -> AskedClause {
        let text = clip(&clause.text, LONGEST);
        let mut words: Vec<String> = Vec::new();
        // split before folding: between Han words folding drops the space
        for part in text.split(|c: char| !c.is_alphanumeric()) {
            for word in fold(part).split(' ').filter(|word| !word.is_empty()) {
                if words.len() < WORDS && !words.iter().any(|known| known == word) {
                    words.push(word.to_owned());
                }
            }
        }
        AskedClause { field: clause.field, phrase: fold(&text), words }
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::query::Field;
    use hongyan_model::{IdentifierKind, Query};

    use super::{Asked, bounded, read};

    #[test]
    fn pasted_references() {
        let doi =
            read("Ping-Mei Law et al. 2014. eLife 3. https://doi.org/10.7554/eLife.01567. Accessed 2020");
        assert_eq!(
            doi.identifier.map(|id| (id.kind, id.value)),
            Some((IdentifierKind::Doi, "10.7554/elife.01567".into()))
        );
        let book = read("曹雪芹, 高鹗. 红楼梦[M]. 北京: 人民文学出版社, 1982.");
        assert_eq!(book, Query::words(Field::Title, "红楼梦"));
        let words = read("10.5 英寸 红楼梦");
        assert_eq!(words, Query::words(Field::Any, "10.5 英寸 红楼梦"));
        assert_eq!(read("论语 [日文版]").clauses.len(), 1);
    }

    #[test]
    fn hostile_texts_become_small_queries() {
        assert_eq!(bounded(&read("")).clauses.len(), 0);
        assert_eq!(bounded(&read("。。、《》!!!")).clauses.len(), 0);
        let long = bounded(&read(&"红楼梦 ".repeat(3_000)));
        assert!(long.clauses[0].text.chars().count() <= 500);
        let many: String = (0..2_000).map(|n| format!("w{n} ")).collect();
        assert!(Asked::new(&read(&many)).clauses[0].words.len() <= 32);
    }

    #[test]
    fn words_are_split_before_folding() {
        let asked = Asked::new(&Query::words(Field::Any, "魯迅　小説 Short-Stories"));
        assert_eq!(asked.clauses[0].words, ["鲁迅", "小说", "short", "stories"]);
    }
}
