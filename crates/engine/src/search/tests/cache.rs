//! Searches read from the cache, offline and after a restart.

use std::time::Duration;

use hongyan_connectors::error::NetError;
use hongyan_store::{Cache, Key};

use super::fake::{Fake, Step, book, config};
use super::{over, page, start, titles};
use crate::view::SourceState;

fn answer() -> Vec<Step> {
    vec![Step::Send(
        2,
        vec![
            book("a", "紅樓夢", "曹雪芹", 1982, "9787020008728"),
            book("a", "红楼梦研究", "俞平伯", 1952, ""),
        ],
    )]
}

#[tokio::test]
async fn a_search_is_readable_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let key = Key::random().unwrap();
    let mut home = config("a");
    home.home = true;
    let dead = || vec![vec![Step::Fail(NetError::Unreachable("没有网".into()))]];

    let cache = Cache::open(dir.path(), &key).await.unwrap();
    let fakes = [Fake::with(home.clone(), vec![answer()]), Fake::new("b", dead())];
    let searches = over(&fakes, Some(cache.clone()));
    let id = start(&searches);
    searches.finished(&id).await;
    let fresh = page(&searches, &id).await;
    searches.stop().await;
    cache.close().await;

    let cache = Cache::open(dir.path(), &key).await.unwrap();
    let b = Fake::new("b", vec![vec![Step::Send(1, vec![book("b", "红楼梦魇", "张爱玲", 1977, "")])]]);
    let again = over(&[Fake::with(home, dead()), b], Some(cache.clone()));
    let recent = again.recent().await;
    assert_eq!((recent.len(), recent[0].text.as_str(), recent[0].works), (1, "红楼梦", 2));
    let kept = page(&again, &recent[0].search_id).await;
    assert!(kept.from_cache && kept.done && !fresh.from_cache);
    assert_eq!((&kept.works, kept.searched_at), (&fresh.works, fresh.searched_at));
    assert_eq!((&kept.sources, &kept.facets), (&fresh.sources, &fresh.facets));
    let work = again.work(&id, &kept.works[0].id).await.unwrap();
    assert_eq!(work.members[0].source, "a");

    again.retry(&id, "b").await.unwrap();
    again.finished(&id).await;
    assert_eq!(page(&again, &id).await.found, 3);
    again.stop().await;
    let last = over(&[], Some(cache));
    assert_eq!(page(&last, &id).await.found, 3, "what came by asking again is kept too");
}

#[tokio::test]
async fn what_ran_when_the_program_ended_counts_as_stopped() {
    let cache = Cache::in_memory().await.unwrap();
    let steps = vec![answer().remove(0), Step::Stall];
    let searches = over(&[Fake::new("a", vec![steps])], Some(cache.clone()));
    let id = start(&searches);
    while page(&searches, &id).await.found < 2 {
        tokio::task::yield_now().await;
    }
    searches.stop().await;
    let view = page(&over(&[], Some(cache)), &id).await;
    assert_eq!((view.found, view.sources[0].state), (2, SourceState::Cancelled));
    assert_eq!(titles(&view), ["紅樓夢", "红楼梦研究"]);
}

#[tokio::test]
async fn forgotten_is_forgotten() {
    let cache = Cache::in_memory().await.unwrap();
    let searches = over(&[Fake::new("a", vec![answer(), vec![Step::Stall]])], Some(cache.clone()));
    let one = start(&searches);
    searches.finished(&one).await;
    let two = start(&searches);
    tokio::time::timeout(Duration::from_secs(5), searches.forget()).await.unwrap().unwrap();
    searches.stop().await;
    assert!(searches.recent().await.is_empty());
    for id in [one, two] {
        assert!(searches.work(&id, "0").await.is_err());
        assert_eq!(cache.load(&id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_cache_that_fails_costs_nothing_but_the_cache() {
    let cache = Cache::in_memory().await.unwrap();
    cache.close().await;
    let searches = over(&[Fake::new("a", vec![answer()])], Some(cache));
    let id = start(&searches);
    searches.finished(&id).await;
    assert_eq!(page(&searches, &id).await.found, 2);
    assert_eq!(searches.recent().await.len(), 1);
    searches.stop().await;
}
