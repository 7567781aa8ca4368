//! Table `documents`: delivered documents, and where the patron saved them.

use hongyan_model::RequestId;
use hongyan_model::request::Document;
use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{at, json, millis, parse};

/// A stored document: what the platform reports, and how much of it has been downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDocument {
    /// as the platform last reported it
    pub document: Document,
    /// number of bytes of an interrupted download
    pub part: u64,
    /// path of the saved and verified file; empty before
    pub saved_path: String,
    /// when it was saved
    pub saved_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Raw {
    document: String,
    part: i64,
    saved_path: String,
    saved_at: i64,
}

impl Raw {
    fn decode(self) -> Result<KeptDocument, StoreError> {
        Ok(KeptDocument {
            document: parse("document", &self.document)?,
            part: self.part.unsigned_abs(),
            saved_at: if self.saved_at == 0 { None } else { Some(at(self.saved_at)?) },
            saved_path: self.saved_path,
        })
    }
}

impl Tx {
    /// The documents of a request, by name.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn documents(&mut self, request: RequestId) -> Result<Vec<KeptDocument>, StoreError> {
        let rows: Vec<Raw> = sqlx::query_as(
            "SELECT document, length(part) AS part, saved_path, saved_at FROM documents
             WHERE request = ? ORDER BY id",
        )
        .bind(request.to_string())
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(Raw::decode).collect()
    }

    /// Replaces the list of documents by what the platform reports now. A document that is no longer
    /// listed stays if the patron saved it; one with another digest counts as not downloaded.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn put_documents(
        &mut self,
        request: RequestId,
        documents: &[Document],
    ) -> Result<(), StoreError> {
        let known = self.documents(request).await?;
        for gone in known.iter().filter(|kept| kept.saved_path.is_empty()) {
            if !documents.iter().any(|document| document.id == gone.document.id) {
                sqlx::query("DELETE FROM documents WHERE request = ? AND id = ?")
                    .bind(request.to_string())
                    .bind(&gone.document.id)
                    .execute(self.conn())
                    .await?;
            }
        }
        for document in documents {
            let other = known
                .iter()
                .any(|kept| kept.document.id == document.id && kept.document.sha256 != document.sha256);
            if other {
                sqlx::query("DELETE FROM documents WHERE request = ? AND id = ?")
                    .bind(request.to_string())
                    .bind(&document.id)
                    .execute(self.conn())
                    .await?;
            }
            sqlx::query(
                "INSERT INTO documents (request, id, document) VALUES (?, ?, ?)
                 ON CONFLICT (request, id) DO UPDATE SET document = excluded.document",
            )
            .bind(request.to_string())
            .bind(&document.id)
            .bind(json("document", document)?)
            .execute(self.conn())
            .await?;
        }
        Ok(())
    }

    /// The bytes of an interrupted download; empty if there are none.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn document_part(&mut self, request: RequestId, id: &str) -> Result<Vec<u8>, StoreError> {
        let part: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT part FROM documents WHERE request = ? AND id = ?")
                .bind(request.to_string())
                .bind(id)
                .fetch_optional(self.conn())
                .await?;
        Ok(part.unwrap_or_default())
    }

    /// Stores the bytes downloaded so far.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_document_part(
        &mut self,
        request: RequestId,
        id: &str,
        part: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE documents SET part = ? WHERE request = ? AND id = ?")
            .bind(part)
            .bind(request.to_string())
            .bind(id)
            .execute(self.conn())
            .await?;
        Ok(())
    }

    /// Records that the verified file was saved to the patron's folder.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_document_saved(
        &mut self,
        request: RequestId,
        id: &str,
        path: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE documents SET part = x'', saved_path = ?, saved_at = ? WHERE request = ? AND id = ?",
        )
        .bind(path)
        .bind(millis(now))
        .bind(request.to_string())
        .bind(id)
        .execute(self.conn())
        .await?;
        Ok(())
    }
}
