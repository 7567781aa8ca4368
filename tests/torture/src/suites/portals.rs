//! R13: what answers instead of the library when a machine wakes: a captive portal, a page of maintenance, a
//! gateway without a library behind it, a reset. The tokens are older than four fifths of their life, or over.
//! Nobody is signed out by a stranger's answer, what waited goes by itself when the stranger is gone, and the
//! line is not called captive any longer, with a session and without one.
//!
//! One end is the contract's own (docs/reader-api.yaml): a refresh whose outcome is unknown (reset, 502 or 504
//! inside `POST /authn/refresh`) must not be repeated. Such ends are counted apart; nothing queued is lost by
//! them either. Two controls run in every part: without a stranger nobody is signed out, and with the library's
//! own 401 and 422 somebody is, so that an end would be seen.

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
use crate::proxy::{Seen, Spoil, json, page, redirect};
use crate::stand::{PASSWORD, Stand};

/// Requests that wait when the machine wakes.
const REQUESTS: usize = 2;
/// Longest wait for anything.
const LONGEST: Duration = Duration::from_secs(60);
/// The first calls after waking, each of which meets every stranger alone.
const FIRST_CALLS: u32 = 5;

/// Who answers instead of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stranger {
    /// 302 to another host
    Portal,
    /// 200 with a web page
    Page,
    /// 401 with a web page: a proxy that wants its own sign-in
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

const STRANGERS: [Stranger; 9] = [
    Stranger::Portal,
    Stranger::Page,
    Stranger::Proxy401,
    Stranger::Proxy407,
    Stranger::Gateway502,
    Stranger::Gateway503,
    Stranger::Gateway504,
    Stranger::Network511,
    Stranger::Reset,
];

impl Stranger {
    fn spoil(self) -> Spoil {
        let bytes = match self {
            Stranger::Reset => return Spoil::Reset { after: false },
            Stranger::Portal => redirect(302, "http://10.0.0.55/portal?门户=校园网"),
            Stranger::Page => page(200),
            Stranger::Proxy401 => page(401),
            Stranger::Proxy407 => page(407),
            Stranger::Gateway502 => page(502),
            Stranger::Gateway503 => page(503),
            Stranger::Gateway504 => page(504),
            Stranger::Network511 => page(511),
        };
        Spoil::Answer { after: false, bytes }
    }

    /// Whether the library may have had the call all the same: then a refresh must not be repeated.
    fn leaves_doubt(self) -> bool {
        matches!(self, Stranger::Reset | Stranger::Gateway502 | Stranger::Gateway504)
    }
}

/// Which calls meet the stranger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meets {
    /// all of them, until so many did
    First(u32),
    /// this one after waking alone
    Only(u32),
    /// the first refresh
    Refresh,
}

const MEETS: [Meets; 9] = [
    Meets::First(1),
    Meets::First(2),
    Meets::First(6),
    Meets::Only(1),
    Meets::Only(2),
    Meets::Only(3),
    Meets::Only(4),
    Meets::Only(FIRST_CALLS),
    Meets::Refresh,
];

/// How old the tokens are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tokens {
    /// nine of their ten minutes
    Worn,
    /// over; the refresh token is good
    Over,
}

