//! Mapping of the lower layers' errors to [`Problem`]: the only place where this is done.

use hongyan_connectors::error::NetError;
use hongyan_connectors::mail::MailError;
use hongyan_model::log::{Closed, Logged};
use hongyan_store::StoreError;

use crate::base::problem::{ErrorCode, Problem, Retry};

/// Error of a use case that talks to the platform.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// network or platform
    #[error(transparent)]
    Net(#[from] NetError),
    /// store
    #[error(transparent)]
    Store(#[from] StoreError),
    /// a defect of the program: a task panicked. Implies nothing about platform or store
    #[error("a defect: {0}")]
    Defect(String),
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Failure {
        Failure::Defect(error.to_string())
    }
}

impl From<&Failure> for Problem {
    fn from(failure: &Failure) -> Problem {
        match failure {
            Failure::Net(error) => error.clone().into(),
            Failure::Store(error) => error.into(),
            Failure::Defect(detail) => Problem::new(ErrorCode::Internal, Retry::Now, detail.as_str()),
        }
    }
}

impl Logged for Failure {
    fn logged(&self) -> Closed {
        match self {
            Failure::Net(error) => error.logged(),
            Failure::Store(error) => error.logged(),
            Failure::Defect(_) => Closed::word("a task panicked"),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Problem {
        Problem::from(&failure)
    }
}

impl From<NetError> for Problem {
    fn from(error: NetError) -> Problem {
        let (code, retry) = match &error {
            NetError::Unreachable(_) => (ErrorCode::Unreachable, Retry::WhenOnline),
            NetError::Lost(_) => (ErrorCode::Unreachable, Retry::WhenOnline),
            NetError::Timeout => (ErrorCode::Timeout, Retry::Now),
            NetError::Server(_) => (ErrorCode::ServerError, Retry::Now),
            NetError::Throttled { after } => {
                let seconds = after.map_or(60, |after| after.as_secs().clamp(1, 86_400));
                (ErrorCode::Busy, Retry::After(u32::try_from(seconds).unwrap_or(86_400)))
            }
            NetError::Blocked(_) => (ErrorCode::Blocked, Retry::Never),
            NetError::SignIn => (ErrorCode::NeedsSignIn, Retry::AfterSignIn),
            NetError::WrongKind(_) => (ErrorCode::NotData, Retry::WhenOnline),
            NetError::Malformed(_) | NetError::TooLarge => (ErrorCode::BrokenAnswer, Retry::Now),
            NetError::Refused { code, .. } => refused(code),
            NetError::Unsupported(_) => (ErrorCode::QueryUnsupported, Retry::Never),
            NetError::NeedsKey => (ErrorCode::NeedsKey, Retry::Never),
            NetError::NoPlatform => (ErrorCode::NoPlatform, Retry::Never),
            NetError::NoCertificates => (ErrorCode::NoCertificates, Retry::Now),
        };
        let problem = Problem::new(code, retry, error.to_string());
        match error {
            NetError::Server(status) => problem.with("status", status),
            NetError::Refused { status, code, message, params } => params
                .iter()
                .fold(problem, |problem, (key, value)| problem.with(key, value))
                .with("status", status)
                .with("code", code)
                .with("message", message),
            _ => problem,
        }
    }
}

/// Maps a refusal with a code of FOLIO or of the Reader API to an [`ErrorCode`] that has a sentence of ours.
fn refused(code: &str) -> (ErrorCode, Retry) {
    let lower = code.to_lowercase();
    match lower.as_str() {
        "idempotency_key_reused" => (ErrorCode::IdempotencyConflict, Retry::Never),
        "request_deleted" => (ErrorCode::DeletedAtLibrary, Retry::Never),
        "account_not_active" | "account_blocked" | "user_account_inactive" => {
            (ErrorCode::AccountNotActive, Retry::Never)
        }
        "version_conflict" => (ErrorCode::VersionConflict, Retry::Never),
        "document_expired" | "document_used_up" => (ErrorCode::DocumentGone, Retry::Never),
        "action_not_allowed" | "state_conflict" => (ErrorCode::NotAllowed, Retry::Never),
        "weak_password" | "password_weak" | "password.weak" => (ErrorCode::WeakPassword, Retry::Never),
        "user.blocked" | "account_locked" => (ErrorCode::AccountLocked, Retry::Never),
        _ if lower.contains("wrong.password") || lower.contains("password.incorrect") => {
            (ErrorCode::WrongPassword, Retry::Never)
        }
        _ => (ErrorCode::Refused, Retry::Never),
    }
}

impl From<MailError> for Problem {
    fn from(error: MailError) -> Problem {
        /// Pause after a refusal that may be over by then.
        const PAUSE: Retry = Retry::After(600);
        let (code, retry) = match &error {
            MailError::CodeRefused { .. } => (ErrorCode::MailCodeRefused, Retry::Never),
            MailError::UnsafeLogin { .. } => (ErrorCode::MailUnsafe, Retry::Never),
            MailError::OauthOnly { .. } => (ErrorCode::MailOauthOnly, Retry::Never),
            MailError::Refused { .. } => (ErrorCode::MailRefused, PAUSE),
            MailError::Renumbered => (ErrorCode::MailDropped, Retry::Now),
            MailError::Dropped { .. } => (ErrorCode::MailDropped, Retry::WhenOnline),
            MailError::Certificate => (ErrorCode::MailCertificate, Retry::Never),
            MailError::OldTls => (ErrorCode::MailOldTls, Retry::Never),
            MailError::NoCertificates => (ErrorCode::NoCertificates, Retry::Now),
            MailError::Unreachable => (ErrorCode::MailUnreachable, Retry::WhenOnline),
            MailError::TooLarge { .. } => (ErrorCode::MailTooLarge, Retry::Never),
            MailError::Gone => (ErrorCode::NotFound, Retry::Never),
            MailError::NotMail => (ErrorCode::NotMailServer, Retry::Never),
        };
        let problem = Problem::new(code, retry, error.to_string());
        match error {
            MailError::CodeRefused { said }
            | MailError::UnsafeLogin { said }
            | MailError::OauthOnly { said }
            | MailError::Refused { said, .. }
            | MailError::Dropped { said } => problem.with("said", if said.is_empty() { "—" } else { &said }),
            MailError::Renumbered => problem.with("said", "—"),
            MailError::TooLarge { size } => problem.with("size", size.div_ceil(1_000_000)),
            _ => problem,
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        Problem::from(&error)
    }
}

impl From<&StoreError> for Problem {
    fn from(error: &StoreError) -> Problem {
        let (code, retry) = match error {
            StoreError::WrongKey => (ErrorCode::DatabaseKey, Retry::Never),
            StoreError::Newer(_) => (ErrorCode::DatabaseNewer, Retry::Never),
            StoreError::Damaged(_) => (ErrorCode::DatabaseDamaged, Retry::Never),
            StoreError::Unreadable(_) => (ErrorCode::DatabaseUnread, Retry::Now),
            StoreError::Closed => (ErrorCode::DatabaseClosed, Retry::Now),
            StoreError::DiskFull => (ErrorCode::DiskFull, Retry::Now),
            StoreError::ReadOnly(_) => (ErrorCode::DiskReadOnly, Retry::Now),
            StoreError::Io(_) => (ErrorCode::DiskFailed, Retry::Now),
            StoreError::Locked => (ErrorCode::DiskBusy, Retry::Now),
            StoreError::Row { .. } | StoreError::Other(_) => (ErrorCode::Internal, Retry::Never),
        };
        Problem::new(code, retry, error.to_string())
    }
}

/// `NotFound`: there is no such draft or request.
pub(crate) fn not_found() -> Problem {
    Problem::new(ErrorCode::NotFound, Retry::Never, "no such draft or request")
}

/// `NotAllowed`: the action is not possible in this state.
pub(crate) fn not_allowed(detail: &str) -> Problem {
    Problem::new(ErrorCode::NotAllowed, Retry::Never, detail)
}

#[cfg(test)]
mod tests {
    use hongyan_connectors::mail::MailError;
    use hongyan_store::StoreError;

    use crate::base::problem::{ErrorCode, Problem, Retry};

    #[test]
    fn a_refused_code_is_not_tried_again_and_the_servers_sentence_is_shown() {
        let said = || "登录失败，请使用授权码".to_owned();
        let refused = Problem::from(MailError::CodeRefused { said: said() });
        assert_eq!((refused.code, refused.retry), (ErrorCode::MailCodeRefused, Retry::Never));
        assert_eq!(refused.params["said"], said());
        assert!(!refused.detail.contains("授权码"), "{}", refused.detail);
        let silent = Problem::from(MailError::Refused { command: "FETCH", said: String::new() });
        assert_eq!((silent.params["said"].as_str(), silent.retry), ("—", Retry::After(600)));
        let large = Problem::from(MailError::TooLarge { size: 52_000_001 });
        assert_eq!(large.params["size"], "53");
    }

    #[test]
    fn a_file_that_cannot_be_used_says_why() {
        let cases = [
            (StoreError::Newer(9), ErrorCode::DatabaseNewer, Retry::Never),
            (StoreError::WrongKey, ErrorCode::DatabaseKey, Retry::Never),
            (StoreError::Damaged("坏页".into()), ErrorCode::DatabaseDamaged, Retry::Never),
            // out of memory, or SQLCipher's report of a bad page: the cause is not known yet
            (StoreError::Unreadable("内存".into()), ErrorCode::DatabaseUnread, Retry::Now),
            (StoreError::Closed, ErrorCode::DatabaseClosed, Retry::Now),
            (StoreError::DiskFull, ErrorCode::DiskFull, Retry::Now),
            (StoreError::ReadOnly("只读".into()), ErrorCode::DiskReadOnly, Retry::Now),
            (StoreError::Io("坏道".into()), ErrorCode::DiskFailed, Retry::Now),
            (StoreError::Locked, ErrorCode::DiskBusy, Retry::Now),
        ];
        for (error, code, retry) in cases {
            let problem = Problem::from(error);
            assert_eq!((problem.code, problem.retry), (code, retry));
        }
    }
}
