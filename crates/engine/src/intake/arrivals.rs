//! Works that a browser sent, by an extension to the listener or as an address of our scheme. They wait in memory
//! for the patron; nothing is made of them before, and a sender that floods fills no window.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use hongyan_connectors::listener::{Desk, Taken};
use hongyan_formats::list::ListEntry;
use hongyan_formats::{Limits, list, openurl};
use hongyan_model::request::batch::{ReadAs, service_for};
use hongyan_model::text::clip;
use hongyan_model::{IdentifierKind, Kind, Record, Service};
use tokio::time::Instant;
use uuid::Uuid;

use super::address::{self, Wish};
use crate::base::change::Tag;
use crate::base::context::Context;
use crate::view::{ArrivalView, ArrivalWay, ArrivalWish, ArrivalsView};

/// Most arrivals that wait at the same time.
pub(super) const MAX_WAITING: usize = 5;
/// Most texts that are read within [`PERIOD`] of each way, whether something was found in them or not: an extension
/// that floods does not silence the addresses, and the other way round.
const MAX_READ: usize = 20;
/// The period of [`MAX_READ`].
const PERIOD: Duration = Duration::from_secs(60);
/// Longest title and name that are shown, characters.
const MAX_SHOWN: usize = 300;

/// Something that waits for the patron.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    pub(super) view: ArrivalView,
    /// as it came, for a list of works
    pub(super) text: String,
    /// its works; empty for words for the search box
    pub(super) works: Vec<ListEntry>,
    /// what an OpenURL says of the service
    pub(super) asked: openurl::Asked,
}

/// What waits. Cheap to clone; clones share their state.
#[derive(Clone)]
pub(super) struct Arrivals {
    context: Context,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    list: Vec<Arrival>,
    /// left out, because too much waited or came
    dropped: u32,
    /// addresses that are none of ours
    refused: u32,
    /// when texts were read lately: of extensions, and of addresses
    read: [VecDeque<Instant>; 2],
}

impl Waiting {
    /// Whether there is room for one more; counts what is left out.
    fn has_room(&mut self) -> bool {
        let room = self.list.len() < MAX_WAITING;
        if !room {
            self.dropped = self.dropped.saturating_add(1);
        }
        room
    }

    /// Whether one more text may be read now; counts what is left out.
    fn may_read(&mut self, way: ArrivalWay, now: Instant) -> bool {
        let [extensions, addresses] = &mut self.read;
        let read = if way == ArrivalWay::Extension { extensions } else { addresses };
        read.retain(|at| now.duration_since(*at) < PERIOD);
        if read.len() >= MAX_READ {
            self.dropped = self.dropped.saturating_add(1);
            return false;
        }
        read.push_back(now);
        true
    }
}

impl Arrivals {
    pub(super) fn new(context: Context) -> Arrivals {
        Arrivals { context, waiting: Arc::default() }
    }

    /// Never held across an `.await`.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn view(&self) -> ArrivalsView {
        let waiting = self.waiting();
        ArrivalsView {
            waiting: waiting.list.iter().map(|arrival| arrival.view.clone()).collect(),
            dropped: waiting.dropped,
            refused: waiting.refused,
        }
    }

    /// Takes one out of what waits.
    pub(super) fn remove(&self, id: Uuid) -> Option<Arrival> {
        let mut waiting = self.waiting();
        let at = waiting.list.iter().position(|arrival| arrival.view.id == id)?;
        let arrival = waiting.list.remove(at);
        if waiting.list.is_empty() {
            waiting.dropped = 0;
        }
        Some(arrival)
    }

    /// Puts one back that could not be made into anything.
    pub(super) fn put_back(&self, arrival: Arrival) {
        self.waiting().list.insert(0, arrival);
    }

    /// Forgets everything that waits, and what was left out.
    pub(super) fn clear(&self) {
        let mut waiting = self.waiting();
        waiting.list.clear();
        (waiting.dropped, waiting.refused) = (0, 0);
    }

    /// An address of our scheme was called.
    pub(super) async fn called(&self, address: &str) {
        let taken = match address::read(address) {
            Some(Wish::Search(words)) => self.hold(searching(words)),
            Some(Wish::Request(text)) => self.read_and_hold(ArrivalWay::Address, text).await,
            None => Taken::Unreadable,
        };
        if taken == Taken::Unreadable {
            let mut waiting = self.waiting();
            waiting.refused = waiting.refused.saturating_add(1);
        }
    }

    async fn read_and_hold(&self, way: ArrivalWay, text: String) -> Taken {
        {
            let mut waiting = self.waiting();
            // an impatient second click
            if waiting.list.iter().any(|arrival| arrival.text == text) {
                return Taken::Held;
            }
            if !waiting.has_room() {
                return Taken::Full;
            }
            if !waiting.may_read(way, Instant::now()) {
                return Taken::TooOften;
            }
        }
        match read(way, text).await {
            Some(arrival) => self.hold(arrival),
            None => Taken::Unreadable,
        }
    }

    fn hold(&self, arrival: Arrival) -> Taken {
        let mut waiting = self.waiting();
        if waiting.list.iter().any(|other| other.text == arrival.text) {
            return Taken::Held;
        }
        if !waiting.has_room() {
            return Taken::Full;
        }
        waiting.list.push(arrival);
        Taken::Held
    }
}

