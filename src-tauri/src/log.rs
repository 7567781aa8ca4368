//! The log: one file a day in the data directory, seven of them kept. Ids only, never titles or names.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{InitError, Rotation};
use tracing_subscriber::EnvFilter;

/// Starts the log. What is dropped with the guard is written first.
pub(crate) fn start(data_dir: &Path) -> Result<WorkerGuard, InitError> {
    let folder = data_dir.join("logs");
    // a folder that cannot be made is said by the next line
    let _ = std::fs::create_dir_all(&folder);
    let file = tracing_appender::rolling::Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("hongyan")
        .filename_suffix("log")
        .max_log_files(7)
        .build(folder)?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    // other people's crates log addresses, which hold what was searched for: only their warnings
    let filter =
        EnvFilter::try_from_env("HONGYAN_LOG").unwrap_or_else(|_| EnvFilter::new("warn,hongyan=info"));
    let set =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer).try_init();
    if let Err(error) = set {
        eprintln!("There is a log already: {error}");
    }
    Ok(guard)
}
