//! Fills a ledger with a history of requests: years of them, in all states, in Chinese, Japanese and Latin
//! script.
//! The same seed gives the same history. Not part of any bundle.
//!
//! [`fill`] writes to an open ledger; [`directory`] creates one in a data directory under a key, for programs
//! that
//! are started on it afterwards.

mod words;

use std::path::Path;

use hongyan_model::request::wire::seal;
use hongyan_model::request::{Actor, EventKind, RequestEvent};
use hongyan_model::{Draft, Fen, Kind, Request, RequestId, RequestState, Service};
use hongyan_store::outbox::OutboxTask;
use hongyan_store::requests::RequestRecord;
use hongyan_store::{Key, Ledger, StoreError};
use jiff::{SignedDuration, Timestamp};
use uuid::{Builder, Uuid};

/// Number of requests in one transaction.
const BATCH: u64 = 1_000;

/// Size and composition of a history.
#[derive(Debug, Clone, Copy)]
pub struct History {
    /// total number of requests
    pub requests: u64,
    /// how many of them are open at the end
    pub live: u64,
    /// how many of the open ones are waiting to be sent, each with its row in the outbox
    pub queued: u64,
    /// when the last one was made
    pub until: Timestamp,
    /// number of days over which they were made
    pub days: i64,
    /// seed of the random numbers
    pub seed: u64,
}

impl History {
    /// This many requests over eight years, twenty of them open.
    pub fn of(requests: u64, until: Timestamp) -> History {
        History { requests, live: 20.min(requests), queued: 0, until, days: 8 * 365, seed: 1 }
    }
}

/// Writes the history. Retention is set to "for ever", so that a program started on it deletes nothing.
///
/// # Errors
/// A failed write.
pub async fn fill(ledger: &Ledger, history: History) -> Result<(), StoreError> {
    let mut chance = Random(history.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut at = 0;
    while at < history.requests {
        let mut tx = ledger.write().await?;
        if at == 0 {
            tx.set_setting("history-days", &0).await?;
        }
        for number in at..(at + BATCH).min(history.requests) {
            let made = request(number, history, &mut chance);
            tx.put_request(&made.record).await?;
            if let Some(event) = &made.came {
                tx.add_event(made.record.id(), event).await?;
            }
            if made.record.state == RequestState::Queued {
                let app = ("hongyan-seed", "1");
                let sealed = seal(&made.record.draft, made.record.created_at, true, app)
                    .map_err(|error| StoreError::Other(error.to_string()))?;
                let task =
                    OutboxTask::Submit { payload: sealed.bytes, sha256: sealed.sha256, offline: false };
                tx.enqueue(made.record.id(), &task, None, made.record.created_at).await?;
            }
        }
        tx.commit().await?;
        at += BATCH;
    }
    Ok(())
}

/// Creates a ledger with a history in a data directory, under this key of 32 bytes, and closes it.
///
/// # Errors
/// The key has another length, or a write fails.
pub async fn directory(dir: &Path, key: &[u8], history: History) -> Result<(), StoreError> {
    let key = Key::from_bytes(key).ok_or_else(|| StoreError::Other("not a key of 32 bytes".to_owned()))?;
    let ledger = Ledger::open(dir, &key).await?;
    fill(&ledger, history).await?;
    ledger.database().close().await;
    Ok(())
}

/// A seeded pseudo-random generator (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 16) % end.max(1)
    }

    fn one_of<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let at = usize::try_from(self.below(list.len() as u64)).unwrap_or(0);
        list.get(at).copied().unwrap_or_default()
    }
}

struct Made {
    record: RequestRecord,
    came: Option<RequestEvent>,
}

fn request(number: u64, history: History, chance: &mut Random) -> Made {
    use RequestState as S;
    let span = history.days.max(1) * 86_400;
    let step = span as f64 / history.requests.max(1) as f64;
    let back = ((history.requests - number) as f64 * step) as i64 - chance.below(step as u64 + 1) as i64;
    let asked = history.until.saturating_sub(SignedDuration::from_secs(back.max(0))).unwrap_or(history.until);
    let id = RequestId(Builder::from_random_bytes(random(chance)).into_uuid());
    let service = if chance.below(5) < 3 { Service::Copy } else { Service::Loan };
    let draft = draft(id, service, asked, chance);

    let from_end = history.requests - number;
    let state = if from_end <= history.queued {
        S::Queued
    } else if from_end <= history.live {
        let live: &[S] = match service {
            Service::Loan => &[S::SentToSupplier, S::Shipped, S::AwaitingPickup, S::OnLoan, S::LocalReview],
            Service::Copy => &[S::SentToSupplier, S::WillSupply, S::LocalReview, S::ConditionPending],
        };
        let at = usize::try_from(chance.below(live.len() as u64)).unwrap_or(0);
        live.get(at).cloned().unwrap_or(S::Submitted)
    } else {
        match chance.below(100) {
            0..=81 => S::Completed,
            82..=89 => S::Unfilled,
            90..=93 => S::LocallyAvailable,
            94..=96 => S::Cancelled,
            97..=98 => S::Declined,
            _ => S::Expired,
        }
    };
    let supplier = chance.one_of(&words::SUPPLIERS);
    // copies take days, books two weeks; every supplier has its own pace
    let pace = 1 + supplier.chars().map(|c| u64::from(u32::from(c))).sum::<u64>() % 4;
    let hours = match service {
        Service::Copy => 6 + chance.below(30) * pace,
        Service::Loan => 60 + chance.below(90) * pace,
    };
    let hours = i64::try_from(hours).unwrap_or(48);
    let came_at = asked.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(asked);
    let over_at = came_at.saturating_add(SignedDuration::from_hours(24 * 12)).unwrap_or(came_at);
    let changed = if state.is_terminal() { over_at } else { came_at }.min(history.until).max(asked);
    let local = state == S::Queued;
    let platform = (!local).then(|| Request {
        state: state.clone(),
        created_at: asked,
        updated_at: changed,
        ..platform(id, number, service, supplier, came_at, chance)
    });
    let came = (state.has_come() && came_at <= history.until).then(|| RequestEvent {
        id: format!("seed-{}-{number}", history.seed),
        at: came_at,
        from_state: Some(S::WillSupply),
        to_state: if service == Service::Loan { S::AwaitingPickup } else { S::Delivered },
        actor: Actor::Supplier,
        note: String::new(),
        kind: EventKind::Moved,
    });
    let mut record = RequestRecord::submitted(draft, asked);
    record.state = state;
    record.platform = platform;
    record.updated_at = changed;
    Made { record, came }
}

