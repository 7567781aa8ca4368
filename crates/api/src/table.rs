//! The command table: every command with its parameter type, its result type, and the tags (parts of the
//! screens) that it reads or changes. The dispatcher, the TypeScript `Commands` type and the tag map are
//! generated from this one list.

use hongyan_engine::change::Tag;
#[cfg(feature = "export")]
use hongyan_engine::view::{
    AccountView, AppView, BatchOutcome, BatchRow, BatchView, Citation, CiteForms, DraftView, FormFill,
    HistoryFile, HistoryKept, HistoryOptions, HistoryPage, MessageThread, NoticeList, RecentSearch,
    RequestDetail, RequestList, SavedFile, SearchView, Settings, SourceCheck, SourceProbe, SourceSetting,
    Statistics, StatusView, UnsentView, WorkDetail, ZoteroSaved,
};

#[cfg(feature = "export")]
use hongyan_model::Query;
#[cfg(feature = "export")]
use hongyan_model::query::Relaxed;

#[cfg(feature = "export")]
use crate::library_window::LibraryPlace;
#[cfg(feature = "export")]
use crate::request_arrivals::{AddressCalled, ArrivalRef, ArrivalTake, ListenerSet};
#[cfg(feature = "export")]
use crate::request_companion::{
    CompanionCorrect, CompanionDownload, CompanionFillNow, CompanionGo, CompanionKeep, CompanionKept,
    CompanionOpen, CompanionState,
};
#[cfg(feature = "export")]
use crate::request_handover::{
    FormSet, HandOverPage, HandOverSent, HandOverState, LibraryChoose, LibraryFind,
};
#[cfg(feature = "export")]
use crate::request_intake::{FileRef, FilesSaved, IntakeLook, IntakeRef, IntakeTake, SavedRef};
#[cfg(feature = "export")]
use hongyan_engine::view::{ArrivalTaken, ArrivalsView, ListenerView};
#[cfg(feature = "export")]
use hongyan_engine::view::{
    CarriedLibrary, DeskMail, FormView, HandOverView, IntakeView, LibraryChosen, LibraryView,
};
#[cfg(feature = "export")]
use hongyan_engine::view::{CompanionFill, CompanionRows, NumberGuesses};

#[cfg(feature = "export")]
use crate::request::{
    ChangePassword, CitePrefer, Counted, DocumentRef, DraftNew, DraftSave, HistoryExport, HistoryKeep,
    HistorySearch, Jotting, JottingKeep, JottingRef, LinkOpen, MessageSend, Nothing, NoticesSeen, Passphrase,
    PassphraseSet, PendingRef, Register, RequestAct, RequestEdit, RequestRef, RequestSubmit, RequestsCite,
    RequestsRef, SearchPage, SearchRead, SearchRef, SearchSourceRef, SearchStart, SearchStarted,
    SettingsChange, SignIn, SignOut, SourceAdd, SourceEdit, SourceId, SourceKey, SourceOrder, SourceSwitch,
    StatisticsExport, StatisticsGet, VaultShare, WorkRef, WorksCite, WorksRef,
};

#[cfg(feature = "export")]
use crate::request_batch::{BatchClose, BatchLineRef, BatchNew, BatchRef, BatchSet, BatchSubmit, DraftFill};

/// One line of the table, for generators and tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// `area_verb`
    pub name: &'static str,
    /// description, one or more lines
    pub doc: &'static str,
    /// tags of the data that its result contains
    pub reads: &'static [Tag],
    /// tags of the data that it changes
    pub changes: &'static [Tag],
}

