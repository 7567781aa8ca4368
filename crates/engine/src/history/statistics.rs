//! 统计: statistics of the requests, computed offline from the ledger.

use std::collections::HashMap;

use hongyan_formats::table::Table;
use hongyan_model::{Fen, Outcome, Service};
use hongyan_store::history::{Figures, Spread};
use jiff::Timestamp;

use super::History;
use super::export::Exported;
use super::months::Month;
use super::{bad, words};
use crate::base::problem::Problem;
use crate::view::{
    MonthFigures, NameCount, OutcomeCounts, ServiceFigures, Statistics, StatisticsTable, SupplierFigures,
    Turnaround,
};

/// Default period, months.
const USUAL: i32 = 12;
/// Longest period, months.
const MOST: i32 = 600;

impl History {
    /// Statistics of the requests made between two months (`2026-03`); of the last twelve months by default.
    ///
    /// # Errors
    /// `BadCall` for an invalid month or too long a period; [store errors](crate#errors).
    pub async fn statistics(&self, from: Option<&str>, to: Option<&str>) -> Result<Statistics, Problem> {
        let zone = crate::base::clock::zone();
        let last = match to {
            Some(to) => Month::read(to)?,
            None => Month::of(self.context.now(), &zone),
        };
        let first = match from {
            Some(from) => Month::read(from)?,
            None => last.plus(1 - USUAL),
        };
        let span = first.until(last).saturating_add(1);
        if !(1..=MOST).contains(&span) {
            return Err(bad(format!("{span} months")));
        }
        let begins: Vec<Timestamp> = (0..=span).map(|at| first.plus(at).begins(&zone)).collect();
        let (begin, end) = (first.begins(&zone), last.next().begins(&zone));
        let mut tx = self.context.read().await?;
        let figures = tx.history_figures(&begins).await?;
        let by_service = spreads(tx.spread_by_service(begin, end).await?);
        let by_supplier = spreads(tx.spread_by_supplier(begin, end).await?);
        let filled = tx.filled_by_supplier(begin, end).await?;
        let kinds = tx.count_by_kind(begin, end).await?;
        let languages = tx.count_by_language(begin, end).await?;
        let oldest = tx.history_span().await?.map(|(oldest, _)| Month::of(oldest, &zone).to_string());
        let quota = tx.account().await?.and_then(|account| account.quota);
        drop(tx);

        let named = |list: Vec<(String, u32)>| {
            list.into_iter().map(|(name, count)| NameCount { name, count }).collect()
        };
        Ok(Statistics {
            from: first.to_string(),
            to: last.to_string(),
            first: oldest,
            months: months(first, span, &figures),
            services: [(Service::Copy, COPY), (Service::Loan, LOAN)]
                .into_iter()
                .map(|(service, code)| ServiceFigures {
                    service,
                    outcomes: outcomes(figures.iter().filter(|row| row.service == code)),
                    turnaround: by_service.get(code).cloned(),
                })
                .collect(),
            suppliers: filled
                .into_iter()
                .map(|(name, filled, decided)| SupplierFigures {
                    turnaround: by_supplier.get(&name).cloned(),
                    name,
                    filled,
                    decided,
                })
                .collect(),
            kinds: named(kinds),
            languages: named(languages),
            quota,
        })
    }

    /// One of the tables as a file.
    ///
    /// # Errors
    /// As [`History::statistics`].
    pub async fn statistics_file(
        &self,
        from: Option<&str>,
        to: Option<&str>,
        table: StatisticsTable,
        english: bool,
    ) -> Result<Exported, Problem> {
        let statistics = self.statistics(from, to).await?;
        let table = words::statistics(&statistics, table, english);
        let count = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
        let name = format!("{}-{}_{}.csv", table.name, statistics.from, statistics.to);
        let bytes = Table { head: table.head, rows: table.rows }.csv();
        Ok(Exported { name, bytes, count })
    }
}

/// The services as stored.
const COPY: &str = "Copy";
const LOAN: &str = "Loan";

fn spreads(rows: Vec<Spread>) -> HashMap<String, Turnaround> {
    // rounded up: a part of an hour counts as an hour
    let hours = |ms: i64| u32::try_from(ms.max(0).saturating_add(3_599_999) / 3_600_000).unwrap_or(u32::MAX);
    rows.into_iter()
        .map(|row| {
            let turnaround = Turnaround {
                count: row.count,
                lower: hours(row.lower),
                middle: hours(row.middle),
                upper: hours(row.upper),
            };
            (row.name, turnaround)
        })
        .collect()
}

fn outcomes<'a>(rows: impl Iterator<Item = &'a Figures>) -> OutcomeCounts {
    let mut counts = OutcomeCounts { filled: 0, unfilled: 0, held_locally: 0, cancelled: 0, open: 0 };
    for row in rows {
        let count = match Outcome::from_code(&row.outcome) {
            Outcome::Filled => &mut counts.filled,
            Outcome::Unfilled => &mut counts.unfilled,
            Outcome::HeldLocally => &mut counts.held_locally,
            Outcome::Cancelled => &mut counts.cancelled,
            Outcome::Open => &mut counts.open,
        };
        *count = count.saturating_add(row.count);
    }
    counts
}

fn months(first: Month, span: i32, figures: &[Figures]) -> Vec<MonthFigures> {
    (0..span)
        .map(|at| {
            let rows: Vec<&Figures> =
                figures.iter().filter(|row| i64::from(row.month) == i64::from(at)).collect();
            let of = |service: &str| {
                rows.iter().filter(|row| row.service == service).map(|row| row.count).sum::<u32>()
            };
            MonthFigures {
                month: first.plus(at).to_string(),
                copies: of(COPY),
                loans: of(LOAN),
                outcomes: outcomes(rows.iter().copied()),
                cost: Fen(rows.iter().map(|row| row.cost).sum()),
                cost_to_patron: Fen(rows.iter().map(|row| row.cost_to_patron).sum()),
            }
        })
        .collect()
}
