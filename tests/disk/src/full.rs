//! R6: every write, sync, open and lock fails in turn: disk full, read-only, permission denied, I/O
//! error, locked. The patron is told that nothing was saved, earlier data is intact, and the same text
//! can be saved once the disk works again.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use hongyan_engine::Engine;
use hongyan_engine::platform::Opening;
use hongyan_engine::problem::{ErrorCode, Problem};
use hongyan_engine::secrets::{SecretError, SecretStore};
use hongyan_model::{Draft, Service};
use hongyan_store::Ledger;

use crate::chance::Chance;
use crate::disk::{Disk, FAULTS, Fault};
use crate::outcome::Outcome;

/// Maximum number of fault points per action; the search ends earlier when a fault no longer occurs.
const POINTS: u32 = 400;

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

/// Every point of saving, submitting and backing up, with every fault; at most `runs`.
pub async fn run(seed: u64, runs: u32) -> Outcome {
    let mut outcome = Outcome::new("R6");
    let place = tempfile::tempdir().expect("the directory is accessible");
    let disk = Disk::watch(place.path());
    // an address without a server; the engine is never started
    let platform = Some("http://127.0.0.1:9".to_owned());
    let opening = Opening { data_dir: place.path().to_owned(), demo: true, platform, ..Opening::default() };
    let engine = Engine::open_for(opening, Arc::new(Fixed)).await.expect("the engine opens");
    let mut suite = Suite { engine, disk, chance: Chance::new(seed), number: 0 };
    // every action with every fault at its first point, then at its second …
    let mut open: Vec<(usize, Action, Fault, bool)> = Vec::new();
    for size in [600, 60_000] {
        for fault in FAULTS {
            for lasting in [false, true] {
                open.extend(ACTIONS.map(|action| (size, action, fault, lasting)));
            }
        }
    }
    let mut points = 0;
    for point in 0..POINTS {
        for (size, action, fault, lasting) in std::mem::take(&mut open) {
            if outcome.runs >= runs {
                break;
            }
            outcome.runs += 1;
            if suite.once(&mut outcome, (action, fault, lasting, point), size, place.path()).await {
                points += 1;
                open.push((size, action, fault, lasting));
            }
        }
    }
    suite.engine.stop().await;
    outcome.note(format!("{points} points struck while saving, submitting and copying, once or for good"));
    outcome
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Save,
    Submit,
    Copy,
}

const ACTIONS: [Action; 3] = [Action::Save, Action::Submit, Action::Copy];

type Case = (Action, Fault, bool, u32);

struct Suite {
    engine: Engine,
    disk: Arc<Disk>,
    chance: Chance,
    number: u32,
}

impl Suite {
    /// Runs an action with a fault; returns whether the fault occurred.
    async fn once(&mut self, outcome: &mut Outcome, case: Case, size: usize, dir: &Path) -> bool {
        match case.0 {
            Action::Save => self.save(outcome, case, size).await,
            Action::Submit => self.submit(outcome, case).await,
            Action::Copy => self.copy(outcome, case, dir).await,
        }
    }

    async fn form(&mut self) -> Draft {
        self.number += 1;
        let made =
            self.engine.requests().draft_new(Service::Loan, None, None).await.expect("the form is stored");
        let mut draft = made.draft;
        draft.title = format!("第{}件《鸿雁》", self.number);
        draft.author = "曹雪芹".to_owned();
        draft.pickup_location = "xsh-904".to_owned();
        self.engine.requests().draft_save(draft).await.expect("saved").draft
    }

    async fn save(&mut self, outcome: &mut Outcome, case: Case, size: usize) -> bool {
        let before = self.form().await;
        let mut typed = before.clone();
        typed.note = format!("{}{}", self.chance.draw(), "说明".repeat(size / 6));
        self.disk.fail(case.1, case.3, case.2);
        let said = self.engine.requests().draft_save(typed.clone()).await;
        let struck = self.disk.work() > 0;
        let kept = self.engine.requests().draft_get(before.id).await.map(|view| view.draft);
        match (&said, &kept) {
            (Ok(view), Ok(kept)) if view.draft == *kept && same_text(kept, &typed) => {}
            (Err(problem), Ok(kept)) if is_told(problem) => {
                // either version, complete: an error after the last write may come too late
                if !same_text(kept, &before) && !same_text(kept, &typed) {
                    outcome.lost(format!("{case:?}: half a form is kept"));
                }
            }
            (Err(problem), Ok(_)) => outcome.fail(format!("{case:?}: the patron hears {problem}")),
            (Ok(_), Ok(_)) => outcome.lost(format!("{case:?}: said to be saved and is not")),
            (_, Err(problem)) => outcome.fail(format!("{case:?}: cannot be read afterwards: {problem}")),
        }
        match self.engine.requests().draft_save(typed.clone()).await {
            Ok(view) if same_text(&view.draft, &typed) => {}
            other => outcome.lost(format!("{case:?}: the text cannot be saved afterwards: {other:?}")),
        }
        // keeps the list short; failure is irrelevant
        let _ = self.engine.requests().draft_delete(before.id).await;
        struck
    }

    async fn submit(&mut self, outcome: &mut Outcome, case: Case) -> bool {
        let draft = self.form().await;
        self.disk.fail(case.1, case.3, case.2);
        let said = self.engine.requests().submit(draft.id).await;
        let struck = self.disk.work() > 0;
        let unsent = self.engine.vault().unsent().await.map(|list| list.iter().any(|one| one.id == draft.id));
        let form = self.engine.requests().draft_get(draft.id).await.map(|view| view.draft);
        match (&said, &unsent, &form) {
            (Ok(_), Ok(true), _) => {}
            (Err(problem), Ok(false), Ok(kept)) if is_told(problem) => {
                if !same_text(kept, &draft) {
                    outcome.lost(format!("{case:?}: the form has changed"));
                }
                if let Err(problem) = self.engine.requests().submit(draft.id).await {
                    outcome.lost(format!("{case:?}: cannot be submitted afterwards: {problem}"));
                }
            }
            (Err(problem), Ok(true), _) if is_told(problem) => {} // the fault came after the last write
            (Err(problem), _, _) if !is_told(problem) => {
                outcome.fail(format!("{case:?}: the patron hears {problem}"));
            }
            state => outcome.lost(format!("{case:?}: {state:?}")),
        }
        let _ = self.engine.requests().act(draft.id, "cancel").await;
        struck
    }

    async fn copy(&mut self, outcome: &mut Outcome, case: Case, dir: &Path) -> bool {
        let before: Vec<_> = Ledger::backups(dir);
        self.disk.fail(case.1, case.3, case.2);
        let said = self.engine.vault().back_up().await;
        let struck = self.disk.work() > 0;
        let after = Ledger::backups(dir);
        match said {
            Ok(()) => {}
            Err(problem) if is_told(&problem) => {
                if after != before {
                    outcome.fail(format!("{case:?}: a copy that failed has a name"));
                }
            }
            Err(problem) => outcome.fail(format!("{case:?}: {problem}")),
        }
        struck
    }
}

/// Compares what the patron typed; timestamps are set by the program.
fn same_text(one: &Draft, other: &Draft) -> bool {
    let at = other.updated_at;
    Draft { updated_at: at, ..one.clone() } == *other
}

/// Whether the code's sentence tells that nothing was saved.
fn is_told(problem: &Problem) -> bool {
    use ErrorCode as E;
    matches!(problem.code, E::DiskFull | E::DiskReadOnly | E::DiskFailed | E::DiskBusy)
}
