//! The check of a source against the sandbox, with every question that is open about the undocumented sources
//! answered the other way: the check names the difference and the setting, and the setting settles it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use std::time::Duration;

use futures_util::StreamExt;
use hongyan_connectors::http::{Http, HttpOptions};
use hongyan_connectors::probe::questions;
use hongyan_connectors::probe::report;
use hongyan_connectors::probe::{Checked, Finding, Language, Manners, Standing, check};
use hongyan_connectors::source::{Protocol, SourceConfig};
use hongyan_connectors::sources;
use hongyan_model::Query;
use hongyan_model::query::Field;
use hongyan_sandbox::{Habits, Options, Sandbox};

fn http() -> Http {
    Http::new(HttpOptions::default()).unwrap()
}

fn config(sandbox: &Sandbox, id: &str) -> SourceConfig {
    let all = sources::parse(&sandbox.sources_toml()).unwrap().source;
    all.into_iter().find(|source| source.id == id).unwrap()
}

async fn checked(config: &SourceConfig) -> Checked {
    check(config, None, &http(), Manners { pause: Duration::ZERO }).await.unwrap()
}

fn shown(checked: &Checked) -> String {
    report::section(checked, Language::Zh)
}

/// A sandbox in which a source answers like this.
async fn with(source: &str, habits: Habits) -> Sandbox {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    // the sandbox knows 联合目录 by its protocol
    let name = if source == "calis" { "opac2" } else { source };
    sandbox.control().change_settings(|settings| {
        settings.habits.insert(name.to_owned(), habits);
    });
    sandbox
}

fn finding<'a>(checked: &'a Checked, id: &str) -> &'a Finding {
    checked.findings.iter().find(|finding| finding.id == id).unwrap()
}

/// The configuration after what the finding says.
fn changed(config: &SourceConfig, finding: &Finding) -> SourceConfig {
    let change = finding.change.as_ref().unwrap();
    let mut json = serde_json::to_value(config).unwrap();
    let value = serde_json::from_str(&change.value).unwrap();
    *json.pointer_mut(&format!("/{}", change.key.replace('.', "/"))).unwrap() = value;
    serde_json::from_value(json).unwrap()
}

/// Titles of a search over several pages.
async fn titles(config: &SourceConfig) -> Vec<String> {
    let small = SourceConfig { page_size: 3, ..config.clone() };
    let source = sources::open(&small, &http()).unwrap();
    let batches: Vec<_> = source.search(&Query::words(Field::Title, "中国"), 7).collect().await;
    batches.into_iter().filter_map(Result::ok).flat_map(|batch| batch.records).map(|r| r.title).collect()
}

/// Checks a source that answers one open question the other way.
async fn differs(source: &str, id: &str, habits: Habits, key: &str, value: &str) {
    let usual = Sandbox::start(Options::default()).await.unwrap();
    let assumed = checked(&config(&usual, source)).await;
    assert_ne!(finding(&assumed, id).standing, Standing::Differs, "{source} {id}: {}", shown(&assumed));
    let wanted = titles(&config(&usual, source)).await;
    assert_eq!(wanted.len(), 7, "{source}: {wanted:?}");

    let sandbox = with(source, habits).await;
    let config = config(&sandbox, source);
    let seen = checked(&config).await;
    let found = finding(&seen, id);
    assert_eq!(found.standing, Standing::Differs, "{source} {id}: {}", shown(&seen));
    let change = found.change.as_ref().map(|change| (change.key, change.value.as_str()));
    assert_eq!(change, (!key.is_empty()).then_some((key, value)), "{source} {id}: {}", shown(&seen));
    let others: Vec<&Finding> =
        seen.findings.iter().filter(|f| f.standing == Standing::Differs && f.id != id).collect();
    assert!(others.is_empty(), "{source} {id}: {others:#?}");
    assert!(questions::OPEN.iter().any(|open| open.id == id && open.setting == key), "{id} {key}");
    for language in [Language::Zh, Language::En] {
        let page = report::page(std::slice::from_ref(&seen), language, "2026-11-30");
        assert!(page.contains(&report::line(found, language)), "{page}");
        assert!(key.is_empty() || page.contains(&format!("`{key}")), "{page}");
    }
    if !value.is_empty() {
        let settled = changed(&config, found);
        let again = checked(&settled).await;
        assert_eq!(again.differences(), 0, "{source} {id}: {}", shown(&again));
        assert_eq!(finding(&again, id).standing, Standing::AsAssumed, "{source} {id}: {}", shown(&again));
        // and the search finds what it finds where nothing is strange
        assert_eq!(titles(&settled).await, wanted, "{source} {id}");
    }
}

fn habits(change: impl FnOnce(&mut Habits)) -> Habits {
    let mut habits = Habits::default();
    change(&mut habits);
    habits
}

macro_rules! other_answers {
    ($($name:ident: $source:literal $id:literal, $change:expr => $key:literal, $value:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            differs($source, $id, habits($change), $key, $value).await;
        }
    )*};
}

