//! R9: every released schema is migrated, and the migration is interrupted at every change of the files.
//! A killed program leaves what its writes have reached, so the files are copied before each write and
//! opened from there. A file of a newer version is rejected and not changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use hongyan_store::{Database, Durability, Ledger, Loss, StoreError};
use sqlx::migrate::{Migration, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::chance::Chance;
use crate::disk::Disk;
use crate::ledger::{Content, MIGRATIONS, at, content, copy_files, form, fresh, id, key};
use crate::outcome::Outcome;

/// Number of forms and of requests in an old file.
const FORMS: u64 = 12;
const QUEUED: u64 = 12;

/// Interrupts `runs` migrations.
pub async fn run(seed: u64, runs: u32) -> Outcome {
    let mut outcome = Outcome::new("R9");
    let mut chance = Chance::new(seed);
    let place = tempfile::tempdir().expect("the directory is accessible");
    let steps: Vec<Migration> = MIGRATIONS.iter().cloned().collect();
    let older = steps.len().saturating_sub(1);
    if older == 0 {
        outcome.note("there is one schema: nothing to upgrade from");
        return outcome;
    }
    let each = runs.div_ceil(u32::try_from(older).expect("fits into the type")).max(1);
    for version in 1..=older {
        let old = place.path().join(format!("v{version}"));
        build(&old, &steps[..version]).await;
        let moments = upgrade(&old, place.path(), &mut chance).await;
        let Some(whole) = moments.last() else {
            outcome.fail(format!("v{version}: the upgrade writes nothing"));
            continue;
        };
        let expected = expected();
        look(&mut outcome, whole, &expected, &format!("v{version} whole")).await;
        for _ in 0..each.min(runs - outcome.runs.min(runs)) {
            outcome.runs += 1;
            let n = chance.below(moments.len());
            let after = fresh(place.path(), &mut chance);
            copy_files(&moments[n], &after);
            look(&mut outcome, &after, &expected, &format!("v{version} cut before change {n}")).await;
            std::fs::remove_dir_all(&after).expect("the directory is accessible");
        }
        outcome.note(format!("v{version}: {} changes of the files on the way up", moments.len() - 1));
        for moment in moments {
            std::fs::remove_dir_all(moment).expect("the directory is accessible");
        }
        newer(&mut outcome, &old).await;
    }
    outcome
}

fn expected() -> Content {
    let of = |number: u64, queued| (id(number), (form(number, 0, 0).title, queued));
    (0..FORMS).map(|n| of(n, false)).chain((0..QUEUED).map(|n| of(100 + n, true))).collect()
}

/// A file as an older version left it.
async fn build(dir: &Path, steps: &[Migration]) {
    std::fs::create_dir_all(dir).expect("the directory is accessible");
    let migrator = Migrator::with_migrations(steps.to_vec());
    let file = dir.join("hongyan.db");
    Database::open(&file, &key(), Durability::Full, &migrator).await.expect("the ledger opens").close().await;
    let mut connection = raw(&file).await;
    for number in 0..FORMS {
        // columns that the first schema has
        sqlx::query("INSERT INTO drafts (id, draft, updated_at) VALUES (?, ?, 0)")
            .bind(id(number).to_string())
            .bind(as_json(number))
            .execute(&mut connection)
            .await
            .expect("the form is stored");
    }
    for number in 100..100 + QUEUED {
        sqlx::query(
            "INSERT INTO requests (id, draft, state, created_at, updated_at) VALUES (?, ?, 'QUEUED', 0, 0)",
        )
        .bind(id(number).to_string())
        .bind(as_json(number))
        .execute(&mut connection)
        .await
        .expect("the request is stored");
        sqlx::query(
            "INSERT INTO outbox (request, kind, payload, sha256, state, created_at)
             VALUES (?, 'submit', x'7b7d', '', 'queued', 0)",
        )
        .bind(id(number).to_string())
        .execute(&mut connection)
        .await
        .expect("the row is stored");
    }
    connection.close().await.expect("closed");
}

fn as_json(number: u64) -> String {
    serde_json::to_string(&form(number, 0, 600)).expect("a form is JSON")
}

async fn raw(file: &Path) -> SqliteConnection {
    let hex = "07".repeat(32);
    let options = SqliteConnectOptions::new().filename(file).pragma("key", format!("\"x'{hex}'\""));
    options.connect().await.expect("opens")
}

/// Migrates a copy; returns copies of the files before each change, and at the end.
async fn upgrade(old: &Path, place: &Path, chance: &mut Chance) -> Vec<PathBuf> {
    let dir = fresh(place, chance);
    copy_files(old, &dir);
    let disk = Disk::watch(&dir);
    let moments: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
    let (kept, from, to) = (Arc::clone(&moments), dir.clone(), dir.with_extension("moments"));
    disk.before_changes(Some(Box::new(move || {
        let mut kept = kept.lock().expect("no panic");
        let moment = to.join(kept.len().to_string());
        copy_files(&from, &moment);
        kept.push(moment);
    })));
    let ledger = Ledger::open(&dir, &key()).await.expect("upgraded");
    ledger.database().close().await;
    disk.before_changes(None);
    let mut moments = std::mem::take(&mut *moments.lock().expect("no panic"));
    moments.push(dir);
    moments
}

async fn look(outcome: &mut Outcome, dir: &Path, expected: &Content, case: &str) {
    match Ledger::open_or_restore(dir, &key(), at(0)).await {
        Err(error) => outcome.lost(format!("{case}: does not open: {error}")),
        Ok((ledger, recovery)) => {
            match content(&ledger).await {
                Ok(here) if here == *expected => {}
                Ok(here) => outcome.lost(format!("{case}: {} of {} are here", here.len(), expected.len())),
                Err(error) => outcome.lost(format!("{case}: {error}")),
            }
            if recovery.is_some_and(|recovery| recovery.loss != Loss::LogCut) {
                outcome.fail(format!("{case}: an upgrade that was cut off was taken for damage"));
            }
            ledger.database().close().await;
        }
    }
}

/// A file of a future version is rejected.
async fn newer(outcome: &mut Outcome, old: &Path) {
    let file = old.join("hongyan.db");
    let mut connection = raw(&file).await;
    sqlx::raw_sql(AssertSqlSafe("PRAGMA user_version = 999")).execute(&mut connection).await.expect("set");
    connection.close().await.expect("closed");
    let before = std::fs::read(&file).expect("the file is accessible");
    match Ledger::open_or_restore(old, &key(), at(0)).await {
        Err(StoreError::Newer(999)) => {}
        Err(error) => outcome.fail(format!("a newer file: {error}")),
        Ok(_) => outcome.fail("a newer file was opened"),
    }
    if std::fs::read(&file).expect("the file is accessible") != before {
        outcome.lost("a newer file was changed");
    }
}
