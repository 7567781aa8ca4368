//! The steps between states, who takes them and why: the table of docs/REQUESTS.md, Moves, one line per
//! row. The sandbox and the tests use it. The client never derives from it what is allowed; it offers the
//! platform's `actions[]`.

use super::Service;
use super::state::{Actor, RequestState};

/// A step that the platform may take.
#[derive(Debug)]
pub struct Transition {
    /// state before
    pub from: RequestState,
    /// state after
    pub to: RequestState,
    /// the only service that has this step; none for both services
    pub only: Option<Service>,
    /// who may take it, the usual one first
    pub actors: &'static [Actor],
    /// the usual codes from [`super::reasons`]; a platform may give others or none
    pub reasons: &'static [&'static str],
}

use Actor::{Library, Patron, Supplier, System};
use RequestState as S;
use Service::{Copy, Loan};

const fn row(
    from: RequestState,
    to: RequestState,
    actors: &'static [Actor],
    reasons: &'static [&'static str],
) -> Transition {
    Transition { from, to, only: None, actors, reasons }
}

const fn only(
    service: Service,
    from: RequestState,
    to: RequestState,
    actors: &'static [Actor],
    reasons: &'static [&'static str],
) -> Transition {
    Transition { from, to, only: Some(service), actors, reasons }
}

/// Why a library or a supplier needs more information.
const UNCLEAR: &[&str] = &[
    "NOT_FOUND_AS_CITED",
    "MULTIPLE_VOLUMES",
    "EDITION_NOT_POSSIBLE",
    "PAGES_NOT_CLEAR",
    "FORMAT_NOT_POSSIBLE",
];
/// Why a supplier cannot supply (ISO 18626 reasonUnfilled and reasonRetry).
const NOT_SUPPLIED: &[&str] = &[
    "NOT_HELD",
    "NOT_ON_SHELF",
    "ON_LOAN",
    "NON_CIRCULATING",
    "POLICY_PROBLEM",
    "POOR_CONDITION",
    "AT_BINDERY",
    "ON_ORDER",
];
/// Why the search for a supplier ended.
const UNFILLED: &[&str] = &["NO_SUPPLIER", "NOT_HELD", "NON_CIRCULATING", "POLICY_PROBLEM", "POOR_CONDITION"];
/// Conditions of suppliers (ISO 18626 loanCondition, and the cost).
pub const CONDITIONS: &[&str] = &[
    "COST_EXCEEDS_MAXIMUM",
    "LIBRARY_USE_ONLY",
    "WATCHED_LIBRARY_USE_ONLY",
    "NO_REPRODUCTION",
    "SIGNATURE_REQUIRED",
    "SPECIAL_COLLECTION_SUPERVISION",
];
/// Problems with a delivered copy, as reason codes. The parameter `problem` of the action has the same
/// words in lower case with hyphens.
pub const PROBLEMS: &[&str] = &["NOT_RECEIVED", "CANNOT_OPEN", "PAGES_MISSING", "WRONG_ITEM"];
const BY_PATRON: &[&str] = &["PATRON"];
const OUT_OF_TIME: &[&str] = &["NEED_BEFORE_PASSED"];
const REFUSED: &[&str] = &["NOT_ELIGIBLE", "OVER_LIMIT", "POLICY_PROBLEM", "DUPLICATE", "INCOMPLETE"];
const CANCELLED: &[&str] = &["PATRON", "DUPLICATE"];

