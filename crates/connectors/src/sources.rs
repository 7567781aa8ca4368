//! sources.toml: parsing, validating with precise errors, and opening a source.

use std::collections::{HashMap, HashSet};

use hongyan_formats::marc::Charset;
use hongyan_model::text::clip;
use toml::Spanned;
use url::Url;

use crate::arxiv::Arxiv;
use crate::cinii::Cinii;
use crate::crossref::Crossref;
use crate::dialect::{Dialect, Web};
use crate::doaj::Doaj;
use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::Http;
use crate::librarycloud::Librarycloud;
use crate::nstl::Nstl;
use crate::opac2::Opac2;
use crate::openalex::Openalex;
use crate::page::{self, Page};
pub use crate::page::{page_url, takes_a_query};
use crate::probe::ask::Askable;
pub use crate::probe::{Probe, probe};
use crate::reader::Reader;
use crate::riss::{self, Riss};
use crate::shanghai::Shanghai;
use crate::source::{Credentials, Protocol, SearchSource, SourceConfig, SourceFile};
use crate::sru::Sru;
use crate::yidu::Yidu;
use crate::z3950::{Syntax, Z3950};

/// The built-in sources.toml.
pub const DEFAULT: &str = include_str!("../sources.toml");

/// An error in a sources.toml, for the person who edits it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {}{what}", key.as_ref().map(|k| format!("{k}: ")).unwrap_or_default())]
pub struct SourceFileError {
    /// line number, from 1; 0 when unknown
    pub line: usize,
    /// the key concerned, if any
    pub key: Option<String>,
    /// explanation in English
    pub what: String,
}

/// The built-in sources; a test guarantees that the file is valid.
pub fn default_file() -> SourceFile {
    parse(DEFAULT).unwrap_or_default()
}

/// Parses and validates a sources.toml.
///
/// # Errors
/// The first error, with line and key: syntax, unknown or missing keys, values out of range, duplicate
/// ids, invalid addresses.
pub fn parse(text: &str) -> Result<SourceFile, SourceFileError> {
    let file: SourceFile = toml::from_str(text).map_err(|e| {
        let line = e.span().map(|span| line_at(text, span.start)).unwrap_or(0);
        SourceFileError { line, key: None, what: clip(e.message(), 300) }
    })?;
    let places = Places::of(text);
    let mut ids = HashSet::new();
    for (n, source) in file.source.iter().enumerate() {
        let wrong = |key: &str, what: String| SourceFileError {
            line: places.line(n, key),
            key: Some(key.to_owned()),
            what,
        };
        check(source).map_err(|(key, what)| wrong(key, what))?;
        if !ids.insert(source.id.as_str()) {
            return Err(wrong("id", format!("there is another source {:?}", source.id)));
        }
    }
    Ok(file)
}

/// Opens a source without credentials. Sends nothing before the first search.
///
/// # Errors
/// `Unsupported` for a configuration that [`parse`] would reject.
pub fn open(config: &SourceConfig, http: &Http) -> Result<Box<dyn SearchSource>, NetError> {
    open_with(config, http, None)
}

/// Opens a source with the patron's credentials. Sends nothing before the first search. A source that
/// requires a key and has none fails every search with [`NetError::NeedsKey`].
///
/// # Errors
/// `Unsupported` for a configuration that [`parse`] would reject.
pub fn open_with(
    config: &SourceConfig,
    http: &Http,
    credentials: Option<&Credentials>,
) -> Result<Box<dyn SearchSource>, NetError> {
    Ok(connector(config, http, credentials)?)
}

/// A connector: searched page by page, and asked single questions.
pub(crate) trait Connector: SearchSource + Askable {}

impl<T: SearchSource + Askable> Connector for T {}

