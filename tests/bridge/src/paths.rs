//! HTTP routes: the page, its commands, its events.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use axum::extract::{Path as UrlPath, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::Stream;
use futures_util::stream::unfold;
use hongyan_api::App;
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::access::{AccessControl, own_origin_only, token_only};

/// The router with all routes and the access control.
pub(crate) fn router(app: Arc<App>, access: &AccessControl, ui: &Path, policy: HeaderValue) -> Router {
    let fixed = |name: HeaderName, value| SetResponseHeaderLayer::overriding(name, value);
    Router::new()
        .route("/rpc/{name}", post(rpc))
        .route("/events", get(events))
        .route_layer(from_fn_with_state(access.clone(), token_only))
        .with_state(app)
        .fallback_service(ServeDir::new(ui))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, policy))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(fixed(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .layer(fixed(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(from_fn_with_state(access.clone(), own_origin_only))
}

/// Runs a command. A `Problem` is returned with status 422, which no proxy generates.
async fn rpc(
    State(app): State<Arc<App>>,
    UrlPath(name): UrlPath<String>,
    Json(payload): Json<Value>,
) -> Response {
    match app.rpc_spawned(name, payload).await {
        Ok(answer) => Json(answer).into_response(),
        Err(problem) => (StatusCode::UNPROCESSABLE_ENTITY, Json(problem)).into_response(),
    }
}

/// Streams the events. A slow client loses events and notices the gap in `seq`.
async fn events(State(app): State<Arc<App>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let stream = unfold(app.events(), |mut events| async move {
        loop {
            match events.recv().await {
                // an event that cannot be serialised is a gap as well
                Ok(event) => {
                    if let Ok(line) = Event::default().json_data(&event) {
                        return Some((Ok(line), events));
                    }
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
