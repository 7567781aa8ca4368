//! The library's own page in a window, with a strip of ours beside it. The page is foreign: no capability names
//! its webview, nothing of it is believed, and nothing runs in it but one script a click of the patron
//! (docs/SECURITY.md, "The library's window").

mod dock;
mod guard;
mod kept;
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only WebKitGTK tells of its way to a page"))]
mod reach;
mod script;
#[cfg(not(target_os = "linux"))]
#[path = "told_elsewhere.rs"]
mod told;
#[cfg(target_os = "linux")]
#[path = "told_linux.rs"]
mod told;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hongyan_api::host::numbered_path;
use hongyan_api::library_window::{
    LibraryDownload, LibraryOpening, LibraryPlace, LibraryWindow, PageFailure, PageMove, PageScript,
};
use hongyan_api::{ErrorCode, Problem, Retry};
use serde_json::Value;
use tauri::http::StatusCode;
use tauri::webview::{DownloadEvent, NewWindowResponse, PageLoadEvent};
use tauri::{
    AppHandle, Manager, PhysicalPosition, PhysicalSize, Url, Webview, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, WindowEvent,
};

use self::dock::Area;
use self::reach::Reach;
use crate::page::Page;
use crate::{dropped, places, platform};

/// Label of the window with the library's page. No capability names it.
pub(crate) const LIBRARY: &str = "library";
/// Label of our strip beside the library's window; `capabilities/companion.json` names its webview.
pub(crate) const COMPANION: &str = "companion";
/// Label of our strip where it stands alone; named there, too. It has a label of its own because a label is free again
/// only once its window has gone, some time after it was closed.
pub(crate) const LIST: &str = "companion-list";

/// What is known of the library's window.
#[derive(Default)]
pub(crate) struct Library(Mutex<State>);

#[derive(Default)]
struct State {
    /// whether the page has loaded; before that no script of ours is answered
    loaded: bool,
    /// whether a page has begun to come and has not ended
    coming: bool,
    /// whether the window is on its way to another page, of which nothing has come yet
    leaving: bool,
    /// whether the page that it would leave has loaded
    stays: bool,
    address: Option<Url>,
    /// host of an address that was refused because it is not secure
    refused: String,
    /// what the engine of the window tells of its way to the page
    reach: Reach,
    /// a download that the patron is asked about
    asked: Option<Url>,
    /// the download that the patron has allowed, once
    allowed: Option<Url>,
    /// the file that was saved last
    saved: Option<PathBuf>,
}

impl Library {
    fn state(&self) -> MutexGuard<'_, State> {
        // poisoning is harmless: every field is replaced as a whole
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The window sets out for another page.
    fn leaves(&mut self) {
        if !std::mem::replace(&mut self.leaving, true) {
            self.stays = self.loaded;
        }
        self.loaded = false;
    }

    /// It did not get there, and the page stays.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only WebKitGTK tells of it"))]
    fn remains(&mut self) {
        if std::mem::take(&mut self.leaving) {
            self.loaded = self.stays;
        }
    }
}

/// The library's window as the command handlers see it.
pub(crate) struct OnDesktop {
    /// the Tauri app
    pub(crate) app: AppHandle,
}

