use futures_util::StreamExt;
use hongyan_model::query::{Clause, Field};
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::http::{Http, HttpOptions};
use crate::source::{Batch, Credentials, Protocol, SourceConfig};
use crate::sources;

fn config(server: &MockServer) -> SourceConfig {
    SourceConfig {
        collection: "etd".to_owned(),
        tenant: "a001962".to_owned(),
        page_size: 2,
        ..SourceConfig::new("etd", "学位论文", Protocol::Reader, format!("{}/okapi", server.uri()))
    }
}

async fn ask(server: &MockServer, query: &Query, token: Option<&str>) -> Vec<Result<Batch, NetError>> {
    let credentials = token.map(|secret| Credentials { secret: secret.to_owned(), ..Credentials::default() });
    let http = Http::new(HttpOptions::default()).unwrap();
    let source = sources::open_with(&config(server), &http, credentials.as_ref()).unwrap();
    source.search(query, 10).collect().await
}

#[tokio::test]
async fn names_its_library_and_asks_in_the_words_of_the_contract() {
    let server = MockServer::start().await;
    let body = json!({"records": [{"id": "t1", "type": "thesis", "kind": "Thesis", "title": "壮族研究"}], "totalRecords": 1, "facets": []});
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(body)).mount(&server).await;
    let query = Query {
        clauses: vec![Clause::words(Field::Title, "壮族 \"研究\""), Clause::words(Field::Any, "广西")],
        year_from: Some(1990),
        ..Query::default()
    };
    let items = ask(&server, &query, Some("token-904")).await;
    assert_eq!(items[0].as_ref().unwrap().records[0].title, "壮族研究");
    ask(&server, &Query::from_box("10.1000/182"), None).await;
    let asked = server.received_requests().await.unwrap();
    let value = |n: usize, name: &str| {
        asked[n].url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap()
    };
    assert_eq!(asked[0].url.path(), "/okapi/search/etd");
    assert_eq!(asked[0].headers["x-okapi-tenant"], "a001962");
    assert_eq!(asked[0].headers["x-okapi-token"], "token-904");
    let cql = value(0, "query");
    for part in ["title=\"壮族\"", "cql.serverChoice=\"广西\"", "date>=\"1990\""] {
        assert!(cql.contains(part), "{cql}");
    }
    assert_eq!((value(0, "offset").as_str(), value(0, "limit").as_str()), ("0", "2"));
    assert_eq!(value(1, "query"), "doi=\"10.1000/182\"");
    assert!(asked[1].headers.get("x-okapi-token").is_none());
}

#[tokio::test]
async fn says_no_as_the_contract_does() {
    let errors =
        |code: &str| json!({"errors": [{"code": code, "message": "检索式无法识别"}], "total_records": 1});
    for (status, body, expected) in [
        (401, errors("TOKEN_MISSING"), NetError::SignIn),
        (
            400,
            errors("QUERY_INVALID"),
            NetError::Refused {
                status: 400,
                code: "QUERY_INVALID".to_owned(),
                message: "检索式无法识别".to_owned(),
                params: Vec::new(),
            },
        ),
        (502, json!({}), NetError::Server(502)),
    ] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_json(body);
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let items = ask(&server, &Query::words(Field::Any, "壮族"), None).await;
        assert_eq!(items, [Err(expected)]);
    }
    let server = MockServer::start().await;
    let wrong = SourceConfig { tenant: String::new(), ..config(&server) };
    assert!(sources::open(&wrong, &Http::new(HttpOptions::default()).unwrap()).is_err());
}