other_answers! {
    calis_offset_base: "calis" "offset-base", |h| h.offset_base = Some(1) => "offsetBase", "1";
    calis_offset_counts: "calis" "offset-counts", |h| h.offset_counts = "pages".into() => "offsetCounts", "\"pages\"";
    calis_segment: "calis" "segment", |h| h.segment = "simple".into() => "segment", "\"simple\"";
    calis_or: "calis" "or", |h| h.without_or = true => "withoutOr", "true";
    calis_isbn: "calis" "isbn", |h| h.without_numbers = true => "indexes.isbn", "";
    calis_status: "calis" "status", |h| h.success = "ok".into() => "success", "\"ok\"";
    calis_total: "calis" "total", |h| h.total = "/data/count".into() => "total", "\"/data/count\"";
    calis_records: "calis" "records", |h| h.records = "/result/list".into() => "records", "\"/result/list\"";
    calis_charset: "calis" "charset", |h| h.gb18030 = true => "charset", "\"gb18030\"";
    calis_members: "calis" "members", |h| h.title_member = "bookName".into() => "", "";
    yidu_offset_base: "yidu" "offset-base", |h| h.offset_base = Some(0) => "offsetBase", "0";
    yidu_offset_counts: "yidu" "offset-counts", |h| h.offset_counts = "records".into() => "offsetCounts", "\"records\"";
    yidu_status: "yidu" "status", |h| h.success = "0".into() => "success", "\"0\"";
    yidu_total: "yidu" "total", |h| h.total = "/data/totalElements".into() => "total", "\"/data/totalElements\"";
    yidu_records: "yidu" "records", |h| h.records = "/data/records".into() => "records", "\"/data/records\"";
    yidu_charset: "yidu" "charset", |h| h.gb18030 = true => "charset", "\"gb18030\"";
    yidu_members: "yidu" "members", |h| h.title_member = "string_name".into() => "", "";
    nstl_title_code: "nstl" "title-code", |h| h.title_code = "title".into() => "indexes.title", "";
    nstl_code_without_effect: "nstl" "title-code", |h| h.ignores_codes = true => "indexes.title", "";
    nstl_number: "nstl" "number", |h| (h.with_numbers, h.without_numbers) = (true, true) => "", "";
    nstl_status: "nstl" "status", |h| h.success = "2000".into() => "success", "\"2000\"";
    nstl_total: "nstl" "total", |h| h.total = "/count".into() => "total", "\"/count\"";
    nstl_records: "nstl" "records", |h| h.records = "/rows".into() => "records", "\"/rows\"";
    nstl_charset: "nstl" "charset", |h| h.gb18030 = true => "charset", "\"gb18030\"";
    nstl_members: "nstl" "members", |h| h.title_member = "ti".into() => "", "";
}

/// The questions that these sources leave open and that the check asks: each has a test above.
#[test]
fn every_open_question_is_tried() {
    let here = include_str!("probe.rs");
    for source in ["calis", "yidu", "nstl"] {
        let config = sources::default_file().source.into_iter().find(|config| config.id == source).unwrap();
        for open in questions::of(config.protocol).filter(|open| open.asked) {
            let tried = here.contains(&format!("\"{source}\" \"{}\"", open.id));
            assert!(tried || open.id == "numbers", "{source}: {}", open.id);
        }
    }
}

/// e读 brings no numbers in the notes; where it does, the check says so.
#[tokio::test]
async fn numbers_in_answers() {
    let usual = Sandbox::start(Options::default()).await.unwrap();
    assert_eq!(finding(&checked(&config(&usual, "yidu")).await, "numbers").standing, Standing::Open);
    let sandbox = with("yidu", habits(|h| h.with_numbers = true)).await;
    let seen = checked(&config(&sandbox, "yidu")).await;
    assert_eq!(finding(&seen, "numbers").standing, Standing::AsAssumed, "{}", shown(&seen));
}

/// No more than three questions to a source.
#[tokio::test]
async fn polite_questions() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    for config in sources::parse(&sandbox.sources_toml()).unwrap().source {
        let before = sandbox.control().received().len();
        let seen = checked(&config).await;
        let asked = sandbox.control().received().split_off(before);
        assert!((1..=3).contains(&asked.len()), "{}: {asked:?}", config.id);
        assert_eq!(seen.asked.len(), asked.len(), "{}", config.id);
        let small = config.protocol == Protocol::Reader;
        assert!(seen.well || small, "{}: {}", config.id, shown(&seen));
        assert_eq!(seen.differences(), 0, "{}: {}", config.id, shown(&seen));
        assert_eq!(seen.kept.len(), asked.len());
    }
}

/// A source that is away, refuses or wants a person is asked once.
#[tokio::test]
async fn who_refuses_is_left_alone() {
    use hongyan_sandbox::{Fault, FaultKind};
    let kinds = [
        FaultKind::Status { status: 403 },
        FaultKind::TooManyRequests { retry_after: 60 },
        FaultKind::Maintenance,
        FaultKind::Reset,
    ];
    for kind in kinds {
        let sandbox = Sandbox::start(Options::default()).await.unwrap();
        let fault = Fault { prefix: "/".to_owned(), method: None, kind: kind.clone(), times: None, skip: 0 };
        sandbox.control().add_fault(fault);
        let seen = checked(&config(&sandbox, "calis")).await;
        assert_eq!((seen.asked.len(), seen.well), (1, false), "{kind:?}: {}", shown(&seen));
        assert!(seen.problem.is_some());
        let why = &seen.asked[0].read.zh;
        assert!(!why.is_empty() && report::headline(&seen, Language::Zh).ends_with(why.as_str()), "{why}");
    }
}
