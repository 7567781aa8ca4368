//! Dependencies between crates, and which crate may use which library (docs/ARCHITECTURE.md, "Rules" 1 and
//! 2).

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// The direct dependencies that each crate of the product may have, our own crates only.
const ALLOWED: &[(&str, &[&str])] = &[
    ("hongyan-model", &[]),
    ("hongyan-formats", &["hongyan-model"]),
    ("hongyan-readers", &["hongyan-formats"]),
    ("hongyan-connectors", &["hongyan-model", "hongyan-formats", "hongyan-readers"]),
    ("hongyan-store", &["hongyan-model"]),
    (
        "hongyan-engine",
        &["hongyan-model", "hongyan-formats", "hongyan-readers", "hongyan-connectors", "hongyan-store"],
    ),
    ("hongyan-api", &["hongyan-model", "hongyan-engine"]),
    // the engine only to construct it; the sandbox only with the feature `demo`
    ("hongyan", &["hongyan-api", "hongyan-engine", "hongyan-sandbox"]),
];

/// Libraries that only one crate of the product may use.
const CONFINED: &[(&str, &str)] = &[
    ("sqlx", "hongyan-store"),
    ("libsqlite3-sys", "hongyan-store"),
    ("reqwest", "hongyan-connectors"),
    ("keyring", "hongyan"),
];

/// Normal and build dependencies of each crate, with whether each is optional.
fn dependencies() -> BTreeMap<String, BTreeSet<(String, bool)>> {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs in the workspace");
    metadata
        .packages
        .iter()
        .map(|package| {
            let names = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind != DependencyKind::Development)
                .map(|dependency| (dependency.name.clone(), dependency.optional))
                .collect();
            (package.name.to_string(), names)
        })
        .collect()
}

#[test]
fn the_arrows_point_inwards() {
    let all = dependencies();
    for (name, allowed) in ALLOWED {
        let ours =
            all.get(*name).unwrap_or_else(|| panic!("{name} is gone: mend this test and ARCHITECTURE.md"));
        for (dependency, _) in ours.iter().filter(|(dependency, _)| dependency.starts_with("hongyan")) {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn each_library_stays_in_its_room() {
    let all = dependencies();
    for (name, _) in ALLOWED {
        for (dependency, _) in &all[*name] {
            for (library, room) in CONFINED {
                assert!(dependency != library || name == room, "{library} belongs to {room}, not to {name}");
            }
            assert!(!dependency.starts_with("tauri") || *name == "hongyan", "{name} must not know of Tauri");
        }
    }
}

#[test]
fn the_model_is_pure() {
    for (dependency, _) in &dependencies()["hongyan-model"] {
        for impure in ["tokio", "futures", "async", "rand", "getrandom", "reqwest", "sqlx"] {
            assert!(!dependency.starts_with(impure), "model must stay pure: {dependency}");
        }
    }
}

#[test]
fn no_bundle_carries_the_sandbox() {
    let all = dependencies();
    for (name, _) in ALLOWED {
        for (dependency, optional) in &all[*name] {
            let test_crate = dependency == "hongyan-sandbox" || dependency == "hongyan-bridge";
            assert!(!test_crate || *optional, "{name} carries {dependency} into a release");
        }
    }
}
