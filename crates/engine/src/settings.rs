//! Settings and status: short reads of the files.

use hongyan_model::RequestState;
use hongyan_store::StoreError;

use crate::change::Tag;
use crate::engine::Engine;
use crate::problem::Problem;
use crate::view::{KeyPlace, NoticeSettings, OnClose, Settings, StatusView, Theme};

/// Name of the row.
pub(crate) const SETTINGS: &str = "settings";
/// Cursor that says when everything was last heard.
pub(crate) const LAST_SYNC: &str = "last-sync";

fn defaults() -> Settings {
    Settings {
        locale: String::new(),
        theme: Theme::Auto,
        on_close: OnClose::Ask,
        toasts: true,
        toast_titles: false,
        notices: NoticeSettings::default(),
    }
}

impl Engine {
    /// What the patron chose.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn settings(&self) -> Result<Settings, Problem> {
        Ok(self.settings_now().await?)
    }

    pub(crate) async fn settings_now(&self) -> Result<Settings, StoreError> {
        let kept: Settings = self.read().await?.setting(SETTINGS).await?.unwrap_or_else(defaults);
        Ok(match self.key_place() {
            // who comes next must not find a window that was only hidden
            KeyPlace::Shared => Settings { on_close: OnClose::Quit, ..kept },
            _ => kept,
        })
    }

    /// Keeps what the patron chose.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn set_settings(&self, settings: &Settings) -> Result<(), Problem> {
        let mut tx = self.write().await?;
        tx.set_setting(SETTINGS, settings).await?;
        tx.commit().await?;
        self.changed(&[Tag::Settings]);
        // quiet hours may begin or end with it
        self.inner.remind_wake.notify_one();
        Ok(())
    }

    /// The status line.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn status(&self) -> Result<StatusView, Problem> {
        let mut tx = self.read().await?;
        let unsent = |state: &RequestState| {
            matches!(state, RequestState::Queued | RequestState::Sending | RequestState::Unknown)
        };
        let counts = tx.request_counts().await?;
        let sum = |pick: &dyn Fn(&RequestState) -> bool| -> u32 {
            counts.iter().filter(|(state, _)| pick(state)).map(|(_, count)| count).sum()
        };
        let held = crate::requests::held_here(&mut tx, self.hands_over()).await?.len();
        let held = u32::try_from(held).unwrap_or(u32::MAX);
        let waiting = u32::try_from(tx.waiting_for_place().await?.len()).unwrap_or(u32::MAX);
        let unread = tx.unread().await?;
        let last_sync = tx.cursor(LAST_SYNC).await?.map(|(_, at)| at);
        let signed_in = !self.hands_over() && is_held(tx.session().await?.as_ref());
        drop(tx);
        let live = self.live().clone();
        Ok(StatusView {
            connection: live.connection,
            outbox: sum(&unsent).saturating_sub(held).saturating_sub(waiting),
            waiting,
            needs_you: sum(&RequestState::needs_patron).saturating_add(held),
            unread,
            last_sync,
            syncing: live.syncing,
            problem: live.sync_problem.or(live.blocked),
            signed_in,
        })
    }
}

/// Whether there is a session that may be used. One whose refresh token was given away is good for as long as
/// its access token.
pub(crate) fn is_held(row: Option<&hongyan_store::session::SessionRow>) -> bool {
    row.is_some_and(|row| row.state != hongyan_store::session::SessionState::Ended)
}
