//! Handlers for citing and exporting works of a search.

use hongyan_engine::problem::Problem;
use hongyan_engine::view::{Citation, CiteForms, SavedFile, ZoteroSaved};

use crate::app::App;
use crate::request::{CitePrefer, Nothing, WorksCite, WorksRef};

pub(crate) async fn cite_forms(app: &App, _: Nothing) -> Result<CiteForms, Problem> {
    app.engine.citations().forms().await
}

pub(crate) async fn cite_prefer(app: &App, CitePrefer { form }: CitePrefer) -> Result<Nothing, Problem> {
    app.engine.citations().prefer(form).await?;
    Ok(Nothing {})
}

pub(crate) async fn work_cite(app: &App, works: WorksCite) -> Result<Citation, Problem> {
    app.engine.citations().cite(&works.search_id, &works.work_ids, works.form).await
}

pub(crate) async fn work_export(app: &App, works: WorksCite) -> Result<SavedFile, Problem> {
    let citation = app.engine.citations().cite(&works.search_id, &works.work_ids, works.form).await?;
    let path = app.host.save_file(&citation.file_name, citation.text.as_bytes())?;
    Ok(SavedFile { path: path.to_string_lossy().into_owned() })
}

pub(crate) async fn zotero_send(app: &App, works: WorksRef) -> Result<ZoteroSaved, Problem> {
    let count = app.engine.citations().send_to_zotero(&works.search_id, &works.work_ids).await?;
    Ok(ZoteroSaved { count: u32::try_from(count).unwrap_or(u32::MAX) })
}
