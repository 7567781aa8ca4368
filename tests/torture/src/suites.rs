//! Which suites there are.

use std::future::Future;
use std::pin::Pin;

use crate::Verdict;

/// A suite that runs.
pub type Running = Pin<Box<dyn Future<Output = Verdict>>>;

/// A suite: what is printed about it, its sizes, and what runs it.
pub struct Suite {
    /// `R1` … `R14`
    pub id: &'static str,
    /// in a few words
    pub title: &'static str,
    /// runs of the whole
    pub full: u32,
    /// runs of the short form, beside the other tests
    pub short: u32,
    /// runs it with a seed
    pub run: fn(u64, u32) -> Running,
}

macro_rules! suites {
    ($($id:literal $title:literal, $full:literal, $short:literal => $module:ident;)*) => {
        $(pub mod $module;)*
        /// All of them, in order.
        pub const SUITES: &[Suite] = &[$(Suite {
            id: $id,
            title: $title,
            full: $full,
            short: $short,
            run: |seed, runs| Box::pin($module::run(seed, runs)),
        },)*];
    };
}

// id, title, runs of the whole, runs of the short form, module: src/suites/<module>.rs
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
