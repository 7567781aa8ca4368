//! Handlers for the patron's list of sources.

use hongyan_engine::problem::Problem;
use hongyan_engine::sources::{Edit, Entered};
use hongyan_engine::view::{SourceCheck, SourceProbe, SourceSetting};

use crate::app::App;
use crate::request::{Nothing, SourceAdd, SourceEdit, SourceId, SourceKey, SourceOrder, SourceSwitch};

pub(crate) async fn sources_list(app: &App, _: Nothing) -> Result<Vec<SourceSetting>, Problem> {
    app.engine.sources().list().await
}

pub(crate) async fn source_switch(
    app: &App,
    SourceSwitch { id, enabled }: SourceSwitch,
) -> Result<Nothing, Problem> {
    app.engine.sources().switch(&id, enabled).await?;
    Ok(Nothing {})
}

pub(crate) async fn source_add(app: &App, SourceAdd { address }: SourceAdd) -> Result<SourceId, Problem> {
    Ok(SourceId { id: app.engine.sources().add(&address).await? })
}

pub(crate) async fn source_test(app: &App, SourceId { id }: SourceId) -> Result<SourceProbe, Problem> {
    app.engine.sources().test(&id).await
}

pub(crate) async fn source_check(app: &App, SourceId { id }: SourceId) -> Result<SourceCheck, Problem> {
    app.engine.sources().check(&id).await
}

pub(crate) async fn source_check_stop(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.engine.sources().stop_check();
    Ok(Nothing {})
}

pub(crate) async fn source_edit(app: &App, edit: SourceEdit) -> Result<Nothing, Problem> {
    let SourceEdit { id, name, charset, syntax, folds, home } = edit;
    app.engine.sources().edit(&id, Edit { name, charset, syntax, folds, home }).await?;
    Ok(Nothing {})
}

pub(crate) async fn source_remove(app: &App, SourceId { id }: SourceId) -> Result<Nothing, Problem> {
    app.engine.sources().remove(&id).await?;
    Ok(Nothing {})
}

pub(crate) async fn source_order(app: &App, SourceOrder { ids }: SourceOrder) -> Result<Nothing, Problem> {
    app.engine.sources().order(&ids).await?;
    Ok(Nothing {})
}

pub(crate) async fn source_key_set(app: &App, key: SourceKey) -> Result<Nothing, Problem> {
    let SourceKey { id, user, secret, group } = key;
    app.engine.sources().set_key(&id, Entered { user, secret, group }).await?;
    Ok(Nothing {})
}

pub(crate) async fn source_key_clear(app: &App, SourceId { id }: SourceId) -> Result<Nothing, Problem> {
    app.engine.sources().clear_key(&id).await?;
    Ok(Nothing {})
}
