//! Places: how many requests a patron may have open at the platform, and how far the allowance reaches. What is
//! known is counted before anything is sent. A request beyond that may wait here for a free place, if the
//! patron agrees, and is sent in its turn (docs/adr/0011-places.md).

use std::collections::HashSet;
use std::time::Duration;

use hongyan_model::capacity::Capacity;
use hongyan_model::{RequestId, RequestState};
use hongyan_store::outbox::{OutboxRow, Place, Waiting};
use hongyan_store::requests::RequestRecord;
use hongyan_store::{StoreError, Tx};

use super::Requests;
use crate::base::change::Tag;
use crate::base::clock::left;
use crate::base::config::{MOST_JITTER, jitter};
use crate::base::fault::Failure;
use crate::base::schedule::Wake;
use crate::view::{Clock, ClockKind, RequestRow};

/// After a platform had no place, interval before it is asked again, unless something changes.
const ASK_AGAIN: Duration = Duration::from_secs(60);
/// The platform's codes for "no room now" (reader-api.yaml).
const NO_ROOM: [&str; 2] = ["LIMIT_REACHED", "QUOTA_EXCEEDED"];

/// Whether a refusal only means that there is no room now.
pub(crate) fn says_no_room(code: &str) -> bool {
    NO_ROOM.contains(&code)
}

/// The requests that wait for a free place.
pub(crate) async fn waiting(tx: &mut Tx) -> Result<HashSet<RequestId>, StoreError> {
    Ok(tx.waiting_for_place().await?.into_iter().map(|row| row.request).collect())
}

/// Marks the rows of requests that wait for a place.
pub(crate) fn mark<'a>(rows: impl IntoIterator<Item = &'a mut RequestRow>, waiting: &HashSet<RequestId>) {
    for row in rows.into_iter().filter(|row| waiting.contains(&row.id)) {
        row.clock = Clock { kind: ClockKind::WhenPlaceFree, date: None, days: None, estimated: false };
    }
}

impl Requests {
    /// The places and allowance that are left: by the account as last fetched, the known open requests, and
    /// those selected by `which` that are under way. `None`s where no platform limits it.
    pub(crate) async fn room(
        &self,
        tx: &mut Tx,
        which: impl Fn(&RequestRecord) -> bool,
    ) -> Result<Capacity, StoreError> {
        if self.platform.hands_over() {
            return Ok(Capacity::default());
        }
        let Some(account) = tx.account().await? else { return Ok(Capacity::default()) };
        let told = account.quota.as_ref().map_or(account.as_of, |quota| quota.as_of);
        let (mut open, mut under_way, mut coins) = (0_u32, 0_u32, 0_i64);
        for record in tx.requests_live().await? {
            let takes = match &record.platform {
                Some(platform) => {
                    open = open.saturating_add(1);
                    // the platform's sum already contains what existed when it was fetched
                    platform.created_at > told
                }
                None if record.state == RequestState::Rejected || !which(&record) => false,
                None => {
                    under_way = under_way.saturating_add(1);
                    true
                }
            };
            if takes {
                coins = coins.saturating_add(self.platform.coins_for(&record.draft));
            }
        }
        Ok(account.capacity(open, under_way, coins))
    }

    /// Assigns free places to waiting requests, in order. Returns when to try again; `None` when woken is early
    /// enough.
    pub(crate) async fn give_places(&self) -> Result<Option<Duration>, Failure> {
        let first = self.context.read().await?.waiting_for_place().await?.into_iter().next();
        let Some(first) = first else { return Ok(None) };
        let until = first.waiting.until().unwrap_or_default();
        let wait = left(until, self.ask_again().mul_f64(MOST_JITTER), self.context.now());
        if !wait.is_zero() {
            return Ok(Some(wait));
        }
        let mut tx = self.context.write().await?;
        let rows = tx.waiting_for_place().await?;
        let waiting: HashSet<RequestId> = rows.iter().map(|row| row.request).collect();
        let mut room = self.room(&mut tx, |record| !waiting.contains(&record.id())).await?;
        let mut given = false;
        for mut row in rows {
            let Some(record) = tx.request(row.request).await? else { continue };
            if room.take(self.platform.coins_for(&record.draft)).is_err() {
                break;
            }
            row.place = Place::Given;
            tx.put_outbox(&row).await?;
            given = true;
        }
        if given {
            tx.commit().await?;
            self.context.changed(&[Tag::Requests, Tag::Status]);
        }
        Ok(None)
    }

    /// Interval before an account without room is asked again.
    fn ask_again(&self) -> Duration {
        ASK_AGAIN.min(self.context.config().poll.unknown)
    }

    /// Lets a submission that was just stored wait for a free place.
    pub(crate) async fn wait_for_place(&self, tx: &mut Tx, row: i64) -> Result<(), StoreError> {
        let Some(mut row) = tx.outbox_row(row).await? else { return Ok(()) };
        row.place = Place::Waits;
        tx.put_outbox(&row).await
    }

    /// The platform refused for lack of room: the row waits for a place again, and the account is fetched anew.
    pub(crate) async fn back_to_waiting(&self, tx: &mut Tx, row: &mut OutboxRow) -> Result<(), StoreError> {
        row.place = Place::Waits;
        row.problem.clear();
        row.waiting = Waiting::Until(self.context.now() + jitter(self.ask_again()));
        tx.put_outbox(row).await?;
        self.context.wake(Wake::Own);
        Ok(())
    }
}
