//! A listener on loopback for browser extensions that send references to a program on the same machine. It speaks
//! the two calls that JabRef's browser extension makes (`src/entrypoints/background.ts` of its source):
//! `GET /`, which must be answered with success, then `POST /libraries/current/entries` with BibTeX as
//! `application/x-bibtex`. The extension's own setting says the port.
//!
//! Bound to 127.0.0.1 only. Everything that comes is from a stranger: the `Host` must be ours, or a name that was
//! bound to 127.0.0.1 for it (DNS rebinding) would reach us; the `Origin` of what is sent must be an extension's,
//! which no page can claim; bytes, time and connections are bounded. What is taken goes to a [`Desk`], and nothing
//! but a status and a sentence comes back.

mod guard;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hongyan_model::log::{Closed, Logged};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW,
    CACHE_CONTROL, CONTENT_TYPE, HeaderValue, VARY, X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use guard::{Caller, caller, is_bibtex, is_our_host};

/// Largest body that is read, bytes: some hundreds of references.
pub const MAX_BODY: usize = 512 * 1024;
/// Connections that are served at the same time; further ones are closed at once.
pub const MAX_OPEN: usize = 8;
/// Largest head of a request, bytes.
const MAX_HEAD: usize = 16 * 1024;
/// Deadline for the head of a request.
const HEAD_WITHIN: Duration = Duration::from_secs(5);
/// Deadline for its body.
const BODY_WITHIN: Duration = Duration::from_secs(5);
/// Deadline for a whole connection, whatever it waits for.
const DONE_WITHIN: Duration = Duration::from_secs(15);
/// Pause after a failed accept, which fails again at once where there are no descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// The path of the one thing that can be sent.
const ENTRIES: &str = "/libraries/current/entries";

/// What became of something that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// it waits for the patron
    Held,
    /// too much waits for the patron already
    Full,
    /// too much came in a short time
    TooOften,
    /// no work was found in it
    Unreadable,
}

/// Who takes what was sent.
#[async_trait]
pub trait Desk: Send + Sync {
    /// Takes a text of BibTeX, at most [`MAX_BODY`] bytes, from outside.
    async fn take(&self, bibtex: String) -> Taken;
}

/// Why the listener could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// another program listens on this port
    #[error("the port is in use")]
    InUse,
    /// the system does not let us listen on this port
    #[error("the port is not allowed")]
    Refused,
    /// another failure of the system
    #[error("the socket could not be opened: {0}")]
    Failed(std::io::Error),
}

impl Logged for ListenError {
    fn logged(&self) -> Closed {
        match self {
            ListenError::InUse => Closed::word("in use"),
            ListenError::Refused => Closed::word("refused"),
            ListenError::Failed(error) => error.logged(),
        }
    }
}

/// An open listener. Closed when it is dropped; [`Listener::close`] waits until its port is free.
#[derive(Debug)]
pub struct Listener {
    port: u16,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Listens on this port of 127.0.0.1; 0 chooses a free one. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`ListenError`].
    pub async fn open(port: u16, desk: Arc<dyn Desk>) -> Result<Listener, ListenError> {
        let opened = async {
            let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
            let port = socket.local_addr()?.port();
            Ok::<_, std::io::Error>((socket, port))
        };
        let (socket, port) = opened.await.map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => ListenError::InUse,
            ErrorKind::PermissionDenied => ListenError::Refused,
            _ => ListenError::Failed(error),
        })?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(accept(socket, Arc::new(Door { port, desk }), stopped));
        Ok(Listener { port, stop: Some(stop), task })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Closes the socket and all connections; its port is free afterwards.
    pub async fn close(mut self) {
        drop(self.stop.take());
        // it ends at its next await; a task that panicked has closed its socket as well
        let _ = (&mut self.task).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What every connection needs.
struct Door {
    port: u16,
    desk: Arc<dyn Desk>,
}

async fn accept(socket: TcpListener, door: Arc<Door>, mut stopped: oneshot::Receiver<()>) {
    // dropping the set ends its connections
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => return,
            Some(_) = open.join_next() => {}
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) if open.len() < MAX_OPEN => {
                    open.spawn(serve(stream, Arc::clone(&door)));
                }
                Ok(_) => {}
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
        }
    }
}

