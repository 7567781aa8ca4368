//! Requests: forms and their checks, lists of works, submission, and later actions. This room reads and writes
//! the ledger; everything that is sent goes through `outbox/`.

mod act;
pub mod batch;
pub(crate) mod described;
mod documents;
mod drafts;
mod edit;
mod fill;
mod jottings;
mod kept;
mod list;
mod messages;
pub(crate) mod places;
pub(crate) mod present;
pub(crate) mod question;
pub mod recheck;
mod submit;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongyan_model::{Draft, RequestId};

use self::documents::Fetching;
pub(crate) use self::documents::answered;
pub(crate) use self::kept::link as kept_link;
pub(crate) use self::list::{held_here, may_be_taken_back};
use crate::base::context::Context;
use crate::platform::Platform;
use crate::sources::Sources;

/// The patron's requests and drafts. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Requests {
    context: Context,
    sources: Sources,
    platform: Platform,
    own: Arc<Own>,
}

#[derive(Default)]
struct Own {
    /// opened forms that were not written to yet
    blanks: Mutex<HashMap<RequestId, Draft>>,
    /// lock: one download at a time
    fetching: tokio::sync::Mutex<Fetching>,
}

impl Requests {
    pub(crate) fn new(context: Context, sources: Sources, platform: Platform) -> Requests {
        Requests { context, sources, platform, own: Arc::default() }
    }

    /// To be called after the files were exchanged: drops the blank forms.
    pub(crate) fn forget_blanks(&self) {
        self.blanks().clear();
    }

    /// Never held across an `.await`.
    fn blanks(&self) -> MutexGuard<'_, HashMap<RequestId, Draft>> {
        self.own.blanks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
