//! Changes that a patron makes to the sources. Each is stored before it takes effect.

use std::collections::{BTreeMap, HashMap};
use std::sync::{MutexGuard, PoisonError};

use hongyan_connectors::http::Http;
use hongyan_connectors::probe::{Language, Manners, Standing, check, report};
use hongyan_connectors::source::{Credentials, Protocol, SourceConfig};
use hongyan_model::text::{clean, clip};
use tokio_util::sync::CancellationToken;

use super::{Edit, OWN, Sources, address};
use crate::base::fault::not_found;
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::base::rows::{SOURCE_EDITS, SOURCE_ORDER, SOURCE_SWITCHES};
use crate::search::{Listed, of_source};
use crate::view::{Bilingual, SourceCheck, SourceProbe};

/// Maximum number of sources that a patron can add.
const MOST: usize = 200;

impl Sources {
    /// Switches a source on or off for later searches.
    ///
    /// # Errors
    /// `NotFound` for an unknown id; [store errors](crate#errors).
    pub async fn switch(&self, id: &str, enabled: bool) -> Result<(), Problem> {
        self.listed(id)?;
        let mut tx = self.context.write().await?;
        let mut switches: BTreeMap<String, bool> = tx.setting(SOURCE_SWITCHES).await?.unwrap_or_default();
        switches.insert(id.to_owned(), enabled);
        tx.set_setting(SOURCE_SWITCHES, &switches).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Adds the source at an address and returns its id; if the address is known, the id of the existing
    /// source. Sends nothing: [`Sources::test`] contacts the source.
    ///
    /// # Errors
    /// `BadAddress`; [store errors](crate#errors).
    pub async fn add(&self, text: &str) -> Result<String, Problem> {
        let mut config = address::read(text)?;
        let _turn = self.own.turn.lock().await;
        let known = self.searches().sources();
        let same = |listed: &&Listed| {
            listed.config.protocol == config.protocol && place(&listed.config) == place(&config)
        };
        if let Some(there) = known.iter().find(same) {
            return Ok(there.config.id.clone());
        }
        if known.iter().filter(|listed| listed.config.id.starts_with(OWN)).count() >= MOST {
            let detail = "more sources than anybody searches";
            return Err(Problem::new(ErrorCode::NotAllowed, Retry::Never, detail));
        }
        config.id = id_for(&config.name, |id| known.iter().any(|listed| listed.config.id == id));
        openable(&config, &self.own.http)?;
        let mut tx = self.context.write().await?;
        tx.keep_source(&config.id, &config, self.context.now()).await?;
        tx.commit().await?;
        self.list_changed().await?;
        Ok(config.id)
    }

    /// Contacts a source: whether it answers, and how it describes itself. A source of the patron's own that
    /// has no name yet takes the one that it gives.
    ///
    /// # Errors
    /// `NotFound`; the errors of a search, which count for the source's health too.
    pub async fn test(&self, id: &str) -> Result<SourceProbe, Problem> {
        let config = self.listed(id)?.config;
        if config.protocol == Protocol::Page {
            return Err(Problem::new(ErrorCode::NotAllowed, Retry::Never, "a page is not asked"));
        }
        let keys: HashMap<String, Credentials> =
            self.context.read().await?.source_keys().await?.into_iter().collect();
        let probed = hongyan_connectors::probe::probe(&config, keys.get(id), &self.own.http).await;
        let problem = probed.as_ref().err().map(of_source);
        self.searches().note_health(id, problem.as_ref()).await;
        let probe = match (probed, problem) {
            (Ok(probe), _) => probe,
            (Err(_), Some(problem)) => return Err(problem),
            (Err(error), None) => return Err(of_source(&error)),
        };
        let title = clip(&clean(&probe.title), 80);
        let unnamed = address::read(&config.address).is_ok_and(|plain| plain.name == config.name);
        if id.starts_with(OWN) && unnamed && !title.is_empty() {
            let _turn = self.own.turn.lock().await;
            let mut tx = self.context.write().await?;
            tx.keep_source(id, &SourceConfig { name: title.clone(), ..config }, self.context.now()).await?;
            tx.commit().await?;
            self.list_changed().await?;
        }
        let short = |names: Vec<String>| names.into_iter().take(60).map(|name| clip(&name, 80)).collect();
        Ok(SourceProbe {
            title,
            version: clip(&clean(&probe.version), 80),
            schemas: short(probe.schemas),
            indexes: short(probe.indexes),
            hits: probe.hits,
        })
    }

    /// Checks a source with three questions, for a person with access to it. Another check, or
    /// [`Sources::stop_check`], ends one that is running.
    ///
    /// # Errors
    /// `NotFound`; `NotAllowed` for a page; [store errors](crate#errors). A source that does not answer is
    /// no error.
    pub async fn check(&self, id: &str) -> Result<SourceCheck, Problem> {
        let config = self.listed(id)?.config;
        let stop = CancellationToken::new();
        let former = std::mem::replace(&mut *self.checking(), stop.clone());
        former.cancel();
        let keys: HashMap<String, Credentials> =
            self.context.read().await?.source_keys().await?.into_iter().collect();
        let checked = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(stopped()),
            checked = check(&config, keys.get(id), &self.own.http, Manners::default()) => checked,
        };
        let checked =
            checked.map_err(|_| Problem::new(ErrorCode::NotAllowed, Retry::Never, "a page is not asked"))?;
        let both =
            |said: &dyn Fn(Language) -> String| Bilingual { zh: said(Language::Zh), en: said(Language::En) };
        let differences = checked.findings.iter().filter(|finding| finding.standing == Standing::Differs);
        Ok(SourceCheck {
            stopped: false,
            well: checked.well,
            headline: both(&|language| report::headline(&checked, language)),
            differences: differences
                .map(|finding| both(&|language| report::line(finding, language)))
                .collect(),
            page: both(&|language| report::section(&checked, language)),
        })
    }

