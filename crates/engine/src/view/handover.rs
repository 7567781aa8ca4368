//! The patron's library, and carrying requests to its page.

use hongyan_model::library::{Library, ProfileSlip};
use hongyan_model::{RequestId, RequestState};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

view! {
    /// A library that the program carries.
    pub struct CarriedLibrary {
        /// by which it is chosen
        pub tenant: String,
        /// 简体 name
        pub name: String,
        /// English name
        pub name_en: String,
    }

    /// The patron's library and the choice there is.
    pub struct LibraryView {
        /// carried by the program
        pub carried: Vec<CarriedLibrary>,
        /// the patron has chosen, or it is given
        pub chosen: bool,
        /// nothing to choose: the demo, or a platform that was named at the start
        pub given: bool,
        /// name of a library that was chosen and takes effect at the next start
        pub at_next_start: Option<String>,
        /// requests are carried over by the patron
        pub hands_over: bool,
        /// in effect now
        pub library: Library,
        /// when the platform said its fees, times and days that `library` has; none where the profile holds
        pub terms_heard: Option<Timestamp>,
    }

    /// What came of choosing.
    pub struct LibraryChosen {
        /// why the profile does not read; then nothing has changed
        pub slip: Option<ProfileSlip>,
        /// as it stands now
        pub view: LibraryView,
    }

    /// A field to copy.
    pub struct HandOverField {
        /// name of the form's field: `title`, `pages` …
        pub name: String,
        /// what to copy
        pub value: String,
    }

    /// A state that the patron may enter.
    pub struct HandOverStep {
        /// where it would stand
        pub state: RequestState,
        /// a day may go with it
        pub dated: bool,
        /// the day that is usual
        #[cfg_attr(feature = "export", ts(type = "string | null"))]
        pub usual: Option<Date>,
    }

    /// Carrying a request to the platform's page.
    pub struct HandOverView {
        /// the request
        pub id: RequestId,
        /// the patron has said that it is filed
        pub sent: bool,
        /// the platform's number, as the patron wrote it
        pub number: String,
        /// the page
        pub page: String,
        /// the address of an OpenURL resolver with everything filled in
        pub resolver: Option<String>,
        /// in the order of a form
        pub fields: Vec<HandOverField>,
        /// what may be said next
        pub steps: Vec<HandOverStep>,
    }
}
