//! View types of the patron's library, and of handing requests over to the platform's page.

use hongyan_model::library::{Library, NamedPage, ProfileSlip};
use hongyan_model::{RequestId, RequestState};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

view! {
    /// A library whose profile is built in.
    pub struct CarriedLibrary {
        /// tenant id, for `library_choose`
        pub tenant: String,
        /// 简体 name
        pub name: String,
        /// English name
        pub name_en: String,
        /// the pages where its requests are filed, the first choice first; none where it has an interface
        pub pages: Vec<NamedPage>,
    }

    /// The patron's library and the choices.
    pub struct LibraryView {
        /// built-in libraries
        pub carried: Vec<CarriedLibrary>,
        /// chosen by the patron or preset
        pub chosen: bool,
        /// preset, so that there is no choice: the demo, or a platform given at start
        pub given: bool,
        /// name of a chosen library that takes effect at the next start
        pub at_next_start: Option<String>,
        /// hand-over: the patron files requests on the platform's own page
        pub hands_over: bool,
        /// the library in effect
        pub library: Library,
        /// time of the platform's fees, times and calendar in `library`; none when they come from its
        /// profile
        pub terms_heard: Option<Timestamp>,
    }

    /// Result of choosing a library.
    pub struct LibraryChosen {
        /// why the profile does not parse; then nothing has changed
        pub slip: Option<ProfileSlip>,
        /// the state after the choice
        pub view: LibraryView,
    }

    /// A form field to copy.
    pub struct HandOverField {
        /// field name: `title`, `pages` …
        pub name: String,
        /// value to copy
        pub value: String,
    }

    /// A state that the patron may record.
    pub struct HandOverStep {
        /// the new state
        pub state: RequestState,
        /// a date can be recorded with it
        pub dated: bool,
        /// suggested date
        #[cfg_attr(feature = "export", ts(type = "string | null"))]
        pub usual: Option<Date>,
    }

    /// A request as a mail in the patron's mail program.
    pub struct DeskMail {
        /// `mailto:…`
        pub address: String,
        /// some fields found no room in it: the text is to be pasted
        pub cut: bool,
    }

    /// The library's own form, a Word document with names in braces.
    #[derive(Default)]
    pub struct FormView {
        /// name of its file; empty if there is none
        pub name: String,
        /// names in it for which there are values, in order
        pub known: Vec<String>,
        /// names that mean nothing here; they are left empty
        pub unknown: Vec<String>,
    }

    /// Hand-over of a request to the platform's page.
    pub struct HandOverView {
        /// request id
        pub id: RequestId,
        /// its mark, `HY-7K3M9QX`; stands in the field `note` too
        pub mark: String,
        /// the patron has recorded that it was filed
        pub sent: bool,
        /// the platform's number, as entered by the patron
        pub number: String,
        /// address of the page that the patron uses: the one chosen last, else the profile's first
        pub page: String,
        /// the pages to choose from
        pub pages: Vec<NamedPage>,
        /// the address that takes requests by mail; empty if there is none
        pub desk_mail: String,
        /// the whole request as a text in Chinese, for the desk by whatever way
        pub text: String,
        /// file name of the library's own form, a Word document that can be filled in; empty if there is none
        pub form: String,
        /// address of an OpenURL resolver with all fields; none when the library has no resolver
        pub resolver: Option<String>,
        /// fields to copy, in the order of the form
        pub fields: Vec<HandOverField>,
        /// states that the patron may record next
        pub steps: Vec<HandOverStep>,
    }
}