    /// Ends the check that is running, if any: nothing more is sent.
    pub fn stop_check(&self) {
        self.checking().cancel();
    }

    fn checking(&self) -> MutexGuard<'_, CancellationToken> {
        self.own.checking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the name of a source and how its records are decoded.
    ///
    /// # Errors
    /// `NotFound`; `BadCall` for an invalid value; [store errors](crate#errors).
    pub async fn edit(&self, id: &str, edit: Edit) -> Result<(), Problem> {
        let config = self.listed(id)?.config;
        let word = |text: &str| clip(&clean(text), 40).trim().to_ascii_lowercase();
        let edit = Edit {
            name: clip(&clean(&edit.name), 80).trim().to_owned(),
            charset: word(&edit.charset),
            syntax: word(&edit.syntax),
            ..edit
        };
        openable(&edit.over(config.clone()), &self.own.http)?;
        let _turn = self.own.turn.lock().await;
        let mut tx = self.context.write().await?;
        if id.starts_with(OWN) {
            tx.keep_source(id, &edit.over(config), self.context.now()).await?;
        } else {
            let mut edits: HashMap<String, Edit> = tx.setting(SOURCE_EDITS).await?.unwrap_or_default();
            let file = self.context.config().sources.source.iter().find(|source| source.id == id);
            // a name equal to the file's means: follow the file, in both languages
            let same = file.is_some_and(|file| file.name == edit.name || file.name_en == edit.name);
            let name = if same { String::new() } else { edit.name.clone() };
            edits.insert(id.to_owned(), Edit { name, ..edit });
            tx.set_setting(SOURCE_EDITS, &edits).await?;
        }
        tx.commit().await?;
        self.list_changed().await
    }

