//! The order of the list: independent of the order of arrival, and stable once it was shown.

use std::sync::Arc;

use hongyan_connectors::source::SourceConfig;
use hongyan_model::holding::Holding;
use hongyan_model::record::Link;
use hongyan_model::work::{Availability, JoinedBy};
use hongyan_model::{Kind, Query, Record};
use jiff::Timestamp;
use proptest::prelude::any;
use proptest::{prop_assert_eq, proptest};

use super::fake::{Fake, book, config};
use crate::search::keys::Keyed;
use crate::search::results::{Question, Results};
use crate::search::{Listed, Page};
use crate::view::{SearchFilter, SearchView, SortOrder};

fn results(configs: &[SourceConfig]) -> Results {
    let question = Question {
        id: "s".into(),
        text: "红楼梦".into(),
        query: Query::from_box("红楼梦"),
        searched_at: Timestamp::UNIX_EPOCH,
    };
    let at_start = |config: &SourceConfig| {
        let listed = Listed::open(Fake::with(config.clone(), vec![]));
        (listed.at_start(&question.query, &Default::default(), None), config.home)
    };
    let sources = configs.iter().map(at_start).collect();
    Results::new(question, sources)
}

fn three() -> Vec<SourceConfig> {
    ["a", "b", "c"].map(config).into()
}

fn send(results: &mut Results, source: usize, records: &[Record]) {
    let keyed = |record: &Record| Arc::new(Keyed::new(record.clone()));
    results.take(source, records.iter().map(keyed).collect(), 10_000);
}

fn look(results: &mut Results, limit: u32) -> SearchView {
    results.view(&Page { search_id: "s".into(), limit, ..Page::default() })
}

fn ids(view: &SearchView) -> Vec<String> {
    view.works.iter().map(|row| row.id.clone()).collect()
}

fn titles(view: &SearchView) -> Vec<String> {
    view.works.iter().map(|row| row.title.clone()).collect()
}

#[test]
fn what_was_seen_stays_and_the_better_waits() {
    let mut results = results(&three());
    send(
        &mut results,
        0,
        &[book("a", "论红楼梦", "俞平伯", 1954, ""), book("a", "水浒传", "施耐庵", 1975, "")],
    );
    let before = look(&mut results, 50);
    assert_eq!(titles(&before), ["论红楼梦", "水浒传"]);

    send(&mut results, 1, &[book("b", "紅樓夢", "曹雪芹", 1982, "")]);
    let mut worse: Vec<Record> = (0..80).map(|n| book("c", &format!("三国 {n}"), "某", 1990, "")).collect();
    send(&mut results, 2, &worse.split_off(0));
    let after = look(&mut results, 50);
    assert_eq!(titles(&after)[..2], titles(&before)[..], "rows that were seen do not move");
    assert!(after.works.len() > 2, "what belongs behind is appended");
    assert!(!titles(&after).contains(&"紅樓夢".to_owned()));
    assert!(after.waiting >= 1);
    assert_eq!(after.found + after.waiting, 83);
    assert_eq!(after.facets.kinds[0].count, after.found);

    results.show_new();
    let shown = look(&mut results, 50);
    assert_eq!(titles(&shown)[0], "紅樓夢");
    assert_eq!((shown.waiting, shown.found), (0, 83));
}

#[test]
fn a_row_keeps_its_place_and_id_when_a_record_joins_it() {
    let mut results = results(&three());
    let other = book("a", "红楼梦研究", "俞平伯", 1952, "9780306406157");
    send(&mut results, 0, &[other, book("a", "红楼梦", "曹雪芹", 1982, "9787020008728")]);
    let before = look(&mut results, 50);
    for source in 1..3 {
        let joins = book(["b", "c"][source - 1], "紅樓夢", "曹雪芹", 1982, "7020008720");
        send(&mut results, source, &[joins]);
    }
    let after = look(&mut results, 50);
    assert_eq!((ids(&after), after.waiting), (ids(&before), 0));
    let row = after.works.iter().find(|row| row.title == "紅樓夢").unwrap();
    assert_eq!(row.sources, ["a", "b", "c"]);
    let work = results.work(&row.id).unwrap();
    assert_eq!((work.id.clone(), work.members.len()), (row.id.clone(), 3));
}

#[test]
fn an_id_that_was_given_out_finds_its_work_after_a_merge() {
    let mut results = results(&three());
    let (one, two) = (
        book("a", "经济学", "萨缪尔森", 1982, "9787020008728"),
        book("a", "經濟學", "Samuelson", 1983, "9780306406157"),
    );
    send(&mut results, 0, &[one, two]);
    let before = ids(&look(&mut results, 50));
    assert_eq!(before.len(), 2);
    let mut bridge = book("b", "経済学", "サムエルソン", 1983, "9780306406157");
    bridge.add_identifier(hongyan_model::IdentifierKind::Isbn, "9787020008728");
    send(&mut results, 1, &[bridge]);
    let after = look(&mut results, 50);
    assert_eq!(after.works.len(), 1);
    for id in &before {
        assert_eq!(results.work(id).unwrap().members.len(), 3);
    }
}

