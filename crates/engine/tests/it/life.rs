//! Life cycle of a request through the Reader API, against the sandbox: every action with replay and
//! refusal, changes, messages, documents, and values of a newer platform.

use std::collections::BTreeMap;

use hongyan_engine::Engine;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::view::{PendingKind, RequestDetail};
use hongyan_model::request::EventKind;
use hongyan_model::request::again::Change;
use hongyan_model::{Draft, RequestId, RequestState, Service};
use hongyan_sandbox::{
    Fault, FaultKind, Label, NewCondition, NewDocument, NewStep, Newer, NewerAction, Options, Sandbox,
};
use jiff::civil::date;

use crate::bench::{Machine, loan, until, until_state};
use crate::sandbox::gateway;

/// Service, initial state, action, parameters, resulting state.
type Case<'a> = (Service, RequestState, &'a str, &'a [(&'a str, &'a str)], RequestState);

const PATRON: (&str, &str) = ("20210001", "相思湖畔904");

/// A sandbox, a machine, and an engine with a signed-in patron.
struct Desk {
    sandbox: Sandbox,
    machine: Machine,
    engine: Engine,
}

impl Desk {
    async fn open() -> Desk {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        sandbox.control().change_settings(|settings| settings.librarian = false);
        let machine = Machine::new();
        let engine = machine.start(gateway(&sandbox)).await;
        engine.platform().sign_in(PATRON.0, PATRON.1).await.unwrap();
        Desk { sandbox, machine, engine }
    }

    /// Creates a request on the platform and moves it to a state.
    async fn request(&self, service: Service, title: &str, state: RequestState) -> RequestId {
        let draft = match service {
            Service::Loan => loan(&self.engine, title).await,
            Service::Copy => article(&self.engine, title).await,
        };
        let id = self.engine.requests().submit(draft.id).await.unwrap().row.id;
        until_state(&self.engine, id, RequestState::Submitted).await;
        if state != RequestState::Submitted {
            self.sandbox.control().lead_to(&id.to_string(), state.clone()).await.unwrap();
            self.news(id, state).await;
        }
        id
    }

    async fn news(&self, id: RequestId, state: RequestState) -> RequestDetail {
        self.engine.sync().now();
        until_state(&self.engine, id, state).await
    }

    /// Restarts the program without background tasks.
    async fn asleep(self) -> Desk {
        let Desk { sandbox, machine, engine } = self;
        engine.stop().await;
        drop(engine);
        let engine = machine.open(gateway(&sandbox)).await.unwrap();
        Desk { sandbox, machine, engine }
    }

    async fn step(&self, id: RequestId, step: NewStep) {
        self.sandbox.control().take_step(&id.to_string(), step).await.unwrap();
    }

    async fn settled(&self, id: RequestId) -> RequestDetail {
        let quiet = async || {
            let detail = self.engine.requests().get(id).await.unwrap();
            detail.pending.iter().all(|one| one.refused)
        };
        until(&self.engine, "everything told", quiet).await;
        self.engine.requests().get(id).await.unwrap()
    }

    async fn close(self) {
        self.engine.stop().await;
        self.sandbox.shutdown().await;
    }
}

/// Number of PUT requests below a path.
fn puts(sandbox: &Sandbox, path: &str) -> usize {
    let received = sandbox.control().received();
    received.iter().filter(|call| call.method == "PUT" && call.path.starts_with(path)).count()
}

async fn article(engine: &Engine, title: &str) -> Draft {
    let mut draft = engine.requests().draft_new(Service::Copy, None, None).await.unwrap().draft;
    draft.component_title = title.into();
    draft.component_author = "韦氏".into();
    draft.title = "广西民族研究".into();
    draft.volume = "12".into();
    draft.pages = "101-117".into();
    draft.date = "2019".into();
    draft.declaration_accepted = true;
    engine.requests().draft_save(draft).await.unwrap().draft
}

