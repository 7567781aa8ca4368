//! Tests a source for the settings ([`probe`]: whether it responds, and what it reports about itself), and
//! checks it for a person with access ([`check()`]: three questions, and what their answers settle of what
//! docs/SOURCES.md leaves open). [`questions`] has what is open as data, [`report`] writes the page.

pub(crate) mod ask;
mod check;
mod judge;
mod judge_paging;
mod judge_target;
mod plan;
pub mod questions;
pub mod report;
mod tell;
#[cfg(test)]
mod tests;

use futures_util::StreamExt;
use hongyan_model::Query;
use hongyan_model::query::Field;

use crate::error::NetError;
use crate::http::Http;
use crate::source::{Credentials, Protocol, SourceConfig};
use crate::sources;
use crate::sru::Sru;
use crate::z3950::Z3950;

pub use check::{Asked, Change, Checked, Finding, Kept, Manners, Standing, check};
pub use tell::is_checked;

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// 简体中文
    pub zh: String,
    /// English
    pub en: String,
}

impl Said {
    /// From both texts.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Said {
        Said { zh: zh.into(), en: en.into() }
    }

    /// The sentence in a language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// Language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// 简体中文
    #[default]
    Zh,
    /// English
    En,
}

/// Result of a test.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Probe {
    /// name of the database or server, cleaned; empty when not reported
    pub title: String,
    /// version of the protocol, or name of the software; empty when not reported
    pub version: String,
    /// supported record schemas or syntaxes, by their short names, best first
    pub schemas: Vec<String>,
    /// supported indexes as `set.name`, sorted; empty when not reported
    pub indexes: Vec<String>,
    /// hits for a word that every catalogue has; none when the source does not count
    pub hits: Option<u64>,
}

/// Tests a source: searches for a common word and reads at most one record.
///
/// # Errors
/// The error that a search would give; `Unsupported` for an invalid configuration.
pub async fn probe(
    config: &SourceConfig,
    credentials: Option<&Credentials>,
    http: &Http,
) -> Result<Probe, NetError> {
    let mut probe = Probe::default();
    if config.protocol == Protocol::Z3950 {
        let target = Z3950::new(sources::endpoint(config, http, credentials)?);
        for word in COMMON {
            let (software, syntax, hits) = target.probe(&Query::words(Field::Any, word)).await?;
            probe.version = software;
            probe.schemas = syntax.into_iter().map(|syntax| syntax.name().to_owned()).collect();
            probe.hits = hits;
            if hits != Some(0) {
                break;
            }
        }
        return Ok(probe);
    }
    if config.protocol == Protocol::Sru {
        return Sru::new(sources::endpoint(config, http, credentials)?).probe(&COMMON).await;
    }
    let source = sources::open_with(config, http, credentials)?;
    for word in COMMON {
        if let Some(batch) = source.search(&Query::words(Field::Any, word), 1).next().await {
            probe.hits = batch?.hits;
        }
        if probe.hits != Some(0) {
            break;
        }
    }
    Ok(probe)
}

/// Words that catalogues have: one in Chinese, and one for catalogues without Chinese.
const COMMON: [&str; 2] = ["中国", "history"];
