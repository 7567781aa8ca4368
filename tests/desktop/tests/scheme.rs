//! Addresses of our scheme in the real window: a second process hands its address to the first, the system's own
//! launcher finds the program by the file of the package, and a cold start keeps the address. Run by `npm run desktop`.

use std::path::Path;

use hongyan_desktop_tests::app_window::{AppWindow, program};
use hongyan_desktop_tests::processes::Running;
use hongyan_desktop_tests::stage::Stage;
use hongyan_desktop_tests::wait::until;
use serde_json::{Value, json};

/// As Zotero writes it: 红楼梦 by 曹雪芹, with an ISBN.
const BOOK: &str = "hongyan://request?url_ver=Z39.88-2004&ctx_ver=Z39.88-2004&rfr_id=info%3Asid%2Fzotero.org%3A2\
    &rft_id=urn%3Aisbn%3A978-7-02-000220-7&rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Abook&rft.genre=book\
    &rft.btitle=%E7%BA%A2%E6%A5%BC%E6%A2%A6&rft.aufirst=%E9%9B%AA%E8%8A%B9&rft.aulast=%E6%9B%B9\
    &rft.au=%E9%9B%AA%E8%8A%B9%20%E6%9B%B9&rft.date=1982&rft.isbn=978-7-02-000220-7";
const ARTICLE: &str = "hongyan://request?rft.genre=article&rft.atitle=%E8%AE%BA%E5%A3%AE%E6%97%8F%E7%9A%84%E9%93%9C%E9%BC%93&rft.jtitle=%E6%B0%91%E6%97%8F%E7%A0%94%E7%A9%B6";

/// The file of the package for this program, as the bundler fills its template.
fn desktop_file() -> String {
    let template = include_str!("../../../src-tauri/hongyan.desktop");
    let program = program().canonicalize().expect("the program is built");
    let values = [
        ("{{exec}}", program.to_str().expect("a path in UTF-8")),
        ("{{name}}", "Hongyan"),
        ("{{icon}}", "hongyan"),
        ("{{comment}}", "Interlibrary loan"),
        ("{{categories}}", "Education;"),
    ];
    let filled = values.iter().fold(template.to_owned(), |text, (key, value)| text.replace(key, value));
    assert!(!filled.contains("{{"), "{filled}");
    filled
}

/// Ends with another process that was started with this address.
async fn second(stage: &Stage, address: &str) {
    let mut second = stage.command(program());
    second.arg(address);
    assert_eq!(Running::start(second).ended().await, Some(0));
}

/// The form that is open, once it is.
async fn form(desk: &AppWindow) -> Value {
    let id = until("the form", async || {
        let route = desk.route().await;
        route.strip_prefix("/requests/new/").map(str::to_owned)
    })
    .await;
    desk.rpc("draft_get", json!({ "id": id })).await["draft"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_hands_its_address_to_the_first() {
    let stage = Stage::set().await.with_keyring().await;
    let desk = AppWindow::open(&stage, &[]).await;
    desk.go("/notices").await;
    second(&stage, BOOK).await;
    let draft = form(&desk).await;
    assert_eq!([&draft["title"], &draft["author"], &draft["service"]], ["红楼梦", "曹雪芹", "Loan"]);
    // the field stands in an input, whose value is no text of the page
    const TITLE: &str = "return document.querySelector('[data-field=title]')?.value || null;";
    let title =
        until("the title", async || desk.run(TITLE, Vec::new()).await.as_str().map(str::to_owned)).await;
    assert_eq!(title, "红楼梦");
    desk.picture("w-scheme-form").await;
    let requests = desk.rpc("request_list", json!({})).await;
    assert_eq!(requests["requests"], json!([]), "nothing is sent");

    // a second one asks, because a form is open; what is none of ours is said, and does nothing
    second(&stage, ARTICLE).await;
    desk.sees("来自浏览器：《论壮族的铜鼓》").await;
    desk.looks("w-scheme-question").await;
    desk.answer("不要").await;
    for hostile in ["hongyan://settings?erase=1", "hongyan://request?title=a#/settings"] {
        second(&stage, hostile).await;
        desk.sees("看不懂").await;
    }
    second(&stage, &format!("hongyan://request?title={}", "x".repeat(100_000))).await;
    second(&stage, "https://evil.example/").await;
    assert_eq!(desk.rpc("arrival_list", json!({})).await["waiting"], json!([]));
    let drafts = desk.rpc("request_list", json!({})).await["drafts"].clone();
    assert_eq!(drafts.as_array().map(Vec::len), Some(1));
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_systems_launcher_finds_the_program_by_the_file_of_the_package() {
    let stage = Stage::set().await.with_keyring().await;
    let folder = stage.home().join("data").join("applications");
    std::fs::create_dir_all(&folder).expect("a temporary directory");
    let file = folder.join("hongyan.desktop");
    std::fs::write(&file, desktop_file()).expect("a temporary directory");
    let judged = |program: &str, what: &Path| {
        let mut command = stage.command(program);
        command.arg(what);
        command
    };
    for (tool, what) in
        [("desktop-file-validate", file.as_path()), ("update-desktop-database", folder.as_path())]
    {
        assert_eq!(Running::start(judged(tool, what)).ended().await, Some(0), "{tool}");
    }
    let desk = AppWindow::open(&stage, &[]).await;
    desk.go("/notices").await;
    let mut gio = stage.command("gio");
    gio.args(["open", BOOK]);
    assert_eq!(Running::start(gio).ended().await, Some(0), "GLib knows a program for our scheme");
    assert_eq!(form(&desk).await["title"], "红楼梦");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cold_start_keeps_its_address() {
    let stage = Stage::set().await.with_keyring().await;
    let desk = AppWindow::open_called(&stage, BOOK).await;
    let draft = form(&desk).await;
    assert_eq!([&draft["title"], &draft["isbn"]], ["红楼梦", "9787020002207"]);
    desk.close().await;
}
