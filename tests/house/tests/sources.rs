//! Rules about the content of source files (docs/ARCHITECTURE.md, "Rules" 2 to 4; docs/STYLE.md, "Names").

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

/// Path and text of every file below `folder` with one of the endings.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    fn walk(folder: &Path, endings: &[&str], out: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), "node_modules" | "target" | "dist" | "gen" | "artifacts" | ".git")
                {
                    walk(&path, endings, out);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                out.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&root().join(folder), endings, &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text =
                fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            (name, text)
        })
        .collect()
}

const PRODUCT: &[&str] = &["crates", "src-tauri"];

#[test]
fn sockets_only_in_connectors() {
    for folder in PRODUCT {
        for (name, text) in files(folder, &[".rs"]) {
            if name.starts_with("crates/connectors/") || name.contains("/tests/") {
                continue;
            }
            for word in ["TcpStream", "UdpSocket", "tokio::net", "std::net::Tcp"] {
                assert!(!text.contains(word), "{name} opens a socket ({word}): that is connectors' business");
            }
        }
    }
}

/// Readers take a budget. Whoever creates one decides that they run cancellable and off the async workers.
#[test]
fn outside_bytes_are_read_in_the_pool() {
    for folder in PRODUCT {
        for (name, text) in files(folder, &[".rs"]) {
            let home = ["crates/readers/", "crates/formats/"].iter().any(|home| name.starts_with(home));
            if home || name.contains("/tests/") || name.ends_with("tests.rs") {
                continue;
            }
            // unit tests at the end of a file may call readers directly
            let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for word in ["Budget::", "roxmltree::Document::parse", "serde_json::from_reader", "biblatex::"] {
                assert!(
                    !product.contains(word),
                    "{name} reads outside bytes by itself ({word}): crates/readers"
                );
            }
        }
    }
}

/// File operations whose meaning differs between systems are called in one place (crates/store/src/disk.rs).
#[test]
fn files_are_written_in_one_place() {
    let calls = [
        "fs::write(",
        "fs::rename(",
        "fs::copy(",
        "fs::remove_",
        "fs::create_dir",
        "fs::hard_link(",
        "fs::set_permissions(",
        "File::create",
        "File::options",
        "OpenOptions",
        "DirBuilder",
        ".sync_all(",
        ".sync_data(",
        ".set_len(",
    ];
    for folder in PRODUCT {
        for (name, text) in files(folder, &[".rs"]) {
            let apart = name == "crates/store/src/disk.rs"
                || name.contains("/tests/")
                || name.ends_with("tests.rs")
                || name.contains("/bin/")
                || name.contains("/examples/")
                // opens a device, not a file
                || name == "src-tauri/src/platform/linux.rs";
            if apart {
                continue;
            }
            // unit tests provoke faults in ways of their own
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            for call in calls {
                assert!(!text.contains(call), "{name}: {call}; that is for hongyan_store::disk");
            }
        }
    }
}

#[test]
fn the_model_has_no_clock_and_nothing_async() {
    for (name, text) in files("crates/model/src", &[".rs"]) {
        for word in ["Timestamp::now", "Zoned::now", "SystemTime::now", "Instant::now", "async fn"] {
            assert!(!text.contains(word), "{name}: {word}; time comes in as an argument");
        }
    }
}

#[test]
fn tauri_in_the_ui_only_behind_the_platform() {
    for (name, text) in files("ui", &[".ts", ".vue"]) {
        assert!(!text.contains("@tauri-apps/plugin-"), "{name}: plugins are called from Rust only");
        if name != "ui/src/platform/tauri.ts" {
            assert!(
                !text.contains("from '@tauri-apps/") && !text.contains("from \"@tauri-apps/"),
                "{name} knows of Tauri"
            );
        }
    }
    let package = fs::read_to_string(root().join("package.json")).expect("package.json");
    assert!(!package.contains("@tauri-apps/plugin-"), "package.json lists a Tauri plugin");
}

