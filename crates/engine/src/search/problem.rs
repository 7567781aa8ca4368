//! Maps failures of sources to problems that the patron sees.

use hongyan_connectors::error::NetError;
use hongyan_model::query::Refused;
use hongyan_model::text::{clean, clip};

use crate::base::problem::{ErrorCode, Problem, Retry};

/// The problem shown on the chip of a source. Searches are not retried automatically: the patron presses.
pub(crate) fn of_source(error: &NetError) -> Problem {
    let (code, retry) = match error {
        NetError::Unreachable(_) => (ErrorCode::Unreachable, Retry::WhenOnline),
        NetError::Lost(_) => (ErrorCode::Unreachable, Retry::Now),
        NetError::Timeout => (ErrorCode::Timeout, Retry::Now),
        NetError::Server(_) => (ErrorCode::ServerError, Retry::Now),
        NetError::Throttled { after } => {
            // without `Retry-After` the source rests for an hour
            let seconds = after.map_or(3_600, |after| after.as_secs().clamp(1, 86_400));
            (ErrorCode::Busy, Retry::After(u32::try_from(seconds).unwrap_or(u32::MAX)))
        }
        NetError::Blocked(_) => (ErrorCode::Blocked, Retry::Never),
        NetError::SignIn => (ErrorCode::NeedsSignIn, Retry::AfterSignIn),
        NetError::WrongKind(_) => (ErrorCode::NotData, Retry::Now),
        NetError::Malformed(_) | NetError::TooLarge => (ErrorCode::BrokenAnswer, Retry::Now),
        NetError::Refused { .. } => (ErrorCode::SourceRefused, Retry::Never),
        NetError::Unsupported(_) => (ErrorCode::QueryUnsupported, Retry::Never),
        NetError::NeedsKey => (ErrorCode::NeedsKey, Retry::Never),
        NetError::NoPlatform => (ErrorCode::NoPlatform, Retry::Never),
        NetError::NoCertificates => (ErrorCode::NoCertificates, Retry::Now),
    };
    let problem = Problem::new(code, retry, error.to_string());
    match error {
        NetError::Refused { code, message, .. } => {
            let said = if quoted(message).is_empty() { code } else { message };
            problem.with("code", clip(code, SAID)).with("message", quoted(said))
        }
        NetError::Server(status) => problem.with("status", status),
        _ => problem,
    }
}

/// Characters of an error text from a source that are shown.
const SAID: usize = 120;

/// Sanitises an error text from a source for quotation: removes URLs, because a source could phish for
/// the platform's password.
pub(crate) fn quoted(text: &str) -> String {
    let clean = clean(text);
    let words = clean.split(' ').map(|word| {
        let lower = word.to_ascii_lowercase();
        let at = ["http:", "https:", "www.", "://"].into_iter().filter_map(|mark| lower.find(mark)).min();
        // keep the text before the URL: Chinese puts no space between them
        match at.and_then(|at| word.get(..at)) {
            Some(before) => {
                let rest = word.get(before.len()..).unwrap_or_default();
                let end = rest.find(|c: char| !c.is_ascii_graphic()).unwrap_or(rest.len());
                format!("{before}[…]{}", rest.get(end..).unwrap_or_default())
            }
            None => word.to_owned(),
        }
    });
    clip(&words.collect::<Vec<_>>().join(" "), SAID)
}

/// The search, source or work does not exist.
pub(crate) fn no_search() -> Problem {
    Problem::new(ErrorCode::NotFound, Retry::Never, "no such search")
}

/// The query contains no letter, digit or ideograph.
pub(crate) fn empty_query() -> Problem {
    Problem::new(ErrorCode::QueryEmpty, Retry::Never, "nothing to search for")
}

/// Why a text of the box is not searched for.
pub(crate) fn refused(why: &Refused) -> Problem {
    let problem = |code, detail: &str| Problem::new(code, Retry::Never, detail);
    match why {
        Refused::Empty => empty_query(),
        Refused::TooLong => problem(ErrorCode::QueryTooLong, "too many words"),
        Refused::Misprint(wrong) => problem(ErrorCode::QueryMisprint, "a wrong check digit or length")
            .with("number", clip(&format!("{} {}", wrong.kind.code(), wrong.text), SAID)),
        Refused::Numbers(count) => problem(ErrorCode::QueryNumbers, "several numbers").with("count", count),
        Refused::Address(host) => problem(ErrorCode::QueryAddress, "an address without a work")
            .with("host", clip(&clean(host), SAID)),
        Refused::Groups => problem(ErrorCode::QueryGroups, "groups"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hongyan_connectors::error::NetError;

    use super::{of_source, quoted};
    use crate::base::problem::{ErrorCode, Retry};

    #[test]
    fn every_failure_says_when_to_try_again() {
        let slow = of_source(&NetError::Throttled { after: Some(Duration::from_secs(30)) });
        assert_eq!((slow.code, slow.retry), (ErrorCode::Busy, Retry::After(30)));
        let refused = of_source(&NetError::Refused {
            status: 0,
            code: "info:srw/diagnostic/1/66".into(),
            message: "未知模式".into(),
            params: Vec::new(),
        });
        assert_eq!(
            (refused.code, refused.params["message"].as_str()),
            (ErrorCode::SourceRefused, "未知模式")
        );
        assert_eq!(of_source(&NetError::Blocked("403".into())).retry, Retry::Never);
    }

    #[test]
    fn a_source_cannot_send_the_patron_anywhere() {
        let said =
            "您的会话已过期, 请打开https://evil.example/login重新登录 或 WWW.evil.example。".repeat(50);
        let shown = quoted(&said);
        assert!(shown.chars().count() <= 121 && !shown.to_lowercase().contains("evil"), "{shown}");
        assert!(shown.starts_with("您的会话已过期, 请打开[…]重新登录 或 […]。"), "{shown}");
        assert_eq!(quoted("未知模式 (1/66)"), "未知模式 (1/66)");
    }
}