#[async_trait]
impl Desk for Arrivals {
    async fn take(&self, bibtex: String) -> Taken {
        let taken = self.read_and_hold(ArrivalWay::Extension, bibtex).await;
        if taken != Taken::Unreadable {
            self.context.changed(&[Tag::Arrivals]);
        }
        taken
    }
}

/// Reads works on a thread of the readers, in bounds. Of an extension only entries of BibTeX count, of an address
/// only an OpenURL: what is neither would be read as a title.
async fn read(way: ArrivalWay, text: String) -> Option<Arrival> {
    let job = text.clone();
    let read =
        hongyan_readers::read(Limits::TEXT, move |budget| (list::parse(&job, budget), openurl::asked(&job)));
    let (works, asked) = read.await.ok()?;
    let wanted = match way {
        ArrivalWay::Extension => ReadAs::File,
        ArrivalWay::Address => ReadAs::OpenUrl,
    };
    let works: Vec<ListEntry> =
        works.into_iter().filter(|work| work.read_as == wanted && says_something(&work.record)).collect();
    let first = works.first()?;
    // an entry of BibTeX says nothing of a service, whatever its text looks like
    let asked = if way == ArrivalWay::Address { asked } else { openurl::Asked::default() };
    let record = &first.record;
    let number = number_of(record);
    let view = ArrivalView {
        id: Uuid::new_v4(),
        way,
        wish: ArrivalWish::Request,
        title: clip(&record.title, MAX_SHOWN),
        by: clip(&names(record), MAX_SHOWN),
        container: clip(&record.container, MAX_SHOWN),
        date: clip(&record.date, MAX_SHOWN),
        number: number.unwrap_or_default().to_owned(),
        works: u32::try_from(works.len()).unwrap_or(u32::MAX),
        service: asked.service.unwrap_or_else(|| service_for(record)),
        search: number.map_or_else(|| clip(&record.title, MAX_SHOWN), str::to_owned),
    };
    Some(Arrival { view, text, works, asked })
}

fn says_something(record: &Record) -> bool {
    !record.title.is_empty() || !record.identifiers.is_empty()
}

fn names(record: &Record) -> String {
    record.creators.iter().take(4).map(|creator| creator.name.as_str()).collect::<Vec<_>>().join("; ")
}

/// A number that names the work, and not the journal or the book that it is in; of a work without a title any number.
fn number_of(record: &Record) -> Option<&str> {
    use IdentifierKind::{Arxiv, Doi, Isbn, Issn, Pmid};
    let whole = record.container.is_empty();
    let names_it = |kind| match kind {
        Doi | Pmid | Arxiv => true,
        Isbn => whole && record.kind != Kind::Article,
        Issn => whole && record.kind == Kind::Journal,
        _ => false,
    };
    let number = record.identifiers.iter().find(|id| names_it(id.kind));
    let first = record.identifiers.first().filter(|_| record.title.is_empty());
    number.or(first).map(|id| id.value.as_str())
}

fn searching(words: String) -> Arrival {
    let view = ArrivalView {
        id: Uuid::new_v4(),
        way: ArrivalWay::Address,
        wish: ArrivalWish::Search,
        title: words.clone(),
        by: String::new(),
        container: String::new(),
        date: String::new(),
        number: String::new(),
        works: 0,
        service: Service::Copy,
        search: words.clone(),
    };
    Arrival { view, text: words, works: Vec::new(), asked: openurl::Asked::default() }
}
