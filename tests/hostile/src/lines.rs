//! The attacks of search sources, each measured by itself.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{Program, source};
use crate::report::{Outcome, standing};
use crate::wire::Counts;
use crate::{web, z3950};

const MIB: u64 = 1 << 20;
/// Limit of the memory that a hostile answer may take above an honest one.
pub const MEMORY: u64 = 64 * MIB;
/// Number of runs of a short attack, of which the best counts.
const RUNS: usize = 3;
const SHORT: Duration = Duration::from_secs(2);

/// The protocol that an attack uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Sru,
    Crossref,
    Z3950,
}

/// One attack and its limits: ten times what was measured on a slower machine.
#[derive(Debug, Clone, Copy)]
pub struct Attack {
    pub name: &'static str,
    pub way: Way,
    /// seconds until the search ends; long attacks end by the source's own timeout
    pub seconds: f64,
    /// CPU seconds
    pub cpu: f64,
    /// whether the answer may yield records
    pub records: bool,
}

const fn of(way: Way, name: &'static str, seconds: f64, cpu: f64, records: bool) -> Attack {
    Attack { name, way, seconds, cpu, records }
}

/// A short attack without records.
const fn sru(name: &'static str) -> Attack {
    of(Way::Sru, name, 10.0, 10.0, false)
}

/// A short attack with records.
const fn read(name: &'static str) -> Attack {
    of(Way::Sru, name, 20.0, 20.0, true)
}

const fn json(name: &'static str) -> Attack {
    of(Way::Crossref, name, 10.0, 10.0, true)
}

const fn z(name: &'static str) -> Attack {
    of(Way::Z3950, name, 20.0, 20.0, true)
}

/// Every attack over HTTP except the redirects, then those over Z39.50.
pub const ATTACKS: &[Attack] = &[
    // bodies, heads, compression
    json("gzbomb"),
    sru("gzbombxml"),
    sru("gzgz"),
    of(Way::Sru, "endless", 10.0, 10.0, false),
    // two attempts of fifteen seconds each, with time between and after them
    of(Way::Sru, "slow", 40.0, 5.0, false),
    of(Way::Sru, "slowhead", 40.0, 5.0, false),
    sru("manyheads"),
    sru("bighead"),
    of(Way::Sru, "continue", 40.0, 60.0, false),
    sru("longest"),
    sru("negative"),
    sru("smuggled"),
    read("cookie"),
    sru("html"),
    // entities and encodings
    sru("laughs"),
    sru("quadratic"),
    sru("xxe"),
    read("xinclude"),
    read("utf16"),
    read("utf7"),
    read("iso2022"),
    read("controls"),
    // nested documents
    json("deepjson"),
    json("deepobject"),
    json("jsonmaps"),
    json("jsonmaps15"),
    json("jsonnumbers"),
    json("jsonlists"),
    json("jsonstrings"),
    json("scripts"),
    sru("attributes"),
    sru("namespaces"),
    sru("inherited"),
    sru("deepxml"),
    sru("deepmods"),
    sru("elements"),
    sru("elements15"),
    sru("nested"),
    // records
    read("bigtitle"),
    read("biggest"),
    read("fields"),
    read("names"),
    read("records"),
    read("forever"),
    read("same"),
    // texts
    read("markup"),
    read("deceptive"),
    sru("diagnostic"),
    sru("explain"),
    // no reader supports them, and the patron is told so
    sru("picaxml"),
    sru("surrogate"),
    read("untitled"),
    z("overlap"),
    z("overlaps"),
    z("quadratic"),
    z("many"),
    z("tiny"),
    z("sutrs"),
    z("marc8"),
    z("grs1"),
    z("hits"),
    of(Way::Z3950, "trickle", 40.0, 10.0, false),
    of(Way::Z3950, "flood", 20.0, 10.0, false),
    z("deep"),
    z("nested"),
    z("long"),
    z("negative"),
    z("huge"),
];

/// The hostile servers.
pub struct Servers {
    pub counts: Arc<Counts>,
    web: u16,
    z3950: u16,
}