/// Serves one request of a connection, then closes it.
async fn serve(stream: TcpStream, door: Arc<Door>) {
    let service = service_fn(move |request| {
        let door = Arc::clone(&door);
        async move { Ok::<_, Infallible>(door.answer(request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(MAX_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // what fails here is the caller's connection: there is nobody to tell
    let _ = timeout(DONE_WITHIN, connection).await;
}

type Answer = Response<Full<Bytes>>;

impl Door {
    async fn answer(&self, request: Request<Incoming>) -> Answer {
        if !is_our_host(request.headers(), self.port) {
            return said(StatusCode::FORBIDDEN, "");
        }
        let caller = caller(request.headers());
        let answer = match (&caller, request.method(), request.uri().path()) {
            (Caller::Stranger, ..) => said(StatusCode::FORBIDDEN, ""),
            (_, &Method::GET | &Method::HEAD, "/") => said(StatusCode::OK, "鸿雁 Hongyan\n"),
            // the preflight of an extension that was not given access to all addresses
            (Caller::Extension(_), &Method::OPTIONS, "/" | ENTRIES) => allowed(),
            (Caller::Extension(_), &Method::POST, ENTRIES) => self.take(request).await,
            (Caller::Nobody, _, ENTRIES) => said(StatusCode::FORBIDDEN, ""),
            (_, _, "/" | ENTRIES) => not_that_way(request.uri().path()),
            _ => said(StatusCode::NOT_FOUND, ""),
        };
        match caller {
            Caller::Extension(origin) => readable_by(answer, origin),
            _ => answer,
        }
    }

    async fn take(&self, request: Request<Incoming>) -> Answer {
        if !is_bibtex(request.headers()) {
            return said(StatusCode::UNSUPPORTED_MEDIA_TYPE, "只接受 BibTeX。Only BibTeX is taken.\n");
        }
        let too_large = || said(StatusCode::PAYLOAD_TOO_LARGE, "内容太多。This is too much at once.\n");
        // known beforehand: not a byte of it is read
        if request.body().size_hint().lower() > MAX_BODY as u64 {
            return too_large();
        }
        let read = Limited::new(request.into_body(), MAX_BODY).collect();
        let body = match timeout(BODY_WITHIN, read).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => return too_large(),
            Ok(Err(_)) => return said(StatusCode::BAD_REQUEST, ""),
            Err(_) => return said(StatusCode::REQUEST_TIMEOUT, ""),
        };
        let Ok(text) = String::from_utf8(body.into()) else {
            return said(StatusCode::BAD_REQUEST, "不是 UTF-8。This is not UTF-8.\n");
        };
        match self.desk.take(text).await {
            Taken::Held => {
                said(StatusCode::ACCEPTED, "请到鸿雁的窗口里确认。Confirm it in Hongyan's window.\n")
            }
            Taken::Full => said(
                StatusCode::TOO_MANY_REQUESTS,
                "鸿雁里还有没处理的条目，请先处理。Items wait in Hongyan's window: deal with them first.\n",
            ),
            Taken::TooOften => said(
                StatusCode::TOO_MANY_REQUESTS,
                "一分钟里发来的太多，请稍后再发到鸿雁。Too much came within a minute: send it to Hongyan a little later.\n",
            ),
            Taken::Unreadable => {
                said(StatusCode::UNPROCESSABLE_ENTITY, "没有认出文献。No work was recognised.\n")
            }
        }
    }
}

/// An answer in plain text that no cache keeps and nobody takes for a page.
fn said(status: StatusCode, words: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(words.as_bytes())));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    answer
}

fn allowed() -> Answer {
    let mut answer = said(StatusCode::NO_CONTENT, "");
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Content-Type"));
    answer
}

fn not_that_way(path: &str) -> Answer {
    let mut answer = said(StatusCode::METHOD_NOT_ALLOWED, "");
    let methods = if path == ENTRIES { "POST" } else { "GET, HEAD" };
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    answer
}

/// Lets this extension read the answer, and nobody else: never `*`.
fn readable_by(mut answer: Answer, origin: HeaderValue) -> Answer {
    answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    answer
}
