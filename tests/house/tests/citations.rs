//! Comments cite only what is in the repository: a reader must be able to open what a line refers to. Documents have
//! a test of their own (`docs.rs`), but may not cite sections of unpublished papers either.

#![allow(clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Path and text of every source file and document below a folder.
fn files(folder: &Path, out: &mut Vec<(PathBuf, String)>) {
    const SKIPPED: [&str; 7] = ["node_modules", "target", "dist", "gen", "artifacts", "corpus", "fixtures"];
    const ENDINGS: [&str; 11] = ["rs", "ts", "vue", "mjs", "js", "md", "toml", "css", "yaml", "sql", "html"];
    let mut entries: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                files(&path, out);
            }
        } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|one| ending == *one)) {
            let text = fs::read_to_string(&path).expect("a text file");
            out.push((path, text));
        }
    }
}

fn everything() -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    for folder in ["crates", "src-tauri", "ui", "tests", "scripts", "docs"] {
        files(&root().join(folder), &mut out);
    }
    assert!(out.len() > 600, "the sources are found");
    out
}

/// Whether a line cites a section of a document that was never in the repository.
fn cites_elsewhere(line: &str) -> bool {
    let section = |text: &str| {
        let mut letters = text.trim_start_matches(['`', ' ']).chars();
        matches!((letters.next(), letters.next()), (Some('A'..='C'), Some('.')))
    };
    line.contains(concat!("DESIGN", " §"))
        || line.contains(concat!("DESIGN", ".md"))
        || ["reference", "Reader API"]
            .iter()
            .any(|word| line.split(word).skip(1).any(|rest| section(rest) && rest.starts_with(['`', ' '])))
}

/// The paths of files that a text names, from the root of the repository or from a folder around the file.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    const ROOTS: [&str; 6] = ["crates/", "src-tauri/", "ui/", "tests/", "scripts/", "docs/"];
    const ENDINGS: [&str; 8] = [".rs", ".ts", ".vue", ".mjs", ".md", ".toml", ".sql", ".yaml"];
    text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '/' | '-'))
        .map(|word| word.trim_end_matches(['.', '-']))
        .filter(|word| ROOTS.iter().any(|root| word.starts_with(root)))
        .filter(|word| word.starts_with("docs/") || ENDINGS.iter().any(|ending| word.ends_with(ending)))
}

/// Whether a path exists; a decision (docs/adr) may be cited by its number.
fn exists(cited: &str, from: &Path) -> bool {
    let number = |adr: &Path| {
        let start = adr.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let decisions = fs::read_dir(root().join("docs/adr")).into_iter().flatten().flatten();
        (1..=4).contains(&start.len())
            && decisions.map(|entry| entry.file_name()).any(|name| name.to_string_lossy().starts_with(&start))
    };
    root().join(cited).exists()
        || from.ancestors().take_while(|folder| *folder != root()).any(|folder| folder.join(cited).exists())
        || (cited.starts_with("docs/adr/") && number(Path::new(cited)))
}

#[test]
fn what_is_cited_is_in_the_repository() {
    let mut wrong = Vec::new();
    for (path, text) in everything() {
        let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        for (number, line) in text.lines().enumerate() {
            let place = format!("{name}:{}", number + 1);
            if cites_elsewhere(line) {
                wrong.push(format!("{place}: {}", line.trim()));
            }
            let cited = if name.ends_with(".md") { "" } else { line };
            for cited in paths(cited).filter(|cited| !exists(cited, &path)) {
                wrong.push(format!("{place}: {cited} does not exist"));
            }
        }
    }
    assert!(wrong.is_empty(), "write the reason itself, or cite what can be opened:\n{}", wrong.join("\n"));
}

#[test]
fn a_citation_is_recognised() {
    for line in [
        concat!("/// at most once in 100 ms (DESIGN", " §2)"),
        concat!("//! the table of `reference", "` B.3 and A.5"),
        concat!("//! never sent silently (reference", " A.5, B.2)"),
        concat!("//! after an unknown outcome (Reader", " API B.3)"),
    ] {
        assert!(cites_elsewhere(line), "{line}");
    }
    for line in
        ["//! a reference. A citation", "//! the Reader API answers", "/// a list of references: A, B"]
    {
        assert!(!cites_elsewhere(line), "{line}");
    }
    let line = "// see docs/SECURITY.md, 8, and https://example.org/docs/other.md.";
    assert_eq!(paths(line).collect::<Vec<_>>(), ["docs/SECURITY.md"]);
}
