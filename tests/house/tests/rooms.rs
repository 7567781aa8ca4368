//! The rooms of the engine (docs/ARCHITECTURE.md, "A stranger's map"): who may know whom, who owns what.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Each room imports only rooms above it. `engine` stands outside of the order: it builds them all.
const ROOMS: [&str; 18] = [
    "base",
    "view",
    "notices",
    "search",
    "sources",
    "ledger",
    "platform",
    "library",
    "settings",
    "cite",
    "requests",
    "reminders",
    "outbox",
    "sync",
    "handover",
    "intake",
    "history",
    "status",
];

/// The handle of each room that has one.
const HANDLES: [(&str, &str); 17] = [
    ("base/context.rs", "Context"),
    ("notices/mod.rs", "Notices"),
    ("search/mod.rs", "Searches"),
    ("sources/mod.rs", "Sources"),
    ("ledger/mod.rs", "Vault"),
    ("platform/mod.rs", "Platform"),
    ("library/mod.rs", "Libraries"),
    ("settings/mod.rs", "Preferences"),
    ("cite/mod.rs", "Citations"),
    ("requests/mod.rs", "Requests"),
    ("reminders/mod.rs", "Reminders"),
    ("outbox/mod.rs", "Outbox"),
    ("sync/mod.rs", "Synchronizer"),
    ("handover/mod.rs", "HandOver"),
    ("intake/mod.rs", "Intake"),
    ("history/mod.rs", "History"),
    ("status/mod.rs", "Status"),
];

/// A source file of the engine without its comments and without the tests in it.
struct Source {
    /// below `crates/engine/src`
    path: String,
    code: String,
}

fn engine() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/engine/src")
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for path in fs::read_dir(folder).expect("the engine").flatten().map(|entry| entry.path()) {
            if path.is_dir() { walk(&path, out) } else { out.push(path) }
        }
    }
    let mut paths = Vec::new();
    walk(&engine(), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file");
            let name = path.strip_prefix(engine()).expect("below").to_string_lossy().replace('\\', "/");
            let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code = product.lines().filter(|line| !line.trim_start().starts_with("//"));
            Source { path: name, code: code.collect::<Vec<_>>().join("\n") }
        })
        .filter(|source| !source.path.contains("/tests/") && !source.path.ends_with("tests.rs"))
        .collect()
}

