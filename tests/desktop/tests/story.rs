//! The first day of a patron whose library has no interface, in the real window, and counted: a reference is pasted,
//! the library's own form is filled and submitted, the state is read back, the file and the mail that come are
//! dropped on the window, and everything is there when the network is not.

mod machine;

use std::path::PathBuf;

use hongyan_desktop_tests::app_window::AppWindow;
use hongyan_desktop_tests::input::Input;
use hongyan_desktop_tests::library_page::LibraryPage;
use hongyan_desktop_tests::patron::Patron;
use hongyan_desktop_tests::wait::until;
use machine::Machine;
use serde_json::{Value, json};

/// Most actions from the pasted reference to 已提交.
const MOST: usize = 10;
/// Name of the library, which is the title of its window.
const LIBRARY: &str = "相思湖学院图书馆";
/// Title of the program's main window.
const MAIN: &str = "鸿雁";
/// The number that the library's page gives.
const NUMBER: &str = "ILL20261130-0042";

/// References as they stand in a paper.
const ARTICLE: &str =
    "[12]费孝通. 中华民族的多元一体格局[J]. 北京大学学报(哲学社会科学版), 1989, 26(4): 1-19.";
const BOOK: &str = "刘慈欣. 三体[M]. 重庆: 重庆出版社, 2008.";

/// What the page of a layout tells: where its button is, and what the framework's own model has when it is submitted.
const TELLS: &str = "
let before = Promise.resolve();
const tell = (name, what) => {
  const body = JSON.stringify(what);
  before = before.then(() => fetch('/told/' + name, { method: 'POST', body }));
  return before;
};
let trusted = false;
document.addEventListener('click', (event) => { trusted = event.isTrusted; }, true);
const send = () => tell('submitted', { trusted, model: window.model?.() }).then(() => location.assign('/f/done.html'));
addEventListener('sent', send);
document.addEventListener('submit', (event) => {
  if (event.defaultPrevented) return;
  event.preventDefault();
  send();
});
let last = '';
const where = () => {
  const box = document.querySelector('[type=submit], .el-button--primary, a.list')?.getBoundingClientRect();
  if (!box) return;
  const place = { x: box.x + box.width / 2, y: box.y + box.height / 2, width: innerWidth, height: innerHeight,
    inside: box.top >= 0 && box.bottom <= innerHeight };
  if (JSON.stringify(place) === last) return;
  last = JSON.stringify(place);
  tell('button', place);
};
const look = () => { where(); requestAnimationFrame(look); };
addEventListener('load', () => { look(); tell('loaded', location.pathname); });
";

/// A layout of tests/forms: its file, the words of its own button, and what differs in a form for books.
struct Layout {
    name: &'static str,
    button: &'static str,
    for_books: &'static [(&'static str, &'static str)],
}

const LAYOUTS: [Layout; 3] = [
    Layout {
        name: "antd",
        button: "提交",
        for_books: &[
            ("'篇名'", "'分册名'"),
            ("'文章作者'", "'作者'"),
            ("'刊名'", "'书名'"),
            ("'ISSN'", "'ISBN'"),
            // a form for books asks for the title of the book alone
            ("required: i < 3", "required: i === 2"),
        ],
    },
    Layout {
        name: "element-plus",
        button: "提交申请",
        for_books: &[
            ("'论文题名'", "'分册名'"),
            ("'论文作者'", "'作者'"),
            ("'期刊名称'", "'图书名称'"),
            ("'国际标准刊号'", "'国际标准书号'"),
        ],
    },
    Layout {
        name: "four-columns",
        button: "提交",
        for_books: &[
            ("论文标题", "分册名"),
            ("论文作者", "作者"),
            ("刊名/书名", "书名"),
            ("ISSN/ISBN", "ISBN"),
        ],
    },
];

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The library's server with a layout as its form. The page after it names a number and leads to the list.
async fn serve(layout: &Layout, books: bool) -> LibraryPage {
    let adapted = |text: String| {
        let changes = if books { layout.for_books } else { &[] };
        changes.iter().fold(text, |text, (from, to)| text.replace(from, to))
    };
    let read = |name: String| {
        std::fs::read_to_string(root().join("tests/forms/layouts").join(name)).expect("a layout")
    };
    let html = adapted(read(format!("{}.html", layout.name)));
    let html = html.replace("</body>", "<script src='story.js'></script></body>");
    let page = LibraryPage::serve(vec![
        ("/f/form.html", "text/html; charset=utf-8", html),
        ("/f/story.js", "text/javascript; charset=utf-8", TELLS.to_owned()),
        ("/f/done.html", "text/html; charset=utf-8", done()),
    ])
    .await;
    let script = format!("{}.js", layout.name);
    if root().join("tests/forms/layouts").join(&script).exists() {
        page.put(&format!("/f/{script}"), "text/javascript; charset=utf-8", adapted(read(script.clone())));
    }
    page.put_folder("/f/", root().join("tests/forms/layouts"));
    page.put_folder("/vendor/", root().join("node_modules"));
    page
}

