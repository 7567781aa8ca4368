//! Every step of the normative text (docs/REQUESTS.md, Moves) is allowed, and every other pair of states is
//! refused. That text and table agree, with actors and reasons, is a test of `written`.

use std::collections::BTreeSet;

use super::{RequestState, Service, TRANSITIONS, step};
use crate::request::state::{PLATFORM_STATES, Stage};
use crate::request::{reasons, written};

fn code(state: &RequestState) -> String {
    serde_json::to_value(state).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn every_other_pair_of_states_is_refused() {
    let written = written::steps();
    let mut refused = 0;
    for service in [Service::Loan, Service::Copy] {
        for from in PLATFORM_STATES {
            for to in PLATFORM_STATES {
                let legal = written.contains(&(format!("{service:?}"), code(&from), code(&to)));
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