/// The functions of a file: name, signature with body.
fn functions(code: &str) -> Vec<(String, String)> {
    let starts: Vec<usize> = code
        .match_indices("fn ")
        .map(|(at, _)| at)
        .filter(|at| {
            code[..*at].ends_with([' ', '\n', '(']) && code[at + 3..].starts_with(char::is_alphabetic)
        })
        .collect();
    let ends = starts.iter().skip(1).copied().chain([code.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let text = &code[*start..end];
            let name = text[3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            (name, text.to_owned())
        })
        .collect()
}

#[test]
fn a_room_imports_only_rooms_above_it() {
    let mut seen = 0;
    for source in sources() {
        let Some((room, _)) = source.path.split_once('/') else { continue };
        if room == "engine" {
            continue;
        }
        let own = ROOMS.iter().position(|known| *known == room);
        let own =
            own.unwrap_or_else(|| panic!("{room} is no room: give it a place in this test and in lib.rs"));
        for (at, _) in source.code.match_indices("crate::") {
            let rest = &source.code[at + "crate::".len()..];
            let named: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let other = ROOMS.iter().position(|known| *known == named);
            let other = other.unwrap_or_else(|| {
                panic!("{}: crate::{named} goes around the rooms; name the room that has it", source.path)
            });
            assert!(other <= own, "{}: {room} stands above {named} and must not know it", source.path);
            seen += 1;
        }
    }
    assert!(seen > 200, "only {seen} imports were seen: does this test still read them?");
}

#[test]
fn only_the_facade_is_the_engine() {
    for source in sources().into_iter().filter(|source| source.path != "engine.rs") {
        assert!(!source.code.contains("impl Engine"), "{}: impl Engine belongs to engine.rs", source.path);
    }
}

#[test]
fn every_room_has_one_handle_with_private_fields() {
    let all = sources();
    for (path, handle) in HANDLES {
        let source = all.iter().find(|source| source.path == path);
        let code = &source.unwrap_or_else(|| panic!("{path} is gone: mend this test")).code;
        let start = code.find(&format!("struct {handle} {{"));
        let body = &code[start.unwrap_or_else(|| panic!("{path} has no struct {handle}"))..];
        let body = &body[..body.find('}').expect("its end")];
        assert!(!body.contains("pub"), "{path}: a field of {handle} is not private:\n{body}");
        // what it owns is as private as the handle
        if let Some(own) = code.find("struct Own {").or_else(|| code.find("struct Inner {")) {
            let own = &code[own..];
            let own = &own[..own.find("\n}").expect("its end")];
            assert!(!own.contains("pub"), "{path}: what {handle} owns is not private:\n{own}");
        }
    }
}

#[test]
fn who_is_given_a_transaction_opens_no_other() {
    let mut seen = 0;
    for source in sources() {
        for (name, text) in functions(&source.code) {
            let signature = text.split(" {\n").next().unwrap_or_default();
            if !signature.contains("&mut Tx") {
                continue;
            }
            seen += 1;
            for opens in ["context.read()", "context.write()", "ledger.read()", "ledger.write()"] {
                assert!(!text.contains(opens), "{}: {name} has a transaction and opens another", source.path);
            }
        }
    }
    assert!(seen > 20, "only {seen} functions with a transaction were seen");
}

#[test]
fn nothing_is_decided_by_the_text_of_a_problem() {
    // these show it
    let shows = ["requests/list.rs", "requests/edit.rs", "requests/messages.rs"];
    for source in sources().into_iter().filter(|source| !shows.contains(&source.path.as_str())) {
        let reads = source.code.contains("from_str(&row.problem)")
            || source.code.contains("from_str(&record.problem)");
        assert!(!reads, "{}: reads a problem that was kept to be shown; keep a type beside it", source.path);
        assert!(!source.code.contains(".problem.is_empty()"), "{}: decides by a text", source.path);
    }
}

#[test]
fn the_clock_is_read_in_one_place() {
    for source in sources().into_iter().filter(|source| source.path != "base/clock.rs") {
        for call in ["Timestamp::now", "Zoned::now", "TimeZone::system", "SystemTime::now"] {
            assert!(!source.code.contains(call), "{}: {call}; the clock is base/clock.rs", source.path);
        }
    }
}

/// What a command changes is announced by the dispatcher, from the table of commands. These announce what
/// happens in the background, or what a command changed before it failed.
const ANNOUNCE: [(&str, &[&str]); 18] = [
    ("base/context.rs", &["changed"]),
    ("engine/exchange.rs", &["exchange", "mend"]),
    ("history/keep.rs", &["forget_before", "file_all"]),
    ("intake/arrivals.rs", &["take"]),
    ("notices/mod.rs", &["tell"]),
    ("outbox/errands.rs", &["conclude_errand"]),
    ("outbox/intent.rs", &["ask_patron"]),
    ("outbox/mod.rs", &["take_back_questions", "block", "mark_sending", "conclude"]),
    ("platform/account.rs", &["ask_account", "ask_registration"]),
    ("platform/mod.rs", &["watched"]),
    ("platform/session.rs", &["end_session"]),
    ("platform/terms.rs", &["apply_terms"]),
    ("reminders/mod.rs", &["take_back", "remind"]),
    ("requests/documents.rs", &["document_fetch"]),
    ("requests/places.rs", &["give_places"]),
    ("sync/feed.rs", &["take_page"]),
    ("sync/mod.rs", &["watch_line", "follow"]),
    ("search/mod.rs", &["stop_one"]),
];

#[test]
fn only_the_background_announces() {
    for source in sources() {
        // a running search is background altogether
        if ["search/run.rs", "search/keep.rs", "base/news.rs"].contains(&source.path.as_str()) {
            continue;
        }
        let allowed =
            ANNOUNCE.iter().find(|(path, _)| *path == source.path).map_or(&[][..], |(_, names)| names);
        for (name, text) in functions(&source.code) {
            if text.contains(".changed(") {
                assert!(
                    allowed.contains(&name.as_str()),
                    "{}: {name} announces; the dispatcher does it for a command",
                    source.path
                );
            }
        }
    }
}
