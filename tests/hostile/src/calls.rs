//! Malformed calls of the command table, and unauthorised callers at the bridge.

use std::time::Instant;

use hongyan_api::table::COMMANDS;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::lines::UNREACHABLE;
use crate::program::Program;
use crate::report::Outcome;

/// Commands that end the program or act outside of it: never called with a payload that could be valid.
const EXCLUDED: &[&str] = &["app_quit", "account_sign_out", "shared_leave", "link_open"];
/// Field names that payloads have.
const NAMES: &[&str] = &[
    "id",
    "searchId",
    "sourceId",
    "workId",
    "text",
    "query",
    "draft",
    "lines",
    "offset",
    "limit",
    "sort",
    "filter",
    "works",
    "service",
    "username",
    "password",
    "passphrase",
    "value",
    "kind",
    "enabled",
    "address",
    "name",
];

fn scalar(chance: &mut fastrand::Rng) -> Value {
    match chance.u8(0..12) {
        0 => Value::Null,
        1 => json!(chance.bool()),
        2 => json!(chance.i64(..)),
        3 => json!(-1),
        4 => json!(1e308),
        5 => json!(""),
        6 => json!("红楼梦\u{202E}\0"),
        7 => json!("00000000-0000-4000-8000-000000000000"),
        8 => json!("../../etc/passwd"),
        9 => json!("题".repeat(chance.usize(1..20_000))),
        10 => json!("2026-13-45T99:99:99Z"),
        _ => json!(["a", 1, {}]),
    }
}

fn payload(chance: &mut fastrand::Rng) -> Value {
    let mut object = Map::new();
    for _ in 0..chance.usize(0..6) {
        let name = NAMES[chance.usize(..NAMES.len())];
        let value = match chance.u8(0..4) {
            0 => json!({ (NAMES[chance.usize(..NAMES.len())]): scalar(chance) }),
            1 => Value::Array((0..chance.usize(0..20)).map(|_| scalar(chance)).collect()),
            _ => scalar(chance),
        };
        object.insert(name.to_owned(), value);
    }
    match chance.u8(0..10) {
        0 => scalar(chance),
        1 => Value::Array(vec![Value::Object(object)]),
        _ => Value::Object(object),
    }
}

/// Calls the commands with random payloads, this many times in total.
pub async fn nonsense(times: usize, seed: u64) -> Outcome {
    let mut outcome = Outcome::new("calls", format!("nonsense × {times}"));
    let mut program = Program::start("", UNREACHABLE).await;
    program.forget_peak();
    let (began, before, cpu) = (Instant::now(), program.peak(), program.cpu());
    let mut chance = fastrand::Rng::with_seed(seed);
    let commands: Vec<&str> =
        COMMANDS.iter().map(|command| command.name).filter(|name| !EXCLUDED.contains(name)).collect();
    let mut refused = 0;
    for n in 0..times {
        let name = commands[n % commands.len()];
        let payload = payload(&mut chance);
        if let Err(problem) = program.rpc(name, payload).await {
            refused += 1;
            let code = problem["code"].as_str().unwrap_or_default();
            outcome.must(
                !matches!(code, "INTERNAL" | "SILENT"),
                format!("{name}: {code} {}", problem["detail"]),
            );
        }
        if !outcome.faults.is_empty() {
            break;
        }
    }
    (outcome.time, outcome.cpu) = (began.elapsed(), program.cpu() - cpu);
    outcome.memory = program.peak().saturating_sub(before);
    outcome.told = format!("{refused} refused, seed {seed}");
    outcome.must(program.runs(), "the program ended");
    outcome
}

/// Sends one raw HTTP request and returns the status of the answer.
async fn asked(program: &Program, request: &str) -> u16 {
    let mut stream = TcpStream::connect(program.host()).await.expect("a connection to the bridge");
    stream.write_all(request.as_bytes()).await.expect("the file is written");
    let mut answer = vec![0; 512];
    let count = stream.read(&mut answer).await.unwrap_or_default();
    let answer = String::from_utf8_lossy(&answer[..count]).into_owned();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}

/// Requests without token, from other origins, to other host names.
pub async fn door() -> Vec<Outcome> {
    let program = Program::start("", UNREACHABLE).await;
    let (host, token) = (program.host().to_owned(), program.token().to_owned());
    let call = |host: &str, more: &str| {
        format!(
            "POST /rpc/status_get HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
             content-length: 2\r\nconnection: close\r\n{more}\r\n{{}}"
        )
    };
    let with = format!("x-hongyan-token: {token}\r\n");
    let tries = [
        ("our own", call(&host, &with), 200..=200),
        ("no token", call(&host, ""), 400..=499),
        ("wrong token", call(&host, "x-hongyan-token: 0123456789abcdef0123456789abcdef\r\n"), 400..=499),
        ("another host", call("evil.example", &with), 400..=499),
        ("rebound name", call(&host.replace("127.0.0.1", "localhost.evil.example"), &with), 400..=499),
        ("another origin", call(&host, &format!("{with}origin: https://evil.example\r\n")), 400..=499),
        ("no origin's page", call(&host, &format!("{with}origin: null\r\n")), 400..=499),
        ("a form", call(&host, &with).replace("application/json", "text/plain"), 400..=499),
        ("no such command", call(&host, &with).replace("status_get", "shell"), 400..=499),
        ("events unasked", format!("GET /events HTTP/1.1\r\nhost: {host}\r\n\r\n"), 400..=499),
        ("traversal", format!("GET /../../../../etc/passwd HTTP/1.1\r\nhost: {host}\r\n\r\n"), 400..=499),
        (
            "traversal, coded",
            format!("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nhost: {host}\r\n\r\n"),
            400..=499,
        ),
        ("no host", "GET / HTTP/1.1\r\n\r\n".to_owned(), 400..=499),
    ];
    let mut outcomes = Vec::new();
    for (name, request, wanted) in tries {
        let mut outcome = Outcome::new("door", name);
        let began = Instant::now();
        let status = asked(&program, &request).await;
        (outcome.time, outcome.bytes) = (began.elapsed(), request.len() as u64);
        outcome.told = format!("HTTP {status}");
        outcome.must(wanted.contains(&status), format!("answered {status}"));
        outcomes.push(outcome);
    }
    outcomes
}
