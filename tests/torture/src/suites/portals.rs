//! R13: something else answers instead of the library when a machine wakes: a captive portal, a maintenance
//! page, a gateway without a library behind it, a reset. The tokens have used up four fifths of their
//! lifetime, or have expired. Nobody is signed out by a foreign answer, waiting requests are sent by
//! themselves when it is gone, and the connection is no longer reported as captive, with a session and
//! without one.
//!
//! One exception is part of the contract (docs/reader-api.yaml): a refresh with unknown outcome (reset, 502
//! or 504 during `POST /authn/refresh`) must not be repeated. Such sessions are counted separately; no queued
//! request is lost by them either. Every part runs two controls: without a foreign answer nobody is signed
//! out, and with the library's own 401 or 422 somebody is, which shows that the suite would notice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::view::Connection;
use hongyan_engine::{Clock, Engine};
use hongyan_model::RequestState;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::Verdict;
use crate::chance::{chance, note, title};
use crate::client::loan;
use crate::machine::{Machine, patient_reader_api};
use crate::promise::{Told, compare, enter, rest};
use crate::proxy::{RecordedCall, Interference, json, page, redirect};
use crate::stand::{PASSWORD, LibrarySide};

/// Number of requests that wait when the machine wakes.
const REQUESTS: usize = 2;
/// Timeout.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How many of the first calls after waking are each tested alone with every foreign answer.
const FIRST_CALLS: u32 = 5;

/// The foreign answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ForeignAnswer {
    /// 302 to another host
    Portal,
    /// 200 with a web page
    Page,
    /// 401 with a web page: a proxy that requires its own sign-in
    Proxy401,
    /// 407
    Proxy407,
    /// 502 with a web page
    Gateway502,
    /// 503 with a web page
    Gateway503,
    /// 504 with a web page
    Gateway504,
    /// 511
    Network511,
    /// the connection is reset
    Reset,
}

const FOREIGN_ANSWERS: [ForeignAnswer; 9] = [
    ForeignAnswer::Portal,
    ForeignAnswer::Page,
    ForeignAnswer::Proxy401,
    ForeignAnswer::Proxy407,
    ForeignAnswer::Gateway502,
    ForeignAnswer::Gateway503,
    ForeignAnswer::Gateway504,
    ForeignAnswer::Network511,
    ForeignAnswer::Reset,
];

impl ForeignAnswer {
    fn spoil(self) -> Interference {
        let bytes = match self {
            ForeignAnswer::Reset => return Interference::Reset { after: false },
            ForeignAnswer::Portal => redirect(302, "http://10.0.0.55/portal?门户=校园网"),
            ForeignAnswer::Page => page(200),
            ForeignAnswer::Proxy401 => page(401),
            ForeignAnswer::Proxy407 => page(407),
            ForeignAnswer::Gateway502 => page(502),
            ForeignAnswer::Gateway503 => page(503),
            ForeignAnswer::Gateway504 => page(504),
            ForeignAnswer::Network511 => page(511),
        };
        Interference::Answer { after: false, bytes }
    }

    /// Whether the library may have received the call all the same, so that a refresh must not be repeated.
    fn may_have_been_forwarded(self) -> bool {
        matches!(self, ForeignAnswer::Reset | ForeignAnswer::Gateway502 | ForeignAnswer::Gateway504)
    }
}

/// Which calls get the foreign answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AffectedCalls {
    /// the first calls, up to this number
    First(u32),
    /// only the call with this number after waking
    Only(u32),
    /// the first refresh
    Refresh,
}

const AFFECTED_CALLS: [AffectedCalls; 9] = [
    AffectedCalls::First(1),
    AffectedCalls::First(2),
    AffectedCalls::First(6),
    AffectedCalls::Only(1),
    AffectedCalls::Only(2),
    AffectedCalls::Only(3),
    AffectedCalls::Only(4),
    AffectedCalls::Only(FIRST_CALLS),
    AffectedCalls::Refresh,
];

/// Age of the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tokens {
    /// nine of their ten minutes have passed
    Worn,
    /// the access token has expired; the refresh token is valid
    Over,
}

