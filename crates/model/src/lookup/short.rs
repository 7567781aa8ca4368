//! Short names of institutions: some characters of the name in their order, as 广西民大 of 广西民族大学, typed as
//! characters, as pinyin (`guangximinda`) or as the initials of pinyin (`gxmd`).

use super::{Run, head, runs, sound};
use crate::text::fold;

/// Whether a text is a short form of a name. One character or letter is none.
pub fn is_short_for(short: &str, name: &str) -> bool {
    let name: Vec<char> = characters_of(name);
    match runs(&fold(&head(short))).as_slice() {
        [Run::Characters(short)] => short.len() > 1 && in_order(short, &name),
        [Run::Word(short)] => sound::begins_in_order(short, &name) || sound::spells_in_order(short, &name),
        _ => false,
    }
}

fn characters_of(name: &str) -> Vec<char> {
    let characters = runs(&fold(&head(name))).into_iter().filter_map(|run| match run {
        Run::Characters(run) => Some(run),
        Run::Word(_) => None,
    });
    characters.flatten().collect()
}

/// Whether these characters stand in the name in this order, with others between them or without. The first one
/// begins a word: 民大 is 中央民族大学, and 北大 is not 西北大学.
fn in_order(short: &[char], name: &[char]) -> bool {
    // names are of words of two characters, but for a place before (哈尔滨) or a kind after (图书馆)
    let kind = name.windows(2).position(|pair| matches!(pair, ['大', '学'] | ['学', '院']));
    let kind = kind.unwrap_or(name.len());
    let Some((first, others)) = short.split_first() else { return false };
    name.iter().enumerate().any(|(at, c)| {
        let begins_word = at % 2 == 0 || at <= kind && (kind - at) % 2 == 0;
        let mut rest = name.iter().skip(at + 1);
        c == first && begins_word && others.iter().all(|wanted| rest.any(|c| c == wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::is_short_for;

    #[test]
    fn short_names_stand_in_the_name_in_order() {
        for (short, name) in [
            ("广西民大", "广西民族大学图书馆"),
            ("廣西民大", "广西民族大学图书馆"),
            ("民大", "中央民族大学图书馆"),
            ("北大", "北京大学图书馆"),
            ("清华", "清华大学图书馆"),
            ("华师大", "华东师范大学图书馆"),
            ("西农", "西北农林科技大学图书馆"),
            ("华中师大", "华中师范大学图书馆"),
            ("哈工大", "哈尔滨工业大学图书馆"),
            ("工大", "哈尔滨工业大学图书馆"),
            ("gxmd", "广西民族大学图书馆"),
            ("GXMD", "广西民族大学图书馆"),
            ("hgd", "哈尔滨工业大学图书馆"),
            ("beida", "北京大学图书馆"),
            ("guangximinda", "广西民族大学图书馆"),
            ("minda", "中央民族大学图书馆"),
            ("lida", "吕梁大学"),
        ] {
            assert_eq!(is_short_for(short, name), short != "lida", "{short} {name}");
        }
        for (short, name) in [
            ("大民", "广西民族大学图书馆"),
            ("广", "广西民族大学图书馆"),
            ("g", "广西民族大学图书馆"),
            ("北大", "清华大学图书馆"),
            ("北大", "西北农林科技大学图书馆"),
            ("北大", "西北大学图书馆"),
            ("hgd", "清华大学图书馆"),
            ("", "清华大学图书馆"),
            ("清华a", "清华大学图书馆"),
        ] {
            assert!(!is_short_for(short, name), "{short} {name}");
        }
    }

    #[test]
    fn a_long_text_costs_little() {
        let name = "广西民族大学".repeat(10_000);
        assert!(!is_short_for(&"lida".repeat(10_000), &name));
        assert!(!is_short_for(&"馆".repeat(10_000), &name));
    }
}
