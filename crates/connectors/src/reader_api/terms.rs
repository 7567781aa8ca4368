//! Wire types of the library's fees and terms, its calendar, and the bookings of the quota account.

use hongyan_model::RequestId;
use hongyan_model::library::Fraction;
use hongyan_model::text::{clean, clip};
use serde::Deserialize;

use super::map::{fen, name, time};
use super::wire::{Amount, absent};
use crate::error::NetError;
use crate::gateway::{CalendarDay, Policies, QuotaEntry};

/// `GET /ill/policies`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PoliciesBody {
    #[serde(deserialize_with = "absent")]
    fees: Fees,
    loan_days: Option<u16>,
    pickup_days: Option<u16>,
    #[serde(deserialize_with = "absent")]
    copyright: Copyright,
    #[serde(deserialize_with = "absent")]
    sla: Sla,
    #[serde(deserialize_with = "absent")]
    quota: Allowance,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Allowance {
    coins_per_yuan: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Fees {
    loan: Option<Amount>,
    page: Option<Amount>,
    patron_pays: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Copyright {
    #[serde(deserialize_with = "absent")]
    fraction: String,
    #[serde(deserialize_with = "absent")]
    declaration_version: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Sla {
    registration_working_days: Option<u16>,
    review_working_days: Option<u16>,
    copy_working_days: Option<u16>,
    loan_days: Option<u16>,
}

/// `GET /ill/calendar`.
#[derive(Deserialize)]
pub(super) struct Calendar {
    days: Vec<Day>,
}

#[derive(Deserialize)]
struct Day {
    date: String,
    open: bool,
    #[serde(default, deserialize_with = "absent")]
    note: String,
}

/// `GET /ill/account/quota-entries`.
#[derive(Deserialize)]
pub(super) struct QuotaEntries {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    at: String,
    #[serde(default)]
    request_id: Option<uuid::Uuid>,
    #[serde(default, deserialize_with = "absent")]
    entry: String,
    coins: i64,
    #[serde(default, deserialize_with = "absent")]
    hrid: String,
    #[serde(default, deserialize_with = "absent")]
    title: String,
}

pub(super) fn policies(wire: PoliciesBody) -> Policies {
    Policies {
        loan_fee: fen(wire.fees.loan),
        page_fee: fen(wire.fees.page),
        patron_pays: wire.fees.patron_pays,
        loan_days: wire.loan_days,
        pickup_days: wire.pickup_days,
        copyright_fraction: Fraction::try_from(wire.copyright.fraction).ok(),
        declaration_version: name(&wire.copyright.declaration_version),
        registration_working_days: wire.sla.registration_working_days,
        review_working_days: wire.sla.review_working_days,
        copy_working_days: wire.sla.copy_working_days,
        arrival_days: wire.sla.loan_days,
        coins_per_yuan: wire.quota.coins_per_yuan,
    }
}

pub(super) fn calendar(wire: Calendar) -> Result<Vec<CalendarDay>, NetError> {
    let day = |day: Day| {
        let date = day.date.trim().parse();
        let date =
            date.map_err(|_| NetError::Malformed("the calendar contains an invalid date".to_owned()))?;
        Ok(CalendarDay { date, open: day.open, note: clip(&clean(&day.note), 80) })
    };
    wire.days.into_iter().take(400).map(day).collect()
}

pub(super) fn quota_entries(wire: QuotaEntries) -> Result<Vec<QuotaEntry>, NetError> {
    let entry = |entry: Entry| {
        Ok(QuotaEntry {
            id: name(&entry.id),
            at: time(&entry.at, "an entry's time")?,
            request: entry.request_id.map(RequestId),
            entry: name(&entry.entry),
            coins: entry.coins,
            hrid: name(&entry.hrid),
            title: clip(&clean(&entry.title), 500),
        })
    };
    let mut entries = wire.entries.into_iter().take(1000).map(entry).collect::<Result<Vec<_>, NetError>>()?;
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    Ok(entries)
}
