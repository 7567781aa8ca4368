//! Forms of a library's own: what its captions mean, its Word document, and what a searched reference fills.

use hongyan_engine::LibraryPick;
use hongyan_engine::problem::ErrorCode;
use hongyan_model::work::{Availability, Work};
use hongyan_model::{Creator, Kind, Record, Service};

use crate::bench::{Machine, loan};
use crate::handover::open;

#[tokio::test]
async fn what_was_corrected_on_the_form_goes_into_a_profile_and_is_read_from_it_again() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    let id = loan(&engine, "壮族麽经布洛陀影印译注").await.id;
    engine.requests().submit(id).await.unwrap();
    let corrections = async |engine: &hongyan_engine::Engine, id| {
        let input = engine.handover().fill_input(id, true, false).await.unwrap();
        let list = input["corrections"].as_array().unwrap().clone();
        list.iter()
            .map(|one| (one["label"].as_str().unwrap().to_owned(), one["field"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let pair = |label: &str, field: &str| (label.to_owned(), field.to_owned());
    let handover = engine.handover();
    handover.correct("您的要求", Some("note")).await.unwrap();
    handover.correct("书刊名称 *", Some("title")).await.unwrap();
    handover.correct("索书号", None).await.unwrap();
    let expected = vec![pair("书刊名称 *", "title"), pair("您的要求", "note"), pair("索书号", "none")];
    let mut now = corrections(&engine, id).await;
    now.sort();
    let sorted = |mut list: Vec<(String, String)>| {
        list.sort();
        list
    };
    assert_eq!(now, sorted(expected.clone()));
    let profile = handover.library_as_corrected().await.unwrap().to_toml();
    assert!(profile.contains("[form]"), "{profile}");
    engine.stop().await;

    // another patron's machine
    let machine = Machine::new();
    let engine = open(&machine).await;
    let chosen = engine.choose_library(LibraryPick::Profile(profile)).await.unwrap();
    assert_eq!(chosen.slip, None);
    let id = loan(&engine, "壮族麽经布洛陀影印译注").await.id;
    engine.requests().submit(id).await.unwrap();
    assert_eq!(sorted(corrections(&engine, id).await), sorted(expected));
    // what this patron says stands above it, and a field has one place
    engine.handover().correct("题名", Some("title")).await.unwrap();
    engine.handover().correct("索书号", Some("edition")).await.unwrap();
    let expected = vec![pair("您的要求", "note"), pair("题名", "title"), pair("索书号", "edition")];
    assert_eq!(sorted(corrections(&engine, id).await), sorted(expected));
    let input = engine.handover().fill_input(id, true, false).await.unwrap().to_string();
    assert!(!input.contains("书刊名称"), "{input}");
    engine.stop().await;
}

#[tokio::test]
async fn a_reference_that_was_searched_fills_what_the_catalogue_does_not_say() {
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    let record = Record {
        kind: Kind::Article,
        title: "中华民族的多元一体格局".into(),
        creators: vec![Creator::author("费孝通")],
        date: "1989".into(),
        ..Record::default()
    };
    let work = Work {
        id: "w1".into(),
        merged: record.clone(),
        members: vec![record],
        availability: Availability::Request,
        joined_by: Vec::new(),
    };
    let of = async |asked: &str| {
        engine.requests().draft_from_work(Service::Copy, &work, asked).await.unwrap().draft
    };
    let cited = "[12]费孝通. 中华民族的多元一体格局[J]. 北京大学学报(哲学社会科学版), 1989, 26(4): 1-19.";
    let draft = of(cited).await;
    assert_eq!(
        (draft.volume.as_str(), draft.issue.as_str(), draft.pages.as_str()),
        ("26", "4", "1-19"),
        "{draft:?}"
    );
    // of the pages some catalogues give the first one
    let mut first = work.clone();
    for (pages, whole) in [("1", "1-19"), ("2", "2"), ("1-19", "1-19"), ("", "1-19")] {
        pages.clone_into(&mut first.merged.pages);
        let draft = engine.requests().draft_from_work(Service::Copy, &first, cited).await.unwrap().draft;
        assert_eq!(draft.pages, whole, "{pages}");
    }
    // another work, words, and several references say nothing of it
    let other = "费孝通. 江村经济[M]. 南京: 江苏人民出版社, 1986.";
    for asked in [other, "费孝通 多元一体 26", &format!("{cited}\n{other}")] {
        let draft = of(asked).await;
        assert_eq!((draft.volume.as_str(), draft.pages.as_str()), ("", ""), "{asked}: {draft:?}");
    }
    engine.stop().await;
}

#[tokio::test]
async fn a_request_is_put_into_the_librarys_own_form() {
    const FORM: &[u8] = include_bytes!("request-form.docx");
    let machine = Machine::new();
    let engine = open(&machine).await;
    engine.choose_library(LibraryPick::Carried("a001962".into())).await.unwrap();
    let mut draft = engine.requests().draft_new(Service::Copy, None, None).await.unwrap().draft;
    draft.component_title = "论“铜鼓” <纹饰> & 歌圩".into();
    draft.component_author = "韦某".into();
    draft.title = "广西民族研究".into();
    draft.date = "2019".into();
    draft.volume = "35".into();
    draft.issue = "3".into();
    draft.pages = "101-117".into();
    draft.note = "急用".into();
    draft.declaration_accepted = true;
    let id = engine.requests().draft_save(draft).await.unwrap().draft.id;
    let mark = engine.requests().submit(id).await.unwrap().mark;
    let handover = engine.handover();
    assert_eq!(handover.get(id).await.unwrap().form, "");
    assert_eq!(handover.filled_form(id).await.unwrap_err().code, ErrorCode::NotAllowed);
    // what is no form is refused, and one without a name that is known
    for bytes in [b"%PDF-1.4".to_vec(), FORM.get(..900).unwrap().to_vec()] {
        let given = Some(("申请表.docx".to_owned(), bytes));
        assert_eq!(handover.set_form(given).await.unwrap_err().code, ErrorCode::FormUnusable);
    }
    let given = Some(("申请表.docx".to_owned(), FORM.to_vec()));
    let view = handover.set_form(given).await.unwrap();
    assert_eq!(
        (view.name.as_str(), view.unknown.as_slice()),
        ("申请表.docx", ["姓名".to_owned()].as_slice())
    );
    assert_eq!(view.known.len(), 11, "{view:?}");
    assert_eq!(handover.get(id).await.unwrap().form, "申请表.docx");

    let filled = handover.filled_form(id).await.unwrap();
    assert_eq!(filled.file_name, format!("申请表 {mark} 论“铜鼓” 纹饰 & 歌圩.docx"));
    if let Some(words) = docx_words(&filled.bytes) {
        for line in [
            "申请类型|文献传递（复制）",
            "篇名|论“铜鼓” <纹饰> & 歌圩",
            "作者|韦某",
            "刊名或书名|广西民族研究",
            "年、卷、期|2019，35（3）",
            "页码|101-117",
            "备注|急用",
            "姓名|",
        ] {
            assert!(words.contains(&format!("|{line}|")), "{line} in {words}");
        }
        assert!(words.contains(&format!("鸿雁号：{mark}")), "{words}");
    }

    // it goes with the profile to another machine, and the screens do not carry it
    let profile = handover.library_as_corrected().await.unwrap().to_toml();
    assert!(engine.libraries().list().await.unwrap().library.template.is_none());
    handover.set_form(None).await.unwrap();
    assert_eq!(handover.get(id).await.unwrap().form, "");
    engine.stop().await;
    let machine = Machine::new();
    let engine = open(&machine).await;
    let chosen = engine.choose_library(LibraryPick::Profile(profile)).await.unwrap();
    assert_eq!(chosen.slip, None);
    assert_eq!(engine.handover().form().await.unwrap(), view);
    engine.stop().await;
}

/// The texts of a Word document as Python reads them, cells and paragraphs apart by strokes; none without Python (under
/// Wine).
fn docx_words(docx: &[u8]) -> Option<String> {
    const READ: &str = "import sys, zipfile, io, xml.etree.ElementTree as E
z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
t = '{http://schemas.openxmlformats.org/wordprocessingml/2006/main}'
print('|' + '|'.join(''.join(x.text or '' for x in p.iter(t + 't')) for p in E.fromstring(z.read('word/document.xml')).iter(t + 'p')) + '|')
";
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let python = Command::new("python3")
        .args(["-c", READ])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        println!("skipped: python3 is not on this machine");
        return None;
    };
    python.stdin.take().unwrap().write_all(docx).unwrap();
    Some(String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap())
}
