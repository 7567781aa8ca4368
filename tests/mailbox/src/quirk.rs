//! A mail server that plays the manners of providers that cannot be installed, as they were told in public issues,
//! and the lies of hostile ones. It knows the commands that a reader needs and writes down everything that comes.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::ca::Ca;
use crate::{CODE, USER};

/// A mail in the mailbox.
#[derive(Debug, Clone)]
pub struct Kept {
    /// its UID
    pub uid: u32,
    /// INTERNALDATE
    pub received: Timestamp,
    /// its bytes
    pub bytes: Vec<u8>,
}

/// How FETCH answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fetching {
    /// as it should
    #[default]
    Right,
    /// NO
    No,
    /// BAD
    Bad,
    /// OK and nothing, whatever is there
    Silent,
}

/// What a hostile server does in the answer to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// announces a literal of this size and sends a little of it
    Literal(u64),
    /// a line without an end
    Line,
    /// `* OK` for ever
    Flood,
    /// nesting that a recursive parser follows
    Nested,
    /// the same, behind a line that only looks as if a literal began
    Hidden,
    /// bytes that are no IMAP
    Garbage,
    /// nothing at all
    Silence,
    /// the connection ends
    Drop,
    /// goodbye
    Bye,
    /// another UIDVALIDITY, in between
    Renumbered,
}

/// The manners of a server.
#[derive(Debug, Clone)]
pub struct Manners {
    /// the greeting after `* OK `
    pub greeting: &'static str,
    /// CAPABILITY after LOGIN
    pub capability: &'static str,
    /// EXAMINE and FETCH are refused until ID came
    pub wants_id: bool,
    /// whether EXAMINE says UIDNEXT
    pub uidnext: bool,
    /// what LOGIN is refused with, whatever the code
    pub refuses: Option<&'static [u8]>,
    /// how FETCH answers
    pub fetching: Fetching,
    /// whether news are told between commands; some show a mailbox as it was when it was opened
    pub tells: bool,
    /// tells the flags of every mail with every answer, as when another program marks all of them as read
    pub noisy: bool,
    /// the lie, at a command: `LOGIN`, `UID FETCH`, `GREETING` …
    pub lie: Option<(&'static str, Lie)>,
}

impl Default for Manners {
    fn default() -> Manners {
        Manners {
            greeting: "[CAPABILITY IMAP4rev1 ID IDLE] ready",
            capability: "IMAP4rev1 ID IDLE",
            wants_id: false,
            uidnext: true,
            refuses: None,
            fetching: Fetching::Right,
            tells: true,
            noisy: false,
            lie: None,
        }
    }
}

impl Manners {
    /// 163, 126, yeah: unsafe without ID, no UIDNEXT, no IDLE, SASL-IR announced.
    pub fn netease() -> Manners {
        Manners {
            greeting: "Coremail System IMap Server Ready(163com[10774b260cc7a37d26d71b52404dcf5c])",
            capability: "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS APPENDLIMIT=71680000 XAPPLEPUSHSERVICE UIDPLUS X-CM-EXT-1 SASL-IR AUTH=XOAUTH2",
            wants_id: true,
            uidnext: false,
            tells: false,
            ..Manners::default()
        }
    }

    /// QQ and foxmail.
    pub fn qq() -> Manners {
        Manners {
            greeting: "[CAPABILITY IMAP4 IMAP4rev1 ID AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 NAMESPACE] QQMail XMIMAP4Server ready",
            capability: "IMAP4 IMAP4rev1 XLIST MOVE IDLE XAPPLEPUSHSERVICE NAMESPACE CHILDREN ID UIDPLUS COMPRESS=DEFLATE",
            ..Manners::default()
        }
    }

    /// sina.
    pub fn sina() -> Manners {
        Manners { greeting: "sina.com IMAP4rev1 ready", capability: "IMAP4rev1 ID", ..Manners::default() }
    }

    /// Aliyun for companies.
    pub fn aliyun() -> Manners {
        Manners {
            greeting: "AliYun IMAP Server Ready",
            capability: "IMAP4 IMAP4rev1 UNSELECT ID IDLE XLIST AUTH=LOGIN AUTH=PLAIN",
            ..Manners::default()
        }
    }

    /// Coremail of a university.
    pub fn coremail() -> Manners {
        Manners {
            greeting: "Coremail System IMap Server Ready(tsinghua[8a3f])",
            capability: "IMAP4rev1 XLIST SPECIAL-USE LITERAL+ STARTTLS UIDPLUS X-CM-EXT-1 SASL-IR",
            tells: false,
            ..Manners::default()
        }
    }