/// All steps, in the order of a successful request.
pub static TRANSITIONS: &[Transition] = &[
    row(S::Submitted, S::LocalReview, &[Library, System], &[]),
    row(S::Submitted, S::Cancelled, &[Patron], BY_PATRON),
    row(S::Submitted, S::Declined, &[Library], REFUSED),
    row(S::Submitted, S::Unfilled, &[Library], UNFILLED),
    row(S::Submitted, S::Expired, &[System], OUT_OF_TIME),
    row(S::LocalReview, S::SentToSupplier, &[Library], &[]),
    row(S::LocalReview, S::NeedsInfo, &[Library], UNCLEAR),
    row(S::LocalReview, S::DuplicateReview, &[Library], &["DUPLICATE"]),
    row(S::LocalReview, S::LocallyAvailable, &[Library], &["HELD_LOCALLY"]),
    row(S::LocalReview, S::Declined, &[Library], REFUSED),
    row(S::LocalReview, S::Cancelled, &[Patron], BY_PATRON),
    row(S::LocalReview, S::Unfilled, &[Library], UNFILLED),
    row(S::LocalReview, S::Expired, &[System], OUT_OF_TIME),
    row(S::NeedsInfo, S::LocalReview, &[Patron], &[]),
    row(S::NeedsInfo, S::Cancelled, &[Patron], BY_PATRON),
    row(S::NeedsInfo, S::Declined, &[Library], REFUSED),
    row(S::NeedsInfo, S::Unfilled, &[Library], UNFILLED),
    row(S::NeedsInfo, S::Expired, &[System], OUT_OF_TIME),
    row(S::DuplicateReview, S::LocalReview, &[Patron, Library], &["KEEP_BOTH"]),
    row(S::DuplicateReview, S::Cancelled, &[Patron, Library], CANCELLED),
    row(S::DuplicateReview, S::Declined, &[Library], REFUSED),
    row(S::DuplicateReview, S::Unfilled, &[Library], UNFILLED),
    row(S::DuplicateReview, S::Expired, &[System], OUT_OF_TIME),
    row(S::SentToSupplier, S::WillSupply, &[Supplier], &[]),
    row(S::SentToSupplier, S::ConditionPending, &[Supplier], CONDITIONS),
    row(S::SentToSupplier, S::NeedsInfo, &[Library, Supplier], UNCLEAR),
    row(S::SentToSupplier, S::SentToSupplier, &[Library, Supplier], NOT_SUPPLIED),
    row(S::SentToSupplier, S::Unfilled, &[Supplier, Library], UNFILLED),
    row(S::SentToSupplier, S::CancelRequested, &[Patron], BY_PATRON),
    row(S::SentToSupplier, S::Declined, &[Library], REFUSED),
    row(S::SentToSupplier, S::Expired, &[System], OUT_OF_TIME),
    only(Loan, S::WillSupply, S::Shipped, &[Supplier], &[]),
    only(Copy, S::WillSupply, S::Delivered, &[Supplier], &[]),
    row(S::WillSupply, S::ConditionPending, &[Supplier], CONDITIONS),
    row(S::WillSupply, S::SentToSupplier, &[Library, Supplier], NOT_SUPPLIED),
    row(S::WillSupply, S::Unfilled, &[Supplier, Library], UNFILLED),
    row(S::WillSupply, S::CancelRequested, &[Patron], BY_PATRON),
    row(S::WillSupply, S::Declined, &[Library], REFUSED),
    row(S::WillSupply, S::Expired, &[System], OUT_OF_TIME),
    row(S::ConditionPending, S::WillSupply, &[Patron], &["CONDITION_ACCEPTED"]),
    row(S::ConditionPending, S::SentToSupplier, &[Patron], &["CONDITION_REJECTED"]),
    row(S::ConditionPending, S::CancelRequested, &[Patron], BY_PATRON),
    row(S::ConditionPending, S::Expired, &[System], &["CONDITION_NOT_ANSWERED", "NEED_BEFORE_PASSED"]),
    row(S::ConditionPending, S::Declined, &[Library], REFUSED),
    row(S::ConditionPending, S::Unfilled, &[Library], UNFILLED),
    row(S::CancelRequested, S::Cancelled, &[Supplier, Library], CANCELLED),
    row(S::CancelRequested, S::WillSupply, &[Supplier, Library], &["CANCEL_REFUSED"]),
    only(Loan, S::CancelRequested, S::Shipped, &[Supplier], &["CANCEL_TOO_LATE"]),
    only(Copy, S::CancelRequested, S::Delivered, &[Supplier], &["CANCEL_TOO_LATE"]),
    row(S::CancelRequested, S::Unfilled, &[Supplier, Library], UNFILLED),
    row(S::CancelRequested, S::Declined, &[Library], REFUSED),
    row(S::CancelRequested, S::Expired, &[System], OUT_OF_TIME),
    only(Loan, S::Shipped, S::AwaitingPickup, &[Library], &[]),
    only(Loan, S::AwaitingPickup, S::OnLoan, &[Library], &[]),
    only(Loan, S::AwaitingPickup, S::ReturnShipped, &[System, Library], &["NOT_PICKED_UP"]),
    only(Loan, S::OnLoan, S::Returned, &[Library], &[]),
    only(Loan, S::OnLoan, S::Overdue, &[System], &[]),
    only(Loan, S::OnLoan, S::Recalled, &[Supplier], &["RECALLED_BY_SUPPLIER"]),
    only(Loan, S::OnLoan, S::Lost, &[Library], &[]),
    only(Loan, S::Overdue, S::Returned, &[Library], &[]),
    only(Loan, S::Overdue, S::Lost, &[Library], &[]),
    only(Loan, S::Recalled, S::Returned, &[Library], &[]),
    only(Loan, S::Recalled, S::Lost, &[Library], &[]),
    only(Loan, S::Returned, S::ReturnShipped, &[Library], &[]),
    only(Loan, S::ReturnShipped, S::Completed, &[Supplier, Library], &[]),
    only(Loan, S::Lost, S::Completed, &[Library], &["COMPLETED_WITHOUT_RETURN"]),
    only(Copy, S::Delivered, S::Completed, &[Patron, System], &[]),
    only(Copy, S::Delivered, S::DeliveryProblem, &[Patron], PROBLEMS),
    only(Copy, S::DeliveryProblem, S::Delivered, &[Library, Supplier], &["SENT_AGAIN"]),
    only(Copy, S::DeliveryProblem, S::SentToSupplier, &[Library], NOT_SUPPLIED),
    only(Copy, S::DeliveryProblem, S::Unfilled, &[Library], UNFILLED),
    only(Copy, S::DeliveryProblem, S::Declined, &[Library], REFUSED),
];

/// The steps from a state for a service.
pub fn from(state: &RequestState, service: Service) -> impl Iterator<Item = &'static Transition> {
    TRANSITIONS.iter().filter(move |row| row.from == *state && row.only.is_none_or(|of| of == service))
}

/// The step between two states, if there is one.
pub fn step(from: &RequestState, to: &RequestState, service: Service) -> Option<&'static Transition> {
    self::from(from, service).find(|row| row.to == *to)
}

impl RequestState {
    /// The states that may follow on the platform, with the usual actor of each step.
    pub fn next(&self, service: Service) -> Vec<(RequestState, Actor)> {
        from(self, service).filter_map(|row| Some((row.to.clone(), *row.actors.first()?))).collect()
    }

    /// Whether the platform may move a request of this service from this state to `to`.
    pub fn may_become(&self, to: &RequestState, service: Service) -> bool {
        step(self, to, service).is_some()
    }
}

#[cfg(test)]
mod tests;
