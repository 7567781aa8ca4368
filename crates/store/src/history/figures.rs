//! Statistics of the history, aggregated by SQLite from rows without texts.

use jiff::Timestamp;

use super::{HistoryPosition, IN_ONE};
use crate::connect::Tx;
use crate::error::StoreError;

/// Totals of one month, service and outcome.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Figures {
    /// index into the months asked for, from 0
    pub month: u32,
    /// `Copy` or `Loan`
    pub service: String,
    /// code of the outcome
    pub outcome: String,
    /// number of requests
    pub count: u32,
    /// cost to the library, fen
    pub cost: i64,
    /// cost to the patron, fen
    pub cost_to_patron: i64,
}

/// Quartiles of the time from request to arrival, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Spread {
    /// service or supplier
    pub name: String,
    /// number of works counted
    pub count: u32,
    /// first quartile
    pub lower: i64,
    /// median
    pub middle: i64,
    /// third quartile
    pub upper: i64,
}

impl Tx {
    /// Totals by month, service and outcome. `months` are the starts of the months in ascending order;
    /// the last entry ends the last month.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn history_figures(&mut self, months: &[Timestamp]) -> Result<Vec<Figures>, StoreError> {
        let places: Vec<i64> = months.iter().map(|at| HistoryPosition::before(*at).0).collect();
        let spans: Vec<(i64, i64)> = places.iter().copied().zip(places.iter().skip(1).copied()).collect();
        let spans = serde_json::to_string(&spans).map_err(|error| StoreError::row("month", error))?;
        Ok(sqlx::query_as(
            "SELECT m.key AS month, h.service, h.outcome, count(*) AS count, sum(h.cost) AS cost,
                 sum(h.cost_to_patron) AS cost_to_patron
             FROM json_each(?) AS m CROSS JOIN history AS h
             ON h.n > CAST(m.value ->> 0 AS INTEGER) AND h.n <= CAST(m.value ->> 1 AS INTEGER)
             GROUP BY m.key, h.service, h.outcome ORDER BY m.key, h.service, h.outcome",
        )
        .bind(spans)
        .fetch_all(self.conn())
        .await?)
    }

    /// Delivery times of the requests made in a period, by service.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn spread_by_service(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Spread>, StoreError> {
        self.spread(SPREAD_BY_SERVICE, from, until).await
    }

    /// Delivery times of the requests made in a period, by supplier; at most the 12 most frequent.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn spread_by_supplier(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Spread>, StoreError> {
        self.spread(SPREAD_BY_SUPPLIER, from, until).await
    }

    async fn spread(
        &mut self,
        sql: &'static str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Spread>, StoreError> {
        Ok(sqlx::query_as(sql)
            .bind(HistoryPosition::before(from).0)
            .bind(HistoryPosition::before(until).0)
            .bind(IN_ONE)
            .fetch_all(self.conn())
            .await?)
    }

    /// Number of requests in a period by kind of work, most frequent first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn count_by_kind(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(String, u32)>, StoreError> {
        let sql = "SELECT kind, count(*) FROM history WHERE n > ? AND n <= ? GROUP BY kind
                   ORDER BY count(*) DESC, kind";
        Ok(sqlx::query_as(sql)
            .bind(HistoryPosition::before(from).0)
            .bind(HistoryPosition::before(until).0)
            .fetch_all(self.conn())
            .await?)
    }

    /// Number of requests in a period by language (ISO 639-2, empty where unknown), most frequent first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn count_by_language(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(String, u32)>, StoreError> {
        let sql = "SELECT language, count(*) FROM history WHERE n > ? AND n <= ? GROUP BY language
                   ORDER BY count(*) DESC, language";
        Ok(sqlx::query_as(sql)
            .bind(HistoryPosition::before(from).0)
            .bind(HistoryPosition::before(until).0)
            .fetch_all(self.conn())
            .await?)
    }

    /// Success of suppliers in a period, as (name, filled, decided); at most the 12 most frequent.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn filled_by_supplier(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(String, u32, u32)>, StoreError> {
        let sql = "SELECT supplier, count(*) FILTER (WHERE outcome = 'filled'), count(*) FROM history
                   WHERE n > ? AND n <= ? AND supplier <> '' AND outcome IN ('filled', 'unfilled')
                   GROUP BY supplier ORDER BY count(*) DESC, supplier LIMIT 12";
        Ok(sqlx::query_as(sql)
            .bind(HistoryPosition::before(from).0)
            .bind(HistoryPosition::before(until).0)
            .fetch_all(self.conn())
            .await?)
    }
}

/// Quartiles by nearest rank: the k-th of c values, k = ⌈c/4⌉, ⌈c/2⌉, ⌈3c/4⌉.
macro_rules! spread {
    ($name:literal, $more:literal) => {
        concat!(
            "WITH t AS (SELECT ",
            $name,
            " AS name, max(came_at - n / ?3, 0) AS took FROM history
                 WHERE n > ?1 AND n <= ?2 AND came_at > 0),
             s AS (SELECT name, took, row_number() OVER (PARTITION BY name ORDER BY took) AS i,
                 count(*) OVER (PARTITION BY name) AS c FROM t WHERE name <> '')
             SELECT name, max(c) AS count, max(took) FILTER (WHERE i = (c + 3) / 4) AS lower,
                 max(took) FILTER (WHERE i = (c + 1) / 2) AS middle,
                 max(took) FILTER (WHERE i = (3 * c + 3) / 4) AS upper
             FROM s GROUP BY name ORDER BY max(c) DESC, name",
            $more
        )
    };
}
const SPREAD_BY_SERVICE: &str = spread!("service", "");
const SPREAD_BY_SUPPLIER: &str = spread!("supplier", " LIMIT 12");
