//! Errors of the network, classified by what the caller can do about them.

use std::time::Duration;

use hongyan_model::log::{Closed, Logged};
use hongyan_model::text::{clean, clip};

/// Why a call failed. The texts are English, for "copy details", and never shown as the message; only the
/// form of [`Logged`] goes to the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// no route, unknown host, connection refused: equivalent to being offline
    #[error("cannot connect: {0}")]
    Unreachable(String),
    /// the deadline passed; the request may have been processed
    #[error("timeout")]
    Timeout,
    /// the connection broke after the request was sent; it may have been processed
    #[error("connection lost: {0}")]
    Lost(String),
    /// temporary failure of the server (5xx)
    #[error("HTTP {0}")]
    Server(u16),
    /// throttled: 429, or 503 with `Retry-After`
    #[error("throttled")]
    Throttled {
        /// how long to wait, if given
        after: Option<Duration>,
    },
    /// 403 or a captcha: a person has to act; nothing is sent there until then
    #[error("refused by the site: {0}")]
    Blocked(String),
    /// 401, or an expired token
    #[error("sign-in required")]
    SignIn,
    /// unexpected content type: a web page where data was expected (captive portal, maintenance)
    #[error("unexpected content type: {0}")]
    WrongKind(String),
    /// the expected content type, but truncated or invalid
    #[error("invalid response: {0}")]
    Malformed(String),
    /// larger than the limit for this response
    #[error("response too large")]
    TooLarge,
    /// a definite refusal
    #[error("{}", Closed::word("refused:").number(i64::from(*status)).code(code))]
    Refused {
        /// HTTP status; 0 where the protocol has none
        status: u16,
        /// error code: `HELD_LOCALLY`, `info:srw/diagnostic/1/10`, `wrong.username…`
        code: String,
        /// error text, cleaned; shown to the patron when the code is unknown
        message: String,
        /// further values by name
        params: Vec<(String, String)>,
    },
    /// the source does not support this query
    #[error("not supported: {0}")]
    Unsupported(String),
    /// the system has no root certificates to verify the server with; nothing was sent
    #[error("no root certificates on this system")]
    NoCertificates,
    /// the source requires a key that the patron has not entered
    #[error("key required")]
    NeedsKey,
    /// the library's platform has no API; nothing was sent
    #[error("the library's platform has no API")]
    NoPlatform,
}

impl NetError {
    /// A refusal with the server's text, cleaned and truncated because it is outside text.
    pub(crate) fn refused(status: u16, code: &str, message: &str) -> NetError {
        NetError::Refused {
            status,
            code: clip(&clean(code), 120),
            message: clip(&clean(message), 300),
            params: Vec::new(),
        }
    }

    /// Whether the request may have been processed: the outcome is unknown, and a submission has to be
    /// looked up before it is sent again (docs/REQUESTS.md, Outbox rules).
    pub fn outcome_unknown(&self) -> bool {
        matches!(
            self,
            NetError::Timeout
                | NetError::Lost(_)
                | NetError::Server(_)
                | NetError::WrongKind(_)
                | NetError::Malformed(_)
                | NetError::TooLarge
        )
    }
}

impl Logged for NetError {
    fn logged(&self) -> Closed {
        match self {
            NetError::Unreachable(_) => Closed::word("cannot connect"),
            NetError::Timeout => Closed::word("no answer in time"),
            NetError::Lost(_) => Closed::word("connection lost"),
            NetError::Server(status) => Closed::word("HTTP").number(i64::from(*status)),
            NetError::Throttled { .. } => Closed::word("asked to slow down"),
            NetError::Blocked(_) => Closed::word("refused by the site"),
            NetError::SignIn => Closed::word("sign-in needed"),
            NetError::WrongKind(_) => Closed::word("not the expected kind of answer"),
            NetError::Malformed(_) => Closed::word("broken answer"),
            NetError::TooLarge => Closed::word("answer too large"),
            NetError::Refused { status, code, .. } => {
                Closed::word("refused").number(i64::from(*status)).code(code)
            }
            NetError::Unsupported(_) => Closed::word("cannot be asked"),
            NetError::NeedsKey => Closed::word("needs a key"),
            NetError::NoPlatform => Closed::word("no platform"),
            NetError::NoCertificates => Closed::word("no certificates"),
        }
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::log::Logged as _;

    use super::NetError;

    /// FOLIO's response to an unknown user name, which quotes the name.
    #[test]
    fn a_refusal_is_logged_without_its_sentence() {
        let message = "Error verifying user existence: No user found by username 20231234-张三";
        let error = NetError::refused(400, "username.incorrect", message);
        assert_eq!(error.logged().to_string(), "refused 400 username.incorrect");
        assert!(!error.to_string().contains("张三"), "nor copied with the details: {error}");
        let odd = NetError::refused(400, "20231234-张三", message);
        assert_eq!(odd.logged().to_string(), "refused 400");
        assert!(!odd.to_string().contains("张三"), "{odd}");
    }
}
