//! The short form of every suite, run with the other tests; `npm run torture` runs the full form.

#![allow(clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

use hongyan_torture::SUITES;

/// Any seed will do; a fixed one makes failures reproducible.
const SEED: u64 = 904;

async fn short(id: &str) {
    let suite = SUITES.iter().find(|suite| suite.id == id).expect("a suite");
    let begun = std::time::Instant::now();
    let verdict = (suite.run)(SEED, suite.short).await;
    println!("{}", verdict.line(suite.title, begun.elapsed(), SEED));
    assert!(verdict.passed, "{:#?}", verdict.notes);
    assert!(verdict.runs >= suite.short, "{} of {} runs", verdict.runs, suite.short);
}

macro_rules! short_forms {
    ($($name:ident $id:literal;)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            short($id).await;
        })*

        #[test]
        fn none_is_left_out() {
            let here = [$($id),*];
            for suite in SUITES {
                assert!(here.contains(&suite.id), "{} has no short form here", suite.id);
            }
        }
    };
}

short_forms! {
    r1_killed_at_any_moment "R1";
    r2_killed_at_named_points "R2";
    r3_network_faults "R3";
    r4_twice "R4";
    r5_power_cuts "R5";
    r6_bad_disks "R6";
    r7_damage "R7";
    r8_sessions_that_end "R8";
    r9_upgrades_cut_off "R9";
    r10_notices_once "R10";
    r11_server_histories "R11";
    r12_kills_while_typing "R12";
    r13_portals "R13";
    r14_clocks "R14";
}
