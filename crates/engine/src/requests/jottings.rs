//! What a patron has begun to write beside a form, kept while it is written: a message to the librarian, the
//! reason of an action. It goes with what it is about, and with everything else at sign-out.

use super::Requests;
use crate::base::problem::{ErrorCode, Problem, Retry};

/// Bytes of the longest text that is kept: what a list of references may have.
const LONGEST: usize = 2_000_000;
/// Bytes of the names of what it is about and of its field.
const NAME: usize = 200;
/// The field of a message to the librarian: emptied with the message that becomes of it.
pub(crate) const MESSAGE: &str = "message";
/// The field of an answer to the librarian, emptied likewise.
pub(crate) const EDIT: &str = "edit";

impl Requests {
    /// What stands in a field; empty when nothing does.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn jotting(&self, about: &str, field: &str) -> Result<String, Problem> {
        Ok(self.context.read().await?.jotting(about, field).await?)
    }

    /// Keeps what stands in a field; an empty text is forgotten.
    ///
    /// # Errors
    /// `BadCall` for more than two million bytes or a name that is none; those of the files.
    pub async fn keep_jotting(&self, about: &str, field: &str, text: &str) -> Result<(), Problem> {
        let named = |name: &str| !name.is_empty() && name.len() <= NAME;
        if !named(about) || !named(field) || text.len() > LONGEST {
            return Err(Problem::new(ErrorCode::BadCall, Retry::Never, "too much for a field"));
        }
        let now = self.context.now();
        let mut tx = self.context.write().await?;
        tx.keep_jotting(about, field, text, now).await?;
        Ok(tx.commit().await?)
    }
}
