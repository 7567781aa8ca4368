//! Translation of queries.

use hongyan_model::query::{Clause, Join};

use super::*;

#[test]
fn prefixes_and_operators() {
    let query = Query {
        clauses: vec![
            Clause { phrase: true, ..Clause::words(Field::Title, "红楼梦 authorship: \"statistics\"") },
            Clause::words(Field::Creator, "曹"),
            Clause { join: Join::Not, ..Clause::words(Field::Any, "ANDNOT") },
            Clause::words(Field::Publisher, "中华书局"),
        ],
        year_to: Some(2019),
        ..Query::default()
    };
    let (asked, dropped) = translate(&query).unwrap();
    let expected = r#"((ti:"红楼梦 authorship statistics" AND au:"曹") ANDNOT all:"ANDNOT") AND submittedDate:[199101010000 TO 201912312359]"#;
    assert_eq!(asked, ArxivQuery::Search(expected.to_owned()));
    assert_eq!(dropped, ["中华书局"]);
}

#[test]
fn its_numbers_and_its_doi() {
    for typed in ["arXiv:1707.08567v2", "10.48550/arXiv.1707.08567"] {
        assert_eq!(translate(&Query::from_box(typed)).unwrap().0, ArxivQuery::Id("1707.08567".to_owned()));
    }
    assert!(matches!(translate(&Query::from_box("978-7-02-000220-7")), Err(NetError::Unsupported(_))));
}
