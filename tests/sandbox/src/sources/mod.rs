//! The catalogue in the shapes of other systems.

pub(crate) mod csl;

use axum::Router;

use crate::app::App;

/// The search shapes of other systems.
pub(crate) fn router() -> Router<App> {
    Router::new()
}
