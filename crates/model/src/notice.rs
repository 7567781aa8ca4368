//! 通知: what the patron is told. The list of notices is authoritative; a toast only points to it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::request::{RequestId, RequestState};

/// What a notice is about; each kind has its own texts.
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
    /// 未被受理: the platform refused the request; its text is kept
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
    /// 到期已过, computed locally: the platform may not report it as overdue yet
    DueOver,
    /// 取书期限将到
    PickupSoon,
    /// 今天是取书的最后一天
    PickupToday,
    /// 电子版即将失效
    DocumentExpiring,
    /// later than usual
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
    /// The kind of notice for reaching a state, if there is one.
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
    /// local id, never reused
    pub id: i64,
    /// what it is about
    pub kind: NoticeKind,
    /// the request that it opens, if it is about one
    pub request: Option<RequestId>,
    /// title of that request, for the list; shown in a toast only if the patron opted in
    pub title: String,
    /// the date it is about: the due date of a loan, the last day for pickup …
    #[cfg_attr(feature = "export", ts(type = "string | null"))]
    pub date: Option<Date>,
    /// when it happened
    pub at: Timestamp,
    /// whether the patron has read it
    pub read: bool,
}
