//! Limits what a patron typed to a bounded query, and prepares a query for comparison with records.

use hongyan_model::query::{Clause, Field, Join, LONGEST};
use hongyan_model::text::{clean, clip, fold};
use hongyan_model::{Identifier, Query};
use memchr::memmem::Finder;

/// Clauses of a query at most.
const CLAUSES: usize = 16;
/// Words of a clause that are compared with records; sources are sent all of them.
const WORDS: usize = 32;

/// Limits a fielded query: cleans and truncates every text, drops empty clauses.
pub(crate) fn bounded(query: &Query) -> Query {
    let mut query = query.clone();
    query.clauses.truncate(CLAUSES);
    for clause in &mut query.clauses {
        clause.text = clean(&clause.text).chars().take(LONGEST).collect();
    }
    query.clauses.retain(|clause| !fold(&clause.text).is_empty());
    query
}

/// A query prepared for comparison with records.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// identifier to look up
    pub identifier: Option<Identifier>,
    /// folded clauses, without those joined by NOT
    pub clauses: Vec<AskedClause>,
}

/// A folded clause.
#[derive(Debug, Clone)]
pub(crate) struct AskedClause {
    /// field it applies to
    pub field: Field,
    /// whole text, folded
    pub phrase: String,
    /// its distinct words; for a phrase, the phrase as the only word
    pub words: Vec<String>,
    /// matcher of the whole text
    pub whole: Needle,
    /// matchers of the words
    pub needles: Vec<Needle>,
    /// joined by OR with the clause before it
    pub or: bool,
}

impl Asked {
    /// Folds a query.
    pub(crate) fn new(query: &Query) -> Asked {
        let clauses = if query.identifier.is_some() { &[] } else { query.clauses.as_slice() };
        Asked {
            identifier: query.identifier.clone(),
            // an excluded word does not affect the score
            clauses: clauses
                .iter()
                .filter(|clause| clause.join != Join::Not)
                .map(AskedClause::new)
                .filter(|clause| !clause.words.is_empty())
                .collect(),
        }
    }

    /// Words to highlight in titles, longest first.
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

/// A folded text with its precomputed matcher, to be found in many others.
#[derive(Debug, Clone)]
pub(crate) struct Needle {
    finder: Finder<'static>,
    /// its script separates words by spaces
    spaced: bool,
}

impl Needle {
    fn new(text: &str) -> Needle {
        let spaced = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        Needle { finder: Finder::new(text).into_owned(), spaced }
    }

    /// Whether a folded text contains it: anywhere for Han and kana, at the start of a word otherwise.
    pub(crate) fn stands_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        // an ASCII byte is always a whole character
        let begins = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            !self.spaced || !before.is_some_and(u8::is_ascii_alphanumeric)
        };
        !self.finder.needle().is_empty() && self.finder.find_iter(bytes).any(begins)
    }
}

impl AskedClause {
    fn new(clause: &Clause) -> AskedClause {
        let (text, or) = (clip(&clause.text, LONGEST), clause.join == Join::Or);
        let phrase = fold(&text);
        if clause.phrase {
            let words = if phrase.is_empty() { Vec::new() } else { vec![phrase.clone()] };
            return AskedClause::of(clause.field, phrase, words, or);
        }
        let mut words: Vec<String> = Vec::new();
        // split before folding, because folding removes spaces between Han words
        for part in text.split(|c: char| !c.is_alphanumeric()) {
            for word in fold(part).split(' ').filter(|word| !word.is_empty()) {
                if words.len() < WORDS && !words.iter().any(|known| known == word) {
                    words.push(word.to_owned());
                }
            }
        }
        AskedClause::of(clause.field, phrase, words, or)
    }

    fn of(field: Field, phrase: String, words: Vec<String>, or: bool) -> AskedClause {
        let needles = words.iter().map(|word| Needle::new(word)).collect();
        AskedClause { field, whole: Needle::new(&phrase), needles, phrase, words, or }
    }

    /// True when the whole text is one word.
    pub(crate) fn is_one_word(&self) -> bool {
        matches!(self.words.as_slice(), [only] if *only == self.phrase)
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::Query;
    use hongyan_model::query::Field;

    use super::{Asked, Needle, bounded};

    fn read(text: &str) -> Query {
        bounded(&Query::from_box(text))
    }

    #[test]
    fn hostile_texts_become_small_queries() {
        assert_eq!(read("").clauses.len(), 0);
        assert_eq!(read("。。、《》!!!").clauses.len(), 0);
        let long = read(&"红楼梦 ".repeat(3_000));
        assert!(long.clauses[0].text.chars().count() <= 500);
        let many: String = (0..2_000).map(|n| format!("w{n} ")).collect();
        assert!(Asked::new(&read(&many)).clauses[0].words.len() <= 32);
    }

    #[test]
    fn a_phrase_is_one_word_and_what_must_not_be_is_none() {
        let asked = Asked::new(&read("\"短篇 小說\" OR Short-Stories -电视剧"));
        let words: Vec<_> = asked.clauses.iter().map(|clause| (clause.words.clone(), clause.or)).collect();
        assert_eq!(
            words,
            [(vec!["短篇小说".to_owned()], false), (vec!["short".to_owned(), "stories".to_owned()], true)]
        );
        assert_eq!(asked.title_words(), ["short stories", "短篇小说", "stories", "short"]);
    }

    #[test]
    fn words_begin_where_words_begin() {
        let has_word = |text: &str, word: &str| Needle::new(word).stands_in(text);
        assert!(has_word("the art of war", "art"));
        assert!(has_word("the artist", "art"));
        assert!(!has_word("the smart set", "art"));
        assert!(has_word("论红楼梦", "红楼"));
        assert!(!has_word("", "红") && !has_word("红", ""));
        assert!(has_word("supercomputer computer", "comp"));
    }

    #[test]
    fn words_are_split_before_folding() {
        let asked = Asked::new(&Query::words(Field::Any, "魯迅　小説 Short-Stories"));
        assert_eq!(asked.clauses[0].words, ["鲁迅", "小说", "short", "stories"]);
    }
}
