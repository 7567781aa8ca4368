//! The passphrase, and damaged files.

use std::sync::Arc;

use hongyan_engine::Engine;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::view::{KeyPlace, Loss, OnClose};

use crate::bench::{Keyring, Machine, loan, submit, until};
use crate::platform::Platform;

const PHRASE: &str = "长风破浪会有时，沧海";

async fn open(machine: &Machine) -> Engine {
    machine.open(Platform::default().gateway()).await.unwrap()
}

async fn titles(engine: &Engine) -> Vec<String> {
    engine.requests().list().await.unwrap().drafts.into_iter().map(|draft| draft.title).collect()
}

#[tokio::test]
async fn a_passphrase_keeps_everything_and_nothing_is_readable_without_it() {
    let machine = Machine::without_keyring();
    let engine = open(&machine).await;
    assert_eq!(engine.vault().key_place(), KeyPlace::Ask);
    for weak in ["", "12345678", "短", "aaaaaaaa"] {
        assert_eq!(
            engine.set_passphrase("", weak).await.unwrap_err().code,
            ErrorCode::WeakPassword,
            "{weak}"
        );
    }
    let mut settings = engine.preferences().get().await.unwrap();
    settings.locale = "en".into();
    engine.preferences().set(&settings).await.unwrap();
    engine.set_passphrase("", PHRASE).await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Passphrase);
    assert_eq!(engine.preferences().get().await.unwrap().locale, "en", "what was chosen before stays");
    loan(&engine, "红楼梦").await;
    engine.stop().await;
    drop(engine);
    for entry in std::fs::read_dir(machine.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in ["红楼梦", PHRASE] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
        }
    }

    let engine = open(&machine).await;
    assert_eq!(engine.vault().key_place(), KeyPlace::Locked);
    assert!(titles(&engine).await.is_empty());
    assert_eq!(engine.unlock("直挂云帆济沧海，有时").await.unwrap_err().code, ErrorCode::WrongPassphrase);
    assert_eq!(engine.vault().key_place(), KeyPlace::Locked);
    engine.unlock(PHRASE).await.unwrap();
    assert_eq!(
        (engine.vault().key_place(), titles(&engine).await),
        (KeyPlace::Passphrase, vec!["红楼梦".to_owned()])
    );
    // changing the passphrase requires the current one
    assert_eq!(
        engine.set_passphrase("不对不对不对", "直挂云帆济沧海，有时").await.unwrap_err().code,
        ErrorCode::WrongPassphrase
    );
    engine.set_passphrase(PHRASE, "直挂云帆济沧海，有时").await.unwrap();
    engine.stop().await;
    drop(engine);
    let engine = open(&machine).await;
    assert_eq!(engine.unlock(PHRASE).await.unwrap_err().code, ErrorCode::WrongPassphrase);
    engine.unlock("直挂云帆济沧海，有时").await.unwrap();
    assert_eq!(titles(&engine).await, ["红楼梦"]);
    engine.stop().await;
}

#[tokio::test]
async fn a_forgotten_passphrase_leads_to_a_new_beginning_and_the_old_files_are_kept() {
    let machine = Machine::without_keyring();
    let engine = open(&machine).await;
    engine.set_passphrase("", PHRASE).await.unwrap();
    loan(&engine, "围城").await;
    engine.vault().back_up().await.unwrap();
    engine.stop().await;
    drop(engine);
    let engine = open(&machine).await;
    assert_eq!(engine.start_anew().await, Ok(()));
    assert_eq!(engine.vault().key_place(), KeyPlace::Ask);
    engine.set_passphrase("", "另一句话也足够长").await.unwrap();
    loan(&engine, "新的开始").await;
    engine.stop().await;
    drop(engine);
    let names: Vec<String> = std::fs::read_dir(machine.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    for (start, end) in
        [("hongyan.db.", ".orphan"), ("hongyan.vault.", ".orphan"), ("hongyan.2", ".bak.orphan")]
    {
        assert!(names.iter().any(|name| name.starts_with(start) && name.ends_with(end)), "{start} {names:?}");
    }
    let engine = open(&machine).await;
    engine.unlock("另一句话也足够长").await.unwrap();
    assert_eq!(titles(&engine).await, ["新的开始"]);
    // sign-out deletes the orphaned files too
    engine.sign_out(true).await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Ask);
    engine.stop().await;
    let left: Vec<String> = std::fs::read_dir(machine.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "hongyan.lock")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn the_key_moves_to_a_keyring_that_appears() {
    let mut machine = Machine::without_keyring();
    let engine = open(&machine).await;
    engine.set_passphrase("", PHRASE).await.unwrap();
    loan(&engine, "呐喊").await;
    assert_eq!(engine.vault().move_to_keyring().await.unwrap_err().code, ErrorCode::NoKeyring);
    engine.stop().await;
    drop(engine);
    machine.keyring = Arc::<Keyring>::default();
    let engine = open(&machine).await;
    assert_eq!((engine.vault().key_place(), engine.vault().has_keyring()), (KeyPlace::Locked, true));
    engine.unlock(PHRASE).await.unwrap();
    engine.vault().move_to_keyring().await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Keyring);
    engine.stop().await;
    drop(engine);
    assert!(!machine.path().join("hongyan.vault").exists());
    let engine = open(&machine).await;
    assert_eq!(
        (engine.vault().key_place(), titles(&engine).await),
        (KeyPlace::Keyring, vec!["呐喊".to_owned()])
    );
    engine.stop().await;
}

