//! What the program does in a mailbox, by what Dovecot wrote down: it reads, and changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use hongyan_connectors::mail::Mailboxes as _;
use hongyan_mailbox::mails::{encoded, mail};
use hongyan_mailbox::real::{Kind, Real};
use hongyan_mailbox::relay::Relay;
use hongyan_mailbox::{CODE, at};

use crate::day;
use crate::suite::{client, heads, news, open};

/// Whether the long versions are run: `HONGYAN_MAIL=full`.
fn is_full() -> bool {
    std::env::var("HONGYAN_MAIL").is_ok_and(|how| how == "full")
}

/// Every file of a maildir below new and cur with its bytes: flags are in the names.
fn files(maildir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for part in ["new", "cur"] {
        for entry in std::fs::read_dir(maildir.join(part)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{part}/{}", entry.file_name().to_string_lossy());
            all.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

#[tokio::test]
async fn nothing_is_changed_and_nothing_but_reading_is_said() {
    let Some(server) = Real::start(Kind::Dovecot).await else { return };
    for n in 0..11 {
        server.deliver(&mail(n), day(i64::try_from(n).unwrap())).await;
    }
    let before = files(&server.maildir());
    assert_eq!(before.len(), 11);
    let rounds = if is_full() { 1_000 } else { 50 };
    let begun = Instant::now();
    for round in 0..rounds {
        let mut mailbox = open(&server).await;
        let above = mailbox.first_since(day(5)).await.unwrap();
        let found = heads(&mut mailbox, above).await.unwrap();
        assert_eq!(found.len(), 6);
        for head in found {
            mailbox.whole(head.uid).await.unwrap();
        }
        if round % 10 == 0 {
            mailbox.wait(std::time::Duration::from_millis(1)).await.unwrap();
        }
        mailbox.close().await;
    }
    println!("{rounds} rounds in {:.1} s", begun.elapsed().as_secs_f64());
    let after = files(&server.maildir());
    assert!(before == after, "changed: {:?}", after.keys().collect::<Vec<_>>());

    let said = server.said_by_clients();
    let mut commands = BTreeSet::new();
    for line in said.lines() {
        // Dovecot writes a moment before each line
        let line =
            line.split_once(' ').map_or(line, |(first, rest)| if first.contains('.') { rest } else { line });
        let command =
            if line == "DONE" { line } else { line.split_once(' ').map_or("", |(_, command)| command) };
        let words: Vec<&str> = command.split(' ').collect();
        commands.insert(if words[0] == "UID" { words[..2].join(" ") } else { words[0].to_owned() });
        assert!(!line.contains("BODY["), "a body without PEEK: {line}");
    }
    println!("{commands:?}");
    let allowed =
        ["LOGIN", "CAPABILITY", "ID", "EXAMINE", "UID FETCH", "FETCH", "IDLE", "DONE", "NOOP", "LOGOUT"];
    assert!(commands.iter().all(|command| allowed.contains(&command.as_str())), "{commands:?}");
    for must in ["EXAMINE", "UID FETCH", "IDLE", "DONE", "LOGOUT"] {
        assert!(commands.contains(must), "{must} is not in the log: is it read? {commands:?}");
    }
}

#[tokio::test]
async fn news_come_by_idle_within_two_seconds() {
    let Some(server) = Real::start(Kind::Dovecot).await else { return };
    server.deliver(&mail(0), day(0)).await;
    let mut mailbox = open(&server).await;
    assert!(mailbox.opened().idle);
    let mut last = heads(&mut mailbox, 0).await.unwrap()[0].uid;
    let mut slowest = std::time::Duration::ZERO;
    for n in 1..4 {
        let delivered = async {
            server.deliver(&mail(n), day(1)).await;
            Instant::now()
        };
        let (found, at) = tokio::join!(news(&mut mailbox, last), delivered);
        slowest = slowest.max(at.elapsed());
        last = found[0].uid;
    }
    println!("told after {} ms at most", slowest.as_millis());
    assert!(slowest < std::time::Duration::from_secs(2), "{slowest:?}");
}

/// 50,000 mails with `HONGYAN_MAIL=full`, else a tenth: the bytes of each are the same.
#[tokio::test]
async fn a_first_round_over_a_large_mailbox_is_small() {
    let Some(server) = Real::start(Kind::Dovecot).await else { return };
    let mails: u64 = if is_full() { 50_000 } else { 5_000 };
    // one mail in ninety minutes, the last 2,000 since the day of the first request
    let many = (0..mails).map(|n| {
        let from = encoded(["图书馆", "教务处", "校园网通知", "中国知网"][n as usize % 4]);
        let subject = encoded(&format!("关于第{n}次通知的说明"));
        let address = format!("notice{}@example.edu.cn", n % 7);
        let head = format!("From: {from} <{address}>\r\nTo: <wei@example.cn>\r\nSubject: {subject}\r\n");
        let minutes = (i64::try_from(n).unwrap() - i64::try_from(mails).unwrap() + 2_000) * 90;
        let text = format!("{head}Message-ID: <{n}@example.edu.cn>\r\n\r\n正文\r\n");
        (text.into_bytes(), day(0) + jiff::SignedDuration::from_mins(minutes))
    });
    server.deliver_all(many);
    // Dovecot makes its own index first, which is not ours to count
    let mut warm = open(&server).await;
    assert_eq!(heads(&mut warm, 0).await.unwrap().len() as u64, mails);
    warm.close().await;

    let relay = Relay::to(server.port).await;
    let begun = Instant::now();
    let mut mailbox = client(&server.ca).open(&at(relay.port), CODE).await.unwrap();
    assert_eq!(u64::from(mailbox.opened().exists), mails);
    let above = mailbox.first_since(day(0)).await.unwrap();
    let search = relay.bytes();
    let recent = heads(&mut mailbox, above).await.unwrap().len();
    let (first, took) = (relay.bytes(), begun.elapsed());
    println!(
        "{mails} mails, first round: {recent} heads, {first} bytes ({search} to find it), {} ms",
        took.as_millis()
    );
    assert_eq!(recent, 2_000);
    assert!(search < 64 * 1024 && first < 2_000 * 220 + 64 * 1024, "{search} {first}");

    let begun = Instant::now();
    assert_eq!(heads(&mut mailbox, 0).await.unwrap().len() as u64, mails);
    let (all, took) = (relay.bytes() - first, begun.elapsed());
    println!("all heads: {all} bytes, {} a mail, {} ms", all / mails, took.as_millis());
    // of 200 bytes a mail 70 are the protocol's and 130 the fields of these mails
    assert!(all <= 205 * mails, "{all}");
    mailbox.close().await;
}
