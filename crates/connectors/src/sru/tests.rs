//! Addresses, responses and misbehaving servers. `tests/conformance` runs against real servers.

use futures_util::StreamExt;
use hongyan_model::query::Field;
use wiremock::matchers::{method, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::http::{Http, HttpOptions};
use crate::source::Protocol;
use crate::sources;

const ZS: &str = "http://www.loc.gov/zing/srw/";

fn place(start: u64, wanted: u32) -> PagePosition {
    PagePosition { start, page: 0, wanted }
}

fn diagnostic(number: u32) -> String {
    format!(
        "<diagnostics><diagnostic xmlns=\"http://www.loc.gov/zing/srw/diagnostic/\">\
         <uri>info:srw/diagnostic/1/{number}</uri><details>细节</details><message>不行</message>\
         </diagnostic></diagnostics>"
    )
}

fn response(inner: &str) -> ResponseTemplate {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><searchRetrieveResponse xmlns=\"{ZS}\">\
         <version>1.1</version>{inner}</searchRetrieveResponse>"
    );
    ResponseTemplate::new(200).set_body_raw(body, "text/xml; charset=utf-8")
}

fn record(title: &str) -> String {
    format!(
        "<record><recordSchema>info:srw/schema/1/dc-v1.1</recordSchema><recordData>\
         <dc xmlns=\"info:srw/schema/1/dc-schema\" xmlns:d=\"http://purl.org/dc/elements/1.1/\">\
         <d:title>{title}</d:title></dc></recordData></record>"
    )
}

async fn ask(server: &MockServer, query: &str) -> (Vec<Batch>, Option<NetError>) {
    let text = format!(
        "[[source]]\nid = \"t\"\nname = \"目录\"\nprotocol = \"sru\"\nschema = \"mods\"\naddress = \"{}/sru?db=中文\"\n",
        server.uri()
    );
    let config = sources::parse(&text).unwrap().source.remove(0);
    assert_eq!(config.protocol, Protocol::Sru);
    let source = sources::open(&config, &Http::new(HttpOptions::default()).unwrap()).unwrap();
    let items: Vec<_> = source.search(&Query::words(Field::Title, query), 20).collect().await;
    let mut batches = Vec::new();
    for item in items {
        match item {
            Ok(batch) => batches.push(batch),
            Err(error) => return (batches, Some(error)),
        }
    }
    (batches, None)
}

#[test]
fn an_address_keeps_what_it_has() {
    let base = Url::parse("https://opac.example/sru/X?db=1&key=%E9%B8%BF").unwrap();
    let url = address(&base, "", "dc.title=\"红 楼+梦&x=1\"", place(10, 5), "marcxml");
    assert!(
        url.query().unwrap().starts_with("db=1&key=%E9%B8%BF&version=1.2&operation=searchRetrieve&query=")
    );
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert!(pairs.contains(&("query".to_owned(), "dc.title=\"红 楼+梦&x=1\"".to_owned())));
    assert!(pairs.contains(&("startRecord".to_owned(), "11".to_owned())));
    assert!(pairs.contains(&("maximumRecords".to_owned(), "5".to_owned())));
    assert!(!url.query().unwrap().contains('+'), "a space is %20: {url}");
    let newer = address(&base, "2.0", "x", place(0, 1), "");
    assert!(newer.query().unwrap().contains("queryType=cql&recordXMLEscaping=xml&query=x"));
    assert!(!newer.query().unwrap().contains("recordSchema"));
}

#[tokio::test]
async fn a_diagnostic_is_a_refusal_with_its_number() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(response(&diagnostic(10))).mount(&server).await;
    let (batches, error) = ask(&server, "红楼梦").await;
    assert!(batches.is_empty());
    let Some(NetError::Refused { status: 0, code, message, .. }) = error else { panic!("{error:?}") };
    assert_eq!((code.as_str(), message.as_str()), ("info:srw/diagnostic/1/10", "不行 (细节)"));
}

#[tokio::test]
async fn a_diagnostic_is_heard_behind_a_bad_status() {
    let server = MockServer::start().await;
    let body = format!("<searchRetrieveResponse xmlns=\"{ZS}\">{}</searchRetrieveResponse>", diagnostic(7));
    let answer = ResponseTemplate::new(400).set_body_raw(body, "text/xml");
    Mock::given(method("GET")).respond_with(answer).mount(&server).await;
    let (_, error) = ask(&server, "鲁迅").await;
    assert!(matches!(error, Some(NetError::Refused { code, .. }) if code == "info:srw/diagnostic/1/7"));
}

