//! Requests on the platform's side: parsing ([`wire`]), checks ([`rules`]), representation ([`resource`]),
//! transitions ([`moves`], [`notes`], [`timers`]), messages and documents ([`messages`], [`documents`]).

pub(crate) mod actions;
pub(crate) mod documents;
pub(crate) mod messages;
pub(crate) mod moves;
pub(crate) mod notes;
mod pdf;
pub(crate) mod renewal;
pub(crate) mod resource;
pub(crate) mod rules;
pub(crate) mod timers;
pub(crate) mod wire;

use std::collections::HashMap;

use hongyan_model::request::{RequestState, Service};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::{FromRow, SqliteConnection};

/// One row of `whole_requests`.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) hrid: String,
    pub(crate) fingerprint: String,
    pub(crate) body: String,
    pub(crate) service: String,
    pub(crate) state: String,
    pub(crate) reason_code: Option<String>,
    pub(crate) reason_text: Option<String>,
    pub(crate) supplier: Option<String>,
    pub(crate) attempt: i64,
    pub(crate) expected_by: Option<String>,
    pub(crate) due_date: Option<String>,
    pub(crate) pickup_by: Option<String>,
    pub(crate) delivered_ms: Option<i64>,
    pub(crate) cost: Option<i64>,
    pub(crate) coins: i64,
    pub(crate) renewals: i64,
    pub(crate) version: i64,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    pub(crate) moved_ms: i64,
    pub(crate) deleted: bool,
    pub(crate) condition: Option<String>,
    pub(crate) renewal: Option<String>,
    pub(crate) succeeded_by: Option<String>,
    pub(crate) newer: Option<String>,
    /// number of the library's messages that the patron has not read
    pub(crate) unread: i64,
    pub(crate) last_message_ms: Option<i64>,
    /// JSON from the database view
    pub(crate) documents: String,
}

impl Row {
    pub(crate) fn state(&self) -> RequestState {
        state_of(&self.state)
    }

    pub(crate) fn service(&self) -> Service {
        if self.service == "Loan" { Service::Loan } else { Service::Copy }
    }

    /// What replaces the table where a newer platform is simulated.
    pub(crate) fn newer(&self) -> Option<Newer> {
        serde_json::from_str(self.newer.as_deref()?).ok()
    }

    /// The body that the patron sent.
    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// State and actions of a simulated newer platform, which are not in the table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Newer {
    /// code of the state; `None` keeps the current one
    pub state: Option<String>,
    /// names of the state
    pub label: Option<Label>,
    /// `ACTIVE`, `SHIPPED` …, or an unknown stage
    pub stage: Option<String>,
    /// additional actions of the patron
    pub actions: Vec<NewerAction>,
}

/// A name in Chinese and English.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Label {
    /// Chinese
    pub zh: String,
    /// English
    pub en: String,
}

/// An action of a newer platform; it is recorded in the timeline and changes no state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewerAction {
    /// `teleport`
    pub name: String,
    /// its names
    pub label: Label,
    /// its parameters, all texts
    pub parameters: Vec<String>,
}

/// The wire code of a state: `AWAITING_PICKUP`.
pub(crate) fn state_code(state: &RequestState) -> String {
    match serde_json::to_value(state) {
        Ok(Value::String(code)) => code,
        _ => "UNKNOWN".to_owned(),
    }
}

/// Parses a wire code; unknown codes are kept as they are.
pub(crate) fn state_of(code: &str) -> RequestState {
    serde_json::from_value(json!(code)).unwrap_or_else(|_| RequestState::Other(code.to_owned()))
}

/// Finds a request by id, of any patron, deleted or not.
pub(crate) async fn find(conn: &mut SqliteConnection, id: &str) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM whole_requests WHERE id = ?").bind(id).fetch_optional(conn).await
}

/// Finds requests by id, of any patron, deleted or not; `ids` is a JSON list.
pub(crate) async fn find_all(
    conn: &mut SqliteConnection,
    ids: &str,
) -> Result<HashMap<String, Row>, sqlx::Error> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM whole_requests WHERE id IN (SELECT value FROM json_each(?))")
            .bind(ids)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// All requests of an account that are not deleted, newest first.
pub(crate) async fn of_account(conn: &mut SqliteConnection, account: &str) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT * FROM whole_requests WHERE account = ? AND deleted = 0 ORDER BY updated_ms DESC, hrid DESC",
    )
    .bind(account)
    .fetch_all(conn)
    .await
}
