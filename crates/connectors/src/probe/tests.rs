//! What a check hides, and what it says of targets that describe themselves.

use serde_json::json;
use wiremock::matchers::{method, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::http::HttpOptions;
use crate::source::{Access, Credentials};

const SECRET: &str = "秘密key-4711";

async fn checked(config: &SourceConfig, credentials: Option<&Credentials>) -> Checked {
    let http = Http::new(HttpOptions::default()).unwrap();
    let manners = Manners { pause: std::time::Duration::ZERO };
    check(config, credentials, &http, manners).await.unwrap()
}

fn finding<'a>(checked: &'a Checked, id: &str) -> &'a Finding {
    checked.findings.iter().find(|finding| finding.id == id).unwrap()
}

/// A source that repeats what it was asked, as many do: key, user, host and the address of the patron.
#[tokio::test]
async fn nothing_of_the_patron_is_in_the_page() {
    let server = MockServer::start().await;
    let host = format!("127.0.0.1:{}", server.address().port());
    let echo = format!(
        "<record><head><Error>999</Error><ErrorMessage>key {SECRET} of reader 20210001 at {host} from 10.11.12.13 \
         card 6222021234567890 (see http://proxy.private.example/x, mail li@private.example)</ErrorMessage></head></record>"
    );
    let body = ResponseTemplate::new(200).set_body_raw(echo, "text/xml");
    Mock::given(method("GET")).respond_with(body).mount(&server).await;
    let mut config = SourceConfig::new("own-school", "某校代理", Protocol::Riss, server.uri());
    (config.access, config.collection) = (Access::Key, "A".to_owned());
    let credentials = Credentials { user: "20210001".into(), secret: SECRET.into(), group: String::new() };
    let seen = checked(&config, Some(&credentials)).await;
    assert!(!seen.asked.is_empty());
    for language in [Language::Zh, Language::En] {
        let page = report::page(std::slice::from_ref(&seen), language, "2026-11-30");
        for word in
            [SECRET, "20210001", "127.0.0.1", "10.11.12.13", "6222021234567890", "private", "school", "某校"]
        {
            assert!(!page.contains(word), "{word}: {page}");
        }
        assert!(page.contains("key … of reader … at … from …"), "{page}");
        assert!(page.contains("（HTTP 200: 999）") || page.contains("(HTTP 200: 999)"), "{page}");
    }
    let kept = String::from_utf8(seen.kept.first().unwrap().body.clone()).unwrap();
    assert!(!kept.contains(SECRET) && !kept.contains("20210001") && kept.contains("ErrorMessage"), "{kept}");
}

/// The host is named only where it is the one that comes along.
#[tokio::test]
async fn hosts_of_others_are_not_named() {
    let known = sources::default_file().source.into_iter().find(|source| source.id == "calis").unwrap();
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(403)).mount(&server).await;
    let proxied = SourceConfig { address: server.uri(), min_interval_ms: 0, ..known };
    let seen = checked(&proxied, None).await;
    assert_eq!((seen.id.as_str(), seen.host.as_str(), seen.asked.len()), ("calis", "", 1));
    let agent = server.received_requests().await.unwrap().remove(0).headers["user-agent"].clone();
    assert!(agent.to_str().unwrap().starts_with("Hongyan/"));
}

fn explain(schema: &str) -> String {
    format!(
        "<explainResponse><record><recordData><explain><serverInfo version=\"1.1\"/><indexInfo>\
         <index><map><name set=\"pica\">tit</name></map></index></indexInfo><schemaInfo>\
         <schema name=\"{schema}\"/></schemaInfo></explain></recordData></record></explainResponse>"
    )
}

fn found(record: &str) -> String {
    format!(
        "<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\"><numberOfRecords>3</numberOfRecords>\
         <records>{record}</records></searchRetrieveResponse>"
    )
}

/// A target of the PICA world: records in a schema that is not read, other names of indexes.
#[tokio::test]
async fn a_target_in_another_schema() {
    let server = MockServer::start().await;
    let xml = |text: String| ResponseTemplate::new(200).set_body_raw(text, "text/xml");
    let operation = |name: &str| Mock::given(method("GET")).and(query_param("operation", name));
    operation("explain").respond_with(xml(explain("marcxml"))).mount(&server).await;
    let pica = "<record><recordSchema>picaxml</recordSchema><recordData><record \
                xmlns=\"info:srw/schema/5/picaXML-v1.0\"><datafield tag=\"021A\"/></record></recordData></record>";
    operation("searchRetrieve").respond_with(xml(found(pica))).mount(&server).await;
    let mut config = SourceConfig::new("k10plus", "联合目录", Protocol::Sru, server.uri());
    (config.version, config.schema) = ("1.1".to_owned(), "picaxml".to_owned());
    config.indexes.title = "dc.title".to_owned();
    let seen = checked(&config, None).await;
    let schema = finding(&seen, "schema");
    assert_eq!(schema.standing, Standing::Differs, "{}", report::section(&seen, Language::Zh));
    assert_eq!(schema.change, Some(Change { key: "schema", value: "\"marcxml\"".to_owned() }));
    assert!(schema.seen.zh.contains("picaxml"));
    let indexes = finding(&seen, "indexes");
    assert_eq!(indexes.change.as_ref().map(|change| change.key), Some("indexes.title"));
    assert!(indexes.seen.en.contains("pica.tit"), "{indexes:?}");
    assert_eq!(server.received_requests().await.unwrap().len(), 3, "one question each, no second form");
}

