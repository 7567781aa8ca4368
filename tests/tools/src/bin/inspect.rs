//! `inspect FILE…`: shows what the readers of `hongyan-formats` make of files, for maintainers.
//!
//! One JSON line a record on standard output:
//! `{"file","index","offset","format","profile","charset","record":{…},"warnings":[…]}`. Errors, with
//! the byte at which they happened, on standard error. A folder is read with all that is in it. The
//! exit code is 1 only if not a single record could be read from all files together, 2 without files.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hongyan_formats::{Parsed, ReadError, Warning, marc, read};
use hongyan_model::record::Record;
use serde::Serialize;

/// What cannot be read piece by piece (XML, JSON) must fit into memory.
const MAX_BYTES: u64 = 1 << 30;
/// ISO 2709 is read in pieces of this size.
const PIECE: usize = 16 << 20;
/// A piece without the end of a record grows to this and is then taken as it is.
const MAX_PIECE: usize = 64 << 20;
/// Ends a record of ISO 2709.
const RECORD_END: u8 = 0x1D;
/// Folders in folders.
const MAX_DEPTH: usize = 32;

/// One line of output.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    /// 0-based number of the record in the file
    index: usize,
    /// byte in the file at which it starts
    offset: usize,
    format: &'a str,
    profile: &'a str,
    charset: &'a str,
    record: &'a Record,
    warnings: &'a [Warning],
}

/// Why reading ends before all files are read.
enum Stop {
    /// the reader of our output has gone; that is its right
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

/// Standard error may be closed too; `eprintln!` would panic then.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Files under a path, in the order of their names.
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

/// Reads one file; the number of its records. What is wrong with the file goes to standard error.
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

/// Reads an open file, ISO 2709 piece by piece and everything else as a whole; why to stop, if so.
fn inspect_open(
    mut file: File,
    name: &str,
    index: &mut usize,
    out: &mut impl Write,
) -> std::io::Result<Option<Stop>> {
    let metadata = file.metadata()?;
    // a pipe or a device may never end
    if !metadata.is_file() {
        return Err(std::io::Error::other("not a file"));
    }
    let mut bytes = Vec::new();
    let mut base = 0;
    let mut ended = read_on(&mut file, PIECE, &mut bytes)?;
    if !ended && !matches!(read::detect(&bytes, &hongyan_formats::Budget::file()), Ok(read::Format::Iso2709))
    {
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

/// Shows what stands in a piece of a file that begins at byte `base`.
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
    let mut each = |item: Result<Parsed, ReadError>| match item {
        Ok(mut parsed) => {
            parsed.offset += base;
            for warning in &mut parsed.warnings {
                warning.offset = warning.offset.map(|offset| offset + base);
            }
            stopped = write(name, *index, &parsed, out).err();
            *index += 1;
            stopped.is_none()
        }
        Err(error) => {
            complain_at(&error);
            true
        }
    };
    if base > 0 {
        // behind the first piece the format is known
        let _ = marc::parse(bytes, &hongyan_formats::Budget::file()).all(each);
    } else if let Err(error) =
        read::records(bytes, &mut |_, item| each(item), &hongyan_formats::Budget::file())
    {
        complain_at(&error);
    }
    stopped
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
