//! The client against misbehaving servers. Raw sockets where the misbehaviour is below HTTP.

use futures_util::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::response::ContentKind;
use super::*;

const SOON: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(20);

fn http() -> Http {
    Http::new(HttpOptions { body_limit: 64 * 1024, ..HttpOptions::default() }).unwrap()
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

async fn get(text: &str, deadline: Duration) -> Result<Response, NetError> {
    http().send(Call::get(url(text), deadline), None).await
}

/// A server that reads a request and then runs `act`, for each connection.
async fn raw<F, Fut>(act: F) -> String
where
    F: Fn(TcpStream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/题名", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.windows(4).any(|w| w == b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read(&mut byte).await.unwrap_or(0) == 0 {
                    break;
                }
                head.push(byte[0]);
            }
            tokio::spawn(act(stream));
        }
    });
    address
}

async fn respond(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let server = MockServer::start().await;
    let mut template = ResponseTemplate::new(status).set_body_string(body);
    for (name, value) in headers {
        template = template.insert_header(*name, *value);
    }
    Mock::given(method("GET")).respond_with(template).mount(&server).await;
    get(&server.uri(), LONG).await.unwrap()
}

#[tokio::test]
async fn nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let refused = get(&format!("http://127.0.0.1:{port}/?q=鲁迅"), LONG).await.err().unwrap();
    assert!(matches!(refused, NetError::Unreachable(_)), "{refused:?}");
    assert!(!refused.outcome_unknown());
    let nameless = get("http://no-such-host.invalid/?q=secret", LONG).await.err().unwrap();
    assert!(matches!(nameless, NetError::Unreachable(_)), "{nameless:?}");
    assert!(!nameless.to_string().contains("secret"));
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let address = raw(|stream| async move {
        let _held = stream;
        std::future::pending::<()>().await;
    })
    .await;
    assert_eq!(get(&address, SOON).await.err(), Some(NetError::Timeout));
}

#[tokio::test]
async fn a_body_that_never_ends_in_time_is_a_timeout() {
    let address = raw(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a").await;
        std::future::pending::<()>().await;
    })
    .await;
    assert_eq!(get(&address, SOON).await.err(), Some(NetError::Timeout));
}

/// hyper reads interim responses for as long as they are there: on the runtime of this test it would neither
/// let the timer of the deadline run nor anything else.
#[tokio::test]
async fn a_flood_of_interim_responses_blocks_nobody_else() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let flood = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000);
        let (mut stream, _) = listener.accept().unwrap();
        // before the request it would be a broken connection
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        while stream.write_all(&flood).is_ok() {}
    });
    let began = Instant::now();
    assert_eq!(get(&address, SOON).await.err(), Some(NetError::Timeout));
    // a third of a second when this was written; ten and more where the connection is on this thread
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_broken_connection_leaves_the_outcome_unknown() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"书", "HTTP/1.1 201 Cre"] {
        let address = raw(move |mut stream| async move {
            let _ = stream.write_all(answer.as_bytes()).await;
        })
        .await;
        let error = get(&address, LONG).await.err().unwrap();
        assert!(matches!(error, NetError::Lost(_)), "{answer:?}: {error:?}");
        assert!(error.outcome_unknown());
    }
}

#[tokio::test]
async fn too_much_is_cut_off() {
    let long = "字".repeat(40_000);
    let server = MockServer::start().await;
    Mock::given(path("/long"))
        .respond_with(ResponseTemplate::new(200).set_body_string(long))
        .mount(&server)
        .await;
    assert_eq!(get(&format!("{}/long", server.uri()), LONG).await.err(), Some(NetError::TooLarge));

    let endless = raw(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        while stream.write_all(b"400\r\n").await.is_ok()
            && stream.write_all(&[b'x'; 0x400]).await.is_ok()
            && stream.write_all(b"\r\n").await.is_ok()
        {}
    })
    .await;
    assert_eq!(get(&endless, LONG).await.err(), Some(NetError::TooLarge));
}

