//! R14: the system clock is changed while something waits: a day back, eight hours ahead (two operating
//! systems that disagree about the time zone of the hardware clock), thirty days ahead, and back to the right
//! time. Nothing is held longer than requested, no question and no notice caused by the wrong clock stays,
//! every real reminder appears exactly once, and synchronisation goes on.
//!
//! Time passes equally on all clocks: wall clock, monotonic clock, library, and `Date` header. A step changes
//! the machine's wall clock only.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use fastrand::Rng;
use hongyan_engine::view::RequestGroup;
use hongyan_engine::{Clock, Engine};
use hongyan_model::notice::NoticeKind;
use hongyan_model::{RequestId, RequestState};
use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned};
use tokio::sync::watch;

use crate::Verdict;
use crate::chance::{chance, note, title};
use crate::client::loan;
use crate::machine::{Machine, patient_reader_api};
use crate::promise::{Told, compare, enter, rest};
use crate::proxy::{Interference, json, page};
use crate::stand::LibrarySide;

/// The steps of the wall clock, hours.
const STEPS: [i64; 3] = [-24, 8, 30 * 24];
/// Timeout; the requested waits are at most one second.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Number of libraries over which the runs are spread.
const LIBRARIES: u32 = 4;
/// One of this many runs tests reminders, over three simulated weeks.
const RUNS_PER_LOAN: u32 = 4;

/// Runs this many steps.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    crate::workers::share(Verdict::new("R14"), LIBRARIES, move |part| async move {
        let mut verdict = Verdict::new("R14");
        let mut stand = LibrarySide::start().await;
        // three weeks pass; the session's end is not what this suite tests
        stand.control().change_settings(|settings| {
            settings.access_seconds = 100_000_000;
            settings.refresh_seconds = 200_000_000;
        });
        let clock = Arc::new(Wall::default());
        let mut chance = chance(seed, part.into());
        for number in (0..runs).filter(|number| number % LIBRARIES == part) {
            verdict.runs += 1;
            let turn = number / LIBRARIES;
            let step = SignedDuration::from_hours(STEPS[(turn + part) as usize % STEPS.len()]);
            if turn % RUNS_PER_LOAN == RUNS_PER_LOAN - 1 {
                reminded(&mut chance, step, &mut stand, &clock, &mut verdict).await;
            } else {
                held(&mut chance, step, &mut stand, &clock, &mut verdict).await;
            }
            clock.is_off(SignedDuration::ZERO);
        }
        verdict
    })
    .await
}

/// The clocks of a machine.
#[derive(Default)]
struct Wall(Mutex<(SignedDuration, SignedDuration)>);

impl Wall {
    /// Lets time pass on all clocks.
    async fn pass(&self, stand: &LibrarySide, time: SignedDuration) {
        let passed = {
            let mut clocks = self.0.lock().expect("the lock is not poisoned");
            clocks.0 += time;
            clocks.0
        };
        stand.proxy.date_ahead(passed);
        stand.control().advance(time.as_secs()).await.expect("the sandbox works");
    }

    /// Sets the error of the wall clock.
    fn is_off(&self, error: SignedDuration) {
        self.0.lock().expect("the lock is not poisoned").1 = error;
    }

    /// The true time, in China.
    fn right(&self) -> Zoned {
        let (passed, _) = *self.0.lock().expect("the lock is not poisoned");
        (Timestamp::now() + passed).to_zoned(TimeZone::fixed(offset(8)))
    }
}

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        let (passed, error) = *self.0.lock().expect("the lock is not poisoned");
        Timestamp::now() + passed + error
    }

    fn local(&self) -> Zoned {
        self.now().to_zoned(TimeZone::fixed(offset(8)))
    }

    fn today(&self) -> Date {
        self.local().date()
    }

    fn steady(&self) -> Duration {
        static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
        let (passed, _) = *self.0.lock().expect("the lock is not poisoned");
        BEGIN.elapsed() + Duration::try_from(passed).unwrap_or_default()
    }
}

