//! Several hostile sources at once: the program still answers, a cancelled search costs nothing more, and the
//! program stops when told to.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::lines::{Servers, UNREACHABLE, Way};
use crate::program::Program;
use crate::report::Outcome;

/// Time limit for the status line and for the exit.
pub const STATUS: Duration = Duration::from_millis(100);
pub const END: Duration = Duration::from_secs(5);

/// How strictly the status line is judged: ten times the limit on a machine that runs other tests at the same
/// time.
#[derive(Debug, Clone, Copy)]
pub struct Strict(pub bool);

/// Groups of the most expensive attacks.
const GROUPS: &[(&str, &[(Way, &str)])] = &[
    ("2 × scripts", &[(Way::Crossref, "scripts"), (Way::Crossref, "scripts")]),
    ("2 × inherited", &[(Way::Sru, "inherited"), (Way::Sru, "inherited")]),
    ("overlaps, flood", &[(Way::Z3950, "overlaps"), (Way::Z3950, "flood")]),
    ("3 × continue", &[(Way::Sru, "continue"), (Way::Sru, "continue"), (Way::Sru, "continue")]),
    (
        "12 at once",
        &[
            (Way::Crossref, "scripts"),
            (Way::Crossref, "jsonmaps"),
            (Way::Crossref, "gzbomb"),
            (Way::Sru, "attributes"),
            (Way::Sru, "elements"),
            (Way::Sru, "nested"),
            (Way::Sru, "names"),
            (Way::Sru, "endless"),
            (Way::Sru, "continue"),
            (Way::Z3950, "overlaps"),
            (Way::Z3950, "quadratic"),
            (Way::Z3950, "trickle"),
        ],
    ),
];

/// Measures for each group: status line, cancellation, exit.
pub async fn all(stand: &Servers, strict: Strict, most: usize) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for (name, sources) in GROUPS.iter().take(most) {
        outcomes.extend(group(stand, name, sources, strict).await);
    }
    outcomes
}

async fn group(stand: &Servers, name: &str, ways: &[(Way, &str)], strict: Strict) -> Vec<Outcome> {
    let sources: String =
        ways.iter().enumerate().map(|(n, (way, path))| stand.source(&format!("s{n}"), *way, path)).collect();
    let program = Program::start(&sources, UNREACHABLE).await;
    let idle = program.cpu();
    let mut status = Outcome::new("together", format!("{name}: status"));
    let mut times = Vec::new();
    let limit = if strict.0 { STATUS } else { STATUS * 10 };
    let mut search = program.search().await;
    let (began, cpu) = (Instant::now(), program.cpu());
    while began.elapsed() < Duration::from_secs(5) {
        let asked = Instant::now();
        let answer = program.rpc("status_get", json!({})).await;
        times.push(asked.elapsed());
        status.must(answer.is_ok(), "no status");
        // as soon as all sources have ended they are queried again
        if program.view(&search).await["done"] == true {
            search = program.search().await;
        }
    }
    times.sort_unstable();
    status.time = times.last().copied().unwrap_or_default();
    status.cpu = program.cpu() - cpu;
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    status.told = format!("{} times, half within {:.1} ms", times.len(), middle.as_secs_f64() * 1e3);
    status.must(status.time <= limit, format!("longer than {limit:?}"));

    let mut cancel = Outcome::new("together", format!("{name}: cancel"));
    search = program.search().await;
    let asked = Instant::now();
    let answer = program.rpc("search_cancel", json!({ "searchId": search })).await;
    cancel.time = asked.elapsed();
    cancel.must(answer.is_ok() && cancel.time <= limit, format!("longer than {limit:?}"));
    // a reader may be within a step that does not check the cancellation flag
    tokio::time::sleep(Duration::from_secs(1)).await;
    let cpu = program.cpu();
    tokio::time::sleep(Duration::from_secs(3)).await;
    cancel.cpu = program.cpu() - cpu;
    cancel.told = "processor in the 2nd to 4th second after it".to_owned();
    // hyper reads up to 50 MB of interim responses before it looks up: twelve seconds of one of the threads of
    // the connections in a build without optimization
    let floods = ways.iter().filter(|(_, path)| *path == "continue").count();
    let most = if cfg!(debug_assertions) { 0.6 + 3.0 * floods as f64 } else { 0.6 };
    cancel.must(cancel.cpu <= most, "what was stopped goes on");

    let mut end = Outcome::new("together", format!("{name}: SIGTERM"));
    let _ = program.search().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    end.cpu = program.cpu() - idle;
    match program.terminate() {
        Some(time) => end.time = time,
        None => end.fault("had to be killed"),
    }
    end.must(end.time <= END, format!("longer than {END:?}"));
    vec![status, cancel, end]
}
