//! The way to the library's page, in the real window: back, forward and again at a click, and a sentence where the
//! page cannot be reached. Judged by the servers: a closed port, a name that nobody has, a certificate that
//! OpenSSL's own server made for itself, an address without encryption.

use std::process::Stdio;

use hongyan_desktop_tests::app_window::AppWindow;
use hongyan_desktop_tests::input::Input;
use hongyan_desktop_tests::library_page::{ELSEWHERE, LibraryPage, NO_ANSWER, SILENT};
use hongyan_desktop_tests::processes::Running;
use hongyan_desktop_tests::stage::Stage;
use hongyan_desktop_tests::wait::until;
use serde_json::{Value, json};

/// Name of the library, which is the title of its window.
const LIBRARY: &str = "相思湖学院图书馆";
const HTML: &str = "text/html; charset=utf-8";

fn named(title: &str) -> String {
    let tell =
        "<script>fetch('/told/loaded',{method:'POST',body:JSON.stringify(location.pathname)})</script>";
    format!(
        "<!doctype html><html lang='zh'><meta charset='utf-8'><title>{title}</title>{tell}<h1>{title}</h1>"
    )
}

/// Opens the strip beside the page at this address.
async fn at(address: &str) -> (Stage, AppWindow) {
    let stage = Stage::set().await.with_keyring().await;
    let desk = AppWindow::open(&stage, &[("HONGYAN_NO_DEMO", "1".to_owned())]).await;
    let typed = json!({ "name": LIBRARY, "page": address, "phone": "" });
    let chosen = desk.rpc("library_choose", json!({ "typed": typed, "tenant": null, "profile": null })).await;
    assert!(chosen.get("code").is_none(), "{chosen}");
    let opened = desk.rpc("companion_open", json!({ "id": null, "page": true })).await;
    assert_eq!(opened["open"], true, "{opened}");
    desk.see_strip("读取这一页").await;
    (stage, desk)
}

