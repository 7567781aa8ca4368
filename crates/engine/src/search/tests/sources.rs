//! Sources that are slow, unreachable, endless or defective.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hongyan_connectors::error::NetError;
use hongyan_connectors::source::Protocol;
use hongyan_model::query::Field;
use hongyan_model::{Query, Record};

use super::fake::{Fake, Step, book, config};
use super::{first, over, page, start, titles};
use crate::base::change::Tag;
use crate::base::problem::ErrorCode;
use crate::search::{Limits, Listed, Searches};
use crate::view::{Heard, SourceState};

fn good(id: &str) -> Vec<Step> {
    vec![Step::Wait(100), Step::Send(7, vec![book(id, "紅樓夢", "曹雪芹", 1982, "9787020008728")])]
}

#[tokio::test(start_paused = true)]
async fn one_bad_source_harms_nobody() {
    let fakes = [
        Fake::new("good", vec![good("good")]),
        Fake::new("dead", vec![vec![Step::Fail(NetError::Unreachable("没有路".into()))]]),
        Fake::new("stalled", vec![vec![Step::Stall]]),
        Fake::new("broken", vec![vec![Step::Wait(5), Step::Panic]]),
        Fake::new("off", vec![vec![]]),
    ];
    let searches = over(&fakes, None);
    let off = BTreeSet::from(["off".to_owned()]);
    let id = searches.start("红楼梦", None, &off).unwrap();
    tokio::time::sleep(Duration::from_millis(3_100)).await;
    let view = page(&searches, &id).await;
    assert_eq!(titles(&view), ["紅樓夢"]);
    let states: Vec<_> = view.sources.iter().map(|source| source.state).collect();
    use SourceState::{Done, Failed, Off, Slow};
    assert_eq!(states, [Done, Failed, Slow, Failed, Off]);
    let codes: Vec<_> = view.sources.iter().map(|s| s.problem.as_ref().map(|p| p.code)).collect();
    assert_eq!(codes, [None, Some(ErrorCode::Unreachable), None, Some(ErrorCode::Internal), None]);
    assert_eq!((view.sources[0].first_ms, view.sources[0].hits), (Some(100), Some(7)));
    assert!(!view.done && fakes[4].asked.lock().unwrap().is_empty());

    let ended = searches.finished(&id).await;
    assert_eq!(ended[2].problem.as_ref().map(|problem| problem.code), Some(ErrorCode::Timeout));
    assert!(page(&searches, &id).await.done);
}

