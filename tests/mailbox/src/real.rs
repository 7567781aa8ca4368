//! Dovecot, Cyrus and Courier as unprivileged child processes on loopback, in a folder of their own.
//!
//! Debian lets only one mail server be installed at a time, so Cyrus and Courier are unpacked from their packages
//! into `target/mail-servers` (`scripts/lib/mailservers.mjs`), and Dovecot, which knows its own paths only, is
//! installed. Cyrus takes any code. Courier's sign-in knows a socket in /run only, so a front of ours does TLS and
//! LOGIN; everything after that is Courier's.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::ca::Ca;
use crate::{CODE, USER};

/// Nobody, for tests that root runs.
const NOBODY: u32 = 65534;
/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Dovecot
    Dovecot,
    /// Cyrus
    Cyrus,
    /// Courier
    Courier,
}

/// A running server with one empty mailbox.
pub struct Real {
    /// which
    pub kind: Kind,
    /// where it listens, TLS
    pub port: u16,
    /// who signed for it
    pub ca: Ca,
    child: Option<Child>,
    front: Option<JoinHandle<()>>,
    folder: TempDir,
    delivered: std::sync::atomic::AtomicUsize,
}

impl Drop for Real {
    fn drop(&mut self) {
        if let Some(front) = &self.front {
            front.abort();
        }
        if let Some(child) = &mut self.child {
            // the masters take their children with them when they are asked; they may have ended already
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

impl Real {
    /// Starts a server, or says that it is not here; in CI on Linux it has to be.
    pub async fn start(kind: Kind) -> Option<Real> {
        let program = match kind {
            Kind::Dovecot => PathBuf::from("/usr/sbin/dovecot"),
            Kind::Cyrus => unpacked("cyrus").join("usr/lib/cyrus/bin/master"),
            Kind::Courier => unpacked("courier").join("usr/bin/imapd"),
        };
        if !program.is_file() {
            assert!(
                std::env::var_os("CI").is_none(),
                "{} is missing: npm run setup -- --tests",
                program.display()
            );
            eprintln!("skipped: {kind:?} is not here ({})", program.display());
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let ca = Ca::new(folder.path());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut real = Real {
            kind,
            port,
            ca,
            child: None,
            front: None,
            folder,
            delivered: std::sync::atomic::AtomicUsize::new(0),
        };
        match kind {
            Kind::Courier => {
                let made = real.command(&unpacked("courier").join("usr/bin/maildirmake.courier"));
                real.hand_over();
                assert!({ made }.arg(real.maildir()).status().unwrap().success());
                real.courier_was_used().await;
                real.front = Some(tokio::spawn(real.courier(listener)));
            }
            Kind::Dovecot | Kind::Cyrus => {
                drop(listener);
                let mut command = if kind == Kind::Dovecot { real.dovecot() } else { real.cyrus() };
                real.hand_over();
                command.stdout(Stdio::null()).stderr(Stdio::null());
                real.child = Some(command.spawn().unwrap());
                real.is_listening().await;
            }
        }
        Some(real)
    }

    async fn is_listening(&mut self) {
        let ready = async {
            while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
                let ended = self.child.as_mut().unwrap().try_wait().unwrap();
                assert_eq!(
                    ended,
                    None,
                    "{}",
                    fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
                );
                tokio::task::yield_now().await;
            }
        };
        assert!(tokio::time::timeout(PATIENCE, ready).await.is_ok(), "{:?} does not listen", self.kind);
    }

    /// The mailbox of Dovecot and Courier.
    pub fn maildir(&self) -> PathBuf {
        self.folder.path().join("Maildir")
    }

    /// What Dovecot wrote down of all sessions: what came from clients.
    pub fn said_by_clients(&self) -> String {
        let mut logs: Vec<PathBuf> = fs::read_dir(self.folder.path().join("rawlog"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "in"))
            .collect();
        logs.sort();
        logs.iter().map(|log| fs::read_to_string(log).unwrap()).collect()
    }

    /// Delivers a mail, received at this moment: into the maildir, as a delivery agent does; to Cyrus by APPEND.
    pub async fn deliver(&self, mail: &[u8], received: Timestamp) {
        if self.kind == Kind::Cyrus {
            return self.append(mail, received).await;
        }
        let n = self.delivered.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let name = format!("{}.M{n:06}P1.test", 1_600_000_000 + n);
        let maildir = self.maildir();
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(maildir.join(part)).unwrap();
        }
        let (tmp, new) = (maildir.join("tmp").join(&name), maildir.join("new").join(&name));
        // Courier takes a maildir's lines to end in LF and sends CRLF
        let bytes = if self.kind == Kind::Courier { without_cr(mail) } else { mail.to_vec() };
        fs::write(&tmp, bytes).unwrap();
        let moment = SystemTime::from(received);
        fs::File::options().write(true).open(&tmp).unwrap().set_modified(moment).unwrap();
        self.give(&maildir);
        self.give(&tmp);
        for part in ["tmp", "new", "cur"] {
            self.give(&maildir.join(part));
        }
        fs::rename(tmp, new).unwrap();
    }

    /// Delivers many mails at once to Dovecot or Courier.
    pub fn deliver_all(&self, mails: impl Iterator<Item = (Vec<u8>, Timestamp)>) {
        let maildir = self.maildir();
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(maildir.join(part)).unwrap();
        }
        for (n, (mail, received)) in mails.enumerate() {
            let file = maildir.join("new").join(format!("{}.M{n:06}P1.test", 1_600_000_000 + n));
            let mut written = fs::File::create(&file).unwrap();
            std::io::Write::write_all(&mut written, &mail).unwrap();
            written.set_modified(SystemTime::from(received)).unwrap();
            self.give(&file);
        }
        for part in ["", "tmp", "new", "cur"] {
            self.give(&maildir.join(part));
        }
    }

    fn give(&self, path: &Path) {
        if is_root(self.folder.path()) {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }

    /// Gives the whole folder to who runs the server.
    fn hand_over(&self) {
        fn walk(real: &Real, path: &Path) {
            real.give(path);
            if path.is_dir() {
                fs::read_dir(path).unwrap().for_each(|entry| walk(real, &entry.unwrap().path()));
            }
        }
        walk(self, self.folder.path());
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if is_root(self.folder.path()) {
            command.uid(NOBODY).gid(NOBODY);
        }
        let root = program.ancestors().find(|above| above.join("usr").is_dir()).unwrap_or(Path::new("/"));
        let places = [
            "usr/lib",
            "usr/lib/x86_64-linux-gnu",
            "usr/lib/aarch64-linux-gnu",
            "lib/x86_64-linux-gnu",
            "lib/aarch64-linux-gnu",
        ];
        if root != Path::new("/") {
            let libraries: Vec<String> =
                places.iter().map(|place| root.join(place).display().to_string()).collect();
            command.env("LD_LIBRARY_PATH", libraries.join(":"));
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn dovecot(&self) -> Command {
        let folder = self.folder.path().display();
        let (user, group) = names(self.folder.path());
        let (uid, gid) = ids(self.folder.path());
        let port = self.port;
        let config = format!(
            "base_dir={folder}/run\nstate_dir={folder}/state\nlog_path={folder}/log\nprotocols=imap\n\
             listen=127.0.0.1\ndefault_internal_user={user}\ndefault_internal_group={group}\n\
             default_login_user={user}\nssl=required\nssl_cert=<{folder}/cert.pem\nssl_key=<{folder}/key.pem\n\
             first_valid_uid=1\nfirst_valid_gid=1\nmail_location=maildir:{folder}/Maildir\n\
             auth_mechanisms=plain login\nauth_failure_delay=0\n\
             passdb {{\n driver=passwd-file\n args=scheme=PLAIN {folder}/users\n}}\n\
             userdb {{\n driver=static\n args=uid={uid} gid={gid} home={folder}/home\n}}\n\
             service imap-login {{\n chroot=\n inet_listener imap {{\n  port=0\n }}\n inet_listener imaps {{\n  port={port}\n  ssl=yes\n }}\n}}\n\
             service anvil {{\n chroot=\n}}\nservice imap {{\n chroot=\n}}\nservice stats {{\n chroot=\n}}\n\
             protocol imap {{\n rawlog_dir={folder}/rawlog\n}}\n"
        );
        fs::write(self.folder.path().join("users"), format!("{USER}:{{PLAIN}}{CODE}\n")).unwrap();
        for name in ["run", "state", "rawlog", "home"] {
            fs::create_dir(self.folder.path().join(name)).unwrap();
        }
        fs::write(self.folder.path().join("dovecot.conf"), config).unwrap();
        let mut command = self.command(Path::new("/usr/sbin/dovecot"));
        command.args(["-F", "-c", "dovecot.conf"]);
        command
    }

    fn cyrus(&self) -> Command {
        let folder = self.folder.path().display();
        let bin = unpacked("cyrus").join("usr/lib/cyrus/bin");
        let programs = bin.display();
        let (user, _) = names(self.folder.path());
        let port = self.port;
        for name in ["conf", "mail", "run", "run/proc", "run/lock", "run/socket"] {
            fs::create_dir(self.folder.path().join(name)).unwrap();
        }
        let config = format!(
            "configdirectory: {folder}/conf\nproc_path: {folder}/run/proc\nmboxname_lockpath: {folder}/run/lock\n\
             defaultpartition: default\npartition-default: {folder}/mail\ncyrus_user: {user}\nallowplaintext: yes\n\
             sasl_pwcheck_method: alwaystrue\nautocreate_quota: 0\nautocreate_post: yes\nimapidlepoll: 1\n\
             tls_server_cert: {folder}/cert.pem\ntls_server_key: {folder}/key.pem\n\
             idlesocket: {folder}/run/socket/idle\nnotifysocket: {folder}/run/socket/notify\n"
        );
        fs::write(self.folder.path().join("imapd.conf"), config).unwrap();
        let master = format!(
            "START {{\n recover cmd=\"{programs}/ctl_cyrusdb -C {folder}/imapd.conf -r\"\n}}\n\
             SERVICES {{\n imaps cmd=\"{programs}/imapd -C {folder}/imapd.conf -s\" listen=\"127.0.0.1:{port}\" prefork=1\n}}\n\
             EVENTS {{\n}}\n"
        );
        fs::write(self.folder.path().join("cyrus.conf"), master).unwrap();
        let mut command = self.command(&bin.join("master"));
        command.args(["-C", "imapd.conf", "-M", "cyrus.conf", "-p", "run/pid"]);
        command.args(["-C", &format!("{folder}/imapd.conf")]);
        command
    }

    /// Opens Courier's mailbox once for writing, as the patron's own program did: before that Courier keeps no
    /// numbers, and each EXAMINE has another UIDVALIDITY.
    async fn courier_was_used(&self) {
        let mut command = tokio::process::Command::from(self.courier_imapd());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"a SELECT INBOX\r\nb LOGOUT\r\n").await.unwrap();
        assert!(child.wait().await.unwrap().success());
    }

    fn courier_imapd(&self) -> Command {
        let mut command = self.command(&unpacked("courier").join("usr/bin/imapd"));
        command
            .arg(self.maildir())
            .env("AUTHENTICATED", USER)
            .env("MAILDIR", self.maildir())
            .env("HOME", self.folder.path())
            .env("IMAP_CAPABILITY", "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE")
            .env("IMAP_USELOCKS", "0");
        command
    }

    /// Serves Courier's imapd: TLS and LOGIN by us, then byte for byte.
    fn courier(&self, listener: TcpListener) -> impl Future<Output = ()> + use<> {
        let acceptor = self.ca.acceptor();
        let mut command = tokio::process::Command::from(self.courier_imapd());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(stream) = acceptor.accept(stream).await else { continue };
                let (from_client, mut to_client) = tokio::io::split(stream);
                let mut from_client = BufReader::new(from_client);
                if to_client.write_all(b"* OK Courier-IMAP behind a front ready.\r\n").await.is_err() {
                    continue;
                }
                let mut line = String::new();
                // a client that goes before it signs in
                let Ok(1..) = from_client.read_line(&mut line).await else { continue };
                let (tag, rest) = line.trim_end().split_once(' ').unwrap();
                let code = CODE.replace('\\', "\\\\").replace('"', "\\\"");
                if rest != format!("LOGIN \"{USER}\" \"{code}\"") {
                    let refusal = format!("{tag} NO Login failed.\r\n");
                    let _ = to_client.write_all(refusal.as_bytes()).await;
                    continue;
                }
                let mut child = command.spawn().unwrap();
                let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
                let mut stdout = BufReader::new(stdout);
                let mut greeting = String::new();
                while !greeting.starts_with("* PREAUTH") {
                    greeting.clear();
                    assert!(stdout.read_line(&mut greeting).await.unwrap() > 0, "Courier has no greeting");
                }
                let answer = format!("{tag} OK LOGIN Ok.\r\n");
                let _ = to_client.write_all(answer.as_bytes()).await;
                tokio::spawn(async move {
                    let up = tokio::io::copy(&mut from_client, &mut stdin);
                    let down = async {
                        let mut buffer = vec![0; 16 * 1024];
                        while let Ok(count @ 1..) = stdout.read(&mut buffer).await {
                            if to_client.write_all(&buffer[..count]).await.is_err()
                                || to_client.flush().await.is_err()
                            {
                                break;
                            }
                        }
                        let _ = to_client.shutdown().await;
                    };
                    tokio::select! { _ = up => (), () = down => () }
                    drop(child);
                });
            }
        }
    }

    /// Puts a mail into Cyrus, whose store is nobody else's to write.
    async fn append(&self, mail: &[u8], received: Timestamp) {
        let mut roots = rustls::RootCertStore::empty();
        use rustls::pki_types::pem::PemObject as _;
        roots.add(rustls::pki_types::CertificateDer::from_pem_slice(&self.ca.pem).unwrap()).unwrap();
        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
        let stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
        let (from, mut to) = tokio::io::split(stream);
        let mut from = BufReader::new(from);
        let date = received.strftime("%d-%b-%Y %H:%M:%S +0000");
        to.write_all(format!("a LOGIN {USER} x\r\n").as_bytes()).await.unwrap();
        until(&mut from, "a OK").await;
        to.write_all(format!("b APPEND INBOX \"{date}\" {{{}+}}\r\n", mail.len()).as_bytes()).await.unwrap();
        to.write_all(mail).await.unwrap();
        to.write_all(b"\r\nc LOGOUT\r\n").await.unwrap();
        until(&mut from, "b OK").await;
    }
}

async fn until(from: &mut (impl tokio::io::AsyncBufRead + Unpin), start: &str) {
    let mut line = String::new();
    while !line.starts_with(start) {
        line.clear();
        assert!(from.read_line(&mut line).await.unwrap() > 0, "no {start}");
    }
}

fn without_cr(mail: &[u8]) -> Vec<u8> {
    mail.iter().copied().filter(|byte| *byte != b'\r').collect()
}

fn unpacked(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/mail-servers").join(name);
    target.canonicalize().unwrap_or(target)
}

fn is_root(ours: &Path) -> bool {
    // a folder that this process made, unless it was given away
    static OWNER: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *OWNER.get_or_init(|| fs::metadata(ours).unwrap().uid()) == 0
}

fn ids(ours: &Path) -> (u32, u32) {
    let metadata = fs::metadata(ours).unwrap();
    if is_root(ours) { (NOBODY, NOBODY) } else { (metadata.uid(), metadata.gid()) }
}

/// User and group by name.
fn names(ours: &Path) -> (String, String) {
    if is_root(ours) {
        return ("nobody".to_owned(), "nogroup".to_owned());
    }
    let name = |flag: &str| {
        let done = Command::new("id").arg(flag).output().unwrap();
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    (name("-un"), name("-gn"))
}
