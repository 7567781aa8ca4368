//! The program's own file: what is asked, of whom, and where the truth stands.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use hongyan_connectors::source::{Protocol, SourceConfig};
use serde::Deserialize;

/// The file that is used when none is given.
pub const DEFAULT: &str = include_str!("../../quality.toml");

/// What `quality` measures with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// words asked of every catalogue
    pub queries: Vec<String>,
    /// records of one catalogue and query at most
    pub limit: usize,
    /// queries whose other script must be found too
    #[serde(default)]
    pub scripts: Vec<Scripts>,
    /// source id → file that translates its numbers to control numbers
    #[serde(default)]
    pub truth: HashMap<String, PathBuf>,
    /// source id → how the same catalogue is read over Z39.50
    #[serde(default)]
    pub z3950: HashMap<String, OverZ3950>,
    /// the catalogues
    #[serde(default)]
    pub source: Vec<SourceConfig>,
}

/// What a catalogue sends over Z39.50.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverZ3950 {
    /// record syntax to ask for
    pub syntax: String,
    /// character set on the wire; found out where empty
    #[serde(default)]
    pub charset: String,
}

/// A query and its forms in other scripts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scripts {
    /// what the patron types
    pub typed: String,
    /// the other forms of the same word
    pub others: Vec<String>,
}

impl Config {
    /// Reads the text of a configuration.
    ///
    /// # Errors
    /// What is wrong with it, in English.
    pub fn parse(text: &str) -> Result<Config, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The same catalogues, asked over Z39.50 at the same port.
    ///
    /// # Errors
    /// A source of which the file does not say what it sends there.
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

    /// Control numbers by source and the source's own number.
    ///
    /// # Errors
    /// When a file that the configuration names cannot be read.
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

/// Which publication a record describes: its control number.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    maps: HashMap<String, HashMap<String, String>>,
}

impl Truth {
    /// The control number of a source's record; its own number where nothing translates it.
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
        let mut wire = config.clone();
        wire.over_z3950().unwrap();
        assert!(wire.source.iter().all(|source| source.address.starts_with("z3950://127.0.0.1:")));
        assert_eq!((wire.source[3].syntax.as_str(), wire.source[3].charset.as_str()), ("unimarc", "gb18030"));
        wire.z3950.clear();
        assert!(wire.over_z3950().is_err());
    }
}
