//! Merging, ranking and counting records that are already in memory, on one core.

use std::hint::black_box;
use std::time::{Duration, Instant};

use hongyan_engine::search::Page;
use hongyan_engine::search::offline::{Pool, Prepared, prepare};
use hongyan_engine::view::SearchFilter;
use hongyan_model::{Creator, IdentifierKind, Kind, Record};

use crate::report::{Row, quantile};
use crate::run_search::{Watch, ms};

/// Number of sources of the records.
const SOURCES: usize = 20;

/// Measures computing keys alone, then merge, rank and facets; and re-counting 10,000 records under a filter.
///
/// # Errors
/// None; all sections have the same signature.
pub fn merge(rows: &mut Vec<Row>, quick: bool) -> Result<(), String> {
    let count = if quick { 20_000 } else { 100_000 };
    let records: Vec<Record> = (0..count).map(record).collect();
    let watch = Watch::start();
    let prepared: Vec<Prepared> = records.iter().cloned().map(prepare).collect();
    rows.push(Row::figure(format!("keys of {count} records made"), rates(count, watch.read()).0));

    let began = Instant::now();
    let mut text = 0;
    for record in &records {
        text += black_box(record.clone()).title.len();
    }
    let copying = began.elapsed();
    black_box(text);
    let ids: Vec<String> = (0..SOURCES).map(|n| format!("s{n}")).collect();
    let mut pool = Pool::new("经济", &ids);
    let watch = Watch::start();
    fill(&mut pool, prepared);
    let view = pool.view(&Page { limit: 50, ..Page::default() });
    let (said, rate) = rates(count, watch.read());
    rows.push(
        Row::figure(format!("merge + rank + facets of {count} records to {} works", view.found), said)
            .floor(format!("the records copied once: {:.0} records/s", count as f64 / copying.as_secs_f64()))
            .target("≥ 200,000 records/s on one core", rate >= 200_000.0),
    );

    let mut pool = Pool::new("经济", &ids);
    fill(&mut pool, records.into_iter().take(10_000).map(prepare).collect());
    pool.view(&Page { limit: 50, ..Page::default() });
    let (mut times, mut own) = (Vec::new(), Vec::new());
    for round in 0..60u16 {
        let kinds = if round % 2 == 0 { vec![Kind::Book] } else { Vec::new() };
        let filter = SearchFilter { kinds, ..SearchFilter::default() };
        let watch = Watch::start();
        black_box(pool.view(&Page { limit: 50, filter, ..Page::default() }));
        let (clock, core) = watch.read();
        times.push(ms(clock));
        own.push(ms(core.unwrap_or(clock)));
    }
    let p95 = |times: &[f64]| quantile(times, 0.95).unwrap_or(f64::NAN);
    let (clock, p95) = (p95(&times), p95(&own));
    rows.push(
        Row::figure(
            "a result of 10,000 records counted anew, p95",
            format!("{p95:.1} ms of a core, {clock:.1} ms by the clock"),
        )
        .floor("a frame at 60 Hz is 16.7 ms")
        .target("≤ 16 ms", p95 <= 16.0),
    );
    Ok(())
}

/// Records per second of CPU time and of wall time as text, and the former as a number, which the target
/// refers to.
fn rates(count: usize, (clock, core): (Duration, Option<Duration>)) -> (String, f64) {
    let rate = |time: Duration| count as f64 / time.as_secs_f64();
    let own = rate(core.unwrap_or(clock));
    (format!("{own:.0} records/s of a core, {:.0} by the clock", rate(clock)), own)
}

/// Adds records in their order of arrival: pages of the sources in turn.
fn fill(pool: &mut Pool, prepared: Vec<Prepared>) {
    let mut rest = prepared.into_iter().peekable();
    let mut turn = 0;
    while rest.peek().is_some() {
        pool.take(turn % SOURCES, rest.by_ref().take(50).collect());
        turn += 1;
    }
}

/// A record; every third work occurs in three sources, with and without its ISBN, in two scripts.
fn record(n: usize) -> Record {
    const TITLES: [(&str, &str); 6] = [
        ("经济学原理", "經濟學原理"),
        ("中国历史地理", "中國歷史地理"),
        ("红楼梦研究", "紅樓夢研究"),
        ("战略管理", "戰略管理"),
        ("Economic history", "Economic History"),
        ("日本文学史", "日本文學史"),
    ];
    let work = if n.is_multiple_of(3) { n / 9 } else { n * 7 + 1_000_000 };
    let (simplified, traditional) = TITLES.get(work % TITLES.len()).copied().unwrap_or_default();
    let mut record = Record {
        source: format!("s{}", n / 50 % SOURCES),
        id: n.to_string(),
        kind: if work.is_multiple_of(5) { Kind::Article } else { Kind::Book },
        title: format!("{} {}", if n.is_multiple_of(2) { simplified } else { traditional }, work % 20_011),
        creators: vec![Creator::author(if work.is_multiple_of(2) { "费孝通" } else { "Robinson, Joan" })],
        publisher: "人民文学出版社".into(),
        year: Some(1950 + i32::try_from(work % 75).unwrap_or_default()),
        language: if work % 6 == 4 { "eng" } else { "chi" }.into(),
        ..Record::default()
    };
    if !n.is_multiple_of(4) {
        record.add_identifier(IdentifierKind::Isbn, &isbn(work));
    }
    record
}

/// A valid ISBN-13 derived from a number.
pub fn isbn(seed: usize) -> String {
    let body = format!("9787{:08}", seed % 100_000_000);
    let digits = body.chars().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits.zip([1, 3].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
