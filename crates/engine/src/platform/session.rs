//! The session: tokens are stored before they are used, refreshed once at a time, and a refresh
//! whose outcome is unknown is never repeated (FOLIO revokes everything then).
//!
//! Only the platform's own word ends a session. What a captive portal, a proxy, a gateway or a page of
//! maintenance answers leaves it as it is, and the one-shot token is spent only on a line that has just been
//! seen to reach the platform: calls go with the access token for as long as the platform takes it; it is
//! renewed after a good answer when most of its life is over, or after the platform's own 401.

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

/// Set when a session ended because its renewal was cut off.
pub(super) const CUT_OFF: &str = "session-cut-off";

/// Share of an access token's life after which a new one is fetched.
const WORN: f64 = 0.8;
/// A shorter life, in seconds, is a clock that is off, here or there: then the platform says when it is over.
const SHORTEST_LIFE: f64 = 60.0;

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// the platform says so
    Over,
    /// whether the refresh token was used cannot be known
    CutOff,
}

/// Whether the access token that was given out last is worn, and when a new one was last fetched for that.
#[derive(Default)]
pub(super) struct Wear {
    worn: AtomicBool,
    tried: Mutex<Option<Instant>>,
}

impl Wear {
    /// True when it is worn and this was not tried within so long; then it counts as tried.
    fn is_due(&self, pace: Duration) -> bool {
        if !self.worn.load(Ordering::Acquire) {
            return false;
        }
        // one assignment: whole even after a panic
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let due = tried.is_none_or(|at| at.elapsed() >= pace);
        if due {
            *tried = Some(Instant::now());
        }
        due
    }
}

/// Whether a refresh that failed so surely did not reach the platform: its token is as good as before. A 503
/// is a gateway or a platform that does not work on anything now (RFC 9110 §15.6.4); after a 502 or a 504
/// the platform may have had it.
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

/// The row for new tokens.
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
    /// Makes a call with the session; once more with fresh tokens when the platform asks for a sign-in.
    ///
    /// # Errors
    /// `NoPlatform` and `SignIn` when there is no session to call with; those of the files. What the platform
    /// answered, good or bad, is the inner result.
    pub(crate) async fn call<T, Answer>(
        &self,
        call: impl Fn(Session) -> Answer,
    ) -> Result<Result<T, NetError>, Failure>
    where
        Answer: Future<Output = Result<T, NetError>>,
    {
        self.call_with(self.session().await?, call).await
    }

    /// As [`Platform::call`], first with this session.
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

    /// Waits until no refresh is under way: its token would be lost otherwise.
    pub(crate) async fn refresh_ended(&self) {
        drop(self.own.refreshing.lock().await);
    }

    /// The session to call with.
    pub(crate) async fn session(&self) -> Result<Session, Failure> {
        if self.hands_over() {
            // a sign-in could not help
            return Err(NetError::NoPlatform.into());
        }
        let held = self.context.read().await?.session().await?;
        let Some(row) = held.filter(|row| is_held(Some(row))) else {
            return Err(NetError::SignIn.into());
        };
        // one whose refresh token is under way, or gone, is good for as long as the platform takes it
        let worn = row.state == SessionState::Held && is_worn(&row, self.context.now());
        self.own.wear.worn.store(worn, Ordering::Release);
        Ok(tokens(&row))
    }

    /// The platform has just answered: a token that is nearly over is renewed beside what goes on.
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

    /// Tokens newer than the access token that the platform refused. Fails with `SignIn` when only the
    /// patron can help.
    async fn renewed(&self, refused: &str) -> Result<Session, Failure> {
        // a task of its own: a caller that goes away must not lose the new token
        let own = self.clone();
        let refused = refused.to_owned();
        tokio::spawn(async move { own.renew(&refused, true).await }).await?
    }

    /// `refused`: the platform does not take this access token any more; else it is only worn.
    async fn renew(&self, old: &str, refused: bool) -> Result<Session, Failure> {
        let _turn = self.own.refreshing.lock().await;
        let mut tx = self.context.write().await?;
        let held = tx.session().await?;
        let Some(row) = held.filter(|row| is_held(Some(row))) else {
            return Err(NetError::SignIn.into());
        };
        if row.access_token != old {
            return Ok(tokens(&row)); // somebody was quicker
        }
        // given away and never heard of again: it has had its turn
        let spent = row.state == SessionState::Spending;
        // whether it is too old is for the platform to say: the clock here may be off by days
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
        // the patron may have signed out or in, or have changed the password, meanwhile
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
                // the access token may be good for a while
                Err(error.into())
            }
        }
    }

    /// The session is over: the patron has to sign in. Nothing that waits is lost.
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
