//! The short form of each suite, as CI runs it; `npm run torture` runs the whole.

#![allow(missing_docs, reason = "the names of tests say it")]

use hongyan_disk::Outcome;

const SEED: u64 = 904;

fn passed(outcome: &Outcome) {
    println!("{} {} runs, lost {}", outcome.id, outcome.runs, outcome.lost);
    for note in &outcome.notes {
        println!("     {note}");
    }
    assert!(outcome.passed && outcome.lost == 0 && outcome.runs > 0);
}

/// `HONGYAN_DISK_RUNS` asks for more than the short form.
fn runs(short: u32) -> u32 {
    std::env::var("HONGYAN_DISK_RUNS").ok().and_then(|text| text.parse().ok()).unwrap_or(short)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_outlives_a_power_cut() {
    passed(&hongyan_disk::power::run(SEED, runs(50)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_is_told_and_keeps_nothing_by_halves() {
    passed(&hongyan_disk::full::run(SEED, runs(120)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_found_mended_and_told() {
    passed(&hongyan_disk::damage::run(SEED, runs(100)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_can_be_cut_off_anywhere() {
    passed(&hongyan_disk::upgrade::run(SEED, runs(40)).await);
}
