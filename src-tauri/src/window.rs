//! The one window: created hidden, shown when the page is ready, closed as the patron's setting says.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hongyan_engine::view::OnClose;
use tauri::webview::PageLoadEvent;
use tauri::{AppHandle, LogicalSize, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::backend::Backend;
use crate::page::Page;
use crate::{places, platform};

/// The window's label; the capability file names it.
pub(crate) const MAIN: &str = "main";

/// Initial size in CSS pixels.
const DEFAULT_SIZE: LogicalSize<f64> = LogicalSize { width: 1280.0, height: 800.0 };
/// Minimum size that the screens are designed for, in CSS pixels.
const MIN_SIZE: LogicalSize<f64> = LogicalSize { width: 960.0, height: 600.0 };
/// Height of the window's title bar and borders, in CSS pixels.
const FRAME_HEIGHT: f64 = 40.0;

/// A page that has loaded but not reported ready within this time is shown anyway: a visible fault is better
/// than no window.
const SHOW_AFTER: Duration = Duration::from_secs(5);

/// How long a change of the setting `on_close` counts as the answer to the question; later it is only a
/// setting.
const ANSWER_VALID: Duration = Duration::from_secs(60);

/// When the page was last asked what closing means.
#[derive(Default)]
pub(crate) struct Closing(Mutex<Option<Instant>>);

impl Closing {
    fn asked(&self) -> MutexGuard<'_, Option<Instant>> {
        // poisoning is harmless: the instant is replaced as a whole
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Creates the window, hidden.
pub(crate) fn make(app: &AppHandle) -> Result<(), tauri::Error> {
    let page = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("鸿雁 Hongyan")
        .inner_size(DEFAULT_SIZE.width, DEFAULT_SIZE.height)
        .min_inner_size(MIN_SIZE.width, MIN_SIZE.height)
        .visible(false)
        .data_directory(places::web_dir(app))
        // navigation away from our own page is refused
        .on_navigation(ours)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                tauri::async_runtime::spawn(async move {
                    tokio::time::sleep(SHOW_AFTER).await;
                    let hidden_at_start = !window.state::<Shown>().0.swap(true, Ordering::SeqCst);
                    if hidden_at_start {
                        tracing::warn!("The page was not ready in time; the window is shown anyway.");
                        front(window.app_handle());
                    }
                });
            }
        });
    #[cfg(feature = "demo")]
    let page = crate::page_errors::record(page);
    let window = page.build()?;
    fit(&window);
    told(platform::edit_menu_only(&window), "given its menu");
    Ok(())
}

/// Whether an address is our own page.
pub(crate) fn ours(url: &tauri::Url) -> bool {
    matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost")
}

/// On a screen smaller than the minimum size, reduces the minimum size: a narrow layout is better than
/// controls beyond the edge of the screen.
fn fit(window: &WebviewWindow) {
    let Ok(Some(monitor)) = window.primary_monitor() else { return };
    let room = monitor.work_area().size.to_logical::<f64>(monitor.scale_factor());
    // the window's frame takes part of the height
    let (wide, high) = (room.width, room.height - FRAME_HEIGHT);
    if wide < MIN_SIZE.width || high < MIN_SIZE.height {
        let least = LogicalSize::new(MIN_SIZE.width.min(wide), MIN_SIZE.height.min(high));
        told(window.set_min_size(Some(least)), "made smaller");
    }
    if wide < DEFAULT_SIZE.width || high < DEFAULT_SIZE.height {
        let size = LogicalSize::new(DEFAULT_SIZE.width.min(wide), DEFAULT_SIZE.height.min(high));
        told(window.set_size(size), "made smaller");
    }
}

/// Whether the window has been shown since the start.
#[derive(Default)]
pub(crate) struct Shown(AtomicBool);

/// The page has rendered: shows the window the first time.
pub(crate) fn ready(app: &AppHandle) {
    if !app.state::<Shown>().0.swap(true, Ordering::SeqCst) {
        front(app);
    }
}

/// Brings the window to the front, also from the tray or minimised.
pub(crate) fn front(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let done = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
        told(done, "shown");
    }
}

/// Brings the window to the front, unless its page has not been shown yet: it is shown when it is ready.
pub(crate) fn front_if_shown(app: &AppHandle) {
    if app.state::<Shown>().0.load(Ordering::SeqCst) {
        front(app);
    }
}

fn hide(window: &WebviewWindow) {
    told(window.hide(), "hidden");
}

fn told(done: Result<(), tauri::Error>, what: &'static str) {
    if let Err(error) = done {
        tracing::warn!(error = %crate::log::words(&error), what, "A window operation failed.");
    }
}

/// Handles the close button. Without a tray this quits, because nothing could open the window again.
pub(crate) fn close_requested(app: &AppHandle) {
    let backend = app.state::<Backend>();
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let wish = if backend.has_tray() { backend.on_close() } else { OnClose::Quit };
    match wish {
        OnClose::Quit => app.exit(0),
        OnClose::Tray => hide(&window),
        OnClose::Ask => {
            *app.state::<Closing>().asked() = Some(Instant::now());
            // no page to ask: minimise, so that nothing is lost
            if !app.state::<Page>().ask_about_closing() {
                hide(&window);
            }
        }
    }
}

/// The patron answered what closing shall do: stay in the tray, or quit.
pub(crate) fn close_answered(app: &AppHandle, wish: OnClose) {
    let asked = app.state::<Closing>().asked().take();
    if asked.is_none_or(|at| at.elapsed() > ANSWER_VALID) {
        return;
    }
    match (wish, app.get_webview_window(MAIN)) {
        (OnClose::Tray, Some(window)) => hide(&window),
        (OnClose::Quit, _) => app.exit(0),
        _ => {}
    }
}
