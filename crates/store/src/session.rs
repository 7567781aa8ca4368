//! Table `session`: the tokens of the one patron. They never appear in logs or errors.

use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{at, millis};

/// State of a session's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// valid as far as we know
    Held,
    /// the refresh token was sent and no response stored yet: it must not be used again
    Spending,
    /// ended; the patron has to sign in
    Ended,
}

/// The session. Its `Debug` shows no token.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// 学号/工号
    pub username: String,
    /// short-lived access token
    pub access_token: String,
    /// one-shot refresh token
    pub refresh_token: String,
    /// when the tokens were issued
    pub obtained_at: Timestamp,
    /// expiry of the access token
    pub access_expires: Timestamp,
    /// expiry of the refresh token
    pub refresh_expires: Timestamp,
    /// state of the tokens
    pub state: SessionState,
    /// whether the password has to be changed before anything is sent
    pub must_change_password: bool,
}

/// Whether there is a session that may be used. One whose refresh token was given away is good for as long as
/// its access token.
pub fn is_held(row: Option<&SessionRow>) -> bool {
    row.is_some_and(|row| row.state != SessionState::Ended)
}

impl std::fmt::Debug for SessionRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionRow").field("state", &self.state).finish_non_exhaustive()
    }
}

#[derive(sqlx::FromRow)]
struct Raw {
    username: String,
    access_token: String,
    refresh_token: String,
    obtained_at: i64,
    access_expires: i64,
    refresh_expires: i64,
    state: String,
    must_change_password: bool,
}

impl SessionState {
    fn name(self) -> &'static str {
        match self {
            SessionState::Held => "held",
            SessionState::Spending => "spending",
            SessionState::Ended => "ended",
        }
    }
}

impl Tx {
    /// The session, if there ever was one.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn session(&mut self) -> Result<Option<SessionRow>, StoreError> {
        let raw: Option<Raw> = sqlx::query_as(
            "SELECT username, access_token, refresh_token, obtained_at, access_expires, refresh_expires,
                    state, must_change_password FROM session",
        )
        .fetch_optional(self.conn())
        .await?;
        raw.map(|raw| {
            Ok(SessionRow {
                username: raw.username,
                access_token: raw.access_token,
                refresh_token: raw.refresh_token,
                obtained_at: at(raw.obtained_at)?,
                access_expires: at(raw.access_expires)?,
                refresh_expires: at(raw.refresh_expires)?,
                state: match raw.state.as_str() {
                    "held" => SessionState::Held,
                    "spending" => SessionState::Spending,
                    _ => SessionState::Ended,
                },
                must_change_password: raw.must_change_password,
            })
        })
        .transpose()
    }

    /// Replaces the session.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_session(&mut self, row: &SessionRow) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT OR REPLACE INTO session (id, username, access_token, refresh_token, obtained_at,
                 access_expires, refresh_expires, state, must_change_password)
             VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&row.username)
        .bind(&row.access_token)
        .bind(&row.refresh_token)
        .bind(millis(row.obtained_at))
        .bind(millis(row.access_expires))
        .bind(millis(row.refresh_expires))
        .bind(row.state.name())
        .bind(row.must_change_password)
        .execute(self.conn())
        .await?;
        Ok(())
    }

    /// Ends the session: deletes the tokens, keeps the name for the sign-in form.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn end_session(&mut self) -> Result<(), StoreError> {
        sqlx::query("UPDATE session SET state = 'ended', access_token = '', refresh_token = ''")
            .execute(self.conn())
            .await?;
        Ok(())
    }

    /// Marks the refresh token as sent, or as unused again when it surely was not sent.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_session_state(&mut self, state: SessionState) -> Result<(), StoreError> {
        sqlx::query("UPDATE session SET state = ?").bind(state.name()).execute(self.conn()).await?;
        Ok(())
    }

    /// Stores whether the password has to be changed before anything is sent.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_must_change_password(&mut self, must: bool) -> Result<(), StoreError> {
        sqlx::query("UPDATE session SET must_change_password = ?").bind(must).execute(self.conn()).await?;
        Ok(())
    }
}
