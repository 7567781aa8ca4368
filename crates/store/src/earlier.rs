//! Earlier requests that a new one is compared with.

use std::collections::HashSet;

use hongyan_model::{Identifier, RequestId, RequestState};
use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::requests::RequestRecord;
use crate::time::{millis, name, request_id};

impl Tx {
    /// The requests that changed since `since` or whose state is not in `closed`, and all requests about
    /// `works`, however old; last changed first. Does not read the rest of a long history.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn requests_to_compare(
        &mut self,
        since: Timestamp,
        closed: &[RequestState],
        works: &[Identifier],
    ) -> Result<Vec<RequestRecord>, StoreError> {
        let mut names = Vec::with_capacity(closed.len());
        for state in closed {
            names.push(name("request state", state)?);
        }
        // the index has the states in narrow rows; rows of requests are wide
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM requests WHERE updated_at >= ?1
             UNION SELECT r.id FROM history AS h JOIN requests AS r ON r.n = h.n
             WHERE h.over = 0 AND h.state NOT IN (SELECT value FROM json_each(?2))",
        )
        .bind(millis(since))
        .bind(serde_json::to_string(&names).map_err(|e| StoreError::row("request state", e))?)
        .fetch_all(self.conn())
        .await?;
        let mut records = self.requests_for(works).await?;
        let known: HashSet<RequestId> = records.iter().map(RequestRecord::id).collect();
        let ids = ids
            .iter()
            .map(|id| request_id(id))
            .filter(|id| id.as_ref().map_or(true, |id| !known.contains(id)));
        let ids: Vec<RequestId> = ids.collect::<Result<_, _>>()?;
        records.extend(self.requests_of(&ids).await?.into_values());
        records.sort_by_key(|record| (std::cmp::Reverse(record.updated_at), record.id()));
        Ok(records)
    }
}
