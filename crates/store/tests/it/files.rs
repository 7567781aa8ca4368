//! Opening files: keys, versions, damage, full disks, backups before a migration.

use std::path::Path;

use hongyan_model::{Draft, RequestId, Service};
use hongyan_store::outbox::{OutboxTask, Waiting};
use hongyan_store::requests::{Question, Why};
use hongyan_store::{Cache, Database, Durability, Key, Ledger, StoreError};
use jiff::Timestamp;
use sqlx::Connection as _;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use uuid::Uuid;

pub(crate) fn key() -> Key {
    Key::from_bytes(&[7; 32]).unwrap()
}

fn draft(number: u128, title: &str) -> Draft {
    let mut draft = Draft::blank(RequestId(Uuid::from_u128(number)), Service::Loan, Timestamp::UNIX_EPOCH);
    draft.title = title.into();
    draft
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

async fn write(ledger: &Ledger, draft: &Draft) -> Result<(), StoreError> {
    let mut tx = ledger.write().await?;
    tx.save_draft(draft).await?;
    tx.commit().await
}

async fn titles(ledger: &Ledger) -> Vec<String> {
    let drafts = ledger.read().await.unwrap().drafts().await.unwrap();
    drafts.into_iter().map(|draft| draft.title).collect()
}

/// A connection that bypasses `connect`, to damage things.
async fn raw(path: &Path) -> SqliteConnection {
    let hex = "07".repeat(32);
    let options = SqliteConnectOptions::new().filename(path).pragma("key", format!("\"x'{hex}'\""));
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn migrator(dir: &Path, files: &[(&str, &str)]) -> Migrator {
    std::fs::create_dir_all(dir).unwrap();
    for (name, sql) in files {
        std::fs::write(dir.join(name), sql).unwrap();
    }
    Migrator::new(dir.to_owned()).await.unwrap()
}

#[tokio::test]
async fn what_is_committed_is_there_again_and_unreadable_from_outside() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), &key()).await.unwrap();
    write(&ledger, &draft(1, "红楼梦秘密")).await.unwrap();
    let dropped = {
        let mut tx = ledger.write().await.unwrap();
        tx.save_draft(&draft(2, "没有提交")).await.unwrap()
    };
    assert!(dropped);
    ledger.database().close().await;
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let secret = "红楼梦秘密".as_bytes();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret));
        assert!(!bytes.starts_with(b"SQLite format 3"));
    }
    let ledger = Ledger::open(dir.path(), &key()).await.unwrap();
    write(&ledger, &draft(3, "别人不看")).await.unwrap();
    ledger.back_up(Timestamp::UNIX_EPOCH).await.unwrap();
    #[cfg(unix)]
    for entry in std::fs::read_dir(dir.path()).unwrap().flatten() {
        let mode = std::os::unix::fs::PermissionsExt::mode(&entry.metadata().unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "{:?} is open to others", entry.file_name());
    }
    let mut tx = ledger.write().await.unwrap();
    tx.remove_draft(draft(3, "").id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(titles(&ledger).await, ["红楼梦秘密"]);
    ledger.database().close().await;
}

#[tokio::test]
async fn one_connection_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), &key()).await.unwrap();
    let cache = Cache::open(dir.path(), &key()).await.unwrap();
    assert_eq!((ledger.database().connections(), cache.database().connections()), (1, 1));
    let memory = Ledger::in_memory().await.unwrap();
    assert_eq!(memory.database().connections(), 1);
    write(&memory, &draft(1, "只在内存")).await.unwrap();
    assert_eq!(titles(&memory).await, ["只在内存"], "the same database at the second look");
}

#[tokio::test]
async fn another_key_is_told_apart_from_damage_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("hongyan.db");
    let ledger = Ledger::open(dir.path(), &key()).await.unwrap();
    write(&ledger, &draft(1, "围城")).await.unwrap();
    ledger.database().close().await;
    let before = std::fs::read(&file).unwrap();
    let other = Key::random().unwrap();
    assert!(matches!(Ledger::open(dir.path(), &other).await, Err(StoreError::WrongKey)));
    assert_eq!(std::fs::read(&file).unwrap(), before);
    std::fs::write(&file, "垃圾".repeat(4000)).unwrap();
    assert!(matches!(Ledger::open(dir.path(), &key()).await, Err(StoreError::Damaged(_))));
    std::fs::write(&file, before).unwrap();
    assert_eq!(titles(&Ledger::open(dir.path(), &key()).await.unwrap()).await, ["围城"]);
}

