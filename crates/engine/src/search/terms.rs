//! Interns words that many works share (languages, libraries) as small numbers, so that counting and
//! comparing are integer operations.

use std::collections::HashMap;

use hongyan_model::text::fold;

/// Interned words. Words with the same folded form get one number and keep the first spelling.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    shown: Vec<String>,
    /// by exact spelling
    written: HashMap<String, u32>,
    folded: HashMap<String, u32>,
}

impl Terms {
    /// Interns a word and returns its number; none for the empty word.
    pub(crate) fn take(&mut self, word: &str) -> Option<u32> {
        if let Some(known) = self.written.get(word) {
            return Some(*known);
        }
        if word.is_empty() {
            return None;
        }
        let number = *self.folded.entry(fold(word)).or_insert_with(|| {
            self.shown.push(word.to_owned());
            u32::try_from(self.shown.len() - 1).unwrap_or(u32::MAX)
        });
        self.written.insert(word.to_owned(), number);
        Some(number)
    }

    /// The number of an interned word, in any spelling.
    pub(crate) fn find(&self, word: &str) -> Option<u32> {
        self.written.get(word).or_else(|| self.folded.get(&fold(word))).copied()
    }

    /// The word of a number; empty for an unknown one.
    pub(crate) fn word(&self, number: u32) -> &str {
        self.shown.get(number as usize).map(String::as_str).unwrap_or_default()
    }

    /// Number of words.
    pub(crate) fn count(&self) -> usize {
        self.shown.len()
    }
}

#[cfg(test)]
mod tests {
    use super::Terms;

    #[test]
    fn one_word_however_it_is_written() {
        let mut terms = Terms::default();
        let first = terms.take("广西民族大学图书馆");
        assert_eq!(terms.take("廣西民族大學圖書館"), first);
        assert_ne!(terms.take("상하이"), first);
        assert_eq!(terms.take(""), None);
        assert_eq!((terms.count(), terms.find("廣西民族大学圖書館"), terms.find("没有")), (2, first, None));
        assert_eq!(terms.word(0), "广西民族大学图书馆");
    }
}
