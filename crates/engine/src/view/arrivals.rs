//! View types of works that a browser sent, and of the listener for browser extensions.

use hongyan_model::{RequestId, Service};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::problem::Problem;

choice! {
    /// By which way it came.
    pub enum ArrivalWay {
        /// a browser extension sent it to the listener
        #[default]
        Extension,
        /// an address of our scheme: a link of a page, a bookmark, another program
        Address,
    }

    /// What it is for.
    pub enum ArrivalWish {
        /// a form for a work
        #[default]
        Request,
        /// words for the search box
        Search,
    }
}

view! {
    /// Something that a browser sent and that waits for the patron. All of it is outside text.
    pub struct ArrivalView {
        /// names it
        pub id: Uuid,
        /// how it came
        pub way: ArrivalWay,
        /// what it is for
        pub wish: ArrivalWish,
        /// title of the first work, or the words for the search box; may be empty
        pub title: String,
        /// its first creators; may be empty
        pub by: String,
        /// the journal or the book that it is in; may be empty
        pub container: String,
        /// date of publication; may be empty
        pub date: String,
        /// an identifier of the work itself; may be empty
        pub number: String,
        /// number of works; 0 for words for the search box
        pub works: u32,
        /// the service that suits the first one
        pub service: Service,
        /// words for the search box
        pub search: String,
    }

    /// What waits for the patron.
    pub struct ArrivalsView {
        /// oldest first
        pub waiting: Vec<ArrivalView>,
        /// left out since, because too much waited or came at once
        pub dropped: u32,
        /// addresses of our scheme that asked for nothing that we know
        pub refused: u32,
    }

    /// What was made of it: a form, or a list of works.
    pub struct ArrivalTaken {
        /// the form
        pub draft: Option<RequestId>,
        /// the list
        pub list: Option<Uuid>,
    }

    /// The listener for browser extensions.
    pub struct ListenerView {
        /// whether the patron has switched it on
        pub on: bool,
        /// its port on 127.0.0.1
        pub port: u16,
        /// why it is not open although it is switched on
        pub problem: Option<Problem>,
        /// whether it is offered on this computer
        pub offered: bool,
    }
}
