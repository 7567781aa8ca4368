//! The table of contents of the program: every command with what it takes, what it gives, and which
//! parts of the screens it reads or changes. From this one list come the dispatcher, the TypeScript
//! `Commands` type and the tag map.

use hongyan_engine::change::Tag;
#[cfg(feature = "export")]
use hongyan_engine::view::{
    AccountView, AppView, BatchOutcome, BatchRow, BatchView, Citation, CiteForms, DraftView, FormFill,
    HistoryFile, HistoryKept, HistoryOptions, HistoryPage, MessageThread, NoticeList, RecentSearch,
    RequestDetail, RequestList, SavedFile, SearchView, Settings, SourceProbe, SourceSetting, Statistics,
    StatusView, UnsentView, WorkDetail, ZoteroSaved,
};

#[cfg(feature = "export")]
use hongyan_model::Query;

#[cfg(feature = "export")]
use crate::request_handover::{HandOverSent, HandOverState, LibraryChoose};
#[cfg(feature = "export")]
use hongyan_engine::view::{HandOverView, LibraryChosen, LibraryView};

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

/// A line of the table, for generators and tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// `area_verb`
    pub name: &'static str,
    /// what it does, one line or more
    pub doc: &'static str,
    /// what its answer shows
    pub reads: &'static [Tag],
    /// what it changes
    pub changes: &'static [Tag],
}