    /// Exchange on campus.
    pub fn exchange() -> Manners {
        Manners {
            greeting: "The Microsoft Exchange IMAP4 service is ready.",
            capability: "IMAP4 IMAP4rev1 AUTH=NTLM AUTH=GSSAPI AUTH=PLAIN UIDPLUS MOVE ID CHILDREN IDLE NAMESPACE LITERAL+",
            ..Manners::default()
        }
    }

    /// outlook.com since September 2024.
    pub fn outlook() -> Manners {
        Manners { refuses: Some(b"Basic authentication is disabled."), ..Manners::exchange() }
    }
}

/// A running server.
pub struct Quirk {
    /// where it listens, TLS
    pub port: u16,
    /// who signed for it
    pub ca: Ca,
    state: Arc<State>,
    task: JoinHandle<()>,
    _folder: TempDir,
}

struct State {
    manners: Mutex<Manners>,
    mails: Mutex<Vec<Kept>>,
    validity: AtomicU32,
    said: Mutex<Vec<String>>,
    news: Notify,
}

impl Drop for Quirk {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Quirk {
    /// Starts it with an empty mailbox.
    pub async fn start(manners: Manners) -> Quirk {
        let folder = tempfile::tempdir().unwrap();
        let ca = Ca::new(folder.path());
        Quirk::with(manners, ca, folder).await
    }

    /// The same with this certificate.
    pub async fn with(manners: Manners, ca: Ca, folder: TempDir) -> Quirk {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            manners: Mutex::new(manners),
            mails: Mutex::default(),
            validity: AtomicU32::new(7),
            said: Mutex::default(),
            news: Notify::new(),
        });
        let (acceptor, shared) = (ca.acceptor(), Arc::clone(&state));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, state) = (acceptor.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        // a client may go at any time
                        let _ = serve(stream, &state).await;
                    }
                });
            }
        });
        Quirk { port, ca, state, task, _folder: folder }
    }

    /// Puts a mail into the mailbox.
    pub fn deliver(&self, bytes: &[u8], received: Timestamp) {
        let mut mails = self.state.mails.lock().unwrap();
        let uid = mails.last().map_or(1, |last| last.uid + 3);
        mails.push(Kept { uid, received, bytes: bytes.to_vec() });
        drop(mails);
        self.state.news.notify_waiters();
    }

    /// Takes all mails out.
    pub fn clear(&self) {
        self.state.mails.lock().unwrap().clear();
    }

    /// Renumbers the mailbox.
    pub fn renumber(&self) {
        self.state.validity.fetch_add(1, Ordering::SeqCst);
    }

    /// Changes the manners.
    pub fn behave(&self, manners: Manners) {
        *self.state.manners.lock().unwrap() = manners;
    }

    /// Every command that came, without tags.
    pub fn said(&self) -> Vec<String> {
        self.state.said.lock().unwrap().clone()
    }
}

type Tls = tokio_rustls::server::TlsStream<TcpStream>;

