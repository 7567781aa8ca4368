//! What the own library says of itself: fees and terms, desks, days.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use hongyan_model::request::wire::DECLARATION_VERSION;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::reply::{Answer, Refusal};
use crate::tokens::Patron;

pub(crate) async fn policies(State(app): State<App>, _: Patron) -> Answer {
    let library = &app.library;
    let yuan = |fen: hongyan_model::Fen| json!({"amount": fen.yuan(), "isoCurrencyCode": "CNY"});
    Ok(Json(json!({
        "fees": {"loan": yuan(library.fees.loan), "page": yuan(library.fees.page), "patronPays": library.fees.patron_pays},
        "loanDays": library.loan_days,
        "pickupDays": PICKUP_DAYS,
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

/// Days that a book waits at the desk.
pub(crate) const PICKUP_DAYS: i64 = 7;

pub(crate) async fn pickup_locations(State(app): State<App>, _: Patron) -> Answer {
    let desks: Vec<Value> = app
        .library
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

/// Month and day.
type MonthDay = (i8, i8);

/// Days off and make-up working days of 2026, as the State Council arranged them.
const OFF_2026: [(MonthDay, MonthDay, &str); 7] = [
    ((1, 1), (1, 3), "元旦"),
    ((2, 15), (2, 23), "春节"),
    ((4, 4), (4, 6), "清明节"),
    ((5, 1), (5, 5), "劳动节"),
    ((6, 19), (6, 21), "端午节"),
    ((9, 25), (9, 27), "中秋节"),
    ((10, 1), (10, 7), "国庆节"),
];
const WORK_2026: [MonthDay; 6] = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)];

/// Whether the library works that day, and why if not.
fn open(day: Date) -> (bool, &'static str) {
    if day.year() == 2026 {
        let key = (day.month(), day.day());
        if WORK_2026.contains(&key) {
            return (true, "调休上班");
        }
        if let Some((_, _, name)) = OFF_2026.iter().find(|(from, to, _)| (*from..=*to).contains(&key)) {
            return (false, name);
        }
    }
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    (!weekend, if weekend { "周末" } else { "" })
}

/// The day after so many working days.
pub(crate) fn working_days_after(day: Date, days: u16) -> Date {
    let mut day = day;
    let mut left = days;
    while left > 0 {
        let Ok(next) = day.tomorrow() else { return day };
        day = next;
        if open(day).0 {
            left -= 1;
        }
    }
    day
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
        let (open, note) = open(day);
        days.push(json!({"date": day.to_string(), "open": open, "note": note}));
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    let total = days.len();
    Ok(Json(json!({"days": days, "totalRecords": total})).into_response())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::working_days_after;

    #[test]
    fn national_day_is_skipped_and_the_make_up_saturday_counts() {
        // 国庆节: 2026-09-30 is a Wednesday, work begins again on Thursday the 8th, Saturday the 10th works
        assert_eq!(working_days_after(date(2026, 9, 30), 2), date(2026, 10, 9));
        assert_eq!(working_days_after(date(2026, 10, 9), 1), date(2026, 10, 10));
        assert_eq!(working_days_after(date(2026, 11, 20), 2), date(2026, 11, 24));
    }
}
