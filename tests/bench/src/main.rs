//! `bench [--quick] [--only NAME] [--plot FILE.svg] [--marc FILE.mrc] [--programs DIR]`: measures the
//! program, each figure beside a lower bound or a competitor of the same run. A missed target is reported but
//! is no failure, because machines vary. What cannot be measured here is skipped by name; an error is a
//! failure (exit code 1).

#![allow(clippy::cast_precision_loss, reason = "counts and times of a benchmark")]

mod fan;
mod fixtures;
mod growth;
mod history;
mod marc;
mod merge;
mod report;
mod restart;
mod run_search;
mod sync;
mod targets;
mod window;
mod ztest;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use report::{Row, table};

const USAGE: &str =
    "usage: bench [--quick] [--only NAME] [--plot FILE.svg] [--marc FILE.mrc] [--programs DIR]";

/// The sections in order. Each runs in a process of its own, so that memory is measured separately.
const SECTIONS: [&str; 12] = [
    "marc",
    "merge",
    "fan",
    "ztest-50",
    "ztest-100",
    "faults-5",
    "faults-15",
    "growth",
    "history",
    "sync",
    "restart",
    "window",
];

#[derive(Default, Clone)]
struct Arguments {
    quick: bool,
    only: Option<String>,
    plot: Option<PathBuf>,
    marc: Option<PathBuf>,
    programs: Option<PathBuf>,
    child: bool,
}

fn main() -> ExitCode {
    let arguments = match arguments(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            eprintln!("{wrong}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if arguments.child {
        return child(&arguments);
    }
    println!("| what | measured | floor in this run | target | |\n|---|---|---|---|---|");
    let mut failed = false;
    for section in SECTIONS {
        if arguments.only.as_deref().is_none_or(|only| only == section) {
            failed |= !apart(section, &arguments);
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Runs a section in a process of its own; true on success.
fn apart(section: &str, arguments: &Arguments) -> bool {
    let Ok(own) = std::env::current_exe() else { return false };
    let mut command = Command::new(own);
    command.args(["--child", "--only", section]);
    if arguments.quick {
        command.arg("--quick");
    }
    for (name, path) in
        [("--plot", &arguments.plot), ("--marc", &arguments.marc), ("--programs", &arguments.programs)]
    {
        if let Some(path) = path {
            command.arg(name).arg(path);
        }
    }
    command.status().is_ok_and(|status| status.success())
}

fn child(arguments: &Arguments) -> ExitCode {
    let mut rows = Vec::new();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    // built once in each process, so not part of a measurement
    hongyan_engine::search::offline::warm();
    let outcome = runtime.block_on(section(arguments, &mut rows));
    // the heading of the table is printed once, before the first section
    for line in table(&rows).lines().skip(2) {
        println!("{line}");
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("{}: {wrong}", arguments.only.as_deref().unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}

async fn section(arguments: &Arguments, rows: &mut Vec<Row>) -> Result<(), String> {
    let quick = arguments.quick;
    match arguments.only.as_deref().unwrap_or_default() {
        "marc" => marc::marc(rows, arguments.marc.as_deref()),
        "merge" => merge::merge(rows, quick),
        "fan" => fan::twenty(rows, quick).await,
        "ztest-50" => ztest::fifty(rows).await,
        "ztest-100" => ztest::hundred(rows).await,
        "faults-5" => fan::five_faults(rows).await,
        "faults-15" => fan::fifteen_faults(rows).await,
        "growth" => growth::growth(rows, arguments.plot.as_deref(), quick).await,
        "history" => history::history(rows, quick).await,
        "sync" => sync::sync(rows, quick).await,
        "restart" => restart::restart(rows, quick).await,
        "window" if cfg!(target_os = "linux") => match &arguments.programs {
            Some(dir) => {
                let ours = dir.join("hongyan");
                window::window(rows, &ours, &dir.join("hongyan-bare-window"), quick).await?;
                window::first_row(rows, &ours, quick).await
            }
            None => {
                rows.push(Row::figure("start and memory of the window", "skipped: --programs is not given"));
                Ok(())
            }
        },
        "window" => {
            rows.push(Row::figure("start and memory of the window", "skipped: measured on Linux only"));
            Ok(())
        }
        other => Err(format!("no section {other:?}; there are {}", SECTIONS.join(", "))),
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    while let Some(name) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{name} needs a value"));
        match name.as_str() {
            "--quick" => arguments.quick = true,
            "--child" => arguments.child = true,
            "--only" => arguments.only = Some(value()?),
            "--plot" => arguments.plot = Some(PathBuf::from(value()?)),
            "--marc" => arguments.marc = Some(PathBuf::from(value()?)),
            "--programs" => arguments.programs = Some(PathBuf::from(value()?)),
            other => return Err(format!("unknown option {other}")),
        }
    }
    match &arguments.only {
        Some(only) if !SECTIONS.contains(&only.as_str()) => {
            Err(format!("no section {only:?}; there are {}", SECTIONS.join(", ")))
        }
        _ => Ok(arguments),
    }
}

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn calls_and_wrong_calls() {
        let read = |given: &[&str]| arguments(given.iter().map(|text| (*text).to_owned()));
        assert!(read(&["--quick", "--only", "fan", "--plot", "图.svg"]).is_ok());
        for wrong in [&["--only"][..], &["--only", "扇"], &["--fast"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
