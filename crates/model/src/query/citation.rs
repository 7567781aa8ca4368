//! Title and first creator of a pasted reference ([`crate::reference`]) or an entry of BibTeX, as clauses.

use super::{Clause, Field};
use crate::record::Role;
use crate::reference;
use crate::text::{fold, is_han};

/// Title, and creator if one was found.
type Cited = (String, Option<String>);

/// The clauses for a citation; none if the text is not a citation.
pub(super) fn parse(text: &str) -> Option<Vec<Clause>> {
    let (title, creator) = bibtex(text).or_else(|| referred(text))?;
    let title = proper(&title);
    if fold(&title).is_empty() {
        return None;
    }
    let mut clauses = vec![Clause::words(Field::Title, title)];
    if let Some(name) = creator.as_deref().and_then(name) {
        clauses.push(Clause::words(Field::Creator, name));
    }
    Some(clauses)
}

/// Of a part the part itself is asked for. A body writes its name in many ways: it is not asked for.
fn referred(text: &str) -> Option<Cited> {
    let record = reference::read(text)?.record;
    let first = record.creators.into_iter().next().filter(|one| one.role != Role::Organisation);
    Some((record.title, first.map(|one| one.name)))
}

/// The title proper, without brackets and subtitle, because every word of it has to occur.
fn proper(title: &str) -> String {
    let title = title.trim_matches(|c: char| c.is_whitespace() || "《》<>“”\"‘’'.,，。：:".contains(c));
    // state of the scan: Han characters seen, and whether there are two words already
    let (mut han, mut word, mut gap, mut words) = (0, false, false, false);
    let cut = title.char_indices().find(|(at, c)| {
        let parts =
            matches!(c, '：' | '—') || *c == ':' && title.get(at + 1..).is_some_and(|t| t.starts_with(' '));
        if parts && (han >= 3 || words) {
            return true;
        }
        han += usize::from(is_han(*c));
        gap |= word && *c == ' ';
        words |= gap && !c.is_whitespace();
        word |= !c.is_whitespace();
        false
    });
    let proper = cut.and_then(|(at, _)| title.get(..at)).unwrap_or(title);
    proper
        .chars()
        .map(|c| if matches!(c, '"' | '“' | '”') { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The name to search for: a Chinese name whole, of other names the family name.
fn name(names: &str) -> Option<String> {
    let first = names.split([';', '；', '、', '&']).next()?.split(" and ").next()?.trim();
    // (清) and [英]: dynasty or country of the author
    let first = match first.strip_prefix(['(', '（', '[', '［', '〔']) {
        Some(rest) => rest.split_once([')', '）', ']', '］', '〕'])?.1.trim(),
        None => first,
    };
    let first = first.split([',', '，']).next()?.trim();
    let name = if first.chars().any(is_han) {
        let mut name = first.split(' ').next()?;
        for role in ["等", "主编", "编著", "编", "著", "译"] {
            name = name.strip_suffix(role).filter(|rest| rest.chars().count() >= 2).unwrap_or(name);
        }
        name
    } else {
        let mut words = first.split(' ').filter(|word| !initials(word));
        // `Donald E. Knuth`, in contrast to `Knuth D E` and `Knuth, Donald E.`
        let family_first = names.contains(',') || first.split(' ').next_back().is_some_and(initials);
        if family_first { words.next()? } else { words.next_back()? }
    };
    let sound = (1..=40).contains(&name.chars().count()) && name.chars().any(char::is_alphabetic);
    sound.then(|| name.to_owned())
}

/// `D`, `D.`, `D.E.`, `J-P`
fn initials(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    (1..=3).contains(&letters)
        && word.chars().all(|c| c.is_uppercase() || matches!(c, '.' | '-'))
        && !word.chars().any(is_han)
}

/// `@book{key, author = {Cao, Xueqin}, title = {红楼梦}}`
fn bibtex(text: &str) -> Option<Cited> {
    let body = text.trim_start().strip_prefix('@')?.split_once('{')?.1;
    let title = value(body, "title")?;
    Some((title, value(body, "author").or_else(|| value(body, "editor"))))
}

fn value(body: &str, key: &str) -> Option<String> {
    let lower = body.to_ascii_lowercase();
    let rest = lower.match_indices(key).find_map(|(at, _)| {
        // `booktitle` is a different key
        let own = lower.get(..at)?.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric());
        let rest = body.get(at + key.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        own.then_some(rest)
    })?;
    let mut depth = 0usize;
    let mut out = String::new();
    let quoted = rest.starts_with('"');
    for c in rest.chars().skip(usize::from(quoted)).take(1_000) {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 && !quoted => break,
            '}' => depth = depth.saturating_sub(1),
            '"' if quoted && depth == 0 => break,
            ',' if depth == 0 && !quoted => break,
            c => out.push(c),
        }
    }
    Some(without_tex(&out))
}

/// Accents and letters of TeX as characters; other commands go. Braces are gone already.
fn without_tex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let Some(sign) = chars.next() else { break };
        let mark = match sign {
            '\'' => '\u{301}',
            '`' => '\u{300}',
            '^' => '\u{302}',
            '"' => '\u{308}',
            '~' => '\u{303}',
            'H' => '\u{30B}',
            sign if sign.is_ascii_alphabetic() => {
                let mut name = sign.to_string();
                while let Some(letter) = chars.next_if(char::is_ascii_alphabetic) {
                    name.push(letter);
                }
                // the letters of these commands stand before the word that they belong to
                let letter = [("oe", "œ"), ("ae", "æ"), ("ss", "ß"), ("aa", "å")]
                    .into_iter()
                    .find(|(command, _)| name.starts_with(command));
                if let Some((command, letter)) = letter {
                    out.push_str(letter);
                    out.push_str(name.get(command.len()..).unwrap_or_default());
                }
                continue;
            }
            sign => {
                out.push(sign);
                continue;
            }
        };
        while chars.next_if(|c| matches!(c, ' ' | '\\')).is_some() {}
        out.extend(chars.next());
        out.push(mark);
    }
    crate::text::clean(&out)
}