#[tokio::test]
async fn a_newer_file_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("hongyan.db");
    Ledger::open(dir.path(), &key()).await.unwrap().database().close().await;
    let mut connection = raw(&file).await;
    sqlx::raw_sql("PRAGMA user_version = 999").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let before = std::fs::read(&file).unwrap();
    assert!(matches!(Ledger::open(dir.path(), &key()).await, Err(StoreError::Newer(999))));
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn damage_after_an_unclean_end_is_found_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("hongyan.db");
    let ledger = Ledger::open(dir.path(), &key()).await.unwrap();
    for number in 0..40 {
        write(&ledger, &draft(number, &"鸿雁传书".repeat(200))).await.unwrap();
    }
    ledger.database().close().await;
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 64] {
        *byte ^= 0xff;
    }
    std::fs::write(&file, bytes).unwrap();
    std::fs::write(dir.path().join("hongyan.db-wal"), b"not empty").unwrap();
    assert!(matches!(Ledger::open(dir.path(), &key()).await, Err(StoreError::Damaged(_))));
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_saved() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), &key()).await.unwrap();
    write(&ledger, &draft(1, "先存好的")).await.unwrap();
    ledger.database().limit_pages(1).await.unwrap(); // the limit is never below the current size
    let mut failed = None;
    for number in 2..200 {
        if let Err(error) = write(&ledger, &draft(number, &"长".repeat(3000))).await {
            failed = Some((number, error));
            break;
        }
    }
    let (number, error) = failed.unwrap();
    assert!(matches!(error, StoreError::DiskFull), "{error}");
    let kept = titles(&ledger).await;
    assert_eq!(kept.len(), usize::try_from(number).unwrap() - 1);
    assert!(kept.contains(&"先存好的".to_owned()));
    ledger.database().limit_pages(1_000_000).await.unwrap();
    write(&ledger, &draft(number, "有空间了")).await.unwrap();
    ledger.database().close().await;
}

#[tokio::test]
async fn before_an_older_file_is_changed_a_copy_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (file, migrations) = (dir.path().join("hongyan.db"), dir.path().join("migrations"));
    let first = ("0001_a.sql", "CREATE TABLE a (text TEXT NOT NULL) STRICT; INSERT INTO a VALUES ('旧的');");
    let old = migrator(&migrations, &[first]).await;
    Database::open(&file, &key(), Durability::Full, &old).await.unwrap().close().await;
    assert!(!file.with_extension("v1.bak").exists());
    let second = ("0002_b.sql", "UPDATE a SET text = '新的';");
    let new = migrator(&migrations, &[first, second]).await;
    Database::open(&file, &key(), Durability::Full, &new).await.unwrap().close().await;

    let copy = file.with_extension("v1.bak");
    assert!(!std::fs::read(&copy).unwrap().starts_with(b"SQLite format 3"), "encrypted as well");
    for (path, expected) in [(&copy, "旧的"), (&file, "新的")] {
        let mut connection = raw(path).await;
        let text: String = sqlx::query_scalar("SELECT text FROM a").fetch_one(&mut connection).await.unwrap();
        assert_eq!(text, expected);
        connection.close().await.unwrap();
    }
    hongyan_store::connect::remove(&file).unwrap();
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["migrations"], "erasing takes the copies, too");
}

/// A ledger of the schema before the migration of this number, open for statements.
pub(crate) async fn before(dir: &Path, migration: &str) -> SqliteConnection {
    let (file, migrations) = (dir.join("hongyan.db"), dir.join("migrations"));
    std::fs::create_dir(&migrations).unwrap();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/ledger")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_str().unwrap() < migration {
            std::fs::copy(entry.path(), migrations.join(entry.file_name())).unwrap();
        }
    }
    let old = Migrator::new(migrations).await.unwrap();
    Database::open(&file, &key(), Durability::Full, &old).await.unwrap().close().await;
    raw(&file).await
}

