//! The suite over real servers.

use hongyan_connectors::mail::{MailError, Mailboxes as _};
use hongyan_mailbox::at;
use hongyan_mailbox::real::{Kind, Real};

use crate::suite::{client, passes};

#[tokio::test]
async fn dovecot() {
    let Some(server) = Real::start(Kind::Dovecot).await else { return };
    passes(&server).await;
}

#[tokio::test]
async fn cyrus() {
    let Some(server) = Real::start(Kind::Cyrus).await else { return };
    passes(&server).await;
}

#[tokio::test]
async fn courier() {
    let Some(server) = Real::start(Kind::Courier).await else { return };
    passes(&server).await;
}

#[tokio::test]
async fn a_wrong_code_is_refused_with_the_servers_sentence() {
    for kind in [Kind::Dovecot, Kind::Courier] {
        let Some(server) = Real::start(kind).await else { return };
        let refused = client(&server.ca).open(&at(server.port), "旧的授权码").await.err().unwrap();
        assert!(
            matches!(&refused, MailError::CodeRefused { said } if said.contains("failed")),
            "{kind:?} {refused:?}"
        );
    }
}
