use hongyan_model::library::Library;
use hongyan_model::request::Stage;
use hongyan_model::{Draft, Request, RequestId, RequestState, Service};
use hongyan_store::requests::RequestRecord;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::{row, usual_path};
use crate::view::{ClockKind, Connection, RequestGroup};

fn record(state: RequestState, service: Service) -> RequestRecord {
    // a Monday
    let asked = date(2026, 11, 16).at(10, 0, 0, 0).to_zoned(TimeZone::system()).unwrap().timestamp();
    let id = RequestId(Uuid::from_u128(1));
    let mut draft = Draft::blank(id, service, asked);
    draft.title = "广西民族研究".into();
    draft.component_title = "论铜鼓".into();
    let mut record = RequestRecord::submitted(draft, asked);
    record.state = state.clone();
    record.platform = Some(Request {
        hrid: "G-1".into(),
        due_date: Some(date(2026, 12, 10)),
        pickup_by: Some(date(2026, 11, 30)),
        version: 1,
        ..Request::bare(id, state, asked)
    });
    record
}

fn clock(state: RequestState, service: Service, today: Date) -> (ClockKind, Option<Date>, Option<i32>) {
    let row = row(&record(state, service), &Library::gxmzu(), today, Connection::Online, false);
    (row.clock.kind, row.clock.date, row.clock.days)
}

#[test]
fn the_clock_says_what_matters_in_each_state() {
    use RequestState as S;
    // loan: two working days of review (Wednesday), a week on the way
    let expected = Some(date(2026, 11, 25));
    assert_eq!(
        clock(S::WillSupply, Service::Loan, date(2026, 11, 20)),
        (ClockKind::Expected, expected, Some(5))
    );
    assert_eq!(clock(S::WillSupply, Service::Loan, date(2026, 11, 28)), (ClockKind::Late, expected, Some(3)));
    // copy: five working days, over a weekend
    let expected = Some(date(2026, 11, 23));
    assert_eq!(
        clock(S::Submitted, Service::Copy, date(2026, 11, 16)),
        (ClockKind::Expected, expected, Some(7))
    );
    let pickup = Some(date(2026, 11, 30));
    assert_eq!(
        clock(S::AwaitingPickup, Service::Loan, date(2026, 11, 28)),
        (ClockKind::PickupBy, pickup, Some(2))
    );
    let due = Some(date(2026, 12, 10));
    assert_eq!(clock(S::Overdue, Service::Loan, date(2026, 12, 12)), (ClockKind::Due, due, Some(-2)));
    assert_eq!(clock(S::Completed, Service::Loan, date(2026, 12, 12)).0, ClockKind::None);
}

#[test]
fn nobody_says_when_a_reported_problem_is_mended() {
    let said = |expected_by: Option<Date>, today: Date| {
        let mut record = record(RequestState::DeliveryProblem, Service::Copy);
        record.platform.as_mut().unwrap().expected_by = expected_by;
        row(&record, &Library::gxmzu(), today, Connection::Online, false).clock
    };
    let arrived = date(2026, 11, 23);
    for (expected, today) in
        [(None, date(2026, 11, 20)), (None, date(2026, 12, 20)), (Some(arrived), arrived)]
    {
        let clock = said(expected, today);
        assert_eq!((clock.kind, clock.date, clock.days), (ClockKind::None, None, None), "{today}");
    }
}

#[test]
fn a_queued_request_waits_for_the_network_when_there_is_none() {
    let record = record(RequestState::Queued, Service::Copy);
    let row = row(&record, &Library::gxmzu(), date(2026, 11, 16), Connection::Offline, false);
    assert_eq!(row.clock.kind, ClockKind::WhenOnline);
    assert_eq!((row.title.as_str(), row.subtitle.as_str()), ("论铜鼓", "广西民族研究"));
    assert_eq!(row.group, RequestGroup::Ongoing);
}

#[test]
fn what_only_the_patron_can_file_waits_for_the_patron() {
    let record = record(RequestState::Queued, Service::Loan);
    assert_eq!(super::group(&record, true), RequestGroup::NeedsYou);
    assert_eq!(super::group(&record, false), RequestGroup::Ongoing);
}

#[test]
fn the_usual_path_is_one_that_the_platform_knows() {
    use RequestState as S;
    let only_copy = [S::Delivered, S::DeliveryProblem];
    for service in [Service::Loan, Service::Copy] {
        for state in hongyan_model::request::state::PLATFORM_STATES {
            let belongs = match service {
                Service::Loan => !only_copy.contains(&state),
                Service::Copy => state.stage() != Stage::Shipped || only_copy.contains(&state),
            };
            if !belongs {
                continue;
            }
            let path = usual_path(&state, service);
            assert_eq!(path.is_empty(), state.is_terminal(), "{state:?}");
            let mut from = state.clone();
            for to in path {
                assert!(from.may_become(&to, service), "{from:?} → {to:?} from {state:?}");
                from = to;
            }
        }
    }
}
