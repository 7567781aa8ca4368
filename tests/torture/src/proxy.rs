//! What lies between the program and the library: passes calls on, or does to them what networks,
//! gateways and captive portals do. Every call is written down, with the bytes of what was submitted.

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

pub use self::wire::Seen;
use self::wire::{read_head, read_rest};

/// What is done to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoil {
    /// nothing
    Pass,
    /// the connection ends without an answer; `after`: when the library has done it
    Drop {
        /// passed on before
        after: bool,
    },
    /// the same with a reset
    Reset {
        /// passed on before
        after: bool,
    },
    /// nothing comes for so long
    Stall {
        /// passed on before
        after: bool,
        /// how long
        time: Duration,
    },
    /// another answer than the library's
    Answer {
        /// passed on before
        after: bool,
        /// all of it, head and body
        bytes: Vec<u8>,
    },
    /// the library's answer, half of its body
    Truncated,
    /// stops at a point until released; tells so
    Park(Point),
}

/// Where a call can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// the head has been read, the body has not
    Head,
    /// half of the body has been read
    HalfBody,
    /// all has been read and nothing passed on; passed on when released
    Body,
    /// the library has done it, its answer is held back
    Done,
}

/// Decides what is done to a call.
pub type Rule = Box<dyn FnMut(&Seen) -> Spoil + Send>;

struct Inner {
    behind: SocketAddr,
    rule: Mutex<Rule>,
    seen: Mutex<Vec<Seen>>,
    /// connections that have been accepted
    accepted: Mutex<u32>,
    parked: mpsc::UnboundedSender<Point>,
    release: Notify,
    /// hold new connections before a byte is read
    hold: Mutex<bool>,
    /// how far the `Date` of the library's answers is ahead
    ahead: Mutex<SignedDuration>,
}

/// The proxy. Ends when it is dropped.
pub struct Proxy {
    addr: SocketAddr,
    inner: Arc<Inner>,
    parked: mpsc::UnboundedReceiver<Point>,
    serving: Option<CancellationToken>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic while it is held")
}

impl Proxy {
    /// Starts before a library.
    ///
    /// # Panics
    /// When loopback is not to be had.
    pub async fn start(behind: SocketAddr) -> Proxy {
        let (parked_at, parked) = mpsc::unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let inner = Inner {
            behind,
            rule: Mutex::new(Box::new(|_| Spoil::Pass)),
            seen: Mutex::default(),
            accepted: Mutex::default(),
            parked: parked_at,
            release: Notify::new(),
            hold: Mutex::default(),
            ahead: Mutex::default(),
        };
        let addr = listener.local_addr().expect("it is bound");
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
                    // everything ends with it, also what is under way
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

    /// Its address, as a base address.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// From now on this is done.
    pub fn rule(&self, rule: impl FnMut(&Seen) -> Spoil + Send + 'static) {
        *lock(&self.inner.rule) = Box::new(rule);
    }

    /// Everything that came by, oldest first.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.inner.seen).clone()
    }

    /// Forgets what came by.
    pub fn forget(&self) {
        lock(&self.inner.seen).clear();
    }

    /// Connections so far.
    pub fn accepted(&self) -> u32 {
        *lock(&self.inner.accepted)
    }

    /// New connections are accepted and not read, or are read again.
    pub fn hold(&self, hold: bool) {
        *lock(&self.inner.hold) = hold;
    }

    /// The library's answers are dated so much later: it is that day there.
    pub fn date_ahead(&self, ahead: SignedDuration) {
        *lock(&self.inner.ahead) = ahead;
    }

    /// Waits until a call is held.
    pub async fn parked(&mut self) -> Option<Point> {
        self.parked.recv().await
    }

    /// Lets go of what is held.
    pub fn release(&self) {
        self.inner.release.notify_waiters();
    }

    /// The network is gone: nobody listens, what was under way breaks.
    pub fn unplug(&mut self) {
        if let Some(stop) = self.serving.take() {
            stop.cancel();
        }
    }

    /// The network is back, at the same address.
    ///
    /// # Panics
    /// When somebody else has taken the port meanwhile.
    pub async fn plug_in(&mut self) {
        if self.serving.is_some() {
            return;
        }
        // the old listener is closed by its task, a moment after the word
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

/// One connection carries one call: there is no idle one whose end could be taken for something else.
async fn connection(inner: Arc<Inner>, mut stream: TcpStream) {
    if *lock(&inner.hold) {
        inner.release.notified().await;
        return;
    }
    let Some((mut seen, mut body, length)) = read_head(&mut stream).await else { return };
    let spoil = (lock(&inner.rule))(&seen);
    if spoil == Spoil::Park(Point::Head) {
        return park(&inner, Point::Head).await;
    }
    if spoil == Spoil::Park(Point::HalfBody) {
        let _ = read_rest(&mut stream, &mut body, length / 2).await;
        return park(&inner, Point::HalfBody).await;
    }
    if read_rest(&mut stream, &mut body, length).await.is_none() {
        return; // whoever called is gone: not even half a call is passed on
    }
    seen.body.clone_from(&body);
    let at = {
        let mut all = lock(&inner.seen);
        all.push(seen.clone());
        all.len() - 1
    };
    let answer = match spoil {
        Spoil::Pass => forward(&inner, &seen).await,
        Spoil::Drop { after } => {
            if after {
                let _ = forward(&inner, &seen).await;
            }
            return ended(&inner, at);
        }
        Spoil::Reset { after } => {
            if after {
                let _ = forward(&inner, &seen).await;
            }
            let _ = stream.set_zero_linger();
            return ended(&inner, at);
        }
        Spoil::Stall { after, time } => {
            if after {
                let _ = forward(&inner, &seen).await;
            }
            tokio::time::sleep(time).await;
            return ended(&inner, at);
        }
        Spoil::Answer { after, bytes } => {
            if after {
                let _ = forward(&inner, &seen).await;
            }
            Some(bytes)
        }
        Spoil::Truncated => forward(&inner, &seen).await.map(|answer| answers::half(&answer)),
        Spoil::Park(Point::Done) => {
            let answer = forward(&inner, &seen).await;
            park(&inner, Point::Done).await;
            answer
        }
        Spoil::Park(_) => {
            park(&inner, Point::Body).await;
            forward(&inner, &seen).await
        }
    };
    ended(&inner, at);
    if let Some(answer) = answer {
        // whoever called may be gone, which is what some of this is about
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
    // nobody waits for it any more at the end of a suite
    let _ = inner.parked.send(point);
    released.await;
}

/// Passes a call on and reads the whole answer. What is on its way to the library arrives there, also
/// when the line on this side is cut meanwhile.
async fn forward(inner: &Inner, seen: &Seen) -> Option<Vec<u8>> {
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
