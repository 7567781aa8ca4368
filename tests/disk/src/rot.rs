//! R7, single bits: one bit of the ledger flips, at least once in each page, after the program has ended
//! or while it runs. After three regular starts on the same day the lists are complete, the patron was
//! told, and the file is intact by SQLCipher's own check on a separate connection.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hongyan_engine::Engine;
use hongyan_engine::platform::Opening;
use hongyan_engine::problem::Problem;
use hongyan_engine::secrets::{SecretError, SecretStore};
use hongyan_engine::view::Loss;
use hongyan_model::Service;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::chance::Chance;
use crate::ledger::{copy_files, fresh};
use crate::outcome::Outcome;

const PAGE: usize = 4096;
const FORMS: usize = 25;
const QUEUED: usize = 25;
const STARTS: u32 = 3;
/// Time limit of a repair, which takes a second at most.
const MENDED: Duration = Duration::from_secs(60);

struct Fixed;

#[async_trait]
impl SecretStore for Fixed {
    async fn read(&self) -> Result<Option<Vec<u8>>, SecretError> {
        Ok(Some(vec![7; 32]))
    }
    async fn write(&self, _: &[u8]) -> Result<(), SecretError> {
        Ok(())
    }
    async fn erase(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

/// Flips `bits` single bits, starting with number `first`; the second value is the number of repairs.
pub async fn run(seed: u64, first: u32, bits: u32) -> (Outcome, u32) {
    let mut outcome = Outcome::new("R7");
    let mut chance = Chance::new(seed);
    let place = tempfile::tempdir().expect("the directory is accessible");
    let whole = place.path().join("whole");
    furnish(&whole).await;
    let mut mended = 0;
    for number in first..first + bits {
        outcome.runs += 1;
        let dir = fresh(place.path(), &mut chance);
        copy_files(&whole, &dir);
        // one in ten while the program runs
        let running = number % 10 == 9;
        let lost = outcome.lost;
        let passed = outcome.passed;
        let case = once(&mut outcome, &dir, number, running, &mut chance).await;
        if outcome.lost == lost && (outcome.passed || !passed) {
            match check(&dir).await {
                Ok(()) => mended += 1,
                Err(why) => {
                    outcome.lost(format!("{case}: the file is not whole after {STARTS} starts: {why}"))
                }
            }
        }
        std::fs::remove_dir_all(&dir).expect("the directory is accessible");
    }
    (outcome, mended)
}

async fn open(dir: &Path) -> Result<Engine, Problem> {
    // an address without a server
    let platform = Some("http://127.0.0.1:9".to_owned());
    let opening = Opening { data_dir: dir.to_owned(), demo: true, platform, ..Opening::default() };
    Engine::open_for(opening, Arc::new(Fixed)).await
}

/// A ledger that was closed properly, with a backup of all its data.
async fn furnish(dir: &Path) {
    let engine = open(dir).await.expect("the engine opens");
    for number in 0..FORMS + QUEUED {
        let mut draft =
            engine.requests().draft_new(Service::Loan, None, None).await.expect("the form is stored").draft;
        draft.title = format!("第{number}件《鸿雁》");
        draft.author = "曹雪芹".to_owned();
        draft.pickup_location = "xsh-904".to_owned();
        draft.note = "长".repeat(400);
        let draft = engine.requests().draft_save(draft).await.expect("saved").draft;
        if number >= FORMS {
            engine.requests().submit(draft.id).await.expect("queued");
        }
    }
    engine.vault().back_up().await.expect("the file can be copied");
    engine.stop().await;
}

/// Reads the lists that a patron sees.
async fn screens(engine: &Engine) -> Result<(usize, usize), Problem> {
    let list = engine.requests().list().await?;
    engine.preferences().get().await?;
    engine.notices().list().await?;
    engine.history().kept().await?;
    Ok((list.drafts.len(), engine.vault().unsent().await?.len()))
}

/// Reads until it succeeds; reports read errors to the engine, as the program's shell does.
async fn read(engine: &Engine) -> Result<(usize, usize), String> {
    let mut events = engine.news().subscribe();
    let look = async {
        loop {
            match screens(engine).await {
                Ok(seen) => return seen,
                Err(problem) => engine.vault().noticed(&problem),
            }
            // read again after any event, including a missed one
            let _ = events.recv().await;
        }
    };
    let seen = tokio::time::timeout(MENDED, look).await;
    match seen {
        Ok(seen) => Ok(seen),
        Err(_) => Err(format!("never readable: {:?}", screens(engine).await)),
    }
}

async fn once(outcome: &mut Outcome, dir: &Path, number: u32, running: bool, chance: &mut Chance) -> String {
    let file = dir.join("hongyan.db");
    let mut case = format!("bit {number}");
    let mut told = false;
    if running {
        match open(dir).await {
            Ok(engine) => {
                engine.start().await;
                let _ = read(&engine).await;
                case = flip(&file, number, chance);
                let _ = read(&engine).await;
                if let Ok(mut view) = engine.requests().draft_new(Service::Loan, None, None).await {
                    // a form is saved and deleted again, so that a backup is due and the expected content
                    // stays the same
                    view.draft.title = "边城".to_owned();
                    if let Ok(view) = engine.requests().draft_save(view.draft).await {
                        let _ = engine.requests().draft_delete(view.draft.id).await;
                    }
                }
                told |= engine.vault().recovery().await.is_ok_and(|found| found.is_some());
                engine.stop().await;
            }
            Err(problem) => outcome.lost(format!("{case}: the whole ledger does not open: {problem}")),
        }
    } else {
        case = flip(&file, number, chance);
    }
    for start in 1..=STARTS {
        let engine = match open(dir).await {
            Ok(engine) => engine,
            Err(problem) => {
                outcome.lost(format!("{case}: does not open at start {start}: {problem}"));
                return case;
            }
        };
        engine.start().await;
        match read(&engine).await {
            // the form may be present again if the repair happened while it was deleted
            Ok(seen) if seen == (FORMS, QUEUED) || (running && seen == (FORMS + 1, QUEUED)) => {}
            Ok(seen) => outcome.lost(format!("{case}: start {start} has {seen:?}")),
            Err(why) => outcome.lost(format!("{case}: start {start}: {why}")),
        }
        match engine.vault().recovery().await {
            Ok(Some(recovery)) if recovery.loss == Loss::Restored => told = true,
            Ok(Some(recovery)) => outcome.fail(format!("{case}: {recovery:?}")),
            Ok(None) => {}
            Err(problem) => outcome.lost(format!("{case}: start {start}: {problem}")),
        }
        engine.stop().await;
    }
    // the running program may have overwritten the page; then there was nothing to repair
    if !told && !running {
        outcome.lost(format!("{case}: nobody was told"));
    }
    case
}

/// Flips a bit of the next page in turn; returns which.
fn flip(file: &Path, number: u32, chance: &mut Chance) -> String {
    let mut bytes = std::fs::read(file).expect("the file is accessible");
    let pages = bytes.len() / PAGE;
    let page = usize::try_from(number).expect("fits into the type") % pages;
    let (place, bit) = (page * PAGE + chance.below(PAGE), chance.below(8));
    bytes[place] ^= 1 << bit;
    write_in_place(file, place, bytes[place]);
    format!("byte {place} bit {bit}, page {} of {pages}", page + 1)
}

/// Writes one byte in place, so that the file keeps its identity for open handles.
fn write_in_place(file: &Path, place: usize, byte: u8) {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let mut file = std::fs::OpenOptions::new().write(true).open(file).expect("the file is accessible");
    file.seek(SeekFrom::Start(place as u64)).expect("the position is in the file");
    file.write_all(&[byte]).expect("the byte is written");
}

/// The integrity checks of SQLCipher and SQLite.
async fn check(dir: &Path) -> Result<(), String> {
    let file: PathBuf = dir.join("hongyan.db");
    let hex = "07".repeat(32);
    let options = SqliteConnectOptions::new().filename(file).pragma("key", format!("\"x'{hex}'\""));
    let mut connection = options.connect().await.map_err(|error| error.to_string())?;
    for (sql, fine) in [("PRAGMA cipher_integrity_check", ""), ("PRAGMA integrity_check", "ok")] {
        let found: Vec<String> =
            sqlx::query_scalar(sql).fetch_all(&mut connection).await.map_err(|error| error.to_string())?;
        if let Some(wrong) = found.iter().find(|line| *line != fine) {
            return Err(wrong.clone());
        }
    }
    connection.close().await.map_err(|error| error.to_string())
}