/// Calls `$callback! { … }` with the whole table.
#[macro_export]
macro_rules! with_commands {
    ($callback:ident) => {
        $callback! {
            /// What the frame needs at start: version, demo, key, settings, library.
            app_start(Nothing) -> AppView, reads [Settings], changes [];
            /// The UI is ready to be seen; the shell shows the window.
            app_ready(Nothing) -> Nothing, reads [], changes [];
            /// Leaves the program; what is running is stopped in order.
            app_quit(Nothing) -> Nothing, reads [], changes [];
            /// The status line.
            status_get(Nothing) -> StatusView, reads [Status], changes [];
            /// Asks the platform for news now.
            sync_now(Nothing) -> Nothing, reads [], changes [Status];

            /// What the text of the one box would ask: a number, a citation, or words. Asks nobody.
            search_read(SearchRead) -> Query, reads [], changes [];
            /// Starts a search over all sources that are on; results come as changes of `search`.
            search_start(SearchStart) -> SearchStarted, reads [], changes [RecentSearches];
            /// A page of a search that runs or was made before.
            search_view(SearchPage) -> SearchView, reads [Search], changes [];
            /// Lets the works that wait behind «n new» into the list.
            search_show_new(SearchRef) -> Nothing, reads [], changes [Search];
            /// Stops a search; what is here stays.
            search_cancel(SearchRef) -> Nothing, reads [], changes [Search];
            /// Asks one source of a search again.
            search_retry(SearchSourceRef) -> Nothing, reads [], changes [Search];
            /// Everything about one work of a search.
            search_work(WorkRef) -> WorkDetail, reads [Search, Requests], changes [];
            /// Searches made before, newest first; their results are readable offline.
            search_recent(Nothing) -> Vec<RecentSearch>, reads [RecentSearches], changes [];
            /// Forgets the searches made before and their results.
            search_forget(Nothing) -> Nothing, reads [], changes [RecentSearches];
            /// The sources.
            sources_list(Nothing) -> Vec<SourceSetting>, reads [Sources], changes [];
            /// Switches a source on or off.
            source_switch(SourceSwitch) -> Nothing, reads [], changes [Sources];

            /// Adds the source at an address and gives its id; nothing is sent.
            source_add(SourceAdd) -> SourceId, reads [], changes [Sources];
            /// Asks a source what it is and whether it answers.
            source_test(SourceId) -> SourceProbe, reads [], changes [Sources];
            /// Changes what a source is called and how it is read.
            source_edit(SourceEdit) -> Nothing, reads [], changes [Sources];
            /// Removes a source that the patron added, with its key.
            source_remove(SourceId) -> Nothing, reads [], changes [Sources];
            /// Puts the sources into the patron's order.
            source_order(SourceOrder) -> Nothing, reads [], changes [Sources];
            /// Keeps a key or an account for a source; nothing gives it out again.
            source_key_set(SourceKey) -> Nothing, reads [], changes [Sources];
            /// Forgets the key or the account of a source.
            source_key_clear(SourceId) -> Nothing, reads [], changes [Sources];

            /// The forms in which works are cited and exported, and the one used last.
            cite_forms(Nothing) -> CiteForms, reads [], changes [];
            /// Keeps the form used last.
            cite_prefer(CitePrefer) -> Nothing, reads [], changes [];
            /// Works of a search as references or as the text of a file.
            work_cite(WorksCite) -> Citation, reads [Search], changes [];
            /// Puts works of a search as a file into the patron's folder for downloads; nothing is overwritten.
            work_export(WorksCite) -> SavedFile, reads [], changes [];
            /// Puts works of a search into the Zotero that runs on this machine.
            zotero_send(WorksRef) -> ZoteroSaved, reads [], changes [];

            /// A new draft, filled as far as can be at once.
            draft_new(DraftNew) -> DraftView, reads [], changes [Drafts, Requests];
            /// A draft with the checks that need no network.
            draft_get(RequestRef) -> DraftView, reads [Drafts], changes [];
            /// Keeps a draft as it stands on the screen.
            draft_save(DraftSave) -> DraftView, reads [], changes [Drafts, Requests];
            /// Asks the platform about a draft: holdings, account, estimate. Changes nothing there.
            draft_check(RequestRef) -> DraftView, reads [], changes [];
            /// Throws a draft away.
            draft_delete(RequestRef) -> Nothing, reads [], changes [Drafts, Requests];
            /// Takes that back: the draft is there again as it was on the screen.
            draft_restore(DraftSave) -> DraftView, reads [], changes [Drafts, Requests];
            /// What a text says about a wanted work, and what the catalogues know of it. Keeps nothing.
            draft_fill(DraftFill) -> FormFill, reads [], changes [];

            /// Makes a list of works to be requested together; each becomes a draft.
            batch_new(BatchNew) -> BatchView, reads [], changes [Drafts, Requests];
            /// A list with its forms, their checks without the network, and the requests that became of them.
            batch_get(BatchRef) -> BatchView, reads [Drafts, Requests], changes [];
            /// The lists, newest first.
            batch_list(Nothing) -> Vec<BatchRow>, reads [Drafts, Requests], changes [];
            /// Asks the catalogues about a line and fills its form.
            batch_look_up(BatchLineRef) -> BatchView, reads [], changes [Drafts, Requests];
            /// Decides something for all works of a list that are still drafts.
            batch_set(BatchSet) -> BatchView, reads [], changes [Drafts, Requests];
            /// Submits lines of a list, each by itself; says of each what came of it.
            batch_submit(BatchSubmit) -> BatchOutcome, reads [], changes [Drafts, Requests, Status];
            /// Forgets a list; its drafts stay or go, what was submitted stays.
            batch_close(BatchClose) -> Nothing, reads [], changes [Drafts, Requests];

            /// Drafts and requests.
            request_list(Nothing) -> RequestList, reads [Requests], changes [];
            /// Everything about one request.
            request_get(RequestRef) -> RequestDetail, reads [Requests], changes [];
            /// Submits a draft: kept first, sent as soon as possible, under the draft's id.
            request_submit(RequestSubmit) -> RequestDetail, reads [], changes [Drafts, Requests, Status];
            /// Does one of the request's actions: `cancel`, `confirm-received`, `retry`, `edit-again` …
            request_act(RequestAct) -> RequestDetail, reads [], changes [Drafts, Requests, Status];
            /// Gives the library the better text that it asked for: kept first, sent as soon as possible.
            request_edit(RequestEdit) -> RequestDetail, reads [], changes [Requests, Status];
            /// Takes back what has not left this machine, or puts away what was refused.
            pending_drop(PendingRef) -> RequestDetail, reads [], changes [Requests, Status];
            /// What patron and librarian wrote about a request.
            message_list(RequestRef) -> MessageThread, reads [Requests], changes [];
            /// Writes to the librarian: kept first, sent as soon as possible.
            message_send(MessageSend) -> MessageThread, reads [], changes [Requests, Status];
            /// The messages about a request were seen.
            message_seen(RequestRef) -> Nothing, reads [], changes [Requests, Status];
            /// What stands in a field that is written in and not sent yet.
            jotting_get(JottingRef) -> Jotting, reads [], changes [];
            /// Keeps what stands in a field while it is written.
            jotting_keep(JottingKeep) -> Nothing, reads [], changes [];
            /// Fetches a delivered document, verifies it, and puts it into the patron's folder for downloads.
            document_save(DocumentRef) -> SavedFile, reads [], changes [Requests];

            /// A page of the history: searched by words, narrowed, in order; with its months if asked.
            history_search(HistorySearch) -> HistoryPage, reads [Requests], changes [];
            /// What the history can be narrowed by.
            history_options(Nothing) -> HistoryOptions, reads [Requests], changes [];
            /// Puts the history, or what a list of it has, as a file into the patron's folder for downloads.
            history_export(HistoryExport) -> HistoryFile, reads [], changes [];
            /// How long requests that are over are kept.
            history_kept(Nothing) -> HistoryKept, reads [Settings, Requests], changes [];
            /// How many requests would go if they were kept so long. Changes nothing.
            history_would_go(HistoryKeep) -> Counted, reads [Requests], changes [];
            /// Changes how long they are kept; what is older goes at once.
            history_keep(HistoryKeep) -> HistoryKept, reads [], changes [Settings, Requests, Notices, Status];
            /// Removes all requests that are over, with their notices.
            history_clear(Nothing) -> Counted, reads [], changes [Requests, Notices, Status];
            /// What was asked for, as references or as the text of a file.
            request_cite(RequestsCite) -> Citation, reads [Requests], changes [];
            /// Puts what was asked for as a file of references into the patron's folder for downloads.
            request_cite_save(RequestsCite) -> SavedFile, reads [], changes [];
            /// Puts what was asked for into the Zotero that runs on this machine.
            request_zotero(RequestsRef) -> ZoteroSaved, reads [], changes [];
            /// Figures about what was asked for in some months.
            statistics_get(StatisticsGet) -> Statistics, reads [Requests, Account], changes [];
            /// Puts a table of the figures as a file into the patron's folder for downloads.
            statistics_export(StatisticsExport) -> HistoryFile, reads [], changes [];
            /// The libraries to choose from, and the one in effect.
            library_list(Nothing) -> LibraryView, reads [Settings], changes [];
            /// Chooses the library: one that is carried, the text of a profile, or one typed in.
            library_choose(LibraryChoose) -> LibraryChosen, reads [],
                changes [Settings, Account, Drafts, Requests];
            /// Everything for carrying a request to the platform's page by hand.
            handover_get(RequestRef) -> HandOverView, reads [Requests], changes [];
            /// The patron has filed a request on the page, under this number.
            handover_sent(HandOverSent) -> RequestDetail, reads [], changes [Requests, Status];
            /// Where a request that was filed by hand stands, as the patron says.
            handover_state(HandOverState) -> RequestDetail, reads [], changes [Requests, Status];

            /// Notices, newest first.
            notice_list(Nothing) -> NoticeList, reads [Notices], changes [];
            /// Marks notices as seen.
            notice_seen(NoticesSeen) -> Nothing, reads [], changes [Notices, Status];

            /// Account, registration, quota.
            account_get(Nothing) -> AccountView, reads [Account], changes [];
            /// Asks the platform how the account and a registration stand.
            account_refresh(Nothing) -> AccountView, reads [], changes [Account];
            /// Sends a registration.
            account_register(Register) -> AccountView, reads [], changes [Account];
            /// Signs in with name and password; they are not kept.
            account_sign_in(SignIn) -> AccountView, reads [],
                changes [Account, Requests, Drafts, Notices, Status, Settings];
            /// Changes the password.
            account_change_password(ChangePassword) -> AccountView, reads [], changes [Account, Status];
            /// Signs out: everything of the patron is erased from this machine.
            account_sign_out(SignOut) -> AccountView, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];

            /// Requests that are not known to have arrived, and drafts: what signing out would discard.
            account_unsent(Nothing) -> Vec<UnsentView>, reads [Requests, Drafts], changes [];

            /// Opens the files with the passphrase that their key is under.
            vault_unlock(Passphrase) -> Nothing, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];
            /// Puts the key under a passphrase, where there is no keyring; or under another one.
            vault_set_passphrase(PassphraseSet) -> Nothing, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];
            /// Keeps nothing beyond this run, where there is no keyring.
            vault_keep_nothing(Nothing) -> Nothing, reads [], changes [Settings];
            /// Makes this computer a shared one, which keeps nothing, or ends that; what is here is erased.
            vault_share(VaultShare) -> Nothing, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];
            /// Begins anew where nobody has the key any more; what is there is put aside.
            vault_start_anew(Nothing) -> Nothing, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];
            /// Moves the key from the passphrase into the system's keyring.
            vault_to_keyring(Nothing) -> Nothing, reads [], changes [Settings];
            /// Opens files again that could be read and not written.
            vault_reopen(Nothing) -> Nothing, reads [],
                changes [Settings, Account, Requests, Drafts, Notices, Status, RecentSearches, Search, Sources];
            /// The patron has read what happened to the files.
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
        /// The whole table.
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
