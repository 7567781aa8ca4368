//! The library's own page in a window with our strip beside it (代填, 查看进度), in the real window. The page is
//! served by a server of this test and reports what it has; our strip is driven like any of our pages.

use hongyan_desktop_tests::app_window::AppWindow;
use hongyan_desktop_tests::library_page::LibraryPage;
use hongyan_desktop_tests::stage::Stage;
use hongyan_desktop_tests::wait::until;
use serde_json::{Value, json};

/// What a page tells the test: the values of its controls after each event that a framework would hear, and that it
/// was submitted, which only a person may do.
const TELL: &str = "<script>
const tell = (name, what) => fetch('/told/' + name, { method: 'POST', body: JSON.stringify(what) });
const values = () => Object.fromEntries([...document.querySelectorAll('input,textarea,select')].map((one) => [one.id || one.name, one.value]));
document.addEventListener('input', () => tell('values', values()));
document.addEventListener('submit', (event) => { event.preventDefault(); tell('submitted', true); });
document.addEventListener('click', (event) => { if (event.isTrusted === false) tell('clicked', true); });
addEventListener('load', () => tell('loaded', location.pathname));
</script>";

/// A request form as a Chinese library writes it: a table with captions in the cell before.
fn form() -> String {
    let row = |label: &str, id: &str| format!("<tr><td>{label}：</td><td><input id='{id}' name='x_{id}'></td></tr>");
    let rows = [
        ("文献题名", "a1"),
        ("作者", "a2"),
        ("刊名", "a3"),
        ("出版年", "a4"),
        ("卷", "a5"),
        ("期", "a6"),
        ("页码", "a7"),
        ("ISSN", "a8"),
        ("您的姓名", "p1"),
        ("电子邮箱", "p2"),
        ("联系电话", "p3"),
        ("验证码", "p4"),
    ]
    .map(|(label, id)| row(label, id))
    .concat();
    format!(
        "<!doctype html><html lang='zh'><meta charset='utf-8'><title>文献传递申请</title>{TELL}\
         <h1>文献传递申请表</h1><form action='/done'><table>{rows}\
         <tr><td>备注：</td><td><textarea id='a9'></textarea></td></tr></table>\
         <input type='password' id='p5'><button>提交</button></form></html>"
    )
}

/// Starts the program without a platform at a library whose page is this server's, with one article to carry over.
async fn with_article(page: &LibraryPage, path: &str) -> (Stage, AppWindow, String) {
    let stage = Stage::set().await.with_keyring().await;
    let desk = AppWindow::open(&stage, &[("HONGYAN_NO_DEMO", "1".to_owned())]).await;
    let typed = json!({ "name": "相思湖学院图书馆", "page": page.at(path), "phone": "" });
    let chosen = desk.rpc("library_choose", json!({ "typed": typed, "tenant": null, "profile": null })).await;
    assert!(chosen["slip"].is_null(), "{chosen}");
    let id = article(&desk, "论壮族铜鼓的纹饰").await;
    (stage, desk, id)
}

/// Saves a request for an article and returns its id.
async fn article(desk: &AppWindow, title: &str) -> String {
    let draft = desk.rpc("draft_new", json!({ "service": "Copy" })).await;
    let mut draft = draft["draft"].clone();
    for (field, value) in [
        ("componentTitle", title),
        ("componentAuthor", "韦小宝"),
        ("title", "广西民族研究"),
        ("date", "2019"),
        ("volume", "35"),
        ("issue", "3"),
        ("pages", "101-117"),
        ("issn", "1004-454X"),
    ] {
        draft[field] = json!(value);
    }
    draft["declarationAccepted"] = json!(true);
    let saved = desk.rpc("draft_save", json!({ "draft": draft })).await;
    assert!(saved.get("code").is_none(), "{saved}");
    let id = draft["id"].as_str().expect("an id").to_owned();
    let sent = desk.rpc("request_submit", json!({ "id": id })).await;
    assert!(sent.get("code").is_none(), "{sent}");
    id
}

async fn values_when(page: &LibraryPage, id: &str, value: &str) -> Value {
    until(&format!("{value} in the page"), async || {
        page.told("values").filter(|values| values[id] == value)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_filled_into_the_librarys_form_and_its_state_read_back() {
    let page = LibraryPage::serve(vec![("/form", "text/html; charset=utf-8", form())]).await;
    let (_stage, desk, id) = with_article(&page, "/form").await;
    desk.go(&format!("/requests/{id}")).await;
    desk.click("在窗口中填写").await;
    until("the page", async || page.told("loaded")).await;
    let place = until("the place", async || {
        let place = desk.rpc("companion_place", json!({})).await;
        (place["loaded"] == true).then_some(place)
    })
    .await;
    assert_eq!((&place["host"], &place["path"]), (&json!("127.0.0.1"), &json!("/form")));
    desk.see_strip("填入").await;
    desk.picture("c1-strip").await;
    desk.click("填入").await;
    values_when(&page, "a1", "论壮族铜鼓的纹饰").await;
    let values = values_when(&page, "a8", "1004-454X").await;
    let note = values["a9"].as_str().expect("a note").to_owned();
    assert!(note.starts_with("HY-"), "{note}");
    let expected = [("a2", "韦小宝"), ("a3", "广西民族研究"), ("a4", "2019"), ("a5", "35"), ("a6", "3"), ("a7", "101-117")];
    for (id, value) in expected {
        assert_eq!(values[id], value, "{id}");
    }
    for id in ["p1", "p2", "p3", "p4", "p5"] {
        assert_eq!(values[id], "", "{id} is the patron's own");
    }
    assert_eq!((page.told("submitted"), page.told("clicked")), (None, None), "pressing is the patron's");
    desk.picture("c2-filled").await;
}
