//! R1: the program is killed at a random moment while it saves, sends and receives, again and again on the
//! same files. Most kills come 0 to 500 ms after the patron has begun to work; every fifth that long after
//! the start of the process, during opening, checking and looking up.

use std::time::Duration;

use fastrand::Rng;
use hongyan_model::RequestId;
use tokio::time::Instant;

use crate::Verdict;
use crate::chance::{chance, note, title, within};
use crate::child::{Child, Line};
use crate::machine::{Machine, reader_api};
use crate::promise::{Told, compare, rest};
use crate::stand::LibrarySide;

/// Kills on one data directory before both sides are compared.
const KILLS_PER_DIRECTORY: u32 = 10;
/// Data directories before a new library is started, so that it does not become slow.
const DIRECTORIES_PER_LIBRARY: u32 = 8;
/// Latest time of a kill.
const LATEST_KILL: Duration = Duration::from_millis(500);

/// Runs this many kills.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    let per_part = KILLS_PER_DIRECTORY * DIRECTORIES_PER_LIBRARY;
    crate::workers::share(Verdict::new("R1"), runs.div_ceil(per_part), move |part| async move {
        let mut verdict = Verdict::new("R1");
        let stand = LibrarySide::start().await;
        let mut left = per_part.min(runs - part * per_part);
        let mut chance = chance(seed, part.into());
        while left > 0 {
            let kills = left.min(KILLS_PER_DIRECTORY);
            life(&mut chance, kills, &stand, &mut verdict).await;
            left -= kills;
        }
        verdict
    })
    .await
}

async fn life(chance: &mut Rng, kills: u32, stand: &LibrarySide, verdict: &mut Verdict) {
    let (machine, user) = (Machine::new(), stand.patron().await);
    stand.proxy.forget();
    let mut told = Told::default();
    for _ in 0..kills {
        verdict.runs += 1;
        session(chance, &machine, &user, stand, &mut told, verdict).await;
    }
    let engine = match machine.open(reader_api(&stand.proxy.base_url())).await {
        Ok(engine) => engine,
        Err(problem) => return verdict.lost(format!("the files do not open after a kill: {problem}")),
    };
    engine.start().await;
    if rest(&engine, &user).await.is_some() {
        compare(&told, &engine, stand, verdict).await;
    } else {
        let list = engine.requests().list().await.expect("a list").requests;
        let rows: Vec<_> = list.iter().map(|row| (&row.title, &row.state, &row.pending_action)).collect();
        verdict.fail(format!("it never comes to rest: {rows:?}"));
    }
    engine.stop().await;
}

/// One process, from its start to its kill.
async fn session(
    chance: &mut Rng,
    machine: &Machine,
    user: &str,
    stand: &LibrarySide,
    told: &mut Told,
    verdict: &mut Verdict,
) {
    let mut child = Child::start(machine, &stand.proxy.base_url(), user, "");
    let from_the_start = chance.u32(..5) == 0;
    let mut end = Instant::now() + within(chance, LATEST_KILL);
    if !from_the_start {
        // a long timeout, because the machine may be busy
        let deadline = Instant::now() + Duration::from_secs(60);
        let mut heard = child.hear(deadline).await;
        // the queue may reach a point before the line "ready" is written
        while heard.as_ref().is_some_and(|line| line[0] == "point") {
            heard = child.hear(deadline).await;
        }
        match heard {
            Some(line) if line[0] == "ready" => end = Instant::now() + within(chance, LATEST_KILL),
            Some(line) => verdict.fail(format!("the program does not start: {line:?}")),
            None => verdict.fail("the program does not start within a minute"),
        }
    }
    let mut waiting: Vec<RequestId> = Vec::new();
    let mut asked = (String::new(), String::new());
    let mut answered = !from_the_start;
    loop {
        if answered {
            asked = next(chance, &mut child, told, &mut waiting).await;
        }
        let Some(line) = child.hear(end).await else { break };
        answered = hear(&line, &asked, told, &mut waiting) || line[0] == "ready";
        if line[0] == "failed" {
            verdict.fail(format!("the program does not start: {line:?}"));
        }
    }
    for line in child.kill().await {
        hear(&line, &asked, told, &mut waiting);
    }
}

/// Sends the patron's next command; returns the texts of a new draft.
async fn next(
    chance: &mut Rng,
    child: &mut Child,
    told: &mut Told,
    waiting: &mut Vec<RequestId>,
) -> (String, String) {
    let submitted: Vec<RequestId> = told.submitted.difference(&told.cancel_tried).copied().collect();
    match chance.u32(..10) {
        0..5 if !waiting.is_empty() => {
            let id = waiting.swap_remove(chance.usize(..waiting.len()));
            told.tried.insert(id);
            child.tell(&["submit", &id.to_string()]).await;
        }
        5 if !submitted.is_empty() => {
            let id = submitted[chance.usize(..submitted.len())];
            told.cancel_tried.insert(id);
            child.tell(&["cancel", &id.to_string()]).await;
        }
        _ => {
            let words = (title(chance), note(chance));
            child.tell(&["draft", &words.0, &words.1]).await;
            return words;
        }
    }
    (String::new(), String::new())
}

/// Records a line of output. True if it answers the last command.
fn hear(line: &Line, asked: &(String, String), told: &mut Told, waiting: &mut Vec<RequestId>) -> bool {
    let Some(id) = line.get(1).and_then(|id| id.parse().ok()).map(RequestId) else { return false };
    match line[0].as_str() {
        "saved" => {
            told.saved.insert(id, asked.clone());
            waiting.push(id);
        }
        "submitted" => {
            told.submitted.insert(id);
        }
        "cancelled" => {
            told.cancelled.insert(id);
        }
        "refused" => {}
        _ => return false,
    }
    true
}
