//! Taking over what the platform says of a request.

use hongyan_model::Request;
use hongyan_store::requests::RequestRecord;
use hongyan_store::{StoreError, Tx};

/// The platform's description becomes what is known here and is kept: where it stands, what was asked for
/// (a request of another machine, or one that was changed), what was delivered.
pub(crate) async fn keep(
    tx: &mut Tx,
    record: &mut RequestRecord,
    mut request: Request,
) -> Result<(), StoreError> {
    request.text.fill(&mut record.draft);
    // what was seen here is known here
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
