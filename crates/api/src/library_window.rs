//! The library's own page in a window: what a shell that has such a window offers to the handlers.

use async_trait::async_trait;
use hongyan_engine::problem::Problem;
use hongyan_model::RequestId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A script that runs in the library's page. Its text belongs to the UI build (`ui/src/companion/`), its input
/// to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageScript {
    /// finds the fields of a form, and fills them if asked
    Fill,
    /// reads what the page took of that
    ReadBack,
    /// the structure and the labels of the forms, without any value
    Structure,
    /// finds what the page says of each request
    Rows,
    /// finds what looks like the number of a request
    Numbers,
}

/// Where the patron wants the window to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum PageMove {
    /// the page before
    Back,
    /// the page after, once the window went back
    Forward,
    /// the same page again; one that could not be reached is tried again
    Reload,
}

/// Why the library's page did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum PageFailure {
    /// the name of its host is not known: no network, or another address
    NoHost,
    /// the host does not answer
    Unreachable,
    /// the host's certificate is not trusted
    Certificate,
    /// no answer came to a form that the patron submitted; the library may have it
    MaybeSent,
    /// the page's process has ended
    Ended,
    /// the page does not answer: a script of its own does not end
    Silent,
    /// the address has a port that no browser opens, because it belongs to another service
    Port,
}

/// What the window shall open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryOpening {
    /// the request that the strip speaks of; none to read the states of all
    pub request: Option<RequestId>,
    /// address of the library's page; none opens the strip alone, for a patron who prefers the own browser
    pub page: Option<String>,
    /// title of the window until the page has one
    pub title: String,
    /// whether the page's cookies are kept until sign-out; false where nothing of the patron is kept
    pub keep: bool,
}

/// A download that the library's page wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LibraryDownload {
    /// file name; may be empty
    pub name: String,
    /// host that it comes from
    pub host: String,
}

/// Where the library's window is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LibraryPlace {
    /// whether there is a window
    pub open: bool,
    /// whether its page has loaded
    pub loaded: bool,
    /// whether it has begun to come and has not ended
    pub coming: bool,
    /// host of the page
    pub host: String,
    /// path of the page, without what may be private in an address
    pub path: String,
    /// whether the address is https
    pub secure: bool,
    /// host of an address that was refused because it is not secure; empty if none
    pub refused: String,
    /// why the page did not come; none if it came, or where the system does not tell
    pub failed: Option<PageFailure>,
    /// whether a form that the patron submitted waits for its answer; false where the system does not tell
    pub sending: bool,
    /// host that may have received a form and has not answered; empty if none. It stays until the patron has looked
    pub unsure: String,
    /// whether there is a page before
    pub back: bool,
    /// whether there is a page after
    pub forward: bool,
    /// a download that waits for the patron's answer
    pub download: Option<LibraryDownload>,
    /// name of the file that was saved last; empty if none
    pub saved: String,
}

/// The window that shows the library's own page, with a strip of ours beside it. The page is foreign: the shell
/// gives it no command, runs a script in it only when a handler asks, and keeps its storage apart.
#[async_trait]
pub trait LibraryWindow: Send + Sync {
    /// Opens the window with its strip, or goes on to another page in it.
    ///
    /// # Errors
    /// `BadLink` for an address that is not secure; `Internal` if the system makes no window.
    fn open(&self, opening: &LibraryOpening) -> Result<(), Problem>;
    /// Where the window is now.
    fn place(&self) -> LibraryPlace;
    /// Goes to the page before or after, or loads the page again. A form that was submitted is never sent once more.
    ///
    /// # Errors
    /// `PageNotOpen`; `Internal` if the window cannot go.
    fn go(&self, to: PageMove) -> Result<(), Problem>;
    /// The patron has looked whether the form of [`LibraryPlace::unsure`] has arrived, or has noted the submission.
    fn looked(&self);
    /// Runs a script in the page and returns what it answers: outside text, at most two megabytes, empty if the
    /// script failed.
    ///
    /// # Errors
    /// `PageNotOpen`; `PageSilent` if the page has not loaded or gives no answer in time.
    async fn run(&self, script: PageScript, input: &Value) -> Result<String, Problem>;
    /// Answers the question about the download in [`LibraryPlace`].
    ///
    /// # Errors
    /// `Internal` if the window cannot fetch it.
    fn answer_download(&self, take: bool) -> Result<(), Problem>;
    /// Name and content of the file that was saved last ([`LibraryPlace::saved`]).
    ///
    /// # Errors
    /// `NotFound` if there is none, or it cannot be read any more.
    async fn saved_file(&self) -> Result<(String, Vec<u8>), Problem>;
    /// Closes the window and its strip.
    fn close(&self);
    /// Closes both and erases what the library's pages have stored. No page sees it again, though a file that the
    /// engine of the window still holds may lie on the disk until the program ends or starts again.
    ///
    /// # Errors
    /// `DiskFailed` if the next window would see it.
    fn erase(&self) -> Result<(), Problem>;
}
