//! Scripted search sources.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use hongyan_connectors::error::NetError;
use hongyan_connectors::source::{Batch, SearchSource, SourceConfig};
use hongyan_model::{Creator, IdentifierKind, Kind, Query, Record};

/// A step of a script.
#[derive(Clone)]
pub(crate) enum Step {
    /// waits for milliseconds
    Wait(u64),
    /// sends records and a number of hits
    Send(u64, Vec<Record>),
    /// sends records and names a part of the query that it dropped
    Without(&'static str, Vec<Record>),
    /// fails
    Fail(NetError),
    /// never answers again
    Stall,
    /// a defect in the connector
    Panic,
}

/// A scripted source: one script for each search, the last one for all later searches.
pub(crate) struct Fake {
    config: SourceConfig,
    scripts: Mutex<VecDeque<Vec<Step>>>,
    /// number of live streams
    pub open: Arc<AtomicUsize>,
    /// queries received
    pub asked: Mutex<Vec<Query>>,
}

/// Configuration of a scripted source.
pub(crate) fn config(id: &str) -> SourceConfig {
    let text = serde_json::json!({
        "id": id, "name": format!("目录{id}"), "protocol": "sru", "address": "http://localhost:1/db",
    });
    serde_json::from_value(text).unwrap()
}

impl Fake {
    pub(crate) fn new(id: &str, scripts: Vec<Vec<Step>>) -> Arc<Fake> {
        Fake::with(config(id), scripts)
    }

    pub(crate) fn with(config: SourceConfig, scripts: Vec<Vec<Step>>) -> Arc<Fake> {
        Arc::new(Fake {
            config,
            scripts: Mutex::new(scripts.into()),
            open: Arc::default(),
            asked: Mutex::default(),
        })
    }
}

/// Counts live streams.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl SearchSource for Fake {
    fn config(&self) -> &SourceConfig {
        &self.config
    }

    fn search(&self, query: &Query, _limit: usize) -> BoxStream<'static, Result<Batch, NetError>> {
        self.asked.lock().unwrap().push(query.clone());
        let script = {
            let mut scripts = self.scripts.lock().unwrap();
            if scripts.len() > 1 { scripts.pop_front() } else { scripts.front().cloned() }
        };
        self.open.fetch_add(1, Ordering::SeqCst);
        let state = (script.unwrap_or_default().into_iter(), Open(Arc::clone(&self.open)));
        futures_util::stream::unfold(state, |(mut steps, open)| async move {
            loop {
                match steps.next()? {
                    Step::Wait(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
                    Step::Send(hits, records) => {
                        let batch = Batch { hits: Some(hits), records, ..Batch::default() };
                        return Some((Ok(batch), (steps, open)));
                    }
                    Step::Without(part, records) => {
                        let batch = Batch { records, dropped: vec![part.to_owned()], ..Batch::default() };
                        return Some((Ok(batch), (steps, open)));
                    }
                    Step::Fail(error) => return Some((Err(error), (vec![].into_iter(), open))),
                    Step::Stall => std::future::pending::<()>().await,
                    Step::Panic => panic!("a defect in the connector"),
                }
            }
        })
        .boxed()
    }
}

/// A book; its id is derived from title, creator and year.
pub(crate) fn book(source: &str, title: &str, by: &str, year: i32, isbn: &str) -> Record {
    let mut record = Record {
        source: source.into(),
        id: format!("{title}/{by}/{year}"),
        kind: Kind::Book,
        title: title.into(),
        creators: vec![Creator::author(by)],
        year: Some(year),
        language: "chi".into(),
        ..Record::default()
    };
    record.add_identifier(IdentifierKind::Isbn, isbn);
    record
}
