//! An in-memory library with a change feed and injected faults.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use fastrand::Rng;
use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::{
    Acted, Change, ChangePage, LookedUp, PickupLocation, Precheck, RequestGateway, Session, Submitted,
};
use hongyan_model::account::{Account, Registration, RegistrationStatus};
use hongyan_model::request::wire::Sealed;
use hongyan_model::request::{Actor, EventKind, RequestEvent};
use hongyan_model::{AccountState, Request, RequestId, RequestState};
use jiff::Timestamp;
use uuid::Uuid;

/// States of a newer version of the platform.
const NEWER: [(&str, &str); 3] =
    [("AT_CUSTOMS", "海关查验中"), ("DIGITISING", "數字化中"), ("HELD_FOR_REVIEW", "심사 중")];

/// The library.
#[derive(Default)]
pub(super) struct Library(Mutex<State>);

#[derive(Default)]
struct State {
    live: HashMap<RequestId, Request>,
    log: HashMap<RequestId, Vec<RequestEvent>>,
    /// the feed: ids of changed requests, oldest first
    feed: Vec<RequestId>,
    /// cursors of other generations have expired
    generation: u32,
    events: u32,
    chance: Option<Rng>,
    /// probability that a call fails, and that something changes between two pages
    trouble: f64,
}

impl State {
    fn pick(&mut self) -> Option<RequestId> {
        let mut ids: Vec<RequestId> = self.live.keys().copied().collect();
        ids.sort_by_key(ToString::to_string);
        let chance = self.chance.as_mut()?;
        (!ids.is_empty()).then(|| ids[chance.usize(..ids.len())])
    }

    fn roll(&mut self) -> bool {
        let trouble = self.trouble;
        self.chance.as_mut().is_some_and(|chance| chance.f64() < trouble)
    }

    fn below(&mut self, end: usize) -> usize {
        self.chance.as_mut().map_or(0, |chance| chance.usize(..end))
    }

    fn touch(&mut self, id: RequestId, to: RequestState) {
        self.events += 1;
        let event = RequestEvent {
            id: format!("event-{}", self.events),
            at: Timestamp::now(),
            from_state: None,
            to_state: to,
            actor: Actor::Library,
            note: format!("第 {} 步", self.events),
            kind: EventKind::Moved,
        };
        let log = self.log.entry(id).or_default();
        // a log merged from several servers is not always in order
        if log.len() > 1 && self.events.is_multiple_of(7) {
            log.insert(0, event);
        } else {
            log.push(event);
        }
        self.feed.push(id);
    }

    fn create(&mut self) {
        let Some(chance) = self.chance.as_mut() else { return };
        let id = RequestId(uuid::Builder::from_random_bytes(chance.u128(..).to_be_bytes()).into_uuid());
        self.live.insert(id, fresh(id));
        self.touch(id, RequestState::Submitted);
    }

    fn move_one(&mut self) {
        let Some(id) = self.pick() else { return };
        let (state, label) = self.some_state();
        if let Some(request) = self.live.get_mut(&id) {
            request.state = state.clone();
            request.state_label = label;
            request.version += 1;
            request.updated_at = Timestamp::now();
        }
        self.touch(id, state);
    }

    fn some_state(&mut self) -> (RequestState, String) {
        use RequestState as S;
        let known = [
            S::LocalReview, S::NeedsInfo, S::SentToSupplier, S::WillSupply, S::ConditionPending, S::Shipped,
            S::AwaitingPickup, S::OnLoan, S::Overdue, S::Delivered, S::Unfilled, S::Completed, S::Declined,
            S::CancelRequested,
        ];
        match self.below(known.len() + NEWER.len()) {
            index if index < known.len() => (known[index].clone(), known[index].zh().to_owned()),
            index => {
                let (code, label) = NEWER[index - known.len()];
                (S::Other(code.to_owned()), label.to_owned())
            }
        }
    }

    fn remove_one(&mut self, tombstone: bool) {
        let Some(id) = self.pick() else { return };
        self.live.remove(&id);
        if tombstone {
            self.feed.push(id);
        } else {
            // after a restore from a backup, clients must fetch everything again
            self.feed.retain(|other| *other != id);
            self.generation += 1;
        }
    }
}

impl Library {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("the lock is not poisoned")
    }

    /// Sets the probability of faults.
    pub(super) fn trouble(&self, seed: u64, how_often: f64) {
        let mut state = self.state();
        state.chance = Some(Rng::with_seed(seed));
        state.trouble = how_often;
    }

    /// Stops injecting faults.
    pub(super) fn calm(&self) {
        self.state().trouble = 0.0;
    }

    pub(super) fn create(&self) {
        self.state().create();
    }

    pub(super) fn move_one(&self) {
        self.state().move_one();
    }

    /// Deletes a request and records it in the feed.
    pub(super) fn delete_one(&self) {
        self.state().remove_one(true);
    }

    /// Deletes a request without a record in the feed, but expires all cursors.
    pub(super) fn forget_one(&self) {
        self.state().remove_one(false);
    }

    pub(super) fn expire_cursors(&self) {
        self.state().generation += 1;
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.state().live.values().cloned().collect()
    }

    pub(super) fn log(&self, id: RequestId) -> Vec<RequestEvent> {
        self.state().log.get(&id).cloned().unwrap_or_default()
    }

    fn answer<T>(&self, work: impl FnOnce(&mut State) -> Result<T, NetError>) -> Result<T, NetError> {
        let mut state = self.state();
        if state.roll() {
            return Err(match state.below(4) {
                0 => NetError::Timeout,
                1 => NetError::Unreachable("断网".into()),
                2 => NetError::Server(503),
                _ => NetError::Malformed("截断".into()),
            });
        }
        work(&mut state)
    }
}

