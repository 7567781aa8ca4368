//! Texts that the patron is writing beside a form, saved while typed: a message to the librarian, the reason of
//! an action. They are removed with what they belong to, and at sign-out.

use super::Requests;
use crate::base::problem::{ErrorCode, Problem, Retry};

/// Longest text in bytes: as for a list of references.
const LONGEST: usize = 2_000_000;
/// Longest name of an object or a field, bytes.
const NAME: usize = 200;
/// Field of a message to the librarian; cleared when the message is queued.
pub(crate) const MESSAGE: &str = "message";
/// Field of an answer to the librarian; cleared likewise.
pub(crate) const EDIT: &str = "edit";

impl Requests {
    /// The saved text of a field; empty if there is none.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn jotting(&self, about: &str, field: &str) -> Result<String, Problem> {
        Ok(self.context.read().await?.jotting(about, field).await?)
    }

    /// Saves the text of a field; an empty text is removed.
    ///
    /// # Errors
    /// `BadCall` for more than two million bytes or an invalid name; [store errors](crate#errors).
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
