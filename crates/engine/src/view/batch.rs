//! View types of lists of works, and of forms filled from a text.

use hongyan_model::Draft;
pub use hongyan_model::capacity::{Capacity, Shortage};
pub use hongyan_model::request::batch::{LookUp, ReadAs};
use hongyan_model::request::fill::Filling;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{DraftView, RequestRow};
use crate::base::problem::Problem;

/// Why a part of a text or a file of references was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum WhyLeft {
    /// a line that belongs to no work
    Stray,
    /// a work with neither a title nor a number
    Empty,
    /// an entry that is not closed, damaged or not divided
    Broken,
    /// a number with a wrong check digit or length; the text is its kind and the number as printed
    CheckDigit,
    /// a part of a reference that was not surely understood; its field is empty
    Unsure,
}

/// Whether the catalogues could be asked about a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Heard {
    /// each of them answered
    All,
    /// some did not answer
    Some,
    /// none answered: nothing is known of the work
    Nobody,
}

view! {
    /// A part of a text or a file of references that was left out.
    pub struct LeftPart {
        /// number of its line in the file, from 1; 0 where lines are not counted (MARC, JSON)
        pub line: u32,
        /// its beginning
        pub text: String,
        /// the reason
        pub why: WhyLeft,
    }

    /// A form filled from a pasted text. Not stored until the form is saved.
    pub struct FormFill {
        /// the filled form; its `catalogued` lists what a catalogue added
        pub draft: Draft,
        /// fields filled from the text, and conflicts between the text and the form
        pub said: Filling,
        /// detected format of the text; none when nothing was recognised
        pub read_as: Option<ReadAs>,
        /// whether the catalogues answered; none when they were not asked
        pub heard: Option<Heard>,
        /// number of works in the text
        pub works: u32,
        /// what was left out of the file, and what of the text is misprinted or was not surely understood; at most 100
        pub left: Vec<LeftPart>,
    }

    /// A list of works to request together.
    pub struct BatchView {
        /// list id
        pub id: Uuid,
        /// time of creation
        pub created_at: Timestamp,
        /// its works, without deleted ones
        pub lines: Vec<BatchLineView>,
        /// works of the text beyond the limit, not included
        pub left_out: u32,
        /// what was left out of the file, where the list was made just now; at most 100
        pub left: Vec<LeftPart>,
        /// what the platform's limits still allow
        pub room: Capacity,
    }

    /// One work of a list: a draft, or a request once it was submitted.
    pub struct BatchLineView {
        /// position in the list, from 1
        pub line: u32,
        /// original text
        pub given: String,
        /// detected format of the text
        pub read_as: ReadAs,
        /// state of the catalogue look-up
        pub look_up: LookUp,
        /// the draft with its checks; none once it was submitted
        pub form: Option<DraftView>,
        /// the request; none before submission
        pub request: Option<RequestRow>,
        /// position of an earlier line for the same work
        pub same_as: Option<u32>,
        /// limit that this line would exceed if the lines before it were submitted too; none when it fits
        pub lacks: Option<Shortage>,
    }

    /// A list of works in the list of drafts.
    pub struct BatchRow {
        /// list id
        pub id: Uuid,
        /// time of creation
        pub created_at: Timestamp,
        /// title of the first work
        pub title: String,
        /// number of works that are drafts
        pub drafts: u32,
        /// number of works that were submitted
        pub requests: u32,
    }

    /// Result of submitting one line.
    pub struct LineOutcome {
        /// position in the list
        pub line: u32,
        /// it was stored in the outbox
        pub submitted: bool,
        /// why it was not submitted
        pub problem: Option<Problem>,
        /// the draft with the failed checks
        pub form: Option<DraftView>,
    }

    /// Result of submitting a list.
    pub struct BatchOutcome {
        /// one for each line of the call
        pub outcomes: Vec<LineOutcome>,
        /// the list after submission
        pub batch: BatchView,
    }
}

impl FormFill {
    /// A form without any changes.
    pub fn of(draft: Draft) -> FormFill {
        FormFill { draft, said: Filling::default(), read_as: None, heard: None, works: 0, left: Vec::new() }
    }
}

impl LeftPart {
    /// Most parts that are listed.
    const MOST: usize = 100;

    /// What a reader left out.
    pub(crate) fn of(left: Vec<hongyan_formats::list::Left>) -> Vec<LeftPart> {
        use hongyan_formats::list::Why;
        let part = |part: hongyan_formats::list::Left| LeftPart {
            line: u32::try_from(part.line).unwrap_or(u32::MAX),
            text: part.text,
            why: match part.why {
                Why::Stray => WhyLeft::Stray,
                Why::Empty => WhyLeft::Empty,
                Why::Broken => WhyLeft::Broken,
                Why::CheckDigit => WhyLeft::CheckDigit,
                Why::Unsure => WhyLeft::Unsure,
            },
        };
        left.into_iter().take(LeftPart::MOST).map(part).collect()
    }
}
