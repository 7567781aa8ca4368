//! Works that a browser sends: to the listener over a real socket, or as an address of our scheme. They wait for the
//! patron, in bounds, and nothing is submitted.

use hongyan_engine::Engine;
use hongyan_engine::change::Tag;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::view::{ArrivalWay, ArrivalWish};
use hongyan_model::{Draft, Kind, Service};
use jiff::civil::date;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

use crate::bench::Machine;
use crate::platform::Platform;

/// One entry as Zotero's exporter writes it, which the extension uses: single-field names in double braces.
const ARTICLE: &str = "\n@article{韦_论壮族的铜鼓_2019,\n\ttitle = {论壮族的铜鼓及其纹饰},\n\tvolume = {40},\n\tissn = {1004-454X},\n\t\
    url = {https://kns.cnki.net/kcms2/article/abstract?v=abc\\_d},\n\tdoi = {10.1000/tonggu.2019.3},\n\tlanguage = {zh-CN},\n\t\
    number = {3},\n\turldate = {2026-11-30},\n\tjournal = {广西民族研究},\n\tauthor = {{韦某} and {李某某}},\n\tmonth = jun,\n\t\
    year = {2019},\n\tkeywords = {铜鼓, 纹饰},\n\tpages = {101--117},\n}\n";
const BOOK: &str = "@book{曹_红楼梦_1982,\n\taddress = {北京},\n\tedition = {第1版},\n\ttitle = {红楼梦},\n\tisbn = {978-7-02-000220-7},\n\t\
    publisher = {人民文学出版社},\n\tauthor = {曹, 雪芹},\n\tyear = {1982},\n}\n";

