//! The states of a request and their names (docs/REQUESTS.md, States). [`super::transitions`] has the
//! steps between them.

use serde::{Deserialize, Serialize};

/// State of a request. The first five are local: they describe how far a request has left this machine.
/// The others are the platform's. A state that this version does not know is kept by its name and shown
/// by the platform's label.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RequestState {
    /// 草稿
    Draft,
    /// 待发送
    Queued,
    /// 发送中
    Sending,
    /// 结果待核实: sent, but the answer was lost; it is looked up before anything is sent again
    Unknown,
    /// 未被受理: refused with a reason; the text is kept
    Rejected,
    /// 已提交
    Submitted,
    /// 本馆审核中
    LocalReview,
    /// 待补充信息
    NeedsInfo,
    /// 疑似重复核查
    DuplicateReview,
    /// 本馆已有
    LocallyAvailable,
    /// 本馆未通过
    Declined,
    /// 已发往提供馆
    SentToSupplier,
    /// 提供馆处理中
    WillSupply,
    /// 待确认条件
    ConditionPending,
    /// 提供馆已寄出
    Shipped,
    /// 到馆待取
    AwaitingPickup,
    /// 借阅中
    OnLoan,
    /// 已逾期
    Overdue,
    /// 催还
    Recalled,
    /// 已还本馆
    Returned,
    /// 本馆已寄还
    ReturnShipped,
    /// 电子版已送达
    Delivered,
    /// 送达异常处理中
    DeliveryProblem,
    /// 已完成
    Completed,
    /// 未满足
    Unfilled,
    /// 取消申请中
    CancelRequested,
    /// 已取消
    Cancelled,
    /// 已过期
    Expired,
    /// 遗失处理中
    Lost,
    /// a state that this version does not know, by its code
    #[serde(untagged)]
    Other(String),
}

/// Phase of a request; the UI groups the list by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// exists only on this machine
    Local,
    /// at the own library
    Review,
    /// with a supplier
    Active,
    /// in transit, or with the patron
    Shipped,
    /// closed
    Closed,
}

/// Who changes the state of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// 读者
    Patron,
    /// 本馆
    Library,
    /// 提供馆
    Supplier,
    /// a timer, or an unknown actor
    #[serde(other)]
    System,
}

use RequestState as S;

/// Every state of the platform, in the order of a successful request.
pub const PLATFORM_STATES: [RequestState; 24] = [
    S::Submitted,
    S::LocalReview,
    S::NeedsInfo,
    S::DuplicateReview,
    S::LocallyAvailable,
    S::Declined,
    S::SentToSupplier,
    S::WillSupply,
    S::ConditionPending,
    S::Shipped,
    S::AwaitingPickup,
    S::OnLoan,
    S::Overdue,
    S::Recalled,
    S::Returned,
    S::ReturnShipped,
    S::Delivered,
    S::DeliveryProblem,
    S::Completed,
    S::Unfilled,
    S::CancelRequested,
    S::Cancelled,
    S::Expired,
    S::Lost,
];

impl RequestState {
    /// The phase of this state. An unknown state counts as active, so that it is never filed as closed.
    pub fn stage(&self) -> Stage {
        match self {
            S::Draft | S::Queued | S::Sending | S::Unknown | S::Rejected => Stage::Local,
            S::Submitted | S::LocalReview | S::NeedsInfo | S::DuplicateReview => Stage::Review,
            S::SentToSupplier
            | S::WillSupply
            | S::ConditionPending
            | S::DeliveryProblem
            | S::CancelRequested => Stage::Active,
            S::Shipped
            | S::AwaitingPickup
            | S::OnLoan
            | S::Overdue
            | S::Recalled
            | S::Returned
            | S::ReturnShipped
            | S::Delivered
            | S::Lost => Stage::Shipped,
            S::LocallyAvailable | S::Declined | S::Completed | S::Unfilled | S::Cancelled | S::Expired => {
                Stage::Closed
            }
            S::Other(_) => Stage::Active,
        }
    }

    /// Whether the state is final.
    pub fn is_terminal(&self) -> bool {
        self.stage() == Stage::Closed
    }

    /// Whether the request waits for the patron; such states are marked with the seal.
    pub fn needs_patron(&self) -> bool {
        matches!(
            self,
            S::Rejected
                | S::NeedsInfo
                | S::DuplicateReview
                | S::ConditionPending
                | S::AwaitingPickup
                | S::Overdue
                | S::Recalled
        )
    }

    /// 简体 name, one term per state (docs/glossary.md); for an unknown state, its code.
    pub fn zh(&self) -> &str {
        self.names().0
    }

    /// English name.
    pub fn en(&self) -> &str {
        self.names().1
    }

    fn names(&self) -> (&str, &str) {
        match self {
            S::Draft => ("草稿", "Draft"),
            S::Queued => ("待发送", "Waiting to send"),
            S::Sending => ("发送中", "Sending"),
            S::Unknown => ("结果待核实", "Being verified"),
            S::Rejected => ("未被受理", "Not accepted"),
            S::Submitted => ("已提交", "Submitted"),
            S::LocalReview => ("本馆审核中", "Local review"),
            S::NeedsInfo => ("待补充信息", "More info needed"),
            S::DuplicateReview => ("疑似重复核查", "Possible duplicate"),
            S::LocallyAvailable => ("本馆已有", "Held locally"),
            S::Declined => ("本馆未通过", "Declined"),
            S::SentToSupplier => ("已发往提供馆", "With suppliers"),
            S::WillSupply => ("提供馆处理中", "Supplier preparing"),
            S::ConditionPending => ("待确认条件", "Condition to accept"),
            S::Shipped => ("提供馆已寄出", "Shipped"),
            S::AwaitingPickup => ("到馆待取", "Ready for pickup"),
            S::OnLoan => ("借阅中", "On loan"),
            S::Overdue => ("已逾期", "Overdue"),
            S::Recalled => ("催还", "Recalled"),
            S::Returned => ("已还本馆", "Returned to library"),
            S::ReturnShipped => ("本馆已寄还", "Sent back"),
            S::Delivered => ("电子版已送达", "Delivered"),
            S::DeliveryProblem => ("送达异常处理中", "Delivery problem"),
            S::Completed => ("已完成", "Completed"),
            S::Unfilled => ("未满足", "Unfilled"),
            S::CancelRequested => ("取消申请中", "Cancel requested"),
            S::Cancelled => ("已取消", "Cancelled"),
            S::Expired => ("已过期", "Expired"),
            S::Lost => ("遗失处理中", "Lost"),
            S::Other(code) => (code, code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RequestState;

    #[test]
    fn an_unknown_state_is_kept_and_stays_open() {
        let state: RequestState = serde_json::from_str("\"IN_QUANTUM_TRANSIT\"").unwrap();
        assert_eq!(state, RequestState::Other("IN_QUANTUM_TRANSIT".into()));
        assert!(!state.is_terminal());
        assert_eq!(serde_json::to_string(&state).unwrap(), "\"IN_QUANTUM_TRANSIT\"");
        assert_eq!(serde_json::to_string(&RequestState::AwaitingPickup).unwrap(), "\"AWAITING_PICKUP\"");
    }
}
