//! Bulk operations without the platform's checks, for benchmarks.

use hongyan_model::request::wire::seal;
use hongyan_model::request::{Draft, RequestId, RequestState};
use jiff::Timestamp;

use super::{Control, MoveError};
use crate::accounts;
use crate::requests::moves::{self, Step};
use crate::routes::put::{NewRequest, store};

impl Control {
    /// Stores requests of a patron as if they had been submitted, without checking limits and duplicates.
    ///
    /// # Errors
    /// There is no such patron, or a form cannot be sealed.
    pub async fn take_many(&self, username: &str, drafts: &[Draft]) -> Result<(), MoveError> {
        let app = &self.app;
        let mut tx = app.pool.begin().await?;
        let account = accounts::by_username(&mut tx, username)
            .await?
            .ok_or_else(|| MoveError::Unreadable(format!("the account {username}")))?;
        let before: i64 = sqlx::query_scalar("SELECT count(*) FROM requests").fetch_one(&mut *tx).await?;
        for (number, draft) in (before + 1..).zip(drafts) {
            let sealed = seal(draft, Timestamp::now(), false, ("hongyan-sandbox", "1"))
                .map_err(|error| MoveError::Unreadable(error.to_string()))?;
            let (bytes, fingerprint) = (sealed.bytes.as_slice(), sealed.sha256);
            store(app, &mut tx, NewRequest { account: &account.id, number, draft, bytes, fingerprint })
                .await?;
        }
        tx.commit().await?;
        app.tell();
        Ok(())
    }

    /// Performs one transition on each request, all or none.
    ///
    /// # Errors
    /// One of them does not exist, or the table lacks the transition.
    pub async fn move_many(&self, ids: &[RequestId], to: &RequestState) -> Result<(), MoveError> {
        let mut tx = self.app.pool.begin().await?;
        for id in ids {
            moves::take(&self.app, &mut tx, &id.to_string(), Step::to(to.clone())).await?;
        }
        tx.commit().await?;
        self.app.tell();
        Ok(())
    }
}
