//! The search interfaces, read with the program's own readers; and consistency of the catalogue's facts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{Fixture, Reply, send};
use hongyan_formats::Budget;
use hongyan_formats::{csl, nstl, opac2, sru, yidu};
use hongyan_model::identifier::{IdentifierKind, doi, isbn13, issn};
use hongyan_model::{Kind, Record};
use hongyan_sandbox::Options;
use hongyan_sandbox::catalogue::Catalogue;
use reqwest::Method;
use serde_json::json;

async fn sru(fixture: &Fixture, database: &str, parameters: &[(&str, &str)]) -> Reply {
    let query: String =
        parameters.iter().map(|(key, value)| format!("{key}={}&", urlencoded(value))).collect();
    fixture.get(&format!("/sru/{database}?version=1.2&operation=searchRetrieve&{query}")).await
}

fn urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn records(reply: &Reply) -> (u64, Vec<Record>) {
    let answer = sru::parse(reply.text.as_bytes(), &Budget::answer()).unwrap();
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    let records = answer.records.into_iter().map(|record| record.parsed.expect("a record").record).collect();
    (answer.total.unwrap(), records)
}

#[test]
fn every_identifier_is_valid_and_in_its_normal_form() {
    let catalogue = Catalogue::read().unwrap();
    assert!(catalogue.works().len() >= 160);
    let mut ids = std::collections::BTreeSet::new();
    for work in catalogue.works() {
        assert!(ids.insert(&work.id), "{} stands twice", work.id);
        for (value, normal) in
            [(&work.isbn, isbn13(&work.isbn)), (&work.issn, issn(&work.issn)), (&work.doi, doi(&work.doi))]
        {
            assert!(value.is_empty() || normal.as_ref() == Some(value), "{}: {value}", work.id);
        }
    }
    for kind in Kind::ALL {
        assert!(catalogue.works().iter().any(|work| work.kind == kind), "no {kind:?}");
    }
    for lang in ["chi", "eng", "jpn", "kor", "rus"] {
        assert!(catalogue.works().iter().filter(|work| work.lang == lang).count() >= 5, "{lang}");
    }
}

#[tokio::test]
async fn every_record_of_every_database_is_read_back() {
    let fixture = Fixture::open(Options::default()).await;
    let catalogue = Catalogue::read().unwrap();
    for database in ["union", "foreign", "home"] {
        let works = catalogue.collection(database).unwrap();
        let mut read = Vec::new();
        while read.len() < works.len() {
            let start = (read.len() + 1).to_string();
            let query = [("query", "cql.allRecords=1"), ("startRecord", &start), ("maximumRecords", "50")];
            let (total, page) = records(&sru(&fixture, database, &query).await);
            assert_eq!(total as usize, works.len());
            assert!(!page.is_empty(), "{database} stops at {start}");
            read.extend(page);
        }
        for (work, record) in works.iter().zip(&read) {
            assert_eq!(record.id, work.id);
            let titles: Vec<&str> = std::iter::once(record.title.as_str())
                .chain(record.variant_titles.iter().map(String::as_str))
                .collect();
            assert!(titles.iter().any(|title| title.contains(&*work.title)), "{database} {titles:?}");
            assert_eq!(record.identifier(IdentifierKind::Isbn).unwrap_or_default(), work.isbn, "{}", work.id);
            assert_eq!(record.creators.is_empty(), work.by.is_empty(), "{}", work.id);
        }
    }
}

#[tokio::test]
async fn a_generated_database_answers_with_as_many_as_its_name_says() {
    let fixture = Fixture::open(Options::default()).await;
    let query = [("query", "title=\"随便什么\""), ("startRecord", "9801"), ("maximumRecords", "500")];
    let (total, page) = records(&sru(&fixture, "generated:10000", &query).await);
    assert_eq!((total, page.len()), (10_000, 200));
    assert_eq!(page[199].id, "gen-1-10000");
    assert!(page.iter().filter(|record| record.language == "chi").count() > 80);
    assert!(page.iter().all(|record| record.title.contains("1·") && record.year.is_some()));
}

