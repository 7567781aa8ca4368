//! Handlers of the `account_*` commands.

use hongyan_engine::problem::Problem;
use hongyan_engine::view::AccountView;

use crate::app::App;
use crate::request::{ChangePassword, Nothing, Register, SignIn, SignOut};

pub(crate) async fn account_get(app: &App, _: Nothing) -> Result<AccountView, Problem> {
    app.engine.platform().account().await
}

pub(crate) async fn account_refresh(app: &App, _: Nothing) -> Result<AccountView, Problem> {
    app.engine.platform().refresh_account().await
}

pub(crate) async fn account_register(
    app: &App,
    Register { registration }: Register,
) -> Result<AccountView, Problem> {
    app.engine.platform().register(&registration).await
}

pub(crate) async fn account_sign_in(
    app: &App,
    SignIn { username, password }: SignIn,
) -> Result<AccountView, Problem> {
    app.engine.platform().sign_in(&username, &password).await
}

pub(crate) async fn account_change_password(
    app: &App,
    ChangePassword { old, new }: ChangePassword,
) -> Result<AccountView, Problem> {
    app.engine.platform().change_password(&old, &new).await
}

pub(crate) async fn account_sign_out(app: &App, out: SignOut) -> Result<AccountView, Problem> {
    let account = app.engine.sign_out(out.discard_unsent).await?;
    app.forget_library_page()?;
    Ok(account)
}
