//! `inspect FILE…`: shows the records that `hongyan-formats` parses from files, for maintainers.
//!
//! Writes one JSON line per record to standard output:
//! `{"file","index","offset","format","profile","charset","record":{…},"warnings":[…]}`; errors with
//! their byte offset to standard error. Directories are read recursively. The exit code is 1 if no record
//! could be parsed from any file, 2 without files, else 0. A list of numbers or references has a line for each.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hongyan_formats::{Budget, Fault, Parsed, ReadError, Warning, list, marc, read};
use hongyan_model::record::Record;
use hongyan_model::request::batch::ReadAs;
use serde::Serialize;

/// Maximum size of files that are parsed as a whole (XML, JSON).
const MAX_BYTES: u64 = 1 << 30;
/// ISO 2709 is read in chunks of this size.
const PIECE: usize = 16 << 20;
/// Maximum size of a chunk without the end of a record.
const MAX_PIECE: usize = 64 << 20;
/// Terminator of an ISO 2709 record.
const RECORD_END: u8 = 0x1D;
/// Maximum nesting of directories.
const MAX_DEPTH: usize = 32;

/// A line of output.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    /// index of the record in the file, from 0
    index: usize,
    /// byte offset in the file at which it starts
    offset: usize,
    format: &'a str,
    profile: &'a str,
    charset: &'a str,
    record: &'a Record,
    warnings: &'a [Warning],
}

