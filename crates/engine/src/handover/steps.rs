//! The states that a patron can report in a hand-over.

use hongyan_model::{RequestState, Service};

use RequestState as S;

/// The states of a request without trouble, in order, as far as the patron can see them.
fn path(service: Service) -> &'static [RequestState] {
    match service {
        Service::Loan => &[
            S::Submitted,
            S::SentToSupplier,
            S::Shipped,
            S::AwaitingPickup,
            S::OnLoan,
            S::Returned,
            S::Completed,
        ],
        Service::Copy => &[S::Submitted, S::SentToSupplier, S::Delivered, S::Completed],
    }
}

/// The states that may be reported next: the later ones on the path (steps may be skipped, because nobody tells
/// the patron everything) and the ends that are still possible.
pub(super) fn steps(state: &RequestState, service: Service) -> Vec<RequestState> {
    if *state == S::Lost {
        return vec![S::Completed];
    }
    let path = path(service);
    let here = match state {
        S::Submitted | S::NeedsInfo => Some(0),
        S::Overdue | S::Recalled => path.iter().position(|step| *step == S::OnLoan),
        S::DeliveryProblem => path.iter().position(|step| *step == S::SentToSupplier),
        other => path.iter().position(|step| step == other),
    };
    let Some(here) = here.filter(|_| !state.is_terminal()) else { return Vec::new() };
    let mut next: Vec<RequestState> = path.iter().skip(here + 1).cloned().collect();
    match state {
        S::OnLoan => next.extend([S::Recalled, S::OnLoan, S::Lost]),
        S::Overdue | S::Recalled => next.extend([S::OnLoan, S::Lost]),
        S::Delivered => next.push(S::DeliveryProblem),
        S::AwaitingPickup | S::Shipped | S::Returned => {}
        _ => next.extend([S::NeedsInfo, S::LocallyAvailable, S::Declined, S::Unfilled, S::Cancelled]),
    }
    next.retain(|step| step != state || *step == S::OnLoan);
    next
}

/// Whether a date belongs to a state: expected, to be picked up, or due.
pub(super) fn dated(state: &RequestState) -> bool {
    matches!(state, S::SentToSupplier | S::Shipped | S::AwaitingPickup | S::OnLoan | S::Recalled)
}