async fn place(desk: &AppWindow, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    until(what, async || Some(desk.rpc("companion_place", json!({})).await).filter(&is)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_cannot_be_reached_is_said_and_comes_at_the_second_try() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let (_stage, desk) = at(&format!("http://{address}/form#/new")).await;
    desk.sees("连不上 127.0.0.1").await;
    place(&desk, "the failure", |place| place["failed"] == "unreachable" && place["loaded"] == false).await;
    desk.looks("r1-unreachable").await;
    assert!(desk.outside().await.is_empty(), "{:?}", desk.outside().await);
    desk.click("再试一次").await;
    place(&desk, "the failure again", |place| place["failed"] == "unreachable").await;
    let page = LibraryPage::serve_at(address, vec![("/form", HTML, named("申请表"))]).await;
    desk.click("再试一次").await;
    place(&desk, "the page", |place| place["loaded"] == true && place["failed"].is_null()).await;
    assert_eq!(page.told("loaded"), Some(json!("/form")));
    desk.is_without("[role=alert]").await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_has_a_bad_certificate_and_an_open_address_are_told_apart() {
    let (_stage, desk) = at("https://ill.hongyan-test.invalid/").await;
    desk.sees("找不到 ill.hongyan-test.invalid").await;
    desk.picture("r2-no-host").await;
    desk.close().await;

    let stage = Stage::set().await;
    let made = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -days 2 -keyout key.pem -out cert.pem 2>/dev/null \
                && exec openssl s_server -accept 127.0.0.1:0 -cert cert.pem -key key.pem -www";
    let mut server = stage.command("sh");
    server.args(["-c", made]).current_dir(stage.home()).stdin(Stdio::null()).stderr(Stdio::null());
    let (_server, accepts) = Running::first_line_with(server, "ACCEPT").await;
    let port = accepts.rsplit(':').next().expect("a port").trim().to_owned();
    let (_second, desk) = at(&format!("https://127.0.0.1:{port}/")).await;
    desk.sees("它的安全证书不可信").await;
    desk.looks("r3-certificate").await;
    desk.close().await;

    let page = LibraryPage::serve(Vec::new()).await;
    page.put("/form", ELSEWHERE, "http://ill.hongyan-test.invalid/".to_owned());
    let (_third, desk) = at(&page.at("/form")).await;
    desk.sees("没有打开 ill.hongyan-test.invalid：那个地址没有加密").await;
    desk.looks("r4-refused").await;
    page.put("/form", HTML, named("申请表"));
    desk.click("再试一次").await;
    place(&desk, "the page", |place| place["loaded"] == true).await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn back_forward_and_again_send_no_form_a_second_time() {
    let form = format!(
        "{}<form method='post' action='/submit'><input name='a'></form>\
         <script>addEventListener('load',()=>fetch('/asked-for').then(r=>r.ok&&document.forms[0].submit()))</script>",
        named("申请表")
    );
    let answer = format!(
        "{}<script>addEventListener('load',()=>fetch('/asked-for').then(r=>r.ok&&location.assign('/list')))</script>",
        named("提交成功")
    );
    // the page's own script goes on, as a patron would; `no-store` keeps the engine from showing its own copy
    let kind = "text/html; charset=utf-8\r\nCache-Control: no-store";
    let page = LibraryPage::serve(vec![
        ("/form", kind, form),
        ("/submit", kind, answer),
        ("/list", kind, named("我的申请")),
        ("/asked-for", "text/plain", String::new()),
    ])
    .await;
    let (_stage, desk) = at(&page.at("/form")).await;
    place(&desk, "the list", |place| place["path"] == "/list" && place["loaded"] == true).await;
    page.put("/asked-for", NO_ANSWER, String::new());
    assert_eq!(page.submitted(), ["/submit"]);
    desk.click("后退").await;
    place(&desk, "the form", |place| place["path"] == "/form" && place["loaded"] == true).await;
    desk.click("前进").await;
    place(&desk, "the list", |place| place["path"] == "/list" && place["loaded"] == true).await;
    assert_eq!(page.submitted(), ["/submit"], "{:?}", page.asked());
    desk.picture("r5-list").await;

    // the answer itself, loaded again
    page.put("/asked-for", "text/plain", String::new());
    page.put("/submit", kind, named("提交成功"));
    desk.see_main().await;
    desk.rpc("companion_close", json!({})).await;
    let opened = desk.rpc("companion_open", json!({ "id": null, "page": true })).await;
    assert_eq!(opened["open"], true, "{opened}");
    desk.see_strip("读取这一页").await;
    place(&desk, "the answer", |place| place["path"] == "/submit" && place["loaded"] == true).await;
    let before = page.asked().iter().filter(|path| *path == "/submit").count();
    desk.click("重新载入").await;
    until("the answer asked for again", async || {
        (page.asked().iter().filter(|path| *path == "/submit").count() > before).then_some(())
    })
    .await;
    assert_eq!(page.submitted(), ["/submit", "/submit"], "one for each time that the page itself submitted");

    // a form without an answer may have arrived
    page.put("/submit", NO_ANSWER, String::new());
    desk.see_main().await;
    desk.rpc("companion_close", json!({})).await;
    desk.rpc("companion_open", json!({ "id": null, "page": true })).await;
    desk.see_strip("读取这一页").await;
    desk.sees("先不要再提交").await;
    desk.looks("r6-maybe-sent").await;
    // another try, in vain as well, does not turn the advice round
    page.put("/asked-for", NO_ANSWER, String::new());
    let tries = page.asked().len();
    desk.click("重新打开网页").await;
    until("another try", async || (page.asked().len() > tries).then_some(())).await;
    place(&desk, "its failure", |place| place["failed"] == "unreachable").await;
    desk.sees("不要马上提交").await;
    let said = desk.text_of(".address").await;
    assert!(said.contains("先不要再提交") && !said.contains("没有丢"), "{said}");
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_an_answer_stays_in_doubt_until_the_patron_has_looked() {
    let form = format!(
        "{}<form method='post' action='/submit'><input name='a'></form>\
         <script>addEventListener('load',()=>fetch('/asked-for').then(r=>r.ok&&document.forms[0].submit()))</script>",
        named("申请表")
    );
    let page = LibraryPage::serve(vec![
        ("/form", HTML, form),
        ("/submit", SILENT, String::new()),
        ("/asked-for", "text/plain", String::new()),
    ])
    .await;
    let (_stage, desk) = at(&page.at("/form")).await;
    until("the form", async || (page.submitted() == ["/submit"]).then_some(())).await;
    place(&desk, "a form under way", |place| place["sending"] == true && place["loaded"] == false).await;
    desk.sees("先不要再提交").await;
    desk.sees("可能已经收到").await;
    desk.looks("r7-sending").await;

    page.put("/asked-for", NO_ANSWER, String::new());
    desk.click("重新载入").await;
    place(&desk, "the empty form", |place| place["path"] == "/form" && place["loaded"] == true).await;
    desk.sees("可能已经收到").await;
    desk.click("重新载入").await;
    place(&desk, "the empty form again", |place| place["loaded"] == true).await;
    desk.sees("可能已经收到").await;
    desk.looks("r8-cut-off").await;

    desk.see_main().await;
    desk.rpc("companion_close", json!({})).await;
    let opened = desk.rpc("companion_open", json!({ "id": null, "page": true })).await;
    assert_eq!(opened["unsure"], "127.0.0.1", "another window knows of it: {opened}");
    desk.see_strip("读取这一页").await;
    desk.click("看过了，不再提醒").await;
    place(&desk, "no doubt", |place| place["unsure"] == "" && place["loaded"] == true).await;
    desk.is_without("[role=alert]").await;
    assert_eq!(page.submitted(), ["/submit"]);
    desk.close().await;
}

/// A page of the library that submits its form once, and one that tells of the menu and of each key.
async fn submitted_once() -> (LibraryPage, Stage, AppWindow) {
    let tells = "<script>
        const tell = (name) => fetch('/told/' + name, { method: 'POST', body: 'true' });
        let menus = 0;
        addEventListener('contextmenu', () => tell('menu' + ++menus));
        addEventListener('keydown', (event) => tell('key-' + event.key));
        </script>";
    let form = format!(
        "{}{tells}<form method='post' action='/submit'><input name='a'></form>\
         <script>addEventListener('load',()=>fetch('/asked-for').then(r=>r.ok&&document.forms[0].submit()))</script>",
        named("申请表")
    );
    let kind = "text/html; charset=utf-8\r\nCache-Control: no-store";
    let page = LibraryPage::serve(vec![
        ("/form", kind, form),
        ("/submit", kind, format!("{}{tells}", named("提交成功"))),
        ("/asked-for", "text/plain", String::new()),
    ])
    .await;
    let (stage, desk) = at(&page.at("/form")).await;
    place(&desk, "the answer", |place| place["path"] == "/submit" && place["loaded"] == true).await;
    page.put("/asked-for", NO_ANSWER, String::new());
    assert_eq!(page.submitted(), ["/submit"]);
    (page, stage, desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_menu_no_key_and_no_button_of_the_mouse_sends_a_form_a_second_time() {
    let (page, stage, desk) = submitted_once().await;
    let hand = Input::on(&stage, LIBRARY).await;
    hand.to_front().await;
    hand.click_at(200.0, 300.0).await;
    for downs in 1..=6 {
        hand.button_at(3, 200.0, 300.0).await;
        until("the page heard of the menu", async || {
            (page.told(&format!("menu{downs}")).is_some() || page.submitted().len() > 1).then_some(())
        })
        .await;
        let keys = [vec!["Down"; downs], vec!["Return", "Escape"]].concat();
        hand.keys(&keys).await;
    }
    hand.keys(&["F5", "ctrl+r", "ctrl+shift+r", "XF86Reload", "XF86Refresh", "x"]).await;
    until("the page heard the last key", async || page.told("key-x")).await;
    assert_eq!(page.submitted(), ["/submit"], "by the menu or a key: {:?}", page.asked());

    hand.button_at(8, 200.0, 300.0).await;
    place(&desk, "the form", |place| place["path"] == "/form" && place["loaded"] == true).await;
    hand.button_at(9, 200.0, 300.0).await;
    hand.keys(&["y"]).await;
    until("the page heard the last key", async || page.told("key-y")).await;
    assert_eq!(page.submitted(), ["/submit"], "by the mouse: {:?}", page.asked());
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_without_encryption_is_not_the_page_and_a_closed_port_is_told() {
    let framed = format!("{}<iframe src='http://ill.hongyan-test.invalid/'></iframe>", named("申请表"));
    let page = LibraryPage::serve(vec![("/form", HTML, framed)]).await;
    let (_stage, desk) = at(&page.at("/form")).await;
    let place_now = place(&desk, "the page", |place| place["loaded"] == true).await;
    assert_eq!(place_now["refused"], "", "{place_now}");
    // the page itself goes there
    let goes = "<!doctype html><meta charset='utf-8'><meta http-equiv='refresh' content='0;url=http://ill.hongyan-test.invalid/'>";
    page.put("/form", HTML, goes.to_owned());
    desk.click("重新载入").await;
    desk.sees("没有打开 ill.hongyan-test.invalid：那个地址没有加密").await;
    desk.close().await;

    let (_second, desk) = at("https://127.0.0.1:1/").await;
    desk.sees("没有打开 127.0.0.1：地址里的端口").await;
    desk.looks("r9-port").await;
    desk.close().await;
}
