//! What an account allows beyond what is open: known limits are counted before anything is sent.

use serde::{Deserialize, Serialize};

use crate::account::Account;

/// What an account allows beyond what is open, counted before anything is sent. What the platform does not limit,
/// or does not say, is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Room {
    /// requests that may still be opened
    pub places: Option<u32>,
    /// what is left of the allowance, in its own unit
    pub coins: Option<i64>,
}

/// What is missing for another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Lack {
    /// as many are open as may be at once
    Places,
    /// the allowance does not reach
    Coins,
}

impl Account {
    /// What is left, with `open` requests known to be open there, `under_way` that are on their way, and `coins`
    /// promised since the platform described the account. Of two numbers of open requests the larger counts: one
    /// may have begun since, and one that has ended is seen to end.
    pub fn room(&self, open: u32, under_way: u32, coins: i64) -> Room {
        Room {
            places: self.limits.as_ref().map(|limits| {
                limits.max_active.saturating_sub(limits.active.max(open).saturating_add(under_way))
            }),
            coins: self.quota.as_ref().map(|quota| quota.available.saturating_sub(coins)),
        }
    }
}

impl Room {
    /// What is missing for a request that takes so many coins.
    pub fn lacks(&self, coins: i64) -> Option<Lack> {
        if self.places == Some(0) {
            return Some(Lack::Places);
        }
        self.coins.filter(|left| *left < coins).map(|_| Lack::Coins)
    }

    /// Counts a request that takes so many coins, where there is room for it; else says what is missing, and
    /// nothing is counted.
    ///
    /// # Errors
    /// What is missing.
    pub fn take(&mut self, coins: i64) -> Result<(), Lack> {
        if let Some(lack) = self.lacks(coins) {
            return Err(lack);
        }
        self.places = self.places.map(|places| places.saturating_sub(1));
        self.coins = self.coins.map(|left| left.saturating_sub(coins));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Lack, Room};

    #[test]
    fn what_is_left_is_counted_down_to_nothing_and_no_further() {
        let mut room = Room { places: Some(2), coins: Some(50) };
        assert_eq!(room.take(40), Ok(()));
        assert_eq!(room.take(40), Err(Lack::Coins));
        assert_eq!(room, Room { places: Some(1), coins: Some(10) }, "nothing was counted");
        assert_eq!(room.take(10), Ok(()));
        assert_eq!(room.take(0), Err(Lack::Places));
        assert_eq!(Room::default().take(i64::MAX), Ok(()), "what nobody limits is not limited");
    }
}
