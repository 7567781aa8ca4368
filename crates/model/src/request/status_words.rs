//! What the words of a library's page say about a request: the state that they seem to mean. Pages write freely,
//! so the table has the phrases in use; a text that speaks of two states means none, and the patron decides.
//!
//! Words that do not say whose work it is (处理中, 已受理) stand on a page of the own library and mean its check: the
//! next step of a request that was submitted, and no news of one that is further on. Only words that name the
//! supplier, or say that the check has ended, mean more.

use std::sync::LazyLock;

use super::state::RequestState;
use crate::text::fold;
use RequestState as S;

/// Phrases by state. A longer phrase wins over one inside it, so that 审核未通过 is never read as 审核.
const PHRASES: &[(RequestState, &[&str])] = &[
    (
        S::Submitted,
        &[
            "已提交",
            "提交成功",
            "待审核",
            "未审核",
            "等待审核",
            "待处理",
            "未处理",
            "待受理",
            "等待受理",
            "已收到申请",
            "submitted",
            "awaiting request processing",
            "awaiting processing",
            "awaiting review",
            "pending approval",
            "pending review",
            "request received",
        ],
    ),
    (
        S::LocalReview,
        &[
            "审核中",
            "正在审核",
            "初审",
            "馆员审核",
            "本馆处理中",
            "核对中",
            "正在核对",
            "馆员核对",
            "受理中",
            "正在受理",
            "已受理",
            "处理中",
            "正在处理",
            "办理中",
            "正在办理",
            "馆员处理",
            "馆员查找",
            "馆员检索",
            "馆员查核",
            "in review",
            "under review",
            "being reviewed",
            "in process",
            "in progress",
            "being processed",
        ],
    ),
    (
        S::NeedsInfo,
        &[
            "待补充",
            "需补充",
            "请补充",
            "信息不全",
            "退回修改",
            "退回补充",
            "待修改",
            "needs information",
            "more information needed",
            "awaiting user reply",
            "awaiting your reply",
        ],
    ),
    (
        S::LocallyAvailable,
        &[
            "本馆已有",
            "本馆有藏",
            "本馆有此",
            "本馆可借",
            "held locally",
            "available locally",
            "available in our library",
            "owned by the library",
        ],
    ),
    (
        S::Declined,
        &[
            "审核未通过",
            "审核不通过",
            "未通过审核",
            "未通过",
            "不通过",
            "已拒绝",
            "被拒绝",
            "拒绝受理",
            "已退回",
            "不予受理",
            "declined",
            "rejected",
            "refused",
            "not approved",
        ],
    ),
    (
        S::SentToSupplier,
        &[
            "审核通过",
            "馆员审核通过",
            "已审核",
            "已转出",
            "已转发",
            "已发往",
            "已发给提供馆",
            "提供馆审核中",
            "提供馆核对中",
            "提供馆受理中",
            "等待应答",
            "request sent",
            "sent to supplier",
            "sent to lender",
            "ordered",
        ],
    ),
    (
        S::WillSupply,
        &[
            "提供馆已受理",
            "提供馆处理中",
            "提供馆正在处理",
            "提供馆办理中",
            "可以提供",
            "同意提供",
            "will supply",
            "accepted by supplier",
        ],
    ),
    (S::DeliveryProblem, &["送达异常"]),
    (S::Lost, &["遗失处理中"]),
    (
        S::Shipped,
        &[
            "已寄出",
            "已邮寄",
            "已发货",
            "寄送中",
            "邮寄中",
            "运输中",
            "在途",
            "shipped",
            "in transit",
            "on its way",
        ],
    ),
    (
        S::AwaitingPickup,
        &[
            "到馆待取",
            "待取书",
            "待取",
            "已到馆",
            "可取书",
            "请取书",
            "请来取",
            "可以领取",
            "等待取书",
            "ready for pickup",
            "ready for pick up",
            "available for pickup",
            "waiting for pickup",
            "on hold shelf",
            "customer notified",
        ],
    ),
    (S::OnLoan, &["已借出", "借阅中", "在借", "已取书", "已领取", "checked out", "on loan", "borrowed"]),
    (S::Overdue, &["已逾期", "逾期", "超期", "过期未还", "overdue"]),
    (S::Recalled, &["催还", "召回", "recalled"]),
    (S::Returned, &["已归还", "已还书", "已还", "returned"]),
    (
        S::Delivered,
        &[
            "已传递",
            "传递成功",
            "传递完成",
            "已发送全文",
            "全文已发送",
            "全文已发",
            "已发送至邮箱",
            "已发至邮箱",
            "文献已发送",
            "已送达",
            "delivered",
            "document sent",
            "available for download",
            "electronically delivered",
        ],
    ),
    (
        S::Completed,
        &["已完成", "已结束", "已办结", "办理完毕", "request finished", "completed", "finished", "closed"],
    ),
    (
        S::Unfilled,
        &[
            "无法满足",
            "未满足",
            "不能满足",
            "无法提供",
            "不能提供",
            "未能提供",
            "无馆藏提供",
            "传递失败",
            "申请失败",
            "unfilled",
            "not supplied",
            "cannot be supplied",
            "could not be filled",
        ],
    ),
    (S::Cancelled, &["已取消", "已撤销", "已撤回", "取消成功", "cancelled", "canceled", "withdrawn"]),
];

