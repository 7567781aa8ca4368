//! Handlers for searches.

use hongyan_engine::problem::Problem;
use hongyan_engine::search::Page;
use hongyan_engine::view::{RecentSearch, SearchView, WorkDetail};
use hongyan_model::Query;
use hongyan_model::query::Relaxed;

use crate::app::App;
use crate::request::{
    Nothing, SearchPage, SearchRead, SearchRef, SearchSourceRef, SearchStart, SearchStarted, WorkRef,
};

pub(crate) async fn search_read(_: &App, SearchRead { text }: SearchRead) -> Result<Query, Problem> {
    Ok(hongyan_engine::search::read(&text))
}

pub(crate) async fn search_relaxed(
    _: &App,
    SearchRead { text }: SearchRead,
) -> Result<Vec<Relaxed>, Problem> {
    Ok(hongyan_model::query::relaxed(&text))
}

pub(crate) async fn search_start(
    app: &App,
    SearchStart { text, query }: SearchStart,
) -> Result<SearchStarted, Problem> {
    let off = app.engine.sources().off().await?;
    let search_id = app.engine.sources().searches().start(&text, query, &off)?;
    Ok(SearchStarted { search_id })
}

pub(crate) async fn search_view(app: &App, page: SearchPage) -> Result<SearchView, Problem> {
    let SearchPage { search_id, offset, limit, sort, filter } = page;
    app.engine.sources().searches().view(&Page { search_id, offset, limit, sort, filter }).await
}

pub(crate) async fn search_show_new(
    app: &App,
    SearchRef { search_id }: SearchRef,
) -> Result<Nothing, Problem> {
    app.engine.sources().searches().show_new(&search_id).await?;
    Ok(Nothing {})
}

pub(crate) async fn search_cancel(app: &App, SearchRef { search_id }: SearchRef) -> Result<Nothing, Problem> {
    app.engine.sources().searches().cancel(&search_id);
    Ok(Nothing {})
}

pub(crate) async fn search_retry(app: &App, at: SearchSourceRef) -> Result<Nothing, Problem> {
    app.engine.sources().searches().retry(&at.search_id, &at.source_id).await?;
    Ok(Nothing {})
}

pub(crate) async fn search_work(
    app: &App,
    WorkRef { search_id, work_id }: WorkRef,
) -> Result<WorkDetail, Problem> {
    let searches = app.engine.sources().searches();
    let work = searches.work(&search_id, &work_id).await?;
    let own_holdings = searches.own_holdings(&work);
    let requests = app.engine.requests().of_work(&work.merged).await?;
    Ok(WorkDetail { work, own_holdings, requests })
}

pub(crate) async fn search_recent(app: &App, _: Nothing) -> Result<Vec<RecentSearch>, Problem> {
    Ok(app.engine.sources().searches().recent().await)
}

pub(crate) async fn search_forget(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.engine.sources().searches().forget().await?;
    Ok(Nothing {})
}
