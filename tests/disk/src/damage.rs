//! R7, all kinds of damage: bits of the files flip; files are truncated, emptied, replaced by older ones,
//! opened with another key. Nothing panics, damage is detected, unsent requests are recovered, and every
//! loss is reported.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hongyan_model::RequestId;
use hongyan_store::{Key, Ledger, Recovery, StoreError};

use crate::chance::Chance;
use crate::ledger::{Content, at, content, copy_files, form, fresh, id, key, queue, save};
use crate::outcome::Outcome;

/// Number of unsent requests, and of forms.
const QUEUED: u64 = 40;
const FORMS: u64 = 30;
/// Number of requests made after the last backup.
const LATE: u64 = 4;

/// Kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    /// flips a bit of the database
    FlipFile,
    /// flips a bit of the log
    FlipLog,
    /// flips many bits of the database
    Spray,
    /// truncates the database
    CutFile,
    /// truncates the log
    CutLog,
    /// empties the database
    Empty,
    /// deletes the database
    Gone,
    /// deletes the shared memory
    NoShm,
    /// overwrites the shared memory
    BadShm,
    /// puts an old log beside the database
    StaleLog,
    /// flips a bit of the newest backup and one of the database
    FlipCopyToo,
    /// flips a bit of the key check value
    FlipCheck,
    /// opens with another key
    OtherKey,
}

const DAMAGES: [Damage; 13] = [
    Damage::FlipFile,
    Damage::FlipLog,
    Damage::Spray,
    Damage::CutFile,
    Damage::CutLog,
    Damage::Empty,
    Damage::Gone,
    Damage::NoShm,
    Damage::BadShm,
    Damage::StaleLog,
    Damage::FlipCopyToo,
    Damage::FlipCheck,
    Damage::OtherKey,
];

/// A directory in a given state, with its expected content.
struct Fixture {
    dir: PathBuf,
    content: Content,
    late: Vec<RequestId>,
    /// whether the program was killed, so that there is a log
    killed: bool,
}

/// Runs the suite.
pub async fn run(seed: u64, runs: u32) -> Outcome {
    let mut outcome = Outcome::new("R7");
    let mut chance = Chance::new(seed);
    let place = tempfile::tempdir().expect("the directory is accessible");
    let (fixtures, stale) = fixtures(place.path()).await;
    let (mut opened_again, mut told, mut sum) = (0_u32, 0_u32, Judged::default());
    let mut late: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for _ in 0..runs {
        outcome.runs += 1;
        // bit flips are the most frequent damage
        let damage = if chance.one_in(2) {
            [Damage::FlipFile, Damage::FlipLog][chance.below(2)]
        } else {
            DAMAGES[chance.below(DAMAGES.len())]
        };
        let fixture = &fixtures[chance.below(fixtures.len())];
        let dir = fresh(place.path(), &mut chance);
        copy_files(&fixture.dir, &dir);
        let done = strike(&dir, damage, &stale, &mut chance);
        let case = format!("{damage:?} {done} killed={}", fixture.killed);
        if damage == Damage::OtherKey {
            other_key(&mut outcome, &dir, &case).await;
            remove(&dir);
            continue;
        }
        let (place, runtime) = (dir.clone(), tokio::runtime::Handle::current());
        // on a separate thread, so that a panic is a finding
        let open = move || runtime.block_on(start(&place));
        let opened = tokio::task::spawn_blocking(open).await;
        match opened {
            Err(panic) => outcome.fail(format!("{case}: {panic}")),
            Ok(Err(error)) => outcome.lost(format!("{case}: does not open: {error}")),
            Ok(Ok((ledger, recovery))) => {
                opened_again += 1;
                told += u32::from(recovery.is_some());
                let here = judge(&mut outcome, &ledger, recovery.as_ref(), fixture, &case).await;
                let of_blow = late.entry(format!("{damage:?}")).or_default();
                *of_blow = (of_blow.0 + here.late, of_blow.1 + u32::try_from(LATE).unwrap_or(0));
                sum.copied += here.copied;
                sum.late += here.late;
                sum.silent += here.silent;
                ledger.database().close().await;
            }
        }
        remove(&dir);
    }
    let of = |each: u64| u64::from(opened_again) * each;
    let (copied, after) = (of(QUEUED - LATE), of(LATE));
    outcome.note(format!(
        "{told} of {opened_again} runs told the patron of damage; of unsent requests that a copy had {} of {copied} \
         came back, of those made after the last copy {} of {after}; losses untold: {}",
        sum.copied, sum.late, sum.silent
    ));
    let by_blow: Vec<String> =
        late.iter().map(|(damage, (back, all))| format!("{damage} {back}/{all}")).collect();
    outcome.note(format!("made after the last copy, by what happened: {}", by_blow.join(", ")));
    if u64::from(sum.copied) * 100 < copied * 99 {
        outcome.fail("fewer than 99 % of the unsent requests that a copy had came back");
    }
    outcome
}

