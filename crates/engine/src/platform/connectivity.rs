//! State of the connection to the platform, derived from the platform's own answers and from the system's
//! routing table. No third party is contacted, so nobody learns that a patron is there.

use std::time::Duration;

use hongyan_connectors::error::NetError;

use crate::view::Connection;

/// An answer slower than this makes the connection "slow".
const SLOW: Duration = Duration::from_secs(5);
/// How often the system's route is checked; a check sends no packet.
pub(crate) const LOOK: Duration = Duration::from_secs(5);
/// A check that is late by this much means that the machine was asleep.
const SLEPT: Duration = Duration::from_secs(30);

/// What an outcome tells about the connection; `None` when it tells nothing.
pub(crate) fn line(outcome: Option<&NetError>, took: Duration) -> Option<Connection> {
    Some(match outcome {
        Some(NetError::Unreachable(_) | NetError::Lost(_) | NetError::NoCertificates) => Connection::Offline,
        // a web page instead of data, or a redirect to another host: a captive portal or proxy answered
        Some(NetError::WrongKind(_)) => Connection::Captive,
        Some(NetError::Timeout | NetError::Server(_) | NetError::Throttled { .. }) => Connection::Slow,
        // no request was sent
        Some(NetError::Unsupported(_) | NetError::NeedsKey | NetError::NoPlatform) => return None,
        _ if took > SLOW => Connection::Slow,
        _ => Connection::Online,
    })
}

/// Whether the platform cannot be reached through such a connection.
pub(crate) fn is_cut(line: Connection) -> bool {
    matches!(line, Connection::Offline | Connection::Captive)
}

/// Whether the machine slept between two checks, on systems whose monotonic clock runs on in sleep (Windows).
/// Where it stops (Linux, macOS), sleep shows as a step ahead of the wall clock
/// ([`crate::base::clock::Steps`]).
pub(crate) fn slept(steady: Duration) -> bool {
    steady > LOOK + SLEPT
}

/// Whether the route of two checks shows that the network came back or changed.
pub(crate) fn returned<T: PartialEq>(before: Option<&T>, now: Option<&T>) -> bool {
    now.is_some() && before != now
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hongyan_connectors::error::NetError;

    use super::{LOOK, line, returned, slept};
    use crate::view::Connection;

    #[test]
    fn every_answer_says_what_it_can_of_the_line() {
        let text = || "无法连接".to_owned();
        let quick = Duration::from_millis(200);
        for (error, said) in [
            (NetError::Unreachable(text()), Some(Connection::Offline)),
            (NetError::Lost(text()), Some(Connection::Offline)),
            (NetError::WrongKind("a web page".into()), Some(Connection::Captive)),
            (NetError::Timeout, Some(Connection::Slow)),
            (NetError::Server(502), Some(Connection::Slow)),
            (NetError::Throttled { after: None }, Some(Connection::Slow)),
            (NetError::SignIn, Some(Connection::Online)),
            (NetError::Malformed(text()), Some(Connection::Online)),
            (NetError::Unsupported(text()), None),
        ] {
            assert_eq!(line(Some(&error), quick), said, "{error}");
        }
        assert_eq!(line(None, quick), Some(Connection::Online));
        assert_eq!(line(None, Duration::from_secs(6)), Some(Connection::Slow));
    }

    #[test]
    fn sleep_shows_in_a_look_that_comes_late() {
        let hour = Duration::from_secs(3600);
        assert!(!slept(LOOK));
        assert!(!slept(LOOK * 3), "a busy machine is not a sleeping one");
        assert!(slept(hour), "Windows: it ran on");
    }

    #[test]
    fn a_route_that_appears_or_changes_is_news() {
        let (home, campus) = (Some(&"192.168.1.5"), Some(&"10.20.0.7"));
        assert!(returned(None, home) && returned(home, campus));
        assert!(!returned(home, home) && !returned(home, None) && !returned::<&str>(None, None));
    }
}
