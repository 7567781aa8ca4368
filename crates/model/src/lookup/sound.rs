//! Pronunciation of Chinese: pinyin without tones, as whole syllables and as initials.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti as _;

use super::{TermQuery, one_or_all, one_or_any};

/// Maximum number of readings per character that are indexed: 乐 is le and yue, 行 xing and hang.
const READINGS: usize = 3;
/// Maximum number of combined readings for a pair or a triple.
const TOGETHER: usize = 9;
/// Maximum number of ways to split letters into syllables.
const DIVISIONS: usize = 6;
/// Longest run of letters that is tried as pinyin.
const LONGEST: usize = 48;
/// Maximum number of initials in one run.
const INITIALS: usize = 10;

/// Every syllable of Mandarin, as it is typed (`lv` for lü).
static SYLLABLES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    ('\u{4E00}'..='\u{9FA5}')
        .flat_map(readings)
        // hm, ng and similar syllables do not occur in titles
        .filter(|syllable| syllable.contains(['a', 'e', 'i', 'o', 'u', 'v']))
        .collect()
});

/// Readings of a character, most common first; empty for anything that is not Han.
fn readings(c: char) -> Vec<String> {
    let mut readings: Vec<String> = Vec::new();
    let Some(multi) = c.to_pinyin_multi() else { return readings };
    for sound in multi {
        let plain = sound.plain();
        // lü is typed lv, and written lu where ü is not available
        let spelled = if plain.contains('ü') {
            vec![plain.replace('ü', "v"), plain.replace('ü', "u")]
        } else {
            vec![plain.chars().filter(char::is_ascii_lowercase).collect()]
        };
        for spelling in spelled {
            if readings.len() < READINGS && !spelling.is_empty() && !readings.contains(&spelling) {
                readings.push(spelling);
            }
        }
    }
    readings
}

/// Adds the terms for the pronunciation of a run of characters.
pub(super) fn file(run: &[char], terms: &mut BTreeSet<String>) {
    let sounds: Vec<Vec<String>> = run.iter().map(|c| readings(*c)).collect();
    for sound in &sounds {
        terms.extend(sound.iter().map(|syllable| format!("p{syllable}")));
    }
    for pair in sounds.windows(2) {
        terms.extend(together(pair, "p", |syllable| syllable));
        terms.extend(together(pair, "i", initial));
    }
    for triple in sounds.windows(3) {
        terms.extend(together(triple, "i", initial));
    }
}

/// Whether letters are initials of the first character and of some of the others, in order.
pub(super) fn begins_in_order(letters: &str, name: &[char]) -> bool {
    let begins = |c: &char, letter: char| readings(*c).iter().any(|sound| sound.starts_with(letter));
    let (mut letters, mut name) = (letters.chars().peekable(), name.iter());
    let Some((first, letter)) = name.next().zip(letters.next()) else { return false };
    begins(first, letter) && letters.peek().is_some() && letters.all(|letter| name.any(|c| begins(c, letter)))
}

/// Whether letters are the whole syllables of at least two of the characters, in order.
pub(super) fn spells_in_order(letters: &str, name: &[char]) -> bool {
    if letters.len() > LONGEST || !letters.is_ascii() {
        return false;
    }
    // how many syllables, up to two, have led to each place in the letters
    let mut led: Vec<Option<u8>> = vec![None; letters.len() + 1];
    if let Some(start) = led.first_mut() {
        *start = Some(0);
    }
    for c in name {
        let before = led.clone();
        for (at, many) in before.iter().enumerate() {
            let (Some(many), Some(rest)) = (many, letters.get(at..)) else { continue };
            for sound in readings(*c).iter().filter(|sound| rest.starts_with(sound.as_str())) {
                if let Some(to) = led.get_mut(at + sound.len()) {
                    *to = (*to).max(Some((many + 1).min(2)));
                }
            }
        }
    }
    led.last() == Some(&Some(2))
}

/// The syllables that a word of pinyin is made of, the longest first; none if it is none.
pub(crate) fn syllables(word: &str) -> Option<Vec<&str>> {
    if word.len() > LONGEST || word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    // for each place the length of the longest syllable behind which the rest is divided, from the end
    let mut lengths: Vec<usize> = vec![0; word.len() + 1];
    for at in (0..word.len()).rev() {
        let length = (1..=6).rev().find(|length| {
            let end = at + length;
            let rest = end == word.len() || lengths.get(end).is_some_and(|length| *length > 0);
            rest && word.get(at..end).is_some_and(|part| SYLLABLES.contains(part))
        });
        if let Some(slot) = lengths.get_mut(at) {
            *slot = length.unwrap_or_default();
        }
    }
    let (mut parts, mut at) = (Vec::new(), 0);
    while at < word.len() {
        let length = lengths.get(at).copied().filter(|length| *length > 0)?;
        parts.push(word.get(at..at + length)?);
        at += length;
    }
    Some(parts)
}

