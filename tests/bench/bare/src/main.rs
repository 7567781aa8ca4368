//! The smallest possible Tauri program: a window, hidden until its page has called. The benchmark starts it
//! next to
//! Hongyan and compares the time to the window and the memory of all processes.

use std::process::ExitCode;

use tauri::{WebviewUrl, WebviewWindow, WebviewWindowBuilder};

/// The page has loaded: shows the window.
#[tauri::command]
fn ready(window: WebviewWindow) {
    if let Err(error) = window.show() {
        eprintln!("cannot be shown: {error}");
    }
}

fn main() -> ExitCode {
    let run = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![ready])
        .setup(|app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::App("index.html".into()))
                .title("空窗")
                .inner_size(1280.0, 800.0)
                .visible(false)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!());
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}