/// Why a submission has to wait.
#[derive(Debug, Clone, Copy)]
enum Waits {
    /// 503 with a Retry-After of one second
    Asked,
    /// 429 with the same
    Slower,
    /// 502 with a web page: outcome unknown
    Gateway,
    /// no network
    Network,
}

/// What makes the queue continue.
#[derive(Debug, Clone, Copy)]
enum Frees {
    /// nothing: the wait ends by itself
    Nobody,
    /// the button 立即同步
    Patron,
    /// a restart
    Start,
    /// a notification of the system that the clock was set
    Set,
}

async fn opened(machine: &Machine, stand: &LibrarySide) -> Engine {
    machine.open(patient_reader_api(&stand.proxy.base_url())).await.expect("it opens")
}

/// Requests wait and the clock is set: before, so that the wait has a wrong date, or during the wait.
async fn held(
    chance: &mut Rng,
    step: SignedDuration,
    stand: &mut LibrarySide,
    clock: &Arc<Wall>,
    verdict: &mut Verdict,
) {
    let waits = [Waits::Asked, Waits::Slower, Waits::Gateway, Waits::Network][chance.usize(..4)];
    let frees = [Frees::Nobody, Frees::Patron, Frees::Start, Frees::Set][chance.usize(..4)];
    let before = chance.bool();
    let name = format!("{waits:?}, {frees:?}, {} h, {}", step.as_hours(), if before { "before" } else { "then" });
    let dyn_clock: Arc<dyn Clock> = Arc::<Wall>::clone(clock);
    let (machine, user) = (Machine::with_clock(dyn_clock), stand.patron().await);
    stand.proxy.forget();
    stand.proxy.rule(|_| Interference::Pass);
    let engine = opened(&machine, stand).await;
    enter(&engine, &user).await;
    engine.sync().finished().await.expect("the first sync");
    engine.start().await;
    let (rule, mut met) = meet(waits);
    stand.proxy.rule(rule);
    if before {
        clock.is_off(step);
    }
    if matches!(waits, Waits::Network) {
        stand.proxy.unplug();
    }
    let mut told = Told::default();
    for _ in 0..2 {
        let words = (title(chance), note(chance));
        let id = loan(&engine, &words.0, &words.1).await.expect("a draft").id;
        told.saved.insert(id, words);
        told.tried.insert(id);
        match engine.requests().submit(id).await {
            Ok(_) => {
                told.submitted.insert(id);
            }
            Err(problem) => verdict.fail(format!("{name}: saving needs no clock: {problem}")),
        }
    }
    let meeting = async {
        match waits {
            Waits::Network => waiting_for_network(&engine).await,
            _ => drop(met.wait_for(|met| *met).await),
        }
    };
    if tokio::time::timeout(TIMEOUT, meeting).await.is_err() {
        verdict.fail(format!("{name}: nothing ever waits"));
    }
    clock.is_off(if before { SignedDuration::ZERO } else { step });
    stand.proxy.plug_in().await;
    let engine = free(frees, engine, &machine, stand).await;
    if !before {
        // after thirty days the patron is asked whether the request is still wanted, as long as the clock
        // says so
        if tokio::time::timeout(TIMEOUT, asked_or_gone(&engine)).await.is_err() {
            verdict.fail(format!("{name}: neither asked about nor sent"));
        }
        clock.is_off(SignedDuration::ZERO);
        if matches!(frees, Frees::Set) {
            engine.sync().clock_was_set();
        }
    }
    if rest(&engine, &user).await.is_none() {
        let list = engine.requests().list().await.expect("a list").requests;
        let rows: Vec<_> = list.iter().map(|row| (&row.state, &row.group)).collect();
        verdict.fail(format!("{name}: held: {rows:?}"));
    }
    // a question caused by the wrong clock is withdrawn when the clock is right
    clock.is_off(SignedDuration::ZERO);
    let list = engine.requests().list().await.expect("a list").requests;
    if list.iter().any(|row| row.group == RequestGroup::NeedsYou) {
        verdict.fail(format!("{name}: a question stays"));
    }
    news_go_on(chance, &engine, stand, &told, &name, verdict).await;
    compare(&told, &engine, stand, verdict).await;
    engine.stop().await;
}

