//! Lines with tags: what RIS, Refer, RefWorks, MEDLINE and their like have in common.

use hongyan_model::text::{clean, clip};

use super::{Left, Why};
use crate::answer::run_on;
use crate::{Budget, ReadError};

/// Maximum number of tags of a work.
const MAX_TAGS: usize = 5_000;
/// Maximum size of a value in bytes; the longest abstracts have a few thousand.
const MAX_VALUE: usize = 100_000;
/// Maximum number of parts that are reported as left out.
const MAX_LEFT: usize = 1_000;
/// Length in characters of what is shown of a part that was left out.
const MAX_SHOWN: usize = 120;

/// A tag and its value.
pub(super) type Tag<'a> = (&'a str, &'a str);

/// How the lines of a format are divided.
pub(super) struct Grammar {
    /// the tag of a line and its value; none for a line that continues the one before
    pub tag: fn(&str) -> Option<Tag<'_>>,
    /// tag that begins a work
    pub start: &'static str,
    /// tag that ends a work; empty where the next one's beginning does
    pub end: &'static str,
    /// tags of the whole file
    pub around: &'static [&'static str],
    /// tags of which every continued line is a further value
    pub lists: &'static [&'static str],
}

/// The lines of one work.
pub(super) struct Block<'a> {
    /// byte offset of its first line
    pub offset: usize,
    /// number of its first line, from 1
    pub line: usize,
    pub tags: Vec<(&'a str, String)>,
}

/// What one file was divided into.
#[derive(Default)]
pub(super) struct Divided<'a> {
    pub blocks: Vec<Block<'a>>,
    pub left: Vec<Left>,
}

/// The lines of a text with their byte offsets; lines end with LF, CR LF or CR.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        let (line, after) = rest.split_at_checked(end)?;
        let tail = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r'])).unwrap_or(after);
        let begins = at;
        at += rest.len() - tail.len();
        rest = tail;
        Some((begins, line))
    })
}

/// Divides a text into works.
///
/// # Errors
/// [`ReadError`] when it exceeds the budget.
pub(super) fn divide<'a>(
    text: &'a str,
    grammar: &Grammar,
    budget: &Budget,
) -> Result<Divided<'a>, ReadError> {
    budget.take_bytes(text.len(), 0)?;
    let name_of = |line| (grammar.tag)(line).map(|(name, _)| name);
    let is_there =
        |wanted: &str| !wanted.is_empty() && lines(text).any(|(_, line)| name_of(line) == Some(wanted));
    let (has_start, has_end) = (is_there(grammar.start), is_there(grammar.end));
    let mut first = None;
    let mut divided = Divided::default();
    // whether the last work takes further tags, and whether a blank line came before
    let (mut open, mut gap) = (false, false);
    for (number, (offset, line)) in lines(text).enumerate() {
        budget.take_nodes(1, offset)?;
        if line.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').is_empty() {
            gap = true;
            continue;
        }
        match (grammar.tag)(line) {
            Some((name, _)) if grammar.around.contains(&name) => open = false,
            Some((name, _)) if name == grammar.end && !name.is_empty() => open = false,
            Some((name, value)) => {
                let first = *first.get_or_insert(name);
                let begins = divided.blocks.last().filter(|_| open).is_none_or(|block| {
                    if has_start {
                        // a number may stand before the tag that begins the work
                        let before = block.tags.len() < 3 && block.tags.iter().all(|(tag, _)| *tag != name);
                        name == grammar.start && !before
                    } else {
                        let repeats = block.tags.last().is_some_and(|(last, _)| *last != name);
                        !has_end && (gap || name == first && repeats)
                    }
                });
                if begins {
                    budget.take_record(offset)?;
                    divided.blocks.push(Block { offset, line: number + 1, tags: Vec::new() });
                    open = true;
                }
                if let Some(block) = divided.blocks.last_mut().filter(|block| block.tags.len() < MAX_TAGS) {
                    block.tags.push((name, cut(clean(value))));
                }
            }
            None => match divided.blocks.last_mut().filter(|_| open) {
                Some(block) => go_on(block, line, grammar),
                None if is_heading(line) => {}
                None => left(&mut divided.left, (number + 1, offset), line, Why::Stray),
            },
        }
        gap = false;
    }
    Ok(divided)
}

/// Adds a line without a tag to the value before.
fn go_on(block: &mut Block<'_>, line: &str, grammar: &Grammar) {
    let Some((name, value)) = block.tags.last_mut() else { return };
    let name = *name;
    if grammar.lists.contains(&name) {
        if block.tags.len() < MAX_TAGS {
            block.tags.push((name, cut(clean(line))));
        }
    } else if value.len() < MAX_VALUE {
        run_on(value, &cut(clean(line)));
    }
}

/// Lines that databases write before the first work.
fn is_heading(line: &str) -> bool {
    let line = line.trim_start();
    ["Provider:", "Database:", "Content:", "#", "<!--", "%%"].iter().any(|start| line.starts_with(start))
}

/// Reports a part of a file that was left out.
pub(super) fn left(all: &mut Vec<Left>, (line, offset): (usize, usize), text: &str, why: Why) {
    if all.len() < MAX_LEFT {
        let head: String = text.chars().take(2 * MAX_SHOWN).collect();
        all.push(Left { line, offset, text: clip(&clean(&head), MAX_SHOWN), why });
    }
}

/// A value up to the limit.
fn cut(mut value: String) -> String {
    if value.len() > MAX_VALUE {
        let end = (0..=MAX_VALUE).rev().find(|end| value.is_char_boundary(*end)).unwrap_or_default();
        value.truncate(end);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_end_in_three_ways() {
        let text = "红\r\n楼\r\r梦\n终";
        let found: Vec<(usize, &str)> = lines(text).collect();
        assert_eq!(found, [(0, "红"), (5, "楼"), (9, ""), (10, "梦"), (14, "终")]);
        assert!(found.iter().all(|(at, line)| text.get(*at..at + line.len()) == Some(*line)));
    }
}
