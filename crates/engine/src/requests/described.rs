//! Storing the platform's description of a request.

use hongyan_model::Request;
use hongyan_store::requests::RequestRecord;
use hongyan_store::{StoreError, Tx};

/// Stores the platform's description of a request: its state, its form (of a request from another machine, or
/// an edited one) and its documents.
pub(crate) async fn keep(
    tx: &mut Tx,
    record: &mut RequestRecord,
    mut request: Request,
) -> Result<(), StoreError> {
    request.text.fill(&mut record.draft);
    // the local count of unread messages takes precedence: the patron may have read them here
    request.unread_messages = tx.unread_messages(request.id).await?;
    record.state = request.state.clone();
    let documents = std::mem::take(&mut request.documents);
    record.platform = Some(request);
    tx.put_request(record).await?;
    if !documents.is_empty() {
        tx.put_documents(record.id(), &documents).await?;
    }
    Ok(())
}
