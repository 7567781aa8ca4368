//! The open indexes beyond the common suite: identifiers, operators, keys, error formats, and recorded
//! responses where they are present.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::path::PathBuf;
use std::time::Duration;

use hongyan_conformance::recorded::indexes;
use hongyan_conformance::search::{Subject, config, open, records, search};
use hongyan_connectors::error::NetError;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::source::{Access, Credentials, Protocol};
use hongyan_connectors::sources;
use hongyan_model::Query;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::query::{Clause, Field, Join};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn all() -> Vec<Subject> {
    vec![
        Subject::recorded(indexes::Crossref, Protocol::Crossref).await,
        Subject::recorded(indexes::Openalex, Protocol::Openalex).await,
        Subject::recorded(indexes::Doaj, Protocol::Doaj).await,
        Subject::recorded(indexes::Arxiv, Protocol::Arxiv).await,
        Subject::recorded(indexes::Cinii, Protocol::Cinii).await,
    ]
}

#[tokio::test]
async fn a_doi_is_looked_up_and_one_that_is_not_there_is_no_error() {
    for subject in all().await {
        let source = subject.open();
        if subject.config.protocol != Protocol::Doaj && subject.config.protocol != Protocol::Cinii {
            let missing = search(&*source, &Query::from_box("10.5555/none.0000"), 10).await;
            assert_eq!(missing.1, None, "{}", subject.config.id);
            assert!(missing.0.iter().all(|batch| batch.records.is_empty()));
        }
        let found = records(&*source, &Query::from_box("https://doi.org/10.5555/HY.0001"), 10).await;
        assert_eq!(found.len(), 1, "{}: {found:?}", subject.config.id);
        let record = &found[0];
        assert_eq!(record.title, "红楼梦研究");
        assert_eq!(record.identifier(IdentifierKind::Doi), Some("10.5555/hy.0001"));
        assert_eq!((record.container.as_str(), record.volume.as_str()), ("南岭文史学报", "12"));
        assert_eq!((record.issue.as_str(), record.pages.as_str()), ("3", "101-117"), "{}", subject.config.id);
        assert_eq!(record.year, Some(2019));
        assert_eq!(record.creators[0].name, "韦小雁");
        assert!(record.summary.starts_with("本文比较三种抄本。"), "{:?}", record.summary);
    }
}

#[tokio::test]
async fn an_isbn_is_found_where_books_are() {
    let crossref = Subject::recorded(indexes::Crossref, Protocol::Crossref).await;
    let book = records(&*crossref.open(), &Query::from_box("978-7-00-000001-8"), 10).await;
    assert_eq!(book[0].title, "The Dream and its Readers");
    let cinii = Subject::recorded(indexes::Cinii, Protocol::Cinii).await;
    let book = records(&*cinii.open(), &Query::from_box("978-4-10-000001-6"), 10).await;
    assert_eq!((book[0].title.as_str(), book[0].creators[0].name.as_str()), ("夏目漱石研究序説", "大野健一"));
}

#[tokio::test]
async fn operators_do_what_they_say_where_they_are_known() {
    let clause = |join, text: &str| Clause { join, ..Clause::words(Field::Title, text) };
    for subject in all().await {
        let query = Query {
            clauses: vec![
                clause(Join::And, "红楼梦"),
                clause(Join::Or, "夏目漱石"),
                clause(Join::Not, "人物"),
            ],
            ..Query::default()
        };
        let (batches, error) = search(&*subject.open(), &query, 10).await;
        assert_eq!(error, None);
        let titles: Vec<_> = batches.iter().flat_map(|b| &b.records).map(|r| r.title.as_str()).collect();
        if subject.config.protocol == Protocol::Crossref {
            assert_eq!(batches[0].dropped, ["夏目漱石", "人物"]);
        } else {
            assert_eq!(titles, ["红楼梦研究", "夏目漱石研究序説"], "{}", subject.config.id);
            assert!(batches[0].dropped.is_empty());
        }
    }
}

#[tokio::test]
async fn years_are_asked_or_said_to_be_left_out() {
    for subject in all().await {
        let mut query = Query::words(Field::Title, "研究");
        (query.year_from, query.year_to) = (Some(2001), Some(2020));
        let (batches, error) = search(&*subject.open(), &query, 10).await;
        assert_eq!(error, None, "{}", subject.config.id);
        assert!(batches[0].dropped.is_empty());
        let received = subject.control().received();
        let call = format!("{}?{}", received[0].path, received[0].query);
        assert!(call.contains("2001") && call.contains("2020"), "{call}");
    }
}

