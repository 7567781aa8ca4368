//! Handlers for drafts and requests.

use hongyan_engine::problem::Problem;
use hongyan_engine::view::{DraftView, RequestDetail, RequestList};

use crate::app::App;
use crate::request::{
    DraftNew, DraftSave, Nothing, PendingRef, RequestAct, RequestEdit, RequestRef, RequestSubmit,
};

pub(crate) async fn draft_new(
    app: &App,
    DraftNew { service, work, text }: DraftNew,
) -> Result<DraftView, Problem> {
    let searches = app.engine.sources().searches();
    if let Some(at) = &work {
        let work = searches.work(&at.search_id, &at.work_id).await?;
        let asked = searches.text(&at.search_id).await?;
        return app.engine.requests().draft_from_work(service, &work, &asked).await;
    }
    let record = match &text {
        Some(text) => searches.lookup(text, &app.engine.sources().off().await?).await,
        None => None,
    };
    app.engine.requests().draft_new(service, record.as_ref(), text.as_deref()).await
}

pub(crate) async fn draft_get(app: &App, RequestRef { id }: RequestRef) -> Result<DraftView, Problem> {
    app.engine.requests().draft_get(id).await
}

pub(crate) async fn draft_save(app: &App, DraftSave { draft }: DraftSave) -> Result<DraftView, Problem> {
    app.engine.requests().draft_save(draft).await
}

pub(crate) async fn draft_check(app: &App, RequestRef { id }: RequestRef) -> Result<DraftView, Problem> {
    app.engine.requests().draft_check(id).await
}

pub(crate) async fn draft_delete(app: &App, RequestRef { id }: RequestRef) -> Result<Nothing, Problem> {
    app.engine.requests().draft_delete(id).await?;
    Ok(Nothing {})
}

pub(crate) async fn request_list(app: &App, _: Nothing) -> Result<RequestList, Problem> {
    app.engine.requests().list().await
}

pub(crate) async fn request_get(app: &App, RequestRef { id }: RequestRef) -> Result<RequestDetail, Problem> {
    app.engine.requests().get(id).await
}

pub(crate) async fn request_submit(
    app: &App,
    RequestSubmit { id, wait }: RequestSubmit,
) -> Result<RequestDetail, Problem> {
    app.engine.requests().submit_or_wait(id, wait, false).await
}

pub(crate) async fn request_act(
    app: &App,
    RequestAct { id, action, params }: RequestAct,
) -> Result<RequestDetail, Problem> {
    app.engine.requests().act_with(id, &action, params).await
}

pub(crate) async fn request_edit(
    app: &App,
    RequestEdit { draft }: RequestEdit,
) -> Result<RequestDetail, Problem> {
    app.engine.requests().edit(draft).await
}

pub(crate) async fn pending_drop(
    app: &App,
    PendingRef { id, pending }: PendingRef,
) -> Result<RequestDetail, Problem> {
    app.engine.requests().pending_drop(id, pending).await
}
