//! The session: tokens are stored before they are used, refreshed once at a time, and a refresh
//! whose outcome is unknown is never repeated (FOLIO revokes everything then).

use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::Session;
use hongyan_model::log::Logged as _;
use hongyan_store::session::{SessionRow, SessionState};
use jiff::Timestamp;

use crate::change::Tag;
use crate::engine::Engine;
use crate::fault::Failure;

/// Makes a call with the session; once more with fresh tokens when the platform asks for a sign-in.
/// Within a function that returns [`Failure`]. Gives `Result<_, NetError>`. The session is that of the files
/// unless the caller brings one.
macro_rules! signed_in {
    ($engine:expr, $session:ident => $call:expr) => {
        $crate::session::signed_in!($engine, $engine.session().await?, $session => $call)
    };
    ($engine:expr, $first:expr, $session:ident => $call:expr) => {{
        let engine: &$crate::engine::Engine = $engine;
        let first = $first;
        let outcome = {
            let $session = &first;
            engine.watched($call).await
        };
        match outcome {
            Err(hongyan_connectors::error::NetError::SignIn) => {
                let second = engine.renewed(&first.access_token).await?;
                let outcome = {
                    let $session = &second;
                    engine.watched($call).await
                };
                if matches!(outcome, Err(hongyan_connectors::error::NetError::SignIn)) {
                    engine.end_session().await?;
                }
                outcome
            }
            outcome => outcome,
        }
    }};
}
pub(crate) use signed_in;

/// Share of an access token's life after which a new one is fetched.
const WORN: f64 = 0.8;
/// A shorter life, in seconds, is a clock that is off, here or there: then the platform says when it is over.
const SHORTEST_LIFE: f64 = 60.0;

fn tokens(row: &SessionRow) -> Session {
    Session {
        access_token: row.access_token.clone(),
        refresh_token: row.refresh_token.clone(),
        access_expires: row.access_expires,
        refresh_expires: row.refresh_expires,
    }
}

/// The row for new tokens.
pub(crate) fn row(username: &str, session: &Session, must_change: bool, now: Timestamp) -> SessionRow {
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

impl Engine {
    /// The session to call with; fetched anew when it is nearly over.
    pub(crate) async fn session(&self) -> Result<Session, Failure> {
        if self.hands_over() {
            // a sign-in could not help
            return Err(NetError::NoPlatform.into());
        }
        let held = self.read().await?.session().await?;
        let Some(row) = held.filter(|row| row.state == SessionState::Held) else {
            return Err(NetError::SignIn.into());
        };
        if !is_worn(&row, self.now()) {
            return Ok(tokens(&row));
        }
        match self.renewed(&row.access_token).await {
            // the old one may be good for a while; the platform says if not
            Err(Failure::Net(error)) if error != NetError::SignIn => Ok(tokens(&row)),
            renewed => renewed,
        }
    }

    /// Tokens newer than the access token that was refused. Fails with `SignIn` when only the patron
    /// can help.
    pub(crate) async fn renewed(&self, refused: &str) -> Result<Session, Failure> {
        // a task of its own: a caller that goes away must not lose the new token
        let own = self.clone();
        let refused = refused.to_owned();
        match tokio::spawn(async move { own.renew(&refused).await }).await {
            Ok(renewed) => renewed,
            Err(error) => Err(NetError::Unsupported(format!("refresh: {error}")).into()),
        }
    }

    async fn renew(&self, refused: &str) -> Result<Session, Failure> {
        let _turn = self.inner.refreshing.lock().await;
        let mut tx = self.write().await?;
        let held = tx.session().await?;
        let Some(row) = held.filter(|row| row.state == SessionState::Held) else {
            return Err(NetError::SignIn.into());
        };
        if row.access_token != refused {
            return Ok(tokens(&row)); // somebody was quicker
        }
        // whether it is too old is for the platform to say: the clock here may be off by days
        if row.refresh_token.is_empty() {
            drop(tx);
            self.end_session().await?;
            return Err(NetError::SignIn.into());
        }
        tx.set_session_state(SessionState::Spending).await?;
        tx.commit().await?;
        match self.watched(self.inner.gateway.refresh(&row.refresh_token)).await {
            Ok(new) => {
                let mut tx = self.write().await?;
                // the patron may have changed the password meanwhile
                let must = tx.session().await?.is_some_and(|row| row.must_change_password);
                let row = self::row(&row.username, &new, must, self.now());
                tx.set_session(&row).await?;
                tx.commit().await?;
                Ok(new)
            }
            // surely not used there
            Err(
                error @ (NetError::Unreachable(_)
                | NetError::NoCertificates
                | NetError::Slow { .. }
                | NetError::Blocked(_)
                | NetError::Unsupported(_)
                | NetError::NeedsKey
                | NetError::NoPlatform),
            ) => {
                let mut tx = self.write().await?;
                tx.set_session_state(SessionState::Held).await?;
                tx.commit().await?;
                Err(error.into())
            }
            Err(error) => {
                tracing::info!(error = %error.logged(), "The session could not be renewed and has ended.");
                self.end_session().await?;
                Err(NetError::SignIn.into())
            }
        }
    }

    /// The session is over: the patron has to sign in. Nothing that waits is lost.
    pub(crate) async fn end_session(&self) -> Result<(), Failure> {
        let mut tx = self.write().await?;
        tx.end_session().await?;
        tx.commit().await?;
        self.changed(&[Tag::Account, Tag::Status, Tag::Requests]);
        Ok(())
    }
}
