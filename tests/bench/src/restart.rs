//! Time from the start of the engine to the first request that it sends: 50,000 requests in the ledger, 200
//! of them
//! waiting to be sent.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hongyan_connectors::gateway::RequestGateway;
use hongyan_sandbox::{Control, Sandbox};
use hongyan_seed::History;
use jiff::Timestamp;

use crate::fixtures::{directory, engine, gateway, ledger, platform, said};
use crate::report::{Row, quantile};
use crate::run_search::ms;

/// Timeout.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Measures repeated starts.
///
/// # Errors
/// A sentence for the console.
pub async fn restart(rows: &mut Vec<Row>, quick: bool) -> Result<(), String> {
    let (requests, queued) = if quick { (5_000, 50) } else { (50_000, 200) };
    let history = History {
        requests,
        live: queued + 20,
        queued,
        until: Timestamp::now(),
        // requests older than two weeks would first be put to the patron
        days: 365,
        seed: 1,
    };
    let dir = directory(history).await?;
    let (sandbox, patron) = platform().await?;
    let began = Instant::now();
    // the first start runs the weekly check of all pages and indexes
    let first = open(dir.path(), &sandbox).await?;
    let weekly = ms(began.elapsed());
    first.platform().sign_in(&patron.username, &patron.password).await.map_err(said)?;
    first.stop().await;
    drop(first);

    let (mut times, mut opens) = (Vec::new(), Vec::new());
    for round in 0..if quick { 3 } else { 7 } {
        let (time, opened) = start(dir.path(), &sandbox).await?;
        // the first round is a warm-up of the disk cache
        if round > 0 {
            times.push(time);
            opens.push(opened.0);
        }
        opened.1.stop().await;
        drop(opened);
    }
    let mut floors = Vec::new();
    for _ in 0..5 {
        let began = Instant::now();
        let alone = ledger(dir.path()).await?;
        floors.push(ms(began.elapsed()));
        alone.database().close().await;
    }
    let middle = |times: &[f64]| quantile(times, 0.5).unwrap_or(f64::NAN);
    let (time, floor) = (middle(&times), middle(&floors));
    rows.push(
        Row::figure(
            format!("start to the first of {queued} queued requests on the wire, {requests} in the ledger"),
            format!("{time:.0} ms (open after {:.0})", middle(&opens)),
        )
        .floor(format!("the ledger opened alone {floor:.0} ms"))
        .target("≤ 2 s", time <= 2_000.0),
    );
    let killed = killed(dir.path()).await?;
    let (time, opened) = start(killed.path(), &sandbox).await?;
    opened.1.stop().await;
    rows.push(Row::figure("the same after the program was killed", format!("{time:.0} ms")));
    rows.push(Row::figure("the weekly look at every page and index, at a start", format!("{weekly:.0} ms")));
    sandbox.shutdown().await;
    Ok(())
}

async fn open(dir: &Path, sandbox: &Sandbox) -> Result<hongyan_engine::Engine, String> {
    engine(dir, gateway(&sandbox.base_url())? as Arc<dyn RequestGateway>).await
}

/// Milliseconds until the first request is received, and until the engine is open; and the engine.
async fn start(dir: &Path, sandbox: &Sandbox) -> Result<(f64, (f64, hongyan_engine::Engine)), String> {
    let control = sandbox.control();
    control.clear_received();
    let began = Instant::now();
    let engine = open(dir, sandbox).await?;
    let opened = ms(began.elapsed());
    engine.start().await;
    let sent = tokio::time::timeout(TIMEOUT, sent(&control)).await;
    let time = ms(began.elapsed());
    sent.map_err(|_| "nothing was sent".to_owned())?;
    Ok((time, (opened, engine)))
}

async fn sent(control: &Control) {
    let put = |control: &Control| {
        control.received().iter().any(|call| call.method == "PUT" && call.request_id.is_some())
    };
    while !put(control) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Copies the files as a killed process leaves them: the last commits are in the write-ahead log only.
async fn killed(dir: &Path) -> Result<tempfile::TempDir, String> {
    let open = ledger(dir).await?;
    let mut tx = open.write().await.map_err(said)?;
    tx.set_setting("bench", &"断电").await.map_err(said)?;
    tx.commit().await.map_err(said)?;
    let copy = tempfile::tempdir().map_err(said)?;
    for entry in std::fs::read_dir(dir).map_err(said)? {
        let entry = entry.map_err(said)?;
        if entry.path().is_file() {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).map_err(said)?;
        }
    }
    open.database().close().await;
    Ok(copy)
}
