//! A fake platform in memory with scripted failures.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::{
    Acted, Change, ChangePage, LookedUp, PickupLocation, Precheck, RequestGateway, Session, Submitted,
};
use hongyan_model::account::{Account, Limits, Registration, RegistrationStatus};
use hongyan_model::request::wire::Sealed;
use hongyan_model::request::{Action, Actor, EventKind, RequestEvent};
use hongyan_model::{AccountState, Quota, Request, RequestId, RequestState};
use jiff::Timestamp;

/// Outcome of a call, instead of normal processing.
#[derive(Clone)]
pub enum Mishap {
    /// processed normally
    Nothing,
    /// fails before it reaches the platform
    Before(NetError),
    /// processed, then the response fails
    After(NetError),
    /// processed, then no response ever
    HangAfter,
    /// not processed, no response ever
    Hang,
    /// a panic in the gateway
    Panic,
}

#[derive(Default)]
pub struct State {
    pub requests: HashMap<RequestId, (Request, String)>,
    pub deleted: Vec<RequestId>,
    pub events: HashMap<RequestId, Vec<RequestEvent>>,
    pub feed: Vec<RequestId>,
    /// outcomes of the next calls, by method
    pub mishaps: HashMap<&'static str, VecDeque<Mishap>>,
    /// calls in order: method, and for a submission its fingerprint
    pub calls: Vec<(&'static str, String)>,
    /// refresh tokens used
    pub spent: Vec<String>,
    /// number of submissions stored
    pub stored: usize,
    pub account: Option<AccountState>,
    pub registration: Option<AccountState>,
    pub cursor_expired: bool,
    /// entries of the feed per page; 0: all
    pub page: usize,
    /// the feed includes events
    pub with_events: bool,
    /// limit of open requests, and their number
    pub limits: Option<Limits>,
    /// 虚拟币 spent
    pub spent_coins: i64,
    pub sessions: u32,
    /// responds with a wrong fingerprint
    pub other_fingerprint: bool,
    /// responds 404 to every PUT
    pub never_ours: bool,
    pub actions: HashMap<uuid::Uuid, String>,
    /// blockers of the precheck: code and message
    pub blockers: Vec<(String, String)>,
    /// holdings of the own library in the precheck; `Some(None)` does not state them
    pub holdings: Option<Option<Vec<(String, String)>>>,
    /// not idempotent: sending twice stores two requests
    pub creates_many: bool,
    /// the platform's time
    pub time: Option<Timestamp>,
}

#[derive(Default, Clone)]
pub struct Platform(pub Arc<Mutex<State>>);

impl Platform {
    pub fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub fn gateway(&self) -> Arc<dyn RequestGateway> {
        Arc::new(self.clone())
    }

    pub fn mishap(&self, method: &'static str, mishap: Mishap) {
        self.state().mishaps.entry(method).or_default().push_back(mishap);
    }

    pub fn count(&self, method: &str) -> usize {
        self.state().calls.iter().filter(|(name, _)| *name == method).count()
    }

    /// Creates a request as another machine would.
    pub fn ask_elsewhere(&self, number: u128) -> RequestId {
        let id = RequestId(uuid::Uuid::from_u128(number));
        let created_at = "2026-12-01T00:00:00Z".parse().unwrap();
        let mut state = self.state();
        let request = Request { created_at, updated_at: created_at, ..fresh(id) };
        state.requests.insert(id, (request, "0".repeat(64)));
        state.feed.push(id);
        id
    }

    /// Changes a request without an event.
    pub fn say(&self, id: RequestId, say: impl FnOnce(&mut Request)) {
        let mut state = self.state();
        let (request, _) = state.requests.get_mut(&id).unwrap();
        say(request);
        request.version += 1;
        state.feed.push(id);
    }

    /// Moves a request to a state, with an event.
    pub fn lead(&self, id: RequestId, to: RequestState) {
        let mut state = self.state();
        let number: usize = state.events.values().map(Vec::len).sum();
        let (request, _) = state.requests.get_mut(&id).unwrap();
        request.state = to.clone();
        request.version += 1;
        request.updated_at = Timestamp::now();
        state.events.entry(id).or_default().push(RequestEvent {
            id: format!("event-{number}"),
            at: Timestamp::now(),
            from_state: None,
            to_state: to,
            actor: Actor::Library,
            note: "本馆处理".into(),
            kind: EventKind::Moved,
        });
        state.feed.push(id);
    }

