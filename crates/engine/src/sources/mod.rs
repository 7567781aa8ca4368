//! The sources of searches: those of the file and the patron's own, as the patron configured them.
//!
//! The patron's choices are layered over the file: switches, order and edits are settings; own sources and keys
//! have tables. Each change rebuilds the list ([`Sources::open`]); later searches use it, running ones keep the
//! list with which they began. [`address`] parses the address that a patron enters; [`shown`] makes the view of
//! a source for the screens.

mod address;
mod answers;
mod change;
mod shown;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use hongyan_connectors::http::Http;
pub use hongyan_connectors::source::Credentials as Entered;
use hongyan_connectors::source::{Access, Credentials, Protocol, SourceConfig};
use hongyan_model::log::Logged as _;
use hongyan_store::Tx;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use self::answers::KeptAnswers;
use crate::base::context::Context;
use crate::base::problem::Problem;
use crate::base::rows::{SOURCE_EDITS, SOURCE_ORDER, SOURCE_SWITCHES};
use crate::search::{Limits, Listed, Searches};
use crate::view::SourceSetting;

/// Prefix of the ids of the patron's own sources.
const OWN: &str = "own-";

/// The patron's edits of a source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Edit {
    /// name in every language; empty: as in the file
    pub name: String,
    /// Z39.50: character set; empty: detected
    pub charset: String,
    /// Z39.50: record syntax; empty: the best that the target offers
    pub syntax: String,
    /// the source matches 简体, 繁體 and 日本漢字 alike
    pub folds: bool,
    /// the patron's own library: a hit means 本馆有藏
    pub home: bool,
}

impl Edit {
    fn over(&self, mut config: SourceConfig) -> SourceConfig {
        if !self.name.is_empty() {
            (config.name, config.name_en) = (self.name.clone(), String::new());
        }
        config.charset.clone_from(&self.charset);
        config.syntax.clone_from(&self.syntax);
        (config.folds, config.home) = (self.folds, self.home);
        config
    }
}

/// The sources and the searches over them. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Sources {
    context: Context,
    own: Arc<Own>,
}

struct Own {
    /// HTTP client for sources
    http: Http,
    /// searches over the cache that is open now
    searches: RwLock<Searches>,
    /// lock: one change of the list at a time
    turn: tokio::sync::Mutex<()>,
    /// ends the check that is running
    checking: Mutex<CancellationToken>,
}

/// The data that determine the list of sources.
struct Chosen {
    /// in the patron's order
    configs: Vec<SourceConfig>,
    keys: HashMap<String, Credentials>,
}

impl Sources {
    /// Over the open files, without sources: [`Sources::open`] builds the list.
    pub(crate) async fn new(context: Context, http: Http) -> Sources {
        let searches = RwLock::new(over(&context).await);
        let (turn, checking) = (tokio::sync::Mutex::default(), Mutex::default());
        Sources { context, own: Arc::new(Own { http, searches, turn, checking }) }
    }

    /// The searches of this run and earlier ones.
    pub fn searches(&self) -> Searches {
        self.own.searches.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// To be called after the files were exchanged: replaces the searches; the caller stops the old ones.
    pub(crate) async fn exchange(&self) {
        let new = over(&self.context).await;
        *self.own.searches.write().unwrap_or_else(PoisonError::into_inner) = new;
    }

    /// The sources in the patron's order, with their switches and health.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn list(&self) -> Result<Vec<SourceSetting>, Problem> {
        let mut tx = self.context.read().await?;
        let switches: BTreeMap<String, bool> = tx.setting(SOURCE_SWITCHES).await?.unwrap_or_default();
        let keys: Vec<(String, Credentials)> = tx.source_keys().await?;
        drop(tx);
        let searches = self.searches();
        let now = self.context.now();
        let shown = |listed: &Listed| {
            let config = &listed.config;
            shown::Shown {
                config,
                enabled: *switches.get(&config.id).unwrap_or(&config.enabled),
                has_key: keys.iter().any(|(id, _)| *id == config.id),
                health: searches.health(&config.id),
                now,
            }
            .view()
        };
        Ok(searches.sources().iter().map(shown).collect())
    }

    /// Ids of the sources that are switched off, by the file or by the patron.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn off(&self) -> Result<BTreeSet<String>, Problem> {
        let switches: BTreeMap<String, bool> =
            self.context.read().await?.setting(SOURCE_SWITCHES).await?.unwrap_or_default();
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

    /// Rebuilds the list from the file and the patron's choices.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub(crate) async fn open(&self) -> Result<(), Problem> {
        let mut tx = self.context.read().await?;
        let chosen = self.chosen(&mut tx).await?;
        drop(tx);
        let http = &self.own.http;
        let clock = Arc::clone(&self.context.config().clock);
        http.set_response_cache(Some(Arc::new(KeptAnswers::new(self.context.files().cache, clock))));
        let open = |config: SourceConfig| {
            let key = chosen.keys.get(&config.id);
            opened(config, key, http)
        };
        self.searches().set_sources(chosen.configs.into_iter().filter_map(open).collect());
        Ok(())
    }

    async fn chosen(&self, tx: &mut Tx) -> Result<Chosen, Problem> {
        let edits: HashMap<String, Edit> = tx.setting(SOURCE_EDITS).await?.unwrap_or_default();
        let edited = |config: &SourceConfig| match edits.get(&config.id) {
            Some(edit) => edit.over(config.clone()),
            None => config.clone(),
        };
        let mut configs: Vec<SourceConfig> =
            self.context.config().sources.source.iter().map(edited).collect();
        let own: Vec<SourceConfig> = tx.sources().await?;
        configs.extend(own);
        let order: Vec<String> = tx.setting(SOURCE_ORDER).await?.unwrap_or_default();
        let place = |config: &SourceConfig| order.iter().position(|id| *id == config.id);
        configs.sort_by_key(|config| place(config).unwrap_or(usize::MAX));
        Ok(Chosen { configs, keys: tx.source_keys().await?.into_iter().collect() })
    }
}

/// Searches over the cache that is open now, with the health of the sources from the last run.
async fn over(context: &Context) -> Searches {
    let searches = Searches::new(
        Vec::new(),
        Some(context.files().cache),
        context.news().clone(),
        Limits::default(),
        Arc::clone(&context.config().clock),
    );
    searches.remember().await;
    searches
}

/// A source without its required key is listed but not opened; one that cannot be opened is left out and
/// logged.
fn opened(config: SourceConfig, key: Option<&Credentials>, http: &Http) -> Option<Listed> {
    let locked = matches!(config.access, Access::Key | Access::Account) && key.is_none();
    if config.protocol == Protocol::Page || locked {
        return Some(Listed { config, source: None });
    }
    match hongyan_connectors::sources::open_with(&config, http, key) {
        Ok(source) => Some(Listed { config, source: Some(Arc::from(source)) }),
        Err(error) => {
            tracing::warn!(source = hongyan_model::log::source(&config.id), error = %error.logged(), "A source could not be opened.");
            None
        }
    }
}
