//! A single question to a source, without the cache, without a retry and without a second form: what came is
//! kept as it came.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hongyan_model::Query;

use super::Probe;
use crate::error::NetError;
use crate::http::Response;
use crate::paging::{Page, PagePosition};

/// The answer to a question.
#[derive(Debug)]
pub(crate) struct Answered {
    /// HTTP status; 0 without a response, and at Z39.50
    pub status: u16,
    /// media type as the response names it
    pub media: String,
    /// body, decompressed; empty at Z39.50
    pub body: Vec<u8>,
    /// what the connector read
    pub outcome: Result<Page, NetError>,
    /// whether anything was sent
    pub sent: bool,
    /// what the source says of itself: its explain record, its software
    pub said: Option<Probe>,
}

impl Default for Answered {
    fn default() -> Answered {
        let outcome = Ok(Page::default());
        Answered { status: 0, media: String::new(), body: Vec::new(), outcome, sent: false, said: None }
    }
}

impl Answered {
    /// Nothing was sent.
    pub fn unsent(error: NetError) -> Answered {
        Answered { outcome: Err(error), ..Answered::default() }
    }

    /// Sent, and no response came.
    pub fn failed(error: NetError) -> Answered {
        Answered { sent: true, ..Answered::unsent(error) }
    }

    /// A response that is not read yet.
    pub fn of(answer: &Response) -> Answered {
        Answered {
            status: answer.status,
            media: answer.media_type(),
            body: answer.body.clone(),
            sent: true,
            ..Answered::default()
        }
    }
}

/// A source that can be asked single questions.
pub(crate) trait Askable: Send + Sync {
    /// Asks for the records at a position. Waits for the rate limiter of the host.
    fn ask<'a>(&'a self, query: &'a Query, place: PagePosition) -> BoxFuture<'a, Answered>;

    /// Asks what the source says of itself; none where the protocol has no such question.
    fn ask_for_explain(&self) -> BoxFuture<'_, Option<Answered>> {
        async { None }.boxed()
    }
}