#[tokio::test]
async fn what_an_older_row_waits_for_is_read_from_its_problem() {
    let dir = tempfile::tempdir().unwrap();
    let mut connection = before(dir.path(), "0013").await;
    let form = serde_json::to_string(&draft(1, "红楼梦")).unwrap();
    // moment, problem, and what it says; as the older program wrote them, and one that nobody can read
    let cases = [
        ("0", "", Waiting::NO),
        (
            "5000",
            r#"{"code":"TIMEOUT","params":{},"detail":"","retry":{"kind":"now"}}"#,
            Waiting::Until(at(5)),
        ),
        (
            "5000",
            r#"{"code":"UNREACHABLE","params":{},"detail":"","retry":{"kind":"whenOnline"}}"#,
            Waiting::Network(at(5)),
        ),
        (
            "5000",
            r#"{"code":"BUSY","params":{},"detail":"","retry":{"kind":"after","seconds":60}}"#,
            Waiting::Platform { until: at(5), asked: 60 },
        ),
        (
            "253370764800000",
            r#"{"code":"STILL_WANTED","params":{"why":"long-ago"},"detail":"","retry":{"kind":"never"}}"#,
            Waiting::Patron,
        ),
        ("253370764800000", "{不完整", Waiting::Patron),
        ("5000", "{不完整", Waiting::Until(at(5))),
    ];
    let mut requests = Vec::new();
    for (number, (moment, problem, _)) in (1_u128..).zip(&cases) {
        let request = draft(number, "").id;
        requests.push(request);
        let sql = "INSERT INTO requests (id, draft, state, problem, created_at, updated_at, n)
                   VALUES (?, ?, 'QUEUED', ?, 5, 5, ?)";
        sqlx::query(sql)
            .bind(request.to_string())
            .bind(&form)
            .bind(problem)
            .bind(number as i64 * 16)
            .execute(&mut connection)
            .await
            .unwrap();
        let sql =
            "INSERT INTO outbox (request, kind, payload, sha256, state, not_before, problem, created_at)
                   VALUES (?, 'submit', ?, '', 'queued', ?, ?, 5)";
        let offline = number % 2 == 0;
        sqlx::query(sql)
            .bind(request.to_string())
            .bind(format!(r#"{{"client":{{"offlineQueued":{offline}}},"title":"红楼梦"}}"#).into_bytes())
            .bind(moment.parse::<i64>().unwrap())
            .bind(problem)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    let answered =
        r#"{"code":"UNCONFIRMED","params":{"answered":"true"},"detail":"","retry":{"kind":"never"}}"#;
    sqlx::query("UPDATE requests SET problem = ? WHERE id = ?")
        .bind(answered)
        .bind(requests[0].to_string())
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();

    let ledger = Ledger::open(dir.path(), &key()).await.unwrap();
    let mut tx = ledger.write().await.unwrap();
    let rows = tx.outbox().await.unwrap();
    for (row, (_, problem, waiting)) in rows.iter().zip(&cases) {
        assert_eq!(row.waiting, *waiting, "{problem}");
        let OutboxTask::Submit { offline, .. } = row.task else { panic!("{row:?}") };
        assert_eq!(offline, row.id % 2 == 0);
    }
    let asked: Vec<_> = {
        let mut asked = Vec::new();
        for id in &requests {
            asked.push(tx.request(*id).await.unwrap().unwrap().question);
        }
        asked
    };
    let still = Some(Question::open(Why::StillWanted));
    let done = Some(Question { why: Why::Unconfirmed, answered: true });
    assert_eq!(asked, [done, None, None, None, still, None, None]);
    // and what is written now is read again
    for (mut row, (_, _, waiting)) in rows.into_iter().rev().zip(&cases) {
        row.waiting = *waiting;
        tx.put_outbox(&row).await.unwrap();
        assert_eq!(tx.outbox_row(row.id).await.unwrap().unwrap(), row);
    }
}

#[tokio::test]
async fn an_older_log_of_events_is_the_same_log_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let mut connection = before(dir.path(), "0008").await;
    let id = draft(1, "").id;
    // as the older version wrote them, including empty members
    let sql = r#"INSERT INTO requests (id, draft, state, created_at, updated_at, n) VALUES (?1, '', 'SHIPPED', 5, 5, 80);
        INSERT INTO events (id, request, at, event) VALUES ('乙', ?1, 7, '{"id":"乙","at":"1970-01-01T00:00:00.007Z",
            "fromState":null,"toState":"SHIPPED","actor":"supplier","note":"","kind":"moved"}');
        INSERT INTO events (id, request, at, event) VALUES ('甲', ?1, 6, '{"id":"甲","at":"1970-01-01T00:00:00.006Z",
            "fromState":null,"toState":"WILL_SUPPLY","actor":"supplier","note":"有","kind":"moved"}');"#;
    for statement in sql.split(';').filter(|statement| !statement.trim().is_empty()) {
        sqlx::query(statement).bind(id.to_string()).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();

    let ledger = Ledger::open(dir.path(), &key()).await.unwrap();
    let mut tx = ledger.write().await.unwrap();
    let events = tx.events(id).await.unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.id.as_str(), event.note.as_str())).collect();
    assert_eq!(told, [("甲", "有"), ("乙", "")]);
    assert!(!tx.add_event(id, &events[0]).await.unwrap(), "each once, ever");
    tx.remove_request(id).await.unwrap();
    assert!(tx.events(id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_broken_cache_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("cache.db"), "不是数据库".repeat(1000)).unwrap();
    let cache = Cache::open(dir.path(), &key()).await.unwrap();
    cache.database().close().await;
    let other = Key::random().unwrap();
    Cache::open(dir.path(), &other).await.unwrap().database().close().await;
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("没有");
    std::fs::write(&file, "a file where a directory should be").unwrap();
    assert!(Ledger::open(&file, &key()).await.is_err());
}
