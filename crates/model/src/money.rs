//! Money as whole fen, so that sums never round.

use serde::{Deserialize, Serialize};

/// An amount in fen (1/100 yuan).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// From a decimal number of yuan, as in JSON; more than two decimals are rounded half up.
    pub fn from_yuan(yuan: f64) -> Fen {
        Fen((yuan * 100.0).round() as i64)
    }

    /// As a number of yuan, for JSON bodies of the Reader API.
    pub fn yuan(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// Multiplies by a count; saturates instead of overflowing.
    pub fn times(self, count: u32) -> Fen {
        Fen(self.0.saturating_mul(i64::from(count)))
    }
}

impl std::fmt::Display for Fen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::Fen;

    #[test]
    fn seventeen_pages() {
        assert_eq!(Fen(30).times(17).to_string(), "5.10");
        assert_eq!(Fen::from_yuan(40.0), Fen(4000));
        assert_eq!(Fen::from_yuan(0.1 + 0.2), Fen(30));
    }
}
