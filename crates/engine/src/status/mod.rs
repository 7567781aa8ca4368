//! The status line: how many requests wait, and for what; the connection; the last problem.

use hongyan_model::RequestState;
use hongyan_store::session::is_held;

use crate::base::context::Context;
use crate::base::problem::Problem;
use crate::base::rows::LAST_SYNC;
use crate::platform::Platform;
use crate::requests::held_here;
use crate::sync::Synchronizer;
use crate::view::StatusView;

/// Reads the status line. Cheap to clone.
#[derive(Clone)]
pub struct Status {
    context: Context,
    platform: Platform,
    sync: Synchronizer,
}

impl Status {
    pub(crate) fn new(context: Context, platform: Platform, sync: Synchronizer) -> Status {
        Status { context, platform, sync }
    }

    /// The status line.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn get(&self) -> Result<StatusView, Problem> {
        let mut tx = self.context.read().await?;
        let unsent = |state: &RequestState| {
            matches!(state, RequestState::Queued | RequestState::Sending | RequestState::Unknown)
        };
        let counts = tx.request_counts().await?;
        let sum = |pick: &dyn Fn(&RequestState) -> bool| -> u32 {
            counts.iter().filter(|(state, _)| pick(state)).map(|(_, count)| count).sum()
        };
        let held = held_here(&mut tx, self.platform.hands_over()).await?.len();
        let held = u32::try_from(held).unwrap_or(u32::MAX);
        let waiting = u32::try_from(tx.waiting_for_place().await?.len()).unwrap_or(u32::MAX);
        let unread = tx.unread().await?;
        let last_sync = tx.cursor(LAST_SYNC).await?.map(|(_, at)| at);
        let signed_in = !self.platform.hands_over() && is_held(tx.session().await?.as_ref());
        drop(tx);
        let (syncing, sync_problem) = self.sync.standing();
        Ok(StatusView {
            connection: self.platform.connection(),
            outbox: sum(&unsent).saturating_sub(held).saturating_sub(waiting),
            waiting,
            needs_you: sum(&RequestState::needs_patron).saturating_add(held),
            unread,
            last_sync,
            syncing,
            problem: sync_problem.or_else(|| self.platform.blocked()),
            signed_in,
        })
    }
}