fn says(params: &[(&str, &str)]) -> BTreeMap<String, String> {
    params.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[tokio::test]
async fn every_action_is_done_once_even_when_its_answer_is_lost() {
    use RequestState as S;
    use Service::{Copy, Loan};
    let desk = Desk::open().await;
    let control = desk.sandbox.control();
    let problem: &[(&str, &str)] =
        &[("problem", "pages-missing"), ("note", "缺第 12 页"), ("unknown", "不要")];
    let cases: [Case<'_>; 10] = [
        (Loan, S::Submitted, "cancel", &[("reason", "不再需要")], S::Cancelled),
        (Copy, S::SentToSupplier, "cancel", &[], S::CancelRequested),
        (Loan, S::DuplicateReview, "override-duplicate", &[], S::LocalReview),
        (Copy, S::ConditionPending, "accept-condition", &[], S::WillSupply),
        (Loan, S::ConditionPending, "reject-condition", &[("reason", "太贵")], S::SentToSupplier),
        (Copy, S::Delivered, "report-problem", problem, S::DeliveryProblem),
        (Copy, S::Delivered, "confirm-received", &[], S::Completed),
        (Loan, S::OnLoan, "renew", &[], S::OnLoan),
        (Loan, S::SentToSupplier, "urge", &[("text", "论文下周要交")], S::SentToSupplier),
        (Loan, S::Shipped, "urge", &[], S::Shipped),
    ];
    for (number, (service, state, action, params, after)) in cases.into_iter().enumerate() {
        let title = format!("铜鼓研究 第{number}编");
        let id = desk.request(service, &title, state.clone()).await;
        let path = format!("/ill/requests/{id}/actions/");
        let before = control.events(&id.to_string()).await.unwrap().len();
        control.add_fault(Fault::on(&path, FaultKind::DropAfterCommit).method("PUT").times(1));
        let detail = desk.engine.requests().act_with(id, action, says(params)).await.unwrap();
        assert_eq!(detail.row.pending_action, action, "{title}");
        assert!(detail.pending.iter().any(|one| one.action == action), "{title}");
        let detail = desk.settled(id).await;
        assert_eq!(
            (&detail.row.state, detail.row.pending_action.as_str()),
            (&after, ""),
            "{action} in {state:?}"
        );
        assert_eq!(detail.pending, [], "{action} in {state:?}");
        assert_eq!(puts(&desk.sandbox, &path), 2, "{action} was sent again");
        // an urge with a text causes a message and an event; any other action one event
        let events = control.events(&id.to_string()).await.unwrap().len() - before;
        assert!((1..=2).contains(&events), "{action}: {events} events");
        if action == "report-problem" {
            let request = control.request(&id.to_string()).await.unwrap().unwrap();
            assert_eq!(request["reason"]["code"], "PAGES_MISSING");
        }
        // the platform limits open requests, so this one is deleted
        control.delete_request(&id.to_string()).await.unwrap();
    }
    desk.close().await;
}

#[tokio::test]
async fn a_refused_action_stays_with_its_reason_until_it_was_seen() {
    let desk = Desk::open().await;
    let id = desk.request(Service::Copy, "侗族大歌", RequestState::Delivered).await;
    let desk = desk.asleep().await;
    let engine = &desk.engine;
    engine.requests().act(id, "confirm-received").await.unwrap();
    // meanwhile it ends on the platform
    desk.sandbox.control().move_request(&id.to_string(), RequestState::Completed, None).await.unwrap();
    engine.start().await;
    let detail = desk.settled(id).await;
    let [refused] = &detail.pending[..] else { panic!("{:?}", detail.pending) };
    assert!(refused.refused && refused.can_drop);
    assert_eq!(refused.problem.as_ref().unwrap().code, ErrorCode::NotAllowed);
    let detail = engine.requests().pending_drop(id, refused.id).await.unwrap();
    assert_eq!(detail.pending, []);
    desk.news(id, RequestState::Completed).await;
    desk.close().await;
}

#[tokio::test]
async fn what_has_not_left_is_taken_back() {
    let desk = Desk::open().await;
    let id = desk.request(Service::Loan, "粤西丛载", RequestState::OnLoan).await;
    let desk = desk.asleep().await;
    let engine = &desk.engine;
    let detail = engine.requests().act(id, "renew").await.unwrap();
    let [waiting] = &detail.pending[..] else { panic!("{:?}", detail.pending) };
    assert!(waiting.can_drop && !detail.actions.iter().any(|one| one.name == "renew" && one.available));
    let detail = engine.requests().pending_drop(id, waiting.id).await.unwrap();
    assert_eq!((detail.pending.len(), detail.row.pending_action.as_str()), (0, ""));
    engine.start().await;
    engine.sync().finished().await.unwrap();
    assert_eq!(puts(&desk.sandbox, &format!("/ill/requests/{id}/actions/")), 0);
    desk.close().await;
}

#[tokio::test]
async fn a_renewal_has_the_day_that_the_library_says() {
    let desk = Desk::open().await;
    let id = desk.request(Service::Loan, "岭南金石志", RequestState::OnLoan).await;
    let due = desk.engine.requests().get(id).await.unwrap().request.unwrap().due_date;
    desk.engine.requests().act(id, "renew").await.unwrap();
    let detail = desk.settled(id).await;
    let answered = detail.request.unwrap();
    assert!(answered.renewal.is_some());
    if answered.renewal.as_ref().is_some_and(|renewal| renewal.state == "requested") {
        assert_eq!(answered.due_date, due, "no day is made up here");
    }
    let day = date(2030, 1, 31);
    let control = desk.sandbox.control();
    control.answer_renewal(&id.to_string(), true, Some(day), "可以续借").await.unwrap();
    desk.engine.sync().now();
    until(&desk.engine, "the new day", async || {
        let request = desk.engine.requests().get(id).await.unwrap().request.unwrap();
        request.due_date == Some(day) && request.renewal.is_some_and(|renewal| renewal.state == "granted")
    })
    .await;
    let timeline = desk.engine.requests().get(id).await.unwrap().timeline;
    let renewals: Vec<_> = timeline.iter().filter(|entry| entry.kind == EventKind::Renewal).collect();
    assert!(renewals.len() >= 2, "asked for and answered: {timeline:?}");
    assert!(renewals.iter().all(|entry| entry.state == RequestState::OnLoan && !entry.note.is_empty()));
    let moves = timeline.iter().filter(|entry| entry.kind == EventKind::Moved);
    assert_eq!(moves.filter(|entry| entry.state == RequestState::OnLoan).count(), 1);
    desk.close().await;
}

#[tokio::test]
async fn a_condition_says_what_it_is_and_what_it_costs() {
    let desk = Desk::open().await;
    let id = desk.request(Service::Copy, "瑶族评皇券牒", RequestState::WillSupply).await;
    let condition = NewCondition {
        code: "COST_EXCEEDS_MAXIMUM".into(),
        text: "原件装订紧，需逐页拍摄。".into(),
        cost: Some(32.0),
        answer_by: Some(date(2030, 1, 31)),
    };
    desk.step(
        id,
        NewStep { state: "CONDITION_PENDING".into(), condition: Some(condition), ..NewStep::default() },
    )
    .await;
    let detail = desk.news(id, RequestState::ConditionPending).await;
    let shown = detail.request.unwrap().condition.unwrap();
    assert_eq!((shown.code.as_str(), shown.cost.map(|fen| fen.0)), ("COST_EXCEEDS_MAXIMUM", Some(3200)));
    assert_eq!((shown.text.as_str(), shown.answer_by), ("原件装订紧，需逐页拍摄。", Some(date(2030, 1, 31))));
    desk.engine.requests().act(id, "accept-condition").await.unwrap();
    let detail = desk.settled(id).await;
    assert_eq!((detail.row.state, detail.request.unwrap().condition), (RequestState::WillSupply, None));
    desk.close().await;
}

#[tokio::test]
async fn a_better_text_answers_the_question_and_a_conflict_loses_nothing() {
    let desk = Desk::open().await;
    let id = desk.request(Service::Copy, "京族喃字史歌", RequestState::NeedsInfo).await;
    let desk = desk.asleep().await;
    let (engine, control) = (&desk.engine, desk.sandbox.control());
    let detail = engine.requests().get(id).await.unwrap();
    assert!(detail.editable);
    let draft = Draft { issue: "3".into(), note: "见第 3 期\n谢谢".into(), ..detail.draft.clone() };

    // the platform's version changes while the edit is pending
    let waiting = engine.requests().edit(draft.clone()).await.unwrap();
    assert_eq!((waiting.pending[0].kind, waiting.pending[0].can_drop), (PendingKind::Edit, true));
    assert_eq!(waiting.pending[0].draft.as_ref().unwrap().issue, "3");
    assert_eq!(waiting.draft.issue, "", "nothing is changed before the library has it");
    control.touch(&id.to_string()).await.unwrap();
    engine.start().await;
    let detail = desk.settled(id).await;
    let [refused] = &detail.pending[..] else { panic!("{:?}", detail.pending) };
    assert_eq!(refused.problem.as_ref().unwrap().code, ErrorCode::VersionConflict);
    assert_eq!(refused.draft.as_ref().unwrap().note, "见第 3 期\n谢谢");

    // resolution: the patron compares and sends again; the response is lost once
    engine.sync().finished().await.unwrap();
    let path = format!("/ill/requests/{id}");
    control.add_fault(Fault::on(&path, FaultKind::DropAfterCommit).method("PUT").times(1));
    let sent = engine.requests().edit(refused.draft.clone().unwrap()).await.unwrap();
    assert_eq!(sent.pending.len(), 1, "the refused one is replaced");
    let detail = until_state(engine, id, RequestState::LocalReview).await;
    let detail = if detail.pending.is_empty() { detail } else { desk.settled(id).await };
    assert_eq!((detail.draft.issue.as_str(), detail.draft.note.as_str()), ("3", "见第 3 期\n谢谢"));
    assert!(!detail.editable);
    let there = control.request(&id.to_string()).await.unwrap().unwrap();
    assert_eq!(there["bibliographicInfo"]["issue"], "3");
    let late = engine.requests().edit(draft).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::NotAllowed);
    desk.close().await;
}

