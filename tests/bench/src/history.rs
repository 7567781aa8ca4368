//! Queries of the request list on an encrypted ledger with 100,000 requests.

use std::time::Instant;

use hongyan_engine::Engine;
use hongyan_engine::view::{HistoryFilter, HistoryQuery, HistorySort, RequestGroup};
use hongyan_model::{Outcome, RequestId, Service};
use hongyan_seed::History;
use hongyan_store::Ledger;
use jiff::Timestamp;

use crate::fixtures::{directory, engine, gateway, ledger, said};
use crate::report::{Row, quantile};
use crate::run_search::ms;

/// Page size of the request list.
const PAGE: u32 = 200;
/// Address of a platform that is never called.
const NOWHERE: &str = "http://127.0.0.1:9/";

/// Search texts of patrons, by kind.
const QUESTIONS: [(&str, &[&str]); 6] = [
    ("two characters", &["铜鼓", "研究", "壮族", "先秦", "泰国", "东盟", "针灸", "碑铭", "文化", "广西"]),
    ("several words", &["铜鼓 广西", "东洋 文库", "考古 青铜", "朱熹 哲学", "民族文学 2003", "図書館"]),
    ("pinyin", &["tonggu", "zhuangzu", "guangxi", "minge", "tuanjie", "beibuwan", "hongshuihe", "yanjiu"]),
    ("initials", &["tg", "zz", "gx", "bbw", "hsh", "yj", "tsg", "mzyj"]),
    ("Latin", &["bronze", "Zhuang", "quantum", "history", "South", "Shakespeare", "kinship", "lib"]),
    ("a platform's number", &["GXMZU-2026-090000", "GXMZU-2024-0712", "gxmzu202204", "GXMZU-2025-085412"]),
];

/// Measures searching, paging, filtering and statistics.
///
/// # Errors
/// A sentence for the console.
pub async fn history(rows: &mut Vec<Row>, quick: bool) -> Result<(), String> {
    let count = if quick { 20_000 } else { 100_000 };
    let rounds = if quick { 3 } else { 12 };
    let dir = directory(History::of(count, Timestamp::now())).await?;
    let engine = engine(dir.path(), gateway(NOWHERE)?).await?;
    let mut found = Vec::new();
    for (kind, questions) in QUESTIONS {
        let (mut times, mut page, mut slowest) = (Vec::new(), Vec::new(), (0.0, ""));
        for question in questions {
            let query = of_words(question);
            let mut own = Vec::new();
            for round in 0..=rounds {
                let (time, ids) = ask(&engine, &query, None, true).await?;
                // the first round is a warm-up: it reads the file's pages into memory
                if round > 0 {
                    own.push(time);
                }
                page = if ids.len() > page.len() { ids } else { page };
            }
            let middle = quantile(&own, 0.5).unwrap_or(f64::NAN);
            slowest = if middle > slowest.0 { (middle, *question) } else { slowest };
            times.extend(own);
        }
        if page.is_empty() {
            return Err(format!("{kind}: nothing is found"));
        }
        found.push((kind, times, page, slowest));
    }
    let far = far(&engine, count, rounds).await?;
    let narrowed = narrowed(&engine, rounds).await?;
    let figures = figures(&engine, rounds).await?;
    engine.stop().await;
    drop(engine);

    let ledger = ledger(dir.path()).await?;
    for (kind, times, page, (worst, question)) in found {
        let p95 = quantile(&times, 0.95).unwrap_or(f64::NAN);
        let middle = quantile(&times, 0.5).unwrap_or(f64::NAN);
        let floor = by_key(&ledger, &page, rounds).await?;
        rows.push(
            Row::figure(
                format!("search in {count} requests, {kind}: {PAGE} rows and the counts, p95"),
                format!("{p95:.1} ms (median {middle:.1}; slowest {question} {worst:.1})"),
            )
            .floor(format!("the {} rows of its longest page by their keys {floor:.1} ms", page.len()))
            .target("≤ 10 ms", p95 <= 10.0),
        );
    }
    let floor = by_key(&ledger, &far.page, rounds).await?;
    rows.push(
        Row::figure(
            format!("{PAGE} rows at the rows 0, 10,000, 50,000 and 90,000 of {count}, median"),
            far.said,
        )
        .floor(format!("the rows of the last by their keys {floor:.1} ms")),
    );
    rows.extend(narrowed);
    rows.extend(figures);
    ledger.database().close().await;
    Ok(())
}

/// A query with words only.
fn of_words(text: &str) -> HistoryQuery {
    let filter = HistoryFilter {
        group: None,
        outcomes: Vec::new(),
        services: Vec::new(),
        kinds: Vec::new(),
        suppliers: Vec::new(),
        from: None,
        to: None,
    };
    HistoryQuery { text: text.to_owned(), filter, sort: HistorySort::Newest }
}

