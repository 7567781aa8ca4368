//! R8: sessions that expire at the worst moment. No form is lost; at most one refresh runs at a time (single
//! flight); a refresh token is never used twice, whatever the outcome of the first use; only the patron signs
//! in; and a clock that is a day off changes none of this.

use std::collections::HashMap;
use std::sync::Arc;

use fastrand::Rng;
use hongyan_engine::Clock;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::Verdict;
use crate::chance::{chance, note, title};
use crate::client::loan;
use crate::machine::{DEADLINE, Machine, reader_api};
use crate::promise::{compare, enter, rest, Told};
use crate::proxy::{RecordedCall, Interference, json};
use crate::stand::LibrarySide;

/// Runs on one library, before a new one is started.
const RUNS_PER_LIBRARY: u32 = 25;
/// Requests in a run, so that several calls find the session expired at once.
const REQUESTS: usize = 3;
/// Maximum number of refreshes in a run; more are a refresh storm.
const MAX_REFRESHES: usize = 4;

/// Runs this many expiries.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    crate::workers::share(Verdict::new("R8"), runs.div_ceil(RUNS_PER_LIBRARY), move |part| async move {
        let mut verdict = Verdict::new("R8");
        let stand = LibrarySide::start().await;
        let mut chance = chance(seed, part.into());
        for _ in 0..RUNS_PER_LIBRARY.min(runs - part * RUNS_PER_LIBRARY) {
            verdict.runs += 1;
            ending(&mut chance, &stand, &mut verdict).await;
        }
        verdict
    })
    .await
}

/// A clock with an error.
struct SkewedClock(SignedDuration);

impl Clock for SkewedClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + self.0
    }

    fn today(&self) -> Date {
        // date checks are not what this suite tests
        jiff::Zoned::now().date()
    }
}

/// The outcome of the refresh.
#[derive(Debug, Clone, Copy)]
enum Refresh {
    Good,
    Refused,
    LostBefore,
    LostAfter,
    Silent,
    Broken,
}

const REFRESHES: [Refresh; 6] = [
    Refresh::Good,
    Refresh::Refused,
    Refresh::LostBefore,
    Refresh::LostAfter,
    Refresh::Silent,
    Refresh::Broken,
];

async fn ending(chance: &mut Rng, stand: &LibrarySide, verdict: &mut Verdict) {
    let hours = [0, 26, -26][chance.usize(..3)];
    let refresh = REFRESHES[chance.usize(..REFRESHES.len())];
    let name = format!("{refresh:?}, clock {hours:+} h");
    let clock = Arc::new(SkewedClock(SignedDuration::from_hours(hours)));
    let (machine, user) = (Machine::with_clock(clock), stand.patron().await);
    stand.proxy.forget();
    stand.proxy.rule(|_| Interference::Pass);
    let engine = machine.open(reader_api(&stand.proxy.base_url())).await.expect("it opens");
    let first = enter(&engine, &user).await;
    engine.start().await;
    let mut told = Told::default();
    let open = (title(chance), note(chance));
    let form = loan(&engine, &open.0, &open.1).await.expect("a draft").id;
    told.saved.insert(form, open);
    if chance.bool() {
        stand.control().expire_access_tokens().await.expect("the sandbox works");
    }
    stand.proxy.rule(rule(refresh, chance.u32(1..=2)));
    for _ in 0..REQUESTS {
        let words = (title(chance), note(chance));
        let id = loan(&engine, &words.0, &words.1).await.expect("a draft").id;
        told.saved.insert(id, words);
        told.tried.insert(id);
        match engine.requests().submit(id).await {
            Ok(_) => {
                told.submitted.insert(id);
            }
            Err(problem) => verdict.fail(format!("{name}: saving needs no session: {problem}")),
        }
        engine.sync().now();
    }
    let Some(sign_ins) = rest(&engine, &user).await else {
        return verdict.fail(format!("{name}: it never comes to rest"));
    };
    stand.proxy.rule(|_| Interference::Pass);
    compare(&told, &engine, stand, verdict).await;
    engine.stop().await;
    manners(&name, &stand.proxy.seen(), (sign_ins + first) as usize, verdict);
}

/// A rule by which the first submissions find the session expired, and the first refresh has this outcome.
fn rule(refresh: Refresh, mut ends: u32) -> impl FnMut(&RecordedCall) -> Interference + Send + 'static {
    let mut met = false;
    move |seen| {
        if seen.creates() && ends > 0 {
            ends -= 1;
            let ended = r#"{"errors":[{"message":"登录已过期","type":"error","code":"TOKEN_EXPIRED"}]}"#;
            return Interference::Answer { after: false, bytes: json(401, ended, 0) };
        }
        if seen.path != "/authn/refresh" || std::mem::replace(&mut met, true) {
            return Interference::Pass;
        }
        let refused = r#"{"errors":[{"message":"无效","code":"token.refresh.unprocessable"}]}"#;
        match refresh {
            Refresh::Good => Interference::Pass,
            Refresh::Refused => Interference::Answer { after: false, bytes: json(422, refused, 0) },
            Refresh::LostBefore => Interference::Drop { after: false },
            Refresh::LostAfter => Interference::Reset { after: true },
            Refresh::Silent => Interference::Stall { after: true, time: DEADLINE * 2 },
            Refresh::Broken => Interference::Answer { after: true, bytes: json(500, "{}", 0) },
        }
    }
}

/// Checks the calls that the library received.
fn manners(name: &str, seen: &[RecordedCall], signed_in: usize, verdict: &mut Verdict) {
    let of = |path: &str| seen.iter().filter(|seen| seen.path == path).collect::<Vec<_>>();
    let logins = of("/authn/login-with-expiry").len();
    if logins != signed_in {
        verdict.fail(format!("{name}: the patron signed in {signed_in} times, the library saw {logins}"));
    }
    let refreshes = of("/authn/refresh");
    if refreshes.len() > MAX_REFRESHES {
        verdict.fail(format!("{name}: {} refreshes", refreshes.len()));
    }
    let mut used: HashMap<&str, u32> = HashMap::new();
    for refresh in &refreshes {
        *used.entry(refresh.header("cookie")).or_default() += 1;
    }
    for (_, times) in used.into_iter().filter(|(_, times)| *times > 1) {
        verdict.fail(format!("{name}: a refresh token was used {times} times"));
    }
    for pair in refreshes.windows(2) {
        if pair[0].ended.is_none_or(|ended| ended > pair[1].begun) {
            // a call that the client gave up ends for us before the proxy notices
            let given_up = pair[1].begun.duration_since(pair[0].begun) >= DEADLINE;
            if !given_up {
                verdict.fail(format!("{name}: two refreshes at once"));
            }
        }
    }
}
