use hongyan_model::{Draft, RequestId, RequestState, Service};
use jiff::Timestamp;
use uuid::Uuid;

use super::fields;
use super::steps::steps;
use RequestState as S;

#[test]
fn what_may_be_said_leads_to_an_end_and_never_back() {
    for service in [Service::Loan, Service::Copy] {
        let mut seen = vec![S::Submitted];
        let mut at = 0;
        while let Some(state) = seen.get(at).cloned() {
            let next = steps(&state, service);
            assert_eq!(next.is_empty(), state.is_terminal(), "{state:?} for {service:?}");
            assert!(!next.contains(&S::Submitted));
            seen.extend(next.into_iter().filter(|step| !seen.contains(step)).collect::<Vec<_>>());
            at += 1;
        }
        for end in [S::Completed, S::Declined, S::Unfilled, S::Cancelled, S::LocallyAvailable] {
            assert!(seen.contains(&end), "{end:?} for {service:?}");
        }
        assert_eq!(seen.contains(&S::OnLoan), service == Service::Loan);
    }
    assert!(steps(&S::Queued, Service::Loan).is_empty(), "first it has to be filed");
}

#[test]
fn only_filled_fields_are_offered_in_the_order_of_a_form() {
    let mut draft = Draft::blank(RequestId(Uuid::from_u128(1)), Service::Copy, Timestamp::UNIX_EPOCH);
    draft.title = "广西民族研究".into();
    draft.component_title = "论壮族的铜鼓".into();
    draft.pages = " 12-20 ".into();
    let names: Vec<_> = fields(&draft, "").into_iter().map(|field| (field.name, field.value)).collect();
    let expected = [("componentTitle", "论壮族的铜鼓"), ("title", "广西民族研究"), ("pages", "12-20")];
    assert_eq!(names, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}
