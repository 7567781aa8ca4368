//! Against a server that responds like Zotero 7.

use hongyan_formats::cite::CslItem;
use serde_json::{Value, json};
use url::Url;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Zotero, ZoteroError};
use crate::http::{Http, HttpOptions};

fn at(address: &str) -> Zotero {
    Zotero::at(Http::new(HttpOptions::default()).unwrap(), Url::parse(address).unwrap()).unwrap()
}

async fn server(ping: ResponseTemplate, save: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    for (at, answer) in [("/connector/ping", ping), ("/connector/saveItems", save)] {
        Mock::given(method("POST"))
            .and(path(at))
            .and(header("x-zotero-connector-api-version", "3"))
            .and(header("content-type", "application/json"))
            .respond_with(answer)
            .mount(&server)
            .await;
    }
    server
}

fn alive() -> ResponseTemplate {
    ResponseTemplate::new(200)
        .insert_header("X-Zotero-Version", "7.0.11")
        .set_body_json(json!({"prefs": {"automaticSnapshots": true}}))
}

fn items() -> Vec<CslItem> {
    [
        json!({"id": "1", "type": "article-journal", "title": "雁的迁徙", "language": "zh", "container-title": "候鸟",
            "author": [{"literal": "林一舟"}, {"family": "Berg", "given": "Ola", "non-dropping-particle": "van den"}],
            "translator": [{"literal": "白露"}], "page": "12-19", "volume": "7", "issue": "2", "publisher": "不写在这里",
            "issued": {"date-parts": [[2020, 4, 1]]}, "keyword": "雁; 迁徙", "PMID": "7"}),
        json!({"id": "2", "type": "thesis", "title": "雁", "publisher": "太湖大学", "issued": {"literal": "民国三十六年"},
            "URL": "https://books.example/2", "accessed": {"date-parts": [[2026, 11, 22]]}}),
        json!({"id": "3", "type": "periodical", "title": "候鸟", "publisher": "候鸟学会"}),
    ]
    .iter()
    .filter_map(CslItem::from_json)
    .collect()
}

#[tokio::test]
async fn items_arrive_in_zoteros_terms() {
    let server = server(alive(), ResponseTemplate::new(201)).await;
    assert_eq!(at(&server.uri()).save(&items()).await, Ok(3));
    let calls = server.received_requests().await.unwrap();
    assert_eq!(calls.len(), 2);
    let sent: Value = calls[1].body_json().unwrap();
    assert!(sent["sessionID"].as_str().unwrap().len() >= 16);
    assert_eq!(
        sent["items"][0],
        json!({"id": "1", "itemType": "journalArticle", "title": "雁的迁徙", "language": "zh", "publicationTitle": "候鸟",
            "volume": "7", "issue": "2", "pages": "12-19", "date": "2020-04-01", "extra": "PMID: 7",
            "creators": [
                {"lastName": "林一舟", "fieldMode": 1, "creatorType": "author"},
                {"lastName": "van den Berg", "firstName": "Ola", "creatorType": "author"},
                {"lastName": "白露", "fieldMode": 1, "creatorType": "translator"},
            ],
            "tags": [{"tag": "雁"}, {"tag": "迁徙"}], "notes": [], "attachments": [], "seeAlso": []})
    );
    let thesis = &sent["items"][1];
    assert_eq!(
        ["itemType", "university", "date", "url", "accessDate"].map(|field| thesis[field].as_str().unwrap()),
        ["thesis", "太湖大学", "民国三十六年", "https://books.example/2", "2026-11-22"]
    );
    assert_eq!(sent["items"][2]["extra"], "type: periodical");
}

#[tokio::test]
async fn an_older_zotero_answers_with_a_page() {
    let page = ResponseTemplate::new(200).set_body_string("<html><body>Zotero is running</body></html>");
    let server = server(page, ResponseTemplate::new(201)).await;
    assert_eq!(at(&server.uri()).save(&items()).await, Ok(3));
}

#[tokio::test]
async fn what_is_not_zotero_gets_no_items() {
    let other = server(ResponseTemplate::new(200).set_body_string("你好"), ResponseTemplate::new(201)).await;
    let outcome = at(&other.uri()).save(&items()).await;
    assert!(matches!(outcome, Err(ZoteroError::NotRunning(_))), "{outcome:?}");
    assert_eq!(other.received_requests().await.unwrap().len(), 1);

    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = at(&format!("http://127.0.0.1:{port}/")).save(&items()).await;
    assert!(matches!(nobody, Err(ZoteroError::NotRunning(_))), "{nobody:?}");
}

#[tokio::test]
async fn a_library_that_cannot_be_written_refuses() {
    let answer = ResponseTemplate::new(500).set_body_json(json!({"libraryEditable": false}));
    let server = server(alive(), answer).await;
    let outcome = at(&server.uri()).save(&items()).await;
    assert!(
        matches!(&outcome, Err(ZoteroError::Refused(why)) if why.contains("libraryEditable")),
        "{outcome:?}"
    );
}

#[test]
fn only_this_machine_is_asked() {
    let http = Http::new(HttpOptions::default()).unwrap();
    assert!(Zotero::at(http, Url::parse("http://192.0.2.7:23119/").unwrap()).is_err());
}
