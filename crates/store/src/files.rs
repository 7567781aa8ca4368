//! Tables `letters`, `files`, `blobs_gone`: letters that were kept with a request, and the files that came for it.

use hongyan_model::RequestId;
use hongyan_model::mail::FileKind;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::blobs::{BlobError, Blobs};
use crate::connect::{Database, Tx};
use crate::error::StoreError;
use crate::ledger::Ledger;
use crate::time::{at, json, millis, name, named, parse, request_id};

/// A link of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LetterLink {
    /// address, http or https
    pub address: String,
    /// its host
    pub host: String,
    /// the other host that its text names; empty if none
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pretends: String,
    /// where it is a large attachment: who keeps it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub large: Option<hongyan_model::mail::Keeper>,
}

/// A letter as it is kept: not its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// name of the sender; may be empty
    pub from_name: String,
    /// address of the sender; may be empty
    pub from_address: String,
    /// subject; may be empty
    pub subject: String,
    /// when it was sent, as it says
    pub sent: Option<Timestamp>,
    /// its links
    #[serde(default)]
    pub links: Vec<LetterLink>,
    /// until when its large attachments are kept
    #[serde(default)]
    pub kept_until: Option<Date>,
}

/// A letter in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLetter {
    /// number of its row
    pub id: i64,
    /// when it was kept
    pub at: Timestamp,
    /// the letter
    pub letter: Letter,
}

/// A file to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// its name, for display; not safe as the name of a file
    pub name: String,
    /// media type
    pub media_type: String,
    /// what it is
    pub kind: FileKind,
    /// SHA-256, hexadecimal
    pub sha256: String,
    /// its content
    pub bytes: Vec<u8>,
}

/// A file in the ledger, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// number of its row
    pub id: i64,
    /// the request that it came for
    pub request: RequestId,
    /// its name, for display
    pub name: String,
    /// media type
    pub media_type: String,
    /// what it is
    pub kind: FileKind,
    /// bytes
    pub size: u64,
    /// when it was kept
    pub at: Timestamp,
    /// name of its encrypted file; empty where the ledger is in memory
    blob: String,
}

#[derive(sqlx::FromRow)]
struct Raw {
    id: i64,
    request: String,
    name: String,
    media_type: String,
    kind: String,
    size: i64,
    at: i64,
    blob: String,
}

impl Raw {
    fn decode(self) -> Result<KeptFile, StoreError> {
        Ok(KeptFile {
            id: self.id,
            request: request_id(&self.request)?,
            name: self.name,
            media_type: self.media_type,
            kind: named("kind of file", self.kind)?,
            size: self.size.unsigned_abs(),
            at: at(self.at)?,
            blob: self.blob,
        })
    }
}

/// A file that is encrypted already and waits for its row.
#[derive(Debug)]
pub struct Prepared {
    file: NewFile,
    blob: String,
}

impl Ledger {
    /// The encrypted files beside the ledger; none in memory.
    pub fn blobs(&self) -> Option<Blobs> {
        let database: &Database = self.database();
        database.file().map(|(path, key)| Blobs::beside(path, key))
    }

    /// Writes files encrypted beside the ledger, before the transaction that names them: [`Tx::add_file`]. If that
    /// never comes, [`Ledger::sweep_files`] deletes them.
    ///
    /// # Errors
    /// [`StoreError`] when a file cannot be written.
    pub async fn prepare_files(&self, files: Vec<NewFile>) -> Result<Vec<Prepared>, StoreError> {
        let Some(blobs) = self.blobs() else {
            return Ok(files.into_iter().map(|file| Prepared { file, blob: String::new() }).collect());
        };
        let mut prepared = Vec::with_capacity(files.len());
        let mut tx = self.write().await?;
        for file in files {
            let blob = Blobs::new_name()?;
            // known before it exists, so that a program that is killed leaves nothing that nobody knows
            sqlx::query("INSERT INTO blobs_gone (blob) VALUES (?)").bind(&blob).execute(tx.conn()).await?;
            prepared.push(Prepared { file, blob });
        }
        tx.commit().await?;
        let written = tokio::task::spawn_blocking(move || {
            for one in &prepared {
                blobs.put(&one.blob, &one.file.bytes)?;
            }
            Ok::<_, StoreError>(prepared)
        });
        written.await.map_err(|error| StoreError::Other(error.to_string()))?
    }

    /// The content of a kept file.
    ///
    /// # Errors
    /// `Missing`, `Damaged`; `Store` when it cannot be read now.
    pub async fn file_content(&self, file: &KeptFile) -> Result<Vec<u8>, BlobError> {
        match self.blobs() {
            Some(blobs) if !file.blob.is_empty() => {
                let blob = file.blob.clone();
                let read = tokio::task::spawn_blocking(move || blobs.get(&blob));
                read.await.map_err(|error| StoreError::Other(error.to_string()))?
            }
            _ => {
                let mut tx = self.read().await?;
                let content: Option<Vec<u8>> = sqlx::query_scalar("SELECT content FROM files WHERE id = ?")
                    .bind(file.id)
                    .fetch_optional(tx.conn())
                    .await
                    .map_err(StoreError::from)?;
                content.ok_or(BlobError::Missing)
            }
        }
    }