/// As [`open_with`].
pub(crate) fn connector(
    config: &SourceConfig,
    http: &Http,
    credentials: Option<&Credentials>,
) -> Result<Box<dyn Connector>, NetError> {
    if config.protocol == Protocol::Page {
        check(config).map_err(|wrong| unsupported(config, wrong))?;
        return Ok(Box::new(Page::new(config.clone())));
    }
    let endpoint = endpoint(config, http, credentials)?;
    Ok(match config.protocol {
        Protocol::Opac2 => web(Opac2::new(&endpoint)?, endpoint),
        Protocol::Yidu => web(Yidu::new(&endpoint)?, endpoint),
        Protocol::Nstl => web(Nstl::new(&endpoint)?, endpoint),
        Protocol::Reader => web(Reader::new(&endpoint)?, endpoint),
        Protocol::Librarycloud => web(Librarycloud::new(&endpoint)?, endpoint),
        Protocol::Riss => web(Riss::new(&endpoint)?, endpoint),
        Protocol::Shanghai => web(Shanghai, endpoint),
        Protocol::Sru => Box::new(Sru::new(endpoint)),
        Protocol::Z3950 => Box::new(Z3950::new(endpoint)),
        Protocol::Crossref => web(Crossref, endpoint),
        Protocol::Openalex => web(Openalex, endpoint),
        Protocol::Doaj => web(Doaj, endpoint),
        Protocol::Arxiv => web(Arxiv, endpoint),
        Protocol::Cinii => web(Cinii, endpoint),
        other => return Err(NetError::Unsupported(format!("{}: no connector for {other:?}", config.id))),
    })
}

/// Prepares the connection data of a source; sends nothing.
///
/// # Errors
/// `Unsupported` for a configuration that [`parse`] would reject.
pub(crate) fn endpoint(
    config: &SourceConfig,
    http: &Http,
    credentials: Option<&Credentials>,
) -> Result<Endpoint, NetError> {
    check(config).map_err(|wrong| unsupported(config, wrong))?;
    let address = match config.protocol {
        Protocol::Z3950 => z3950_address(&config.address),
        _ => address(&config.address),
    }
    .map_err(NetError::Unsupported)?;
    Ok(Endpoint::new(config, address, http, credentials))
}

fn unsupported(config: &SourceConfig, (key, what): (&str, String)) -> NetError {
    NetError::Unsupported(format!("{}: {key}: {what}", config.id))
}

fn web(dialect: impl Dialect, endpoint: Endpoint) -> Box<dyn Connector> {
    Box::new(Web::new(endpoint, dialect))
}

