//! View types of the strip beside the library's page (代填, 查看进度).

use hongyan_model::{RequestId, RequestState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::HandOverField;

choice! {
    /// What became of a value in the library's form.
    pub enum Taken {
        /// its field was found; nothing was written yet
        #[default]
        Found,
        /// the page has it
        Filled,
        /// the page did not take it, or changed it
        Refused,
        /// the page took the beginning only
        Cut,
    }

    /// What a form of the library is for.
    pub enum FormFor {
        /// a copy of an article
        #[default]
        Article,
        /// a loan
        Loan,
    }

    /// Why a control of the page was left alone.
    pub enum LeftBecause {
        /// the page does not let anybody write there now
        #[default]
        Locked,
        /// password, e-mail, telephone, captcha, search and the like, which are the patron's own
        Forbidden,
        /// a select of a component library, which takes no text
        Select,
        /// a date picker that takes no text
        DatePicker,
        /// a frame of another site, or a closed component
        Closed,
    }
}

view! {
    /// A field of the library's form that one of our values belongs to.
    pub struct FoundField {
        /// our field: `title`, `pages` …
        pub field: String,
        /// what the page calls it
        pub label: String,
        /// what became of the value
        pub taken: Taken,
    }

    /// A control of the page that was left alone.
    pub struct LeftField {
        /// what the page calls it; may be empty
        pub label: String,
        /// the reason
        pub because: LeftBecause,
        /// our field that the label speaks of
        pub field: Option<String>,
    }

    /// The library's form as our script found it.
    pub struct CompanionFill {
        /// whether values were written
        pub filled: bool,
        /// false if the page is larger than what was looked at
        pub complete: bool,
        /// the form looks like this kind, and the request is of the other; then nothing is filled in unless the patron
        /// wants it anyway
        pub other: Option<FormFor>,
        /// fields that belong to a value
        pub found: Vec<FoundField>,
        /// values without a place on the page
        pub missing: Vec<HandOverField>,
        /// controls that were left alone
        pub left: Vec<LeftField>,
        /// labels of controls that no value belongs to, as far as is known
        pub free: Vec<String>,
    }

    /// What the library's page says of a request.
    pub struct PageRow {
        /// the request
        pub id: RequestId,
        /// its title
        pub title: String,
        /// its present state
        pub state: RequestState,
        /// the words of the page
        pub text: String,
        /// the state that they seem to mean; none if they name none, or none that may follow
        pub step: Option<RequestState>,
        /// the words that mean it
        pub because: String,
        /// whether a day belongs to the state
        pub dated: bool,
        /// a day to begin with: the usual one of a loan
        #[cfg_attr(feature = "export", ts(type = "string | null"))]
        pub day: Option<Date>,
    }

    /// The library's list of requests, compared with ours.
    pub struct CompanionRows {
        /// requests that the page speaks of
        pub rows: Vec<PageRow>,
        /// open requests that the page does not speak of
        pub absent: u32,
    }

    /// Guesses of the number that the page gave a request, most likely first.
    pub struct NumberGuesses {
        /// the numbers
        pub numbers: Vec<String>,
    }
}
