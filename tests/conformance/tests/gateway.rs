//! The suites of `hongyan_conformance::{gateway, messages}` for the Reader API client, against the
//! sandbox.

use hongyan_conformance::gateway::{self as suite, Platform};
use hongyan_conformance::messages;

macro_rules! passes {
    ($suite:ident: $($name:ident),* $(,)?) => {$(
        #[tokio::test]
        async fn $name() {
            $suite::$name(&Platform::start().await).await;
        }
    )*};
}

passes!(suite:
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

passes!(messages:
    writes_and_reads_messages,
    delivers_documents,
    tells_a_wrong_document,
    changes_what_was_asked_for,
    acts_with_what_the_patron_says,
    renews_a_loan,
    tells_terms_and_days,
);
