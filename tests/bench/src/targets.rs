//! Catalogues that answer SRU over real HTTP with a given delay and number of records, in this process but on
//! threads of their own; and the ways in which catalogues fail.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use hongyan_connectors::source::{Protocol, SourceConfig};
use serde::Deserialize;

use crate::merge::isbn;

/// Words of titles, so that merging has work to do.
const WORDS: [&str; 12] = [
    "战略",
    "经济",
    "历史",
    "文学",
    "红楼梦",
    "研究",
    "導論",
    "選集",
    "中国",
    "デザイン",
    "history",
    "economics",
];
const NAMES: [&str; 8] =
    ["曹雪芹", "鲁迅", "魯迅", "费孝通", "Knuth, Donald", "夏目漱石", "王国维", "Smith, Ann"];

/// A running server; it stops with the process.
#[derive(Clone, Copy)]
pub struct Targets {
    address: SocketAddr,
}

/// Behaviour of a target, encoded in its path: `/{records}/{delay in ms}/{number}/{manner}`.
#[derive(Deserialize)]
struct Manner {
    records: usize,
    delay: u64,
    number: usize,
    manner: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    #[serde(default)]
    start_record: Option<usize>,
    #[serde(default)]
    maximum_records: Option<usize>,
}

impl Targets {
    /// Starts the server.
    ///
    /// # Errors
    /// No port is available.
    pub fn start() -> std::io::Result<Targets> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        std::thread::spawn(move || serve(listener));
        Ok(Targets { address })
    }

    /// A target with this many records that answers after `delay`.
    pub fn source(&self, number: usize, records: usize, delay: Duration) -> SourceConfig {
        self.with_manner(number, records, delay, "well")
    }

    /// A target with a mode of failure: `well`, `html` (a page with status 200), `cut` (ends in the middle),
    /// `latin` (bytes that are not UTF-8), `endless` (a body without an end), `broken` (500), `tarpit` (a
    /// byte now and then).
    pub fn with_manner(&self, number: usize, records: usize, delay: Duration, manner: &str) -> SourceConfig {
        let address = format!("http://{}/{records}/{}/{number}/{manner}", self.address, delay.as_millis());
        let mut config =
            SourceConfig::new(format!("t{number}"), format!("目录{number}"), Protocol::Sru, address);
        config.page_size = 100;
        config.schema = "marcxml".to_owned();
        config.version = "1.2".to_owned();
        config.folds = true;
        config
    }
}

fn serve(listener: std::net::TcpListener) {
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
    else {
        return;
    };
    runtime.block_on(async {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
        let app = Router::new().route("/{records}/{delay}/{number}/{manner}", get(answer)).with_state(());
        // runs until the process ends
        let _ = axum::serve(listener, app).await;
    });
}

async fn answer(State(()): State<()>, Path(manner): Path<Manner>, Query(asked): Query<Asked>) -> Response {
    tokio::time::sleep(Duration::from_millis(manner.delay)).await;
    let xml = || page(&manner, asked.start_record.unwrap_or(1), asked.maximum_records.unwrap_or(10));
    let typed = |body: Body| ([(CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response();
    match manner.manner.as_str() {
        "html" => ([(CONTENT_TYPE, "text/html")], "<!doctype html><title>系统维护</title>").into_response(),
        "cut" => {
            let whole = xml();
            let half = whole.char_indices().nth(whole.chars().count() / 2).map_or(0, |(at, _)| at);
            typed(Body::from(whole.get(..half).unwrap_or_default().to_owned()))
        }
        "latin" => {
            typed(Body::from(xml().bytes().map(|b| if b == b'e' { 0xE9 } else { b }).collect::<Vec<u8>>()))
        }
        "endless" => {
            let chunk = Bytes::from(vec![b' '; 64 * 1024]);
            typed(Body::from_stream(stream::repeat_with(move || Ok::<_, Infallible>(chunk.clone()))))
        }
        "broken" => axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "tarpit" => typed(Body::from_stream(stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
        }))),
        _ => typed(Body::from(xml())),
    }
}

/// A page of a target's records as an SRU answer. Every third record of neighbouring targets is the same
/// work, with the same ISBN.
fn page(manner: &Manner, start: usize, most: usize) -> String {
    let mut xml = String::with_capacity(most.min(manner.records) * 1_100 + 400);
    // writing into a string cannot fail
    let _ = write!(
        xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\">\
         <version>1.2</version><numberOfRecords>{}</numberOfRecords><records>",
        manner.records
    );
    let start = start.max(1);
    for at in start..(start + most).min(manner.records + 1) {
        let shared = at % 3 == 0;
        let seed = if shared { at } else { at * 131 + manner.number * 7_919 };
        let isbn = isbn(seed);
        let pick = |list: &[&'static str], n: usize| list.get(n % list.len()).copied().unwrap_or_default();
        let title = format!("{}{}{}", pick(&WORDS, seed), pick(&WORDS, seed / 12), seed % 9_973);
        let _ = write!(
            xml,
            "<record><recordSchema>marcxml</recordSchema><recordPacking>xml</recordPacking><recordData>\
             <record xmlns=\"http://www.loc.gov/MARC21/slim\"><leader>00000nam a2200000 i 4500</leader>\
             <controlfield tag=\"001\">{}-{at}</controlfield>\
             <controlfield tag=\"008\">260901s{}    cc            000 0 chi d</controlfield>\
             <datafield tag=\"020\" ind1=\" \" ind2=\" \"><subfield code=\"a\">{isbn}</subfield></datafield>\
             <datafield tag=\"100\" ind1=\"1\" ind2=\" \"><subfield code=\"a\">{}</subfield></datafield>\
             <datafield tag=\"245\" ind1=\"1\" ind2=\"0\"><subfield code=\"a\">{title}</subfield></datafield>\
             <datafield tag=\"264\" ind1=\" \" ind2=\"1\"><subfield code=\"a\">北京 :</subfield>\
             <subfield code=\"b\">人民文学出版社,</subfield><subfield code=\"c\">{}</subfield></datafield>\
             <datafield tag=\"650\" ind1=\" \" ind2=\"0\"><subfield code=\"a\">中国 -- 历史</subfield></datafield>\
             </record></recordData><recordPosition>{at}</recordPosition></record>",
            manner.number,
            1950 + seed % 75,
            pick(&NAMES, seed / 5),
            1950 + seed % 75,
        );
    }
    xml.push_str("</records></searchRetrieveResponse>");
    xml
}
