//! What WebKitGTK tells of the library's page: whether it could be reached, and where the window can go back to.

use hongyan_api::library_window::{PageFailure, PageMove};
use tauri::{AppHandle, Manager as _, Url, WebviewWindow};
use webkit2gtk::gio::{IOErrorEnum, ResolverError, TlsError};
use webkit2gtk::glib::subclass::SignalId;
use webkit2gtk::glib::translate::IntoGlib as _;
use webkit2gtk::glib::{Cast as _, Error, ObjectType as _, StaticType as _, gobject_ffi};
use webkit2gtk::{
    BackForwardListExt as _, BackForwardListItemExt as _, LoadEvent, NavigationPolicyDecision,
    NavigationPolicyDecisionExt as _, NavigationType, NetworkError, PolicyDecisionExt as _,
    PolicyDecisionType, PolicyError, URIRequestExt as _, WebProcessTerminationReason, WebView,
    WebViewExt as _,
};

use super::reach::without_place;
use super::{Library, changed, may_go};
use crate::backend::Backend;
use crate::texts::Texts;

/// Listens to the engine of the window.
pub(super) fn watch(window: &WebviewWindow) -> Result<(), tauri::Error> {
    let app = window.app_handle().clone();
    window.with_webview(move |view| {
        let view = view.inner();
        decide(&app, &view);
        let loads = app.clone();
        view.connect_load_changed(move |view, event| {
            let library = loads.state::<Library>();
            let mut state = library.state();
            match event {
                LoadEvent::Started => {
                    state.reach.begins();
                    state.leaves();
                }
                LoadEvent::Redirected => state.reach.answers(),
                LoadEvent::Committed => {
                    state.reach.comes();
                    state.leaving = false;
                }
                _ => {}
            }
            drop(state);
            stands(&loads, view);
        });
        let moves = app.clone();
        view.connect_uri_notify(move |view| stands(&moves, view));
        let asks = app.clone();
        view.connect_resource_load_started(move |view, resource, request| {
            if view.main_resource().as_ref() == Some(resource) {
                let posted = request.http_method().is_some_and(|method| method != "GET" && method != "HEAD");
                let address = request.uri().unwrap_or_default();
                asks.state::<Library>().state().reach.asks(&address, posted);
                changed(&asks);
            }
        });
        let fails = app.clone();
        view.connect_load_failed(move |view, event, address, error| {
            failed(&fails, view, event, address, error)
        });
        let stalls = app.clone();
        view.connect_is_web_process_responsive_notify(move |view| {
            let answers = view.is_web_process_responsive();
            let library = stalls.state::<Library>();
            let mut state = library.state();
            let ends = if answers {
                state.reach.hangs(false);
                false
            } else {
                state.reach.stalls()
            };
            let address = state.address.clone().filter(|_| ends);
            drop(state);
            changed(&stalls);
            if let Some(address) = address {
                end_and_load(view, &address);
            }
        });
        view.connect_web_process_terminated(move |_, why| {
            // we ended it to load the page again
            if why == WebProcessTerminationReason::TerminatedByApi {
                return;
            }
            let library = app.state::<Library>();
            let mut state = library.state();
            state.loaded = false;
            state.leaving = false;
            state.reach.fails(PageFailure::Ended, false);
            drop(state);
            changed(&app);
        });
    })
}

/// Ends the process of a page that does not answer, and loads an address in a new one.
fn end_and_load(view: &WebView, address: &Url) {
    view.terminate_web_process();
    view.load_uri(without_place(address).as_str());
}

/// Opens an address where the page does not answer.
pub(super) fn end_and_open(window: &WebviewWindow, address: Url) -> Result<(), tauri::Error> {
    window.with_webview(move |view| end_and_load(&view.inner(), &address))
}

/// Decides on every way of the window in place of wry, whose decision ends the signal and knows the address only. What
/// would send a form once more is refused, whoever wants it: a key, a button of the mouse, the page itself.
fn decide(app: &AppHandle, view: &WebView) {
    if let Some(signal) = SignalId::lookup("decide-policy", WebView::static_type()) {
        #[allow(unsafe_code)]
        // SAFETY: the view is a live GObject, the signal is one of its class, and nothing but the match by the signal is
        // asked for; GLib frees the handlers that it disconnects.
        unsafe {
            gobject_ffi::g_signal_handlers_disconnect_matched(
                view.as_ptr().cast(),
                gobject_ffi::G_SIGNAL_MATCH_ID,
                signal.into_glib(),
                0,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            );
        }
    }
    let app = app.clone();
    view.connect_decide_policy(move |_, decision, kind| {
        let action = (kind == PolicyDecisionType::NavigationAction)
            .then(|| decision.downcast_ref::<NavigationPolicyDecision>()?.navigation_action())
            .flatten();
        let Some(action) = action else { return false };
        let address = action.request().and_then(|request| Url::parse(&request.uri()?).ok());
        let again = action.navigation_type() == NavigationType::FormResubmitted;
        if !again && address.is_some_and(|address| may_go(&app, &address, action.is_user_gesture())) {
            decision.use_();
        } else {
            decision.ignore();
        }
        true
    });
}

