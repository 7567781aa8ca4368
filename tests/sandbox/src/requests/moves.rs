//! Performs transitions of requests. A transition must be in the model's table; dates, supplier, quota, event
//! and change feed are updated in the same transaction.

use hongyan_model::Fen;
use hongyan_model::request::checks::estimate;
use hongyan_model::request::transitions::{self, Transition};
use hongyan_model::request::{Actor, RequestState, Service, reasons};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::documents::NewDocument;
use super::{Row, documents, find, notes, state_code, wire};
use crate::app::App;

/// Why a request was not moved.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// no such request
    #[error("there is no request {0}")]
    NoSuchRequest(String),
    /// the transition table has no such step
    #[error("{from} cannot become {to}")]
    NotAllowed {
        /// current state
        from: String,
        /// requested state
        to: String,
    },
    /// the text is empty or too long
    #[error("{0} is empty or too long")]
    Unreadable(String),
    /// the sandbox's own database failed
    #[error("the sandbox's database failed")]
    Database(#[from] sqlx::Error),
}

/// A supplier's condition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NewCondition {
    /// reason code: `LIBRARY_USE_ONLY`
    pub code: String,
    /// text; by default the code
    pub text: String,
    /// cost in yuan
    pub cost: Option<f64>,
    /// last day to answer; by default four working days from now
    pub answer_by: Option<Date>,
}

/// A transition with what the librarian adds to it.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) to: RequestState,
    /// `None` = the first actor that the table names
    pub(crate) actor: Option<Actor>,
    /// code and text
    pub(crate) reason: Option<(String, String)>,
    pub(crate) condition: Option<NewCondition>,
    pub(crate) supplier: Option<String>,
    /// due date of a loan, last day at the desk
    pub(crate) day: Option<Date>,
    pub(crate) document: Option<NewDocument>,
}

impl Step {
    pub(crate) fn to(to: RequestState) -> Step {
        Step { to, actor: None, reason: None, condition: None, supplier: None, day: None, document: None }
    }

    pub(crate) fn by(mut self, actor: Actor) -> Step {
        self.actor = Some(actor);
        self
    }

    /// Adds a reason; without a text the code is used.
    pub(crate) fn because(mut self, code: &str, text: &str) -> Step {
        let named = || reasons::name(code).map_or_else(String::new, |(zh, _)| zh.to_owned());
        let text = if text.trim().is_empty() { named() } else { text.trim().to_owned() };
        self.reason = Some((code.to_owned(), text));
        self
    }
}

/// Lending libraries, for works of which the catalogue names no holder.
const SUPPLIERS: [(&str, &str); 8] = [
    ("PKU", "北京大学图书馆"),
    ("THU", "清华大学图书馆"),
    ("FDU", "复旦大学图书馆"),
    ("WHU", "武汉大学图书馆"),
    ("SYSU", "中山大学图书馆"),
    ("NJU", "南京大学图书馆"),
    ("NLC", "国家图书馆"),
    ("SHLIB", "上海图书馆"),
];

/// The short name of a supplier.
pub(crate) fn symbol(name: &str) -> &'static str {
    SUPPLIERS.iter().find(|(_, known)| *known == name).map_or("CALIS", |(symbol, _)| symbol)
}

/// Performs one transition; returns the row after it.
pub(crate) async fn take(
    app: &App,
    conn: &mut SqliteConnection,
    id: &str,
    step: Step,
) -> Result<Row, MoveError> {
    let Some(mut row) = find(conn, id).await?.filter(|row| !row.deleted) else {
        return Err(MoveError::NoSuchRequest(id.to_owned()));
    };
    let from = row.state();
    let Some(known) = transitions::step(&from, &step.to, row.service()) else {
        return Err(MoveError::NotAllowed { from: row.state, to: state_code(&step.to) });
    };
    let actor = actor(known, step.actor);
    let from_code = row.state.clone();
    row.state = state_code(&step.to);
    details(app, &mut row, &from, &step);
    (row.reason_code, row.reason_text) = step.reason.unzip();
    row.newer = None;
    settle(app, conn, &row, &step.to).await?;
    let note = notes::note(app, &row);
    save(app, conn, &mut row).await?;
    if step.to == RequestState::Delivered && (app.settings().documents || step.document.is_some()) {
        documents::add(app, conn, &row, &step.document.unwrap_or_default()).await?;
    }
    let event = Event::in_place(&row, actor, "moved", &note).coming_from(Some(&from_code));
    self::event(app, conn, event).await?;
    find(conn, id).await?.ok_or_else(|| MoveError::NoSuchRequest(id.to_owned()))
}

/// The actor of a transition: the given one if the table allows it, else the first that the table names.
fn actor(known: &Transition, said: Option<Actor>) -> Actor {
    said.filter(|actor| known.actors.contains(actor))
        .or_else(|| known.actors.first().copied())
        .unwrap_or(Actor::System)
}

