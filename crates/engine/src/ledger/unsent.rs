//! Data that exists only on this machine: requests not known to have arrived, requests that the patron still
//! has to file on the platform's page, and drafts. Signing out would discard it.

use hongyan_model::{Draft, RequestState};
use hongyan_store::{StoreError, Tx};

use super::Vault;
use crate::base::problem::Problem;
use crate::view::UnsentView;

/// States of a request that has not left this machine, or may not have.
const HERE: [RequestState; 3] = [RequestState::Queued, RequestState::Sending, RequestState::Unknown];

impl Vault {
    /// Requests that are not known to have arrived, oldest first.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn unsent(&self) -> Result<Vec<UnsentView>, Problem> {
        Ok(requests(&mut self.context.read().await?).await?)
    }

    /// What signing out would discard: the unsent requests, then the drafts.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn unsent_and_drafts(&self) -> Result<Vec<UnsentView>, Problem> {
        Ok(all(&mut self.context.read().await?).await?)
    }
}

/// Unsent requests, then drafts.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<UnsentView>, StoreError> {
    let mut unsent = requests(tx).await?;
    unsent
        .extend(tx.drafts().await?.iter().filter(|draft| !draft.is_blank()).map(|draft| shown(draft, true)));
    Ok(unsent)
}

async fn requests(tx: &mut Tx) -> Result<Vec<UnsentView>, StoreError> {
    let mut here = tx.requests_in(&HERE).await?;
    here.retain(|record| record.platform.is_none());
    here.sort_by_key(|record| (record.created_at, record.id()));
    Ok(here.iter().map(|record| shown(&record.draft, false)).collect())
}

fn shown(draft: &Draft, is_draft: bool) -> UnsentView {
    UnsentView {
        id: draft.id,
        title: draft.display_title().to_owned(),
        service: draft.service,
        draft: is_draft,
    }
}
