//! A proxy between the program and the library. It forwards calls, or treats them as networks, gateways and
//! captive portals do. Every call is recorded, with the bytes of submissions.

mod answers;
mod wire;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use self::wire::RecordedCall;
use self::wire::{read_head, read_rest};

/// What the proxy does with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interference {
    /// forwards it
    Pass,
    /// closes the connection without an answer
    Drop {
        /// whether the call is forwarded first
        after: bool,
    },
    /// resets the connection
    Reset {
        /// whether the call is forwarded first
        after: bool,
    },
    /// sends nothing for this time
    Stall {
        /// whether the call is forwarded first
        after: bool,
        /// how long
        time: Duration,
    },
    /// sends another answer than the library's
    Answer {
        /// whether the call is forwarded first
        after: bool,
        /// the complete answer, head and body
        bytes: Vec<u8>,
    },
    /// sends the library's answer with half of its body
    Truncated,
    /// holds the call at a point until released, and reports it
    Park(Point),
}

/// Points at which a call can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// the head has been read, the body has not
    Head,
    /// half of the body has been read
    HalfBody,
    /// all has been read, nothing forwarded; forwarded when released
    Body,
    /// the library has handled it, its answer is held back
    Done,
}

/// Decides what happens to a call.
pub type Rule = Box<dyn FnMut(&RecordedCall) -> Interference + Send>;

struct Inner {
    behind: SocketAddr,
    rule: Mutex<Rule>,
    seen: Mutex<Vec<RecordedCall>>,
    /// number of accepted connections
    accepted: Mutex<u32>,
    parked: mpsc::UnboundedSender<Point>,
    release: Notify,
    /// whether new connections are accepted but not read
    hold: Mutex<bool>,
    /// offset of the `Date` header in the library's answers
    ahead: Mutex<SignedDuration>,
}

/// The proxy. Stops when dropped.
pub struct Proxy {
    addr: SocketAddr,
    inner: Arc<Inner>,
    parked: mpsc::UnboundedReceiver<Point>,
    serving: Option<CancellationToken>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("the lock is not poisoned")
}

impl Proxy {
    /// Starts a proxy in front of a library.
    ///
    /// # Panics
    /// If loopback is not available.
    pub async fn start(behind: SocketAddr) -> Proxy {
        let (parked_at, parked) = mpsc::unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let inner = Inner {
            behind,
            rule: Mutex::new(Box::new(|_| Interference::Pass)),
            seen: Mutex::default(),
            accepted: Mutex::default(),
            parked: parked_at,
            release: Notify::new(),
            hold: Mutex::default(),
            ahead: Mutex::default(),
        };
        let addr = listener.local_addr().expect("the port is bound");
        let mut proxy = Proxy { addr, inner: Arc::new(inner), parked, serving: None };
        proxy.serve(listener);
        proxy
    }

    fn serve(&mut self, listener: TcpListener) {
        let stop = CancellationToken::new();
        self.serving = Some(stop.clone());
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                tokio::select! {
                    // stops everything, calls in progress included
                    () = stop.cancelled() => return,
                    Ok((stream, _)) = listener.accept() => {
                        *lock(&inner.accepted) += 1;
                        connections.spawn(connection(Arc::clone(&inner), stream));
                    }
                    Some(_) = connections.join_next() => {}
                }
            }
        });
    }

    /// Its base address.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Sets the rule for calls from now on.
    pub fn rule(&self, rule: impl FnMut(&RecordedCall) -> Interference + Send + 'static) {
        *lock(&self.inner.rule) = Box::new(rule);
    }

    /// All calls so far, oldest first.
    pub fn seen(&self) -> Vec<RecordedCall> {
        lock(&self.inner.seen).clone()
    }

    /// Clears the recorded calls.
    pub fn forget(&self) {
        lock(&self.inner.seen).clear();
    }

    /// Number of connections so far.
    pub fn accepted(&self) -> u32 {
        *lock(&self.inner.accepted)
    }

    /// Holds new connections unread, or reads them again.
    pub fn hold(&self, hold: bool) {
        *lock(&self.inner.hold) = hold;
    }

    /// Shifts the `Date` header of the library's answers.
    pub fn date_ahead(&self, ahead: SignedDuration) {
        *lock(&self.inner.ahead) = ahead;
    }

    /// Waits until a call is held.
    pub async fn parked(&mut self) -> Option<Point> {
        self.parked.recv().await
    }

    /// Releases the held call.
    pub fn release(&self) {
        self.inner.release.notify_waiters();
    }

    /// Simulates the loss of the network: the port is closed, calls in progress break.
    pub fn unplug(&mut self) {
        if let Some(stop) = self.serving.take() {
            stop.cancel();
        }
    }

    /// Restores the network at the same address.
    ///
    /// # Panics
    /// If another process has taken the port meanwhile.
    pub async fn plug_in(&mut self) {
        if self.serving.is_some() {
            return;
        }
        // the old listener's task closes its socket a moment later
        let mut bound = TcpListener::bind(self.addr).await;
        for _ in 0..1000 {
            if bound.is_ok() {
                break;
            }
            tokio::task::yield_now().await;
            bound = TcpListener::bind(self.addr).await;
        }
        self.serve(bound.expect("the port is ours"));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.unplug();
    }
}

