//! `inspect FILE…`: shows what the readers of `hongyan-formats` make of files, for maintainers.
//!
//! One JSON line a record on standard output:
//! `{"file","index","offset","format","profile","charset","record":{…},"warnings":[…]}`. Errors, with
//! the byte at which they happened, on standard error. A folder is read with all that is in it. The
//! exit code is 1 only if not a single record could be read from all files together, 2 without files.

use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hongyan_formats::{Parsed, Warning, read};
use hongyan_model::record::Record;
use serde::Serialize;

/// Larger inputs are refused: no catalogue exports them in one piece.
const MAX_BYTES: u64 = 2 << 30;
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
    let bytes = match load(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            complain(&format!("{name}: {error}"));
            return Ok(0);
        }
    };
    let mut index = 0;
    let mut stopped = None;
    let outcome = read::records(&bytes, &mut |_, item| match item {
        Ok(parsed) => {
            let written = write(&name, index, &parsed, out);
            index += 1;
            stopped = written.err();
            stopped.is_none()
        }
        Err(error) => {
            complain(&format!("{name}: {error}"));
            true
        }
    });
    if let Err(error) = outcome {
        complain(&format!("{name}: {error}"));
    }
    match stopped {
        Some(stop) => Err(stop),
        None => Ok(index),
    }
}

/// The bytes of a file; a pipe or device is not read.
fn load(path: &Path) -> std::io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("not a file"));
    }
    if metadata.len() > MAX_BYTES {
        return Err(std::io::Error::other("larger than 2 GiB"));
    }
    std::fs::read(path)
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
