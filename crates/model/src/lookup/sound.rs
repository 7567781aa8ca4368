//! Chinese by its sound: pinyin without tones, in full and by initials.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti as _;

use super::{Wanted, one_or_all, one_or_any};

/// Readings of one character that count: 乐 is le and yue, 行 xing and hang.
const READINGS: usize = 3;
/// Readings of a pair or a triple.
const TOGETHER: usize = 9;
/// Ways to divide letters into syllables that are tried.
const DIVISIONS: usize = 6;
/// Letters that may be pinyin; more is no title that anybody types.
const LONGEST: usize = 48;
/// Initials that may be typed in one piece.
const INITIALS: usize = 10;

/// Every syllable of Mandarin, as it is typed (`lv` for lü).
static SYLLABLES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    ('\u{4E00}'..='\u{9FA5}')
        .flat_map(readings)
        // hm, ng and the like are no syllables that titles have
        .filter(|syllable| syllable.contains(['a', 'e', 'i', 'o', 'u', 'v']))
        .collect()
});

/// How a character may be read, the commonest first; nothing for what is not Han.
fn readings(c: char) -> Vec<String> {
    let mut readings: Vec<String> = Vec::new();
    let Some(multi) = c.to_pinyin_multi() else { return readings };
    for sound in multi {
        let plain = sound.plain();
        // lü is typed lv, and written lu where ü cannot be had
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

/// Files the sound of a run of characters.
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

fn initial(syllable: &str) -> &str {
    syllable.char_indices().nth(1).and_then(|(at, _)| syllable.get(..at)).unwrap_or(syllable)
}

/// The readings of neighbours as terms; none where one of them has no reading.
fn together(sounds: &[Vec<String>], class: &str, part: fn(&str) -> &str) -> Vec<String> {
    let mut all = vec![class.to_owned()];
    for sound in sounds {
        let mut next: Vec<String> = Vec::new();
        // the commonest readings come first and stay
        for term in all.iter().flat_map(|head| sound.iter().map(move |s| format!("{head}{}", part(s)))) {
            if next.len() < TOGETHER && !next.contains(&term) {
                next.push(term);
            }
        }
        all = next;
    }
    all
}

/// What typed letters may mean by sound.
pub(super) fn ways(word: &str) -> Vec<Wanted> {
    if word.len() > LONGEST || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return Vec::new();
    }
    let mut divisions = Vec::new();
    divide(word, &mut Vec::new(), &mut divisions);
    let mut ways: Vec<Wanted> = divisions.iter().map(|syllables| by_syllables(syllables)).collect();
    ways.extend(by_initials(word));
    ways
}

/// All ways to read letters as syllables, the longest first; the last one may still be being typed.
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

fn by_syllables(syllables: &[&str]) -> Wanted {
    if let [one] = syllables {
        return begun(one);
    }
    let last = syllables.len().saturating_sub(2);
    let pairs = syllables.windows(2).enumerate().map(|(at, pair)| {
        let pair = pair.concat();
        if at == last { begun(&pair) } else { Wanted::Term(format!("p{pair}")) }
    });
    one_or_all(pairs.collect())
}

/// One or two syllables, the last of which may still be being typed: every term that begins so, by its name.
/// There are few, and an index goes through a term several times faster than through all that begin alike.
fn begun(letters: &str) -> Wanted {
    let mut terms: BTreeSet<String> = beginning(letters).map(|syllable| format!("p{syllable}")).collect();
    for at in 1..letters.len() {
        let Some((first, rest)) = letters.split_at_checked(at) else { continue };
        if SYLLABLES.contains(first) {
            terms.extend(beginning(rest).map(|second| format!("p{first}{second}")));
        }
    }
    // a first syllable that is still being typed is filed by itself too: what follows it decides nothing
    one_or_any(terms.into_iter().map(Wanted::Term).collect())
}

/// The syllables that begin so.
fn beginning(letters: &str) -> impl Iterator<Item = &String> {
    SYLLABLES.range(letters.to_owned()..).take_while(move |syllable| syllable.starts_with(letters))
}

fn by_initials(word: &str) -> Option<Wanted> {
    // no syllable begins with these
    if !(2..=INITIALS).contains(&word.len()) || word.contains(['i', 'u', 'v']) {
        return None;
    }
    let letters: Vec<char> = word.chars().collect();
    let spelled = |part: &[char]| Wanted::Term(format!("i{}", part.iter().collect::<String>()));
    if letters.len() == 2 {
        return Some(spelled(&letters));
    }
    Some(one_or_all(letters.windows(3).map(spelled).collect()))
}
