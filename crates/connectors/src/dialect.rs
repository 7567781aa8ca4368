//! Sources that are searched with one HTTP request per page. A connector implements [`Dialect`]:
//! translating the query, building the request for a page, parsing the response. [`Web`] does the rest,
//! the same for all.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use hongyan_formats::Budget;
use hongyan_model::Query;

use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::{Call, Response};
use crate::paging::{self, Page, PagePosition, Pages};
use crate::reading::reading;
use crate::source::{Batch, SearchSource, SourceConfig};

/// The protocol of one source.
pub(crate) trait Dialect: Send + Sync + 'static {
    /// The query in the source's own form.
    type Translated: Send + Sync + 'static;

    /// Maximum number of records per page, whatever is configured.
    const MOST: u32 = 1000;

    /// Number of results that the source gives access to.
    const DEEPEST: u64 = u64::MAX;

    /// Translates the query; the second value has the clauses that cannot be expressed, as the patron
    /// typed them.
    ///
    /// # Errors
    /// `Unsupported` when nothing is left; nothing is sent then.
    fn translate(
        &self,
        endpoint: &Endpoint,
        query: &Query,
    ) -> Result<(Self::Translated, Vec<String>), NetError>;

    /// Builds the request for a page. `size` is the number of records on a full page, for sources that
    /// count pages.
    ///
    /// # Errors
    /// `Unsupported` when the query does not fit into a request.
    fn call(
        &self,
        endpoint: &Endpoint,
        asked: &Self::Translated,
        place: PagePosition,
        size: u32,
    ) -> Result<Call, NetError>;

    /// Parses a response of any status; [`Endpoint::page`] builds the result. Runs on the parser pool,
    /// and its parsers must check `budget`.
    ///
    /// # Errors
    /// Any [`NetError`] that the response stands for.
    fn read(
        &self,
        endpoint: &Endpoint,
        asked: &Self::Translated,
        answer: &Response,
        place: PagePosition,
        budget: &Budget,
    ) -> Result<Page, NetError>;
}

/// A source with a dialect.
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

/// A search over several pages.
struct Search<D: Dialect> {
    inner: Arc<(Endpoint, D)>,
    asked: Arc<D::Translated>,
}

impl<D: Dialect> Pages for Search<D> {
    async fn page(&self, place: PagePosition) -> Result<Page, NetError> {
        let (endpoint, dialect) = &*self.inner;
        let call = dialect.call(endpoint, &self.asked, place, self.size())?;
        let answer = endpoint.send(call).await?;
        let (inner, asked) = (Arc::clone(&self.inner), Arc::clone(&self.asked));
        let read = move |budget: &Budget| {
            let (endpoint, dialect) = &*inner;
            dialect.read(endpoint, &asked, &answer, place, budget)
        };
        reading(read).await.inspect_err(|error| endpoint.limiter.record_error(error))
    }

    fn size(&self) -> u32 {
        self.inner.0.config.page_size.clamp(1, D::MOST)
    }

    fn end(&self) -> u64 {
        D::DEEPEST
    }
}
