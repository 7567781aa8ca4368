//! The library's own page in a window with our strip beside it (代填, 查看进度), in the real window. The page is
//! served by a server of this test and reports what it has; our strip is driven like any of our pages.

use hongyan_desktop_tests::app_window::AppWindow;
use hongyan_desktop_tests::input::{Input, places};
use hongyan_desktop_tests::library_page::LibraryPage;
use hongyan_desktop_tests::stage::Stage;
use hongyan_desktop_tests::wait::until;
use serde_json::{Value, json};

/// Name of the library, which is the title of its window.
const LIBRARY: &str = "相思湖学院图书馆";

/// What a page tells the test: the values of its controls after each event that a framework would hear, and that it
/// was submitted, which only a person may do.
const TELL: &str = "<script>
let before = Promise.resolve();
const tell = (name, what) => {
  // one after the other: of two that are under way the older one could arrive last
  const body = JSON.stringify(what);
  before = before.then(() => fetch('/told/' + name, { method: 'POST', body }));
};
const values = () => Object.fromEntries([...document.querySelectorAll('input,textarea,select')].map((one) => [one.id || one.name, one.value]));
document.addEventListener('input', () => tell('values', values()));
document.addEventListener('submit', (event) => { event.preventDefault(); tell('submitted', true); });
document.addEventListener('click', (event) => { if (event.isTrusted === false) tell('clicked', true); });
addEventListener('load', () => tell('loaded', location.pathname));
</script>";

/// A request form as a Chinese library writes it: a table with captions in the cell before.
fn form() -> String {
    let row = |label: &str, id: &str| {
        format!("<tr><td>{label}：</td><td><input id='{id}' name='x_{id}'></td></tr>")
    };
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
    let typed = json!({ "name": LIBRARY, "page": page.at(path), "phone": "" });
    let chosen = desk.rpc("library_choose", json!({ "typed": typed, "tenant": null, "profile": null })).await;
    assert!(chosen["slip"].is_null(), "{chosen}");
    let id = article(&desk, "论壮族铜鼓的纹饰").await;
    (stage, desk, id)
}

/// Width of the strip, CSS pixels.
const STRIP: i32 = 360;

#[tokio::test(flavor = "multi_thread")]
async fn the_strip_stands_beside_the_page_at_twice_the_scale() {
    let page = LibraryPage::serve(vec![("/form", "text/html; charset=utf-8", form())]).await;
    let stage = Stage::of_size("1920x1200").await.with_keyring().await;
    let variables = [("HONGYAN_NO_DEMO", "1".to_owned()), ("GDK_SCALE", "2".to_owned())];
    let desk = AppWindow::open(&stage, &variables).await;
    let typed = json!({ "name": LIBRARY, "page": page.at("/form"), "phone": "" });
    desk.rpc("library_choose", json!({ "typed": typed, "tenant": null, "profile": null })).await;
    desk.rpc("companion_open", json!({ "id": null, "page": true })).await;
    until("the page", async || page.told("loaded")).await;
    desk.see_strip("读取这一页").await;
    until("the strip beside the page", async || {
        let pages = [places(&stage, "文献传递申请").await, places(&stage, LIBRARY).await].concat();
        let [left, _, width, _] = *pages.first()?;
        let strips = places(&stage, "鸿雁").await;
        // the page's frame lies between them, or under the strip where the screen ends
        strips.into_iter().find(|strip| strip[2] == STRIP * 2 && (strip[0] - left - width).abs() < 40)
    })
    .await;
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
    until(&format!("{value} in the page"), async || page.told("values").filter(|values| values[id] == value))
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
    desk.looks("c1-strip").await;
    assert!(desk.outside().await.is_empty(), "{:?}", desk.outside().await);
    desk.click("填入").await;
    // the strip says how it went; a refusal stands there, too
    let said = desk.text_of(".strip section [role=status], .strip section [role=alert]").await;
    assert!(said.contains("填入 9 项"), "{said}");
    values_when(&page, "a1", "论壮族铜鼓的纹饰").await;
    let values = values_when(&page, "a8", "1004-454X").await;
    let note = values["a9"].as_str().expect("a note").to_owned();
    assert!(note.starts_with("HY-"), "{note}");
    let expected = [
        ("a2", "韦小宝"),
        ("a3", "广西民族研究"),
        ("a4", "2019"),
        ("a5", "35"),
        ("a6", "3"),
        ("a7", "101-117"),
    ];
    for (id, value) in expected {
        assert_eq!(values[id], value, "{id}");
    }
    for id in ["p1", "p2", "p3", "p4", "p5"] {
        assert_eq!(values[id], "", "{id} is the patron's own");
    }
    assert_eq!((page.told("submitted"), page.told("clicked")), (None, None), "pressing is the patron's");
    desk.looks("c2-filled").await;
    assert!(desk.outside().await.is_empty(), "{:?}", desk.outside().await);
    desk.see_main().await;
    desk.rpc("companion_close", json!({})).await;
    until("both windows are gone", async || {
        let place = desk.rpc("companion_place", json!({})).await;
        (place["open"] == false).then_some(())
    })
    .await;
    desk.close().await;
}

