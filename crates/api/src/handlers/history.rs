//! Handlers for the history (search, citation, export, retention) and for the statistics.

use hongyan_engine::history::Exported;
use hongyan_engine::problem::Problem;
use hongyan_engine::view::{
    Citation, HistoryFile, HistoryKept, HistoryOptions, HistoryPage, SavedFile, Statistics, ZoteroSaved,
};

use crate::app::App;
use crate::request::{
    Counted, HistoryExport, HistoryKeep, HistorySearch, Nothing, RequestsCite, RequestsRef, StatisticsExport,
    StatisticsGet,
};

/// The one locale whose files are not written in Chinese.
const ENGLISH: &str = "en";

pub(crate) async fn history_search(app: &App, asked: HistorySearch) -> Result<HistoryPage, Problem> {
    let HistorySearch { query, after, limit, counts } = asked;
    app.engine.history().search(&query, after.as_deref(), limit, counts).await
}

pub(crate) async fn history_options(app: &App, _: Nothing) -> Result<HistoryOptions, Problem> {
    app.engine.history().options().await
}

pub(crate) async fn history_export(app: &App, asked: HistoryExport) -> Result<HistoryFile, Problem> {
    let HistoryExport { query, form, locale } = asked;
    let file = app.engine.history().file(&query, form, locale == ENGLISH).await?;
    saved(app, &file)
}

pub(crate) async fn history_kept(app: &App, _: Nothing) -> Result<HistoryKept, Problem> {
    app.engine.history().kept().await
}

pub(crate) async fn history_would_go(
    app: &App,
    HistoryKeep { days }: HistoryKeep,
) -> Result<Counted, Problem> {
    Ok(Counted { count: app.engine.history().would_go(days).await? })
}

pub(crate) async fn history_keep(
    app: &App,
    HistoryKeep { days }: HistoryKeep,
) -> Result<HistoryKept, Problem> {
    app.engine.history().keep(days).await
}

pub(crate) async fn history_clear(app: &App, _: Nothing) -> Result<Counted, Problem> {
    let count = app.engine.history().clear().await?;
    app.engine.intake().sweep().await;
    Ok(Counted { count })
}

pub(crate) async fn request_cite(
    app: &App,
    RequestsCite { ids, form }: RequestsCite,
) -> Result<Citation, Problem> {
    app.engine.citations().cite_requests(&ids, form).await
}

pub(crate) async fn request_cite_save(
    app: &App,
    RequestsCite { ids, form }: RequestsCite,
) -> Result<SavedFile, Problem> {
    let citation = app.engine.citations().cite_requests(&ids, form).await?;
    let path = app.host.save_file(&citation.file_name, citation.text.as_bytes())?;
    Ok(SavedFile { path: path.to_string_lossy().into_owned() })
}

pub(crate) async fn request_zotero(
    app: &App,
    RequestsRef { ids }: RequestsRef,
) -> Result<ZoteroSaved, Problem> {
    let count = app.engine.citations().requests_to_zotero(&ids).await?;
    Ok(ZoteroSaved { count: u32::try_from(count).unwrap_or(u32::MAX) })
}

pub(crate) async fn statistics_get(
    app: &App,
    StatisticsGet { from, to }: StatisticsGet,
) -> Result<Statistics, Problem> {
    app.engine.history().statistics(from.as_deref(), to.as_deref()).await
}

pub(crate) async fn statistics_export(app: &App, asked: StatisticsExport) -> Result<HistoryFile, Problem> {
    let StatisticsExport { from, to, table, locale } = asked;
    let file = app
        .engine
        .history()
        .statistics_file(from.as_deref(), to.as_deref(), table, locale == ENGLISH)
        .await?;
    saved(app, &file)
}

fn saved(app: &App, file: &Exported) -> Result<HistoryFile, Problem> {
    let path = app.host.save_file(&file.name, &file.bytes)?;
    Ok(HistoryFile { path: path.to_string_lossy().into_owned(), count: file.count })
}
