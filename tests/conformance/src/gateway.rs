//! Conformance suite for implementations of [`RequestGateway`], against a platform that the tests
//! control.

use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::{Change, LookedUp, RequestGateway, Session, Submitted};
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::reader_api::ReaderApi;
use hongyan_model::account::{AccountState, Registration};
use hongyan_model::request::wire::{Sealed, seal};
use hongyan_model::request::{Actor, RequestState};
use hongyan_model::{Draft, RequestId, Service};
use hongyan_sandbox::{Control, Fault, FaultKind, Options, Sandbox};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// A gateway connected to a sandbox.
pub struct Platform {
    /// the client under test
    pub gateway: ReaderApi,
    sandbox: Sandbox,
}

const USERNAME: &str = "20210001";
const PASSWORD: &str = "相思湖畔904";
/// The sandbox's library.
const TENANT: &str = "a001962";

impl Platform {
    /// Starts a sandbox with a ready account.
    pub async fn start() -> Platform {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let gateway = gateway_at(&sandbox.base_url());
        Platform { gateway, sandbox }
    }

    /// The control interface of the sandbox.
    pub fn control(&self) -> Control {
        self.sandbox.control()
    }

    pub(crate) async fn signed_in(&self) -> Session {
        self.gateway.sign_in(USERNAME, PASSWORD).await.unwrap()
    }
}

/// A Reader API client for an address.
pub fn gateway_at(address: &str) -> ReaderApi {
    let http = Http::new(HttpOptions::default()).unwrap();
    ReaderApi::new(url::Url::parse(address).unwrap(), TENANT.to_owned(), http)
}

/// A request for an article that the platform accepts.
pub fn article(n: u32) -> Sealed {
    let mut draft = Draft::blank(RequestId(uuid::Uuid::new_v4()), Service::Copy, Timestamp::now());
    draft.title = "广西民族研究".to_owned();
    draft.component_title = format!("壮族古文字文献的整理与研究（{n}）");
    draft.component_author = "韦氏".to_owned();
    draft.volume = "12".to_owned();
    draft.issue = format!("{n}");
    draft.pages = "101-117".to_owned();
    draft.date = "2019".to_owned();
    draft.note = "“急用”\n谢谢 🙏".to_owned();
    draft.declaration_accepted = true;
    seal(&draft, Timestamp::now(), false, ("Hongyan", "0.1.0")).unwrap()
}

/// Sign-in returns tokens for the right password, and the platform's own error code for a wrong one.
pub async fn signs_in_and_out(platform: &Platform) {
    let gateway = &platform.gateway;
    let wrong = gateway.sign_in(USERNAME, "不对的密码").await.unwrap_err();
    let NetError::Refused { status: 422, code, .. } = &wrong else { panic!("{wrong:?}") };
    assert_eq!(code, "wrong.username.or.wrong.password.or.account.blocked");
    let session = platform.signed_in().await;
    assert!(session.access_expires < session.refresh_expires);
    let shown = format!("{session:?}");
    assert!(!shown.contains(&session.access_token) && !shown.contains(&session.refresh_token), "{shown}");
    gateway.sign_out(&session).await.unwrap();
    assert_eq!(gateway.refresh(&session.refresh_token).await.unwrap_err(), NetError::SignIn);
}

/// A refresh token is one-shot.
pub async fn refreshes_once(platform: &Platform) {
    let first = platform.signed_in().await;
    let second = platform.gateway.refresh(&first.refresh_token).await.unwrap();
    assert_ne!(first.access_token, second.access_token);
    assert!(platform.gateway.account(&second).await.is_ok());
    assert_eq!(platform.gateway.refresh(&first.refresh_token).await.unwrap_err(), NetError::SignIn);
    // a replay means that the token was copied: all tokens are revoked
    assert_eq!(platform.gateway.refresh(&second.refresh_token).await.unwrap_err(), NetError::SignIn);
}

/// Any call with an expired access token fails with `SignIn`.
pub async fn notices_the_end_of_a_session(platform: &Platform) {
    let session = platform.signed_in().await;
    platform.control().expire_access_tokens().await.unwrap();
    let gateway = &platform.gateway;
    assert_eq!(gateway.account(&session).await.unwrap_err(), NetError::SignIn);
    assert_eq!(gateway.submit(&session, &article(1)).await.unwrap_err(), NetError::SignIn);
    assert_eq!(gateway.changes(&session, None).await.unwrap_err(), NetError::SignIn);
    assert!(platform.control().requests().await.unwrap().is_empty());
}

