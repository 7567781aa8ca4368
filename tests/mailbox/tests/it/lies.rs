//! Hostile servers, broken connections and wrong certificates: an error in time, never a panic, a hang or memory.

use std::time::{Duration, Instant};

use hongyan_connectors::mail::{Imap, ImapOptions, MailError, Mailbox, Mailboxes as _};
use hongyan_mailbox::ca::Ca;
use hongyan_mailbox::mails::mail;
use hongyan_mailbox::quirk::{Lie, Manners, Quirk};
use hongyan_mailbox::{CODE, at};

use crate::suite::{client, heads};
use crate::{PATIENCE, day};

const LIES: [Lie; 9] = [
    Lie::Literal(u64::MAX),
    Lie::Literal(500 * 1024 * 1024),
    Lie::Line,
    Lie::Flood,
    Lie::Nested,
    Lie::Hidden,
    Lie::Garbage,
    Lie::Drop,
    Lie::Bye,
];

async fn everything(server: &Quirk) -> Result<(), MailError> {
    read_all(&client(&server.ca), server).await
}

async fn read_all(imap: &Imap, server: &Quirk) -> Result<(), MailError> {
    let mut mailbox: Box<dyn Mailbox> = imap.open(&at(server.port), CODE).await?;
    mailbox.first_since(day(0)).await?;
    heads(&mut mailbox, 0).await?;
    mailbox.whole(1).await?;
    mailbox.wait(Duration::from_secs(5)).await?;
    Ok(())
}

#[tokio::test]
async fn every_lie_at_every_command_ends_in_an_error_at_once() {
    for at_verb in ["GREETING", "LOGIN", "CAPABILITY", "ID", "EXAMINE", "FETCH", "UID FETCH", "IDLE"] {
        let server = Quirk::start(Manners::default()).await;
        server.deliver(&mail(1), day(1));
        for lie in LIES {
            server.behave(Manners { lie: Some((at_verb, lie)), ..Manners::default() });
            let begun = Instant::now();
            let error = everything(&server).await.expect_err("a lie");
            assert!(begun.elapsed() < Duration::from_secs(20), "{at_verb} {lie:?}: {:?}", begun.elapsed());
            let fits = match lie {
                Lie::Literal(_) => matches!(error, MailError::TooLarge { .. } | MailError::NotMail),
                Lie::Drop => matches!(error, MailError::Dropped { .. }),
                Lie::Bye => matches!(&error, MailError::Dropped { said } if said == "系统维护"),
                _ => matches!(error, MailError::NotMail),
            };
            assert!(fits, "{at_verb} {lie:?}: {error:?}");
        }
    }
}

