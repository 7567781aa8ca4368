//! The hand on the sandbox: what tests and the librarian's page do besides the Reader API.

use hongyan_model::account::AccountState;
use hongyan_model::request::RequestState;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::accounts::{self, NewAccount};
use crate::app::{App, Settings, rfc3339};
use crate::faults::Fault;
use crate::received::Received;
use crate::requests::moves::{self, Step};
use crate::requests::resource::resource;
use crate::requests::{Row, find, state_code, timers};
use crate::routes::read;
use crate::tokens;

pub use crate::requests::moves::MoveError;

/// A handle on a running sandbox; cheap to clone.
#[derive(Clone)]
pub struct Control {
    pub(crate) app: App,
}

/// A mail that the platform sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// whom it is about: 学号/工号
    pub username: String,
    /// address
    pub recipient: String,
    /// subject line
    pub subject: String,
    /// text
    pub body: String,
    /// when, RFC 3339
    #[sqlx(try_from = "i64")]
    pub at: MailTime,
}

/// When a mail was sent; RFC 3339 on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailTime(pub String);

impl From<i64> for MailTime {
    fn from(ms: i64) -> MailTime {
        MailTime(rfc3339(ms))
    }
}

impl Control {
    /// Makes an account, or makes the existing one of that name so.
    pub async fn create_account(&self, account: &NewAccount) -> Result<(), sqlx::Error> {
        accounts::put(&self.app, account).await?;
        self.app.tell();
        Ok(())
    }

    /// Approves a registration; false when there is none under review.
    pub async fn approve(&self, username: &str) -> Result<bool, sqlx::Error> {
        accounts::approve(&self.app, username).await
    }

    /// Rejects a registration, with the librarian's reason; false when there is no such account.
    pub async fn reject(&self, username: &str, note: &str) -> Result<bool, sqlx::Error> {
        accounts::set_state(&self.app, username, &AccountState::RegRejected, note).await
    }

    /// Sets the standing of an account; false when there is none.
    pub async fn set_account_state(
        &self,
        username: &str,
        state: &AccountState,
        note: &str,
    ) -> Result<bool, sqlx::Error> {
        accounts::set_state(&self.app, username, state, note).await
    }