/// The library's answer to a submitted request.
fn done() -> String {
    format!(
        "<!doctype html><html lang='zh'><meta charset='utf-8'><title>提交成功</title>{TELL}\
         <p>提交成功！您的申请号：<b>ILL20261130-0042</b>，请牢记。</p><a href='/list'>我的申请</a></html>"
    )
}

/// The library's list of requests: ours by its mark, one of another reader, one whose title contains ours.
fn list(mark: &str, words: &str) -> String {
    format!(
        "<!doctype html><html lang='zh'><meta charset='utf-8'><title>我的申请</title>{TELL}\
         <h1>我的申请</h1><table><tr><th>题名</th><th>备注</th><th>状态</th></tr>\
         <tr><td>论壮族铜鼓的纹饰</td><td>{mark}</td><td>{words}</td></tr>\
         <tr><td>论壮族铜鼓的纹饰与图案续考</td><td></td><td>无法满足</td></tr>\
         <tr><td>红楼梦</td><td></td><td>已完成</td></tr></table></html>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_is_found_and_a_state_is_noted_only_when_it_is_confirmed() {
    let page = LibraryPage::serve(vec![("/done", "text/html; charset=utf-8", done())]).await;
    let (_stage, desk, id) = with_article(&page, "/done").await;
    desk.go(&format!("/requests/{id}")).await;
    desk.click("在窗口中填写").await;
    until("the page", async || page.told("loaded")).await;
    desk.see_strip("从网页找申请号").await;
    desk.click("从网页找申请号").await;
    until("the number in the field", async || {
        let value = "return [...document.querySelectorAll('input')].some((one) => one.value === 'ILL20261130-0042') || null;";
        desk.run(value, Vec::new()).await.as_bool()
    })
    .await;
    desk.submit("我已提交").await;
    desk.see_main().await;
    desk.sees("已在网页提交，本馆通常在").await;
    let mark =
        desk.rpc("handover_get", json!({ "id": id })).await["mark"].as_str().expect("a mark").to_owned();
    desk.rpc("companion_close", json!({})).await;

    page.put("/done", "text/html; charset=utf-8", list(&mark, "已传递"));
    desk.rpc("companion_open", json!({ "id": null, "page": true })).await;
    until("the list", async || page.told("loaded")).await;
    desk.see_strip("读取这一页").await;
    desk.click("读取这一页").await;
    desk.sees("记为电子版已送达").await;
    desk.looks("c3-read-back").await;
    assert!(desk.outside().await.is_empty(), "{:?}", desk.outside().await);
    let before = desk.rpc("request_get", json!({ "id": id })).await;
    assert_eq!(before["row"]["state"], "SUBMITTED", "nothing is noted before the patron says so");
    desk.click("记为电子版已送达").await;
    until("the state", async || {
        let detail = desk.rpc("request_get", json!({ "id": id })).await;
        (detail["row"]["state"] == "DELIVERED").then_some(())
    })
    .await;
    let detail = desk.rpc("request_get", json!({ "id": id })).await.to_string();
    assert!(
        detail.contains("PAGE") || detail.contains("page"),
        "the event says where it comes from: {detail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_librarys_page_is_kept_with_the_request_at_a_click_and_not_before() {
    let link = format!(
        "<!doctype html><html lang='zh'><meta charset='utf-8'><title>下载</title>{TELL}\
         <style>a {{ position: fixed; inset: 0; display: block }}</style>\
         <a href='/files/%E9%93%9C%E9%BC%93.pdf'>下载全文</a></html>"
    );
    let pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
    let page = LibraryPage::serve(vec![("/form", "text/html; charset=utf-8", link)]).await;
    page.put("/files/%E9%93%9C%E9%BC%93.pdf", "application/pdf", pdf.to_owned());
    let (stage, desk, id) = with_article(&page, "/form").await;
    desk.go(&format!("/requests/{id}")).await;
    desk.click("在窗口中填写").await;
    until("the page", async || page.told("loaded")).await;
    desk.see_strip("填入").await;
    let hand = Input::on(&stage, LIBRARY).await;
    hand.to_front().await;
    hand.click_at(200.0, 200.0).await;
    desk.sees("网页要下载“铜鼓.pdf”").await;
    desk.click("下载").await;
    desk.sees("已下载“铜鼓.pdf”").await;
    let before = desk.rpc("request_get", json!({ "id": id })).await;
    assert_eq!(before["files"].as_array().map(Vec::len), Some(0), "never without a click: {before}");
    desk.looks("c4-downloaded").await;
    assert!(desk.outside().await.is_empty(), "{:?}", desk.outside().await);
    desk.click("收到这件申请下").await;
    desk.sees("“铜鼓.pdf”已收到申请下").await;
    let detail = desk.rpc("request_get", json!({ "id": id })).await;
    assert_eq!(detail["row"]["state"], "DELIVERED", "{detail}");
    assert_eq!(detail["files"][0]["file"]["name"], "铜鼓.pdf", "{detail}");
    assert_eq!(detail["files"][0]["file"]["size"], pdf.len(), "{detail}");
}

/// A page that tries everything: it calls the program, replaces what scripts use, and lies.
fn hostile() -> String {
    let attack = r#"<script>
const native = JSON.stringify, post = fetch.bind(window);
const report = (name, what) => post('/told/' + name, { method: 'POST', body: native(what) });
(async () => {
  const inside = window.__TAURI_INTERNALS__;
  const refused = [];
  for (const [command, payload] of [
    ['rpc', { name: 'request_list', payload: {} }], ['rpc', { name: 'account_sign_out', payload: {} }],
    ['subscribe', { channel: '__CHANNEL__:1' }], ['plugin:webview|create_webview_window', {}],
    ['plugin:window|close', { label: 'main' }], ['plugin:event|emit', { event: 'x' }],
    ['plugin:app|version', {}], ['plugin:path|resolve_directory', { directory: 1 }],
    ['plugin:notification|notify', {}], ['plugin:window-state|restore_state', {}],
  ]) {
    try { await inside.invoke(command, payload); refused.push(command + ' WAS ANSWERED'); }
    catch (error) { refused.push(command + ': ' + String(error).slice(0, 60)); }
  }
  for (const address of ['tauri://localhost/index.html', 'tauri://localhost/']) {
    try { refused.push(address + ((await (await post(address)).text()) === '' ? ': nothing' : ' WAS ANSWERED')); }
    catch (error) { refused.push(address + ': ' + String(error).slice(0, 60)); }
  }
  await report('refused', refused);
  try { window.open('http://127.0.0.1:1/x'); location.hash = '#x'; } catch {}
})();
JSON.stringify = () => '{"ok":true,"complete":true,"found":[{"field":"password","label":"x","filled":true}],"left":[],"noPlace":[],"free":[],"spent":0}';
Array.prototype.map = () => { throw new Error('map'); };
Object.defineProperty(Object.prototype, 'field', { get() { return 'title'; }, set() {}, configurable: true });
String.prototype.normalize = () => { for (;;) {} };
</script>"#;
    format!("<!doctype html><meta charset='utf-8'>{attack}<h1>鸿雁 Hongyan</h1><p>题名：<input></p>")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_page_gets_nothing_and_holds_up_nothing() {
    let hangs =
        format!("<!doctype html><meta charset='utf-8'>{TELL}<p>篇名：<input id='a1' oninput='for(;;);'></p>");
    let page = LibraryPage::serve(vec![("/hostile", "text/html; charset=utf-8", hostile())]).await;
    let (_stage, desk, id) = with_article(&page, "/hostile").await;
    desk.rpc("companion_open", json!({ "id": id, "page": true })).await;
    let refused = until("what was refused", async || page.told("refused")).await;
    let refused: Vec<_> = refused.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    println!("refused to the library's page: {refused:#?}");
    assert_eq!(refused.len(), 12);
    assert!(refused.iter().all(|one| !one.contains("WAS ANSWERED")), "{refused:#?}");

    let started = std::time::Instant::now();
    let answer = desk.rpc("companion_fill", json!({ "id": id, "fill": true })).await;
    println!("a page that replaced what scripts use: {:?}, {answer}", started.elapsed());
    let lied =
        answer["found"].as_array().is_some_and(|found| found.iter().any(|one| one["field"] == "password"));
    assert!(!lied, "{answer}");

    // a page that never comes to an end with a value, and one that never stops sending elsewhere
    let leads = "<!doctype html><meta http-equiv='refresh' content='0;url=/loop/0'>".to_owned();
    for (name, body) in [("hangs", hangs), ("loops", leads)] {
        desk.rpc("companion_close", json!({})).await;
        page.put("/hostile", "text/html; charset=utf-8", body);
        desk.rpc("companion_open", json!({ "id": id, "page": true })).await;
        until("the page has come", async || match name {
            "hangs" => page.told("loaded").map(|_| ()),
            _ => page.asked().iter().any(|path| path.starts_with("/loop/")).then_some(()),
        })
        .await;
        if name == "hangs" {
            until("it has loaded", async || {
                let place = desk.rpc("companion_place", json!({})).await;
                (place["loaded"] == true).then_some(())
            })
            .await;
        }
        let answer = desk.rpc("companion_fill", json!({ "id": id, "fill": true })).await;
        println!("{name}: {answer}");
        let nothing =
            answer["code"] == "PAGE_SILENT" || answer["found"].as_array().is_some_and(Vec::is_empty);
        assert!(nothing, "{name}: {answer}");
        let status = std::time::Instant::now();
        desk.rpc("status_get", json!({})).await;
        assert!(status.elapsed().as_secs() < 2, "the program goes on: {:?}", status.elapsed());
    }
    desk.rpc("companion_close", json!({})).await;
    let asked = page.asked();
    let looped = asked.iter().filter(|path| path.starts_with("/loop/")).count();
    assert!(looped < 100, "an endless redirect ends: {looped}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_page_has_stored_is_kept_until_sign_out_and_no_longer() {
    const STORES: &str = "<!doctype html><meta charset='utf-8'><script>
        const found = localStorage.getItem('读者') ?? 'nothing';
        localStorage.setItem('读者', '韦小宝');
        fetch('/told/found', { method: 'POST', body: JSON.stringify(found) });
        </script>";
    let page = LibraryPage::serve(vec![("/", "text/html; charset=utf-8", STORES.to_owned())]).await;
    let (_stage, desk, id) = with_article(&page, "/").await;
    let look = async || {
        desk.rpc("companion_close", json!({})).await;
        page.put("/", "text/html; charset=utf-8", STORES.to_owned());
        let opened = desk.rpc("companion_open", json!({ "id": id, "page": true })).await;
        assert_eq!(opened["open"], true, "{opened}");
        until("what the page found", async || page.told("found")).await
    };
    assert_eq!(look().await, "nothing");
    assert_eq!(look().await, "韦小宝", "the patron stays signed in at the library");
    let out = desk.rpc("account_sign_out", json!({ "discardUnsent": true })).await;
    assert!(out.get("code").is_none(), "{out}");
    until("the window is gone", async || {
        let place = desk.rpc("companion_place", json!({})).await;
        (place["open"] == false).then_some(())
    })
    .await;
    let typed = json!({ "name": LIBRARY, "page": page.at("/"), "phone": "" });
    desk.rpc("library_choose", json!({ "typed": typed, "tenant": null, "profile": null })).await;
    assert_eq!(look().await, "nothing", "nothing of the patron before is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_script_does_not_end_is_told_and_opened_again() {
    let kind = "text/html; charset=utf-8";
    let hangs = || {
        let later = "<script>addEventListener('load', () => setTimeout(() => { for (;;); }, 200))</script>";
        form().replace("</html>", &format!("{later}</html>"))
    };
    let page = LibraryPage::serve(vec![("/form", kind, hangs())]).await;
    let (_stage, desk, id) = with_article(&page, "/form").await;
    let place = async |what: &str, is: &dyn Fn(&Value) -> bool| {
        until(what, async || Some(desk.rpc("companion_place", json!({})).await).filter(|place| is(place)))
            .await
    };
    desk.go(&format!("/requests/{id}")).await;
    desk.click("在窗口中填写").await;
    until("the page", async || page.told("loaded")).await;
    place("the page has loaded", &|place| place["loaded"] == true).await;
    desk.see_strip("填入").await;
    // what the page answers is not known before it hangs: it is asked until it does
    let silent = async || {
        until("no answer", async || {
            let answer = desk.rpc("companion_fill", json!({ "id": id, "fill": false })).await;
            (answer["code"] == "PAGE_SILENT").then_some(())
        })
        .await;
    };
    silent().await;
    place("that the page is silent", &|place| place["failed"] == "silent").await;
    desk.sees("这一页不回答").await;
    let said = desk.text_of(".address").await;
    assert!(!said.contains("连不上") && !said.contains("没有回答"), "the network is not to blame: {said}");
    desk.looks("c5-silent").await;
    page.put("/form", kind, form());
    desk.click("再试一次").await;
    until("the page came again", async || page.told("loaded")).await;
    place("that it answers", &|place| place["failed"].is_null() && place["loaded"] == true).await;

    // nobody asked it anything meanwhile: loading again finds out by itself
    page.put("/form", kind, hangs());
    desk.click("重新载入").await;
    until("one that hangs", async || page.told("loaded")).await;
    page.put("/form", kind, form());
    desk.click("重新载入").await;
    until("the page came", async || page.told("loaded")).await;
    place("that it answers", &|place| place["failed"].is_null() && place["loaded"] == true).await;
    let answer = desk.rpc("companion_fill", json!({ "id": id, "fill": false })).await;
    assert_eq!(answer["found"].as_array().map(Vec::len), Some(9), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_is_not_filled_into_an_articles_form_unseen() {
    let page = LibraryPage::serve(vec![("/form", "text/html; charset=utf-8", form())]).await;
    let (_stage, desk, _) = with_article(&page, "/form").await;
    let draft = desk.rpc("draft_new", json!({ "service": "Loan" })).await;
    let mut draft = draft["draft"].clone();
    for (field, value) in
        [("title", "铜鼓艺术研究"), ("author", "蒋廷瑜"), ("publisher", "广西人民出版社"), ("date", "1988")]
    {
        draft[field] = json!(value);
    }
    let saved = desk.rpc("draft_save", json!({ "draft": draft })).await;
    assert!(saved.get("code").is_none(), "{saved}");
    let id = draft["id"].as_str().expect("an id").to_owned();
    let sent = desk.rpc("request_submit", json!({ "id": id })).await;
    assert!(sent.get("code").is_none(), "{sent}");
    desk.go(&format!("/requests/{id}")).await;
    desk.click("在窗口中填写").await;
    until("the page", async || page.told("loaded")).await;
    desk.see_strip("填入").await;
    desk.click("填入").await;
    desk.sees("这一页像是期刊文章的表单").await;
    assert_eq!(page.told("values"), None, "nothing was written");
    desk.looks("c6-other-form").await;
    assert!(desk.outside().await.is_empty(), "{:?}", desk.outside().await);
    desk.click("就是这张表，仍然填入").await;
    let values = values_when(&page, "a4", "1988").await;
    assert_eq!(values["a3"], "", "a book's title is not put into the journal's place: {values}");
}
