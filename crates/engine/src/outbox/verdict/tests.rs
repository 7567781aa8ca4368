use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::{LookedUp, Submitted};

use super::{Verdict, Wait, after_look_up, after_submit};
use crate::base::problem::ErrorCode;

const SHA: &str = "ab12";

fn refused(code: &str) -> NetError {
    NetError::Refused { status: 422, code: code.into(), message: "不予受理".into(), params: vec![] }
}

#[test]
fn every_answer_to_a_submission_has_one_meaning() {
    let unknown = |e| matches!(after_submit(Err(e), SHA, false), Verdict::Unknown(_, Wait::Backoff));
    for error in [
        NetError::Timeout,
        NetError::Lost("重置".into()),
        NetError::Server(500),
        NetError::WrongKind("网页".into()),
        NetError::Malformed("截断".into()),
        NetError::TooLarge,
    ] {
        assert!(error.outcome_unknown() && unknown(error.clone()), "{error}");
    }
    let offline = NetError::Unreachable("断网".into());
    assert!(matches!(after_submit(Err(offline), SHA, false), Verdict::Later(_, Wait::Network)));
    assert_eq!(after_submit(Err(NetError::SignIn), SHA, false), Verdict::SignIn);
    assert!(matches!(after_submit(Err(refused("HELD_LOCALLY")), SHA, false), Verdict::Rejected(_)));
    assert!(matches!(after_submit(Err(refused("ACCOUNT_BLOCKED")), SHA, false), Verdict::Later(..)));
    assert!(matches!(after_submit(Ok(Submitted::InProgress), SHA, false), Verdict::Unknown(..)));
    assert!(matches!(after_submit(Ok(Submitted::NotOurs), SHA, false), Verdict::Unknown(..)));
    let Verdict::Rejected(problem) = after_submit(Ok(Submitted::NotOurs), SHA, true) else { panic!() };
    assert_eq!(problem.code, ErrorCode::NotAccepted);
    let Verdict::Rejected(problem) = after_submit(Ok(Submitted::Deleted), SHA, false) else { panic!() };
    assert_eq!(problem.code, ErrorCode::DeletedAtLibrary);
}

#[test]
fn a_failed_look_up_never_ends_the_doubt() {
    for error in
        [NetError::Unreachable("断网".into()), NetError::Server(502), refused("ANY"), NetError::Timeout]
    {
        assert!(matches!(after_look_up(Err(error), SHA), Verdict::Unknown(..)));
    }
    assert_eq!(after_look_up(Ok(LookedUp::NotFound), SHA), Verdict::Absent);
    assert!(matches!(after_look_up(Ok(LookedUp::Deleted), SHA), Verdict::Rejected(_)));
}
