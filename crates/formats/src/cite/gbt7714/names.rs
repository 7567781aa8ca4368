//! Names in GB/T 7714: family name first, given names as initials, at most three names.

use super::edition::Rules;
use crate::cite::item::{Name, spaced};

/// Number of names before 等.
const NAMED: usize = 3;

/// Statement of responsibility: `张三, 李四, 王五, 等`.
pub(super) fn list(names: &[Name], rules: &Rules, cjk: bool) -> String {
    let mut parts: Vec<String> =
        names.iter().take(NAMED).map(|name| one(name, rules)).filter(|name| !name.is_empty()).collect();
    if names.len() > NAMED {
        parts.push(if cjk { "等" } else { "et al." }.to_owned());
    }
    parts.join(rules.comma)
}

fn one(name: &Name, rules: &Rules) -> String {
    if name.is_literal() {
        return super::plain(&name.literal);
    }
    let mut family = spaced(&[&name.particle, &name.family]);
    if rules.capitals {
        family = family.to_uppercase();
    }
    spaced(&[
        &family,
        &initials(&name.given, rules.hyphen),
        &name.dropping,
        name.suffix.trim_end_matches('.'),
    ])
}

/// `Peyton Z.` becomes `P Z`, `JH` becomes `J H`; particles in lower case are kept.
fn initials(given: &str, hyphen: bool) -> String {
    let mut out = String::new();
    for word in given.split([' ', '.', '\u{a0}']).filter(|word| !word.is_empty()) {
        if word.chars().next().is_some_and(char::is_lowercase) {
            push(&mut out, " ", word);
            continue;
        }
        let capitals = word.chars().count() <= 3 && word.chars().all(char::is_uppercase);
        for (index, part) in word.split(['-', '‐', '‑']).filter(|part| !part.is_empty()).enumerate() {
            let mut letters = part.chars();
            let between = if index > 0 && hyphen { "-" } else { " " };
            let Some(first) = letters.next() else { continue };
            push(&mut out, between, first.to_uppercase().collect::<String>().as_str());
            if capitals {
                letters.for_each(|letter| push(&mut out, " ", letter.encode_utf8(&mut [0; 4])));
            }
        }
    }
    out
}

fn push(out: &mut String, between: &str, text: &str) {
    if !out.is_empty() {
        out.push_str(between);
    }
    out.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::super::edition::Edition;
    use super::{initials, list};
    use crate::cite::item::Name;

    #[test]
    fn given_names_become_initials() {
        for (given, with, without) in [
            ("Peyton Z.", "P Z", "P Z"),
            ("Jung-Ran", "J-R", "J R"),
            ("M.N.", "M N", "M N"),
            ("JH", "J H", "J H"),
            ("Émile", "É", "É"),
            ("Maria de", "M de", "M de"),
            ("-", "", ""),
            ("", "", ""),
        ] {
            assert_eq!(
                (initials(given, true).as_str(), initials(given, false).as_str()),
                (with, without),
                "{given}"
            );
        }
    }

    #[test]
    fn lists_name_three() {
        let many: Vec<Name> = ["甲一", "乙二", "丙三", "丁四"].map(Name::literal).into();
        assert_eq!(list(&many, &Edition::Y2015.rules(), true), "甲一, 乙二, 丙三, 等");
        assert_eq!(list(&many, &Edition::Y2025.rules(), true), "甲一，乙二，丙三，等");
        let mut name = Name::divided("Veer", "Anna");
        name.particle = "van der".into();
        name.suffix = "Jr.".into();
        assert_eq!(list(&[name.clone()], &Edition::Y2015.rules(), false), "VAN DER VEER A Jr");
        assert_eq!(list(&[name], &Edition::Y2025.rules(), false), "van der Veer A Jr");
    }
}
