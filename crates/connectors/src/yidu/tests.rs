//! The exact bytes that are sent, dropped clauses, and the captcha.

use futures_util::StreamExt;
use hongyan_model::query::Clause;
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::http::{Http, HttpOptions};
use crate::source::Batch;
use crate::sources;

async fn ask(server: &MockServer, extra: &str, query: &Query) -> Vec<Result<Batch, NetError>> {
    let text = format!(
        "[[source]]\nid = \"yidu\"\nname = \"e读\"\nprotocol = \"yidu\"\naddress = \"{}\"\noffsetBase = 1\npageSize = 2\n{extra}",
        server.uri()
    );
    let config = sources::parse(&text).unwrap().source.remove(0);
    let source = sources::open(&config, &Http::new(HttpOptions::default()).unwrap()).unwrap();
    source.search(query, 3).collect().await
}

fn page(titles: &[&str]) -> ResponseTemplate {
    let content: Vec<Value> = titles
        .iter()
        .map(|title| json!({"ukey": title, "schemacode": "JNArt", "string_title": format!("<em>壮族</em>{title}")}))
        .collect();
    ResponseTemplate::new(200)
        .set_body_json(json!({"code": 200, "msg": "ok", "data": {"content": content, "n": 3}}))
}

#[tokio::test]
async fn asks_page_by_page_in_titles() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(page(&["文字", "\"麽经\""]))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(method("POST")).respond_with(page(&["歌圩"])).mount(&server).await;
    let query = Query {
        clauses: vec![
            Clause::words(Field::Any, " 壮族 "),
            Clause::words(Field::Title, "\"文化\""),
            Clause::words(Field::Creator, "黄氏"),
        ],
        year_to: Some(2020),
        ..Query::default()
    };
    let items = ask(&server, "total = \"/data/n\"\n", &query).await;
    let batches: Vec<Batch> = items.into_iter().map(Result::unwrap).collect();
    assert_eq!(batches[0].hits, Some(3));
    assert_eq!(batches[0].dropped, ["黄氏", "–2020"]);
    assert_eq!(batches[0].records[0].title, "壮族文字");
    assert_eq!(batches[0].records[0].source, "yidu");
    assert_eq!(batches.iter().map(|b| b.records.len()).sum::<usize>(), 3);
    let asked = server.received_requests().await.unwrap();
    for (n, request) in asked.iter().enumerate() {
        assert_eq!(
            request.headers["referer"].to_str().unwrap(),
            format!("{}/searchList/index", server.uri())
        );
        assert_eq!(request.headers["content-type"], "application/json;charset=UTF-8");
        assert_eq!(request.headers.get_all("content-type").iter().count(), 1);
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!((body["offset"].as_u64(), body["limit"].as_u64()), (Some(n as u64 + 1), Some(2)));
        assert_eq!(body["exp"][0]["value"], "壮族 \"文化\"");
        assert_eq!(body["exp"][0]["typeNew"], "0-2");
        let form: Value = serde_json::from_str(body["searchJson"].as_str().unwrap()).unwrap();
        assert_eq!(form["condition"]["title"]["value"], "壮族 \"文化\"");
        assert_eq!(form["searchType"], "simple");
    }
}

#[tokio::test]
async fn what_it_cannot_be_asked_is_said_and_not_sent() {
    let server = MockServer::start().await;
    for query in [Query::from_box("978-7-02-000220-7"), Query::words(Field::Subject, "民族学")] {
        let items = ask(&server, "", &query).await;
        assert!(matches!(items[..], [Err(NetError::Unsupported(_))]), "{items:?}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

/// A response, and a check of the resulting error.
type Case = (ResponseTemplate, fn(&NetError) -> bool);

#[tokio::test]
async fn another_code_is_a_refusal_and_a_captcha_needs_a_person() {
    let say = |body: Value| ResponseTemplate::new(200).set_body_json(body);
    let cases: [Case; 3] = [
        (
            say(json!({"code": 500, "msg": "检索失败"})),
            |e| matches!(e, NetError::Refused { code, message, .. } if code == "500" && message == "检索失败"),
        ),
        (say(json!({"code": 401, "msg": "需要滑动验证"})), |e| matches!(e, NetError::Blocked(_))),
        (ResponseTemplate::new(403).set_body_string("<html>captcha</html>"), |e| {
            matches!(e, NetError::Blocked(_))
        }),
    ];
    for (answer, expected) in cases {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(answer).mount(&server).await;
        let items = ask(&server, "", &Query::words(Field::Any, "壮族")).await;
        let [Err(error)] = &items[..] else { panic!("{items:?}") };
        assert!(expected(error), "{error:?}");
    }
}