/// Account, pickup desks, and change of password.
pub async fn knows_the_account(platform: &Platform) {
    let gateway = &platform.gateway;
    let session = platform.signed_in().await;
    let account = gateway.account(&session).await.unwrap();
    assert_eq!(account.username, USERNAME);
    assert_eq!(account.display_name, "韦小雁");
    assert_eq!(account.state, AccountState::Active);
    assert!(account.can_request, "{:?}", account.problems);
    assert!(account.registered_email.contains("***@"), "{}", account.registered_email);
    let quota = account.quota.unwrap();
    assert_eq!((quota.unit.as_str(), quota.available), ("CALIS_COIN", quota.granted));
    assert!(account.limits.unwrap().max_active > 0);
    let desks = gateway.pickup_locations(&session).await.unwrap();
    assert!(desks.iter().any(|desk| desk.name.contains("904")), "{desks:?}");

    let weak = gateway.change_password(&session, USERNAME, PASSWORD, "12345678").await.unwrap_err();
    assert!(matches!(weak, NetError::Refused { status: 422, .. }), "{weak:?}");
    gateway.change_password(&session, USERNAME, PASSWORD, "新的密码·904·好").await.unwrap();
    assert!(gateway.sign_in(USERNAME, PASSWORD).await.is_err());
    assert!(gateway.sign_in(USERNAME, "新的密码·904·好").await.is_ok());
}

/// From registration to approval.
pub async fn registers(platform: &Platform) {
    let gateway = &platform.gateway;
    assert_eq!(gateway.registration_status("20219999").await.unwrap(), None);
    let registration = Registration {
        username: "20219999".to_owned(),
        name: "覃晓&明".to_owned(),
        email: "qin@stu.example.edu.cn".to_owned(),
        phone: String::new(),
    };
    let sent = gateway.register(&registration).await.unwrap();
    assert_eq!((sent.username.as_str(), &sent.state), ("20219999", &AccountState::RegSubmitted));
    assert!(sent.submitted_at.is_some());
    // registering twice makes one registration
    assert_eq!(gateway.register(&registration).await.unwrap().state, AccountState::RegSubmitted);
    assert!(platform.control().reject("20219999", "请补充院系信息").await.unwrap());
    let status = gateway.registration_status("20219999").await.unwrap().unwrap();
    assert_eq!((status.state, status.note.as_str()), (AccountState::RegRejected, "请补充院系信息"));
    let wrong = Registration { email: "无".to_owned(), ..registration };
    let NetError::Refused { status, code, message, params } = gateway.register(&wrong).await.unwrap_err()
    else {
        panic!("a wrong address is refused")
    };
    assert_eq!((status, code.as_str()), (422, "EMAIL_INVALID"));
    assert!(!message.is_empty());
    assert_eq!(params, [("field".to_owned(), "contactInfo.email".to_owned())]);
}

/// Submitting is idempotent; the request is found by its id, in the feed and in the timeline.
pub async fn submits_once(platform: &Platform) {
    let (gateway, session) = (&platform.gateway, platform.signed_in().await);
    let sealed = article(1);
    assert_eq!(gateway.look_up(&session, sealed.id).await.unwrap(), LookedUp::NotFound);
    let precheck = gateway.precheck(&session, &sealed.bytes).await.unwrap();
    assert_eq!(precheck.blockers, []);
    assert!(precheck.estimate.is_some_and(|fen| fen.0 == 17 * 30), "{precheck:?}");

    let Submitted::Accepted { request, fingerprint, replayed } =
        gateway.submit(&session, &sealed).await.unwrap()
    else {
        panic!("not accepted")
    };
    assert_eq!((request.id, &fingerprint, replayed), (sealed.id, &sealed.sha256, false));
    assert_eq!(request.state, RequestState::Submitted);
    assert!(!request.hrid.is_empty());
    assert!(request.actions.iter().any(|action| action.name == "cancel" && action.available));
    assert!(request.expected_by.is_some());
    assert_eq!(request.cost_to_patron.map(|fen| fen.0), Some(0));

    let Submitted::Accepted { replayed, .. } = gateway.submit(&session, &sealed).await.unwrap() else {
        panic!("a replay is not an error")
    };
    assert!(replayed);
    let LookedUp::Found { fingerprint, .. } = gateway.look_up(&session, sealed.id).await.unwrap() else {
        panic!("not found")
    };
    assert_eq!(fingerprint, sealed.sha256);
    assert_eq!(platform.control().requests().await.unwrap().len(), 1);

    let page = gateway.changes(&session, None).await.unwrap();
    assert!(
        matches!(&page.changes[..], [Change::Upsert { request: r, .. }] if r.id == sealed.id),
        "{page:?}"
    );
    assert!(!page.has_more);
    let after = gateway.changes(&session, Some(&page.next)).await.unwrap();
    assert!(after.changes.is_empty());
    let events = gateway.events(&session, sealed.id).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!((&events[0].to_state, events[0].actor), (&RequestState::Submitted, Actor::Patron));
}

