//! Tables `answers` and `source_health` of the cache: responses of sources, and the state of their
//! circuit breakers.

use jiff::Timestamp;
use sqlx::Row;

use crate::cache::Cache;
use crate::error::StoreError;
use crate::time::millis;

/// A cached response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedResponse {
    /// metadata, as JSON of the caller
    pub head: String,
    /// body, decompressed
    pub body: Vec<u8>,
}

impl Cache {
    /// A cached response, marked as used now; none if it is not cached.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read, or the time of use cannot be written.
    pub async fn response(&self, key: &str, now: Timestamp) -> Result<Option<CachedResponse>, StoreError> {
        let mut tx = self.database().write().await?;
        let row = sqlx::query("UPDATE answers SET used_at = ? WHERE key = ? RETURNING head, body")
            .bind(millis(now))
            .bind(key)
            .fetch_optional(tx.conn())
            .await?;
        let kept = match row {
            Some(row) => Some(CachedResponse { head: row.try_get("head")?, body: row.try_get("body")? }),
            None => None,
        };
        tx.commit().await?;
        Ok(kept)
    }

    /// Caches a response, replacing an older one, and evicts the least recently used until the total size
    /// is at most `most` bytes. A response larger than an eighth of `most` is not cached, because it
    /// would evict many others.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn put_response(
        &self,
        key: &str,
        answer: &CachedResponse,
        now: Timestamp,
        most: u64,
    ) -> Result<(), StoreError> {
        let size = i64::try_from(answer.head.len() + answer.body.len()).unwrap_or(i64::MAX);
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut tx = self.database().write().await?;
        if size > most / 8 {
            sqlx::query("DELETE FROM answers WHERE key = ?").bind(key).execute(tx.conn()).await?;
            return tx.commit().await;
        }
        sqlx::query(
            "INSERT INTO answers (key, head, body, size, used_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (key) DO UPDATE SET head = excluded.head, body = excluded.body,
                 size = excluded.size, used_at = excluded.used_at",
        )
        .bind(key)
        .bind(&answer.head)
        .bind(&answer.body)
        .bind(size)
        .bind(millis(now))
        .execute(tx.conn())
        .await?;
        sqlx::query(
            "DELETE FROM answers WHERE key IN (SELECT key FROM (
                 SELECT key, sum(size) OVER (ORDER BY used_at DESC, key) AS total FROM answers
             ) WHERE total > ?)",
        )
        .bind(most)
        .execute(tx.conn())
        .await?;
        tx.commit().await
    }

    /// Removes a cached response.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn remove_response(&self, key: &str) -> Result<(), StoreError> {
        let mut tx = self.database().write().await?;
        sqlx::query("DELETE FROM answers WHERE key = ?").bind(key).execute(tx.conn()).await?;
        tx.commit().await
    }

    /// Health of the sources: (source id, JSON of the caller).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn health(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut tx = self.database().read().await?;
        let rows = sqlx::query("SELECT source, health FROM source_health").fetch_all(tx.conn()).await?;
        rows.iter().map(|row| Ok((row.try_get("source")?, row.try_get("health")?))).collect()
    }

    /// Stores the health of a source.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn keep_health(&self, source: &str, health: &str) -> Result<(), StoreError> {
        let mut tx = self.database().write().await?;
        sqlx::query(
            "INSERT INTO source_health (source, health) VALUES (?, ?)
             ON CONFLICT (source) DO UPDATE SET health = excluded.health",
        )
        .bind(source)
        .bind(health)
        .execute(tx.conn())
        .await?;
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::CachedResponse;
    use crate::Cache;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn answer(size: usize) -> CachedResponse {
        CachedResponse { head: "{}".into(), body: "书".repeat(size / 3).into_bytes() }
    }

    #[tokio::test]
    async fn the_least_recently_used_answers_go() {
        let cache = Cache::in_memory().await.unwrap();
        for (n, key) in ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"].into_iter().enumerate() {
            cache.put_response(key, &answer(100), at(n as i64), 900).await.unwrap();
        }
        assert_eq!(cache.response("甲", at(20)).await.unwrap(), Some(answer(100)));
        cache.put_response("壬", &answer(99), at(21), 900).await.unwrap();
        // nine responses of 101 bytes exceed 900, and the one read last is not the one evicted
        assert_eq!(cache.response("乙", at(22)).await.unwrap(), None);
        assert!(cache.response("甲", at(22)).await.unwrap().is_some());
        assert!(cache.response("壬", at(22)).await.unwrap().is_some());
        cache.put_response("大", &answer(800), at(23), 900).await.unwrap();
        assert_eq!(cache.response("大", at(24)).await.unwrap(), None, "too large to keep");
        assert!(cache.response("丙", at(24)).await.unwrap().is_some(), "and nobody went for it");
        cache.remove_response("丙").await.unwrap();
        assert_eq!(cache.response("丙", at(25)).await.unwrap(), None);
    }

    #[tokio::test]
    async fn forgetting_searches_forgets_their_answers_but_not_who_is_ill() {
        let cache = Cache::in_memory().await.unwrap();
        cache.put_response("甲", &answer(30), at(1), 900).await.unwrap();
        cache.keep_health("calis", "{\"failures\":1}").await.unwrap();
        cache.keep_health("calis", "{\"failures\":2}").await.unwrap();
        cache.forget().await.unwrap();
        assert_eq!(cache.response("甲", at(2)).await.unwrap(), None);
        assert_eq!(cache.health().await.unwrap(), [("calis".to_owned(), "{\"failures\":2}".to_owned())]);
    }
}
