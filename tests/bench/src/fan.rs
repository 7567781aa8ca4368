//! Fan-out to many sources: how much longer a search takes than its slowest source, and the cost of failing
//! sources.

use std::time::{Duration, Instant};

use hongyan_connectors::source::SourceConfig;
use hongyan_engine::search::Limits;
use hongyan_engine::view::SourceState;

use crate::report::{Row, quantile};
use crate::run_search::{SearchTimes, limits, ms, search};
use crate::targets::Targets;

/// The query; the servers match everything.
const QUESTION: &str = "战略";

/// 20 sources with 100 records each, the slowest after 300 ms, compared with the slowest alone.
///
/// # Errors
/// A sentence for the console.
pub async fn twenty(rows: &mut Vec<Row>, quick: bool) -> Result<(), String> {
    let targets = Targets::start().map_err(|error| error.to_string())?;
    let all: Vec<SourceConfig> =
        (0..20).map(|n| targets.source(n, 100, Duration::from_millis(15 * (n as u64 + 1)))).collect();
    let slowest = all.get(19..).unwrap_or_default().to_vec();
    let (mut above, mut floors, mut raws) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..if quick { 3 } else { 20 } {
        let alone = done(search(&slowest, QUESTION, limits(100, 20)).await?, 100)?;
        let together = done(search(&all, QUESTION, limits(100, 20)).await?, 2_000)?;
        above.push((ms(together) - ms(alone)).max(0.0));
        floors.push(ms(alone));
        raws.push(raw(&all).await?);
    }
    let p95 = quantile(&above, 0.95).unwrap_or(f64::NAN);
    let median = |values: &[f64]| quantile(values, 0.5).unwrap_or(f64::NAN);
    rows.push(
        Row::figure(
            "20 sources × 100 records: done after the slowest source alone, p95",
            format!("{p95:.1} ms"),
        )
        .floor(format!(
            "slowest alone {:.0} ms; all 20 bodies fetched and thrown away {:.0} ms",
            median(&floors),
            median(&raws)
        ))
        .target("≤ 10 ms", p95 <= 10.0),
    );
    Ok(())
}

/// Fetches the same bodies with a plain HTTP client and does not parse them.
async fn raw(configs: &[SourceConfig]) -> Result<f64, String> {
    let client = reqwest::Client::builder().no_proxy().build().map_err(|error| error.to_string())?;
    let began = Instant::now();
    let fetches = configs.iter().map(|config| {
        let get = client.get(format!("{}?startRecord=1&maximumRecords=100", config.address));
        async move { get.send().await?.bytes().await }
    });
    for body in futures_util::future::join_all(fetches).await {
        body.map_err(|error| error.to_string())?;
    }
    Ok(ms(began.elapsed()))
}

fn done(seen: SearchTimes, expected: u32) -> Result<Duration, String> {
    let records = seen.records();
    if records == expected { Ok(seen.done) } else { Err(format!("{records} records instead of {expected}")) }
}

/// The time to the first row from one healthy source among five that fail in different ways.
///
/// # Errors
/// A sentence for the console.
pub async fn five_faults(rows: &mut Vec<Row>) -> Result<(), String> {
    let targets = Targets::start().map_err(|error| error.to_string())?;
    let refused = {
        // a port that was free a moment ago, so that the connection is refused
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
        free.map_err(|error| error.to_string())?
    };
    let mut nobody = targets.source(5, 100, Duration::ZERO);
    nobody.address = format!("http://{refused}/");
    let mut configs = vec![
        targets.source(0, 100, Duration::from_millis(20)),
        targets.source(1, 100, Duration::from_secs(2)),
        targets.source(2, 100, Duration::from_secs(60)),
        targets.with_manner(3, 100, Duration::ZERO, "html"),
        nobody,
        targets.with_manner(6, 100, Duration::ZERO, "tarpit"),
    ];
    for config in &mut configs {
        config.timeout_s = 5.0;
    }
    let alone = search(configs.get(..1).unwrap_or_default(), QUESTION, limits(100, 6)).await?;
    let seen = search(&configs, QUESTION, limits(100, 6)).await?;
    let first = ms(seen.first_row.ok_or("no row came")?);
    let named = seen.sources.iter().filter(|source| source.problem.is_some()).count();
    rows.push(
        Row::figure("five faults beside a sound source: first row", format!("{first:.0} ms"))
            .floor(format!("the sound source alone {:.0} ms", alone.first_row.map_or(f64::NAN, ms)))
            .target("≤ 100 ms", first <= 100.0),
    );
    rows.push(
        Row::figure(
            "the same: all named, at the time-out of 5 s",
            format!("{named} named, done {:.2} s", seen.done.as_secs_f64()),
        )
        .target("4 named (one is only slow)", named == 4),
    );
    Ok(())
}

/// 20 sources of which 5 are dead, 5 stall, 3 send garbage and 2 never end: the speed of the other five.
///
/// # Errors
/// A sentence for the console.
pub async fn fifteen_faults(rows: &mut Vec<Row>) -> Result<(), String> {
    let targets = Targets::start().map_err(|error| error.to_string())?;
    let mut configs = Vec::new();
    for n in 0..5 {
        configs.push(targets.source(n, 100, Duration::from_millis(40 * (n as u64 + 1))));
    }
    for n in 5..10 {
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
        let mut dead = targets.source(n, 100, Duration::ZERO);
        dead.address = format!("http://{}/", free.map_err(|error| error.to_string())?);
        configs.push(dead);
    }
    for n in 10..15 {
        configs.push(if n % 2 == 0 {
            targets.with_manner(n, 100, Duration::ZERO, "tarpit")
        } else {
            targets.source(n, 100, Duration::from_secs(600))
        });
    }
    for (n, lie) in [(15, "html"), (16, "cut"), (17, "latin")] {
        configs.push(targets.with_manner(n, 100, Duration::ZERO, lie));
    }
    for n in 18..20 {
        configs.push(targets.with_manner(n, 100, Duration::ZERO, "endless"));
    }
    for config in &mut configs {
        config.timeout_s = 4.0;
    }
    let sound = configs.get(..5).unwrap_or_default();
    let before = peak_rss();
    let limits = Limits { ..limits(100, 20) };
    let alone = search(sound, QUESTION, limits).await?;
    let seen = search(&configs, QUESTION, limits).await?;
    let slowest = |seen: &SearchTimes| {
        seen.sources.iter().take(5).filter_map(|s| s.done_ms).max().map_or(f64::NAN, f64::from)
    };
    let five_done = seen.sources.iter().take(5).all(|s| s.state == SourceState::Done && s.records == 100);
    let grown = peak_rss().saturating_sub(before) / 1_024;
    let (theirs, own) = (slowest(&alone), slowest(&seen));
    rows.push(
        Row::figure(
            "20 sources, 5 dead, 5 stalling, 3 lying, 2 endless: the other five done after",
            format!("{own:.0} ms, memory + {grown} MiB at most"),
        )
        .floor(format!("the five alone {theirs:.0} ms"))
        .target("own speed: ≤ alone + 100 ms, ≤ + 64 MiB", five_done && own <= theirs + 100.0 && grown <= 64),
    );
    Ok(())
}

/// Peak memory of this process, KiB; 0 if the system does not report it.
pub fn peak_rss() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(0)
}
