//! What is asked of an open mailbox.

use std::time::Duration;

use async_imap::imap_proto::{AttributeValue, Response};
use async_trait::async_trait;
use jiff::Timestamp;
use tokio::time::{Instant, timeout};

use super::error::MailError;
use super::frame::Allowance;
use super::imap::lost;
use super::session::{Connection, GOODBYE, HEADS, SLOWEST, SMALL, State};
use super::start::{Sample, Search};
use super::{About, LARGEST_MAIL, Mailbox, Opened, Page, Whole, Woken};

#[async_trait]
impl Mailbox for Connection {
    fn opened(&self) -> &Opened {
        &self.opened
    }

    async fn first_since(&mut self, day: Timestamp) -> Result<u32, MailError> {
        let mut search = Search::new(self.opened.exists);
        loop {
            let places = search.places();
            if places.is_empty() {
                return Ok(0);
            }
            let set: Vec<String> = places.iter().map(u32::to_string).collect();
            let found = self.dates(&format!("FETCH {} (UID INTERNALDATE)", set.join(","))).await?;
            if found.is_empty() {
                self.is_nothing_above(0).await?;
                return Ok(0);
            }
            let is_since = |about: &About| about.received.is_none_or(|received| received >= day);
            let sample = |(place, uid, about): &(u32, u32, About)| Sample {
                place: *place,
                uid: *uid,
                is_since: is_since(about),
            };
            if let Some(uid) = search.take(found.iter().map(sample).collect()) {
                return Ok(uid);
            }
        }
    }

    async fn heads(&mut self, above: u32) -> Result<Page, MailError> {
        if self.renumbered {
            return Err(MailError::Renumbered);
        }
        let Some(first) = above.checked_add(1) else { return Ok(Page::default()) };
        let within = self.listing();
        let run = async {
            let id = match &self.state {
                State::Listing(id, last) if *last == above => {
                    let id = id.clone();
                    self.state = State::Lost;
                    id
                }
                _ => {
                    self.settle().await?;
                    self.news = false;
                    let line = format!("UID FETCH {first}:* (UID BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)])");
                    self.send(&line, HEADS).await?
                }
            };
            self.page(&id, above).await
        };
        let (page, answered) = match timeout(within, run).await.unwrap_or_else(|_| Err(lost())) {
            // some refuse the set `1:*` in an empty mailbox
            Err(MailError::Refused { .. }) if self.opened.exists == 0 => (Page::default(), true),
            done => done?,
        };
        if self.renumbered {
            return Err(MailError::Renumbered);
        }
        if !answered && self.opened.exists > 0 {
            self.is_nothing_above(above).await?;
        }
        Ok(page)
    }

    async fn about(&mut self, uid: u32) -> Result<About, MailError> {
        let found = self.dates(&format!("UID FETCH {uid} (UID INTERNALDATE RFC822.SIZE)")).await?;
        found.iter().find(|(_, of, _)| *of == uid).map(|(_, _, about)| *about).ok_or(MailError::Gone)
    }

    async fn whole(&mut self, uid: u32) -> Result<Whole, MailError> {
        let about = self.about(uid).await?;
        if about.size > LARGEST_MAIL {
            return Err(MailError::TooLarge { size: about.size });
        }
        let allowance = Allowance { literal: LARGEST_MAIL, total: LARGEST_MAIL + SMALL.total, ..SMALL };
        let within = self.options.answer + Duration::from_secs(about.size / SLOWEST);
        let mut bytes = None;
        self.command("FETCH", &format!("UID FETCH {uid} (UID BODY.PEEK[])"), within, allowance, |answer| {
            let Response::Fetch(_, values) = answer else { return };
            if !values.iter().any(|value| matches!(value, AttributeValue::Uid(of) if *of == uid)) {
                return;
            }
            for value in values {
                if let AttributeValue::BodySection { section: None, data: Some(data), .. } = value {
                    bytes = Some(data.to_vec());
                }
            }
        })
        .await?;
        bytes.map(|bytes| Whole { about, bytes }).ok_or(MailError::Gone)
    }

    async fn wait(&mut self, most: Duration) -> Result<Woken, MailError> {
        let end = Instant::now() + most;
        if self.opened.idle {
            match self.told(end).await? {
                Some(woken) => return Ok(woken),
                // offered, and not kept
                None => self.opened.idle = false,
            }
        }
        let look = *self.look.get_or_insert(Instant::now() + self.pause());
        if matches!(self.state, State::Lost) {
            return Err(lost());
        }
        tokio::time::sleep_until(look.min(end)).await;
        if look > end {
            return Ok(Woken::Quiet);
        }
        self.look = None;
        // not NOOP: some servers show an open mailbox as it was when it was opened
        self.examine().await?;
        Ok(Woken::News)
    }

    async fn close(mut self: Box<Self>) {
        let goodbye = async {
            self.settle().await?;
            let id = self.send("LOGOUT", SMALL).await?;
            self.finish("LOGOUT", &id, |_| ()).await
        };
        // the connection ends with this value in any case
        let _ = timeout(GOODBYE, goodbye).await;
    }
}
