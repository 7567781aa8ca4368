//! The listener over real sockets: the exchange of the extension, and everybody else.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::{Desk, ListenError, Listener, MAX_BODY, MAX_OPEN, Taken};

const ORIGIN: &str = "chrome-extension://bifehkofibaamoeaopjglfkddgkijdlh";
const ENTRY: &str = "@article{韦_铜鼓_2019,\n\ttitle = {论壮族的铜鼓},\n\tauthor = {{韦某}},\n}\n";

/// Remembers what was taken.
#[derive(Default)]
struct Notes {
    taken: Mutex<Vec<String>>,
    says: Mutex<Option<Taken>>,
}

#[async_trait]
impl Desk for Notes {
    async fn take(&self, bibtex: String) -> Taken {
        self.taken.lock().unwrap().push(bibtex);
        self.says.lock().unwrap().unwrap_or(Taken::Held)
    }
}

async fn open() -> (Arc<Notes>, Listener) {
    let notes = Arc::new(Notes::default());
    let listener = Listener::open(0, Arc::clone(&notes) as Arc<dyn Desk>).await.unwrap();
    (notes, listener)
}

/// Sends bytes and returns the status with the whole answer, or 0 for none.
async fn send(port: u16, bytes: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // the other side may answer and close before it has read everything
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, answer)
}

