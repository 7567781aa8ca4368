//! Words that many works share (languages, names of libraries), as small numbers: counting and comparing
//! them touches no text.

use std::collections::HashMap;

use hongyan_model::text::fold;

/// Words by number. What folds to the same key is one word, in the form that came first.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    shown: Vec<String>,
    /// as written
    written: HashMap<String, u32>,
    folded: HashMap<String, u32>,
}

impl Terms {
    /// The number of a word; none for an empty one.
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

    /// The number of a word that came before, however it is written.
    pub(crate) fn find(&self, word: &str) -> Option<u32> {
        self.written.get(word).or_else(|| self.folded.get(&fold(word))).copied()
    }

    /// The word of a number.
    pub(crate) fn word(&self, number: u32) -> &str {
        self.shown.get(number as usize).map(String::as_str).unwrap_or_default()
    }

    /// How many words there are.
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
