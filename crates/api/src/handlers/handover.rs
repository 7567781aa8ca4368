//! Handlers for choosing the library and for filing requests by hand on its page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hongyan_engine::LibraryPick;
use hongyan_engine::problem::{ErrorCode, Problem, Retry};
use hongyan_engine::view::{
    CarriedLibrary, DeskMail, FormView, HandOverView, LibraryChosen, LibraryView, RequestDetail, SavedFile,
};
use hongyan_model::library::Typed;

use crate::app::App;
use crate::request::{Nothing, RequestRef};
use crate::request_handover::{
    FormSet, HandOverPage, HandOverSent, HandOverState, LibraryChoose, LibraryFind,
};

pub(crate) async fn library_list(app: &App, _: Nothing) -> Result<LibraryView, Problem> {
    app.engine.libraries().list().await
}

pub(crate) async fn library_choose(app: &App, choice: LibraryChoose) -> Result<LibraryChosen, Problem> {
    let pick = match choice {
        LibraryChoose { tenant: Some(tenant), profile: None, typed: None } => LibraryPick::Carried(tenant),
        LibraryChoose { tenant: None, profile: Some(text), typed: None } => LibraryPick::Profile(text),
        LibraryChoose { tenant: None, profile: None, typed: Some(typed) } => LibraryPick::Typed(Typed {
            name: typed.name,
            page: typed.page,
            catalogue: typed.catalogue,
            mail: typed.mail,
            phone: typed.phone,
            loan_days: typed.loan_days,
        }),
        _ => return Err(Problem::new(ErrorCode::BadCall, Retry::Never, "exactly one way of choosing")),
    };
    app.engine.choose_library(pick).await
}

pub(crate) async fn library_find(
    app: &App,
    LibraryFind { text }: LibraryFind,
) -> Result<Vec<CarriedLibrary>, Problem> {
    Ok(app.engine.libraries().find(&text))
}

/// Saves the library's profile as a file that another Hongyan, or the maintainers, can read.
pub(crate) async fn library_export(app: &App, _: Nothing) -> Result<SavedFile, Problem> {
    let library = app.engine.handover().library_as_corrected().await?;
    let name = format!("hongyan-library-{}.toml", library.tenant);
    let path = app.host.save_file(&name, library.to_toml().as_bytes())?.to_string_lossy().into_owned();
    Ok(SavedFile { path })
}

pub(crate) async fn form_get(app: &App, _: Nothing) -> Result<FormView, Problem> {
    app.engine.handover().form().await
}

pub(crate) async fn form_set(app: &App, FormSet { name, bytes }: FormSet) -> Result<FormView, Problem> {
    let bytes = bytes.map(|bytes| STANDARD.decode(bytes)).transpose();
    let bytes = bytes.map_err(|_| Problem::new(ErrorCode::BadCall, Retry::Never, "not base64"))?;
    app.engine.handover().set_form(bytes.map(|bytes| (name, bytes))).await
}

pub(crate) async fn handover_form(app: &App, RequestRef { id }: RequestRef) -> Result<SavedFile, Problem> {
    let filled = app.engine.handover().filled_form(id).await?;
    let path = app.host.save_file(&filled.file_name, &filled.bytes)?.to_string_lossy().into_owned();
    Ok(SavedFile { path })
}

/// Opens the patron's mail program with the request as a mail to the desk.
pub(crate) async fn handover_mail(app: &App, RequestRef { id }: RequestRef) -> Result<DeskMail, Problem> {
    let mail = app.engine.handover().mail(id).await?;
    app.host.open_mail(&mail.address)?;
    Ok(mail)
}

pub(crate) async fn handover_page(
    app: &App,
    HandOverPage { page }: HandOverPage,
) -> Result<Nothing, Problem> {
    app.engine.handover().choose_page(&page).await?;
    Ok(Nothing {})
}

pub(crate) async fn handover_get(app: &App, RequestRef { id }: RequestRef) -> Result<HandOverView, Problem> {
    app.engine.handover().get(id).await
}

pub(crate) async fn handover_sent(
    app: &App,
    HandOverSent { id, number }: HandOverSent,
) -> Result<RequestDetail, Problem> {
    app.engine.handover().sent(id, &number).await
}

pub(crate) async fn handover_state(
    app: &App,
    HandOverState { id, state, day, note, source }: HandOverState,
) -> Result<RequestDetail, Problem> {
    app.engine.handover().state(id, state, day, &note, source).await
}

pub(crate) async fn handover_take_back(
    app: &App,
    RequestRef { id }: RequestRef,
) -> Result<RequestDetail, Problem> {
    app.engine.handover().take_back(id).await
}
