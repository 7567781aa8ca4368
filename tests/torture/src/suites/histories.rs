//! R11: what the patron sees equals what the library has, after any history. An in-memory library moves
//! requests, invents states, deletes with and without tombstones, lets cursors expire, shifts pages while
//! they are read and breaks off in the middle; then both sides are compared.

mod library;

use std::sync::Arc;

use fastrand::Rng;
use hongyan_engine::Engine;
use hongyan_model::{RequestId, RequestState};

use self::library::Library;
use crate::Verdict;
use crate::chance::chance;
use crate::machine::Machine;

/// Histories that one engine goes through in sequence; each leaves its requests behind.
const HISTORIES_PER_ENGINE: u32 = 20;

/// Runs this many histories.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    let parts = runs.div_ceil(HISTORIES_PER_ENGINE);
    crate::workers::share(Verdict::new("R11"), parts, move |part| async move {
        let mut verdict = Verdict::new("R11");
        some(&mut chance(seed, part.into()), HISTORIES_PER_ENGINE.min(runs - part * HISTORIES_PER_ENGINE), &mut verdict).await;
        verdict
    })
    .await
}

async fn some(chance: &mut Rng, histories: u32, verdict: &mut Verdict) {
    let library = Arc::new(Library::default());
    let machine = Machine::without_keyring();
    let engine = machine.open(library.clone()).await.expect("an engine in memory opens");
    engine.platform().sign_in("20210001", "相思湖畔904").await.expect("the library lets everybody in");
    for _ in 0..histories {
        verdict.runs += 1;
        history(chance, &library, &engine).await;
        library.calm();
        // an expired cursor or a broken page needs one more attempt
        for _ in 0..3 {
            if engine.sync().finished().await.is_ok() {
                break;
            }
        }
        compare(&library, &engine, verdict).await;
    }
    engine.stop().await;
}

/// Random changes at the library, with a synchronisation now and then.
async fn history(chance: &mut Rng, library: &Library, engine: &Engine) {
    library.trouble(chance.u64(..), chance.f64() * 0.4);
    for _ in 0..chance.usize(3..12) {
        match chance.u32(..20) {
            0..4 => library.create(),
            4..13 => library.move_one(),
            13 => library.delete_one(),
            14 => library.forget_one(),
            15 => library.expire_cursors(),
            // a failed synchronisation is made up for by a later one
            _ => drop(engine.sync().finished().await),
        }
    }
}

async fn compare(library: &Library, engine: &Engine, verdict: &mut Verdict) {
    let there = library.requests();
    let list = engine.requests().list().await.expect("a list");
    for request in &there {
        let Some(row) = list.requests.iter().find(|row| row.id == request.id) else {
            verdict.lost(format!("{} is at the library as {:?} and not here", request.id, request.state));
            continue;
        };
        let here = engine.requests().get(row.id).await.expect("what is in the list");
        let shown = (&row.state, row.state_label.as_str(), here.request.as_ref().map(|r| r.version));
        let true_one = (&request.state, request.state_label.as_str(), Some(request.version));
        if shown != true_one {
            verdict.fail(format!("{} is shown as {shown:?} and is {true_one:?}", request.id));
        }
        let missing = library.log(request.id).iter().filter(|event| {
            !here.timeline.iter().any(|line| line.state == event.to_state && line.note == event.note)
        }).count();
        if missing > 0 {
            verdict.fail(format!("{} lines of the log of {} are missing", missing, request.id));
        }
    }
    for row in &list.requests {
        let gone = !there.iter().any(|request| request.id == row.id);
        if gone && !row.state.is_terminal() {
            verdict.false_sent(format!("{} is shown as {:?} and is gone", row.id, row.state));
        }
    }
    twice(&list.requests.iter().map(|row| (row.id, &row.state)).collect::<Vec<_>>(), verdict);
}

fn twice(rows: &[(RequestId, &RequestState)], verdict: &mut Verdict) {
    for (index, (id, _)) in rows.iter().enumerate() {
        if rows.iter().skip(index + 1).any(|(other, _)| other == id) {
            verdict.duplicate(format!("{id} is in the list twice"));
        }
    }
}
