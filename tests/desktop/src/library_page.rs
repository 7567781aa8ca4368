//! A library's own web page, as far as a request needs one: a form that keeps what was typed, a page that gives a
//! number, a list of requests, a file. Over loopback HTTP; the page reports what it has, so that the test judges by
//! the page and not by what the program says of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A page by its path: content type and body.
type Pages = BTreeMap<String, (&'static str, Vec<u8>)>;

/// The library's server.
pub struct LibraryPage {
    address: SocketAddr,
    pages: Arc<Mutex<Pages>>,
    told: Arc<Mutex<BTreeMap<String, Value>>>,
    asked: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl LibraryPage {
    /// Serves these pages. A page tells with `POST /told/NAME` and a JSON body.
    pub async fn serve(pages: Vec<(&str, &'static str, String)>) -> LibraryPage {
        let pages: Pages = pages
            .into_iter()
            .map(|(path, kind, body)| (path.to_owned(), (kind, body.into_bytes())))
            .collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let told = Arc::new(Mutex::new(BTreeMap::new()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let pages = Arc::new(Mutex::new(pages));
        let (all, kept, paths) = (Arc::clone(&pages), Arc::clone(&told), Arc::clone(&asked));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (all, kept, paths) = (Arc::clone(&all), Arc::clone(&kept), Arc::clone(&paths));
                tokio::spawn(async move { answer(stream, &all, &kept, &paths).await });
            }
        });
        LibraryPage { address, pages, told, asked, task }
    }

    /// Address of a page.
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Replaces a page, and forgets what was told.
    pub fn put(&self, path: &str, kind: &'static str, body: String) {
        self.told.lock().expect("no panic").clear();
        self.pages.lock().expect("no panic").insert(path.to_owned(), (kind, body.into_bytes()));
    }

    /// What a page has told under this name.
    pub fn told(&self, name: &str) -> Option<Value> {
        self.told.lock().expect("no panic").get(name).cloned()
    }

    /// The paths that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

impl Drop for LibraryPage {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    mut stream: TcpStream,
    pages: &Mutex<Pages>,
    told: &Mutex<BTreeMap<String, Value>>,
    asked: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut got = Vec::new();
    let head = loop {
        if let Some(end) = got.windows(4).position(|four| four == b"\r\n\r\n") {
            break String::from_utf8_lossy(got.get(..end)?).into_owned();
        }
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        got.extend_from_slice(piece.get(..read)?);
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let mut body = got.split_off(head.len() + 4);
    while body.len() < length.unwrap_or(0) {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        body.extend_from_slice(piece.get(..read)?);
    }
    let path = head.split(' ').nth(1)?.to_owned();
    asked.lock().ok()?.push(path.clone());
    let bare = path.split('?').next()?;
    let found = pages.lock().ok()?.get(bare).cloned();
    let (status, more, kind, page): (_, String, _, Vec<u8>) = if let Some(name) = bare.strip_prefix("/told/")
    {
        told.lock().ok()?.insert(name.to_owned(), serde_json::from_slice(&body).ok()?);
        ("204 No Content", String::new(), "text/plain", Vec::new())
    } else if let Some(to) = bare.strip_prefix("/loop/") {
        let next: u64 = to.parse().unwrap_or(0) + 1;
        ("302 Found", format!("Location: /loop/{next}\r\n"), "text/plain", Vec::new())
    } else if let Some((kind, page)) = found {
        let attachment = kind.starts_with("application/pdf");
        let more = if attachment { "Content-Disposition: attachment\r\n" } else { "" };
        ("200 OK", more.to_owned(), kind, page)
    } else {
        ("404 Not Found", String::new(), "text/plain", Vec::new())
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n",
        page.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&page).await.ok()?;
    stream.shutdown().await.ok()
}