#[tokio::test]
async fn a_key_goes_to_the_source_and_nowhere_else() {
    const KEY: &str = "hush-密钥-904";
    let credentials = Credentials { secret: KEY.to_owned(), ..Credentials::default() };
    for (subject, name) in [
        (Subject::recorded(indexes::Openalex, Protocol::Openalex).await, "api_key="),
        (Subject::recorded(indexes::Cinii, Protocol::Cinii).await, "appid="),
    ] {
        let query = Query::words(Field::Title, "红楼梦");
        let found = records(&*subject.open_with(&credentials), &query, 5).await;
        assert!(!found.is_empty());
        assert!(!format!("{found:?}").contains("hush"));
        assert!(subject.control().received()[0].query.contains(name));
        // no key is sent when none was entered
        subject.control().clear_received();
        assert!(!records(&*subject.open(), &query, 5).await.is_empty());
        assert!(!subject.control().received()[0].query.contains(name));
        // errors do not contain the key
        for kind in [hongyan_sandbox::FaultKind::Status { status: 400 }, hongyan_sandbox::FaultKind::Reset] {
            // twice, because a transient failure is retried once
            subject.control().add_fault(hongyan_sandbox::Fault::on(&subject.prefix, kind).times(2));
            let (_, error) = search(&*subject.open_with(&credentials), &query, 5).await;
            let error = error.unwrap();
            assert!(!format!("{error:?} {error}").contains("hush"), "{error:?}");
            subject.control().clear_faults();
        }
        assert!(!format!("{credentials:?}").contains("hush"));
    }
}

#[tokio::test]
async fn without_a_needed_key_nothing_is_sent() {
    let mut subject = Subject::recorded(indexes::Cinii, Protocol::Cinii).await;
    subject.config.access = Access::Key;
    let (batches, error) = search(&*subject.open(), &Query::words(Field::Title, "红楼梦"), 5).await;
    assert_eq!((batches.len(), error), (0, Some(NetError::NeedsKey)));
    assert!(subject.control().received().is_empty());
}

#[tokio::test]
async fn the_mail_address_goes_to_crossref_only_when_it_is_configured() {
    let subject = Subject::recorded(indexes::Crossref, Protocol::Crossref).await;
    for (contact, sent) in [
        (Some("library@example.edu.cn"), true),
        (Some("https://library.example.edu.cn/contact"), false),
        (None, false),
    ] {
        subject.control().clear_received();
        let options = HttpOptions { contact: contact.map(str::to_owned), ..HttpOptions::default() };
        let source = sources::open(&subject.config, &Http::new(options).unwrap()).unwrap();
        assert!(!records(&*source, &Query::words(Field::Title, "红楼梦"), 5).await.is_empty());
        let query = &subject.control().received()[0].query;
        assert_eq!(query.contains("mailto=library%40example.edu.cn"), sent, "{contact:?}: {query}");
        assert_eq!(query.contains("mailto"), sent);
    }
}

