//! Runs the bridge as a process and measures it from outside: answers and cost.

use std::fs;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Timeout for everything.
const TIMEOUT: Duration = Duration::from_secs(120);

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

/// Path of the bridge that was built with this program.
pub fn bridge() -> PathBuf {
    let own = std::env::current_exe().expect("a path of our own");
    let near = |folder: &Path| folder.join(format!("hongyan-bridge{}", std::env::consts::EXE_SUFFIX));
    // test binaries are one folder deeper
    own.ancestors().skip(1).take(2).map(near).find(|path| path.exists()).expect("the bridge is built")
}

/// Renders a source for sources.toml.
pub fn source(id: &str, protocol: &str, address: &str) -> String {
    format!(
        "[[source]]\nid = \"{id}\"\nname = \"来源{id}\"\nprotocol = \"{protocol}\"\naddress = \"{address}\"\n\
         schema = \"marcxml\"\nversion = \"1.2\"\ntimeoutS = 15\npageSize = 50\n\n"
    )
}

impl Program {
    /// Starts the bridge with these sources and a platform at `gateway`.
    pub async fn start(sources: &str, gateway: &str) -> Program {
        let place = tempfile::tempdir().expect("a folder");
        let file = place.path().join("sources.toml");
        // only SRU needs version and schema; other protocols ignore an empty credentials file
        fs::write(&file, sources).expect("the file is written");
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
        let (mut errors, heard) = (child.stderr.take().expect("the stream is piped"), Arc::clone(&said));
        std::thread::spawn(move || {
            let mut bytes = [0; 8192];
            while let Ok(count @ 1..) = errors.read(&mut bytes) {
                heard
                    .lock()
                    .expect("the lock is not poisoned")
                    .push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        let mut lines = BufReader::new(child.stdout.take().expect("the stream is piped"));
        let mut first = String::new();
        lines.read_line(&mut first).expect("the address");
        std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
        let first: Value = serde_json::from_str(&first).unwrap_or_else(|_| {
            panic!("the bridge did not start: {}", said.lock().expect("the lock is not poisoned"));
        });
        let address = first["address"].as_str().expect("an address").to_owned();
        let (base, token) = address.split_once("/?token=").expect("a token");
        let host = base.trim_start_matches("http://").to_owned();
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().expect("a client");
        let (base, token) = (base.to_owned(), token.to_owned());
        let program = Program { child, base, host, token, http, said, _place: place };
        program.rpc("app_start", json!({})).await.expect("it opens");
        program
    }

    /// `127.0.0.1:PORT`
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The token of the page.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        self.said.lock().expect("the lock is not poisoned").clone()
    }

    /// Calls a command; its problem is the error. No answer at all gives a problem with the code `SILENT`.
    pub async fn rpc(&self, name: &str, payload: Value) -> Result<Value, Value> {
        let call = self.http.post(format!("{}/rpc/{name}", self.base)).header("x-hongyan-token", &self.token);
        let silent = |error: reqwest::Error| json!({ "code": "SILENT", "detail": error.to_string() });
        let response = call.json(&payload).send().await.map_err(silent)?;
        let fine = response.status().is_success();
        let answer: Value = response.json().await.map_err(silent)?;
        if fine { Ok(answer) } else { Err(answer) }
    }

    /// Starts a search with a new query, so that nothing is cached.
    pub async fn search(&self) -> String {
        let text = format!("红楼梦 {}", fastrand::u32(..));
        let started =
            self.rpc("search_start", json!({ "text": text, "query": null })).await.expect("started");
        started["searchId"].as_str().expect("an id").to_owned()
    }

    /// The current sources and rows of a search.
    pub async fn view(&self, search: &str) -> Value {
        let filter = json!({});
        let page =
            json!({ "searchId": search, "offset": 0, "limit": 50, "sort": "relevance", "filter": filter });
        self.rpc("search_view", page).await.expect("a view")
    }

    /// Waits until a search has ended, at most `most`; returns the last view.
    pub async fn ended(&self, search: &str, most: Duration) -> Value {
        let until = Instant::now() + most;
        loop {
            let view = self.view(search).await;
            if view["done"] == true || Instant::now() > until {
                return view;
            }
            // the screens use events; polling costs the program about as much as reading them
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// CPU seconds used so far.
    pub fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // fields after the process name, which may contain anything: utime and stime are fields 14 and 15
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default();
        (ticks(11) + ticks(12)) / 100.0
    }

    /// Peak resident memory in bytes since [`Program::forget_peak`].
    pub fn peak(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.unwrap_or_default() * 1024
    }

    /// Resets the peak.
    pub fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("our own process");
    }

    /// Whether it is running.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends SIGTERM and returns how long the exit took; `None` if it had to be killed.
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
        // it may have exited already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
