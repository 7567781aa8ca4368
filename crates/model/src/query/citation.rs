//! Extracts title and first creator from a pasted reference.
//!
//! Recognises GB/T 7714 (`曹雪芹. 红楼梦[M]. …`), APA (`Knuth, D. E. (1997). The art …`), Chicago and MLA
//! (`Knuth, Donald E. The Art …. Reading: Addison-Wesley, 1997.`, `Law, Ping-Mei. “On …” eLife …`),
//! footnotes of Chinese history journals (`曹雪芹：《红楼梦》，北京：…，1982年`) and BibTeX. Unrecognised text is
//! searched as words, so every rule requires two independent signs before it applies.

use super::{Clause, Field};
use crate::text::{fold, is_han};

/// Title, and creator if one was found.
type Cited = (String, Option<String>);

/// The clauses for a citation; none if the text is not a citation.
pub(super) fn parse(text: &str) -> Option<Vec<Clause>> {
    let text = without_number(text);
    let (title, creator) = bibtex(text)
        .or_else(|| gbt7714(text))
        .or_else(|| note(text))
        .or_else(|| apa(text))
        .or_else(|| quoted(text))
        .or_else(|| book(text))?;
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

/// Strips a leading `[1]`, `(1)` or `1.`.
fn without_number(text: &str) -> &str {
    let digits = |t: &str| !t.is_empty() && t.len() <= 3 && t.bytes().all(|b| b.is_ascii_digit());
    for (open, close) in [("[", "]"), ("［", "］"), ("(", ")"), ("", ". ")] {
        if let Some((number, rest)) = text.strip_prefix(open).and_then(|rest| rest.split_once(close))
            && digits(number.trim())
        {
            return rest.trim_start();
        }
    }
    text
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

fn has_year(text: &str) -> bool {
    let mut run = String::new();
    text.chars().chain(Some(' ')).any(|c| {
        if c.is_ascii_digit() {
            run.push(c);
            return false;
        }
        let year = run.len() == 4 && matches!(run.get(..2), Some("15" | "16" | "17" | "18" | "19" | "20"));
        run.clear();
        year
    })
}

/// `author. title[M]. …`: the document type mark shows where the title ends.
fn gbt7714(text: &str) -> Option<Cited> {
    let (before, mark) =
        text.char_indices().filter(|(_, c)| matches!(c, '[' | '［' | '【')).find_map(|(at, c)| {
            let rest = text.get(at + c.len_utf8()..)?;
            let mark: String = rest.chars().take(8).take_while(|c| !matches!(c, ']' | '］' | '】')).collect();
            let kind = mark.split('/').next().unwrap_or_default();
            let known = ["M", "J", "D", "C", "P", "S", "R", "N", "A", "G", "Z", "DB", "EB", "CP", "DS", "CM"];
            (known.contains(&kind) && at > 0).then_some((text.get(..at)?, mark))
        })?;
    if mark.is_empty() || before.trim().is_empty() {
        return None;
    }
    let segments = sentences(before);
    let (names, title) = match segments.as_slice() {
        [] => return None,
        [title] => (None, (*title).to_owned()),
        [names, rest @ ..] => {
            // `Smith J. A. Title`: the initials belong to the names
            let skip = rest.iter().take_while(|part| part.split(' ').all(initials)).count();
            let title = rest.get(skip..).filter(|rest| !rest.is_empty()).unwrap_or(rest);
            (Some((*names).to_owned()), title.join(". "))
        }
    };
    // in `析出[A]//整书` the part is cited; it stands first
    Some((title, names))
}

/// Splits at full stops, except inside a number and after an initial of a Latin name.
fn sentences(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let ends = match c {
            '。' | '．' => true,
            '.' => {
                next.is_none_or(|n| n.is_whitespace() || is_han(n))
                    && !initial_follows(text.get(start..at), text.get(at + 1..))
            }
            _ => false,
        };
        if ends {
            parts.extend(text.get(start..at).map(str::trim).filter(|part| !part.is_empty()));
            start = at + c.len_utf8();
        }
    }
    parts.extend(text.get(start..).map(str::trim).filter(|part| !part.is_empty()));
    parts
}

/// Whether a full stop stands between two initials, or between an initial and `and`, that is, inside
/// names.
fn initial_follows(before: Option<&str>, after: Option<&str>) -> bool {
    let last = before.and_then(|text| text.split([' ', '.', '-']).next_back()).unwrap_or_default();
    let next = after.and_then(|text| text.split_whitespace().next()).unwrap_or_default();
    let goes_on = matches!(next, "and" | "&" | "et") || initials(next) && next.ends_with('.');
    goes_on && last.chars().count() == 1 && initials(last)
}

/// `曹雪芹：《红楼梦》，北京：人民文学出版社，1982年`
fn note(text: &str) -> Option<Cited> {
    let (names, rest) = text.split_once(['：', ':'])?;
    let rest = rest.trim_start();
    let (open, close) = if rest.starts_with('《') { ('《', '》') } else { ('“', '”') };
    let (title, after) = rest.strip_prefix(open)?.split_once(close)?;
    let sound = names.chars().count() <= 40
        && has_year(after)
        && after.trim_start().starts_with([',', '，', '（', '(']);
    sound.then(|| (title.to_owned(), Some(names.to_owned())))
}

/// `names (1997). title. …`, also with Chinese punctuation
fn apa(text: &str) -> Option<Cited> {
    for (at, c) in text.char_indices().filter(|(_, c)| matches!(c, '(' | '（')) {
        // a date is short: only the text right after the bracket is examined
        let inner = text.get(at + c.len_utf8()..).unwrap_or_default();
        let close = inner.char_indices().take(25).find(|(_, c)| matches!(c, ')' | '）'));
        let Some((end, close)) = close else { continue };
        let date = inner.get(..end).unwrap_or_default();
        let after = inner.get(end + close.len_utf8()..).unwrap_or_default();
        let names = text.get(..at).unwrap_or_default().trim().trim_end_matches(['.', ',', '，', '。']);
        let after = after.trim_start();
        let Some(rest) = after.strip_prefix(['.', '。', '．']) else { continue };
        let dated = has_year(date) && date.chars().count() <= 24;
        if !dated || names.is_empty() || names.chars().count() > 300 {
            continue;
        }
        let first = sentences(rest).first().copied()?;
        let title = first.split(['[', '(', '（']).next().unwrap_or(first);
        return Some((title.to_owned(), Some(names.to_owned())));
    }
    None
}

/// `Law, Ping-Mei. “On something.” eLife 3 (2014): 1–10.`
fn quoted(text: &str) -> Option<Cited> {
    let at = text.find(['“', '"'])?;
    let names = text.get(..at)?.trim();
    let rest = text.get(at..)?;
    let inner = rest.strip_prefix(['“', '"'])?;
    let (title, after) = inner.split_once(['”', '"'])?;
    // strip the full stop or comma before the closing quotation mark
    let stopped =
        title.ends_with(['.', ',', '?', '!', '。', '，']) || after.trim_start().starts_with(['.', ',']);
    let sound = names.ends_with(['.', ',', '，', '。']) && stopped && has_year(after);
    sound.then(|| (title.to_owned(), Some(names.trim_end_matches(['.', ',', '，', '。']).to_owned())))
}

/// `Knuth, Donald E. The Art of Computer Programming. Reading, MA: Addison-Wesley, 1997.` and
/// `Donald E. Knuth, The Art of Computer Programming (Reading, MA: Addison-Wesley, 1997), 23.`
fn book(text: &str) -> Option<Cited> {
    let published = |part: &str| {
        part.split_once([':', '：']).is_some_and(|(_, house)| house.contains([',', '，']) && has_year(house))
    };
    if let Some((before, rest)) = text.split_once(" (")
        && let Some((imprint, _)) = rest.split_once(')')
        && published(imprint)
    {
        let (names, title) = before.split_once(", ")?;
        return Some((title.to_owned(), Some(names.to_owned())));
    }
    let parts = sentences(text);
    let at = parts.iter().position(|part| published(part)).filter(|at| *at >= 2)?;
    let title = parts.get(1..at)?.join(". ");
    Some((title, parts.first().map(|names| (*names).to_owned())))
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
    Some(out)
}
