//! Moving a request: only along the table of `model`, with everything that goes with it (dates,
//! supplier, allowance, event, change feed) in one transaction.

use hongyan_model::request::checks::estimate;
use hongyan_model::request::{Actor, RequestState, Service};
use jiff::{Span, Timestamp};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Row, find, notes, state_code, wire};
use crate::app::App;
use crate::routes::library::{PICKUP_DAYS, working_days_after};

/// Why a request did not move.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// no such request
    #[error("there is no request {0}")]
    NoSuchRequest(String),
    /// the transition table has no such step
    #[error("{from} cannot become {to}")]
    NotAllowed {
        /// where it stands
        from: String,
        /// where it was to go
        to: String,
    },
    /// the sandbox's own database failed
    #[error("the sandbox's database failed")]
    Database(#[from] sqlx::Error),
}

/// One step to take.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) to: RequestState,
    /// none: whom the table names
    pub(crate) actor: Option<Actor>,
    /// code and sentence
    pub(crate) reason: Option<(String, String)>,
}

impl Step {
    pub(crate) fn to(to: RequestState) -> Step {
        Step { to, actor: None, reason: None }
    }

    pub(crate) fn by(mut self, actor: Actor) -> Step {
        self.actor = Some(actor);
        self
    }

    pub(crate) fn because(mut self, code: &str, text: &str) -> Step {
        self.reason = Some((code.to_owned(), text.to_owned()));
        self
    }
}

/// Libraries that lend, where the catalogue does not know who has the work.
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

/// Takes one step; answers the row as it is then.
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
    let next = from.next(row.service());
    let Some((_, usual_actor)) = next.iter().find(|(state, _)| *state == step.to) else {
        return Err(MoveError::NotAllowed { from: row.state, to: state_code(&step.to) });
    };
    let actor = step.actor.unwrap_or(*usual_actor);
    let from_code = row.state.clone();
    row.state = state_code(&step.to);
    (row.reason_code, row.reason_text) = step.reason.unzip();
    details(app, &mut row, &step.to);
    settle(app, conn, &row, &step.to).await?;
    let note = notes::note(app, &row);
    save(app, conn, &mut row).await?;
    event(app, conn, &row.id, Some(&from_code), &row.state, actor, &note).await?;
    Ok(row)
}

/// Dates, supplier and cost that go with a state.
fn details(app: &App, row: &mut Row, to: &RequestState) {
    use RequestState as S;
    let today = app.clock.today();
    let after = |days: i64| today.saturating_add(Span::new().days(days)).to_string();
    let usual = &app.library.usual;
    match to {
        S::SentToSupplier => {
            row.attempt += 1;
            row.supplier = Some(supplier(app, row));
            row.expected_by = Some(match row.service() {
                Service::Copy => working_days_after(today, usual.copy_working_days).to_string(),
                Service::Loan => after(i64::from(usual.loan_days)),
            });
        }
        S::WillSupply => {
            row.cost = draft(row).and_then(|draft| estimate(&draft, &app.library)).map(|fen| fen.0);
        }
        S::AwaitingPickup => {
            row.expected_by = None;
            row.pickup_by = Some(after(PICKUP_DAYS));
        }
        S::OnLoan => {
            row.pickup_by = None;
            row.due_date = Some(after(i64::from(app.library.loan_days)));
        }
        S::Delivered => {
            row.expected_by = None;
            row.delivered_ms = Some(app.clock.now_ms());
        }
        S::ReturnShipped => row.pickup_by = None,
        _ if to.is_terminal() => row.expected_by = None,
        _ => {}
    }
}

fn draft(row: &Row) -> Option<hongyan_model::Draft> {
    wire::draft_of(row.id.parse().ok()?, &row.body()).ok()
}

/// A library that has the work by the catalogue, else one of the usual; another at each attempt.
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

/// 虚拟币: spent when supplied, given back when it came to nothing; once in either case.
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

/// Gives back what is still set aside for a request.
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

/// Writes an entry of the ledger.
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

/// Writes a changed row with its next version, and the change into the feed.
pub(crate) async fn save(app: &App, conn: &mut SqliteConnection, row: &mut Row) -> Result<(), sqlx::Error> {
    row.version += 1;
    row.updated_ms = app.clock.now_ms();
    row.moved_ms = Timestamp::now().as_millisecond();
    sqlx::query(
        "UPDATE requests SET fingerprint = ?, body = ?, state = ?, reason_code = ?, reason_text = ?, supplier = ?,
             attempt = ?, expected_by = ?, due_date = ?, pickup_by = ?, delivered_ms = ?, cost = ?,
             renewals = ?, version = ?, updated_ms = ?, moved_ms = ?, deleted = ? WHERE id = ?",
    )
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

/// Puts a request into the change feed.
pub(crate) async fn change(conn: &mut SqliteConnection, row: &Row) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO changes (account, request) VALUES (?, ?)")
        .bind(&row.account)
        .bind(&row.id)
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes an event; its id never changes.
pub(crate) async fn event(
    app: &App,
    conn: &mut SqliteConnection,
    request: &str,
    from: Option<&str>,
    to: &str,
    actor: Actor,
    note: &(String, String),
) -> Result<(), sqlx::Error> {
    let actor = match actor {
        Actor::Patron => "patron",
        Actor::Library => "library",
        Actor::Supplier => "supplier",
        Actor::System => "system",
    };
    sqlx::query(
        "INSERT INTO events (id, request, at_ms, from_state, to_state, actor, note, note_en)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(request)
    .bind(app.clock.now_ms())
    .bind(from)
    .bind(to)
    .bind(actor)
    .bind(&note.0)
    .bind(&note.1)
    .execute(conn)
    .await?;
    Ok(())
}
