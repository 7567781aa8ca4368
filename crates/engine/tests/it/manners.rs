//! Twenty sources over real sockets, most of them faulty: they must not affect the good ones.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::source::{Protocol, SourceConfig};
use hongyan_engine::news::EventThrottle;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::search::{Limits, Page, Searches};
use hongyan_engine::view::SourceState;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Good(u64),
    Dead,
    Stalling,
    Html,
    Truncated,
    WrongCharset,
    Endless,
}

fn xml(title: &[u8]) -> Vec<u8> {
    let (before, after) = (
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\">\
         <version>1.2</version><numberOfRecords>1</numberOfRecords><records><record>\
         <recordSchema>info:srw/schema/1/dc-v1.1</recordSchema><recordPacking>xml</recordPacking><recordData>\
         <dc xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>",
        "</dc:title></dc></recordData></record></records></searchRetrieveResponse>",
    );
    [before.as_bytes(), title, after.as_bytes()].concat()
}

fn http(kind: &str, body: &[u8], length: usize) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

async fn act(mut stream: TcpStream, manner: Manner, name: &str, gone: UnboundedSender<()>) {
    let mut byte = [0];
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).await.unwrap_or(0) > 0 {
        head.push(byte[0]);
    }
    let good = xml(format!("红楼梦 {name}").as_bytes());
    let answer = match manner {
        Manner::Good(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            http("text/xml", &good, good.len())
        }
        Manner::Html => http("text/html", "<html>系统维护</html>".as_bytes(), 25),
        Manner::Truncated => http("text/xml", &good[..good.len() / 2], good.len()),
        // 红楼梦 in GB 18030, announced as UTF-8
        Manner::WrongCharset => {
            let body = xml(&[0xBA, 0xEC, 0xC2, 0xA5, 0xC3, 0xCE]);
            http("text/xml; charset=utf-8", &body, body.len())
        }
        Manner::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n\r\n<x>").await;
            while stream.write_all(&[b'x'; 65_536]).await.is_ok() {}
            return;
        }
        Manner::Dead | Manner::Stalling => {
            while stream.read(&mut byte).await.unwrap_or(0) > 0 {}
            let _ = gone.send(());
            return;
        }
    };
    let _ = stream.write_all(&answer).await;
}

async fn source(number: usize, manner: Manner, gone: &UnboundedSender<()>) -> SourceConfig {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/sru", listener.local_addr().unwrap());
    let (id, gone) = (format!("s{number}"), gone.clone());
    if manner != Manner::Dead {
        let name = id.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (name, gone) = (name.clone(), gone.clone());
                tokio::spawn(async move { act(stream, manner, &name, gone).await });
            }
        });
    }
    SourceConfig::new(id, format!("目录{number}"), Protocol::Sru, address)
}

/// Peak resident memory of the process in KiB; none where the system does not report it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifteen_bad_sources_do_not_disturb_five_good_ones() {
    use Manner::{Dead, Endless, Good, Html, Stalling, Truncated, WrongCharset};
    let manners = [
        Dead,
        Stalling,
        Html,
        Endless,
        Good(0),
        Dead,
        Stalling,
        Truncated,
        Endless,
        Good(50),
        Dead,
        Stalling,
        WrongCharset,
        Good(100),
        Dead,
        Stalling,
        Good(150),
        Dead,
        Stalling,
        Good(200),
    ];
    let (gone, mut seen) = unbounded_channel();
    let client = Http::new(HttpOptions::default()).unwrap();
    let mut sources = Vec::new();
    for (number, manner) in manners.into_iter().enumerate() {
        let config = source(number, manner, &gone).await;
        sources.push(Arc::from(hongyan_connectors::sources::open(&config, &client).unwrap()));
    }
    let news = EventThrottle::default();
    let mut events = news.subscribe();
    let searches =
        Searches::new(sources, None, news, Limits::default(), Arc::new(hongyan_engine::SystemClock));
    let before = peak();
    let id = searches.start("红楼梦", None, &BTreeSet::new()).unwrap();
    let page = Page { search_id: id.clone(), limit: 50, ..Page::default() };
    // wait until all sources except the stalling ones have ended
    let view = loop {
        let view = searches.view(&page).await.unwrap();
        let over = |state| matches!(state, SourceState::Done | SourceState::Failed);
        if view.sources.iter().filter(|source| over(source.state)).count() == 15 {
            break view;
        }
        let _ = events.recv().await; // evaluate again, even if events were missed
    };
    for (source, manner) in view.sources.iter().zip(manners) {
        let code = source.problem.as_ref().map(|problem| problem.code);
        match manner {
            Good(_) => assert_eq!((source.state, source.records, code), (SourceState::Done, 1, None)),
            Dead => assert_eq!(code, Some(ErrorCode::Unreachable)),
            Html => assert_eq!(code, Some(ErrorCode::NotData)),
            Truncated => assert_eq!(code, Some(ErrorCode::Unreachable), "the connection broke"),
            Endless => assert_eq!(code, Some(ErrorCode::BrokenAnswer), "cut off at the limit"),
            WrongCharset => {}
            Stalling => assert!(matches!(source.state, SourceState::Waiting | SourceState::Slow)),
        }
    }
    assert!(view.found >= 1 && !view.done);
    assert!(view.total_low >= 1 && view.total_high >= 5, "a range, never a bare sum");
    searches.cancel(&id);
    for _ in 0..5 {
        // the servers observe that their connections are closed
        seen.recv().await.unwrap();
    }
    assert!(searches.view(&page).await.unwrap().done);
    let times: Vec<String> = (view.sources.iter().zip(manners))
        .filter_map(|(source, manner)| match manner {
            Good(own) => Some(format!("{own} ms → {} ms", source.first_ms.unwrap_or_default())),
            _ => None,
        })
        .collect();
    println!("good sources, own time → first record: {}", times.join(", "));
    if let (Some(before), Some(after)) = (before, peak()) {
        println!("peak memory: {before} KiB before, {after} KiB after");
        // two endless bodies are truncated at 16 MiB each
        assert!(after - before < 160 * 1024, "{before} → {after} KiB");
    }
}