#[tokio::test]
async fn a_target_that_knows_another_version_and_schema() {
    for (code, details, id, change) in [
        (5, "1.1", "version", Change { key: "version", value: "\"1.1\"".to_owned() }),
        (66, "marcxml", "schema", Change { key: "schema", value: "\"mods\"".to_owned() }),
    ] {
        let server = MockServer::start().await;
        let xml = |text: String| ResponseTemplate::new(200).set_body_raw(text, "text/xml");
        let operation = |name: &str| Mock::given(method("GET")).and(query_param("operation", name));
        operation("explain").respond_with(xml(explain("mods"))).mount(&server).await;
        let refusal = format!(
            "<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\"><diagnostics><diagnostic \
             xmlns=\"http://www.loc.gov/zing/srw/diagnostic/\"><uri>info:srw/diagnostic/1/{code}</uri>\
             <details>{details}</details></diagnostic></diagnostics></searchRetrieveResponse>"
        );
        // 2.0 sends no operation
        Mock::given(method("GET")).respond_with(xml(refusal)).mount(&server).await;
        let mut config = SourceConfig::new("a", "目录", Protocol::Sru, server.uri());
        (config.version, config.schema) = ("2.0".to_owned(), "marcxml".to_owned());
        let seen = checked(&config, None).await;
        assert_eq!(finding(&seen, id).change, Some(change), "{}", report::section(&seen, Language::Zh));
        assert!(!seen.well && seen.problem.is_some());
    }
}

/// The envelope of 上海图书馆 was never recorded.
#[tokio::test]
async fn an_envelope_nobody_recorded() {
    let server = MockServer::start().await;
    let rows = json!([{"title": "中国书店"}, {"title": "中国书局"}]);
    let answer = json!({"result": "0", "content": {"objects": rows, "totalRows": 2}});
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&server)
        .await;
    let mut config = SourceConfig::new("shanghai-data", "上海", Protocol::Shanghai, server.uri());
    config.access = Access::Key;
    let credentials = Credentials { secret: SECRET.to_owned(), ..Credentials::default() };
    let seen = checked(&config, Some(&credentials)).await;
    let records = finding(&seen, "records").change.clone().unwrap();
    assert_eq!((records.key, records.value.as_str()), ("records", "\"/content/objects\""));
    config.records = "/content/objects".to_owned();
    let seen = checked(&config, Some(&credentials)).await;
    let total = finding(&seen, "total").change.clone().unwrap();
    assert_eq!((total.key, total.value.as_str()), ("total", "\"/content/totalRows\""));
    config.total = "/content/totalRows".to_owned();
    let seen = checked(&config, Some(&credentials)).await;
    assert!(seen.well && seen.differences() == 0, "{}", report::section(&seen, Language::Zh));
    // without a key nothing is sent
    let before = server.received_requests().await.unwrap().len();
    let seen = checked(&config, None).await;
    assert_eq!(finding(&seen, "key").standing, Standing::Open);
    assert_eq!(server.received_requests().await.unwrap().len(), before);
}

/// An index whose second page is its first again.
#[tokio::test]
async fn a_pager_that_is_not_understood() {
    let server = MockServer::start().await;
    let items: Vec<_> =
        (0..5).map(|n| json!({"DOI": format!("10.1000/{n}"), "title": [format!("History {n}")]})).collect();
    let answer = json!({"status": "ok", "message": {"total-results": 99, "items": items}});
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&server)
        .await;
    let config =
        SourceConfig::new("crossref", "Crossref", Protocol::Crossref, format!("{}/works", server.uri()));
    let seen = checked(&config, None).await;
    let paging = finding(&seen, "paging");
    assert_eq!((paging.standing, &paging.change), (Standing::Differs, &None));
    assert!(report::line(paging, Language::En).contains("please report it"));
}

/// What is open here is open on the page, and the page names no other.
#[test]
fn the_open_questions_are_those_of_the_page() {
    let page = include_str!("../../../../docs/SOURCES.md");
    let section = page.split("## What the check settles").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    let mut named: Vec<&str> = Vec::new();
    for row in &rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, id, _, setting, asked, ..] = cells.as_slice() else { panic!("{row}") };
        let id = id.trim_matches('`');
        let open = questions::OPEN.iter().find(|open| open.id == id).unwrap_or_else(|| panic!("{row}"));
        assert_eq!(
            setting.trim_matches('`'),
            if open.setting.is_empty() { "–" } else { open.setting },
            "{row}"
        );
        assert_eq!(*asked == "yes", open.asked, "{row}");
        named.push(id);
    }
    for open in questions::OPEN {
        assert!(named.contains(&open.id), "{} is not on the page", open.id);
    }
}

/// Each strange answer of the page names the test that tries it.
#[test]
fn each_strange_answer_is_tried() {
    let page = include_str!("../../../../docs/SOURCES.md");
    let section = page.split("## Strange answers").nth(1).unwrap().split("\n## ").next().unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let rows: Vec<&str> =
        section.lines().filter(|line| line.starts_with("| ") && line.contains(".rs`")).collect();
    assert!(rows.len() > 12, "{rows:?}");
    for row in rows {
        let test: Vec<&str> = row.rsplit('|').nth(1).unwrap().split('`').collect();
        let [_, file, _, name, _] = test.as_slice() else { panic!("{row}") };
        let text = std::fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        // the tests of the sandbox are written by a macro
        let has = text.contains(&format!("fn {name}(")) || text.contains(&format!("    {name}: \""));
        assert!(has, "{row}");
    }
}
