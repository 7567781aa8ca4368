//! npm run hostile [-- NAME…]: runs every attack, or those whose line contains one of the names. Ends with
//! `N passed, N failed`.

use std::process::ExitCode;

use hongyan_hostile::lines::{ATTACKS, Servers, measure, redirects};
use hongyan_hostile::report::{HEAD, Outcome};
use hongyan_hostile::together::{self, Strict};
use hongyan_hostile::{calls, pasted, platform};

/// What an audit of the program tried that is covered by other tests.
const COVERED_ELSEWHERE: &str = "\
Not rebuilt here: hostile titles in the platform's refusals of requests and hostile texts in every field of it
(tests/e2e, crates/connectors), names and contents of delivered documents (crates/engine, documents), files of the
ledger (npm run torture -- --only R7), screens with hostile texts (tests/e2e, ui), a page of another origin in a
browser that frames the bridge.";

/// Number of calls with random payloads.
const CALLS: usize = 6_600;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with("--")).collect();
    let wanted = |field: &str, name: &str| {
        names.is_empty() || names.iter().any(|part| name.contains(part.as_str()) || field == part)
    };
    let stand = Servers::new().await;
    println!("{HEAD}");
    let (mut passed, mut failed) = (0, 0);
    let mut say = |outcomes: Vec<Outcome>| {
        for outcome in outcomes {
            println!("{}", outcome.line());
            if outcome.faults.is_empty() { passed += 1 } else { failed += 1 }
        }
    };
    if wanted("web", "redirect") {
        say(redirects(&stand).await);
    }
    for attack in ATTACKS {
        let field = if attack.way == hongyan_hostile::lines::Way::Z3950 { "z39.50" } else { "web" };
        if wanted(field, attack.name) {
            say(vec![measure(&stand, attack).await]);
        }
    }
    if wanted("together", "together") {
        say(together::all(&stand, Strict(true), usize::MAX).await);
    }
    if wanted("platform", "platform") {
        say(platform::all().await);
    }
    if wanted("pasted", "pasted") {
        say(pasted::all().await);
    }
    if wanted("calls", "calls") {
        say(vec![calls::nonsense(CALLS, fastrand::u64(..)).await]);
    }
    if wanted("door", "door") {
        say(calls::door().await);
    }
    println!("\n{COVERED_ELSEWHERE}\n");
    println!("{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
