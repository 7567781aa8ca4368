//! Converts names from catalogues to CSL names: `Knuth, Donald E.` is split, `曹雪芹` and `中国图书馆学会` are not.

use super::item::Name;
use super::text::is_cjk;

/// Words that occur only in names of organisations.
const BODIES: &[&str] = &[
    "academy",
    "agency",
    "association",
    "board",
    "bureau",
    "center",
    "centre",
    "church",
    "college",
    "commission",
    "committee",
    "company",
    "conference",
    "congress",
    "consortium",
    "corporation",
    "council",
    "department",
    "division",
    "federation",
    "foundation",
    "government",
    "group",
    "inc",
    "institute",
    "institution",
    "laboratory",
    "league",
    "library",
    "limited",
    "ltd",
    "ministry",
    "museum",
    "office",
    "organisation",
    "organization",
    "press",
    "project",
    "school",
    "service",
    "society",
    "staff",
    "team",
    "trust",
    "union",
    "united",
    "university",
    "of",
    "for",
    "and",
    "the",
];

/// Lower-case particles before a family name.
const PARTICLES: &[&str] = &[
    "van", "der", "den", "von", "zu", "zur", "de", "del", "della", "di", "da", "dos", "du", "la", "le",
    "ter", "ten", "al", "bin", "ibn",
];

/// Parses a name as a source writes it. Life dates, dynasties and bracketed countries are dropped; none
/// if nothing else is left.
pub(super) fn name(written: &str, body: bool) -> Option<Name> {
    let written = without_origin(written.trim());
    let parts: Vec<&str> = written
        .split([',', '，'])
        .map(|part| part.trim())
        .filter(|part| !part.is_empty() && !is_date(part))
        .collect();
    let (first, rest) = parts.split_first()?;
    if written.chars().any(is_cjk) {
        // 夏目, 漱石 is written as one word; a Latin name beside it is the same person
        let mut whole = (*first).to_owned();
        for part in rest.iter().filter(|part| part.chars().any(is_cjk)) {
            whole.push_str(part);
        }
        return Some(Name::literal(whole.trim_end_matches(['.', ';', '；'])));
    }
    let joined = parts.join(", ");
    let full = || Some(Name::literal(joined.trim_end_matches([';', ' '])));
    if body || joined.split([' ', ',', '.', '(']).any(|word| BODIES.contains(&word.to_lowercase().as_str())) {
        return full();
    }
    match rest {
        [] => undivided(first),
        [given, suffixes @ ..] => {
            let given = given.split('(').next().unwrap_or_default().trim();
            let given = tidy(given);
            // `Beethoven, Ludwig van`
            let words: Vec<&str> = given.split(' ').collect();
            let behind = words.iter().rev().take_while(|word| PARTICLES.contains(word)).count();
            let (given, dropping) = words
                .split_at_checked(words.len() - behind)
                .filter(|(given, _)| !given.is_empty())
                .unwrap_or((&words, &[]));
            let mut name = Name { dropping: dropping.join(" "), ..Name::divided(*first, given.join(" ")) };
            name.suffix =
                suffixes.iter().copied().filter(|part| is_suffix(part)).collect::<Vec<_>>().join(" ");
            Some(name)
        }
    }
}

/// `Donald E. Knuth`, `Ludwig van Beethoven`, `Smith JH`, `Plato`.
fn undivided(text: &str) -> Option<Name> {
    let text = text.split('(').next().unwrap_or_default().trim();
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let mut suffix = "";
    if let [.., before, last] = words.as_slice()
        && is_suffix(last)
        && !before.is_empty()
    {
        suffix = last;
        words.pop();
    }
    let (last, before) = words.split_last()?;
    if before.is_empty() {
        return Some(Name::literal(*last));
    }
    let initials =
        last.chars().count() <= 3 && last.chars().all(|c| c.is_uppercase() || c == '.' || c == '-');
    if initials && before.iter().any(|word| word.chars().any(char::is_lowercase)) {
        return Some(Name { suffix: suffix.into(), ..Name::divided(before.join(" "), *last) });
    }
    let at = before.iter().rposition(|word| !PARTICLES.contains(word)).map_or(0, |index| index + 1);
    let (given, particle) = before.split_at_checked(at)?;
    Some(Name {
        particle: particle.join(" "),
        suffix: suffix.into(),
        ..Name::divided(*last, given.join(" "))
    })
}

/// Strips a full stop that ended the field, but not that of `Donald E.`.
fn tidy(given: &str) -> String {
    let initial = given.strip_suffix('.').and_then(|rest| rest.split([' ', '.', '-']).next_back());
    match initial {
        Some(last) if last.chars().count() > 2 => given.trim_end_matches('.').to_owned(),
        _ => given.to_owned(),
    }
}

fn is_suffix(part: &str) -> bool {
    matches!(part.trim_end_matches('.'), "Jr" | "Sr" | "II" | "III" | "IV")
}

/// `1881-1936`, `approximately 1717-1763.`, `b. 1938`, `19th century`
fn is_date(part: &str) -> bool {
    let digits = part.chars().filter(char::is_ascii_digit).count();
    digits >= 2 && digits * 4 >= part.chars().filter(|c| !c.is_whitespace()).count()
        || part.starts_with("active ")
        || part.starts_with("approximately ")
}

/// Strips a bracketed origin before the name: `(清)曹雪芹`, `[美]博伯尔`.
fn without_origin(text: &str) -> &str {
    for (open, close) in [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］'), ('〔', '〕'), ('【', '】')]
    {
        if let Some((inside, rest)) = text.strip_prefix(open).and_then(|rest| rest.split_once(close))
            && inside.chars().count() <= 4
            && inside.chars().any(is_cjk)
            && !rest.trim().is_empty()
        {
            return rest.trim();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::name;

    fn written(text: &str) -> String {
        name(text, false)
            .map(|name| if name.is_literal() { format!("={}", name.literal) } else { name.inverted() })
            .unwrap_or_default()
    }

    #[test]
    fn names_are_divided_where_their_language_divides_them() {
        for (text, expected) in [
            ("鲁迅", "=鲁迅"),
            ("鲁迅, 1881-1936", "=鲁迅"),
            ("（清）曹雪芹", "=曹雪芹"),
            ("[美] 博伯尔", "=博伯尔"),
            ("夏目, 漱石, 1867-1916", "=夏目漱石"),
            ("김 철수", "=김 철수"),
            ("中国图书馆学会", "=中国图书馆学会"),
            ("Knuth, Donald E.", "Knuth, Donald E."),
            ("Knuth, Donald Ervin, 1938-", "Knuth, Donald Ervin"),
            ("Cao, Xueqin, approximately 1717-1763.", "Cao, Xueqin"),
            ("Eliot, T. S. (Thomas Stearns), 1888-1965", "Eliot, T. S."),
            ("King, Martin Luther, Jr.", "King, Martin Luther, Jr."),
            ("Donald E. Knuth", "Knuth, Donald E."),
            ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
            ("Charles Darwin Jr.", "Darwin, Charles, Jr."),
            ("Smith JH", "Smith, JH"),
            ("Plato", "=Plato"),
            ("American Library Association", "=American Library Association"),
            ("University of Oxford, Faculty of Law", "=University of Oxford, Faculty of Law"),
            ("van der", "van der"),
            ("Beethoven, Ludwig van, 1770-1827", "Beethoven, Ludwig van"),
            (", 1900-", ""),
            ("", ""),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
        assert!(name("Arup, Ove", true).unwrap().is_literal());
    }
}
