//! `cache.db`: past searches with their results. May be deleted at any time. `answers.rs` has the other
//! tables of the file.

use std::path::Path;
use std::sync::Arc;

use hongyan_model::{Query, Record};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteRow;

use crate::connect::{Database, remove};
use crate::error::StoreError;
use crate::key::Key;
use crate::time::{at, json, millis, parse};

/// File name in the data directory.
const FILE: &str = "cache.db";

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/cache");

/// Handle of the open cache. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cache {
    database: Database,
}

/// A stored search.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptSearch {
    /// id of the search
    pub id: String,
    /// text as typed
    pub text: String,
    /// the parsed query
    pub query: Query,
    /// time of the search, in milliseconds
    pub searched_at: Timestamp,
    /// number of works found
    pub works: u32,
    /// result per source, as JSON of the caller
    pub sources: String,
}

/// A stored record of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptRecord {
    /// id of the source
    pub source: String,
    /// index in the source's order, from 0
    pub position: u32,
    /// the record as the source gave it
    pub record: Arc<Record>,
}

impl Cache {
    /// Opens or creates `cache.db` in a directory; replaces a file that cannot be opened.
    ///
    /// # Errors
    /// `DiskFull`, `ReadOnly` or `Locked` when a new file cannot be created, as in
    /// [`Database::open_or_remake`].
    pub async fn open(dir: &Path, key: &Key) -> Result<Cache, StoreError> {
        Ok(Cache { database: Database::open_or_remake(&dir.join(FILE), key, &MIGRATIONS).await? })
    }

    /// Marks the file, so that the next opening verifies every page. Call it after a read error.
    ///
    /// # Errors
    /// [`StoreError`] when the mark cannot be written to the directory.
    pub fn mark_suspect(dir: &Path) -> Result<(), StoreError> {
        crate::restore::mark_suspect(&dir.join(FILE))
    }

    /// A cache in memory, lost when it is dropped.
    ///
    /// # Errors
    /// `StoreError` when memory is exhausted or a migration fails.
    pub async fn in_memory() -> Result<Cache, StoreError> {
        Ok(Cache { database: Database::in_memory(&MIGRATIONS).await? })
    }

    /// Deletes the file and everything beside it. Close it first.
    ///
    /// # Errors
    /// `ReadOnly` or `Other` when a file cannot be removed.
    pub fn remove(dir: &Path) -> Result<(), StoreError> {
        remove(&dir.join(FILE))
    }

    /// The underlying database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Stores a search with its records from index `from` on (0 replaces all), and deletes the oldest
    /// searches beyond `most`. One transaction.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction fails (disk full, read-only file, I/O error); nothing changed
    /// then.
    pub async fn keep(
        &self,
        search: &KeptSearch,
        records: &[KeptRecord],
        from: usize,
        most: usize,
    ) -> Result<(), StoreError> {
        let query = json("search", &search.query)?;
        let mut tx = self.database.write().await?;
        sqlx::query(
            "INSERT INTO searches (id, text, query, searched_at, works, sources) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET works = excluded.works, sources = excluded.sources",
        )
        .bind(&search.id)
        .bind(&search.text)
        .bind(query)
        .bind(millis(search.searched_at))
        .bind(search.works)
        .bind(&search.sources)
        .execute(tx.conn())
        .await?;
        if from == 0 {
            sqlx::query("DELETE FROM records WHERE search_id = ?")
                .bind(&search.id)
                .execute(tx.conn())
                .await?;
        }
        for (n, kept) in records.iter().enumerate() {
            let record = json("record", &*kept.record)?;
            sqlx::query(
                "INSERT INTO records (search_id, n, source, position, record) VALUES (?, ?, ?, ?, ?)",
            )
            .bind(&search.id)
            .bind(number(from + n))
            .bind(&kept.source)
            .bind(kept.position)
            .bind(record)
            .execute(tx.conn())
            .await?;
        }
        sqlx::query(
            "DELETE FROM searches WHERE id NOT IN
             (SELECT id FROM searches ORDER BY searched_at DESC, id LIMIT ?)",
        )
        .bind(number(most))
        .execute(tx.conn())
        .await?;
        tx.commit().await
    }

