//! Toasts: a hint at what stands in the list of notices. Generic unless the patron wants titles.

use hongyan_engine::change::{Notice, NoticeKind};
use hongyan_engine::view::Settings;
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::{Action, ActionType, NotificationExt};

use crate::page::Page;
use crate::texts::Texts;
use crate::window;

/// The kind of toast that has our one button.
const OPENS: &str = "opens";
/// Where a toast leads, carried by the toast itself.
const ROUTE: &str = "route";
/// More notices at once than this become one toast.
const AT_MOST: usize = 3;

/// What a toast says and where it leads.
#[derive(Debug, PartialEq, Eq)]
struct Toast {
    title: String,
    body: String,
    route: String,
}

/// Gives toasts from now on a button with these words.
pub(crate) fn label(app: &AppHandle, texts: &Texts) -> Result<(), tauri_plugin_notification::Error> {
    let button = Action::builder("open", texts.get("/toast/open")).build();
    app.notification().register_action_types(vec![ActionType::builder(OPENS).actions(vec![button]).build()])
}

/// Listens for clicks. Must come before the first toast: the system offers no button otherwise.
pub(crate) fn listen(app: &AppHandle) -> Result<(), tauri_plugin_notification::Error> {
    let app = app.clone();
    app.clone().notification().on_action(move |performed| {
        let route = performed.notification().and_then(|toast| toast.extra().get(ROUTE)?.as_str());
        window::front(&app);
        app.state::<Page>().navigate(route.unwrap_or("/notices").to_owned());
    })
}

/// Shows what is new, if the patron wants toasts.
pub(crate) fn show(app: &AppHandle, texts: &Texts, settings: &Settings, notices: &[Notice]) {
    if !settings.toasts {
        return;
    }
    for toast in toasts(texts, settings, notices) {
        let shown = app
            .notification()
            .builder()
            .title(toast.title)
            .body(toast.body)
            .action_type_id(OPENS)
            .extra(ROUTE, toast.route)
            .show();
        if let Err(error) = shown {
            tracing::warn!(%error, "A toast could not be shown; the notice stands in the list.");
        }
    }
}

fn toasts(texts: &Texts, settings: &Settings, notices: &[Notice]) -> Vec<Toast> {
    if notices.len() > AT_MOST {
        return vec![Toast {
            title: texts.fill("/toast/several/title", "count", &notices.len().to_string()),
            body: texts.get("/toast/several/body").to_owned(),
            route: "/notices".to_owned(),
        }];
    }
    notices.iter().map(|notice| one(texts, settings, notice)).collect()
}

fn one(texts: &Texts, settings: &Settings, notice: &Notice) -> Toast {
    let words = key(notice.kind);
    let mut body = texts.get(&format!("/toast/{words}/body")).to_owned();
    if settings.toast_titles && !notice.title.is_empty() {
        body = format!("{}\n{body}", texts.fill("/toast/withTitle", "title", &notice.title));
    }
    let route = match (&notice.request, notice.kind) {
        (Some(request), _) => format!("/requests/{request}"),
        (None, NoticeKind::AccountApproved) => "/account".to_owned(),
        (None, _) => "/notices".to_owned(),
    };
    Toast { title: texts.get(&format!("/toast/{words}/title")).to_owned(), body, route }
}

/// The name of a kind's words in native.json.
fn key(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Arrived => "arrived",
        NoticeKind::Delivered => "delivered",
        NoticeKind::NeedsInfo => "needsInfo",
        NoticeKind::Condition => "condition",
        NoticeKind::Unfilled => "unfilled",
        NoticeKind::HeldLocally => "heldLocally",
        NoticeKind::Declined => "declined",
        NoticeKind::Rejected => "rejected",
        NoticeKind::Recalled => "recalled",
        NoticeKind::Overdue => "overdue",
        NoticeKind::AccountApproved => "accountApproved",
    }
}
