//! A source that is asked by one request a page. A connector says how a query is put, how a page is
//! asked for and how its answer is read ([`Dialect`]); the rest is the same for all ([`Web`]).

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use hongyan_formats::Budget;
use hongyan_model::Query;

use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::{Answer, Call};
use crate::paging::{self, Page, Pages, Place};
use crate::reading::reading;
use crate::source::{Batch, SearchSource, SourceConfig};

/// How one source is spoken to.
pub(crate) trait Dialect: Send + Sync + 'static {
    /// The query in the source's own words.
    type Asked: Send + Sync + 'static;

    /// Most records that the source gives at once, whatever is configured.
    const MOST: u32 = 1000;

    /// Places behind this one are not shown by the source.
    const DEEPEST: u64 = u64::MAX;

    /// Puts the query; the second part is what cannot be asked, as the patron wrote it.
    ///
    /// # Errors
    /// `Unsupported` when nothing is left to ask. Nothing is sent then.
    fn translate(&self, endpoint: &Endpoint, query: &Query) -> Result<(Self::Asked, Vec<String>), NetError>;

    /// The request for a page. `size` is what a full page holds, for sources that count pages.
    ///
    /// # Errors
    /// `Unsupported` when it cannot be put into a request.
    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &Self::Asked,
        place: Place,
        size: u32,
    ) -> Result<Call, NetError>;

    /// What an answer of any status says; [`Endpoint::page`] makes the page. Runs off the async workers,
    /// and its readers heed the budget.
    ///
    /// # Errors
    /// As the source's answer has it.
    fn read(
        &self,
        endpoint: &Endpoint,
        asked: &Self::Asked,
        answer: &Answer,
        place: Place,
        budget: &Budget,
    ) -> Result<Page, NetError>;
}

/// A source that speaks a dialect.
pub(crate) struct Web<D> {
    inner: Arc<(Endpoint, D)>,
}

impl<D: Dialect> Web<D> {
    pub fn new(endpoint: Endpoint, dialect: D) -> Web<D> {
        Web { inner: Arc::new((endpoint, dialect)) }
    }
}

impl<D: Dialect> SearchSource for Web<D> {
    fn config(&self) -> &SourceConfig {
        &self.inner.0.config
    }

    fn search(&self, query: &Query, limit: usize) -> BoxStream<'static, Result<Batch, NetError>> {
        let (endpoint, dialect) = &*self.inner;
        let asked =
            if endpoint.lacks_key() { Err(NetError::NeedsKey) } else { dialect.translate(endpoint, query) };
        match asked {
            Ok((asked, dropped)) => {
                let search = Search { inner: Arc::clone(&self.inner), asked: Arc::new(asked) };
                paging::batches(search, limit, dropped)
            }
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }
}

/// One search over several pages.
struct Search<D: Dialect> {
    inner: Arc<(Endpoint, D)>,
    asked: Arc<D::Asked>,
}

impl<D: Dialect> Pages for Search<D> {
    async fn page(&self, place: Place) -> Result<Page, NetError> {
        let (endpoint, dialect) = &*self.inner;
        let call = dialect.call(endpoint, &self.asked, place, self.size())?;
        let answer = endpoint.send(call).await?;
        let (inner, asked) = (Arc::clone(&self.inner), Arc::clone(&self.asked));
        let read = move |budget: &Budget| {
            let (endpoint, dialect) = &*inner;
            dialect.read(endpoint, &asked, &answer, place, budget)
        };
        reading(read).await.inspect_err(|error| endpoint.gate.hear(error))
    }

    fn size(&self) -> u32 {
        self.inner.0.config.page_size.clamp(1, D::MOST)
    }

    fn end(&self) -> u64 {
        D::DEEPEST
    }
}
