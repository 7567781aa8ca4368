//! Reading the history: filtered, searched, ordered, with keyset pagination.

use futures_util::TryStreamExt as _;
use hongyan_model::lookup::{self, TermQuery};
use hongyan_model::{Draft, Kind, Outcome, RequestId, RequestState, Service};
use jiff::Timestamp;
use sqlx::{QueryBuilder, Row as _, Sqlite};

use super::{IN_ONE, Raw, expression};
use crate::connect::Tx;
use crate::error::StoreError;
use crate::requests::RequestRecord;
use crate::time::{json, millis, name};

/// Maximum number of requests that are compared with a new one.
const ALIKE: u32 = 300;

/// Filter of a list. Empty vectors and None do not filter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HistoryFilter {
    /// matches this query
    pub wanted: Option<TermQuery>,
    /// closed or not
    pub over: Option<bool>,
    /// in one of these states
    pub states: Vec<RequestState>,
    /// in none of these states
    pub without: Vec<RequestState>,
    /// one of these requests
    pub only: Option<Vec<RequestId>>,
    /// requests that match `states` whatever their state
    pub asking: Vec<RequestId>,
    /// with one of these outcomes
    pub outcomes: Vec<Outcome>,
    /// of one of these services
    pub services: Vec<Service>,
    /// of one of these kinds
    pub kinds: Vec<Kind>,
    /// from one of these suppliers
    pub suppliers: Vec<String>,
    /// requested at this time or later
    pub from: Option<Timestamp>,
    /// requested before this time
    pub until: Option<Timestamp>,
}

/// Order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// last requested first
    #[default]
    Newest,
    /// first requested first
    Oldest,
}

/// Position of a request in the history, the key of pagination. Never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HistoryPosition(pub i64);

impl HistoryPosition {
    /// The position before everything requested at this time or later.
    pub fn before(at: Timestamp) -> HistoryPosition {
        HistoryPosition(millis(at).saturating_mul(IN_ONE).saturating_sub(1))
    }

    /// The time of the request at this position.
    pub fn asked(self) -> Result<Timestamp, StoreError> {
        crate::time::at(self.0.div_euclid(IN_ONE))
    }
}

/// A request in the history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// the request
    pub record: RequestRecord,
    /// when the work first arrived; none if it has not or that is not known
    pub came_at: Option<Timestamp>,
}

/// A page of the history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPage {
    /// entries in the order asked for
    pub entries: Vec<HistoryEntry>,
    /// where the next page begins; none on the last page
    pub next: Option<HistoryPosition>,
}

#[derive(sqlx::FromRow)]
struct Placed {
    n: i64,
    came_at: i64,
    #[sqlx(flatten)]
    raw: Raw,
}

/// Selects rows with their positions.
const ROWS: &str =
    "SELECT r.n, e.came_at, r.draft, r.platform, r.state, r.pending_action, r.problem, r.question, r.answered,
         r.created_at, r.updated_at
     FROM requests AS r JOIN history AS e ON e.n = r.n";

impl Placed {
    fn entry(self) -> Result<HistoryEntry, StoreError> {
        let came_at = if self.came_at > 0 { Some(crate::time::at(self.came_at)?) } else { None };
        Ok(HistoryEntry { record: self.raw.decode()?, came_at })
    }
}

impl HistoryFilter {
    /// Whether only the search query filters, or nothing does.
    fn only_words(&self) -> bool {
        HistoryFilter { wanted: None, from: None, until: None, ..self.clone() } == HistoryFilter::default()
    }

