//! The step that a letter or a file means for a request.

use hongyan_model::mail::{FileKind, Says};
use hongyan_model::{Provenance, RequestState, Service};
use hongyan_store::requests::RequestRecord;

use super::read::Came;
use crate::handover::{dated, follows};
use crate::view::IntakeStep;
use RequestState as S;

/// The step, if it may follow. Only where nobody else keeps the state of a request: a platform with an interface is the
/// authority on it.
pub(super) fn of(record: &RequestRecord, came: &Came, hands_over: bool) -> Option<IntakeStep> {
    if !hands_over {
        return None;
    }
    let copy = record.draft.service == Service::Copy;
    let file = came.mail.files.iter().any(|file| file.kind == FileKind::Document);
    let (state, day, sure) = if copy && file {
        (S::Delivered, None, true)
    } else {
        let (state, day) = said(came.says?)?;
        (state, day, false)
    };
    let filed = record.platform.is_some();
    let may = follows(&record.state, filed, record.draft.service, &state, Provenance::Mail);
    may.then(|| IntakeStep { dated: dated(&state), day, sure, state })
}

/// What the words of a letter mean; nothing for those about an account.
fn said(says: Says) -> Option<(RequestState, Option<jiff::civil::Date>)> {
    match says {
        Says::FileCame => Some((S::Delivered, None)),
        Says::Pickup { until } => Some((S::AwaitingPickup, until)),
        Says::Due { on } => Some((S::OnLoan, Some(on))),
        Says::Recalled { by } => Some((S::Recalled, by)),
        Says::Unfilled => Some((S::Unfilled, None)),
        Says::Declined => Some((S::Declined, None)),
        Says::AccountOpened | Says::ReviewPassed => None,
    }
}
