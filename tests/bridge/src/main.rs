//! The bridge as a program. Prints one line of JSON with its address when it is ready, and one for each link
//! that the page wants to open. Ends on Ctrl+C, on SIGTERM, or when the patron quits in the page.

use std::process::ExitCode;
use std::time::Duration;

use hongyan_bridge::{Bridge, Options};
use tokio_util::sync::CancellationToken;

const USAGE: &str = "hongyan-bridge [--port N] [--ui DIR] [--data-dir DIR] [--speed N] [--no-librarian] \
                     [--no-keyring | --keyring FILE] [--gateway URL | --no-platform] [--sources FILE]";

/// The options of a command line; the error says which word is wrong.
fn options(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--port" => options.port = value()?.parse().map_err(|_| "--port needs a number".to_owned())?,
            "--ui" => options.ui = value()?.into(),
            "--data-dir" => options.data_dir = Some(value()?.into()),
            "--speed" => {
                let speed = value()?.parse().ok().filter(|speed: &f64| speed.is_finite() && *speed > 0.0);
                options.speed = speed.ok_or("--speed needs a number above 0")?;
            }
            "--no-librarian" => options.librarian = false,
            "--keyring" => options.keyring_file = Some(value()?.into()),
            "--no-keyring" => options.keyring = false,
            "--sources" => options.sources = Some(value()?.into()),
            "--no-platform" => options.no_platform = true,
            "--gateway" => options.gateway = Some(value()?),
            _ => return Err(format!("{arg} is not known")),
        }
    }
    Ok(options)
}

/// How long an orderly exit may take after a signal.
const FORCE_EXIT_AFTER: Duration = Duration::from_millis(4_800);

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(serve());
    // tasks that do not end by themselves are abandoned
    runtime.shutdown_background();
    code
}

async fn serve() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::new(hongyan_api::log::FILTER);
    hongyan_api::log::install_panic_hook();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
    log.with_writer(std::io::stderr).init();
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let told = signals();
    let bridge = match Bridge::start(options).await {
        Ok(bridge) => bridge,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    println!("{}", serde_json::json!({ "address": bridge.address(), "sandbox": bridge.sandbox() }));
    tokio::select! {
        () = bridge.left() => {}
        () = told.cancelled() => {}
    }
    bridge.stop().await;
    ExitCode::SUCCESS
}

/// A token that is cancelled on SIGTERM or SIGINT. A thread of its own receives the signals, so that it works
/// even if every worker of the runtime is blocked; in that case it ends the process itself.
fn signals() -> CancellationToken {
    let told = CancellationToken::new();
    let tell = told.clone();
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(stop_signal());
        tell.cancel();
        std::thread::sleep(FORCE_EXIT_AFTER);
        eprintln!("The bridge did not end in order.");
        std::process::exit(1);
    });
    told
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        },
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    drop(tokio::signal::ctrl_c().await);
}
