//! The table against the normative text, in both directions: every step that A.4 has is allowed, and
//! every other pair of states is refused.

use std::collections::BTreeSet;

use super::{Actor, RequestState, Service, TRANSITIONS, from, step};
use crate::request::reasons;
use crate::request::state::{PLATFORM_STATES, Stage};

/// A.4 as it is written: from, to, actors. `L:` and `C:` are rows of one service.
const WRITTEN: &str = "
SUBMITTED > LOCAL_REVIEW LT
SUBMITTED LOCAL_REVIEW NEEDS_INFO > CANCELLED P
LOCAL_REVIEW > NEEDS_INFO DUPLICATE_REVIEW LOCALLY_AVAILABLE DECLINED SENT_TO_SUPPLIER L
NEEDS_INFO > LOCAL_REVIEW P
DUPLICATE_REVIEW > LOCAL_REVIEW CANCELLED PL
SENT_TO_SUPPLIER > WILL_SUPPLY CONDITION_PENDING S
SENT_TO_SUPPLIER > NEEDS_INFO SENT_TO_SUPPLIER UNFILLED SL
WILL_SUPPLY > CONDITION_PENDING S
WILL_SUPPLY > SENT_TO_SUPPLIER UNFILLED SL
L: WILL_SUPPLY > SHIPPED S
C: WILL_SUPPLY > DELIVERED S
CONDITION_PENDING > WILL_SUPPLY CANCEL_REQUESTED SENT_TO_SUPPLIER P
CONDITION_PENDING > EXPIRED T
SENT_TO_SUPPLIER WILL_SUPPLY > CANCEL_REQUESTED P
CANCEL_REQUESTED > CANCELLED WILL_SUPPLY UNFILLED SL
L: CANCEL_REQUESTED > SHIPPED S
C: CANCEL_REQUESTED > DELIVERED S
L: SHIPPED > AWAITING_PICKUP L
L: AWAITING_PICKUP > ON_LOAN L
L: AWAITING_PICKUP > RETURN_SHIPPED TL
L: ON_LOAN > OVERDUE T
L: ON_LOAN > RECALLED S
L: ON_LOAN > RETURNED LOST L
L: OVERDUE RECALLED > RETURNED LOST L
L: RETURNED > RETURN_SHIPPED L
L: RETURN_SHIPPED > COMPLETED SL
L: LOST > COMPLETED L
C: DELIVERED > DELIVERY_PROBLEM P
C: DELIVERED > COMPLETED PT
C: DELIVERY_PROBLEM > DELIVERED SL
C: DELIVERY_PROBLEM > SENT_TO_SUPPLIER UNFILLED L
SUBMITTED LOCAL_REVIEW NEEDS_INFO DUPLICATE_REVIEW SENT_TO_SUPPLIER WILL_SUPPLY CONDITION_PENDING CANCEL_REQUESTED > EXPIRED T
SUBMITTED LOCAL_REVIEW NEEDS_INFO DUPLICATE_REVIEW SENT_TO_SUPPLIER WILL_SUPPLY CONDITION_PENDING CANCEL_REQUESTED > DECLINED L
SUBMITTED LOCAL_REVIEW NEEDS_INFO DUPLICATE_REVIEW CONDITION_PENDING > UNFILLED L
C: DELIVERY_PROBLEM > DECLINED L
";

fn code(state: &RequestState) -> String {
    serde_json::to_value(state).unwrap().as_str().unwrap().to_owned()
}

fn letter(actor: Actor) -> char {
    match actor {
        Actor::Patron => 'P',
        Actor::Library => 'L',
        Actor::Supplier => 'S',
        Actor::System => 'T',
    }
}