/// Distinguishes: same id with other bytes, a deleted id, another patron's id, an id being processed.
pub async fn tells_the_ends_of_an_id_apart(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let session = platform.signed_in().await;
    let first = article(1);
    gateway.submit(&session, &first).await.unwrap();
    let other = {
        let mut body: Sealed = article(2);
        let text = String::from_utf8(body.bytes).unwrap();
        body.bytes = text.replace(&body.id.to_string(), &first.id.to_string()).into_bytes();
        body.id = first.id;
        body
    };
    let reused = gateway.submit(&session, &other).await.unwrap_err();
    let NetError::Refused { status: 422, code, params, .. } = &reused else { panic!("{reused:?}") };
    assert_eq!(code, "IDEMPOTENCY_KEY_REUSED");
    assert!(params.iter().any(|(key, value)| key == "fingerprint" && *value == first.sha256));

    control
        .create_account(&hongyan_sandbox::NewAccount {
            username: "20210002".to_owned(),
            name: "莫小鸿".to_owned(),
            ..hongyan_sandbox::demo_account()
        })
        .await
        .unwrap();
    let stranger = gateway.sign_in("20210002", PASSWORD).await.unwrap();
    assert_eq!(gateway.submit(&stranger, &first).await.unwrap(), Submitted::NotOurs);
    assert_eq!(gateway.look_up(&stranger, first.id).await.unwrap(), LookedUp::NotFound);

    let cursor = gateway.changes(&session, None).await.unwrap().next;
    control.delete_request(&first.id.to_string()).await.unwrap();
    assert_eq!(gateway.submit(&session, &first).await.unwrap(), Submitted::Deleted);
    assert_eq!(gateway.look_up(&session, first.id).await.unwrap(), LookedUp::Deleted);
    let changes = gateway.changes(&session, Some(&cursor)).await.unwrap().changes;
    assert_eq!(changes, [Change::Delete(first.id)]);

    let slow = article(3);
    let commit = FaultKind::SlowCommit { ms: 700 };
    control.add_fault(Fault::on("/ill/requests", commit).method("PUT").times(1));
    control.clear_received();
    let (held, twice) = (gateway.clone(), slow.clone());
    let session_too = session.clone();
    let pending = tokio::spawn(async move { held.submit(&session_too, &twice).await });
    crate::until("the first attempt arrived", || !control.received().is_empty()).await;
    let second = gateway.submit(&session, &slow).await;
    assert!(matches!(second, Ok(Submitted::InProgress) | Err(NetError::Throttled { .. })), "{second:?}");
    assert!(matches!(pending.await.unwrap(), Ok(Submitted::Accepted { replayed: false, .. })));
}

