//! R12: the program is killed while somebody types; at most one second of typing may be lost. Saving follows
//! the form's own debounce rule (`hongyan_torture::typing`).

use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use crate::Verdict;
use crate::chance::{chance, title, within};
use crate::child::Child;
use crate::machine::{Machine, reader_api};
use crate::stand::LibrarySide;

/// How much typing may be lost.
const MAX_LOSS: Duration = Duration::from_secs(1);
/// Kills on one data directory.
const KILLS_PER_DIRECTORY: u32 = 25;

/// Runs this many kills.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    crate::workers::share(Verdict::new("R12"), runs.div_ceil(KILLS_PER_DIRECTORY), move |part| async move {
        let mut verdict = Verdict::new("R12");
        let stand = LibrarySide::start().await;
        let (machine, user) = (Machine::new(), stand.patron().await);
        let mut chance = chance(seed, part.into());
        for _ in 0..KILLS_PER_DIRECTORY.min(runs - part * KILLS_PER_DIRECTORY) {
            verdict.runs += 1;
            typing(&mut chance, &machine, &user, &stand, &mut verdict).await;
        }
        verdict
    })
    .await
}

async fn typing(chance: &mut Rng, machine: &Machine, user: &str, stand: &LibrarySide, verdict: &mut Verdict) {
    let mut child = Child::start(machine, &stand.proxy.base_url(), user, "");
    if child.hear_of(&["ready"], Duration::from_secs(60)).await.is_none() {
        return verdict.fail("the program does not start");
    }
    let title = title(chance);
    child.tell(&["type", &title]).await;
    if child.hear_of(&["typed"], Duration::from_secs(60)).await.is_none() {
        return verdict.fail("nothing can be typed");
    }
    let end = Instant::now() + within(chance, Duration::from_millis(2500));
    let mut typed: Vec<(Instant, usize)> = vec![(Instant::now(), 1)];
    while let Some(line) = child.hear(end).await {
        if let Some(letters) = line.get(1).and_then(|number| number.parse().ok()) {
            typed.push((Instant::now(), letters));
        }
    }
    let killed = Instant::now();
    child.kill().await;
    let must: usize = typed
        .iter()
        .filter(|(at, _)| killed.duration_since(*at) >= MAX_LOSS)
        .map(|(_, letters)| *letters)
        .max()
        .unwrap_or(0);
    let engine = match machine.open(reader_api(&stand.proxy.base_url())).await {
        Ok(engine) => engine,
        Err(problem) => return verdict.lost(format!("the files do not open after a kill: {problem}")),
    };
    let drafts = engine.requests().list().await.expect("a list").drafts;
    let found = drafts.iter().find(|draft| draft.title == title).map(|draft| draft.id);
    let kept = match found {
        Some(id) => engine.requests().draft_get(id).await.expect("a draft").draft.note.chars().count(),
        None => 0,
    };
    if kept < must || found.is_none() {
        verdict.lost(format!("{must} letters were typed a second before the end, {kept} are there"));
    }
    engine.stop().await;
}