/// `data` in gzip without a compressor: stored blocks; for a bomb, a run of zeros encoded by hand.
fn gzip(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    for (n, block) in data.chunks(0xFFFF).enumerate() {
        let last = (n + 1) * 0xFFFF >= data.len();
        let length = block.len() as u16;
        out.push(u8::from(last));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    // checksum and length are wrong on purpose unless the caller fixes them
    out.extend_from_slice(&[0; 8]);
    out
}

#[tokio::test]
async fn bad_compression_is_malformed_and_a_bomb_is_too_large() {
    let server = MockServer::start().await;
    let packed = |body: Vec<u8>| {
        ResponseTemplate::new(200).insert_header("content-encoding", "gzip").set_body_bytes(body)
    };
    Mock::given(path("/bad")).respond_with(packed(gzip("{\"题名\":1}".as_bytes()))).mount(&server).await;
    // 200 KiB of zeros: a fixed-Huffman block with one literal and 800 copies of 258 bytes
    Mock::given(path("/bomb")).respond_with(packed(bomb(800))).mount(&server).await;
    let bad = get(&format!("{}/bad", server.uri()), LONG).await.err().unwrap();
    assert!(matches!(bad, NetError::Malformed(_)), "{bad:?}");
    assert!(bomb(800).len() < 2_000, "a bomb is small");
    assert_eq!(get(&format!("{}/bomb", server.uri()), LONG).await.err(), Some(NetError::TooLarge));
}

/// gzip of one zero byte and `copies` × 258 more, written bit by bit (RFC 1951, fixed codes).
fn bomb(copies: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = vec![true, true, false]; // last block, fixed Huffman
    let code = |bits: &mut Vec<bool>, value: u32, length: u32| {
        (0..length).rev().for_each(|n| bits.push(value >> n & 1 == 1));
    };
    code(&mut bits, 0x30, 8); // literal 0
    for _ in 0..copies {
        code(&mut bits, 0b1100_0101, 8); // length 258
        code(&mut bits, 0, 5); // distance 1
    }
    code(&mut bits, 0, 7); // end of block
    let mut out = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    for byte in bits.chunks(8) {
        out.push(byte.iter().enumerate().fold(0, |sum, (n, bit)| sum | u8::from(*bit) << n));
    }
    out.extend_from_slice(&[0; 8]);
    out
}

#[tokio::test]
async fn redirects_stay_on_their_host() {
    let (here, elsewhere) = (MockServer::start().await, MockServer::start().await);
    let to = |target: String| ResponseTemplate::new(302).insert_header("location", target.as_str());
    Mock::given(path("/away")).respond_with(to(format!("{}/login", elsewhere.uri()))).mount(&here).await;
    Mock::given(path("/near")).respond_with(to("/here".to_owned())).mount(&here).await;
    Mock::given(path("/loop")).respond_with(to("/loop".to_owned())).mount(&here).await;
    Mock::given(path("/here"))
        .respond_with(ResponseTemplate::new(200).set_body_string("馆"))
        .mount(&here)
        .await;
    Mock::given(path("/login")).respond_with(ResponseTemplate::new(200)).expect(0).mount(&elsewhere).await;

    let cookie =
        |target: &str| Call::get(url(&format!("{}{target}", here.uri())), LONG).header("cookie", "t=1");
    let away = http().send(cookie("/away").unwrap(), None).await.err().unwrap();
    assert!(matches!(away, NetError::WrongKind(_)), "{away:?}");
    let looped = http().send(cookie("/loop").unwrap(), None).await.err().unwrap();
    assert!(matches!(looped, NetError::WrongKind(_)), "{looped:?}");
    let asked = here.received_requests().await.unwrap();
    assert_eq!(asked.iter().filter(|r| r.url.path() == "/loop").count(), REDIRECTS + 1);
    let near = http().send(cookie("/near").unwrap(), None).await.unwrap();
    assert_eq!(near.body, "馆".as_bytes());
    elsewhere.verify().await;
}

#[tokio::test]
async fn says_honestly_who_asks() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    let options = HttpOptions {
        contact: Some("图书馆 lib@example.edu\r\nx: y".to_owned()),
        ..HttpOptions::default()
    };
    for http in [http(), Http::new(options).unwrap()] {
        http.send(Call::get(url(&server.uri()), LONG), None).await.unwrap();
    }
    let asked = server.received_requests().await.unwrap();
    let agent = |n: usize| asked[n].headers["user-agent"].to_str().unwrap().to_owned();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(agent(0), format!("Hongyan/{version}"));
    assert_eq!(agent(1), format!("Hongyan/{version} (+lib@example.edux:y)"));
    let id = |n: usize| asked[n].headers["x-request-id"].to_str().unwrap().parse::<uuid::Uuid>().unwrap();
    assert_ne!(id(0), id(1));
}

