//! 通知: what the patron should know. The list is the truth, a toast a hint.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::request::{RequestId, RequestState};

/// What a notice is about; each kind has its own sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// 到馆待取
    Arrived,
    /// 电子版已送达
    Delivered,
    /// 待补充信息
    NeedsInfo,
    /// 待确认条件
    Condition,
    /// 未满足
    Unfilled,
    /// 本馆已有
    HeldLocally,
    /// 本馆未通过
    Declined,
    /// 未被受理: refused, its text is kept
    Rejected,
    /// 催还
    Recalled,
    /// 已逾期
    Overdue,
    /// 还有三天到期
    DueSoon,
    /// 明天到期
    DueTomorrow,
    /// 今天到期
    DueToday,
    /// 到期已过, reckoned here: the platform may not have said so yet
    DueOver,
    /// 取书期限将到
    PickupSoon,
    /// 今天是取书的最后一天
    PickupToday,
    /// 电子版即将失效
    DocumentExpiring,
    /// 比通常晚
    Late,
    /// 馆员来信
    Message,
    /// 注册已通过
    AccountApproved,
    /// 注册资料待补
    RegistrationNeedsInfo,
    /// 注册未通过
    RegistrationRejected,
    /// 虚拟币将尽
    QuotaLow,
}

impl NoticeKind {
    /// The notice that reaching a state gives, if any.
    pub fn for_state(state: &RequestState) -> Option<NoticeKind> {
        match state {
            RequestState::AwaitingPickup => Some(NoticeKind::Arrived),
            RequestState::Delivered => Some(NoticeKind::Delivered),
            RequestState::NeedsInfo => Some(NoticeKind::NeedsInfo),
            RequestState::ConditionPending => Some(NoticeKind::Condition),
            RequestState::Unfilled => Some(NoticeKind::Unfilled),
            RequestState::LocallyAvailable => Some(NoticeKind::HeldLocally),
            RequestState::Declined => Some(NoticeKind::Declined),
            RequestState::Recalled => Some(NoticeKind::Recalled),
            RequestState::Overdue => Some(NoticeKind::Overdue),
            _ => None,
        }
    }
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// ours, never reused
    pub id: i64,
    /// what it is about
    pub kind: NoticeKind,
    /// the request it opens, if it is about one
    pub request: Option<RequestId>,
    /// that request's title, for the list (never in a toast unless the patron opts in)
    pub title: String,
    /// the day that it is about: the last day to bring a book back, to fetch it …
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub date: Option<Date>,
    /// when it happened
    pub at: Timestamp,
    /// whether the patron has seen it
    pub read: bool,
}
