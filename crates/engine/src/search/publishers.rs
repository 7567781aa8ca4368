//! Publishers in comparable form: 人民文学 equals 人民文学出版社, `Springer Berlin Heidelberg` equals
//! Springer.

use hongyan_model::Record;
use hongyan_model::text::fold;

use super::keys::dense;
use super::letters::letters;

/// Generic words that do not identify a publisher.
const GENERIC: [&str; 24] = [
    "press",
    "university",
    "books",
    "book",
    "publishers",
    "publishing",
    "publications",
    "publisher",
    "verlag",
    "editions",
    "edition",
    "company",
    "limited",
    "chubanshe",
    "house",
    "international",
    "shoten",
    "shobo",
    "shoin",
    "shuppan",
    "shuppansha",
    "shuppankai",
    "shuppanbu",
    "kankokai",
];
/// Suffixes of Chinese publishers' names, folded.
const ENDINGS: [&str; 8] =
    ["股份有限公司", "有限责任公司", "有限公司", "出版公司", "出版集团", "出版社", "书局", "出版"];

/// The same in pinyin, where a romanised name ends; what follows is the place where it is sold.
const ROMANISED: [&str; 5] = ["chubanshe", "yinshuguan", "shuju", "chubangongsi", "chubanjituan"];

/// A publisher in comparable form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct House {
    /// Latin transliteration, Han as pinyin
    letters: String,
    /// for Chinese names: the name without its suffixes
    stem: String,
    /// for Chinese names in pinyin: the letters without those of the suffixes
    pinyin: String,
    /// for others: the significant words
    words: Vec<String>,
}

/// How two publishers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Houses {
    /// the same publisher
    Same,
    /// one is empty, or the scripts are not comparable
    Unknown,
    /// different publishers
    Different,
}

impl House {
    /// The publisher of a record, in both scripts where it has them.
    pub(crate) fn of(record: &Record) -> House {
        let mut house = House::new(&record.publisher);
        if let Some(original) = &record.original
            && house.stem.is_empty()
            && !original.publisher.is_empty()
        {
            house.stem = House::new(&original.publisher).stem;
        }
        house
    }

    /// Parses a publisher's name.
    pub(crate) fn new(name: &str) -> House {
        let folded = fold(name);
        if folded.is_empty() {
            return House::default();
        }
        let letters = letters(&folded).unwrap_or_default();
        if dense(&folded) {
            let mut stem = folded.as_str();
            while let Some(rest) = ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending)) {
                if rest.chars().count() < 2 {
                    break;
                }
                stem = rest;
            }
            return House { letters, stem: stem.to_owned(), ..House::default() };
        }
        let pinyin = ROMANISED.iter().find_map(|ending| letters.split_once(ending)).map(|(name, _)| name);
        if let Some(pinyin) = pinyin.filter(|name| name.len() >= 4) {
            // their words are syllables, which other publishers have, too
            return House { pinyin: pinyin.to_owned(), letters, ..House::default() };
        }
        let words =
            folded.split(' ').filter(|word| word.chars().count() > 2 && !GENERIC.contains(word)).take(8);
        House { words: words.map(str::to_owned).collect(), letters, ..House::default() }
    }

    /// Compares two publishers. Symmetric.
    pub(crate) fn compare(&self, other: &House) -> Houses {
        if !self.letters.is_empty() && self.letters == other.letters {
            return Houses::Same;
        }
        if !self.stem.is_empty() && !other.stem.is_empty() {
            let within = self.stem.contains(&other.stem) || other.stem.contains(&self.stem);
            return if within { Houses::Same } else { Houses::Different };
        }
        if !self.pinyin.is_empty() && !other.pinyin.is_empty() {
            let within = self.pinyin.ends_with(&other.pinyin) || other.pinyin.ends_with(&self.pinyin);
            return if within { Houses::Same } else { Houses::Different };
        }
        if !self.words.is_empty() && !other.words.is_empty() {
            let shared = self.words.iter().any(|word| other.words.contains(word));
            return if shared { Houses::Same } else { Houses::Different };
        }
        Houses::Unknown
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::Record;
    use hongyan_model::record::Original;

    use super::{House, Houses};

    #[test]
    fn houses_as_catalogues_write_them() {
        let compare = |a: &str, b: &str| {
            let (a, b) = (House::new(a), House::new(b));
            assert_eq!(a.compare(&b), b.compare(&a));
            a.compare(&b)
        };
        assert_eq!(compare("人民文学", "人民文學出版社"), Houses::Same);
        assert_eq!(compare("Qinghai ren min chu ban she", "青海人民出版社"), Houses::Same);
        assert_eq!(compare("Springer-Verlag", "Springer Berlin Heidelberg"), Houses::Same);
        assert_eq!(compare("人民文学出版社", "岳麓书社"), Houses::Different);
        assert_eq!(compare("Oxford University Press", "Cambridge University Press"), Houses::Different);
        assert_eq!(compare("清华大学出版社", "Tsinghua University Press"), Houses::Unknown);
        assert_eq!(compare("", "商务印书馆"), Houses::Unknown);
        assert_eq!(compare("Hunan ren min chu ban she", "Qinghai ren min chu ban she"), Houses::Different);
        assert_eq!(compare("Zhonghua shu ju", "Shang wu yin shu guan"), Houses::Different);
        assert_eq!(compare("Beijing da xue chu ban she", "Beijing daxue chubanshe"), Houses::Same);
        assert_eq!(compare("Tettō Shoin", "Nansō Shoin"), Houses::Different);
        assert_eq!(compare("Iwanami Shoten", "Iwanami"), Houses::Same);
    }

    #[test]
    fn the_name_in_the_script_of_the_work_is_compared() {
        let record = |romanised: &str, original: &str| Record {
            publisher: romanised.into(),
            original: Some(Box::new(Original { publisher: original.into(), ..Original::default() })),
            ..Record::default()
        };
        // misread by whoever romanised it
        let house = House::of(&record("Jilin jiao you chu ban she", "吉林教育出版社"));
        assert_eq!(house.compare(&House::new("吉林教育出版社")), Houses::Same);
        assert_eq!(house.compare(&House::new("湖南教育出版社")), Houses::Different);
    }
}
