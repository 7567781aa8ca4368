//! Inspects SQLite's write-ahead log as bytes, to tell an incomplete last write from damage: SQLite
//! replays the valid prefix and does not report the rest
//! (<https://sqlite.org/fileformat2.html#the_write_ahead_log>). Does not decrypt the pages.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;

use crate::error::StoreError;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The lowest bit gives the byte order of the checksum.
const MAGIC: u32 = 0x377f_0682;

/// State of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Log {
    /// missing or empty: the program ended properly
    None,
    /// valid to its end
    Whole,
    /// has frames after the valid prefix: it was damaged, or the machine failed while it was written
    Cut,
}

/// Inspects a log.
///
/// # Errors
/// [`StoreError`] when the file cannot be read at all.
pub(crate) fn look(path: &Path) -> Result<Log, StoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Log::None),
        Err(error) => return Err(error.into()),
    };
    if file.metadata()?.len() == 0 {
        return Ok(Log::None);
    }
    let mut log = BufReader::with_capacity(1 << 16, file);
    let mut header = [0; HEADER];
    if !fill(&mut log, &mut header)? {
        return Ok(Log::Cut);
    }
    let magic = word(&header, 0);
    let order = if magic & 1 == 1 { u32::from_be_bytes } else { u32::from_le_bytes };
    let page = word(&header, 8) as usize;
    let stored = (word(&header, 24), word(&header, 28));
    let mut sum = checksum((0, 0), header.get(..24).unwrap_or_default(), order);
    if magic | 1 != MAGIC | 1 || sum != stored || !page.is_power_of_two() || !(512..=65_536).contains(&page) {
        return Ok(Log::Cut);
    }
    let salt = (word(&header, 16), word(&header, 20));
    let mut frame = vec![0; FRAME_HEADER + page];
    let mut reached_end = false;
    loop {
        if !fill(&mut log, &mut frame)? {
            // half a frame is an incomplete write, unless it is left over from before the last reset
            let ours = !reached_end || (word(&frame, 8), word(&frame, 12)) == salt;
            let some = frame.iter().any(|byte| *byte != 0);
            return Ok(if ours && some { Log::Cut } else { Log::Whole });
        }
        let ours = (word(&frame, 8), word(&frame, 12)) == salt;
        if reached_end {
            // a valid frame after an invalid one: replaying stops before it
            if ours {
                return Ok(Log::Cut);
            }
            continue;
        }
        if !ours {
            reached_end = true;
            continue;
        }
        sum = checksum(sum, frame.get(..8).unwrap_or_default(), order);
        sum = checksum(sum, frame.get(FRAME_HEADER..).unwrap_or_default(), order);
        if sum != (word(&frame, 16), word(&frame, 20)) {
            return Ok(Log::Cut);
        }
    }
}

/// Fills the buffer; false at the end of the file, with the bytes available and zeros after them.
fn fill(log: &mut impl Read, buffer: &mut [u8]) -> Result<bool, StoreError> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match log.read(rest)? {
            0 => {
                rest.fill(0);
                return Ok(false);
            }
            read => filled += read,
        }
    }
    Ok(true)
}

/// A big-endian word of a header; 0 beyond the end.
fn word(bytes: &[u8], at: usize) -> u32 {
    let found = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
    found.map_or(0, u32::from_be_bytes)
}

/// The running checksum of SQLite's format.
fn checksum(seed: (u32, u32), bytes: &[u8], order: fn([u8; 4]) -> u32) -> (u32, u32) {
    let (mut one, mut two) = seed;
    let (words, _) = bytes.as_chunks::<4>();
    let (pairs, _) = words.as_chunks::<2>();
    for [first, second] in pairs {
        one = one.wrapping_add(order(*first)).wrapping_add(two);
        two = two.wrapping_add(order(*second)).wrapping_add(one);
    }
    (one, two)
}
