//! Documents say what is there: paths, links, commands and decisions that they name exist, and a page in two
//! languages names the same ones in both.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below the root, by its path from there; what is built or fetched apart.
fn files() -> Vec<String> {
    fn walk(folder: &Path, out: &mut Vec<String>) {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["node_modules", "target", "dist", "gen", "artifacts", ".git"].contains(&name.as_str()) {
                    walk(&path, out);
                }
            } else {
                let below = path.strip_prefix(root()).unwrap_or(&path);
                out.push(below.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let mut out = Vec::new();
    walk(&root(), &mut out);
    out.sort();
    out
}

/// Every document, with its text.
fn pages() -> Vec<(String, String)> {
    let pages: Vec<(String, String)> = files()
        .into_iter()
        .filter(|name| name.ends_with(".md") && !name.starts_with("tests/fuzz/corpus/"))
        .map(|name| {
            let text = fs::read_to_string(root().join(&name)).expect("a document");
            (name, text)
        })
        .collect();
    assert!(pages.len() > 20, "the documents are found");
    pages
}

/// What stands between backticks, outside blocks of code.
fn quoted(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            block = !block;
        } else if !block {
            out.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    out
}

/// `a/{b,c}.rs` as `a/b.rs` and `a/c.rs`.
fn expanded(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let Some((inside, after)) = rest.split_once('}') else { return vec![path.to_owned()] };
    inside.split(',').flat_map(|one| expanded(&format!("{before}{one}{after}"))).collect()
}

/// Folders that the paths of documents begin with.
const TOP: [&str; 9] =
    ["crates/", "src-tauri/", "ui/", "tests/", "docs/", "scripts/", "icons/", ".github/", ".ci/"];
/// Made by a build or a test, in no repository.
const MADE: [&str; 3] = ["tests/artifacts", "ui/dist", "src-tauri/gen"];

/// The paths that a document names.
fn paths(text: &str) -> BTreeSet<String> {
    quoted(text)
        .iter()
        .flat_map(|span| span.split_whitespace())
        .filter(|word| TOP.iter().any(|top| word.starts_with(top)))
        .filter(|word| !word.contains(['<', '…']) && !word.contains("NNNN") && !word.contains("NAME"))
        .flat_map(expanded)
        .filter(|path| !MADE.iter().any(|made| path.starts_with(made)))
        .map(|path| path.trim_end_matches(['/', ',', '.']).to_owned())
        .collect()
}

fn exists(path: &str) -> bool {
    // of a pattern, the folder before it
    let fixed = path.split_once('*').map_or(path, |(before, _)| before.rsplit_once('/').map_or("", |x| x.0));
    root().join(fixed).exists()
}

#[test]
fn paths_in_documents_exist() {
    let mut named = 0;
    let mut missing = Vec::new();
    for (name, text) in pages() {
        for path in paths(&text) {
            named += 1;
            if !exists(&path) {
                missing.push(format!("{name}: {path}"));
            }
        }
    }
    assert!(named > 120, "{named} paths were looked at");
    assert!(missing.is_empty(), "documents name what is not there:\n{}", missing.join("\n"));
}

/// `open.rs` beside a longer path is a file of that name somewhere.
#[test]
fn files_in_documents_exist() {
    let all = files();
    let names: BTreeSet<&str> = all.iter().map(|path| path.rsplit('/').next().unwrap_or(path)).collect();
    let code = [".rs", ".mjs", ".ts", ".vue", ".css", ".sql", ".yaml", ".yml"];
    let mut missing = Vec::new();
    for (page, text) in pages() {
        for span in quoted(&text) {
            for word in span.split([' ', ',']).flat_map(expanded) {
                let name = word.rsplit('/').next().unwrap_or_default();
                let bare = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
                let stem = name.split('.').next().unwrap_or_default();
                let made_up = name.contains("NAME") || name.contains("NNNN");
                let file = code.iter().any(|ending| name.ends_with(ending)) && !stem.is_empty() && !made_up;
                if file && bare && !names.contains(name) {
                    missing.push(format!("{page}: {word}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "documents name files that are not there:\n{}", missing.join("\n"));
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let plain = heading.replace(['`', '*'], "").to_lowercase();
    plain
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// The targets of Markdown links, of `src` and of `srcset`.
fn targets(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (begin, end) in [("](", ')'), ("src=\"", '"'), ("srcset=\"", '"')] {
        for (at, _) in text.match_indices(begin) {
            let rest = &text[at + begin.len()..];
            out.extend(rest.split_once(end).map(|(target, _)| target.to_owned()));
        }
    }
    out
}

#[test]
fn links_in_documents_lead_somewhere() {
    let mut followed = 0;
    let mut lost = Vec::new();
    for (page, text) in pages() {
        for target in targets(&text) {
            if target.contains("://") || target.starts_with("mailto:") || target.contains(' ') {
                continue;
            }
            followed += 1;
            let (file, heading) = target.split_once('#').unwrap_or((&target, ""));
            let to = if file.is_empty() {
                root().join(&page)
            } else {
                root().join(&page).parent().expect("a folder").join(file)
            };
            let there = if heading.is_empty() {
                to.exists()
            } else {
                let text = fs::read_to_string(&to).unwrap_or_default();
                text.lines().any(|line| {
                    line.starts_with('#') && anchor(line.trim_start_matches('#').trim()) == heading
                })
            };
            if !there {
                lost.push(format!("{page}: {target}"));
            }
        }
    }
    assert!(followed > 40, "{followed} links were followed");
    assert!(lost.is_empty(), "links lead nowhere:\n{}", lost.join("\n"));
}

/// The names of `npm run NAME` in a text.
fn commands(text: &str) -> BTreeSet<String> {
    text.split("npm run ")
        .skip(1)
        .map(|rest| {
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || [':', '-'].contains(c)).collect()
        })
        .map(|name: String| name.trim_end_matches('-').to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn commands_in_documents_exist_and_the_readme_has_them_all() {
    let package = fs::read_to_string(root().join("package.json")).expect("package.json");
    let package: serde_json::Value = serde_json::from_str(&package).expect("JSON");
    let there: BTreeSet<&str> =
        package["scripts"].as_object().expect("scripts").keys().map(String::as_str).collect();
    for (page, text) in pages() {
        for name in commands(&text) {
            assert!(there.contains(name.as_str()), "{page}: npm run {name}");
        }
    }
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let named = commands(&readme);
    // `start` and `test` need no `run`; what belongs to others of the list stands with them
    for name in there.iter().filter(|name| !name.contains(':') && !["start", "test", "setup"].contains(name))
    {
        assert!(named.contains(*name), "README.md does not name npm run {name}");
    }
}

/// A page and its Chinese twin name the same paths and commands. Of the engine the Chinese map names the rooms, which
/// change seldom, and not each file.
#[test]
fn pages_in_two_languages_name_the_same() {
    let mut pairs = 0;
    for (name, chinese) in pages() {
        let Some(stem) = name.strip_suffix(".zh-CN.md") else { continue };
        pairs += 1;
        let english = fs::read_to_string(root().join(format!("{stem}.md"))).expect("the English page");
        for (what, of) in [("paths", paths as fn(&str) -> BTreeSet<String>), ("commands", commands)] {
            let (en, zh) = (of(&english), of(&chinese));
            let fine =
                |name: &&String| !(stem.ends_with("ARCHITECTURE") && name.starts_with("crates/engine/"));
            let apart: Vec<&String> = en.symmetric_difference(&zh).filter(fine).collect();
            assert!(apart.is_empty(), "{stem}: {what} that stand in one language only: {apart:?}");
        }
    }
    assert!(pairs > 0, "the Chinese pages are found");
}

#[test]
fn decisions_have_one_number_a_date_and_a_place_in_the_index() {
    let index = fs::read_to_string(root().join("docs/adr/README.md")).expect("the index");
    let mut numbers = Vec::new();
    for (name, text) in pages() {
        let Some(file) = name.strip_prefix("docs/adr/").filter(|file| *file != "README.md") else { continue };
        let number: u32 = file[..4].parse().expect("a number");
        numbers.push(number);
        let mut lines = text.lines();
        let title = lines.next().and_then(|line| line.strip_prefix(&format!("# {number}. ")));
        let title = title.unwrap_or_else(|| panic!("{name} does not begin with its number"));
        let line = lines.nth(1).unwrap_or_default();
        let date = line.strip_prefix("Date: ").and_then(|rest| rest.get(..10)).unwrap_or_default();
        assert!(
            date.len() == 10 && date.chars().all(|c| c.is_ascii_digit() || c == '-'),
            "{name}: its second line says `Date: YYYY-MM-DD · Status: …`"
        );
        assert!(line.contains("· Status: "), "{name} has no status");
        let row = format!("| [{number}]({file}) | {title} | {date} |");
        assert!(index.contains(&row), "docs/adr/README.md has no row {row}");
    }
    let expected: Vec<u32> = (1..).take(numbers.len()).collect();
    assert_eq!(numbers, expected, "numbers are given once and in order");
}

/// `docs/adr/0002` and `ADR 2`, in whatever file they stand.
#[test]
fn decisions_that_are_cited_exist() {
    let all = files();
    let numbers: BTreeSet<u32> =
        all.iter().filter_map(|path| path.strip_prefix("docs/adr/")?.get(..4)?.parse().ok()).collect();
    let mut cited = 0;
    for name in &all {
        let Ok(text) = fs::read_to_string(root().join(name)) else { continue };
        for (before, digits) in [("docs/adr/0", 3), ("ADR ", 2)] {
            for (at, _) in text.match_indices(before) {
                let rest = &text[at + before.len()..];
                let number: String = rest.chars().take(digits).take_while(char::is_ascii_digit).collect();
                let Ok(number) = number.parse::<u32>() else { continue };
                cited += 1;
                assert!(numbers.contains(&number), "{name} cites decision {number}");
            }
        }
        // with its name it is the file's name
        for (at, _) in text.match_indices("docs/adr/") {
            let file: String =
                text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/-.".contains(*c)).collect();
            let file = file.trim_end_matches('.');
            assert!(!file.ends_with(".md") || root().join(file).exists(), "{name} cites {file}");
        }
    }
    assert!(cited > 10, "{cited} were looked at");
}

/// A release changes three files (docs/CONTRIBUTING.md, Releases), and the changelog has a place for what is next.
#[test]
fn the_version_is_one() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect(path);
    let json = |path: &str| -> serde_json::Value { serde_json::from_str(&read(path)).expect(path) };
    let version = json("package.json")["version"].as_str().expect("a version").to_owned();
    assert_eq!(json("package-lock.json")["version"], version.as_str(), "npm install --package-lock-only");
    assert_eq!(json("src-tauri/tauri.conf.json")["version"], version.as_str());
    let workspace = read("Cargo.toml");
    let package = workspace.split("[workspace.package]").nth(1).expect("[workspace.package]");
    assert!(package.trim_start().starts_with(&format!("version = \"{version}\"")), "Cargo.toml");
    assert!(read("docs/CHANGELOG.md").contains("\n## [Unreleased]\n"), "docs/CHANGELOG.md");
}

/// docs/SOURCES.md explains every source that comes along and every key of its file.
#[test]
fn sources_are_explained() {
    let page = fs::read_to_string(root().join("docs/SOURCES.md")).expect("SOURCES.md");
    let file = fs::read_to_string(root().join("crates/connectors/sources.toml")).expect("sources.toml");
    let mut seen = BTreeSet::new();
    for line in file.lines().filter(|line| !line.starts_with(['#', '['])) {
        let Some((key, value)) = line.split_once(" = ") else { continue };
        seen.insert(key);
        assert!(page.contains(&format!("`{key}`")), "SOURCES.md does not explain the key {key}");
        let value = value.trim_matches('"');
        // several of one owner stand in one row: `riss-articles`, `riss-theses`
        assert!(key != "id" || page.contains(&format!("`{value}`")), "SOURCES.md has no row for {value}");
        assert!(key != "protocol" || page.contains(&format!("`{value}`")), "no protocol {value}");
    }
    assert!(seen.len() > 10, "{seen:?}");
}
