//! The session. Tokens are stored before they are used; only one refresh runs at a time (single flight); and a
//! refresh whose outcome is unknown is never repeated, because FOLIO then revokes all tokens.
//!
//! Only the platform's own 401 ends a session; answers of a captive portal, proxy, gateway or maintenance page
//! do not. The single-use refresh token is spent only when the platform has just been reached: calls use the
//! access token as long as the platform accepts it, and it is renewed after a good answer when most of its life
//! is over, or after the platform's own 401.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::Session;
use hongyan_model::log::Logged as _;
use hongyan_store::session::{SessionRow, SessionState, is_held};
use jiff::Timestamp;
use tokio::time::Instant;

use super::Platform;
use crate::base::change::Tag;
use crate::base::fault::Failure;

/// Cursor, set when a session ended because its renewal was interrupted.
pub(super) const CUT_OFF: &str = "session-cut-off";

/// Fraction of an access token's life after which it is renewed.
const WORN: f64 = 0.8;
/// A shorter life in seconds means that a clock is wrong, here or there: then the platform's 401 decides.
const SHORTEST_LIFE: f64 = 60.0;

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// the platform ended it
    Over,
    /// unknown whether the refresh token was used
    CutOff,
}

/// Whether the current access token is worn, and when a renewal for that reason was last tried.
#[derive(Default)]
pub(super) struct Wear {
    worn: AtomicBool,
    tried: Mutex<Option<Instant>>,
}

impl Wear {
    /// Whether it is worn and no renewal was tried within `pace`; records the try.
    fn is_due(&self, pace: Duration) -> bool {
        if !self.worn.load(Ordering::Acquire) {
            return false;
        }
        // ignores poisoning: a single assignment is never half done
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let due = tried.is_none_or(|at| at.elapsed() >= pace);
        if due {
            *tried = Some(Instant::now());
        }
        due
    }
}

/// Whether a failed refresh surely did not reach the platform, so that the token is still unused. A 503 comes
/// from a gateway or a platform that processes nothing now (RFC 9110 §15.6.4); after a 502 or 504 the platform
/// may have processed it.
fn did_not_arrive(error: &NetError) -> bool {
    matches!(
        error,
        NetError::Unreachable(_)
            | NetError::NoCertificates
            | NetError::Throttled { .. }
            | NetError::Blocked(_)
            | NetError::Unsupported(_)
            | NetError::NeedsKey
            | NetError::NoPlatform
            | NetError::WrongKind(_)
            | NetError::Server(503)
    )
}

fn tokens(row: &SessionRow) -> Session {
    Session {
        access_token: row.access_token.clone(),
        refresh_token: row.refresh_token.clone(),
        access_expires: row.access_expires,
        refresh_expires: row.refresh_expires,
    }
}

/// The stored row for new tokens.
pub(super) fn row(username: &str, session: &Session, must_change: bool, now: Timestamp) -> SessionRow {
    SessionRow {
        username: username.to_owned(),
        access_token: session.access_token.clone(),
        refresh_token: session.refresh_token.clone(),
        obtained_at: now,
        access_expires: session.access_expires,
        refresh_expires: session.refresh_expires,
        state: SessionState::Held,
        must_change_password: must_change,
    }
}

fn is_worn(row: &SessionRow, now: Timestamp) -> bool {
    let life = row.access_expires.duration_since(row.obtained_at).as_secs_f64();
    life >= SHORTEST_LIFE && now.duration_since(row.obtained_at).as_secs_f64() >= life * WORN
}

impl Platform {
    /// Makes a call with the session; retries once with fresh tokens when the platform answers 401.
    ///
    /// # Errors
    /// `NoPlatform` and `SignIn` when there is no session; [store errors](crate#errors). The inner result is
    /// the platform's answer or error.
    pub(crate) async fn call<T, Answer>(
        &self,
        call: impl Fn(Session) -> Answer,
    ) -> Result<Result<T, NetError>, Failure>
    where
        Answer: Future<Output = Result<T, NetError>>,
    {
        self.call_with(self.session().await?, call).await
    }

    /// As [`Platform::call`]; the first attempt uses this session.
    pub(crate) async fn call_with<T, Answer>(
        &self,
        first: Session,
        call: impl Fn(Session) -> Answer,
    ) -> Result<Result<T, NetError>, Failure>
    where
        Answer: Future<Output = Result<T, NetError>>,
    {
        let token = first.access_token.clone();
        let outcome = self.watched(call(first)).await;
        if !matches!(outcome, Err(NetError::SignIn)) {
            if outcome.is_ok() {
                self.renew_if_worn(&token);
            }
            return Ok(outcome);
        }
        let second = self.renewed(&token).await?;
        let outcome = self.watched(call(second)).await;
        if matches!(outcome, Err(NetError::SignIn)) {
            self.end_session(End::Over).await?;
        }
        Ok(outcome)
    }

