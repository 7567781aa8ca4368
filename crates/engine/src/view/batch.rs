//! What the screens see of forms that are filled from elsewhere, and of lists of works.

use hongyan_model::Draft;
pub use hongyan_model::capacity::{Capacity, Shortage};
pub use hongyan_model::request::batch::{LookUp, ReadAs};
use hongyan_model::request::fill::Filling;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{DraftView, RequestRow};
use crate::base::problem::Problem;

view! {
    /// What a text says about a wanted work. Nothing of it is kept until the form is.
    pub struct FormFill {
        /// the form with what was added; what a catalogue added it says itself
        pub draft: Draft,
        /// what the text itself added, and where it says something else than the form
        pub said: Filling,
        /// what the text was taken for; none when it says nothing
        pub read_as: Option<ReadAs>,
        /// how many works the text names
        pub works: u32,
    }

    /// A list of works to be requested together.
    pub struct BatchView {
        /// its id
        pub id: Uuid,
        /// when it was made
        pub created_at: Timestamp,
        /// its works; those that were thrown away are gone
        pub lines: Vec<BatchLineView>,
        /// works of the text that were too many
        pub left_out: u32,
        /// what the platform still allows
        pub room: Capacity,
    }

    /// One work of a list: a form while it is a draft, a request once it was submitted.
    pub struct BatchLineView {
        /// its place in the list, from 1
        pub line: u32,
        /// as it was given
        pub given: String,
        /// what it was taken for
        pub read_as: ReadAs,
        /// whether the catalogues were asked
        pub look_up: LookUp,
        /// the form with its checks
        pub form: Option<DraftView>,
        /// the request that became of it
        pub request: Option<RequestRow>,
        /// the line before it that asks for the same
        pub same_as: Option<u32>,
        /// what is missing for it, when those before it in the list are submitted, too; none when there is room
        pub lacks: Option<Shortage>,
    }

    /// A list in the list of drafts.
    pub struct BatchRow {
        /// its id
        pub id: Uuid,
        /// when it was made
        pub created_at: Timestamp,
        /// title of its first work
        pub title: String,
        /// works that are still drafts
        pub drafts: u32,
        /// works that were submitted
        pub requests: u32,
    }

    /// What came of submitting one line.
    pub struct LineOutcome {
        /// its place in the list
        pub line: u32,
        /// it is kept and on its way
        pub submitted: bool,
        /// why it is not
        pub problem: Option<Problem>,
        /// the form with the checks that are in the way
        pub form: Option<DraftView>,
    }

    /// What came of submitting a list.
    pub struct BatchOutcome {
        /// one for each line that was to be submitted
        pub outcomes: Vec<LineOutcome>,
        /// the list as it is now
        pub batch: BatchView,
    }
}

impl FormFill {
    /// A form to which nothing was added.
    pub fn of(draft: Draft) -> FormFill {
        FormFill { draft, said: Filling::default(), read_as: None, works: 0 }
    }
}
