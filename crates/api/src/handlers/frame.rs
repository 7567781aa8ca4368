//! Handlers of the window's frame: start, status, settings, links, notices.

use hongyan_engine::problem::{ErrorCode, Problem, Retry};
use hongyan_engine::view::{AppView, NoticeList, Settings, StatusView};

use crate::app::App;
use crate::request::{LinkOpen, Nothing, NoticesSeen, SettingsChange};

pub(crate) async fn app_start(app: &App, _: Nothing) -> Result<AppView, Problem> {
    let engine = &app.engine;
    let library = engine.libraries().list().await?;
    Ok(AppView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        demo: engine.is_demo(),
        demo_hints: app.demo_hints.clone(),
        key_place: engine.vault().key_place(),
        key_problem: engine.vault().key_problem(),
        keyring_ready: engine.vault().has_keyring(),
        reading_only: engine.reading_only(),
        recovery: engine.vault().recovery().await?,
        tray: app.host.has_tray(),
        settings: engine.preferences().get().await?,
        library_chosen: library.chosen,
        hands_over: library.hands_over,
        library: library.library,
        terms_heard: library.terms_heard,
    })
}

pub(crate) async fn app_ready(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.host.ready();
    Ok(Nothing {})
}

pub(crate) async fn app_quit(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.host.quit();
    Ok(Nothing {})
}

pub(crate) async fn status_get(app: &App, _: Nothing) -> Result<StatusView, Problem> {
    app.engine.status().get().await
}

pub(crate) async fn sync_now(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.engine.sync().now();
    Ok(Nothing {})
}

pub(crate) async fn settings_change(app: &App, change: SettingsChange) -> Result<Settings, Problem> {
    let mut settings = app.engine.preferences().get().await?;
    let SettingsChange { locale, theme, on_close, toasts, toast_titles, notices } = change;
    if let Some(locale) = locale {
        if !matches!(locale.as_str(), "" | "zh-CN" | "en") {
            return Err(Problem::new(ErrorCode::BadCall, Retry::Never, format!("no locale {locale:?}")));
        }
        settings.locale = locale;
    }
    settings.theme = theme.unwrap_or(settings.theme);
    settings.on_close = on_close.unwrap_or(settings.on_close);
    settings.toasts = toasts.unwrap_or(settings.toasts);
    settings.toast_titles = toast_titles.unwrap_or(settings.toast_titles);
    settings.notices = notices.unwrap_or(settings.notices);
    app.engine.preferences().set(&settings).await?;
    Ok(settings)
}

/// Accepts only http and https addresses without credentials: no files, no program schemes.
pub(crate) async fn link_open(app: &App, LinkOpen { url }: LinkOpen) -> Result<Nothing, Problem> {
    let ordinary = (url.starts_with("https://") || url.starts_with("http://"))
        && url.len() <= 2048
        && !url.chars().any(|c| c.is_control() || c.is_whitespace())
        && !url.split('/').nth(2).unwrap_or_default().contains('@');
    if !ordinary {
        return Err(Problem::new(ErrorCode::BadLink, Retry::Never, "not an ordinary web address"));
    }
    app.host.open_link(&url)?;
    Ok(Nothing {})
}

pub(crate) async fn notice_list(app: &App, _: Nothing) -> Result<NoticeList, Problem> {
    app.engine.notices().list().await
}

pub(crate) async fn notice_seen(app: &App, NoticesSeen { ids }: NoticesSeen) -> Result<Nothing, Problem> {
    app.engine.notices().seen(&ids).await?;
    Ok(Nothing {})
}
