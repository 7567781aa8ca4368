//! Bit rot as the patron meets it: detected at a start or while the program runs, and repaired.

use std::path::Path;

use hongyan_engine::Engine;
use hongyan_engine::problem::Problem;
use hongyan_engine::view::Loss;
use hongyan_store::Ledger;

use crate::bench::{Machine, loan, submit, until};
use crate::platform::Platform;

const PAGE: usize = 4096;

/// What the screens show after a start: number of drafts, and of unsent requests.
async fn screens(engine: &Engine) -> Result<(usize, usize), Problem> {
    let list = engine.requests().list().await?;
    engine.preferences().get().await?;
    engine.notices().list().await?;
    Ok((list.drafts.len(), engine.vault().unsent().await?.len()))
}

async fn furnished(machine: &Machine, platform: &Platform) {
    let engine = machine.open(platform.gateway()).await.unwrap();
    for number in 0..12 {
        loan(&engine, &format!("第{number}本，{}", "很长的题名".repeat(60))).await;
    }
    for title in ["彷徨", "呐喊", "边城"] {
        submit(&engine, title).await;
    }
    engine.vault().back_up().await.unwrap();
    engine.stop().await;
}

fn pages(file: &Path) -> usize {
    usize::try_from(std::fs::metadata(file).unwrap().len()).unwrap() / PAGE
}

fn flip(file: &Path, place: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[place] ^= 1;
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn one_bit_locks_nobody_out_on_the_day_that_it_flips() {
    let (platform, mut machine) = (Platform::default(), Machine::new());
    furnished(&machine, &platform).await;
    let whole = std::mem::replace(&mut machine.dir, tempfile::tempdir().unwrap());
    let file = whole.path().join("hongyan.db");
    let pages = pages(&file);
    // a sample of the pages; the tests of the store and the torture test cover each of them
    for page in (0..pages).step_by(pages.div_ceil(12)) {
        machine.dir = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(whole.path()).unwrap().flatten() {
            std::fs::copy(entry.path(), machine.path().join(entry.file_name())).unwrap();
        }
        flip(&machine.path().join("hongyan.db"), page * PAGE + 1 + page);
        let mut restored = None;
        for start in 0..3 {
            let engine = machine.start(platform.gateway()).await;
            if let Err(problem) = screens(&engine).await {
                // in the program, the dispatcher reports every problem this way
                engine.vault().noticed(&problem);
            }
            until(&engine, "readable", async || screens(&engine).await.is_ok_and(|seen| seen == (12, 3)))
                .await;
            if let Some(recovery) = engine.vault().recovery().await.unwrap() {
                assert_eq!(recovery.loss, Loss::Restored, "page {page}");
                restored.get_or_insert(start);
            }
            engine.stop().await;
            drop(engine);
        }
        assert!(restored.is_some(), "page {page} of {pages} is damaged after three starts");
    }
}

#[tokio::test]
async fn damage_met_behind_the_screens_is_mended_and_told() {
    let (platform, machine) = (Platform::default(), Machine::new());
    furnished(&machine, &platform).await;
    let file = machine.path().join("hongyan.db");
    let engine = machine.start(platform.gateway()).await;
    // damage while the program runs; pages in SQLite's cache hide it for a while
    for page in 2..pages(&file) {
        flip(&file, page * PAGE + 7);
    }
    // a backup reads every row: the damage is found in the background, not by a screen
    until(&engine, "mended", async || {
        let _ = engine.vault().back_up().await.map_err(|problem| engine.vault().noticed(&problem));
        engine.vault().recovery().await.is_ok_and(|found| found.is_some())
    })
    .await;
    assert_eq!(screens(&engine).await.unwrap(), (12, 3));
    assert_eq!(engine.vault().recovery().await.unwrap().unwrap().loss, Loss::Restored);
    assert!(!machine.path().join("hongyan.bak.new").exists());
    engine.stop().await;
}

#[tokio::test]
async fn a_whole_ledger_that_could_not_be_read_once_is_opened_again_and_not_called_damaged() {
    let (platform, machine) = (Platform::default(), Machine::new());
    furnished(&machine, &platform).await;
    let engine = machine.start(platform.gateway()).await;
    let before = Ledger::backups(machine.path());
    let mark = machine.path().join("hongyan.suspect");
    // the look begins in the background: without the mark of before, the wait below could end before it began
    Ledger::mark_suspect(machine.path()).unwrap();
    // SQLite's error for lack of memory
    engine.vault().noticed(&hongyan_store::StoreError::Unreadable("(code: 7) out of memory".into()).into());
    until(&engine, "looked at", async || {
        !mark.exists() && screens(&engine).await.is_ok_and(|seen| seen == (12, 3))
    })
    .await;
    assert_eq!(engine.vault().recovery().await.unwrap(), None);
    assert!(before.iter().all(|copy| copy.path.exists()));
    let aside = std::fs::read_dir(machine.path()).unwrap().flatten();
    assert!(!aside.into_iter().any(|entry| entry.file_name().to_string_lossy().contains(".damaged-")));
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_waits_for_what_is_being_mended() {
    let (platform, machine) = (Platform::default(), Machine::new());
    furnished(&machine, &platform).await;
    for _ in 0..5 {
        let engine = machine.start(platform.gateway()).await;
        engine.vault().noticed(&hongyan_store::StoreError::Damaged("坏页".into()).into());
        engine.stop().await;
        drop(engine);
        // the repair holds the lock of the directory, so `stop` must wait for it
        let engine = machine.open(platform.gateway()).await.unwrap();
        assert_eq!(screens(&engine).await.unwrap(), (12, 3));
        engine.stop().await;
    }
}
