//! The suite of `hongyan_conformance::gateway` over the Reader API client, against the sandbox.

use hongyan_conformance::gateway::{self as suite, Platform};

macro_rules! passes {
    ($($name:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $name() {
            suite::$name(&Platform::start().await).await;
        }
    )*};
}

passes!(
    signs_in_and_out,
    refreshes_once,
    notices_the_end_of_a_session,
    knows_the_account,
    registers,
    submits_once,
    tells_the_ends_of_an_id_apart,
    hears_a_refusal,
    survives_a_bad_line,
    acts_once,
    follows_what_it_does_not_know,
);