#[tokio::test(start_paused = true)]
async fn years_that_a_source_cannot_be_asked_for_are_looked_at_here() {
    let mut undated = book("a", "红楼梦 抄本", "某", 1, "");
    undated.year = None;
    let records = |id| vec![book(id, "红楼梦", "曹雪芹", 1982, ""), book(id, "論紅樓夢", "俞平伯", 1954, "")];
    let first = [records("a"), vec![undated]].concat();
    let later = vec![book("a", "红楼梦论丛", "某", 2001, ""), book("a", "红楼梦索引", "某", 1990, "")];
    let fakes = [
        Fake::new("a", vec![vec![Step::Without("1980–1999", first), Step::Send(9, later)]]),
        // this source did filter by year, so its records are not filtered again
        Fake::new("b", vec![vec![Step::Send(2, records("b"))]]),
    ];
    let searches = over(&fakes, None);
    let query = Query { year_from: Some(1980), year_to: Some(1999), ..Query::words(Field::Any, "红楼梦") };
    let id = searches.start("", Some(query), &BTreeSet::new()).unwrap();
    let ended = searches.finished(&id).await;
    assert_eq!(ended.iter().map(|source| source.records).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(ended[0].dropped, ["1980–1999"], "it is said all the same");
    let view = page(&searches, &id).await;
    let mut shown = titles(&view);
    shown.sort_unstable();
    assert_eq!(shown, ["红楼梦", "红楼梦 抄本", "红楼梦索引", "論紅樓夢"]);
}

#[tokio::test(start_paused = true)]
async fn the_first_rows_are_told_at_once() {
    let searches = over(
        &[
            Fake::new("dead", vec![vec![Step::Fail(NetError::Timeout)]]),
            Fake::new(
                "good",
                vec![vec![Step::Wait(20), Step::Send(1, vec![book("good", "红楼梦", "曹雪芹", 1982, "")])]],
            ),
        ],
        None,
    );
    let mut events = searches.inner.news.subscribe();
    let asked = tokio::time::Instant::now();
    let id = start(&searches);
    while page(&searches, &id).await.works.is_empty() {
        events.recv().await.unwrap();
    }
    assert_eq!(
        asked.elapsed(),
        Duration::from_millis(20),
        "not with the next turn, 100 ms after the question"
    );
}

#[tokio::test(start_paused = true)]
async fn an_error_after_records_keeps_the_records() {
    let steps = vec![
        Step::Send(90, vec![book("a", "红楼梦", "曹雪芹", 1982, "")]),
        Step::Fail(NetError::Malformed("断了".into())),
    ];
    let searches = over(&[Fake::new("a", vec![steps])], None);
    let id = start(&searches);
    let ended = searches.finished(&id).await;
    assert_eq!((ended[0].state, ended[0].records, ended[0].hits), (SourceState::Failed, 1, Some(90)));
    assert_eq!(page(&searches, &id).await.found, 1);
}

#[tokio::test(start_paused = true)]
async fn stopping_frees_everything_and_keeps_what_came() {
    let stall = || vec![Step::Send(9, vec![book("x", "红楼梦", "曹雪芹", 1982, "")]), Step::Stall];
    let fakes = [Fake::new("a", vec![stall()]), Fake::new("b", vec![stall()])];
    let searches = over(&fakes, None);
    let id = start(&searches);
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(fakes[0].open.load(Ordering::SeqCst), 1);
    searches.cancel(&id);
    let view = page(&searches, &id).await;
    assert!(view.done && view.found == 1);
    assert!(view.sources.iter().all(|source| source.state == SourceState::Cancelled));
    tokio::task::yield_now().await;
    assert!(fakes.iter().all(|fake| fake.open.load(Ordering::SeqCst) == 0), "streams are dropped at once");
}

#[tokio::test(start_paused = true)]
async fn a_new_search_stops_the_old_one() {
    let fake = Fake::new("a", vec![vec![Step::Stall], good("a")]);
    let searches = over(std::slice::from_ref(&fake), None);
    let old = start(&searches);
    tokio::time::sleep(Duration::from_millis(1)).await;
    let new = start(&searches);
    searches.finished(&new).await;
    assert_eq!(page(&searches, &old).await.sources[0].state, SourceState::Cancelled);
    assert_eq!(titles(&page(&searches, &new).await), ["紅樓夢"]);
    assert_eq!(fake.open.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn one_source_is_asked_again_alone() {
    let half =
        vec![Step::Send(2, vec![book("a", "红楼梦", "曹雪芹", 1982, "")]), Step::Fail(NetError::Server(502))];
    let both = vec![Step::Send(
        2,
        vec![book("a", "红楼梦", "曹雪芹", 1982, ""), book("a", "红楼梦魇", "张爱玲", 1977, "")],
    )];
    let fakes = [Fake::new("a", vec![half, both]), Fake::new("b", vec![good("b")])];
    let searches = over(&fakes, None);
    let id = start(&searches);
    searches.finished(&id).await;
    searches.retry(&id, "a").await.unwrap();
    assert!(!page(&searches, &id).await.done);
    let ended = searches.finished(&id).await;
    assert_eq!((ended[0].state, ended[0].records, &ended[0].problem), (SourceState::Done, 2, &None));
    assert_eq!(fakes[1].asked.lock().unwrap().len(), 1, "the other source is left alone");
    assert_eq!(searches.retry(&id, "nowhere").await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_stopped_search_can_ask_again() {
    let fake = Fake::new("a", vec![vec![Step::Stall], good("a")]);
    let searches = over(&[fake], None);
    let id = start(&searches);
    tokio::time::sleep(Duration::from_millis(1)).await;
    searches.cancel(&id);
    searches.retry(&id, "a").await.unwrap();
    assert_eq!(searches.finished(&id).await[0].state, SourceState::Done);
}

#[tokio::test(start_paused = true)]
async fn endless_sources_end() {
    let many: Vec<Record> = (0..500).map(|n| book("a", &format!("红楼梦 {n}"), "某", 1982, "")).collect();
    let empty = vec![Step::Send(u64::MAX, vec![]); 5_000];
    let fakes = [Fake::new("many", vec![vec![Step::Send(u64::MAX, many)]]), Fake::new("empty", vec![empty])];
    let searches = over(&fakes, None);
    let id = start(&searches);
    let ended = searches.finished(&id).await;
    assert_eq!((ended[0].state, ended[0].records), (SourceState::Done, 100));
    assert_eq!(ended[1].problem.as_ref().map(|problem| problem.code), Some(ErrorCode::BrokenAnswer));
    let view = page(&searches, &id).await;
    assert_eq!((view.total_low, view.total_high), (u64::MAX, u64::MAX));
    assert_eq!(view.works.len(), 50);
}

#[tokio::test(start_paused = true)]
async fn records_that_say_nothing_are_counted_and_no_rows() {
    let blank = || Record { source: "a".into(), id: "991001".into(), year: Some(1987), ..Record::default() };
    let untitled = book("a", "", "鲁迅", 1926, "");
    let steps = vec![Step::Send(4, vec![blank(), untitled, blank(), book("a", "彷徨", "鲁迅", 1926, "")])];
    let searches = over(&[Fake::new("a", vec![steps])], None);
    let id = start(&searches);
    let ended = searches.finished(&id).await;
    assert_eq!(ended[0].records, 2);
    let unread = ended[0].unread.as_ref().unwrap();
    assert_eq!((unread.records, unread.schema.as_str(), unread.said.as_str()), (2, "", ""));
    let view = page(&searches, &id).await;
    assert!(view.works.iter().all(|work| !work.title.is_empty() || work.creators == "鲁迅"));
}

#[tokio::test(start_paused = true)]
async fn a_source_may_be_asked_for_more_than_the_others() {
    let records: Vec<_> = (0..300).map(|n| book("a", &format!("红楼梦 {n}"), "某", 1982, "")).collect();
    let generous = hongyan_connectors::source::SourceConfig { limit: 250, ..config("a") };
    let searches = over(&[Fake::with(generous, vec![vec![Step::Send(300, records)]])], None);
    let id = start(&searches);
    let ended = searches.finished(&id).await;
    assert_eq!((ended[0].state, ended[0].records, ended[0].hits), (SourceState::Done, 250, Some(300)));
}

#[tokio::test(start_paused = true)]
async fn memory_is_bounded() {
    let fakes: Vec<_> = (0..5)
        .map(|s| {
            let records = (0..100).map(|n| book("a", &format!("红楼梦 {s} {n}"), "某", 1982, "")).collect();
            Fake::new(&format!("s{s}"), vec![vec![Step::Wait(s), Step::Send(100, records)]])
        })
        .collect();
    let sources = fakes.iter().map(|fake| fake.clone() as _).collect();
    let limits = Limits { records: 250, ..Limits::default() };
    let searches =
        Searches::new(sources, None, Default::default(), limits, std::sync::Arc::new(crate::SystemClock));
    let id = start(&searches);
    searches.finished(&id).await;
    assert_eq!(searches.ranked(&id).iter().map(|work| work.members.len()).sum::<usize>(), 250);
}

#[tokio::test(start_paused = true)]
async fn hostile_questions() {
    let fake = Fake::new("a", vec![good("a")]);
    let searches = over(std::slice::from_ref(&fake), None);
    let off = BTreeSet::new();
    for empty in ["", "   ", "。。。！？《》", "\u{202E}\0"] {
        assert_eq!(searches.start(empty, None, &off).unwrap_err().code, ErrorCode::QueryEmpty, "{empty:?}");
        assert_eq!(searches.lookup(empty, &off).await, None);
    }
    for (text, code) in [
        ("红楼梦".repeat(4_000), ErrorCode::QueryTooLong),
        ("📚".to_owned(), ErrorCode::QueryEmpty),
        ("ISBN 978-7-02-000872-9".to_owned(), ErrorCode::QueryMisprint),
        ("978-7-02-000872-8 978-7-02-000220-7".to_owned(), ErrorCode::QueryNumbers),
        ("https://book.example/subject/1007305/".to_owned(), ErrorCode::QueryAddress),
        ("(呐喊 OR 彷徨) AND (小说 OR 散文)".to_owned(), ErrorCode::QueryGroups),
    ] {
        assert_eq!(searches.start(&text, None, &off).unwrap_err().code, code, "{text}");
    }
    let entry = "@article{a, author = {Szl\\H{o}, \\'Abel and Hale, Bo}, title = {Sur les {\\'e}tudes d'\\oe{}ufs}, year = {2011}}";
    let asked: Vec<String> =
        crate::search::read(entry).clauses.into_iter().map(|clause| clause.text).collect();
    assert_eq!(asked, ["Sur les études d'œufs", "Szlő"]);
    let long = "红楼梦".repeat(4_000);
    let words = Query::words(Field::Any, &long);
    let id = searches.start(&long, Some(words), &off).unwrap();
    searches.finished(&id).await;
    let view = page(&searches, &id).await;
    assert!(view.text.chars().count() <= 500 && view.query.clauses[0].text.chars().count() <= 500);
    let far = super::Page { offset: u32::MAX, ..first(&id, u32::MAX) };
    assert!(searches.view(&far).await.unwrap().works.is_empty());
    assert_eq!(searches.work(&id, "不是号码").await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(searches.view(&first("nowhere", 1)).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_form_is_filled_from_the_first_that_knows() {
    let wrong = vec![Step::Send(1, vec![book("wrong", "别的书", "某", 1982, "9780306406157")])];
    let fakes = [
        Fake::new("broken", vec![vec![Step::Panic]]),
        Fake::new("wrong", vec![wrong]),
        Fake::new("right", vec![good("right")]),
        Fake::new("stalled", vec![vec![Step::Stall]]),
    ];
    let searches = over(&fakes, None);
    let off = BTreeSet::new();
    let found = searches.lookup("ISBN 978-7-02-000872-8", &off).await.unwrap();
    assert_eq!((found.source.as_str(), found.title.as_str()), ("right", "紅樓夢"));
    assert_eq!(searches.lookup("红楼梦", &off).await.map(|record| record.title), Some("紅樓夢".into()));
    assert_eq!(searches.lookup("9787544270878", &off).await, None, "the deadline holds");
    assert!(fakes.iter().all(|fake| fake.open.load(Ordering::SeqCst) == 0));
}

#[tokio::test(start_paused = true)]
async fn not_asked_is_no_answer() {
    let any = |_: &Record| hongyan_model::request::fill::Edition::Same;
    let no = || vec![Step::Send(1, Vec::new())];
    let fail = || vec![Step::Fail(NetError::Unreachable("没有路".into()))];
    for (steps, heard) in [
        (vec![no(), no()], Heard::All),
        (vec![no(), fail()], Heard::Some),
        (vec![no(), vec![Step::Stall]], Heard::Some),
        (vec![no(), vec![Step::Panic]], Heard::Some),
        (vec![no(), vec![Step::Send(1, Vec::new()), Step::Fail(NetError::Server(500))]], Heard::Some),
        (vec![fail(), fail()], Heard::Nobody),
        (vec![fail(), vec![Step::Stall]], Heard::Nobody),
        (Vec::new(), Heard::Nobody),
    ] {
        let fakes: Vec<_> = steps
            .into_iter()
            .enumerate()
            .map(|(at, steps)| Fake::new(&at.to_string(), vec![steps]))
            .collect();
        let searches = over(&fakes, None);
        let query = Query::from_box("红楼梦");
        let nearest = searches.look_up(&query, &BTreeSet::new(), false, &any).await;
        assert_eq!((nearest.found, nearest.heard), (None, Some(heard)));
    }
    let nothing = over(&[Fake::new("a", vec![good("a")])], None);
    let nearest = nothing.look_up(&Query::default(), &BTreeSet::new(), false, &any).await;
    assert_eq!(nearest.heard, None, "there was nothing to ask");
}

#[tokio::test(start_paused = true)]
async fn changes_are_told() {
    let searches = over(&[Fake::new("a", vec![good("a")])], None);
    let mut events = searches.inner.news.subscribe();
    let id = start(&searches);
    // the dispatcher announces the start, not the engine
    searches.finished(&id).await;
    assert!(events.recv().await.unwrap().changed.contains(&Tag::Search));
}

#[tokio::test(start_paused = true)]
async fn fields_are_handed_to_the_sources() {
    let mut home = config("home");
    home.home = true;
    let fake = Fake::with(home, vec![good("home")]);
    let searches = over(std::slice::from_ref(&fake), None);
    let query = Query::words(Field::Title, "红楼梦");
    let id = searches.start("", Some(query.clone()), &BTreeSet::new()).unwrap();
    searches.finished(&id).await;
    assert_eq!(*fake.asked.lock().unwrap(), [query]);
    assert_eq!(page(&searches, &id).await.text, "题名:红楼梦");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_says_why_at_once() {
    let mut paged = config("page");
    paged.protocol = Protocol::Page;
    paged.address = "https://opac.example/搜索/{query}?from=1".into();
    let (good_one, locked) = (Fake::new("good", vec![good("good")]), config("locked"));
    let searches = over(&[], None);
    searches.set_sources(vec![
        Listed { config: locked, source: None },
        Listed::open(good_one),
        Listed { config: paged, source: None },
    ]);
    let id = searches.start("红楼 梦&", None, &BTreeSet::new()).unwrap();
    let ended = searches.finished(&id).await;
    let states: Vec<_> = ended.iter().map(|source| source.state).collect();
    assert_eq!(states, [SourceState::NeedsKey, SourceState::Done, SourceState::Page]);
    let link = "https://opac.example/搜索/%E7%BA%A2%E6%A5%BC%20%E6%A2%A6%26?from=1";
    assert_eq!((ended[2].link.as_str(), ended[2].protocol.as_str()), (link, "page"));
    for silent in ["locked", "page"] {
        searches.retry(&id, silent).await.unwrap();
    }
    assert!(page(&searches, &id).await.done, "there is nothing to ask");
}