/// Why reading ends early.
enum Stop {
    /// standard output was closed, which is not an error
    Closed,
    Failed(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Stop {
        if error.kind() == ErrorKind::BrokenPipe { Stop::Closed } else { Stop::Failed(error) }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if arguments.is_empty() {
        complain("usage: inspect FILE…");
        return ExitCode::from(2);
    }
    let mut files = Vec::new();
    for path in arguments {
        collect(path, 0, &mut files);
    }
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut records = 0;
    for file in &files {
        match inspect(file, &mut out) {
            Ok(read) => records += read,
            Err(Stop::Closed) => return ExitCode::SUCCESS,
            Err(Stop::Failed(error)) => {
                complain(&format!("standard output: {error}"));
                return ExitCode::FAILURE;
            }
        }
    }
    match out.flush().map_err(Stop::from) {
        Err(Stop::Failed(error)) => {
            complain(&format!("standard output: {error}"));
            ExitCode::FAILURE
        }
        Ok(()) | Err(Stop::Closed) if records > 0 => ExitCode::SUCCESS,
        Ok(()) | Err(Stop::Closed) => ExitCode::FAILURE,
    }
}

/// Writes to standard error; unlike `eprintln!`, does not panic when it is closed.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The files in a path, sorted by name.
fn collect(path: PathBuf, depth: usize, files: &mut Vec<PathBuf>) {
    if !path.is_dir() {
        files.push(path);
        return;
    }
    if depth > MAX_DEPTH {
        complain(&format!("{}: too many folders in each other", path.display()));
        return;
    }
    let mut entries: Vec<PathBuf> = match std::fs::read_dir(&path) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(error) => {
            complain(&format!("{}: {error}", path.display()));
            return;
        }
    };
    entries.sort();
    for entry in entries {
        collect(entry, depth + 1, files);
    }
}

/// Reads a file; returns the number of records. Errors of the file go to standard error.
fn inspect(path: &Path, out: &mut impl Write) -> Result<usize, Stop> {
    let name = path.display().to_string();
    let mut index = 0;
    match File::open(path).and_then(|file| inspect_open(file, &name, &mut index, out)) {
        Ok(Some(stop)) => Err(stop),
        Ok(None) => Ok(index),
        Err(error) => {
            complain(&format!("{name}: {error}"));
            Ok(index)
        }
    }
}

/// Reads an open file, ISO 2709 in chunks and other formats as a whole; returns why to stop, if so.
fn inspect_open(
    mut file: File,
    name: &str,
    index: &mut usize,
    out: &mut impl Write,
) -> std::io::Result<Option<Stop>> {
    let metadata = file.metadata()?;
    // a pipe or a device may be endless
    if !metadata.is_file() {
        return Err(std::io::Error::other("not a file"));
    }
    let mut bytes = Vec::new();
    let mut base = 0;
    let mut ended = read_on(&mut file, PIECE, &mut bytes)?;
    if !ended && !matches!(read::detect(&bytes, &Budget::file()), Ok(read::Format::Iso2709)) {
        if metadata.len() > MAX_BYTES {
            return Err(std::io::Error::other("larger than 1 GiB and not ISO 2709"));
        }
        file.read_to_end(&mut bytes)?;
        ended = true;
    }
    loop {
        let whole = bytes.iter().rposition(|byte| *byte == RECORD_END).map_or(0, |end| end + 1);
        if !ended && whole == 0 && bytes.len() < MAX_PIECE {
            ended = read_on(&mut file, PIECE, &mut bytes)?;
            continue;
        }
        let piece = if ended || whole == 0 { bytes.len() } else { whole };
        let rest = bytes.split_off(piece);
        if let Some(stop) = inspect_bytes(&bytes, base, name, index, out) {
            return Ok(Some(stop));
        }
        if ended {
            return Ok(None);
        }
        base += piece;
        bytes = rest;
        ended = read_on(&mut file, PIECE, &mut bytes)?;
        if ended && bytes.is_empty() {
            return Ok(None);
        }
    }
}

/// Reads up to `count` more bytes; true at the end of the file.
fn read_on(file: &mut File, count: usize, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    let limit = u64::try_from(count).unwrap_or(u64::MAX);
    Ok(Read::by_ref(file).take(limit).read_to_end(bytes)? < count)
}

/// Writes the records in a chunk of a file that begins at byte `base`.
fn inspect_bytes(
    bytes: &[u8],
    base: usize,
    name: &str,
    index: &mut usize,
    out: &mut impl Write,
) -> Option<Stop> {
    let mut stopped = None;
    let complain_at = |error: &ReadError| {
        complain(&format!("{name}: {}", ReadError::at(base + error.offset, error.what.as_str())));
    };
    // whether anything was said of the file
    let mut told = false;
    let mut each = |item: Result<Parsed, ReadError>| match item {
        Ok(mut parsed) => {
            told = true;
            parsed.offset += base;
            for warning in &mut parsed.warnings {
                warning.offset = warning.offset.map(|offset| offset + base);
            }
            stopped = write(name, *index, &parsed, out).err();
            *index += 1;
            stopped.is_none()
        }
        Err(error) => {
            told = true;
            complain_at(&error);
            true
        }
    };
    if base > 0 {
        // after the first chunk the format is known
        let _ = marc::parse(bytes, &Budget::file()).all(each);
        return stopped;
    }
    match read::records(bytes, &mut |_, item| each(item), &Budget::file()) {
        Ok(format) if !told => complain(&format!("{name}: {} without a record", format.name())),
        Ok(_) => {}
        Err(error) => match inspect_lines(bytes, name, index, out) {
            Some(lines) if error.fault == Fault::Unreadable => return lines.err(),
            _ => complain_at(&error),
        },
    }
    stopped
}

/// Writes the works of a list of numbers and references, a line each; none where most lines are neither.
fn inspect_lines(
    bytes: &[u8],
    name: &str,
    index: &mut usize,
    out: &mut impl Write,
) -> Option<Result<(), Stop>> {
    let listed = list::read(bytes, &Budget::text()).ok()?;
    let titles = listed.entries.iter().filter(|entry| entry.read_as == ReadAs::Title).count();
    let wrong = listed.left.iter().filter(|left| left.why == list::Why::CheckDigit).count();
    if 2 * titles >= listed.entries.len() + wrong {
        return None;
    }
    for left in &listed.left {
        let what = if left.why == list::Why::Unsure { "not surely understood" } else { "no valid number" };
        complain(&format!("{name}: line {}: {what}: {}", left.line, left.text));
    }
    for list::ListEntry { read_as, record, .. } in listed.entries {
        let format = match read_as {
            ReadAs::Number => "number",
            ReadAs::Reference => "reference",
            ReadAs::OpenUrl => "openurl",
            ReadAs::Title => "title",
            ReadAs::File | ReadAs::Search => "file",
        };
        let parsed =
            Parsed { record, format, profile: format, charset: "utf-8", offset: 0, warnings: Vec::new() };
        if let Err(stop) = write(name, *index, &parsed, out) {
            return Some(Err(stop));
        }
        *index += 1;
    }
    Some(Ok(()))
}

fn write(file: &str, index: usize, parsed: &Parsed, out: &mut impl Write) -> Result<(), Stop> {
    let line = Line {
        file,
        index,
        offset: parsed.offset,
        format: parsed.format,
        profile: parsed.profile,
        charset: parsed.charset,
        record: &parsed.record,
        warnings: &parsed.warnings,
    };
    serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}
