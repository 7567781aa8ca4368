//! Makes TeX safe for the `biblatex` crate: balanced braces, limited nesting, no more braces than its
//! quadratic algorithm can handle, limited lists of names.

use crate::Fault;

/// Maximum nesting of braces.
const MAX_DEPTH: usize = 100;
/// Number of braces per field that is not charged.
const FEW: usize = 64;
/// Maximum number of names in a field.
const MAX_NAMES: usize = 500;

/// Budget of text moves that the crate may make for one file: it moves all text after each brace.
pub(super) struct Moves(usize);

impl Moves {
    pub fn of_file() -> Moves {
        Moves(20_000_000)
    }
}

/// Balances the braces of a value, and removes those that protect letters where there are too many.
///
/// # Errors
/// [`Fault::TooDeep`] when braces are nested too deeply.
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
            // an escaped brace is literal; a trailing backslash escapes nothing
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

/// Truncates a list of names to the limit.
pub(super) fn some_names(text: &str) -> &str {
    match text.match_indices(" and ").nth(MAX_NAMES) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// A value that the crate rejects, with TeX's special characters removed.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '{' | '}' | '\\' | '$')).collect()
}
