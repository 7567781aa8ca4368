//! Tables `history` and `history_words`: the index that lists of requests are filtered, searched and
//! counted by. Written in the same transaction as the request.

mod figures;
mod keep;
mod list;

use std::collections::HashMap;

use hongyan_model::RequestId;
use hongyan_model::lookup::{self, TermQuery};
use hongyan_model::request::Supplier;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::QueryBuilder;

pub use figures::{Figures, Spread};
pub use list::{HistoryEntry, HistoryFilter, HistoryPage, HistoryPosition, Order};

use crate::connect::Tx;
use crate::error::StoreError;
use crate::requests::{Raw, RequestRecord};
use crate::time::{at, json, millis, name, parse};

/// Number of requests that may have the same millisecond before they move to the next one.
const IN_ONE: i64 = 16;
/// Name of the setting with the version of the term rules that the index was built with.
const EDITION: &str = "history-edition";

impl Tx {
    /// Assigns a position to a new request, by its time.
    async fn give_place(&mut self, id: &str, asked: Timestamp) -> Result<i64, StoreError> {
        let mut n = millis(asked).saturating_mul(IN_ONE);
        loop {
            let end = n.saturating_add(IN_ONE);
            let last: Option<i64> = sqlx::query_scalar("SELECT max(n) FROM requests WHERE n >= ? AND n < ?")
                .bind(n)
                .bind(end)
                .fetch_one(self.conn())
                .await?;
            match last {
                None => break,
                Some(last) if last.saturating_add(1) < end => {
                    n = last.saturating_add(1);
                    break;
                }
                Some(_) => n = end,
            }
        }
        sqlx::query("UPDATE requests SET n = ? WHERE id = ?").bind(n).bind(id).execute(self.conn()).await?;
        Ok(n)
    }

    /// The positions of those requests that exist; assigns missing ones.
    pub(crate) async fn places_of(
        &mut self,
        ids: &[RequestId],
    ) -> Result<HashMap<RequestId, i64>, StoreError> {
        // all in one row, because every row that SQLite's thread sends wakes the reader
        let found: String = sqlx::query_scalar(
            "SELECT json_group_array(json_array(id, n, created_at)) FROM requests
             WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(json("request ids", &ids)?)
        .fetch_one(self.conn())
        .await?;
        let found: Vec<(RequestId, Option<i64>, i64)> = parse("places", &found)?;
        let mut places = HashMap::with_capacity(found.len());
        for (id, n, asked) in found {
            let n = match n {
                Some(n) => n,
                None => self.give_place(&id.to_string(), at(asked)?).await?,
            };
            places.insert(id, n);
        }
        Ok(places)
    }

    /// Stores the index rows of requests, with their positions; returns the requests whose index terms
    /// changed.
    pub(crate) async fn put_history<'a>(
        &mut self,
        placed: &[(i64, &'a RequestRecord)],
    ) -> Result<Vec<&'a RequestRecord>, StoreError> {
        let places: Vec<i64> = placed.iter().map(|(n, _)| *n).collect();
        let known: String = sqlx::query_scalar(
            "SELECT json_group_array(json_array(n, came_at, filed)) FROM history
             WHERE n IN (SELECT value FROM json_each(?))",
        )
        .bind(json("places", &places)?)
        .fetch_one(self.conn())
        .await?;
        let known: Vec<(i64, i64, i64)> = parse("what is known", &known)?;
        let known: HashMap<i64, (i64, i64)> =
            known.into_iter().map(|(n, came_at, filed)| (n, (came_at, filed))).collect();
        let mut rows = Vec::with_capacity(placed.len());
        let mut others = Vec::new();
        for (n, record) in placed {
            let (came_at, filed) = known.get(n).copied().unwrap_or_default();
            let mark = fingerprint(record);
            if mark != filed {
                others.push((*n, *record));
            }
            let state = name("request state", &record.state)?;
            let service = name("service", &record.draft.service)?;
            let kind = name("kind", &record.draft.kind)?;
            rows.push((*n, *record, state, record.state.outcome(came_at > 0).code(), service, kind, mark));
        }
        let mut query = QueryBuilder::new(
            "INSERT INTO history (n, state, over, outcome, service, kind, language, supplier, came_at,
                 changed_at, cost, cost_to_patron, filed) ",
        );
        query.push_values(rows, |mut row, (n, record, state, outcome, service, kind, mark)| {
            let platform = record.platform.as_ref();
            let fen = |amount: Option<hongyan_model::Fen>| amount.map_or(0, |fen| fen.0);
            row.push_bind(n)
                .push_bind(state)
                .push_bind(record.state.is_terminal())
                .push_bind(outcome)
                .push_bind(service)
                .push_bind(kind)
                .push_bind(record.draft.language.trim())
                .push_bind(supplier(record).trim())
                .push("0")
                .push_bind(millis(record.updated_at))
                .push_bind(fen(platform.and_then(|platform| platform.cost)))
                .push_bind(fen(platform.and_then(|platform| platform.cost_to_patron)))
                .push_bind(mark);
        });
        query.push(
            " ON CONFLICT (n) DO UPDATE SET state = excluded.state, over = excluded.over,
                 outcome = excluded.outcome, service = excluded.service, kind = excluded.kind,
                 language = excluded.language, supplier = excluded.supplier,
                 changed_at = excluded.changed_at, cost = excluded.cost,
                 cost_to_patron = excluded.cost_to_patron, filed = excluded.filed",
        );
        query.build().execute(self.conn()).await?;
        self.index(&others).await?;
        Ok(others.into_iter().map(|(_, record)| record).collect())
    }