/// A dead line looks like this, too: nobody says that the other side is gone.
#[tokio::test]
async fn silence_at_every_command_ends_at_its_deadline() {
    for at_verb in ["GREETING", "LOGIN", "CAPABILITY", "ID", "EXAMINE", "FETCH", "UID FETCH", "IDLE"] {
        let server = Quirk::start(Manners::default()).await;
        server.deliver(&mail(1), day(1));
        let options = ImapOptions {
            roots: server.ca.pem.clone(),
            answer: Duration::from_millis(500),
            ..ImapOptions::default()
        };
        server.behave(Manners { lie: Some((at_verb, Lie::Silence)), ..Manners::default() });
        let begun = Instant::now();
        let error = read_all(&Imap::new(options), &server).await.expect_err("nothing came");
        assert_eq!(error, MailError::Dropped { said: String::new() }, "{at_verb}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{at_verb}: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn renumbered_in_the_middle_is_told_at_every_command() {
    for at_verb in ["FETCH", "UID FETCH", "IDLE"] {
        let server = Quirk::start(Manners::default()).await;
        server.deliver(&mail(1), day(1));
        server.behave(Manners { lie: Some((at_verb, Lie::Renumbered)), ..Manners::default() });
        assert_eq!(everything(&server).await, Err(MailError::Renumbered), "{at_verb}");
    }
}

#[tokio::test]
async fn after_an_error_the_connection_says_so_and_asks_nothing() {
    let server = Quirk::start(Manners::default()).await;
    server.deliver(&mail(1), day(1));
    let mut mailbox = client(&server.ca).open(&at(server.port), CODE).await.unwrap();
    server.behave(Manners { lie: Some(("UID FETCH", Lie::Garbage)), ..Manners::default() });
    assert_eq!(heads(&mut mailbox, 0).await, Err(MailError::NotMail));
    let said = server.said().len();
    assert!(matches!(heads(&mut mailbox, 0).await, Err(MailError::Dropped { .. })));
    assert!(matches!(mailbox.wait(PATIENCE).await, Err(MailError::Dropped { .. })));
    mailbox.close().await;
    assert_eq!(server.said().len(), said);
}

#[tokio::test]
async fn certificates_are_judged_without_exception() {
    let folder = tempfile::tempdir().unwrap();
    let ca = Ca::named(folder.path(), "mail.other.example");
    let server = Quirk::with(Manners::default(), ca, folder).await;
    let other = client(&server.ca).open(&at(server.port), CODE).await.err().unwrap();
    assert_eq!(other, MailError::Certificate, "another host's");
    let server = Quirk::start(Manners::default()).await;
    let stranger = tempfile::tempdir().unwrap();
    let stranger = Ca::new(stranger.path());
    let unknown = client(&stranger).open(&at(server.port), CODE).await.err().unwrap();
    assert_eq!(unknown, MailError::Certificate, "an authority that nobody knows");
    assert!(server.said().is_empty(), "not even LOGIN was sent");
}

#[tokio::test]
async fn what_is_not_there_or_no_mail_server_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let ca = Ca::new(folder.path());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let web = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all("HTTP/1.1 400 错误\r\n\r\n".as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        stream
    });
    assert_eq!(client(&ca).open(&at(port), CODE).await.err(), Some(MailError::NotMail), "no TLS");
    drop(web.await.unwrap());
    assert_eq!(client(&ca).open(&at(port), CODE).await.err(), Some(MailError::Unreachable), "nobody listens");
    let nowhere = hongyan_connectors::mail::MailServer { host: "没有.invalid".to_owned(), ..at(993) };
    assert_eq!(client(&ca).open(&nowhere, CODE).await.err(), Some(MailError::Unreachable));
}

/// OpenSSL's server with what old campus servers offer.
#[tokio::test]
async fn encryption_that_is_too_old_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let ca = Ca::new(folder.path());
    for old in
        [&["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"][..], &["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"]]
    {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = tokio::process::Command::new("openssl");
        command.args(["s_server", "-quiet", "-accept", &format!("127.0.0.1:{port}"), "-cert"]).arg(&ca.cert);
        command.arg("-key").arg(&ca.key).args(old).kill_on_drop(true);
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null());
        let mut server = command.spawn().unwrap();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert_eq!(server.try_wait().unwrap(), None, "OpenSSL's server ended: {old:?}");
            tokio::task::yield_now().await;
        }
        assert_eq!(client(&ca).open(&at(port), CODE).await.err(), Some(MailError::OldTls), "{old:?}");
    }
}

/// Environment of the test that is started with another one.
const PORT: &str = "HONGYAN_TEST_PORT";

/// As for HTTP: what the environment names does not exist, so the system's own folders are taken.
#[tokio::test]
async fn a_certificate_file_that_is_gone_leaves_the_systems_own() {
    if !std::path::Path::new("/etc/ssl/certs/ca-certificates.crt").exists() {
        return;
    }
    let server = Quirk::start(Manners::default()).await;
    let own = std::env::current_exe().unwrap();
    let mut command = tokio::process::Command::new(own);
    command
        .args(["--exact", "lies::asked_with_a_certificate_file_that_is_gone", "--ignored"])
        .env("SSL_CERT_FILE", "/opt/anaconda3/ssl/没有.pem")
        .env_remove("SSL_CERT_DIR")
        .env(PORT, server.port.to_string());
    let done = command.output().await.unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "started by another test, with another environment"]
async fn asked_with_a_certificate_file_that_is_gone() {
    let port = std::env::var(PORT).unwrap().parse().unwrap();
    let imap = Imap::default();
    let error = imap.open(&at(port), CODE).await.err();
    assert_eq!(error, Some(MailError::Certificate), "judged by the system's authorities, who do not know it");
}
