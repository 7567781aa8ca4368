//! The automatic librarian: what the library and the suppliers would do, in about a minute.

use std::time::Duration;

use hongyan_model::account::AccountState;
use hongyan_model::request::{RequestState, Service};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::accounts::{self, Account};
use crate::app::App;
use crate::requests::moves::{self, MoveError, Step};
use crate::requests::{Row, wire};

/// Works until the sandbox stops. A failure is logged and the next round tries again.
pub(crate) async fn work(app: App, stop: CancellationToken) {
    loop {
        let settings = app.settings();
        if settings.librarian
            && let Err(error) = round(&app, settings.speed).await
        {
            tracing::error!(%error, "the librarian's round failed");
        }
        let pause = Duration::from_secs_f64((0.5 / settings.speed.max(0.01)).clamp(0.01, 0.5));
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One look at every desk.
async fn round(app: &App, speed: f64) -> Result<(), MoveError> {
    let now = Timestamp::now().as_millisecond();
    let due = |since: i64, seconds: f64| (now - since) as f64 * speed >= seconds * 1000.0;
    let waiting: Vec<Account> =
        sqlx::query_as("SELECT * FROM accounts WHERE state IN ('REG_SUBMITTED', 'REG_REVIEW')")
            .fetch_all(&app.pool)
            .await?;
    for account in waiting {
        match account.state() {
            AccountState::RegSubmitted if due(account.moved_ms, 5.0) => {
                accounts::set_state(app, &account.username, &AccountState::RegReview, "").await?;
            }
            AccountState::RegReview if due(account.moved_ms, 15.0) => {
                accounts::approve(app, &account.username).await?;
            }
            _ => {}
        }
    }
    let open: Vec<Row> = sqlx::query_as(
        "SELECT * FROM whole_requests WHERE deleted = 0 AND state IN
         ('SUBMITTED', 'LOCAL_REVIEW', 'SENT_TO_SUPPLIER', 'WILL_SUPPLY', 'SHIPPED', 'CANCEL_REQUESTED', 'DELIVERY_PROBLEM')",
    )
    .fetch_all(&app.pool)
    .await?;
    for row in open {
        let Some((seconds, step)) = next(app, &row) else { continue };
        if due(row.moved_ms, seconds) {
            let mut tx = app.pool.begin().await?;
            match moves::take(app, &mut tx, &row.id, step).await {
                Ok(_) => {
                    tx.commit().await?;
                    app.tell();
                }
                // the patron was quicker: look again in the next round
                Err(MoveError::NotAllowed { .. } | MoveError::NoSuchRequest(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// What a librarian does next with a request, and after how many seconds at speed 1.
fn next(app: &App, row: &Row) -> Option<(f64, Step)> {
    use RequestState as S;
    Some(match row.state() {
        S::Submitted => (6.0, Step::to(S::LocalReview)),
        S::LocalReview => match held(app, row) {
            Some(call_number) => {
                let text = format!("索书号 {call_number}");
                (12.0, Step::to(S::LocallyAvailable).because("HELD_LOCALLY", &text))
            }
            None => (12.0, Step::to(S::SentToSupplier)),
        },
        S::SentToSupplier => (12.0, Step::to(S::WillSupply)),
        S::WillSupply => match row.service() {
            Service::Loan => (14.0, Step::to(S::Shipped)),
            Service::Copy => (14.0, Step::to(S::Delivered)),
        },
        S::Shipped => (16.0, Step::to(S::AwaitingPickup)),
        S::CancelRequested => (10.0, Step::to(S::Cancelled)),
        S::DeliveryProblem => (12.0, Step::to(S::Delivered)),
        _ => return None,
    })
}

/// The call number at the home library, for a loan.
fn held(app: &App, row: &Row) -> Option<String> {
    if row.service() != Service::Loan {
        return None;
    }
    let draft = wire::draft_of(row.id.parse().ok()?, &row.body()).ok()?;
    app.catalogue.held_at_home(&draft).map(|(work, _)| work.call_number.clone())
}
