//! Handlers for the database key where there is no keyring, and for reports of recovery.

use hongyan_engine::problem::Problem;
use hongyan_engine::view::UnsentView;

use crate::app::App;
use crate::request::{Nothing, Passphrase, PassphraseSet, VaultShare};

pub(crate) async fn vault_unlock(app: &App, given: Passphrase) -> Result<Nothing, Problem> {
    app.engine.unlock(&given.passphrase).await?;
    Ok(Nothing {})
}

pub(crate) async fn vault_set_passphrase(app: &App, given: PassphraseSet) -> Result<Nothing, Problem> {
    app.engine.set_passphrase(&given.current, &given.passphrase).await?;
    Ok(Nothing {})
}

pub(crate) async fn vault_keep_nothing(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.engine.vault().stay_in_memory().await?;
    Ok(Nothing {})
}

pub(crate) async fn vault_share(app: &App, given: VaultShare) -> Result<Nothing, Problem> {
    app.engine.share(given.shared, given.discard_unsent).await?;
    app.forget_library_page()?;
    Ok(Nothing {})
}

pub(crate) async fn vault_start_anew(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.engine.start_anew().await?;
    app.forget_library_page()?;
    Ok(Nothing {})
}

pub(crate) async fn vault_to_keyring(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.engine.vault().move_to_keyring().await?;
    Ok(Nothing {})
}

pub(crate) async fn vault_reopen(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.engine.reopen().await?;
    Ok(Nothing {})
}

pub(crate) async fn recovery_seen(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.engine.vault().recovery_seen().await?;
    Ok(Nothing {})
}

pub(crate) async fn account_unsent(app: &App, _: Nothing) -> Result<Vec<UnsentView>, Problem> {
    app.engine.vault().unsent_and_drafts().await
}
