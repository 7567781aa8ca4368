//! R5: a power failure at every point of a recorded run; the disk keeps what was synced and any part of
//! the rest. Acknowledged changes must be present. As a control, with `synchronous=NORMAL` some must be
//! missing, or the test would prove nothing.

use std::collections::BTreeMap;
use std::path::Path;

use hongyan_store::{Database, Durability, Ledger, Loss};

use crate::chance::Chance;
use crate::disk::{CUTS, Cut, Disk, Image, Op};
use crate::ledger::{MIGRATIONS, at, form, fresh, id, key, queue, save};
use crate::outcome::Outcome;

/// Number of transactions of the recorded run.
const TRANSACTIONS: u64 = 240;
/// Number of forms that they cycle through.
const FORMS: u64 = 40;
/// Minimum number of cuts of the control: about one in six loses a change, so the probability that none
/// does is one in fifty thousand.
const CONTROL: u32 = 60;

/// Content of an acknowledged change: number of the form, version, whether it was submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Written {
    form: u64,
    version: i64,
    queued: bool,
}

struct Run {
    ops: Vec<Op>,
    written: Vec<Written>,
}

/// Cuts the power at `runs` points.
pub async fn run(seed: u64, runs: u32) -> Outcome {
    let mut outcome = Outcome::new("R5");
    let place = tempfile::tempdir().expect("the directory is accessible");
    let full = cut_everywhere(&mut outcome, place.path(), Durability::Full, seed, runs).await;
    let checkpoints = full.checkpoints;
    outcome.note(format!(
        "{} points over {} recorded writes and syncs, {checkpoints} of them in a checkpoint: {} acknowledged changes \
         missing with synchronous=FULL",
        full.points, full.ops, full.lost
    ));
    if full.lost > 0 {
        outcome.lost += full.lost;
        outcome.fail("acknowledged changes are gone");
    }
    let cuts = runs.div_ceil(4).max(CONTROL);
    let control = cut_everywhere(&mut outcome, place.path(), Durability::Normal, !seed, cuts).await;
    outcome.note(format!(
        "control: {} of {} points lose acknowledged changes with synchronous=NORMAL",
        control.losing, control.points
    ));
    if control.losing == 0 {
        outcome.fail("the control run lost nothing: this test proves nothing");
    }
    outcome
}

#[derive(Default)]
struct Found {
    points: u32,
    ops: usize,
    checkpoints: u32,
    lost: u32,
    losing: u32,
}

async fn cut_everywhere(
    outcome: &mut Outcome,
    place: &Path,
    durability: Durability,
    seed: u64,
    points: u32,
) -> Found {
    let mut chance = Chance::new(seed);
    let dir = fresh(place, &mut chance);
    let run = record(&dir, durability, &mut chance).await;
    let mut wanted = points_of(&run.ops, points, &mut chance);
    let mut found = Found { ops: run.ops.len(), ..Found::default() };
    let (mut image, mut acked) = (Image::default(), 0);
    for (n, op) in run.ops.iter().enumerate() {
        let cuts = wanted.remove(&n).unwrap_or_default();
        for cut in cuts {
            let after = fresh(place, &mut chance);
            std::fs::create_dir_all(&after).expect("the directory is accessible");
            image.leave(&after, cut, &mut chance);
            // written atomically before the database is created, and not by SQLite
            let _ = std::fs::copy(dir.join("hongyan.key-check"), after.join("hongyan.key-check"));
            let missing = look(outcome, &after, &run.written, acked, durability, (n, cut)).await;
            found.points += 1;
            found.lost += missing;
            found.losing += u32::from(missing > 0);
            found.checkpoints += u32::from(matches!(op, Op::Write { file, .. } if file.ends_with(".db")));
            outcome.runs += 1;
            std::fs::remove_dir_all(&after).expect("the directory is accessible");
        }
        image.step(op);
        if let Op::Ack(_) = op {
            acked += 1;
        }
    }
    found
}

