//! The sandbox as a program: `hongyan-sandbox [--port N] [--speed N] [--no-librarian] [--data-dir DIR]`.
//! Prints one line of JSON with its address when it is ready, and ends on Ctrl+C.

use std::process::ExitCode;

use hongyan_sandbox::{Options, Sandbox};

const USAGE: &str = "hongyan-sandbox [--port N] [--speed N] [--no-librarian] [--data-dir DIR]";

/// The options of a command line; the error says which word is wrong.
fn options(args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { librarian: true, ..Options::default() };
    let mut args = args;
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--port" => options.port = value()?.parse().map_err(|_| "--port needs a number".to_owned())?,
            "--speed" => {
                options.speed = value()?
                    .parse()
                    .ok()
                    .filter(|speed: &f64| speed.is_finite() && *speed > 0.0)
                    .ok_or("--speed needs a number above 0")?;
            }
            "--no-librarian" => options.librarian = false,
            "--data-dir" => options.data_dir = Some(value()?.into()),
            _ => return Err(format!("{arg} is not known")),
        }
    }
    Ok(options)
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let sandbox = match Sandbox::start(options).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    println!("{}", serde_json::json!({"base": sandbox.base_url()}));
    if let Err(error) = tokio::signal::ctrl_c().await {
        eprintln!("Ctrl-C cannot be heard: {error}");
    }
    sandbox.shutdown().await;
    ExitCode::SUCCESS
}
