//! How long the history is kept, and what is done for it behind the screens: requests from before there was
//! an index are filed, requests that are over long enough are removed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::History;
use super::bad;
use crate::base::change::Tag;
use crate::base::problem::Problem;
use crate::view::HistoryKept;

/// Name of the setting, days.
const KEEP: &str = "history-days";
/// Nothing goes by itself unless the patron says so.
const FOR_EVER: u32 = 0;
/// The choices, in days.
const CHOICES: [u32; 4] = [FOR_EVER, 365, 180, 30];
/// Requests that are filed or removed in one transaction: the screens wait no longer than that.
const AT_ONCE: u32 = 100;
/// How often it is looked for what may go.
const AGAIN: Duration = Duration::from_secs(6 * 3_600);

impl History {
    /// How long requests that are over are kept.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn kept(&self) -> Result<HistoryKept, Problem> {
        let mut tx = self.context.read().await?;
        let days = tx.setting(KEEP).await?.unwrap_or(FOR_EVER);
        let (over, _) = tx.history_over(Timestamp::UNIX_EPOCH).await?;
        Ok(HistoryKept { days, choices: CHOICES.to_vec(), over })
    }

    /// How many requests would go with such a choice.
    ///
    /// # Errors
    /// `BadCall` for what is no choice; those of the files.
    pub async fn would_go(&self, days: u32) -> Result<u32, Problem> {
        let Some(before) = self.before(days)? else { return Ok(0) };
        Ok(self.context.read().await?.history_over(before).await?.1)
    }

    /// Changes how long they are kept; what is older goes at once.
    ///
    /// # Errors
    /// `BadCall` for what is no choice; those of the files.
    pub async fn keep(&self, days: u32) -> Result<HistoryKept, Problem> {
        let before = self.before(days)?;
        let mut tx = self.context.write().await?;
        tx.set_setting(KEEP, &days).await?;
        tx.commit().await?;
        if let Some(before) = before {
            self.forget_before(before).await?;
        }
        self.kept().await
    }

    /// 清除申请记录: removes every request that is over, with its notices; how many. What the platform still has
    /// comes back, quietly, when its feed is read from the beginning.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn clear(&self) -> Result<u32, Problem> {
        self.forget_before(Timestamp::MAX).await
    }

    fn before(&self, days: u32) -> Result<Option<Timestamp>, Problem> {
        if !CHOICES.contains(&days) {
            return Err(bad(format!("{days} days is no choice")));
        }
        let age = SignedDuration::from_hours(i64::from(days) * 24);
        Ok((days != FOR_EVER).then(|| self.context.now().saturating_sub(age).unwrap_or(Timestamp::MIN)))
    }

    async fn forget_before(&self, before: Timestamp) -> Result<u32, Problem> {
        let mut gone = 0u32;
        loop {
            let mut tx = self.context.write().await?;
            let some = tx.forget_history(before, AT_ONCE, self.context.now()).await?;
            tx.commit().await?;
            gone = gone.saturating_add(some);
            if some < AT_ONCE {
                break;
            }
        }
        if gone > 0 {
            self.context.changed(&[Tag::Requests, Tag::Notices, Tag::Status]);
        }
        Ok(gone)
    }

    async fn file_all(&self) -> Result<(), Problem> {
        let mut waited = false;
        loop {
            let mut tx = self.context.write().await?;
            let left = tx.index_requests(AT_ONCE).await?;
            tx.commit().await?;
            if left == 0 {
                break;
            }
            waited = true;
            // others may want the file
            tokio::task::yield_now().await;
        }
        if waited {
            self.context.changed(&[Tag::Requests]);
        }
        Ok(())
    }

    /// Looks after the history until stopped.
    pub(crate) async fn tend(self, stop: CancellationToken) {
        loop {
            let work = async {
                self.file_all().await?;
                let days = self.context.read().await?.setting(KEEP).await?.unwrap_or(FOR_EVER);
                match self.before(days)? {
                    Some(before) => self.forget_before(before).await,
                    None => Ok(0),
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                outcome = work => match outcome {
                    Ok(0) => {}
                    Ok(gone) => tracing::info!(gone, "Requests that were over long enough were removed."),
                    Err(problem) => {
                        tracing::warn!(code = ?problem.code, "The history could not be looked after.");
                        self.vault.noticed(&problem);
                    }
                },
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(AGAIN) => {}
            }
        }
    }
}