/// Keeps where the page is and where it can go: a page may change its address by itself.
fn stands(app: &AppHandle, view: &WebView) {
    let library = app.state::<Library>();
    let mut state = library.state();
    state.reach.back = view.can_go_back();
    state.reach.forward = view.can_go_forward();
    // while a page loads the engine names the next address already
    if state.loaded && !view.is_loading() {
        let address = view.uri().and_then(|address| Url::parse(&address).ok());
        state.address = address.or_else(|| state.address.take());
    }
    drop(state);
    changed(app);
}

/// The page did not come: keeps why, and shows a page of two lines in its place. Returns whether that was done.
fn failed(app: &AppHandle, view: &WebView, event: LoadEvent, address: &str, error: &Error) -> bool {
    let library = app.state::<Library>();
    let mut state = library.state();
    // the patron or the page went elsewhere, or the page has become a download
    let cancelled = error.matches(NetworkError::Cancelled);
    if cancelled
        || error.matches(PolicyError::FrameLoadInterruptedByPolicyChange)
        || error.kind::<webkit2gtk::PluginError>().is_some()
    {
        // once a page has begun to come, the way that is under way is that to the next
        if event != LoadEvent::Committed {
            if cancelled {
                state.reach.given_up();
            } else {
                state.reach.answers();
            }
            state.remains();
        }
        drop(state);
        changed(app);
        return false;
    }
    state.loaded = false;
    state.leaving = false;
    state.reach.fails(why(error), true);
    if let Ok(address) = Url::parse(address) {
        state.address = Some(address);
    }
    drop(state);
    changed(app);
    let locale = app.state::<Backend>().settings().map(|settings| settings.locale).unwrap_or_default();
    view.load_alternate_html(&in_place(&Texts::of(&locale)), address, None);
    true
}

/// The page in place of one that did not come; it says nothing that comes from outside.
fn in_place(texts: &Texts) -> String {
    format!(
        "<!doctype html><meta charset='utf-8'><meta name='color-scheme' content='light dark'>\
         <style>body{{display:grid;place-content:center;height:90vh;font:16px/1.8 system-ui;text-align:center}}</style>\
         <p>{}</p>",
        texts.get("/library/notReached")
    )
}

fn why(error: &Error) -> PageFailure {
    if error.is::<ResolverError>() || error.matches(IOErrorEnum::HostNotFound) {
        PageFailure::NoHost
    } else if error.matches(TlsError::BadCertificate) {
        PageFailure::Certificate
    } else {
        PageFailure::Unreachable
    }
}

/// Goes back or forward, or loads the page again. A page that is the answer to a submitted form is passed over,
/// because the engine would send the form once more when it has not kept the answer.
pub(super) fn go(window: &WebviewWindow, to: PageMove) -> Result<(), tauri::Error> {
    let app = window.app_handle().clone();
    window.with_webview(move |view| {
        let view = view.inner();
        let Some(history) = view.back_forward_list() else { return };
        let pages = match to {
            PageMove::Back => history.back_list(),
            PageMove::Forward => history.forward_list(),
            PageMove::Reload => return view.reload(),
        };
        let address = |page: &webkit2gtk::BackForwardListItem| page.uri().unwrap_or_default();
        let library = app.state::<Library>();
        let safe = pages.iter().find(|page| !library.state().reach.is_post(&address(page)));
        match (safe, pages.first()) {
            (Some(page), _) => view.go_to_back_forward_list_item(page),
            // nothing but answers to forms: the nearest address is asked for afresh
            (None, Some(page)) => {
                if let Ok(address) = Url::parse(&address(page)) {
                    view.load_uri(without_place(&address).as_str());
                }
            }
            (None, None) => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_network_are_told_apart() {
        let of = |error: Error| why(&error);
        assert_eq!(of(Error::new(ResolverError::TemporaryFailure, "")), PageFailure::NoHost);
        assert_eq!(of(Error::new(TlsError::BadCertificate, "")), PageFailure::Certificate);
        assert_eq!(of(Error::new(IOErrorEnum::ConnectionRefused, "")), PageFailure::Unreachable);
        assert_eq!(of(Error::new(TlsError::Handshake, "")), PageFailure::Unreachable);
    }
}