#[tokio::test]
async fn an_unknown_schema_is_not_asked_for_again() {
    let server = MockServer::start().await;
    let page = format!("<numberOfRecords>40</numberOfRecords><records>{}</records>", record("史记"));
    let next = format!("<numberOfRecords>2</numberOfRecords><records>{}</records>", record("汉书"));
    let schema = |name: &str| Mock::given(method("GET")).and(query_param("recordSchema", name));
    schema("mods").respond_with(response(&diagnostic(66))).expect(1).mount(&server).await;
    schema("marcxml").respond_with(response(&diagnostic(66))).expect(1).mount(&server).await;
    schema("dc")
        .and(query_param("startRecord", "1"))
        .respond_with(response(&page))
        .expect(1)
        .mount(&server)
        .await;
    schema("dc").respond_with(response(&next)).mount(&server).await;
    Mock::given(method("GET"))
        .respond_with(response(&diagnostic(66)))
        .expect(1)
        .with_priority(9)
        .mount(&server)
        .await;
    let (batches, error) = ask(&server, "史").await;
    assert_eq!(error, None);
    let titles: Vec<_> = batches.iter().flat_map(|b| &b.records).map(|r| r.title.as_str()).collect();
    assert_eq!(titles, ["史记", "汉书"]);
    server.verify().await;
}

#[tokio::test]
async fn a_complaint_beside_records_is_a_warning() {
    let server = MockServer::start().await;
    let odd = format!(
        "<numberOfRecords>2</numberOfRecords><records>{}<record><recordData>{}</recordData></record></records>{}",
        record("论语"),
        diagnostic(67).replace("<diagnostics>", "").replace("</diagnostics>", ""),
        diagnostic(48)
    );
    Mock::given(method("GET")).respond_with(response(&odd)).mount(&server).await;
    let (batches, error) = ask(&server, "论语").await;
    assert_eq!(error, None);
    assert_eq!(batches.len(), 1, "two places were taken, so this is the end");
    assert_eq!(batches[0].records[0].title, "论语");
    assert!(
        batches[0].warnings.contains(&"info:srw/diagnostic/1/48".to_owned()),
        "{:?}",
        batches[0].warnings
    );
    assert!(batches[0].warnings.contains(&"record: info:srw/diagnostic/1/67".to_owned()));
}

#[tokio::test]
async fn what_is_no_sru_is_told_apart() {
    for (body, kind) in [
        ("<!DOCTYPE html><html><body>登录校园网</body></html>", "wrong kind"),
        ("<rss/>", "malformed"),
        ("<searchRetrieveResponse><numberOfRecords>3", "malformed"),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><searchRetrieveResponse/>", "malformed"),
        ("{\"馆\":1}", "wrong kind"),
        ("", "malformed"),
        ("<explainResponse xmlns=\"http://www.loc.gov/zing/srw/\"/>", "wrong kind"),
    ] {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .respond_with(ResponseTemplate::new(200).set_body_string(body))
            .mount(&server)
            .await;
        let (_, error) = ask(&server, "鸿雁").await;
        let got = match error {
            Some(NetError::WrongKind(_)) => "wrong kind",
            Some(NetError::Malformed(_)) => "malformed",
            other => panic!("{body}: {other:?}"),
        };
        assert_eq!(got, kind, "{body}");
    }
}

fn explained(inner: &str) -> ResponseTemplate {
    let body = format!(
        "<explainResponse xmlns=\"{ZS}\"><version>1.1</version><record><recordData>\
         <explain xmlns=\"http://explain.z3950.org/dtd/2.0/\"><databaseInfo><title>某馆</title></databaseInfo>\
         {inner}</explain></recordData></record></explainResponse>"
    );
    ResponseTemplate::new(200).set_body_raw(body, "text/xml; charset=utf-8")
}

fn bare(server: &MockServer) -> SourceConfig {
    SourceConfig::new("bare", "目录", Protocol::Sru, format!("{}/sru", server.uri()))
}

#[tokio::test]
async fn an_address_alone_is_enough() {
    let server = MockServer::start().await;
    let inner = "<indexInfo><index><map><name set=\"alma\">title</name></map></index>\
                 <index><map><name set=\"alma\">year</name></map></index></indexInfo>\
                 <schemaInfo><schema name=\"dc\"/></schemaInfo>";
    let operation = |name: &str| Mock::given(method("GET")).and(query_param("operation", name));
    operation("explain").respond_with(explained(inner)).expect(1).mount(&server).await;
    let page = format!("<numberOfRecords>1</numberOfRecords><records>{}</records>", record("史记"));
    operation("searchRetrieve")
        .and(query_param("recordSchema", "dc"))
        .and(query_param("version", "1.1"))
        .and(query_param(
            "query",
            "alma.title=\"史记\" and cql.serverChoice=\"司马迁\" and alma.year=\"1959\"",
        ))
        .respond_with(response(&page))
        .expect(2)
        .mount(&server)
        .await;
    let config = SourceConfig { folds: true, ..bare(&server) };
    let source = sources::open(&config, &Http::new(HttpOptions::default()).unwrap()).unwrap();
    let mut query = Query::from_box("题名:史记 作者:司马迁");
    (query.year_from, query.year_to) = (Some(1959), Some(1959));
    for _ in 0..2 {
        let batch = source.search(&query, 1).next().await.unwrap().unwrap();
        assert_eq!(batch.records[0].title, "史记");
        assert_eq!(batch.dropped, ["作者:司马迁"], "asked anywhere, and said");
    }
    server.verify().await;
}

