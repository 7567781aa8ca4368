//! The short form of `npm run hostile`: the attacks that once blocked the program or filled its memory, and
//! the invariants for all of them. The long form prints figures; this one asserts limits.

#![cfg(target_os = "linux")] // process costs are read from /proc

use hongyan_hostile::lines::{ATTACKS, Servers, measure};
use hongyan_hostile::report::{HEAD, Outcome};
use hongyan_hostile::together::{self, Strict};
use hongyan_hostile::{calls, pasted};

fn judge(outcomes: &[Outcome]) {
    println!("{HEAD}");
    outcomes.iter().for_each(|outcome| println!("{}", outcome.line()));
    let failed: Vec<String> =
        outcomes.iter().filter(|outcome| !outcome.faults.is_empty()).map(Outcome::line).collect();
    assert!(failed.is_empty() && !outcomes.is_empty(), "\n{}", failed.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_catalogue_costs_little_whatever_it_answers() {
    const NAMES: &[&str] = &[
        "scripts",
        "attributes",
        "namespaces",
        "inherited",
        "nested",
        "jsonmaps",
        "elements15",
        "gzbomb",
        "names",
        "overlaps",
        "tiny",
        "picaxml",
        "surrogate",
        "untitled",
        "diagnostic",
    ];
    let stand = Servers::new().await;
    let mut outcomes = Vec::new();
    for attack in ATTACKS.iter().filter(|attack| NAMES.contains(&attack.name)) {
        outcomes.push(measure(&stand, attack).await);
    }
    assert!(outcomes.len() >= NAMES.len(), "every name is an attack");
    judge(&outcomes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hostile_sources_hold_up_neither_the_program_nor_its_end() {
    let stand = Servers::new().await;
    judge(&together::all(&stand, Strict(false), 2).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_text_costs_little_whatever_it_says() {
    judge(&pasted::all().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsense_is_refused_and_strangers_stay_outside() {
    let mut outcomes = vec![calls::nonsense(800, 20_261_130).await];
    outcomes.extend(calls::door().await);
    judge(&outcomes);
}
