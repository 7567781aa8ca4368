//! The log contains closed words, ids and numbers only (docs/SECURITY.md, 8). A call that logs anything else
//! fails here; the exceptions listed below were reviewed.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Rust sources of the product below a folder, without tests.
fn sources(folder: &Path, out: &mut Vec<(String, String)>) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = path.to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            if !["/tests", "/examples"].iter().any(|folder| name.ends_with(folder))
                && !name.ends_with("/target")
                && !name.ends_with("/gen")
            {
                sources(&path, out);
            }
        } else if name.ends_with(".rs") && !name.ends_with("/tests.rs") {
            out.push((name, fs::read_to_string(&path).expect("a source file")));
        }
    }
}

fn product() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for folder in ["crates", "src-tauri/src"] {
        sources(&root().join(folder), &mut all);
    }
    assert!(all.len() > 200, "the product's sources are found");
    all
}

const MACROS: [&str; 10] = [
    "error!(",
    "warn!(",
    "info!(",
    "debug!(",
    "trace!(",
    "error_span!(",
    "warn_span!(",
    "info_span!(",
    "debug_span!(",
    "trace_span!(",
];

/// Expressions without outside text: numbers, booleans, ids, times, and the program's own words.
const ALLOWED: &[&str] = &[
    "code = ?problem.code",
    "command = table_name(name)",
    "error = error.raw_os_error()",
    "kind = ?error.kind()",
    "source = hongyan_model::log::source(id)",
    "source = hongyan_model::log::source(&config.id)",
    "source = hongyan_model::log::source(&self.config.id)",
    // result of log::source
    "source",
    "count",
    "gone",
    "aside",
    "file",
    "line",
    // names of tables and calls, `&'static str`
    "table",
    "what",
    // our own ids and times
    "%id",
    "at = %backup.at",
    "from = ?recovery.from",
    "rescued = recovery.rescued",
    "method = %call.method",
    "request_id = %request_id",
    "status = tracing::field::Empty",
    "bytes = tracing::field::Empty",
    "ms = tracing::field::Empty",
    "forms = forms.len()",
    "folded = keyed.title().len()",
    // address of the demo platform
    "base = sandbox.base_url()",
    // the torture's markers, which no filter enables
    "target: \"hongyan::point\"",
    "$name",
];

/// Splits a call's arguments at commas outside brackets and literals.
fn arguments(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut depth, mut quoted, mut escaped) =
        (Vec::new(), String::new(), 0, false, false);
    for c in text.chars() {
        if quoted {
            part.push(c);
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => quoted = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
    parts.push(part);
    let plain = |part: &String| part.split_whitespace().collect::<Vec<_>>().join(" ");
    parts.iter().map(plain).filter(|part| !part.is_empty()).collect()
}

fn is_closed(argument: &str) -> bool {
    let literal = argument.starts_with('"') && argument.ends_with('"');
    if literal {
        return !argument.contains('{');
    }
    let value = argument.rsplit("= ").next().unwrap_or(argument);
    let logged =
        value.starts_with('%') && value.ends_with(".logged()") && !value.contains([' ', ',', '"', '!']);
    logged || value == "%crate::log::words(&error)" || ALLOWED.contains(&argument)
}

#[test]
fn only_closed_words_are_logged() {
    let mut calls = 0;
    for (name, text) in product() {
        for (at, _) in text.match_indices("tracing::") {
            let rest = &text[at + "tracing::".len()..];
            let Some(call) = MACROS.into_iter().find(|one| rest.starts_with(one)) else { continue };
            calls += 1;
            for argument in arguments(&rest[call.len()..]) {
                assert!(
                    is_closed(&argument),
                    "{name} logs `{argument}`: closed words only (hongyan_model::log)"
                );
            }
        }
        // an imported macro would escape the search for `tracing::`
        for word in [
            "use tracing::{",
            "use tracing::info",
            "use tracing::warn",
            "use tracing::error",
            "use tracing::debug",
            "#[instrument",
            "tracing::event!",
            "log::info!",
            "log::warn!",
        ] {
            assert!(!text.contains(word), "{name}: {word}; write tracing::info! in full");
        }
    }
    assert!(calls > 50, "{calls} calls were looked at");
}

#[test]
fn nothing_is_printed_beside_the_log() {
    for (name, text) in product() {
        if ["/src/log.rs", "/src/run.rs", "/build.rs"].iter().any(|one| name.ends_with(one))
            || name.contains("/bin/")
        {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in ["println!(", "eprintln!(", "dbg!("] {
            assert!(!code.contains(word), "{name} prints");
        }
    }
}

#[test]
fn the_check_bites() {
    for (call, closed) in [
        (r#"error = %error.logged(), "A search could not be kept.")"#, true),
        (r#"%error, "A search could not be kept.")"#, false),
        (r#"?error, "x")"#, false),
        (r#"detail = problem.detail, "x")"#, false),
        (r#""A command failed: {}", problem.detail)"#, false),
        (r#""{title} was not kept")"#, false),
        (r#"said = %format!("{title}").logged(), "x")"#, false),
        (r#"code = ?problem.code, "A command failed, in short (so)."); more("#, true),
    ] {
        assert_eq!(arguments(call).iter().all(|argument| is_closed(argument)), closed, "{call}");
    }
}