/// Runs this many awakenings.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    let strangers = u32::try_from(FOREIGN_ANSWERS.len()).expect("a small number");
    let each = runs.div_ceil(strangers);
    let mut whole = crate::workers::share(Verdict::new("R13"), strangers, move |part| async move {
        let mut verdict = Verdict::new("R13");
        let (mut stand, clock) = (LibrarySide::start().await, Arc::new(Shared::default()));
        let (mut chance, stranger) = (chance(seed, part.into()), FOREIGN_ANSWERS[part as usize]);
        control(&mut chance, &mut stand, &clock, &mut verdict).await;
        for number in 0..each {
            verdict.runs += 1;
            if number % 10 == 9 {
                nobody_signed_in(stranger, &stand, &clock, &mut verdict).await;
                continue;
            }
            let meets = AFFECTED_CALLS[(number as usize + part as usize) % AFFECTED_CALLS.len()];
            let tokens = if chance.bool() { Tokens::Worn } else { Tokens::Over };
            let awakening = Awakening { stranger, meets, tokens, restarted: chance.bool() };
            awakening.run(&mut chance, &mut stand, &clock, &mut verdict).await;
        }
        verdict
    })
    .await;
    whole.note(format!(
        "{} sessions ended by a reset, a 502 or a 504 inside the refresh itself, as the contract has it",
        whole.apart
    ));
    whole
}

/// The machine's clock, which agrees with the library's.
#[derive(Default)]
struct Shared(Mutex<SignedDuration>);

impl Shared {
    async fn pass(&self, stand: &LibrarySide, minutes: i64) {
        *self.0.lock().expect("the lock is not poisoned") += SignedDuration::from_mins(minutes);
        stand.control().advance(minutes * 60).await.expect("the sandbox works");
    }
}

impl Clock for Shared {
    fn now(&self) -> Timestamp {
        Timestamp::now() + *self.0.lock().expect("the lock is not poisoned")
    }

    fn today(&self) -> Date {
        // date checks are not what this suite tests
        jiff::Zoned::now().date()
    }
}

/// Parameters of one awakening.
#[derive(Debug, Clone, Copy)]
struct Awakening {
    stranger: ForeignAnswer,
    meets: AffectedCalls,
    tokens: Tokens,
    /// whether the program was restarted; otherwise the machine slept
    restarted: bool,
}

impl Awakening {
    async fn run(self, chance: &mut Rng, stand: &mut LibrarySide, clock: &Arc<Shared>, verdict: &mut Verdict) {
        let name = format!("{self:?}");
        let (machine, user, engine, told) = asleep(chance, stand, clock, verdict).await;
        let minutes = if self.tokens == Tokens::Worn { 9 } else { 11 };
        clock.pass(stand, minutes).await;
        let (rule, mut met) = self.rule();
        stand.proxy.forget();
        stand.proxy.rule(rule);
        stand.proxy.plug_in().await;
        let engine = self.wake(engine, &machine, stand).await;
        // `wait_for` returns a borrow of the value, and the rule must be able to send again
        let meeting = async { drop(met.wait_for(|met| *met).await) };
        if tokio::time::timeout(TIMEOUT, meeting).await.is_err() {
            verdict.fail(format!("{name}: the stranger was never met"));
        }
        stand.proxy.rule(|_| Interference::Pass);
        let stayed = alone(&engine).await;
        match stayed {
            Some(true) => {}
            Some(false) if self.stranger.may_have_been_forwarded() && refresh_was_met(stand, self) => {
                verdict.apart += 1;
                if !engine.platform().account().await.is_ok_and(|account| account.cut_off) {
                    verdict.fail(format!("{name}: that the renewal was cut off is not said"));
                }
            }
            Some(false) => verdict.fail(format!("{name}: signed out by a stranger's answer")),
            None => verdict.fail(format!("{name}: what waited does not go by itself: {}", shown(&engine).await)),
        }
        if rest(&engine, &user).await.is_none() {
            verdict.fail(format!("{name}: it never comes to rest: {}", shown(&engine).await));
        }
        line_is_back(&engine, &name, verdict).await;
        compare(&told, &engine, stand, verdict).await;
        engine.stop().await;
        spent_once(&name, stand, self, verdict);
    }

