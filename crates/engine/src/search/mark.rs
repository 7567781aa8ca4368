//! Locates the words of a query in a title, in UTF-16 units as the UI counts. Compares folded forms, so
//! that a query in simplified characters matches a title in traditional ones.

use hongyan_model::text::fold;

/// Ranges `[start, end)` in UTF-16 units of `title` that match any of the folded `words`; ascending and
/// disjoint.
pub(crate) fn matches(title: &str, words: &[&str]) -> Vec<(u32, u32)> {
    if words.is_empty() {
        return Vec::new();
    }
    let units = units(title);
    let mut hit = vec![false; units.len()];
    for word in words {
        let wanted: Vec<char> = word.chars().filter(|c| *c != ' ').collect();
        mark(&units, &wanted, &mut hit);
    }
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for (unit, _) in units.iter().zip(&hit).filter(|(_, hit)| **hit) {
        match ranges.last_mut() {
            // merge adjacent units
            Some((_, end)) if *end == unit.start => *end = unit.end,
            Some((_, end)) if *end >= unit.end => {}
            _ => ranges.push((unit.start, unit.end)),
        }
    }
    ranges
}

/// A folded character with the range of its original in UTF-16 units.
struct Unit {
    folded: char,
    start: u32,
    end: u32,
    word_start: bool,
}

fn units(title: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut at = 0u32;
    let mut gap = true;
    let mut buffer = [0; 4];
    for c in title.chars().take(2_000) {
        let end = at + if c.len_utf16() == 2 { 2 } else { 1 };
        let folded = fold(c.encode_utf8(&mut buffer));
        if folded.is_empty() {
            // a combining accent does not separate words
            gap |= c.is_whitespace() || !matches!(c, '\u{300}'..='\u{36F}');
        }
        for f in folded.chars() {
            let before = units.last().map(|unit: &Unit| unit.folded);
            let word_start = gap || !before.is_some_and(|b| b.is_ascii_alphanumeric());
            units.push(Unit { folded: f, start: at, end, word_start });
            gap = false;
        }
        at = end;
    }
    units
}

fn mark(units: &[Unit], wanted: &[char], hit: &mut [bool]) {
    let Some(first) = wanted.first() else { return };
    for (from, window) in units.windows(wanted.len()).enumerate() {
        let same = window.iter().zip(wanted).all(|(unit, c)| unit.folded == *c);
        let begins = !first.is_ascii_alphanumeric() || window.first().is_some_and(|unit| unit.word_start);
        if same && begins {
            hit.iter_mut().skip(from).take(wanted.len()).for_each(|h| *h = true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    fn marked(title: &str, words: &[&str]) -> Vec<String> {
        let units: Vec<u16> = title.encode_utf16().collect();
        matches(title, words)
            .into_iter()
            .map(|(start, end)| String::from_utf16(&units[start as usize..end as usize]).unwrap())
            .collect()
    }

    #[test]
    fn across_scripts_and_widths() {
        assert_eq!(marked("論紅樓夢：校注本", &["红楼梦"]), ["紅樓夢"]);
        assert_eq!(marked("経済学入門", &["经济学"]), ["経済学"]);
        assert_eq!(
            marked("𠮷野家と紅樓夢", &["红楼梦"]),
            ["紅樓夢"],
            "beyond the BMP a character is two units"
        );
        assert_eq!(
            marked("Ｃｏｍｐｕｔｅｒ science; the smart art", &["computer", "art"]),
            ["Ｃｏｍｐｕｔｅｒ", "art"]
        );
        assert_eq!(marked("Éléments d’économie", &["elements", "economie"]), ["Éléments", "économie"]);
        assert_eq!(marked("红楼梦", &["水浒"]), Vec::<String>::new());
        assert_eq!(marked("", &["红"]), Vec::<String>::new());
    }

    #[test]
    fn overlapping_words_are_one_mark() {
        assert_eq!(matches("红楼梦研究", &["红楼梦", "楼梦", "梦研"]), [(0, 4)]);
    }
}