#[tokio::test]
async fn loopback_is_never_asked_through_a_proxy() {
    assert!(is_loopback(&url("http://127.8.9.1:3/")) && is_loopback(&url("http://[::1]/")));
    assert!(is_loopback(&url("http://localhost:1/")) && is_loopback(&url("http://a.localhost/")));
    assert!(is_loopback(&url("z3950://127.0.0.1:9299/db")) && !is_loopback(&url("z3950://10.0.0.1/db")));
    assert!(!is_loopback(&url("http://localhost.example/")) && !is_loopback(&url("http://10.0.0.1/")));
}

#[tokio::test]
async fn statuses_say_what_can_be_done() {
    let of = |status: u16, headers: Vec<(&'static str, &'static str)>| async move {
        respond(status, &headers, "<html>维护</html>").await.source_status().err()
    };
    assert_eq!(of(200, vec![]).await, None);
    assert_eq!(of(401, vec![]).await, Some(NetError::NeedsKey));
    assert_eq!(of(403, vec![]).await, Some(NetError::Blocked("HTTP 403".to_owned())));
    assert_eq!(of(500, vec![]).await, Some(NetError::Server(500)));
    assert_eq!(of(503, vec![]).await, Some(NetError::Server(503)));
    assert_eq!(of(429, vec![]).await, Some(NetError::Throttled { after: None }));
    let seconds = Some(NetError::Throttled { after: Some(Duration::from_secs(7)) });
    assert_eq!(of(503, vec![("retry-after", "7")]).await, seconds);
    let date =
        vec![("date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("retry-after", "Sun, 06 Nov 1994 08:49:44 GMT")];
    assert_eq!(of(429, date).await, seconds);
    let past =
        vec![("date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")];
    assert_eq!(of(429, past).await, Some(NetError::Throttled { after: Some(Duration::ZERO) }));
    let forever = Some(NetError::Throttled { after: Some(Duration::from_secs(86_400)) });
    assert_eq!(of(429, vec![("retry-after", "99999999999")]).await, forever);
    assert!(matches!(of(404, vec![]).await, Some(NetError::Refused { status: 404, .. })));
}

#[tokio::test]
async fn kinds_are_told_apart_by_what_is_there() {
    let json = [("content-type", "application/json")];
    let page = "\u{FEFF} \n<!DOCTYPE html><html><body>系统维护</body></html>";
    let wrong = respond(200, &json, page).await.json::<serde_json::Value>().await.unwrap_err();
    assert!(matches!(wrong, NetError::WrongKind(_)), "{wrong:?}");
    assert!(wrong.outcome_unknown());
    let xhtml = "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>";
    assert!(matches!(respond(200, &[], xhtml).await.expect(ContentKind::Xml), Err(NetError::WrongKind(_))));
    let cut = respond(200, &json, "{\"题名\": \"红楼").await.json::<serde_json::Value>().await.unwrap_err();
    assert!(matches!(&cut, NetError::Malformed(why) if !why.contains('红')), "{cut:?}");
    let text = respond(200, &[("content-type", "text/plain")], "好").await.json::<serde_json::Value>().await;
    assert!(matches!(text, Err(NetError::WrongKind(_))));
    let empty = respond(200, &json, "").await.json::<serde_json::Value>().await;
    assert!(matches!(empty, Err(NetError::Malformed(_))));
    assert_eq!(respond(200, &json, "{\"题\":1}").await.json::<serde_json::Value>().await.unwrap()["题"], 1);
}

fn limits(concurrency: usize, ms: u64) -> rate_limit::Limits {
    rate_limit::Limits { concurrency, interval: Duration::from_millis(ms) }
}

#[tokio::test]
async fn a_gate_keeps_the_distance_between_all_who_ask() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let http = http();
    let target = url(&server.uri());
    let started = Instant::now();
    let asks = (0..4).map(|_| {
        // each search has its own handle, as in two windows
        let (http, target) = (http.clone(), target.clone());
        async move {
            let limiter = http.rate_limiter(&target, "同", limits(4, 80));
            http.send(Call::get(target, LONG), Some(&limiter)).await.unwrap();
        }
    });
    join_all(asks).await;
    // the first starts at once; timers never fire early
    assert!(started.elapsed() >= Duration::from_millis(240), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_gate_opens_when_a_call_is_dropped_and_the_server_sees_it() {
    let (closed, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let address = raw(move |mut stream| {
        let closed = closed.clone();
        async move {
            let mut rest = [0; 64];
            let _ = closed.send(false);
            while stream.read(&mut rest).await.unwrap_or(0) > 0 {}
            let _ = closed.send(true);
        }
    })
    .await;
    let http = http();
    let limiter = http.rate_limiter(&url(&address), "馆", limits(1, 0));
    let call = tokio::spawn({
        let (http, limiter, target) = (http.clone(), Arc::clone(&limiter), url(&address));
        async move { http.send(Call::get(target, LONG), Some(&limiter)).await.err() }
    });
    assert_eq!(seen.recv().await, Some(false), "the server has the request");
    assert_eq!(limiter.free(), 0);
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(limiter.free(), 1);
    assert_eq!(seen.recv().await, Some(true), "the server sees the connection close");
}

#[tokio::test]
async fn a_host_that_asked_for_silence_is_not_asked() {
    let server = MockServer::start().await;
    let slow = ResponseTemplate::new(429).insert_header("retry-after", "3600");
    Mock::given(method("GET")).respond_with(slow).expect(1).mount(&server).await;
    let http = http();
    let limiter = http.rate_limiter(&url(&server.uri()), "e读", limits(1, 0));
    let ask = || http.send(Call::get(url(&server.uri()), LONG), Some(&limiter));
    assert_eq!(ask().await.unwrap().status, 429);
    for _ in 0..3 {
        assert!(matches!(ask().await.err(), Some(NetError::Throttled { after: Some(_) })));
    }
    server.verify().await;
}

#[tokio::test]
async fn who_queues_at_a_host_that_refuses_is_sent_away() {
    let server = MockServer::start().await;
    let refusal = ResponseTemplate::new(403).set_delay(Duration::from_millis(50));
    Mock::given(method("GET")).respond_with(refusal).mount(&server).await;
    let http = http();
    let limiter = http.rate_limiter(&url(&server.uri()), "e读", limits(1, 0));
    let ask = || http.send(Call::get(url(&server.uri()), LONG), Some(&limiter));
    let outcomes = join_all((0..5).map(|_| ask())).await;
    let sent = outcomes.iter().filter(|o| o.is_ok()).count();
    let away = outcomes.iter().filter(|o| matches!(o, Err(NetError::Blocked(_)))).count();
    assert_eq!((sent, away), (1, 4));
    // a later request is let through
    assert_eq!(ask().await.unwrap().status, 403);
}

#[tokio::test]
async fn the_stricter_limits_hold() {
    let http = http();
    let target = url("http://opac.example/");
    let first = http.rate_limiter(&target, "甲", limits(4, 0));
    let second = http.rate_limiter(&target, "乙", limits(1, 1500));
    assert!(Arc::ptr_eq(&first, &second), "one host, one rate limiter");
    assert_eq!(first.free(), 1);
    let loopback = url("http://127.0.0.1:9/");
    assert!(!Arc::ptr_eq(
        &http.rate_limiter(&loopback, "甲", limits(1, 0)),
        &http.rate_limiter(&loopback, "乙", limits(1, 0))
    ));
}