/// A rejection is a refusal with code and text, and nothing is stored.
pub async fn hears_a_refusal(platform: &Platform) {
    let session = platform.signed_in().await;
    let mut draft = Draft::blank(RequestId(uuid::Uuid::new_v4()), Service::Copy, Timestamp::now());
    draft.declaration_accepted = true;
    let empty = seal(&draft, Timestamp::now(), false, ("Hongyan", "0.1.0")).unwrap();
    let refused = platform.gateway.submit(&session, &empty).await.unwrap_err();
    let NetError::Refused { status: 422, code, message, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!(code, "TITLE_REQUIRED");
    assert!(!message.is_empty());
    assert!(!refused.outcome_unknown());
    assert_eq!(platform.gateway.look_up(&session, empty.id).await.unwrap(), LookedUp::NotFound);
}

/// Every failure after which a submission may have arrived is reported as unknown; a look-up then settles
/// it, and the platform has the request at most once.
pub async fn survives_a_bad_line(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let session = platform.signed_in().await;
    // fault, whether the outcome is unknown, whether the platform has the request
    let cases = [
        (FaultKind::Reset, true, false),
        (FaultKind::Status { status: 500 }, true, false),
        (FaultKind::Status { status: 503 }, true, false),
        (FaultKind::Maintenance, true, false),
        (FaultKind::Truncated, true, true),
        (FaultKind::DropAfterCommit, true, true),
        (FaultKind::InvalidJson, true, true),
        (FaultKind::GzipBomb { mebibytes: 256 }, true, true),
        (FaultKind::Redirect { to: "http://127.0.0.2:9/elsewhere".to_owned() }, true, false),
        (FaultKind::Stall, true, false),
        (FaultKind::StallAfterCommit, true, true),
        (FaultKind::TooManyRequests { retry_after: 5 }, false, false),
    ];
    let mut stored = 0;
    for (n, (kind, unknown, arrived)) in (10..).zip(cases) {
        let name = kind.name();
        let sealed = article(n);
        control.add_fault(Fault::on("/ill/requests", kind.clone()).method("PUT").times(1));
        let hasty = gateway.clone().with_deadline(Duration::from_millis(400));
        let stalls = matches!(kind, FaultKind::Stall | FaultKind::StallAfterCommit);
        let client = if stalls { &hasty } else { gateway };
        let error = client.submit(&session, &sealed).await.unwrap_err();
        assert_eq!(error.outcome_unknown(), unknown, "{name}: {error:?}");
        if matches!(kind, FaultKind::TooManyRequests { .. }) {
            assert_eq!(error, NetError::Throttled { after: Some(Duration::from_secs(5)) });
        }
        let found = matches!(gateway.look_up(&session, sealed.id).await.unwrap(), LookedUp::Found { .. });
        assert_eq!(found, arrived, "{name}");
        let Submitted::Accepted { replayed, .. } = gateway.submit(&session, &sealed).await.unwrap() else {
            panic!("{name}: not accepted afterwards")
        };
        assert_eq!(replayed, arrived, "{name}");
        stored += 1;
        assert_eq!(control.requests().await.unwrap().len(), stored, "{name}");
        // frees the place of the request, because open requests are limited
        control.lead_to(&sealed.id.to_string(), RequestState::Cancelled).await.unwrap();
    }
}

/// An action is idempotent by its id, and refused where the platform does not offer it.
pub async fn acts_once(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let session = platform.signed_in().await;
    let sealed = article(1);
    gateway.submit(&session, &sealed).await.unwrap();
    let action = uuid::Uuid::new_v4();
    let done = gateway.act(&session, sealed.id, action, "cancel", &BTreeMap::new()).await.unwrap();
    assert_eq!(done.request.state, RequestState::Cancelled);
    assert!(!done.message.is_empty());
    let again = gateway.act(&session, sealed.id, action, "cancel", &BTreeMap::new()).await.unwrap();
    assert_eq!(again, done);
    let refused =
        gateway.act(&session, sealed.id, uuid::Uuid::new_v4(), "renew", &BTreeMap::new()).await.unwrap_err();
    let NetError::Refused { code, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!(code, "ACTION_NOT_ALLOWED");
    let events = control.events(&sealed.id.to_string()).await.unwrap();
    assert_eq!(events.len(), 2, "submitted, cancelled once");
}

/// An unknown state is kept by its name; an expired cursor demands a full resynchronisation.
pub async fn follows_what_it_does_not_know(platform: &Platform) {
    let (gateway, control) = (&platform.gateway, platform.control());
    let session = platform.signed_in().await;
    let sealed = article(1);
    gateway.submit(&session, &sealed).await.unwrap();
    let cursor = gateway.changes(&session, None).await.unwrap().next;
    control.force_state(&sealed.id.to_string(), "DIGITISING_ABROAD").await.unwrap();
    let page = gateway.changes(&session, Some(&cursor)).await.unwrap();
    let [Change::Upsert { request, .. }] = &page.changes[..] else { panic!("{page:?}") };
    assert_eq!(request.state, RequestState::Other("DIGITISING_ABROAD".to_owned()));
    let events = gateway.events(&session, sealed.id).await.unwrap();
    assert_eq!(events.last().unwrap().to_state, request.state);

    control.expire_cursors().await.unwrap();
    let expired = gateway.changes(&session, Some(&page.next)).await.unwrap_err();
    assert!(
        matches!(&expired, NetError::Refused { status: 410, code, .. } if code == "CURSOR_EXPIRED"),
        "{expired:?}"
    );
    assert_eq!(gateway.changes(&session, None).await.unwrap().changes.len(), 1);
}
