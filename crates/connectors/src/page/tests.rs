use futures_util::StreamExt;
use hongyan_model::query::Clause;

use super::*;
use crate::http::{Http, HttpOptions};
use crate::sources;

fn page(address: &str) -> SourceConfig {
    SourceConfig::new("page", "检索页", Protocol::Page, address)
}

#[test]
fn what_was_asked_stands_in_the_address() {
    let query = Query {
        clauses: vec![
            Clause::words(Field::Title, "红楼梦 & 研究#1"),
            Clause::words(Field::Creator, "曹雪芹"),
            Clause { join: Join::Not, ..Clause::words(Field::Any, "漫画") },
        ],
        ..Query::default()
    };
    let asked = |address: &str| page_url(&page(address), &query).unwrap();
    assert_eq!(
        asked("https://opac.example/F?request={query}&base=01#top"),
        "https://opac.example/F?request=%E7%BA%A2%E6%A5%BC%E6%A2%A6%20%26%20%E7%A0%94%E7%A9%B6%231%20\
         %E6%9B%B9%E9%9B%AA%E8%8A%B9&base=01#top"
    );
    let title = "%E7%BA%A2%E6%A5%BC%E6%A2%A6%20%26%20%E7%A0%94%E7%A9%B6%231";
    assert_eq!(
        asked("https://a.example/{title}/{isbn}?t={title}"),
        format!("https://a.example/{title}/?t={title}")
    );
    assert_eq!(asked("https://a.example/index"), "https://a.example/index");
    assert!(!takes_a_query(&page("https://a.example/index")));
}

#[test]
fn an_old_form_reads_gb18030() {
    let mut config = page("http://ccc.example/result.php?at={query}&ecode=GBK");
    config.charset = "gb18030".to_owned();
    let url = page_url(&config, &Query::words(Field::Any, "红楼 㐂")).unwrap();
    assert_eq!(url, "http://ccc.example/result.php?at=%BA%EC%C2%A5%20%819%EF1&ecode=GBK");
    assert!(sources::parse(&format!(
        "[[source]]\nid = \"a\"\nname = \"页\"\nprotocol = \"page\"\naddress = \"{}\"\ncharset = \"klingon\"\n",
        config.address
    ))
    .is_err());
}

#[test]
fn an_isbn_goes_to_its_place() {
    let isbn = Query::from_box("7-02-000872-0");
    let url = page_url(&page("https://a.example/?q={query}&i={isbn}"), &isbn).unwrap();
    assert_eq!(url, "https://a.example/?q=9787020008728&i=9787020008728");
    let only = page("https://a.example/?i={isbn}");
    assert_eq!(page_url(&only, &Query::words(Field::Any, "红楼梦")), None);
}

#[test]
fn nothing_asked_is_no_address_and_other_sources_have_none() {
    assert_eq!(page_url(&page("https://a.example/?q={query}"), &Query::default()), None);
    let sru = SourceConfig::new("s", "目录", Protocol::Sru, "https://a.example/{query}");
    assert_eq!(page_url(&sru, &Query::words(Field::Any, "红楼梦")), None);
    let endless =
        page_url(&page("https://a.example/?q={query}"), &Query::words(Field::Any, &"鸿 ".repeat(9000)));
    assert!(endless.unwrap().len() < 2100);
}

#[test]
fn words_stay_in_their_place() {
    // a placeholder in the words is plain text
    let query = Query::words(Field::Any, "{title} 红");
    let url = page_url(&page("https://a.example/?q={query}&t={title}"), &query).unwrap();
    assert_eq!(url, "https://a.example/?q=%7Btitle%7D%20%E7%BA%A2&t=%7Btitle%7D%20%E7%BA%A2");
    for address in ["https://{query}.example/", "https://{query}", "https://a{title}/x"] {
        assert!(without_places(address).is_err(), "{address}");
    }
    assert!(without_places("https://a.example/#/search?q={query}").is_ok());
}

#[tokio::test]
async fn a_search_says_that_only_a_browser_can() {
    let http = Http::new(HttpOptions::default()).unwrap();
    let source = sources::open(&page("https://a.example/#/find/{query}"), &http).unwrap();
    let items: Vec<_> = source.search(&Query::words(Field::Any, "红楼梦"), 10).collect().await;
    assert_eq!(items, [Err(NetError::Unsupported("page".to_owned()))]);
}