    /// Removes a source that the patron added, and its key.
    ///
    /// # Errors
    /// `NotFound`; `NotAllowed` for a source of the file, which can only be switched off.
    pub async fn remove(&self, id: &str) -> Result<(), Problem> {
        self.listed(id)?;
        let _turn = self.own.turn.lock().await;
        let mut tx = self.context.write().await?;
        if !tx.remove_source(id).await? {
            let detail = "a source of the file cannot be removed";
            return Err(Problem::new(ErrorCode::NotAllowed, Retry::Never, detail));
        }
        tx.commit().await?;
        self.list_changed().await
    }

    /// Sorts the sources; those not named come last, in their present order.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn order(&self, ids: &[String]) -> Result<(), Problem> {
        let _turn = self.own.turn.lock().await;
        let known = self.searches().sources();
        let mut order: Vec<&str> = Vec::new();
        let all = known.iter().map(|listed| listed.config.id.as_str());
        let named = ids.iter().map(String::as_str).filter(|id| all.clone().any(|known| known == *id));
        for id in named.chain(all.clone()) {
            if !order.contains(&id) {
                order.push(id);
            }
        }
        let mut tx = self.context.write().await?;
        tx.set_setting(SOURCE_ORDER, &order).await?;
        tx.commit().await?;
        self.list_changed().await
    }

    /// Stores the credentials that the patron entered for a source, in the encrypted file. No command returns
    /// them.
    ///
    /// # Errors
    /// `NotFound`; `BadCall` for an empty or malformed key; [store errors](crate#errors).
    pub async fn set_key(&self, id: &str, entered: Credentials) -> Result<(), Problem> {
        self.listed(id)?;
        let plain = |text: &str, most: usize| text.len() <= most && !text.chars().any(char::is_control);
        let good = plain(&entered.user, 200) && plain(&entered.group, 200) && plain(&entered.secret, 1_000);
        if entered.secret.trim().is_empty() || !good {
            return Err(Problem::new(ErrorCode::BadCall, Retry::Never, "an empty or impossible key"));
        }
        let _turn = self.own.turn.lock().await;
        let mut tx = self.context.write().await?;
        tx.set_source_key(id, &entered).await?;
        tx.commit().await?;
        self.list_changed().await
    }

    /// Removes the credentials of a source.
    ///
    /// # Errors
    /// `NotFound`; [store errors](crate#errors).
    pub async fn clear_key(&self, id: &str) -> Result<(), Problem> {
        self.listed(id)?;
        let _turn = self.own.turn.lock().await;
        let mut tx = self.context.write().await?;
        tx.clear_source_key(id).await?;
        tx.commit().await?;
        self.list_changed().await
    }

    async fn list_changed(&self) -> Result<(), Problem> {
        self.open().await?;
        Ok(())
    }

    fn listed(&self, id: &str) -> Result<Listed, Problem> {
        self.searches().sources().iter().find(|listed| listed.config.id == id).cloned().ok_or_else(not_found)
    }
}

/// A check that was stopped.
fn stopped() -> SourceCheck {
    let none = || Bilingual { zh: String::new(), en: String::new() };
    SourceCheck { stopped: true, well: false, headline: none(), differences: Vec::new(), page: none() }
}

/// The address in a form for comparison, without insignificant parts.
fn place(config: &SourceConfig) -> String {
    config.address.trim_end_matches('/').to_lowercase()
}

/// Rejects a configuration that no connector accepts.
fn openable(config: &SourceConfig, http: &Http) -> Result<(), Problem> {
    match hongyan_connectors::sources::open_with(config, http, None) {
        Ok(_) => Ok(()),
        Err(error) => Err(Problem::new(ErrorCode::BadAddress, Retry::Never, error.to_string())),
    }
}

/// Id from a name: `own-` and its letters, digits and hyphens; with a number when that is taken.
fn id_for(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let base: String = OWN.chars().chain(name.chars().take(60).map(plain)).collect();
    let base = base.trim_end_matches('-').to_owned();
    let numbered = (2_u32..).map(|n| format!("{base}-{n}"));
    std::iter::once(base.clone()).chain(numbered).find(|id| !taken(id)).unwrap_or(base)
}
