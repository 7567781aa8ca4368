//! Calls with special rules: signing in, registering, the changes feed.

use hongyan_model::account::{Registration, RegistrationStatus};
use reqwest::Method;

use super::{ReaderApi, cookie, map, refusal, wire};
use crate::error::NetError;
use crate::gateway::{ChangePage, Session};
use crate::http::Response;
use crate::http::response::ContentKind;

/// Changes per page of the feed (the contract allows up to 1000); each page becomes one transaction.
const CHANGES_AT_ONCE: &str = "500";

impl ReaderApi {
    pub(super) async fn authenticate(&self, username: &str, password: &str) -> Result<Session, NetError> {
        let body = Self::body(&wire::Credentials { username, password })?;
        let url = self.url(&["authn", "login-with-expiry"], &[])?;
        let answer = self.send(self.call(Method::POST, url, Some(body))?).await?;
        match answer.status {
            200 | 201 => session(answer).await,
            300..=399 => Err(NetError::WrongKind(format!("HTTP {}", answer.status))),
            202..=299 => Err(NetError::WrongKind(format!("HTTP {}", answer.status))),
            _ => Err(refusal::sign_in_refusal(&answer)),
        }
    }

    /// A token that the platform itself refuses ends the session, whatever the error text. A refusal that
    /// is not the platform's own is `WrongKind`: the token did not reach it.
    pub(super) async fn exchange_refresh_token(&self, token: &str) -> Result<Session, NetError> {
        let url = self.url(&["authn", "refresh"], &[])?;
        let call = self.call(Method::POST, url, None)?.header("cookie", &cookie::refresh(token))?;
        let answer = self.send(call).await?;
        match answer.status {
            200..=299 => session(answer).await,
            300..=399 => Err(NetError::WrongKind(format!("HTTP {}", answer.status))),
            status => Err(match refusal::refusal(&answer) {
                NetError::Refused { .. } if refusal::is_own(&answer) => NetError::SignIn,
                NetError::Refused { .. } => NetError::WrongKind(format!("HTTP {status}, not the platform's")),
                other => other,
            }),
        }
    }

    /// Requests the terms without a session. The platform responds with them or with a demand to sign in,
    /// in its own format; nothing else does.
    pub(super) async fn ask_without_session(&self) -> Result<(), NetError> {
        let answer = self.send(self.call(Method::GET, self.url(&["ill", "policies"], &[])?, None)?).await?;
        match answer.status {
            200..=299 => answer.expect(ContentKind::Json),
            300..=399 => Err(NetError::WrongKind(format!("HTTP {}", answer.status))),
            status => match refusal::refusal(&answer) {
                NetError::SignIn => Ok(()),
                NetError::Refused { .. } if refusal::is_own(&answer) => Ok(()),
                NetError::Refused { .. } => {
                    Err(NetError::WrongKind(format!("HTTP {status}, not the platform's")))
                }
                other => Err(other),
            },
        }
    }

    pub(super) async fn send_registration(
        &self,
        registration: &Registration,
    ) -> Result<RegistrationStatus, NetError> {
        let body = Self::body(&wire::NewPatron {
            external_system_id: &registration.username,
            general_info: wire::GeneralInfo { first_name: "", last_name: &registration.name },
            contact_info: wire::ContactInfo { email: &registration.email, phone: &registration.phone },
        })?;
        let url = self.url(&["patron"], &[])?;
        let answer = self.send(self.call(Method::POST, url, Some(body))?).await?;
        if matches!(answer.status, 200..=299) {
            return map::registration(answer.json().await?, &registration.username);
        }
        // nobody is signed in here: 401 is an ordinary refusal
        Err(refusal::sign_in_refusal(&answer))
    }

    pub(super) async fn ask_registration(
        &self,
        username: &str,
    ) -> Result<Option<RegistrationStatus>, NetError> {
        let url = self.url(&["patron", "registration-status"], &[("externalSystemId", username)])?;
        let answer = self.send(self.call(Method::GET, url, None)?).await?;
        if matches!(answer.status, 200..=299) {
            return map::registration(answer.json().await?, username).map(Some);
        }
        match refusal::sign_in_refusal(&answer) {
            NetError::Refused { status: 404, .. } => Ok(None),
            other => Err(other),
        }
    }

    pub(super) async fn changes_since(
        &self,
        session: &Session,
        since: Option<&str>,
    ) -> Result<ChangePage, NetError> {
        let mut query = vec![("limit", CHANGES_AT_ONCE), ("include", "events")];
        if let Some(since) = since {
            query.push(("since", since));
        }
        let page = self.get(session, &["ill", "changes"], &query).await.map_err(|error| match error {
            // 410 has only one meaning here, even with another body
            NetError::Refused { status: 410, message, params, .. } => {
                NetError::Refused { status: 410, code: "CURSOR_EXPIRED".to_owned(), message, params }
            }
            other => other,
        })?;
        map::changes(page, since)
    }
}

/// Parses the session in the response to a login or a refresh.
async fn session(answer: Response) -> Result<Session, NetError> {
    let tokens = cookie::tokens(&answer);
    let times: wire::Expirations = answer.json().await?;
    let (access_token, refresh_token) = tokens?;
    Ok(Session {
        access_token,
        refresh_token,
        access_expires: map::time(&times.access_token_expiration, "accessTokenExpiration")?,
        refresh_expires: map::time(&times.refresh_token_expiration, "refreshTokenExpiration")?,
    })
}
