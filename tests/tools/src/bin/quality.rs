//! `quality [--config FILE.toml] [--z3950] [--only SECTION,…] [--limit N] [--data DIR] [--cache FILE]
//! [--list FILE]`: measures the product's quality targets and reports which were met. With `--z3950` the
//! catalogues are searched by Z39.50 instead of SRU, with MARC-8 and GB 18030 as encodings.
//!
//! Sections: `merging` (precision and recall against control numbers), `merging-sealed` (the same for queries
//! that the merger was not written with), `papers` (records of papers, chapters and journals against numbers that
//! are hidden from the merger), `scripts` (both scripts are found
//! when one is typed), `titles` (records of several sources under one title), `citations` (GB/T 7714),
//! `references` (printed references read back) and `references-sealed` (the same of works that the reader was not written with),
//! `inspect` (every sample is parsed as an independent program parses it). A section whose input is
//! missing is skipped with a message. Starts no servers: the configured catalogues must be running. Exit
//! code 0 when no target was missed, 1 when one was, 2 for a usage error.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hongyan_tools::quality::catalogues::Catalogues;
use hongyan_tools::quality::config::{Config, DEFAULT};
use hongyan_tools::quality::{
    Outcome, all_met, citations, merging, papers, recall, references, samples, summary, titles,
};

const USAGE: &str = "usage: quality [--config FILE.toml] [--z3950] [--only SECTION,…] [--limit N] [--data DIR] \
                     [--cache FILE] [--list FILE]";
/// In the order in which they run.
const SECTIONS: [&str; 9] = [
    "merging",
    "merging-sealed",
    "papers",
    "scripts",
    "titles",
    "citations",
    "references",
    "references-sealed",
    "inspect",
];

#[derive(Debug, PartialEq, Eq)]
struct Arguments {
    config: Option<PathBuf>,
    z3950: bool,
    only: Vec<String>,
    limit: Option<usize>,
    data: PathBuf,
    cache: Option<PathBuf>,
    list: PathBuf,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::from(2)
        }
    }
}

/// Returns whether no target was missed.
fn run() -> Result<bool, String> {
    let arguments = arguments(std::env::args_os().skip(1))?;
    let text = match &arguments.config {
        Some(path) => {
            std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?
        }
        None => DEFAULT.to_owned(),
    };
    let mut config = Config::parse(&text)?;
    if arguments.z3950 {
        config.over_z3950()?;
    }
    config.limit = arguments.limit.unwrap_or(config.limit);
    let mut catalogues = Catalogues::open(arguments.cache.as_deref())?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let mut outcomes: Vec<(&str, Outcome)> = Vec::new();
    for section in SECTIONS {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|only| only == section) {
            continue;
        }
        println!("\n== {section} ==");
        let outcome = match section {
            "merging" | "merging-sealed" => {
                let sealed = section == "merging-sealed";
                runtime.block_on(merging::run(&config, &mut catalogues, &arguments.list, sealed))
            }
            "papers" => papers::run(&arguments.data, &arguments.list),
            "scripts" => runtime.block_on(recall::run(&config, &mut catalogues)),
            "titles" => titles::run(&arguments.data),
            "citations" => citations::run(&arguments.data),
            "references" => references::run(&arguments.data, false),
            "references-sealed" => references::run(&arguments.data, true),
            _ => samples::run(&arguments.data),
        };
        if let Outcome::Skipped(why) = &outcome {
            println!("skipped: {why}");
        }
        outcomes.push((section, outcome));
    }
    print!("{}", summary(&outcomes));
    Ok(all_met(&outcomes))
}

fn arguments(given: impl Iterator<Item = std::ffi::OsString>) -> Result<Arguments, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut out = Arguments {
        config: None,
        z3950: false,
        only: Vec::new(),
        limit: None,
        data: root.join("../shared/data"),
        cache: None,
        list: std::env::temp_dir().join("hongyan-quality-pairs.txt"),
    };
    let mut given = given;
    while let Some(argument) = given.next() {
        let text = argument.to_str().ok_or_else(|| format!("{argument:?} is not UTF-8\n{USAGE}"))?;
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (text.to_owned(), None),
        };
        let mut value = || {
            let next = || given.next().and_then(|next| next.into_string().ok());
            value.clone().or_else(next).ok_or_else(|| format!("{name} needs a value\n{USAGE}"))
        };
        match name.as_str() {
            "--z3950" => out.z3950 = true,
            "--config" => out.config = Some(value()?.into()),
            "--data" => out.data = value()?.into(),
            "--cache" => out.cache = Some(value()?.into()),
            "--list" => out.list = value()?.into(),
            "--limit" => {
                let text = value()?;
                let limit = text.parse().ok().filter(|limit| (1..=10_000).contains(limit));
                out.limit =
                    Some(limit.ok_or_else(|| format!("--limit {text:?} is not 1 to 10000\n{USAGE}"))?);
            }
            "--only" => {
                out.only = value()?.split(',').map(str::to_owned).collect();
                if let Some(unknown) = out.only.iter().find(|only| !SECTIONS.contains(&only.as_str())) {
                    return Err(format!("no section {unknown}; there are {}\n{USAGE}", SECTIONS.join(", ")));
                }
            }
            _ => return Err(format!("unknown argument {text}\n{USAGE}")),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn calls_and_wrong_calls() {
        let read = |given: &[&str]| arguments(given.iter().map(Into::into));
        let all =
            read(&["--z3950", "--only", "titles,scripts", "--limit=200", "--cache", "题名.json"]).unwrap();
        assert!(all.z3950);
        assert_eq!(all.only, ["titles", "scripts"]);
        assert_eq!((all.limit, all.cache.unwrap().to_str().unwrap()), (Some(200), "题名.json"));
        for (given, why) in [
            (&["红楼梦"][..], "unknown argument"),
            (&["--only", "合并"], "no section"),
            (&["--limit", "0"], "not 1 to"),
            (&["--cache"], "needs a value"),
        ] {
            let error = read(given).unwrap_err();
            assert!(error.contains(why) && error.contains("usage:"), "{error}");
        }
    }
}