#[tokio::test]
async fn sru_finds_across_scripts_and_shows_the_shelf() {
    let fixture = Fixture::open(Options::default()).await;
    let query = [("query", "dc.title=\"紅樓夢\" and dc.creator=\"曹雪芹\"")];
    let (total, found) = records(&sru(&fixture, "home", &query).await);
    assert_eq!((total, found[0].title.as_str()), (1, "红楼梦"));
    assert!(found[0].holdings.iter().any(|holding| holding.call_number == "I242.4/17"), "{:?}", found[0]);
    let (total, _) = records(&sru(&fixture, "union", &[("query", "bath.isbn=\"978-7-5366-9293-0\"")]).await);
    assert_eq!(total, 1);
    let (_, japanese) = records(&sru(&fixture, "foreign", &[("query", "title=\"雪国\"")]).await);
    assert_eq!(japanese[0].language, "jpn");
    let dublin = sru(&fixture, "union", &[("query", "title=\"三体\""), ("recordSchema", "dc")]).await;
    assert_eq!(records(&dublin).1[0].title, "三体");
    let none = sru(&fixture, "union", &[("query", "title=\"并不存在的书名\"")]).await;
    assert_eq!(records(&none).0, 0);
}

#[tokio::test]
async fn sru_complains_in_the_body() {
    let fixture = Fixture::open(Options::default()).await;
    for (parameters, code) in [
        (vec![], 7),
        (vec![("query", "title=")], 10),
        (vec![("query", "书架号=\"甲\"")], 16),
        (vec![("query", "x"), ("recordSchema", "mods")], 66),
        (vec![("query", "title=\"三体\""), ("startRecord", "9")], 61),
        (vec![("query", "x"), ("maximumRecords", "很多")], 6),
    ] {
        let reply = sru(&fixture, "union", &parameters).await;
        let answer = sru::parse(reply.text.as_bytes(), &Budget::answer()).unwrap();
        assert_eq!((reply.status.as_u16(), answer.diagnostics[0].code), (200, Some(code)), "{}", reply.text);
    }
    let explain = fixture.get("/sru/union").await;
    let document = roxmltree::Document::parse(&explain.text).unwrap();
    assert_eq!(document.root_element().tag_name().name(), "explainResponse");
}

#[tokio::test]
async fn opac2_wants_base64_and_carries_html() {
    let fixture = Fixture::open(Options::default()).await;
    let path = "/prod-api/opac/codex/ekb/opac/bibliography/true/instances/1.0";
    let ask = |query: String, offset: u32| {
        let body = json!({"offset": offset, "limit": 1, "query": query, "sortkey": "", "lang": "zh-cn"});
        send(fixture.call(Method::POST, path).body(body.to_string()))
    };
    let plain = ask("(title=\"壮族\")".into(), 0).await;
    assert_eq!((plain.status.as_u16(), &plain.body), (500, &json!({"message": "Internal Server Error"})));
    let cql = STANDARD.encode("(title=\"壯族\")");
    let reply = ask(cql.clone(), 0).await;
    assert_eq!(reply.body["status"], "200");
    assert!(reply.text.contains("<a onClick"), "{}", reply.text);
    let first = opac2::parse(reply.text.as_bytes(), &Budget::answer()).unwrap();
    assert!(first.ok() && first.total.unwrap() >= 3 && first.records.len() == 1);
    let title = first.records[0].record.title.clone();
    assert!(title.contains("壮族"), "{title}");
    assert!(!first.records[0].record.creators[0].name.contains('<'));
    fixture.control().change_settings(|settings| settings.opac_offset_base = 1);
    let same = opac2::parse(ask(cql, 1).await.text.as_bytes(), &Budget::answer()).unwrap();
    assert_eq!(same.records[0].record.title, title, "the first record is number one now");
}

#[tokio::test]
async fn yidu_counts_pages_from_one_and_marks_words() {
    let fixture = Fixture::open(Options::default()).await;
    let ask = |page: u32, value: &str| {
        let clause = json!({"field": "title", "value": value, "label": value, "relation": "0", "op": "0"});
        let body = json!({"offset": page, "limit": 2, "sort": null, "exp": [clause], "facet": []});
        send(fixture.call(Method::POST, "/prod-api/yidu/resource/query").body(body.to_string()))
    };
    let first = ask(1, "中国").await;
    assert!(first.text.contains("<em>中国</em>"), "{}", first.text);
    let first = yidu::parse(first.text.as_bytes(), yidu::TOTAL, &Budget::answer()).unwrap();
    let second = yidu::parse(ask(2, "中国").await.text.as_bytes(), yidu::TOTAL, &Budget::answer()).unwrap();
    assert!(first.ok() && first.total.unwrap() > 4);
    assert_eq!((first.records.len(), second.records.len()), (2, 2));
    assert_ne!(first.records[0].record.id, second.records[0].record.id);
    let article = ask(1, "狂人日记").await;
    assert_eq!(article.body["data"]["content"][0]["schemacode"], "JNArt");
    assert_eq!(ask(1, " ").await.body["code"], 500);
}

