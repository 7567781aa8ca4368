//! The `probe` program, run as by a person with access to the sources.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use std::path::PathBuf;
use std::process::{Command, Output};

use hongyan_sandbox::{Habits, Options, Sandbox};

fn folder(test: &str) -> PathBuf {
    let path =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("probe-{test}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn probe(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_probe")).args(arguments).output().unwrap()
}

/// The page, the answers beside it, and the setting that has to be changed.
#[tokio::test(flavor = "multi_thread")]
async fn one_page_and_the_answers_beside_it() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let counts = Habits { offset_counts: "records".to_owned(), ..Habits::default() };
    sandbox.control().change_settings(|settings| drop(settings.habits.insert("yidu".to_owned(), counts)));
    let folder = folder("page");
    let sources = folder.join("sources.toml");
    std::fs::write(&sources, sandbox.sources_toml()).unwrap();
    let saved = folder.join("答案");
    let given = ["yidu", "--sources", sources.to_str().unwrap(), "--save", saved.to_str().unwrap()];
    // the sandbox answers on the other thread
    let output = tokio::task::block_in_place(|| probe(&given));
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{page}");
    assert!(
        page.starts_with("# 检索来源检查") && page.contains("请设 `offsetCounts = \"records\"`"),
        "{page}"
    );
    assert!(!page.contains("127.0.0.1"), "{page}");
    assert_eq!(std::fs::read_to_string(saved.join("report.md")).unwrap(), page);
    for n in 1..=3 {
        let answer = std::fs::read(saved.join(format!("yidu-{n}.json"))).unwrap();
        assert!(serde_json::from_slice::<serde_json::Value>(&answer).unwrap()["data"].is_object());
    }
    assert_eq!(sandbox.control().count("POST", "/prod-api/yidu/resource/query"), 3);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn who_is_away_and_who_is_not_there() {
    let folder = folder("away");
    let file = folder.join("sources.toml");
    let source =
        "[[source]]\nid = \"a\"\nname = \"目录\"\nprotocol = \"sru\"\naddress = \"http://127.0.0.1:1/x\"\n";
    std::fs::write(&file, source).unwrap();
    let away = probe(&["a", "--en", "--sources", file.to_str().unwrap()]);
    let page = String::from_utf8(away.stdout).unwrap();
    assert_eq!(away.status.code(), Some(1), "{page}");
    assert!(page.contains("cannot connect") && !page.contains("127.0.0.1"), "{page}");
    let wrong = probe(&["并不存在"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("calis yidu"));
    std::fs::remove_dir_all(&folder).unwrap();
}