    async fn wake(self, engine: Engine, machine: &Machine, stand: &LibrarySide) -> Engine {
        if !self.restarted {
            engine.sync().resumed();
            return engine;
        }
        engine.stop().await;
        drop(engine);
        let engine = machine.open(patient_reader_api(&stand.proxy.base_url())).await.expect("it opens");
        engine.start().await;
        engine
    }

    /// The rule, and a receiver that becomes true when the foreign answer was given as often as required.
    fn rule(self) -> (impl FnMut(&RecordedCall) -> Interference + Send + 'static, watch::Receiver<bool>) {
        let (tell, met) = watch::channel(false);
        let mut calls = 0;
        let rule = move |seen: &RecordedCall| {
            calls += 1;
            let (meets, enough) = match self.meets {
                AffectedCalls::First(count) => (true, calls >= count),
                AffectedCalls::Only(number) => (calls == number, calls >= number),
                AffectedCalls::Refresh => {
                    let now = seen.path == "/authn/refresh" && !*tell.borrow();
                    (now, now)
                }
            };
            if enough {
                tell.send_replace(true);
            }
            if meets { self.stranger.spoil() } else { Interference::Pass }
        };
        (rule, met)
    }
}

/// A patron's machine without a network, with waiting requests.
async fn asleep(
    chance: &mut Rng,
    stand: &mut LibrarySide,
    clock: &Arc<Shared>,
    verdict: &mut Verdict,
) -> (Machine, String, Engine, Told) {
    let clock: Arc<dyn Clock> = Arc::<Shared>::clone(clock);
    let (machine, user) = (Machine::with_clock(clock), stand.patron().await);
    stand.proxy.forget();
    stand.proxy.rule(|_| Interference::Pass);
    let engine = machine.open(patient_reader_api(&stand.proxy.base_url())).await.expect("it opens");
    enter(&engine, &user).await;
    engine.sync().finished().await.expect("the first sync");
    engine.start().await;
    // the lid is closed: no network
    stand.proxy.unplug();
    let mut told = Told::default();
    for _ in 0..REQUESTS {
        let words = (title(chance), note(chance));
        let id = loan(&engine, &words.0, &words.1).await.expect("a draft").id;
        told.saved.insert(id, words);
        told.tried.insert(id);
        match engine.requests().submit(id).await {
            Ok(_) => {
                told.submitted.insert(id);
            }
            Err(problem) => verdict.fail(format!("saving needs no network: {problem}")),
        }
    }
    (machine, user, engine, told)
}

/// Waits until nothing is waiting to be sent, without signing in. False if the session ended; `None` on
/// timeout.
async fn alone(engine: &Engine) -> Option<bool> {
    let mut events = engine.news().subscribe();
    let waiting = async {
        loop {
            if engine.platform().account().await.is_ok_and(|account| !account.signed_in) {
                return false;
            }
            let at_rest = engine.requests().list().await.is_ok_and(|list| {
                list.requests.iter().all(|row| {
                    use RequestState as S;
                    !matches!(row.state, S::Queued | S::Sending | S::Unknown)
                })
            });
            if at_rest {
                return true;
            }
            // events tell when to check again; a session that ended without an event is found by the timeout
            let _ = tokio::time::timeout(Duration::from_millis(250), events.recv()).await;
        }
    };
    tokio::time::timeout(TIMEOUT, waiting).await.ok()
}

async fn line_is_back(engine: &Engine, name: &str, verdict: &mut Verdict) {
    let mut events = engine.news().subscribe();
    let back = async {
        loop {
            let line = engine.status().get().await.expect("a status").connection;
            if matches!(line, Connection::Online | Connection::Slow) {
                return;
            }
            let _ = tokio::time::timeout(Duration::from_millis(250), events.recv()).await;
        }
    };
    if tokio::time::timeout(TIMEOUT, back).await.is_err() {
        verdict.fail(format!("{name}: the portal is gone and the line is not: {}", shown(engine).await));
    }
}

async fn shown(engine: &Engine) -> String {
    let list = engine.requests().list().await.map(|list| list.requests).unwrap_or_default();
    let rows: Vec<_> = list.iter().map(|row| &row.state).collect();
    format!("{:?}, {rows:?}", engine.status().get().await)
}

