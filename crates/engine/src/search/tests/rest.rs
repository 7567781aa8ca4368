//! The circuit breaker: sources that rest, and what ends their rest.

use std::collections::BTreeSet;

use hongyan_connectors::error::NetError;

use super::fake::{Fake, Step, book};
use super::{over, page, start};
use crate::base::problem::ErrorCode;
use crate::view::SourceState;

fn good(id: &str) -> Vec<Step> {
    vec![Step::Wait(100), Step::Send(7, vec![book(id, "紅樓夢", "曹雪芹", 1982, "9787020008728")])]
}

#[tokio::test(start_paused = true)]
async fn a_source_that_fails_thrice_rests_until_the_patron_says_try_now() {
    let down = || vec![Step::Fail(NetError::Server(503))];
    let fakes =
        [Fake::new("ill", vec![down(), down(), down(), good("ill")]), Fake::new("well", vec![good("well")])];
    let searches = over(&fakes, None);
    for _ in 0..3 {
        let id = start(&searches);
        assert_eq!(searches.finished(&id).await[0].state, SourceState::Failed);
    }
    let id = start(&searches);
    let view = page(&searches, &id).await.sources.remove(0);
    assert_eq!(
        (view.state, view.problem.map(|p| p.code)),
        (SourceState::Resting, Some(ErrorCode::ServerError))
    );
    assert!(view.retry_at.is_some_and(|at| at > jiff::Timestamp::now()));
    searches.finished(&id).await;
    assert_eq!(fakes[0].asked.lock().unwrap().len(), 3, "it is left alone");
    assert_eq!(searches.lookup("红楼梦", &BTreeSet::new()).await.unwrap().source, "well");
    assert_eq!(fakes[0].asked.lock().unwrap().len(), 3, "by forms too");

    searches.retry(&id, "ill").await.unwrap();
    let ended = searches.finished(&id).await;
    assert_eq!((ended[0].state, ended[0].retry_at), (SourceState::Done, None));
    let id = start(&searches);
    assert_eq!(searches.finished(&id).await[0].state, SourceState::Done, "an answer ends the rest");
}

#[tokio::test]
async fn who_rests_still_rests_after_a_restart() {
    let cache = hongyan_store::Cache::in_memory().await.unwrap();
    let blocked =
        || Fake::new("shy", vec![vec![Step::Fail(NetError::Blocked("验证码".into()))], good("shy")]);
    let first_run = over(&[blocked(), Fake::new("b", vec![good("b")])], Some(cache.clone()));
    let id = start(&first_run);
    let until = first_run.finished(&id).await[0].retry_at.unwrap();
    first_run.stop().await;
    let second_run = over(&[blocked(), Fake::new("b", vec![good("b")])], Some(cache));
    second_run.remember().await;
    let id = start(&second_run);
    let view = page(&second_run, &id).await.sources.remove(0);
    assert_eq!((view.state, view.retry_at), (SourceState::Resting, Some(until)));
}

#[tokio::test(start_paused = true)]
async fn when_our_own_network_was_gone_nobody_rests() {
    let gone = || vec![Step::Fail(NetError::Unreachable("没有路".into()))];
    let fakes = ["a", "b"].map(|id| Fake::new(id, vec![gone(), gone(), gone(), good(id)]));
    let searches = over(&fakes, None);
    for _ in 0..3 {
        let id = start(&searches);
        searches.finished(&id).await;
    }
    let id = start(&searches);
    assert!(searches.finished(&id).await.iter().all(|source| source.state == SourceState::Done));
}

#[tokio::test(start_paused = true)]
async fn a_source_of_quick_habits_is_not_waited_for_longer() {
    let quick = Fake::new("quick", [vec![good("quick"); 8], vec![vec![Step::Stall]]].concat());
    let searches = over(&[quick], None);
    for _ in 0..8 {
        let id = start(&searches);
        searches.finished(&id).await;
    }
    let id = start(&searches);
    let ended = searches.finished(&id).await;
    assert_eq!(ended[0].problem.as_ref().map(|problem| problem.code), Some(ErrorCode::Timeout));
    // three times 0.1 s is below the minimum: the deadline is 5 s, not the 15 s of the configuration
    assert!((5_000..5_100).contains(&ended[0].done_ms.unwrap()), "{:?}", ended[0].done_ms);
}
