//! Synchronising 10,000 changed requests from the sandbox over HTTP into an encrypted ledger.

use std::sync::Arc;
use std::time::Instant;

use hongyan_connectors::gateway::{RequestGateway, Session};
use hongyan_model::{Draft, Kind, RequestId, RequestState, Service};
use hongyan_sandbox::Control;
use jiff::Timestamp;

use crate::fixtures::{TENANT, engine, gateway, platform, said};
use crate::report::{Row, quantile};
use crate::run_search::ms;

/// The states of a loan; each step changes every request, and some steps create notices.
const WAY: [RequestState; 6] = [
    RequestState::LocalReview,
    RequestState::SentToSupplier,
    RequestState::WillSupply,
    RequestState::Shipped,
    RequestState::AwaitingPickup,
    RequestState::OnLoan,
];

/// Synchronises with an empty ledger, and after each step.
///
/// # Errors
/// A sentence for the console.
pub async fn sync(rows: &mut Vec<Row>, quick: bool) -> Result<(), String> {
    let count: u128 = if quick { 2_000 } else { 10_000 };
    let (sandbox, patron) = platform().await?;
    let control = sandbox.control();
    let drafts: Vec<Draft> = (0..count).map(loan).collect();
    control.take_many(&patron.username, &drafts).await.map_err(said)?;
    let ids: Vec<RequestId> = drafts.iter().map(|draft| draft.id).collect();

    let dir = tempfile::tempdir().map_err(said)?;
    let reader_api = gateway(&sandbox.base_url())?;
    let session = reader_api.sign_in(&patron.username, &patron.password).await.map_err(said)?;
    let bare = Bare::new(sandbox.base_url(), &session)?;
    let engine = engine(dir.path(), Arc::clone(&reader_api) as Arc<dyn RequestGateway>).await?;
    engine.platform().sign_in(&patron.username, &patron.password).await.map_err(said)?;

    let began = Instant::now();
    engine.sync().finished().await.map_err(said)?;
    let first = ms(began.elapsed());
    let (floor, mut cursor, _) = bare.read(None).await?;
    rows.push(
        Row::figure(format!("first sync of {count} requests"), format!("{first:.0} ms"))
            .floor(format!("the same bytes fetched and parsed {floor:.0} ms")),
    );
    let (mut times, mut floors, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    let mut bytes = 0;
    for state in &WAY {
        step(&control, &ids, state).await?;
        let (floor, next, size) = bare.read(Some(&cursor)).await?;
        let began = Instant::now();
        engine.sync().finished().await.map_err(said)?;
        let time = ms(began.elapsed());
        cursor = next;
        bytes += size;
        texts.push(format!("{time:.0}"));
        times.push(time);
        floors.push(floor);
    }
    let known = engine.notices().list().await.map_err(said)?.notices.len() as u128;
    if known < count {
        return Err(format!("{known} notices of {count} arrivals"));
    }
    engine.stop().await;
    let (middle, floor) =
        (quantile(&times, 0.5).unwrap_or(f64::NAN), quantile(&floors, 0.5).unwrap_or(f64::NAN));
    rows.push(
        Row::figure(
            format!("sync of {count} changed requests, median of {}", WAY.len()),
            format!("{middle:.0} ms ({} ms); {:.2} × the floor", texts.join(" · "), middle / floor),
        )
        .floor(format!(
            "the same bytes (about {} KiB) fetched and parsed {floor:.0} ms",
            bytes / WAY.len() / 1024
        ))
        .target("≤ 1 s", middle <= 1_000.0),
    );
    sandbox.shutdown().await;
    Ok(())
}

async fn step(control: &Control, ids: &[RequestId], state: &RequestState) -> Result<(), String> {
    control.move_many(ids, state).await.map_err(said)
}

fn loan(number: u128) -> Draft {
    // ids as random as real ones, but the same in every run
    let name = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let id = RequestId(uuid::Builder::from_random_bytes(name.to_be_bytes()).into_uuid());
    let mut draft = Draft::blank(id, Service::Loan, Timestamp::now());
    draft.kind = Kind::Book;
    draft.title = format!("岭南文库 第{number}种 广西民族研究丛书");
    draft.author = "林一舟".to_owned();
    draft.publisher = "广西民族出版社".to_owned();
    draft.date = "1998".to_owned();
    draft.pickup_location = "xsh-904".to_owned();
    draft
}

/// The baseline: a client that stores nothing.
struct Bare {
    base: String,
    cookie: String,
    client: reqwest::Client,
}

impl Bare {
    fn new(base: String, session: &Session) -> Result<Bare, String> {
        let client = reqwest::Client::builder().no_proxy().build().map_err(said)?;
        Ok(Bare { base, cookie: format!("folioAccessToken={}", session.access_token), client })
    }

    /// Reads the feed to its end; returns milliseconds, the last cursor, and the number of bytes.
    async fn read(&self, since: Option<&str>) -> Result<(f64, String, usize), String> {
        let began = Instant::now();
        let (mut cursor, mut bytes) = (since.map(str::to_owned), 0);
        loop {
            let since = cursor.as_deref().map(|cursor| format!("&since={cursor}")).unwrap_or_default();
            let url = format!("{}/ill/changes?limit={PAGE}&include=events{since}", self.base);
            let asked = self.client.get(url).header("x-okapi-tenant", TENANT).header("cookie", &self.cookie);
            let body = asked.send().await.map_err(said)?.bytes().await.map_err(said)?;
            bytes += body.len();
            let page: serde_json::Value = serde_json::from_slice(&body).map_err(said)?;
            let text = |name: &str| page.get(name).cloned().unwrap_or_default();
            let next = text("next").as_str().map(str::to_owned);
            cursor = Some(next.ok_or("no cursor")?);
            if text("hasMore") != true {
                return Ok((ms(began.elapsed()), cursor.unwrap_or_default(), bytes));
            }
        }
    }
}

/// Page size of the feed, as the engine requests it.
const PAGE: u32 = 500;
