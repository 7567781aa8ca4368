//! What may be written to the log: our own constant words, numbers, ids, and codes from a closed list.
//! Text that a person typed, or that came from a server or a file, never is: no name, no title, no error
//! message that quotes one. [`Closed`] cannot hold such text, and the house tests reject any other value
//! in a log call.

use std::fmt;

/// An error as log text without outside content. Errors implement [`Logged`] to produce it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Closed {
    word: &'static str,
    number: Option<i64>,
    code: Option<&'static str>,
}

impl Closed {
    /// From one of our own constant words.
    pub const fn word(word: &'static str) -> Closed {
        Closed { word, number: None, code: None }
    }

    /// Adds a number: an HTTP status, an error code of the system.
    pub const fn number(self, number: i64) -> Closed {
        Closed { number: Some(number), ..self }
    }

    /// Adds the platform's error code if it is in the closed list; any other code is dropped.
    pub fn code(self, code: &str) -> Closed {
        Closed { code: CODES.into_iter().find(|known| known.eq_ignore_ascii_case(code)), ..self }
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number.map(|number| number.to_string()).unwrap_or_default();
        let parts = [self.word, number.as_str(), self.code.unwrap_or_default()];
        let mut parts = parts.into_iter().filter(|part| !part.is_empty());
        f.write_str(parts.next().unwrap_or("-"))?;
        parts.try_for_each(|part| write!(f, " {part}"))
    }
}

/// An error that can describe itself for the log without outside text.
pub trait Logged {
    /// The description for the log.
    fn logged(&self) -> Closed;
}

impl Logged for std::io::Error {
    fn logged(&self) -> Closed {
        match self.raw_os_error() {
            Some(number) => Closed::word("os error").number(i64::from(number)),
            None => Closed::word("input or output failed"),
        }
    }
}

impl Logged for serde_json::Error {
    fn logged(&self) -> Closed {
        Closed::word(match self.classify() {
            serde_json::error::Category::Io => "unreadable",
            serde_json::error::Category::Syntax => "not JSON",
            serde_json::error::Category::Data => "of another shape",
            serde_json::error::Category::Eof => "cut off",
        })
    }
}

/// A source as it may be logged: its id if it is built in, else `own`. The id of a source that the patron
/// added derives from a name that was typed, so it is outside text.
pub fn source(id: &str) -> &str {
    if id.starts_with("own-") { "own" } else { id }
}

/// Error codes of platforms: those of the Reader API (docs/reader-api.yaml) and of FOLIO.
const CODES: [&str; 46] = [
    "ACCOUNT_BLOCKED",
    "ACCOUNT_LOCKED",
    "ACCOUNT_NOT_ACTIVE",
    "ACTION_NOT_ALLOWED",
    "AUTHOR_OR_ISBN_REQUIRED",
    "COPYRIGHT_DECLARATION_REQUIRED",
    "COPYRIGHT_LIMIT_EXCEEDED",
    "COPYRIGHT_UNKNOWN_EXTENT",
    "DETAILS_MISSING",
    "DOCUMENT_EXPIRED",
    "DOCUMENT_USED_UP",
    "DUPLICATE_CLOSED_REQUEST",
    "DUPLICATE_OPEN_REQUEST",
    "HELD_LOCALLY",
    "IDEMPOTENCY_KEY_REUSED",
    "IDENTIFIER_INVALID",
    "ID_MISMATCH",
    "LIMIT_REACHED",
    "MISSING_PARAMETER",
    "NEED_BEFORE_INVALID",
    "NEED_BEFORE_PAST",
    "NOTE_TOO_LONG",
    "NOT_FOUND",
    "OPEN_ACCESS",
    "PAGES_INVALID",
    "PAGES_REQUIRED",
    "PICKUP_LOCATION_NOT_ALLOWED",
    "PICKUP_LOCATION_REQUIRED",
    "QUOTA_EXCEEDED",
    "QUOTA_LOW",
    "REQUEST_DELETED",
    "REQUEST_IN_PROGRESS",
    "SERVICE_TYPE_INVALID",
    "STATE_CONFLICT",
    "TITLE_REQUIRED",
    "UNAUTHORIZED",
    "USER_ACCOUNT_INACTIVE",
    "USER_ALREADY_EXIST",
    "VERSION_CONFLICT",
    "WEAK_PASSWORD",
    "password.incorrect",
    "token.parse.failure",
    "token.refresh.unprocessable",
    "user.blocked",
    "username.incorrect",
    "wrong.username.or.wrong.password.or.account.blocked",
];

#[cfg(test)]
mod tests {
    use super::{Closed, Logged as _, source};

    #[test]
    fn a_word_of_somebody_else_does_not_get_in() {
        let of = |code: &str| Closed::word("refused").number(422).code(code).to_string();
        assert_eq!(of("HELD_LOCALLY"), "refused 422 HELD_LOCALLY");
        assert_eq!(of("username.incorrect"), "refused 422 username.incorrect");
        for hostile in ["20231234-张三", "ZHANG_SAN", "zhang.san", "", "HELD_LOCALLY 张三", "红楼梦"] {
            assert_eq!(of(hostile), "refused 422", "{hostile}");
        }
        let wrong = serde_json::from_str::<u8>(r#""我的秘密口令P4ss""#).unwrap_err();
        assert!(wrong.to_string().contains("我的秘密口令P4ss"), "what is kept out");
        assert_eq!(wrong.logged().to_string(), "of another shape");
        let lost = std::io::Error::other("张三/红楼梦.pdf");
        assert_eq!(lost.logged().to_string(), "input or output failed");
        assert_eq!(Closed::default().number(422).code("HELD_LOCALLY").to_string(), "422 HELD_LOCALLY");
        assert_eq!(Closed::default().to_string(), "-");
        assert_eq!((source("own-zhangsan-library"), source("calis")), ("own", "calis"));
    }
}