#[tokio::test]
async fn damage_met_while_running_is_mended_while_running() {
    let platform = Platform::default();
    let machine = Machine::new();
    let engine = machine.start(platform.gateway()).await;
    let queued = submit(&engine, "彷徨").await;
    for number in 0..40 {
        loan(&engine, &format!("第{number}本，{}", "很长的题名".repeat(200))).await;
    }
    engine.vault().back_up().await.unwrap();
    engine.stop().await;
    drop(engine);
    let file = machine.path().join("hongyan.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // damage the end, which opening does not read
    for place in (bytes.len() * 7 / 8..bytes.len()).step_by(512) {
        bytes[place] ^= 1;
    }
    std::fs::write(&file, bytes).unwrap();
    // closed properly and checked recently, so the start skips the check of every page
    let engine = machine.open(platform.gateway()).await.unwrap();
    assert_eq!(engine.vault().recovery().await.unwrap(), None);
    let problem = engine.requests().list().await.unwrap_err();
    assert_eq!(problem.code, ErrorCode::DatabaseDamaged, "{problem}");
    engine.vault().noticed(&problem);
    until(&engine, "mended", async || engine.vault().recovery().await.is_ok_and(|found| found.is_some()))
        .await;
    assert_eq!(titles(&engine).await.len(), 40);
    let recovery = engine.vault().recovery().await.unwrap().unwrap();
    assert_eq!(recovery.loss, Loss::Restored);
    assert_eq!(recovery.unsent.iter().map(|one| one.title.as_str()).collect::<Vec<_>>(), ["彷徨"]);
    assert_eq!(recovery.unsent[0].id, queued);
    engine.stop().await;
}

#[tokio::test]
async fn a_shared_computer_keeps_nothing_of_anybody_at_any_start() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    loan(&engine, "红楼梦").await;
    submit(&engine, "围城").await;
    let refused = engine.share(true, false).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.params.get("unsent").map(String::as_str)),
        (ErrorCode::NotAllowed, Some("2"))
    );
    assert_eq!(
        (engine.vault().key_place(), titles(&engine).await.len()),
        (KeyPlace::Keyring, 1),
        "nothing has changed"
    );
    engine.share(true, true).await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Shared);
    assert!(titles(&engine).await.is_empty() && machine.keyring.key().is_none(), "what was there is gone");
    let left = |machine: &Machine| -> Vec<String> {
        let entries = std::fs::read_dir(machine.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != "hongyan.lock").collect()
    };
    assert_eq!(left(&machine), ["hongyan.shared"]);
    // on a shared computer, closing always quits the program
    let mut settings = engine.preferences().get().await.unwrap();
    assert_eq!(settings.on_close, OnClose::Quit);
    (settings.on_close, settings.locale) = (OnClose::Tray, "en".into());
    engine.preferences().set(&settings).await.unwrap();
    assert_eq!(engine.preferences().get().await.unwrap().on_close, OnClose::Quit);

    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    loan(&engine, "边城").await;
    engine.sign_out(true).await.unwrap();
    assert_eq!((engine.vault().key_place(), titles(&engine).await.len()), (KeyPlace::Shared, 0));
    assert_eq!(engine.preferences().get().await.unwrap().locale, "", "nor what one patron chose");
    loan(&engine, "边城").await;
    engine.stop().await;
    drop(engine);
    assert_eq!(left(&machine), ["hongyan.shared"]);

    let engine = open(&machine).await;
    assert_eq!(engine.vault().key_place(), KeyPlace::Shared, "asked once, for the computer");
    assert!(titles(&engine).await.is_empty() && machine.keyring.key().is_none());
    engine.share(false, true).await.unwrap();
    assert_eq!(engine.vault().key_place(), KeyPlace::Keyring);
    loan(&engine, "呐喊").await;
    engine.stop().await;
    drop(engine);
    let engine = open(&machine).await;
    assert_eq!(titles(&engine).await, ["呐喊"]);
    engine.stop().await;
}

#[tokio::test]
async fn anothers_history_is_not_touched_by_sharing() {
    let mut machine = Machine::new();
    let engine = open(&machine).await;
    loan(&engine, "红楼梦").await;
    engine.stop().await;
    drop(engine);
    let key = machine.keyring.key();
    // the keyring is unavailable, so the history cannot be read
    machine.keyring = Arc::new(Keyring::broken());
    let engine = open(&machine).await;
    engine.share(true, false).await.unwrap();
    engine.stop().await;
    drop(engine);
    machine.keyring = Arc::default();
    machine.keyring.replace(key);
    let engine = open(&machine).await;
    assert_eq!((engine.vault().key_place(), titles(&engine).await.len()), (KeyPlace::Shared, 0));
    engine.share(false, false).await.unwrap();
    assert_eq!(titles(&engine).await, ["红楼梦"]);
    engine.stop().await;
}
