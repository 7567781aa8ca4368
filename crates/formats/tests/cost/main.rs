//! Complexity of every parser: twice the input takes at most two and a half times the work, and no input
//! takes more memory than a response may. Counted, not measured by wall clock.
#![allow(unsafe_code, reason = "an allocator that counts is one")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

mod attacks;
mod counted;
mod readers;

use std::collections::BTreeSet;

use counted::{Cost, cost_of};
use hongyan_formats::{Budget, list, markup, read, reference};
use readers::{READERS, Reader, Syntax};

/// Bytes of the smaller input.
const SIZE: usize = 25_000;
/// Maximum ratio for twice the input.
const AT_MOST: f64 = 2.5;

/// Texts that might take quadratic time in some parser, repeated to a length.
const FILLERS: &[&str] = &[
    "题 a",
    "<script></script>",
    "<a ",
    "<a='",
    "{",
    "{}",
    "\\a{",
    "&",
    "(",
    "[J",
    "a. ",
    "a;",
    "a and b ",
    "$",
    "a=b",
    "a.,",
    "e\u{301}\u{301}",
];

/// Inputs that are no valid format.
const GARBAGE: &[&str] =
    &["<", "[", "{\"a\":", "\u{1E}", "@a{", "x", "%0 ", "TY  - \n", "<record></x>", "001 x\n"];

fn filled(filler: &str, size: usize) -> String {
    filler.repeat(size / filler.len() + 1)
}

fn written(text: &str, syntax: Syntax) -> String {
    match syntax {
        Syntax::Xml => text.replace('&', "&amp;").replace('<', "&lt;"),
        Syntax::Json => text.replace('\\', "\\\\").replace('"', "\\\""),
        Syntax::Text => text.to_owned(),
    }
}

impl Reader {
    /// One record with a text of about `size` bytes.
    fn long(&self, filler: &str, size: usize) -> Vec<u8> {
        let record = self.record.replace('§', &written(&filled(filler, size), self.syntax)).replace('¶', "");
        format!("{}{record}{}", self.head, self.tail).into_bytes()
    }

    /// As many small records as fill `size` bytes.
    fn many(&self, size: usize) -> Vec<u8> {
        let record = self.record.replace('§', "红楼梦").replace('¶', "");
        let records = vec![record.as_str(); size / record.len() + 1];
        format!("{}{}{}", self.head, records.join(self.join), self.tail).into_bytes()
    }

    /// One record with as many different parts as fill `size` bytes.
    fn parts(&self, size: usize) -> Vec<u8> {
        let count = size / self.part.len() + 1;
        let parts: String = (0..count).map(|n| self.part.replace('§', &format!("n{n}"))).collect();
        let record = self.record.replace('§', "红楼梦").replace('¶', &parts);
        format!("{}{record}{}", self.head, self.tail).into_bytes()
    }
}

/// Asserts the ratio for twice the input. Memory is counted exactly; of CPU time the best of up to twenty
/// runs is taken, because other processes share the machine and its caches, while quadratic growth shows
/// in every run.
fn grows_with_its_input(what: &str, input: impl Fn(usize) -> Vec<u8>, read: impl Fn(&[u8])) {
    let (once, twice) = (input(SIZE), input(2 * SIZE));
    let measured = |input: &[u8]| cost_of(|| read(input));
    let (mut less, mut more) = (measured(&once), measured(&twice));
    let ratio = |less: u64, more: u64, floor: u64| more as f64 / less.max(floor) as f64;
    for _ in 1..20 {
        if ratio(less.nanos, more.nanos, 1_000_000) <= AT_MOST {
            break;
        }
        let (again, twice) = (measured(&once), measured(&twice));
        less.nanos = less.nanos.min(again.nanos);
        more.nanos = more.nanos.min(twice.nanos);
    }
    let of = |cost: Cost| format!("{} bytes, {} pieces, {} µs", cost.bytes, cost.count, cost.nanos / 1000);
    for (kind, ratio) in [
        ("bytes", ratio(less.bytes, more.bytes, 200_000)),
        ("allocations", ratio(less.count, more.count, 1_000)),
        ("processor time", ratio(less.nanos, more.nanos, 1_000_000)),
    ] {
        assert!(ratio <= AT_MOST, "{what}: {kind} × {ratio:.1}: {}; twice: {}", of(less), of(more));
    }
}