/// Handles one call on each connection, so that no idle connection is closed at an unexpected moment.
async fn connection(inner: Arc<Inner>, mut stream: TcpStream) {
    if *lock(&inner.hold) {
        inner.release.notified().await;
        return;
    }
    let Some((mut seen, mut body, length)) = read_head(&mut stream).await else { return };
    let spoil = (lock(&inner.rule))(&seen);
    if spoil == Interference::Park(Point::Head) {
        return park(&inner, Point::Head).await;
    }
    if spoil == Interference::Park(Point::HalfBody) {
        let _ = read_rest(&mut stream, &mut body, length / 2).await;
        return park(&inner, Point::HalfBody).await;
    }
    if read_rest(&mut stream, &mut body, length).await.is_none() {
        return; // the caller is gone: nothing is forwarded, not even a part
    }
    seen.body.clone_from(&body);
    let at = {
        let mut all = lock(&inner.seen);
        all.push(seen.clone());
        all.len() - 1
    };
    let answer = match spoil {
        Interference::Pass => forward(&inner, &seen).await,
        Interference::Drop { after } => {
            if after {
                let _ = forward(&inner, &seen).await;
            }
            return ended(&inner, at);
        }
        Interference::Reset { after } => {
            if after {
                let _ = forward(&inner, &seen).await;
            }
            let _ = stream.set_zero_linger();
            return ended(&inner, at);
        }
        Interference::Stall { after, time } => {
            if after {
                let _ = forward(&inner, &seen).await;
            }
            tokio::time::sleep(time).await;
            return ended(&inner, at);
        }
        Interference::Answer { after, bytes } => {
            if after {
                let _ = forward(&inner, &seen).await;
            }
            Some(bytes)
        }
        Interference::Truncated => forward(&inner, &seen).await.map(|answer| answers::half(&answer)),
        Interference::Park(Point::Done) => {
            let answer = forward(&inner, &seen).await;
            park(&inner, Point::Done).await;
            answer
        }
        Interference::Park(_) => {
            park(&inner, Point::Body).await;
            forward(&inner, &seen).await
        }
    };
    ended(&inner, at);
    if let Some(answer) = answer {
        // the caller may be gone, which some suites provoke
        let _ = stream.write_all(&answer).await;
        let _ = stream.shutdown().await;
    }
}

fn ended(inner: &Inner, at: usize) {
    if let Some(seen) = lock(&inner.seen).get_mut(at) {
        seen.ended = Some(std::time::Instant::now());
    }
}

async fn park(inner: &Inner, point: Point) {
    let released = inner.release.notified();
    // at the end of a suite nobody receives it any more
    let _ = inner.parked.send(point);
    released.await;
}

/// Forwards a call and reads the complete answer. Once sent, it reaches the library even if the caller's
/// connection is cut meanwhile.
async fn forward(inner: &Inner, seen: &RecordedCall) -> Option<Vec<u8>> {
    let (behind, call) = (inner.behind, seen.as_sent());
    let passing = tokio::spawn(async move {
        let mut onward = TcpStream::connect(behind).await.ok()?;
        onward.write_all(&call).await.ok()?;
        let mut answer = Vec::new();
        tokio::io::AsyncReadExt::read_to_end(&mut onward, &mut answer).await.ok()?;
        (!answer.is_empty()).then_some(answer)
    });
    let answer = passing.await.ok()??;
    let ahead = *lock(&inner.ahead);
    Some(if ahead.is_zero() { answer } else { answers::dated(&answer, ahead) })
}

pub use self::answers::{bomb, html, json, page, redirect};
