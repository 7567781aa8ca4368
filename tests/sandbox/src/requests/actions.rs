//! Actions of the patron on a request: names, parameters, and their effect.

use std::borrow::Cow;

use hongyan_model::request::transitions::step;
use hongyan_model::request::{Actor, RequestState, Service};
use serde::Serialize;

use super::Row;
use crate::app::App;

/// Every action of this platform: name, parameters, Chinese and English name.
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

/// The effect of an action: `Some(Some(state))` leads to a state, `Some(None)` changes no state, `None` means
/// that the action is not available now.
pub(crate) fn target(app: &App, row: &Row, name: &str) -> Option<Option<RequestState>> {
    let of_newer = || row.newer().is_some_and(|newer| newer.actions.iter().any(|action| action.name == name));
    usual(app, row, &row.state(), name).or_else(|| of_newer().then_some(None))
}

/// The same for the actions in the table; `state` is the state of the row.
fn usual(app: &App, row: &Row, state: &RequestState, name: &str) -> Option<Option<RequestState>> {
    use RequestState as S;
    let by_patron = |to: RequestState| {
        step(state, &to, row.service())
            .is_some_and(|row| row.actors.contains(&Actor::Patron))
            .then_some(Some(to))
    };
    match name {
        "cancel" => by_patron(S::Cancelled).or_else(|| by_patron(S::CancelRequested)),
        "accept-condition" if *state == S::ConditionPending => by_patron(S::WillSupply),
        "reject-condition" if *state == S::ConditionPending => by_patron(S::SentToSupplier),
        "confirm-received" if *state == S::Delivered => by_patron(S::Completed),
        "report-problem" => by_patron(S::DeliveryProblem),
        "override-duplicate" if *state == S::DuplicateReview => by_patron(S::LocalReview),
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
    }
}

/// A loan can be renewed unless it is recalled, was renewed too often, or a renewal is pending.
fn may_renew(app: &App, row: &Row) -> bool {
    let waits = row.renewal.as_deref().is_some_and(|text| text.contains("\"requested\""));
    row.state() == RequestState::OnLoan && row.renewals < i64::from(app.terms().renewals) && !waits
}

/// An action in wire form.
#[derive(Serialize)]
pub(crate) struct Described {
    name: Cow<'static, str>,
    available: bool,
    parameters: Vec<Cow<'static, str>>,
    label: Name,
}

/// Names of an action.
#[derive(Serialize)]
struct Name {
    zh: Cow<'static, str>,
    en: Cow<'static, str>,
}

/// Every action with its parameters and whether it is available now.
pub(crate) fn described(app: &App, row: &Row) -> Vec<Described> {
    let (state, service) = (row.state(), row.service());
    let known = ACTIONS
        .iter()
        .filter(|(name, ..)| match *name {
            "renew" => service == Service::Loan,
            "report-problem" | "confirm-received" => service == Service::Copy,
            _ => true,
        })
        .map(|(name, parameters, zh, en)| Described {
            name: Cow::Borrowed(name),
            available: usual(app, row, &state, name).is_some()
                || row.newer.is_some() && target(app, row, name).is_some(),
            parameters: parameters.iter().map(|name| Cow::Borrowed(*name)).collect(),
            label: Name { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) },
        });
    let newer = row.newer().unwrap_or_default().actions.into_iter().map(|action| Described {
        name: Cow::Owned(action.name),
        available: true,
        parameters: action.parameters.into_iter().map(Cow::Owned).collect(),
        label: Name { zh: Cow::Owned(action.label.zh), en: Cow::Owned(action.label.en) },
    });
    known.chain(newer).collect()
}
