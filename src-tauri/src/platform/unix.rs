//! Signal handling, the same on Linux and macOS.

use std::time::Duration;

use tauri::AppHandle;
use tokio::signal::unix::{SignalKind, signal};

/// Quits in order on SIGTERM, SIGINT and SIGHUP: at the end of a session, at shutdown, by Ctrl+C. After a
/// kill the next start has to check the whole database. A thread of its own receives the signals, so that it
/// works even if every worker of the runtime is blocked; in that case it ends the process itself.
pub(crate) fn quit_on_signal(app: AppHandle) {
    let listening = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let told = runtime.map(|runtime| runtime.block_on(told()));
        if !matches!(told, Ok(true)) {
            tracing::warn!("Signal handlers could not be installed.");
            return;
        }
        app.exit(0);
        std::thread::sleep(FORCE_EXIT_AFTER);
        tracing::warn!("The orderly exit took too long; the process is ended.");
        std::process::exit(1);
    });
    if let Err(error) = listening {
        tracing::warn!(kind = ?error.kind(), "Signal handlers could not be installed.");
    }
}

/// How long an orderly exit may take after a signal; systems kill a process that takes much longer.
const FORCE_EXIT_AFTER: Duration = Duration::from_millis(4_800);

/// Waits for a signal; false if no signal handler can be installed.
async fn told() -> bool {
    let signals = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()].map(signal);
    let [Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)] = signals else { return false };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hangup.recv() => {}
    }
    true
}
