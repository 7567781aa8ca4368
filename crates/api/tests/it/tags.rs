//! A command announces exactly the tags that the table lists as its changes. Screens refetch by the table,
//! other windows and the tray by the announcement: if the two differ, one of them shows stale data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use hongyan_api::host::Host;
use hongyan_api::library_window::LibraryWindow;
use hongyan_api::table::COMMANDS;
use hongyan_api::{App, Problem, Tag};
use hongyan_engine::Engine;
use hongyan_engine::platform::Opening;
use hongyan_engine::secrets::{SecretError, SecretStore};
use hongyan_sandbox::{NewAccount, Options, Sandbox};
use serde_json::{Value, json};

const PASSWORD: &str = "相思湖畔904";

#[derive(Default)]
struct Keyring(Mutex<Option<Vec<u8>>>);

#[async_trait]
impl SecretStore for Keyring {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        Ok(self.0.lock().unwrap().clone())
    }
    async fn write(&self, key: &[u8]) -> Result<(), SecretError> {
        *self.0.lock().unwrap() = Some(key.to_vec());
        Ok(())
    }
    async fn erase(&self) -> Result<(), SecretError> {
        *self.0.lock().unwrap() = None;
        Ok(())
    }
}

struct NoShell;

impl Host for NoShell {
    fn open_link(&self, _: &str) -> Result<(), Problem> {
        Ok(())
    }
    fn open_mail(&self, _: &str) -> Result<(), Problem> {
        Ok(())
    }
    fn save_file(&self, name: &str, _: &[u8]) -> Result<PathBuf, Problem> {
        Ok(PathBuf::from(name))
    }
    fn held_file(&self, _: u32) -> Result<(String, Vec<u8>), Problem> {
        Ok(("铜鼓.pdf".to_owned(), b"%PDF-1.4".to_vec()))
    }
    fn open_file(&self, _: &Path) -> Result<(), Problem> {
        Ok(())
    }
    fn show_saved(&self, _: &Path) -> Result<(), Problem> {
        Ok(())
    }
    fn has_tray(&self) -> bool {
        false
    }
    fn ready(&self) {}
    fn quit(&self) {}
    fn library(&self) -> Option<&dyn LibraryWindow> {
        None
    }
}

struct Bench {
    app: App,
    engine: Engine,
    wrong: Vec<String>,
    ran: BTreeSet<String>,
}

impl Bench {
    /// Runs a command and compares the tags that it announced with the table.
    async fn run(&mut self, name: &str, payload: Value) -> Value {
        let mut events = self.engine.news().subscribe();
        let answer = self.app.rpc(name, payload).await.unwrap_or_else(|problem| panic!("{name}: {problem}"));
        // flushes the throttle, so that earlier announcements are not counted
        self.engine.news().at_once(&[]);
        let mut announced: BTreeSet<Tag> = BTreeSet::new();
        while let Ok(event) = events.try_recv() {
            announced.extend(event.changed);
        }
        let command = COMMANDS.iter().find(|command| command.name == name).unwrap();
        let table: BTreeSet<Tag> = command.changes.iter().copied().collect();
        if announced != table {
            self.wrong.push(format!("{name} announces {announced:?}, the table says {table:?}"));
        }
        self.ran.insert(name.to_owned());
        answer
    }
}

#[tokio::test]
async fn what_a_command_announces_is_what_the_table_says() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let account =
        NewAccount { username: "20210904".into(), password: PASSWORD.into(), ..NewAccount::default() };
    sandbox.control().create_account(&account).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let opening = Opening {
        data_dir: dir.path().to_owned(),
        demo: true,
        platform: Some(sandbox.base_url()),
        ..Opening::default()
    };
    // no background task is started: only commands announce
    let engine = Engine::open_for(opening, Arc::new(Keyring::default())).await.unwrap();
    let app = App::new(engine.clone(), Arc::new(NoShell), BTreeMap::new());
    let mut bench = Bench { app, engine: engine.clone(), wrong: Vec::new(), ran: BTreeSet::new() };

    bench.run("account_sign_in", json!({ "username": "20210904", "password": PASSWORD })).await;
    bench.run("status_get", json!({})).await;
    let draft = bench.run("draft_new", json!({ "service": "Loan", "work": null, "text": null })).await;
    let mut draft = draft["draft"].clone();
    let id = draft["id"].clone();
    draft["title"] = json!("红楼梦");
    draft["author"] = json!("曹雪芹");
    draft["pickupLocation"] = json!("xsh-904");
    bench.run("draft_get", json!({ "id": id })).await;
    bench.run("draft_save", json!({ "draft": draft })).await;
    bench.run("draft_delete", json!({ "id": id })).await;
    bench.run("draft_restore", json!({ "draft": draft })).await;
    bench.run("request_submit", json!({ "id": id })).await;
    bench.run("request_get", json!({ "id": id })).await;
    let shown = bench.run("intake_look", json!({ "name": "铜鼓.pdf", "held": 1, "on": id })).await;
    let taken = json!({ "id": shown["id"], "request": id, "step": false, "day": null });
    let taken = bench.run("intake_take", taken).await;
    bench.run("intake_drop", json!({ "id": shown["id"] })).await;
    let file = json!({ "id": taken["files"][0]["id"] });
    for command in ["file_open", "file_save", "file_remove"] {
        bench.run(command, file.clone()).await;
    }
    bench.run("file_save_all", json!({})).await;
    bench.run("saved_show", json!({ "path": "铜鼓.pdf" })).await;
    bench.run("request_act", json!({ "id": id, "action": "cancel" })).await;
    let batch = bench.run("batch_new", json!({ "text": "史记\n汉书", "works": null })).await;
    bench.run("batch_get", json!({ "id": batch["id"] })).await;
    bench.run("batch_list", json!({})).await;
    bench.run("notice_seen", json!({ "ids": [] })).await;
    bench.run("notice_list", json!({})).await;
    bench.run("settings_change", json!({ "locale": "zh-CN" })).await;
    bench.run("history_options", json!({})).await;
    bench.run("account_get", json!({})).await;
    bench.run("account_unsent", json!({})).await;
    bench.run("account_sign_out", json!({ "discardUnsent": true })).await;
    engine.stop().await;

    assert!(bench.ran.len() >= 20, "{:?}", bench.ran);
    assert!(bench.wrong.is_empty(), "{}", bench.wrong.join("\n"));
}
