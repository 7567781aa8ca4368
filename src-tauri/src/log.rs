//! The log: one file a day in the data directory, seven of them kept. Ids only, never titles or names.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::Rotation;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts the log. What is dropped with the guard is written first. Where no file can be made the log goes to
/// the terminal, and there is nothing to write at the end.
pub(crate) fn start(data_dir: &Path) -> Option<WorkerGuard> {
    let folder = data_dir.join("logs");
    // a folder that cannot be made is said by the next line
    let _ = std::fs::create_dir_all(&folder);
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
    // other people's crates log addresses, which hold what was searched for: only their warnings
    let filter =
        EnvFilter::try_from_env("HONGYAN_LOG").unwrap_or_else(|_| EnvFilter::new("warn,hongyan=info"));
    let set =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer).try_init();
    if let Err(error) = set {
        eprintln!("There is a log already: {error}");
    }
}