/// A start on the same day, when the weekly check is not due. Read errors lead to a check, as in the
/// program.
async fn start(dir: &Path) -> Result<(Ledger, Option<Recovery>), StoreError> {
    let (ledger, recovery) = Ledger::open_or_restore(dir, &key(), at(60)).await?;
    let read = match content(&ledger).await {
        Ok(_) => ledger.database().verify_pages().await,
        Err(error) => Err(error),
    };
    match read {
        Ok(()) => Ok((ledger, recovery)),
        Err(StoreError::Damaged(_) | StoreError::Unreadable(_)) => {
            ledger.database().close().await;
            Ledger::mark_suspect(dir)?;
            Ledger::open_or_restore(dir, &key(), at(60)).await
        }
        Err(error) => Err(error),
    }
}

fn remove(dir: &Path) {
    std::fs::remove_dir_all(dir).expect("the directory is accessible");
}

/// A ledger after a regular end and after a kill, both with backups, and an old log.
async fn fixtures(place: &Path) -> (Vec<Fixture>, PathBuf) {
    let dir = place.join("ledger");
    let (ledger, _) = Ledger::open_or_restore(&dir, &key(), at(0)).await.expect("the ledger opens");
    for number in 0..FORMS {
        let mut tx = ledger.write().await.expect("the write lock");
        save(&mut tx, &form(number, 0, 3000)).await.expect("saved");
        tx.commit().await.expect("committed");
    }
    let stale = place.join("stale.db-wal");
    std::fs::copy(dir.join("hongyan.db-wal"), &stale).expect("the log exists");
    ledger.back_up(at(1)).await.expect("the file can be copied");
    for number in 0..QUEUED {
        if number == QUEUED - LATE {
            ledger.back_up(at(2)).await.expect("the file can be copied");
        }
        let mut tx = ledger.write().await.expect("the write lock");
        queue(&mut tx, &form(100 + number, 0, 900)).await.expect("queued");
        tx.commit().await.expect("committed");
    }
    let expected = content(&ledger).await.expect("readable");
    // no backup after the last changes, which are in the database or the log only
    let killed = place.join("killed");
    copy_files(&dir, &killed);
    ledger.database().close().await;
    let late: Vec<RequestId> = (QUEUED - LATE..QUEUED).map(|number| id(100 + number)).collect();
    let of = |dir: PathBuf, killed| Fixture { dir, content: expected.clone(), late: late.clone(), killed };
    (vec![of(killed, true), of(dir, false)], stale)
}