fn all_shapes(syntax: Syntax) {
    for (row, reader) in READERS.iter().enumerate().filter(|(_, reader)| reader.syntax == syntax) {
        let name = format!("{} ({row})", reader.covers[0]);
        let own = |bytes: &[u8]| (reader.read)(bytes, &Budget::answer());
        // any input may also be dropped or pasted
        let any = |bytes: &[u8]| {
            own(bytes);
            let _ = read::records(bytes, &mut |_, _| true, &Budget::answer());
            drop(list::parse(&String::from_utf8_lossy(bytes), &Budget::text()));
        };
        grows_with_its_input(&format!("{name}, many records"), |size| reader.many(size), any);
        grows_with_its_input(&format!("{name}, many parts"), |size| reader.parts(size), any);
        for filler in FILLERS {
            grows_with_its_input(&format!("{name}, long {filler}"), |size| reader.long(filler, size), own);
        }
        for filler in GARBAGE {
            grows_with_its_input(&format!("{name}, {filler}"), |size| filled(filler, size).into_bytes(), own);
        }
    }
}

#[test]
fn xml_grows_with_its_input() {
    all_shapes(Syntax::Xml);
}

#[test]
fn json_grows_with_its_input() {
    all_shapes(Syntax::Json);
}

#[test]
fn text_grows_with_its_input() {
    all_shapes(Syntax::Text);
}

#[test]
fn single_texts_grow_with_their_input() {
    for filler in FILLERS {
        let input = |size| filled(filler, size).into_bytes();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        grows_with_its_input(&format!("strip_html, {filler}"), input, |b| drop(markup::strip_html(&text(b))));
        grows_with_its_input(&format!("reference, {filler}"), input, |b| drop(reference::parse(&text(b))));
        // lines of the maximum length
        let lines = |size| filled(&format!("{}\n", filled(filler, 1_900)), size).into_bytes();
        grows_with_its_input(&format!("lines, {filler}"), lines, |b| {
            drop(list::parse(&text(b), &Budget::text()));
        });
    }
}

/// Every public function that takes a budget is in the table.
#[test]
fn every_reader_is_in_the_table() {
    let mut found = BTreeSet::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // other files are character tables
            if path.extension().is_none_or(|kind| kind != "rs") {
                continue;
            }
            let module = path.strip_prefix(&root).unwrap().with_extension("");
            let module: Vec<&str> = module.iter().map(|part| part.to_str().unwrap()).collect();
            let module = module.join("::");
            let module = module.strip_suffix("::mod").unwrap_or(&module);
            let source = std::fs::read_to_string(&path).unwrap();
            for part in source.split("pub fn ").skip(1) {
                let signature = part.split('{').next().unwrap();
                if signature.contains("Budget,") || signature.contains("Budget)") {
                    let name = signature.split(['(', '<']).next().unwrap();
                    found.insert(format!("{module}::{name}"));
                }
            }
        }
    }
    let named: BTreeSet<String> =
        READERS.iter().flat_map(|reader| reader.covers).map(|name| (*name).to_owned()).collect();
    // functions in `bibtex::expand` are covered by `bibtex::entries`
    found.retain(|name| !name.starts_with("budget::") && !name.starts_with("bibtex::expand"));
    assert_eq!(found, named);
}

/// The table's inputs are valid for their parsers.
#[test]
fn the_inputs_are_read() {
    // an error and a mail are no records, and responses of Shanghai Library cannot be detected
    let told = |reader: &&Reader| {
        ![
            "answer::complaint",
            "shanghai::parse",
            "docx::names",
            "mail::parse",
            "mail::pasted::pasted",
            "mail::pdf::described",
        ]
        .contains(&reader.covers[0])
    };
    let mut unread = Vec::new();
    for reader in READERS.iter().filter(told) {
        let input = reader.many(2_000);
        let mut works = 0;
        let whole = read::records(
            &input,
            &mut |_, item| {
                works += usize::from(item.is_ok());
                true
            },
            &Budget::answer(),
        );
        if whole.is_err() {
            works = list::parse(&String::from_utf8_lossy(&input), &Budget::text()).len();
        }
        if works < 2 && (works == 0 || !reader.join.is_empty()) {
            unread.push(format!("{}: {works} works", reader.covers[0]));
        }
    }
    assert!(unread.is_empty(), "{unread:?}");
}
