//! `documents`: what was delivered, and where the patron has it.

use hongyan_model::RequestId;
use hongyan_model::request::Document;
use jiff::Timestamp;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{at, json, millis, parse};

/// A document as it is kept: what the platform says of it, and how much of it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDocument {
    /// as the platform last described it
    pub document: Document,
    /// bytes of a fetch that was broken off
    pub part: u64,
    /// where its verified bytes were put; empty before
    pub saved_path: String,
    /// when
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
    fn read(self) -> Result<KeptDocument, StoreError> {
        Ok(KeptDocument {
            document: parse("document", &self.document)?,
            part: self.part.unsigned_abs(),
            saved_at: if self.saved_at == 0 { None } else { Some(at(self.saved_at)?) },
            saved_path: self.saved_path,
        })
    }
}

impl Tx {
    /// What was delivered for a request, by name.
    ///
    /// # Errors
    /// As any read.
    pub async fn documents(&mut self, request: RequestId) -> Result<Vec<KeptDocument>, StoreError> {
        let rows: Vec<Raw> = sqlx::query_as(
            "SELECT document, length(part) AS part, saved_path, saved_at FROM documents
             WHERE request = ? ORDER BY id",
        )
        .bind(request.to_string())
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(Raw::read).collect()
    }

    /// Keeps what the platform lists now. One that is not listed any more stays while the patron has it;
    /// one whose content changed counts as not fetched.
    ///
    /// # Errors
    /// As any write.
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

    /// What has come of a fetch that was broken off; empty if nothing.
    ///
    /// # Errors
    /// As any read.
    pub async fn document_part(&mut self, request: RequestId, id: &str) -> Result<Vec<u8>, StoreError> {
        let part: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT part FROM documents WHERE request = ? AND id = ?")
                .bind(request.to_string())
                .bind(id)
                .fetch_optional(self.conn())
                .await?;
        Ok(part.unwrap_or_default())
    }

    /// Keeps what has come so far.
    ///
    /// # Errors
    /// As any write.
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

    /// The verified bytes are in the patron's folder.
    ///
    /// # Errors
    /// As any write.
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
