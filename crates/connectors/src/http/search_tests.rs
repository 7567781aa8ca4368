//! Search requests: retries and caching.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use wiremock::matchers::{header, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;

const LONG: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Memory(Mutex<HashMap<String, (String, Vec<u8>)>>);

#[async_trait]
impl ResponseCache for Memory {
    async fn read(&self, key: &str) -> Option<(String, Vec<u8>)> {
        self.0.lock().unwrap().get(key).cloned()
    }
    async fn write(&self, key: &str, head: &str, body: &[u8]) {
        self.0.lock().unwrap().insert(key.to_owned(), (head.to_owned(), body.to_vec()));
    }
}

fn caching() -> (Http, Arc<Memory>) {
    let (http, memory) = (Http::new(HttpOptions::default()).unwrap(), Arc::new(Memory::default()));
    http.set_response_cache(Some(memory.clone()));
    (http, memory)
}

fn call(server: &MockServer) -> Call {
    Call::get(Url::parse(&format!("{}/search?q=红楼梦&apikey=7f3a", server.uri())).unwrap(), LONG)
}

async fn answering(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(template).mount(&server).await;
    server
}

fn records(status: u16) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_string("{\"题名\":\"红楼梦\"}")
}

async fn asked(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn a_fresh_answer_is_not_asked_for_again() {
    let server = answering(records(200).insert_header("cache-control", "max-age=600")).await;
    let (http, memory) = caching();
    let first = http.search(call(&server), None).await.unwrap();
    let second = http.search(call(&server), None).await.unwrap();
    assert_eq!((first.body, asked(&server).await), (second.body, 1));
    let other = call(&server).header("accept", "application/xml").unwrap();
    http.search(other, None).await.unwrap();
    assert_eq!(asked(&server).await, 2, "another kind of answer is another answer");
    let kept = memory.0.lock().unwrap();
    assert!(kept.iter().all(|(key, (head, _))| !key.contains("7f3a") && !head.contains("7f3a")));
}

#[tokio::test]
async fn a_stale_answer_is_used_when_it_still_holds() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(header("if-none-match", "\"v1\""))
        .respond_with(ResponseTemplate::new(304).insert_header("cache-control", "max-age=600"))
        .expect(1)
        .mount(&server)
        .await;
    let full = records(200).insert_header("etag", "\"v1\"").insert_header("cache-control", "no-cache");
    Mock::given(method("GET")).respond_with(full).up_to_n_times(1).mount(&server).await;
    let (http, _) = caching();
    let bodies = [
        http.search(call(&server), None).await.unwrap(),
        http.search(call(&server), None).await.unwrap(),
        http.search(call(&server), None).await.unwrap(),
    ];
    assert!(bodies.iter().all(|answer| answer.status == 200 && answer.body == bodies[0].body));
    assert_eq!(asked(&server).await, 2, "the third was fresh by the word of the second");
}

#[tokio::test]
async fn what_must_not_be_kept_is_not() {
    let fresh = ("cache-control", "max-age=600");
    let page =
        ResponseTemplate::new(200).set_body_string("<html>维护</html>").insert_header(fresh.0, fresh.1);
    for template in [
        records(200).insert_header("cache-control", "max-age=600, no-store"),
        records(200).insert_header(fresh.0, fresh.1).insert_header("vary", "Accept, Cookie"),
        records(200),
        records(404).insert_header(fresh.0, fresh.1),
        page,
    ] {
        let server = answering(template).await;
        let (http, memory) = caching();
        let _ = http.search(call(&server), None).await;
        assert!(memory.0.lock().unwrap().is_empty());
    }
    let server = answering(records(200).insert_header(fresh.0, fresh.1)).await;
    let (http, memory) = caching();
    http.search(call(&server).header("authorization", "Bearer 7f3a").unwrap(), None).await.unwrap();
    assert!(memory.0.lock().unwrap().is_empty(), "who asked with a name is asked for again");
}

#[tokio::test]
async fn an_accident_is_tried_once_more_and_a_refusal_is_not() {
    let http = Http::new(HttpOptions::default()).unwrap();
    for (status, times) in [(502, 2), (503, 2), (500, 1), (429, 1), (403, 1), (404, 1), (200, 1)] {
        let server = answering(records(status)).await;
        assert_eq!(http.search(call(&server), None).await.unwrap().status, status);
        assert_eq!(asked(&server).await, times, "{status}");
    }
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(records(502)).up_to_n_times(1).mount(&server).await;
    Mock::given(method("GET")).respond_with(records(200)).mount(&server).await;
    assert_eq!(http.search(call(&server), None).await.unwrap().status, 200);
    let later = answering(records(503).insert_header("retry-after", "60")).await;
    http.search(call(&later), None).await.unwrap();
    assert_eq!(asked(&later).await, 1, "it said when to come again");
}

#[tokio::test]
async fn half_an_answer_is_asked_for_again() {
    for (whole, cut) in [
        ("{\"题名\":\"红楼梦\"}", "{\"题名\":\"红楼"),
        (
            "<?xml version=\"1.0\"?>\n<r:应答 xmlns:r=\"u\"><题名>红楼梦</题名></r:应答 >\n",
            "<r:应答><题名>红楼梦</题名>",
        ),
        ("<应答 数='0'/>", "<应答 数='0'"),
    ] {
        for (body, times) in [(whole, 1), (cut, 2)] {
            let answer = ResponseTemplate::new(200).set_body_string(body);
            let server = answering(answer.insert_header("cache-control", "max-age=600")).await;
            let (http, _) = caching();
            for _ in 0..2 {
                assert_eq!(http.search(call(&server), None).await.unwrap().body, body.as_bytes());
            }
            assert_eq!(asked(&server).await, times, "{body}");
        }
    }
}
