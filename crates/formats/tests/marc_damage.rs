//! Damaged ISO 2709: read rightly, or refused with the reason; a wrong title is worse than none. The judge
//! of every damage is the sound record that it was made from.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

mod common;

use common::iso2709;
use hongyan_formats::{Budget, Parsed, ReadError, Warning, read};
use hongyan_model::Record;
use proptest::prelude::*;

const LAKE: &[(&str, &str)] = &[
    ("001", "lake1"),
    ("008", "150101s2014    cc            000 0 chi d"),
    ("020", "  $a9780306406157"),
    ("100", "1 $aMarsh, Ann."),
    ("245", "10$aLakes in winter :$bthe cranes /$cAnn Marsh."),
    ("260", "  $aLondon :$bReed,$c2014."),
    ("500", "  $aA note about lakes."),
    ("500", "  $aAnother note."),
];

fn all(bytes: &[u8]) -> Result<Vec<Result<Parsed, ReadError>>, ReadError> {
    let mut items = Vec::new();
    let mut each = |_, item| {
        items.push(item);
        true
    };
    read::records(bytes, &mut each, &Budget::answer())?;
    Ok(items)
}

fn one(bytes: &[u8]) -> Parsed {
    let mut items = all(bytes).unwrap();
    assert_eq!(items.len(), 1);
    items.remove(0).unwrap()
}

/// What a patron sees of a record.
fn seen(record: &Record) -> (String, String, Vec<String>, String, Option<i32>) {
    let names = record.creators.iter().map(|creator| creator.name.clone()).collect();
    (record.title.clone(), record.subtitle.clone(), names, record.publisher.clone(), record.year)
}

fn warned(parsed: &Parsed, code: &str) -> bool {
    parsed.warnings.iter().any(|warning: &Warning| warning.code == code)
}

#[test]
fn starts_that_wrap_or_are_all_zero() {
    let sound = iso2709("am a", LAKE);
    let want = seen(&one(&sound).record);
    for starts in [
        // what is over 99,999 wraps
        |index: usize, start: usize| (start + if index > 3 { 60_000 } else { 90_000 }) % 100_000,
        |index: usize, start: usize| if index > 4 { 0 } else { start },
        |_: usize, _: usize| 0,
    ] {
        let mut bytes = sound.clone();
        for index in 0..LAKE.len() {
            let at = 24 + 12 * index + 7;
            let start: usize = std::str::from_utf8(&bytes[at..at + 5]).unwrap().parse().unwrap();
            bytes[at..at + 5].copy_from_slice(format!("{:05}", starts(index, start)).as_bytes());
        }
        let parsed = one(&bytes);
        assert_eq!(seen(&parsed.record), want);
        assert!(warned(&parsed, "directory"));
    }
}

#[test]
fn a_leader_that_lost_or_gained_a_byte() {
    let sound = iso2709("am a", LAKE);
    let want = one(&sound);
    for at in [0, 3, 8, 17, 18, 20, 23] {
        let mut bytes = sound.clone();
        bytes.remove(at);
        let parsed = one(&bytes);
        assert_eq!(
            (seen(&parsed.record), parsed.profile),
            (seen(&want.record), "marc21"),
            "without byte {at}"
        );
        assert_eq!(parsed.record.kind, want.record.kind, "without byte {at}");
        assert!(warned(&parsed, "leader"));
    }
    let mut bytes = sound.clone();
    bytes.insert(20, b' ');
    assert_eq!(seen(&one(&bytes).record), seen(&want.record));
}

#[test]
fn control_bytes_before_and_in_the_leader() {
    let sound = iso2709("am a", LAKE);
    let want = seen(&one(&sound).record);
    for lead in [&b"\0"[..], b"\0\0\x01", b"\x02\r\n"] {
        let parsed = one(&[lead, &sound].concat());
        assert_eq!(seen(&parsed.record), want);
        assert!(warned(&parsed, "leader"), "{lead:?}");
    }
    for at in [1, 4, 5, 9, 11, 18, 22] {
        for byte in [0, 1, 0x0B, 0x80] {
            let mut bytes = sound.clone();
            bytes[at] = byte;
            let parsed = one(&bytes);
            assert_eq!(seen(&parsed.record), want, "{byte:02x} at {at}");
            assert!(warned(&parsed, "leader"));
        }
    }
    // line ends between records are usual
    assert!(one(&[b"\r\n", &sound[..]].concat()).warnings.is_empty());
}

#[test]
fn a_terminator_inside_a_field() {
    let sound = iso2709("am a", LAKE);
    let want = seen(&one(&sound).record);
    let at = sound.windows(6).position(|bytes| bytes == b"Marsh,").unwrap();
    let mut bytes = sound.clone();
    bytes[at + 6] = 0x1E;
    let parsed = one(&bytes);
    assert_eq!(seen(&parsed.record).0, want.0);
}

#[test]
fn latin_with_marks_before_letters_under_a_wrong_flag() {
    let with = |title: &[u8]| {
        let mut bytes =
            iso2709("am a", &[("008", "800822s1980    fi            000 0 fin d"), ("245", "10$aXX /")]);
        let at = bytes.windows(2).position(|pair| pair == b"XX").unwrap();
        // same length, so that the directory stays right
        let padded = iso2709(
            "am a",
            &[
                ("008", "800822s1980    fi            000 0 fin d"),
                ("245", &format!("10$a{} /", "X".repeat(title.len()))),
            ],
        );
        bytes = padded;
        bytes[at..at + title.len()].copy_from_slice(title);
        one(&bytes)
    };
    for (title, read) in [
        (&b"H\xe8amoja j\xe8arvell\xe8a"[..], "Hämoja järvellä"),
        (b"J\xe8arvi", "Järvi"),
        (b"Les pr\xc2es et les \xc2etangs \xc2eloign\xc2es", "Les prés et les étangs éloignés"),
    ] {
        let parsed = with(title);
        assert_eq!(parsed.record.title, read, "{}", parsed.charset);
        assert!(warned(&parsed, "charset"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever byte of leader or directory is lost or changed: the right title, or none.
    #[test]
    fn never_a_wrong_title(at in 0usize..(24 + 12 * 8 + 1), change in 0u8..4, byte in any::<u8>()) {
        let mut bytes = iso2709("am a", LAKE);
        match change {
            0 => { bytes.remove(at); }
            1 => bytes[at] = byte,
            2 => bytes.insert(at, byte),
            _ => bytes[at] = b'0' + byte % 10,
        }
        // a change of the tag 245 itself makes another record
        let tags = 24 + 12 * 4..24 + 12 * 5;
        if !tags.contains(&at) {
            for item in all(&bytes).into_iter().flatten().flatten() {
                let title = item.record.title.as_str();
                prop_assert!(title.is_empty() || title == "Lakes in winter", "{title:?} after {change} at {at}");
            }
        }
    }
}
