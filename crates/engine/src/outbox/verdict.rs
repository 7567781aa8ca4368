//! What an answer of the platform means for a submission: pure (docs/REQUESTS.md, "Outbox rules").

use std::time::Duration;

use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::{LookedUp, Submitted};
use hongyan_model::Request;

use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::requests::places::says_no_room;

/// What to do with the row now.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// the platform has it
    Accepted(Box<Request>),
    /// a definite no
    Rejected(Problem),
    /// it may or may not have arrived: ask by id, not before that long
    Unknown(Problem, Wait),
    /// surely not taken: send the same bytes later
    Later(Problem, Wait),
    /// a definite no for now: the platform has no room for one more. Who has the patron's leave to wait waits
    NoRoom(Problem),
    /// asked by id: it never arrived; send the same bytes now
    Absent,
    /// nothing was taken; the patron has to sign in
    SignIn,
}

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// doubling with the attempts
    Backoff,
    /// until the network is back; the attempt does not count
    Network,
    /// as the platform said
    For(Duration),
}

/// After sending. `absent`: the platform was asked before and did not have it.
pub(crate) fn after_submit(outcome: Result<Submitted, NetError>, sha256: &str, absent: bool) -> Verdict {
    match outcome {
        Ok(Submitted::Accepted { request, fingerprint, .. }) => found(request, &fingerprint, sha256),
        Ok(Submitted::InProgress) => Verdict::Unknown(
            Problem::new(ErrorCode::Busy, Retry::Now, "the platform is still working on it"),
            Wait::Backoff,
        ),
        Ok(Submitted::Deleted) => Verdict::Rejected(deleted()),
        // asked and not there, sent and refused as not there: this id will never be ours
        Ok(Submitted::NotOurs) if absent => Verdict::Rejected(Problem::new(
            ErrorCode::NotAccepted,
            Retry::Never,
            "404 after the request was surely not there",
        )),
        Ok(Submitted::NotOurs) => Verdict::Unknown(
            Problem::new(ErrorCode::NotAccepted, Retry::Now, "404 on sending"),
            Wait::Backoff,
        ),
        Err(error) => after_error(error, true),
    }
}

/// After asking by id.
pub(crate) fn after_look_up(outcome: Result<LookedUp, NetError>, sha256: &str) -> Verdict {
    match outcome {
        Ok(LookedUp::Found { request, fingerprint }) => found(request, &fingerprint, sha256),
        Ok(LookedUp::NotFound) => Verdict::Absent,
        Ok(LookedUp::Deleted) => Verdict::Rejected(deleted()),
        Err(error) => after_error(error, false),
    }
}

fn found(request: Box<Request>, fingerprint: &str, sha256: &str) -> Verdict {
    if fingerprint.eq_ignore_ascii_case(sha256) {
        Verdict::Accepted(request)
    } else {
        Verdict::Rejected(Problem::new(
            ErrorCode::IdempotencyConflict,
            Retry::Never,
            "the platform has another request under this id",
        ))
    }
}

fn deleted() -> Problem {
    Problem::new(ErrorCode::DeletedAtLibrary, Retry::Never, "410")
}

/// `sending`: the request itself was under way, so a refusal is about it.
fn after_error(error: NetError, sending: bool) -> Verdict {
    let doubt = |problem, wait| {
        if sending { Verdict::Later(problem, wait) } else { Verdict::Unknown(problem, wait) }
    };
    let problem = Problem::from(error.clone());
    match error {
        NetError::SignIn => Verdict::SignIn,
        NetError::Unreachable(_) => doubt(problem, Wait::Network),
        NetError::NoCertificates => doubt(problem, Wait::Backoff),
        NetError::Throttled { after } => doubt(problem, after.map_or(Wait::Backoff, Wait::For)),
        NetError::Blocked(_) => doubt(problem, Wait::Backoff),
        NetError::Refused { .. } if problem.code == ErrorCode::AccountNotActive => {
            doubt(problem, Wait::Backoff)
        }
        NetError::Refused { code, .. } if sending && says_no_room(&code) => Verdict::NoRoom(problem),
        NetError::Refused { .. } | NetError::Unsupported(_) | NetError::NeedsKey | NetError::NoPlatform
            if sending =>
        {
            Verdict::Rejected(problem)
        }
        _ => Verdict::Unknown(problem, Wait::Backoff),
    }
}

#[cfg(test)]
mod tests;
