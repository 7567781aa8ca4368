//! Faults in the real window: what keeps the program from starting, drag and drop, unsent input over a
//! restart. Run by `npm run desktop`.

use std::path::{Path, PathBuf};
use std::process::Command;

use hongyan_desktop_tests::app_window::AppWindow;
use hongyan_desktop_tests::input::Input;
use hongyan_desktop_tests::stage::Stage;
use hongyan_desktop_tests::wait::until;
use hongyan_model::RequestState;
use hongyan_sandbox::{Options, Sandbox, demo_account};
use serde_json::json;

const NAME: &str = "鸿雁";

fn quick() -> Vec<(&'static str, String)> {
    vec![("HONGYAN_DEMO_SPEED", "20".to_owned())]
}

async fn sign_in(desk: &AppWindow) {
    let account = demo_account();
    let given = json!({ "username": account.username, "password": account.password });
    let view = desk.rpc("account_sign_in", given).await;
    assert_eq!(view["signedIn"], true, "{view}");
}

/// Submits a request and waits until the platform has it; returns its id.
async fn requested(desk: &AppWindow, title: &str) -> String {
    let view = desk.rpc("draft_new", json!({ "service": "Loan", "work": null, "text": title })).await;
    let mut draft = view["draft"].clone();
    draft["title"] = json!(title);
    draft["author"] = json!("刘慈欣");
    draft["pickupLocation"] = json!("xsh-904");
    let id = draft["id"].as_str().expect("an id").to_owned();
    desk.rpc("draft_save", json!({ "draft": draft })).await;
    let sent = desk.rpc("request_submit", json!({ "id": id })).await;
    assert_eq!(sent["row"]["id"], json!(id), "{sent}");
    id
}

