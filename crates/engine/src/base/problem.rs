//! Errors as the patron meets them: a code with a sentence in every locale, what fills it in, what
//! "copy details" adds, and when trying again makes sense. The log gets the code and [`Logged`].

use std::collections::BTreeMap;

use hongyan_model::log::{Closed, Logged};
use serde::{Deserialize, Serialize};

/// The closed list of what can go wrong. Each has a sentence per locale (`ui/src/locales/<locale>/errors.json`)
/// that says what happened, what is safe and what to do. Add one only if the UI treats it differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// the platform or source cannot be reached
    Unreachable,
    /// no answer in time
    Timeout,
    /// the other side fails (5xx)
    ServerError,
    /// asked to slow down
    Busy,
    /// a web page came instead of data: captive portal, maintenance
    NotData,
    /// the answer was broken or too large
    BrokenAnswer,
    /// a source said no, in its own words, which are not the platform's: params `code`, `message`
    SourceRefused,
    /// a text that was pasted or opened could not be read in bounds
    TextTooComplex,
    /// a file without a single byte
    FileEmpty,
    /// a text or a file that is no list of works and no file of references that is read, though it looks like
    /// one; nothing was made of it: params `what`, its format or its first line
    ReferencesUnread,
    /// a source refuses automated look-ups (403, captcha)
    Blocked,
    /// a source cannot be asked this question
    QueryUnsupported,
    /// nothing of a text can be searched for: signs, emoji
    QueryEmpty,
    /// more words than a search takes
    QueryTooLong,
    /// nothing but a number with a wrong check digit or length: params `number`
    QueryMisprint,
    /// nothing but numbers of several works, which a list takes: params `count`
    QueryNumbers,
    /// an address that names no work: params `host`
    QueryAddress,
    /// brackets that a search cannot express
    QueryGroups,
    /// this system has no certificates to judge others by: no secure address can be reached
    NoCertificates,
    /// a source needs a key that was not entered
    NeedsKey,
    /// the library's platform has no interface: the patron does it on the platform's page
    NoPlatform,
    /// wrong name or password
    WrongPassword,
    /// too many wrong passwords
    AccountLocked,
    /// the session ended
    NeedsSignIn,
    /// the initial password has to be changed first
    MustChangePassword,
    /// the passphrase does not open the files
    WrongPassphrase,
    /// the new password is one that everybody knows, or too short
    WeakPassword,
    /// the account may not send requests now
    AccountNotActive,
    /// the platform said no, in its own words: params `code`, `message`
    Refused,
    /// the same number was used for another request: nothing was overwritten
    IdempotencyConflict,
    /// the platform deleted the request
    DeletedAtLibrary,
    /// the platform will never take this number
    NotAccepted,
    /// it waited long or its day has passed: the patron says whether it is still wanted; params `why`
    StillWanted,
    /// whether it arrived cannot be found out: the patron looks and says; nothing is sent before
    Unconfirmed,
    /// checks of the form do not allow sending: params `fields`
    ChecksFailed,
    /// what was asked for is not there any more
    NotFound,
    /// the action is not possible in this state
    NotAllowed,
    /// the UI sent something we do not understand
    BadCall,
    /// the disk is full; what is on the screen is not saved yet
    DiskFull,
    /// the data directory cannot be written
    DiskReadOnly,
    /// reading or writing the disk fails; what is on the screen is not saved yet
    DiskFailed,
    /// another program holds the files; what is on the screen is not saved yet
    DiskBusy,
    /// the database was written by a newer version
    DatabaseNewer,
    /// the key in the keyring does not open the database
    DatabaseKey,
    /// the database is damaged
    DatabaseDamaged,
    /// something of the database could not be read: it is looked at now, and restored if it is damaged
    DatabaseUnread,
    /// the database is closed: it is looked at or restored, or that failed
    DatabaseClosed,
    /// another Hongyan has the data directory
    AlreadyRunning,
    /// no keyring: nothing can be kept beyond this run
    NoKeyring,
    /// there is a keyring, and it is locked
    KeyringLocked,
    /// the patron did not wait for a keyring that gave no answer
    KeyringSilent,
    /// the data folder cannot be used: params `folder` and `why` (`missing`, `file`, `denied`, `readOnly`,
    /// `long`, `full`, `name`, `other`)
    FolderUnusable,
    /// a file could not be put into the patron's folder: params `folder`
    FileNotSaved,
    /// a document came that is not the one announced; nothing was saved
    NotVerified,
    /// the encrypted content of a kept file is gone or damaged: params `name`
    FileLost,
    /// no program opened a file
    FileNotOpened,
    /// a document that is no form to be filled in; nothing has changed
    FormUnusable,
    /// a document that may not be fetched any more: no views left, or its time is over
    DocumentGone,
    /// the platform's copy changed meanwhile; what was written here is kept
    VersionConflict,
    /// Zotero does not run on this machine; nothing was sent
    ZoteroNotRunning,
    /// Zotero did not take the works
    ZoteroRefused,
    /// a link that is not an ordinary web address
    BadLink,
    /// the window with the library's page was closed
    PageNotOpen,
    /// the library's page gave no answer, or one that is not our script's
    PageSilent,
    /// not the address of a source
    BadAddress,
    /// the listener for browsers could not be opened on its port: param `port`
    PortUnusable,
    /// the mail provider refused user name or code; it is not tried again by itself: param `said`
    MailCodeRefused,
    /// the mail provider takes the program for unsafe: param `said`
    MailUnsafe,
    /// the mail provider signs in by OAuth only
    MailOauthOnly,
    /// the mail server refused to be read: param `said`
    MailRefused,
    /// the connection to the mail server ended, or it gave no answer: param `said`
    MailDropped,
    /// the mail server's certificate is not accepted
    MailCertificate,
    /// the mail server's encryption is too old to be safe
    MailOldTls,
    /// the mail server is not found or not reached
    MailUnreachable,
    /// a mail over the limit: param `size`, MB
    MailTooLarge,
    /// what answers there is no IMAP server
    NotMailServer,
    /// a defect of ours
    Internal,
}

/// When trying again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", tag = "kind", content = "seconds")]
pub enum Retry {
    /// never by itself
    Never,
    /// at once
    Now,
    /// after so many seconds
    After(u32),
    /// when the network is back
    WhenOnline,
    /// after signing in
    AfterSignIn,
}

/// An error that crosses the seam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// which sentence
    pub code: ErrorCode,
    /// filled into the sentence
    pub params: BTreeMap<String, String>,
    /// English, for "copy details"; never the message, never in the log, and it quotes nobody
    pub detail: String,
    /// when to try again
    pub retry: Retry,
}

impl Problem {
    /// A problem without parameters.
    pub fn new(code: ErrorCode, retry: Retry, detail: impl Into<String>) -> Problem {
        Problem { code, params: BTreeMap::new(), detail: detail.into(), retry }
    }

    /// Whether this calls for a check of every page of the files.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self.code, ErrorCode::DatabaseDamaged | ErrorCode::DatabaseUnread)
    }

    /// Adds a parameter for the sentence.
    pub fn with(mut self, key: &str, value: impl ToString) -> Problem {
        self.params.insert(key.to_owned(), value.to_string());
        self
    }
}

impl Logged for Problem {
    /// Logs our code with the HTTP status and the code that the platform gave.
    fn logged(&self) -> Closed {
        let said = |name: &str| self.params.get(name).map(String::as_str).unwrap_or_default();
        let closed = Closed::default().code(said("code"));
        said("status").parse().map_or(closed, |status| closed.number(status))
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.code, self.detail)
    }
}

impl std::error::Error for Problem {}