/// Sets dates, supplier, cost and condition for a transition; `row` is already in the new state.
fn details(app: &App, row: &mut Row, from: &RequestState, step: &Step) {
    use RequestState as S;
    let today = app.clock.today();
    let after = |days: u16| today.saturating_add(Span::new().days(i64::from(days)));
    let (library, terms) = (app.library(), app.terms());
    let usual = &library.usual;
    let condition = row.condition.take();
    match &step.to {
        S::SentToSupplier => {
            row.attempt += 1;
            row.supplier = Some(step.supplier.clone().unwrap_or_else(|| supplier(app, row)));
            row.expected_by = Some(match row.service() {
                Service::Copy => app.days().after(today, usual.copy_working_days).to_string(),
                Service::Loan => after(usual.loan_days).to_string(),
            });
        }
        S::WillSupply => {
            let asked = condition.filter(|_| *from == S::ConditionPending).and_then(|text| asked(&text));
            let usual = || draft(row).and_then(|draft| estimate(&draft, &library));
            row.cost = asked.or_else(usual).map(|fen| fen.0);
        }
        S::ConditionPending => {
            let given = step.condition.clone().unwrap_or_default();
            let reason = step.reason.clone().unwrap_or_default();
            let code = [given.code, reason.0, "LIBRARY_USE_ONLY".to_owned()];
            let code = code.into_iter().find(|code| !code.is_empty()).unwrap_or_default();
            let named = reasons::name(&code).map_or_else(String::new, |(zh, _)| zh.to_owned());
            let text = [given.text, reason.1, named];
            let text = text.into_iter().find(|text| !text.trim().is_empty()).unwrap_or_default();
            let by = given.answer_by;
            let by = by.unwrap_or_else(|| app.days().after(today, terms.condition_working_days));
            let mut described = json!({"code": code, "text": text, "answerBy": by.to_string()});
            if let (Some(yuan), Some(members)) = (given.cost, described.as_object_mut()) {
                members.insert("cost".to_owned(), json!({"amount": yuan, "isoCurrencyCode": "CNY"}));
            }
            row.condition = Some(described.to_string());
        }
        S::AwaitingPickup => {
            row.expected_by = None;
            row.pickup_by = Some(step.day.unwrap_or_else(|| after(terms.pickup_days)).to_string());
        }
        S::OnLoan => {
            row.pickup_by = None;
            row.due_date = Some(step.day.unwrap_or_else(|| after(library.loan_days)).to_string());
        }
        S::Recalled => {
            if let Some(day) = step.day {
                row.due_date = Some(day.to_string());
            }
            row.renewal = None;
        }
        S::Returned => row.renewal = None,
        S::Delivered => {
            row.expected_by = None;
            row.delivered_ms = Some(app.clock.now_ms());
        }
        S::ReturnShipped => row.pickup_by = None,
        to if to.is_terminal() => row.expected_by = None,
        _ => {}
    }
}

/// The cost in a condition.
fn asked(condition: &str) -> Option<Fen> {
    let condition: serde_json::Value = serde_json::from_str(condition).ok()?;
    condition.pointer("/cost/amount")?.as_f64().map(Fen::from_yuan)
}

fn draft(row: &Row) -> Option<hongyan_model::Draft> {
    wire::draft_of(row.id.parse().ok()?, &row.body()).ok()
}

/// A library that holds the work, else one of the defaults; another one at each attempt.
fn supplier(app: &App, row: &Row) -> String {
    let holders: Vec<String> = draft(row)
        .and_then(|draft| app.catalogue.same_work(&draft).map(|work| work.libraries.clone()))
        .unwrap_or_default();
    let attempt = usize::try_from(row.attempt - 1).unwrap_or_default();
    if let Some(name) = holders.get(attempt) {
        return name.clone();
    }
    let seed = row.id.bytes().map(usize::from).sum::<usize>() + attempt;
    SUPPLIERS.get(seed % SUPPLIERS.len()).map_or_else(String::new, |(_, name)| (*name).to_owned())
}

/// Settles the quota: spent when supplied, released when the request fails; at most once.
async fn settle(
    app: &App,
    conn: &mut SqliteConnection,
    row: &Row,
    to: &RequestState,
) -> Result<(), sqlx::Error> {
    use RequestState as S;
    let entry = match to {
        S::Shipped | S::Delivered => "consume",
        S::Unfilled | S::Declined | S::LocallyAvailable | S::Cancelled | S::Expired => "release",
        _ => return Ok(()),
    };
    once(app, conn, row, entry).await
}