async fn is_there(desk: &AppWindow, id: &str, state: RequestState) {
    let wanted = serde_json::to_value(state).expect("a state");
    until("the state", async || {
        let detail = desk.rpc("request_get", json!({ "id": id })).await;
        (detail["row"]["state"] == wanted).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_file_that_is_gone_keeps_no_window_shut() {
    let stage = Stage::set().await.with_keyring().await;
    let gone = ("SSL_CERT_FILE", "/opt/anaconda3/ssl/cacert.pem".to_owned());
    let nowhere = ("SSL_CERT_DIR", "/没有/certs".to_owned());
    let desk = AppWindow::open(&stage, &[gone, nowhere]).await;
    desk.sees("检索").await;
    let view = desk.rpc("app_start", json!({})).await;
    assert_eq!(view["keyPlace"], "keyring", "{view}");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_gives_no_answer_is_named_and_can_be_done_without() {
    let stage = Stage::set().await;
    let _mute = stage.mute_keyring().await;
    let desk = AppWindow::open_in_vain(&stage, &quick()).await;
    desk.text_of("[data-waiting=keyring]").await;
    until("the window", async || stage.shows(NAME).await.then_some(())).await;
    desk.picture("20-mute-keyring").await;
    desk.press("[data-nothing]").await;
    desk.is_without("[data-waiting]").await;
    let view = desk.rpc("app_start", json!({})).await;
    assert_eq!(view["keyPlace"], "memory", "{view}");
    desk.text_of("#main h1").await;
    assert!(!stage.data_dir().join("hongyan.db").exists(), "nothing may be kept in the clear");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_used_is_named_in_the_window() {
    let stage = Stage::set().await.with_keyring().await;
    for (folder, why) in [("/proc/没有/鸿雁", "missing"), ("/dev/null", "file")] {
        let desk = AppWindow::open_in_vain(&stage, &[("HONGYAN_DATA_DIR", folder.to_owned())]).await;
        let said = desk.text_of("[data-code=FOLDER_UNUSABLE]").await;
        assert!(said.contains(folder), "{said}");
        let problem = desk.rpc("status_get", json!({})).await;
        assert_eq!(problem["params"]["why"], why, "{problem}");
        until("the window", async || stage.shows(NAME).await.then_some(())).await;
        desk.picture(&format!("21-folder-{why}")).await;
        // the next start must not find this process
        desk.end_session().await;
    }
    // the obstacle is removed, and the window continues
    let place = tempfile::TempDir::new().expect("a temporary directory");
    let folder = place.path().join("鸿雁");
    std::fs::write(&folder, "一个文件").expect("a temporary directory");
    let desk = AppWindow::open_in_vain(&stage, &[("HONGYAN_DATA_DIR", folder.display().to_string())]).await;
    desk.text_of("[data-code=FOLDER_UNUSABLE]").await;
    std::fs::remove_file(&folder).expect("it is there");
    desk.press("[data-code=FOLDER_UNUSABLE] button").await;
    desk.text_of("#main h1").await;
    desk.close().await;
}

/// A small file system mounted on a folder; `None` where mounting is not permitted.
struct Mount(PathBuf);

impl Mount {
    fn over(folder: &Path) -> Option<Mount> {
        std::fs::create_dir_all(folder).expect("a temporary directory");
        let mount = Mount(folder.to_owned());
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "none"]).arg(folder).output();
        done.is_ok_and(|done| done.status.success()).then_some(mount)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // lazy unmount: a failed test may still have files open
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_disk_that_is_full_at_the_start_what_is_there_is_shown() {
    let stage = Stage::set().await.with_keyring().await;
    let Some(disk) = Mount::over(&stage.data_dir()) else {
        println!(
            "skipped, nothing may be mounted here: on_a_disk_that_is_full_at_the_start_what_is_there_is_shown"
        );
        return;
    };
    let folder = tempfile::TempDir::new().expect("a temporary directory");
    let options = Options { data_dir: Some(folder.path().to_owned()), ..Options::default() };
    let sandbox = Sandbox::start(options).await.expect("the platform starts");
    let variables = [("HONGYAN_SANDBOX", sandbox.base_url())];
    let desk = AppWindow::open(&stage, &variables).await;
    sign_in(&desk).await;
    let id = requested(&desk, "三体").await;
    is_there(&desk, &id, RequestState::Submitted).await;
    desk.end_session().await;
    let filler = disk.0.join("很大的文件");
    assert!(std::fs::write(&filler, vec![0; 16 << 20]).is_err(), "the disk has room");

    let desk = AppWindow::open_in_vain(&stage, &variables).await;
    desk.text_of("[data-reading-only=DISK_FULL]").await;
    desk.go(&format!("/requests/{id}")).await;
    desk.sees("三体").await;
    desk.picture("22-full-disk").await;
    std::fs::remove_file(&filler).expect("it is there");
    desk.press("[data-reopen]").await;
    desk.is_without("[data-reading-only]").await;
    desk.rpc("jotting_keep", json!({ "about": id, "field": "message", "text": "又有地方了" })).await;
    let kept = desk.rpc("jotting_get", json!({ "about": id, "field": "message" })).await;
    assert_eq!(kept["text"], "又有地方了");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_to_the_librarian_outlives_another_screen_and_a_kill() {
    let stage = Stage::set().await.with_keyring().await;
    let desk = AppWindow::open(&stage, &quick()).await;
    sign_in(&desk).await;
    let (id, other) = (requested(&desk, "三体").await, requested(&desk, "相思湖纪事").await);
    for id in [&id, &other] {
        until("the request on the platform", async || {
            let thread = desk.rpc("message_list", json!({ "id": id })).await;
            thread["canWrite"].as_bool().filter(|can| *can)
        })
        .await;
    }
    desk.go(&format!("/requests/{id}")).await;
    desk.fill("写给馆员", "请问第三册什么时候到").await;
    desk.go(&format!("/requests/{other}")).await;
    let empty = "return document.querySelector('.thread textarea')?.value === '' || null;";
    desk.sees("相思湖纪事").await;
    until("the other request's field", async || desk.run(empty, Vec::new()).await.as_bool()).await;
    desk.go(&format!("/requests/{id}")).await;
    let there = "return document.querySelector('.thread textarea')?.value === arguments[0] || null;";
    let words = || vec![json!("请问第三册什么时候到")];
    until("what was typed", async || desk.run(there, words()).await.as_bool()).await;

    // WebKit's own ways to reload: the context menu of the page and of a field, and keys
    let hand = Input::on(&stage, NAME).await;
    desk.run(
        "window.stays = true; window.menus = 0; \
              window.addEventListener('contextmenu', () => (window.menus += 1));",
        Vec::new(),
    )
    .await;
    for (round, at) in [".thread h3", ".thread textarea"].iter().cycle().take(16).enumerate() {
        // Esc closes the request unless a menu takes it, so it is opened again
        desk.go(&format!("/requests/{id}")).await;
        hand.right_click(&desk, at).await;
        let asked = format!("return window.menus > {round} || window.stays !== true || null;");
        until("the question for a menu", async || desk.run(&asked, Vec::new()).await.as_bool()).await;
        desk.frames().await;
        let down = vec!["Down"; round / 2 + 1];
        hand.keys(&[&down[..], &["Return", "Escape"]].concat()).await;
        desk.frames().await;
        assert_eq!(
            desk.run("return window.stays === true;", Vec::new()).await,
            json!(true),
            "{at}: loaded again"
        );
    }
    hand.keys(&["F5", "ctrl+r", "ctrl+shift+r"]).await;
    desk.frames().await;
    assert_eq!(
        desk.run("return window.stays === true;", Vec::new()).await,
        json!(true),
        "loaded again by a key"
    );

    desk.go(&format!("/requests/{id}")).await;
    // what is typed before the kept text is there would stand behind it
    until("what was typed", async || desk.run(there, words()).await.as_bool()).await;
    desk.fill("写给馆员", "请问第三册什么时候到？谢谢").await;
    let at = json!({ "about": id, "field": "message" });
    until("it to be kept", async || {
        let kept = desk.rpc("jotting_get", at.clone()).await;
        (kept["text"] == "请问第三册什么时候到？谢谢").then_some(())
    })
    .await;
    desk.kill().await;
    let desk = AppWindow::open(&stage, &quick()).await;
    let kept = desk.rpc("jotting_get", at).await;
    assert_eq!(kept["text"], "请问第三册什么时候到？谢谢", "after the kill");
    desk.sees("最近检索").await;
    desk.go(&format!("/requests/{id}")).await;
    let words = || vec![json!("请问第三册什么时候到？谢谢")];
    until("what was typed", async || desk.run(there, words()).await.as_bool()).await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_dragged_onto_the_window_fills_the_form_and_begins_a_list() {
    let stage = Stage::set().await.with_keyring().await;
    let desk = AppWindow::open(&stage, &quick()).await;
    until("the window", async || stage.shows(NAME).await.then_some(())).await;
    let place = tempfile::TempDir::new().expect("a temporary directory");
    let one = place.path().join("知网导出 一本.ris");
    std::fs::write(
        &one,
        "TY  - BOOK\nAU  - 曹雪芹\nTI  - 红楼梦\nPB  - 人民文学出版社\nPY  - 1982\nER  - \n",
    )
    .expect("a temporary directory");
    let hand = Input::on(&stage, NAME).await;

    // the search box accepts neither a file nor its address
    desk.go("/search").await;
    desk.sees("检索").await;
    hand.drag_in_vain(&desk, &one, "[role=search] input, form input").await;
    let typed =
        "return [...document.querySelectorAll('input, textarea')].map((field) => field.value).join('');";
    assert_eq!(desk.run(typed, Vec::new()).await, json!(""), "nothing of a file's address");

    let view = desk.rpc("draft_new", json!({ "service": "Loan", "work": null, "text": null })).await;
    let id = view["draft"]["id"].as_str().expect("an id");
    desk.go(&format!("/requests/new/{id}")).await;
    hand.drag(&desk, &one, ".look-up").await;
    let title = "return document.querySelector('[data-field=title]')?.value === '红楼梦' || null;";
    until("the form's title", async || desk.run(title, Vec::new()).await.as_bool()).await;
    desk.picture("23-dropped").await;

    // dropping something that is not a file shows a message
    hand.drag(&desk, place.path(), ".look-up").await;
    let name = place.path().file_name().expect("a name").to_string_lossy().into_owned();
    desk.sees(&name).await;

    let several = place.path().join("书单.bib");
    std::fs::write(
        &several,
        "@book{a, title={三体}, author={刘慈欣}}\n@book{b, title={活着}, author={余华}}\n",
    )
    .expect("a temporary directory");
    desk.go("/requests/list").await;
    hand.drag(&desk, &several, "[data-list]").await;
    desk.sees("三体").await;
    desk.sees("活着").await;
    desk.close().await;
}
