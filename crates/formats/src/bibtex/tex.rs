//! TeX made harmless before the library sees it: braces in pairs and not too deep, not so many that it would
//! need the square of them, names not without end.

use crate::Fault;

/// Braces inside one another.
const MAX_DEPTH: usize = 100;
/// Braces of a field that cost nothing worth counting.
const FEW: usize = 64;
/// Names of a field that are read.
const MAX_NAMES: usize = 500;

/// How many pieces the library may move for one file. It moves all that stand behind a brace.
pub(super) struct Moves(usize);

impl Moves {
    pub fn of_file() -> Moves {
        Moves(20_000_000)
    }
}

/// A value with its braces in pairs. Without those that protect letters where they are too many.
///
/// # Errors
/// [`Fault::TooDeep`]
pub(super) fn tame(text: &str, moves: &mut Moves) -> Result<String, Fault> {
    let count = text.bytes().filter(|byte| matches!(byte, b'{' | b'}')).count();
    let keep = count <= FEW || {
        let left = moves.0.checked_sub(count.saturating_mul(count) / 2);
        moves.0 = left.unwrap_or(moves.0);
        left.is_some()
    };
    let mut out = String::with_capacity(text.len());
    let mut depth = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            // what it escapes is no brace; at the end it escapes nothing
            '\\' => {
                if let Some(next) = chars.next() {
                    out.push('\\');
                    out.push(next);
                }
            }
            '{' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(Fault::TooDeep);
                }
                if keep {
                    out.push(c);
                }
            }
            '}' if depth == 0 => {}
            '}' => {
                depth -= 1;
                if keep {
                    out.push(c);
                }
            }
            c => out.push(c),
        }
    }
    if keep {
        out.extend(std::iter::repeat_n('}', depth));
    }
    Ok(out)
}

/// A list of names without those that nobody reads.
pub(super) fn some_names(text: &str) -> &str {
    match text.match_indices(" and ").nth(MAX_NAMES) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// A value that the library does not take, without what TeX means by its signs.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '{' | '}' | '\\' | '$')).collect()
}