fn request(line: &str, port: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("{line} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        text.push_str(&format!("Host: localhost:{port}\r\n"));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    format!("{text}\r\n{body}").into_bytes()
}

const POST: &str = "POST /libraries/current/entries";
const BIBTEX: (&str, &str) = ("Content-Type", "application/x-bibtex");

#[tokio::test]
async fn the_exchange_of_the_extension() {
    let (notes, listener) = open().await;
    let port = listener.port();
    // as its code has it: a GET that must succeed or be 404, then the POST
    let (status, answer) = send(port, &request("GET /", port, &[("Cache-Control", "no-store")], "")).await;
    assert_eq!(status, 200, "{answer}");
    let (status, answer) = send(port, &request(POST, port, &[("Origin", ORIGIN), BIBTEX], ENTRY)).await;
    assert!((200..300).contains(&status), "{answer}");
    assert_eq!(*notes.taken.lock().unwrap(), [ENTRY]);
    let lower = answer.to_lowercase();
    assert!(lower.contains(&format!("access-control-allow-origin: {ORIGIN}")), "{answer}");
    assert!(lower.contains("cache-control: no-store") && lower.contains("nosniff"), "{answer}");

    // Firefox, Safari, a port of 127.0.0.1, a charset that is named
    for (origin, host) in [
        ("moz-extension://6b1f2c5e-9a1d-4c0e-8f7b-1a2b3c4d5e6f", format!("127.0.0.1:{port}")),
        ("safari-web-extension://6B1F2C5E-9A1D-4C0E-8F7B-1A2B3C4D5E6F", format!("LOCALHOST:{port}")),
    ] {
        let headers = [
            ("Host", host.as_str()),
            ("Origin", origin),
            ("Content-Type", "application/x-bibtex; charset=utf-8"),
        ];
        assert_eq!(send(port, &request(POST, port, &headers, ENTRY)).await.0, 202, "{origin}");
    }

    // the preflight of an extension without access to all addresses
    let asked = [("Origin", ORIGIN), ("Access-Control-Request-Method", "POST")];
    let (status, answer) = send(port, &request("OPTIONS /libraries/current/entries", port, &asked, "")).await;
    assert_eq!(status, 204, "{answer}");
    assert!(answer.to_lowercase().contains("access-control-allow-headers: content-type"), "{answer}");

    // what became of it is said in words
    for (says, wanted) in [(Taken::Full, 429), (Taken::TooOften, 429), (Taken::Unreadable, 422)] {
        *notes.says.lock().unwrap() = Some(says);
        let (status, answer) = send(port, &request(POST, port, &[("Origin", ORIGIN), BIBTEX], ENTRY)).await;
        assert_eq!(status, wanted);
        assert!(answer.split("\r\n\r\n").nth(1).unwrap().contains("鸿雁") || wanted == 422, "{answer}");
    }
}

#[tokio::test]
async fn nobody_else_is_heard() {
    let (notes, listener) = open().await;
    let port = listener.port();
    let rebound = format!("evil.example:{port}");
    let other_port = format!("localhost:{}", port.wrapping_add(1));
    let long = format!("chrome-extension://{}", "a".repeat(65));
    let own = format!("http://localhost:{port}");
    let post = |headers: &[(&str, &str)]| request(POST, port, headers, ENTRY);
    let bibtex_of = |origin| post(&[("Origin", origin), BIBTEX]);
    let strangers: Vec<(&str, u16, Vec<u8>)> = vec![
        ("a page", 403, bibtex_of("https://kns.cnki.net")),
        ("a page of ours", 403, bibtex_of(&own)),
        ("a sandboxed frame", 403, bibtex_of("null")),
        ("a page's GET", 403, request("GET /", port, &[("Origin", "https://evil.example")], "")),
        ("no origin", 403, post(&[BIBTEX])),
        ("an empty origin", 403, bibtex_of("")),
        ("no id", 403, bibtex_of("chrome-extension://")),
        ("a path", 403, bibtex_of("chrome-extension://a/../b")),
        ("user and host", 403, bibtex_of("chrome-extension://a@evil.example")),
        ("a long id", 403, bibtex_of(&long)),
        ("a scheme that only begins so", 403, bibtex_of("chrome-extension.evil://a")),
        ("two origins", 403, post(&[("Origin", ORIGIN), ("Origin", "https://evil.example"), BIBTEX])),
        ("another host", 403, post(&[("Host", &rebound), ("Origin", ORIGIN), BIBTEX])),
        ("another host's GET", 403, request("GET /", port, &[("Host", &rebound)], "")),
        ("another port", 403, post(&[("Host", &other_port), ("Origin", ORIGIN), BIBTEX])),
        ("no port", 403, post(&[("Host", "localhost"), ("Origin", ORIGIN), BIBTEX])),
        ("a name that ends so", 403, post(&[("Host", "notlocalhost"), ("Origin", ORIGIN), BIBTEX])),
        ("a form", 415, post(&[("Origin", ORIGIN), ("Content-Type", "text/plain")])),
        ("no type", 415, post(&[("Origin", ORIGIN)])),
        (
            "another path",
            404,
            request("POST /libraries/other/entries", port, &[("Origin", ORIGIN), BIBTEX], ENTRY),
        ),
        ("another method", 405, request("PUT /libraries/current/entries", port, &[("Origin", ORIGIN)], "x")),
        (
            "a preflight of a page",
            403,
            request("OPTIONS /libraries/current/entries", port, &[("Origin", "https://a.cn")], ""),
        ),
        ("not HTTP", 400, b"\x16\x03\x01\x02\x00\x01 \r\n\r\n".to_vec()),
    ];
    for (who, wanted, bytes) in strangers {
        let (status, answer) = send(port, &bytes).await;
        assert_eq!(status, wanted, "{who}: {answer}");
        let lower = answer.to_lowercase();
        assert!(!lower.contains("access-control-allow-origin: *"), "{who}");
        assert!(wanted != 403 || !lower.contains("access-control-allow-origin"), "{who}: {answer}");
    }
    let not_utf8 =
        [request(POST, port, &[("Origin", ORIGIN), BIBTEX, ("Content-Length", "2")], ""), vec![0xFF, 0xFE]];
    assert_eq!(send(port, &not_utf8.concat()).await.0, 400);
    assert!(notes.taken.lock().unwrap().is_empty());
}

#[tokio::test]
async fn bodies_are_bounded_whether_they_say_their_size_or_not() {
    let (notes, listener) = open().await;
    let port = listener.port();
    let head = |more: &str| {
        format!(
            "{POST} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {ORIGIN}\r\nContent-Type: application/x-bibtex\r\n{more}\r\n\r\n"
        )
    };
    // refused by its size alone: not a byte of it is sent
    let (status, _) = send(port, head(&format!("Content-Length: {}", MAX_BODY + 1)).as_bytes()).await;
    assert_eq!(status, 413);
    // 65,536 bytes each
    let chunk = format!("10000\r\n{}x\r\n", "鸿".repeat(0x10000 / 3));
    let mut chunked = head("Transfer-Encoding: chunked");
    for _ in 0..=MAX_BODY / 0x10000 {
        chunked.push_str(&chunk);
    }
    // the answer may be lost where the connection ends before everything was read
    let (status, answer) = send(port, chunked.as_bytes()).await;
    assert!(matches!(status, 0 | 413), "{answer}");
    // a head that does not end
    let (status, _) = send(port, format!("GET / HTTP/1.1\r\nX: {}", "y".repeat(64 * 1024)).as_bytes()).await;
    assert!(matches!(status, 0 | 400 | 431), "{status}");
    assert!(notes.taken.lock().unwrap().is_empty());
    // the largest that is taken
    let most = format!("{ENTRY}{}", " ".repeat(MAX_BODY - ENTRY.len()));
    let whole = request(POST, port, &[("Origin", ORIGIN), BIBTEX], &most);
    assert_eq!(send(port, &whole).await.0, 202);
    assert_eq!(notes.taken.lock().unwrap()[0].len(), MAX_BODY);
}

#[tokio::test(start_paused = true)]
async fn who_sends_slowly_is_cut_off_and_a_place_is_free_again() {
    let (notes, listener) = open().await;
    let port = listener.port();
    let half_a_head = format!("{POST} HTTP/1.1\r\nHost: localhost:{port}\r\n");
    let half_a_body = request(POST, port, &[("Origin", ORIGIN), BIBTEX, ("Content-Length", "1000")], "");
    for bytes in [Vec::new(), half_a_head.into_bytes(), half_a_body] {
        let began = Instant::now();
        let mut all = Vec::new();
        for _ in 0..MAX_OPEN {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(&bytes).await.unwrap();
            all.push(stream);
        }
        // every place is taken or will be cut off: each connection ends by itself
        for mut stream in all {
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer).await;
        }
        // the clock is the test's: it stands still but for waits
        assert!(began.elapsed() <= Duration::from_secs(6), "{:?}", began.elapsed());
    }
    assert!(notes.taken.lock().unwrap().is_empty());
    let (status, _) = send(port, &request(POST, port, &[("Origin", ORIGIN), BIBTEX], ENTRY)).await;
    assert_eq!(status, 202);
}

