//! A library's own web page, as far as a request needs one: a form that keeps what was typed, a page that gives a
//! number, a list of requests, a file. Over loopback HTTP; the page reports what it has, so that the test judges by
//! the page and not by what the program says of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// In place of a content type: the body is an address that the page leads to.
pub const ELSEWHERE: &str = "elsewhere";
/// In place of a content type: the page is taken and never answered.
pub const NO_ANSWER: &str = "no answer";

/// In place of a content type: the page is taken, and the connection stays open without an answer.
pub const SILENT: &str = "silent";

/// A page by its path: content type and body.
type Pages = BTreeMap<String, (&'static str, Vec<u8>)>;

/// Folders that are served as they are, under a beginning of the path.
type Folders = Arc<Mutex<Vec<(&'static str, PathBuf)>>>;

/// The library's server.
pub struct LibraryPage {
    address: SocketAddr,
    pages: Arc<Mutex<Pages>>,
    told: Arc<Mutex<BTreeMap<String, Value>>>,
    asked: Arc<Mutex<Vec<String>>>,
    submitted: Arc<Mutex<Vec<String>>>,
    folders: Folders,
    task: tokio::task::JoinHandle<()>,
}

impl LibraryPage {
    /// Serves these pages. A page tells with `POST /told/NAME` and a JSON body.
    pub async fn serve(pages: Vec<(&str, &'static str, String)>) -> LibraryPage {
        LibraryPage::serve_at("127.0.0.1:0".parse().expect("an address"), pages).await
    }

    /// The same at an address where nobody listened before.
    pub async fn serve_at(address: SocketAddr, pages: Vec<(&str, &'static str, String)>) -> LibraryPage {
        let pages: Pages = pages
            .into_iter()
            .map(|(path, kind, body)| (path.to_owned(), (kind, body.into_bytes())))
            .collect();
        let listener = TcpListener::bind(address).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let told = Arc::new(Mutex::new(BTreeMap::new()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let submitted = Arc::new(Mutex::new(Vec::new()));
        let pages = Arc::new(Mutex::new(pages));
        let folders = Folders::default();
        let (all, kept, paths) = (Arc::clone(&pages), Arc::clone(&told), Arc::clone(&asked));
        let (served, posts) = (Arc::clone(&folders), Arc::clone(&submitted));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (all, kept, paths) = (Arc::clone(&all), Arc::clone(&kept), Arc::clone(&paths));
                let (served, posts) = (Arc::clone(&served), Arc::clone(&posts));
                tokio::spawn(async move { answer(stream, &all, &kept, &paths, &posts, &served).await });
            }
        });
        LibraryPage { address, pages, told, asked, submitted, folders, task }
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

    /// Serves a folder under a beginning of the path: `/vendor/`. A page of the same path comes first.
    pub fn put_folder(&self, under: &'static str, folder: PathBuf) {
        self.folders.lock().expect("no panic").push((under, folder));
    }

    /// What a page has told under this name.
    pub fn told(&self, name: &str) -> Option<Value> {
        self.told.lock().expect("no panic").get(name).cloned()
    }

    /// The paths that forms were submitted to, in order.
    pub fn submitted(&self) -> Vec<String> {
        self.submitted.lock().expect("no panic").clone()
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

/// The file of a folder that a path names.
fn file_of(folders: &[(&'static str, PathBuf)], path: &str) -> Option<(&'static str, Vec<u8>)> {
    let (under, folder) = folders.iter().find(|(under, _)| path.starts_with(under))?;
    let name = path.strip_prefix(under)?;
    if name.split('/').any(|part| part.is_empty() || part == "..") {
        return None;
    }
    let kind = match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        _ => "application/octet-stream",
    };
    Some((kind, std::fs::read(folder.join(name)).ok()?))
}

async fn answer(
    mut stream: TcpStream,
    pages: &Mutex<Pages>,
    told: &Mutex<BTreeMap<String, Value>>,
    asked: &Mutex<Vec<String>>,
    submitted: &Mutex<Vec<String>>,
    folders: &Mutex<Vec<(&'static str, PathBuf)>>,
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
    if head.starts_with("POST ") && !path.starts_with("/told/") {
        submitted.lock().ok()?.push(path.clone());
    }
    let bare = path.split('?').next()?;
    let found = pages.lock().ok()?.get(bare).cloned().or_else(|| file_of(&folders.lock().ok()?, bare));
    let (status, more, kind, page): (_, String, _, Vec<u8>) = if let Some(name) = bare.strip_prefix("/told/")
    {
        told.lock().ok()?.insert(name.to_owned(), serde_json::from_slice(&body).ok()?);
        ("204 No Content", String::new(), "text/plain", Vec::new())
    } else if let Some(to) = bare.strip_prefix("/loop/") {
        let next: u64 = to.parse().unwrap_or(0) + 1;
        ("302 Found", format!("Location: /loop/{next}\r\n"), "text/plain", Vec::new())
    } else if let Some((_, to)) = found.as_ref().filter(|(kind, _)| *kind == ELSEWHERE) {
        let to = String::from_utf8_lossy(to);
        ("302 Found", format!("Location: {to}\r\n"), "text/plain", Vec::new())
    } else if found.as_ref().is_some_and(|(kind, _)| *kind == NO_ANSWER) {
        // the connection ends without an answer
        return None;
    } else if found.as_ref().is_some_and(|(kind, _)| *kind == SILENT) {
        return std::future::pending().await;
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
