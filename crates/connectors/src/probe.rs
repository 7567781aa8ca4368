//! Trying a source out: whether it answers, and what it says of itself. For the settings, before a
//! patron trusts a source.

use futures_util::StreamExt;
use hongyan_model::Query;
use hongyan_model::query::Field;

use crate::error::NetError;
use crate::http::Http;
use crate::source::{Credentials, Protocol, SourceConfig};
use crate::sources;
use crate::sru::Sru;
use crate::z3950::Z3950;

/// What a source said when it was tried.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Probe {
    /// what it calls itself, cleaned; empty when it does not say
    pub title: String,
    /// version of its protocol, or the name of its software; empty when it does not say
    pub version: String,
    /// record schemas or syntaxes that it gives, by their short names, best first
    pub schemas: Vec<String>,
    /// indexes that it knows, `set.name`, sorted; empty when it does not say
    pub indexes: Vec<String>,
    /// hits for a word that every catalogue has; none when it does not count
    pub hits: Option<u64>,
}

/// Tries a source: asks it for a common word and reads at most one record.
///
/// # Errors
/// What a search would have met; `Unsupported` for a configuration that is wrong.
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

/// Words that catalogues have: a Chinese one, and one for those without Chinese.
const COMMON: [&str; 2] = ["中国", "history"];
