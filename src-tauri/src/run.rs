//! Puts the shell together: plugins, window, the two commands, an orderly end.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use hongyan_api::Problem;
use serde_json::Value;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, RunEvent, State, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use crate::backend::{self, Backend, STOP_WITHIN};
use crate::page::{Message, Page};
use crate::rust_only::RustOnly;
use crate::{dropped, log, places, platform, window};

/// Runs a command of the table.
#[tauri::command]
async fn rpc(app: AppHandle, name: String, payload: Option<Value>) -> Result<Value, Problem> {
    backend::rpc(&app, &name, payload.unwrap_or_default()).await
}

/// Opens the line to the page.
#[tauri::command]
fn subscribe(page: State<'_, Page>, channel: Channel<Message>) {
    page.listen(channel);
}

/// Starts Hongyan and runs it to its end.
pub(crate) fn run() -> ExitCode {
    platform::before_start();
    let built = tauri::Builder::default()
        // must be the first: a second start ends here and only brings the first one's window to the front
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::front(app)))
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
                .build(),
        )
        .plugin(RustOnly(tauri_plugin_notification::init()))
        .manage(Page::default())
        .manage(Backend::default())
        .manage(window::Shown::default())
        .manage(window::Closing::default())
        .invoke_handler(tauri::generate_handler![rpc, subscribe])
        .setup(|app| {
            let handle = app.handle().clone();
            // a log that cannot be kept is no reason not to start
            match places::data_dir(&handle).map(|dir| log::start(&dir)) {
                // kept by the shell: what is left in memory is written when it goes
                Ok(Some(guard)) => drop(handle.manage(guard)),
                Ok(None) => {}
                Err(error) => eprintln!("There is no place for a log: {error}"),
            }
            // a thread of its own, and first: keyring and databases take as long as the window
            let starting = handle.clone();
            std::thread::spawn(move || tauri::async_runtime::block_on(backend::start(starting)));
            window::make(&handle)?;
            platform::leave_when_told(handle);
            Ok(())
        })
        .on_window_event(|window, event| {
            match event {
                WindowEvent::CloseRequested { api, .. } => {
                    api.prevent_close();
                    window::close_requested(window.app_handle());
                }
                // news is asked for more often while somebody looks
                WindowEvent::DragDrop(event) => dropped::tell(window, event),
                WindowEvent::Focused(front) => window.state::<Backend>().in_front(*front),
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
            // the second request, ours or an impatient patron's, is not held up
            if !stopping.swap(true, Ordering::SeqCst) {
                api.prevent_exit();
                // who starts Hongyan from now on starts one of their own
                tauri_plugin_single_instance::destroy(app);
                let app = app.clone();
                tauri::async_runtime::spawn(async move {
                    if tokio::time::timeout(STOP_WITHIN, backend::stop(&app)).await.is_err() {
                        tracing::warn!("Not everything ended in time.");
                    }
                    app.exit(0);
                });
            }
        }
    });
    ExitCode::SUCCESS
}