async fn engine(machine: &Machine) -> Engine {
    machine.start(Platform::default().gateway()).await
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What the extension does: a `GET` that must succeed, then the `POST`; the status of the latter, 0 without one.
async fn send(port: u16, bibtex: &str) -> u16 {
    let get = format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nCache-Control: no-store\r\n\r\n");
    if call(port, &get).await != 200 {
        return 0;
    }
    let head =
        "Origin: chrome-extension://bifehkofibaamoeaopjglfkddgkijdlh\r\nContent-Type: application/x-bibtex";
    let length = bibtex.len();
    call(port, &format!("POST /libraries/current/entries HTTP/1.1\r\nHost: localhost:{port}\r\n{head}\r\nContent-Length: {length}\r\n\r\n{bibtex}")).await
}

async fn call(port: u16, request: &str) -> u16 {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else { return 0 };
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap().split(' ').nth(1).unwrap().parse().unwrap()
}

/// Nothing waits, and nothing was left out.
fn is_empty(engine: &Engine) -> bool {
    let arrivals = engine.intake().arrivals();
    arrivals.waiting.is_empty() && (arrivals.dropped, arrivals.refused) == (0, 0)
}

async fn drafts(engine: &Engine) -> usize {
    let list = engine.requests().list().await.unwrap();
    assert!(list.requests.is_empty(), "nothing is submitted");
    list.drafts.len()
}

async fn taken(engine: &Engine, id: Uuid) -> Draft {
    let made = engine.intake().arrival_take(id, None).await.unwrap();
    engine.requests().draft_get(made.draft.unwrap()).await.unwrap().draft
}

#[tokio::test]
async fn what_the_extension_sends_waits_and_becomes_a_form_when_the_patron_says_so() {
    let machine = Machine::new();
    let engine = engine(&machine).await;
    let port = free_port();
    engine.intake().listener_set(true, port).await.unwrap();
    let mut events = engine.news().subscribe();
    assert_eq!(send(port, ARTICLE).await, 202);
    while !events.recv().await.unwrap().changed.contains(&Tag::Arrivals) {}
    // an impatient second click is one
    assert_eq!(send(port, ARTICLE).await, 202);
    let arrivals = engine.intake().arrivals();
    let [article] = &arrivals.waiting[..] else { panic!("{arrivals:?}") };
    assert_eq!((article.way, article.wish, article.works), (ArrivalWay::Extension, ArrivalWish::Request, 1));
    assert_eq!((article.title.as_str(), article.by.as_str()), ("论壮族的铜鼓及其纹饰", "韦某; 李某某"));
    assert_eq!((article.container.as_str(), article.service), ("广西民族研究", Service::Copy));
    assert_eq!(article.search, "10.1000/tonggu.2019.3");
    assert_eq!(drafts(&engine).await, 0, "nothing is made of it before");

    let draft = taken(&engine, article.id).await;
    assert_eq!((draft.kind, draft.service), (Kind::Article, Service::Copy));
    let said = [&draft.title, &draft.component_title, &draft.component_author, &draft.volume, &draft.issue];
    assert_eq!(said, ["广西民族研究", "论壮族的铜鼓及其纹饰", "韦某; 李某某", "40", "3"]);
    assert_eq!((draft.pages.as_str(), draft.issn.as_str()), ("101-117", "1004-454X"));
    assert_eq!(draft.doi, "10.1000/tonggu.2019.3");
    assert!(draft.date.starts_with("2019"), "{}", draft.date);
    assert_eq!(drafts(&engine).await, 1);
    assert!(engine.intake().arrivals().waiting.is_empty());
    assert_eq!(engine.intake().arrival_take(article.id, None).await.unwrap_err().code, ErrorCode::NotFound);

    // a book is lent, unless the patron wants a copy of it; one that the patron does not want leaves nothing
    assert_eq!(send(port, BOOK).await, 202);
    let book = engine.intake().arrivals().waiting.remove(0);
    assert_eq!((book.service, book.search.as_str()), (Service::Loan, "9787020002207"));
    engine.intake().arrival_drop(book.id);
    assert_eq!(drafts(&engine).await, 1);
    assert_eq!(send(port, BOOK).await, 202);
    let book = engine.intake().arrivals().waiting.remove(0);
    let made = engine.intake().arrival_take(book.id, Some(Service::Copy)).await.unwrap();
    let draft = engine.requests().draft_get(made.draft.unwrap()).await.unwrap().draft;
    assert_eq!(
        (draft.service, draft.title.as_str(), draft.author.as_str()),
        (Service::Copy, "红楼梦", "曹雪芹")
    );
    engine.stop().await;
}

#[tokio::test]
async fn a_page_without_a_reference_is_read_as_the_extension_sends_it_and_several_become_a_list() {
    let machine = Machine::new();
    let engine = engine(&machine).await;
    let port = free_port();
    engine.intake().listener_set(true, port).await.unwrap();
    // its own template for pages and PDFs: no key, everything in one line, fields in camel case
    let page = "@misc{,\t\ttitle={铜鼓文化 - 广西博物馆},\t\turl = {https://www.gxmuseum.example/铜鼓?id=1&x=2},\t\turlDate={2026-11-30T08:00:00.000Z},\t\t}";
    let pdf = "@misc{,\t\ttitle={tonggu},\t\tfile={:https\\://a.example/tonggu.pdf:PDF},\t\turl = {https://a.example/tonggu.pdf},\t\turlDate={2026-11-30T08:00:00.000Z},\t\t}";
    for (text, title) in [(page, "铜鼓文化 - 广西博物馆"), (pdf, "tonggu")] {
        assert_eq!(send(port, text).await, 202, "{title}");
        let came = engine.intake().arrivals().waiting.remove(0);
        assert_eq!(came.title, title);
        let draft = taken(&engine, came.id).await;
        assert_eq!(draft.title, title);
    }
    assert_eq!(send(port, &format!("{ARTICLE}{BOOK}")).await, 202);
    let came = engine.intake().arrivals().waiting.remove(0);
    assert_eq!((came.works, came.title.as_str()), (2, "论壮族的铜鼓及其纹饰"));
    let made = engine.intake().arrival_take(came.id, None).await.unwrap();
    let list = engine.requests().batch_get(made.list.unwrap()).await.unwrap();
    let titles: Vec<_> = list.lines.iter().map(|line| line.given.as_str()).collect();
    assert_eq!(titles, ["论壮族的铜鼓及其纹饰", "红楼梦"]);
    engine.stop().await;
}

#[tokio::test]
async fn the_search_box_gets_a_number_of_the_work_and_none_of_its_journal_or_book() {
    let machine = Machine::new();
    let engine = engine(&machine).await;
    for (query, words) in [
        ("rft.genre=article&rft.atitle=%E9%93%9C%E9%BC%93&rft.issn=1004-454X", "铜鼓"),
        (
            "rft.genre=article&rft.atitle=%E9%93%9C%E9%BC%93&rft.issn=1004-454X&rft_id=info:doi/10.1000/a",
            "10.1000/a",
        ),
        (
            "rft.genre=bookitem&rft.atitle=%E9%93%9C%E9%BC%93&rft.btitle=%E9%9B%86&rft.isbn=9787020002207",
            "铜鼓",
        ),
        ("rft.genre=book&rft.btitle=%E7%BA%A2%E6%A5%BC%E6%A2%A6&rft.isbn=9787020002207", "9787020002207"),
        ("rft.genre=journal&rft.jtitle=%E6%B0%91%E6%97%8F&rft.issn=1004-454X", "1004-454X"),
        ("rft_id=info:pmid/9036860", "9036860"),
        ("rft.issn=1004-454X", "1004-454X"),
    ] {
        engine.intake().address_called(&format!("hongyan://request?{query}")).await;
        let came = engine.intake().arrivals().waiting.remove(0);
        assert_eq!(came.search, words, "{query}");
        engine.intake().arrivals_drop();
    }
    engine.stop().await;
}

#[tokio::test]
async fn what_is_no_reference_is_refused_and_a_flood_fills_nothing() {
    let machine = Machine::new();
    let engine = engine(&machine).await;
    let port = free_port();
    engine.intake().listener_set(true, port).await.unwrap();
    let openurl = "https://r.example/?rft.genre=book&rft.btitle=%E7%BA%A2%E6%A5%BC%E6%A2%A6";
    for text in
        ["", "红楼梦", "@", "@article{", "@comment{红楼梦}", "<html>铜鼓</html>", "10.1000/abc", openurl]
    {
        assert_eq!(send(port, text).await, 422, "{text}");
    }
    assert!(is_empty(&engine));

    for number in 0..30 {
        let entry = format!("@article{{a{number},\n\ttitle = {{铜鼓之{number}}},\n}}\n");
        assert_eq!(send(port, &entry).await, if number < 5 { 202 } else { 429 }, "{number}");
    }
    let arrivals = engine.intake().arrivals();
    let titles: Vec<_> = arrivals.waiting.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(titles, ["铜鼓之0", "铜鼓之1", "铜鼓之2", "铜鼓之3", "铜鼓之4"]);
    assert_eq!(arrivals.dropped, 25);
    assert_eq!(drafts(&engine).await, 0);
    engine.intake().arrivals_drop();
    assert!(is_empty(&engine));
    // 13 texts were read within the minute: 7 more are, whatever they are
    for number in 0..10 {
        assert_eq!(
            send(port, &format!("铜鼓{number}")).await,
            if number < 7 { 422 } else { 429 },
            "{number}"
        );
    }
    // the bookmark is heard all the same
    engine.intake().address_called("hongyan://request?genre=book&title=%E9%BC%93").await;
    assert_eq!(engine.intake().arrivals().waiting.len(), 1);
    engine.intake().arrivals_drop();
    engine.stop().await;
}

/// A context object as Zotero writes it: `createContextObject` in openurl.js of zotero/utilities, version 1.0, after
/// `hongyan://request` of its setting with `?`.
fn zotero(pairs: &[(&str, &str)]) -> String {
    let mut pairs_of_all =
        vec![("url_ver", "Z39.88-2004"), ("ctx_ver", "Z39.88-2004"), ("rfr_id", "info:sid/zotero.org:2")];
    pairs_of_all.extend(pairs);
    let encoded = |text: &str| {
        let mut out = String::new();
        for byte in text.bytes() {
            // what encodeURIComponent leaves
            if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
        out
    };
    let pairs: Vec<String> =
        pairs_of_all.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect();
    format!("hongyan://request?{}", pairs.join("&"))
}

async fn called(engine: &Engine, address: &str) -> Draft {
    engine.intake().address_called(address).await;
    let arrivals = engine.intake().arrivals();
    let [one] = &arrivals.waiting[..] else { panic!("{address}: {arrivals:?}") };
    assert_eq!((one.way, one.wish), (ArrivalWay::Address, ArrivalWish::Request));
    taken(engine, one.id).await
}

#[tokio::test]
async fn zoteros_context_objects_become_complete_forms() {
    let machine = Machine::new();
    let engine = engine(&machine).await;
    let article = [
        ("rft_id", "info:doi/10.1000/tonggu.2019.3"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
        ("rft.genre", "article"),
        ("rft.atitle", "论壮族的铜鼓：纹饰、音律 & 祭祀"),
        ("rft.jtitle", "广西民族研究"),
        ("rft.stitle", "广西民族研究"),
        ("rft.volume", "40"),
        ("rft.issue", "3"),
        ("rft.aufirst", "大鸿"),
        ("rft.aulast", "韦"),
        ("rft.au", "大鸿 韦"),
        ("rft.au", "小雁 李"),
        ("rft.au", "Jane Q. Smith"),
        ("rft.date", "2019-06"),
        ("rft.pages", "101–117"),
        ("rft.spage", "101"),
        ("rft.epage", "117"),
        ("rft.issn", "1004-454X"),
        ("rft.language", "zh-CN"),
    ];
    let draft = called(&engine, &zotero(&article)).await;
    assert_eq!((draft.kind, draft.service), (Kind::Article, Service::Copy));
    let said = [&draft.title, &draft.component_title, &draft.component_author];
    assert_eq!(said, ["广西民族研究", "论壮族的铜鼓：纹饰、音律 & 祭祀", "韦大鸿; 李小雁; Jane Q. Smith"]);
    let said =
        [&draft.volume, &draft.issue, &draft.pages, &draft.date, &draft.issn, &draft.doi, &draft.language];
    assert_eq!(said, ["40", "3", "101-117", "2019", "1004-454X", "10.1000/tonggu.2019.3", "chi"]);

    // a name in one field, as its Chinese translators keep them, is written as «undefined»
    let nameless = [
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:journal"),
        ("rft.genre", "article"),
        ("rft.atitle", "瑶族盘王节"),
        ("rft.jtitle", "民族艺术"),
        ("rft.au", "undefined"),
        ("rft.au", "undefined"),
        ("rft.date", "2020"),
    ];
    let draft = called(&engine, &zotero(&nameless)).await;
    assert_eq!((draft.component_title.as_str(), draft.component_author.as_str()), ("瑶族盘王节", ""));

    let book = [
        ("rft_id", "urn:isbn:978-7-02-000220-7"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:book"),
        ("rft.genre", "book"),
        ("rft.btitle", "红楼梦"),
        ("rft.place", "北京"),
        ("rft.publisher", "人民文学出版社"),
        ("rft.edition", "3"),
        ("rft.series", "中国古典文学读本丛书"),
        ("rft.aufirst", "雪芹"),
        ("rft.aulast", "曹"),
        ("rft.au", "雪芹 曹"),
        ("rft.date", "1982"),
        ("rft.tpages", "1606"),
        ("rft.isbn", "978-7-02-000220-7"),
    ];
    let draft = called(&engine, &zotero(&book)).await;
    assert_eq!(
        (draft.kind, draft.service, draft.isbn.as_str()),
        (Kind::Book, Service::Loan, "9787020002207")
    );
    let said = [&draft.title, &draft.author, &draft.place, &draft.publisher, &draft.edition, &draft.date];
    assert_eq!(said, ["红楼梦", "曹雪芹", "北京", "人民文学出版社", "3", "1982"]);

    let chapter = [
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:book"),
        ("rft.genre", "bookitem"),
        ("rft.atitle", "铜鼓纹饰"),
        ("rft.btitle", "铜鼓研究文集"),
        ("rft.publisher", "广西人民出版社"),
        ("rft.aufirst", "某"),
        ("rft.aulast", "韦"),
        ("rft.au", "某 韦"),
        ("rft.pages", "33-40"),
        ("rft.spage", "33"),
        ("rft.epage", "40"),
    ];
    let draft = called(&engine, &zotero(&chapter)).await;
    assert_eq!((draft.kind, draft.service, draft.pages.as_str()), (Kind::Book, Service::Copy, "33-40"));
    assert_eq!(
        [&draft.title, &draft.component_title, &draft.component_author],
        ["铜鼓研究文集", "铜鼓纹饰", "韦某"]
    );

    let thesis = [
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dissertation"),
        ("rft.title", "壮族铜鼓研究"),
        ("rft.inst", "广西民族大学"),
        ("rft.degree", "硕士"),
        ("rft.aufirst", "某"),
        ("rft.aulast", "韦"),
        ("rft.au", "某 韦"),
        ("rft.date", "2018"),
    ];
    let draft = called(&engine, &zotero(&thesis)).await;
    assert_eq!([&draft.title, &draft.author, &draft.publisher], ["壮族铜鼓研究", "韦某", "广西民族大学"]);
    assert_eq!(draft.kind, Kind::Thesis);

    // everything else goes as Dublin Core with Zotero's own types
    let newspaper = [
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "newspaperArticle"),
        ("rft.title", "铜鼓声声"),
        ("rft.source", "广西日报"),
        ("rft.identifier", "https://gxrb.example/1"),
        ("rft.aufirst", "某"),
        ("rft.aulast", "韦"),
        ("rft.au", "某 韦"),
        ("rft.date", "2021-03-04"),
    ];
    let draft = called(&engine, &zotero(&newspaper)).await;
    assert_eq!(
        [&draft.title, &draft.component_title, &draft.component_author],
        ["广西日报", "铜鼓声声", "韦某"]
    );
    assert_eq!((draft.kind, draft.service), (Kind::Newspaper, Service::Copy));

    // its older version, and a day of need that ours writes
    let old = "hongyan://request?sid=Zotero%3A2&id=doi%3A10.1000%2Ftonggu&genre=article&atitle=%E9%93%9C%E9%BC%93&title=%E6%B0%91%E6%97%8F&aufirst=%E6%9F%90&aulast=%E9%9F%A6&au=%E6%9F%90%20%E9%9F%A6&date=2019&svc.neededBy=2027-01-31&svc_id=copy&svc.note=%E5%81%B7%E5%81%B7";
    let draft = called(&engine, old).await;
    assert_eq!([&draft.title, &draft.component_title, &draft.component_author], ["民族", "铜鼓", "韦某"]);
    assert_eq!((draft.needed_by, draft.doi.as_str()), (Some(date(2027, 1, 31)), "10.1000/tonggu"));
    assert_eq!(draft.note, "", "a stranger's words to the library are not the patron's");
    engine.stop().await;
}

#[tokio::test]
async fn an_address_only_says_what_the_patron_may_want() {
    let machine = Machine::new();
    let engine = engine(&machine).await;
    engine.intake().address_called("hongyan://search?q=%E9%93%9C%E9%BC%93%20%E7%BA%B9%E9%A5%B0").await;
    let words = engine.intake().arrivals().waiting.remove(0);
    assert_eq!((words.wish, words.search.as_str(), words.works), (ArrivalWish::Search, "铜鼓 纹饰", 0));
    let no = engine.intake().arrival_take(words.id, None).await.unwrap_err();
    assert_eq!(no.code, ErrorCode::NotAllowed);
    engine.intake().arrival_drop(words.id);

    let hostile = [
        "hongyan://request?rft.genre=book&rft.btitle=",
        "hongyan://request?%00=%FF%FE",
        "hongyan://settings?x=1",
        "hongyan://request?title=a#/settings",
        "javascript:alert(1)",
        "--version",
    ];
    for address in hostile {
        engine.intake().address_called(address).await;
    }
    let refused = engine.intake().arrivals();
    assert_eq!((refused.waiting.len(), refused.refused), (0, 6));
    // an address without the keys of OpenURL is still one; its bytes may be anything
    let draft =
        called(&engine, "hongyan://request?title=%E7%BA%A2%E6%A5%BC%E6%A2%A6&isbn=9787020002207&x=%FF%FE%00")
            .await;
    assert_eq!((draft.title.as_str(), draft.isbn.as_str()), ("红楼梦", "9787020002207"));
    assert_eq!(drafts(&engine).await, 1);

    for number in 0..1000 {
        engine
            .intake()
            .address_called(&format!("hongyan://request?genre=book&title=%E9%BC%93{number}"))
            .await;
    }
    let arrivals = engine.intake().arrivals();
    assert_eq!((arrivals.waiting.len(), arrivals.dropped), (5, 995));
    assert_eq!(drafts(&engine).await, 1);
    engine.sign_out(true).await.unwrap();
    assert!(is_empty(&engine), "what was sent to one patron is not shown to the next");
    engine.stop().await;
}

#[tokio::test]
async fn what_came_before_the_passphrase_waits_for_it_and_nobody_listens_until_then() {
    let machine = Machine::without_keyring();
    let first = engine(&machine).await;
    let port = free_port();
    assert!(!first.intake().listener().await.unwrap().offered, "nothing is decided yet");
    first.set_passphrase("", "相思湖畔九零四号书库").await.unwrap();
    first.intake().listener_set(true, port).await.unwrap();
    assert_eq!(send(port, BOOK).await, 202);
    first.stop().await;
    drop(first);

    // a cold start by an address, with a locked ledger
    let second = engine(&machine).await;
    assert_eq!(send(port, BOOK).await, 0);
    second
        .intake()
        .address_called("hongyan://request?rft.genre=book&rft.btitle=%E7%BA%A2%E6%A5%BC%E6%A2%A6")
        .await;
    second.unlock("相思湖畔九零四号书库").await.unwrap();
    let waits = second.intake().arrivals().waiting.remove(0);
    assert_eq!(taken(&second, waits.id).await.title, "红楼梦");
    assert_eq!(send(port, BOOK).await, 202, "the patron's choice is known again");
    second.stop().await;
}

#[tokio::test]
async fn the_listener_is_off_until_it_is_switched_on_and_a_taken_port_is_named() {
    let machine = Machine::new();
    let first = engine(&machine).await;
    let view = first.intake().listener().await.unwrap();
    assert_eq!((view.on, view.port, view.offered), (false, 23190, true));
    assert_eq!(send(view.port, BOOK).await, 0, "nobody listens");

    let port = free_port();
    let held = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let problem = first.intake().listener_set(true, port).await.unwrap_err();
    assert_eq!((problem.code, problem.params["port"].clone()), (ErrorCode::PortUnusable, port.to_string()));
    assert!(!first.intake().listener().await.unwrap().on, "what does not succeed changes nothing");
    drop(held);
    first.intake().listener_set(true, port).await.unwrap();
    assert_eq!(send(port, BOOK).await, 202);
    // to another port, and a port that cannot be had leaves the present one open
    let other = free_port();
    first.intake().listener_set(true, other).await.unwrap();
    assert_eq!((send(port, BOOK).await, send(other, BOOK).await), (0, 202));
    let held = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    assert!(first.intake().listener_set(true, port).await.is_err());
    assert_eq!(send(other, BOOK).await, 202);
    assert!(first.intake().listener_set(true, 80).await.is_err());

    // after another start it is open again, or says why not
    first.stop().await;
    assert_eq!(send(other, BOOK).await, 0);
    drop((first, held));
    let second = engine(&machine).await;
    assert_eq!(send(other, BOOK).await, 202);
    second.stop().await;
    drop(second);
    let held = std::net::TcpListener::bind(("127.0.0.1", other)).unwrap();
    let third = engine(&machine).await;
    let view = third.intake().listener().await.unwrap();
    assert_eq!((view.on, view.problem.map(|problem| problem.code)), (true, Some(ErrorCode::PortUnusable)));
    drop(held);
    third.intake().listener_set(true, other).await.unwrap();
    assert!(third.intake().listener().await.unwrap().problem.is_none());
    assert_eq!(send(other, BOOK).await, 202);
    // it outlives sign-out, what waited does not
    third.sign_out(true).await.unwrap();
    assert!(third.intake().arrivals().waiting.is_empty());
    assert_eq!(send(other, BOOK).await, 202);
    third.intake().listener_set(false, other).await.unwrap();
    assert_eq!(send(other, BOOK).await, 0);
    third.intake().listener_set(true, other).await.unwrap();

    // on a shared computer it is closed and not offered
    third.share(true, true).await.unwrap();
    assert_eq!(send(other, BOOK).await, 0);
    let view = third.intake().listener().await.unwrap();
    assert_eq!((view.on, view.offered), (false, false));
    assert_eq!(third.intake().listener_set(true, other).await.unwrap_err().code, ErrorCode::NotAllowed);
    third.stop().await;
}