impl OnDesktop {
    fn open_windows(&self, page: Option<Url>, opening: &LibraryOpening) -> Result<(), tauri::Error> {
        let Some(page) = page else {
            close_windows(&self.app, &[COMPANION, LIBRARY]);
            return self.open_strip(None, &route(opening));
        };
        close_windows(&self.app, &[LIST]);
        if let Some(window) = self.app.get_webview_window(LIBRARY) {
            self.app.state::<Library>().state().leaves();
            window.navigate(page)?;
            self.open_strip(Some(&window), &route(opening))?;
            return window.set_focus();
        }
        {
            let library = self.app.state::<Library>();
            let mut state = library.state();
            let reach = std::mem::take(&mut state.reach).left();
            *state = State { address: Some(page.clone()), reach, ..State::default() };
        }
        let window = self.page_window(page, opening)?;
        told::watch(&window)?;
        platform::edit_menu_only(&window)?;
        let (place, _) = dock::at_start(screen_of(&window), window.scale_factor()?);
        put(&window, place)?;
        window.show()?;
        let app = self.app.clone();
        window.on_window_event(move |event| match event {
            WindowEvent::Moved(_) | WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. } => {
                if let Some(library) = app.get_webview_window(LIBRARY) {
                    follow(&library);
                }
            }
            _ => {}
        });
        self.open_strip(Some(&window), &route(opening))
    }

    fn page_window(&self, page: Url, opening: &LibraryOpening) -> Result<WebviewWindow, tauri::Error> {
        let (going, opened) = (self.app.clone(), self.app.clone());
        let mut builder = WebviewWindowBuilder::new(&self.app, LIBRARY, WebviewUrl::External(page))
            .title(&opening.title)
            .visible(false)
            // a file that is dropped belongs to the library's page
            .disable_drag_drop_handler()
            .on_navigation(move |url| may_go(&going, url, false))
            // the handler of our scheme answers every page of the program's engine
            .on_web_resource_request(|_, response| {
                *response.status_mut() = StatusCode::FORBIDDEN;
                *response.body_mut() = Cow::default();
            })
            // a link that wants a window of its own opens in this one
            .on_new_window(move |url, _| {
                if guard::may_visit(&url)
                    && let Some(window) = opened.get_webview_window(LIBRARY)
                    && let Err(error) = window.navigate(url)
                {
                    tracing::info!(error = %crate::log::words(&error), "The library's window did not follow a link.");
                }
                NewWindowResponse::Deny
            })
            .on_download(download)
            .on_page_load(|window, load| {
                let library = window.state::<Library>();
                let mut state = library.state();
                // the page in place of one that did not come is none
                if state.reach.failed().is_none() {
                    match load.event() {
                        PageLoadEvent::Started => {
                            state.address = Some(load.url().clone());
                            state.refused.clear();
                            state.loaded = false;
                            state.leaving = false;
                            state.coming = true;
                        }
                        // an end without a beginning is that of an address that was refused: the page stays
                        PageLoadEvent::Finished => {
                            let came = std::mem::take(&mut state.coming);
                            if state.leaving {
                                state.stays |= came;
                            } else {
                                state.loaded |= came;
                            }
                        }
                    }
                }
                drop(state);
                changed(window.app_handle());
            });
        builder = if opening.keep {
            builder.data_directory(kept::folder(&folder(&self.app)))
        } else {
            builder.incognito(true)
        };
        builder.build()
    }

    /// Opens the strip: beside the library's window, or alone above the patron's own browser. One that is there goes
    /// on to the page.
    fn open_strip(&self, library: Option<&WebviewWindow>, page: &str) -> Result<(), tauri::Error> {
        let label = if library.is_some() { COMPANION } else { LIST };
        if let Some(strip) = self.app.get_webview_window(label) {
            let mut address = strip.url()?;
            address.set_fragment(page.split_once('#').map(|(_, fragment)| fragment));
            strip.navigate(address)?;
            return strip.set_focus();
        }
        let builder = WebviewWindowBuilder::new(&self.app, label, WebviewUrl::App(page.into()))
            .title("鸿雁 Hongyan")
            .visible(false)
            .inner_size(dock::STRIP, dock::ALONE)
            .data_directory(places::web_dir(&self.app))
            .disable_drag_drop_handler()
            .on_navigation(crate::window::ours);
        #[cfg(feature = "demo")]
        let builder = crate::page_errors::record(builder);
        let Some(library) = library else {
            let strip = builder.always_on_top(true).build()?;
            platform::edit_menu_only(&strip)?;
            return strip.show();
        };
        // an owned window stays above the library's and is minimised with it
        let strip = builder.decorations(false).skip_taskbar(true).parent(library)?.build()?;
        platform::edit_menu_only(&strip)?;
        follow(library);
        strip.show()
    }
}

impl OnDesktop {
    fn library(&self) -> Result<WebviewWindow, Problem> {
        let none = || Problem::new(ErrorCode::PageNotOpen, Retry::Never, "no window");
        self.app.get_webview_window(LIBRARY).ok_or_else(none)
    }
}

/// The strip's page.
fn route(opening: &LibraryOpening) -> String {
    let alone = if opening.page.is_none() { "?alone=1" } else { "" };
    match opening.request {
        Some(id) => format!("index.html#/companion/{id}{alone}"),
        None => "index.html#/companion".to_owned(),
    }
}

/// Puts the strip beside the library's window.
fn follow(library: &WebviewWindow) {
    let Some(strip) = library.get_webview_window(COMPANION) else { return };
    let moved = || -> Result<(), tauri::Error> {
        let (at, size) = (library.outer_position()?, library.outer_size()?);
        let page = Area {
            x: at.x,
            y: at.y,
            width: i32::try_from(size.width).unwrap_or(i32::MAX),
            height: i32::try_from(size.height).unwrap_or(i32::MAX),
        };
        put(&strip, dock::beside_page(page, screen_of(library), library.scale_factor()?))
    };
    if let Err(error) = moved() {
        tracing::info!(error = %crate::log::words(&error), "The strip could not be placed.");
    }
}