/// The state that a text of a page means, with the phrase that says so; `None` when it says nothing or speaks of
/// more than one state. Cells are apart by line breaks, tabs or `|`; no phrase is read over their border. The text
/// must not contain the request's own title.
pub fn meaning(text: &str) -> Option<(RequestState, String)> {
    let found: Vec<_> = text.split(['\n', '\t', '|']).flat_map(|cell| said(&fold(cell))).collect();
    let first = found.first()?;
    found.iter().all(|other| other.state == first.state).then(|| (first.state.clone(), first.word.to_owned()))
}

/// A phrase of the table.
struct Phrase {
    state: &'static RequestState,
    /// as in the table
    word: &'static str,
    /// as texts are compared
    folded: String,
}

/// The phrases, the longest first.
static BY_LENGTH: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let mut phrases: Vec<Phrase> = PHRASES
        .iter()
        .flat_map(|(state, words)| words.iter().map(move |word| Phrase { state, word, folded: fold(word) }))
        .collect();
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.folded.len()));
    phrases
});

/// What one cell says, in the order of its words.
fn said(cell: &str) -> Vec<&'static Phrase> {
    // what is read by a longer phrase is not read again by a shorter one
    let mut free = vec![true; cell.len()];
    let mut found = Vec::new();
    for phrase in BY_LENGTH.iter() {
        let word = phrase.folded.as_str();
        for (at, _) in cell.match_indices(word) {
            let Some(span) = free.get_mut(at..at + word.len()) else { continue };
            if span.iter().all(|free| *free) && stands_alone(cell, at, word) && !is_negated(cell, at) {
                found.push((at, phrase));
            }
            span.fill(false);
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, phrase)| phrase).collect()
}

/// Whether a Latin phrase is not part of a longer word: `ordered` in `reordered`.
fn stands_alone(text: &str, at: usize, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let latin = word.is_ascii();
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let after = text.get(at + word.len()..).and_then(|text| text.chars().next());
    !latin || (!letter(before) && !letter(after))
}

/// Whether the words before a phrase deny it: 尚未已… , 没有, not, not yet.
fn is_negated(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end();
    ["未", "没有", "尚未", "不", "非", "无"].iter().any(|word| before.ends_with(word))
        || ["not", "not yet", "not been", "never", "no longer"].iter().any(|word| {
            before.strip_suffix(word).is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphabetic()))
        })
}

#[cfg(test)]
mod tests {
    use super::super::state::{PLATFORM_STATES, RequestState as S};
    use super::{PHRASES, meaning};

    fn state(text: &str) -> Option<S> {
        meaning(text).map(|(state, _)| state)
    }

    #[test]
    fn every_phrase_means_its_state() {
        for (wanted, words) in PHRASES {
            for word in *words {
                assert_eq!(state(&format!("2026-11-30 {word}。 详情")).as_ref(), Some(wanted), "{word}");
            }
        }
    }

    #[test]
    fn words_of_the_own_librarys_staff_mean_its_check() {
        for actor in ["馆员", "本馆", "本馆馆员", "图书馆", "老师", ""] {
            for work in ["处理中", "正在处理", "核对中", "正在核对", "受理中", "办理中", "审核中", "已受理"]
            {
                let text = format!("{actor}{work}");
                assert_eq!(state(&text), Some(S::LocalReview), "{text}");
            }
        }
        for text in ["In Process", "Being processed by staff", "馆员处理", "馆員核對中"] {
            assert_eq!(state(text), Some(S::LocalReview), "{text}");
        }
        // the supplier is named, or the check has ended
        assert_eq!(state("提供馆处理中"), Some(S::WillSupply));
        assert_eq!(state("提供馆审核中"), Some(S::SentToSupplier));
        for text in ["馆员审核通过", "馆员已审核", "已发给提供馆"] {
            assert_eq!(state(text), Some(S::SentToSupplier), "{text}");
        }
        assert_eq!(state("馆员审核未通过"), Some(S::Declined));
        assert_eq!(state("待受理"), Some(S::Submitted));
    }

    #[test]
    fn no_state_is_read_as_another_one_by_its_own_words() {
        for wanted in PLATFORM_STATES {
            if let Some(read) = state(wanted.zh()) {
                assert_eq!(read, wanted, "{}", wanted.zh());
            }
        }
    }

    #[test]
    fn a_longer_phrase_is_not_read_as_the_shorter_one_inside_it() {
        assert_eq!(state("審核未通過"), Some(S::Declined));
        assert_eq!(state("未审核"), Some(S::Submitted));
        assert_eq!(state("状态：审核中"), Some(S::LocalReview));
        assert_eq!(state("Request Finished"), Some(S::Completed));
        assert_eq!(state("Reordered by staff"), None);
        assert_eq!(state("等待 | 取消申请"), None, "no phrase over the border of two cells");
    }

    #[test]
    fn what_speaks_of_two_states_or_denies_one_means_none() {
        assert_eq!(state("已提交 → 审核中 → 已完成"), None, "a row of steps");
        assert_eq!(state("尚未 已送达"), None);
        assert_eq!(state("Not yet delivered"), None);
        assert_eq!(state("2026年第3期 12-20页"), None);
        assert_eq!(state(""), None);
    }
}
