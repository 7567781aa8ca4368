//! Parses HTTP/1.1 calls, as far as the one client under test needs it.

use std::time::Instant;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use uuid::Uuid;

/// A call received by the proxy.
#[derive(Debug, Clone)]
pub struct RecordedCall {
    /// `PUT`
    pub method: String,
    /// without query
    pub path: String,
    /// the request target: path and query
    target: String,
    /// header lines in order, names in lower case
    pub headers: Vec<(String, String)>,
    /// the body
    pub body: Vec<u8>,
    /// time at which its head had been read
    pub begun: Instant,
    /// time at which its answer was ready or its connection was cut
    pub ended: Option<Instant>,
}

impl RecordedCall {
    /// The id of a request that is created or looked up: the path is `/ill/requests/{id}` and nothing more.
    pub fn request(&self) -> Option<Uuid> {
        self.path.strip_prefix("/ill/requests/")?.parse().ok()
    }

    /// Whether it creates a request.
    pub fn creates(&self) -> bool {
        self.method == "PUT" && self.request().is_some()
    }

    /// The value of a header; empty if absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The call as it is forwarded, with `Connection: close`.
    pub(super) fn as_sent(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in self.headers.iter().filter(|(name, _)| name != "connection") {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("connection: close\r\n\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// Reads up to the empty line; also returns the part of the body that was read, and the body's length.
pub(super) async fn read_head(stream: &mut TcpStream) -> Option<(RecordedCall, Vec<u8>, usize)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let seen = RecordedCall {
        method,
        path: target.split('?').next().unwrap_or_default().to_owned(),
        target,
        headers,
        body: Vec::new(),
        begun: Instant::now(),
        ended: None,
    };
    Some((seen, bytes[end + 4..].to_vec(), length))
}

/// Reads until the body has this many bytes.
pub(super) async fn read_rest(stream: &mut TcpStream, body: &mut Vec<u8>, length: usize) -> Option<()> {
    while body.len() < length {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.ok().filter(|read| *read > 0)?;
        body.extend_from_slice(&part[..read]);
    }
    Some(())
}
