//! Handlers for the library's own page in a window: open it, fill its form, read its list. The shell runs the
//! scripts; the engine makes their input and judges their answers.

use std::time::Duration;

use hongyan_engine::intake::Given;
use hongyan_engine::problem::{ErrorCode, Problem, Retry};
use hongyan_engine::view::{CompanionFill, CompanionRows, KeyPlace, NumberGuesses, RequestDetail, SavedFile};

use crate::app::App;
use crate::library_window::{LibraryOpening, LibraryPlace, LibraryWindow, PageScript};
use crate::request::Nothing;
use crate::request_companion::{
    CompanionCorrect, CompanionDownload, CompanionFillNow, CompanionGo, CompanionKeep, CompanionKept,
    CompanionOpen, CompanionState,
};

/// How long a page has to hear of what was filled before it is read back: frameworks render after the event.
const SETTLE: Duration = Duration::from_millis(300);

fn window(app: &App) -> Result<&dyn LibraryWindow, Problem> {
    let none = || Problem::new(ErrorCode::PageNotOpen, Retry::Never, "this shell has no second window");
    app.host.library().ok_or_else(none)
}

pub(crate) async fn companion_open(app: &App, open: CompanionOpen) -> Result<LibraryPlace, Problem> {
    let library = window(app)?;
    let page = app.engine.handover().page().await?;
    library.open(&LibraryOpening {
        request: open.id,
        page: open.page.then_some(page),
        title: app.engine.libraries().list().await?.library.name,
        // where nothing of the patron is kept, nothing of the page is
        keep: matches!(app.engine.vault().key_place(), KeyPlace::Keyring | KeyPlace::Passphrase),
    })?;
    Ok(library.place())
}

pub(crate) async fn companion_place(app: &App, _: Nothing) -> Result<LibraryPlace, Problem> {
    Ok(app.host.library().map(LibraryWindow::place).unwrap_or_default())
}

pub(crate) async fn companion_go(
    app: &App,
    CompanionGo { to }: CompanionGo,
) -> Result<LibraryPlace, Problem> {
    let library = window(app)?;
    library.go(to)?;
    Ok(library.place())
}

/// The patron has looked whether a form without an answer has arrived.
pub(crate) async fn companion_looked(app: &App, _: Nothing) -> Result<LibraryPlace, Problem> {
    let library = window(app)?;
    library.looked();
    Ok(library.place())
}

pub(crate) async fn companion_fill(
    app: &App,
    CompanionFillNow { id, fill, anyway }: CompanionFillNow,
) -> Result<CompanionFill, Problem> {
    let (library, handover) = (window(app)?, app.engine.handover());
    let input = handover.fill_input(id, fill, anyway).await?;
    let answer = library.run(PageScript::Fill, &input).await?;
    if !fill {
        return handover.filled(id, &answer, None).await;
    }
    tokio::time::sleep(SETTLE).await;
    let read_back = library.run(PageScript::ReadBack, &input).await?;
    handover.filled(id, &answer, Some(&read_back)).await
}

pub(crate) async fn companion_correct(
    app: &App,
    CompanionCorrect { label, field }: CompanionCorrect,
) -> Result<Nothing, Problem> {
    app.engine.handover().correct(&label, field.as_deref()).await?;
    Ok(Nothing {})
}

pub(crate) async fn companion_rows(app: &App, _: Nothing) -> Result<CompanionRows, Problem> {
    let (library, handover) = (window(app)?, app.engine.handover());
    let input = handover.rows_input().await?;
    let answer = library.run(PageScript::Rows, &input).await?;
    handover.rows(&answer).await
}

pub(crate) async fn companion_state(
    app: &App,
    CompanionState { id, state, day, words }: CompanionState,
) -> Result<RequestDetail, Problem> {
    app.engine.handover().said_by_page(id, state, day, &words).await
}

pub(crate) async fn companion_number(app: &App, _: Nothing) -> Result<NumberGuesses, Problem> {
    let (library, handover) = (window(app)?, app.engine.handover());
    let answer = library.run(PageScript::Numbers, &handover.numbers_input().await?).await?;
    handover.numbers(&answer)
}

/// Saves the page's structure and labels, without any value, for the maintainers.
pub(crate) async fn companion_structure(app: &App, _: Nothing) -> Result<SavedFile, Problem> {
    let answer = window(app)?.run(PageScript::Structure, &serde_json::json!({})).await?;
    let text = app.engine.handover().structure(&answer)?;
    let path = app.host.save_file("hongyan-page.json", text.as_bytes())?.to_string_lossy().into_owned();
    Ok(SavedFile { path })
}

pub(crate) async fn companion_download(
    app: &App,
    CompanionDownload { take }: CompanionDownload,
) -> Result<LibraryPlace, Problem> {
    let library = window(app)?;
    library.answer_download(take)?;
    Ok(library.place())
}

/// A click of the patron takes a downloaded file; one that bears the mark of another request stays where it is.
pub(crate) async fn companion_keep(
    app: &App,
    CompanionKeep { id }: CompanionKeep,
) -> Result<CompanionKept, Problem> {
    let (name, bytes) = window(app)?.saved_file().await?;
    let intake = app.engine.intake();
    let view = intake.look(Given::File { name, bytes }, id).await?;
    let Some(request) = view.request else {
        intake.drop_shown(view.id);
        return Ok(CompanionKept { request: None });
    };
    intake.take(view.id, request, false, None).await?;
    Ok(CompanionKept { request: Some(request) })
}

pub(crate) async fn companion_close(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    window(app)?.close();
    Ok(Nothing {})
}