/// Releases the quota that is still reserved for a request.
pub(crate) async fn release(app: &App, conn: &mut SqliteConnection, row: &Row) -> Result<(), sqlx::Error> {
    once(app, conn, row, "release").await
}

async fn once(app: &App, conn: &mut SqliteConnection, row: &Row, entry: &str) -> Result<(), sqlx::Error> {
    let settled: i64 =
        sqlx::query_scalar("SELECT count(*) FROM ledger WHERE request = ? AND entry <> 'reserve'")
            .bind(&row.id)
            .fetch_one(&mut *conn)
            .await?;
    if settled == 0 {
        enter(app, conn, row, entry).await?;
    }
    Ok(())
}

/// Appends an entry to the quota ledger.
pub(crate) async fn enter(
    app: &App,
    conn: &mut SqliteConnection,
    row: &Row,
    entry: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO ledger (account, request, entry, coins, at_ms) VALUES (?, ?, ?, ?, ?)")
        .bind(&row.account)
        .bind(&row.id)
        .bind(entry)
        .bind(row.coins)
        .bind(app.clock.now_ms())
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores a changed row as its next version and appends it to the feed.
pub(crate) async fn save(app: &App, conn: &mut SqliteConnection, row: &mut Row) -> Result<(), sqlx::Error> {
    row.version += 1;
    row.updated_ms = app.clock.now_ms();
    row.moved_ms = Timestamp::now().as_millisecond();
    sqlx::query(
        "UPDATE requests SET condition = ?, renewal = ?, succeeded_by = ?, newer = ?, fingerprint = ?, body = ?, state = ?, reason_code = ?, reason_text = ?, supplier = ?,
             attempt = ?, expected_by = ?, due_date = ?, pickup_by = ?, delivered_ms = ?, cost = ?,
             renewals = ?, version = ?, updated_ms = ?, moved_ms = ?, deleted = ? WHERE id = ?",
    )
    .bind(&row.condition)
    .bind(&row.renewal)
    .bind(&row.succeeded_by)
    .bind(&row.newer)
    .bind(&row.fingerprint)
    .bind(&row.body)
    .bind(&row.state)
    .bind(&row.reason_code)
    .bind(&row.reason_text)
    .bind(&row.supplier)
    .bind(row.attempt)
    .bind(&row.expected_by)
    .bind(&row.due_date)
    .bind(&row.pickup_by)
    .bind(row.delivered_ms)
    .bind(row.cost)
    .bind(row.renewals)
    .bind(row.version)
    .bind(row.updated_ms)
    .bind(row.moved_ms)
    .bind(row.deleted)
    .bind(&row.id)
    .execute(&mut *conn)
    .await?;
    change(conn, row).await
}

/// Appends a request to the change feed.
pub(crate) async fn change(conn: &mut SqliteConnection, row: &Row) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO changes (account, request) VALUES (?, ?)")
        .bind(&row.account)
        .bind(&row.id)
        .execute(conn)
        .await?;
    Ok(())
}

/// An entry of a request's timeline.
pub(crate) struct Event<'a> {
    request: &'a str,
    /// `None` if the request is new
    from: Option<&'a str>,
    to: &'a str,
    actor: Actor,
    kind: &'a str,
    note: &'a (String, String),
    message: Option<&'a str>,
}

impl<'a> Event<'a> {
    /// An event without a change of state; `kind` as in docs/reader-api.yaml.
    pub(crate) fn in_place(
        row: &'a Row,
        actor: Actor,
        kind: &'a str,
        note: &'a (String, String),
    ) -> Event<'a> {
        Event { request: &row.id, from: Some(&row.state), to: &row.state, actor, kind, note, message: None }
    }

    /// Sets the previous state; `None` for a new request.
    pub(crate) fn coming_from(mut self, from: Option<&'a str>) -> Event<'a> {
        self.from = from;
        self
    }

    /// Sets the message that it is about.
    pub(crate) fn announcing(mut self, message: &'a str) -> Event<'a> {
        self.message = Some(message);
        self
    }
}

/// Stores an event under an id that never changes.
pub(crate) async fn event(
    app: &App,
    conn: &mut SqliteConnection,
    event: Event<'_>,
) -> Result<(), sqlx::Error> {
    let actor = match event.actor {
        Actor::Patron => "patron",
        Actor::Library => "library",
        Actor::Supplier => "supplier",
        Actor::System => "system",
    };
    sqlx::query(
        "INSERT INTO events (id, request, at_ms, from_state, to_state, actor, note, note_en, kind, message, change)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(seq), 0) FROM changes))",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(event.request)
    .bind(app.clock.now_ms())
    .bind(event.from)
    .bind(event.to)
    .bind(actor)
    .bind(&event.note.0)
    .bind(&event.note.1)
    .bind(event.kind)
    .bind(event.message)
    .execute(conn)
    .await?;
    Ok(())
}
