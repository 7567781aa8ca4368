//! A hostile platform: it redirects a sign-in with its password and a signed-in call with its cookies, and
//! returns malformed answers.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::json;

use crate::lines::MEMORY;
use crate::program::Program;
use crate::report::{Outcome, sentence};
use crate::wire::{Counts, Line, listen};

const PASSWORD: &str = "秘密口令Zx9";
const NAME: &str = "20231234-张三";

/// What the other host received.
#[derive(Default)]
struct OtherHost {
    asked: AtomicU64,
    heard: Mutex<String>,
}

async fn message(line: &mut Line) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if !line.more(&mut bytes).await {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_ascii_lowercase();
            let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = length.and_then(|text| text.trim().parse::<usize>().ok()).unwrap_or(0);
            if body.len() >= length {
                return Some(text);
            }
        }
    }
}

/// Starts another host that records what it receives.
async fn elsewhere() -> (u16, Arc<OtherHost>) {
    let known = Arc::new(OtherHost::default());
    let heard = Arc::clone(&known);
    let port = listen(Arc::new(Counts::default()), move |mut line| {
        let heard = Arc::clone(&heard);
        async move {
            heard.asked.fetch_add(1, Ordering::SeqCst);
            // TLS cannot be read here; that it connected is enough
            if let Some(said) = message(&mut line).await {
                heard.heard.lock().expect("the lock is not poisoned").push_str(&said);
            }
            Ok(())
        }
    })
    .await;
    (port, known)
}

fn answer(status: &str, head: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{head}\r\n{body}")
        .into_bytes()
}

const JSON: &str = "content-type: application/json\r\n";

/// The answer of an attack to one call.
fn lie(attack: &str, path: &str, other: u16) -> Vec<u8> {
    let login = path.contains("/authn/login");
    let to = |scheme: &str| format!("location: {scheme}://127.0.0.1:{other}/steal\r\n");
    match attack {
        "login 307" if login => answer("307", &to("http"), ""),
        "login 308" if login => answer("308", &to("http"), ""),
        "login 302" if login => answer("302", &to("http"), ""),
        "login 307 to https" if login => answer("307", &to("https"), ""),
        "refusal with a name" if login => {
            let said = format!("Error verifying user existence: No user found by username {NAME}");
            let errors = json!({ "errors": [{ "message": said, "code": "username.incorrect" }] });
            answer("422", JSON, &errors.to_string())
        }
        "refusal of 4 MB" if login => {
            answer("422", JSON, &format!("{{\"errors\":[{}0]}}", "{\"\":0},".repeat(550_000)))
        }
        "refusal nested" if login => answer("422", JSON, &"[".repeat(1_000_000)),
        "refusal as a page" if login => {
            answer("403", "content-type: text/html\r\n", "<html><script>alert(1)</script>请登录")
        }
        "answer of 12 MB" if login => {
            answer("201", JSON, &format!("{{\"x\":[{}0]}}", "{\"\":0},".repeat(1_500_000)))
        }
        "signed-in call moved" if login => {
            let head = format!(
                "{JSON}set-cookie: folioAccessToken=tokenA1; Path=/\r\nset-cookie: \
                 folioRefreshToken=tokenR1; Path=/authn\r\n"
            );
            let until = json!({
                "accessTokenExpiration": "2099-01-01T00:00:00Z",
                "refreshTokenExpiration": "2099-01-01T00:00:00Z",
            });
            answer("201", &head, &until.to_string())
        }
        "signed-in call moved" => answer("302", &to("http"), ""),
        _ => answer("404", JSON, "{}"),
    }
}

/// All attacks.
pub const LIES: &[&str] = &[
    "login 307",
    "login 308",
    "login 302",
    "login 307 to https",
    "refusal with a name",
    "refusal of 4 MB",
    "refusal nested",
    "refusal as a page",
    "answer of 12 MB",
    "signed-in call moved",
];

/// Signs in at each hostile platform.
pub async fn all() -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for attack in LIES {
        let mut outcome = Outcome::new("platform", *attack);
        let (other, heard) = elsewhere().await;
        let counts = Arc::new(Counts::default());
        let port = listen(Arc::clone(&counts), move |mut line| async move {
            let Some(asked) = message(&mut line).await else { return Ok::<(), io::Error>(()) };
            let path = asked.split(' ').nth(1).unwrap_or_default();
            line.send(&lie(attack, path, other)).await
        })
        .await;
        let mut program = Program::start("", &format!("http://127.0.0.1:{port}")).await;
        program.forget_peak();
        let (began, before, cpu) = (Instant::now(), program.peak(), program.cpu());
        let signed = json!({ "username": NAME, "password": PASSWORD });
        let signed = program.rpc("account_sign_in", signed).await;
        (outcome.time, outcome.cpu) = (began.elapsed(), program.cpu() - cpu);
        outcome.bytes = counts.take_written();
        outcome.memory = program.peak().saturating_sub(before);
        outcome.told = match &signed {
            Ok(_) => "signed in".to_owned(),
            Err(problem) => sentence(problem),
        };
        let said = heard.heard.lock().expect("the lock is not poisoned").clone();
        outcome.must(heard.asked.load(Ordering::SeqCst) == 0, "another host was asked");
        outcome.must(!said.contains(PASSWORD) && !said.contains("tokenA1"), "a secret went elsewhere");
        let log = program.log();
        let words = [PASSWORD, "张三", "tokenA1", "tokenR1"];
        outcome.must(!words.iter().any(|word| log.contains(word)), "the log has a secret or a name");
        let moved = *attack == "signed-in call moved";
        outcome.must(moved || signed.is_err(), "signed in");
        outcome.must(outcome.memory <= MEMORY, "more than 64 MiB");
        outcome.must(outcome.time.as_secs_f64() <= 30.0, "longer than 30 s");
        outcome.must(program.runs(), "the program ended");
        outcomes.push(outcome);
    }
    outcomes
}