fn platform(
    id: RequestId,
    number: u64,
    service: Service,
    supplier: &str,
    came_at: Timestamp,
    chance: &mut Random,
) -> Request {
    let day = came_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let loan = service == Service::Loan;
    let pages = 6 + i64::try_from(chance.below(30)).unwrap_or(0);
    let cost = if loan { 4_000 } else { 30 * pages };
    // absent fields stay empty, whatever a real platform may send besides
    let text = format!(
        "{{\"id\":\"{id}\",\"hrid\":\"GXMZU-{}-{number:06}\",\"state\":\"SUBMITTED\",\"stateLabel\":\"\",\
         \"reason\":null,\"actions\":[],\"supplier\":{{\"symbol\":\"\",\"name\":\"{supplier}\"}},\"expectedBy\":{},\"dueDate\":{},\
         \"pickupBy\":{},\"cost\":{cost},\"costToPatron\":0,\"version\":7,\
         \"createdAt\":\"{came_at}\",\"updatedAt\":\"{came_at}\"}}",
        day.year(),
        format_args!("\"{day}\""),
        if loan { format!("\"{}\"", day.saturating_add(jiff::Span::new().days(20))) } else { "null".into() },
        if loan { format!("\"{}\"", day.saturating_add(jiff::Span::new().days(7))) } else { "null".into() },
    );
    words::read(&text)
}

fn draft(id: RequestId, service: Service, asked: Timestamp, chance: &mut Random) -> Draft {
    let mut draft = Draft::blank(id, service, asked);
    let title = title(chance);
    let author = chance.one_of(&words::AUTHORS).to_owned();
    draft.date = (1955 + chance.below(71)).to_string();
    draft.language = if title.is_ascii() { "eng" } else { "chi" }.to_owned();
    if chance.below(20) == 0 {
        draft.language = chance.one_of(&["jpn", "fre", "ger", "rus", "kor"]).to_owned();
    }
    match service {
        Service::Loan => {
            draft.title = title;
            draft.author = author;
            draft.publisher = chance.one_of(&words::PUBLISHERS).to_owned();
            draft.isbn = isbn(chance.below(9_000_000));
            draft.pickup_location = "xsh-904".to_owned();
            draft.kind = if chance.below(9) == 0 { Kind::AncientBook } else { Kind::Book };
        }
        Service::Copy => {
            draft.component_title = title;
            draft.component_author = author;
            draft.title = chance.one_of(&words::JOURNALS).to_owned();
            draft.volume = (1 + chance.below(60)).to_string();
            draft.issue = (1 + chance.below(12)).to_string();
            let first = 1 + chance.below(200);
            draft.pages = format!("{first}-{}", first + 6 + chance.below(20));
            draft.declaration_accepted = true;
            draft.kind = match chance.below(10) {
                0 => Kind::Thesis,
                1 => Kind::Conference,
                _ => Kind::Article,
            };
            if chance.below(3) == 0 {
                draft.doi = format!("10.{}/seed.{}", 1_000 + chance.below(60), chance.below(10_000_000));
            }
        }
    }
    draft
}

fn title(chance: &mut Random) -> String {
    match chance.below(20) {
        0..=2 => {
            let parts: Vec<&str> = (0..4).map(|_| chance.one_of(&words::LATIN)).collect();
            parts.join(" ")
        }
        3 => {
            let parts: Vec<&str> = (0..3).map(|_| chance.one_of(&words::JAPANESE)).collect();
            parts.concat()
        }
        _ => {
            let many = 3 + chance.below(3);
            let parts: Vec<&str> = (0..many).map(|_| chance.one_of(&words::CHINESE)).collect();
            parts.concat()
        }
    }
}

/// An ISBN-13 with its check digit.
fn isbn(number: u64) -> String {
    let twelve = format!("9787{number:08}");
    let sum: u32 = twelve
        .bytes()
        .enumerate()
        .map(|(at, digit)| u32::from(digit - b'0') * if at % 2 == 0 { 1 } else { 3 })
        .sum();
    format!("{twelve}{}", (10 - sum % 10) % 10)
}

fn random(chance: &mut Random) -> [u8; 16] {
    let (high, low) = (chance.next(), chance.next());
    Uuid::from_u64_pair(high, low).into_bytes()
}

/// The price of a page, for tests that sum up.
pub const PAGE: Fen = Fen(30);
