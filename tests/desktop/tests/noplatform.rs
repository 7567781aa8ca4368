//! The program without a platform in the real window, which is what patrons of libraries without an interface
//! get. No demo; the only network is the sandbox's catalogues for the search.

mod machine;

use hongyan_desktop_tests::app_window::AppWindow;
use hongyan_desktop_tests::wait::until;
use machine::Machine;
use serde_json::json;

/// Address of the page where requests are filed.
const PAGE: &str = "https://smart.calis.edu.cn/";

/// Opens the request form for the first work of a search with this title.
async fn ask(desk: &AppWindow, title: &str, button: &str) {
    desk.go("/search").await;
    desk.enter("检索", title).await;
    desk.choose(title).await;
    desk.click(button).await;
    desk.sees("保存，到网页提交").await;
}

/// Sets the state of the open request by its name and waits until the screen shows it.
async fn note(desk: &AppWindow, name: &str, code: &str) {
    desk.pick("现在的状态", name).await;
    desk.submit(&format!("记为{name}")).await;
    let route = desk.route().await;
    let id = route.rsplit('/').next().unwrap_or_default().to_owned();
    until(name, async || {
        let detail = desk.rpc("request_get", json!({ "id": id })).await;
        (detail["row"]["state"] == code).then_some(())
    })
    .await;
}

async fn count(desk: &AppWindow, what: &str) -> u64 {
    desk.rpc("status_get", json!({})).await[what].as_u64().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_start_to_the_book_that_was_given_back() {
    let machine = Machine::set().await;
    let desk = machine.open().await;
    desk.sees("先选定你的图书馆").await;
    desk.picture("n1-first-start").await;
    desk.click("选这所").await;
    desk.sees("同时检索多家图书馆的目录").await;
    assert!(machine.stage.data_dir_without_demo().join("hongyan.db").exists(), "apart from the demo's data");
    assert!(!machine.stage.data_dir().exists(), "and nothing of the demo");
    desk.go("/account").await;
    desk.sees(PAGE).await;
    desk.picture("n2-account").await;

    ask(&desk, "三体", "申请借书").await;
    desk.picture("n3-form").await;
    desk.click("先保存").await;
    desk.sees("这所图书馆的平台没有接口").await;
    desk.picture("n4-to-carry-over").await;
    assert_eq!((count(&desk, "outbox").await, count(&desk, "needsYou").await), (0, 1));
    desk.click("打开平台网页").await;
    until("the page in the browser", async || {
        let opened = std::fs::read_to_string(machine.at("opened")).ok()?;
        opened.lines().any(|line| line == PAGE).then_some(())
    })
    .await;
    let request = desk.route().await;

    // killed in between: the request is stored and still to be filed by hand
    desk.kill().await;
    let desk = machine.open().await;
    desk.go(&request).await;
    desk.sees("这所图书馆的平台没有接口").await;
    desk.fill("平台给的申请号", "CALIS-2026-0077").await;
    desk.submit("已在网页提交").await;
    desk.sees("已在网页提交，本馆通常在").await;
    for (name, code) in [
        ("提供馆已寄出", "SHIPPED"),
        ("到馆待取", "AWAITING_PICKUP"),
        ("借阅中", "ON_LOAN"),
        ("已还本馆", "RETURNED"),
    ] {
        note(&desk, name, code).await;
    }
    desk.picture("n5-followed-by-hand").await;
    note(&desk, "已完成", "COMPLETED").await;
    desk.go("/requests").await;
    desk.sees("已结束").await;
    desk.sees("三体").await;
    desk.picture("n6-history").await;
    assert_eq!(count(&desk, "needsYou").await, 0);
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_a_list_and_a_form_that_was_begun_survive_a_kill_and_no_network() {
    let machine = Machine::set().await;
    let desk = machine.open_at_the_library().await;
    ask(&desk, "狂人日记", "申请复制").await;
    desk.run(
        "document.querySelector('[data-field=declarationAccepted] input, input[data-field=declarationAccepted]').click();",
        Vec::new(),
    )
    .await;
    desk.click("先保存").await;
    desk.sees("这所图书馆的平台没有接口").await;

    let list = desk.rpc("batch_new", json!({ "text": "边城\n围城\n", "works": null })).await;
    desk.go(&format!("/requests/list/{}", list["id"].as_str().expect("an id"))).await;
    desk.sees("边城").await;
    desk.picture("n7-list").await;

    desk.go("/requests").await;
    desk.click("申请借书").await;
    desk.fill("书名", "未写完的申请").await;
    desk.sees("草稿已保存").await;
    desk.kill().await;

    // the next start has no network
    let machine = machine.cut_off().await;
    let desk = machine.open().await;
    desk.go("/requests").await;
    desk.sees("狂人日记").await;
    let kept = desk.rpc("request_list", json!({})).await;
    let drafts = kept["drafts"].as_array().expect("drafts");
    assert!(drafts.iter().any(|draft| draft["title"] == "未写完的申请"), "{drafts:?}");
    assert_eq!(count(&desk, "needsYou").await, 1, "the copy is to be carried over");
    desk.go("/account").await;
    desk.click("清除本机内容").await;
    desk.sees("未写完的申请").await;
    desk.picture("n8-what-would-be-lost").await;
    desk.answer("取消").await;
    desk.close().await;
}