    /// Deletes the encrypted files of rows that are gone, and those that never got a row.
    ///
    /// # Errors
    /// [`StoreError`] when the ledger cannot be read or written; a file that cannot be deleted now stays known.
    pub async fn sweep_files(&self) -> Result<(), StoreError> {
        let Some(blobs) = self.blobs() else { return Ok(()) };
        let gone: Vec<String> = {
            let mut tx = self.read().await?;
            sqlx::query_scalar("SELECT blob FROM blobs_gone WHERE blob NOT IN (SELECT blob FROM files)")
                .fetch_all(tx.conn())
                .await?
        };
        if gone.is_empty() {
            return Ok(());
        }
        let removed = tokio::task::spawn_blocking(move || -> Vec<String> {
            gone.into_iter().filter(|blob| blobs.remove(blob).is_ok()).collect()
        });
        let removed = removed.await.map_err(|error| StoreError::Other(error.to_string()))?;
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM blobs_gone WHERE blob IN (SELECT value FROM json_each(?))")
            .bind(json("blobs", &removed)?)
            .execute(tx.conn())
            .await?;
        tx.commit().await
    }
}

impl Tx {
    /// Keeps a letter with a request.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn add_letter(
        &mut self,
        request: RequestId,
        letter: &Letter,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = json("letter", letter)?;
        // the same letter once
        let known: Option<i64> =
            sqlx::query_scalar("SELECT id FROM letters WHERE request = ? AND letter = ?")
                .bind(request.to_string())
                .bind(&text)
                .fetch_optional(self.conn())
                .await?;
        if known.is_none() {
            sqlx::query("INSERT INTO letters (request, at, letter) VALUES (?, ?, ?)")
                .bind(request.to_string())
                .bind(millis(now))
                .bind(text)
                .execute(self.conn())
                .await?;
        }
        Ok(())
    }

    /// The letters of a request, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn letters(&mut self, request: RequestId) -> Result<Vec<KeptLetter>, StoreError> {
        let rows: Vec<(i64, i64, String)> =
            sqlx::query_as("SELECT id, at, letter FROM letters WHERE request = ? ORDER BY id")
                .bind(request.to_string())
                .fetch_all(self.conn())
                .await?;
        let read = |(id, kept, letter): (i64, i64, String)| {
            Ok(KeptLetter { id, at: at(kept)?, letter: parse("letter", &letter)? })
        };
        rows.into_iter().map(read).collect()
    }

    /// The letters of all requests whose large attachments are kept until this day or a later one.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn letters_that_end(&mut self, from: Date) -> Result<Vec<(RequestId, KeptLetter)>, StoreError> {
        // dates as text are in their order
        let rows: Vec<(String, i64, i64, String)> = sqlx::query_as(
            "SELECT request, id, at, letter FROM letters
             WHERE json_extract(letter, '$.keptUntil') >= ? ORDER BY id",
        )
        .bind(from.to_string())
        .fetch_all(self.conn())
        .await?;
        let read = |(request, id, kept, letter): (String, i64, i64, String)| {
            let letter = KeptLetter { id, at: at(kept)?, letter: parse("letter", &letter)? };
            Ok((request_id(&request)?, letter))
        };
        rows.into_iter().map(read).collect()
    }

    /// Keeps a file with a request. One that is there already, by its digest, is not kept twice; returns whether it
    /// is new.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn add_file(
        &mut self,
        request: RequestId,
        file: &Prepared,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Prepared { file, blob } = file;
        let content = if blob.is_empty() { file.bytes.as_slice() } else { &[] };
        let kept = sqlx::query(
            "INSERT INTO files (request, name, media_type, kind, size, sha256, blob, content, at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (request, sha256) DO NOTHING",
        )
        .bind(request.to_string())
        .bind(&file.name)
        .bind(&file.media_type)
        .bind(name("kind of file", &file.kind)?)
        .bind(i64::try_from(file.bytes.len()).unwrap_or(i64::MAX))
        .bind(&file.sha256)
        .bind(blob)
        .bind(content)
        .bind(millis(now))
        .execute(self.conn())
        .await?;
        if kept.rows_affected() > 0 {
            sqlx::query("DELETE FROM blobs_gone WHERE blob = ?").bind(blob).execute(self.conn()).await?;
        }
        Ok(kept.rows_affected() > 0)
    }

    /// The files of a request, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn files(&mut self, request: RequestId) -> Result<Vec<KeptFile>, StoreError> {
        let rows: Vec<Raw> = sqlx::query_as(
            "SELECT id, request, name, media_type, kind, size, at, blob FROM files WHERE request = ? ORDER BY id",
        )
        .bind(request.to_string())
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(Raw::decode).collect()
    }

    /// All files, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn all_files(&mut self) -> Result<Vec<KeptFile>, StoreError> {
        let rows: Vec<Raw> = sqlx::query_as(
            "SELECT id, request, name, media_type, kind, size, at, blob FROM files ORDER BY id",
        )
        .fetch_all(self.conn())
        .await?;
        rows.into_iter().map(Raw::decode).collect()
    }

    /// One file; none if there is no such number.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn file(&mut self, id: i64) -> Result<Option<KeptFile>, StoreError> {
        let row: Option<Raw> = sqlx::query_as(
            "SELECT id, request, name, media_type, kind, size, at, blob FROM files WHERE id = ?",
        )
        .bind(id)
        .fetch_optional(self.conn())
        .await?;
        row.map(Raw::decode).transpose()
    }

    /// Forgets a file; its encrypted content is deleted by [`Ledger::sweep_files`].
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn remove_kept_file(&mut self, id: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM files WHERE id = ?").bind(id).execute(self.conn()).await?;
        Ok(())
    }
}