    /// A search with its records in order of arrival; none if it is not stored. Records that do not parse
    /// are skipped.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read; `Row` when the search itself does not parse.
    pub async fn load(&self, id: &str) -> Result<Option<(KeptSearch, Vec<KeptRecord>)>, StoreError> {
        let mut tx = self.database.read().await?;
        let sql = "SELECT id, text, query, searched_at, works, sources FROM searches WHERE id = ?";
        let Some(row) = sqlx::query(sql).bind(id).fetch_optional(tx.conn()).await? else { return Ok(None) };
        let search = search(&row)?;
        let sql = "SELECT source, position, record FROM records WHERE search_id = ? ORDER BY n";
        let rows = sqlx::query(sql).bind(id).fetch_all(tx.conn()).await?;
        let records = rows.iter().filter_map(|row| record(row).ok()).collect();
        Ok(Some((search, records)))
    }

    /// The stored searches, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn recent(&self, most: usize) -> Result<Vec<KeptSearch>, StoreError> {
        let mut tx = self.database.read().await?;
        let sql = "SELECT id, text, query, searched_at, works, sources FROM searches
                   ORDER BY searched_at DESC, id LIMIT ?";
        let rows = sqlx::query(sql).bind(number(most)).fetch_all(tx.conn()).await?;
        Ok(rows.iter().filter_map(|row| search(row).ok()).collect())
    }

    /// Deletes all searches, and the cached responses, which reveal what was searched.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn forget(&self) -> Result<(), StoreError> {
        let mut tx = self.database.write().await?;
        sqlx::query("DELETE FROM records").execute(tx.conn()).await?;
        sqlx::query("DELETE FROM searches").execute(tx.conn()).await?;
        sqlx::query("DELETE FROM answers").execute(tx.conn()).await?;
        tx.commit().await
    }

    /// Closes the file; later calls fail with `Closed`.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn search(row: &SqliteRow) -> Result<KeptSearch, StoreError> {
    let query: String = row.try_get("query")?;
    Ok(KeptSearch {
        id: row.try_get("id")?,
        text: row.try_get("text")?,
        query: parse("search", &query)?,
        searched_at: at(row.try_get("searched_at")?)?,
        works: row.try_get("works")?,
        sources: row.try_get("sources")?,
    })
}

fn record(row: &SqliteRow) -> Result<KeptRecord, StoreError> {
    let record: String = row.try_get("record")?;
    Ok(KeptRecord {
        source: row.try_get("source")?,
        position: row.try_get("position")?,
        record: Arc::new(parse("record", &record)?),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hongyan_model::{Query, Record};

    use super::{Cache, KeptRecord, KeptSearch};
    use crate::key::Key;

    fn search(n: u32) -> KeptSearch {
        KeptSearch {
            id: format!("s{n}"),
            text: "紅樓夢".into(),
            query: Query::from_box("紅樓夢"),
            searched_at: format!("2026-03-01T00:00:{n:02}Z").parse().unwrap(),
            works: n,
            sources: "[]".into(),
        }
    }

    fn record(n: u32) -> KeptRecord {
        let record = Record { id: n.to_string(), title: "红楼梦".into(), ..Record::default() };
        KeptRecord { source: "calis".into(), position: n, record: Arc::new(record) }
    }

    #[tokio::test]
    async fn kept_bit_by_bit_and_read_back_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let key = Key::random().unwrap();
        let cache = Cache::open(dir.path(), &key).await.unwrap();
        cache.keep(&search(1), &[record(0), record(1)], 0, 30).await.unwrap();
        cache.keep(&KeptSearch { works: 3, ..search(1) }, &[record(2)], 2, 30).await.unwrap();
        cache.close().await;
        let cache = Cache::open(dir.path(), &key).await.unwrap();
        let (kept, records) = cache.load("s1").await.unwrap().unwrap();
        assert_eq!(kept, KeptSearch { works: 3, ..search(1) });
        assert_eq!(records, [record(0), record(1), record(2)]);
        cache.keep(&search(1), &[record(7)], 0, 30).await.unwrap();
        assert_eq!(cache.load("s1").await.unwrap().unwrap().1, [record(7)]);
        assert_eq!(cache.load("s2").await.unwrap(), None);
    }

    #[tokio::test]
    async fn the_oldest_go_with_their_records() {
        let cache = Cache::in_memory().await.unwrap();
        for n in 1..=5 {
            cache.keep(&search(n), &[record(n)], 0, 3).await.unwrap();
        }
        let recent: Vec<String> = cache.recent(10).await.unwrap().into_iter().map(|s| s.id).collect();
        assert_eq!(recent, ["s5", "s4", "s3"]);
        assert_eq!(cache.load("s1").await.unwrap(), None);
        cache.forget().await.unwrap();
        assert!(cache.recent(10).await.unwrap().is_empty());
        assert_eq!(cache.load("s5").await.unwrap(), None);
    }
}
