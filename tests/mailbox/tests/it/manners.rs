//! The suite over played providers, and their refusals.

use hongyan_connectors::mail::{MailError, Mailboxes as _, Woken};
use hongyan_mailbox::mails::mail;
use hongyan_mailbox::quirk::{Fetching, Manners, Quirk};
use hongyan_mailbox::{CODE, at};

use crate::suite::{client, heads, open, passes};
use crate::{PATIENCE, day};

fn providers() -> [(&'static str, Manners); 8] {
    [
        // without the space of the standard behind its code, which makes the parser below us panic
        ("glued", Manners { greeting: "[ALERT]欢迎使用", ..Manners::default() }),
        ("right", Manners::default()),
        ("163", Manners::netease()),
        ("qq", Manners::qq()),
        ("sina", Manners::sina()),
        ("aliyun", Manners::aliyun()),
        ("coremail", Manners::coremail()),
        ("exchange", Manners::exchange()),
    ]
}

#[tokio::test]
async fn every_provider_passes_and_hears_nothing_that_it_would_refuse() {
    for (name, manners) in providers() {
        let server = Quirk::start(manners).await;
        eprintln!("{name}");
        passes(&server).await;
        for said in server.said() {
            let verb = said.split(' ').next().unwrap();
            let known =
                ["LOGIN", "CAPABILITY", "ID", "EXAMINE", "FETCH", "UID", "IDLE", "DONE", "NOOP", "LOGOUT"];
            assert!(known.contains(&verb) && !said.starts_with("UID SEARCH"), "{name}: {said}");
        }
    }
}

#[tokio::test]
async fn id_is_sent_where_it_is_offered_or_wanted_and_only_after_login() {
    for (offers, wants) in [("IMAP4rev1 ID", true), ("IMAP4rev1", true), ("IMAP4rev1", false)] {
        let server =
            Quirk::start(Manners { capability: offers, wants_id: wants, ..Manners::default() }).await;
        open(&server).await.close().await;
        let said = server.said();
        assert!(said[0].starts_with("LOGIN") && said[1] == "CAPABILITY", "{said:?}");
        assert_eq!(said.iter().any(|one| one.starts_with("ID (")), wants, "{said:?}");
    }
}

#[tokio::test]
async fn refusals_are_told_with_their_sentence() {
    let refusal = async |manners: Manners| {
        let server = Quirk::start(manners).await;
        client(&server.ca).open(&at(server.port), CODE).await.err().expect("refused")
    };
    let outlook = refusal(Manners::outlook()).await;
    assert_eq!(outlook, MailError::OauthOnly { said: "Basic authentication is disabled.".to_owned() });
    // in GB18030, as old servers say it
    let gbk: &[u8] = b"\xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc";
    let refused = refusal(Manners { refuses: Some(gbk), ..Manners::netease() }).await;
    assert_eq!(refused, MailError::CodeRefused { said: "登录失败".to_owned() });
    let busy = refusal(Manners { refuses: Some(b"[UNAVAILABLE] later"), ..Manners::default() }).await;
    assert!(matches!(busy, MailError::Refused { command: "LOGIN", .. }), "{busy:?}");

    let server = Quirk::start(Manners::default()).await;
    let refused = client(&server.ca).open(&at(server.port), "错的").await.err().unwrap();
    assert_eq!(refused, MailError::CodeRefused { said: "LOGIN Login error 密码或授权码错误".to_owned() });
    // a code with a line break would be a second command
    let refused = client(&server.ca).open(&at(server.port), "x\r\nA9 DELETE INBOX").await.err().unwrap();
    assert!(matches!(refused, MailError::CodeRefused { .. }));
    assert!(server.said().iter().all(|said| !said.contains("DELETE")), "{:?}", server.said());
}

/// async-imap gives an empty list for each of these.
#[tokio::test]
async fn a_refused_listing_is_no_empty_mailbox() {
    for fetching in [Fetching::No, Fetching::Bad, Fetching::Silent] {
        let server = Quirk::start(Manners { fetching, ..Manners::default() }).await;
        let mut mailbox = open(&server).await;
        // empty mailboxes may refuse `1:*`
        assert_eq!(heads(&mut mailbox, 0).await, Ok(Vec::new()), "{fetching:?}");
        server.deliver(&mail(1), day(1));
        let mut mailbox = open(&server).await;
        let refused = heads(&mut mailbox, 0).await.expect_err("not empty");
        assert!(matches!(refused, MailError::Refused { command: "FETCH", .. }), "{fetching:?}: {refused:?}");
        let refused = mailbox.first_since(day(0)).await.expect_err("not empty");
        assert!(matches!(refused, MailError::Refused { command: "FETCH", .. }), "{fetching:?}: {refused:?}");
        // the connection is good: it works as soon as the server does
        server.behave(Manners::default());
        assert_eq!(heads(&mut mailbox, 0).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_mailbox_that_is_emptied_or_renumbered_is_noticed() {
    let server = Quirk::start(Manners::default()).await;
    server.deliver(&mail(1), day(1));
    let mut mailbox = open(&server).await;
    assert_eq!(heads(&mut mailbox, 0).await.unwrap().len(), 1);
    server.clear();
    assert_eq!(heads(&mut mailbox, 1).await, Ok(Vec::new()), "nothing there is not a refusal");
    assert_eq!(mailbox.opened().exists, 0);
    // without IDLE the mailbox is opened anew at each question
    server.behave(Manners::netease());
    let mut mailbox = open(&server).await;
    server.renumber();
    assert_eq!(mailbox.wait(PATIENCE).await, Err(MailError::Renumbered));
    assert_eq!(mailbox.heads(0).await, Err(MailError::Renumbered), "its UIDs mean nothing any more");
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_told_before_it_is_fetched() {
    let server = Quirk::start(Manners::default()).await;
    server.deliver(&hongyan_mailbox::mails::large(1, 51 * 1024 * 1024), day(1));
    server.deliver(&hongyan_mailbox::mails::large(2, 20 * 1024 * 1024), day(1));
    let mut mailbox = open(&server).await;
    let refused = mailbox.whole(1).await.expect_err("too large");
    assert!(matches!(refused, MailError::TooLarge { size } if size > 51 * 1024 * 1024));
    assert!(server.said().iter().all(|said| !said.contains("BODY")), "{:?}", server.said());
    assert!(mailbox.whole(4).await.unwrap().bytes.len() > 20 * 1024 * 1024);
}

#[tokio::test]
async fn pages_go_on_where_they_ended_even_when_another_question_came_between() {
    let server = Quirk::start(Manners::default()).await;
    for n in 0..1_200 {
        server.deliver(&mail(n), day(1));
    }
    let mut mailbox = open(&server).await;
    let listings = || server.said().iter().filter(|said| said.contains("HEADER.FIELDS")).count();
    assert_eq!(heads(&mut mailbox, 0).await.unwrap().len(), 1_200);
    assert_eq!(listings(), 1, "one question, three pages");

    let first = mailbox.heads(0).await.unwrap();
    assert_eq!((first.heads.len(), first.next), (500, Some(first.heads[499].uid)));
    assert_eq!(mailbox.whole(first.heads[7].uid).await.unwrap().bytes, mail(7));
    let rest = heads(&mut mailbox, first.next.unwrap()).await.unwrap();
    assert_eq!(rest.len(), 700);
    assert_eq!(rest[0].uid, first.heads[499].uid + 3, "nothing twice and nothing left out");
}

/// Somebody marks a large mailbox as read in the web mail while we look.
#[tokio::test]
async fn flags_of_many_mails_are_no_flood() {
    let server = Quirk::start(Manners { noisy: true, ..Manners::default() }).await;
    for n in 0..6_000 {
        server.deliver(&mail(n), day(1));
    }
    let mut mailbox = open(&server).await;
    assert_eq!(mailbox.first_since(day(0)).await, Ok(0));
    assert_eq!(mailbox.first_since(day(2)).await, Ok(5_999 * 3 + 1), "flags are no dates");
    assert_eq!(mailbox.about(1).await.unwrap().received, Some(day(1)));
    assert_eq!(heads(&mut mailbox, 0).await.unwrap().len(), 6_000);
    assert_eq!(mailbox.wait(std::time::Duration::from_secs(1)).await, Ok(Woken::Quiet));
    assert_eq!(mailbox.whole(1).await.unwrap().bytes, mail(0));
}

#[tokio::test]
async fn a_quiet_wait_ends_in_time_and_idle_is_renewed() {
    let server = Quirk::start(Manners::default()).await;
    let options = hongyan_connectors::mail::ImapOptions {
        roots: server.ca.pem.clone(),
        renew: std::time::Duration::from_millis(50),
        ..Default::default()
    };
    let imap = hongyan_connectors::mail::Imap::new(options);
    let mut mailbox = imap.open(&at(server.port), CODE).await.unwrap();
    assert_eq!(mailbox.wait(std::time::Duration::from_millis(300)).await, Ok(Woken::Quiet));
    let idles = server.said().iter().filter(|said| *said == "IDLE").count();
    assert!(idles >= 2, "{:?}", server.said());
    assert_eq!(heads(&mut mailbox, 0).await, Ok(Vec::new()));
}