fn refreshes(stand: &LibrarySide) -> Vec<RecordedCall> {
    stand.proxy.seen().into_iter().filter(|seen| seen.path == "/authn/refresh").collect()
}

/// Whether a refresh got the foreign answer, by the number of the call.
fn refresh_was_met(stand: &LibrarySide, awakening: Awakening) -> bool {
    let mut seen = stand.proxy.seen();
    seen.sort_by_key(|seen| seen.begun);
    let at = seen.iter().position(|seen| seen.path == "/authn/refresh");
    match (awakening.meets, at.map(|at| at as u32 + 1)) {
        (_, None) => false,
        (AffectedCalls::Refresh, _) => true,
        (AffectedCalls::First(count), Some(at)) => at <= count,
        // calls run in parallel, so that the recorded order may differ by one
        (AffectedCalls::Only(number), Some(at)) => at.abs_diff(number) <= 1,
    }
}

/// Checks that no refresh token reaches the library twice.
fn spent_once(name: &str, stand: &LibrarySide, awakening: Awakening, verdict: &mut Verdict) {
    let mut used: HashMap<String, u32> = HashMap::new();
    let all = refreshes(stand);
    // the first use does not count if its foreign answer shows that it was not forwarded
    let to_stranger = !awakening.stranger.may_have_been_forwarded() && refresh_was_met(stand, awakening);
    for refresh in all.iter().skip(usize::from(to_stranger)) {
        *used.entry(refresh.header("cookie").to_owned()).or_default() += 1;
    }
    for (_, times) in used.into_iter().filter(|(_, times)| *times > 1) {
        verdict.fail(format!("{name}: a refresh token was used {times} times"));
    }
}

/// Without a session, the state of the connection is detected all the same.
async fn nobody_signed_in(stranger: ForeignAnswer, stand: &LibrarySide, clock: &Arc<Shared>, verdict: &mut Verdict) {
    let name = format!("nobody signed in, {stranger:?}");
    let clock: Arc<dyn Clock> = Arc::<Shared>::clone(clock);
    let (machine, user) = (Machine::with_clock(clock), stand.patron().await);
    let engine = machine.open(patient_reader_api(&stand.proxy.base_url())).await.expect("it opens");
    engine.start().await;
    stand.proxy.rule(move |_| stranger.spoil());
    match engine.platform().sign_in(&user, PASSWORD).await {
        Err(problem) if problem.code != ErrorCode::WrongPassword => {}
        outcome => verdict.fail(format!("{name}: {:?}", outcome.map(|account| account.signed_in))),
    }
    stand.proxy.rule(|_| Interference::Pass);
    line_is_back(&engine, &name, verdict).await;
    engine.stop().await;
}

/// The controls: without a foreign answer nobody is signed out; with the library's own refusal somebody is.
async fn control(chance: &mut Rng, stand: &mut LibrarySide, clock: &Arc<Shared>, verdict: &mut Verdict) {
    for ends in [false, true] {
        let (_machine, user, engine, told) = asleep(chance, stand, clock, verdict).await;
        clock.pass(stand, 9).await;
        if ends {
            stand.proxy.rule(|seen| {
                let says = |code: &str| format!(r#"{{"errors":[{{"message":"登录已失效","code":"{code}"}}]}}"#);
                match seen.path.as_str() {
                    "/authn/login-with-expiry" => Interference::Pass,
                    "/authn/refresh" => {
                        let bytes = json(422, &says("token.refresh.unprocessable"), 0);
                        Interference::Answer { after: false, bytes }
                    }
                    _ => Interference::Answer { after: false, bytes: json(401, &says("TOKEN_INVALID"), 0) },
                }
            });
        }
        stand.proxy.plug_in().await;
        engine.sync().resumed();
        if alone(&engine).await != Some(!ends) {
            verdict.fail(format!("the control (the library ends the session: {ends}) goes the other way"));
        }
        stand.proxy.rule(|_| Interference::Pass);
        if rest(&engine, &user).await.is_none() {
            verdict.fail("the control never comes to rest");
        }
        compare(&told, &engine, stand, verdict).await;
        engine.stop().await;
    }
}
