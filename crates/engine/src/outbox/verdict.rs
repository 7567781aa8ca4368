//! Meaning of the platform's answers to a submission. Pure (docs/REQUESTS.md, "What an answer means").

use std::time::Duration;

use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::{LookedUp, Submitted};
use hongyan_model::Request;

use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::requests::places::says_no_room;

/// What an answer means for the outbox row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// the platform has the request
    Accepted(Box<Request>),
    /// a definite refusal
    Rejected(Problem),
    /// it may or may not have arrived: look it up by id after the wait
    Unknown(Problem, Wait),
    /// surely not taken: send the same bytes after the wait
    Later(Problem, Wait),
    /// refused because the platform has no free place now; waits if the patron agreed to it
    NoRoom(Problem),
    /// looked up and not found: it never arrived; send the same bytes now
    Absent,
    /// nothing was taken; the patron has to sign in
    SignIn,
}

/// How long the row waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// exponential backoff by the number of attempts
    Backoff,
    /// until the network is back; the attempt does not count
    Network,
    /// as long as the platform asked for
    For(Duration),
}

/// Verdict on the answer to a submission. `absent`: a look-up before it did not find the request.
pub(crate) fn after_submit(outcome: Result<Submitted, NetError>, sha256: &str, absent: bool) -> Verdict {
    match outcome {
        Ok(Submitted::Accepted { request, fingerprint, .. }) => found(request, &fingerprint, sha256),
        Ok(Submitted::InProgress) => Verdict::Unknown(
            Problem::new(ErrorCode::Busy, Retry::Now, "the platform is still working on it"),
            Wait::Backoff,
        ),
        Ok(Submitted::Deleted) => Verdict::Rejected(deleted()),
        // not found by a look-up, then refused as not found: the platform will never take this id
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

/// Verdict on the answer to a look-up by id.
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

/// Verdict on an error. `sending`: the call was the submission, so a refusal concerns the request itself.
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
