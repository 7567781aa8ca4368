//! R10: every notice exactly once, over restarts, gaps and expired cursors; none at a first synchronisation;
//! at most one toast for each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use fastrand::Rng;
use hongyan_engine::Engine;
use hongyan_model::notice::NoticeKind;
use hongyan_model::{RequestId, RequestState, Service};
use hongyan_sandbox::Control;

use crate::Verdict;
use crate::chance::{chance, title};
use crate::client::loan;
use crate::machine::{Machine, reader_api};
use crate::promise::{enter, rest};
use crate::stand::LibrarySide;

/// Transitions between two starts of the program.
const MOVES_PER_START: u32 = 10;
/// Number of requests.
const REQUESTS: usize = 12;

/// Number of toasts by notice id.
type Toasts = Arc<Mutex<HashMap<i64, u32>>>;

/// Runs this many transitions, ten between two starts.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    crate::workers::share(Verdict::new("R10"), 1, move |part| async move {
        let mut verdict = Verdict::new("R10");
        all(&mut chance(seed, part.into()), runs, &mut verdict).await;
        verdict
    })
    .await
}

async fn all(chance: &mut Rng, transitions: u32, verdict: &mut Verdict) {
    let mut stand = LibrarySide::start().await;
    let user = stand.patron().await;
    let before = earlier(chance, &stand, &user).await;
    let (machine, toasts) = (Machine::new(), Toasts::default());
    let mut ours: Vec<RequestId> = Vec::new();
    let base = stand.proxy.base_url();
    let engine = machine.open(reader_api(&base)).await.expect("it opens");
    enter(&engine, &user).await;
    engine.sync().finished().await.expect("the first sync");
    if !engine.notices().list().await.expect("notices").notices.is_empty() {
        verdict.fail("a first sync gives notices");
    }
    engine.stop().await;
    drop(engine);
    let known = before.len();
    let mut moved: Vec<RequestId> = before;
    while verdict.runs < transitions {
        stand.proxy.plug_in().await;
        let engine = opened(&machine, &base).await;
        listen(&engine, &toasts);
        engine.start().await;
        refill(chance, &engine, &stand.control(), &user, &mut moved, &mut ours).await;
        for step in 0..MOVES_PER_START.min(transitions - verdict.runs) {
            verdict.runs += 1;
            step_on(chance, &stand.control(), &moved).await;
            match chance.u32(..12) {
                0 => stand.control().expire_cursors().await.expect("the sandbox works"),
                1 => stand.proxy.unplug(),
                2 => stand.proxy.plug_in().await,
                3..6 => engine.sync().now(),
                // a failed synchronisation is made up for by a later one
                6 | 7 if step % 2 == 0 => drop(engine.sync().finished().await),
                _ => {}
            }
        }
        if chance.bool() {
            engine.stop().await;
        } else {
            drop(engine); // dropped without `stop`: the most abrupt end within a process
        }
        for _ in 0..chance.u32(..3) {
            step_on(chance, &stand.control(), &moved).await;
        }
    }
    stand.proxy.plug_in().await;
    let engine = opened(&machine, &base).await;
    listen(&engine, &toasts);
    let mut heard = engine.sync().finished().await;
    for _ in 0..5 {
        if heard.is_err() {
            heard = engine.sync().finished().await;
        }
    }
    if let Err(problem) = heard {
        verdict.fail(format!("the library is there and is not heard: {problem}"));
    }
    compare(&engine, &stand.control(), &moved, known, verdict).await;
    for (notice, times) in toasts.lock().expect("the lock is not poisoned").iter() {
        if *times > 1 {
            verdict.duplicate(format!("notice {notice} gave {times} toasts"));
        }
    }
    engine.stop().await;
}

/// Opens the engine once the tasks of a dropped one have released the directory lock.
async fn opened(machine: &Machine, base: &str) -> Engine {
    loop {
        match machine.open(reader_api(base)).await {
            Ok(engine) => return engine,
            Err(problem) if problem.code == hongyan_engine::problem::ErrorCode::AlreadyRunning => {
                tokio::task::yield_now().await;
            }
            Err(problem) => panic!("it opens: {problem}"),
        }
    }
}

