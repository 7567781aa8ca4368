//! CALIS e读 (`yidu`): the JSON search behind its own page. Undocumented; under load it asks for a
//! captcha, and then nothing is sent until a person has looked.
//!
//! Answers are read by `hongyan_formats::yidu`. Only the search in titles is known: other fields,
//! years and numbers are reported as not asked.

mod wire;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use hongyan_model::Query;
use hongyan_model::query::Field;
use hongyan_model::text::{clean, clip};
use reqwest::Method;
use url::Url;

use crate::error::NetError;
use crate::http::answer::Wanted;
use crate::http::{Answer, Call, Gate, Http};
use crate::paging::{self, Page, Pages, Place};
use crate::source::{Batch, SearchSource, SourceConfig};
use crate::{captcha, cql};

const SEARCH: &str = "/prod-api/yidu/resource/query";

/// e读.
pub struct Yidu {
    target: Arc<Target>,
}

struct Target {
    config: SourceConfig,
    search: Url,
    referer: String,
    http: Http,
    gate: Arc<Gate>,
    deadline: Duration,
}

impl Yidu {
    pub(crate) fn new(
        config: SourceConfig,
        address: &Url,
        http: Http,
        gate: Arc<Gate>,
        deadline: Duration,
    ) -> Result<Yidu, NetError> {
        let under = |path: &str| {
            Url::parse(&format!("{}{path}", address.as_str().trim_end_matches('/')))
                .map_err(|e| NetError::Unsupported(e.to_string()))
        };
        let (search, referer) = (under(SEARCH)?, under("/searchList/index")?.to_string());
        Ok(Yidu { target: Arc::new(Target { config, search, referer, http, gate, deadline }) })
    }
}

/// The words for the title field, and what cannot be asked.
///
/// # Errors
/// `Unsupported` when nothing is left.
fn words(query: &Query) -> Result<(String, Vec<String>), NetError> {
    if query.identifier.is_some() {
        return Err(NetError::Unsupported("e读 cannot be asked for numbers".to_owned()));
    }
    let (mut words, mut dropped) = (Vec::new(), Vec::new());
    for clause in &query.clauses {
        let text = clean(&clause.text);
        match clause.field {
            _ if text.is_empty() => {}
            Field::Any | Field::Title if text.chars().count() <= 200 => words.push(text),
            _ => dropped.push(text),
        }
    }
    dropped.extend(cql::year_text(query));
    if words.is_empty() {
        return Err(NetError::Unsupported("e读 can be asked for words in titles only".to_owned()));
    }
    Ok((words.join(" "), dropped))
}

impl SearchSource for Yidu {
    fn config(&self) -> &SourceConfig {
        &self.target.config
    }

    fn search(&self, query: &Query, limit: usize) -> BoxStream<'static, Result<Batch, NetError>> {
        match words(query) {
            Ok((words, dropped)) => {
                paging::batches(Search { target: Arc::clone(&self.target), words }, limit, dropped)
            }
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }
}

struct Search {
    target: Arc<Target>,
    words: String,
}

impl Pages for Search {
    async fn page(&self, place: Place) -> Result<Page, NetError> {
        let target = &self.target;
        // `offset` counts pages here, so every page is a full one
        let offset = place.page.saturating_add(u64::from(target.config.offset_base));
        let body = serde_json::to_vec(&wire::Search::title(&self.words, offset, self.size()))
            .map_err(|e| NetError::Unsupported(e.to_string()))?;
        let call = Call::json(Method::POST, target.search.clone(), body, target.deadline)
            .header("content-type", "application/json;charset=UTF-8")?
            .header("accept", "application/json")?
            .header("referer", &target.referer)?;
        let answer = target.http.send(call, Some(&target.gate)).await?;
        read(&answer, &target.config).inspect_err(|error| target.gate.hear(error))
    }

    fn size(&self) -> u32 {
        self.target.config.page_size.max(1)
    }
}

fn read(answer: &Answer, config: &SourceConfig) -> Result<Page, NetError> {
    captcha::look_for(answer)?;
    answer.source_status()?;
    answer.expect(Wanted::Json)?;
    let total = if config.total.is_empty() { hongyan_formats::yidu::TOTAL } else { &config.total };
    let parsed = hongyan_formats::yidu::parse(&answer.body, total)
        .map_err(|e| NetError::Malformed(format!("at byte {}", e.offset)))?;
    if !parsed.ok() {
        return Err(NetError::Refused {
            status: answer.status,
            code: parsed.code.map(|code| code.to_string()).unwrap_or_default(),
            message: clip(&clean(&parsed.message), 300),
            params: Vec::new(),
        });
    }
    let warnings = paging::summary(parsed.records.iter().flat_map(|p| &p.warnings).map(|w| w.code));
    Ok(Page {
        hits: parsed.total,
        taken: parsed.records.len() as u64,
        next: None,
        records: paging::from(&config.id, parsed.records),
        warnings,
    })
}

#[cfg(test)]
mod tests;