/// Runs so many awakenings.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    let strangers = u32::try_from(STRANGERS.len()).expect("few");
    let each = runs.div_ceil(strangers);
    let mut whole = crate::workers::share(Verdict::new("R13"), strangers, move |part| async move {
        let mut verdict = Verdict::new("R13");
        let (mut stand, clock) = (Stand::start().await, Arc::new(Shared::default()));
        let (mut chance, stranger) = (chance(seed, part.into()), STRANGERS[part as usize]);
        control(&mut chance, &mut stand, &clock, &mut verdict).await;
        for number in 0..each {
            verdict.runs += 1;
            if number % 10 == 9 {
                nobody_signed_in(stranger, &stand, &clock, &mut verdict).await;
                continue;
            }
            let meets = MEETS[(number as usize + part as usize) % MEETS.len()];
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

/// The time of the machine, which goes with the library's.
#[derive(Default)]
struct Shared(Mutex<SignedDuration>);

impl Shared {
    async fn pass(&self, stand: &Stand, minutes: i64) {
        *self.0.lock().expect("no panic while it is held") += SignedDuration::from_mins(minutes);
        stand.control().advance(minutes * 60).await.expect("the sandbox works");
    }
}

impl Clock for Shared {
    fn now(&self) -> Timestamp {
        Timestamp::now() + *self.0.lock().expect("no panic while it is held")
    }

    fn today(&self) -> Date {
        // what is checked by the day is not what is looked at here
        jiff::Zoned::now().date()
    }
}

/// One awakening.
#[derive(Debug, Clone, Copy)]
struct Awakening {
    stranger: Stranger,
    meets: Meets,
    tokens: Tokens,
    /// the program was started again; else it slept
    restarted: bool,
}

impl Awakening {
    async fn run(self, chance: &mut Rng, stand: &mut Stand, clock: &Arc<Shared>, verdict: &mut Verdict) {
        let name = format!("{self:?}");
        let (machine, user, engine, told) = asleep(chance, stand, clock, verdict).await;
        let minutes = if self.tokens == Tokens::Worn { 9 } else { 11 };
        clock.pass(stand, minutes).await;
        let (rule, mut met) = self.rule();
        stand.proxy.forget();
        stand.proxy.rule(rule);
        stand.proxy.plug_in().await;
        let engine = self.wake(engine, &machine, stand).await;
        // what it gives borrows the word; the rule must be able to say it again
        let meeting = async { drop(met.wait_for(|met| *met).await) };
        if tokio::time::timeout(LONGEST, meeting).await.is_err() {
            verdict.fail(format!("{name}: the stranger was never met"));
        }
        stand.proxy.rule(|_| Spoil::Pass);
        let stayed = alone(&engine).await;
        match stayed {
            Some(true) => {}
            Some(false) if self.stranger.leaves_doubt() && refresh_was_met(stand, self) => {
                verdict.apart += 1;
                if !engine.account().await.is_ok_and(|account| account.cut_off) {
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

    async fn wake(self, engine: Engine, machine: &Machine, stand: &Stand) -> Engine {
        if !self.restarted {
            engine.resumed();
            return engine;
        }
        engine.stop().await;
        drop(engine);
        let engine = machine.open(patient_reader_api(&stand.proxy.base_url())).await.expect("it opens");
        engine.start().await;
        engine
    }

    /// The rule, and what says that the stranger was met as often as it had to be.
    fn rule(self) -> (impl FnMut(&Seen) -> Spoil + Send + 'static, watch::Receiver<bool>) {
        let (tell, met) = watch::channel(false);
        let mut calls = 0;
        let rule = move |seen: &Seen| {
            calls += 1;
            let (meets, enough) = match self.meets {
                Meets::First(count) => (true, calls >= count),
                Meets::Only(number) => (calls == number, calls >= number),
                Meets::Refresh => {
                    let now = seen.path == "/authn/refresh" && !*tell.borrow();
                    (now, now)
                }
            };
            if enough {
                tell.send_replace(true);
            }
            if meets { self.stranger.spoil() } else { Spoil::Pass }
        };
        (rule, met)
    }
}

/// A patron's machine without a network, with requests that wait.
async fn asleep(
    chance: &mut Rng,
    stand: &mut Stand,
    clock: &Arc<Shared>,
    verdict: &mut Verdict,
) -> (Machine, String, Engine, Told) {
    let clock: Arc<dyn Clock> = Arc::<Shared>::clone(clock);
    let (machine, user) = (Machine::with_clock(clock), stand.patron().await);
    stand.proxy.forget();
    stand.proxy.rule(|_| Spoil::Pass);
    let engine = machine.open(patient_reader_api(&stand.proxy.base_url())).await.expect("it opens");
    enter(&engine, &user).await;
    engine.sync().await.expect("the first sync");
    engine.start().await;
    // the lid is closed: there is no network in a bag
    stand.proxy.unplug();
    let mut told = Told::default();
    for _ in 0..REQUESTS {
        let words = (title(chance), note(chance));
        let id = loan(&engine, &words.0, &words.1).await.expect("a draft").id;
        told.saved.insert(id, words);
        told.tried.insert(id);
        match engine.request_submit(id).await {
            Ok(_) => {
                told.submitted.insert(id);
            }
            Err(problem) => verdict.fail(format!("saving needs no network: {problem}")),
        }
    }
    (machine, user, engine, told)
}

/// Waits until nothing is on its way and nobody signs in. False when the session ended; none when it never
/// comes to rest.
async fn alone(engine: &Engine) -> Option<bool> {
    let mut events = engine.news().subscribe();
    let waiting = async {
        loop {
            if engine.account().await.is_ok_and(|account| !account.signed_in) {
                return false;
            }
            let at_rest = engine.request_list().await.is_ok_and(|list| {
                list.requests.iter().all(|row| {
                    use RequestState as S;
                    !matches!(row.state, S::Queued | S::Sending | S::Unknown)
                })
            });
            if at_rest {
                return true;
            }
            // the news says when to look again; a session that ended without any is looked for
            let _ = tokio::time::timeout(Duration::from_millis(250), events.recv()).await;
        }
    };
    tokio::time::timeout(LONGEST, waiting).await.ok()
}

async fn line_is_back(engine: &Engine, name: &str, verdict: &mut Verdict) {
    let mut events = engine.news().subscribe();
    let back = async {
        loop {
            let line = engine.status().await.expect("a status").connection;
            if matches!(line, Connection::Online | Connection::Slow) {
                return;
            }
            let _ = tokio::time::timeout(Duration::from_millis(250), events.recv()).await;
        }
    };
    if tokio::time::timeout(LONGEST, back).await.is_err() {
        verdict.fail(format!("{name}: the portal is gone and the line is not: {}", shown(engine).await));
    }
}

async fn shown(engine: &Engine) -> String {
    let list = engine.request_list().await.map(|list| list.requests).unwrap_or_default();
    let rows: Vec<_> = list.iter().map(|row| &row.state).collect();
    format!("{:?}, {rows:?}", engine.status().await)
}

fn refreshes(stand: &Stand) -> Vec<Seen> {
    stand.proxy.seen().into_iter().filter(|seen| seen.path == "/authn/refresh").collect()
}

/// Whether the stranger answered a refresh: calls are numbered as they came by.
fn refresh_was_met(stand: &Stand, awakening: Awakening) -> bool {
    let mut seen = stand.proxy.seen();
    seen.sort_by_key(|seen| seen.begun);
    let at = seen.iter().position(|seen| seen.path == "/authn/refresh");
    match (awakening.meets, at.map(|at| at as u32 + 1)) {
        (_, None) => false,
        (Meets::Refresh, _) => true,
        (Meets::First(count), Some(at)) => at <= count,
        // calls go side by side: the one before may have been written down later
        (Meets::Only(number), Some(at)) => at.abs_diff(number) <= 1,
    }
}

/// No refresh token reaches the library twice.
fn spent_once(name: &str, stand: &Stand, awakening: Awakening, verdict: &mut Verdict) {
    let mut used: HashMap<String, u32> = HashMap::new();
    let all = refreshes(stand);
    // the first one went to the stranger, if it met one that surely did not pass it on
    let to_stranger = !awakening.stranger.leaves_doubt() && refresh_was_met(stand, awakening);
    for refresh in all.iter().skip(usize::from(to_stranger)) {
        *used.entry(refresh.header("cookie").to_owned()).or_default() += 1;
    }
    for (_, times) in used.into_iter().filter(|(_, times)| *times > 1) {
        verdict.fail(format!("{name}: a refresh token was used {times} times"));
    }
}

/// Without a session the line is looked at all the same.
async fn nobody_signed_in(stranger: Stranger, stand: &Stand, clock: &Arc<Shared>, verdict: &mut Verdict) {
    let name = format!("nobody signed in, {stranger:?}");
    let clock: Arc<dyn Clock> = Arc::<Shared>::clone(clock);
    let (machine, user) = (Machine::with_clock(clock), stand.patron().await);
    let engine = machine.open(patient_reader_api(&stand.proxy.base_url())).await.expect("it opens");
    engine.start().await;
    stand.proxy.rule(move |_| stranger.spoil());
    match engine.sign_in(&user, PASSWORD).await {
        Err(problem) if problem.code != ErrorCode::WrongPassword => {}
        outcome => verdict.fail(format!("{name}: {:?}", outcome.map(|account| account.signed_in))),
    }
    stand.proxy.rule(|_| Spoil::Pass);
    line_is_back(&engine, &name, verdict).await;
    engine.stop().await;
}

/// Without a stranger nobody is signed out; when the library itself says so, somebody is.
async fn control(chance: &mut Rng, stand: &mut Stand, clock: &Arc<Shared>, verdict: &mut Verdict) {
    for ends in [false, true] {
        let (_machine, user, engine, told) = asleep(chance, stand, clock, verdict).await;
        clock.pass(stand, 9).await;
        if ends {
            stand.proxy.rule(|seen| {
                let says = |code: &str| format!(r#"{{"errors":[{{"message":"登录已失效","code":"{code}"}}]}}"#);
                match seen.path.as_str() {
                    "/authn/login-with-expiry" => Spoil::Pass,
                    "/authn/refresh" => {
                        let bytes = json(422, &says("token.refresh.unprocessable"), 0);
                        Spoil::Answer { after: false, bytes }
                    }
                    _ => Spoil::Answer { after: false, bytes: json(401, &says("TOKEN_INVALID"), 0) },
                }
            });
        }
        stand.proxy.plug_in().await;
        engine.resumed();
        if alone(&engine).await != Some(!ends) {
            verdict.fail(format!("the control (the library ends the session: {ends}) goes the other way"));
        }
        stand.proxy.rule(|_| Spoil::Pass);
        if rest(&engine, &user).await.is_none() {
            verdict.fail("the control never comes to rest");
        }
        compare(&told, &engine, stand, verdict).await;
        engine.stop().await;
    }
}
