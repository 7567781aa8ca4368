//! The tray icon. All functions are in its menu, because Linux reports no clicks on the icon.

use tauri::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

use crate::backend::Backend;
use crate::page::Page;
use crate::texts::Texts;
use crate::window::{self, MAIN};

const TRAY_TIMEOUT: &str = "main";
const OPEN: &str = "open";
const NEEDS_YOU: &str = "needs-you";
const SYNC: &str = "sync";
const QUIT: &str = "quit";

/// Creates the icon. Success does not mean that it is visible: `platform::tray_is_shown` tells that.
pub(crate) fn make(app: &AppHandle, texts: &Texts) -> Result<(), tauri::Error> {
    let mut tray = TrayIconBuilder::with_id(TRAY_TIMEOUT)
        .menu(&menu(app, texts, 0)?)
        .show_menu_on_left_click(false)
        .tooltip(texts.get("/tray/tooltip"))
        .on_menu_event(chosen)
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::front(tray.app_handle());
                tray.app_handle().state::<Backend>().tray_clicked();
            }
        });
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    Ok(())
}

/// Shows in the tray how many requests wait for the patron.
pub(crate) fn show_count(app: &AppHandle, texts: &Texts, needs_you: u32) -> Result<(), tauri::Error> {
    if let Some(tray) = app.tray_by_id(TRAY_TIMEOUT) {
        tray.set_menu(Some(menu(app, texts, needs_you)?))?;
        let mut tooltip = texts.get("/tray/tooltip").to_owned();
        if needs_you > 0 {
            tooltip =
                format!("{tooltip} · {}", texts.fill("/tray/needsYou", "count", &needs_you.to_string()));
        }
        tray.set_tooltip(Some(tooltip))?;
    }
    if let Some(window) = app.get_webview_window(MAIN) {
        // does nothing where the system has no badge
        window.set_badge_count((needs_you > 0).then_some(i64::from(needs_you)))?;
    }
    Ok(())
}

fn menu(app: &AppHandle, texts: &Texts, needs_you: u32) -> Result<Menu<Wry>, tauri::Error> {
    let item = |id, text: &str| MenuItem::with_id(app, id, text, true, None::<&str>);
    let menu = Menu::with_items(app, &[&item(OPEN, texts.get("/tray/open"))?])?;
    if needs_you > 0 {
        menu.append(&item(NEEDS_YOU, &texts.fill("/tray/needsYou", "count", &needs_you.to_string()))?)?;
    }
    if !app.state::<Backend>().is_by_hand() {
        menu.append(&item(SYNC, texts.get("/tray/sync"))?)?;
    }
    menu.append(&PredefinedMenuItem::separator(app)?)?;
    menu.append(&item(QUIT, texts.get("/tray/quit"))?)?;
    Ok(menu)
}

fn chosen(app: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
        OPEN => window::front(app),
        NEEDS_YOU => {
            window::front(app);
            app.state::<Page>().navigate("/requests".to_owned());
        }
        SYNC => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                // the status line shows whether it succeeded
                let _ = app.state::<Backend>().rpc("sync_now", serde_json::Value::Null).await;
            });
        }
        QUIT => app.exit(0),
        _ => {}
    }
}