fn fresh(id: RequestId) -> Request {
    Request {
        hrid: format!("ILL{:08x}", id.0.as_fields().0),
        state_label: "已提交".into(),
        version: 1,
        ..Request::bare(id, RequestState::Submitted, Timestamp::now())
    }
}

/// The answer to calls that this suite does not need.
fn no() -> NetError {
    NetError::Unsupported("this library only tells".into())
}

#[async_trait]
impl RequestGateway for Library {
    async fn sign_in(&self, _: &str, _: &str) -> Result<Session, NetError> {
        let day = Duration::from_secs(86_400);
        Ok(Session {
            access_token: "access".into(),
            refresh_token: "refresh".into(),
            access_expires: Timestamp::now() + day,
            refresh_expires: Timestamp::now() + day,
        })
    }

    async fn refresh(&self, _: &str) -> Result<Session, NetError> {
        Err(no())
    }

    async fn sign_out(&self, _: &Session) -> Result<(), NetError> {
        Ok(())
    }

    async fn change_password(&self, _: &Session, _: &str, _: &str, _: &str) -> Result<(), NetError> {
        Err(no())
    }

    async fn register(&self, _: &Registration) -> Result<RegistrationStatus, NetError> {
        Err(no())
    }

    async fn registration_status(&self, _: &str) -> Result<Option<RegistrationStatus>, NetError> {
        Ok(None)
    }

    async fn account(&self, _: &Session) -> Result<Account, NetError> {
        self.answer(|_| {
            Ok(Account {
                username: "20210001".into(),
                display_name: "韦小雁".into(),
                state: AccountState::Active,
                can_request: true,
                problems: vec![],
                registered_email: String::new(),
                quota: None,
                limits: None,
                as_of: Timestamp::UNIX_EPOCH,
            })
        })
    }

    async fn pickup_locations(&self, _: &Session) -> Result<Vec<PickupLocation>, NetError> {
        Ok(vec![])
    }

    async fn precheck(&self, _: &Session, _: &[u8]) -> Result<Precheck, NetError> {
        Err(no())
    }

    async fn submit(&self, _: &Session, _: &Sealed) -> Result<Submitted, NetError> {
        Err(no())
    }

    async fn look_up(&self, _: &Session, _: RequestId) -> Result<LookedUp, NetError> {
        Err(no())
    }

    async fn changes(&self, _: &Session, since: Option<&str>) -> Result<ChangePage, NetError> {
        let cursor = since.map(|cursor| {
            let (generation, seq) = cursor.split_once('.').expect("a cursor of ours");
            (generation.parse::<u32>().expect("a number"), seq.parse::<usize>().expect("a number"))
        });
        self.answer(|state| {
            let from = match cursor {
                None => 0,
                Some((generation, seq)) if generation == state.generation => seq,
                Some(_) => {
                    return Err(NetError::Refused {
                        status: 410,
                        code: "CURSOR_EXPIRED".into(),
                        message: String::new(),
                        params: vec![],
                    });
                }
            };
            let limit = 1 + state.below(4);
            // a request with several changes is listed at its last one only, with its current content
            let last = |at: usize| !state.feed[at + 1..].contains(&state.feed[at]);
            let places: Vec<usize> = (from..state.feed.len()).filter(|at| last(*at)).collect();
            let has_more = places.len() > limit;
            let page: Vec<usize> = places.into_iter().take(limit).collect();
            let next = if has_more { page.last().map_or(from, |at| at + 1) } else { state.feed.len() };
            let mut changes: Vec<Change> = page
                .iter()
                .map(|at| state.feed[*at])
                .map(|id| match state.live.get(&id) {
                    Some(request) => Change::Upsert { request: Box::new(request.clone()), events: None },
                    None => Change::Delete(id),
                })
                .collect();
            // the order within a page is unspecified
            if state.below(3) == 0 {
                changes.reverse();
            }
            let next = format!("{}.{next}", state.generation);
            if state.roll() {
                // the page that was read is already out of date
                match state.below(4) {
                    0 => state.create(),
                    1 => state.remove_one(true),
                    _ => state.move_one(),
                }
            }
            Ok(ChangePage { changes, next, has_more })
        })
    }

    async fn events(&self, _: &Session, id: RequestId) -> Result<Vec<RequestEvent>, NetError> {
        self.answer(|state| Ok(state.log.get(&id).cloned().unwrap_or_default()))
    }

    async fn act(
        &self,
        _: &Session,
        _: RequestId,
        _: Uuid,
        _: &str,
        _: &BTreeMap<String, String>,
    ) -> Result<Acted, NetError> {
        Err(no())
    }
}
