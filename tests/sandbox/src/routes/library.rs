//! Routes of the library: fees and terms, pickup desks, calendar.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use hongyan_model::request::wire::DECLARATION_VERSION;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::reply::{Answer, Refusal};
use crate::tokens::Patron;

pub(crate) async fn policies(State(app): State<App>, _: Patron) -> Answer {
    let (library, terms) = (app.library(), app.terms());
    let yuan = |fen: hongyan_model::Fen| json!({"amount": fen.yuan(), "isoCurrencyCode": "CNY"});
    Ok(Json(json!({
        "fees": {"loan": yuan(library.fees.loan), "page": yuan(library.fees.page), "patronPays": library.fees.patron_pays},
        "loanDays": library.loan_days,
        "pickupDays": terms.pickup_days,
        "renewals": terms.renewals,
        "conditionWorkingDays": terms.condition_working_days,
        "documents": {"views": terms.document_views, "days": terms.document_days},
        "quota": {"unit": "CALIS_COIN", "coinsPerYuan": 1},
        "copyright": {"fraction": "1/3", "appliesTo": ["Book", "Chapter", "AncientBook"], "declarationVersion": DECLARATION_VERSION},
        "sla": {
            "registrationWorkingDays": library.usual.registration_working_days,
            "reviewWorkingDays": library.usual.review_working_days,
            "copyWorkingDays": library.usual.copy_working_days,
            "loanDays": library.usual.loan_days,
        },
        "tombstoneDays": 400,
    }))
    .into_response())
}

pub(crate) async fn pickup_locations(State(app): State<App>, _: Patron) -> Answer {
    let library = app.library();
    let desks: Vec<Value> = library
        .desks
        .iter()
        .map(|desk| json!({"id": desk.id, "name": desk.name, "nameEn": desk.name_en}))
        .collect();
    let total = desks.len();
    Ok(Json(json!({"pickupLocations": desks, "totalRecords": total})).into_response())
}

#[derive(Debug, Deserialize)]
pub(crate) struct Span {
    from: Option<Date>,
    to: Option<Date>,
}

pub(crate) async fn calendar(State(app): State<App>, _: Patron, Query(span): Query<Span>) -> Answer {
    let from = span.from.unwrap_or_else(|| app.clock.today());
    let to = span.to.unwrap_or_else(|| from.saturating_add(jiff::Span::new().days(30)));
    if to < from || from.saturating_add(jiff::Span::new().days(400)) < to {
        return Err(Refusal::new(400, "SPAN_INVALID", "日期范围无效"));
    }
    let mut days = Vec::new();
    let mut day = from;
    while day <= to {
        days.push(app.days().day(day));
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    let total = days.len();
    Ok(Json(json!({"days": days, "totalRecords": total})).into_response())
}
