//! `search --sources FILE.toml [--limit N] QUERY`: the program's search without a UI and without a cache,
//! for maintainers who want to see results and how they are merged.
//!
//! Writes works in final order to standard output, one JSON object per line; errors to standard error,
//! whose last line summarises the sources. Exit code 0 when at least one source responded, 1 when none
//! did, 2 for a usage error.

use std::collections::BTreeSet;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::source::SearchSource;
use hongyan_connectors::sources;
use hongyan_engine::news::EventThrottle;
use hongyan_engine::search::{Limits, Searches};
use hongyan_engine::view::{SourceState, SourceView};
use hongyan_model::Kind;
use hongyan_model::work::Work;
use serde::Serialize;

const USAGE: &str = "usage: search --sources FILE.toml [--limit N] QUERY";
/// Maximum number of records per source.
const MOST: usize = 10_000;

/// A line of standard output.
#[derive(Serialize)]
struct Line<'a> {
    /// from 1
    rank: usize,
    title: &'a str,
    creators: Vec<&'a str>,
    year: Option<i32>,
    kind: Kind,
    members: Vec<Member<'a>>,
}

#[derive(Serialize)]
struct Member<'a> {
    source: &'a str,
    /// the record's number in its source: MARC 001
    id: &'a str,
}

/// The last line of standard error. Times are milliseconds since the query was sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    query: &'a str,
    works: usize,
    records: usize,
    first_ms: Option<u32>,
    done_ms: Option<u32>,
    sources: Vec<Source<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Source<'a> {
    id: &'a str,
    state: SourceState,
    hits: Option<u64>,
    records: u32,
    first_ms: Option<u32>,
    done_ms: Option<u32>,
    error: Option<String>,
}

