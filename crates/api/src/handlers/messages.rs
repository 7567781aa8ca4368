//! Handlers for messages between patron and library, and for delivered documents.

use hongyan_engine::problem::Problem;
use hongyan_engine::view::{MessageThread, SavedFile};

use crate::app::App;
use crate::request::{DocumentRef, Jotting, JottingKeep, JottingRef, MessageSend, Nothing, RequestRef};

pub(crate) async fn message_list(app: &App, RequestRef { id }: RequestRef) -> Result<MessageThread, Problem> {
    app.engine.requests().messages(id).await
}

pub(crate) async fn message_send(
    app: &App,
    MessageSend { id, text }: MessageSend,
) -> Result<MessageThread, Problem> {
    app.engine.requests().message_send(id, &text).await
}

pub(crate) async fn message_seen(app: &App, RequestRef { id }: RequestRef) -> Result<Nothing, Problem> {
    app.engine.requests().messages_seen(id).await?;
    Ok(Nothing {})
}

pub(crate) async fn jotting_get(
    app: &App,
    JottingRef { about, field }: JottingRef,
) -> Result<Jotting, Problem> {
    Ok(Jotting { text: app.engine.requests().jotting(&about, &field).await? })
}

pub(crate) async fn jotting_keep(
    app: &App,
    JottingKeep { about, field, text }: JottingKeep,
) -> Result<Nothing, Problem> {
    app.engine.requests().keep_jotting(&about, &field, &text).await?;
    Ok(Nothing {})
}

/// Reports success only after the bytes were verified and the file was written to the folder.
pub(crate) async fn document_save(
    app: &App,
    DocumentRef { id, document }: DocumentRef,
) -> Result<SavedFile, Problem> {
    let fetched = app.engine.requests().document_fetch(id, &document).await?;
    let path = app.host.save_file(&fetched.file_name, &fetched.bytes)?.to_string_lossy().into_owned();
    app.engine.requests().document_saved(id, &document, &path).await?;
    Ok(SavedFile { path })
}
