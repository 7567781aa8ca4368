//! Opens every screen of the real window in one program, for screenshots in both languages and themes, and to
//! find content outside its box.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in what it stands on too"
)]

use hongyan_desktop_tests::app_window::AppWindow;
use hongyan_desktop_tests::wait::until;
use hongyan_model::RequestState;
use hongyan_sandbox::{Control, NewCondition, NewReason, NewStep};
use serde_json::{Value, json};

/// Two texts of 200 characters: one can break after each character, the other nowhere.
pub fn long() -> (String, String) {
    let han = "鸿雁传书与广西地方文献互借的历史考察".chars().cycle().take(200).collect();
    let latin = "Rindfleischetikettierungsueberwachungsgesetz".chars().cycle().take(200).collect();
    (han, latin)
}

/// What the patron of the screenshots has.
pub struct World {
    loan_draft: String,
    copy_draft: String,
    batch: String,
    search: String,
    /// request ids by the name of what their page shows
    requests: Vec<(&'static str, String)>,
}

async fn answer(desk: &AppWindow, name: &str, payload: Value) -> Value {
    let answer = desk.rpc(name, payload).await;
    assert!(answer.get("code").is_none(), "{name}: {answer}");
    answer
}

async fn draft(desk: &AppWindow, service: &str, fields: &Value) -> String {
    let view = answer(desk, "draft_new", json!({ "service": service, "work": null })).await;
    let mut draft = view["draft"].clone();
    for (name, value) in fields.as_object().expect("fields") {
        draft[name] = value.clone();
    }
    let id = draft["id"].as_str().expect("an id").to_owned();
    answer(desk, "draft_save", json!({ "draft": draft })).await;
    id
}

fn loan(title: &str, author: &str) -> Value {
    json!({ "kind": "book", "title": title, "author": author, "publisher": "中华书局", "date": "2000",
        "pickupLocation": "xsh-904" })
}

fn copy(article: &str, journal: &str) -> Value {
    json!({ "kind": "article", "title": journal, "componentTitle": article, "componentAuthor": "覃圣敏",
        "date": "2019", "volume": "4", "issue": "2", "pages": "12-21", "declarationAccepted": true })
}

async fn requested(desk: &AppWindow, control: &Control, service: &str, fields: &Value) -> String {
    let id = draft(desk, service, fields).await;
    answer(desk, "request_submit", json!({ "id": id })).await;
    until("the request on the platform", async || control.request(&id).await.ok().flatten()).await;
    id
}

/// Gives a signed-in patron something to show on every screen.
pub async fn live(desk: &AppWindow, control: &Control) -> World {
    let (han, latin) = long();
    let reason = |code: &str, text: &str| Some(NewReason { code: code.to_owned(), text: text.to_owned() });
    let step = |state: &str| NewStep { state: state.to_owned(), ..NewStep::default() };
    let mut requests = Vec::new();

    let lent = requested(desk, control, "Loan", &loan("诸蕃志校释", "赵汝适")).await;
    control.lead_to(&lent, RequestState::OnLoan).await.expect("a way");
    control.write(&lent, None, "书后附地图一幅，请一并归还。").await.expect("a message");
    requests.push(("on-loan", lent));

    let here = requested(desk, control, "Loan", &loan("岛夷志略校释", "汪大渊")).await;
    control.lead_to(&here, RequestState::AwaitingPickup).await.expect("a way");
    requests.push(("awaiting-pickup", here));

    let asked = requested(desk, control, "Loan", &loan("瀛涯胜览校注", "马欢")).await;
    control.lead_to(&asked, RequestState::LocalReview).await.expect("a way");
    let which = NewStep {
        reason: reason("MULTIPLE_VOLUMES", "这部书有两册，要哪一册？"),
        ..step("NEEDS_INFO")
    };
    control.take_step(&asked, which).await.expect("a step");
    requests.push(("needs-info", asked));

    let dear = requested(desk, control, "Copy", &copy("壮族天琴的形制", "中国音乐学")).await;
    control.lead_to(&dear, RequestState::WillSupply).await.expect("a way");
    let condition = NewCondition {
        code: "COST_EXCEEDS_MAXIMUM".to_owned(),
        text: "原件装订紧，需逐页拍摄。".to_owned(),
        cost: Some(32.0),
        answer_by: None,
    };
    let condition = NewStep { condition: Some(condition), ..step("CONDITION_PENDING") };
    control.take_step(&dear, condition).await.expect("a step");
    requests.push(("condition", dear));

    let sent = requested(desk, control, "Copy", &copy("骆越铜器的铅同位素", "考古学报")).await;
    control.lead_to(&sent, RequestState::Delivered).await.expect("a way");
    requests.push(("delivered", sent));

    let without = requested(desk, control, "Loan", &loan("赤雅考释", "邝露")).await;
    control.lead_to(&without, RequestState::Unfilled).await.expect("a way");
    requests.push(("unfilled", without));

    let title = requested(desk, control, "Loan", &loan(&han, &latin)).await;
    let far = NewStep { supplier: Some(latin.clone()), ..step("SENT_TO_SUPPLIER") };
    control.lead_to(&title, RequestState::LocalReview).await.expect("a way");
    control.take_step(&title, far).await.expect("a step");
    control.write(&title, None, &format!("{latin} {han}")).await.expect("a message");
    requests.push(("long", title));

    answer(desk, "sync_now", json!({})).await;
    for (_, id) in &requests {
        until("the news of a request", async || {
            let detail = desk.rpc("request_get", json!({ "id": id })).await;
            (control.state_of(id).await.ok()? == detail.pointer("/row/state")?.as_str()?).then_some(())
        })
        .await;
    }
    let list =
        format!("[3] 鲁迅. 狂人日记[J]. 新青年, 1918, 4(5): 414-424.\n978-7-02-000220-7\n{han}\n{latin}");
    let batch = answer(desk, "batch_new", json!({ "text": list, "works": null })).await;
    let mut search = Value::Null;
    for text in [latin.as_str(), han.as_str(), "中国"] {
        let query = json!({ "identifier": null, "yearFrom": null, "yearTo": null,
            "clauses": [{ "join": "and", "field": "any", "text": text, "phrase": false }] });
        search = answer(desk, "search_start", json!({ "text": text, "query": query })).await;
    }
    World {
        loan_draft: draft(desk, "Loan", &loan("粤西丛载校注", "汪森")).await,
        copy_draft: draft(desk, "Copy", &copy("铜鼓纹饰考", "民族艺术")).await,
        batch: batch["id"].as_str().expect("an id").to_owned(),
        search: search["searchId"].as_str().expect("an id").to_owned(),
        requests,
    }
}

/// Opens the search before anything was searched.
pub async fn home(desk: &AppWindow) {
    desk.go("/search").await;
    desk.shown(".home .recent li").await;
}

/// Opens every other screen and its dialogs; calls `look` on each with its name.
pub async fn walk(desk: &AppWindow, world: &World, look: impl AsyncFn(&str)) {
    desk.go(&format!("/search/{}", world.search)).await;
    desk.shown("[data-pending='0']").await;
    desk.shown("[role=option]").await;
    look("results").await;
    desk.point("[role=option]").await;
    desk.shown(".detail h2, .sheet h2").await;
    look("work").await;
    desk.click("引用与导出").await;
    desk.shown(".dialog pre").await;
    look("cite").await;
    desk.escape().await;
    desk.is_without(".dialog").await;
    desk.escape().await;
    desk.is_without(".sheet").await;
    desk.click("高级检索").await;
    desk.shown("input.words").await;
    look("advanced").await;

    desk.go(&format!("/requests/new/{}", world.loan_draft)).await;
    desk.shown("[data-field=pickupLocation]").await;
    look("form-loan").await;
    desk.point("[data-field=kind]").await;
    desk.shown(".select-item").await;
    look("form-choice").await;
    desk.escape().await;
    desk.is_without(".select-list").await;
    desk.point("[data-reka-date-field-segment=trigger]").await;
    desk.shown(".calendar").await;
    look("form-calendar").await;
    desk.escape().await;
    desk.is_without(".calendar").await;
    desk.go(&format!("/requests/new/{}", world.copy_draft)).await;
    desk.shown("[data-field=pages]").await;
    look("form-copy").await;
    desk.go("/requests/list").await;
    desk.shown("[data-list]").await;
    look("list").await;
    desk.go(&format!("/requests/list/{}", world.batch)).await;
    desk.shown("[data-standing]").await;
    desk.is_without("[data-standing=reading]").await;
    look("list-review").await;

    desk.go("/requests").await;
    desk.shown("[role=option]").await;
    look("requests").await;
    desk.click("展开筛选").await;
    desk.point(".filters .whole").await;
    desk.shown(".calendar").await;
    look("requests-filters").await;
    desk.escape().await;
    desk.is_without(".calendar").await;
    desk.click("收起筛选").await;
    for (name, id) in &world.requests {
        desk.go(&format!("/requests/{id}")).await;
        desk.shown(&format!("article.panel[data-request='{id}']")).await;
        look(&format!("request-{name}")).await;
        if *name == "condition" {
            desk.point("article.panel [data-action='cancel']").await;
            desk.shown(".dialog").await;
            look("cancel").await;
            desk.escape().await;
            desk.is_without(".dialog").await;
        }
        desk.escape().await;
        desk.is_without(".sheet").await;
    }
    desk.go(&format!("/requests/{}/slip", world.requests[0].1)).await;
    desk.shown("h1").await;
    look("slip").await;

    for (name, route, there) in [
        ("notices", "/notices", "[role=option]"),
        ("statistics", "/statistics", "figure"),
        ("account", "/account", "[role=progressbar], .quota, h2"),
        ("library", "/library", "h2"),
        ("help", "/help", "[role=searchbox]"),
        ("settings", "/settings", "[role=switch]"),
        ("sources", "/settings/sources", "ol.sources li"),
    ] {
        desk.go(route).await;
        desk.shown(there).await;
        look(name).await;
    }
    desk.click("添加来源").await;
    desk.shown(".dialog").await;
    look("source-add").await;
    desk.escape().await;
    desk.is_without(".dialog").await;
    desk.point("footer.status button").await;
    desk.shown(".dialog").await;
    look("status").await;
    desk.escape().await;
    desk.is_without(".dialog").await;
}