struct Arguments {
    sources: PathBuf,
    limit: usize,
    query: String,
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

/// Returns whether at least one source responded.
fn run() -> Result<bool, String> {
    let arguments = arguments(std::env::args_os().skip(1))?;
    let file = &arguments.sources;
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let configs = sources::parse(&text).map_err(|error| format!("{}: {error}", file.display()))?.source;
    if configs.is_empty() {
        return Err(format!("{}: no [[source]] in it", file.display()));
    }
    let http = Http::new(HttpOptions::default()).map_err(|error| error.to_string())?;
    let off: BTreeSet<String> = configs.iter().filter(|c| !c.enabled).map(|c| c.id.clone()).collect();
    let mut opened: Vec<Arc<dyn SearchSource>> = Vec::new();
    for config in &configs {
        opened.push(sources::open(config, &http).map_err(|error| format!("{}: {error}", config.id))?.into());
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let (works, ended) = runtime.block_on(search(opened, &arguments, &off))?;
    if let Err(error) = print(&works)
        && error.kind() != ErrorKind::BrokenPipe
    {
        complain(&format!("standard output: {error}"));
    }
    let summary = Summary {
        query: &arguments.query,
        works: works.len(),
        records: works.iter().map(|work| work.members.len()).sum(),
        first_ms: ended.iter().filter_map(|source| source.first_ms).min(),
        done_ms: ended.iter().filter_map(|source| source.done_ms).max(),
        sources: ended.iter().map(describe).collect(),
    };
    complain(&serde_json::to_string(&summary).map_err(|error| error.to_string())?);
    Ok(ended.iter().any(|source| source.state == SourceState::Done || source.records > 0))
}

async fn search(
    sources: Vec<Arc<dyn SearchSource>>,
    arguments: &Arguments,
    off: &BTreeSet<String>,
) -> Result<(Vec<Work>, Vec<SourceView>), String> {
    let records = sources.len().saturating_mul(arguments.limit);
    let limits = Limits { per_source: arguments.limit, records, ..Limits::default() };
    let searches =
        Searches::new(sources, None, EventThrottle::default(), limits, Arc::new(hongyan_engine::SystemClock));
    let id = searches
        .start(&arguments.query, None, off)
        .map_err(|problem| format!("{:?}: {}", arguments.query, problem.detail))?;
    let ended = searches.finished(&id).await;
    Ok((searches.ranked(&id), ended))
}

fn arguments(given: impl Iterator<Item = std::ffi::OsString>) -> Result<Arguments, String> {
    let (mut file, mut limit, mut words) = (None, Limits::default().per_source, Vec::new());
    let mut given = given;
    let mut options = true;
    while let Some(argument) = given.next() {
        let text = argument.to_str().ok_or_else(|| format!("{argument:?} is not UTF-8\n{USAGE}"))?;
        let (name, value) = match text.split_once('=') {
            Some((name, value)) if text.starts_with("--") => (name, Some(value.to_owned())),
            _ => (text, None),
        };
        let mut value = || {
            let next = || given.next().and_then(|next| next.into_string().ok());
            value.clone().or_else(next).ok_or_else(|| format!("{name} needs a value\n{USAGE}"))
        };
        match name {
            "--" if options => options = false,
            "--sources" if options => file = Some(PathBuf::from(value()?)),
            "--limit" if options => {
                let text = value()?;
                limit =
                    text.parse().ok().filter(|limit| (1..=MOST).contains(limit)).ok_or_else(|| {
                        format!("--limit {text:?} is not a number from 1 to {MOST}\n{USAGE}")
                    })?;
            }
            _ if options && text.starts_with("--") => return Err(format!("unknown option {text}\n{USAGE}")),
            _ => words.push(text.to_owned()),
        }
    }
    let sources = file.ok_or_else(|| format!("--sources is missing\n{USAGE}"))?;
    let query = words.join(" ");
    if query.trim().is_empty() {
        return Err(format!("the query is missing\n{USAGE}"));
    }
    Ok(Arguments { sources, limit, query })
}

fn print(works: &[Work]) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for (n, work) in works.iter().enumerate() {
        let line = Line {
            rank: n + 1,
            title: &work.merged.title,
            creators: work.merged.creators.iter().map(|creator| creator.name.as_str()).collect(),
            year: work.merged.year,
            kind: work.merged.kind,
            members: work.members.iter().map(|m| Member { source: &m.source, id: &m.id }).collect(),
        };
        serde_json::to_writer(&mut out, &line)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn describe(source: &SourceView) -> Source<'_> {
    Source {
        id: &source.id,
        state: source.state,
        hits: source.hits,
        records: source.records,
        first_ms: source.first_ms,
        done_ms: source.done_ms,
        error: source.problem.as_ref().map(ToString::to_string),
    }
}

/// Writes to standard error; a closed standard error is ignored.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::arguments;

    fn read(given: &[&str]) -> Result<(String, usize, String), String> {
        arguments(given.iter().map(Into::into))
            .map(|a| (a.sources.to_string_lossy().into_owned(), a.limit, a.query))
    }

    #[test]
    fn calls_and_wrong_calls() {
        assert_eq!(read(&["--sources", "a.toml", "红楼梦"]), Ok(("a.toml".into(), 100, "红楼梦".into())));
        let all = read(&["--limit=5", "红楼梦", "--sources=a.toml", "--", "--研究"]);
        assert_eq!(all, Ok(("a.toml".into(), 5, "红楼梦 --研究".into())));
        for (given, why) in [
            (&["红楼梦"][..], "--sources is missing"),
            (&["--sources", "a.toml"], "the query is missing"),
            (&["--sources", "a.toml", " "], "the query is missing"),
            (&["--sources"], "needs a value"),
            (&["--sources", "a.toml", "--limit", "多", "红楼梦"], "not a number"),
            (&["--sources", "a.toml", "--limit", "0", "红楼梦"], "not a number"),
            (&["--sauces", "a.toml", "红楼梦"], "unknown option"),
        ] {
            let error = read(given).unwrap_err();
            assert!(error.contains(why) && error.contains("usage:"), "{error}");
        }
    }
}
