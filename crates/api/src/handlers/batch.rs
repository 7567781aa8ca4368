//! Handlers for lists of works and for forms filled from a text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hongyan_engine::batch::{Common, Given};
use hongyan_engine::problem::{ErrorCode, Problem, Retry};
use hongyan_engine::view::{BatchOutcome, BatchRow, BatchView, DraftView, FormFill};

use crate::app::App;
use crate::request::{DraftSave, Nothing};
use crate::request_batch::{BatchClose, BatchLineRef, BatchNew, BatchRef, BatchSet, BatchSubmit, DraftFill};

pub(crate) async fn draft_fill(
    app: &App,
    DraftFill { service, text, file, form }: DraftFill,
) -> Result<FormFill, Problem> {
    app.engine.requests().draft_fill(service, given(text, file)?, form.as_ref()).await
}

/// A text, or the bytes of a file in base64.
fn given(text: String, file: Option<String>) -> Result<Given, Problem> {
    let Some(file) = file else { return Ok(Given::Text(text)) };
    let bytes = STANDARD.decode(file);
    bytes.map(Given::File).map_err(|_| Problem::new(ErrorCode::BadCall, Retry::Never, "not base64"))
}

pub(crate) async fn draft_restore(app: &App, DraftSave { draft }: DraftSave) -> Result<DraftView, Problem> {
    app.engine.requests().draft_restore(draft).await
}

pub(crate) async fn batch_new(
    app: &App,
    BatchNew { text, file, works }: BatchNew,
) -> Result<BatchView, Problem> {
    let searches = app.engine.sources().searches();
    let mut chosen = Vec::new();
    if let Some(works) = works {
        for id in works.work_ids.iter().take(hongyan_engine::batch::MAX_LINES) {
            chosen.push(searches.work(&works.search_id, id).await?);
        }
    }
    app.engine.requests().batch_new(given(text, file)?, &chosen).await
}

pub(crate) async fn batch_get(app: &App, BatchRef { id }: BatchRef) -> Result<BatchView, Problem> {
    app.engine.requests().batch_get(id).await
}

pub(crate) async fn batch_list(app: &App, _: Nothing) -> Result<Vec<BatchRow>, Problem> {
    app.engine.requests().batch_list().await
}

pub(crate) async fn batch_look_up(
    app: &App,
    BatchLineRef { id, line }: BatchLineRef,
) -> Result<BatchView, Problem> {
    app.engine.requests().batch_look_up(id, line).await
}

pub(crate) async fn batch_set(app: &App, request: BatchSet) -> Result<BatchView, Problem> {
    let BatchSet { id, declaration_accepted, pickup_location } = request;
    app.engine.requests().batch_set(id, &Common { declaration_accepted, pickup_location }).await
}

pub(crate) async fn batch_submit(
    app: &App,
    BatchSubmit { id, lines, wait }: BatchSubmit,
) -> Result<BatchOutcome, Problem> {
    app.engine.requests().batch_submit(id, &lines, wait).await
}

pub(crate) async fn batch_close(
    app: &App,
    BatchClose { id, discard }: BatchClose,
) -> Result<Nothing, Problem> {
    app.engine.requests().batch_close(id, discard).await?;
    Ok(Nothing {})
}
