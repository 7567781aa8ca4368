//! The code tables of MARC-8, packed by `crates/formats/tables/marc8.py`, which documents the format.

use std::collections::HashMap;
use std::sync::LazyLock;

static PACKED: &[u8] = include_bytes!("marc8.bin");

const CELLS: usize = 96;
/// Escape byte of the multi-byte set of East Asian characters (ANSI/NISO Z39.64).
pub(super) const EACC: u8 = b'1';
/// Final byte of ASCII.
pub(super) const ASCII: u8 = b'B';
/// Final byte of extended Latin (ANSEL, ANSI/NISO Z39.47).
pub(super) const ANSEL: u8 = b'E';

/// The tables, read in place.
pub(super) struct Tables {
    /// per set: final byte and 96 big-endian code points
    sets: &'static [[u8; 1 + 2 * CELLS]],
    /// per row: two bytes of code, two of first cell
    rows: &'static [[u8; 4]],
    /// per cell: third byte of code, three of code point
    cells: &'static [[u8; 4]],
}

/// The tables; empty only if the packed file is invalid, which a test rules out.
pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(|| unpack(PACKED).unwrap_or(Tables::EMPTY));

/// Reverse mapping: final byte of the set and code of one or three bytes. Of several codes the lowest is
/// used, which is the plane of traditional characters.
pub(super) static REVERSE: LazyLock<HashMap<char, (u8, [u8; 3])>> = LazyLock::new(|| {
    let mut reverse = HashMap::new();
    // single-byte sets first: a Greek letter is encoded in the Greek set, not in the East Asian one
    for set in TABLES.sets {
        let [last, cells @ ..] = set;
        for (code, cell) in (0x20u8..).zip(cells.as_chunks::<2>().0) {
            if let Some(c) = char::from_u32(u32::from(u16::from_be_bytes(*cell))).filter(|c| *c != '\0') {
                reverse.entry(c).or_insert((*last, [code, 0, 0]));
            }
        }
    }
    for (index, [first, second, ..]) in TABLES.rows.iter().enumerate() {
        for [third, character @ ..] in TABLES.row(index) {
            if let Some(c) = wide(*character).filter(|c| *c != '〓') {
                reverse.entry(c).or_insert((EACC, [*first, *second, *third]));
            }
        }
    }
    reverse
});

fn wide([a, b, c]: [u8; 3]) -> Option<char> {
    char::from_u32(u32::from_be_bytes([0, a, b, c]))
}

fn unpack(packed: &'static [u8]) -> Option<Tables> {
    let (count, rest) = packed.split_first()?;
    let (sets, rest) = rest.split_at_checked(usize::from(*count) * (1 + 2 * CELLS))?;
    let (count, rest) = rest.split_first_chunk::<2>()?;
    let (rows, cells) = rest.split_at_checked(4 * usize::from(u16::from_be_bytes(*count)))?;
    Some(Tables { sets: sets.as_chunks().0, rows: rows.as_chunks().0, cells: cells.as_chunks().0 })
}

impl Tables {
    const EMPTY: Tables = Tables { sets: &[], rows: &[], cells: &[] };

    /// Whether a set has this final byte.
    pub fn has(&self, last: u8) -> bool {
        last == EACC || self.sets.iter().any(|set| set.first() == Some(&last))
    }

    /// The character for a code (20 to 7F, without the high bit) in a single-byte set.
    pub fn one(&self, last: u8, code: u8) -> Option<char> {
        let cells = self.sets.iter().find_map(|[known, cells @ ..]| (*known == last).then_some(cells))?;
        let cell = cells.as_chunks::<2>().0.get(usize::from(code.checked_sub(0x20)?))?;
        char::from_u32(u32::from(u16::from_be_bytes(*cell))).filter(|c| *c != '\0')
    }

    /// The character for three bytes of EACC.
    pub fn eacc(&self, [first, second, third]: [u8; 3]) -> Option<char> {
        let row = self.rows.binary_search_by_key(&[first, second], |[a, b, ..]| [*a, *b]).ok()?;
        let cells = self.row(row);
        let cell = cells.binary_search_by_key(&third, |[code, ..]| *code).ok()?;
        let [_, character @ ..] = cells.get(cell)?;
        wide(*character)
    }

    fn row(&self, index: usize) -> &'static [[u8; 4]] {
        let start = |row: usize| {
            self.rows
                .get(row)
                .map_or(self.cells.len(), |[.., a, b]| usize::from(u16::from_be_bytes([*a, *b])))
        };
        self.cells.get(start(index)..start(index + 1)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{REVERSE, TABLES};

    #[test]
    fn tables_are_whole() {
        assert_eq!((TABLES.sets.len(), TABLES.rows.len(), TABLES.cells.len()), (11, 984, 15_745));
        assert_eq!(TABLES.one(b'E', 0x62), Some('\u{301}'));
        assert_eq!(TABLES.one(b'N', 0x41), Some('а'));
        assert_eq!(TABLES.eacc(*b"\x21\x30\x21"), Some('一'));
        assert_eq!(TABLES.eacc(*b"\x21\x20\x7f"), None);
        assert_eq!(REVERSE.get(&'一'), Some(&(b'1', *b"\x21\x30\x21")));
        assert_eq!(REVERSE.get(&'a'), Some(&(b'B', [b'a', 0, 0])));
    }
}
