//! A proxy for a Z39.50 target that counts Present requests, and injects faults into their responses.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hongyan_connectors::error::NetError;
use hongyan_model::Query;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::search::{Subject, records, search};

/// A fault for one Present request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// closes the connection without forwarding the request
    Closed,
    /// cuts the target's response in the middle
    Cut,
    /// never responds
    Stall,
    /// responds with an HTML page
    Html,
    /// responds with invalid bytes
    Garbage,
    /// responds with a message that claims two gigabytes
    Huge,
    /// responds with a diagnostic of Bib-1 instead of records
    Diagnostic(u8),
}

/// First byte of a Present request: context class, constructed, tag 24.
const PRESENT: u8 = 0xB8;

#[derive(Debug, Default)]
struct State {
    faults: Mutex<VecDeque<Fault>>,
    pages: AtomicUsize,
    connections: AtomicUsize,
}

/// The proxy; stops when dropped.
#[derive(Debug)]
pub struct Wire {
    /// `host:port`
    pub address: String,
    state: Arc<State>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Wire {
    /// Starts a proxy for a target at `host:port`.
    pub async fn before(target: &str) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = Arc::new(State::default());
        let (shared, target) = (Arc::clone(&state), target.to_owned());
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (state, target) = (Arc::clone(&shared), target.clone());
                // connection errors are expected in these tests
                tokio::spawn(async move { drop(serve(client, &target, &state).await) });
            }
        });
        Wire { address, state, task }
    }

    /// Number of Present requests so far.
    pub fn pages(&self) -> usize {
        self.state.pages.load(Ordering::SeqCst)
    }

    /// Resets the counter.
    pub fn forget(&self) {
        self.state.pages.store(0, Ordering::SeqCst);
    }

    /// Whether nobody has connected.
    pub fn untouched(&self) -> bool {
        self.state.connections.load(Ordering::SeqCst) == 0
    }

    /// Injects a fault into the next Present request.
    pub fn fail(&self, fault: Fault) {
        self.state.faults.lock().unwrap().push_back(fault);
    }

    /// Whether every fault was used.
    pub fn sound(&self) -> bool {
        self.state.faults.lock().unwrap().is_empty()
    }
}

async fn serve(mut client: TcpStream, target: &str, state: &State) -> std::io::Result<()> {
    let mut server = TcpStream::connect(target).await?;
    let (mut asked, mut answered) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = client.read_buf(&mut asked) => if read? == 0 { return Ok(()) },
            read = server.read(&mut answered) => {
                let length = read?;
                if length == 0 {
                    return Ok(());
                }
                client.write_all(&answered[..length]).await?;
            }
        }
        while let Some(length) = whole(&asked) {
            let message: Vec<u8> = asked.drain(..length).collect();
            let mut fault = None;
            if message[0] == PRESENT {
                state.pages.fetch_add(1, Ordering::SeqCst);
                fault = state.faults.lock().unwrap().pop_front();
            }
            match fault {
                None => server.write_all(&message).await?,
                Some(Fault::Closed) => return Ok(()),
                Some(Fault::Cut) => {
                    server.write_all(&message).await?;
                    let length = server.read(&mut answered).await?;
                    client.write_all(&answered[..length / 2]).await?;
                    return client.shutdown().await;
                }
                // waits until the client disconnects
                Some(Fault::Stall) => while client.read_buf(&mut asked).await? > 0 {},
                Some(Fault::Html) => {
                    client.write_all("HTTP/1.1 503 系统维护\r\n\r\n<html>".as_bytes()).await?
                }
                Some(Fault::Garbage) => client.write_all(&[0xB9, 3, 1, 1, 0xFF]).await?,
                Some(Fault::Huge) => client.write_all(&[0xB9, 0x84, 0x7F, 0xFF, 0xFF, 0xFF]).await?,
                Some(Fault::Diagnostic(condition)) => client.write_all(&diagnostic(condition)).await?,
            }
        }
    }
}

/// Length of the message at the start, if it is complete. The client's messages have definite lengths.
fn whole(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    if bytes.first()? & 0x1F == 0x1F {
        while bytes.get(at)? & 0x80 != 0 {
            at += 1;
        }
        at += 1;
    }
    let first = usize::from(*bytes.get(at)?);
    at += 1;
    let mut length = first;
    if first & 0x80 != 0 {
        length = 0;
        for _ in 0..first & 0x7F {
            length = length << 8 | usize::from(*bytes.get(at)?);
            at += 1;
        }
    }
    (bytes.len() >= at + length).then_some(at + length)
}

/// A PresentResponse with a diagnostic of Bib-1 instead of records.
fn diagnostic(condition: u8) -> Vec<u8> {
    let more = "索引".as_bytes();
    let oid = [6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x13, 4, 1];
    let inner = [&oid[..], &[2, 1, condition, 0x1A, more.len() as u8], more].concat();
    let body =
        [&[0x98, 1, 0, 0x99, 1, 1, 0x9B, 1, 5, 0xBF, 0x81, 2, inner.len() as u8][..], inner.as_slice()]
            .concat();
    [&[0xB9, body.len() as u8][..], body.as_slice()].concat()
}

/// An injected fault, and a check of the resulting error.
type Case = (Fault, fn(&NetError) -> bool);

/// The cases of [`crate::search::says_what_went_wrong`] for this proxy.
pub(crate) async fn says_what_went_wrong(subject: &Subject, wire: &Wire, query: &Query) {
    let cases: [Case; 9] = [
        (Fault::Closed, |e| matches!(e, NetError::Lost(_))),
        (Fault::Cut, |e| matches!(e, NetError::Lost(_))),
        (Fault::Html, |e| matches!(e, NetError::WrongKind(_))),
        (Fault::Garbage, |e| matches!(e, NetError::Malformed(_))),
        (Fault::Huge, |e| *e == NetError::TooLarge),
        (Fault::Diagnostic(2), |e| matches!(e, NetError::Refused { code, .. } if code == "bib-1:2")),
        (
            Fault::Diagnostic(13),
            |e| matches!(e, NetError::Refused { code, message, .. } if code == "bib-1:13" && message.contains("索引")),
        ),
        (Fault::Diagnostic(101), |e| matches!(e, NetError::Refused { code, .. } if code == "bib-1:101")),
        (Fault::Stall, |e| *e == NetError::Timeout),
    ];
    for (fault, expected) in cases {
        wire.fail(fault.clone());
        let source = subject.with(|config| {
            if fault == Fault::Stall {
                config.timeout_s = 0.3;
            }
        });
        let (batches, error) = tokio::time::timeout(Duration::from_secs(20), search(&*source, query, 10))
            .await
            .unwrap_or_else(|_| panic!("{fault:?}: it waits for ever"));
        let error = error.unwrap_or_else(|| panic!("{fault:?} went unnoticed"));
        assert!(expected(&error), "{fault:?}: {error:?}");
        assert!(batches.is_empty());
        assert!(wire.sound(), "{fault:?} was met once");
    }
    assert!(!records(&*subject.open(), query, 10).await.is_empty(), "works again");
}
