//! What can go wrong on the network, sorted by what the caller can do about it.

use std::time::Duration;

use hongyan_model::log::{Closed, Logged};
use hongyan_model::text::{clean, clip};

/// Why a call failed. The text in the variants is English for "copy details", never the message; what the log
/// says is [`Logged`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// no route, no name, refused: as good as offline
    #[error("cannot connect: {0}")]
    Unreachable(String),
    /// the other side took too long; it may have acted
    #[error("no answer in time")]
    Timeout,
    /// the connection broke after the request was sent; the other side may have acted
    #[error("connection lost: {0}")]
    Lost(String),
    /// a status that means "not now" (5xx)
    #[error("HTTP {0}")]
    Server(u16),
    /// 429, or 503 with a date
    #[error("asked to slow down")]
    Slow {
        /// how long to wait, if it said
        after: Option<Duration>,
    },
    /// 403, a captcha: a person has to look; nothing is sent there again until told
    #[error("refused by the site: {0}")]
    Blocked(String),
    /// 401, or a token that is no longer good
    #[error("sign-in needed")]
    SignIn,
    /// an answer in another language: a web page where data was expected (captive portal, maintenance)
    #[error("not the expected kind of answer: {0}")]
    WrongKind(String),
    /// the right kind, but broken: truncated, or against its own rules
    #[error("broken answer: {0}")]
    Malformed(String),
    /// more than we are ready to read
    #[error("answer too large")]
    TooLarge,
    /// the other side understood and said no
    #[error("{}", Closed::word("refused:").number(i64::from(*status)).code(code))]
    Refused {
        /// HTTP status, 0 where the protocol has none
        status: u16,
        /// its code: `HELD_LOCALLY`, `info:srw/diagnostic/1/10`, `wrong.username…`
        code: String,
        /// its sentence, cleaned, for the patron when the code is new to us
        message: String,
        /// more, by name
        params: Vec<(String, String)>,
    },
    /// a source cannot ask this question at all
    #[error("cannot be asked: {0}")]
    Unsupported(String),
    /// this system has no certificates to judge the other side by; nothing was sent
    #[error("no certificates on this system")]
    NoCertificates,
    /// a key is needed that the patron has not entered
    #[error("needs a key")]
    NeedsKey,
    /// the library's platform has no interface for programs: nothing was asked
    #[error("the library's platform has no interface")]
    NoPlatform,
}

impl NetError {
    /// A plain no in the other side's words, cleaned and cut: outside text.
    pub(crate) fn refused(status: u16, code: &str, message: &str) -> NetError {
        NetError::Refused {
            status,
            code: clip(&clean(code), 120),
            message: clip(&clean(message), 300),
            params: Vec::new(),
        }
    }

    /// True when the other side may have acted on what was sent: the outcome is unknown (DESIGN §4).
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
            NetError::Slow { .. } => Closed::word("asked to slow down"),
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

    /// What FOLIO answers to a name that it does not know: it quotes the name.
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
