//! The library's side: a sandbox behind a proxy with accounts without limits, and what the library knows
//! about a patron's requests.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use hongyan_model::RequestId;
use hongyan_sandbox::{Control, NewAccount, Options, Sandbox, Settings};
use serde_json::Value;

use crate::proxy::Proxy;

/// The password of all patrons.
pub const PASSWORD: &str = "相思湖畔904";

/// A sandbox behind a proxy.
pub struct LibrarySide {
    sandbox: Sandbox,
    /// the proxy in between
    pub proxy: Proxy,
    patrons: AtomicU32,
}

/// A request as stored by the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryRequest {
    /// its id
    pub id: RequestId,
    /// code of its state
    pub state: String,
    /// title as received
    pub title: String,
    /// note as received
    pub note: String,
    /// fingerprint of the received bytes
    pub fingerprint: String,
}

impl LibrarySide {
    /// Starts both.
    ///
    /// # Panics
    /// If loopback is not available.
    pub async fn start() -> LibrarySide {
        let settings = Settings { max_active: 100_000, ..Settings::default() };
        let options = Options { settings, ..Options::default() };
        let sandbox = Sandbox::start(options).await.expect("a sandbox starts");
        let proxy = Proxy::start(sandbox.addr()).await;
        LibrarySide { sandbox, proxy, patrons: AtomicU32::new(0) }
    }

    /// The library's control API.
    pub fn control(&self) -> Control {
        self.sandbox.control()
    }

    /// Creates a patron without limits; returns the user name.
    ///
    /// # Panics
    /// If the sandbox's own database fails.
    pub async fn patron(&self) -> String {
        let number = self.patrons.fetch_add(1, Ordering::Relaxed);
        let username = format!("2023{number:06}");
        let account = NewAccount {
            username: username.clone(),
            password: PASSWORD.to_owned(),
            granted: 1_000_000_000,
            ..NewAccount::default()
        };
        self.control().create_account(&account).await.expect("an account");
        username
    }

    /// The requests that the library has.
    ///
    /// # Panics
    /// If the sandbox's own database fails.
    pub async fn requests(&self) -> Vec<LibraryRequest> {
        let all = self.control().requests().await.expect("requests");
        all.iter().filter_map(there).collect()
    }

    /// The distinct fingerprints of everything that was sent under each id.
    pub fn sent(&self) -> HashMap<RequestId, Vec<String>> {
        let mut sent: HashMap<RequestId, Vec<String>> = HashMap::new();
        for seen in self.proxy.seen().into_iter().filter(|seen| seen.creates()) {
            let (Some(id), digest) = (seen.request(), seen.header("content-digest").to_owned()) else {
                continue;
            };
            let digests = sent.entry(RequestId(id)).or_default();
            if !digests.contains(&digest) {
                digests.push(digest);
            }
        }
        sent
    }
}

fn there(value: &Value) -> Option<LibraryRequest> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(LibraryRequest {
        id: RequestId(text("/id").parse().ok()?),
        state: text("/state"),
        title: text("/bibliographicInfo/title"),
        note: text("/serviceInfo/note"),
        fingerprint: text("/fingerprint"),
    })
}
