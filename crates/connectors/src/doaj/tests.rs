//! Translation of queries.

use hongyan_model::query::{Clause, Join};

use super::*;

#[test]
fn lucene_with_fields_and_years() {
    let query = Query {
        clauses: vec![
            Clause::words(Field::Title, r#"壮族 "文化""#),
            Clause { join: Join::Or, ..Clause::words(Field::Subject, "民族学") },
            Clause { join: Join::Not, phrase: true, ..Clause::words(Field::Any, "and/or OR") },
        ],
        year_from: Some(2001),
        ..Query::default()
    };
    let (asked, dropped) = translate(&query).unwrap();
    assert_eq!(
        asked,
        r#"(((bibjson.title:"壮族" AND bibjson.title:"\"文化\"") OR (bibjson.subject.term:"民族学" OR bibjson.keywords:"民族学")) AND NOT "and\/or OR") AND bibjson.year:[2001 TO 9999]"#
    );
    assert!(dropped.is_empty());
}

#[test]
fn numbers_and_what_it_has_none_of() {
    assert_eq!(
        translate(&Query::from_box("10.1038/s41467-020-15686-y")).unwrap().0,
        r#"doi:"10.1038\/s41467-020-15686-y""#
    );
    assert_eq!(translate(&Query::from_box("2041-1723")).unwrap().0, r#"issn:"2041-1723""#);
    assert!(matches!(translate(&Query::from_box("978-7-02-000220-7")), Err(NetError::Unsupported(_))));
}