async fn serve(stream: Tls, state: &State) -> std::io::Result<()> {
    let (from, mut to) = tokio::io::split(stream);
    let mut from = BufReader::new(from);
    let manners = || state.manners.lock().unwrap().clone();
    let mut introduced = false;
    if !lied(&mut to, "GREETING", "*", &manners(), state).await? {
        to.write_all(format!("* OK {}\r\n", manners().greeting).as_bytes()).await?;
    }
    let mut view: Vec<Kept> = Vec::new();
    let mut line = String::new();
    loop {
        line.clear();
        if from.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let command_line = line.trim_end().to_owned();
        let (tag, command) = command_line.split_once(' ').unwrap_or(("", &command_line));
        state.said.lock().unwrap().push(command.to_owned());
        let verb = verb(command);
        let manners = manners();
        if lied(&mut to, verb, tag, &manners, state).await? {
            continue;
        }
        if matches!(verb, "NOOP" | "UID FETCH" | "FETCH") && manners.tells {
            view = tell(&mut to, view, state).await?;
        }
        if manners.noisy {
            let flags = |(place, kept): (usize, &Kept)| {
                format!("* {} FETCH (UID {} FLAGS (\\Seen))\r\n", place + 1, kept.uid)
            };
            let flags: String = view.iter().enumerate().map(flags).collect();
            to.write_all(flags.as_bytes()).await?;
        }
        let answer: Vec<u8> = match verb {
            "CAPABILITY" => format!("* CAPABILITY {}\r\n{tag} OK done\r\n", manners.capability).into(),
            "LOGIN" => match manners.refuses {
                Some(said) => [tag.as_bytes(), b" NO ", said, b"\r\n"].concat(),
                None if command == login() => format!("{tag} OK LOGIN completed\r\n").into(),
                None => format!("{tag} NO LOGIN Login error 密码或授权码错误\r\n").into(),
            },
            "ID" => {
                introduced = true;
                format!("* ID (\"name\" \"quirk\")\r\n{tag} OK ID completed\r\n").into()
            }
            "EXAMINE" if manners.wants_id && !introduced => {
                format!("{tag} NO EXAMINE Unsafe Login. Please contact kefu@188.com for help\r\n").into()
            }
            "EXAMINE" => {
                view = state.mails.lock().unwrap().clone();
                examined(&view, state.validity.load(Ordering::SeqCst), tag, manners.uidnext)
            }
            "UID FETCH" | "FETCH" => match manners.fetching {
                Fetching::Right => fetched(&view, command, tag),
                Fetching::No => format!("{tag} NO FETCH 暂不支持\r\n").into(),
                Fetching::Bad => format!("{tag} BAD UID FETCH invalid argument\r\n").into(),
                Fetching::Silent => format!("{tag} OK FETCH completed\r\n").into(),
            },
            "IDLE" => {
                to.write_all(b"+ idling\r\n").await?;
                to.flush().await?;
                loop {
                    let news = state.news.notified();
                    view = tell(&mut to, view, state).await?;
                    line.clear();
                    tokio::select! {
                        read = from.read_line(&mut line) => { read?; break }
                        () = news => {}
                    }
                }
                state.said.lock().unwrap().push(line.trim_end().to_owned());
                format!("{tag} OK IDLE terminated\r\n").into()
            }
            "NOOP" => format!("{tag} OK NOOP completed\r\n").into(),
            "LOGOUT" => format!("* BYE 再见\r\n{tag} OK LOGOUT completed\r\n").into(),
            _ => format!("{tag} BAD {verb} command unknown\r\n").into(),
        };
        to.write_all(&answer).await?;
        to.flush().await?;
    }
}

fn login() -> String {
    format!("LOGIN \"{USER}\" \"{}\"", CODE.replace('\\', "\\\\").replace('"', "\\\""))
}

fn verb(command: &str) -> &'static str {
    let known = ["CAPABILITY", "LOGIN", "ID", "EXAMINE", "UID FETCH", "FETCH", "IDLE", "NOOP", "LOGOUT"];
    known
        .into_iter()
        .find(|verb| command == *verb || command.strip_prefix(verb).is_some_and(|rest| rest.starts_with(' ')))
        .unwrap_or("?")
}

/// Tells of mails that came and of those that went.
async fn tell(
    to: &mut tokio::io::WriteHalf<Tls>,
    mut view: Vec<Kept>,
    state: &State,
) -> std::io::Result<Vec<Kept>> {
    let now = state.mails.lock().unwrap().clone();
    let mut out = String::new();
    while let Some(gone) = view.iter().position(|kept| now.iter().all(|one| one.uid != kept.uid)) {
        out.push_str(&format!("* {} EXPUNGE\r\n", gone + 1));
        view.remove(gone);
    }
    if view.len() != now.len() {
        out.push_str(&format!("* {} EXISTS\r\n", now.len()));
    }
    to.write_all(out.as_bytes()).await?;
    to.flush().await?;
    Ok(now)
}

fn examined(view: &[Kept], validity: u32, tag: &str, uidnext: bool) -> Vec<u8> {
    let next = view.last().map_or(1, |last| last.uid + 1);
    let next = if uidnext { format!("* OK [UIDNEXT {next}] next\r\n") } else { String::new() };
    format!(
        "* {} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY {validity}] UIDs valid\r\n{next}* FLAGS (\\Answered \\Seen \\Deleted)\r\n\
         * OK [PERMANENTFLAGS ()] Limited\r\n{tag} OK [READ-ONLY] EXAMINE completed\r\n",
        view.len()
    )
    .into_bytes()
}

/// Whether a number is in a set like `1,5:*`.
fn is_in(set: &str, number: u32, last: u32) -> bool {
    set.split(',').any(|part| {
        let end = |text: &str| if text == "*" { last } else { text.parse().unwrap() };
        let (a, b) = part.split_once(':').map_or_else(|| (end(part), end(part)), |(a, b)| (end(a), end(b)));
        (a.min(b)..=a.max(b)).contains(&number)
    })
}

