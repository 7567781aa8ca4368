//! Hostile search sources over HTTP; the first path segment names the attack.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::bodies::{body, gzip, zipped};
use crate::wire::{Counts, Line, listen};

/// Cache of answers that are expensive to build.
type Made = Arc<Mutex<HashMap<String, Arc<Vec<u8>>>>>;

/// Starts one on 127.0.0.1; returns its port and that of a second host, which must never be contacted.
pub async fn start(counts: Arc<Counts>) -> (u16, u16) {
    let elsewhere = Arc::clone(&counts);
    let other = listen(Arc::new(Counts::default()), move |mut line| {
        elsewhere.stolen.fetch_add(1, Ordering::SeqCst);
        async move { line.send(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await }
    })
    .await;
    let made = Made::default();
    let port = listen(counts, move |line| serve(line, other, Arc::clone(&made))).await;
    (port, other)
}

async fn serve(mut line: Line, other: u16, made: Made) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if !line.more(&mut head).await {
            return Ok(());
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut parts = path.trim_matches('/').split('/');
    let attack = parts.next().unwrap_or_default();
    if attack == "steal" {
        line.counts.stolen.fetch_add(1, Ordering::SeqCst);
    }
    if attack == "redirect" {
        return redirect(&mut line, parts.next().unwrap_or_default(), other).await;
    }
    if let Some(outcome) = trickling(&mut line, attack).await {
        return outcome;
    }
    if attack == "forever" {
        let start: u64 =
            query.split('&').find_map(|pair| pair.strip_prefix("startRecord=")?.parse().ok()).unwrap_or(1);
        let records: String =
            (0..10).map(|n| crate::bodies::titled(&format!("题{}", start + n), "")).collect();
        let bytes = crate::bodies::sru(&records, 1_000_000_000, "");
        return whole(&mut line, "application/xml", "", &bytes).await;
    }
    // an answer of megabytes is built once, outside the tasks that write
    let kept = made.lock().expect("the lock is not poisoned").get(attack).cloned();
    let answer = match kept {
        Some(answer) => answer,
        None => {
            let name = attack.to_owned();
            let answer = tokio::task::spawn_blocking(move || of(&name)).await.map_err(io::Error::other)?;
            let answer = Arc::new(answer);
            made.lock().expect("the lock is not poisoned").insert(attack.to_owned(), Arc::clone(&answer));
            answer
        }
    };
    line.send(&answer).await
}

/// A complete answer with its HTTP head.
fn of(attack: &str) -> Vec<u8> {
    let (bytes, kind, encoding) = match (body(attack), zipped(attack)) {
        (Some((bytes, kind)), _) => (bytes, kind, ""),
        (None, Some((bytes, kind))) => (bytes, kind, "content-encoding: gzip\r\n"),
        (None, None) if attack == "gzgz" => {
            let inner = gzip((0..64).map(|_| vec![0; 1 << 20]));
            (gzip([inner]), "application/xml", "content-encoding: gzip, gzip\r\n")
        }
        (None, None) => (b"<html><script>1</script>\xE7\xBB\xB4\xE6\x8A\xA4".to_vec(), "text/html", ""),
    };
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n{encoding}content-length: {}\r\n\r\n",
        bytes.len()
    )
    .into_bytes();
    answer.extend(bytes);
    answer
}

async fn whole(line: &mut Line, kind: &str, more: &str, bytes: &[u8]) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n{more}content-length: {}\r\n\r\n",
        bytes.len()
    );
    line.send(head.as_bytes()).await?;
    line.send(bytes).await
}

/// Targets of redirects.
pub const REDIRECTS: [&str; 16] = [
    "file",
    "host",
    "name",
    "port",
    "meta",
    "script",
    "data",
    "loop",
    "userinfo",
    "relative",
    "https",
    "gopher",
    "split",
    "backslash",
    "unix",
    "ftp",
];

async fn redirect(line: &mut Line, name: &str, other: u16) -> io::Result<()> {
    let to = match name {
        "file" => "file:///etc/passwd".to_owned(),
        "host" => format!("http://127.0.0.2:{other}/steal"),
        "name" => format!("http://localhost:{other}/steal"),
        "port" => format!("http://127.0.0.1:{other}/steal"),
        "meta" => "http://169.254.169.254/latest/meta-data/".to_owned(),
        "script" => "javascript:alert(1)".to_owned(),
        "data" => "data:application/xml,<x/>".to_owned(),
        "loop" => "/redirect/loop".to_owned(),
        "userinfo" => format!("http://a:b@127.0.0.1:{other}/steal"),
        "relative" => format!("//127.0.0.2:{other}/steal"),
        "https" => format!("https://127.0.0.1:{other}/steal"),
        "gopher" => "gopher://127.0.0.1:6379/_x".to_owned(),
        "split" => "/x%0d%0aX-Evil:1".to_owned(),
        "backslash" => format!("\\\\127.0.0.2:{other}\\steal"),
        "unix" => "unix:/run/docker.sock".to_owned(),
        _ => "ftp://127.0.0.1/".to_owned(),
    };
    let answer =
        format!("HTTP/1.1 302 X\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    line.send(answer.as_bytes()).await
}

/// Attacks that are no complete answer: endless, slow, or with a wrong head.
async fn trickling(line: &mut Line, attack: &str) -> Option<io::Result<()>> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\n";
    Some(match attack {
        "endless" => {
            let chunk = [&b"10000\r\n"[..], &[b' '; 65536], b"\r\n"].concat();
            let mut outcome = line.send(format!("{head}transfer-encoding: chunked\r\n\r\n").as_bytes()).await;
            while outcome.is_ok() {
                outcome = line.send(&chunk).await;
            }
            outcome
        }
        "slow" => {
            let mut outcome = line.send(format!("{head}content-length: 100000\r\n\r\n<x>").as_bytes()).await;
            while outcome.is_ok() {
                // the slow pace is the attack
                tokio::time::sleep(Duration::from_millis(500)).await;
                outcome = line.send(b" ").await;
            }
            outcome
        }
        "slowhead" => {
            let mut outcome = line.send(b"HTTP/1.1 200 OK\r\n").await;
            while outcome.is_ok() {
                tokio::time::sleep(Duration::from_millis(300)).await;
                outcome = line.send(b"X-A: b\r\n").await;
            }
            outcome
        }
        "manyheads" => {
            let heads: String = (0..20_000).map(|n| format!("X-{n}: {}\r\n", "a".repeat(800))).collect();
            line.send(format!("HTTP/1.1 200 OK\r\n{heads}\r\n").as_bytes()).await
        }
        "bighead" => {
            let mut outcome = line.send(b"HTTP/1.1 200 OK\r\nX: ").await;
            for _ in 0..3_200 {
                if outcome.is_ok() {
                    outcome = line.send(&[b'a'; 65536]).await;
                }
            }
            outcome
        }
        "continue" => {
            let flood = "HTTP/1.1 100 Continue\r\n\r\n".repeat(50);
            let mut outcome = Ok(());
            while outcome.is_ok() {
                outcome = line.send(flood.as_bytes()).await;
            }
            outcome
        }
        "longest" => line.send(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999\r\n\r\n<x>").await,
        "negative" => line.send(b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n<x>").await,
        "smuggled" => {
            line.send(
                b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n\
                  HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            )
            .await
        }
        "cookie" => {
            let bytes = crate::bodies::sru(&crate::bodies::titled("红楼梦", ""), 1, "");
            let cookie = format!("set-cookie: a={}; Domain=.\r\n", "x".repeat(4_000));
            whole(line, "application/xml", &cookie, &bytes).await
        }
        _ => return None,
    })
}