#[test]
fn pages_follow_each_other() {
    let mut results = results(&three());
    let many: Vec<Record> = (0..90).map(|n| book("a", &format!("红楼梦 续{n}"), "某", 1990, "")).collect();
    send(&mut results, 0, &many);
    let all = ids(&look(&mut results, 200));
    assert_eq!(all.len(), 90);
    let mut paged = Vec::new();
    for offset in [0, 40, 80, 120] {
        let page = Page { search_id: "s".into(), offset, limit: 40, ..Page::default() };
        paged.extend(ids(&results.view(&page)));
    }
    assert_eq!(paged, all);
}

fn mixed(results: &mut Results) {
    let mut journal = book("b", "红楼梦学刊", "", 1979, "");
    journal.kind = Kind::Journal;
    let mut english = book("b", "The story of the stone 红楼梦", "Hawkes", 1973, "9780306406157");
    english.language = "eng".into();
    english.links = vec![Link { url: "https://a.example/1".into(), label: String::new(), open_access: true }];
    let mut undated = book("a", "红楼梦 无年", "某", 1, "");
    undated.year = None;
    send(results, 0, &[book("a", "红楼梦", "曹雪芹", 1982, "9787020008728"), undated]);
    send(results, 1, &[journal, english, book("b", "紅樓夢", "曹雪芹", 1982, "9787020008728")]);
}

#[test]
fn facets_count_under_the_other_facets() {
    let mut configs = three();
    configs[0].home = true;
    let mut results = results(&configs);
    mixed(&mut results);
    let filter =
        SearchFilter { kinds: vec![Kind::Book], sources: vec!["b".into()], ..SearchFilter::default() };
    let view = results.view(&Page { search_id: "s".into(), limit: 50, filter, ..Page::default() });
    let counts = |values: &[crate::view::FacetValue]| {
        values.iter().map(|v| (v.value.clone(), v.count)).collect::<Vec<_>>()
    };
    assert_eq!((view.shown, view.found), (2, 4));
    assert_eq!(counts(&view.facets.kinds), [("book".into(), 2), ("journal".into(), 1)]);
    assert_eq!(counts(&view.facets.sources), [("a".into(), 2), ("b".into(), 2)]);
    assert_eq!(counts(&view.facets.languages), [("chi".into(), 1), ("eng".into(), 1)]);
    assert_eq!(counts(&view.facets.availability), [("openAccess".into(), 1), ("ownLibrary".into(), 1)]);
    assert_eq!(view.facets.years.iter().map(|y| y.year).collect::<Vec<_>>(), [1973, 1982]);

    let years = SearchFilter { year_from: Some(1975), year_to: Some(1980), ..SearchFilter::default() };
    let view = results.view(&Page { search_id: "s".into(), limit: 50, filter: years, ..Page::default() });
    assert_eq!(titles(&view), ["红楼梦学刊"]);
    assert_eq!(view.facets.years.len(), 3, "years are counted without their own filter");
    let way = SearchFilter { availability: vec![Availability::OwnLibrary], ..SearchFilter::default() };
    let view = results.view(&Page { search_id: "s".into(), limit: 50, filter: way, ..Page::default() });
    assert_eq!(view.shown, 2);
    let nowhere = SearchFilter { sources: vec!["没有".into()], ..SearchFilter::default() };
    let view = results.view(&Page { search_id: "s".into(), limit: 50, filter: nowhere, ..Page::default() });
    assert_eq!((view.shown, view.found), (0, 4));
}

#[test]
fn the_list_is_narrowed_by_who_has_it() {
    let mut results = results(&three());
    let held = |source: &str, title: &str, libraries: &[&str]| {
        let holding = |library: &&str| Holding { library: (*library).into(), ..Holding::default() };
        Record { holdings: libraries.iter().map(holding).collect(), ..book(source, title, "某", 1990, "") }
    };
    send(
        &mut results,
        0,
        &[
            held("a", "红楼梦", &["北京大学图书馆", "清华大学图书馆", "北京大学图书馆"]),
            held("a", "水浒传", &[]),
        ],
    );
    send(&mut results, 1, &[held("b", "三国演义", &["北京大學圖書館"]), held("b", "西游记", &["Harvard"])]);
    let counts = |view: &SearchView| {
        view.facets.holders.iter().map(|v| (v.value.clone(), v.count)).collect::<Vec<_>>()
    };
    let all = [("北京大学图书馆".into(), 2), ("Harvard".into(), 1), ("清华大学图书馆".into(), 1)];
    assert_eq!(counts(&look(&mut results, 50)), all, "a work counts once for a library, in either script");
    for library in ["北京大学图书馆", "北京大學圖書館"] {
        let filter = SearchFilter { holders: vec![library.into()], ..SearchFilter::default() };
        let view = results.view(&Page { search_id: "s".into(), limit: 50, filter, ..Page::default() });
        let mut shown = titles(&view);
        shown.sort();
        assert_eq!(shown, ["三国演义", "红楼梦"]);
        assert_eq!(counts(&view), all, "what else could be chosen");
    }
    let filter = SearchFilter { holders: vec!["没有".into()], ..SearchFilter::default() };
    assert_eq!(results.view(&Page { search_id: "s".into(), limit: 50, filter, ..Page::default() }).shown, 0);
}