fn put(window: &WebviewWindow, area: Area) -> Result<(), tauri::Error> {
    let px = |length: i32| u32::try_from(length).unwrap_or(0);
    // a window that is closing has no size
    if area.width <= 0 || area.height <= 0 {
        return Ok(());
    }
    window.set_size(PhysicalSize::new(px(area.width), px(area.height)))?;
    window.set_position(PhysicalPosition::new(area.x, area.y))
}

/// The work area of the screen that a window is on.
fn screen_of(window: &WebviewWindow) -> Area {
    let monitor = window.current_monitor().ok().flatten().or_else(|| window.primary_monitor().ok().flatten());
    let Some(monitor) = monitor else { return Area { x: 0, y: 0, width: 1280, height: 800 } };
    let (at, size) = (monitor.work_area().position, monitor.work_area().size);
    let px = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    Area { x: at.x, y: at.y, width: px(size.width), height: px(size.height) }
}

/// Decides on a download: it is refused and asked about, and goes on only once the patron has agreed.
fn download(webview: Webview, event: DownloadEvent<'_>) -> bool {
    let library = webview.state::<Library>();
    match event {
        DownloadEvent::Requested { url, destination } => {
            let mut state = library.state();
            if state.allowed.take().as_ref() != Some(&url) {
                state.asked = Some(url);
                drop(state);
                changed(webview.app_handle());
                return false;
            }
            drop(state);
            let name = destination.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name = if name.is_empty() { guard::name_of(&url) } else { name };
            let Some(path) = places::downloads(webview.app_handle())
                .ok()
                .and_then(|folder| numbered_path(&folder, &name).ok())
            else {
                return false;
            };
            *destination = path;
            true
        }
        DownloadEvent::Finished { path, success, .. } => {
            library.state().saved = path.filter(|_| success);
            changed(webview.app_handle());
            true
        }
        _ => false,
    }
}

/// Decides on an address that the window or a frame of its page shall go to, and keeps that the page's own was
/// refused. `by_hand`: a person asked for it.
fn may_go(app: &AppHandle, address: &Url, by_hand: bool) -> bool {
    let may = guard::may_visit(address);
    let closed = guard::has_closed_port(address);
    // an address of another program, or of a kind that no page has, is refused without a word
    if !may && address.scheme() == "http" || closed {
        let library = app.state::<Library>();
        let mut state = library.state();
        // what a page that is still coming asks for by itself is a frame of it: that one says nothing of the page
        if by_hand || !state.coming {
            if closed {
                state.loaded = false;
                state.address = Some(address.clone());
                state.reach.fails(PageFailure::Port, false);
            } else {
                state.refused = address.host_str().unwrap_or_default().to_owned();
            }
            drop(state);
            changed(app);
        }
    }
    may && !closed
}

/// Tells the strip that something about the library's window has changed.
fn changed(app: &AppHandle) {
    app.state::<Page>().library_changed();
}

/// Handles the close button of any of the windows: all go.
pub(crate) fn close(app: &AppHandle) {
    close_windows(app, &[COMPANION, LIST, LIBRARY]);
}

fn close_windows(app: &AppHandle, labels: &[&str]) {
    for label in labels {
        app.state::<Page>().closed(label);
        if let Some(window) = app.get_webview_window(label)
            && let Err(error) = window.destroy()
        {
            tracing::info!(error = %crate::log::words(&error), "A window could not be closed.");
        }
    }
    if labels.contains(&LIBRARY) {
        let library = app.state::<Library>();
        let mut state = library.state();
        *state = State { reach: std::mem::take(&mut state.reach).left(), ..State::default() };
    }
}

/// Removes what the library's pages had kept of a patron who has signed out, where the engine still held it then.
pub(crate) fn tidy(app: &AppHandle) {
    kept::tidy(&folder(app));
}

/// Folder of the folders of what the library's pages keep, apart from our own page's.
fn folder(app: &AppHandle) -> PathBuf {
    places::web_dir(app).join("library-page")
}

