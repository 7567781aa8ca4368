//! One term for one thing: states and facts have the same names in the model and on the screens.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Converts a variant's name to its wire form: `AwaitingPickup` to `AWAITING_PICKUP`.
fn code(variant: &str) -> String {
    let mut out = String::new();
    for c in variant.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_uppercase());
    }
    out
}

fn screens(locale: &str) -> serde_json::Value {
    let path = root().join(format!("ui/src/locales/{locale}/requests.json"));
    serde_json::from_str(&fs::read_to_string(path).expect(locale)).expect(locale)
}

#[test]
fn a_file_names_what_was_asked_for_as_the_screens_do() {
    let file = fs::read_to_string(root().join("crates/engine/src/history/words.rs")).expect("words.rs");
    let zh = screens("zh-CN");
    let people = ["author", "componentAuthor", "editor", "translator", "contributor"];
    for fact in ["kind", "title", "componentTitle", "publisher", "pages"].into_iter().chain(people) {
        let name = zh["fact"][fact].as_str().expect(fact);
        assert!(file.contains(&format!("Word(\"{name}\", ")), "{fact} is {name} on the screens");
    }
}

#[test]
fn a_state_has_one_name_in_each_language() {
    let model = fs::read_to_string(root().join("crates/model/src/request/state.rs")).expect("state.rs");
    let (zh, en) = (screens("zh-CN"), screens("en"));
    let mut states = 0;
    for line in model.lines().filter(|line| line.contains(" => (\"")) {
        let variant = line.trim().trim_start_matches("S::").split(' ').next().unwrap_or_default();
        let names: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        let state = code(variant);
        assert_eq!(zh["state"][&state]["name"], names[0], "{state}");
        assert_eq!(en["state"][&state]["name"], names[1], "{state}");
        states += 1;
    }
    assert_eq!(states, 29, "every state is compared");
}