    /// Runs a call with its scripted outcome.
    async fn call<T: Send>(
        &self,
        method: &'static str,
        said: &str,
        work: impl FnOnce(&mut State) -> Result<T, NetError> + Send,
    ) -> Result<T, NetError> {
        let mishap = {
            let mut state = self.state();
            state.calls.push((method, said.to_owned()));
            state.mishaps.get_mut(method).and_then(VecDeque::pop_front)
        };
        match mishap {
            None | Some(Mishap::Nothing) => work(&mut self.state()),
            Some(Mishap::Before(error)) => Err(error),
            Some(Mishap::After(error)) => work(&mut self.state()).and(Err(error)),
            Some(Mishap::Hang) => std::future::pending().await,
            Some(Mishap::Panic) => panic!("{method}: 鸿雁 fell"),
            Some(Mishap::HangAfter) => {
                let _ = work(&mut self.state());
                std::future::pending().await
            }
        }
    }
}

fn session(number: u32) -> Session {
    // later than any day that tests set the clock to
    let never: Timestamp = "2199-01-01T00:00:00Z".parse().unwrap();
    Session {
        access_token: format!("access-{number}"),
        refresh_token: format!("refresh-{number}"),
        access_expires: never,
        refresh_expires: never,
    }
}

fn fresh(id: RequestId) -> Request {
    Request {
        hrid: "GXMZU-0001".into(),
        state_label: "已提交".into(),
        actions: vec![Action::plain("cancel")],
        version: 1,
        ..Request::bare(id, RequestState::Submitted, Timestamp::now())
    }
}

#[async_trait]
impl RequestGateway for Platform {
    fn creates_once(&self) -> bool {
        !self.state().creates_many
    }

    fn time(&self) -> Option<Timestamp> {
        self.state().time
    }

    async fn reach(&self) -> Result<(), NetError> {
        self.call("reach", "", |_| Ok(())).await
    }

    async fn sign_in(&self, _: &str, password: &str) -> Result<Session, NetError> {
        let wrong = !password.starts_with("相思湖畔") && password != "aaaaaa";
        self.call("sign_in", "", |state| {
            if wrong {
                return Err(NetError::Refused {
                    status: 422,
                    code: "wrong.username.or.wrong.password.or.account.blocked".into(),
                    message: "用户名或密码错误".into(),
                    params: vec![],
                });
            }
            state.sessions += 1;
            Ok(session(state.sessions))
        })
        .await
    }

    async fn refresh(&self, token: &str) -> Result<Session, NetError> {
        let token = token.to_owned();
        self.call("refresh", "", |state| {
            assert!(!state.spent.contains(&token), "a refresh token was used twice");
            state.spent.push(token);
            state.sessions += 1;
            Ok(session(state.sessions))
        })
        .await
    }

    async fn sign_out(&self, _: &Session) -> Result<(), NetError> {
        self.call("sign_out", "", |_| Ok(())).await
    }

    async fn change_password(&self, _: &Session, _: &str, _: &str, _: &str) -> Result<(), NetError> {
        self.call("change_password", "", |state| {
            state.account = None;
            Ok(())
        })
        .await
    }

    async fn register(&self, registration: &Registration) -> Result<RegistrationStatus, NetError> {
        let username = registration.username.clone();
        self.call("register", "", |state| {
            state.registration = Some(AccountState::RegReview);
            Ok(RegistrationStatus {
                username,
                state: AccountState::RegReview,
                note: String::new(),
                submitted_at: None,
            })
        })
        .await
    }

    async fn registration_status(&self, username: &str) -> Result<Option<RegistrationStatus>, NetError> {
        let username = username.to_owned();
        self.call("registration_status", "", |state| {
            Ok(state.registration.clone().map(|state| RegistrationStatus {
                username,
                state,
                note: String::new(),
                submitted_at: None,
            }))
        })
        .await
    }

    async fn account(&self, _: &Session) -> Result<Account, NetError> {
        self.call("account", "", |state| {
            Ok(Account {
                username: "20210001".into(),
                display_name: "韦小雁".into(),
                state: state.account.clone().unwrap_or(AccountState::Active),
                can_request: true,
                problems: vec![],
                registered_email: "x***@stu.example.edu.cn".into(),
                quota: Some(Quota {
                    unit: "CALIS_COIN".into(),
                    granted: 200,
                    reserved: 0,
                    used: state.spent_coins,
                    available: 200 - state.spent_coins,
                    as_of: Timestamp::UNIX_EPOCH,
                }),
                limits: state.limits.clone(),
                as_of: Timestamp::UNIX_EPOCH,
            })
        })
        .await
    }

