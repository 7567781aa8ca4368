//! Outcome of a request, for the history and its statistics.

use serde::{Deserialize, Serialize};

use super::RequestState;

/// Outcome of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// 办理中: still open
    #[default]
    Open,
    /// 已满足: the work was supplied, whatever happened afterwards
    Filled,
    /// 未满足: no library could supply it, or not in time
    Unfilled,
    /// 本馆已有: the own library has it
    HeldLocally,
    /// 已取消: cancelled
    Cancelled,
}

impl Outcome {
    /// Every outcome, in the order of the UI.
    pub const ALL: [Outcome; 5] =
        [Outcome::Filled, Outcome::Unfilled, Outcome::HeldLocally, Outcome::Cancelled, Outcome::Open];

    /// The code that is stored and written to files.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Open => "open",
            Outcome::Filled => "filled",
            Outcome::Unfilled => "unfilled",
            Outcome::HeldLocally => "heldLocally",
            Outcome::Cancelled => "cancelled",
        }
    }

    /// Parses [`Outcome::code`]; an unknown code counts as open.
    pub fn from_code(code: &str) -> Outcome {
        Outcome::ALL.into_iter().find(|outcome| outcome.code() == code).unwrap_or_default()
    }
}

impl RequestState {
    /// Whether the work has arrived: it is, or was, with the patron or at the desk.
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

    /// Outcome of a request in this state. `came`: whether the work was ever delivered or ready for
    /// pickup.
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