#[tokio::test]
async fn messages_wait_without_a_network_and_arrive_once() {
    let desk = Desk::open().await;
    let id = desk.request(Service::Loan, "百越民族史论集", RequestState::LocalReview).await;
    let desk = desk.asleep().await;
    let (engine, control) = (&desk.engine, desk.sandbox.control());
    let thread = engine.requests().message_send(id, " 要修订版，\n谢谢 ").await.unwrap();
    assert_eq!((thread.messages[0].text.as_str(), thread.messages[0].sent), ("要修订版，\n谢谢", false));
    let unwanted = engine.requests().message_send(id, "写错了").await.unwrap();
    let row = unwanted.messages.iter().find(|one| one.text == "写错了").unwrap().pending.unwrap();
    engine.requests().pending_drop(id, row).await.unwrap();
    let path = format!("/ill/requests/{id}/messages/");
    control.add_fault(Fault::on(&path, FaultKind::DropAfterCommit).method("PUT").times(1));
    engine.start().await;
    let sent = async || engine.requests().messages(id).await.unwrap().messages.iter().all(|one| one.sent);
    until(engine, "sent", sent).await;
    let there = control.messages(&id.to_string()).await.unwrap();
    assert_eq!(there.len(), 1);
    assert_eq!(there[0]["text"], "要修订版，\n谢谢");

    control.write(&id.to_string(), None, "有 2009 年修订版，可以吗？").await.unwrap();
    engine.sync().now();
    let answered = async || engine.requests().get(id).await.unwrap().row.unread == 1;
    until(engine, "an answer", answered).await;
    let thread = engine.requests().messages(id).await.unwrap();
    assert_eq!((thread.messages.len(), thread.unread, thread.messages[1].new), (2, 1, true));
    let notices = engine.notices().list().await.unwrap().notices.len();
    engine.requests().messages_seen(id).await.unwrap();
    assert_eq!(engine.requests().get(id).await.unwrap().row.unread, 0);
    let read = async || {
        engine.sync().now();
        control.messages(&id.to_string()).await.unwrap()[1].get("readAt").is_some_and(|at| !at.is_null())
    };
    until(engine, "read there too", read).await;
    engine.sync().finished().await.unwrap();
    assert_eq!(engine.requests().get(id).await.unwrap().row.unread, 0, "seen is seen");
    assert_eq!(
        engine.notices().list().await.unwrap().notices.len(),
        notices,
        "a message is no second arrival"
    );
    assert_eq!(engine.requests().message_send(id, " \n ").await.unwrap_err().code, ErrorCode::BadCall);
    desk.close().await;
}