/// Validates a source; returns the key at fault with an explanation.
fn check(source: &SourceConfig) -> Result<(), (&'static str, String)> {
    let id_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if source.id.is_empty() || !source.id.chars().all(id_char) {
        return Err(("id", format!("{:?} is not made of a-z, 0-9 and -", clip(&source.id, 60))));
    }
    if source.name.trim().is_empty() {
        return Err(("name", "a source needs a name".to_owned()));
    }
    match source.protocol {
        Protocol::Z3950 => z3950_address(&source.address).map(|_| ()).map_err(|why| ("address", why))?,
        Protocol::Page => page_address(&source.address).map_err(|why| ("address", why))?,
        _ => address(&source.address).map(|_| ()).map_err(|why| ("address", why))?,
    }
    if source.protocol != Protocol::Page
        && !source.charset.is_empty()
        && Charset::named(&source.charset).is_none()
    {
        return Err(("charset", format!("{:?} is not the name of an encoding", clip(&source.charset, 60))));
    }
    if source.protocol == Protocol::Z3950
        && !source.syntax.is_empty()
        && Syntax::named(&source.syntax).is_none()
    {
        return Err(("syntax", "must be usmarc, unimarc, opac or xml".to_owned()));
    }
    if source.protocol == Protocol::Page && !page::knows_charset(&source.charset) {
        return Err(("charset", format!("{:?} is not the name of an encoding", clip(&source.charset, 60))));
    }
    if !(1..=16).contains(&source.concurrency) {
        return Err(("concurrency", "must be 1 to 16".to_owned()));
    }
    if source.min_interval_ms > 600_000 {
        return Err(("minIntervalMs", "must be at most 600000".to_owned()));
    }
    if !(0.01..=300.0).contains(&source.timeout_s) {
        return Err(("timeoutS", "must be 0.01 to 300".to_owned()));
    }
    if !(1..=1000).contains(&source.page_size) {
        return Err(("pageSize", "must be 1 to 1000".to_owned()));
    }
    if source.offset_base > 1 {
        return Err(("offsetBase", "must be 0 or 1".to_owned()));
    }
    if !matches!(source.version.as_str(), "" | "1.1" | "1.2" | "2.0") {
        return Err(("version", "must be 1.1, 1.2 or 2.0".to_owned()));
    }
    if !matches!(source.offset_counts.as_str(), "" | "records" | "pages") {
        return Err(("offsetCounts", "must be records or pages".to_owned()));
    }
    if !matches!(source.segment.as_str(), "" | "true" | "simple") {
        return Err(("segment", "must be true or simple".to_owned()));
    }
    for (key, pointer) in [("total", &source.total), ("records", &source.records)] {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err((key, format!("must be a JSON pointer such as /data/{key}")));
        }
    }
    collection(source)?;
    let index_char = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let indexes = &source.indexes;
    for index in [
        &indexes.any,
        &indexes.title,
        &indexes.creator,
        &indexes.subject,
        &indexes.isbn,
        &indexes.issn,
        &indexes.date,
        &indexes.publisher,
        &indexes.container,
    ] {
        // index names stand outside the quotes of a query, so they must be plain names
        let is_name = |word: &str| {
            let operator =
                matches!(word.to_ascii_lowercase().as_str(), "and" | "or" | "not" | "prox" | "sortby");
            !operator && word.chars().all(index_char)
        };
        if !index.split_whitespace().all(is_name) {
            return Err(("indexes", format!("{:?} is not one or more names of indexes", clip(index, 60))));
        }
    }
    Ok(())
}

/// Validates the keys that a source with several collections requires.
fn collection(source: &SourceConfig) -> Result<(), (&'static str, String)> {
    let name = source.collection.as_str();
    let plain = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c))
    };
    match source.protocol {
        Protocol::Riss if !riss::COLLECTIONS.iter().any(|(code, _)| *code == name) => {
            let codes = riss::COLLECTIONS.map(|(code, what)| format!("{code} {what}"));
            Err(("collection", format!("must be one of {}", codes.join(", "))))
        }
        Protocol::Reader if !plain(name) => {
            Err(("collection", format!("{:?} is not the name of a collection", clip(name, 60))))
        }
        Protocol::Reader if !plain(&source.tenant) => {
            Err(("tenant", format!("{:?} is not a tenant id", clip(&source.tenant, 60))))
        }
        _ => Ok(()),
    }
}

/// Validates `z3950://host:port/database`; no credentials; several databases joined with `+`.
fn z3950_address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|e| format!("{:?} is not an address: {e}", clip(text, 200)))?;
    let host = url.host_str().unwrap_or_default();
    if url.scheme() != "z3950" || host.is_empty() || host.len() > 253 {
        return Err("must be z3950://host:port/database".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        // yaz-ztest takes its delays in the name of the database, where `?` is %3F
        return Err("must not contain ? or #".to_owned());
    }
    Ok(url)
}

/// Validates a base address: http or https, a host, no credentials.
fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|e| format!("{:?} is not an address: {e}", clip(text, 200)))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err("must begin with http:// or https:// and name a host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password".to_owned());
    }
    if url.fragment().is_some() {
        return Err("must not contain #".to_owned());
    }
    Ok(url)
}

