//! The `inspect` program, run as by a maintainer.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A temporary directory of a test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str, files: &[(&str, &[u8])]) -> Folder {
        let path =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("inspect-{test}-{}", std::process::id()));
        for (name, bytes) in files {
            let file = path.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, bytes).unwrap();
        }
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn inspect(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inspect")).args(arguments).output().unwrap()
}

const RECORD: &str = "<record><leader>00000nam a2200000   4500</leader><datafield tag=\"245\" ind1=\"1\" ind2=\"0\">\
    <subfield code=\"a\">红楼梦 /</subfield><subfield code=\"c\">曹雪芹著</subfield></datafield></record>";

#[test]
fn one_line_a_record_and_errors_apart() {
    let collection = format!("<collection>{RECORD}{RECORD}</collection>");
    let folder = Folder::new(
        "lines",
        &[("a.xml", collection.as_bytes()), ("deep/b.txt", "不是书目".as_bytes()), ("c.mrc", b"")],
    );
    let output = inspect(&[folder.0.to_str().unwrap(), "/no/such/file"]);
    assert!(output.status.success());
    let lines: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    let line = &lines[1];
    let members: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
    for member in ["file", "index", "offset", "format", "profile", "charset", "record", "warnings"] {
        assert!(members.contains(&member), "{members:?}");
    }
    assert_eq!(
        (&line["index"], &line["format"], &line["profile"]),
        (&1.into(), &"marcxml".into(), &"marc21".into())
    );
    assert_eq!(line["offset"], 12 + RECORD.len());
    assert_eq!(line["record"]["creators"], serde_json::json!([{ "name": "曹雪芹", "role": "author" }]));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("b.txt: at byte 0:") && errors.contains("/no/such/file: "), "{errors}");
}

#[test]
fn nothing_at_all_is_a_failure() {
    let folder = Folder::new("nothing", &[("b.txt", "不是书目".as_bytes())]);
    assert_eq!(inspect(&[folder.0.to_str().unwrap()]).status.code(), Some(1));
    assert_eq!(inspect(&[]).status.code(), Some(2));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let collection = format!("<collection>{}</collection>", RECORD.repeat(3000));
    let folder = Folder::new("pipe", &[("a.xml", collection.as_bytes())]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_inspect"))
        .arg(&folder.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(!String::from_utf8(output.stderr).unwrap().contains("panicked"));
}

/// A file larger than a chunk: no record is lost or split, and offsets continue.
#[test]
fn large_files_are_read_in_pieces() {
    // 3 + 28 bytes of number and title, 9,005 of notes
    let note = "注".repeat(3000);
    let record = format!(
        "00000nam a2200061   4500001000300000245002800003500900500031\u{1E}01\u{1E}10\u{1F}a红楼梦\u{1F}c曹雪芹著\u{1E}  \u{1F}a{note}\u{1E}\u{1D}"
    );
    let count = (17 << 20) / record.len() + 1;
    let folder = Folder::new("large", &[("a.mrc", record.repeat(count).as_bytes())]);
    let output = inspect(&[folder.0.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), count);
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&last["index"], &last["offset"]),
        (&(count - 1).into(), &((count - 1) * record.len()).into())
    );
    assert_eq!(last["record"]["title"], "红楼梦");
}

/// Every file has records, or a sentence; files of references are read as the program reads them.
#[test]
fn nothing_is_silent() {
    let folder = Folder::new(
        "silent",
        &[
            (
                "a.net",
                "{Reference Type}: Book\n{Title}: 湖与山\n\n{Reference Type}: Book\n{Year}: 1999\n"
                    .as_bytes(),
            ),
            ("b.txt", "10.1000/abc\n[2] 林一舟. 雁行集[M]. 杭州: 远山书社, 1998.\n".as_bytes()),
            ("c.xml", b"<feed xmlns=\"http://www.w3.org/2005/Atom\"></feed>"),
            ("d.bib", "@book{a, title = {红".as_bytes()),
        ],
    );
    let output = inspect(&[folder.0.to_str().unwrap()]);
    let (records, errors) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let formats: Vec<String> = records
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["format"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(formats, ["noteexpress", "number", "reference"]);
    for told in ["a.net: at byte 43: line 4: Empty", "c.xml: atom without a record", "d.bib: at byte 0"] {
        assert!(errors.contains(told), "{told}: {errors}");
    }
}