fn fetched(view: &[Kept], command: &str, tag: &str) -> Vec<u8> {
    let by_uid = command.starts_with("UID ");
    let mut words = command.trim_start_matches("UID ").splitn(3, ' ').skip(1);
    let (set, items) = (words.next().unwrap(), words.next().unwrap());
    let mut out = Vec::new();
    for (place, kept) in view.iter().enumerate() {
        let place = u32::try_from(place).unwrap() + 1;
        let last = if by_uid { view[view.len() - 1].uid } else { u32::try_from(view.len()).unwrap() };
        if !is_in(set, if by_uid { kept.uid } else { place }, last) {
            continue;
        }
        out.extend(format!("* {place} FETCH (UID {}", kept.uid).into_bytes());
        if items.contains("INTERNALDATE") {
            let date = kept.received.strftime("%e-%b-%Y %H:%M:%S +0000");
            out.extend(format!(" INTERNALDATE \"{date}\"").into_bytes());
        }
        if items.contains("RFC822.SIZE") {
            out.extend(format!(" RFC822.SIZE {}", kept.bytes.len()).into_bytes());
        }
        assert!(!items.contains("BODY["), "a body without PEEK: {command}");
        if items.contains("BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]") {
            let text = String::from_utf8_lossy(&kept.bytes);
            let head = text.split("\r\n\r\n").next().unwrap();
            let fields: String = head
                .split("\r\n")
                .filter(|line| line.starts_with("From:") || line.starts_with("Subject:"))
                .map(|line| format!("{line}\r\n"))
                .collect();
            out.extend(
                format!(" BODY[HEADER.FIELDS (FROM SUBJECT)] {{{}}}\r\n{fields}\r\n", fields.len() + 2)
                    .into_bytes(),
            );
        } else if items.contains("BODY.PEEK[]") {
            out.extend(format!(" BODY[] {{{}}}\r\n", kept.bytes.len()).into_bytes());
            out.extend(&kept.bytes);
        }
        out.extend(b")\r\n");
    }
    out.extend(format!("{tag} OK FETCH completed\r\n").into_bytes());
    out
}

/// Lies instead of an answer, if that is the manner. True when it did, and the client goes on.
async fn lied(
    to: &mut tokio::io::WriteHalf<Tls>,
    verb: &str,
    tag: &str,
    manners: &Manners,
    state: &State,
) -> std::io::Result<bool> {
    let Some((_, lie)) = manners.lie.filter(|(at, _)| *at == verb) else { return Ok(false) };
    match lie {
        Lie::Literal(size) => {
            to.write_all(format!("* 1 FETCH (UID 1 BODY[] {{{size}}}\r\nx").as_bytes()).await?;
        }
        Lie::Line => {
            to.write_all(b"* OK ").await?;
            loop {
                to.write_all(&[b'x'; 4096]).await?;
            }
        }
        Lie::Flood => loop {
            to.write_all(&b"* OK still here\r\n".repeat(256)).await?;
        },
        Lie::Nested => {
            to.write_all(b"* 1 FETCH (BODYSTRUCTURE ").await?;
            to.write_all(&vec![b'('; 60_000]).await?;
        }
        Lie::Hidden => {
            to.write_all(b"* OK told {60000}\r\n* 1 FETCH (UID 1 BODYSTRUCTURE ").await?;
            to.write_all(&vec![b'('; 59_000]).await?;
        }
        Lie::Garbage => to.write_all(b"\x00\xff\xfe HTTP/1.1 400 Bad Request\r\n\r\n").await?,
        Lie::Silence => {}
        Lie::Drop => {
            to.shutdown().await?;
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
        Lie::Bye => {
            to.write_all("* BYE 系统维护\r\n".as_bytes()).await?;
            to.shutdown().await?;
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
        Lie::Renumbered => {
            state.validity.fetch_add(1, Ordering::SeqCst);
            let now = state.validity.load(Ordering::SeqCst);
            to.write_all(format!("* OK [UIDVALIDITY {now}] new\r\n{tag} OK done\r\n").as_bytes()).await?;
        }
    }
    to.flush().await?;
    if lie == Lie::Renumbered {
        return Ok(true);
    }
    // nothing more, until the client goes
    tokio::time::sleep(Duration::from_secs(600)).await;
    Ok(true)
}
