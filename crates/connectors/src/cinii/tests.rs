//! Translation of queries.

use hongyan_model::query::{Clause, Join};

use super::*;

#[test]
fn parameters_with_expressions() {
    let query = Query {
        clauses: vec![
            Clause::words(Field::Title, "それから 夏目"),
            Clause { join: Join::Or, ..Clause::words(Field::Title, "こゝろ") },
            Clause::words(Field::Creator, "夏目漱石"),
            Clause::words(Field::Publisher, "新潮社 or"),
            Clause { join: Join::Or, ..Clause::words(Field::Any, "岩波") },
        ],
        year_from: Some(1968),
        year_to: Some(1985),
        ..Query::default()
    };
    let (asked, dropped) = translate(&query).unwrap();
    let asked: Vec<(&str, &str)> = asked.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(
        asked,
        [
            ("title", "(それから AND 夏目) OR こゝろ"),
            ("creator", "夏目漱石"),
            ("q", "新潮社 AND \"or\""),
            ("from", "1968"),
            ("until", "1985"),
        ]
    );
    assert_eq!(dropped, ["岩波"]);
}

#[test]
fn numbers_and_phrases() {
    let one = |query: &Query| translate(query).unwrap().0.remove(0);
    assert_eq!(one(&Query::from_box("4-10-101005-6")), ("isbn", "9784101010052".to_owned()));
    assert_eq!(one(&Query::from_box("1881-2058")), ("issn", "1881-2058".to_owned()));
    let phrase = Clause { phrase: true, ..Clause::words(Field::Any, "文藝春秋") };
    let query = Query { clauses: vec![phrase], ..Query::default() };
    assert_eq!(one(&query), ("q", "\"文藝春秋\"".to_owned()));
    assert!(matches!(translate(&Query::from_box("PMID 24799665")), Err(NetError::Unsupported(_))));
}