async fn free(frees: Frees, engine: Engine, machine: &Machine, stand: &LibrarySide) -> Engine {
    match frees {
        // earlier than its own check, which comes within five seconds
        Frees::Set => engine.sync().clock_was_set(),
        Frees::Patron => engine.sync().now(),
        Frees::Nobody => {}
        Frees::Start => {
            engine.stop().await;
            drop(engine);
            let engine = opened(machine, stand).await;
            engine.start().await;
            return engine;
        }
    }
    engine
}

fn meet(waits: Waits) -> (impl FnMut(&crate::proxy::RecordedCall) -> Interference + Send + 'static, watch::Receiver<bool>) {
    let (tell, met) = watch::channel(false);
    let rule = move |seen: &crate::proxy::RecordedCall| {
        if !seen.creates() || tell.send_replace(true) {
            return Interference::Pass;
        }
        let errors = r#"{"errors":[{"message":"稍后再试","code":"BUSY"}]}"#;
        let bytes = match waits {
            Waits::Asked => json(503, errors, 1),
            Waits::Slower => json(429, errors, 1),
            Waits::Gateway => page(502),
            Waits::Network => return Interference::Pass,
        };
        Interference::Answer { after: false, bytes }
    };
    (rule, met)
}

async fn asked_or_gone(engine: &Engine) {
    use RequestState as S;
    let mut events = engine.news().subscribe();
    loop {
        let list = engine.requests().list().await.expect("a list").requests;
        let settled = list.iter().all(|row| {
            row.group == RequestGroup::NeedsYou || !matches!(row.state, S::Queued | S::Sending | S::Unknown)
        });
        if settled {
            return;
        }
        let _ = tokio::time::timeout(Duration::from_millis(250), events.recv()).await;
    }
}

async fn waiting_for_network(engine: &Engine) {
    let mut events = engine.news().subscribe();
    loop {
        let list = engine.requests().list().await.expect("a list").requests;
        for row in &list {
            let detail = engine.requests().get(row.id).await.expect("it is there");
            if detail.outbox.is_some_and(|outbox| outbox.problem.is_some()) {
                return;
            }
        }
        let _ = tokio::time::timeout(Duration::from_millis(100), events.recv()).await;
    }
}

/// A change at the library is received, whatever the clock shows.
async fn news_go_on(
    chance: &mut Rng,
    engine: &Engine,
    stand: &LibrarySide,
    told: &Told,
    name: &str,
    verdict: &mut Verdict,
) {
    let ids: Vec<RequestId> = told.submitted.iter().copied().collect();
    let Some(id) = chance.choice(&ids).copied() else { return };
    if stand.control().lead_to(&id.to_string(), RequestState::LocalReview).await.is_err() {
        return; // the request is missing; the comparison reports it
    }
    let mut events = engine.news().subscribe();
    let heard = async {
        while engine.requests().get(id).await.is_ok_and(|d| d.row.state != RequestState::LocalReview) {
            let _ = tokio::time::timeout(Duration::from_millis(250), events.recv()).await;
        }
    };
    if tokio::time::timeout(TIMEOUT, heard).await.is_err() {
        verdict.fail(format!("{name}: the news stop"));
    }
}

