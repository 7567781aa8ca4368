//! Notices and their toasts. The list is the truth, a toast only a hint: each notice is shown as a toast once
//! at most; those held back in quiet hours are shown together when they end.

pub(crate) mod quiet;

use hongyan_model::log::Logged as _;
use hongyan_model::notice::Notice;

use self::quiet::is_quiet;
use crate::base::change::Tag;
use crate::base::context::Context;
use crate::base::fault::Failure;
use crate::base::problem::Problem;
use crate::base::rows::{LAST_SYNC, SETTINGS};
use crate::view::{NoticeList, Settings};

/// Cursor: id of the last notice that was considered for a toast.
const TOASTED: &str = "toasted";
/// Cursor, set while toasts are held back.
const KEPT_BACK: &str = "toasts-kept-back";

/// The notices to show, and whether they were held back.
type Told = Option<(Vec<Notice>, bool)>;

/// Notices and their toasts. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Notices {
    context: Context,
}

impl Notices {
    pub(crate) fn new(context: Context) -> Notices {
        Notices { context }
    }

    /// Notices, newest first.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn list(&self) -> Result<NoticeList, Problem> {
        let mut tx = self.context.read().await?;
        let notices = tx.notices().await?;
        let as_of = tx.cursor(LAST_SYNC).await?.map(|(_, at)| at);
        let unread = notices.iter().filter(|notice| !notice.read).count();
        Ok(NoticeList { notices, unread: u32::try_from(unread).unwrap_or(u32::MAX), as_of })
    }

    /// Marks notices as seen; all when the list is empty.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn seen(&self, ids: &[i64]) -> Result<(), Problem> {
        let mut tx = self.context.write().await?;
        tx.mark_notices_read(ids).await?;
        tx.commit().await?;
        Ok(())
    }

    /// To be called after notices were added: announces them to the list and shows toasts, unless in quiet
    /// hours. After a failure they are shown the next time.
    pub(crate) async fn tell(&self) {
        self.context.changed(&[Tag::Notices, Tag::Requests, Tag::Status]);
        if let Err(error) = self.tell_untold().await {
            tracing::warn!(error = %error.logged(), "New notices are in the list and could not be told.");
        }
        // the reminders loop has to wait for the end of the quiet hours
        self.context.wakes().reminders();
    }

    /// Shows toasts for the notices that were not considered yet.
    pub(crate) async fn tell_untold(&self) -> Result<(), Failure> {
        if let Some((notices, gathered)) = self.take_untold().await? {
            self.context.news().notices(notices, gathered);
        }
        Ok(())
    }

    /// Takes the notices that were not considered for a toast yet, and marks them as considered. `None` in
    /// quiet hours.
    async fn take_untold(&self) -> Result<Told, Failure> {
        let mut tx = self.context.read().await?;
        let settings = tx.setting::<Settings>(SETTINGS).await?.unwrap_or_default().notices;
        let last: i64 = tx.cursor(TOASTED).await?.and_then(|(id, _)| id.parse().ok()).unwrap_or(0);
        let newest = tx.last_notice().await?;
        let gathered = tx.cursor(KEPT_BACK).await?.is_some();
        drop(tx);
        if newest <= last {
            return Ok(None);
        }
        let now = self.context.now();
        let quiet = is_quiet(&settings, &self.context.local());
        if quiet && gathered {
            return Ok(None);
        }
        let mut tx = self.context.write().await?;
        if quiet {
            tx.set_cursor(KEPT_BACK, "", now).await?;
            tx.commit().await?;
            return Ok(None);
        }
        // another task may have taken them since the read
        let last: i64 = tx.cursor(TOASTED).await?.and_then(|(id, _)| id.parse().ok()).unwrap_or(0);
        let mut fresh = tx.notices_after(last).await?;
        let newest = tx.last_notice().await?;
        tx.set_cursor(TOASTED, &newest.to_string(), now).await?;
        tx.remove_cursor(KEPT_BACK).await?;
        // committed before they are shown: losing a toast is better than showing it twice
        tx.commit().await?;
        fresh.retain(|notice| !settings.muted.contains(&notice.kind));
        Ok((!fresh.is_empty()).then_some((fresh, gathered)))
    }
}
