//! Exchange of the files under all rooms: at sign-out, when the key moves, when files are reopened or restored.
//!
//! The order is the same everywhere: take the vault's lock (one exchange at a time); stop the tasks, which
//! waits for a refresh of the session; replace the files and close the old ones; reload the cached state of the
//! rooms; start the tasks. Lock order, for locks held across an `.await` (deadlocks are excluded by it): vault,
//! tasks, account, sync, refresh, the ledger's connection.

use crate::base::fault::not_allowed;
use crate::base::problem::Problem;
use crate::ledger::{ALL, Choices, Opened, open, unsent};
use crate::view::AccountView;

use super::Engine;

/// Continues with other files: stops the running tasks, and starts them on the new files.
async fn exchange(engine: &Engine, (files, key): Opened) -> Result<(), Problem> {
    let rooms = &engine.inner;
    engine.pause().await;
    let (old, searches) = (rooms.context.files(), rooms.sources.searches());
    put(engine, (files, key)).await;
    searches.stop().await;
    old.close().await;
    engine.read_in().await?;
    engine.start().await;
    // here and not by the dispatcher: the command may still fail, and the screens show other files all the same
    rooms.context.changed(ALL);
    Ok(())
}

/// Replaces the open files; the caller closes the old ones.
async fn put(engine: &Engine, (files, key): Opened) {
    let rooms = &engine.inner;
    rooms.context.put_files(files);
    rooms.vault.put_standing(key);
    rooms.requests.forget_blanks();
    rooms.intake.forget();
    rooms.sources.exchange().await;
}

pub(super) async fn unlock(engine: &Engine, passphrase: &str) -> Result<(), Problem> {
    let rooms = &engine.inner;
    let _turn = rooms.vault.turn().await;
    let opened = rooms.vault.unlock(passphrase).await?;
    exchange(engine, opened).await?;
    rooms.libraries.recall().await?;
    if engine.reading_only().is_none() {
        rooms.handover.leave_queue().await?;
    }
    Ok(())
}

pub(super) async fn set_passphrase(engine: &Engine, current: &str, passphrase: &str) -> Result<(), Problem> {
    let rooms = &engine.inner;
    let _turn = rooms.vault.turn().await;
    let choices = rooms.vault.choices().await?;
    let Some(opened) = rooms.vault.set_passphrase(current, passphrase).await? else { return Ok(()) };
    exchange(engine, opened).await?;
    keep_choices(engine, choices).await
}

pub(super) async fn start_anew(engine: &Engine) -> Result<(), Problem> {
    let _turn = engine.inner.vault.turn().await;
    let opened = engine.inner.vault.start_anew().await?;
    exchange(engine, opened).await
}

pub(super) async fn reopen(engine: &Engine) -> Result<(), Problem> {
    let rooms = &engine.inner;
    let _turn = rooms.vault.turn().await;
    let files = rooms.context.files();
    let (Some(_), Some(key)) = (&files.reading, files.ledger.key()) else { return Ok(()) };
    engine.pause().await;
    engine.close_files().await;
    let files = rooms.vault.files_under(&key).await?;
    let still = files.reading.clone();
    exchange(engine, (files, rooms.vault.standing())).await?;
    still.map_or(Ok(()), Err)
}

pub(super) async fn sign_out(engine: &Engine, discard_unsent: bool) -> Result<AccountView, Problem> {
    let rooms = &engine.inner;
    refuse_unsent(engine, discard_unsent).await?;
    let choices = rooms.vault.choices().await?;
    let _turn = rooms.vault.turn().await;
    engine.pause().await;
    rooms.platform.say_farewell().await;
    engine.close_files().await;
    let opened = rooms.vault.erase().await?;
    put(engine, opened).await;
    // what a browser sent to this patron; it outlives an exchange that the patron only unlocks by
    rooms.intake.arrivals_drop();
    rooms.sources.open().await?;
    rooms.platform.recall_terms().await?;
    // the state of the connection does not belong to the patron
    rooms.platform.set_blocked(None);
    rooms.sync.reset();
    rooms.context.wakes().reset_need();
    keep_choices(engine, choices).await?;
    engine.start().await;
    rooms.platform.account().await
}

pub(super) async fn share(engine: &Engine, shared: bool, discard_unsent: bool) -> Result<(), Problem> {
    let vault = &engine.inner.vault;
    if !vault.may_share(shared)? {
        return Ok(());
    }
    let library = engine.inner.libraries.kept().await?;
    refuse_unsent(engine, discard_unsent).await?;
    vault.set_shared(shared, library.as_ref())?;
    if let Err(error) = engine.sign_out(true).await {
        // an incomplete erasure is completed at the next start; the computer keeps its kind
        vault.set_shared(!shared, library.as_ref())?;
        return Err(error);
    }
    Ok(())
}

/// Fails with `NotAllowed` when something exists only here and `discard` is false.
async fn refuse_unsent(engine: &Engine, discard: bool) -> Result<(), Problem> {
    let unsent = unsent::all(&mut engine.inner.context.read().await?).await?.len();
    if unsent > 0 && !discard {
        return Err(not_allowed("requests wait to be sent").with("unsent", unsent));
    }
    Ok(())
}

/// Writes the choices into the files that are open now and applies them.
async fn keep_choices(engine: &Engine, choices: Choices) -> Result<(), Problem> {
    let rooms = &engine.inner;
    rooms.vault.keep_choices(choices).await?;
    rooms.sources.open().await?;
    rooms.platform.recall_terms().await?;
    Ok(())
}

/// Reopens the files with a check of every page: a damaged ledger is restored from the newest copy.
pub(super) async fn mend(engine: &Engine) {
    let vault = &engine.inner.vault;
    let Some(_turn) = vault.try_turn() else { return };
    let closed = vault.has_ended() || engine.reading_only().is_some();
    if closed || engine.inner.context.files().ledger.key().is_none() {
        return;
    }
    engine.pause().await;
    let mended = mend_files(engine).await;
    // after a failure the mark stays on the disk, and the next start tries again
    vault.mended(mended.is_err());
    match mended {
        Err(problem) => tracing::error!(code = ?problem.code, "The ledger could not be restored."),
        // the shutdown may have given up waiting for this
        Ok(()) if vault.has_ended() => engine.close_files().await,
        Ok(()) => engine.start().await,
    }
    engine.inner.context.changed(ALL);
}

/// Closes and reopens the files; every page is checked while nothing else uses them. No task may run on them.
pub(super) async fn mend_files(engine: &Engine) -> Result<(), Problem> {
    let rooms = &engine.inner;
    let Some(key) = rooms.context.files().ledger.key() else { return Ok(()) };
    let began = rooms.context.now();
    engine.close_files().await;
    open::mark_suspect(rooms.context.data_dir())?;
    let files = rooms.vault.files_under(&key).await?;
    if rooms.vault.has_ended() {
        files.close().await;
        return Ok(());
    }
    put(engine, (files, rooms.vault.standing())).await;
    engine.read_in().await?;
    rooms.vault.looked_at(began).await
}
