//! The log: one file for each day in the data directory, the last seven are kept. It contains closed words
//! and ids only (`hongyan_api::log`). `HONGYAN_LOG` sets another level for our own crates.

use std::path::Path;

use hongyan_api::log::{Closed, Logged as _};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::Rotation;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts logging. Dropping the guard flushes buffered lines. If no file can be created, the log goes to
/// standard error and there is no guard.
pub(crate) fn start(data_dir: &Path) -> Option<WorkerGuard> {
    let folder = data_dir.join("logs");
    // a failure shows at the next line, which opens a file in the folder
    let _ = hongyan_engine::disk::make_dir(&folder);
    let file = tracing_appender::rolling::Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("hongyan")
        .filename_suffix("log")
        .max_log_files(7)
        .build(folder);
    match file {
        Ok(file) => {
            let (writer, guard) = tracing_appender::non_blocking(file);
            set(writer);
            Some(guard)
        }
        Err(error) => {
            eprintln!("No log is kept: {error}");
            set(std::io::stderr);
            None
        }
    }
}

fn set<W: for<'a> MakeWriter<'a> + Send + Sync + 'static>(writer: W) {
    let level = std::env::var("HONGYAN_LOG").ok();
    let filter = EnvFilter::new(hongyan_api::log::filter(level.as_deref()));
    hongyan_api::log::install_panic_hook();
    let set =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer).try_init();
    if let Err(error) = set {
        eprintln!("a log subscriber is already set: {error}");
    }
}

/// Describes an error of the shell in closed words: the system's error number if there is one.
pub(crate) fn words(error: &(dyn std::error::Error + 'static)) -> Closed {
    let mut cause = Some(error);
    while let Some(one) = cause {
        if let Some(io) = one.downcast_ref::<std::io::Error>() {
            return io.logged();
        }
        cause = one.source();
    }
    Closed::word("failed")
}
