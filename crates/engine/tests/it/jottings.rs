//! Unsent texts: persistent across restarts, deleted when they are sent, with their request, and at
//! sign-out.

use hongyan_engine::problem::ErrorCode;
use hongyan_model::RequestState;

use crate::bench::{Machine, submit, until_state};
use crate::platform::Platform;

const PASSWORD: &str = "相思湖畔904";

#[tokio::test]
async fn a_message_that_was_begun_is_there_after_a_restart_and_gone_when_it_is_sent() {
    let (platform, machine) = (Platform::default(), Machine::new());
    let engine = machine.start(platform.gateway()).await;
    engine.platform().sign_in("20210001", PASSWORD).await.unwrap();
    let (id, other) = (submit(&engine, "红楼梦").await, submit(&engine, "三体").await);
    for id in [id, other] {
        until_state(&engine, id, RequestState::Submitted).await;
    }
    let about = id.to_string();
    engine.requests().keep_jotting(&about, "message", "请问第三册\n什么时候到？").await.unwrap();
    engine.requests().keep_jotting(&about, "act.cancel", "买到了").await.unwrap();
    assert_eq!(engine.requests().jotting(&other.to_string(), "message").await.unwrap(), "");
    engine.stop().await;
    drop(engine);

    let engine = machine.start(platform.gateway()).await;
    assert_eq!(engine.requests().jotting(&about, "message").await.unwrap(), "请问第三册\n什么时候到？");
    engine.requests().message_send(id, "请问第三册\n什么时候到？").await.unwrap();
    assert_eq!(
        engine.requests().jotting(&about, "message").await.unwrap(),
        "",
        "sent and forgotten in one step"
    );
    assert_eq!(engine.requests().jotting(&about, "act.cancel").await.unwrap(), "买到了");
    engine.requests().keep_jotting(&about, "act.cancel", "").await.unwrap();
    assert_eq!(engine.requests().jotting(&about, "act.cancel").await.unwrap(), "");
    for (about, field, text) in [("", "x", "一"), ("x", "", "一"), ("x", "y", &*"字".repeat(700_000))] {
        let problem = engine.requests().keep_jotting(about, field, text).await.unwrap_err();
        assert_eq!(problem.code, ErrorCode::BadCall);
    }
    engine.requests().keep_jotting(&about, "message", "还没写完").await.unwrap();
    engine.sign_out(true).await.unwrap();
    assert_eq!(engine.requests().jotting(&about, "message").await.unwrap(), "", "signing out erases it");
    engine.stop().await;
}
