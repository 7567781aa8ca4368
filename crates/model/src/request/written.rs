//! `docs/REQUESTS.md` against the code: its tables are the normative text of states, moves and reasons, and
//! every row of either side has to be in the other.

use std::collections::{BTreeMap, BTreeSet};

use super::reasons::REASONS;
use super::state::{PLATFORM_STATES, RequestState as S, Stage};
use super::transitions::TRANSITIONS;
use super::{Actor, Service};

const PAGE: &str = include_str!("../../../../docs/REQUESTS.md");

/// The cells of every row of the table whose head begins with `head`.
fn table(head: &str) -> Vec<Vec<String>> {
    let (_, rest) = PAGE.split_once(&format!("\n| {head} |")).unwrap_or_else(|| panic!("no table {head}"));
    let rows: Vec<Vec<String>> = rest
        .lines()
        .skip(2) // the rest of the head, and the line below it
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert!(rows.len() > 5, "{head}: {} rows", rows.len());
    rows
}

/// The words of a cell, separated by commas.
fn list(cell: &str) -> Vec<String> {
    cell.split(", ").filter(|word| !word.is_empty()).map(|word| word.trim_matches('`').to_owned()).collect()
}

fn code(state: &S) -> String {
    serde_json::to_value(state).unwrap().as_str().unwrap().to_owned()
}

fn who(actor: Actor) -> String {
    match actor {
        Actor::Patron => "patron",
        Actor::Library => "library",
        Actor::Supplier => "supplier",
        Actor::System => "time",
    }
    .to_owned()
}

/// A step with who may take it, the usual one first, and its usual reasons.
type Move = (Vec<String>, Vec<String>);

/// Every step of the page by service, from, to.
fn written_moves() -> BTreeMap<(String, String, String), Move> {
    let groups: BTreeMap<String, Vec<String>> =
        table("group | codes").into_iter().map(|row| (row[0].clone(), list(&row[1]))).collect();
    let mut moves = BTreeMap::new();
    for row in table("from | to | service | who moves it | usual reasons") {
        let reasons = groups.get(&row[4]).cloned().unwrap_or_else(|| list(&row[4]));
        let services = match row[2].as_str() {
            "loan" => vec!["Loan"],
            "copy" => vec!["Copy"],
            "" => vec!["Loan", "Copy"],
            other => panic!("{other} is no service"),
        };
        for service in services {
            for to in list(&row[1]) {
                let step = (service.to_owned(), row[0].clone(), to);
                let one = moves.insert(step.clone(), (list(&row[3]), reasons.clone()));
                assert!(one.is_none(), "{step:?} stands twice");
            }
        }
    }
    moves
}

/// Every (service, from, to) of the page.
pub(super) fn steps() -> BTreeSet<(String, String, String)> {
    written_moves().into_keys().collect()
}

#[test]
fn the_states_of_the_page_are_those_of_the_code() {
    let local = [S::Draft, S::Queued, S::Sending, S::Unknown, S::Rejected];
    let states: Vec<Vec<String>> = local
        .into_iter()
        .chain(PLATFORM_STATES)
        .map(|state| {
            let stage = match state.stage() {
                Stage::Local => "local",
                Stage::Review => "review",
                Stage::Active => "active",
                Stage::Shipped => "shipped",
                Stage::Closed => "closed",
            };
            let seal = if state.needs_patron() { "seal" } else { "" };
            [code(&state).as_str(), state.zh(), state.en(), stage, seal].map(str::to_owned).to_vec()
        })
        .collect();
    let written: Vec<Vec<String>> = table("state | 简体 | English | stage | seal | who acts next")
        .into_iter()
        .map(|row| {
            assert!(!row[5].is_empty(), "{}: somebody acts next, or nobody does", row[0]);
            row[..5].to_vec()
        })
        .collect();
    assert_eq!(written, states);
}

#[test]
fn the_moves_of_the_page_are_those_of_the_code() {
    let mut moves = BTreeMap::new();
    for row in TRANSITIONS {
        for service in [Service::Loan, Service::Copy] {
            if row.only.is_none_or(|only| only == service) {
                let actors = row.actors.iter().map(|actor| who(*actor)).collect();
                let reasons = row.reasons.iter().map(|reason| (*reason).to_owned()).collect();
                let step = (format!("{service:?}"), code(&row.from), code(&row.to));
                let one = moves.insert(step.clone(), (actors, reasons));
                assert!(one.is_none(), "{step:?} stands twice");
            }
        }
    }
    let written = written_moves();
    for step in written.keys().chain(moves.keys()) {
        assert_eq!(written.get(step), moves.get(step), "{step:?}: the page, then the code");
    }
}

#[test]
fn the_reasons_of_the_page_are_those_of_the_code() {
    let written: Vec<(String, String, String)> = table("code | 简体 | English")
        .into_iter()
        .map(|row| (row[0].trim_matches('`').to_owned(), row[1].clone(), row[2].clone()))
        .collect();
    let ours: Vec<_> = REASONS
        .iter()
        .map(|(code, zh, en)| ((*code).to_owned(), (*zh).to_owned(), (*en).to_owned()))
        .collect();
    for (page, code) in written.iter().zip(&ours) {
        assert_eq!(page, code, "the page, then the code");
    }
    assert_eq!(written.len(), ours.len());
}
