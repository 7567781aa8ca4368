//! Single questions to a target, as they are: nothing is learned from a diagnostic.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hongyan_model::Query;

use super::explain::Explain;
use super::{ACCEPT, Search, Sru, address, read};
use crate::paging::PagePosition;
use crate::probe::Probe;
use crate::probe::ask::{Answered, Askable};
use crate::reading::reading;

/// An explain record as the result of a test.
pub(super) fn described(said: Explain) -> Probe {
    Probe {
        title: said.title,
        version: said.version,
        schemas: said.schemas.into_iter().map(|(name, _)| name).collect(),
        indexes: said.indexes,
        hits: None,
    }
}

impl Askable for Sru {
    fn ask<'a>(&'a self, query: &'a Query, place: PagePosition) -> BoxFuture<'a, Answered> {
        let exchange = async move {
            let search = Search { target: Arc::clone(&self.target), query: query.clone() };
            let known = self.target.known().clone();
            let asked = match search.asked(&known) {
                Ok(asked) => asked,
                Err(error) => return Answered::unsent(error),
            };
            let endpoint = &self.target.endpoint;
            let url = address(&endpoint.address, &known.version, &asked.text, place, &known.schema);
            let answer = match endpoint.get(url).header("accept", ACCEPT) {
                Ok(call) => endpoint.http.send(call, Some(&endpoint.limiter)).await,
                Err(error) => return Answered::unsent(error),
            };
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) => return Answered::failed(error),
            };
            let (mut answered, id) = (Answered::of(&answer), endpoint.config.id.clone());
            let outcome = reading(move |budget| read(&answer, place, &id, budget)).await;
            answered.outcome = outcome.inspect_err(|error| endpoint.limiter.record_error(error));
            answered
        };
        exchange.boxed()
    }

    fn ask_for_explain(&self) -> BoxFuture<'_, Option<Answered>> {
        let exchange = async move {
            self.target.known().explained = true;
            let endpoint = &self.target.endpoint;
            let answer = match self.target.explain_call(endpoint.deadline) {
                Ok(call) => endpoint.http.send(call, Some(&endpoint.limiter)).await,
                Err(error) => return Some(Answered::unsent(error)),
            };
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) => return Some(Answered::failed(error)),
            };
            let mut answered = Answered::of(&answer);
            if let Err(error) = answer.source_status() {
                answered.outcome = Err(error);
                return Some(answered);
            }
            answered.said = self.target.take_explain(answer).await.map(described);
            Some(answered)
        };
        exchange.boxed()
    }
}