#[test]
fn lists_are_sorted() {
    let mut results = results(&three());
    mixed(&mut results);
    let mut years = |sort| {
        let view = results.view(&Page { search_id: "s".into(), limit: 50, sort, ..Page::default() });
        view.works.iter().map(|row| row.year).collect::<Vec<_>>()
    };
    assert_eq!(years(SortOrder::Newest), [Some(1982), Some(1979), Some(1973), None]);
    assert_eq!(years(SortOrder::Oldest), [Some(1973), Some(1979), Some(1982), None]);
    assert_eq!(years(SortOrder::Title)[0], Some(1973), "Latin before Han");
    let view = look(&mut results, 50);
    assert_eq!(view.works[0].matches, [(0, 3)], "a simplified query marks a traditional title too");
}

#[test]
fn a_search_of_ten_thousand_is_counted_at_once() {
    let mut results = results(&three());
    for n in 0..10_000 {
        let record = book("a", &format!("红楼梦 {n}"), "某", 1900 + n % 100, "");
        send(&mut results, usize::try_from(n % 3).unwrap(), &[record]);
    }
    let view = look(&mut results, 200);
    assert_eq!((view.found, view.works.len(), view.facets.years.len()), (10_000, 200, 100));
}

proptest! {
    #[test]
    fn the_end_is_the_same_whatever_came_first(order in proptest::collection::vec(0..3usize, 12), turns in any::<u8>()) {
        let per_source: Vec<Vec<Record>> = ["a", "b", "c"].iter().enumerate().map(|(s, id)| vec![
            book(id, ["红楼梦", "紅樓夢", "红楼梦"][s], "曹雪芹", 1982, ["9787020008728", "7020008720", ""][s]),
            book(id, "红楼梦学刊", "中国艺术研究院", 1979, ""),
            book(id, ["经济学", "経済学", "經濟學"][s], "某", 1990, ["", "9780306406157", "9780306406157"][s]),
            book(id, &format!("红楼梦 {id}"), "某", 1990, ""),
        ]).collect();
        let mut straight = results(&three());
        for (source, records) in per_source.iter().enumerate() {
            send(&mut straight, source, records);
        }
        let mut mixed = results(&three());
        let mut next = [0; 3];
        for source in order.into_iter().chain([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]) {
            if let Some(record) = per_source[source].get(next[source]) {
                next[source] += 1;
                send(&mut mixed, source, std::slice::from_ref(record));
                if turns & 1 == 1 {
                    mixed.count();
                }
            }
        }
        let (one, two) = (look(&mut straight, 50), look(&mut mixed, 50));
        prop_assert_eq!(one.works, two.works);
        prop_assert_eq!(one.facets, two.facets);
    }
}

#[test]
fn a_record_is_shared_not_copied() {
    let mut results = results(&three());
    send(&mut results, 0, &[book("a", "红楼梦", "曹雪芹", 1982, "")]);
    results.count();
    let held = results.records(0).next().map(|(_, _, record)| Arc::strong_count(record));
    assert_eq!(held, Some(2), "the list and the work hold the same record");
}

#[test]
fn a_work_says_why_its_records_are_one() {
    let mut results = results(&three());
    send(&mut results, 0, &[book("a", "红楼梦", "曹雪芹", 1982, "9787020008728")]);
    send(&mut results, 1, &[book("b", "紅樓夢", "曹雪芹", 1982, "9787020008728")]);
    // the same publisher, but without an identifier
    send(&mut results, 2, &[book("c", "红楼梦", "曹雪芹", 1982, "")]);
    let works = results.ranked();
    assert_eq!((works.len(), works[0].members.len()), (1, 3));
    let [first, second] = works[0].joined_by.as_slice() else { panic!("{:?}", works[0].joined_by) };
    assert_eq!(first.by, JoinedBy::Identifier);
    assert_eq!(first.identifier.as_ref().map(|id| id.value.as_str()), Some("9787020008728"));
    let source = |place: u32| works[0].members[place as usize].source.as_str();
    assert_ne!(source(first.member), "c");
    assert_ne!(source(first.with), "c");
    assert_eq!((second.by, &second.identifier), (JoinedBy::Title, &None));
    assert!(source(second.member) == "c" || source(second.with) == "c");
}
