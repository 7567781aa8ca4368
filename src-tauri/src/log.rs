//! The log: one file a day in the data directory, seven of them kept. Closed words and ids only
//! (`hongyan_api::log`); `HONGYAN_LOG` may name another level, for our own crates.

use std::path::Path;

use hongyan_api::log::{Closed, Logged as _};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::Rotation;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts the log. What is dropped with the guard is written first. Where no file can be made the log goes to
/// the terminal, and there is nothing to write at the end.
pub(crate) fn start(data_dir: &Path) -> Option<WorkerGuard> {
    let folder = data_dir.join("logs");
    // a folder that cannot be made is said by the next line
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
    hongyan_api::log::quiet_panics();
    let set =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer).try_init();
    if let Err(error) = set {
        eprintln!("There is a log already: {error}");
    }
}

/// What a shell's error says in closed words: the system's number where there is one.
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
