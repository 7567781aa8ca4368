use hongyan_model::request::state::PLATFORM_STATES;
use hongyan_model::{Draft, Provenance, RequestId, RequestState, Service};
use jiff::Timestamp;
use uuid::Uuid;

use super::fields;
use super::note_with_mark;
use super::steps::{follows, steps};
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
    let names: Vec<_> =
        fields(&draft, "", "HY-123456M 急用").into_iter().map(|field| (field.name, field.value)).collect();
    let expected = [
        ("componentTitle", "论壮族的铜鼓"),
        ("title", "广西民族研究"),
        ("pages", "12-20"),
        ("note", "HY-123456M 急用"),
    ];
    assert_eq!(names, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn what_a_page_or_a_mail_says_jumps_steps_and_leaves_no_end() {
    for service in [Service::Loan, Service::Copy] {
        let ours = [S::Queued, S::Unknown, S::Rejected, S::Other("QUANTUM".into())];
        for from in PLATFORM_STATES.iter().chain(&ours) {
            for to in &PLATFORM_STATES {
                for source in [Provenance::Page, Provenance::Mail] {
                    let may = follows(from, true, service, to, source);
                    assert!(!may || !from.is_terminal(), "{from:?} is an end");
                    if !from.is_terminal() && from != to {
                        let copy = matches!(to, S::Delivered | S::DeliveryProblem);
                        assert!(!copy || may == (service == Service::Copy), "a loan never moves by a file");
                        assert!(
                            may || copy || service == Service::Copy,
                            "{from:?} to {to:?} for {service:?}"
                        );
                    }
                    assert_eq!(
                        may,
                        follows(from, false, service, to, source),
                        "it was filed, if the page says so"
                    );
                }
                let patron = follows(from, true, service, to, Provenance::Patron);
                assert_eq!(
                    patron,
                    steps(from, service).contains(to),
                    "the patron chooses from what is offered"
                );
                assert!(!follows(from, false, service, to, Provenance::Patron), "first it has to be filed");
                for nobody in [Provenance::Platform, Provenance::Program] {
                    assert!(!follows(from, true, service, to, nobody));
                }
            }
            assert!(!follows(from, true, service, &S::Other("QUANTUM".into()), Provenance::Page));
            // whatever the page said, the patron can go on from there
            if !from.is_terminal() && PLATFORM_STATES.contains(from) {
                let its = follows(&S::Submitted, true, service, from, Provenance::Page);
                assert!(!its || !steps(from, service).is_empty(), "{from:?} of {service:?} is a dead end");
            }
        }
    }
}

#[test]
fn the_mark_is_first_in_the_note() {
    let mark: hongyan_model::Mark =
        hongyan_model::Mark::candidates(RequestId(Uuid::from_u128(1))).next().unwrap();
    assert_eq!(note_with_mark(Some(mark), " 急用 "), format!("{mark} 急用"));
    assert_eq!(note_with_mark(Some(mark), ""), mark.to_string());
    assert_eq!(note_with_mark(None, "急用"), "急用");
}
