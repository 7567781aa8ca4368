//! The list of suites.

use std::future::Future;
use std::pin::Pin;

use crate::Verdict;

/// The future of a running suite.
pub type Running = Pin<Box<dyn Future<Output = Verdict>>>;

/// A suite: title, sizes, and its function.
pub struct Suite {
    /// `R1` … `R14`
    pub id: &'static str,
    /// a few words for the report
    pub title: &'static str,
    /// number of runs in the full form
    pub full: u32,
    /// number of runs in the short form, which runs with the other tests
    pub short: u32,
    /// runs it with a seed and a number of runs
    pub run: fn(u64, u32) -> Running,
}

macro_rules! suites {
    ($($id:literal $title:literal, $full:literal, $short:literal => $module:ident;)*) => {
        $(pub mod $module;)*
        /// All suites, in order.
        pub const SUITES: &[Suite] = &[$(Suite {
            id: $id,
            title: $title,
            full: $full,
            short: $short,
            run: |seed, runs| Box::pin($module::run(seed, runs)),
        },)*];
    };
}

// id, title, full runs, short runs, module: src/suites/<module>.rs
suites! {
    "R1" "SIGKILL at a random moment", 2_000, 40 => random_kill;
    "R2" "SIGKILL at named points", 550, 22 => named_points;
    "R3" "network faults", 2_800, 42 => network_faults;
    "R4" "twice: clicks, programs, machines", 1_000, 40 => twice;
    "R5" "power cuts, with a control that loses", 500, 40 => power_loss;
    "R6" "full, read-only, failing, taken disk", 2_000, 120 => bad_disk;
    "R7" "damage: single bits, cuts, other keys", 3_000, 120 => damage;
    "R8" "sessions that end", 200, 12 => expiry;
    "R9" "upgrades cut off at any write", 200, 40 => upgrades;
    "R10" "notices over restarts and gaps", 500, 50 => notices;
    "R11" "server histories", 10_000, 300 => histories;
    "R12" "kills while typing", 200, 6 => autosave;
    "R13" "portals, pages and resets at waking", 540, 36 => portals;
    "R14" "clocks that are set", 240, 24 => clocks;
}