/// Requests made on another machine before this one was first used; some have arrived.
async fn earlier(chance: &mut Rng, stand: &LibrarySide, user: &str) -> Vec<RequestId> {
    let machine = Machine::without_keyring();
    let engine = machine.open(reader_api(&stand.proxy.base_url())).await.expect("it opens");
    enter(&engine, user).await;
    engine.start().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = loan(&engine, &title(chance), "").await.expect("a draft").id;
        engine.requests().submit(id).await.expect("it is kept");
        ids.push(id);
    }
    rest(&engine, user).await.expect("it comes to rest");
    for id in &ids {
        let arrived = RequestState::AwaitingPickup;
        stand.control().lead_to(&id.to_string(), arrived).await.expect("a way to the desk");
    }
    engine.stop().await;
    ids
}

fn listen(engine: &Engine, toasts: &Toasts) {
    let (mut events, toasts) = (engine.news().subscribe(), Arc::clone(toasts));
    tokio::spawn(async move {
        while let Ok(event) = events.recv().await {
            for notice in event.notices {
                *toasts.lock().expect("the lock is not poisoned").entry(notice.id).or_default() += 1;
            }
        }
    });
}

/// Replaces closed requests by new ones.
async fn refill(
    chance: &mut Rng,
    engine: &Engine,
    control: &Control,
    user: &str,
    moved: &mut Vec<RequestId>,
    ours: &mut Vec<RequestId>,
) {
    let mut open = 0;
    for id in moved.iter() {
        let state = control.state_of(&id.to_string()).await.expect("it is there");
        open += usize::from(!state_named(&state).is_terminal());
    }
    for _ in open..REQUESTS {
        let id = loan(engine, &title(chance), "").await.expect("a draft").id;
        engine.requests().submit(id).await.expect("it is kept");
        moved.push(id);
        ours.push(id);
    }
    rest(engine, user).await.expect("it comes to rest");
}

fn state_named(code: &str) -> RequestState {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).expect("every text is a state")
}

/// Performs one transition of one request, as the table allows.
async fn step_on(chance: &mut Rng, control: &Control, moved: &[RequestId]) {
    for _ in 0..50 {
        let id = moved[chance.usize(..moved.len())].to_string();
        let state = state_named(&control.state_of(&id).await.expect("it is there"));
        let next = state.next(Service::Loan);
        if next.is_empty() {
            continue;
        }
        let (to, _) = next[chance.usize(..next.len())].clone();
        if control.move_request(&id, to, None).await.is_ok() {
            return;
        }
    }
}

/// Derives the expected notices from the library's log. The first `known` requests were there before.
async fn compare(
    engine: &Engine,
    control: &Control,
    moved: &[RequestId],
    known: usize,
    verdict: &mut Verdict,
) {
    let mut wanted: HashMap<(RequestId, NoticeKind), i64> = HashMap::new();
    for (index, id) in moved.iter().enumerate() {
        let mut arrivals_before = u32::from(index < known);
        for event in control.events(&id.to_string()).await.expect("its log") {
            let to = event["toState"].as_str().unwrap_or_default();
            let Some(kind) = NoticeKind::for_state(&state_named(to)) else { continue };
            if kind == NoticeKind::Arrived && arrivals_before > 0 {
                arrivals_before -= 1;
                continue;
            }
            *wanted.entry((*id, kind)).or_default() += 1;
        }
    }
    let mut given: HashMap<(RequestId, NoticeKind), i64> = HashMap::new();
    for notice in engine.notices().list().await.expect("notices").notices {
        if let Some(id) = notice.request {
            *given.entry((id, notice.kind)).or_default() += 1;
        }
    }
    for (key, count) in &wanted {
        let got = given.get(key).copied().unwrap_or_default();
        match got - count {
            0 => {}
            missing if missing < 0 => verdict.lost(format!("{key:?}: {got} notices of {count}")),
            _ => verdict.duplicate(format!("{key:?}: {got} notices of {count}")),
        }
    }
    let of_states = |kind: NoticeKind| wanted.keys().any(|(_, wanted)| *wanted == kind);
    for (key, count) in given.iter().filter(|(key, _)| of_states(key.1) && !wanted.contains_key(key)) {
        verdict.false_sent(format!("{key:?}: {count} notices of nothing"));
    }
}
