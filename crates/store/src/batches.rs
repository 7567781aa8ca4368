//! Tables `batches` and `batch_lines`: lists of works to be requested together.

use hongyan_model::RequestId;
use hongyan_model::request::batch::{LookUp, ReadAs};
use jiff::Timestamp;
use uuid::Uuid;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{at, millis, name, named, request_id};

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchLine {
    /// line number, from 1
    pub line: u32,
    /// the draft made from it; the request that follows has the same id
    pub draft: RequestId,
    /// the text as entered
    pub given: String,
    /// how it was interpreted
    pub read_as: ReadAs,
    /// state of its catalogue look-up
    pub look_up: LookUp,
}

#[derive(sqlx::FromRow)]
struct Raw {
    line: u32,
    draft: String,
    given: String,
    read_as: String,
    look_up: String,
}

impl Raw {
    fn decode(self) -> Result<BatchLine, StoreError> {
        Ok(BatchLine {
            line: self.line,
            draft: request_id(&self.draft)?,
            given: self.given,
            read_as: named("batch line", self.read_as)?,
            look_up: named("batch line", self.look_up)?,
        })
    }
}

impl Tx {
    /// Stores a new list with its lines.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn add_batch(
        &mut self,
        id: Uuid,
        lines: &[BatchLine],
        created_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO batches (id, created_at) VALUES (?, ?)")
            .bind(id.to_string())
            .bind(millis(created_at))
            .execute(self.conn())
            .await?;
        for line in lines {
            sqlx::query(
                "INSERT INTO batch_lines (batch, line, draft, given, read_as, look_up)
                 VALUES (?, ?, ?, ?, ?, ?)",
            )
            .bind(id.to_string())
            .bind(line.line)
            .bind(line.draft.to_string())
            .bind(&line.given)
            .bind(name("batch line", &line.read_as)?)
            .bind(name("batch line", &line.look_up)?)
            .execute(self.conn())
            .await?;
        }
        Ok(())
    }

    /// When a list was made; none if there is no such list.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn batch(&mut self, id: Uuid) -> Result<Option<Timestamp>, StoreError> {
        let created: Option<i64> = sqlx::query_scalar("SELECT created_at FROM batches WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.conn())
            .await?;
        created.map(at).transpose()
    }

    /// All lists as (id, time), newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn batches(&mut self) -> Result<Vec<(Uuid, Timestamp)>, StoreError> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT id, created_at FROM batches ORDER BY created_at DESC, id")
                .fetch_all(self.conn())
                .await?;
        rows.into_iter().map(|(id, created)| Ok((request_id(&id)?.0, at(created)?))).collect()
    }

    /// The lines of a list, in order.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn batch_lines(&mut self, id: Uuid) -> Result<Vec<BatchLine>, StoreError> {
        let rows: Vec<Raw> = sqlx::query_as(
            "SELECT line, draft, given, read_as, look_up FROM batch_lines WHERE batch = ? ORDER BY line",
        )
        .bind(id.to_string())
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(Raw::decode).collect()
    }

    /// All drafts and requests that belong to a list, with the id of the list.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn batch_of_drafts(&mut self) -> Result<Vec<(RequestId, Uuid)>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT draft, batch FROM batch_lines ORDER BY draft")
                .fetch_all(self.conn())
                .await?;
        rows.into_iter().map(|(draft, batch)| Ok((request_id(&draft)?, request_id(&batch)?.0))).collect()
    }

    /// Stores the result of looking a line up.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_look_up(&mut self, draft: RequestId, look_up: LookUp) -> Result<(), StoreError> {
        sqlx::query("UPDATE batch_lines SET look_up = ? WHERE draft = ?")
            .bind(name("batch line", &look_up)?)
            .bind(draft.to_string())
            .execute(self.conn())
            .await?;
        Ok(())
    }

    /// Deletes a list; its drafts and requests stay.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn remove_batch(&mut self, id: Uuid) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM batches WHERE id = ?").bind(id.to_string()).execute(self.conn()).await?;
        Ok(())
    }
}