#[tokio::test]
async fn a_document_is_verified_and_a_broken_download_uses_up_one_view() {
    let desk = Desk::open().await;
    let (engine, control) = (&desk.engine, desk.sandbox.control());
    let id = desk.request(Service::Copy, "傣族贝叶经", RequestState::WillSupply).await;
    let document =
        NewDocument { name: Some("傣族贝叶经.pdf".into()), views: Some(2), ..NewDocument::default() };
    desk.step(id, NewStep { state: "DELIVERED".into(), document: Some(document), ..NewStep::default() })
        .await;
    desk.news(id, RequestState::Delivered).await;
    let listed = async || engine.requests().get(id).await.unwrap().documents.len() == 1;
    until(engine, "the document", listed).await;
    let shown = engine.requests().get(id).await.unwrap().documents.remove(0);
    assert_eq!((shown.document.views_remaining, shown.can_fetch), (Some(2), true));
    let doc = shown.document.id.clone();

    let path = format!("/ill/documents/{doc}/content");
    control.add_fault(Fault::on(&path, FaultKind::Truncated).times(1));
    assert!(engine.requests().document_fetch(id, &doc).await.is_err());
    let part = engine.requests().get(id).await.unwrap().documents[0].part;
    assert!(part > 0 && part < shown.document.size, "{part}");
    // the download resumes after a restart
    let Desk { sandbox, engine, .. } = desk.asleep().await;
    engine.start().await;
    let fetched = engine.requests().document_fetch(id, &doc).await.unwrap();
    assert_eq!(
        (fetched.file_name.as_str(), fetched.bytes.len() as u64),
        ("傣族贝叶经.pdf", shown.document.size)
    );
    assert!(fetched.bytes.starts_with(b"%PDF"));
    // saving failed: a second fetch returns the stored bytes
    let again = engine.requests().document_fetch(id, &doc).await.unwrap();
    assert_eq!(again.bytes, fetched.bytes);
    engine.requests().document_saved(id, &doc, "/下载/傣族贝叶经.pdf").await.unwrap();
    let shown = engine.requests().get(id).await.unwrap().documents.remove(0);
    assert_eq!((shown.saved_path.as_str(), shown.part), ("/下载/傣族贝叶经.pdf", 0));
    assert_eq!(shown.document.views_remaining, Some(1), "one view for all of it");

    let control = sandbox.control();
    let wrong = NewDocument { claimed_sha256: Some("0".repeat(64)), ..NewDocument::default() };
    let wrong = control.add_document(&id.to_string(), &wrong).await.unwrap();
    engine.sync().now();
    until(&engine, "the second", async || engine.requests().get(id).await.unwrap().documents.len() == 2)
        .await;
    assert_eq!(engine.requests().document_fetch(id, &wrong).await.unwrap_err().code, ErrorCode::NotVerified);
    control.limit_document(&wrong, Some(0), None).await.unwrap();
    assert_eq!(engine.requests().document_fetch(id, &wrong).await.unwrap_err().code, ErrorCode::DocumentGone);
    engine.stop().await;
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_state_and_an_action_of_a_newer_platform_are_shown_done_and_survive_a_restart() {
    let desk = Desk::open().await;
    let id = desk.request(Service::Loan, "汉语方言地图集", RequestState::WillSupply).await;
    let label = |zh: &str, en: &str| Label { zh: zh.into(), en: en.into() };
    let newer = Newer {
        state: Some("IN_DIGITISATION".into()),
        label: Some(label("数字化加工中", "Being digitised")),
        stage: Some("ACTIVE".into()),
        actions: vec![NewerAction {
            name: "prefer-colour".into(),
            label: label("改为彩色", "In colour"),
            parameters: vec!["pages".into()],
        }],
    };
    desk.sandbox.control().play_newer(&id.to_string(), newer).await.unwrap();
    let state = RequestState::Other("IN_DIGITISATION".into());
    desk.news(id, state.clone()).await;
    desk.engine.stop().await;
    let Desk { sandbox, machine, engine } = desk;
    drop(engine);

    let engine = machine.start(gateway(&sandbox)).await;
    let detail = engine.requests().get(id).await.unwrap();
    assert_eq!((&detail.row.state, detail.row.state_label.as_str()), (&state, "数字化加工中"));
    let action = detail.actions.iter().find(|one| one.name == "prefer-colour").unwrap();
    assert_eq!(
        (action.label.as_str(), action.label_en.as_str(), action.available),
        ("改为彩色", "In colour", true)
    );
    let said = says(&[("pages", "12-15")]);
    engine.requests().act_with(id, "prefer-colour", said).await.unwrap();
    let quiet = async || engine.requests().get(id).await.unwrap().pending.is_empty();
    until(&engine, "told", quiet).await;
    assert_eq!(puts(&sandbox, &format!("/ill/requests/{id}/actions/")), 1);
    engine.stop().await;
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_request_of_another_machine_has_its_title_and_its_papers() {
    let desk = Desk::open().await;
    let control = desk.sandbox.control();
    let id = desk.request(Service::Copy, "桂海虞衡志校注考", RequestState::LocalReview).await;
    control.write(&id.to_string(), None, "请稍候").await.unwrap();
    let other = Machine::new();
    let engine = other.start(gateway(&desk.sandbox)).await;
    engine.platform().sign_in(PATRON.0, PATRON.1).await.unwrap();
    engine.sync().finished().await.unwrap();
    let detail = engine.requests().get(id).await.unwrap();
    assert_eq!(
        (detail.row.title.as_str(), detail.row.subtitle.as_str()),
        ("桂海虞衡志校注考", "广西民族研究")
    );
    assert_eq!((detail.draft.component_author.as_str(), detail.draft.service), ("韦氏", Service::Copy));
    assert_eq!(detail.row.unread, 1, "unread there is unread here");
    assert_eq!(engine.requests().messages(id).await.unwrap().messages.len(), 1);
    engine.stop().await;
    desk.close().await;
}

#[tokio::test]
async fn after_a_no_one_press_asks_again_with_what_to_change() {
    let desk = Desk::open().await;
    let engine = &desk.engine;
    let id = desk.request(Service::Loan, "越南汉喃遗产目录", RequestState::SentToSupplier).await;
    let reason =
        hongyan_sandbox::NewReason { code: "NON_CIRCULATING".into(), text: "特藏，不外借".into() };
    desk.step(id, NewStep { state: "UNFILLED".into(), reason: Some(reason), ..NewStep::default() }).await;
    let detail = desk.news(id, RequestState::Unfilled).await;
    assert_eq!(detail.again.first(), Some(&Change::AskCopy));
    let again =
        engine.requests().act_with(id, "edit-again", says(&[("change", "any-edition")])).await.unwrap();
    assert!(again.draft.any_edition);
    assert_eq!(again.draft.preceded_by, Some(id));
    let next = engine.requests().submit(again.draft.id).await.unwrap().row.id;
    until_state(engine, next, RequestState::Submitted).await;
    engine.sync().now();
    let linked = async || {
        let request = engine.requests().get(id).await.unwrap().request.unwrap();
        request.succeeded_by == Some(next)
    };
    until(engine, "the link", linked).await;
    desk.close().await;
}
