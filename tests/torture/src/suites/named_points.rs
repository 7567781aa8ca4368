//! R2: the program is killed at each point at which a kill could do harm: around the three commits, and at
//! every stage of the call. The state after the restart is that of the table in docs/REQUESTS.md ("Outbox
//! rules"), and in the end the promise holds as in every suite.

use std::time::Duration;

use fastrand::Rng;
use hongyan_engine::Engine;
use hongyan_model::{RequestId, RequestState};

use crate::Verdict;
use crate::chance::{chance, note, title};
use crate::child::Child;
use crate::machine::{Machine, reader_api};
use crate::promise::{compare, enter, rest, Told};
use crate::proxy::{Point, Interference};
use crate::stand::LibrarySide;

/// Timeout for a client to reach its point; machines are busy.
const POINT_TIMEOUT: Duration = Duration::from_secs(60);

/// What stops the program at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stop {
    /// a marker in the program
    Mark(&'static str),
    /// the proxy accepts new connections and reads nothing
    Connect,
    /// the proxy holds the call
    Call(Point),
}

/// The points of submitting, with the state after the restart before anything is sent.
const POINTS: &[(&str, Stop, RequestState)] = &[
    ("before T1", Stop::Mark("before T1"), RequestState::Draft),
    ("after T1", Stop::Mark("after T1"), RequestState::Queued),
    ("after T2", Stop::Mark("after T2"), RequestState::Unknown),
    ("connect", Stop::Connect, RequestState::Unknown),
    ("headers sent", Stop::Call(Point::Head), RequestState::Unknown),
    ("body half", Stop::Call(Point::HalfBody), RequestState::Unknown),
    ("body full", Stop::Call(Point::Body), RequestState::Unknown),
    ("done there, no reply", Stop::Call(Point::Done), RequestState::Unknown),
    ("reply read", Stop::Mark("reply read"), RequestState::Unknown),
    ("before T3", Stop::Mark("before T3"), RequestState::Unknown),
    ("after T3", Stop::Mark("after T3"), RequestState::Submitted),
];

/// Runs each point this many times; one run is one kill.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    let points = u32::try_from(POINTS.len()).expect("a small number");
    let each = runs.div_ceil(points);
    crate::workers::share(Verdict::new("R2"), points, move |part| async move {
        let mut verdict = Verdict::new("R2");
        let mut chance = chance(seed, part.into());
        let (name, stop, state) = &POINTS[part as usize];
        submitting(&mut chance, name, *stop, state, each, &mut verdict).await;
        verdict
    })
    .await
}

async fn submitting(
    chance: &mut Rng,
    name: &str,
    stop: Stop,
    state: &RequestState,
    times: u32,
    verdict: &mut Verdict,
) {
    let mut stand = LibrarySide::start().await;
    let (machine, user) = (Machine::new(), stand.patron().await);
    let mut told = Told::default();
    // signed in beforehand, so that nothing else is in progress at the point
    let engine = machine.open(reader_api(&stand.proxy.base_url())).await.expect("it opens");
    enter(&engine, &user).await;
    engine.stop().await;
    drop(engine);
    for _ in 0..times {
        verdict.runs += 1;
        let Some(id) = killed_at(chance, stop, &machine, &user, &mut stand, &mut told).await else {
            verdict.fail(format!("{name}: the program did not get there"));
            continue;
        };
        let engine = match machine.open(reader_api(&stand.proxy.base_url())).await {
            Ok(engine) => engine,
            Err(problem) => {
                verdict.lost(format!("{name}: the files do not open: {problem}"));
                continue;
            }
        };
        let found = state_of(&engine, id).await;
        if found.as_ref() != Some(state) {
            verdict.fail(format!("{name}: {id} is {found:?} after the restart, not {state:?}"));
        }
        engine.start().await;
        if rest(&engine, &user).await.is_none() {
            verdict.fail(format!("{name}: it never comes to rest"));
        }
        compare(&told, &engine, &stand, verdict).await;
        engine.stop().await;
    }
}

async fn state_of(engine: &Engine, id: RequestId) -> Option<RequestState> {
    let list = engine.requests().list().await.ok()?;
    let request = list.requests.iter().find(|row| row.id == id).map(|row| row.state.clone());
    request.or_else(|| list.drafts.iter().any(|draft| draft.id == id).then_some(RequestState::Draft))
}

/// Starts a process and kills it at its point. `None` if it never gets there.
async fn killed_at(
    chance: &mut Rng,
    stop: Stop,
    machine: &Machine,
    user: &str,
    stand: &mut LibrarySide,
    told: &mut Told,
) -> Option<RequestId> {
    let mark = if let Stop::Mark(name) = stop { name } else { "" };
    let mut child = Child::start(machine, &stand.proxy.base_url(), user, mark);
    child.hear_of(&["ready"], POINT_TIMEOUT).await?;
    let words = (title(chance), note(chance));
    child.tell(&["draft", &words.0, &words.1]).await;
    let lines = child.hear_of(&["saved"], POINT_TIMEOUT).await?;
    let id = RequestId(lines.last()?.get(1)?.parse().ok()?);
    told.saved.insert(id, words);
    told.tried.insert(id);
    match stop {
        Stop::Mark(_) => {}
        Stop::Connect => stand.proxy.hold(true),
        Stop::Call(point) => {
            stand.proxy.rule(move |seen| if seen.creates() { Interference::Park(point) } else { Interference::Pass });
        }
    }
    let before = stand.proxy.accepted();
    child.tell(&["submit", &id.to_string()]).await;
    let reached = match stop {
        Stop::Mark(name) => child.hear_of(&["point", name], POINT_TIMEOUT).await,
        Stop::Connect => {
            let lines = child.hear_of(&["point", "after T2"], POINT_TIMEOUT).await;
            while stand.proxy.accepted() == before {
                tokio::task::yield_now().await;
            }
            lines
        }
        Stop::Call(_) => {
            tokio::time::timeout(POINT_TIMEOUT, stand.proxy.parked()).await.ok()??;
            Some(Vec::new())
        }
    };
    let mut lines = reached.clone().unwrap_or_default();
    lines.extend(child.kill().await);
    if lines.iter().any(|line| line[0] == "submitted") {
        told.submitted.insert(id);
    }
    stand.proxy.hold(false);
    stand.proxy.rule(|_| Interference::Pass);
    // the held call is forwarded after the end of the program that sent it
    stand.proxy.release();
    reached.map(|_| id)
}
