//! What is dropped or pasted for requests of a library without an interface: tied, kept, told.

use std::sync::Arc;

use hongyan_engine::intake::Given;
use hongyan_engine::platform::Opening;
use hongyan_engine::problem::ErrorCode;
use hongyan_engine::secrets::SecretStore;
use hongyan_engine::view::TieKind;
use hongyan_engine::{Clock, Engine, LibraryPick, SetClock};
use hongyan_model::RequestState as S;
use hongyan_model::mail::Says;
use hongyan_model::mail::tie::By;
use hongyan_model::notice::NoticeKind;
use hongyan_model::{Provenance, RequestId, Service};
use jiff::Zoned;
use jiff::civil::date;
use jiff::tz::{TimeZone, offset};

use crate::bench::{Machine, loan};

async fn open(machine: &Machine) -> Engine {
    let opening = Opening {
        data_dir: machine.path().to_owned(),
        clock: Some(Arc::clone(&machine.clock)),
        ..Opening::default()
    };
    let keyring = Arc::clone(&machine.keyring) as Arc<dyn SecretStore>;
    let engine = Engine::open_for(opening, keyring).await.unwrap();
    if !engine.libraries().list().await.unwrap().chosen {
        engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    }
    engine
}

/// A copy of an article that was kept and not filed yet; its mark.
async fn copy(engine: &Engine, title: &str) -> (RequestId, String) {
    let mut draft = engine.requests().draft_new(Service::Copy, None, None).await.unwrap().draft;
    draft.title = "广西民族研究".into();
    draft.component_title = title.into();
    draft.component_author = "韦某".into();
    draft.date = "2019".into();
    draft.pages = "101-117".into();
    draft.declaration_accepted = true;
    let id = engine.requests().draft_save(draft).await.unwrap().draft.id;
    let detail = engine.requests().submit(id).await.unwrap();
    (id, detail.mark)
}