/// Every (service, from, to, actor) of the text.
fn written() -> BTreeSet<(String, String, String, char)> {
    let mut all = BTreeSet::new();
    for line in WRITTEN.lines().filter(|line| !line.is_empty()) {
        let (services, line) = match line.split_once(": ") {
            Some(("L", rest)) => (vec!["Loan"], rest),
            Some(("C", rest)) => (vec!["Copy"], rest),
            _ => (vec!["Loan", "Copy"], line),
        };
        let (from, rest) = line.split_once(" > ").unwrap();
        let (to, actors) = rest.rsplit_once(' ').unwrap();
        for service in services {
            for from in from.split(' ') {
                for to in to.split(' ') {
                    for actor in actors.chars() {
                        all.insert((service.to_owned(), from.to_owned(), to.to_owned(), actor));
                    }
                }
            }
        }
    }
    all
}

#[test]
fn the_table_is_the_text_and_nothing_more() {
    let mut table = BTreeSet::new();
    for service in [Service::Loan, Service::Copy] {
        for state in PLATFORM_STATES {
            for row in from(&state, service) {
                for actor in row.actors {
                    let step = (format!("{service:?}"), code(&state), code(&row.to), letter(*actor));
                    assert!(table.insert(step.clone()), "{step:?} stands twice");
                }
            }
        }
    }
    let written = written();
    let missing: Vec<_> = written.difference(&table).collect();
    let too_much: Vec<_> = table.difference(&written).collect();
    assert!(missing.is_empty() && too_much.is_empty(), "missing {missing:#?}, too much {too_much:#?}");
}

#[test]
fn every_other_pair_of_states_is_refused() {
    let written = written();
    let mut refused = 0;
    for service in [Service::Loan, Service::Copy] {
        for from in PLATFORM_STATES {
            for to in PLATFORM_STATES {
                let legal = written.iter().any(|(s, f, t, _)| {
                    (s.as_str(), f, t) == (&format!("{service:?}"), &code(&from), &code(&to))
                });
                assert_eq!(from.may_become(&to, service), legal, "{from:?} → {to:?} for {service:?}");
                assert_eq!(step(&from, &to, service).is_some(), legal);
                refused += usize::from(!legal);
            }
        }
    }
    assert!(refused > 900, "{refused}");
    let unknown = RequestState::Other("IN_QUANTUM_TRANSIT".into());
    for state in PLATFORM_STATES {
        for service in [Service::Loan, Service::Copy] {
            assert!(!unknown.may_become(&state, service) && !state.may_become(&unknown, service));
        }
    }
    for local in ["DRAFT", "QUEUED", "SENDING", "UNKNOWN", "REJECTED"] {
        let local: RequestState = serde_json::from_value(serde_json::json!(local)).unwrap();
        assert!(PLATFORM_STATES.iter().all(|state| !state.may_become(&local, Service::Loan)));
        assert!(local.next(Service::Loan).is_empty());
    }
}

#[test]
fn every_state_is_reachable_and_every_open_one_leads_on() {
    for service in [Service::Copy, Service::Loan] {
        let mut seen = vec![RequestState::Submitted];
        let mut at = 0;
        while let Some(state) = seen.get(at).cloned() {
            for (next, _) in state.next(service) {
                if !seen.contains(&next) {
                    seen.push(next);
                }
            }
            at += 1;
        }
        for state in &seen {
            assert_eq!(state.next(service).is_empty(), state.is_terminal(), "{state:?} for {service:?}");
        }
        let only_copy = [RequestState::Delivered, RequestState::DeliveryProblem];
        for state in PLATFORM_STATES {
            let belongs = match service {
                Service::Copy => state.stage() != Stage::Shipped || only_copy.contains(&state),
                Service::Loan => !only_copy.contains(&state),
            };
            assert_eq!(seen.contains(&state), belongs, "{state:?} for {service:?}");
        }
    }
}

#[test]
fn every_reason_has_its_sentence() {
    for row in TRANSITIONS {
        for code in row.reasons {
            let (zh, en) = reasons::name(code).unwrap_or_else(|| panic!("{code} has no name"));
            assert!(!zh.is_empty() && !en.is_empty());
        }
        assert!(!row.actors.is_empty());
    }
    let used: BTreeSet<&str> = TRANSITIONS.iter().flat_map(|row| row.reasons).copied().collect();
    for (code, _, _) in reasons::REASONS {
        assert!(used.contains(code) || *code == "REREQUESTED", "{code} belongs to no step");
    }
}
