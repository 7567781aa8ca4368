//! Access control: accepts only requests to this exact address, from its own pages, that carry the token.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// What a caller must present.
#[derive(Debug, Clone)]
pub(crate) struct AccessControl {
    /// `127.0.0.1:PORT`
    host: String,
    /// 32 random hexadecimal digits
    token: String,
}

impl AccessControl {
    /// Creates access control with a random token.
    pub(crate) fn new(port: u16) -> Result<AccessControl, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        let token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(AccessControl { host: format!("127.0.0.1:{port}"), token })
    }

    /// The page's address including the token, to open in a browser.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/?token={}", self.host, self.token)
    }

    /// Checks the `Host` header against DNS rebinding and the `Origin` header against other pages.
    fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let origin = format!("http://{}", self.host);
        text(header::HOST) == Some(&self.host) && text(header::ORIGIN).is_none_or(|given| given == origin)
    }

    /// Accepts the token in a header, or in the query because `EventSource` cannot set headers.
    fn has_token(&self, request: &Request) -> bool {
        let header = request.headers().get("x-hongyan-token").and_then(|value| value.to_str().ok());
        let query = request.uri().query().unwrap_or_default().split('&');
        let given = header.or_else(|| query.into_iter().find_map(|pair| pair.strip_prefix("token=")));
        // no constant-time comparison: the token has 128 random bits and the socket is local
        given == Some(&self.token)
    }
}

/// Middleware for every path: our address and our pages only.
pub(crate) async fn own_origin_only(
    State(access): State<AccessControl>,
    request: Request,
    next: Next,
) -> Response {
    if access.is_own_origin(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "another host or origin").into_response()
    }
}

/// Middleware for commands and events: the token is required as well.
pub(crate) async fn token_only(
    State(access): State<AccessControl>,
    request: Request,
    next: Next,
) -> Response {
    if access.has_token(&request) {
        next.run(request).await
    } else {
        (StatusCode::UNAUTHORIZED, "no token").into_response()
    }
}
