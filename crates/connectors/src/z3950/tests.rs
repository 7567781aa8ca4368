//! Misbehaving servers. `tests/conformance` runs against real servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use hongyan_model::query::Field;
use rasn::types::{BitString, Integer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::apdu::{Apdu, InitResponse, SearchResponse};
use super::frame::{Frame, frame};
use super::*;
use crate::http::{Http, HttpOptions};
use crate::source::{Credentials, Protocol};
use crate::sources;

/// Runs `serve` for every connection, one after the other; returns the address and the number of
/// connections.
async fn server<F, R>(serve: F) -> (String, Arc<AtomicUsize>)
where
    F: Fn(TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("z3950://{}/目录", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            serve(stream).await;
        }
    });
    (address, count)
}

async fn receive(stream: &mut TcpStream) -> Option<Apdu> {
    let mut buffer = Vec::new();
    loop {
        if let Frame::Whole(length) = frame(&buffer, 1 << 20) {
            return rasn::ber::decode(&buffer[..length]).ok();
        }
        if stream.read_buf(&mut buffer).await.ok()? == 0 {
            return None;
        }
    }
}

async fn send(stream: &mut TcpStream, apdu: Apdu) {
    stream.write_all(&rasn::ber::encode(&apdu).unwrap()).await.unwrap();
}

fn init(accepted: bool) -> Apdu {
    Apdu::InitResponse(Box::new(InitResponse {
        reference: None,
        version: BitString::repeat(true, 3),
        options: BitString::repeat(true, 2),
        preferred_message_size: Integer::from(1 << 20),
        exceptional_record_size: Integer::from(1 << 20),
        accepted,
        implementation_id: None,
        implementation_name: None,
        implementation_version: None,
        user_information: None,
        other: None,
    }))
}

fn nothing_found() -> Apdu {
    Apdu::SearchResponse(Box::new(SearchResponse {
        reference: None,
        hits: Integer::from(0),
        returned: Integer::from(0),
        next: Integer::from(0),
        succeeded: true,
        set_status: None,
        present_status: None,
        records: None,
        diagnostic: None,
        diagnostics: None,
        additional: None,
        other: None,
    }))
}

fn open(address: &str, credentials: Option<&Credentials>, access: Access) -> Box<dyn SearchSource> {
    let mut config = SourceConfig::new("z", "目录", Protocol::Z3950, address);
    (config.timeout_s, config.access) = (0.5, access);
    sources::open_with(&config, &Http::new(HttpOptions::default()).unwrap(), credentials).unwrap()
}

async fn ask(source: &dyn SearchSource) -> Result<Batch, NetError> {
    source.search(&Query::words(Field::Title, "红楼梦"), 10).next().await.unwrap()
}

#[tokio::test]
async fn a_server_that_closes_on_a_proposal_is_asked_without_and_remembered() {
    let (address, count) = server(|mut stream| async move {
        let Some(Apdu::InitRequest(request)) = receive(&mut stream).await else { return };
        if request.other.is_some() {
            return;
        }
        send(&mut stream, init(true)).await;
        assert!(matches!(receive(&mut stream).await, Some(Apdu::SearchRequest(_))));
        send(&mut stream, nothing_found()).await;
    })
    .await;
    let source = open(&address, None, Access::Open);
    assert_eq!(ask(&*source).await.unwrap().hits, Some(0));
    assert_eq!(count.load(Ordering::SeqCst), 2);
    assert_eq!(ask(&*source).await.unwrap().hits, Some(0));
    assert_eq!(count.load(Ordering::SeqCst), 3, "it is not proposed again");
}

#[tokio::test]
async fn what_is_no_z3950_is_told_apart() {
    let (web, _) = server(|mut stream| async move {
        stream.write_all("HTTP/1.1 400 错误的请求\r\n\r\n".as_bytes()).await.unwrap();
    })
    .await;
    assert!(matches!(ask(&*open(&web, None, Access::Open)).await, Err(NetError::WrongKind(_))));
    let (large, _) = server(|mut stream| async move {
        receive(&mut stream).await;
        stream.write_all(&[0xB5, 0x84, 0x7F, 0xFF, 0xFF, 0xFF]).await.unwrap();
        receive(&mut stream).await;
    })
    .await;
    assert_eq!(ask(&*open(&large, None, Access::Open)).await, Err(NetError::TooLarge));
    let (deep, _) = server(|mut stream| async move {
        receive(&mut stream).await;
        stream.write_all(&[0xB5, 0x80].repeat(500)).await.unwrap();
        receive(&mut stream).await;
    })
    .await;
    assert!(matches!(ask(&*open(&deep, None, Access::Open)).await, Err(NetError::WrongKind(_))));
    let (other, _) = server(|mut stream| async move {
        receive(&mut stream).await;
        send(&mut stream, nothing_found()).await;
    })
    .await;
    assert!(matches!(ask(&*open(&other, None, Access::Open)).await, Err(NetError::Malformed(_))));
}

