//! Renewal of a loan: requested by the patron, granted or refused by the platform. The due date changes only
//! when it is granted.

use hongyan_model::request::Actor;
use jiff::Span;
use jiff::civil::Date;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::Row;
use super::moves::{self, Event};
use crate::app::{App, rfc3339};

/// Records the patron's wish.
pub(crate) async fn ask(app: &App, conn: &mut SqliteConnection, mut row: Row) -> Result<Row, sqlx::Error> {
    row.renewal = Some(json!({"state": "requested", "at": rfc3339(app.clock.now_ms())}).to_string());
    let note = ("已转达您的续借申请。".to_owned(), "Your wish to renew was passed on.".to_owned());
    moves::save(app, conn, &mut row).await?;
    moves::event(app, conn, Event::in_place(&row, Actor::Patron, "renewal", &note)).await?;
    Ok(row)
}

/// Grants it (until `day`, by default for one more loan period) or refuses it.
pub(crate) async fn answer(
    app: &App,
    conn: &mut SqliteConnection,
    mut row: Row,
    granted: bool,
    day: Option<Date>,
    text: &str,
) -> Result<Row, sqlx::Error> {
    let state = if granted { "granted" } else { "refused" };
    row.renewal =
        Some(json!({"state": state, "at": rfc3339(app.clock.now_ms()), "text": text.trim()}).to_string());
    let note = if granted {
        row.renewals += 1;
        let due = row.due_date.as_ref().and_then(|text| text.parse::<Date>().ok());
        let days = i64::from(app.library().loan_days);
        let longer = || due.unwrap_or_else(|| app.clock.today()).saturating_add(Span::new().days(days));
        let due = day.unwrap_or_else(longer);
        row.due_date = Some(due.to_string());
        (
            format!("已续借，新的归还日期为 {due}。{}", text.trim()),
            format!("Renewed; it is now due on {due}. {}", text.trim()),
        )
    } else {
        (
            format!("未能续借，请按原定日期归还。{}", text.trim()),
            format!("It could not be renewed; please return it by the day that was set. {}", text.trim()),
        )
    };
    let note = (note.0, note.1.trim().to_owned());
    moves::save(app, conn, &mut row).await?;
    moves::event(app, conn, Event::in_place(&row, Actor::Library, "renewal", &note)).await?;
    Ok(row)
}

/// The text for the patron.
pub(crate) fn sentence(row: &Row) -> String {
    let renewal: Value =
        row.renewal.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    match renewal.get("state").and_then(Value::as_str) {
        Some("granted") => {
            format!("已续借，新的归还日期为 {}。", row.due_date.as_deref().unwrap_or_default())
        }
        Some("refused") => "未能续借，请按原定日期归还。".to_owned(),
        _ => "已转达您的续借申请，请等待馆员答复。".to_owned(),
    }
}
