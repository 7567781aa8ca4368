//! The marks of requests (column `requests.mark`): each is given once, with the first row of its request, and never
//! changes, because it was written into what left the house.

use std::collections::{HashMap, HashSet};

use hongyan_model::{Mark, RequestId};
use sqlx::sqlite::SqliteConnection;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{json, parse, request_id};

/// Rows that are given their mark in one statement.
const AT_ONCE: usize = 1000;

impl Tx {
    /// The mark of a request; none if there is no such request.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn mark(&mut self, id: RequestId) -> Result<Option<Mark>, StoreError> {
        Ok(self.marks_of(&[id]).await?.remove(&id))
    }

    /// The marks of requests, in one query; missing requests are skipped.
    ///
    /// # Errors
    /// As [`Tx::mark`].
    pub async fn marks_of(&mut self, ids: &[RequestId]) -> Result<HashMap<RequestId, Mark>, StoreError> {
        let found: String = sqlx::query_scalar(
            "SELECT json_group_array(json_array(id, mark)) FROM requests
             WHERE id IN (SELECT value FROM json_each(?)) AND mark <> ''",
        )
        .bind(json("request ids", &ids)?)
        .fetch_one(self.conn())
        .await?;
        let found: Vec<(RequestId, Mark)> = parse("marks", &found)?;
        Ok(found.into_iter().collect())
    }

    /// The requests that have these marks; marks that no request has are skipped.
    ///
    /// # Errors
    /// As [`Tx::mark`].
    pub async fn requests_marked(&mut self, marks: &[Mark]) -> Result<HashMap<Mark, RequestId>, StoreError> {
        let found: String = sqlx::query_scalar(
            "SELECT json_group_array(json_array(mark, id)) FROM requests
             WHERE mark <> '' AND mark IN (SELECT value FROM json_each(?))",
        )
        .bind(json("marks", &marks)?)
        .fetch_one(self.conn())
        .await?;
        let found: Vec<(Mark, RequestId)> = parse("marks", &found)?;
        Ok(found.into_iter().collect())
    }

    /// For each of these requests, which differ, a mark that no other one has; in the same order.
    pub(crate) async fn free_marks(&mut self, ids: &[RequestId]) -> Result<Vec<Mark>, StoreError> {
        let mut ways: Vec<_> = ids.iter().map(|id| (*id, Mark::candidates(*id))).collect();
        let mut given: HashMap<RequestId, Mark> = HashMap::with_capacity(ids.len());
        let mut used = HashSet::with_capacity(ids.len());
        while given.len() < ids.len() {
            let mut tried = Vec::new();
            for (id, candidates) in ways.iter_mut().filter(|(id, _)| !given.contains_key(id)) {
                // candidates have no end, so there is always one
                tried.extend(candidates.next().map(|mark| (*id, mark)));
            }
            let held = self.requests_marked(&tried.iter().map(|(_, mark)| *mark).collect::<Vec<_>>()).await?;
            for (id, mark) in tried {
                if held.get(&mark).is_none_or(|holder| *holder == id) && used.insert(mark) {
                    given.insert(id, mark);
                }
            }
        }
        Ok(ids.iter().filter_map(|id| given.get(id).copied()).collect())
    }
}

/// Gives their marks to the requests of a ledger that was written before there were any. Does nothing in a file
/// whose schema has none.
pub(crate) async fn fill(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let has: bool =
        sqlx::query_scalar("SELECT count(*) > 0 FROM pragma_table_info('requests') WHERE name = 'mark'")
            .fetch_one(&mut *connection)
            .await?;
    if !has {
        return Ok(());
    }
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let filled = fill_all(connection).await;
    sqlx::raw_sql(if filled.is_ok() { "COMMIT" } else { "ROLLBACK" }).execute(&mut *connection).await?;
    filled
}

async fn fill_all(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let used: Vec<String> =
        sqlx::query_scalar("SELECT mark FROM requests WHERE mark <> ''").fetch_all(&mut *connection).await?;
    let mut used: HashSet<Mark> = used.iter().filter_map(|text| text.parse().ok()).collect();
    let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM requests WHERE mark = '' ORDER BY n, id")
        .fetch_all(&mut *connection)
        .await?;
    // a row whose id does not read is the reader's trouble, not the migration's
    let ids: Vec<RequestId> = ids.iter().filter_map(|id| request_id(id).ok()).collect();
    for ids in ids.chunks(AT_ONCE) {
        let given: Vec<(RequestId, Mark)> = ids
            .iter()
            .filter_map(|id| Some((*id, Mark::candidates(*id).find(|mark| used.insert(*mark))?)))
            .collect();
        sqlx::query(
            "UPDATE requests SET mark = g.mark
             FROM (SELECT value ->> 0 AS id, value ->> 1 AS mark FROM json_each(?)) AS g
             WHERE g.id = requests.id",
        )
        .bind(json("marks", &given)?)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
