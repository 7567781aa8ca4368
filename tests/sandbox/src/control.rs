//! The control API of the sandbox, used by tests, the torture harness and the librarian's page. [`Control`]
//! in Rust has the same functions as the paths below over HTTP (JSON in and out, no sign-in, no tenant).
//! Calls of it are never affected by faults and never recorded.
//!
//! | path below `/_sandbox` | what it does |
//! |---|---|
//! | `GET health` | `{"ok":true}` |
//! | `GET requests`, `GET requests/{id}` | all requests of all patrons; one with its events, messages, moves |
//! | `POST requests/{id}/state` | `{"state","lead"?,"reason"?:{code,text},"actor"?,"supplier"?,"day"?,"condition"?:{code,text,cost,answerBy},"document"?:{name,pages,views,days,content,claimedSha256}}`: one transition of the table; with `lead` the shortest path of transitions |
//! | `POST requests/{id}/newer` | `{"state"?,"label"?:{zh,en},"stage"?,"actions"?:[{name,label,parameters}]}`: a state or actions outside the table; a known state returns the request to the table |
//! | `POST requests/{id}/messages` | `{"text","id"?}` from the library |
//! | `POST requests/{id}/documents` | a document as in `state` above; answers `{"id"}` |
//! | `POST requests/{id}/renewal` | `{"granted","day"?,"text"?}`: answers a renewal |
//! | `POST requests/{id}/successor` | `{"id"}`: closed as requested again, pointing there |
//! | `POST requests/{id}/touch` | a new version without a change, which shifts pages of lists |
//! | `POST requests/{id}/delete` | leaves a tombstone; the id can never be used again |
//! | `PUT documents/{id}` | `{"views"?,"lastDay"?}` |
//! | `GET accounts`, `POST accounts` | list; `{"username","password","name","email","state","granted"}` creates one |
//! | `POST accounts/{username}/approve`, `/reject`, `/unlock`, `/state`, `/grant` | reject `{"note"}`, state `{"state","note"}`, grant `{"coins"}` |
//! | `GET accounts/{username}/ledger` | every entry of the quota ledger |
//! | `GET PUT library` | profile and terms; PUT changes the members that it names |
//! | `GET PUT calendar` | days changed by hand; `{"days":[{date,open,note}]}` |
//! | `GET POST DELETE faults` | see below |
//! | `GET DELETE received` | every call received, with its fault and status |
//! | `GET PUT settings` | [`Settings`]: librarian, speed, varies, renewal, documents, token lives … |
//! | `GET POST clock` | `{"advanceSeconds"}` advances it and performs every transition that is due |
//! | `POST tokens/expire`, `tokens/revoke`, `cursors/expire` | for all patrons at once |
//! | `GET mail` | what the platform sent |
//!
//! A fault is `{"kind","prefix","method"?,"times"?,"skip"?}` with the members of its kind: `latency {ms}`,
//! `stall`, `stall-after-commit`, `reset`, `drop-after-commit`, `status {status}`,
//! `too-many-requests {retry_after}`, `in-progress {retry_after}`, `maintenance`, `truncated`,
//! `invalid-json`, `gzip-bomb {mebibytes}`, `redirect {to}`, `token-expiry`, `cursor-expiry`, `page-shift`,
//! `slow-commit {ms}`. [`FaultKind`] says what each does and whether the call takes effect. The first `skip`
//! matching calls are not affected; `times` limits the affected ones, without it the fault stays until
//! cleared.
//!
//! [`FaultKind`]: crate::FaultKind

mod many;
mod requests;

use hongyan_model::account::AccountState;
use hongyan_model::library::Library;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::accounts::{self, NewAccount};
use crate::app::{App, Settings, rfc3339};
use crate::days::ChangedDay;
use crate::faults::Fault;
use crate::received::Received;
use crate::requests::timers;
use crate::terms::Terms;
use crate::tokens;

pub use crate::requests::moves::MoveError;
pub use requests::{NewReason, NewStep};

/// Controls a running sandbox; cheap to clone.
#[derive(Clone)]
pub struct Control {
    pub(crate) app: App,
}

/// A mail that the platform has sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// the patron that it is about: 学号/工号
    pub username: String,
    /// address
    pub recipient: String,
    /// subject line
    pub subject: String,
    /// text
    pub body: String,
    /// time, RFC 3339
    #[sqlx(try_from = "i64")]
    pub at: MailTime,
}

/// The time of a mail; RFC 3339 on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailTime(pub String);

impl From<i64> for MailTime {
    fn from(ms: i64) -> MailTime {
        MailTime(rfc3339(ms))
    }
}

impl Control {
    /// Creates an account or overwrites the existing one of that name.
    pub async fn create_account(&self, account: &NewAccount) -> Result<(), sqlx::Error> {
        accounts::put(&self.app, account).await?;
        self.app.tell();
        Ok(())
    }

    /// Approves a registration; false if none of that name is under review.
    pub async fn approve(&self, username: &str) -> Result<bool, sqlx::Error> {
        accounts::approve(&self.app, username).await
    }

    /// Rejects a registration with the librarian's reason; false if there is no such account.
    pub async fn reject(&self, username: &str, note: &str) -> Result<bool, sqlx::Error> {
        accounts::set_state(&self.app, username, &AccountState::RegRejected, note).await
    }

