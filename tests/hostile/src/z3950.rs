//! Hostile Z39.50 targets (ISO 23950); the database name selects the attack. Messages are encoded by hand
//! (X.690), because no library encodes invalid ones.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::wire::{Counts, Line, listen};

/// Starts one on 127.0.0.1; returns its port.
pub async fn start(counts: Arc<Counts>) -> u16 {
    listen(counts, serve).await
}

fn length(n: usize) -> Vec<u8> {
    if n < 128 {
        return vec![n as u8];
    }
    let bytes: Vec<u8> = n.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    [vec![0x80 | bytes.len() as u8], bytes].concat()
}

/// Encodes a value with a tag: class and form are the upper three bits of `first`.
fn value(first: u8, number: usize, content: &[u8]) -> Vec<u8> {
    let tag = match number {
        0..=30 => vec![first | number as u8],
        31..=127 => vec![first | 31, number as u8],
        _ => vec![first | 31, 0x80 | (number >> 7) as u8, (number & 0x7F) as u8],
    };
    [tag, length(content.len()), content.to_vec()].concat()
}

const CONTEXT: u8 = 0x80;
const IN_CONTEXT: u8 = 0xA0;
const UNIVERSAL: u8 = 0x20;

fn integer(n: u64) -> Vec<u8> {
    // a leading zero byte keeps the integer positive
    [vec![0], n.to_be_bytes().to_vec()].concat()
}

fn oid(arcs: &[u32]) -> Vec<u8> {
    let mut out = vec![(arcs[0] * 40 + arcs[1]) as u8];
    for arc in &arcs[2..] {
        let mut octets = vec![(arc & 0x7F) as u8];
        let mut rest = arc >> 7;
        while rest > 0 {
            octets.push(0x80 | (rest & 0x7F) as u8);
            rest >>= 7;
        }
        octets.reverse();
        out.extend(octets);
    }
    value(0, 6, &out)
}

const USMARC: &[u32] = &[1, 2, 840, 10003, 5, 10];
const XML: &[u32] = &[1, 2, 840, 10003, 5, 109, 10];
const SUTRS: &[u32] = &[1, 2, 840, 10003, 5, 101];
const GRS1: &[u32] = &[1, 2, 840, 10003, 5, 105];

fn init() -> Vec<u8> {
    let parts = [
        value(CONTEXT, 3, &[5, 0xE0]),
        value(CONTEXT, 4, &[0, 0xE0, 1]),
        value(CONTEXT, 5, &integer(1 << 20)),
        value(CONTEXT, 6, &integer(1 << 20)),
        value(CONTEXT, 12, &[0xFF]),
    ];
    value(IN_CONTEXT, 21, &parts.concat())
}

fn found_as(hits: &[u8], more: &[u8]) -> Vec<u8> {
    let parts = [
        value(CONTEXT, 23, hits),
        value(CONTEXT, 24, &integer(0)),
        value(CONTEXT, 25, &integer(1)),
        value(CONTEXT, 22, &[0xFF]),
    ];
    value(IN_CONTEXT, 23, &[parts.concat(), more.to_vec()].concat())
}

fn found(hits: u64) -> Vec<u8> {
    found_as(&integer(hits), &[])
}

fn record(data: &[u8], syntax: &[u32]) -> Vec<u8> {
    let external = value(UNIVERSAL, 8, &[oid(syntax), value(CONTEXT, 1, data)].concat());
    value(UNIVERSAL, 16, &value(IN_CONTEXT, 1, &value(IN_CONTEXT, 1, &external)))
}

fn present(records: &[Vec<u8>]) -> Vec<u8> {
    let parts = [
        value(CONTEXT, 24, &integer(records.len() as u64)),
        value(CONTEXT, 25, &integer(records.len() as u64 + 1)),
        value(CONTEXT, 27, &[0]),
        value(IN_CONTEXT, 28, &records.concat()),
    ];
    value(IN_CONTEXT, 25, &parts.concat())
}

/// An ISO 2709 record with this directory.
fn iso2709(directory: &[String], data: &[u8]) -> Vec<u8> {
    let directory = directory.concat();
    let base = (25 + directory.len()).min(99_999);
    [format!("99999nam a22{base:05}   4500{directory}\x1E").into_bytes(), data.to_vec(), vec![0x1D]].concat()
}

