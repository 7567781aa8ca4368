//! Searches catalogues with the product's own connectors, and caches their responses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use futures_util::StreamExt;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::source::SourceConfig;
use hongyan_connectors::sources;
use hongyan_model::query::Field;
use hongyan_model::{Query, Record};

/// How to start missing catalogues, for the message of a skipped section.
pub const HOW: &str = "start the test catalogues (sh start.sh in their folder) or name others with --config";

/// Responses by query, optionally cached in a file between runs.
#[derive(Debug)]
pub struct Catalogues {
    http: Http,
    cache: Option<PathBuf>,
    known: BTreeMap<String, Vec<Record>>,
    changed: bool,
}

impl Catalogues {
    /// Opens with the cached responses of an earlier run, if the file exists.
    ///
    /// # Errors
    /// An English text when the HTTP client cannot be created, or the file is not a cache.
    pub fn open(cache: Option<&Path>) -> Result<Catalogues, String> {
        let http = Http::new(HttpOptions::default()).map_err(|error| error.to_string())?;
        let known = match cache.map(std::fs::read) {
            Some(Ok(bytes)) => {
                serde_json::from_slice(&bytes).map_err(|error| format!("the kept answers: {error}"))?
            }
            _ => BTreeMap::new(),
        };
        Ok(Catalogues { http, cache: cache.map(Path::to_owned), known, changed: false })
    }

    /// The first `limit` records of a source for words in all fields, in its order, without raw records.
    ///
    /// # Errors
    /// An English text when the source cannot be searched completely.
    pub async fn ask(
        &mut self,
        source: &SourceConfig,
        text: &str,
        limit: usize,
    ) -> Result<Vec<Record>, String> {
        let question = format!("{} {:?} {} {limit} {text}", source.id, source.protocol, source.folds);
        if let Some(known) = self.known.get(&question) {
            return Ok(known.clone());
        }
        let opened = sources::open(source, &self.http).map_err(|error| format!("{}: {error}", source.id))?;
        let mut stream = opened.search(&Query::words(Field::Any, text), limit);
        let mut records = Vec::new();
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|error| format!("{} does not answer: {error}", source.id))?;
            records.extend(batch.records.into_iter().map(|mut record| {
                record.raw = None;
                record
            }));
        }
        records.truncate(limit);
        self.known.insert(question, records.clone());
        self.changed = true;
        Ok(records)
    }

    /// Writes the cache file, if there is one.
    ///
    /// # Errors
    /// An English text when the file cannot be written.
    pub fn keep(&mut self) -> Result<(), String> {
        let Some(path) = self.cache.as_ref().filter(|_| self.changed) else { return Ok(()) };
        let bytes = serde_json::to_vec(&self.known).map_err(|error| error.to_string())?;
        std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        self.changed = false;
        Ok(())
    }
}
