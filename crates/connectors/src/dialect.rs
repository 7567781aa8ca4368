//! Sources that are searched with one HTTP request per page. A connector implements [`Dialect`]:
//! translating the query, building the request for a page, parsing the response. [`Web`] does the rest,
//! the same for all.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt};
use hongyan_formats::Budget;
use hongyan_formats::envelope::{self, Places};
use hongyan_formats::marc::Charset;
use hongyan_model::Query;

use crate::endpoint::Endpoint;
use crate::error::NetError;
use crate::http::{Call, Response};
use crate::paging::{self, Page, PagePosition, Pages};
use crate::probe::ask::{Answered, Askable};
use crate::reading::{reading, unreadable};
use crate::source::{Batch, SearchSource, SourceConfig};

/// The protocol of one source.
pub(crate) trait Dialect: Send + Sync + 'static {
    /// The query in the source's own form.
    type Translated: Send + Sync + 'static;

    /// Maximum number of records per page, whatever is configured.
    const MOST: u32 = 1000;

    /// Number of results that the source gives access to.
    const DEEPEST: u64 = u64::MAX;

    /// Usual places of the parts of a JSON response, for a source whose configuration names others.
    const PLACES: Places<'static> = Places { records: "", total: "", status: "", success: "" };

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

/// The response in UTF-8, with its parts where the parser expects them; only what the configuration says is
/// elsewhere is moved.
pub(crate) fn usual<D: Dialect>(
    config: &SourceConfig,
    mut answer: Response,
    budget: &Budget,
) -> Result<Response, NetError> {
    if let Some(charset) = Charset::named(&config.charset)
        && std::str::from_utf8(&answer.body).is_err()
    {
        answer.body = charset.decode(&answer.body).0.into_owned().into_bytes();
    }
    let Places { records, total, status, .. } = D::PLACES;
    let given = Places {
        records: if records.is_empty() { "" } else { &config.records },
        total: if total.is_empty() { "" } else { &config.total },
        status: "",
        success: if status.is_empty() { "" } else { &config.success },
    };
    if given != Places::default() && (200..300).contains(&answer.status) {
        match envelope::rearrange(&answer.body, &given, &D::PLACES, budget) {
            Ok(body) => answer.body = body,
            Err(error) if error.ends_all() => return Err(unreadable(error)),
            // what is no JSON is refused by the parser
            Err(_) => {}
        }
    }
    Ok(answer)
}

/// The page with the items of its list that are no records: they hold positions, and are told.
fn counted<D: Dialect>(mut page: Page, budget: &Budget) -> Page {
    if !D::PLACES.records.is_empty() {
        page.taken = page.taken.max(budget.records_taken() as u64);
    }
    page
}

impl<D: Dialect> Askable for Web<D> {
    fn ask<'a>(&'a self, query: &'a Query, place: PagePosition) -> BoxFuture<'a, Answered> {
        let exchange = async move {
            let (endpoint, dialect) = &*self.inner;
            if endpoint.lacks_key() {
                return Answered::unsent(NetError::NeedsKey);
            }
            let size = endpoint.config.page_size.clamp(1, D::MOST);
            let asked = match dialect.translate(endpoint, query) {
                Ok((asked, _)) => Arc::new(asked),
                Err(error) => return Answered::unsent(error),
            };
            let call = match dialect.call(endpoint, &asked, place, size) {
                Ok(call) => call,
                Err(error) => return Answered::unsent(error),
            };
            let answer = match endpoint.http.send(call, Some(&endpoint.limiter)).await {
                Ok(answer) => answer,
                Err(error) => return Answered::failed(error),
            };
            let mut answered = Answered::of(&answer);
            let inner = Arc::clone(&self.inner);
            let read = move |budget: &Budget| {
                let (endpoint, dialect) = &*inner;
                let answer = usual::<D>(&endpoint.config, answer, budget)?;
                Ok(counted::<D>(dialect.read(endpoint, &asked, &answer, place, budget)?, budget))
            };
            answered.outcome = reading(read).await.inspect_err(|error| endpoint.limiter.record_error(error));
            answered
        };
        exchange.boxed()
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
            let answer = usual::<D>(&endpoint.config, answer, budget)?;
            Ok(counted::<D>(dialect.read(endpoint, &asked, &answer, place, budget)?, budget))
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