/// A loan over three weeks, with a step of the clock at every stage.
async fn reminded(
    chance: &mut Rng,
    step: SignedDuration,
    stand: &mut LibrarySide,
    clock: &Arc<Wall>,
    verdict: &mut Verdict,
) {
    let name = format!("a loan, {} h", step.as_hours());
    let dyn_clock: Arc<dyn Clock> = Arc::<Wall>::clone(clock);
    let (machine, user) = (Machine::with_clock(dyn_clock), stand.patron().await);
    stand.proxy.rule(|_| Interference::Pass);
    let engine = opened(&machine, stand).await;
    enter(&engine, &user).await;
    engine.sync().finished().await.expect("the first sync");
    engine.start().await;
    let id = loan(&engine, &title(chance), "").await.expect("a draft").id;
    engine.requests().submit(id).await.expect("it is kept");
    rest(&engine, &user).await.expect("it comes to rest");
    engine.stop().await;
    drop(engine);
    stand.control().lead_to(&id.to_string(), RequestState::OnLoan).await.expect("a way home");
    let mut engine = opened(&machine, stand).await;
    engine.sync().finished().await.expect("news");
    let Some(due) = engine.requests().get(id).await.expect("it is there").row.clock.date else {
        return verdict.fail(format!("{name}: a loan without a day"));
    };
    engine.reminders().check_clock().await.expect("a look");
    wrong_for_a_while(&engine, step, clock).await;
    if let Some(kind) = reminders(&engine).await.into_keys().next() {
        verdict.false_sent(format!("{name}: {kind:?} stays, long before the day"));
    }
    for (days, kind) in [(3, NoticeKind::DueSoon), (1, NoticeKind::DueTomorrow), (0, NoticeKind::DueToday)] {
        // early in the morning the previous day still counts, and eight hours later it is the next one
        let hour = if chance.bool() { 12 } else { 2 };
        let day = due.saturating_sub(i64::from(days).days());
        until(stand, clock, day, hour).await;
        if chance.bool() {
            engine.stop().await;
            drop(engine);
            engine = opened(&machine, stand).await;
        }
        engine.sync().finished().await.expect("news");
        engine.reminders().check_clock().await.expect("a look");
        wrong_for_a_while(&engine, step, clock).await;
        until(stand, clock, day, 13).await;
        engine.sync().finished().await.expect("news");
        engine.reminders().check_clock().await.expect("a look");
        match reminders(&engine).await.get(&kind) {
            Some(1) => {}
            Some(times) => verdict.duplicate(format!("{name}: {kind:?} {times} times")),
            None => verdict.lost(format!("{name}: {kind:?} is not told on its day")),
        }
    }
    let had = reminders(&engine).await;
    for (kind, times) in &had {
        match (kind, times) {
            (NoticeKind::DueSoon | NoticeKind::DueTomorrow | NoticeKind::DueToday, 1) => {}
            (_, times) => verdict.false_sent(format!("{name}: {kind:?} {times} times in the end")),
        }
    }
    engine.stop().await;
}

/// The clock is wrong, the engine observes it, and it is set right again.
async fn wrong_for_a_while(engine: &Engine, step: SignedDuration, clock: &Wall) {
    for error in [step, SignedDuration::ZERO] {
        clock.is_off(error);
        engine.reminders().check_clock().await.expect("a look");
    }
}

/// Lets time pass until this hour in China.
async fn until(stand: &LibrarySide, clock: &Wall, day: Date, hour: i8) {
    let then = day.at(hour, 0, 0, 0).to_zoned(TimeZone::fixed(offset(8))).expect("a time");
    let left = then.timestamp().duration_since(clock.right().timestamp());
    if left.is_positive() {
        clock.pass(stand, left).await;
    }
}

/// Number of reminders shown, by kind.
async fn reminders(engine: &Engine) -> HashMap<NoticeKind, u32> {
    use NoticeKind as K;
    let mut had = HashMap::new();
    for notice in engine.notices().list().await.expect("notices").notices {
        if matches!(notice.kind, K::DueSoon | K::DueTomorrow | K::DueToday | K::DueOver | K::Late) {
            *had.entry(notice.kind).or_default() += 1;
        }
    }
    had
}