impl Servers {
    /// Starts them.
    pub async fn new() -> Servers {
        let counts = Arc::new(Counts::default());
        let (web, _) = web::start(Arc::clone(&counts)).await;
        let z3950 = z3950::start(Arc::clone(&counts)).await;
        Servers { web, z3950, counts }
    }

    /// A source with this id for an attack.
    pub fn source(&self, id: &str, way: Way, path: &str) -> String {
        match way {
            Way::Sru => source(id, "sru", &format!("http://127.0.0.1:{}/{path}", self.web)),
            Way::Crossref => source(id, "crossref", &format!("http://127.0.0.1:{}/{path}", self.web)),
            Way::Z3950 => source(id, "z3950", &format!("z3950://127.0.0.1:{}/{path}", self.z3950)),
        }
    }
}

/// Address of a gateway on which nothing listens.
pub const UNREACHABLE: &str = "http://127.0.0.1:9";

async fn switch(program: &Program, id: &str, enabled: bool) {
    program.rpc("source_switch", json!({ "id": id, "enabled": enabled })).await.expect("switched");
}

fn of_id(view: &Value, id: &str) -> Value {
    let sources = view["sources"].as_array().cloned().unwrap_or_default();
    sources.into_iter().find(|source| source["id"] == id).unwrap_or_default()
}

/// Searches an honest source and then a hostile one, in a program of their own.
pub async fn measure(stand: &Servers, attack: &Attack) -> Outcome {
    let field = if attack.way == Way::Z3950 { "z39.50" } else { "web" };
    let mut outcome = Outcome::new(field, attack.name);
    let sources = stand.source("honest", Way::Sru, "ok") + &stand.source("hostile", attack.way, attack.name);
    let mut program = Program::start(&sources, UNREACHABLE).await;
    switch(&program, "hostile", false).await;
    let honest = program.search().await;
    program.forget_peak();
    let view = program.ended(&honest, Duration::from_secs(30)).await;
    outcome.must(of_id(&view, "honest")["records"] == 1, "the honest source was not read");
    let before = program.peak();
    switch(&program, "honest", false).await;
    switch(&program, "hostile", true).await;

    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        stand.counts.take_written();
        program.forget_peak();
        let (began, cpu) = (Instant::now(), program.cpu());
        let search = program.search().await;
        let most = Duration::from_secs_f64(attack.seconds * 3.0);
        let view = program.ended(&search, most).await;
        let took = began.elapsed();
        let source = of_id(&view, "hostile");
        outcome.memory = outcome.memory.max(program.peak().saturating_sub(before));
        if took < best {
            best = took;
            outcome.cpu = program.cpu() - cpu;
            outcome.bytes = stand.counts.take_written();
        }
        outcome.told = standing(&source);
        let records = source["records"].as_u64().unwrap_or_default();
        outcome.must(view["done"] == true, "the search does not end");
        outcome.must(attack.records || records == 0, format!("{records} records came of it"));
        if took > SHORT {
            break;
        }
    }
    outcome.time = best;
    outcome.must(best.as_secs_f64() <= attack.seconds, format!("longer than {} s", attack.seconds));
    outcome.must(outcome.cpu <= attack.cpu, format!("more processor than {} s", attack.cpu));
    outcome.must(outcome.memory <= MEMORY, "more than 64 MiB above an honest answer");
    outcome.must(program.runs(), "the program ended");
    outcome
}

/// Checks that no redirect to another host is followed.
pub async fn redirects(stand: &Servers) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for name in web::REDIRECTS {
        let mut outcome = Outcome::new("web", format!("redirect {name}"));
        stand.counts.stolen.store(0, Ordering::SeqCst);
        let source = stand.source("hostile", Way::Sru, &format!("redirect/{name}"));
        let program = Program::start(&source, UNREACHABLE).await;
        let began = Instant::now();
        let search = program.search().await;
        let view = program.ended(&search, Duration::from_secs(60)).await;
        outcome.time = began.elapsed();
        outcome.told = standing(&of_id(&view, "hostile"));
        let stolen = stand.counts.stolen.load(Ordering::SeqCst);
        outcome.must(stolen == 0, format!("followed {stolen} times"));
        outcome.must(of_id(&view, "hostile")["state"] == "failed", "not a failure");
        outcomes.push(outcome);
    }
    outcomes
}
