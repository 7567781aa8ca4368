//! One function for each command, named as in [`crate::table`], whose dispatcher calls it. A handler checks
//! its input, calls the engine and converts the result, in about ten lines; it contains no SQL, HTTP or
//! window code.

mod account;
mod arrivals;
mod batch;
mod cite;
mod companion;
mod frame;
mod handover;
mod history;
mod intake;
mod messages;
mod requests;
mod search;
mod sources;
mod vault;

pub(crate) use account::{
    account_change_password, account_get, account_refresh, account_register, account_sign_in,
    account_sign_out,
};
pub(crate) use arrivals::{
    address_called, arrival_drop, arrival_drop_all, arrival_list, arrival_take, listener_get, listener_set,
};
pub(crate) use batch::{
    batch_close, batch_get, batch_list, batch_look_up, batch_new, batch_set, batch_submit, draft_fill,
    draft_restore,
};
pub(crate) use cite::{cite_forms, cite_prefer, work_cite, work_export, zotero_send};
pub(crate) use companion::{
    companion_close, companion_correct, companion_download, companion_fill, companion_go, companion_keep,
    companion_looked, companion_number, companion_open, companion_place, companion_rows, companion_state,
    companion_structure,
};
pub(crate) use frame::{
    app_quit, app_ready, app_start, link_open, notice_list, notice_seen, settings_change, status_get,
    sync_now,
};
pub(crate) use handover::{
    form_get, form_set, handover_form, handover_get, handover_mail, handover_page, handover_sent,
    handover_state, handover_take_back, library_choose, library_export, library_find, library_list,
};
pub(crate) use history::{
    history_clear, history_export, history_keep, history_kept, history_options, history_search,
    history_would_go, request_cite, request_cite_save, request_zotero, statistics_export, statistics_get,
};
pub(crate) use intake::{
    file_open, file_remove, file_save, file_save_all, intake_drop, intake_look, intake_take, saved_show,
};
pub(crate) use messages::{
    document_save, jotting_get, jotting_keep, message_list, message_seen, message_send,
};
pub(crate) use requests::{
    draft_check, draft_delete, draft_get, draft_new, draft_save, pending_drop, request_act, request_edit,
    request_get, request_list, request_submit,
};
pub(crate) use search::{
    search_cancel, search_forget, search_read, search_recent, search_relaxed, search_retry, search_show_new,
    search_start, search_view, search_work,
};
pub(crate) use sources::{
    source_add, source_check, source_check_stop, source_edit, source_key_clear, source_key_set, source_order,
    source_remove, source_switch, source_test, sources_list,
};
pub(crate) use vault::{
    account_unsent, recovery_seen, vault_keep_nothing, vault_reopen, vault_set_passphrase, vault_share,
    vault_start_anew, vault_to_keyring, vault_unlock,
};
