//! Desktop notifications for new notices. They show no title of a work unless the patron enabled that.

use hongyan_engine::change::{AppEvent, Notice, NoticeKind};
use hongyan_engine::view::Settings;
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::{Action, ActionType, NotificationExt};

use crate::page::Page;
use crate::texts::Texts;
use crate::window;

/// Category id of toasts with the button "open".
const CATEGORY: &str = "opens";
/// Key under which a toast carries the route to open on click.
const ROUTE: &str = "route";
/// If more notices than this arrive at once they are combined into one toast.
const MAX_TOASTS: usize = 3;

/// Content of a toast.
#[derive(Debug, PartialEq, Eq)]
struct Toast {
    title: String,
    body: String,
    route: String,
}

/// Registers the category with the localised label of its button.
pub(crate) fn label(app: &AppHandle, texts: &Texts) -> Result<(), tauri_plugin_notification::Error> {
    let button = Action::builder("open", texts.get("/toast/open")).build();
    app.notification()
        .register_action_types(vec![ActionType::builder(CATEGORY).actions(vec![button]).build()])
}

/// Registers the click handler. Must run before the first toast, or the system shows no button.
pub(crate) fn listen(app: &AppHandle) -> Result<(), tauri_plugin_notification::Error> {
    let app = app.clone();
    app.clone().notification().on_action(move |performed| {
        let route = performed.notification().and_then(|toast| toast.extra().get(ROUTE)?.as_str());
        window::front(&app);
        app.state::<Page>().navigate(route.unwrap_or("/notices").to_owned());
    })
}

/// Shows toasts for an event's new notices, if the patron enabled toasts.
pub(crate) fn show(app: &AppHandle, texts: &Texts, settings: &Settings, event: &AppEvent) {
    if !settings.toasts {
        return;
    }
    for toast in toasts(texts, settings, &event.notices, event.gathered) {
        let shown = app
            .notification()
            .builder()
            .title(toast.title)
            .body(toast.body)
            .action_type_id(CATEGORY)
            .extra(ROUTE, toast.route)
            .show();
        if let Err(error) = shown {
            tracing::warn!(error = %crate::log::words(&error), "A toast could not be shown; the notice is in the list.");
        }
    }
}

fn toasts(texts: &Texts, settings: &Settings, notices: &[Notice], gathered: bool) -> Vec<Toast> {
    let kept_back = gathered && notices.len() > 1;
    if kept_back || notices.len() > MAX_TOASTS {
        let words = if kept_back { "gathered" } else { "several" };
        return vec![Toast {
            title: texts.fill(&format!("/toast/{words}/title"), "count", &notices.len().to_string()),
            body: texts.get(&format!("/toast/{words}/body")).to_owned(),
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
        (
            None,
            NoticeKind::AccountApproved
            | NoticeKind::RegistrationNeedsInfo
            | NoticeKind::RegistrationRejected
            | NoticeKind::QuotaLow,
        ) => "/account".to_owned(),
        (None, _) => "/notices".to_owned(),
    };
    Toast { title: texts.get(&format!("/toast/{words}/title")).to_owned(), body, route }
}

/// Key of a notice kind's texts in native.json.
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
        NoticeKind::DueSoon => "dueSoon",
        NoticeKind::DueTomorrow => "dueTomorrow",
        NoticeKind::DueToday => "dueToday",
        NoticeKind::DueOver => "dueOver",
        NoticeKind::PickupSoon => "pickupSoon",
        NoticeKind::PickupToday => "pickupToday",
        NoticeKind::DocumentExpiring => "documentExpiring",
        NoticeKind::Late => "late",
        NoticeKind::Message => "message",
        NoticeKind::AccountApproved => "accountApproved",
        NoticeKind::RegistrationNeedsInfo => "registrationNeedsInfo",
        NoticeKind::RegistrationRejected => "registrationRejected",
        NoticeKind::QuotaLow => "quotaLow",
    }
}

#[cfg(test)]
mod tests {
    use hongyan_engine::change::{Notice, NoticeKind};
    use hongyan_engine::view::{NoticeSettings, OnClose, Settings, Theme};

    use super::{key, toasts};
    use crate::texts::Texts;

    fn settings(toast_titles: bool) -> Settings {
        Settings {
            locale: "zh-CN".into(),
            theme: Theme::Auto,
            on_close: OnClose::Ask,
            toasts: true,
            toast_titles,
            notices: NoticeSettings::default(),
        }
    }

    fn notices(count: i64) -> Vec<Notice> {
        let one = |id| Notice {
            id,
            kind: NoticeKind::DueToday,
            request: None,
            title: "鸿雁传书考".into(),
            date: None,
            at: "2026-12-15T00:00:00Z".parse().unwrap(),
            read: false,
        };
        (1..=count).map(one).collect()
    }

    #[test]
    fn a_toast_names_nothing_unless_the_patron_wants_it() {
        let texts = Texts::of("zh-CN");
        let shown = toasts(&texts, &settings(false), &notices(1), false);
        assert_eq!((shown.len(), shown[0].title.as_str()), (1, "图书今天到期"));
        assert!(!shown[0].body.contains("鸿雁传书考"));
        let shown = toasts(&texts, &settings(true), &notices(1), false);
        assert!(shown[0].body.starts_with("《鸿雁传书考》"));
    }

    #[test]
    fn several_become_one_and_so_do_two_from_the_quiet_hours() {
        let texts = Texts::of("zh-CN");
        let titles = |count, gathered| {
            let shown = toasts(&texts, &settings(true), &notices(count), gathered);
            shown.into_iter().map(|toast| toast.title).collect::<Vec<_>>()
        };
        assert_eq!(titles(3, false).len(), 3);
        assert_eq!(titles(4, false), ["有 4 条新通知"]);
        assert_eq!(titles(2, true), ["勿扰期间有 2 条通知"]);
        assert_eq!(titles(1, true), ["图书今天到期"]);
    }

    #[test]
    fn every_kind_has_its_words_in_both_languages() {
        use NoticeKind as K;
        for locale in ["zh-CN", "en"] {
            let texts = Texts::of(locale);
            for kind in [
                K::Arrived,
                K::Delivered,
                K::NeedsInfo,
                K::Condition,
                K::Unfilled,
                K::HeldLocally,
                K::Declined,
                K::Rejected,
                K::Recalled,
                K::Overdue,
                K::DueSoon,
                K::DueTomorrow,
                K::DueToday,
                K::DueOver,
                K::PickupSoon,
                K::PickupToday,
                K::DocumentExpiring,
                K::Late,
                K::Message,
                K::AccountApproved,
                K::RegistrationNeedsInfo,
                K::RegistrationRejected,
                K::QuotaLow,
            ] {
                for part in ["title", "body"] {
                    let path = format!("/toast/{}/{part}", key(kind));
                    assert_ne!(texts.get(&path), path);
                }
            }
        }
    }
}
