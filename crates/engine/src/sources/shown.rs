//! The view of a source for the settings screen.

use hongyan_connectors::source::{Access, SourceConfig};
use jiff::Timestamp;
use url::Url;

use super::OWN;
use crate::search::{Health, protocol_name};
use crate::view::{SourceAccess, SourceSetting};

/// The parts of the view.
pub(super) struct Shown<'a> {
    pub config: &'a SourceConfig,
    pub enabled: bool,
    pub has_key: bool,
    pub health: Health,
    pub now: Timestamp,
}

impl Shown<'_> {
    pub(super) fn view(self) -> SourceSetting {
        let config = self.config;
        let english = if config.name_en.is_empty() { &config.name } else { &config.name_en };
        // a template with placeholders in its host is no URL; the parser of the sources file refuses it
        let url = Url::parse(&config.address).ok();
        SourceSetting {
            id: config.id.clone(),
            name: config.name.clone(),
            name_en: english.clone(),
            protocol: protocol_name(config.protocol).to_owned(),
            host: url.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned(),
            address: config.address.clone(),
            enabled: self.enabled,
            home: config.home,
            access: match config.access {
                Access::Open => SourceAccess::Open,
                Access::Optional => SourceAccess::Optional,
                Access::Key => SourceAccess::Key,
                Access::Account => SourceAccess::Account,
            },
            key_page: config.key_page.clone(),
            has_key: self.has_key,
            custom: config.id.starts_with(OWN),
            charset: config.charset.clone(),
            syntax: config.syntax.clone(),
            folds: config.folds,
            retry_at: self.health.rest(self.now),
            problem: self.health.problem.clone(),
            answered_at: self.health.answered_at,
            usual_ms: self.health.usual_ms(),
        }
    }
}
