//! The two cookies with the tokens. Handled here and not by a cookie jar, which would drop `Secure`
//! cookies on loopback, store what only the database may store, and might send it elsewhere.

use crate::error::NetError;
use crate::gateway::Session;
use crate::http::Response;

const ACCESS: &str = "folioAccessToken";
const REFRESH: &str = "folioRefreshToken";

/// Access and refresh token from `Set-Cookie`. Attributes are ignored; the contract defines the paths.
///
/// # Errors
/// `Malformed` when one is missing: a response without tokens is not a sign-in.
pub(super) fn tokens(answer: &Response) -> Result<(String, String), NetError> {
    let find = |wanted: &str| {
        answer
            .headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|header| header.to_str().ok())
            .filter_map(|line| line.split(';').next()?.split_once('='))
            .filter(|(name, _)| name.trim() == wanted)
            .map(|(_, value)| value.trim().trim_matches('"').to_owned())
            .find(|value| !value.is_empty() && value.chars().all(|c| c.is_ascii_graphic() && c != ','))
    };
    match (find(ACCESS), find(REFRESH)) {
        (Some(access), Some(refresh)) => Ok((access, refresh)),
        _ => Err(NetError::Malformed("the response to the sign-in lacks its two cookies".to_owned())),
    }
}

/// The `Cookie` header of an ordinary call.
pub(super) fn access(session: &Session) -> String {
    format!("{ACCESS}={}", session.access_token)
}

/// The `Cookie` header of a refresh.
pub(super) fn refresh(token: &str) -> String {
    format!("{REFRESH}={token}")
}

/// The `Cookie` header of a sign-out, with both tokens.
pub(super) fn both(session: &Session) -> String {
    format!("{}; {}", access(session), refresh(&session.refresh_token))
}