#[tokio::test]
async fn an_index_that_is_refused_is_asked_anywhere_and_said() {
    let server = MockServer::start().await;
    let query = |text: &str| Mock::given(method("GET")).and(query_param("query", text));
    let page = format!("<numberOfRecords>1</numberOfRecords><records>{}</records>", record("史记"));
    query("dc.title=\"史记\"").respond_with(response(&diagnostic(16))).expect(1).mount(&server).await;
    query("cql.serverChoice=\"史记\"").respond_with(response(&page)).expect(2).mount(&server).await;
    let config = SourceConfig { schema: "dc".into(), folds: true, ..bare(&server) };
    let source = sources::open(&config, &Http::new(HttpOptions::default()).unwrap()).unwrap();
    for _ in 0..2 {
        let batch = source.search(&Query::words(Field::Title, "史记"), 1).next().await.unwrap().unwrap();
        assert_eq!((batch.records.len(), batch.dropped), (1, vec!["题名:史记".to_owned()]));
    }
    server.verify().await;
}

#[tokio::test]
async fn a_target_of_another_version_is_asked_in_its_own() {
    let server = MockServer::start().await;
    let page = format!("<numberOfRecords>1</numberOfRecords><records>{}</records>", record("史记"));
    Mock::given(query_param("version", "1.1")).respond_with(response(&page)).mount(&server).await;
    let old = diagnostic(5).replace("细节", "1.1");
    Mock::given(query_param("version", "1.2")).respond_with(response(&old)).mount(&server).await;
    let config = SourceConfig { schema: "dc".into(), ..bare(&server) };
    let source = sources::open(&config, &Http::new(HttpOptions::default()).unwrap()).unwrap();
    let batch = source.search(&Query::words(Field::Title, "史记"), 1).next().await.unwrap().unwrap();
    assert_eq!(batch.records.len(), 1);
}

#[tokio::test]
async fn a_target_is_tried_out() {
    let server = MockServer::start().await;
    let page = format!("<numberOfRecords>7</numberOfRecords><records>{}</records>", record("中国史"));
    let explain = Mock::given(query_param("operation", "explain"));
    let inner = "<schemaInfo><schema name=\"dc\"/></schemaInfo>";
    explain.respond_with(explained(inner)).mount(&server).await;
    Mock::given(query_param("operation", "searchRetrieve"))
        .respond_with(response(&page))
        .mount(&server)
        .await;
    let http = Http::new(HttpOptions::default()).unwrap();
    let probe = sources::probe(&bare(&server), None, &http).await.unwrap();
    assert_eq!((probe.title.as_str(), probe.version.as_str(), probe.hits), ("某馆", "1.1", Some(7)));
    assert_eq!(probe.schemas, ["dc"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_counted_with_its_reason() {
    let pica = "<record><recordSchema>picaxml</recordSchema><recordData><record \
                xmlns=\"info:srw/schema/5/picaXML-v1.0\"><datafield tag=\"021A\"/></record></recordData></record>";
    let surrogate = "<record><recordSchema>info:srw/schema/1/diagnostics-v1.1</recordSchema><recordData>\
                     <diagnostic xmlns=\"http://www.loc.gov/zing/srw/diagnostic/\"><uri>info:srw/diagnostic/1/63\
                     </uri><message>记录读取失败</message></diagnostic></recordData></record>";
    for (records, count, schema, said) in [
        (pica.repeat(10), 10, "picaxml", ""),
        (surrogate.repeat(10), 10, "", "记录读取失败"),
        (pica.to_owned() + &record("红楼梦"), 1, "picaxml", ""),
        (record("红楼梦"), 0, "", ""),
    ] {
        let server = MockServer::start().await;
        let inner = format!("<numberOfRecords>10</numberOfRecords><records>{records}</records>");
        Mock::given(method("GET")).respond_with(response(&inner)).mount(&server).await;
        let (batches, error) = ask(&server, "红楼梦").await;
        assert_eq!(error, None);
        let unread = &batches[0].unread;
        assert_eq!((unread.records, unread.schema.as_str(), unread.said.as_str()), (count, schema, said));
    }
}