fn mail(subject: &str, text: &str, file: bool) -> Given {
    let mut mail = format!(
        "From: =?utf-8?B?6aaG6ZmF5LqS5YCf?= <ill@lib.example.edu.cn>\r\nSubject: {subject}\r\nDate: Tue, 1 Dec 2026 08:00:00 +0800\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    );
    if file {
        mail.push_str(
            "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*=UTF-8''%E9%93%9C%E9%BC%93.pdf\r\n\r\n%PDF-1.4 论铜鼓\r\n",
        );
    }
    mail.push_str("--b--\r\n");
    Given::File { name: "信.eml".into(), bytes: mail.into_bytes() }
}

#[tokio::test]
async fn a_file_that_came_makes_a_copy_delivered_and_is_kept() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    let (id, mark) = copy(&engine, "论壮族的铜鼓及其纹饰").await;
    let (other, _) = copy(&engine, "瑶族盘王节的仪式与音乐").await;
    let before = engine.requests().get(id).await.unwrap();
    assert_eq!(before.row.state, S::Queued, "not filed: only a file may jump so far");

    // on the window, by its mark
    let given = mail("文献传递结果", &format!("您申请的文献已传递（{}）", mark.to_lowercase()), true);
    let view = engine.intake().look(given.clone(), None).await.unwrap();
    assert_eq!((view.tie, view.request), (TieKind::Tied, Some(id)));
    let first = &view.candidates[0];
    assert_eq!((first.id, first.by, first.title.as_str()), (id, Some(By::Mark), "论壮族的铜鼓及其纹饰"));
    let step = first.step.clone().unwrap();
    assert_eq!((step.state, step.sure), (S::Delivered, true));
    assert_eq!(view.files[0].name, "铜鼓.pdf");
    assert_eq!(view.from_address, "ill@lib.example.edu.cn");
    assert_eq!(engine.requests().get(id).await.unwrap(), before, "looking changes nothing");

    // on another request it is asked about
    let view = engine.intake().look(given.clone(), Some(other)).await.unwrap();
    assert_eq!((view.tie, view.request), (TieKind::Others, None));
    engine.intake().drop_shown(view.id);
    let gone = engine.intake().take(view.id, other, false, None).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);

    let view = engine.intake().look(given.clone(), None).await.unwrap();
    let detail = engine.intake().take(view.id, id, false, None).await.unwrap();
    assert_eq!(detail.row.state, S::Delivered);
    assert_eq!(detail.timeline.last().unwrap().source, Provenance::Mail);
    assert!(detail.can_take_back);
    assert_eq!((detail.letters.len(), detail.files.len()), (1, 1));
    // it is told, by the list and by a toast, and goes with what was noted
    let told = async || {
        let list = engine.notices().list().await.unwrap();
        list.notices.into_iter().map(|one| (one.kind, one.request, one.title)).collect::<Vec<_>>()
    };
    let came = (NoticeKind::Delivered, Some(id), "论壮族的铜鼓及其纹饰".to_owned());
    assert_eq!(told().await, std::slice::from_ref(&came));
    engine.handover().take_back(id).await.unwrap();
    assert_eq!(told().await, []);
    let view = engine.intake().look(given.clone(), None).await.unwrap();
    let detail = engine.intake().take(view.id, id, false, None).await.unwrap();
    assert_eq!((detail.row.state, told().await), (S::Delivered, vec![came]));
    // twice is once
    let view = engine.intake().look(given, None).await.unwrap();
    let detail = engine.intake().take(view.id, id, false, None).await.unwrap();
    assert_eq!((detail.letters.len(), detail.files.len()), (1, 1));

    // after another start, offline
    engine.stop().await;
    drop(engine);
    let engine = open(&machine).await;
    let file = detail.files[0].id;
    let plain = engine.intake().plain(file).await.unwrap();
    assert_eq!(
        (plain.file_name.as_str(), plain.bytes.as_slice()),
        ("铜鼓.pdf", "%PDF-1.4 论铜鼓".as_bytes())
    );
    let opened = engine.intake().open_copy(file).await.unwrap();
    assert_eq!(std::fs::read(&opened).unwrap(), plain.bytes);
    let mut all = Vec::new();
    let counts = engine.intake().all(|plain| {
        all.push(plain.file_name);
        Ok(())
    });
    assert_eq!((counts.await.unwrap(), all), ((1, 0), vec!["铜鼓.pdf".to_owned()]));
    engine.stop().await;
    assert!(!opened.exists(), "a readable copy goes at the end");
    drop(engine);

    // damaged and missing content is said
    let engine = open(&machine).await;
    let blob =
        std::fs::read_dir(machine.path().join("hongyan.files")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&blob, b"HYFILE1\n").unwrap();
    assert_eq!(engine.intake().plain(file).await.unwrap_err().code, ErrorCode::FileLost);
    std::fs::remove_file(&blob).unwrap();
    assert_eq!(engine.intake().open_copy(file).await.unwrap_err().code, ErrorCode::FileLost);
    assert_eq!(engine.intake().all(|_| Ok(())).await.unwrap(), (0, 1));

    // and everything goes with sign-out
    let view = engine.intake().look(mail("二", "x", true), Some(other)).await.unwrap();
    let detail = engine.intake().take(view.id, other, false, None).await.unwrap();
    let opened = engine.intake().open_copy(detail.files[0].id).await.unwrap();
    engine.sign_out(true).await.unwrap();
    assert!(!opened.exists());
    assert!(!machine.path().join("hongyan.files").exists());
    assert!(engine.intake().take(view.id, other, false, None).await.is_err(), "nothing is remembered");
    engine.stop().await;
}

#[tokio::test]
async fn a_loan_moves_by_what_the_patron_confirms_and_never_by_a_file() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    let id = loan(&engine, "壮族麽经布洛陀影印译注").await.id;
    engine.requests().submit(id).await.unwrap();
    engine.handover().sent(id, "20261130-77").await.unwrap();

    let text = "您申请的《壮族麼經布洛陀影印譯注》已到馆，请于12月20日前领取。申请号：20261130-77";
    let view = engine.intake().look(mail("取书通知", text, true), None).await.unwrap();
    assert_eq!((view.tie, view.request), (TieKind::Tied, Some(id)));
    assert_eq!(view.candidates[0].by, Some(By::Number));
    assert_eq!(view.says, Some(Says::Pickup { until: Some(date(2026, 12, 20)) }));
    let step = view.candidates[0].step.clone().unwrap();
    assert_eq!((step.state, step.sure, step.day), (S::AwaitingPickup, false, Some(date(2026, 12, 20))));
    // the file is kept, the step was not confirmed
    let detail = engine.intake().take(view.id, id, false, None).await.unwrap();
    assert_eq!((detail.row.state, detail.files.len()), (S::Submitted, 1));

    // the text alone, by its title; the patron corrects the day
    let text = "您申请的《壮族麽经布洛陀影印译注》到馆待取";
    let view = engine.intake().look(Given::Text(text.into()), None).await.unwrap();
    assert_eq!((view.tie, view.candidates[0].by), (TieKind::Tied, Some(By::Title)));
    let detail = engine.intake().take(view.id, id, true, Some(date(2026, 12, 24))).await.unwrap();
    assert_eq!(detail.row.state, S::AwaitingPickup);
    assert_eq!(detail.request.unwrap().pickup_by, Some(date(2026, 12, 24)));

    // nothing of ours, and nothing to read
    let view = engine.intake().look(Given::Text("明天开会".into()), None).await.unwrap();
    assert_eq!((view.tie, view.request), (TieKind::Unknown, None));
    assert_eq!(view.candidates.len(), 1, "the patron may still say which");
    let empty = engine.intake().look(Given::Text("  ".into()), None).await.unwrap_err();
    assert_eq!(empty.code, ErrorCode::TextTooComplex);
    engine.stop().await;
}

