//! The sources of searches, and which of them the patron has switched off.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hongyan_connectors::http::Http;
use hongyan_connectors::source::{Access, Protocol, SourceConfig, SourceFile};
use url::Url;

use crate::change::Tag;
use crate::engine::Engine;
use crate::fault::not_found;
use crate::problem::Problem;
use crate::search::{Listed, Searches, protocol_name};
use crate::view::SourceSetting;

/// Name of the setting: id of a source → on or off, where the patron differs from the file.
pub(crate) const SWITCHES: &str = "sources";

/// Opens every source of the file. One that wants a key which was not entered is listed but not opened;
/// one that cannot be opened is left out and logged.
pub(crate) fn open_all(file: &SourceFile, http: &Http) -> Vec<Listed> {
    let open = |config: &SourceConfig| {
        let locked = matches!(config.access, Access::Key | Access::Account);
        if config.protocol == Protocol::Page || locked {
            return Some(Listed { config: config.clone(), source: None });
        }
        match hongyan_connectors::sources::open(config, http) {
            Ok(source) => Some(Listed::open(Arc::from(source))),
            Err(error) => {
                tracing::warn!(source = %config.id, %error, "A source could not be opened.");
                None
            }
        }
    };
    file.source.iter().filter_map(open).collect()
}

impl Engine {
    /// The searches of this run and those made before.
    pub fn searches(&self) -> Searches {
        self.files().searches
    }

    /// The sources with their switches, in the file's order.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn sources(&self) -> Result<Vec<SourceSetting>, Problem> {
        let off = self.sources_off().await?;
        let searches = self.searches();
        let sources = searches.sources();
        let configs = sources.iter().map(|listed| &listed.config);
        Ok(configs
            .map(|config| SourceSetting {
                id: config.id.clone(),
                name: config.name.clone(),
                name_en: if config.name_en.is_empty() { config.name.clone() } else { config.name_en.clone() },
                protocol: protocol_name(config.protocol).to_owned(),
                host: Url::parse(&config.address)
                    .ok()
                    .and_then(|url| url.host_str().map(str::to_owned))
                    .unwrap_or_default(),
                enabled: !off.contains(&config.id),
                home: config.home,
            })
            .collect())
    }

    /// Ids of the sources that are off, by the file or by the patron.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn sources_off(&self) -> Result<BTreeSet<String>, Problem> {
        let switches: BTreeMap<String, bool> =
            self.read().await?.setting(SWITCHES).await?.unwrap_or_default();
        let searches = self.searches();
        let is_off = |config: &SourceConfig| !*switches.get(&config.id).unwrap_or(&config.enabled);
        Ok(searches
            .sources()
            .iter()
            .map(|listed| &listed.config)
            .filter(|c| is_off(c))
            .map(|c| c.id.clone())
            .collect())
    }

    /// Switches a source on or off for searches to come.
    ///
    /// # Errors
    /// `NotFound` for an unknown id; those of the files.
    pub async fn switch_source(&self, id: &str, enabled: bool) -> Result<(), Problem> {
        if !self.searches().sources().iter().any(|listed| listed.config.id == id) {
            return Err(not_found());
        }
        let mut tx = self.write().await?;
        let mut switches: BTreeMap<String, bool> = tx.setting(SWITCHES).await?.unwrap_or_default();
        switches.insert(id.to_owned(), enabled);
        tx.set_setting(SWITCHES, &switches).await?;
        tx.commit().await?;
        self.changed(&[Tag::Sources]);
        Ok(())
    }
}
