//! What Linux and macOS have alike: signals.

use std::time::Duration;

use tauri::AppHandle;
use tokio::signal::unix::{SignalKind, signal};

/// Leaves in good order when the system says so: at the end of a session, when the machine goes down, by Ctrl+C.
/// A program that is just cut off looks through its whole ledger at the next start. The thread is one of its own:
/// it hears even when every worker of the runtime is held up, and then ends the program without them.
pub(crate) fn leave_when_told(app: AppHandle) {
    let listening = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let told = runtime.map(|runtime| runtime.block_on(told()));
        if !matches!(told, Ok(true)) {
            tracing::warn!("Signals cannot be heard.");
            return;
        }
        app.exit(0);
        std::thread::sleep(AT_LAST);
        tracing::warn!("The program did not end in order.");
        std::process::exit(1);
    });
    if let Err(error) = listening {
        tracing::warn!(kind = ?error.kind(), "Signals cannot be heard.");
    }
}

/// Longest that an end in order takes after a signal; the system kills what takes much longer.
const AT_LAST: Duration = Duration::from_millis(4_800);

/// Waits for a signal; false when none can be heard.
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
