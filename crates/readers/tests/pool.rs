//! The pool's guarantees: a caller that cancels returns at once, and a parser that ignores its
//! cancellation blocks nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use hongyan_formats::{Limits, list};
use hongyan_readers::pool::{Bounds, Pool, PoolError};
use tokio::sync::oneshot;

const LIMITS: Limits = Limits::ANSWER;

fn small(most: usize) -> Pool {
    Pool::new(Bounds { threads: 1, most, waiting: 4, time: Duration::from_secs(30) })
}

#[tokio::test]
async fn what_was_read_comes_back_and_a_panic_is_an_error_of_that_reading() {
    let pool = small(2);
    let read = pool.read(Limits::TEXT, |budget| list::parse("红楼梦", budget)).await.unwrap();
    assert_eq!(read.first().map(|item| item.given.as_str()), Some("红楼梦"));
    let failed: Result<(), PoolError> = pool.read(LIMITS, |_| panic!("题名")).await;
    assert_eq!(failed, Err(PoolError::Failed));
    assert_eq!(pool.read(LIMITS, |_| 7).await, Ok(7), "the thread goes on");
}

#[tokio::test]
async fn who_goes_away_stops_the_reading() {
    let pool = small(2);
    let (stopped, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (begun, begins) = oneshot::channel();
    let (tell, told) = oneshot::channel();
    let heeds = Arc::clone(&stopped);
    let reading = pool.read(LIMITS, move |budget| {
        begun.send(()).unwrap();
        while !budget.is_stopped() {
            std::thread::yield_now();
        }
        heeds.store(true, Ordering::SeqCst);
        let _ = tell.send(());
    });
    tokio::select! {
        _ = reading => seen.store(true, Ordering::SeqCst),
        begun = begins => begun.unwrap(),
    }
    // the future is dropped
    told.await.unwrap();
    assert!(stopped.load(Ordering::SeqCst) && !seen.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_reading_that_heeds_nothing_is_replaced_and_the_last_one_refused() {
    let pool = small(3);
    let (free, held) = mpsc::channel::<()>();
    let held = Arc::new(std::sync::Mutex::new(held));
    for _ in 0..3 {
        let (begun, begins) = oneshot::channel();
        let held = Arc::clone(&held);
        let stuck = pool.read(LIMITS, move |_| {
            begun.send(()).unwrap();
            // never checks the stop flag
            let _ = held.lock().map(|held| held.recv());
        });
        tokio::select! {
            _ = stuck => panic!("it is stuck"),
            begun = begins => begun.unwrap(),
        }
    }
    assert_eq!(pool.load().0, 3, "each was given up, and each has its thread still");
    assert_eq!(pool.read(LIMITS, |_| ()).await, Err(PoolError::Busy), "no more threads than that");
    drop(free);
    // the threads return, and one stays idle
    while pool.load().0 > 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(pool.read(LIMITS, |_| 7).await, Ok(7));
}

#[tokio::test]
async fn a_reading_has_its_time() {
    let pool = Pool::new(Bounds { threads: 1, most: 2, waiting: 4, time: Duration::from_millis(50) });
    let slow = pool.read(LIMITS, |budget| {
        while !budget.is_stopped() {
            std::thread::yield_now();
        }
    });
    assert_eq!(slow.await, Err(PoolError::TimedOut));
}

#[tokio::test]
async fn what_waits_and_is_given_up_never_begins() {
    let pool = small(1);
    let began = Arc::new(AtomicUsize::new(0));
    let (free, held) = mpsc::channel::<()>();
    let (begun, begins) = oneshot::channel();
    let other = pool.clone();
    let first = tokio::spawn(async move {
        let stuck = move |_: &_| {
            begun.send(()).unwrap();
            let _ = held.recv();
        };
        other.read(LIMITS, stuck).await
    });
    begins.await.unwrap();
    for _ in 0..3 {
        let counted = Arc::clone(&began);
        let waiting = pool.read(LIMITS, move |_| counted.fetch_add(1, Ordering::SeqCst));
        tokio::select! {
            biased;
            _ = waiting => panic!("there is one thread"),
            () = std::future::ready(()) => {}
        }
    }
    assert_eq!(pool.load().1, 0, "nobody waits for them");
    free.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(pool.read(LIMITS, |_| ()).await, Ok(()));
    assert_eq!(began.load(Ordering::SeqCst), 0);
}

/// A runtime that shuts down waits for its own threads only.
#[test]
fn a_runtime_ends_while_something_is_read() {
    let pool = small(1);
    let (free, held) = mpsc::channel::<()>();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (begun, begins) = oneshot::channel();
    let kept = pool.clone();
    runtime.spawn(async move {
        let _ = kept
            .read(LIMITS, move |_| {
                begun.send(()).unwrap();
                let _ = held.recv();
            })
            .await;
    });
    runtime.block_on(begins).unwrap();
    drop(runtime);
    drop(free);
}

#[tokio::test]
async fn a_turn_is_waited_for_until_another_is_given_back() {
    let pool = small(1);
    let held = (pool.turn().await, pool.turn().await);
    let mut waits = std::pin::pin!(pool.turn());
    tokio::select! {
        biased;
        _ = &mut waits => panic!("there are two turns for one thread"),
        () = std::future::ready(()) => {}
    }
    drop(held.0);
    waits.await;
}
