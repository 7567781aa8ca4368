//! Assembles the shell: plugins, window, the two commands, orderly exit.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use hongyan_api::Problem;
use serde_json::Value;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, RunEvent, State, Webview, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use crate::backend::{self, Backend, STOP_WITHIN};
use crate::page::{Message, Page};
use crate::rust_only::RustOnly;
use crate::{dropped, library, log, places, platform, scheme, window};

/// The page's entry to the command table.
#[tauri::command]
async fn rpc(app: AppHandle, name: String, payload: Option<Value>) -> Result<Value, Problem> {
    backend::rpc(&app, &name, payload.unwrap_or_default()).await
}

/// Opens the channel to the page.
#[tauri::command]
fn subscribe(webview: Webview, page: State<'_, Page>, channel: Channel<Message>) {
    page.listen(webview.label(), channel);
}

/// Runs the program until it exits.
pub(crate) fn run() -> ExitCode {
    platform::before_start();
    let built = tauri::Builder::default()
        // must be the first plugin: a second process only brings the first one's window to the front, hands on the
        // address that it was called with, and exits
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::front(app)))
        .plugin(
            tauri_plugin_window_state::Builder::new()
                // the library's page and our strip stand where there is room for both
                .with_denylist(&[library::LIBRARY, library::COMPANION, library::LIST])
                .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
                .build(),
        )
        .plugin(RustOnly(tauri_plugin_notification::init()))
        .plugin(RustOnly(tauri_plugin_deep_link::init()))
        .manage(Page::default())
        .manage(Backend::default())
        .manage(dropped::Held::default())
        .manage(library::Library::default())
        .manage(window::Shown::default())
        .manage(window::Closing::default())
        .invoke_handler(tauri::generate_handler![rpc, subscribe])
        .setup(|app| {
            let handle = app.handle().clone();
            // the program starts even if no log can be written
            match places::data_dir(&handle).map(|dir| log::start(&dir)) {
                // Tauri's state holds the guard, which flushes the log at exit
                Ok(Some(guard)) => drop(handle.manage(guard)),
                Ok(None) => {}
                Err(error) => eprintln!("no directory for the log: {error}"),
            }
            // started first and in parallel: keyring and databases take as long to open as the window
            let starting = handle.clone();
            std::thread::spawn(move || {
                library::tidy(&starting);
                tauri::async_runtime::block_on(backend::start(starting));
            });
            window::make(&handle)?;
            scheme::listen(&handle);
            platform::quit_on_signal(handle);
            Ok(())
        })
        .on_window_event(|window, event| {
            match event {
                WindowEvent::CloseRequested { api, .. } if window.label() == window::MAIN => {
                    api.prevent_close();
                    window::close_requested(window.app_handle());
                }
                // the library's page and our strip go together
                WindowEvent::CloseRequested { .. } => library::close(window.app_handle()),
                // the engine synchronises more often while the window has the focus
                WindowEvent::DragDrop(event) if window.label() == window::MAIN => {
                    dropped::tell(window, event);
                }
                WindowEvent::Focused(front) => window.state::<Backend>().focus_changed(*front),
                _ => {}
            }
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            eprintln!("Hongyan cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let stopping = AtomicBool::new(false);
    app.run(move |app, event| {
        if let RunEvent::ExitRequested { api, .. } = event {
            // a second exit request, ours or an impatient patron's, is not delayed
            if !stopping.swap(true, Ordering::SeqCst) {
                api.prevent_exit();
                // from here on a new process may start on its own
                tauri_plugin_single_instance::destroy(app);
                let app = app.clone();
                tauri::async_runtime::spawn(async move {
                    if tokio::time::timeout(STOP_WITHIN, backend::stop(&app)).await.is_err() {
                        tracing::warn!("The engine did not stop in time.");
                    }
                    library::tidy(&app);
                    app.exit(0);
                });
            }
        }
    });
    ExitCode::SUCCESS
}