/// The points to cut at: around every sync, at every acknowledgement, in checkpoints, then anywhere.
fn points_of(ops: &[Op], points: u32, chance: &mut Chance) -> BTreeMap<usize, Vec<Cut>> {
    let telling = |n: usize| match &ops[n] {
        Op::Sync { .. } | Op::Ack(_) | Op::Delete { .. } | Op::Truncate { .. } => true,
        Op::Write { file, .. } => file.ends_with(".db"),
    };
    let mut all: Vec<(usize, Cut)> =
        (0..ops.len()).filter(|n| telling(*n)).flat_map(|n| CUTS.map(|cut| (n, cut))).collect();
    let mut chosen: BTreeMap<usize, Vec<Cut>> = BTreeMap::new();
    for _ in 0..points {
        let point = if all.is_empty() {
            (chance.below(ops.len()), CUTS[chance.below(CUTS.len())])
        } else {
            all.swap_remove(chance.below(all.len()))
        };
        chosen.entry(point.0).or_default().push(point.1);
    }
    chosen
}

/// Runs the transactions on the recording file system.
async fn record(dir: &Path, durability: Durability, chance: &mut Chance) -> Run {
    std::fs::create_dir_all(dir).expect("the directory is accessible");
    let disk = Disk::watch(dir);
    disk.record();
    let database = Database::open(&dir.join("hongyan.db"), &key(), durability, &MIGRATIONS)
        .await
        .expect("the ledger opens");
    let mut written = Vec::new();
    for n in 0..TRANSACTIONS {
        let number = n % FORMS;
        let version = i64::try_from(n / FORMS).expect("fits into the type");
        let queued = n >= TRANSACTIONS - FORMS && chance.one_in(2);
        // some large ones, so that the log is checkpointed several times
        let bytes = if chance.one_in(4) { 90_000 } else { 600 };
        let draft = form(number, version, bytes);
        let mut tx = database.write().await.expect("the write lock");
        if queued {
            tx.remove_draft(draft.id).await.expect("removed");
            queue(&mut tx, &draft).await.expect("queued");
        } else {
            save(&mut tx, &draft).await.expect("saved");
        }
        tx.commit().await.expect("committed");
        written.push(Written { form: number, version, queued });
        disk.ack(n);
    }
    database.close().await;
    Run { ops: disk.recorded(), written }
}

/// Opens what a power failure left; returns the number of acknowledged changes that are missing.
async fn look(
    outcome: &mut Outcome,
    dir: &Path,
    written: &[Written],
    acked: usize,
    durability: Durability,
    point: (usize, Cut),
) -> u32 {
    let (ledger, recovery) = match Ledger::open_or_restore(dir, &key(), at(1000)).await {
        Ok(opened) => opened,
        Err(error) => {
            outcome.fail(format!("{durability:?} {point:?}: does not open: {error}"));
            return 1;
        }
    };
    if let Some(recovery) = recovery.filter(|recovery| recovery.loss != Loss::LogCut) {
        outcome.fail(format!("{durability:?} {point:?}: taken for damage: {recovery:?}"));
    }
    let mut tx = ledger.read().await.expect("readable");
    let drafts: BTreeMap<_, _> =
        tx.drafts().await.expect("forms").into_iter().map(|draft| (draft.id, draft)).collect();
    let unsent = tx.unsent_ids().await.expect("the queue");
    let mut missing = 0;
    for number in 0..FORMS {
        // the last acknowledged version, or the one in progress
        let of_form = |until: usize| written[..until].iter().rev().find(|w| w.form == number).copied();
        let (last, next) = (of_form(acked), of_form((acked + 1).min(written.len())));
        let id = id(number);
        let here = if unsent.contains(&id) {
            let record = tx.request(id).await.expect("readable");
            record.map(|record| (record.draft, true))
        } else {
            drafts.get(&id).map(|draft| (draft.clone(), false))
        };
        let is = |want: Option<Written>| match (&here, want) {
            (None, None) => true,
            (Some((draft, queued)), Some(want)) => {
                draft.updated_at == at(want.version)
                    && *queued == want.queued
                    && draft.title == form(number, want.version, 0).title
            }
            _ => false,
        };
        if !is(last) && !is(next) {
            missing += 1;
            if durability == Durability::Full {
                outcome.note(format!("{point:?}: form {number} should be {last:?} and is not"));
            }
        }
    }
    drop(tx);
    ledger.database().close().await;
    missing
}
