//! An open connection: commands one at a time, each with a deadline, a size and the tagged answer read.

use std::any::Any;
use std::collections::BTreeMap;
use std::io;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_imap::Session;
use async_imap::error::Error;
use async_imap::imap_proto::{
    AttributeValue, Capability, MailboxDatum, RequestId, Response, ResponseCode, Status,
};
use futures_util::FutureExt as _;
use jiff::Timestamp;
use tokio::time::{Instant, timeout, timeout_at};

use super::error::{MailError, at, sentence};
use super::frame::{Allowance, Broken};
use super::imap::{ImapOptions, Stream, lost};
use super::{About, Head, Opened, PAGE, Page, Woken};

/// For commands with short answers.
pub(super) const SMALL: Allowance = Allowance { literal: 64 * 1024, total: 512 * 1024, answers: 5_000 };
/// For a page of heads: some mails have a subject of many kilobytes, the heads of a page have not.
pub(super) const HEADS: Allowance =
    Allowance { literal: 1024 * 1024, total: 8 * 1024 * 1024, answers: 5_000 };
/// More mails than this do not make an allowance larger: their number is the server's word.
const MANY: u32 = 1_000_000;
/// What is kept of a head, bytes.
const FIELDS: usize = 16 * 1024;
/// A page of heads ends at this size, bytes.
const PAGE_BYTES: usize = 2 * 1024 * 1024;
/// Slowest line over which a whole mail is waited for, bytes a second.
pub(super) const SLOWEST: u64 = 16 * 1024;
/// Deadline for the goodbye.
pub(super) const GOODBYE: Duration = Duration::from_secs(5);
/// An IDLE that the server ends sooner than this counts as one that it does not really offer.
const SHORT_IDLE: Duration = Duration::from_secs(10);

/// What is under way on the connection.
#[derive(Debug)]
pub(super) enum State {
    /// nothing
    Free,
    /// a command whose answer nobody reads any more: nothing can be asked after it
    Lost,
    /// IDLE, since when
    Idle(RequestId, Instant),
    /// heads, the last of which was this UID
    Listing(RequestId, u32),
}

/// A connection after LOGIN.
pub(super) struct Connection {
    pub(super) session: Session<Stream>,
    pub(super) options: ImapOptions,
    pub(super) opened: Opened,
    pub(super) state: State,
    /// whether ID was offered after LOGIN
    id: bool,
    /// mail that no listing has begun after
    pub(super) news: bool,
    /// when a server without IDLE is asked again
    pub(super) look: Option<Instant>,
    /// UIDs mean other mails now
    pub(super) renumbered: bool,
}

/// Runs a step of async-imap, whose parser slices text of the server by bytes: what `frame` does not mend must not
/// end the task.
///
/// # Errors
/// `NotMail` when it panicked.
pub(super) async fn caught<T>(step: impl Future<Output = T>) -> Result<T, MailError> {
    AssertUnwindSafe(step).catch_unwind().await.map_err(|_: Box<dyn Any + Send>| MailError::NotMail)
}

/// An error of reading.
pub(super) fn classify(error: &io::Error, broken: Option<Broken>) -> MailError {
    match broken {
        Some(Broken::Literal(size)) => MailError::TooLarge { size },
        Some(Broken::Line | Broken::Total) => MailError::NotMail,
        // what the parser does not understand, by async-imap's own word for it
        None if error.kind() == io::ErrorKind::Other => MailError::NotMail,
        None => lost(),
    }
}

impl Connection {
    /// After LOGIN.
    pub fn new(session: Session<Stream>, options: ImapOptions) -> Connection {
        let opened = Opened { uidvalidity: 0, uidnext: None, exists: 0, idle: false };
        let state = State::Free;
        Connection { session, options, opened, state, id: false, news: false, look: None, renumbered: false }
    }

    /// CAPABILITY, ID where it is offered, EXAMINE. What was offered before LOGIN does not count.
    pub async fn examine_first(&mut self) -> Result<(), MailError> {
        let (mut idle, mut id) = (false, false);
        self.command("CAPABILITY", "CAPABILITY", self.options.answer, SMALL, |answer| {
            let Response::Capabilities(names) = answer else { return };
            let has = |wanted: &str| {
                names
                    .iter()
                    .any(|name| matches!(name, Capability::Atom(atom) if atom.eq_ignore_ascii_case(wanted)))
            };
            (idle, id) = (has("IDLE"), has("ID"));
        })
        .await?;
        (self.opened.idle, self.id) = (idle, id);
        if id {
            self.introduce().await?;
        }
        match self.examine().await {
            // a server that offers no ID and wants one
            Err(MailError::UnsafeLogin { .. }) if !id => {
                self.introduce().await?;
                self.examine().await
            }
            done => done,
        }
    }

