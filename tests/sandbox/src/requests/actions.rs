//! What the patron may do with a request: the names, what each asks for, and what it does.

use hongyan_model::request::transitions::step;
use hongyan_model::request::{Actor, RequestState, Service};
use serde_json::{Value, json};

use super::Row;
use crate::app::App;

/// Every action that this platform has: name, parameters, 简体 and English name.
const ACTIONS: [(&str, &[&str], &str, &str); 8] = [
    ("cancel", &["reason"], "取消申请", "Cancel"),
    ("accept-condition", &[], "接受条件", "Accept the condition"),
    ("reject-condition", &["reason"], "不接受条件", "Do not accept the condition"),
    ("confirm-received", &[], "确认收到", "Confirm receipt"),
    ("report-problem", &["problem", "note"], "报告问题", "Report a problem"),
    ("override-duplicate", &[], "两件都需要", "Both are needed"),
    ("renew", &[], "续借", "Renew"),
    ("urge", &["text"], "催办", "Ask to hurry"),
];

/// What an action does: the state it leads to, or none where it changes no state. None at all where
/// the action is not to be had.
pub(crate) fn target(app: &App, row: &Row, name: &str) -> Option<Option<RequestState>> {
    use RequestState as S;
    let state = row.state();
    let by_patron = |to: RequestState| {
        step(&state, &to, row.service())
            .is_some_and(|row| row.actors.contains(&Actor::Patron))
            .then_some(Some(to))
    };
    let known = match name {
        "cancel" => by_patron(S::Cancelled).or_else(|| by_patron(S::CancelRequested)),
        "accept-condition" if state == S::ConditionPending => by_patron(S::WillSupply),
        "reject-condition" if state == S::ConditionPending => by_patron(S::SentToSupplier),
        "confirm-received" if state == S::Delivered => by_patron(S::Completed),
        "report-problem" => by_patron(S::DeliveryProblem),
        "override-duplicate" if state == S::DuplicateReview => by_patron(S::LocalReview),
        "renew" if may_renew(app, row) => Some(None),
        "urge"
            if matches!(
                state,
                S::Submitted
                    | S::LocalReview
                    | S::SentToSupplier
                    | S::WillSupply
                    | S::CancelRequested
                    | S::Shipped
                    | S::DeliveryProblem
            ) =>
        {
            Some(None)
        }
        _ => None,
    };
    let of_newer = || row.newer().is_some_and(|newer| newer.actions.iter().any(|action| action.name == name));
    known.or_else(|| of_newer().then_some(None))
}

/// On loan, not recalled, not too often, and none waiting for its answer.
fn may_renew(app: &App, row: &Row) -> bool {
    let waits = row.renewal.as_deref().is_some_and(|text| text.contains("\"requested\""));
    row.state() == RequestState::OnLoan && row.renewals < i64::from(app.terms().renewals) && !waits
}

/// Every action with what it asks for and whether it would be accepted now.
pub(crate) fn described(app: &App, row: &Row) -> Vec<Value> {
    let usual = ACTIONS
        .iter()
        .filter(|(name, ..)| match *name {
            "renew" => row.service() == Service::Loan,
            "report-problem" | "confirm-received" => row.service() == Service::Copy,
            _ => true,
        })
        .map(|(name, parameters, zh, en)| {
            json!({
                "name": name, "available": target(app, row, name).is_some(), "parameters": parameters,
                "label": {"zh": zh, "en": en},
            })
        });
    let newer = row.newer().unwrap_or_default().actions.into_iter().map(|action| {
        json!({
            "name": action.name, "available": true, "parameters": action.parameters, "label": action.label,
        })
    });
    usual.chain(newer).collect()
}
