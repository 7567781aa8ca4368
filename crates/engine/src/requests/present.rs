//! Presentation of a request: its group, its clock, the usual next steps. Pure.

use hongyan_model::library::Library;
use hongyan_model::request::checks::usual_arrival;
use hongyan_model::request::{Action, Stage};
use hongyan_model::{Request, RequestState, Service};
use hongyan_store::requests::RequestRecord;
use jiff::civil::Date;

use crate::view::{Clock, ClockKind, Connection, RequestGroup, RequestRow};
use RequestState as S;

/// The row of a request in the list.
///
/// `by_hand`: requests are filed by hand-over.
pub(crate) fn row(
    record: &RequestRecord,
    library: &Library,
    today: Date,
    line: Connection,
    by_hand: bool,
) -> RequestRow {
    let draft = &record.draft;
    let platform = record.platform.as_ref();
    let title = draft.display_title().trim();
    let hrid = platform.map(|p| p.hrid.clone()).unwrap_or_default();
    let component = !draft.component_title.trim().is_empty();
    RequestRow {
        id: record.id(),
        title: if title.is_empty() { hrid.clone() } else { title.to_owned() },
        hrid,
        subtitle: if component { draft.title.clone() } else { draft.authors_or_editors().to_owned() },
        service: draft.service,
        kind: draft.kind,
        state: record.state.clone(),
        state_label: platform.map(|p| p.state_label.clone()).unwrap_or_default(),
        group: group(record, by_hand),
        clock: clock(record, library, today, line),
        created_at: record.created_at,
        updated_at: record.updated_at,
        pending_action: record.pending_action.clone(),
        unread: platform.map(|p| p.unread_messages).unwrap_or_default(),
    }
}

/// The group of a request in the list. A request with an open question waits for the patron, and so does a
/// hand-over that is not filed yet.
pub(crate) fn group(record: &RequestRecord, by_hand: bool) -> RequestGroup {
    let state = &record.state;
    if state.needs_patron() || by_hand && *state == S::Queued || record.asks() {
        RequestGroup::NeedsYou
    } else if state.is_terminal() {
        RequestGroup::Ended
    } else {
        RequestGroup::Ongoing
    }
}

fn clock(record: &RequestRecord, library: &Library, today: Date, line: Connection) -> Clock {
    let none = Clock { kind: ClockKind::None, date: None, days: None, estimated: false };
    let until = |day: Date| today.until(day).map(|span| span.get_days()).unwrap_or(0);
    let platform = record.platform.as_ref();
    match &record.state {
        S::Queued if line == Connection::Offline => Clock { kind: ClockKind::WhenOnline, ..none },
        S::AwaitingPickup => match platform.and_then(|p| p.pickup_by) {
            Some(day) => Clock { kind: ClockKind::PickupBy, date: Some(day), days: Some(until(day)), ..none },
            None => none,
        },
        S::OnLoan | S::Overdue | S::Recalled => match platform.and_then(|p| p.due_date) {
            Some(day) => Clock { kind: ClockKind::Due, date: Some(day), days: Some(until(day)), ..none },
            None => none,
        },
        state if awaited(state) => {
            let Some(platform) = platform else { return none };
            let (day, estimated) = match platform.expected_by {
                Some(day) => (day, false),
                None => (usual_end(platform, record.draft.service, library), true),
            };
            let left = until(day);
            if left < 0 {
                Clock { kind: ClockKind::Late, date: Some(day), days: Some(-left), estimated }
            } else {
                Clock { kind: ClockKind::Expected, date: Some(day), days: Some(left), estimated }
            }
        }
        _ => none,
    }
}

/// States in which the patron waits for delivery.
fn awaited(state: &RequestState) -> bool {
    match state.stage() {
        Stage::Review | Stage::Active => {
            // a reported delivery problem has no usual duration
            !matches!(
                state,
                S::NeedsInfo | S::ConditionPending | S::CancelRequested | S::DeliveryProblem | S::Other(_)
            )
        }
        Stage::Shipped => *state == S::Shipped,
        Stage::Local | Stage::Closed => false,
    }
}

/// The usual date of arrival: review in working days, then a copy in working days or a loan in calendar days.
fn usual_end(request: &Request, service: Service, library: &Library) -> Date {
    usual_arrival(service, library, request.created_at.to_zoned(crate::base::clock::zone()).date()).0
}

/// The states that usually follow this one, if nothing goes wrong.
pub(crate) fn usual_path(state: &RequestState, service: Service) -> Vec<RequestState> {
    let path: &[RequestState] = match service {
        Service::Loan => &[
            S::Submitted,
            S::LocalReview,
            S::SentToSupplier,
            S::WillSupply,
            S::Shipped,
            S::AwaitingPickup,
            S::OnLoan,
            S::Returned,
            S::ReturnShipped,
            S::Completed,
        ],
        Service::Copy => {
            &[S::Submitted, S::LocalReview, S::SentToSupplier, S::WillSupply, S::Delivered, S::Completed]
        }
    };
    // the state to which a detour returns
    let from = match state {
        S::Draft | S::Queued | S::Sending | S::Unknown => return path.to_vec(),
        S::CancelRequested => return vec![S::Cancelled],
        S::NeedsInfo | S::DuplicateReview => return after(path, &S::Submitted),
        S::ConditionPending => return after(path, &S::SentToSupplier),
        S::DeliveryProblem => return after(path, &S::WillSupply),
        S::Overdue | S::Recalled => &S::OnLoan,
        S::Lost => &S::ReturnShipped,
        on_path => on_path,
    };
    after(path, from)
}

fn after(path: &[RequestState], state: &RequestState) -> Vec<RequestState> {
    path.iter().skip_while(|s| *s != state).skip(1).cloned().collect()
}

/// The actions that are possible now: local ones while the request is here, the platform's once it is there.
///
/// `held`: it cannot be urged, because it is a hand-over or waits for a free place.
pub(crate) fn actions(record: &RequestRecord, held: bool) -> Vec<Action> {
    let ours = |names: &[&str]| names.iter().map(|name| Action::plain(name)).collect::<Vec<_>>();
    let pending = !record.pending_action.is_empty();
    match &record.state {
        S::Queued if record.asks() => ours(&["send-anyway", "edit-again", "discard"]),
        S::Unknown if record.asks() => ours(&["send-anyway", "discard"]),
        S::Queued | S::Unknown if held => ours(&["edit-again", "cancel"]),
        S::Queued | S::Unknown if pending => ours(&["retry"]),
        S::Queued | S::Unknown => ours(&["retry", "cancel"]),
        S::Sending if pending => Vec::new(),
        S::Sending => ours(&["cancel"]),
        S::Rejected => ours(&["edit-again", "discard"]),
        state => {
            let told = record.platform.as_ref().filter(|_| !held);
            let mut actions = told.map(|p| p.actions.clone()).unwrap_or_default();
            // a pending reminder to the library excludes only another one
            let urges = record.pending_action == "urge";
            for action in actions.iter_mut().filter(|action| pending && (!urges || action.name == "urge")) {
                action.available = false;
            }
            if state.is_terminal() && !record.draft.is_blank() {
                actions.extend(ours(&["edit-again"]));
            }
            actions
        }
    }
}

#[cfg(test)]
mod tests;