#[tokio::test]
async fn connections_are_counted() {
    let (_, listener) = open().await;
    let port = listener.port();
    let mut open = Vec::new();
    for _ in 0..MAX_OPEN {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        // a place is taken once the first byte of an interim answer could be read; `Expect` asks for one
        let head = request(
            POST,
            port,
            &[("Origin", ORIGIN), BIBTEX, ("Content-Length", "9"), ("Expect", "100-continue")],
            "",
        );
        stream.write_all(&head).await.unwrap();
        let mut interim = [0; 12];
        stream.read_exact(&mut interim).await.unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100");
        open.push(stream);
    }
    assert_eq!(send(port, &request("GET /", port, &[], "")).await.0, 0, "one too many is closed at once");
    open.clear();
    // the places are free as soon as the other side has seen that they left
    while send(port, &request("GET /", port, &[], "")).await.0 != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_port_in_use_is_named_and_a_closed_one_is_free() {
    let (_, listener) = open().await;
    let port = listener.port();
    let second = Listener::open(port, Arc::new(Notes::default())).await;
    assert!(matches!(second, Err(ListenError::InUse)), "{second:?}");
    listener.close().await;
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "closed");
    let again = Listener::open(port, Arc::new(Notes::default())).await.unwrap();
    assert_eq!(again.port(), port);
}