fn initial(syllable: &str) -> &str {
    syllable.char_indices().nth(1).and_then(|(at, _)| syllable.get(..at)).unwrap_or(syllable)
}

/// The combined readings of adjacent characters as terms; empty if one of them has no reading.
fn together(sounds: &[Vec<String>], class: &str, part: fn(&str) -> &str) -> Vec<String> {
    let mut all = vec![class.to_owned()];
    for sound in sounds {
        let mut next: Vec<String> = Vec::new();
        // the most common readings come first, so the limit drops rare ones
        for term in all.iter().flat_map(|head| sound.iter().map(move |s| format!("{head}{}", part(s)))) {
            if next.len() < TOGETHER && !next.contains(&term) {
                next.push(term);
            }
        }
        all = next;
    }
    all
}

/// Conditions for the readings that typed letters may stand for.
pub(super) fn ways(word: &str) -> Vec<TermQuery> {
    if word.len() > LONGEST || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Vec::new();
    }
    let mut divisions = Vec::new();
    divide(word, &mut Vec::new(), &mut divisions);
    let mut ways: Vec<TermQuery> = divisions.iter().map(|syllables| by_syllables(syllables)).collect();
    ways.extend(by_initials(word));
    ways
}

/// All ways to split letters into syllables, longest syllables first. The last syllable may be
/// incomplete.
fn divide<'a>(rest: &'a str, before: &mut Vec<&'a str>, found: &mut Vec<Vec<&'a str>>) {
    if found.len() >= DIVISIONS {
        return;
    }
    for length in (1..=rest.len().min(6)).rev() {
        let Some((head, tail)) = rest.split_at_checked(length) else { continue };
        let whole = SYLLABLES.contains(head);
        let begun = tail.is_empty() && beginning(head).next().is_some();
        if !whole && !begun {
            continue;
        }
        before.push(head);
        if tail.is_empty() {
            found.push(before.clone());
        } else {
            divide(tail, before, found);
        }
        before.pop();
        if found.len() >= DIVISIONS {
            return;
        }
    }
}

fn by_syllables(syllables: &[&str]) -> TermQuery {
    if let [one] = syllables {
        return begun(one);
    }
    let last = syllables.len().saturating_sub(2);
    let pairs = syllables.windows(2).enumerate().map(|(at, pair)| {
        let pair = pair.concat();
        if at == last { begun(&pair) } else { TermQuery::Term(format!("p{pair}")) }
    });
    one_or_all(pairs.collect())
}

/// Condition for one or two syllables, the last possibly incomplete: lists every matching term. There are
/// few of them, and an index looks up a term several times faster than it scans a prefix.
fn begun(letters: &str) -> TermQuery {
    let mut terms: BTreeSet<String> = beginning(letters).map(|syllable| format!("p{syllable}")).collect();
    for at in 1..letters.len() {
        let Some((first, rest)) = letters.split_at_checked(at) else { continue };
        if SYLLABLES.contains(first) {
            terms.extend(beginning(rest).map(|second| format!("p{first}{second}")));
        }
    }
    // an incomplete single syllable is indexed by itself too, so pairs need not be looked up
    one_or_any(terms.into_iter().map(TermQuery::Term).collect())
}

/// The syllables with this prefix.
fn beginning(letters: &str) -> impl Iterator<Item = &String> {
    SYLLABLES.range(letters.to_owned()..).take_while(move |syllable| syllable.starts_with(letters))
}

fn by_initials(word: &str) -> Option<TermQuery> {
    // no Mandarin syllable begins with i, u or v
    if !(2..=INITIALS).contains(&word.len()) || word.contains(['i', 'u', 'v']) {
        return None;
    }
    let letters: Vec<char> = word.chars().collect();
    let spelled = |part: &[char]| TermQuery::Term(format!("i{}", part.iter().collect::<String>()));
    if letters.len() == 2 {
        return Some(spelled(&letters));
    }
    Some(one_or_all(letters.windows(3).map(spelled).collect()))
}