    /// Unlocks an account after wrong passwords.
    pub async fn unlock(&self, username: &str) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE accounts SET locked = 0 WHERE username = ?")
            .bind(username)
            .execute(&self.app.pool)
            .await?;
        sqlx::query("DELETE FROM failures WHERE account = (SELECT id FROM accounts WHERE username = ?)")
            .bind(username)
            .execute(&self.app.pool)
            .await?;
        Ok(())
    }

    /// Moves a request one step along the transition table. `reason` is a code and a sentence.
    ///
    /// # Errors
    /// When there is no such request or the table has no such step.
    pub async fn move_request(
        &self,
        id: &str,
        to: RequestState,
        reason: Option<(&str, &str)>,
    ) -> Result<Value, MoveError> {
        let mut step = Step::to(to);
        if let Some((code, text)) = reason {
            step = step.because(code, text);
        }
        let mut tx = self.app.pool.begin().await?;
        let row = moves::take(&self.app, &mut tx, id, step).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(resource(&row, ""))
    }

    /// Moves a request to a state by the shortest way that the table has.
    ///
    /// # Errors
    /// When there is no such request or no way.
    pub async fn lead_to(&self, id: &str, to: RequestState) -> Result<Value, MoveError> {
        let row = self.row(id).await?;
        let mut paths = std::collections::VecDeque::from([vec![row.state()]]);
        let mut seen = vec![row.state()];
        while let Some(path) = paths.pop_front() {
            let Some(last) = path.last().cloned() else { continue };
            if last == to && path.len() > 1 {
                let mut answer = Value::Null;
                for state in path.into_iter().skip(1) {
                    answer = self.move_request(id, state, None).await?;
                }
                return Ok(answer);
            }
            for (next, _) in last.next(row.service()) {
                if !seen.contains(&next) || next == to {
                    seen.push(next.clone());
                    paths.push_back(path.iter().cloned().chain(Some(next)).collect());
                }
            }
        }
        Err(MoveError::NotAllowed { from: row.state, to: state_code(&to) })
    }

    /// Puts a request into a state that the table does not know, as a newer platform might; for
    /// tests of clients only.
    pub async fn force_state(&self, id: &str, code: &str) -> Result<(), MoveError> {
        let mut tx = self.app.pool.begin().await?;
        let found = find(&mut tx, id).await?;
        let mut row = found.ok_or_else(|| MoveError::NoSuchRequest(id.to_owned()))?;
        let from = std::mem::replace(&mut row.state, code.to_owned());
        moves::save(&self.app, &mut tx, &mut row).await?;
        let note = (format!("状态更新：{code}"), format!("State changed: {code}"));
        let actor = hongyan_model::request::Actor::System;
        moves::event(&self.app, &mut tx, &row.id, Some(&from), code, actor, &note).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(())
    }

    /// Deletes a request; its tombstone stays in the feed and its id is never free again.
    pub async fn delete_request(&self, id: &str) -> Result<(), MoveError> {
        let mut tx = self.app.pool.begin().await?;
        let found = find(&mut tx, id).await?;
        let mut row = found.ok_or_else(|| MoveError::NoSuchRequest(id.to_owned()))?;
        row.deleted = true;
        moves::release(&self.app, &mut tx, &row).await?;
        moves::save(&self.app, &mut tx, &mut row).await?;
        tx.commit().await?;
        self.app.tell();
        Ok(())
    }

    async fn row(&self, id: &str) -> Result<Row, MoveError> {
        let mut conn = self.app.pool.acquire().await?;
        find(&mut conn, id).await?.ok_or_else(|| MoveError::NoSuchRequest(id.to_owned()))
    }

    /// The code of the state that a request is in, on the platform's side.
    pub async fn state_of(&self, id: &str) -> Result<String, MoveError> {
        Ok(self.row(id).await?.state)
    }

    /// Waits until a request is in a state. Never returns if it never is: give it a deadline.
    pub async fn wait_for(&self, id: &str, state: &RequestState) -> Result<(), MoveError> {
        let mut moved = self.app.watch();
        let wanted = state_code(state);
        loop {
            moved.mark_unchanged();
            if self.row(id).await.is_ok_and(|row| row.state == wanted) {
                return Ok(());
            }
            if moved.changed().await.is_err() {
                return Err(MoveError::NoSuchRequest(id.to_owned()));
            }
        }
    }

    /// All requests of all patrons, newest first, as the patrons see them.
    pub async fn requests(&self) -> Result<Vec<Value>, sqlx::Error> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT * FROM requests WHERE deleted = 0 ORDER BY created_ms DESC")
                .fetch_all(&self.app.pool)
                .await?;
        Ok(rows.iter().map(|row| resource(row, "")).collect())
    }

    /// The events of a request, oldest first.
    pub async fn events(&self, id: &str) -> Result<Vec<Value>, sqlx::Error> {
        read::of_request(&self.app, id).await
    }

    /// Accounts with name and standing, newest first.
    pub async fn accounts(&self) -> Result<Vec<Value>, sqlx::Error> {
        let rows: Vec<accounts::Account> =
            sqlx::query_as("SELECT * FROM accounts ORDER BY submitted_ms DESC")
                .fetch_all(&self.app.pool)
                .await?;
        Ok(rows
            .iter()
            .map(|a| {
                json!({
                    "username": a.username, "name": a.name, "email": a.email, "phone": a.phone,
                    "state": a.state, "note": a.note, "locked": a.locked, "submittedAt": rfc3339(a.submitted_ms),
                })
            })
            .collect())
    }

    /// Every mail sent, newest first.
    pub async fn mail(&self) -> Result<Vec<Mail>, sqlx::Error> {
        sqlx::query_as("SELECT username, recipient, subject, body, at_ms AS at FROM mail ORDER BY seq DESC")
            .fetch_all(&self.app.pool)
            .await
    }

    /// Adds a fault.
    pub fn add_fault(&self, fault: Fault) {
        self.app.faults().push(fault);
    }

    /// The faults that are set, with the calls they have left.
    pub fn faults(&self) -> Vec<Fault> {
        self.app.faults().clone()
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.app.faults().clear();
    }

    /// Everything that came in so far, without `/_sandbox/…`.
    pub fn received(&self) -> Vec<Received> {
        self.app.received().clone()
    }

    /// Calls so far with this method and exactly this path.
    pub fn count(&self, method: &str, path: &str) -> usize {
        self.app.received().iter().filter(|r| r.method == method && r.path == path).count()
    }

    /// Forgets what came in.
    pub fn clear_received(&self) {
        self.app.received().clear();
    }

    /// The switches as they stand.
    pub fn settings(&self) -> Settings {
        self.app.settings()
    }

    /// Changes switches.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        self.app.change_settings(change);
    }

    /// Puts the clock ahead and takes every step that is due then (逾期, 过期 …).
    pub async fn advance(&self, seconds: i64) -> Result<(), MoveError> {
        self.app.clock.advance_ms(seconds.saturating_mul(1000));
        timers::run(&self.app).await
    }

    /// The sandbox's clock, RFC 3339.
    pub fn now(&self) -> String {
        rfc3339(self.app.clock.now_ms())
    }

    /// Lets every access token end now; refresh tokens stay.
    pub async fn expire_access_tokens(&self) -> Result<(), sqlx::Error> {
        tokens::expire_all_access(&self.app).await
    }

    /// Lets every token end now.
    pub async fn revoke_tokens(&self) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM tokens").execute(&self.app.pool).await?;
        Ok(())
    }

    /// Lets every cursor of the change feed expire: clients get 410 and start again.
    pub async fn expire_cursors(&self) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE meta SET value = ? WHERE key = 'epoch'")
            .bind(uuid::Uuid::new_v4().simple().to_string())
            .execute(&self.app.pool)
            .await?;
        Ok(())
    }
}