fn name_of_file(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn failed(error: &tauri::Error) -> Problem {
    Problem::new(
        ErrorCode::Internal,
        Retry::Now,
        format!("the library's window: {}", crate::log::words(error)),
    )
}

#[async_trait]
impl LibraryWindow for OnDesktop {
    fn open(&self, opening: &LibraryOpening) -> Result<(), Problem> {
        let refused = |detail: &str| Problem::new(ErrorCode::BadLink, Retry::Never, detail.to_owned());
        let page: Option<Url> = match &opening.page {
            Some(page) => Some(page.parse().map_err(|_| refused("not an address"))?),
            None => None,
        };
        if page.as_ref().is_some_and(|page| !guard::may_visit(page) || page.host_str().is_none()) {
            return Err(refused("not a secure page"));
        }
        self.open_windows(page, opening).map_err(|error| failed(&error))
    }

    fn place(&self) -> LibraryPlace {
        // asked before the lock is taken: Tauri has locks of its own
        let open = self.app.get_webview_window(LIBRARY).is_some();
        let library = self.app.state::<Library>();
        let state = library.state();
        let address = state.address.as_ref();
        LibraryPlace {
            open,
            loaded: state.loaded,
            coming: state.coming,
            host: address.and_then(Url::host_str).unwrap_or_default().to_owned(),
            path: address.map(|url| url.path().to_owned()).unwrap_or_default(),
            secure: address.is_some_and(|url| url.scheme() == "https"),
            refused: state.refused.clone(),
            failed: state.reach.failed(),
            sending: open && state.reach.is_sending(),
            unsure: state.reach.unsure().to_owned(),
            back: open && state.reach.back,
            forward: open && state.reach.forward,
            download: state.asked.as_ref().map(|url| LibraryDownload {
                name: guard::name_of(url),
                host: url.host_str().unwrap_or_default().to_owned(),
            }),
            saved: state.saved.as_deref().map(name_of_file).unwrap_or_default(),
        }
    }

    fn go(&self, to: PageMove) -> Result<(), Problem> {
        let window = self.library()?;
        let (afresh, hung) = {
            let library = self.app.state::<Library>();
            let mut state = library.state();
            state.refused.clear();
            if to == PageMove::Reload {
                state.leaves();
                let hung = state.reach.wants_again();
                let address = if hung { state.address.clone() } else { None };
                (state.reach.afresh(state.address.as_ref()).or(address), hung)
            } else {
                (None, false)
            }
        };
        changed(&self.app);
        let went = match afresh {
            Some(address) if hung => told::end_and_open(&window, address),
            Some(address) => window.navigate(address),
            None => told::go(&window, to),
        };
        went.map_err(|error| failed(&error))
    }

    fn looked(&self) {
        self.app.state::<Library>().state().reach.looked();
        changed(&self.app);
    }

    async fn run(&self, script: PageScript, input: &Value) -> Result<String, Problem> {
        let window = self.library()?;
        if !self.app.state::<Library>().state().loaded {
            return Err(Problem::new(ErrorCode::PageSilent, Retry::Now, "the page has not loaded"));
        }
        let answer = script::run(&window, script, input).await;
        if answer.as_ref().is_err_and(|problem| problem.code == ErrorCode::PageSilent) {
            self.app.state::<Library>().state().reach.hangs(true);
            changed(&self.app);
        }
        answer
    }

    fn answer_download(&self, take: bool) -> Result<(), Problem> {
        let library = self.app.state::<Library>();
        let asked = {
            let mut state = library.state();
            let asked = state.asked.take();
            state.allowed = asked.clone().filter(|_| take);
            asked
        };
        changed(&self.app);
        match (asked.filter(|_| take), self.app.get_webview_window(LIBRARY)) {
            (Some(url), Some(window)) => window.navigate(url).map_err(|error| failed(&error)),
            _ => Ok(()),
        }
    }

    async fn saved_file(&self) -> Result<(String, Vec<u8>), Problem> {
        let none = || Problem::new(ErrorCode::NotFound, Retry::Never, "no file that was downloaded");
        let path = self.app.state::<Library>().state().saved.clone().ok_or_else(none)?;
        let name = name_of_file(&path);
        let read = tauri::async_runtime::spawn_blocking(move || dropped::bytes(&path));
        let bytes = read.await.ok().flatten().ok_or_else(none)?;
        Ok((name, bytes))
    }

    fn close(&self) {
        close(&self.app);
    }

    fn erase(&self) -> Result<(), Problem> {
        if let Some(window) = self.app.get_webview_window(LIBRARY) {
            window.clear_all_browsing_data().map_err(|error| failed(&error))?;
        }
        close(&self.app);
        // the form was that of the patron who leaves
        self.app.state::<Library>().state().reach.looked();
        kept::renew(&folder(&self.app))
            .map_err(|error| Problem::new(ErrorCode::DiskFailed, Retry::Now, error.kind().to_string()))
    }
}
