//! R4: the button pressed twice, Enter held down, the program started twice, the same draft on two machines:
//! one request at the library.

use fastrand::Rng;
use hongyan_engine::Engine;
use hongyan_engine::problem::ErrorCode;
use hongyan_model::RequestId;

use crate::Verdict;
use crate::chance::{chance, note, title};
use crate::client::loan;
use crate::machine::{Machine, reader_api};
use crate::promise::{compare, enter, rest, Told};
use crate::stand::LibrarySide;

/// Runs before both sides are compared.
const RUNS_PER_COMPARISON: u32 = 20;
/// Comparisons before a new library is started.
const COMPARISONS_PER_LIBRARY: u32 = 5;

/// Runs this many repetitions, the four kinds in turn.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    let per_part = RUNS_PER_COMPARISON * COMPARISONS_PER_LIBRARY;
    crate::workers::share(Verdict::new("R4"), runs.div_ceil(per_part), move |part| async move {
        let mut verdict = Verdict::new("R4");
        let stand = LibrarySide::start().await;
        let mut chance = chance(seed, part.into());
        let mut left = per_part.min(runs - part * per_part);
        while left > 0 {
            let here = left.min(RUNS_PER_COMPARISON);
            Box::pin(life(&mut chance, here, &stand, &mut verdict)).await;
            left -= here;
        }
        verdict
    })
    .await
}

async fn life(chance: &mut Rng, runs: u32, stand: &LibrarySide, verdict: &mut Verdict) {
    let (machine, user) = (Machine::new(), stand.patron().await);
    stand.proxy.forget();
    let gateway = reader_api(&stand.proxy.base_url());
    let engine = machine.open(gateway.clone()).await.expect("it opens");
    let mut told = Told::default();
    let mut drafts = Vec::new();
    for _ in 0..runs {
        let words = (title(chance), note(chance));
        let id = loan(&engine, &words.0, &words.1).await.expect("a draft").id;
        told.saved.insert(id, words);
        told.tried.insert(id);
        drafts.push(id);
    }
    // two machines: the drafts were copied before anybody signed in; each machine has told its patron
    // different things
    let copied = drafts.split_off(drafts.len() - drafts.len() / 4);
    let copied: Vec<(RequestId, String)> = copied
        .into_iter()
        .filter_map(|id| told.saved.remove(&id).map(|(title, _)| (id, title)))
        .collect();
    engine.stop().await;
    drop(engine);
    let other = if copied.is_empty() { None } else { Some(copy(&machine)) };
    let engine = machine.open(gateway.clone()).await.expect("it opens again");
    enter(&engine, &user).await;
    engine.start().await;
    for (number, id) in drafts.iter().enumerate() {
        verdict.runs += 1;
        told.submitted.insert(*id);
        match number % 3 {
            0 => pressed(&engine, *id, 2, verdict).await,
            1 => pressed(&engine, *id, chance.usize(3..12), verdict).await,
            _ => {
                pressed(&engine, *id, 1, verdict).await;
                match machine.open(gateway.clone()).await {
                    Err(problem) if problem.code == ErrorCode::AlreadyRunning => {}
                    Err(problem) => verdict.fail(format!("a second start is refused with {problem}")),
                    Ok(_) => verdict.fail("a second start is not refused"),
                }
            }
        }
    }
    if let Some(other) = &other {
        let second = other.open(gateway).await.expect("the copy opens");
        enter(&second, &user).await;
        second.start().await;
        for (id, _) in &copied {
            verdict.runs += 1;
            let (here, there) = tokio::join!(engine.requests().submit(*id), second.requests().submit(*id));
            if here.is_err() || there.is_err() {
                verdict.fail(format!("the draft on two machines: {here:?} {there:?}"));
            }
        }
        if rest(&second, &user).await.is_none() {
            verdict.fail("the second machine never comes to rest");
        }
        second.stop().await;
    }
    if rest(&engine, &user).await.is_none() {
        verdict.fail("it never comes to rest");
    }
    compare(&told, &engine, stand, verdict).await;
    once(&copied, stand, verdict).await;
    engine.stop().await;
}

/// Copies the data directory to another machine.
fn copy(machine: &Machine) -> Machine {
    let other = Machine::new();
    std::fs::create_dir_all(other.data_dir()).expect("a temporary directory");
    for entry in std::fs::read_dir(machine.data_dir()).expect("a temporary directory").flatten() {
        std::fs::copy(entry.path(), other.data_dir().join(entry.file_name())).expect("a copy");
    }
    std::fs::copy(machine.key_file(), other.key_file()).expect("a copy");
    other
}

/// Presses the button this many times at once.
async fn pressed(engine: &Engine, id: RequestId, times: usize, verdict: &mut Verdict) {
    let presses: Vec<_> = (0..times)
        .map(|_| {
            let engine = engine.clone();
            tokio::spawn(async move { engine.requests().submit(id).await.map(|detail| detail.row.id) })
        })
        .collect();
    for press in presses {
        match press.await {
            Ok(Ok(answered)) if answered == id => {}
            other => verdict.fail(format!("pressed {times} times: {other:?}")),
        }
    }
}

/// Of two machines one is first; the other one reports it, and the library has one request.
async fn once(copied: &[(RequestId, String)], stand: &LibrarySide, verdict: &mut Verdict) {
    let there = stand.requests().await;
    for (id, title) in copied {
        match there.iter().filter(|request| request.id == *id || request.title == *title).count() {
            1 => {}
            0 => verdict.lost(format!("{id} was on two machines and never arrived")),
            _ => verdict.duplicate(format!("{id} is there more than once")),
        }
    }
}