fn done() -> String {
    format!(
        "<!doctype html><html lang='zh'><meta charset='utf-8'><title>提交成功</title>\
         <p>提交成功！您的申请号：<b>{NUMBER}</b>，请牢记。咨询电话：0771-3265392</p>\
         <a class='list' href='/f/list.html'>我的申请</a><script src='/f/story.js'></script></html>"
    )
}

/// The library's list: ours by its mark, and one of another reader.
fn list(title: &str, mark: &str, words: &str) -> String {
    format!(
        "<!doctype html><html lang='zh'><meta charset='utf-8'><title>我的申请</title>\
         <h1>我的申请</h1><table><tr><th>申请号</th><th>题名</th><th>备注</th><th>状态</th></tr>\
         <tr><td>ILL20261130-0007</td><td>{title}研究</td><td></td><td>无法满足</td></tr>\
         <tr><td>{NUMBER}</td><td>{title}</td><td>{mark}</td><td>{words}</td></tr></table>\
         <script src='/f/story.js'></script></html>"
    )
}

/// Starts the program at a library whose page is this server's.
async fn at_library(machine: &Machine, page: &LibraryPage) -> AppWindow {
    let desk = machine.open().await;
    let typed = json!({ "name": LIBRARY, "page": page.at("/f/form.html"), "phone": "" });
    let chosen = desk.rpc("library_choose", json!({ "typed": typed, "tenant": null, "profile": null })).await;
    assert!(chosen["slip"].is_null(), "{chosen}");
    until("the search", async || {
        desk.go("/search").await;
        (desk.route().await == "/search").then_some(())
    })
    .await;
    desk.sees("最近检索").await;
    desk
}

async fn request(desk: &AppWindow) -> Value {
    let list = desk.rpc("request_list", json!({})).await;
    let rows = list["requests"].as_array().expect("requests");
    assert_eq!(rows.len(), 1, "{list}");
    let id = rows[0]["id"].as_str().expect("an id").to_owned();
    desk.rpc("request_get", json!({ "id": id })).await
}

/// From the pasted reference to 已提交; returns what the page's own model had.
async fn carry(
    machine: &mut Machine,
    desk: &AppWindow,
    page: &LibraryPage,
    layout: &Layout,
    books: bool,
) -> Value {
    let mut patron = Patron::at(desk);
    patron.paste(&mut machine.stage, if books { BOOK } else { ARTICLE }).await;
    patron.key(&machine.stage, "Return").await;
    // the work that the reference names opens by itself
    if books {
        patron.click("申请借书").await;
    } else {
        patron.click("申请复制").await;
        patron.tick("我已阅读并同意").await;
    }
    patron.click("保存，到网页提交").await;
    until("the library's form", async || page.told("loaded").filter(|path| path == "/f/form.html")).await;
    desk.see_strip("填入").await;
    until("the page to be ready", async || {
        let place = desk.rpc("companion_place", json!({})).await;
        (place["loaded"] == true && place["path"] == "/f/form.html").then_some(())
    })
    .await;
    patron.click("填入").await;
    let said = desk.text_of(".strip section [role=status], .strip section [role=alert]").await;
    println!("{}: {said}", layout.name);
    patron.press_on_page(&machine.stage, page, LIBRARY, layout.button).await;
    let submitted = until("the page's own submission", async || page.told("submitted")).await;
    assert_eq!(submitted["trusted"], true, "a person's click");
    until("the page after it", async || {
        let place = desk.rpc("companion_place", json!({})).await;
        (place["loaded"] == true && place["path"] == "/f/done.html").then_some(())
    })
    .await;
    patron.click("我已提交").await;
    desk.sees(&format!("申请号 {NUMBER} 取自网页")).await;
    let detail = request(desk).await;
    assert_eq!(detail["row"]["state"], "SUBMITTED", "{detail}");
    assert_eq!(detail["request"]["hrid"], NUMBER);
    println!("{} {}, {} actions:", layout.name, if books { "book" } else { "article" }, patron.done().len());
    for (at, action) in patron.done().iter().enumerate() {
        println!("  {}. {action}", at + 1);
    }
    assert!(patron.done().len() <= MOST, "{:?}", patron.done());
    submitted["model"].clone()
}