    /// Says who we are (RFC 2971), which 163, 126 and yeah ask for. A refusal means nothing.
    async fn introduce(&mut self) -> Result<(), MailError> {
        let ours = concat!(r#"ID ("name" "Hongyan" "version" ""#, env!("CARGO_PKG_VERSION"), r#"")"#);
        match self.command("ID", ours, self.options.answer, SMALL, |_| ()).await {
            Err(MailError::Refused { .. }) => Ok(()),
            done => done,
        }
    }

    /// Opens the INBOX for reading.
    pub(super) async fn examine(&mut self) -> Result<(), MailError> {
        let (mut validity, mut next, mut exists) = (None, None, 0);
        self.command("EXAMINE", "EXAMINE INBOX", self.listing(), SMALL, |answer| match answer {
            Response::MailboxData(MailboxDatum::Exists(count)) => exists = *count,
            Response::Data { outcome, .. } | Response::Done { outcome, .. } => match outcome.code {
                Some(ResponseCode::UidValidity(number)) => validity = Some(number),
                Some(ResponseCode::UidNext(number)) => next = Some(number),
                _ => (),
            },
            _ => (),
        })
        .await?;
        let Some(validity) = validity.filter(|number| *number > 0) else { return Err(MailError::NotMail) };
        if self.opened.uidvalidity != 0 && self.opened.uidvalidity != validity {
            self.renumbered = true;
            return Err(MailError::Renumbered);
        }
        (self.opened.uidvalidity, self.opened.uidnext, self.opened.exists) = (validity, next, exists);
        Ok(())
    }

    /// Reads the next answer, and heeds what it tells of the mailbox. May be dropped.
    pub(super) async fn next<T>(&mut self, read_it: impl FnOnce(&Response<'_>) -> T) -> Result<T, MailError> {
        let read = caught(self.session.read_response()).await;
        let answer = match read {
            Ok(Ok(Some(answer))) => Ok(answer),
            Ok(Ok(None)) => Err(lost()),
            Ok(Err(error)) => Err(classify(&error, self.session.get_ref().broken())),
            Err(error) => Err(error),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.state = State::Lost;
                let said = self.session.get_ref().said(&["BYE"]).map(sentence).unwrap_or_default();
                return Err(match error {
                    MailError::Dropped { .. } => MailError::Dropped { said },
                    other => other,
                });
            }
        };
        match answer.parsed() {
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                self.news |= *count > self.opened.exists;
                self.opened.exists = *count;
            }
            Response::Expunge(_) => self.opened.exists = self.opened.exists.saturating_sub(1),
            Response::Data { outcome, .. } => {
                if let Some(ResponseCode::UidValidity(number)) = outcome.code {
                    self.renumbered |= self.opened.uidvalidity != 0 && number != self.opened.uidvalidity;
                }
            }
            _ => (),
        }
        Ok(read_it(answer.parsed()))
    }

    /// Sets what may come. The flags of every mail may come with any answer, when another program marks all of them
    /// as read.
    fn allow(&mut self, allowance: Allowance) {
        let mails = self.opened.exists.min(MANY);
        let total = allowance.total + u64::from(mails) * 256;
        let answers = allowance.answers + mails * 2;
        self.session.get_mut().allow(Allowance { total, answers, ..allowance });
    }

    /// Sends a command. The connection is lost until somebody has read its answer.
    pub(super) async fn send(&mut self, line: &str, allowance: Allowance) -> Result<RequestId, MailError> {
        self.state = State::Lost;
        self.allow(allowance);
        self.session.run_command(line).await.map_err(|error| match error {
            Error::Io(error) => classify(&error, self.session.get_ref().broken()),
            _ => lost(),
        })
    }