#[test]
fn a_feature_never_imports_another() {
    for (name, text) in files("ui/src/features", &[".ts", ".vue"]) {
        let own =
            name.trim_start_matches("ui/src/features/").split('/').next().unwrap_or_default().to_owned();
        for line in text.lines().filter(|line| line.contains("import") || line.contains("from ")) {
            if let Some((_, rest)) = line.split_once("features/") {
                let other: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                assert!(other == own, "{name} imports the feature {other}: {line}");
            }
        }
    }
}

#[test]
fn the_webview_may_call_two_commands_and_nothing_else() {
    let read = |path: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(root().join(path)).expect(path)).expect(path)
    };
    let folder: Vec<_> = files("src-tauri/capabilities", &[".json", ".toml"]);
    assert_eq!(folder.len(), 2, "one file for the window, one for the strip");
    let capability = read("src-tauri/capabilities/main.json");
    assert_eq!(capability["permissions"], serde_json::json!(["allow-rpc", "allow-subscribe"]));
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert!(capability.get("remote").is_none());
    // the strip by its webview, never by a window: another webview in that window would have it, too
    let strip = read("src-tauri/capabilities/companion.json");
    assert_eq!(strip["permissions"], serde_json::json!(["allow-rpc", "allow-subscribe"]));
    assert_eq!(strip["webviews"], serde_json::json!(["companion", "companion-list"]));
    assert!(strip.get("remote").is_none() && strip.get("windows").is_none());
    for (path, text) in &folder {
        assert!(!text.contains("\"library\""), "{path} names the webview of the library's page");
        assert!(!text.contains('*'), "{path} names webviews by a pattern");
    }

    let config = read("src-tauri/tauri.conf.json");
    assert_eq!(config["app"]["withGlobalTauri"], false);
    // it would be injected into the library's page as well, and frameworks there break
    assert_eq!(config["app"]["security"]["freezePrototype"], false);
    let csp = config["app"]["security"]["csp"].to_string();
    assert!(!csp.contains("unsafe"), "the CSP allows something unsafe: {csp}");
    assert!(!csp.contains("https:"), "the CSP allows remote content: {csp}");
    for directive in ["default-src", "script-src", "style-src"] {
        assert_eq!(config["app"]["security"]["csp"][directive], "'self'", "{directive}");
    }
}

#[test]
fn names_say_what_a_thing_is() {
    let vague = ["Manager", "Service", "Helper", "Util", "Utils", "Processor"];
    for folder in ["crates", "src-tauri/src", "tests"] {
        for (name, text) in files(folder, &[".rs"]) {
            for line in text.lines() {
                let line = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
                let Some(rest) =
                    ["struct ", "enum ", "trait ", "mod "].iter().find_map(|word| line.strip_prefix(word))
                else {
                    continue;
                };
                let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let ends = vague.iter().any(|end| word.ends_with(end) && word != "Service");
                assert!(!ends, "{name}: {word} says nothing; name it after what it is");
            }
        }
    }
}

#[test]
fn files_stay_readable() {
    for (folder, endings) in [
        ("crates", &[".rs"][..]),
        ("src-tauri/src", &[".rs"]),
        ("tests", &[".rs", ".mjs"]),
        ("ui/src", &[".ts", ".vue"]),
        ("scripts", &[".mjs"]),
    ] {
        for (name, text) in files(folder, endings) {
            if name == "ui/src/api/generated.ts" {
                continue;
            }
            let lines = text.lines().count();
            assert!(lines <= 600, "{name} has {lines} lines: one concept a file");
        }
    }
}

#[test]
fn nothing_names_the_machine_it_was_made_on() {
    for folder in ["crates", "src-tauri", "tests", "ui/src", "scripts", "docs"] {
        for (name, text) in
            files(folder, &[".rs", ".ts", ".vue", ".mjs", ".md", ".toml", ".json", ".yaml", ".sql"])
        {
            if name.ends_with("house/tests/sources.rs") {
                continue;
            }
            for word in ["/home/", "/root/", "/Users/", "C:\\Users"] {
                assert!(!text.contains(word), "{name} carries a path of somebody's machine ({word})");
            }
        }
    }
}
