//! Why a mailbox could not be read, classified by what the patron can do.

use hongyan_model::log::{Closed, Logged};
use hongyan_model::text::{clean, clip};

/// Longest sentence of a server that is kept, characters.
const SENTENCE: usize = 200;

/// Why a mailbox could not be read. `said` is the server's own sentence, cleaned and clipped, empty if it said
/// none: outside text, for the patron and never for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// the user name or the code was refused: not to be tried again by itself
    #[error("the code was refused")]
    CodeRefused {
        /// the server's sentence
        said: String,
    },
    /// the provider takes this program for unsafe, although it introduced itself (163, 126, yeah)
    #[error("unsafe login")]
    UnsafeLogin {
        /// the server's sentence
        said: String,
    },
    /// the provider signs in by OAuth only (outlook.com since 2024)
    #[error("signs in by OAuth only")]
    OauthOnly {
        /// the server's sentence
        said: String,
    },
    /// the server refused a command, or left one without the answer that it must have
    #[error("{command} was refused")]
    Refused {
        /// which command
        command: &'static str,
        /// the server's sentence
        said: String,
    },
    /// the mailbox was renumbered while it was open: UIDs mean other mails now
    #[error("UIDVALIDITY changed")]
    Renumbered,
    /// the connection ended, or gave no answer in time
    #[error("connection lost")]
    Dropped {
        /// the server's sentence if it said goodbye
        said: String,
    },
    /// the server's certificate is not one for this host from an authority that the system trusts
    #[error("certificate not accepted")]
    Certificate,
    /// the server offers only encryption that is not safe any more (before TLS 1.2, or without forward secrecy)
    #[error("encryption too old")]
    OldTls,
    /// the system has no root certificates
    #[error("no root certificates on this system")]
    NoCertificates,
    /// the host is unknown, or does not answer: wrong, or this machine is offline
    #[error("cannot connect")]
    Unreachable,
    /// the mail is larger than is fetched; or a server that sends more than was asked for
    #[error("too large")]
    TooLarge {
        /// bytes as the server says
        size: u64,
    },
    /// the mail is not there any more
    #[error("no such mail")]
    Gone,
    /// what answers there speaks no IMAP over TLS, or breaks its rules
    #[error("not a mailbox server")]
    NotMail,
}

impl MailError {
    /// Whether the connection is of no use after this.
    pub fn ends(&self) -> bool {
        !matches!(self, MailError::Refused { .. } | MailError::Gone | MailError::TooLarge { .. })
    }
}

impl Logged for MailError {
    fn logged(&self) -> Closed {
        match self {
            MailError::CodeRefused { .. } => Closed::word("code refused"),
            MailError::UnsafeLogin { .. } => Closed::word("unsafe login"),
            MailError::OauthOnly { .. } => Closed::word("OAuth only"),
            MailError::Refused { command, .. } => Closed::word("refused").code(command),
            MailError::Renumbered => Closed::word("mailbox renumbered"),
            MailError::Dropped { .. } => Closed::word("connection lost"),
            MailError::Certificate => Closed::word("certificate not accepted"),
            MailError::OldTls => Closed::word("encryption too old"),
            MailError::NoCertificates => Closed::word("no certificates"),
            MailError::Unreachable => Closed::word("cannot connect"),
            MailError::TooLarge { .. } => Closed::word("mail too large"),
            MailError::Gone => Closed::word("no such mail"),
            MailError::NotMail => Closed::word("not a mailbox server"),
        }
    }
}

/// A server's sentence as it may be shown. In GB18030 where it is not UTF-8: a Chinese server says it in one of
/// the two.
pub(super) fn sentence(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    };
    clip(clean(&text).trim(), SENTENCE)
}

/// Response codes with which a server says that it cannot now, and not that the code is wrong (RFC 5530 §3).
const NOT_NOW: [&str; 5] = ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]"];

/// Sentences by which it is said without a code, lower case.
const NOT_NOW_SAID: [&str; 4] = ["too many", "try again later", "temporar", "system busy"];

/// A refusal of LOGIN. `bad`: BAD and not NO.
pub(super) fn at_login(said: String, bad: bool) -> MailError {
    let (upper, lower) = (said.to_ascii_uppercase(), said.to_ascii_lowercase());
    if let Some(error) = by_sentence(&said) {
        return error;
    }
    let not_now = NOT_NOW.iter().any(|code| upper.contains(code))
        || NOT_NOW_SAID.iter().any(|words| lower.contains(words));
    if bad || not_now {
        return MailError::Refused { command: "LOGIN", said };
    }
    MailError::CodeRefused { said }
}

/// A refusal of another command.
pub(super) fn at(command: &'static str, said: String) -> MailError {
    by_sentence(&said).unwrap_or(MailError::Refused { command, said })
}

/// Refusals that are known by their sentence.
fn by_sentence(said: &str) -> Option<MailError> {
    let lower = said.to_ascii_lowercase();
    if lower.contains("unsafe login") {
        return Some(MailError::UnsafeLogin { said: said.to_owned() });
    }
    if lower.contains("basic authentication is disabled") || lower.contains("basicauthblocked") {
        return Some(MailError::OauthOnly { said: said.to_owned() });
    }
    None
}

#[cfg(test)]
mod tests {
    use hongyan_model::log::Logged as _;

    use super::{MailError, at, at_login, sentence};

    #[test]
    fn refusals_are_told_apart() {
        let login = |said: &str| at_login(said.to_owned(), false);
        assert!(matches!(login("LOGIN Login error password error"), MailError::CodeRefused { .. }));
        assert!(matches!(login("[AUTHENTICATIONFAILED] 授权码错误"), MailError::CodeRefused { .. }));
        assert!(matches!(login("Basic authentication is disabled."), MailError::OauthOnly { .. }));
        // a full server is not a wrong code: it may be asked again
        for said in ["[UNAVAILABLE] 系统繁忙", "Too many simultaneous connections", "System busy!"] {
            assert!(matches!(login(said), MailError::Refused { command: "LOGIN", .. }), "{said}");
        }
        assert!(matches!(at_login("command unknown".to_owned(), true), MailError::Refused { .. }));
        let unsafe_login = "EXAMINE Unsafe Login. Please contact kefu@188.com";
        assert!(matches!(at("EXAMINE", unsafe_login.to_owned()), MailError::UnsafeLogin { .. }));
    }

    #[test]
    fn sentences_are_read_in_both_encodings_and_not_logged() {
        let (gbk, _, _) = encoding_rs::GBK.encode("登录失败，请使用授权码");
        assert_eq!(sentence(&gbk), "登录失败，请使用授权码");
        assert_eq!(sentence("登录失败\u{202e}\u{7}".as_bytes()), "登录失败");
        assert!(sentence("长".repeat(9_000).as_bytes()).chars().count() <= 201);
        let refused = at_login("no user 20231234-张三".to_owned(), false);
        assert!(!refused.logged().to_string().contains("张三") && !refused.to_string().contains("张三"));
    }
}