    /// Appends `FROM … WHERE …`; the position is the column `place` of the returned table.
    fn push(&self, query: &mut QueryBuilder<Sqlite>) -> Result<&'static str, StoreError> {
        let place = match &self.wanted {
            Some(wanted) => {
                query.push(" FROM history_words");
                if !self.only_words() {
                    // the full-text index first, because it is the most selective
                    query.push(" CROSS JOIN history AS h ON h.n = history_words.rowid");
                }
                query.push(" WHERE history_words MATCH ").push_bind(expression(wanted));
                "history_words.rowid"
            }
            None => {
                query.push(" FROM history AS h WHERE 1");
                "h.n"
            }
        };
        if let Some(from) = self.from {
            query.push(format!(" AND {place} > ")).push_bind(HistoryPosition::before(from).0);
        }
        if let Some(until) = self.until {
            query.push(format!(" AND {place} <= ")).push_bind(HistoryPosition::before(until).0);
        }
        if let Some(only) = &self.only {
            query.push(format!(
                " AND {place} IN (SELECT n FROM requests WHERE id IN (SELECT value FROM json_each("
            ));
            query.push_bind(json("request ids", only)?).push(")))");
        }
        if let Some(over) = self.over {
            query.push(" AND h.over = ").push_bind(over);
        }
        for (states, not) in [(&self.states, ""), (&self.without, " NOT")] {
            let names: Vec<String> =
                states.iter().map(|state| name("request state", state)).collect::<Result<_, _>>()?;
            if !names.is_empty() {
                query.push(format!(" AND{not} (h.state IN (SELECT value FROM json_each("));
                query.push_bind(json("request states", &names)?);
                query.push(")) OR h.n IN (SELECT n FROM requests WHERE id IN (SELECT value FROM json_each(");
                query.push_bind(json("request ids", &self.asking)?).push("))))");
            }
        }
        one_of(query, "outcome IN", self.outcomes.iter().map(|outcome| outcome.code().to_owned()).collect());
        let services = self.services.iter().map(|service| name("service", service));
        one_of(query, "service IN", services.collect::<Result<_, _>>()?);
        let kinds = self.kinds.iter().map(|kind| name("kind", kind));
        one_of(query, "kind IN", kinds.collect::<Result<_, _>>()?);
        one_of(query, "supplier IN", self.suppliers.clone());
        Ok(place)
    }
}

/// Parses comma-separated positions.
fn places_in(text: &str) -> Result<Vec<HistoryPosition>, StoreError> {
    let read = |n: &str| n.parse().map(HistoryPosition).map_err(|error| StoreError::row("place", error));
    text.split(',').filter(|n| !n.is_empty()).map(read).collect()
}

fn one_of(query: &mut QueryBuilder<Sqlite>, how: &str, values: Vec<String>) {
    if values.is_empty() {
        return;
    }
    query.push(format!(" AND h.{how} ("));
    let mut list = query.separated(", ");
    for value in values {
        list.push_bind(value);
    }
    query.push(")");
}

