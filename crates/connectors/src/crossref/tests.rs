//! Translation of queries, and rate limits in responses.

use hongyan_model::query::Clause;

use super::*;

fn asked(query: &Query) -> (Vec<(&'static str, String)>, String, Vec<String>) {
    match translate(query).unwrap() {
        (CrossrefQuery::Search { parameters, filter }, dropped) => (parameters, filter, dropped),
        (other, _) => panic!("{other:?}"),
    }
}

#[test]
fn words_go_to_their_fields() {
    let query = Query {
        clauses: vec![
            Clause::words(Field::Any, "strategic reading"),
            Clause::words(Field::Title, "红楼梦 研究"),
            Clause::words(Field::Creator, "Renear"),
            Clause::words(Field::Title, "索隐"),
            Clause { join: Join::Not, ..Clause::words(Field::Title, "续书") },
            Clause::words(Field::Subject, "小说"),
            Clause::words(Field::Container, "Science"),
        ],
        year_from: Some(2001),
        year_to: Some(2009),
        ..Query::default()
    };
    let (parameters, filter, dropped) = asked(&query);
    let parameters: Vec<(&str, &str)> = parameters.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(
        parameters,
        [
            ("query.bibliographic", "strategic reading"),
            ("query.title", "红楼梦 研究 索隐"),
            ("query.author", "Renear"),
            ("query.container-title", "Science"),
        ]
    );
    assert_eq!(filter, "from-pub-date:2001,until-pub-date:2009");
    assert_eq!(dropped, ["续书", "小说"]);
    assert!(matches!(translate(&Query::words(Field::Subject, "小说")), Err(NetError::Unsupported(_))));
}

#[test]
fn numbers_have_their_own_ways() {
    let doi = translate(&Query::from_box("https://doi.org/10.7554/eLife.01567")).unwrap().0;
    assert_eq!(doi, CrossrefQuery::Work("10.7554/elife.01567".to_owned()));
    assert_eq!(asked(&Query::from_box("978-7-02-000220-7")).1, "isbn:9787020002207");
    assert_eq!(asked(&Query::from_box("0378-5955")).1, "issn:0378-5955");
    assert!(matches!(translate(&Query::from_box("PMID 24799665")), Err(NetError::Unsupported(_))));
}

#[test]
fn its_own_limits_are_kept() {
    let answer = |limit: &str, interval: &str| {
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert("x-rate-limit-limit", limit.parse().unwrap());
        headers.insert("x-rate-limit-interval", interval.parse().unwrap());
        headers.insert("x-concurrency-limit", "3".parse().unwrap());
        Response { status: 200, headers, body: Vec::new() }
    };
    let heard = limits(&answer("5", "1s")).unwrap();
    assert_eq!((heard.interval, heard.concurrency), (Duration::from_millis(200), 3));
    assert_eq!(limits(&answer("1", "86400s")).unwrap().interval, Duration::from_secs(10));
    assert!(limits(&answer("0", "1s")).is_none() && limits(&answer("many", "1s")).is_none());
}