/// Damages the files; returns where.
fn strike(dir: &Path, damage: Damage, stale: &Path, chance: &mut Chance) -> String {
    let file = dir.join("hongyan.db");
    let log = dir.join("hongyan.db-wal");
    let shm = dir.join("hongyan.db-shm");
    // after a regular end there is no log, so the database is damaged
    let log = if log.exists() { log } else { file.clone() };
    match damage {
        Damage::FlipFile => flip(&file, 1, chance),
        Damage::FlipLog => flip(&log, 1, chance),
        Damage::Spray => flip(&file, 60, chance),
        Damage::CutFile => cut(&file, chance),
        Damage::CutLog => cut(&log, chance),
        Damage::Empty => {
            std::fs::write(&file, b"").expect("the file is accessible");
            String::new()
        }
        Damage::Gone => {
            std::fs::remove_file(&file).expect("the file is accessible");
            String::new()
        }
        Damage::NoShm => {
            let _ = std::fs::remove_file(&shm);
            String::new()
        }
        Damage::BadShm => {
            std::fs::write(&shm, "共享内存".repeat(3000)).expect("the file is accessible");
            String::new()
        }
        Damage::StaleLog => {
            std::fs::copy(stale, dir.join("hongyan.db-wal")).expect("the file is accessible");
            let _ = std::fs::remove_file(&shm);
            String::new()
        }
        Damage::FlipCopyToo => {
            let copy = Ledger::backups(dir)[0].path.clone();
            format!("{} {}", flip(&copy, 1, chance), flip(&file, 1, chance))
        }
        Damage::FlipCheck => flip(&dir.join("hongyan.key-check"), 1, chance),
        Damage::OtherKey => String::new(),
    }
}

fn flip(file: &Path, bits: usize, chance: &mut Chance) -> String {
    let mut bytes = std::fs::read(file).expect("the file is accessible");
    let mut places = String::new();
    for _ in 0..bits {
        let (place, bit) = (chance.below(bytes.len()), chance.below(8));
        bytes[place] ^= 1 << bit;
        places = format!("{place}/{}", bytes.len());
    }
    std::fs::write(file, bytes).expect("the file is accessible");
    places
}

fn cut(file: &Path, chance: &mut Chance) -> String {
    let bytes = std::fs::read(file).expect("the file is accessible");
    let end = chance.below(bytes.len());
    std::fs::write(file, &bytes[..end]).expect("the file is accessible");
    format!("{end}/{}", bytes.len())
}

/// Opening with another key fails, changes nothing, and is not treated as damage.
async fn other_key(outcome: &mut Outcome, dir: &Path, case: &str) {
    let before = std::fs::read(dir.join("hongyan.db")).expect("the file is accessible");
    let other = Key::from_bytes(&[8; 32]).expect("32 bytes");
    match Ledger::open_or_restore(dir, &other, at(60)).await {
        Err(StoreError::WrongKey) => {}
        Err(error) => outcome.fail(format!("{case}: {error}")),
        Ok(_) => outcome.fail(format!("{case}: another key opens the file")),
    }
    if std::fs::read(dir.join("hongyan.db")).expect("the file is accessible") != before {
        outcome.lost(format!("{case}: another key has changed the file"));
    }
}

#[derive(Default)]
struct Judged {
    /// unsent requests that are present and were in a backup
    copied: u32,
    /// unsent requests that were made after the last backup
    late: u32,
    silent: u32,
}

/// Compares what was recovered with what was expected, and whether losses were reported.
async fn judge(
    outcome: &mut Outcome,
    ledger: &Ledger,
    recovery: Option<&Recovery>,
    fixture: &Fixture,
    case: &str,
) -> Judged {
    let mut judged = Judged::default();
    let here = match content(ledger).await {
        Ok(here) => here,
        Err(error) => {
            outcome.lost(format!("{case}: cannot be read afterwards: {error}"));
            return judged;
        }
    };
    let mut missing = 0;
    for (id, what) in &fixture.content {
        let back = here.get(id) == Some(what);
        if back && what.1 {
            let is_late = fixture.late.contains(id);
            judged.late += u32::from(is_late);
            judged.copied += u32::from(!is_late);
        }
        missing += u32::from(!back);
    }
    let told = recovery.is_some_and(|recovery| {
        recovery.uncertain || u32::try_from(recovery.unreadable.len()).unwrap_or(u32::MAX) >= missing
    });
    if missing > 0 && !told {
        judged.silent = 1;
        outcome.lost(format!("{case}: {missing} gone without a word: {recovery:?}"));
    }
    if let Err(error) = ledger.back_up(at(61)).await {
        outcome.fail(format!("{case}: damage was not found at the start: {error}"));
    }
    judged
}
