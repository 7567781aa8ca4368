//! The platform's fees, times and calendar override the library profile, offline too.

use std::sync::Arc;

use hongyan_engine::{Clock as _, SetClock};
use hongyan_model::request::checks::{CheckCode, Verdict};
use hongyan_model::{Fen, Kind, Service};
use hongyan_sandbox::{ChangedDay, Options, Sandbox};
use jiff::civil::date;
use jiff::tz::{TimeZone, offset};
use serde_json::json;

use crate::bench::Machine;
use crate::platform::Platform;
use crate::sandbox::gateway;

#[tokio::test]
async fn the_platforms_terms_and_days_hold_until_it_says_others() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let control = sandbox.control();
    let profile = control.library()["profile"].clone();
    let mut fees = profile["fees"].clone();
    fees["loan"] = json!(5_500);
    control.change_library(&json!({"profile": {"fees": fees, "loanDays": 30}})).unwrap();
    // a closing day that no published calendar has
    control.change_day(ChangedDay { date: date(2026, 12, 2), open: false, note: "校庆".into() });
    let noon = date(2026, 12, 1).at(12, 0, 0, 0).to_zoned(TimeZone::fixed(offset(8))).unwrap();
    let clock = Arc::new(SetClock::new(noon));
    let machine = Machine::new();

    let engine = machine.open_at(gateway(&sandbox), &clock).await;
    assert_eq!(engine.platform().rules(), *engine.library(), "nothing is told yet");
    assert_eq!(engine.libraries().list().await.unwrap().terms_heard, None);
    engine.platform().sign_in("20210001", "相思湖畔904").await.unwrap();
    let heard = engine.libraries().list().await.unwrap().terms_heard;
    assert_eq!(heard, Some(clock.now()));
    let rules = engine.platform().rules();
    assert_eq!((rules.fees.loan, rules.loan_days), (Fen(5_500), 30));
    assert!(!rules.calendar.works(date(2026, 12, 2)) && engine.library().calendar.works(date(2026, 12, 2)));
    assert!(!rules.calendar.works(date(2026, 10, 1)), "what both say stays");
    assert!(!rules.calendar.knows(date(2027, 3, 1)), "nobody has entered the next year");
    engine.stop().await;
    drop(engine);
    sandbox.shutdown().await;

    // offline, the form uses the platform's fee and closing day
    let engine = machine.open_at(Platform::default().gateway(), &clock).await;
    let mut draft = engine.requests().draft_new(Service::Loan, None, None).await.unwrap().draft;
    draft.title = "嶺外代答校注".into();
    draft.kind = Kind::Book;
    draft.maximum_cost = Some(Fen(5_000));
    let view = engine.requests().draft_save(draft).await.unwrap();
    assert_eq!(view.estimate, Some(Fen(5_500)));
    let found = |code: CheckCode| view.checks.iter().find(|check| check.code == code).unwrap();
    assert_ne!(found(CheckCode::MaxCostTooLow).verdict, Verdict::Ok);
    let library = engine.libraries().list().await.unwrap();
    assert_eq!((library.library.loan_days, library.terms_heard), (30, heard), "and how old it is is known");
    engine.sign_out(true).await.unwrap();
    assert_eq!(engine.platform().rules(), *engine.library(), "another patron begins anew");
    engine.stop().await;
}
