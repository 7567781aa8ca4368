//! Opens the sandbox's database.

use std::path::Path;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use uuid::Uuid;

/// Columns added after the first version; demo data from before lack them.
const ADDED: [(&str, &str); 7] = [
    ("requests", "condition TEXT"),
    ("requests", "renewal TEXT"),
    ("requests", "succeeded_by TEXT"),
    ("requests", "newer TEXT"),
    ("events", "kind TEXT NOT NULL DEFAULT 'moved'"),
    ("events", "message TEXT"),
    ("events", "change INTEGER NOT NULL DEFAULT 0"),
];

/// Opens or creates the database in a file below `dir` or in memory. The pool has exactly one connection that
/// is never closed, because `:memory:` lives only as long as its connection.
pub(crate) async fn open(dir: Option<&Path>) -> Result<SqlitePool, sqlx::Error> {
    let options = match dir {
        Some(dir) => SqliteConnectOptions::new().filename(dir.join("sandbox.db")).create_if_missing(true),
        None => SqliteConnectOptions::new().in_memory(true),
    };
    let pool = SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    sqlx::raw_sql(include_str!("schema.sql")).execute(&pool).await?;
    for (table, column) in ADDED {
        let there: bool = sqlx::query_scalar("SELECT count(*) > 0 FROM pragma_table_info(?) WHERE name = ?")
            .bind(table)
            .bind(column.split(' ').next().unwrap_or_default())
            .fetch_one(&pool)
            .await?;
        if !there {
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!("ALTER TABLE {table} ADD COLUMN {column}")))
                .execute(&pool)
                .await?;
        }
    }
    sqlx::raw_sql(include_str!("view.sql")).execute(&pool).await?;
    sqlx::query("INSERT OR IGNORE INTO meta (key, value) VALUES ('epoch', ?)")
        .bind(Uuid::new_v4().simple().to_string())
        .execute(&pool)
        .await?;
    Ok(pool)
}
