//! The bridge as a process, seen from outside: what it answers, and what it costs.

use std::fs;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running bridge with a data folder of its own.
pub struct Program {
    child: Child,
    base: String,
    host: String,
    token: String,
    http: reqwest::Client,
    said: Arc<Mutex<String>>,
    _place: tempfile::TempDir,
}

/// The bridge that was built beside this program.
pub fn bridge() -> PathBuf {
    let own = std::env::current_exe().expect("a path of our own");
    let near = |folder: &Path| folder.join(format!("hongyan-bridge{}", std::env::consts::EXE_SUFFIX));
    // tests stand one folder deeper
    own.ancestors().skip(1).take(2).map(near).find(|path| path.exists()).expect("the bridge is built")
}

/// A source for sources.toml.
pub fn source(id: &str, protocol: &str, address: &str) -> String {
    format!(
        "[[source]]\nid = \"{id}\"\nname = \"来源{id}\"\nprotocol = \"{protocol}\"\naddress = \"{address}\"\n\
         schema = \"marcxml\"\nversion = \"1.2\"\ntimeoutS = 15\npageSize = 50\n\n"
    )
}

impl Program {
    /// Starts it on sources of its own, with a platform at `gateway`.
    pub async fn start(sources: &str, gateway: &str) -> Program {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("sources.toml");
        // SRU alone has versions and schemas; an empty file of keys is an error to none
        fs::write(&file, sources).expect("written");
        let mut child = Command::new(bridge())
            .args(["--gateway", gateway, "--sources"])
            .arg(&file)
            .arg("--data-dir")
            .arg(place.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the bridge starts");
        let said = Arc::new(Mutex::new(String::new()));
        let (mut errors, heard) = (child.stderr.take().expect("piped"), Arc::clone(&said));
        std::thread::spawn(move || {
            let mut bytes = [0; 8192];
            while let Ok(count @ 1..) = errors.read(&mut bytes) {
                heard.lock().expect("whole").push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        let mut lines = BufReader::new(child.stdout.take().expect("piped"));
        let mut first = String::new();
        lines.read_line(&mut first).expect("the address");
        std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
        let first: Value = serde_json::from_str(&first).unwrap_or_else(|_| {
            panic!("the bridge did not start: {}", said.lock().expect("whole"));
        });
        let address = first["address"].as_str().expect("an address").to_owned();
        let (base, token) = address.split_once("/?token=").expect("a token");
        let host = base.trim_start_matches("http://").to_owned();
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        let (base, token) = (base.to_owned(), token.to_owned());
        let program = Program { child, base, host, token, http, said, _place: place };
        program.rpc("app_start", json!({})).await.expect("it opens");
        program
    }

    /// `127.0.0.1:PORT`
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What the page knows.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        self.said.lock().expect("whole").clone()
    }

    /// A command; its problem as the error. No answer at all is a problem `SILENT`.
    pub async fn rpc(&self, name: &str, payload: Value) -> Result<Value, Value> {
        let call = self.http.post(format!("{}/rpc/{name}", self.base)).header("x-hongyan-token", &self.token);
        let silent = |error: reqwest::Error| json!({ "code": "SILENT", "detail": error.to_string() });
        let response = call.json(&payload).send().await.map_err(silent)?;
        let fine = response.status().is_success();
        let answer: Value = response.json().await.map_err(silent)?;
        if fine { Ok(answer) } else { Err(answer) }
    }

    /// Starts a search for something that no source has been asked for.
    pub async fn search(&self) -> String {
        let text = format!("红楼梦 {}", fastrand::u32(..));
        let started =
            self.rpc("search_start", json!({ "text": text, "query": null })).await.expect("started");
        started["searchId"].as_str().expect("an id").to_owned()
    }

    /// The sources of a search as they stand, and its rows.
    pub async fn view(&self, search: &str) -> Value {
        let filter = json!({});
        let page =
            json!({ "searchId": search, "offset": 0, "limit": 50, "sort": "relevance", "filter": filter });
        self.rpc("search_view", page).await.expect("a view")
    }

    /// Waits for the end of a search, at most so long; the last view.
    pub async fn ended(&self, search: &str, most: Duration) -> Value {
        let until = Instant::now() + most;
        loop {
            let view = self.view(search).await;
            if view["done"] == true || Instant::now() > until {
                return view;
            }
            // the screens are told by events; a poll costs the program what a reader of them would
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Seconds of processor that it has used.
    pub fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // behind the name, which may have anything in it: utime and stime are the 14th and 15th field
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
        (ticks(11) + ticks(12)) / 100.0
    }

    /// Highest resident memory in bytes since [`Program::forget_peak`].
    pub fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.unwrap_or_default() * 1024
    }

    /// Begins to look for the highest memory anew.
    pub fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("our own process");
    }

    /// True while it runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends SIGTERM; how long it took to end, none when it had to be killed.
    pub fn terminate(mut self) -> Option<Duration> {
        let began = Instant::now();
        let told = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(told.is_ok_and(|status| status.success()), "SIGTERM was sent");
        while began.elapsed() < Duration::from_secs(60) {
            if !self.runs() {
                return Some(began.elapsed());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
