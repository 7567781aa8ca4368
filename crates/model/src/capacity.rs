//! Capacity of an account: how many more requests it allows. Known limits are checked before anything is
//! sent.

use serde::{Deserialize, Serialize};

use crate::account::Account;

/// Capacity left in an account. None means that the platform sets no limit or reports none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Capacity {
    /// number of further requests that may be opened
    pub places: Option<u32>,
    /// quota left, in the platform's unit
    pub coins: Option<i64>,
}

/// Why there is no capacity for another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Shortage {
    /// the maximum number of open requests is reached
    Places,
    /// the quota does not suffice
    Coins,
}

impl Account {
    /// Capacity left, given `open` requests known to be open on the platform, `under_way` requests being
    /// sent, and `coins` committed since the platform reported the account. The larger of the two counts
    /// of open requests is used, because the report may be older than a new request.
    pub fn capacity(&self, open: u32, under_way: u32, coins: i64) -> Capacity {
        Capacity {
            places: self.limits.as_ref().map(|limits| {
                limits.max_active.saturating_sub(limits.active.max(open).saturating_add(under_way))
            }),
            coins: self.quota.as_ref().map(|quota| quota.available.saturating_sub(coins)),
        }
    }
}

impl Capacity {
    /// The limit that a request costing `coins` would exceed; none if there is capacity.
    pub fn shortage(&self, coins: i64) -> Option<Shortage> {
        if self.places == Some(0) {
            return Some(Shortage::Places);
        }
        self.coins.filter(|left| *left < coins).map(|_| Shortage::Coins)
    }

    /// Reserves capacity for a request that costs `coins`. Changes nothing on failure.
    ///
    /// # Errors
    /// [`Shortage`]: the limit that would be exceeded.
    pub fn take(&mut self, coins: i64) -> Result<(), Shortage> {
        if let Some(lack) = self.shortage(coins) {
            return Err(lack);
        }
        self.places = self.places.map(|places| places.saturating_sub(1));
        self.coins = self.coins.map(|left| left.saturating_sub(coins));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Capacity, Shortage};

    #[test]
    fn what_is_left_is_counted_down_to_nothing_and_no_further() {
        let mut room = Capacity { places: Some(2), coins: Some(50) };
        assert_eq!(room.take(40), Ok(()));
        assert_eq!(room.take(40), Err(Shortage::Coins));
        assert_eq!(room, Capacity { places: Some(1), coins: Some(10) }, "nothing was counted");
        assert_eq!(room.take(10), Ok(()));
        assert_eq!(room.take(0), Err(Shortage::Places));
        assert_eq!(Capacity::default().take(i64::MAX), Ok(()), "what nobody limits is not limited");
    }
}