/// Calls `$callback! { … }` with the whole table.
#[macro_export]
macro_rules! with_commands {
    ($callback:ident) => {
        $callback! {
            /// What the frame needs at start: version, demo mode, state of the key, settings, library.
            app_start(Nothing) -> AppView, reads [Settings], changes [];
            /// The UI has rendered; the shell shows the window.
            app_ready(Nothing) -> Nothing, reads [], changes [];
            /// Ends the program; running work is stopped in order.
            app_quit(Nothing) -> Nothing, reads [], changes [];
            /// The status line.
            status_get(Nothing) -> StatusView, reads [Status], changes [];
            /// Synchronises with the platform now instead of at the next scheduled time.
            sync_now(Nothing) -> Nothing, reads [], changes [Status];

            /// Parses the text of the search box: an identifier, a citation, or words. No network access.
            search_read(SearchRead) -> Query, reads [], changes [];
            /// Looser ways to ask for a text that found nothing, with what they leave out; the most faithful first. No network access.
            search_relaxed(SearchRead) -> Vec<Relaxed>, reads [], changes [];
            /// Starts a search over all enabled sources; results arrive as changes of the tag `search`.
            search_start(SearchStart) -> SearchStarted, reads [], changes [RecentSearches];
            /// A page of a running or an earlier search.
            search_view(SearchPage) -> SearchView, reads [Search], changes [];
            /// Merges the works that wait behind «n new» into the list.
            search_show_new(SearchRef) -> Nothing, reads [], changes [Search];
            /// Cancels a search; results that have arrived are kept.
            search_cancel(SearchRef) -> Nothing, reads [], changes [Search];
            /// Queries one source of a search again.
            search_retry(SearchSourceRef) -> Nothing, reads [], changes [Search];
            /// Everything about one work of a search.
            search_work(WorkRef) -> WorkDetail, reads [Search, Requests], changes [];
            /// Earlier searches, newest first; their results can be read offline.
            search_recent(Nothing) -> Vec<RecentSearch>, reads [RecentSearches], changes [];
            /// Deletes the earlier searches and their results.
            search_forget(Nothing) -> Nothing, reads [], changes [Search, RecentSearches];
            /// All sources with their settings.
            sources_list(Nothing) -> Vec<SourceSetting>, reads [Sources], changes [];
            /// Switches a source on or off.
            source_switch(SourceSwitch) -> Nothing, reads [], changes [Sources];

            /// Adds a source by address and returns its id; no network access.
            source_add(SourceAdd) -> SourceId, reads [], changes [Sources];
            /// Probes a source: protocol, capabilities, whether it answers.
            source_test(SourceId) -> SourceProbe, reads [], changes [Sources];
            /// Checks a source with three questions, and says how its answers differ from what is set.
            source_check(SourceId) -> SourceCheck, reads [], changes [];
            /// Stops the check that is running.
            source_check_stop(Nothing) -> Nothing, reads [], changes [];
            /// Changes the name of a source and how its records are read.
            source_edit(SourceEdit) -> Nothing, reads [], changes [Sources];
            /// Removes a source that the patron added, together with its credentials.
            source_remove(SourceId) -> Nothing, reads [], changes [Sources];
            /// Sets the display order of the sources.
            source_order(SourceOrder) -> Nothing, reads [], changes [Sources];
            /// Stores the credentials for a source; no command returns them.
            source_key_set(SourceKey) -> Nothing, reads [], changes [Sources];
            /// Deletes the credentials of a source.
            source_key_clear(SourceId) -> Nothing, reads [], changes [Sources];

            /// The available citation styles and export formats, and the one used last.
            cite_forms(Nothing) -> CiteForms, reads [], changes [];
            /// Stores the form used last.
            cite_prefer(CitePrefer) -> Nothing, reads [], changes [];
            /// Works of a search as formatted references or as the content of an export file.
            work_cite(WorksCite) -> Citation, reads [Search], changes [];
            /// Saves works of a search as a file in the download folder; never overwrites.
            work_export(WorksCite) -> SavedFile, reads [], changes [];
            /// Sends works of a search to the Zotero that runs on this machine.
            zotero_send(WorksRef) -> ZoteroSaved, reads [], changes [];

            /// Creates a draft and fills it with what is known locally.
            draft_new(DraftNew) -> DraftView, reads [], changes [Drafts, Requests];
            /// A draft with the checks that need no network.
            draft_get(RequestRef) -> DraftView, reads [Drafts], changes [];
            /// Saves a draft.
            draft_save(DraftSave) -> DraftView, reads [], changes [Drafts, Requests];
            /// Checks a draft against the platform: holdings, account, estimate. Changes nothing there.
            draft_check(RequestRef) -> DraftView, reads [], changes [];
            /// Deletes a draft.
            draft_delete(RequestRef) -> Nothing, reads [], changes [Drafts, Requests];
            /// Undoes the deletion of a draft, from the copy that the screen still has.
            draft_restore(DraftSave) -> DraftView, reads [], changes [Drafts, Requests];
            /// Recognises a work in a text and completes it from the catalogues. Stores nothing.
            draft_fill(DraftFill) -> FormFill, reads [], changes [];

            /// Creates a list of works to be requested together; each becomes a draft.
            batch_new(BatchNew) -> BatchView, reads [], changes [Drafts, Requests];
            /// A list with its forms, their offline checks, and the requests that were made from it.
            batch_get(BatchRef) -> BatchView, reads [Drafts, Requests], changes [];
            /// All lists, newest first.
            batch_list(Nothing) -> Vec<BatchRow>, reads [Drafts, Requests], changes [];
            /// Looks up one line in the catalogues and fills its form.
            batch_look_up(BatchLineRef) -> BatchView, reads [], changes [Drafts, Requests];
            /// Sets a value in all works of a list that are still drafts.
            batch_set(BatchSet) -> BatchView, reads [], changes [Drafts, Requests];
            /// Submits lines of a list, each on its own; returns the outcome of each.
            batch_submit(BatchSubmit) -> BatchOutcome, reads [], changes [Drafts, Requests, Status];
            /// Closes a list; its drafts are kept or deleted, submitted requests stay.
            batch_close(BatchClose) -> Nothing, reads [], changes [Drafts, Requests];

            /// All drafts and requests.
            request_list(Nothing) -> RequestList, reads [Requests], changes [];
            /// Everything about one request.
            request_get(RequestRef) -> RequestDetail, reads [Requests], changes [];
            /// Submits a draft: stored in the outbox first, then sent as soon as possible, under the draft's
            /// id.
            request_submit(RequestSubmit) -> RequestDetail, reads [], changes [Drafts, Requests, Status];
            /// Performs one of the request's actions: `cancel`, `confirm-received`, `retry`, `edit-again` …
            request_act(RequestAct) -> RequestDetail, reads [], changes [Drafts, Requests, Status];
            /// Sends the corrected text that the library asked for: stored in the outbox first, then sent.
            request_edit(RequestEdit) -> RequestDetail, reads [], changes [Requests, Status];
            /// Withdraws an outbox entry that was not sent, or dismisses one that was refused.
            pending_drop(PendingRef) -> RequestDetail, reads [], changes [Requests, Status];
            /// The messages between patron and librarian about a request.
            message_list(RequestRef) -> MessageThread, reads [Requests], changes [];
            /// Sends a message to the librarian: stored in the outbox first, then sent.
            message_send(MessageSend) -> MessageThread, reads [], changes [Requests, Status];
            /// Marks the messages of a request as seen.
            message_seen(RequestRef) -> Nothing, reads [], changes [Requests, Status];
            /// The unsent content of a text field.
            jotting_get(JottingRef) -> Jotting, reads [], changes [];
            /// Stores the content of a text field while the patron types.
            jotting_keep(JottingKeep) -> Nothing, reads [], changes [];
            /// Downloads a delivered document, verifies it, and saves it in the download folder.
            document_save(DocumentRef) -> SavedFile, reads [], changes [Requests];

            /// A page of the history for a query; optionally with counts by month.
            history_search(HistorySearch) -> HistoryPage, reads [Requests], changes [];
            /// The values by which the history can be filtered.
            history_options(Nothing) -> HistoryOptions, reads [Requests], changes [];
            /// Saves the history, or the part that a query selects, as a file in the download folder.
            history_export(HistoryExport) -> HistoryFile, reads [], changes [];
            /// The retention of closed requests.
            history_kept(Nothing) -> HistoryKept, reads [Settings, Requests], changes [];
            /// How many requests a retention would delete. Changes nothing.
            history_would_go(HistoryKeep) -> Counted, reads [Requests], changes [];
            /// Sets the retention and deletes what is older at once.
            history_keep(HistoryKeep) -> HistoryKept, reads [], changes [Settings, Requests, Notices, Status];
            /// Deletes all closed requests with their notices.
            history_clear(Nothing) -> Counted, reads [], changes [Requests, Notices, Status];
            /// Requests as formatted references or as the content of an export file.
            request_cite(RequestsCite) -> Citation, reads [Requests], changes [];
            /// Saves requests as a file of references in the download folder.
            request_cite_save(RequestsCite) -> SavedFile, reads [], changes [];
            /// Sends requests to the Zotero that runs on this machine.
            request_zotero(RequestsRef) -> ZoteroSaved, reads [], changes [];
            /// Statistics of the requests in some months.
            statistics_get(StatisticsGet) -> Statistics, reads [Requests, Account], changes [];
            /// Saves one table of the statistics as a file in the download folder.
            statistics_export(StatisticsExport) -> HistoryFile, reads [], changes [];
            /// The libraries to choose from, and the current one.
            library_list(Nothing) -> LibraryView, reads [Settings], changes [];
            /// The built-in libraries that match a text.
            library_find(LibraryFind) -> Vec<CarriedLibrary>, reads [], changes [];
            /// Chooses the library: a built-in one, a profile, or one entered by hand.
            library_choose(LibraryChoose) -> LibraryChosen, reads [],
                changes [Settings, Account, Drafts, Requests];
            /// Saves the library's profile, with what the patron corrected on its form, in the download folder.
            library_export(Nothing) -> SavedFile, reads [], changes [];
            /// What the patron needs to file a request by hand on the platform's page.
            handover_get(RequestRef) -> HandOverView, reads [Requests], changes [];
            /// Remembers on which of the library's pages the patron files requests.
            handover_page(HandOverPage) -> Nothing, reads [], changes [Requests, Settings];
            /// Opens the request as a mail to the desk in the patron's mail program.
            handover_mail(RequestRef) -> DeskMail, reads [], changes [];
            /// The library's own form, a Word document.
            form_get(Nothing) -> FormView, reads [Settings], changes [];
            /// Keeps a form for the library, or takes it away.
            form_set(FormSet) -> FormView, reads [], changes [Settings, Requests];
            /// Saves the request in the library's form in the download folder.
            handover_form(RequestRef) -> SavedFile, reads [], changes [];
            /// Records that the patron has filed a request on the page, and its number.
            handover_sent(HandOverSent) -> RequestDetail, reads [], changes [Requests, Status];
            /// Records the state of a request that was filed by hand, as reported by the patron.
            handover_state(HandOverState) -> RequestDetail, reads [], changes [Requests, Status];
            /// Takes back what was noted last of a request that was filed by hand.
            handover_take_back(RequestRef) -> RequestDetail, reads [], changes [Requests, Notices, Status];

            /// Reads a mail or a file that the patron dropped or pasted, and says which request it is for.
            intake_look(IntakeLook) -> IntakeView, reads [], changes [];
            /// Keeps what was recognised with a request, and records the step.
            intake_take(IntakeTake) -> RequestDetail, reads [], changes [Requests, Notices, Status];
            /// Forgets what was recognised.
            intake_drop(IntakeRef) -> Nothing, reads [], changes [];
            /// Opens a readable copy of a kept file, which is deleted at the end.
            file_open(FileRef) -> Nothing, reads [], changes [];
            /// Saves a kept file in the download folder.
            file_save(FileRef) -> SavedFile, reads [], changes [];
            /// Saves all kept files in the download folder.
            file_save_all(Nothing) -> FilesSaved, reads [], changes [];
            /// Deletes a kept file.
            file_remove(FileRef) -> RequestDetail, reads [], changes [Requests];
            /// Shows a saved file in its folder.
            saved_show(SavedRef) -> Nothing, reads [], changes [];

            /// Works that a browser sent and that wait for the patron.
            arrival_list(Nothing) -> ArrivalsView, reads [Arrivals], changes [];
            /// Makes a form of a work that a browser sent, or a list of several. Submits nothing.
            arrival_take(ArrivalTake) -> ArrivalTaken, reads [], changes [Arrivals, Drafts, Requests];
            /// Forgets one that waits.
            arrival_drop(ArrivalRef) -> Nothing, reads [], changes [Arrivals];
            /// Forgets all that wait, and what was left out or refused.
            arrival_drop_all(Nothing) -> Nothing, reads [], changes [Arrivals];
            /// An address of our scheme was called by a page or another program: it waits for the patron.
            address_called(AddressCalled) -> Nothing, reads [], changes [Arrivals];
            /// The listener for browser extensions.
            listener_get(Nothing) -> ListenerView, reads [Settings], changes [];
            /// Switches the listener for browser extensions on or off, or changes its port.
            listener_set(ListenerSet) -> ListenerView, reads [], changes [Settings];

            /// Opens the library's page in a window with our strip beside it, or the strip alone.
            companion_open(CompanionOpen) -> LibraryPlace, reads [], changes [];
            /// Where the library's window is.
            companion_place(Nothing) -> LibraryPlace, reads [], changes [];
            /// Goes back or forward in the library's window, or loads its page again.
            companion_go(CompanionGo) -> LibraryPlace, reads [], changes [];
            /// The patron has looked whether a form that got no answer has arrived.
            companion_looked(Nothing) -> LibraryPlace, reads [], changes [];
            /// Finds the fields of the library's form, fills them if asked, and reads back what the page took.
            companion_fill(CompanionFillNow) -> CompanionFill, reads [], changes [];
            /// Remembers what a label of the library's page means.
            companion_correct(CompanionCorrect) -> Nothing, reads [], changes [];
            /// Finds what the library's list says of the open requests.
            companion_rows(Nothing) -> CompanionRows, reads [], changes [];
            /// Records what the library's page says of a request, once the patron has confirmed it.
            companion_state(CompanionState) -> RequestDetail, reads [], changes [Requests, Status];
            /// Guesses the number that the library's page gave a request.
            companion_number(Nothing) -> NumberGuesses, reads [], changes [];
            /// Saves the structure and labels of the library's page, without any value, for the maintainers.
            companion_structure(Nothing) -> SavedFile, reads [], changes [];
            /// Takes or refuses a download of the library's page.
            companion_download(CompanionDownload) -> LibraryPlace, reads [], changes [];
            /// Keeps the file that was downloaded last with the request that the window was opened for, or without one
            /// with the request that the file names; says whether.
            companion_keep(CompanionKeep) -> CompanionKept, reads [], changes [Requests, Notices, Status];
            /// Closes the library's window and the strip.
            companion_close(Nothing) -> Nothing, reads [], changes [];

            /// All notices, newest first.
            notice_list(Nothing) -> NoticeList, reads [Notices], changes [];
            /// Marks notices as seen.
            notice_seen(NoticesSeen) -> Nothing, reads [], changes [Notices, Status];

            /// Account, registration, quota, as last fetched.
            account_get(Nothing) -> AccountView, reads [Account], changes [];
            /// Fetches the state of the account and of a registration from the platform.
            account_refresh(Nothing) -> AccountView, reads [], changes [Account];
            /// Sends a registration to the platform.
            account_register(Register) -> AccountView, reads [], changes [Account];
            /// Signs in with name and password; neither is stored.
            account_sign_in(SignIn) -> AccountView, reads [],
                changes [Account, Requests, Drafts, Notices, Status, Settings];
            /// Changes the password on the platform.
            account_change_password(ChangePassword) -> AccountView, reads [], changes [Account, Status];
            /// Signs out and deletes all data of the patron from this machine.
            account_sign_out(SignOut) -> AccountView, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];

            /// Drafts, and requests whose arrival is not confirmed: what signing out would lose.
            account_unsent(Nothing) -> Vec<UnsentView>, reads [Requests, Drafts], changes [];

            /// Opens the databases with the passphrase.
            vault_unlock(Passphrase) -> Nothing, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];
            /// Sets or changes the passphrase that protects the key where there is no keyring.
            vault_set_passphrase(PassphraseSet) -> Nothing, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];
            /// Keeps the data in memory for this run only, where there is no keyring.
            vault_keep_nothing(Nothing) -> Nothing, reads [], changes [Settings];
            /// Marks this computer as shared, so that it keeps nothing, or as private again; erases the
            /// present data.
            vault_share(VaultShare) -> Nothing, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];
            /// Starts with empty databases where the key is lost; the old files are moved aside.
            vault_start_anew(Nothing) -> Nothing, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];
            /// Moves the key from the passphrase to the system's keyring.
            vault_to_keyring(Nothing) -> Nothing, reads [], changes [Settings];
            /// Opens databases again that could be read but not written.
            vault_reopen(Nothing) -> Nothing, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];
            /// The patron has read the report about the recovered files.
            recovery_seen(Nothing) -> Nothing, reads [], changes [Settings];

            /// Changes settings.
            settings_change(SettingsChange) -> Settings, reads [], changes [Settings];
            /// Opens an address in the browser.
            link_open(LinkOpen) -> Nothing, reads [], changes [];
        }
    };
}

macro_rules! list {
    ($($(#[doc = $doc:expr])+ $name:ident($request:ty) -> $response:ty, reads [$($read:ident),*], changes [$($change:ident),*];)*) => {
        /// All commands.
        pub const COMMANDS: &[Command] = &[$(Command {
            name: stringify!($name),
            doc: concat!($($doc),+),
            reads: &[$(Tag::$read),*],
            changes: &[$(Tag::$change),*],
        }),*];

        /// TypeScript declarations of all types and of the `Commands` map, for the generator.
        #[cfg(feature = "export")]
        pub(crate) fn declare(out: &mut $crate::export::Declarations) {
            $(out.command::<$request, $response>(stringify!($name), concat!($($doc),+));)*
        }
    };
}
with_commands!(list);

#[cfg(test)]
mod tests {
    use super::COMMANDS;

    #[test]
    fn names_are_unique_and_every_command_says_what_it_does() {
        let mut names: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COMMANDS.len());
        for command in COMMANDS {
            assert!(command.name.contains('_'), "{} is not area_verb", command.name);
            assert!(command.doc.trim().len() > 10, "{} has no doc comment", command.name);
        }
    }
}
