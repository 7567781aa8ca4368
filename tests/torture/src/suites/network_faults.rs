//! R3: faults of networks, gateways and captive portals during a submission and the look-up after it. Nothing
//! is lost, nothing arrives twice, nothing is shown as sent that is not at the library; no token is sent to
//! another host.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fastrand::Rng;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::Verdict;
use crate::chance::{chance, note, title};
use crate::client::loan;
use crate::machine::{DEADLINE, Machine, narrow_reader_api};
use crate::promise::{compare, enter, rest, Told};
use crate::proxy::{Interference, bomb, html, json, redirect};
use crate::stand::LibrarySide;

/// Requests after which both sides are compared and a new engine is opened.
const REQUESTS_PER_ENGINE: u32 = 10;

/// Names of the faults.
const FAULTS: [&str; 14] = [
    "reply dropped after the commit",
    "dropped before",
    "reset",
    "60 s of silence",
    "500",
    "502",
    "503",
    "504",
    "409",
    "429 with Retry-After",
    "broken JSON",
    "gzip bomb",
    "captive portal",
    "redirect to another host",
];

/// Runs each fault this many times; one run is one request that meets it.
pub async fn run(seed: u64, runs: u32) -> Verdict {
    let faults = u32::try_from(FAULTS.len()).expect("a small number");
    let each = runs.div_ceil(faults);
    crate::workers::share(Verdict::new("R3"), faults, move |part| async move {
        let mut verdict = Verdict::new("R3");
        let stand = LibrarySide::start().await;
        let elsewhere = Elsewhere::listen().await;
        let mut left = each;
        let mut chance = chance(seed, part.into());
        while left > 0 {
            let requests = left.min(REQUESTS_PER_ENGINE);
            life(&mut chance, FAULTS[part as usize], requests, &stand, &elsewhere, &mut verdict).await;
            left -= requests;
        }
        if elsewhere.calls.load(Ordering::SeqCst) > 0 {
            verdict.fail("a call, with its token, went to another host");
        }
        verdict
    })
    .await
}

/// Another host, which must never be contacted.
struct Elsewhere {
    base: String,
    calls: Arc<AtomicU32>,
}

impl Elsewhere {
    async fn listen() -> Elsewhere {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("the port is bound"));
        let calls = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&calls);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                // its content does not matter
                let _ = stream.read(&mut [0; 64]).await;
            }
        });
        Elsewhere { base, calls }
    }
}

async fn life(
    chance: &mut Rng,
    fault: &'static str,
    requests: u32,
    stand: &LibrarySide,
    elsewhere: &Elsewhere,
    verdict: &mut Verdict,
) {
    let (machine, user) = (Machine::new(), stand.patron().await);
    stand.proxy.forget();
    stand.proxy.rule(|_| Interference::Pass);
    let engine = machine.open(narrow_reader_api(&stand.proxy.base_url())).await.expect("it opens");
    enter(&engine, &user).await;
    engine.start().await;
    let mut told = Told::default();
    for _ in 0..requests {
        verdict.runs += 1;
        stand.proxy.rule(meet(chance, fault, &elsewhere.base));
        let words = (title(chance), note(chance));
        let id = loan(&engine, &words.0, &words.1).await.expect("a draft").id;
        told.saved.insert(id, words);
        told.tried.insert(id);
        match engine.requests().submit(id).await {
            Ok(_) => {
                told.submitted.insert(id);
            }
            Err(problem) => verdict.fail(format!("{fault}: the network spoils saving: {problem}")),
        }
        if rest(&engine, &user).await.is_none() {
            let shown = engine.requests().get(id).await.map(|detail| (detail.row.state, detail.outbox));
            verdict.fail(format!("{fault}: it never comes to rest: {shown:?}"));
        }
    }
    stand.proxy.rule(|_| Interference::Pass);
    compare(&told, &engine, stand, verdict).await;
    patience(fault, stand, verdict);
    engine.stop().await;
}

/// Checks that nothing is sent before the time in Retry-After.
fn patience(fault: &str, stand: &LibrarySide, verdict: &mut Verdict) {
    if fault != "429 with Retry-After" {
        return;
    }
    let seen = stand.proxy.seen();
    let mut creations: Vec<_> = seen.iter().filter(|seen| seen.creates()).collect();
    creations.sort_by_key(|seen| (seen.path.clone(), seen.begun));
    for pair in creations.windows(2).filter(|pair| pair[0].path == pair[1].path) {
        let waited = pair[1].begun.duration_since(pair[0].begun);
        if waited < Duration::from_millis(990) {
            verdict.fail(format!("{fault}: sent again after {waited:?}"));
        }
    }
}

/// A rule by which the next one to three submissions meet the fault, and sometimes the look-up as well.
fn meet(
    chance: &mut Rng,
    fault: &'static str,
    elsewhere: &str,
) -> impl FnMut(&crate::proxy::RecordedCall) -> Interference + Send + 'static {
    let times = if fault.starts_with("429") { 1 } else { chance.u32(1..=3) };
    let (mut creations, mut look_ups) = (times, chance.u32(..2));
    let (seed, elsewhere) = (chance.u64(..), elsewhere.to_owned());
    let mut chance = Rng::with_seed(seed);
    move |seen| {
        let left = if seen.creates() {
            &mut creations
        } else if seen.method == "GET" && seen.request().is_some() {
            &mut look_ups
        } else {
            return Interference::Pass;
        };
        if *left == 0 {
            return Interference::Pass;
        }
        *left -= 1;
        spoil(&mut chance, fault, &elsewhere)
    }
}

fn spoil(chance: &mut Rng, fault: &str, elsewhere: &str) -> Interference {
    // a gateway may fail before or after the library has handled the call
    let after = chance.bool();
    let errors = r#"{"errors":[{"message":"网关繁忙","type":"error","code":"GATEWAY"}],"total_records":1}"#;
    match fault {
        "reply dropped after the commit" => Interference::Drop { after: true },
        "dropped before" => Interference::Drop { after: false },
        "reset" => Interference::Reset { after },
        "60 s of silence" => Interference::Stall { after, time: DEADLINE * 3 },
        "409" => {
            let body = r#"{"errors":[{"message":"同一申请正在处理","code":"REQUEST_IN_PROGRESS"}]}"#;
            Interference::Answer { after, bytes: json(409, body, 1) }
        }
        "429 with Retry-After" => Interference::Answer { after: false, bytes: json(429, errors, 1) },
        "broken JSON" if chance.bool() => Interference::Truncated,
        "broken JSON" => Interference::Answer { after, bytes: json(201, r#"{"id": "鸿雁", ]"#, 0) },
        "gzip bomb" => Interference::Answer { after, bytes: bomb(8 * crate::machine::BODY_LIMIT) },
        "captive portal" => Interference::Answer { after, bytes: html() },
        "redirect to another host" => {
            let status = [301, 302, 303, 307, 308][chance.usize(..5)];
            Interference::Answer { after, bytes: redirect(status, &format!("{elsewhere}/ill/requests")) }
        }
        status => Interference::Answer { after, bytes: json(status.parse().expect("a status"), errors, 0) },
    }
}
