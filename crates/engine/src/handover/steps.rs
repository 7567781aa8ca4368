//! The states that a patron can report in a hand-over.

use hongyan_model::request::state::PLATFORM_STATES;
use hongyan_model::{Provenance, RequestState, Service};

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
    let at = |wanted: S| path.iter().position(|step| *step == wanted);
    // what a page or a mail may have said counts as the step of the path that it belongs to
    let here = match state {
        S::Submitted
        | S::LocalReview
        | S::NeedsInfo
        | S::DuplicateReview
        | S::CancelRequested
        | S::Other(_) => Some(0),
        S::WillSupply | S::ConditionPending | S::DeliveryProblem => at(S::SentToSupplier),
        S::Overdue | S::Recalled => at(S::OnLoan),
        S::ReturnShipped => at(S::Returned),
        other => path.iter().position(|step| step == other),
    };
    let Some(here) = here.filter(|_| !state.is_terminal()) else { return Vec::new() };
    let mut next: Vec<RequestState> = path.iter().skip(here + 1).cloned().collect();
    match state {
        S::OnLoan => next.extend([S::Recalled, S::OnLoan, S::Lost]),
        S::Overdue | S::Recalled => next.extend([S::OnLoan, S::Lost]),
        S::Delivered => next.push(S::DeliveryProblem),
        S::AwaitingPickup | S::Shipped | S::Returned | S::ReturnShipped => {}
        _ => next.extend([S::NeedsInfo, S::LocallyAvailable, S::Declined, S::Unfilled, S::Cancelled]),
    }
    next.retain(|step| step != state || *step == S::OnLoan);
    next
}

/// Whether a state may be recorded after another one. Nothing follows an end. The patron is offered [`steps`]; what
/// the library's page or a mail says is taken at whatever step the request was thought to be, filed or not, as long
/// as its service has such a state: so a file makes a copy DELIVERED, and never moves a loan.
pub(crate) fn follows(
    from: &RequestState,
    filed: bool,
    service: Service,
    to: &RequestState,
    source: Provenance,
) -> bool {
    if from.is_terminal() || *from == S::Draft {
        return false;
    }
    match source {
        Provenance::Patron => filed && steps(from, service).contains(to),
        Provenance::Page | Provenance::Mail => {
            let another = from != to || *to == S::OnLoan;
            another && PLATFORM_STATES.contains(to) && has(service, to)
        }
        Provenance::Platform | Provenance::Program => false,
    }
}

/// Whether requests of this service can be in this state.
fn has(service: Service, state: &RequestState) -> bool {
    match state {
        S::Shipped
        | S::AwaitingPickup
        | S::OnLoan
        | S::Overdue
        | S::Recalled
        | S::Returned
        | S::ReturnShipped
        | S::Lost => service == Service::Loan,
        S::Delivered | S::DeliveryProblem => service == Service::Copy,
        _ => true,
    }
}

/// Whether a date belongs to a state: expected, to be picked up, or due.
pub(crate) fn dated(state: &RequestState) -> bool {
    matches!(
        state,
        S::SentToSupplier | S::WillSupply | S::Shipped | S::AwaitingPickup | S::OnLoan | S::Recalled
    )
}
