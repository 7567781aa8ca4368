//! The automatic librarian: performs the steps of library and suppliers, in about a minute.

use std::time::Duration;

use hongyan_model::account::AccountState;
use hongyan_model::request::{Actor, RequestState, Service};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::accounts::{self, Account};
use crate::app::{App, Settings};
use crate::requests::moves::{self, MoveError, NewCondition, Step};
use crate::requests::{Row, messages, wire};

/// Runs until the sandbox stops. A failed round is logged and repeated at the next tick.
pub(crate) async fn work(app: App, stop: CancellationToken) {
    loop {
        let settings = app.settings();
        if settings.librarian
            && let Err(error) = round(&app, &settings).await
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

/// Checks every open request once.
async fn round(app: &App, settings: &Settings) -> Result<(), MoveError> {
    let speed = settings.speed;
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
    correspond(app, due).await?;
    let open: Vec<Row> = sqlx::query_as(
        "SELECT * FROM whole_requests WHERE deleted = 0 AND state IN
         ('SUBMITTED', 'LOCAL_REVIEW', 'SENT_TO_SUPPLIER', 'WILL_SUPPLY', 'SHIPPED', 'CANCEL_REQUESTED', 'DELIVERY_PROBLEM')",
    )
    .fetch_all(&app.pool)
    .await?;
    for row in open {
        let detour = if settings.varies { detour(app, &row).await? } else { None };
        let Some((seconds, step)) = detour.or_else(|| next(app, &row)) else { continue };
        if due(row.moved_ms, seconds) {
            let mut tx = app.pool.begin().await?;
            match moves::take(app, &mut tx, &row.id, step).await {
                Ok(_) => {
                    tx.commit().await?;
                    app.tell();
                }
                // the patron acted in between: the next round sees the new state
                Err(MoveError::NotAllowed { .. } | MoveError::NoSuchRequest(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// A detour for about a quarter of the requests. It is derived from the request's id, so that a repeated call
/// decides the same. The first two requests of an account never get one.
async fn detour(app: &App, row: &Row) -> Result<Option<(f64, Step)>, sqlx::Error> {
    use RequestState as S;
    let earlier: i64 = sqlx::query_scalar("SELECT count(*) FROM requests WHERE account = ? AND hrid < ?")
        .bind(&row.account)
        .bind(&row.hrid)
        .fetch_one(&app.pool)
        .await?;
    if earlier < 2 {
        return Ok(None);
    }
    let lot =
        row.id.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 100;
    let first = row.attempt == 1;
    Ok(match row.state() {
        // at most once: an answered question is not asked again, an accepted condition not set again
        S::LocalReview if lot < 8 && row.version == 2 => {
            Some((12.0, Step::to(S::NeedsInfo).because("NOT_FOUND_AS_CITED", "请补充卷期或页码。")))
        }
        S::SentToSupplier if first && (8..18).contains(&lot) => {
            Some((12.0, Step::to(S::SentToSupplier).because("ON_LOAN", "")))
        }
        S::SentToSupplier if first && (18..26).contains(&lot) => {
            let condition = NewCondition {
                code: "LIBRARY_USE_ONLY".to_owned(),
                text: "该书为保存本，仅限在本馆阅览室内阅读。".to_owned(),
                ..NewCondition::default()
            };
            let condition = match row.service() {
                Service::Loan => condition,
                Service::Copy => NewCondition {
                    code: "COST_EXCEEDS_MAXIMUM".to_owned(),
                    text: "原件须高清扫描，费用高于一般标准。".to_owned(),
                    cost: Some(20.0),
                    ..NewCondition::default()
                },
            };
            Some((12.0, Step { condition: Some(condition), ..Step::to(S::ConditionPending) }))
        }
        _ => None,
    })
}

/// Answers messages of patrons that have no answer yet.
async fn correspond(app: &App, due: impl Fn(i64, f64) -> bool) -> Result<(), MoveError> {
    let waiting: Vec<(String, String)> = sqlx::query_as(
        "SELECT request, id FROM messages m WHERE author = 'patron'
           AND seq = (SELECT max(seq) FROM messages n WHERE n.request = m.request)",
    )
    .fetch_all(&app.pool)
    .await?;
    for (request, message) in waiting {
        let mut tx = app.pool.begin().await?;
        let Some(row) = crate::requests::find(&mut tx, &request).await? else { continue };
        if row.deleted || !due(row.moved_ms, 10.0) {
            continue;
        }
        // the id of the answer is derived from the message's, which makes answering idempotent
        let Ok(asked) = message.parse::<uuid::Uuid>() else { continue };
        let id = uuid::Builder::from_random_bytes((asked.as_u128() ^ 0xA5A5).to_be_bytes()).into_uuid();
        let text = "您好，留言已收到，我们正在办理，有进展会在这里告诉您。（演示馆员自动答复）";
        if messages::add(app, &mut tx, &request, &id.to_string(), Actor::Library, text).await.is_ok() {
            tx.commit().await?;
            app.tell();
        }
    }
    Ok(())
}

/// The next step of a request, and the delay in seconds at speed 1.
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

/// The call number at the home library, for a loan that it holds.
fn held(app: &App, row: &Row) -> Option<String> {
    if row.service() != Service::Loan {
        return None;
    }
    let draft = wire::draft_of(row.id.parse().ok()?, &row.body()).ok()?;
    app.catalogue.held_at_home(&draft).map(|(work, _)| work.call_number.clone())
}