#[tokio::test]
async fn doaj_is_not_asked_behind_its_last_page() {
    let server = MockServer::start().await;
    let hit = r#"{"id":"1","bibjson":{"title":"壮族研究 N"}}"#;
    // every page is full and has new records
    let page = move |request: &wiremock::Request| {
        let number = request.url.query_pairs().find(|(k, _)| k == "page").unwrap().1.into_owned();
        let hits = vec![hit.replace('N', &number); 100].join(",");
        ResponseTemplate::new(200)
            .set_body_raw(format!(r#"{{"total":5412874,"results":[{hits}]}}"#), "application/json")
    };
    Mock::given(any()).respond_with(page).mount(&server).await;
    let mut config = config("doaj", Protocol::Doaj, &server.uri());
    config.page_size = 500;
    let (batches, error) = search(&*open(&config), &Query::words(Field::Title, "壮族"), 5000).await;
    assert_eq!((batches.len(), error), (10, None));
    assert_eq!(batches.last().unwrap().warnings, ["the source shows no more than its first 1000 hits"]);
}

/// Protocol, status, content type, body, and a check of the resulting error.
type Case = (Protocol, u16, &'static str, &'static str, fn(&NetError) -> bool);

#[tokio::test]
async fn each_says_no_in_its_own_way() {
    let cases: [Case; 9] = [
        (
            Protocol::Crossref,
            400,
            "application/json;charset=utf-8",
            r#"{"status":"failed","message-type":"validation-failure","message":[{"type":"integer-not-valid","value":"x","message":"行数不对 must be a positive integer"}]}"#,
            |e| matches!(e, NetError::Refused { status: 400, code, message, .. } if code == "integer-not-valid" && message.contains("行数")),
        ),
        (
            Protocol::Crossref,
            404,
            "application/json",
            "Resource not found.",
            |e| matches!(e, NetError::Refused { status: 404, message, .. } if message == "Resource not found."),
        ),
        (
            Protocol::Openalex,
            403,
            "application/json",
            r#"{"error":"Forbidden","message":"Too many requests, rate limit exceeded"}"#,
            |e| *e == NetError::Throttled { after: None },
        ),
        (
            Protocol::Openalex,
            429,
            "application/json",
            r#"{"error":"Rate limit exceeded","message":"Daily budget spent"}"#,
            |e| *e == NetError::Throttled { after: Some(Duration::from_secs(60)) },
        ),
        (
            Protocol::Openalex,
            400,
            "application/json",
            r#"{"error":"Invalid query parameters error.","message":"x is not a valid field"}"#,
            |e| matches!(e, NetError::Refused { code, .. } if code.starts_with("Invalid query")),
        ),
        (
            Protocol::Doaj,
            400,
            "application/json",
            r#"{"status":"bad_request","error":"Your search query contains disallowed Lucene features."}"#,
            |e| matches!(e, NetError::Refused { message, .. } if message.contains("disallowed")),
        ),
        (
            Protocol::Arxiv,
            200,
            "application/atom+xml",
            r#"<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><opensearch:totalResults>1</opensearch:totalResults><entry><id>http://arxiv.org/api/errors#malformed</id><title>Error</title><summary>查询 malformed</summary></entry></feed>"#,
            |e| matches!(e, NetError::Refused { message, .. } if message == "查询 malformed"),
        ),
        (Protocol::Arxiv, 200, "text/plain", "Rate exceeded.", |e| *e == NetError::Throttled { after: None }),
        (
            Protocol::Cinii,
            200,
            "text/html",
            "<!DOCTYPE html><html><body>メンテナンス中</body></html>",
            |e| matches!(e, NetError::WrongKind(_)),
        ),
    ];
    for (protocol, status, media_type, body, expected) in cases {
        let server = MockServer::start().await;
        let mut answer = ResponseTemplate::new(status).set_body_raw(body, media_type);
        if status == 429 {
            answer = answer.insert_header("retry-after", "60");
        }
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let source = open(&config("x", protocol, &server.uri()));
        let (_, error) = search(&*source, &Query::words(Field::Title, "红楼梦"), 5).await;
        let error = error.unwrap_or_else(|| panic!("{protocol:?} {status} went unnoticed"));
        assert!(expected(&error), "{protocol:?} {status}: {error:?}");
    }
}

#[tokio::test]
async fn crossrefs_own_limits_make_the_gate_stricter() {
    let server = MockServer::start().await;
    let page = |n: u32| {
        format!(
            r#"{{"status":"ok","message":{{"total-results":2,"items":[{{"DOI":"10.5555/hy.{n}","title":["红楼梦 {n}"]}}]}}}}"#
        )
    };
    for n in [1, 2] {
        let answer = ResponseTemplate::new(200)
            .set_body_raw(page(n), "application/json")
            .insert_header("x-rate-limit-limit", "4")
            .insert_header("x-rate-limit-interval", "1s");
        Mock::given(any()).respond_with(answer).up_to_n_times(1).mount(&server).await;
    }
    let mut config = config("crossref", Protocol::Crossref, &server.uri());
    config.page_size = 1;
    let started = std::time::Instant::now();
    assert_eq!(records(&*open(&config), &Query::words(Field::Title, "红楼梦"), 5).await.len(), 2);
    // the second request waited for a quarter of a second after the first
    assert!(started.elapsed() >= Duration::from_millis(240), "{:?}", started.elapsed());
}

/// Recorded responses, where present: sample, protocol, hits, records, first title.
const REAL: &[(&str, Protocol, u64, usize, &str)] = &[
    (
        "crossref/query_renear_ontologies.json",
        Protocol::Crossref,
        9268,
        20,
        "Strategic Reading, Ontologies, and the Future of Scientific Publishing",
    ),
    ("crossref/query_empty.json", Protocol::Crossref, 0, 0, ""),
    (
        "openalex/list_sample5.json",
        Protocol::Openalex,
        5,
        5,
        "Patriotism as criterion of changes of transition political process: problems on the way to information society",
    ),
    (
        "doaj/article_search_ccby.json",
        Protocol::Doaj,
        5_412_874,
        10,
        "Brain insulin sensitivity is linked to adiposity and body fat distribution",
    ),
    (
        "arxiv/query_testing_10.atom.xml",
        Protocol::Arxiv,
        214_881,
        10,
        "Testing Deep Learning Models: A First Comparative Study of Multiple Testing Techniques",
    ),
    ("arxiv/id_none_0000.0000.atom.xml", Protocol::Arxiv, 0, 0, ""),
    ("cinii/books_json_hit1.json", Protocol::Cinii, 1, 1, "夕陽カ丘三号館"),
];

#[tokio::test]
async fn real_answers_are_read() {
    for (name, protocol, hits, count, title) in REAL {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
        let Ok(body) = std::fs::read(path) else {
            println!("SKIPPED {name}: no sample data beside the project");
            continue;
        };
        let server = MockServer::start().await;
        let media_type = if name.ends_with("xml") { "application/atom+xml" } else { "application/json" };
        Mock::given(any())
            .respond_with(ResponseTemplate::new(200).set_body_raw(body, media_type))
            .mount(&server)
            .await;
        let mut config = config("real", *protocol, &server.uri());
        config.page_size = 20;
        let (batches, error) =
            search(&*open(&config), &Query::words(Field::Title, "x"), *count.max(&1)).await;
        assert_eq!(error, None, "{name}");
        assert_eq!(batches[0].hits, Some(*hits), "{name}");
        assert_eq!(batches[0].records.len(), *count, "{name}");
        assert_eq!(batches[0].records.first().map_or("", |r| r.title.as_str()), *title, "{name}");
    }
}
