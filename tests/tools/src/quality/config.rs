//! Configuration: queries, catalogues, and the reference data.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use hongyan_connectors::source::{Protocol, SourceConfig};
use serde::Deserialize;

/// The default configuration.
pub const DEFAULT: &str = include_str!("../../quality.toml");

/// Configuration of `quality`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// queries for every catalogue
    pub queries: Vec<String>,
    /// maximum number of records per catalogue and query
    pub limit: usize,
    /// further queries for the measure of merging
    #[serde(default)]
    pub own: Own,
    /// queries whose other script must be found too
    #[serde(default)]
    pub scripts: Vec<Scripts>,
    /// source id → file that maps its record numbers to control numbers
    #[serde(default)]
    pub truth: HashMap<String, PathBuf>,
    /// source id → settings for the same catalogue by Z39.50
    #[serde(default)]
    pub z3950: HashMap<String, OverZ3950>,
    /// the catalogues
    #[serde(default)]
    pub source: Vec<SourceConfig>,
}

/// Queries other than those with which merging was first written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Own {
    /// queries whose misses may be read and mended
    pub queries: Vec<String>,
    /// queries that are only measured
    pub sealed: Vec<String>,
}

/// Z39.50 settings of a catalogue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverZ3950 {
    /// record syntax
    pub syntax: String,
    /// character set; detected if empty
    #[serde(default)]
    pub charset: String,
}

/// A query with its forms in other scripts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scripts {
    /// form typed by the patron
    pub typed: String,
    /// other forms of the word
    pub others: Vec<String>,
}

impl Config {
    /// Parses a configuration.
    ///
    /// # Errors
    /// An English text for the first error.
    pub fn parse(text: &str) -> Result<Config, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Changes the catalogues to Z39.50 on the same port.
    ///
    /// # Errors
    /// An English text for a catalogue without Z39.50 settings.
    pub fn over_z3950(&mut self) -> Result<(), String> {
        for source in &mut self.source {
            let wire = self.z3950.get(&source.id).ok_or_else(|| {
                format!("the configuration says nothing of {} over Z39.50 ([z3950.{}])", source.id, source.id)
            })?;
            source.protocol = Protocol::Z3950;
            source.address = source.address.replacen("http://", "z3950://", 1);
            source.syntax.clone_from(&wire.syntax);
            source.charset.clone_from(&wire.charset);
            source.schema.clear();
        }
        Ok(())
    }

    /// Loads the control numbers by source and record number.
    ///
    /// # Errors
    /// An English text when a file cannot be read.
    pub fn truth(&self) -> Result<Truth, String> {
        let mut maps = HashMap::new();
        for (source, path) in &self.truth {
            let path = home(path);
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let map = text
                .lines()
                .filter_map(|line| line.split_once('\t'))
                .map(|(own, control)| (own.trim().to_owned(), control.trim().to_owned()))
                .collect();
            maps.insert(source.clone(), map);
        }
        Ok(Truth { maps })
    }
}

/// Ground truth: the control number that identifies the publication of each record.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    maps: HashMap<String, HashMap<String, String>>,
}

impl Truth {
    /// The control number of a record; its own number if there is no mapping.
    pub fn of(&self, source: &str, id: &str) -> String {
        let translated = self.maps.get(source).and_then(|map| map.get(id.trim()));
        translated.map_or(id.trim(), String::as_str).to_owned()
    }
}

fn home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, DEFAULT};

    #[test]
    fn the_file_that_comes_along_is_good() {
        let config = Config::parse(DEFAULT).unwrap();
        assert_eq!(config.source.len(), 4);
        assert!(config.queries.contains(&"历史".to_owned()) && config.limit == 1000);
        assert!(Config::parse("queries = 3").is_err());
        let own = &config.own;
        assert!(own.queries.len() + own.sealed.len() >= 20 && own.sealed.len() * 3 >= own.queries.len());
        assert!(own.queries.iter().chain(&config.queries).all(|query| !own.sealed.contains(query)));
        let mut wire = config.clone();
        wire.over_z3950().unwrap();
        assert!(wire.source.iter().all(|source| source.address.starts_with("z3950://127.0.0.1:")));
        assert_eq!((wire.source[3].syntax.as_str(), wire.source[3].charset.as_str()), ("unimarc", "gb18030"));
        wire.z3950.clear();
        assert!(wire.over_z3950().is_err());
    }
}
