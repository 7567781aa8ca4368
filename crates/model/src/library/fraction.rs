//! The fraction of a book that may be copied.

use serde::{Deserialize, Serialize};

/// A fraction, written `1/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fraction {
    part: u32,
    whole: u32,
}

impl Fraction {
    /// The fraction of `pages`, rounded down.
    pub fn of(self, pages: u32) -> u32 {
        let part = u64::from(pages) * u64::from(self.part) / u64::from(self.whole.max(1));
        u32::try_from(part).unwrap_or(u32::MAX)
    }
}

impl Default for Fraction {
    /// One third, the platform's default.
    fn default() -> Fraction {
        Fraction { part: 1, whole: 3 }
    }
}

impl TryFrom<String> for Fraction {
    type Error = String;

    fn try_from(text: String) -> Result<Fraction, String> {
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|n| (1..=1000).contains(n));
        text.split_once('/')
            .and_then(|(part, whole)| Some(Fraction { part: number(part)?, whole: number(whole)? }))
            .filter(|fraction| fraction.part <= fraction.whole)
            .ok_or_else(|| format!("invalid value: {text:?}, expected a part such as \"1/3\""))
    }
}

impl From<Fraction> for String {
    fn from(fraction: Fraction) -> String {
        format!("{}/{}", fraction.part, fraction.whole)
    }
}
