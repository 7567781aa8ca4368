//! Lines and literals of IMAP: where they end does not depend on the pieces in which the bytes come, and what is let
//! through is bounded. Compiles the connector's file separately, without its network code.
#![no_main]
#![allow(dead_code, reason = "what only the connection asks for")]

#[path = "../../../crates/connectors/src/mail/frame.rs"]
mod frame;

use frame::{Allowance, Frames};

const ALLOWANCE: Allowance = Allowance { literal: 4_096, total: 40_000, answers: 100 };

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // the first byte says how long the pieces are
    let Some((size, data)) = data.split_first() else { return };
    let mut whole = Frames::new(ALLOWANCE);
    let mut once = data.to_vec();
    let at_once = whole.look(&mut once);
    let mut frames = Frames::new(ALLOWANCE);
    let mut pieces = data.to_vec();
    let in_pieces = pieces.chunks_mut(usize::from(*size) + 1).try_for_each(|piece| frames.look(piece));
    // too much in all is said at the piece that is too much, before its lines are looked at
    if data.len() as u64 <= ALLOWANCE.total {
        assert_eq!(at_once, in_pieces);
    }
    if at_once.is_ok() && in_pieces.is_ok() {
        assert_eq!(once, pieces, "the same is mended");
        for word in ["NO", "BAD", "BYE"] {
            assert_eq!(whole.said(&[word]), frames.said(&[word]));
            assert!(whole.said(&[word]).is_none_or(|said| said.len() <= 1_024));
        }
    }
    if in_pieces.is_ok() {
        assert!(data.len() as u64 <= ALLOWANCE.total);
    }
});
