//! Third-party servers as child processes: started in a temporary directory on a free port, awaited by
//! connecting, killed when dropped.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

/// Sample records of the package `idzebra-2.0-examples`.
const SAMPLE: &str = "/usr/share/doc/idzebra-2.0/examples/marc21/sample-marc.gz";

/// Additional works: id, title, author, each in another script.
pub const OURS: [(&str, &str, &str); 4] = [
    ("hy1", "红楼梦", "曹雪芹"),
    ("hy2", "吾輩は猫である", "夏目漱石"),
    ("hy3", "훈민정음", "세종"),
    ("hy4", "Война и мир", "Толстой"),
];

/// A running server.
pub struct Server {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    child: Child,
    _directory: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts Zebra with the sample and [`OURS`].
    pub async fn zebra() -> Option<Server> {
        if !present(&["zebrasrv", "zebraidx"], &[SAMPLE]) {
            return None;
        }
        let directory = tempfile::tempdir().unwrap();
        let port = free_port().await;
        fill(directory.path(), port);
        for step in [&["init"][..], &["update", "records.mrc"]] {
            let status = quiet("zebraidx", directory.path()).args(["-c", "zebra.cfg"]).args(step).status();
            assert!(status.unwrap().success(), "zebraidx {step:?}");
        }
        let mut command = quiet("zebrasrv", directory.path());
        command.args(["-f", "server.xml"]);
        Some(Server::run(command, directory, port).await)
    }

    /// Starts YAZ's test server, which returns the same few records for any query.
    pub async fn ztest() -> Option<Server> {
        if !present(&["yaz-ztest"], &[]) {
            return None;
        }
        let (directory, port) = (tempfile::tempdir().unwrap(), free_port().await);
        let mut command = quiet("yaz-ztest", directory.path());
        command.arg(format!("tcp:127.0.0.1:{port}"));
        Some(Server::run(command, directory, port).await)
    }

    async fn run(mut command: Command, directory: TempDir, port: u16) -> Server {
        let child = command.spawn().unwrap();
        let mut server = Server { address: format!("http://127.0.0.1:{port}"), child, _directory: directory };
        let ready = async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                assert_eq!(server.child.try_wait().unwrap(), None, "the server ended at its start");
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(hongyan_conformance::PATIENCE, ready).await;
        assert!(waited.is_ok(), "the server does not listen on {port}");
        server
    }
}

/// Whether programs and files are installed. In CI on Linux they must be.
fn present(programs: &[&str], files: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = |name: &&str| std::env::split_paths(&path).any(|dir| dir.join(name).is_file());
    let missing: Vec<&str> = programs
        .iter()
        .filter(|name| !found(name))
        .chain(files.iter().filter(|file| !Path::new(file).is_file()))
        .copied()
        .collect();
    if missing.is_empty() {
        return true;
    }
    let needed = "packages yaz, idzebra-2.0, idzebra-2.0-examples";
    let required = std::env::var_os("CI").is_some() && cfg!(target_os = "linux");
    assert!(!required, "missing: {missing:?} ({needed}); required in CI on Linux");
    let name = std::thread::current().name().unwrap_or("test").to_owned();
    eprintln!("SKIPPED {name}: missing {missing:?} ({needed})");
    false
}

fn quiet(program: &str, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

/// Zebra's modules; the directory depends on the architecture.
fn modules() -> PathBuf {
    let places = fs::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path());
    places
        .chain([PathBuf::from("/usr/lib")])
        .map(|place| place.join("idzebra-2.0/modules"))
        .find(|modules| modules.is_dir())
        .expect("the modules come with idzebra-2.0")
}

/// Writes configuration and records to one directory. Paths are absolute, because zebrasrv changes its
/// working directory.
fn fill(directory: &Path, port: u16) {
    let here = directory.display();
    let write = |name: &str, text: String| fs::write(directory.join(name), text).unwrap();
    write(
        "zebra.cfg",
        format!(
            "profilePath: {here}:/usr/share/idzebra-2.0/tab\nmodulePath: {}\nattset: bib1.att\n\
             recordType: dom.records.xml\nindex: icu.idx\nencoding: utf-8\nstoreData: 1\n\
             register: {here}/register:1G\nlockDir: {here}/register\nkeyTmpDir: {here}/register\n",
            modules().display()
        ),
    );
    write(
        "server.xml",
        format!(
            "<yazgfs><listen id=\"here\">tcp:127.0.0.1:{port}</listen><server listenref=\"here\">\
             <config>{here}/zebra.cfg</config><cql2rpn>{here}/cql.properties</cql2rpn><retrievalinfo>\
             <retrieval syntax=\"usmarc\" name=\"F\"><backend syntax=\"xml\" name=\"marcxml\">\
             <marc inputformat=\"xml\" outputformat=\"marc\" outputcharset=\"marc-8\"/></backend></retrieval>\
             <retrieval syntax=\"unimarc\" name=\"F\"><backend syntax=\"xml\" name=\"marcxml\">\
             <marc inputformat=\"xml\" outputformat=\"marc\" outputcharset=\"gb18030\"/></backend></retrieval>\
             <retrieval syntax=\"xml\" name=\"F\"><backend syntax=\"xml\" name=\"marcxml\"/></retrieval>\
             <retrieval syntax=\"xml\" name=\"marcxml\" identifier=\"info:srw/schema/1/marcxml-v1.1\"/>\
             <retrieval syntax=\"xml\" name=\"dc\" identifier=\"info:srw/schema/1/dc-v1.1\"/>\
             <retrieval syntax=\"xml\"/></retrievalinfo></server></yazgfs>"
        ),
    );
    for (name, text) in [
        ("cql.properties", include_str!("cql.properties")),
        ("records.xml", include_str!("records.xml")),
        ("index.xsl", include_str!("index.xsl")),
        ("copy.xsl", include_str!("copy.xsl")),
        ("dc.xsl", include_str!("dc.xsl")),
    ] {
        write(name, text.to_owned());
    }
    fs::create_dir(directory.join("register")).unwrap();
    let mut records = Vec::new();
    let mut gunzip = Command::new("gzip").args(["-dc", SAMPLE]).stdout(Stdio::piped()).spawn().unwrap();
    gunzip.stdout.take().unwrap().read_to_end(&mut records).unwrap();
    assert!(gunzip.wait().unwrap().success());
    for (number, title, author) in OURS {
        records.extend(iso2709(number, title, author));
    }
    fs::write(directory.join("records.mrc"), records).unwrap();
}

/// A MARC 21 record in UTF-8 with id, author and title.
fn iso2709(number: &str, title: &str, author: &str) -> Vec<u8> {
    let fields = [
        ("001", format!("{number}\x1e")),
        ("100", format!("1 \x1fa{author}\x1e")),
        ("245", format!("10\x1fa{title}\x1e")),
    ];
    let (mut directory, mut data) = (String::new(), String::new());
    for (tag, field) in &fields {
        directory.push_str(&format!("{tag}{:04}{:05}", field.len(), data.len()));
        data.push_str(field);
    }
    directory.push('\x1e');
    let base = 24 + directory.len();
    let length = base + data.len() + 1;
    format!("{length:05}nam a22{base:05} a 4500{directory}{data}\x1d").into_bytes()
}