impl Tx {
    /// A page: at most `limit` entries after `after` in this order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn history_page(
        &mut self,
        filter: &HistoryFilter,
        order: Order,
        after: Option<HistoryPosition>,
        limit: u32,
    ) -> Result<HistoryPage, StoreError> {
        let mut query = QueryBuilder::new(ROWS);
        query.push(" WHERE r.n IN (SELECT place FROM (SELECT ");
        let inner = if filter.wanted.is_some() { "history_words.rowid" } else { "h.n" };
        query.push(inner).push(" AS place");
        let place = filter.push(&mut query)?;
        let (beyond, way) = match order {
            Order::Newest => ("<", "DESC"),
            Order::Oldest => (">", "ASC"),
        };
        if let Some(HistoryPosition(after)) = after {
            query.push(format!(" AND {place} {beyond} ")).push_bind(after);
        }
        query.push(format!(" ORDER BY {place} {way} LIMIT ")).push_bind(limit.saturating_add(1));
        query.push(format!(")) ORDER BY r.n {way}"));
        let mut placed: Vec<Placed> = query.build_query_as().fetch_all(self.conn()).await?;
        let more = placed.len() > limit as usize;
        placed.truncate(limit as usize);
        let next = placed.last().filter(|_| more).map(|row| HistoryPosition(row.n));
        let entries = placed.into_iter().map(Placed::entry).collect::<Result<_, StoreError>>()?;
        Ok(HistoryPage { entries, next })
    }

    /// The requests at these positions, in this order; positions without a request are skipped.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn requests_at(
        &mut self,
        places: &[HistoryPosition],
        order: Order,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        let way = if order == Order::Newest { "DESC" } else { "ASC" };
        let mut query = QueryBuilder::new(ROWS);
        let places: Vec<i64> = places.iter().map(|place| place.0).collect();
        query.push(" WHERE r.n IN (SELECT value FROM json_each(").push_bind(json("places", &places)?);
        query.push(format!(")) ORDER BY r.n {way}"));
        let mut rows = query.build_query_as::<Placed>().fetch(self.conn());
        let mut entries = Vec::with_capacity(places.len());
        // parses each row while SQLite reads the next
        while let Some(placed) = rows.try_next().await? {
            entries.push(placed.entry()?);
        }
        Ok(entries)
    }

    /// The positions of everything that the filter matches, oldest first: 8 bytes each, without texts.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn history_positions(
        &mut self,
        filter: &HistoryFilter,
    ) -> Result<Vec<HistoryPosition>, StoreError> {
        let inner = if filter.wanted.is_some() { "history_words.rowid" } else { "h.n" };
        // one row with all positions: a row for each would cost more than the search
        let mut query = QueryBuilder::new(format!("SELECT group_concat({inner})"));
        if *filter == HistoryFilter::default() {
            // a covering index with the positions is a twentieth of the size of the table
            query.push(" FROM requests AS h WHERE n > 0");
        } else {
            filter.push(&mut query)?;
        }
        let row = query.build().fetch_one(self.conn()).await?;
        let mut places = places_in(row.try_get::<Option<&str>, _>(0)?.unwrap_or_default())?;
        if !places.is_sorted() {
            places.sort_unstable();
        }
        Ok(places)
    }

    /// Whether the full-text index is complete.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn history_is_indexed(&mut self) -> Result<bool, StoreError> {
        let unfiled: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM history WHERE filed = 0)")
            .fetch_one(self.conn())
            .await?;
        Ok(!unfiled)
    }

    /// The suppliers of requests with their counts, most frequent first, at most 200.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn history_suppliers(&mut self) -> Result<Vec<(String, u32)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT supplier, count(*) FROM history WHERE supplier <> '' GROUP BY supplier
             ORDER BY count(*) DESC, supplier LIMIT 200",
        )
        .fetch_all(self.conn())
        .await?)
    }

    /// Times of the first and the last request; none without requests.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn history_span(&mut self) -> Result<Option<(Timestamp, Timestamp)>, StoreError> {
        let (first, last): (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT (SELECT min(n) FROM history), (SELECT max(n) FROM history)")
                .fetch_one(self.conn())
                .await?;
        first
            .zip(last)
            .map(|(first, last)| Ok((HistoryPosition(first).asked()?, HistoryPosition(last).asked()?)))
            .transpose()
    }

    /// Requests that may be for the same work as a draft: with one of its identifiers, with its title, or
    /// not closed.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn requests_like(&mut self, draft: &Draft) -> Result<Vec<RequestRecord>, StoreError> {
        let mut found = self.requests_live().await?;
        found.extend(self.requests_for(&draft.identifiers()).await?);
        for title in [&draft.title, &draft.component_title] {
            let Some(wanted) = lookup::same(title) else { continue };
            let filter = HistoryFilter { wanted: Some(wanted), ..HistoryFilter::default() };
            let page = self.history_page(&filter, Order::Newest, None, ALIKE).await?;
            found.extend(page.entries.into_iter().map(|entry| entry.record));
        }
        let mut seen = std::collections::HashSet::new();
        found.retain(|record| record.id() != draft.id && seen.insert(record.id()));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::places_in;

    #[test]
    fn places_are_read_from_a_text() {
        let mut written =
            vec![28_799_755_657_434, 28_799_755_657_435, -16, 0, 7, 12_345_678, i64::MAX, i64::MIN];
        written.extend((0..2_000).map(|n: i64| n.pow(5)));
        let text = written.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let read =
            |text| places_in(text).map(|places| places.iter().map(|place| place.0).collect::<Vec<_>>());
        assert_eq!(read(&text).unwrap(), written);
        assert_eq!(read("").unwrap(), [0_i64; 0]);
        for wrong in [
            "一",
            "1,x",
            "-",
            "1.5",
            "12,一",
            "12345678,1234567x",
            "12345678,1234567:",
            "9223372036854775808",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
