//! Translation of queries.

use hongyan_model::query::{Clause, Join};

use super::*;

fn asked(clauses: Vec<Clause>) -> (String, String, Vec<String>) {
    match translate(&Query { clauses, year_from: Some(1918), ..Query::default() }).unwrap() {
        (OpenalexQuery::Search { search, filter }, dropped) => (search, filter, dropped),
        (other, _) => panic!("{other:?}"),
    }
}

#[test]
fn fields_are_filters_and_joined() {
    let (search, filter, dropped) = asked(vec![
        Clause::words(Field::Title, "红楼梦 研究"),
        Clause { join: Join::Or, ..Clause::words(Field::Title, "石头记") },
        Clause::words(Field::Any, "曹雪芹"),
        Clause { join: Join::Not, ..Clause::words(Field::Any, "续书") },
        Clause::words(Field::Creator, "Wu, Shih-ch'ang"),
        Clause::words(Field::Container, "民族研究"),
    ]);
    assert_eq!(search, r#""曹雪芹" NOT "续书""#);
    assert_eq!(
        filter,
        r#"title.search:("红楼梦" AND "研究") OR "石头记",raw_author_name.search:"Wu" AND "Shih-ch'ang",from_publication_date:1918-01-01"#
    );
    assert_eq!(dropped, ["民族研究"]);
}

#[test]
fn a_comma_begins_no_filter() {
    let (_, filter, _) = asked(vec![Clause::words(Field::Title, "梦,is_oa:true|x !红楼")]);
    assert_eq!(filter.matches(',').count(), 1, "{filter}");
    assert!(!filter.contains(['|', '!']), "{filter}");
}

#[test]
fn numbers_have_their_own_ways() {
    for (typed, number) in [
        ("10.7554/eLife.01567", "doi:10.7554/elife.01567"),
        ("PMID: 24799665", "pmid:24799665"),
        ("arXiv:1707.08567v2", "doi:10.48550/arxiv.1707.08567"),
    ] {
        let asked = translate(&Query::from_box(typed)).unwrap().0;
        assert_eq!(asked, OpenalexQuery::Work(number.to_owned()), "{typed}");
    }
    assert!(matches!(translate(&Query::from_box("978-7-02-000220-7")), Err(NetError::Unsupported(_))));
}