    /// Waits until no refresh is under way, so that its new tokens are not lost.
    pub(crate) async fn refresh_ended(&self) {
        drop(self.own.refreshing.lock().await);
    }

    /// The stored session.
    pub(crate) async fn session(&self) -> Result<Session, Failure> {
        if self.hands_over() {
            // signing in would not help
            return Err(NetError::NoPlatform.into());
        }
        let held = self.context.read().await?.session().await?;
        let Some(row) = held.filter(|row| is_held(Some(row))) else {
            return Err(NetError::SignIn.into());
        };
        // a token whose refresh token is being spent or gone is used for as long as the platform accepts it
        let worn = row.state == SessionState::Held && is_worn(&row, self.context.now());
        self.own.wear.worn.store(worn, Ordering::Release);
        Ok(tokens(&row))
    }

    /// After an answer of the platform: renews a worn token in the background.
    fn renew_if_worn(&self, token: &str) {
        if !self.own.wear.is_due(self.context.config().poll.unknown) {
            return;
        }
        let (own, token) = (self.clone(), token.to_owned());
        // ends by itself; a stop waits for it
        tokio::spawn(async move {
            if let Err(failure) = own.renew(&token, false).await {
                tracing::info!(error = %failure.logged(), "The session could not be renewed yet.");
            }
        });
    }

    /// Tokens newer than the access token that the platform refused. Fails with `SignIn` when the patron has to
    /// sign in.
    async fn renewed(&self, refused: &str) -> Result<Session, Failure> {
        // in a task of its own: if the caller is cancelled, the new token must not be lost
        let own = self.clone();
        let refused = refused.to_owned();
        tokio::spawn(async move { own.renew(&refused, true).await }).await?
    }

    /// Renews the tokens. `refused`: the platform refused the access token `old`; otherwise it is only worn.
    async fn renew(&self, old: &str, refused: bool) -> Result<Session, Failure> {
        let _turn = self.own.refreshing.lock().await;
        let mut tx = self.context.write().await?;
        let held = tx.session().await?;
        let Some(row) = held.filter(|row| is_held(Some(row))) else {
            return Err(NetError::SignIn.into());
        };
        if row.access_token != old {
            return Ok(tokens(&row)); // another task renewed it first
        }
        // the refresh token was sent before and the outcome is unknown: it must not be sent again
        let spent = row.state == SessionState::Spending;
        // whether the token has expired is for the platform to decide: the local clock may be wrong by days
        if spent || row.refresh_token.is_empty() {
            drop(tx);
            if refused {
                self.end_session(if spent { End::CutOff } else { End::Over }).await?;
            }
            return Err(NetError::SignIn.into());
        }
        tx.set_session_state(SessionState::Spending).await?;
        tx.commit().await?;
        let outcome = self.watched(self.own.gateway.refresh(&row.refresh_token)).await;
        let mut tx = self.context.write().await?;
        // meanwhile the patron may have signed out, signed in or changed the password
        let now = tx.session().await?;
        let Some(now) = now.filter(|now| is_held(Some(now)) && now.refresh_token == row.refresh_token) else {
            return Err(NetError::SignIn.into());
        };
        match outcome {
            Ok(new) => {
                let row = self::row(&row.username, &new, now.must_change_password, self.context.now());
                tx.set_session(&row).await?;
                tx.commit().await?;
                Ok(new)
            }
            Err(error) if did_not_arrive(&error) => {
                tx.set_session_state(SessionState::Held).await?;
                tx.commit().await?;
                Err(error.into())
            }
            Err(error) => {
                drop(tx);
                if error == NetError::SignIn {
                    tracing::info!("The platform does not renew the session.");
                    self.end_session(End::Over).await?;
                    return Err(error.into());
                }
                tracing::info!(error = %error.logged(), "Whether the session was renewed cannot be known; it is not tried again.");
                if refused {
                    self.end_session(End::CutOff).await?;
                    return Err(NetError::SignIn.into());
                }
                // the access token may still be accepted for a while
                Err(error.into())
            }
        }
    }

    /// Ends the session: the patron has to sign in. Outbox rows stay.
    async fn end_session(&self, end: End) -> Result<(), Failure> {
        let mut tx = self.context.write().await?;
        tx.end_session().await?;
        match end {
            End::Over => tx.remove_cursor(CUT_OFF).await?,
            End::CutOff => tx.set_cursor(CUT_OFF, "", self.context.now()).await?,
        }
        tx.commit().await?;
        self.context.changed(&[Tag::Account, Tag::Status, Tag::Requests]);
        Ok(())
    }
}