#[tokio::test]
async fn what_a_mail_has_beyond_what_is_kept_is_told() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    let links: String = (0..120).map(|at| format!("https://lib.cn/{at}\r\n")).collect();
    let file = "--b\r\nContent-Type: application/pdf; name=\"铜鼓.pdf\"\r\nContent-Disposition: attachment\r\n\r\n%PDF-1.4\r\n";
    let raw = format!(
        "From: a@b.cn\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         {links}{}--b--\r\n",
        file.repeat(1_000)
    );
    let given = Given::File { name: "信.eml".into(), bytes: raw.into_bytes() };
    let view = engine.intake().look(given, None).await.unwrap();
    assert_eq!((view.files.len(), view.files_left), (100, 900));
    assert_eq!((view.links.len(), view.links_left), (100, 20));
    engine.stop().await;
}

#[tokio::test]
async fn a_large_attachment_is_reminded_of_before_its_link_ends() {
    let mut machine = Machine::new();
    let day = |day| date(2026, 12, day).at(9, 0, 0, 0).to_zoned(TimeZone::fixed(offset(8))).unwrap();
    let clock = Arc::new(SetClock::new(day(1)));
    machine.clock = Arc::clone(&clock) as Arc<dyn Clock>;
    let engine = open(&machine).await;
    let (id, mark) = copy(&engine, "论壮族的铜鼓及其纹饰").await;
    let html = format!(
        "From: ill@lib.example.edu.cn\r\nSubject: {mark}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <p>超大附件 <a href='https://mail.qq.com/cgi-bin/ftnExs_download?k=1'>铜鼓.pdf</a> 2026年12月20日 到期</p>\r\n"
    );
    let given = Given::File { name: "信.eml".into(), bytes: html.into_bytes() };
    let view = engine.intake().look(given, None).await.unwrap();
    assert_eq!((view.request, view.kept_until), (Some(id), Some(date(2026, 12, 20))));
    engine.intake().take(view.id, id, false, None).await.unwrap();
    let reminded = async |at: Zoned| {
        clock.set(at);
        engine.reminders().check_clock().await.unwrap();
        let list = engine.notices().list().await.unwrap().notices;
        let of_link = list.into_iter().filter(|one| one.kind == NoticeKind::DocumentExpiring);
        of_link.map(|one| (one.request, one.date)).collect::<Vec<_>>()
    };
    assert_eq!(reminded(day(16)).await, []);
    let once = vec![(Some(id), Some(date(2026, 12, 20)))];
    assert_eq!(reminded(day(17)).await, once);
    assert_eq!(reminded(day(19)).await, once, "once");

    let empty = Given::File { name: "信.eml".into(), bytes: Vec::new() };
    assert_eq!(engine.intake().look(empty, None).await.unwrap_err().code, ErrorCode::FileEmpty);

    // of another one the file came before
    let (other, mark) = copy(&engine, "瑶族盘王节的仪式与音乐").await;
    let text =
        format!("{mark} 超大附件 https://mail.qq.com/cgi-bin/ftnExs_download?k=2 到期时间：2026年12月30日");
    let view = engine.intake().look(Given::Text(text), None).await.unwrap();
    assert_eq!((view.request, view.kept_until), (Some(other), Some(date(2026, 12, 30))), "{view:?}");
    engine.intake().take(view.id, other, false, None).await.unwrap();
    let file = Given::File { name: format!("{mark}.pdf"), bytes: b"%PDF-1.4 x".to_vec() };
    let view = engine.intake().look(file, None).await.unwrap();
    engine.intake().take(view.id, other, false, None).await.unwrap();
    assert_eq!(reminded(day(28)).await, once, "the file is here");
    engine.stop().await;
}
