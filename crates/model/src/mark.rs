//! The mark of a request, `HY-7K3M9QX`: short enough to be said on the telephone, and written into everything that
//! leaves the house, so that a list, a mail or a call can be tied to its request whatever the platform is.
//!
//! A mark has six signs of Douglas Crockford's base 32 (<https://www.crockford.com/base32.html>), thirty bits, and
//! his check sign modulo 37. Of his 37 check signs only the 32 that are letters and digits are used. The check sign
//! finds every single wrong sign and every swap of two neighbours: 32 and 31 are prime to 37.
//!
//! Which mark a request has is for the ledger to say, which stores it: the first of [`Mark::candidates`] that no
//! other request has.

mod find;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use find::{Found, Mistyped, find_in, read};

use crate::request::RequestId;

/// Crockford's signs in the order of their values: no I, L, O, U.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Number of signs that carry the value.
const LENGTH: usize = 6;
/// Bits of the value: five a sign.
const BITS: u32 = 30;
/// Number of values.
const VALUES: u32 = 1 << BITS;
/// Crockford's modulus for the check sign.
const MODULUS: u32 = 37;

/// The mark of a request. Displayed, stored and sent as `HY-` with seven signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Mark(u32);

impl Mark {
    /// The mark of a value; `None` for a value of more than thirty bits, and for one whose check sign is not a
    /// letter or digit (5 of 37).
    pub(crate) fn of_value(value: u32) -> Option<Mark> {
        (value < VALUES && value % MODULUS < SIGNS.len() as u32).then_some(Mark(value))
    }

    /// The marks that a request may have, in the order in which they are to be tried; without an end.
    ///
    /// Bits are counted from the least significant one of the 128-bit number, the last digit of its text. The
    /// first values are bits 0 to 29 and 30 to 59: they are random in a UUID of version 4, which ids made here are,
    /// and of version 7, whose time is in the upper half. After them, thirty bits at a time, comes what
    /// SplitMix64 (Steele, Lea, Flood 2014) makes of the whole id.
    pub fn candidates(id: RequestId) -> impl Iterator<Item = Mark> {
        let number = id.0.as_u128();
        let whole = (number as u64) ^ ((number >> 64) as u64).rotate_left(32);
        let bits = |number: u64| (number & u64::from(VALUES - 1)) as u32;
        [number as u64, (number as u64) >> BITS]
            .into_iter()
            .chain((1_u64..).map(move |round| mixed(whole, round)))
            .map(bits)
            .filter_map(Mark::of_value)
    }

    /// The signs, check sign last.
    fn signs(self) -> [u8; LENGTH + 1] {
        let sign = |value: u32| SIGNS.get(value as usize).copied().unwrap_or(b'0');
        let mut signs = [0; LENGTH + 1];
        for (place, to) in signs.iter_mut().take(LENGTH).enumerate() {
            *to = sign(self.0 >> (5 * (LENGTH - 1 - place)) & 31);
        }
        if let Some(last) = signs.last_mut() {
            *last = sign(self.0 % MODULUS);
        }
        signs
    }

    /// The mark of seven values of signs; `None` when the check sign does not fit.
    pub(crate) fn of_signs(values: &[u8]) -> Option<Mark> {
        let (check, value) = values.split_last()?;
        if value.len() != LENGTH || values.iter().any(|sign| *sign > 31) {
            return None;
        }
        let value = value.iter().fold(0_u32, |value, sign| value << 5 | u32::from(*sign));
        Mark::of_value(value).filter(|_| value % MODULUS == u32::from(*check))
    }
}

/// The output of SplitMix64 with this seed after so many rounds.
fn mixed(seed: u64, round: u64) -> u64 {
    let z = seed.wrapping_add(round.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HY-")?;
        self.signs().into_iter().try_for_each(|sign| fmt::Write::write_char(f, char::from(sign)))
    }
}

impl From<Mark> for String {
    fn from(mark: Mark) -> String {
        mark.to_string()
    }
}

/// The text is not a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAMark;

impl fmt::Display for NotAMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a mark of a request")
    }
}

impl std::error::Error for NotAMark {}

impl TryFrom<String> for Mark {
    type Error = NotAMark;

    fn try_from(text: String) -> Result<Mark, NotAMark> {
        text.parse()
    }
}

impl std::str::FromStr for Mark {
    type Err = NotAMark;

    /// Reads a text that is a mark and nothing else, in any spelling of [`read`].
    fn from_str(text: &str) -> Result<Mark, NotAMark> {
        match read(text) {
            Some(Found::Exact(mark)) => Ok(mark),
            _ => Err(NotAMark),
        }
    }
}
