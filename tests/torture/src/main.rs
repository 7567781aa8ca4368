//! `torture [--seed N] [--runs N] [--only R3[,R4]]`: prints one line for each suite; exit code 1 if one
//! fails. Without `--seed` a seed is taken from the clock and printed; the same seed gives the same
//! decisions.

use std::process::ExitCode;
use std::time::Instant;

use hongyan_torture::{SUITES, Suite};

const USAGE: &str = "usage: torture [--seed N] [--runs N] [--only R3[,R4]]";

#[derive(Default)]
struct Arguments {
    seed: Option<u64>,
    runs: Option<u32>,
    only: Vec<String>,
}

fn main() -> ExitCode {
    let arguments = match arguments(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            eprintln!("{wrong}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::from(2);
        }
    };
    if runtime.block_on(run(&arguments)) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(arguments: &Arguments) -> bool {
    let seed = arguments.seed.unwrap_or_else(|| jiff::Timestamp::now().as_second().unsigned_abs());
    let mut passed = true;
    for suite in SUITES.iter().filter(|suite| wanted(suite, &arguments.only)) {
        let begun = Instant::now();
        let verdict = (suite.run)(seed, arguments.runs.unwrap_or(suite.full)).await;
        println!("{}", verdict.line(suite.title, begun.elapsed(), seed));
        for note in &verdict.notes {
            println!("     {note}");
        }
        passed &= verdict.passed;
    }
    passed
}

fn wanted(suite: &Suite, only: &[String]) -> bool {
    only.is_empty() || only.iter().any(|id| id.eq_ignore_ascii_case(suite.id))
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    while let Some(name) = given.next() {
        let value = given.next().ok_or_else(|| format!("{name} needs a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} {value}: not a number"));
        match name.as_str() {
            "--seed" => arguments.seed = Some(number()?),
            "--runs" => {
                let runs = u32::try_from(number()?).map_err(|_| format!("{value} runs are too many"))?;
                arguments.runs = Some(runs);
            }
            "--only" => arguments.only = value.split(',').map(|id| id.trim().to_owned()).collect(),
            _ => return Err(format!("{name} is not known")),
        }
    }
    let unknown = arguments.only.iter().find(|id| !SUITES.iter().any(|s| s.id.eq_ignore_ascii_case(id)));
    match unknown {
        Some(id) => Err(format!("there is no suite {id}")),
        None => Ok(arguments),
    }
}