    /// Sets the state of an account; false if there is none.
    pub async fn set_account_state(
        &self,
        username: &str,
        state: &AccountState,
        note: &str,
    ) -> Result<bool, sqlx::Error> {
        accounts::set_state(&self.app, username, state, note).await
    }

    /// Unlocks an account that was locked after wrong passwords.
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

    /// All accounts with name and state, newest first.
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

    /// Grants more 虚拟币 to an account; false if there is none.
    pub async fn grant(&self, username: &str, coins: i64) -> Result<bool, sqlx::Error> {
        accounts::grant(&self.app, username, coins).await
    }

    /// The quota ledger of an account, newest first; `None` if there is no such account.
    pub async fn ledger(&self, username: &str) -> Result<Option<Vec<Value>>, sqlx::Error> {
        let mut conn = self.app.pool.acquire().await?;
        let Some(account) = accounts::by_username(&mut conn, username).await? else { return Ok(None) };
        Ok(Some(accounts::entries(&mut conn, &account.id, 10_000, 0).await?.0))
    }

    /// Profile and terms of the library, each as one object.
    pub fn library(&self) -> Value {
        json!({"profile": &*self.app.library(), "terms": self.app.terms()})
    }

    /// Changes those members of profile and terms that `changes` contains.
    ///
    /// # Errors
    /// A sentence that names the invalid member.
    pub fn change_library(&self, changes: &Value) -> Result<(), String> {
        let whole = merged(self.library(), changes);
        let read = |part: &str| whole.get(part).cloned().unwrap_or_default();
        let library: Library = serde_json::from_value(read("profile")).map_err(|error| error.to_string())?;
        let terms: Terms = serde_json::from_value(read("terms")).map_err(|error| error.to_string())?;
        self.app.change_library(|current| *current = library);
        self.app.change_terms(|current| *current = terms);
        self.app.tell();
        Ok(())
    }

    /// The days whose opening was changed by hand.
    pub fn calendar(&self) -> Vec<ChangedDay> {
        self.app.days().changed()
    }

    /// Changes one day of the library's calendar.
    pub fn change_day(&self, day: ChangedDay) {
        self.app.days().change(day);
    }

    /// All mails, newest first.
    pub async fn mail(&self) -> Result<Vec<Mail>, sqlx::Error> {
        sqlx::query_as("SELECT username, recipient, subject, body, at_ms AS at FROM mail ORDER BY seq DESC")
            .fetch_all(&self.app.pool)
            .await
    }

    /// Adds a fault.
    pub fn add_fault(&self, fault: Fault) {
        self.app.faults().push(fault);
    }

    /// The active faults with their remaining number of calls.
    pub fn faults(&self) -> Vec<Fault> {
        self.app.faults().clone()
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.app.faults().clear();
    }

    /// All calls received so far, except `/_sandbox/…`.
    pub fn received(&self) -> Vec<Received> {
        self.app.received().clone()
    }

    /// Number of calls so far with this method and exactly this path.
    pub fn count(&self, method: &str, path: &str) -> usize {
        self.app.received().iter().filter(|r| r.method == method && r.path == path).count()
    }

    /// Clears the list of received calls.
    pub fn clear_received(&self) {
        self.app.received().clear();
    }

    /// The current settings.
    pub fn settings(&self) -> Settings {
        self.app.settings()
    }

    /// Changes settings.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        self.app.change_settings(change);
    }

    /// Advances the clock and performs every transition that is then due (逾期, 过期 …).
    pub async fn advance(&self, seconds: i64) -> Result<(), MoveError> {
        self.app.clock.advance_ms(seconds.saturating_mul(1000));
        timers::run(&self.app).await
    }

    /// The sandbox's clock, milliseconds since 1970 UTC.
    pub fn now_ms(&self) -> i64 {
        self.app.clock.now_ms()
    }

    /// The sandbox's clock, RFC 3339.
    pub fn now(&self) -> String {
        rfc3339(self.app.clock.now_ms())
    }

    /// Expires every access token; refresh tokens stay valid.
    pub async fn expire_access_tokens(&self) -> Result<(), sqlx::Error> {
        tokens::expire_all_access(&self.app).await
    }

    /// Expires every token.
    pub async fn revoke_tokens(&self) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM tokens").execute(&self.app.pool).await?;
        Ok(())
    }

    /// Expires every cursor of the change feed: clients get 410 and start again.
    pub async fn expire_cursors(&self) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE meta SET value = ? WHERE key = 'epoch'")
            .bind(uuid::Uuid::new_v4().simple().to_string())
            .execute(&self.app.pool)
            .await?;
        Ok(())
    }
}

/// Merges `changes` into `whole`, recursively for objects; lists and plain values are replaced.
fn merged(whole: Value, changes: &Value) -> Value {
    match (whole, changes) {
        (Value::Object(mut whole), Value::Object(changes)) => {
            for (key, change) in changes {
                let before = whole.remove(key).unwrap_or_default();
                whole.insert(key.clone(), merged(before, change));
            }
            Value::Object(whole)
        }
        (_, changed) => changed.clone(),
    }
}
