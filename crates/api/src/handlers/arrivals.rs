//! Handlers for works that a browser sent, and for the listener for browser extensions.

use hongyan_engine::problem::Problem;
use hongyan_engine::view::{ArrivalTaken, ArrivalsView, ListenerView};

use crate::app::App;
use crate::request::Nothing;
use crate::request_arrivals::{AddressCalled, ArrivalRef, ArrivalTake, ListenerSet};

pub(crate) async fn arrival_list(app: &App, _: Nothing) -> Result<ArrivalsView, Problem> {
    Ok(app.engine.intake().arrivals())
}

pub(crate) async fn arrival_take(
    app: &App,
    ArrivalTake { id, service }: ArrivalTake,
) -> Result<ArrivalTaken, Problem> {
    app.engine.intake().arrival_take(id, service).await
}

pub(crate) async fn arrival_drop(app: &App, ArrivalRef { id }: ArrivalRef) -> Result<Nothing, Problem> {
    app.engine.intake().arrival_drop(id);
    Ok(Nothing {})
}

pub(crate) async fn arrival_drop_all(app: &App, _: Nothing) -> Result<Nothing, Problem> {
    app.engine.intake().arrivals_drop();
    Ok(Nothing {})
}

pub(crate) async fn address_called(
    app: &App,
    AddressCalled { address }: AddressCalled,
) -> Result<Nothing, Problem> {
    app.engine.intake().address_called(&address).await;
    Ok(Nothing {})
}

pub(crate) async fn listener_get(app: &App, _: Nothing) -> Result<ListenerView, Problem> {
    app.engine.intake().listener().await
}

pub(crate) async fn listener_set(
    app: &App,
    ListenerSet { on, port }: ListenerSet,
) -> Result<ListenerView, Problem> {
    app.engine.intake().listener_set(on, port).await
}
