//! Merges from another copy of the ledger what this one lacks and the platform cannot supply: forms, and
//! requests that are not known to have arrived there.

use std::collections::BTreeSet;
use std::path::Path;

use futures_util::TryStreamExt as _;
use hongyan_model::RequestId;
use hongyan_model::log::Logged as _;
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;

use crate::connect::Tx;
use crate::error::StoreError;
use crate::key::Key;
use crate::time::request_id;

/// Result of a merge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Merged {
    /// forms and requests that were copied
    pub(crate) taken: BTreeSet<RequestId>,
    /// ids that the other file lists but whose rows cannot be read
    pub(crate) unreadable: BTreeSet<RequestId>,
    /// the other file could not be read to its end; it may have had more
    pub(crate) cut: bool,
}

/// Merges from the file at `other`, which may be damaged: rows that cannot be read are skipped.
///
/// # Errors
/// `DiskFull` or `Io` of this side's file.
pub(crate) async fn take_over(tx: &mut Tx, other: &Path, key: &Key) -> Result<Merged, StoreError> {
    let mut other = Other::of(other, key)?;
    let mut merged = Merged::default();
    let connection = tx.conn();
    if other.attach(connection).await.is_err() {
        merged.cut = true;
        return Ok(merged);
    }
    let outcome = all(connection, &mut other, &mut merged).await;
    other.detach(connection).await;
    outcome?;
    for id in &merged.taken {
        match tx.request(*id).await {
            // assigns its position in the history, which lists depend on
            Ok(Some(record)) => tx.put_request(&record).await?,
            // a form, or a row that does not parse
            Ok(None) | Err(StoreError::Row { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(merged)
}

/// The other file. After a page that does not verify, SQLCipher fails every later read, so the file is
/// attached again each time.
struct Other {
    name: String,
    attach: String,
}

impl Other {
    fn of(path: &Path, key: &Key) -> Result<Other, StoreError> {
        let name = path
            .to_str()
            .ok_or_else(|| StoreError::Other("the directory's name is not Unicode".to_owned()))?
            .to_owned();
        Ok(Other { name, attach: format!("ATTACH ? AS other KEY {}", key.pragma()) })
    }

    async fn attach(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query(AssertSqlSafe(self.attach.clone())).bind(&self.name).execute(connection).await.map(drop)
    }

    async fn detach(&mut self, connection: &mut SqliteConnection) {
        // on error the file stays attached until the connection closes
        let _ = sqlx::raw_sql("DETACH other").execute(connection).await;
    }

    /// Attaches the file again after a page that did not verify. False when that fails.
    async fn again(&mut self, connection: &mut SqliteConnection) -> bool {
        // an open transaction would keep the file attached
        let _ = sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await;
        self.detach(connection).await;
        match self.attach(connection).await {
            Ok(()) => true,
            Err(error) => {
                let error = StoreError::from(error);
                tracing::info!(error = %error.logged(), "The other file cannot be read any further.");
                false
            }
        }
    }
}

async fn all(
    connection: &mut SqliteConnection,
    other: &mut Other,
    merged: &mut Merged,
) -> Result<(), StoreError> {
    let requests = ids(connection, other, ("outbox", "request"), merged).await?;
    for id in &requests {
        if !is_known(connection, id).await? && !keep(connection, other, id, &REQUEST, merged).await? {
            return Ok(());
        }
    }
    let drafts = ids(connection, other, ("drafts", "id"), merged).await?;
    for id in drafts.difference(&requests) {
        let wanted = !is_known(connection, id).await? && is_newer(connection, other, id).await?;
        if wanted && !keep(connection, other, id, &DRAFT, merged).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// The ids in a column, read from both ends, so that one bad page hides only itself.
async fn ids(
    connection: &mut SqliteConnection,
    other: &mut Other,
    (table, column): (&str, &str),
    merged: &mut Merged,
) -> Result<BTreeSet<String>, StoreError> {
    let mut found = BTreeSet::new();
    for order in ["ASC", "DESC"] {
        let sql = format!("SELECT {column} FROM other.{table} ORDER BY rowid {order}");
        let ended = {
            let mut rows = sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)).fetch(&mut *connection);
            loop {
                match rows.try_next().await {
                    Ok(Some(id)) => {
                        found.insert(id);
                    }
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            }
        };
        let Err(error) = ended.map_err(StoreError::from) else { break };
        tracing::info!(error = %error.logged(), table, "The other file cannot be read to its end.");
        merged.cut = true;
        if !other.again(connection).await {
            break;
        }
    }
    Ok(found)
}

/// Whether this side knows the outcome of the request.
async fn is_known(connection: &mut SqliteConnection, id: &str) -> Result<bool, StoreError> {
    let known: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM main.requests WHERE id = ?1 UNION ALL SELECT 1 FROM main.tombstones WHERE id = ?1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(known.is_some())
}

/// Whether the other side's form was saved later than this side's, or the two cannot be compared.
async fn is_newer(
    connection: &mut SqliteConnection,
    other: &mut Other,
    id: &str,
) -> Result<bool, StoreError> {
    let here: Option<i64> = sqlx::query_scalar("SELECT updated_at FROM main.drafts WHERE id = ?")
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    let there: Result<Option<i64>, _> =
        sqlx::query_scalar("SELECT updated_at FROM other.drafts WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *connection)
            .await;
    Ok(match (here, there) {
        (Some(here), Ok(Some(there))) => there > here,
        (_, Ok(None)) => false,
        (_, Ok(_)) => true,
        (_, Err(_)) => other.again(connection).await,
    })
}

/// Columns that both sides have; the other file may have another schema version.
async fn columns(connection: &mut SqliteConnection, table: &str) -> Result<String, sqlx::Error> {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT a.name FROM pragma_table_info(?1, 'main') a JOIN pragma_table_info(?1, 'other') b USING (name)",
    )
    .bind(table)
    .fetch_all(&mut *connection)
    .await?;
    Ok(names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "))
}

/// A table that belongs to a request or draft: table, id column, columns that are not copied.
type Part = (&'static str, &'static str, &'static [&'static str]);
const REQUEST: [Part; 4] = [
    ("requests", "id", &["n", "mark"]),
    ("request_identifiers", "request", &[]),
    ("local_events", "request", &["id"]),
    ("outbox", "request", &["id", "depends_on"]),
];
const DRAFT: [Part; 1] = [("drafts", "id", &[])];

/// Copies a request or draft with all that belongs to it, or nothing. False when the other file can no
/// longer be read.
async fn keep(
    connection: &mut SqliteConnection,
    other: &mut Other,
    id: &str,
    parts: &[Part],
    merged: &mut Merged,
) -> Result<bool, StoreError> {
    sqlx::raw_sql("SAVEPOINT one").execute(&mut *connection).await?;
    let mut outcome = Ok(());
    for part in parts {
        outcome = copy(connection, id, part).await;
        if outcome.is_err() {
            break;
        }
    }
    if outcome.is_ok() && columns(connection, "requests").await?.contains("\"mark\"") {
        // it may stand on a slip or in a mail; if another request has it here, this one gets another
        let mark = "UPDATE OR IGNORE main.requests SET mark = (SELECT mark FROM other.requests WHERE id = ?1)
                    WHERE id = ?1";
        outcome = sqlx::query(mark).bind(id).execute(&mut *connection).await.map(drop);
    }
    if outcome.is_ok() {
        // it may have been sent since the other file was written, so the platform is asked first
        let doubt = "UPDATE main.outbox SET state = 'unknown', waits = '', not_before = 0, absent = 0
                     WHERE request = ? AND state IN ('queued', 'sending')";
        outcome = sqlx::query(doubt).bind(id).execute(&mut *connection).await.map(drop);
    }
    let known = request_id(id)?;
    match outcome {
        Ok(()) => {
            sqlx::raw_sql("RELEASE one").execute(&mut *connection).await?;
            merged.taken.insert(known);
            Ok(true)
        }
        Err(error) => {
            // fails if the error has already ended the transaction
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await;
            match StoreError::from(error) {
                ours @ (StoreError::DiskFull | StoreError::ReadOnly(_)) => Err(ours),
                error => {
                    tracing::info!(error = %error.logged(), %id, "One of the other file cannot be read.");
                    merged.unreadable.insert(known);
                    merged.cut = true;
                    Ok(other.again(connection).await)
                }
            }
        }
    }
}

async fn copy(connection: &mut SqliteConnection, id: &str, part: &Part) -> Result<(), sqlx::Error> {
    let (table, column, left_out) = part;
    let both = columns(connection, table).await?;
    let taken: Vec<&str> =
        both.split(", ").filter(|name| !left_out.contains(&name.trim_matches('"'))).collect();
    let taken = taken.join(", ");
    let sql = format!(
        "INSERT OR REPLACE INTO main.{table} ({taken}) SELECT {taken} FROM other.{table} WHERE {column} = ?"
    );
    let done = sqlx::query(AssertSqlSafe(sql)).bind(id).execute(&mut *connection).await?;
    if done.rows_affected() == 0 && matches!(*table, "requests" | "drafts") {
        return Err(sqlx::Error::RowNotFound);
    }
    Ok(())
}
