//! Many requests at once, past the rules of the desk: for figures of speed.

use hongyan_model::request::wire::seal;
use hongyan_model::request::{Draft, RequestId, RequestState};
use jiff::Timestamp;

use super::{Control, MoveError};
use crate::accounts;
use crate::requests::moves::{self, Step};
use crate::routes::put::{NewRequest, store};

impl Control {
    /// Takes requests of a patron as if they had been sent, without looking at limits and duplicates.
    ///
    /// # Errors
    /// No such patron, or a form that cannot be sealed.
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

    /// Moves requests one step each, all or none.
    ///
    /// # Errors
    /// When one of them is not there or the table has no such step.
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
