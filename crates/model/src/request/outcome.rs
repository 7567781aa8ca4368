//! What came of a request, for the history and the figures about it.

use serde::{Deserialize, Serialize};

use super::RequestState;

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// 办理中: not decided
    #[default]
    Open,
    /// 已满足: the work came, whatever happened to it then
    Filled,
    /// 未满足: no library could supply it, or it was too late
    Unfilled,
    /// 本馆已有: the own library has it
    HeldLocally,
    /// 已取消: taken back
    Cancelled,
}

impl Outcome {
    /// Every outcome, in the order the UI lists them.
    pub const ALL: [Outcome; 5] =
        [Outcome::Filled, Outcome::Unfilled, Outcome::HeldLocally, Outcome::Cancelled, Outcome::Open];

    /// As it is stored and named in files.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Open => "open",
            Outcome::Filled => "filled",
            Outcome::Unfilled => "unfilled",
            Outcome::HeldLocally => "heldLocally",
            Outcome::Cancelled => "cancelled",
        }
    }

    /// From [`Outcome::code`]; what is not known is open.
    pub fn from_code(code: &str) -> Outcome {
        Outcome::ALL.into_iter().find(|outcome| outcome.code() == code).unwrap_or_default()
    }
}

impl RequestState {
    /// True when the work has come: it is, or was, in the patron's hands or at the desk.
    pub fn has_come(&self) -> bool {
        use RequestState as S;
        matches!(
            self,
            S::AwaitingPickup
                | S::OnLoan
                | S::Overdue
                | S::Recalled
                | S::Returned
                | S::ReturnShipped
                | S::Lost
                | S::Delivered
                | S::Completed
        )
    }

    /// What came of a request in this state. `came`: the work was delivered or ready at the desk at some time.
    pub fn outcome(&self, came: bool) -> Outcome {
        use RequestState as S;
        match self {
            S::LocallyAvailable => Outcome::HeldLocally,
            S::Cancelled => Outcome::Cancelled,
            S::Unfilled | S::Declined => Outcome::Unfilled,
            S::Expired if !came => Outcome::Unfilled,
            state if came || state.has_come() => Outcome::Filled,
            _ => Outcome::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;
    use crate::request::RequestState as S;
    use crate::request::state::PLATFORM_STATES;

    #[test]
    fn what_is_over_is_decided_and_what_is_new_is_open() {
        for state in PLATFORM_STATES {
            if state.is_terminal() {
                assert_ne!(state.outcome(false), Outcome::Open, "{state:?}");
            }
        }
        for state in [S::Queued, S::Submitted, S::Shipped, S::Other("数字化".into())] {
            assert_eq!(state.outcome(false), Outcome::Open, "{state:?}");
        }
        assert_eq!(S::ReturnShipped.outcome(true), Outcome::Filled);
        assert_eq!(S::DeliveryProblem.outcome(true), Outcome::Filled);
        assert_eq!(S::Expired.outcome(false), Outcome::Unfilled);
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_code(outcome.code()), outcome);
        }
    }
}
