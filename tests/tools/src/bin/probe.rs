//! `probe [--sources FILE.toml] [--save DIR] [--en] ID…`: checks sources for a person with access to them, with
//! three questions each. `all` stands for every source that is switched on.
//!
//! Writes the page, which names nobody, to standard output, and a line for each source to standard error as it
//! comes. The key of a source is taken from the environment: `HONGYAN_KEY_RISS_BOOKS`. Exit code 0 when every
//! source gave records, 1 when one did not, 2 for a usage error.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::probe::{Checked, Language, Manners, check, is_checked, report};
use hongyan_connectors::source::{Credentials, SourceConfig};
use hongyan_connectors::sources;

const USAGE: &str = "usage: probe [--sources FILE.toml] [--save DIR] [--en] ID… | all";

#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    sources: Option<PathBuf>,
    save: Option<PathBuf>,
    language: Language,
    ids: Vec<String>,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(wrong) => {
            complain(&wrong);
            ExitCode::from(2)
        }
    }
}

/// Returns whether every source gave records.
fn run() -> Result<bool, String> {
    let arguments = arguments(std::env::args_os().skip(1))?;
    let configs = chosen(&arguments)?;
    let http = Http::new(HttpOptions::default()).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let mut all: Vec<Checked> = Vec::new();
    for config in &configs {
        let key = key(config);
        let checked = runtime
            .block_on(check(config, key.as_ref(), &http, Manners::default()))
            .map_err(|error| format!("{}: {error}", config.id))?;
        complain(&format!("{}: {}", config.id, report::headline(&checked, arguments.language)));
        if let Some(folder) = &arguments.save {
            save(folder, &config.id, &checked).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        all.push(checked);
    }
    let on = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let page = report::page(&all, arguments.language, &on);
    if let Some(folder) = &arguments.save {
        std::fs::write(folder.join("report.md"), &page)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    // a closed standard output is ignored
    let _ = std::io::stdout().lock().write_all(page.as_bytes());
    Ok(all.iter().all(|checked| checked.well))
}

/// The sources to check, in the order in which they were named.
fn chosen(arguments: &Arguments) -> Result<Vec<SourceConfig>, String> {
    let known = match &arguments.sources {
        None => sources::default_file().source,
        Some(file) => {
            let text =
                std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            sources::parse(&text).map_err(|error| format!("{}: {error}", file.display()))?.source
        }
    };
    let mut chosen: Vec<SourceConfig> = Vec::new();
    for id in &arguments.ids {
        let named = known.iter().filter(|config| config.id == *id || id == "all" && config.enabled);
        let before = chosen.len();
        for config in named.filter(|config| is_checked(config.protocol)) {
            if !chosen.contains(config) {
                chosen.push(config.clone());
            }
        }
        if chosen.len() == before && !chosen.iter().any(|config| config.id == *id) {
            let ids = known.iter().filter(|config| is_checked(config.protocol)).map(|c| c.id.as_str());
            let ids = ids.collect::<Vec<_>>().join(" ");
            return Err(format!("{id:?} is no source that can be asked; there are: {ids}\n{USAGE}"));
        }
    }
    Ok(chosen)
}

/// The key for a source, from the environment: on the command line others could see it.
fn key(config: &SourceConfig) -> Option<Credentials> {
    let name = format!("HONGYAN_KEY_{}", config.id.to_ascii_uppercase().replace('-', "_"));
    let secret = std::env::var(name).ok().filter(|secret| !secret.trim().is_empty())?;
    Some(Credentials { secret, ..Credentials::default() })
}

/// Writes the answers of a source: `calis-1.json`.
fn save(folder: &Path, id: &str, checked: &Checked) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (n, kept) in checked.kept.iter().enumerate() {
        std::fs::write(folder.join(format!("{id}-{}.{}", n + 1, kept.ending)), &kept.body)?;
    }
    Ok(())
}

fn arguments(given: impl Iterator<Item = std::ffi::OsString>) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    let mut given = given;
    while let Some(argument) = given.next() {
        let text = argument.to_str().ok_or_else(|| format!("{argument:?} is not UTF-8\n{USAGE}"))?;
        let mut value =
            || given.next().map(PathBuf::from).ok_or_else(|| format!("{text} needs a value\n{USAGE}"));
        match text {
            "--sources" => arguments.sources = Some(value()?),
            "--save" => arguments.save = Some(value()?),
            "--en" => arguments.language = Language::En,
            _ if text.starts_with('-') => return Err(format!("unknown option {text}\n{USAGE}")),
            id => arguments.ids.push(id.to_owned()),
        }
    }
    if arguments.ids.is_empty() {
        return Err(format!("no source is named\n{USAGE}"));
    }
    Ok(arguments)
}

/// Writes to standard error; a closed standard error is ignored.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[&str]) -> Result<Arguments, String> {
        arguments(given.iter().map(Into::into))
    }

    #[test]
    fn calls_and_wrong_calls() {
        let all = read(&["calis", "--save", "答案", "--en", "yidu", "--sources", "a.toml"]).unwrap();
        let wanted = Arguments {
            sources: Some("a.toml".into()),
            save: Some("答案".into()),
            language: Language::En,
            ids: vec!["calis".to_owned(), "yidu".to_owned()],
        };
        assert_eq!(all, wanted);
        for (given, why) in [
            (&[][..], "no source"),
            (&["calis", "--save"], "needs a value"),
            (&["--key", "x"], "unknown option"),
        ] {
            assert!(read(given).unwrap_err().contains(why), "{given:?}");
        }
    }

    #[test]
    fn sources_by_their_names() {
        let ids = |given: &[&str]| {
            let chosen = chosen(&read(given).unwrap())?;
            Ok::<_, String>(chosen.into_iter().map(|config| config.id).collect::<Vec<_>>())
        };
        assert_eq!(ids(&["nstl", "calis", "nstl"]).unwrap(), ["nstl", "calis"]);
        let all = ids(&["all"]).unwrap();
        assert!(all.contains(&"yidu".to_owned()) && !all.contains(&"riss-books".to_owned()), "{all:?}");
        assert!(!all.contains(&"nlc".to_owned()), "a page is not asked");
        assert!(ids(&["nlc"]).unwrap_err().contains("no source that can be asked"));
        assert_eq!(ids(&["riss-books"]).unwrap(), ["riss-books"]);
    }
}