/// Fetches a page; returns the time and the page.
async fn ask(
    engine: &Engine,
    query: &HistoryQuery,
    after: Option<&str>,
    counts: bool,
) -> Result<(f64, Vec<RequestId>), String> {
    let began = Instant::now();
    let page = engine.history().search(query, after, PAGE, counts).await.map_err(said)?;
    Ok((ms(began.elapsed()), page.rows.iter().map(|row| row.id).collect()))
}

/// The baseline: the same rows by primary key.
async fn by_key(ledger: &Ledger, page: &[RequestId], rounds: u32) -> Result<f64, String> {
    let mut times = Vec::new();
    for _ in 0..rounds.max(3) {
        let began = Instant::now();
        let mut tx = ledger.read().await.map_err(said)?;
        let read = tx.requests_of(page).await.map_err(said)?;
        times.push(ms(began.elapsed()));
        if read.len() != page.len() {
            return Err(format!("{} rows instead of {}", read.len(), page.len()));
        }
    }
    Ok(quantile(&times, 0.5).unwrap_or(f64::NAN))
}

struct Far {
    said: String,
    page: Vec<RequestId>,
}

/// Pages deep in the list, addressed as the list does: by the cursor of the month that the row is in.
async fn far(engine: &Engine, count: u64, rounds: u32) -> Result<Far, String> {
    let query = of_words("");
    let whole = engine.history().search(&query, None, PAGE, true).await.map_err(said)?;
    let months = whole.counts.ok_or("no counts")?.months;
    let (mut texts, mut page) = (Vec::new(), Vec::new());
    for row in [0, 10_000, 50_000, 90_000] {
        let row = u32::try_from(row * count / 100_000).unwrap_or(0);
        let (mut before, mut place) = (0, None);
        for month in &months {
            if before > row {
                break;
            }
            place = Some(month.place.as_str());
            before += month.count;
        }
        let mut times = Vec::new();
        for _ in 0..rounds {
            let (time, ids) = ask(engine, &query, place.filter(|_| row > 0), false).await?;
            times.push(time);
            page = ids;
        }
        texts.push(format!("{:.1}", quantile(&times, 0.5).unwrap_or(f64::NAN)));
    }
    Ok(Far { said: format!("{} ms", texts.join(" · ")), page })
}

/// The whole list with its counts, and each filter.
async fn narrowed(engine: &Engine, rounds: u32) -> Result<Vec<Row>, String> {
    let filter = |change: fn(&mut HistoryFilter)| {
        let mut query = of_words("");
        change(&mut query.filter);
        query
    };
    let with_words =
        HistoryQuery { text: "研究".to_owned(), ..filter(|f| f.services = vec![Service::Loan]) };
    let cases = [
        ("the whole list with its counts", of_words("")),
        ("narrowed to what is over", filter(|f| f.group = Some(RequestGroup::Ended))),
        ("narrowed to what was not supplied", filter(|f| f.outcomes = vec![Outcome::Unfilled])),
        ("narrowed to a supplier", filter(|f| f.suppliers = vec!["国家图书馆".to_owned()])),
        ("two characters, narrowed to loans", with_words),
    ];
    let mut rows = Vec::new();
    for (what, query) in cases {
        let mut times = Vec::new();
        for _ in 0..rounds {
            times.push(ask(engine, &query, None, true).await?.0);
        }
        let middle = quantile(&times, 0.5).unwrap_or(f64::NAN);
        rows.push(Row::figure(
            format!("history, {what}: {PAGE} rows and the counts, median"),
            format!("{middle:.1} ms"),
        ));
    }
    Ok(rows)
}

/// The queries of the filters and of the statistics.
async fn figures(engine: &Engine, rounds: u32) -> Result<Vec<Row>, String> {
    let (mut options, mut year, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let began = Instant::now();
        let offered = engine.history().options().await.map_err(said)?;
        options.push(ms(began.elapsed()));
        let began = Instant::now();
        engine.history().statistics(None, None).await.map_err(said)?;
        year.push(ms(began.elapsed()));
        let began = Instant::now();
        engine.history().statistics(offered.first.as_deref(), offered.last.as_deref()).await.map_err(said)?;
        all.push(ms(began.elapsed()));
    }
    let middle = |times: &[f64]| format!("{:.1} ms", quantile(times, 0.5).unwrap_or(f64::NAN));
    Ok(vec![
        Row::figure("history, what it can be narrowed by, median", middle(&options)),
        Row::figure("statistics of twelve months, median", middle(&year)),
        Row::figure("statistics of all years, median", middle(&all)),
    ])
}
