//! Parsing ISO 2709: records per second with characters decoded, and with the mapping to the model.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use hongyan_formats::marc;

use crate::report::Row;

/// Number of records of the synthetic file.
const MADE_UP: usize = 250_000;

/// Parses an ISO 2709 file, or a synthetic one, on one core.
///
/// # Errors
/// A sentence: the file cannot be read.
pub fn marc(rows: &mut Vec<Row>, file: Option<&Path>) -> Result<(), String> {
    let (bytes, what) = match file {
        Some(file) => {
            let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (bytes, name)
        }
        None => (made_up(), "made-up records, UTF-8".to_owned()),
    };
    let (floor_time, floor_count) = best(|| {
        // the lower bound for any parser: find the ends of records, validate the characters
        let ends = bytes.iter().filter(|byte| **byte == 0x1D).count();
        black_box(bytes.utf8_chunks().map(|chunk| chunk.valid().len()).sum::<usize>());
        ends
    });
    let (decoded_time, decoded) = best(|| {
        let mut count = 0;
        for read in marc::iso2709::records(&bytes, &hongyan_formats::Budget::file()).flatten() {
            black_box(read.marc.fields().map(|field| field.tag.len()).sum::<usize>());
            count += 1;
        }
        count
    });
    let (mapped_time, mapped) =
        best(|| marc::parse(&bytes, &hongyan_formats::Budget::file()).flatten().map(black_box).count());
    let rate = |count: usize, time: Duration| count as f64 / time.as_secs_f64();
    let floor = format!("ends found, UTF-8 looked at: {:.0} records/s", rate(floor_count, floor_time));
    let decoded_rate = rate(decoded, decoded_time);
    rows.push(
        Row::figure(
            format!(
                "ISO 2709 with its characters decoded ({what}, {decoded} records, {} MB)",
                bytes.len() / 1_000_000
            ),
            format!("{decoded_rate:.0} records/s"),
        )
        .floor(&floor)
        .target("≥ 200,000 records/s", decoded_rate >= 200_000.0),
    );
    rows.push(
        Row::figure(
            format!("the same, mapped to the model ({mapped} records)"),
            format!("{:.0} records/s", rate(mapped, mapped_time)),
        )
        .floor(floor),
    );
    Ok(())
}

/// The best of three runs.
fn best(mut work: impl FnMut() -> usize) -> (Duration, usize) {
    let mut times = Vec::new();
    let mut count = 0;
    for _ in 0..3 {
        let began = Instant::now();
        count = black_box(work());
        times.push(began.elapsed());
    }
    (times.into_iter().min().unwrap_or_default(), count)
}

/// Synthetic records of about a kilobyte, Chinese and English.
fn made_up() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(MADE_UP * 700);
    for n in 0..MADE_UP {
        let year = 1950 + n % 75;
        let han = n % 3 == 0;
        let title = if han {
            format!("中国经济史研究 第{n}卷 :")
        } else {
            format!("A history of economics, volume {n} :")
        };
        let rest = if han {
            "近代以来的制度、货币与市场"
        } else {
            "institutions, money and markets since 1840"
        };
        let fields = [
            ("001", format!("hy{n:09}")),
            ("008", format!("260901s{year}    cc a     b    001 0 {} d", if han { "chi" } else { "eng" })),
            ("020", format!("  \u{1F}a978711100{:04}0", n % 10_000)),
            ("040", "  \u{1F}aHYSB\u{1F}bchi".to_owned()),
            ("100", format!("1 \u{1F}a{},\u{1F}e著", if han { "费孝通" } else { "Robinson, Joan" })),
            ("245", format!("10\u{1F}a{title}\u{1F}b{rest} /\u{1F}c编辑委员会编.")),
            ("264", format!(" 1\u{1F}a北京 :\u{1F}b人民文学出版社,\u{1F}c{year}.")),
            ("300", "  \u{1F}axii, 480 pages :\u{1F}billustrations ;\u{1F}c24 cm.".to_owned()),
            ("504", "  \u{1F}aIncludes bibliographical references (pages 451-470) and index.".to_owned()),
            (
                "520",
                "  \u{1F}a本书讨论十九世纪中叶以来的经济制度、货币与市场，并附统计资料与参考文献。"
                    .to_owned(),
            ),
            ("650", " 0\u{1F}aEconomics\u{1F}xHistory\u{1F}y20th century.".to_owned()),
            ("650", " 7\u{1F}a经济史\u{1F}z中国\u{1F}2cct".to_owned()),
        ];
        let (mut directory, mut data) = (String::new(), String::new());
        for (tag, value) in &fields {
            directory.push_str(&format!("{tag}{:04}{:05}", value.len() + 1, data.len()));
            data.push_str(value);
            data.push('\u{1E}');
        }
        directory.push('\u{1E}');
        let base = 24 + directory.len();
        let length = base + data.len() + 1;
        bytes.extend(format!("{length:05}nam a22{base:05} i 4500{directory}{data}\u{1D}").into_bytes());
    }
    bytes
}