    /// Reads until the tagged answer; `each` sees all answers, the tagged one too.
    pub(super) async fn finish(
        &mut self,
        name: &'static str,
        id: &RequestId,
        mut each: impl FnMut(&Response<'_>) + Send,
    ) -> Result<(), MailError> {
        loop {
            let ended = self.next(|answer| {
                each(answer);
                ended(answer, id)
            });
            if let Some(is_ok) = ended.await? {
                self.state = State::Free;
                let said = self.session.get_ref().said(&["NO", "BAD"]).map(sentence).unwrap_or_default();
                return if is_ok { Ok(()) } else { Err(at(name, said)) };
            }
        }
    }

    /// A command and its answer.
    pub(super) async fn command(
        &mut self,
        name: &'static str,
        line: &str,
        within: Duration,
        allowance: Allowance,
        each: impl FnMut(&Response<'_>) + Send,
    ) -> Result<(), MailError> {
        self.settle().await?;
        let run = async {
            let id = self.send(line, allowance).await?;
            self.finish(name, &id, each).await
        };
        let done = timeout(within, run).await.unwrap_or_else(|_| Err(lost()));
        if self.renumbered { Err(MailError::Renumbered) } else { done }
    }

    /// Ends what is under way.
    ///
    /// # Errors
    /// `Dropped` when the connection is lost.
    pub(super) async fn settle(&mut self) -> Result<(), MailError> {
        if self.renumbered {
            return Err(MailError::Renumbered);
        }
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Free => self.state = State::Free,
            State::Lost => return Err(lost()),
            State::Idle(id, _) => {
                let within = self.options.answer;
                let done = async {
                    self.allow(SMALL);
                    self.session.run_command_untagged("DONE").await.map_err(|_| lost())?;
                    self.finish("IDLE", &id, |_| ()).await
                };
                match timeout(within, done).await.unwrap_or_else(|_| Err(lost())) {
                    // it ended, if with a refusal
                    Ok(()) | Err(MailError::Refused { .. }) => (),
                    Err(error) => return Err(error),
                }
            }
            State::Listing(id, _) => {
                // the rest of the heads, thrown away
                let heads = self.opened.exists.min(MANY);
                let total = HEADS.total + u64::from(heads) * 1024;
                self.allow(Allowance { total, answers: HEADS.answers + heads, ..HEADS });
                let within = self.listing();
                let rest = timeout(within, self.finish("FETCH", &id, |_| ())).await;
                rest.unwrap_or_else(|_| Err(lost()))?;
            }
        }
        Ok(())
    }

    /// UID, moment and size of mails.
    pub(super) async fn dates(&mut self, line: &str) -> Result<Vec<(u32, u32, About)>, MailError> {
        let mut found = Vec::new();
        // the flags of a mail may be told in between, with its UID and nothing else
        let wants_date = line.contains("INTERNALDATE");
        self.command("FETCH", line, self.listing(), SMALL, |answer| {
            let Response::Fetch(place, values) = answer else { return };
            let (mut uid, mut about) = (None, About { received: None, size: 0 });
            let is_dated = values.iter().any(|value| matches!(value, AttributeValue::InternalDate(_)));
            for value in values {
                match value {
                    AttributeValue::Uid(number) => uid = Some(*number),
                    AttributeValue::InternalDate(date) => about.received = moment(date),
                    AttributeValue::Rfc822Size(size) => about.size = u64::from(*size),
                    _ => (),
                }
            }
            if let Some(uid) = uid.filter(|_| is_dated || !wants_date) {
                found.push((*place, uid, about));
            }
        })
        .await?;
        Ok(found)
    }

    /// A listing without an answer: nothing is there, or nothing newer, or it was refused in silence. The last
    /// mail always answers to its place.
    pub(super) async fn is_nothing_above(&mut self, above: u32) -> Result<(), MailError> {
        self.command("NOOP", "NOOP", self.options.answer, SMALL, |_| ()).await?;
        if self.opened.exists == 0 {
            return Ok(());
        }
        let last = self.dates(&format!("FETCH {} (UID)", self.opened.exists)).await?;
        match last.iter().map(|(_, uid, _)| *uid).max() {
            Some(uid) if uid <= above => Ok(()),
            _ => Err(MailError::Refused { command: "FETCH", said: String::new() }),
        }
    }

    /// Reads a page from a listing that is under way.
    pub(super) async fn page(&mut self, id: &RequestId, above: u32) -> Result<(Page, bool), MailError> {
        self.allow(HEADS);
        let mut heads = BTreeMap::new();
        let (mut last, mut in_order, mut bytes, mut answered) = (above, true, 0, false);
        loop {
            match self.next(|answer| (head(answer), ended(answer, id))).await? {
                (Some((head, size)), _) => {
                    answered = true;
                    // `n:*` names the last mail even when it lies below n (RFC 3501 §9, seq-range)
                    if head.uid > above {
                        in_order &= head.uid > last;
                        last = last.max(head.uid);
                        bytes += size;
                        heads.insert(head.uid, head);
                    }
                }
                (None, Some(is_ok)) => {
                    self.state = State::Free;
                    if !is_ok {
                        let said =
                            self.session.get_ref().said(&["NO", "BAD"]).map(sentence).unwrap_or_default();
                        return Err(at("FETCH", said));
                    }
                    return Ok((Page { heads: heads.into_values().collect(), next: None }, answered));
                }
                (None, None) => (),
            }
            if in_order && (heads.len() >= PAGE || bytes >= PAGE_BYTES) {
                self.state = State::Listing(id.clone(), last);
                return Ok((Page { heads: heads.into_values().collect(), next: Some(last) }, true));
            }
        }
    }

    /// Begins IDLE. False when the server does not want to after all.
    async fn idle(&mut self) -> Result<bool, MailError> {
        self.settle().await?;
        let within = self.options.answer;
        let begin = async {
            let id = self.send("IDLE", SMALL).await?;
            loop {
                let step =
                    |answer: &Response<'_>| (matches!(answer, Response::Continue(_)), ended(answer, &id));
                match self.next(step).await? {
                    (true, _) => break,
                    (false, Some(_)) => {
                        self.state = State::Free;
                        return Ok(false);
                    }
                    (false, None) => (),
                }
            }
            self.state = State::Idle(id, Instant::now());
            Ok(true)
        };
        timeout(within, begin).await.unwrap_or_else(|_| Err(lost()))
    }

    /// Waits in IDLE until `end`.
    pub(super) async fn told(&mut self, end: Instant) -> Result<Option<Woken>, MailError> {
        loop {
            if self.renumbered {
                return Err(MailError::Renumbered);
            }
            if self.news {
                return Ok(Some(Woken::News));
            }
            let State::Idle(_, begun) = self.state else {
                if self.idle().await? {
                    continue;
                }
                return Ok(None);
            };
            let renewal = begun + self.options.renew;
            match timeout_at(end.min(renewal), self.next(|answer| matches!(answer, Response::Done { .. })))
                .await
            {
                Ok(is_over) => {
                    if is_over? {
                        self.state = State::Free;
                        if begun.elapsed() < SHORT_IDLE {
                            return Ok(None);
                        }
                    }
                }
                Err(_) if Instant::now() >= renewal => self.settle().await?,
                Err(_) => return Ok(Some(Woken::Quiet)),
            }
        }
    }

    /// Deadline of a page of heads: a server reads a mailbox of 50,000 for the first time.
    pub(super) fn listing(&self) -> Duration {
        self.options.answer * 4
    }

    /// A server that does not tell is asked again after this time. The part at random keeps the programs of many
    /// patrons apart.
    pub(super) fn pause(&self) -> Duration {
        let part = uuid::Uuid::new_v4().as_u128() % 1_000;
        self.options.poll + self.options.poll / 10 * u32::try_from(part).unwrap_or_default() / 1_000
    }
}

/// Whether this is the tagged answer to a command, and then whether it is OK.
fn ended(answer: &Response<'_>, id: &RequestId) -> Option<bool> {
    match answer {
        Response::Done { tag, status, .. } if tag == id => Some(*status == Status::Ok),
        _ => None,
    }
}

/// UID and fields of a head, with the size that they had before they were clipped; none for what the server tells
/// of other mails in between.
fn head(answer: &Response<'_>) -> Option<(Head, usize)> {
    let Response::Fetch(_, values) = answer else { return None };
    let (mut uid, mut fields, mut size) = (None, None, 0);
    for value in values {
        match value {
            AttributeValue::Uid(number) => uid = Some(*number),
            AttributeValue::BodySection { section: Some(_), data, .. } => {
                let data = data.as_deref().unwrap_or_default();
                fields = Some(data.get(..FIELDS.min(data.len())).unwrap_or_default().to_vec());
                size = data.len();
            }
            _ => (),
        }
    }
    Some((Head { uid: uid.filter(|uid| *uid > 0)?, fields: fields? }, size))
}

/// Reads an INTERNALDATE (RFC 3501 §9, date-time): `17-Jul-1996 02:44:25 -0700`, the day with a space for its
/// first digit.
fn moment(text: &str) -> Option<Timestamp> {
    jiff::fmt::strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()?.to_timestamp().ok()
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn dates_of_the_protocol_are_read() {
        let at = |text: &str| moment(text).map(|moment| moment.to_string());
        assert_eq!(at("17-Jul-1996 02:44:25 -0700").as_deref(), Some("1996-07-17T09:44:25Z"));
        assert_eq!(at(" 1-Nov-2026 00:00:00 +0800").as_deref(), Some("2026-10-31T16:00:00Z"));
        assert_eq!(at("01-Nov-2026 00:00:00 +0800"), at(" 1-Nov-2026 00:00:00 +0800"));
        for text in ["", "NIL", "2026年11月1日", "99-Nov-2026 00:00:00 +0800"] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
