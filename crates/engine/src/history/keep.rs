//! Retention of the history, and its background work: indexes requests from before the index existed, and
//! removes closed requests that are older than the retention period.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::History;
use super::bad;
use crate::base::change::Tag;
use crate::base::problem::Problem;
use crate::view::HistoryKept;

/// Setting: retention period in days.
const KEEP: &str = "history-days";
/// No automatic removal; the default.
const FOR_EVER: u32 = 0;
/// The retention periods to choose from, in days.
const CHOICES: [u32; 4] = [FOR_EVER, 365, 180, 30];
/// Requests removed per transaction: bounds the time for which the screens wait for the ledger.
const AT_ONCE: u32 = 100;
/// Requests indexed per transaction. A start takes a dozen transactions until the first queued request is sent, and
/// each waits for the one before.
const INDEXED_AT_ONCE: u32 = 20;
/// Pause after each of those transactions, in which other users of the ledger go first.
const PAUSE: Duration = Duration::from_millis(10);
/// Interval between two searches for expired requests.
const AGAIN: Duration = Duration::from_secs(6 * 3_600);

impl History {
    /// The retention period of closed requests.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn kept(&self) -> Result<HistoryKept, Problem> {
        let mut tx = self.context.read().await?;
        let days = tx.setting(KEEP).await?.unwrap_or(FOR_EVER);
        let (over, _) = tx.history_over(Timestamp::UNIX_EPOCH).await?;
        Ok(HistoryKept { days, choices: CHOICES.to_vec(), over })
    }

    /// How many requests such a period would remove now.
    ///
    /// # Errors
    /// `BadCall` for a period that is not offered; [store errors](crate#errors).
    pub async fn would_go(&self, days: u32) -> Result<u32, Problem> {
        let Some(before) = self.before(days)? else { return Ok(0) };
        Ok(self.context.read().await?.history_over(before).await?.1)
    }

    /// Changes the retention period and removes what is older at once.
    ///
    /// # Errors
    /// `BadCall` for a period that is not offered; [store errors](crate#errors).
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

    /// 清除申请记录: removes every closed request with its notices; returns how many. Requests that the platform
    /// still has return without notices when its feed is read from the beginning.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
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
            let left = tx.index_requests(INDEXED_AT_ONCE).await?;
            tx.commit().await?;
            if left == 0 {
                break;
            }
            waited = true;
            tokio::time::sleep(PAUSE).await;
        }
        if waited {
            self.context.changed(&[Tag::Requests]);
        }
        Ok(())
    }

    /// Runs the background work until cancelled.
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
