//! What every server must pass, real or played.

use std::time::Duration;

use hongyan_connectors::mail::{Head, Imap, ImapOptions, MailError, Mailbox, Mailboxes as _, Woken};
use hongyan_mailbox::ca::Ca;
use hongyan_mailbox::mails::mail;
use hongyan_mailbox::{CODE, at};
use jiff::Timestamp;

use crate::{PATIENCE, day};

/// A server under test.
pub trait Subject {
    /// where it listens
    fn port(&self) -> u16;
    /// who signed for it
    fn ca(&self) -> &Ca;
    /// Delivers a mail.
    async fn deliver(&self, mail: &[u8], received: Timestamp);
}

impl Subject for hongyan_mailbox::real::Real {
    fn port(&self) -> u16 {
        self.port
    }
    fn ca(&self) -> &Ca {
        &self.ca
    }
    async fn deliver(&self, mail: &[u8], received: Timestamp) {
        Self::deliver(self, mail, received).await;
    }
}

impl Subject for hongyan_mailbox::quirk::Quirk {
    fn port(&self) -> u16 {
        self.port
    }
    fn ca(&self) -> &Ca {
        &self.ca
    }
    async fn deliver(&self, mail: &[u8], received: Timestamp) {
        Self::deliver(self, mail, received);
    }
}

/// A client that asks servers without IDLE every fifth of a second.
pub fn client(ca: &Ca) -> Imap {
    let poll = Duration::from_millis(200);
    Imap::new(ImapOptions { roots: ca.pem.clone(), poll, ..ImapOptions::default() })
}

pub async fn open(subject: &impl Subject) -> Box<dyn Mailbox> {
    client(subject.ca()).open(&at(subject.port()), CODE).await.expect("it opens")
}

/// All heads above a UID, page by page.
pub async fn heads(mailbox: &mut Box<dyn Mailbox>, above: u32) -> Result<Vec<Head>, MailError> {
    let (mut all, mut next) = (Vec::new(), Some(above));
    while let Some(above) = next {
        let page = mailbox.heads(above).await?;
        all.extend(page.heads);
        next = page.next;
    }
    Ok(all)
}

/// Waits for a mail that is not there yet when the wait begins.
pub async fn news(mailbox: &mut Box<dyn Mailbox>, above: u32) -> Vec<Head> {
    loop {
        assert_eq!(mailbox.wait(PATIENCE).await, Ok(Woken::News));
        let found = heads(mailbox, above).await.unwrap();
        if !found.is_empty() {
            return found;
        }
    }
}

/// The suite.
pub async fn passes(subject: &impl Subject) {
    let mut mailbox = open(subject).await;
    let validity = mailbox.opened().uidvalidity;
    assert!(validity > 0 && mailbox.opened().exists == 0, "{:?}", mailbox.opened());
    assert_eq!(heads(&mut mailbox, 0).await, Ok(Vec::new()), "an empty mailbox is not a refusal");
    assert_eq!(mailbox.first_since(day(0)).await, Ok(0));
    mailbox.close().await;

    for n in 0..11 {
        subject.deliver(&mail(n), day(i64::try_from(n).unwrap())).await;
    }
    let mut mailbox = open(subject).await;
    assert_eq!((mailbox.opened().uidvalidity, mailbox.opened().exists), (validity, 11));
    let all = heads(&mut mailbox, 0).await.unwrap();
    assert_eq!(all.len(), 11);
    assert!(all.is_sorted_by(|a, b| a.uid < b.uid), "by ascending UID");
    for head in &all {
        let fields = String::from_utf8(head.fields.clone()).unwrap();
        let names: Vec<&str> =
            fields.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
        assert!(names.contains(&"From") && names.contains(&"Subject") && names.len() == 2, "{fields}");
    }
    let last = all[10].uid;
    assert_eq!(heads(&mut mailbox, all[7].uid).await.unwrap(), all[8..]);
    assert_eq!(heads(&mut mailbox, last).await, Ok(Vec::new()), "nothing newer is not a refusal");
    assert_eq!(heads(&mut mailbox, u32::MAX).await, Ok(Vec::new()));

    // where a first round begins: noon of the fifth day and one second before it
    let second = jiff::SignedDuration::from_secs(1);
    assert_eq!(mailbox.first_since(day(5)).await, Ok(all[4].uid));
    assert_eq!(mailbox.first_since(day(5) + second).await, Ok(all[5].uid));
    assert_eq!(mailbox.first_since(day(-9)).await, Ok(0));
    assert_eq!(mailbox.first_since(day(99)).await, Ok(last));

    let about = mailbox.about(all[5].uid).await.unwrap();
    assert_eq!(about.received, Some(day(5)));
    let whole = mailbox.whole(all[5].uid).await.unwrap();
    assert_eq!(String::from_utf8(whole.bytes).unwrap(), String::from_utf8(mail(5)).unwrap());
    assert_eq!(whole.about, about);
    assert_eq!(mailbox.whole(last + 100).await, Err(MailError::Gone));
    assert_eq!(mailbox.about(last + 100).await, Err(MailError::Gone));

    let again = open(subject).await;
    assert_eq!(again.opened().uidvalidity, validity);
    again.close().await;

    // delivered while we wait, and while nobody does
    let eleventh = mail(11);
    let (found, ()) = tokio::join!(news(&mut mailbox, last), subject.deliver(&eleventh, day(11)));
    assert_eq!(found.len(), 1);
    subject.deliver(&mail(12), day(12)).await;
    let found = news(&mut mailbox, found[0].uid).await;
    assert_eq!(mailbox.whole(found[0].uid).await.unwrap().bytes, mail(12));
    // a wait that is dropped in the middle costs nothing
    assert!(tokio::time::timeout(Duration::from_millis(50), mailbox.wait(PATIENCE)).await.is_err());
    assert_eq!(mailbox.whole(all[0].uid).await.unwrap().bytes, mail(0));
    mailbox.close().await;
}