/// Validates the address of a page: like any other, but with placeholders and a fragment.
fn page_address(text: &str) -> Result<(), String> {
    let filled = page::without_places(text)?;
    let before = filled.split_once('#').map_or(filled.as_str(), |(before, _)| before);
    address(before).map(|_| ())
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// Positions of the keys of each source in the file.
struct Places {
    sources: Vec<(usize, HashMap<String, usize>)>,
}

#[derive(serde::Deserialize)]
struct Spans {
    #[serde(default)]
    source: Vec<Spanned<HashMap<Spanned<String>, toml::Value>>>,
}

impl Places {
    fn of(text: &str) -> Places {
        let spans: Spans = toml::from_str(text).unwrap_or(Spans { source: Vec::new() });
        let sources = spans.source.into_iter().map(|table| {
            let header = line_at(text, table.span().start);
            let keys = table.into_inner().into_keys();
            (header, keys.map(|key| (key.get_ref().clone(), line_at(text, key.span().start))).collect())
        });
        Places { sources: sources.collect() }
    }

    fn line(&self, source: usize, key: &str) -> usize {
        self.sources.get(source).map(|(header, keys)| keys.get(key).copied().unwrap_or(*header)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpOptions;

    #[test]
    fn the_file_that_comes_along_is_good() {
        let file = parse(DEFAULT).unwrap();
        let ids: Vec<_> = file.source.iter().map(|s| s.id.as_str()).collect();
        let shown: Vec<&str> = ids.iter().take(10).copied().collect();
        let first = ["calis", "yidu", "loc", "dnb", "crossref", "openalex", "doaj", "arxiv", "cinii", "home"];
        assert_eq!(shown, first);
        assert_eq!(default_file(), file);
        for source in &file.source {
            // undocumented APIs are used one request at a time, a second apart
            if matches!(source.protocol, Protocol::Opac2 | Protocol::Yidu | Protocol::Nstl) {
                assert_eq!(source.concurrency, 1, "{}", source.id);
                assert!(source.min_interval_ms >= 1500, "{}", source.id);
            }
            // a source that requires a key is not enabled by default
            assert!(!(source.enabled && source.access == crate::source::Access::Key), "{}", source.id);
            // arXiv's terms: "no more than one request every three seconds, a single connection at a
            // time"
            if source.protocol == Protocol::Arxiv {
                assert_eq!((source.concurrency, source.min_interval_ms), (1, 3000));
            }
        }
        let http = Http::new(HttpOptions::default()).unwrap();
        for source in &file.source {
            assert_eq!(open(source, &http).unwrap().config(), source);
        }
    }

    fn error(text: &str) -> SourceFileError {
        parse(text).unwrap_err()
    }

    const GOOD: &str = "# 来源\n[[source]]\nid = \"a\"\nname = \"目录\"\nprotocol = \"sru\"\naddress = \"http://127.0.0.1/x\"\n";

    #[test]
    fn says_where_it_is_wrong() {
        assert!(parse(GOOD).is_ok());
        let twice = error(&format!("{GOOD}\n{GOOD}"));
        assert_eq!((twice.line, twice.key.as_deref()), (10, Some("id")));
        let bad = error(&GOOD.replace("http://127.0.0.1/x", "opac 目录"));
        assert_eq!((bad.line, bad.key.as_deref()), (6, Some("address")));
        let secret = error(&GOOD.replace("http://", "http://user:pw@"));
        assert_eq!(secret.key.as_deref(), Some("address"));
        assert!(!secret.to_string().contains("pw"), "{secret}");
        let file = error(&GOOD.replace("http://127.0.0.1/x", "file:///etc/passwd"));
        assert_eq!(file.key.as_deref(), Some("address"));
        let unknown = error(&format!("{GOOD}adress = \"x\"\n"));
        assert_eq!(unknown.line, 7);
        assert!(unknown.what.contains("adress"), "{unknown}");
        let syntax = error(&format!("{GOOD}pageSize = \n"));
        assert_eq!(syntax.line, 7);
        let range = error(&format!("{GOOD}pageSize = 0\n"));
        assert_eq!((range.line, range.to_string().as_str()), (7, "line 7: pageSize: must be 1 to 1000"));
        let index = error(&format!("{GOOD}[source.indexes]\ntitle = \"t or x\"\n"));
        assert_eq!(index.key.as_deref(), Some("indexes"));
    }
}
