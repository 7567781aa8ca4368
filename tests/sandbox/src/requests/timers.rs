//! Transitions that happen when a date has passed.

use hongyan_model::request::{Actor, RequestState};
use jiff::civil::Date;

use super::moves::{self, MoveError, Step};
use super::{Row, state_code};
use crate::app::{App, day_of};

/// Performs every transition that is due by the sandbox's clock.
pub(crate) async fn run(app: &App) -> Result<(), MoveError> {
    let today = app.clock.today();
    let mut tx = app.pool.begin().await?;
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM whole_requests WHERE deleted = 0").fetch_all(&mut *tx).await?;
    let mut moved = false;
    for row in rows {
        if let Some(step) = due(&row, today, app.terms().document_days) {
            moves::take(app, &mut tx, &row.id, step.by(Actor::System)).await?;
            moved = true;
        }
    }
    tx.commit().await?;
    if moved {
        app.tell();
    }
    Ok(())
}

/// The transition that is due today, if any.
fn due(row: &Row, today: Date, document_days: u16) -> Option<Step> {
    use RequestState as S;
    let day = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<Date>().ok());
    let passed = |date: Option<Date>| date.is_some_and(|date| date < today);
    let state = row.state();
    match state {
        S::AwaitingPickup if passed(day(&row.pickup_by)) => {
            Some(Step::to(S::ReturnShipped).because("NOT_PICKED_UP", "逾期未取"))
        }
        S::OnLoan if passed(day(&row.due_date)) => Some(Step::to(S::Overdue)),
        S::ConditionPending if passed(answer_by(row)) => {
            Some(Step::to(S::Expired).because("CONDITION_NOT_ANSWERED", "条件逾期未确认"))
        }
        S::Delivered
            if row.delivered_ms.is_some_and(|at| {
                day_of(at).saturating_add(jiff::Span::new().days(i64::from(document_days))) < today
            }) =>
        {
            Some(Step::to(S::Completed))
        }
        _ => {
            let needed = row.body().pointer("/serviceInfo/needBefore").and_then(|v| v.as_str()?.parse().ok());
            let to = S::Expired;
            (passed(needed) && state.may_become(&to, row.service()))
                .then(|| Step::to(to).because("NEED_BEFORE_PASSED", "已超过需用日期"))
        }
    }
    .filter(|step| state_code(&step.to) != row.state)
}

/// The last day to answer a condition.
fn answer_by(row: &Row) -> Option<Date> {
    let condition: serde_json::Value = serde_json::from_str(row.condition.as_deref()?).ok()?;
    condition.get("answerBy")?.as_str()?.parse().ok()
}
