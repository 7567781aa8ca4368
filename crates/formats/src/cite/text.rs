//! Text functions shared by several styles.

use hongyan_model::text::is_han;

/// Strips the tags that reference managers put into CSL values: `<i>`, `<sup>`, `<span class="nocase">`.
/// Other text, like `a < b`, is kept. White space is collapsed.
pub fn plain(text: &str) -> String {
    const TAGS: &[&str] = &["i", "b", "em", "strong", "sup", "sub", "sc", "span"];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let tag = after.split_once('>').filter(|(inside, _)| {
            let name = inside.trim_start_matches('/').split(' ').next().unwrap_or_default();
            TAGS.contains(&name.to_ascii_lowercase().as_str())
        });
        match tag {
            Some((_, behind)) => rest = behind,
            None => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    // `18\-2424`: TeX's mark of where a word may be divided
    if out.contains("\\-") {
        out = out.replace("\\-", "-");
    }
    hongyan_model::text::clean(&out)
}

/// Whether the character is Han, kana, bopomofo or Hangul.
pub fn is_cjk(c: char) -> bool {
    is_han(c)
        || matches!(c, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{318F}' | '\u{31F0}'..='\u{31FF}' | '\u{AC00}'..='\u{D7AF}')
}

/// Whether most of the text is in Han, kana or Hangul.
pub fn mostly_cjk(text: &str) -> bool {
    let (mut cjk, mut other) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        if is_cjk(c) { cjk += 1 } else { other += 1 }
    }
    // one Chinese character corresponds to about one Latin word
    cjk * 3 > other
}

/// Whether a text is numeric in CSL's sense: one or several numbers, `2`, `1-3`, `2, 4`.
pub fn is_numeric(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '–' | ',' | '&' | ' '))
}

/// `1st`, `2nd`, `11th`.
pub fn ordinal(number: u32) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Joins parts as sentences with `. `, without doubling a full stop.
pub fn sentences<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push_str(if out.ends_with('.') { " " } else { ". " });
        }
        out.push_str(part);
    }
    if !out.is_empty() && !out.ends_with('.') {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{is_numeric, mostly_cjk, ordinal, plain, sentences};

    #[test]
    fn tags_of_reference_managers_go_and_nothing_else() {
        assert_eq!(
            plain("The genus <i>Oryza</i> in <span class=\"nocase\">South  China</span>"),
            "The genus Oryza in South China"
        );
        assert_eq!(plain("若 a < b，则 <问>"), "若 a < b，则 <问>");
        assert_eq!(plain("H<sub>2</sub>O <"), "H2O <");
    }

    #[test]
    fn small_rules() {
        assert!(mostly_cjk("SDN 交换机关键技术研究") && mostly_cjk("ピノキオ") && mostly_cjk("한국사"));
        assert!(!mostly_cjk("Chinese science 中") && !mostly_cjk("2001"));
        assert!(is_numeric("1-3") && !is_numeric("第1册") && !is_numeric("上"));
        assert_eq!([1, 2, 3, 11, 12, 23].map(ordinal), ["1st", "2nd", "3rd", "11th", "12th", "23rd"]);
        assert_eq!(
            sentences(["李白, 等.", "诗集", "", "Rev. ed.", "2001"]),
            "李白, 等. 诗集. Rev. ed. 2001."
        );
    }
}
