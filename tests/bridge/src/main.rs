//! The bridge as a program. Prints one line of JSON with its address when it is ready, and one for each
//! link that the page wants opened; ends on Ctrl-C, SIGTERM, or when the patron leaves by the page.

use std::process::ExitCode;

use hongyan_bridge::{Bridge, Options};

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

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::new("warn,hongyan=info");
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
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
        () = told_to_end() => {}
    }
    bridge.stop().await;
    ExitCode::SUCCESS
}

#[cfg(unix)]
async fn told_to_end() {
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
async fn told_to_end() {
    drop(tokio::signal::ctrl_c().await);
}