    async fn pickup_locations(&self, _: &Session) -> Result<Vec<PickupLocation>, NetError> {
        let desk = PickupLocation { id: "xsh-904".into(), name: "相思湖馆 904".into() };
        self.call("pickup_locations", "", |_| Ok(vec![desk])).await
    }

    async fn precheck(&self, _: &Session, _: &[u8]) -> Result<Precheck, NetError> {
        self.call("precheck", "", |state| {
            Ok(Precheck {
                blockers: state.blockers.clone(),
                local_holdings: state
                    .holdings
                    .clone()
                    .unwrap_or_else(|| Some(vec![("I242.4/1".into(), "相思湖馆".into())])),
                ..Precheck::default()
            })
        })
        .await
    }

    async fn submit(&self, _: &Session, sealed: &Sealed) -> Result<Submitted, NetError> {
        let (id, sha256) = (sealed.id, sealed.sha256.clone());
        self.call("submit", &sealed.sha256, |state| {
            if state.never_ours {
                return Ok(Submitted::NotOurs);
            }
            if state.deleted.contains(&id) {
                return Ok(Submitted::Deleted);
            }
            let replayed = state.requests.contains_key(&id);
            if !replayed {
                state.stored += 1;
                state.requests.insert(id, (fresh(id), sha256));
                state.feed.push(id);
            }
            let (request, fingerprint) = state.requests[&id].clone();
            let fingerprint = if state.other_fingerprint { "00".repeat(32) } else { fingerprint };
            Ok(Submitted::Accepted { request: Box::new(request), fingerprint, replayed })
        })
        .await
    }

    async fn look_up(&self, _: &Session, id: RequestId) -> Result<LookedUp, NetError> {
        self.call("look_up", "", |state| {
            if state.deleted.contains(&id) {
                return Ok(LookedUp::Deleted);
            }
            let Some((request, fingerprint)) = state.requests.get(&id).cloned() else {
                return Ok(LookedUp::NotFound);
            };
            let fingerprint = if state.other_fingerprint { "00".repeat(32) } else { fingerprint };
            Ok(LookedUp::Found { request: Box::new(request), fingerprint })
        })
        .await
    }

    async fn changes(&self, _: &Session, since: Option<&str>) -> Result<ChangePage, NetError> {
        let since: usize = since.map_or(0, |cursor| cursor.parse().unwrap());
        let from_start = since == 0;
        self.call("changes", "", |state| {
            if state.cursor_expired && !from_start {
                state.cursor_expired = false;
                return Err(NetError::Refused {
                    status: 410,
                    code: "CURSOR_EXPIRED".into(),
                    message: String::new(),
                    params: vec![],
                });
            }
            let all = state.feed.len();
            let end = if state.page == 0 { all } else { all.min(since + state.page) };
            let mut ids: Vec<RequestId> = state.feed[since..end].to_vec();
            ids.sort();
            ids.dedup();
            let changes = ids
                .into_iter()
                .filter_map(|id| match state.requests.get(&id) {
                    Some((request, _)) => {
                        let log = || state.events.get(&id).cloned().unwrap_or_default();
                        let events = state.with_events.then(log);
                        Some(Change::Upsert { request: Box::new(request.clone()), events })
                    }
                    None => (!from_start).then_some(Change::Delete(id)),
                })
                .collect();
            Ok(ChangePage { changes, next: end.to_string(), has_more: end < all })
        })
        .await
    }

    async fn events(&self, _: &Session, id: RequestId) -> Result<Vec<RequestEvent>, NetError> {
        self.call("events", "", |state| Ok(state.events.get(&id).cloned().unwrap_or_default())).await
    }

    async fn act(
        &self,
        _: &Session,
        id: RequestId,
        action_id: uuid::Uuid,
        action: &str,
        _: &BTreeMap<String, String>,
    ) -> Result<Acted, NetError> {
        let action = action.to_owned();
        self.call("act", &action.clone(), |state| {
            state.actions.insert(action_id, action);
            let (request, _) = state.requests.get_mut(&id).unwrap();
            request.state = RequestState::Cancelled;
            request.version += 1;
            Ok(Acted { request: Box::new(request.clone()), message: "已取消".into() })
        })
        .await
    }
}
