//! View types of what came for requests: letters and files that the patron dropped or pasted.

use hongyan_model::mail::tie::By;
use hongyan_model::mail::{FileKind, Keeper, Says};
use hongyan_model::{RequestId, RequestState, Service};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

choice! {
    /// Why a letter or a file is shown with its request, or is asked about.
    pub enum TieKind {
        /// it belongs to no request that is known
        #[default]
        Unknown,
        /// it was dropped on this request
        Dropped,
        /// it names this request and no other
        Tied,
        /// it may belong to several: the patron chooses
        Several,
        /// it was dropped on one request and bears the mark of another: the patron chooses
        Others,
    }
}

choice! {
    /// What was dropped.
    pub enum IntakeKind {
        /// a mail
        #[default]
        Mail,
        /// the text of a mail
        Text,
        /// a file
        File,
    }
}

view! {
    /// A link of a letter: opened by the patron or by nobody.
    pub struct LinkView {
        /// address, http or https
        pub address: String,
        /// its host
        pub host: String,
        /// the other host that its text names; empty if none
        pub pretends: String,
        /// where it is a large attachment: who keeps it
        pub large: Option<Keeper>,
    }

    /// A file that came.
    pub struct CameFile {
        /// its name
        pub name: String,
        /// media type
        pub media_type: String,
        /// what it is
        pub kind: FileKind,
        /// bytes
        pub size: u64,
    }

    /// The step that a request would take.
    pub struct IntakeStep {
        /// the state
        pub state: RequestState,
        /// the day that belongs to it
        #[cfg_attr(feature = "export", ts(type = "string | null"))]
        pub day: Option<Date>,
        /// whether a day belongs to the state, so that the patron may enter one
        pub dated: bool,
        /// taken without asking: the file itself says so
        pub sure: bool,
    }

    /// A request that it may belong to.
    pub struct IntakeCandidate {
        /// request id
        pub id: RequestId,
        /// title
        pub title: String,
        /// mark
        pub mark: String,
        /// copy or loan
        pub service: Service,
        /// current state
        pub state: RequestState,
        /// what names it in the letter or the file
        pub by: Option<By>,
        /// the step that it would take
        pub step: Option<IntakeStep>,
    }

    /// What was recognised in what the patron dropped. Kept in memory until it is taken or dropped.
    pub struct IntakeView {
        /// names it for taking and dropping
        pub id: Uuid,
        /// what it is
        pub kind: IntakeKind,
        /// name of the sender; may be empty
        pub from_name: String,
        /// address of the sender, as the mail says; may be empty
        pub from_address: String,
        /// subject, or name of the file
        pub subject: String,
        /// when it was sent, as it says
        pub sent: Option<Timestamp>,
        /// what its words seem to mean
        pub says: Option<Says>,
        /// its files
        pub files: Vec<CameFile>,
        /// how many more files it has, which are not read and would not be kept
        pub files_left: u32,
        /// its links
        pub links: Vec<LinkView>,
        /// how many more links it has, which are not shown and would not be kept
        pub links_left: u32,
        /// until when its large attachments are kept
        #[cfg_attr(feature = "export", ts(type = "string | null"))]
        pub kept_until: Option<Date>,
        /// how sure its request is
        pub tie: TieKind,
        /// the request, where it is one
        pub request: Option<RequestId>,
        /// the requests that the patron may choose from, those that it names first
        pub candidates: Vec<IntakeCandidate>,
    }

    /// A letter that was kept with a request.
    pub struct KeptLetterView {
        /// number
        pub id: i64,
        /// when it was kept
        pub at: Timestamp,
        /// name of the sender; may be empty
        pub from_name: String,
        /// address of the sender; may be empty
        pub from_address: String,
        /// subject
        pub subject: String,
        /// its links
        pub links: Vec<LinkView>,
        /// until when its large attachments are kept
        #[cfg_attr(feature = "export", ts(type = "string | null"))]
        pub kept_until: Option<Date>,
    }

    /// A file that was kept with a request.
    pub struct KeptFileView {
        /// number
        pub id: i64,
        /// its name, media type, kind and size
        pub file: CameFile,
        /// when it was kept
        pub at: Timestamp,
    }
}