#[tokio::test]
async fn silence_is_a_time_out_and_a_dropped_search_closes_its_connection() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let (address, _) = server(move |mut stream| {
        let tell = tell.clone();
        async move {
            receive(&mut stream).await;
            tell.send("asked").unwrap();
            // sends nothing more until the client disconnects
            assert!(receive(&mut stream).await.is_none());
            tell.send("closed").unwrap();
        }
    })
    .await;
    let source = open(&address, None, Access::Open);
    assert_eq!(ask(&*source).await, Err(NetError::Timeout));
    assert_eq!((told.recv().await, told.recv().await), (Some("asked"), Some("closed")));
    let mut stream = source.search(&Query::from_box("鲁迅"), 10);
    tokio::select! {
        _ = stream.next() => panic!("it is silent"),
        asked = told.recv() => assert_eq!(asked, Some("asked")),
    }
    drop(stream);
    assert_eq!(told.recv().await, Some("closed"));
}

#[tokio::test]
async fn servers_that_stop_amid_an_answer_keep_nobody_else_waiting() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let mut asked = Vec::new();
    for _ in 0..20 {
        let tell = tell.clone();
        let (address, _) = server(move |mut stream| {
            let tell = tell.clone();
            async move {
                receive(&mut stream).await;
                stream.write_all(&[0xB5, 0x80, 4, 100, 1]).await.unwrap();
                tell.send(()).unwrap();
                receive(&mut stream).await;
            }
        })
        .await;
        let mut config = SourceConfig::new("z", "目录", Protocol::Z3950, &address);
        config.timeout_s = 60.0;
        let source = sources::open_with(&config, &Http::new(HttpOptions::default()).unwrap(), None).unwrap();
        asked.push(tokio::spawn(async move { ask(&*source).await }));
    }
    for _ in 0..20 {
        told.recv().await.unwrap();
    }
    let (address, _) = server(|mut stream| async move {
        receive(&mut stream).await;
        send(&mut stream, init(true)).await;
        receive(&mut stream).await;
        send(&mut stream, nothing_found()).await;
    })
    .await;
    assert_eq!(ask(&*open(&address, None, Access::Open)).await.unwrap().hits, Some(0));
    asked.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn who_asks_is_said_and_a_wrong_password_is_heard() {
    let (address, _) = server(|mut stream| async move {
        let Some(Apdu::InitRequest(request)) = receive(&mut stream).await else { return };
        let Some(apdu::Authentication::IdPass(who)) = request.authentication else {
            send(&mut stream, init(false)).await;
            return;
        };
        let right =
            who.user.as_deref() == Some("馆员".as_bytes()) && who.password.as_deref() == Some(b"right");
        send(&mut stream, init(right)).await;
        if receive(&mut stream).await.is_some() {
            send(&mut stream, nothing_found()).await;
        }
    })
    .await;
    let who =
        |secret: &str| Credentials { user: "馆员".into(), secret: secret.into(), group: String::new() };
    assert!(ask(&*open(&address, Some(&who("right")), Access::Account)).await.is_ok());
    assert_eq!(ask(&*open(&address, Some(&who("wrong")), Access::Account)).await, Err(NetError::SignIn));
    assert_eq!(ask(&*open(&address, None, Access::Open)).await, Err(NetError::NeedsKey));
    assert_eq!(
        ask(&*open(&address, None, Access::Account)).await,
        Err(NetError::NeedsKey),
        "nothing is sent"
    );
}

#[test]
fn addresses() {
    let wrong = |address: &str| {
        let config = SourceConfig::new("z", "目录", Protocol::Z3950, address);
        sources::open(&config, &Http::new(HttpOptions::default()).unwrap()).is_err()
    };
    for address in
        ["z3950://host", "z3950://host:2200/cn_cat", "z3950://[::1]:210/a+b", "z3950://h/db01%3Fseed=7"]
    {
        assert!(!wrong(address), "{address}");
    }
    for address in ["http://host/db", "z3950:///db", "z3950://u:p@host/db", "z3950://host/db?x", "红楼梦"]
    {
        assert!(wrong(address), "{address}");
    }
}