    /// Records when the works of requests arrived, as (position, time); an earlier record wins.
    pub(crate) async fn put_arrivals(&mut self, came: &[(i64, i64)]) -> Result<(), StoreError> {
        if came.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "UPDATE history SET came_at = iif(came_at = 0, c.at, min(came_at, c.at)),
                 outcome = iif(outcome = 'open', 'filled', outcome)
             FROM (SELECT value ->> 0 AS n, min(value ->> 1) AS at FROM json_each(?) GROUP BY 1) AS c
             WHERE c.n = history.n",
        )
        .bind(json("times", &came)?)
        .execute(self.conn())
        .await?;
        Ok(())
    }

    async fn index(&mut self, records: &[(i64, &RequestRecord)]) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let mut query = QueryBuilder::new("INSERT OR REPLACE INTO history_words (rowid, words) ");
        query.push_values(records, |mut row, (n, record)| {
            let terms = lookup::terms(texts(record).iter().map(String::as_str));
            row.push_bind(*n).push_bind(terms.into_iter().collect::<Vec<_>>().join(" "));
        });
        query.build().execute(self.conn()).await?;
        Ok(())
    }

    /// Indexes at most `most` requests that are not indexed yet (from before the index existed, or under
    /// older term rules); returns how many are left.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn index_requests(&mut self, most: u32) -> Result<u32, StoreError> {
        let edition: Option<u32> = self.setting(EDITION).await?;
        if edition != Some(lookup::EDITION) {
            sqlx::query("INSERT INTO history_words (history_words) VALUES ('delete-all')")
                .execute(self.conn())
                .await?;
            sqlx::query("UPDATE history SET filed = 0 WHERE filed <> 0").execute(self.conn()).await?;
            self.set_setting(EDITION, &lookup::EDITION).await?;
        }
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT h.n, r.id FROM history AS h JOIN requests AS r ON r.n = h.n
             WHERE h.filed = 0 ORDER BY h.n DESC LIMIT ?",
        )
        .bind(most)
        .fetch_all(self.conn())
        .await?;
        for (n, id) in rows {
            // a request that does not parse is not indexed, and not tried again
            let mark = match self.request(crate::time::request_id(&id)?).await {
                Ok(Some(record)) => {
                    self.index(&[(n, &record)]).await?;
                    fingerprint(&record)
                }
                Ok(None) | Err(StoreError::Row { .. }) => {
                    sqlx::query("INSERT OR REPLACE INTO history_words (rowid, words) VALUES (?, '')")
                        .bind(n)
                        .execute(self.conn())
                        .await?;
                    1
                }
                Err(error) => return Err(error),
            };
            sqlx::query("UPDATE history SET filed = ? WHERE n = ?")
                .bind(mark)
                .bind(n)
                .execute(self.conn())
                .await?;
        }
        let left: u32 =
            sqlx::query_scalar("SELECT count(*) FROM history WHERE filed = 0").fetch_one(self.conn()).await?;
        Ok(left)
    }
}

/// Name of the supplier; empty without one.
fn supplier(record: &RequestRecord) -> &str {
    record.platform.as_ref().and_then(|platform| platform.supplier.as_ref()).map_or("", Supplier::shown)
}

/// The texts that are indexed.
fn texts(record: &RequestRecord) -> Vec<String> {
    let draft = &record.draft;
    let mut texts = vec![
        draft.title.clone(),
        draft.author.clone(),
        draft.component_title.clone(),
        draft.component_author.clone(),
        draft.publisher.clone(),
        draft.date.clone(),
    ];
    // only where present, so that the fingerprint of a request without them does not change
    let others = [&draft.editor, &draft.translator, &draft.contributor].into_iter();
    texts.extend(others.filter(|names| !names.is_empty()).cloned());
    texts.extend(draft.identifiers().into_iter().map(|identifier| identifier.value));
    if let Some(platform) = &record.platform {
        texts.push(platform.hrid.clone());
        texts.push(supplier(record).to_owned());
    }
    texts
}

/// Fingerprint of the indexed texts, to detect changes; never 0.
fn fingerprint(record: &RequestRecord) -> i64 {
    let mut hash = Sha256::new();
    hash.update(lookup::EDITION.to_le_bytes());
    for text in texts(record) {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    let bytes: [u8; 8] = hash.finalize().first_chunk().copied().unwrap_or_default();
    i64::from_le_bytes(bytes).max(i64::MIN + 1).abs().max(2)
}

/// The condition as an FTS5 expression. Terms have letters and digits only, so quoting suffices.
fn expression(wanted: &TermQuery) -> String {
    let joined = |parts: &[TermQuery], word: &str| {
        let parts: Vec<String> = parts.iter().map(expression).collect();
        format!("({})", parts.join(word))
    };
    match wanted {
        TermQuery::Term(term) => format!("\"{term}\""),
        TermQuery::Prefix(head) => format!("\"{head}\"*"),
        TermQuery::All(parts) => joined(parts, " AND "),
        TermQuery::Any(ways) => joined(ways, " OR "),
    }
}
