//! What Linux and macOS have alike: signals.

use tauri::AppHandle;
use tokio::signal::unix::{SignalKind, signal};

/// Leaves in good order when the system says so: at the end of a session, when the machine goes down, by Ctrl+C.
/// A program that is just cut off looks through its whole ledger at the next start.
pub(crate) fn leave_when_told(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let signals = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()].map(signal);
        let [Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)] = signals else {
            tracing::warn!("Signals cannot be heard.");
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
        app.exit(0);
    });
}