/// What is in a model under any name.
fn has(model: &Value, value: &str) -> bool {
    model
        .as_object()
        .expect("a model")
        .values()
        .any(|one| one.as_str().is_some_and(|one| one.contains(value)))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_goes_from_a_pasted_reference_to_submitted_in_ten_actions_on_three_layouts() {
    for layout in &LAYOUTS {
        let mut machine = Machine::set().await;
        let page = serve(layout, false).await;
        let desk = at_library(&machine, &page).await;
        let model = carry(&mut machine, &desk, &page, layout, false).await;
        for value in ["中华民族的多元一体格局", "费孝通", "北京大学学报", "1989", "26", "1-19", "HY-"]
        {
            assert!(has(&model, value), "{}: {value} in {model}", layout.name);
        }
        desk.see_main().await;
        desk.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loan_likewise() {
    for layout in &LAYOUTS {
        let mut machine = Machine::set().await;
        let page = serve(layout, true).await;
        let desk = at_library(&machine, &page).await;
        let model = carry(&mut machine, &desk, &page, layout, true).await;
        for value in ["三体", "刘慈欣", "重庆出版社", "2008", "HY-"] {
            assert!(has(&model, value), "{}: {value} in {model}", layout.name);
        }
        desk.see_main().await;
        desk.close().await;
    }
}

/// Opens the list of requests on the library's page, reads it, and notes what it says.
async fn read_back(machine: &Machine, desk: &AppWindow, page: &LibraryPage, note: &str) -> Vec<String> {
    desk.see_main().await;
    let mut patron = Patron::at(desk);
    page.put("/f/form.html", "text/html; charset=utf-8", done());
    patron.click("打开网页，查看进度").await;
    until("the page", async || page.told("loaded").filter(|path| path == "/f/form.html")).await;
    patron.press_on_page(&machine.stage, page, LIBRARY, "我的申请").await;
    desk.see_strip("读取这一页").await;
    until("the list", async || {
        let place = desk.rpc("companion_place", json!({})).await;
        (place["loaded"] == true && place["path"] == "/f/list.html").then_some(())
    })
    .await;
    patron.click("读取这一页").await;
    patron.click(note).await;
    desk.sees("已记为").await;
    desk.see_main().await;
    desk.rpc("companion_close", json!({})).await;
    until("one window", async || {
        let place = desk.rpc("companion_place", json!({})).await;
        (place["open"] == false).then_some(())
    })
    .await;
    patron.done().to_vec()
}

/// Opens the kept file and returns what the other program is given.
async fn opened(machine: &Machine, desk: &AppWindow) -> Vec<u8> {
    let before = machine.opened().len();
    desk.click("打开").await;
    let path = until("the file in another program", async || machine.opened().get(before).cloned()).await;
    std::fs::read(&path).expect("a readable copy")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_that_comes_is_dropped_and_opened_and_all_is_there_without_a_network() {
    let mut machine = Machine::set().await;
    let page = serve(&LAYOUTS[0], false).await;
    let desk = at_library(&machine, &page).await;
    carry(&mut machine, &desk, &page, &LAYOUTS[0], false).await;
    let detail = request(&desk).await;
    let (id, mark) = (detail["row"]["id"].as_str().expect("an id"), detail["mark"].as_str().expect("a mark"));
    let title = "中华民族的多元一体格局";
    page.put("/f/list.html", "text/html; charset=utf-8", list(title, mark, "已发往提供馆"));
    let done = read_back(&machine, &desk, &page, "记为已发往提供馆").await;
    println!("the state read back, {} actions: {done:?}", done.len());
    assert_eq!(request(&desk).await["row"]["state"], "SENT_TO_SUPPLIER");

    // a file without a mark or a title is asked about
    let pdf = b"%PDF-1.4\n% \xE9\x93\x9C\xE9\xBC\x93\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
    let (nameless, named) = (machine.at("scan0001.pdf"), machine.at(&format!("{mark} 全文.pdf")));
    for file in [&nameless, &named] {
        std::fs::write(file, pdf).expect("a temporary directory");
    }
    desk.go("/notices").await;
    desk.shown(".frame main h1").await;
    let hand = Input::on(&machine.stage, MAIN).await;
    hand.to_front().await;
    hand.drag_till(&desk, &nameless, ".frame main h1", ".dropping").await;
    desk.sees("没有认出属于哪条申请").await;
    desk.picture("s1-a-file-is-asked-about").await;
    desk.answer("不是").await;
    desk.is_without("[data-intake-view]").await;
    assert_eq!(
        request(&desk).await["row"]["state"],
        "SENT_TO_SUPPLIER",
        "nothing changes before it is taken"
    );

    hand.drag_till(&desk, &named, ".frame main h1", ".dropping").await;
    desk.sees(&format!("写着这条申请的标记 {mark}")).await;
    desk.looks("s2-a-file-is-tied").await;
    desk.answer("收下").await;
    desk.sees("全文已经收到，就在下面").await;
    let detail = request(&desk).await;
    assert_eq!(detail["row"]["state"], "DELIVERED", "{detail}");
    assert_eq!(opened(&machine, &desk).await, pdf);
    desk.looks("s3-delivered").await;
    // the message that a file came
    let notices = desk.rpc("notice_list", json!({})).await;
    let about = |notice: &Value| notice["kind"] == "delivered" && notice["request"] == id;
    assert!(notices["notices"].as_array().expect("a list").iter().any(about), "{notices}");

    // without the library's page, the catalogues, and the first run of the program
    // waits for the end: a second process beside the first would only bring its window to the front
    desk.end_session().await;
    drop(page);
    let machine = machine.cut_off().await;
    let desk = machine.open().await;
    desk.go("/requests").await;
    desk.sees(title).await;
    desk.go(&format!("/requests/{id}")).await;
    for words in [title, NUMBER, mark, "已发往提供馆", "收到的邮件和文件"] {
        // a part of it lies below, where a patron would scroll
        let there = "return document.querySelector('main').innerText.includes(arguments[0]) || null;";
        until(words, async || desk.run(there, vec![json!(words)]).await.as_bool()).await;
    }
    assert_eq!(opened(&machine, &desk).await, pdf);
    desk.go("/notices").await;
    desk.sees(title).await;
    desk.picture("s4-offline").await;
    desk.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_dropped_finds_its_loan() {
    let mut machine = Machine::set().await;
    let page = serve(&LAYOUTS[2], true).await;
    let desk = at_library(&machine, &page).await;
    carry(&mut machine, &desk, &page, &LAYOUTS[2], true).await;
    desk.see_main().await;
    desk.rpc("companion_close", json!({})).await;
    // as Coremail writes: GB 18030 in base64
    let text = format!("您申请的图书已到馆，请于12月20日前到馆际互借服务台领取。申请号：{NUMBER}\r\n");
    let base64 = gb18030_in_base64(&text);
    let mail = format!(
        "From: <ill@lib.example.edu.cn>\r\nSubject: =?gb18030?B?{}?=\r\nDate: Tue, 1 Dec 2026 08:00:00 +0800\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"gb18030\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64}\r\n",
        gb18030_in_base64("取书通知")
    );
    let file = machine.at("取书通知.eml");
    std::fs::write(&file, mail).expect("a temporary directory");
    desk.go("/notices").await;
    desk.shown(".frame main h1").await;
    let hand = Input::on(&machine.stage, MAIN).await;
    hand.to_front().await;
    hand.drag_till(&desk, &file, ".frame main h1", ".dropping").await;
    desk.sees("写着这条申请的申请号").await;
    desk.sees("取书通知").await;
    desk.looks("s5-a-mail-is-tied").await;
    assert!(desk.outside().await.is_empty(), "{:?}", desk.outside().await);
    desk.tick("同时记为「到馆待取」").await;
    desk.answer("收下").await;
    desk.sees("邮件：取书通知").await;
    let detail = request(&desk).await;
    assert_eq!(detail["row"]["state"], "AWAITING_PICKUP", "{detail}");
    assert_eq!(detail["request"]["pickupBy"], "2026-12-20");
    assert_eq!(detail["letters"].as_array().map(Vec::len), Some(1), "{detail}");
    desk.close().await;
}

/// Bytes of GB 18030 in base64, made by iconv and base64, which are not ours.
fn gb18030_in_base64(text: &str) -> String {
    use std::io::Write as _;
    let mut made = std::process::Command::new("sh")
        .args(["-c", "iconv -f utf-8 -t gb18030 | base64 -w 0"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("a shell");
    made.stdin.take().expect("piped").write_all(text.as_bytes()).expect("it reads");
    let out = made.wait_with_output().expect("it ends").stdout;
    String::from_utf8(out).expect("base64 is ASCII")
}