#[tokio::test]
async fn nstl_reads_a_form_and_answers_pairs() {
    let fixture = Fixture::open(Options::default()).await;
    let path = "/api/service/nstl/web/execute?target=nstl4.search4&function=paper/pc/list/pl";
    let ask = |q: serde_json::Value, types: &[&str], page: u32| {
        let query = json!({"c": 10, "q": q, "op": "AND", "t": types}).to_string();
        let form = format!("query={}&pageSize=2&pageNumber={page}", urlencoded(&query));
        send(fixture.call(Method::POST, path).body(form))
    };
    let title = |word: &str| json!([{"k": "tit", "v": word, "e": 1, "o": "AND", "a": 0}]);
    let types = ["JournalPaper", "DegreePaper", "ProceedingsPaper", "BookMatrix", "ReportMatrix"];
    let first = ask(title("中国"), &types, 1).await;
    assert!(first.text.contains("<em>中国</em>"), "{}", first.text);
    assert_eq!(first.body["data"][0][0]["f"], "id");
    let first = nstl::parse(first.text.as_bytes(), nstl::SITE, &Budget::answer()).unwrap();
    let second =
        nstl::parse(ask(title("中国"), &types, 2).await.text.as_bytes(), nstl::SITE, &Budget::answer())
            .unwrap();
    assert!(first.ok() && first.total.unwrap() >= 4);
    assert_eq!((first.records.len(), second.records.len()), (2, 2));
    assert_ne!(first.records[0].record.id, second.records[0].record.id);
    let paper = nstl::parse(
        ask(title("狂人日记"), &["JournalPaper"], 1).await.text.as_bytes(),
        nstl::SITE,
        &Budget::answer(),
    )
    .unwrap();
    let paper = &paper.records[0].record;
    assert_eq!((paper.kind, paper.container.as_str(), paper.year), (Kind::Article, "新青年", Some(1918)));
    assert_eq!(paper.creators[0].name, "鲁迅");
    let none = nstl::parse(
        ask(title("狂人日记"), &["DegreePaper"], 1).await.text.as_bytes(),
        nstl::SITE,
        &Budget::answer(),
    )
    .unwrap();
    assert_eq!((none.ok(), none.total), (true, Some(0)));
    let refused =
        nstl::parse(ask(json!([]), &types, 1).await.text.as_bytes(), nstl::SITE, &Budget::answer()).unwrap();
    assert!(!refused.ok() && refused.message.contains("检索词"));
}

#[tokio::test]
async fn collections_are_read_back_without_sign_in() {
    let fixture = Fixture::open(Options::default()).await;
    let catalogue = Catalogue::read().unwrap();
    for collection in ["etd", "rbsc", "ccc", "cashl", "eduread", "union"] {
        let works = catalogue.collection(collection).unwrap();
        let reply = fixture.get(&format!("/search/{collection}?query=cql.allRecords=1&limit=100")).await;
        let answer = csl::answer(reply.text.as_bytes(), &Budget::answer()).unwrap();
        assert_eq!(answer.total, Some(works.len() as u64), "{collection}");
        for (work, parsed) in works.iter().zip(&answer.records) {
            let record = &parsed.record;
            assert_eq!((&record.id, record.kind, &record.language), (&work.id, work.kind, &work.lang));
            assert_eq!(record.year, work.year(), "{}", work.id);
            assert_eq!(record.identifier(IdentifierKind::Isbn).unwrap_or_default(), work.isbn, "{}", work.id);
            assert_eq!(record.creators.len(), work.by.len(), "{}: {:?}", work.id, record.creators);
            assert_eq!(record.open_access(), !work.open_url.is_empty(), "{}", work.id);
        }
    }
}
