//! What a row of the outbox waits for, and which row is next. Pure: decided by [`Waiting`], never by the text of a
//! problem.

use std::time::Duration;

use hongyan_store::outbox::{OutboxRow, Waiting};
use jiff::Timestamp;

use crate::base::clock::left;
use crate::base::problem::{ErrorCode, Problem, Retry};

/// What a row waits for after this problem, until `until` at the latest.
pub(super) fn after(problem: &Problem, until: Timestamp) -> Waiting {
    match (problem.code, problem.retry) {
        (ErrorCode::Busy, Retry::After(asked)) => Waiting::Platform { until, asked },
        (ErrorCode::Busy, _) => Waiting::Platform { until, asked: 0 },
        (_, Retry::WhenOnline) => Waiting::Network(until),
        _ => Waiting::Until(until),
    }
}

/// Time left of a row's wait; `None` while it waits for the patron. Capped at the duration that was asked for,
/// so that a clock that was ahead cannot block the row.
pub(super) fn wait_left(row: &OutboxRow, now: Timestamp, longest: Duration) -> Option<Duration> {
    let (until, asked) = match row.waiting {
        Waiting::Patron => return None,
        Waiting::Until(until) | Waiting::Network(until) => (until, longest),
        // one second more: `asked` holds whole seconds
        Waiting::Platform { until, asked } => (until, longest.max(Duration::from_secs(u64::from(asked) + 1))),
    };
    Some(left(until, asked, now))
}

/// Whether the row waits for the patron's answer.
pub(super) fn waits_for_patron(row: &OutboxRow) -> bool {
    row.waiting == Waiting::Patron
}

/// The first row that is due. Rows leave in the order in which the patron made them.
pub(super) fn first_due(rows: &[OutboxRow], now: Timestamp, longest: Duration) -> Option<&OutboxRow> {
    for row in rows {
        if wait_left(row, now, longest).is_some_and(|left| left.is_zero()) {
            return Some(row);
        }
        if holds_the_line(row) {
            return None;
        }
    }
    None
}

/// Whether a row blocks those behind it: a wait for the network or for the platform's `Retry-After` concerns
/// all rows; any other wait is its own, so that one failing request does not delay the others.
pub(super) fn holds_the_line(row: &OutboxRow) -> bool {
    matches!(row.waiting, Waiting::Network(_) | Waiting::Platform { .. })
}

/// Whether the row waits because of the platform's `Retry-After`.
pub(super) fn is_asked_for(row: &OutboxRow) -> bool {
    matches!(row.waiting, Waiting::Platform { .. })
}

#[cfg(test)]
mod tests {
    use hongyan_connectors::error::NetError;

    use super::*;

    #[test]
    fn only_what_concerns_all_holds_up_the_others() {
        let until = Timestamp::from_second(60).unwrap();
        let minute = Duration::from_secs(60);
        for (error, waiting) in [
            (NetError::Unreachable("无法连接".into()), Waiting::Network(until)),
            (NetError::WrongKind("校园网登录页".into()), Waiting::Network(until)),
            (NetError::Throttled { after: Some(minute) }, Waiting::Platform { until, asked: 60 }),
            (NetError::Timeout, Waiting::Until(until)),
            (NetError::Server(502), Waiting::Until(until)),
        ] {
            assert_eq!(after(&Problem::from(error.clone()), until), waiting, "{error}");
        }
    }
}
