//! Handlers for what the patron drops or pastes for requests, and for kept files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hongyan_engine::intake::Given;
use hongyan_engine::problem::{ErrorCode, Problem, Retry};
use hongyan_engine::view::{IntakeView, RequestDetail, SavedFile};

use crate::app::App;
use crate::request::Nothing;
use crate::request_intake::{FileRef, FilesSaved, IntakeLook, IntakeRef, IntakeTake, SavedRef};

pub(crate) async fn intake_look(app: &App, look: IntakeLook) -> Result<IntakeView, Problem> {
    let bad = |detail: &str| Problem::new(ErrorCode::BadCall, Retry::Never, detail);
    let IntakeLook { name, bytes, held, text, on } = look;
    let given = match (bytes, held, text) {
        (Some(bytes), None, None) => {
            let bytes = STANDARD.decode(bytes).map_err(|_| bad("not base64"))?;
            Given::File { name, bytes }
        }
        (None, Some(held), None) => {
            let (name, bytes) = app.host.held_file(held)?;
            Given::File { name, bytes }
        }
        (None, None, Some(text)) => Given::Text(text),
        _ => return Err(bad("exactly one way of giving it")),
    };
    app.engine.intake().look(given, on).await
}

pub(crate) async fn intake_take(
    app: &App,
    IntakeTake { id, request, step, day }: IntakeTake,
) -> Result<RequestDetail, Problem> {
    app.engine.intake().take(id, request, step, day).await
}

pub(crate) async fn intake_drop(app: &App, IntakeRef { id }: IntakeRef) -> Result<Nothing, Problem> {
    app.engine.intake().drop_shown(id);
    Ok(Nothing {})
}

pub(crate) async fn file_open(app: &App, FileRef { id }: FileRef) -> Result<Nothing, Problem> {
    let path = app.engine.intake().open_copy(id).await?;
    app.host.open_file(&path)?;
    Ok(Nothing {})
}

pub(crate) async fn file_save(app: &App, FileRef { id }: FileRef) -> Result<SavedFile, Problem> {
    let plain = app.engine.intake().plain(id).await?;
    let path = app.host.save_file(&plain.file_name, &plain.bytes)?.to_string_lossy().into_owned();
    Ok(SavedFile { path })
}

pub(crate) async fn file_remove(app: &App, FileRef { id }: FileRef) -> Result<RequestDetail, Problem> {
    app.engine.intake().remove(id).await
}

pub(crate) async fn file_save_all(app: &App, _: Nothing) -> Result<FilesSaved, Problem> {
    let mut path = String::new();
    let save = |plain: hongyan_engine::intake::Plain| {
        path = app.host.save_file(&plain.file_name, &plain.bytes)?.to_string_lossy().into_owned();
        Ok(())
    };
    let (saved, lost) = app.engine.intake().all(save).await?;
    Ok(FilesSaved { saved, lost, path })
}

pub(crate) async fn saved_show(app: &App, SavedRef { path }: SavedRef) -> Result<Nothing, Problem> {
    app.host.show_saved(std::path::Path::new(&path))?;
    Ok(Nothing {})
}
