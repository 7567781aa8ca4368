//! Spelling variants of a search term, for catalogues that do not fold them.
//!
//! 历史 is 歷史 in Taipei and 歴史 in Tokyo; a catalogue that does not fold them finds only a third of its
//! records. [`forms`] lists the variants to combine with `or`, the patron's own form first, then
//! conversions of whole words by OpenCC's tables, then exchanges of single characters.

use std::sync::LazyLock;

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use unicode_normalization::UnicodeNormalization;

use crate::text::{fold_han, is_han};

/// Maximum number of variants per term; servers reject longer queries.
pub const MOST: usize = 8;
/// Longest term that is expanded, in characters; a longer one is sent as it is.
const LONGEST: usize = 60;

/// The variants of a term, 1 to [`MOST`], without duplicates: as typed; in ordinary width; simplified,
/// traditional, Taiwan, Hong Kong, Japanese; without diacritics; then with single characters exchanged.
pub fn forms(term: &str) -> Vec<String> {
    let mut forms = Forms(vec![term.to_owned()]);
    if term.chars().count() > LONGEST {
        return forms.0;
    }
    // normalises half-width kana and full-width Latin
    let ordinary: String = term.nfkc().collect();
    if ordinary.chars().any(is_han) {
        // names may use an old form in any script, so the folded form is the pivot
        let folded: String = ordinary.chars().map(fold_han).collect();
        let traditional = TO_TRADITIONAL.convert(&folded);
        forms.add(ordinary.clone());
        forms.add(folded);
        forms.add(traditional.clone());
        forms.add(TO_TAIWAN.convert(&traditional));
        forms.add(TO_HONG_KONG.convert(&traditional));
        forms.add(TO_JAPANESE.convert(&traditional));
        by_character(&mut forms);
    } else {
        let plain: String = ordinary
            .nfd()
            .filter(|c| !matches!(c, '\u{300}'..='\u{36F}'))
            .collect::<String>()
            .nfc()
            .collect();
        forms.add(ordinary);
        forms.add(plain);
    }
    forms.0
}

struct Forms(Vec<String>);

impl Forms {
    /// Adds a form; false when the limit is reached.
    fn add(&mut self, form: String) -> bool {
        if self.0.len() < MOST && !form.is_empty() && !self.0.contains(&form) {
            self.0.push(form);
        }
        self.0.len() < MOST
    }
}

/// Adds every form with one character exchanged, breadth first, up to the limit.
fn by_character(forms: &mut Forms) {
    let mut at = 0;
    while let Some(base) = forms.0.get(at).cloned() {
        at += 1;
        for (place, c) in base.chars().enumerate() {
            let others = EXCHANGED.iter().filter(|row| row.contains(c)).flat_map(|row| row.chars());
            for other in others.filter(|other| *other != c) {
                let exchanged = base.chars().enumerate().map(|(n, old)| if n == place { other } else { old });
                if !forms.add(exchanged.collect()) {
                    return;
                }
            }
        }
    }
}

/// A converter of OpenCC; the identity if its dictionaries could not be loaded.
struct Conversion(Option<OpenCC>);

impl Conversion {
    fn of(config: BuiltinConfig) -> Conversion {
        // the dictionaries are compiled in; the test `scripts_of_a_word` fails if they do not load
        Conversion(OpenCC::from_config(config).ok())
    }

    fn convert(&self, text: &str) -> String {
        self.0.as_ref().map_or_else(|| text.to_owned(), |conversion| conversion.convert(text))
    }
}

static TO_TRADITIONAL: LazyLock<Conversion> = LazyLock::new(|| Conversion::of(BuiltinConfig::S2t));
static TO_TAIWAN: LazyLock<Conversion> = LazyLock::new(|| Conversion::of(BuiltinConfig::T2tw));
static TO_HONG_KONG: LazyLock<Conversion> = LazyLock::new(|| Conversion::of(BuiltinConfig::T2hk));
static TO_JAPANESE: LazyLock<Conversion> = LazyLock::new(|| Conversion::of(BuiltinConfig::T2jp));

/// Characters that are interchangeable within one script, so that whole-word conversion cannot tell which
/// one a catalogue has: simplified forms that are also traditional characters, and variants between which
/// cataloguers choose.
const EXCHANGED: [&str; 32] = [
    "台臺",
    "里裏裡",
    "后後",
    "干乾幹",
    "范範",
    "于於",
    "云雲",
    "余餘",
    "征徵",
    "郁鬱",
    "丰豐",
    "几幾",
    "种種",
    "姜薑",
    "胡鬍",
    "游遊",
    "志誌",
    "周週",
    "制製",
    "系係繫",
    "面麵",
    "松鬆",
    "谷穀",
    "斗鬥",
    "冲沖衝",
    "准準",
    "采採",
    "布佈",
    "群羣",
    "峰峯",
    "为為爲",
    "说說説",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MOST, forms};

    #[test]
    fn scripts_of_a_word() {
        for (typed, wanted) in [
            ("历史", &["历史", "歷史", "歴史"][..]),
            ("歷史", &["歷史", "历史", "歴史"]),
            ("歴史", &["歴史", "历史", "歷史"]),
            ("台湾", &["台湾", "臺灣", "台灣", "臺湾"]),
            ("臺灣", &["臺灣", "台湾", "台灣"]),
            ("红楼梦", &["红楼梦", "紅樓夢"]),
            ("经济", &["经济", "經濟", "経済"]),
            ("沈从文", &["沈从文", "沈從文"]),
            ("战略", &["战略", "戰略", "戦略"]),
            ("头发", &["头发", "頭髮"]),
            ("范", &["范", "範"]),
        ] {
            let got = forms(typed);
            assert_eq!(got[0], typed);
            assert!((1..=MOST).contains(&got.len()), "{got:?}");
            for form in wanted {
                assert!(got.contains(&(*form).to_owned()), "{form} is not among {got:?}");
            }
        }
    }

    #[test]
    fn no_form_without_a_writer() {
        assert_eq!(forms("历史"), ["历史", "歷史", "歴史"]);
        assert_eq!(forms("红楼梦"), ["红楼梦", "紅樓夢", "紅楼夢"]);
    }

    #[test]
    fn widths_and_accents() {
        assert_eq!(forms("Éléments"), ["Éléments", "Elements"]);
        assert_eq!(forms("computer"), ["computer"]);
        assert_eq!(forms("Ｐｙｔｈｏｎ"), ["Ｐｙｔｈｏｎ", "Python"]);
        assert_eq!(forms("ﾊﾞﾅﾅ"), ["ﾊﾞﾅﾅ", "バナナ"]);
        assert_eq!(forms("ばなな"), ["ばなな"], "the voicing mark is no accent");
        assert_eq!(forms("훈민정음"), ["훈민정음"]);
        assert_eq!(forms(&"字".repeat(10_000)).len(), 1);
    }

    proptest! {
        // Japanese writes 弁 for 辨, 辯 and 瓣, so variants need not fold to the same key
        #[test]
        fn few_forms_of_the_same_length(text in "[\\u{4e00}-\\u{9fa5}a-z]{0,6}") {
            let forms = forms(&text);
            prop_assert!((1..=MOST).contains(&forms.len()));
            prop_assert_eq!(&forms[0], &text);
            for (n, form) in forms.iter().enumerate() {
                prop_assert_eq!(form.chars().count(), text.chars().count(), "{}", form);
                prop_assert!(!forms[..n].contains(form), "{}", form);
            }
        }
    }
}