/// Directory entries that all point at the same ten thousand bytes.
fn overlapping(entries: usize) -> Vec<u8> {
    let length = 9_999;
    let data = [b"  \x1Fa".to_vec(), vec![b'x'; length - 5], vec![0x1E]].concat();
    let mut directory = vec![format!("245{length:04}00000")];
    directory.extend(vec![format!("650{length:04}00000"); entries]);
    iso2709(&directory, &data)
}

/// The records of a database.
fn records(database: &str) -> Vec<Vec<u8>> {
    let titled = |n: usize| {
        let data = format!("00\x1FaT{n:04}\x1E");
        record(&iso2709(&[format!("245{:04}00000", data.len())], data.as_bytes()), USMARC)
    };
    match database {
        "overlap" => vec![record(&overlapping(20_000), USMARC)],
        "overlaps" => vec![record(&overlapping(20_000), USMARC); 12],
        "quadratic" => {
            let data = [
                &b"<collection xmlns=\"http://www.loc.gov/MARC21/slim\"><record><leader>x</leader></record>\
                   <record><leader>00000nam</leader><!bad > "[..],
                &b"record ".repeat(250_000),
            ]
            .concat();
            vec![record(&data, XML)]
        }
        "many" => (0..10_000).map(titled).collect(),
        "tiny" => vec![value(UNIVERSAL, 16, &[]); 1_500_000],
        "sutrs" => vec![record(&[b"Title: ".to_vec(), vec![b'x'; 3 << 20]].concat(), SUTRS)],
        "marc8" => {
            let data = [b"00\x1Fa\x1B$1".to_vec(), b"!0!".repeat(900_000), vec![0x1E]].concat();
            vec![record(&iso2709(&["2459999900000".to_owned()], &data), USMARC)]
        }
        "grs1" => vec![record(b"\x30\x00", GRS1); 10],
        _ => vec![titled(1)],
    }
}

/// The answer to a search; `None` for endless ones.
fn searched(database: &str) -> Option<Vec<u8>> {
    Some(match database {
        "hits" => found(1 << 62),
        "deep" => [0xB7, 0x80].repeat(1_000_000),
        "nested" => {
            let any = [[0x30, 0x80].repeat(30_000), [0, 0].repeat(30_000)].concat();
            found_as(&integer(1), &value(IN_CONTEXT, 201, &any))
        }
        "long" => vec![0xB7, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        "negative" => found_as(&[0xFF; 1 << 20], &[]),
        "huge" => found_as(&vec![0x7F; 3 << 20], &[]),
        "many" => found(200),
        "grs1" => found(1_098),
        "trickle" | "flood" => return None,
        _ => found(1),
    })
}

async fn serve(mut line: Line) -> io::Result<()> {
    let mut database = String::new();
    loop {
        // our client sends one message at a time and waits, so that the bytes read are one message
        let mut message = Vec::with_capacity(64 * 1024);
        if !line.more(&mut message).await {
            return Ok(());
        }
        match message.first() {
            Some(0xB4) => line.send(&init()).await?,
            Some(0xB6) => {
                let at = message.windows(2).position(|tag| tag == [0x9F, 0x69]).unwrap_or_default();
                let end = at + 3 + usize::from(message[at + 2]);
                database = String::from_utf8_lossy(&message[at + 3..end]).into_owned();
                match searched(&database) {
                    Some(answer) => line.send(&answer).await?,
                    None => endless(&mut line, &database).await?,
                }
            }
            Some(0xB8) => {
                let name = database.clone();
                let made = tokio::task::spawn_blocking(move || present(&records(&name))).await;
                line.send(&made.map_err(io::Error::other)?).await?;
            }
            _ => return Ok(()),
        }
    }
}

/// Sends one message of indefinite length made of almost empty values.
async fn endless(line: &mut Line, database: &str) -> io::Result<()> {
    line.send(&[0xB7, 0x80]).await?;
    let (times, pause) = match database {
        "trickle" => (300, Some(Duration::from_micros(500))),
        _ => (20_000, None),
    };
    let piece = [4, 1, 0].repeat(times);
    loop {
        line.send(&piece).await?;
        if let Some(pause) = pause {
            // small packets are the attack
            tokio::time::sleep(pause).await;
        }
    }
}
