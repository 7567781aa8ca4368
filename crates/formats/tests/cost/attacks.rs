//! Inputs that once took minutes or gigabytes; each must stay within the memory limit of a response, and
//! ten times its measured time.

use crate::counted::cost_of;
use crate::readers::READERS;
use hongyan_formats::marc::Charset;
use hongyan_formats::{
    Budget, Fault, Limits, Stop, bibtex, crossref, list, marc, openalex, read, sru, tagged, xml,
};

const MIB: usize = 1024 * 1024;
/// Memory limit of any hostile input, beyond its own bytes.
const MOST: u64 = 64 * MIB as u64;
/// CPU time limit of one input in nanoseconds: ten times the slowest in a debug build.
const LONGEST: u64 = 30_000_000_000;

fn within(what: &str, input: &[u8], work: impl FnOnce(&[u8])) {
    let cost = cost_of(|| work(input));
    println!(
        "{what}: {} KiB in, {:.1} MiB at most, {} ms",
        input.len() / 1024,
        cost.peak as f64 / MIB as f64,
        cost.nanos / 1_000_000
    );
    assert!(cost.peak <= MOST, "{what}: {} MiB", cost.peak / MIB as u64);
    assert!(cost.nanos <= LONGEST, "{what}: {} ms", cost.nanos / 1_000_000);
}

fn in_sru(inner: &str) -> Vec<u8> {
    format!(
        "<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\"><version>1.2</version><numberOfRecords>1</numberOfRecords>\
         <records><record><recordData>{inner}</recordData></record></records></searchRetrieveResponse>"
    )
    .into_bytes()
}

#[test]
fn trees_that_were_too_much() {
    let counted = |count: usize, one: fn(usize) -> String| -> String { (0..count).map(one).collect() };
    let nested = counted(8_000, |n| format!("<a xmlns:n{n}=\"u{n}\">")) + &"</a>".repeat(8_000);
    let attributes = format!("<record{}/>", counted(80_000, |n| format!(" a{n:x}=\"\"")));
    let namespaces = format!("<record{}/>", counted(40_000, |n| format!(" xmlns:a{n:x}=\"u\"")));
    // as many as the limits allow, repeatedly
    let permitted = format!("<record{}/>", counted(100, |n| format!(" a{n}=\"\""))).repeat(2_300);
    let declared = format!("<record{}/>", counted(45, |n| format!(" xmlns:a{n}=\"u\""))).repeat(1_700);
    let inherited = format!(
        "<r{}>{}</r>",
        counted(45, |n| format!(" xmlns:a{n}=\"u\"")),
        counted(35_000, |n| format!("<a xmlns:b=\"u{n}\"/>"))
    );
    for (what, inner, refused) in [
        ("nested namespaces", nested, true),
        ("attributes", attributes, true),
        ("namespaces", namespaces, true),
        ("elements", "<a/>".repeat(2_900_000), true),
        ("permitted attributes", permitted, false),
        ("permitted namespaces", declared, false),
        ("inherited namespaces", inherited, false),
        ("records in records", "<record>".repeat(60_000) + &"</record>".repeat(60_000), true),
        ("some records in records", ("<record>".repeat(100) + &"</record>".repeat(100)).repeat(600), false),
        ("data in brackets", format!("<a><![CDATA[{}]]></a>", "<".repeat(4 * MIB)), true),
        ("equals", format!("<a>{}</a>", "=".repeat(4 * MIB)), true),
    ] {
        within(what, &in_sru(&inner), |bytes| {
            let budget = Budget::answer();
            let error = sru::parse(bytes, &budget).err();
            let bound = error.as_ref().is_some_and(|error| error.fault != Fault::Unreadable);
            assert_eq!(bound, refused, "{what}: {error:?}");
        });
    }
}

#[test]
fn trees_of_json_that_were_too_much() {
    let items = |inner: &str| {
        format!("{{\"message\":{{\"total-results\":1,\"items\":[{{\"DOI\":\"x\",\"title\":[\"红\"],\"x\":[{inner}0]}}]}}}}")
            .into_bytes()
    };
    for (what, body, refused) in [
        ("maps", items(&"{\"\":0},".repeat(2_000_000)), true),
        ("some maps", items(&"{\"\":0},".repeat(26_000)), false),
        ("arrays", items(&"[0],".repeat(4_000_000)), true),
        ("some arrays", items(&"[0],".repeat(65_000)), false),
        ("numbers", items(&"0,".repeat(8_000_000)), true),
        ("some numbers", items(&"0,".repeat(240_000)), false),
        ("texts", items(&"\"a\",".repeat(270_000)), false),
        (
            "members",
            items(&format!("{{{}\"\":0}},", (0..200_000).map(|n| format!("\"{n}\":0,")).collect::<String>())),
            true,
        ),
        ("depth", "{\"a\":".repeat(1_500_000).into_bytes(), false),
    ] {
        within(what, &body, |bytes| {
            let error = crossref::parse(bytes, &Budget::answer()).err();
            let bound = error.as_ref().is_some_and(|error| error.fault != Fault::Unreadable);
            assert_eq!(bound, refused, "{what}: {error:?}");
        });
    }
    let title = "<script></script>".repeat(60_000);
    let scripts = format!("{{\"message\":{{\"items\":[{{\"DOI\":\"x\",\"title\":[\"{title}\"]}}]}}}}");
    within("scripts", scripts.as_bytes(), |bytes| {
        assert_eq!(crossref::parse(bytes, &Budget::answer()).unwrap().records.len(), 1);
    });
    // one word at twenty thousand positions
    let places = vec!["1"; 20_000].join(",");
    let word = format!(
        "{{\"results\":[{{\"id\":\"W1\",\"title\":\"红\",\"abstract_inverted_index\":{{\"{}\":[{places}]}}}}]}}",
        "词".repeat(300_000)
    );
    within("a word in many places", word.as_bytes(), |bytes| {
        assert_eq!(openalex::parse(bytes, &Budget::answer()).unwrap().records.len(), 1);
    });
}

/// A record whose directory lists one field many times.
fn overlapping(entries: usize, length: usize) -> Vec<u8> {
    let entry = format!("{length:04}{:05}", 0);
    let directory = format!("245{entry}{}", format!("500{entry}").repeat(entries));
    let base = 24 + directory.len() + 1;
    let mut record = format!("99999nam a22{:05}   4500{directory}\u{1E}", base.min(99_999)).into_bytes();
    record.extend(b"  \x1fa");
    record.extend(vec![b'x'; length - 5]);
    record.extend(b"\x1e\x1d");
    record
}

#[test]
fn marc_that_was_too_much() {
    let one = overlapping(20_000, 9_999);
    let all: Vec<u8> = one.repeat(24);
    // in Z39.50 each record comes separately, and all are held until the last one is parsed
    within("one field named often", &all, |bytes| {
        let mut held = Vec::new();
        for record in bytes.chunks(one.len()) {
            held.extend(marc::parse_in(record, Some(Charset::Marc8), &Budget::record()).next());
            held.extend(marc::parse(record, &Budget::record()).next());
        }
        assert_eq!(held.len(), 48);
        let first = held[0].as_ref().unwrap();
        assert!(first.record.raw.as_ref().unwrap().text.len() < 250_000);
        assert!(first.warnings.iter().any(|warning| warning.code == "directory"));
    });
    let large =
        overlapping(10, 9_999).repeat(1).iter().copied().chain(vec![b'x'; 2 * MIB]).collect::<Vec<_>>();
    assert!(
        marc::parse(&large, &Budget::record()).any(|item| item.is_err_and(|e| e.fault == Fault::TooLarge))
    );
    let faulty = format!(
        "<collection xmlns=\"http://www.loc.gov/MARC21/slim\"><record><leader>x</leader></record><record><leader>00000nam</leader>\
         <!bad > {}",
        "record ".repeat(400_000)
    );
    within("records without brackets", faulty.as_bytes(), |bytes| {
        let budget = Budget::answer();
        let _ = marc::xml::parse(&xml::decode(bytes).text, &budget).count();
    });
    let ends = format!("<record><leader>{}</leader>{}", "题".repeat(300_000), "</a>".repeat(100_000));
    within("ends behind a long text", ends.as_bytes(), |bytes| {
        let _ = marc::xml::parse(&xml::decode(bytes).text, &Budget::file()).count();
    });
    let addresses: String =
        (0..9_000).map(|n| format!("=856  40$uhttp://x.example/{n}\n=506  1\\$a{n}\n")).collect();
    within("addresses", format!("=LDR  00000nam\n=245  10$a红\n{addresses}").as_bytes(), |bytes| {
        let text = String::from_utf8_lossy(bytes);
        assert_eq!(marc::text::parse(&text, &Budget::text()).unwrap().len(), 1);
    });
}

#[test]
fn pasted_text_that_was_too_much() {
    let laughs: String = (1..40)
        .map(|n| format!("@string{{s{n} = {}}}\n", vec![format!("s{}", n - 1); 10].join(" # ")))
        .collect();
    for (what, text) in [
        ("laughs", format!("@string{{s0 = {{lol}}}}\n{laughs}@book{{k, title = s39}}")),
        (
            "laughs, often",
            format!("@string{{s0 = {{lol}}}}\n{laughs}{}", "@book{k, title = s39}\n".repeat(20_000)),
        ),
        ("braces", format!("@book{{k, title = {{{}{}}}}}", "{".repeat(150_000), "}".repeat(150_000))),
        ("pairs of braces", format!("@book{{k, title = {{{}}}}}", "{}".repeat(150_000))),
        ("some pairs, often", format!("@book{{k, title = {{{}}}}}\n", "{}".repeat(100)).repeat(8_000)),
        ("commands", format!("@book{{k, title = {{{}}}}}", "\\a{".repeat(50_000))),
        ("fields", format!("@book{{k{}}}", ",a={}".repeat(100_000))),
        ("an entry of many parts", format!("@book{{k, title = {}1}}", "1#".repeat(300_000))),
        ("authors", format!("@book{{k, author = {{{}x}}}}", "x and ".repeat(300_000))),
        (
            "a parent of many",
            format!(
                "{}@book{{p, title = {{{}}}}}",
                "@inbook{c, crossref = {p}}\n".repeat(30_000),
                "题".repeat(300_000)
            ),
        ),
        ("entries", "@book{k,}\n".repeat(200_000)),
        ("lines", "a\n".repeat(1_000_000)),
        ("one line", "题".repeat(2 * MIB)),
        ("tags of RIS", format!("TY  - BOOK\n{}", "ID  -\n".repeat(330_000))),
        ("works of RIS", "TY  -\n".repeat(330_000)),
        ("names of RIS", format!("TY  - BOOK\nAU  - {}", "a;".repeat(900_000))),
        ("addresses", "rft.x=1\n".repeat(240_000)),
        ("MARC in lines", "001 x\n245 $a红\n\n".repeat(120_000)),
        ("brackets", format!("{}\n", "[".repeat(1_900)).repeat(1_000)),
        ("round brackets", format!("{}x)\n", "(".repeat(1_900)).repeat(1_000)),
        ("stops", format!("{}\n", "a.b".repeat(600)).repeat(1_000)),
    ] {
        within(what, text.as_bytes(), |bytes| {
            let works = list::parse(std::str::from_utf8(bytes).unwrap(), &Budget::text());
            assert!(works.len() <= 2_000, "{what}: {}", works.len());
        });
        let text = text.as_str();
        within(&format!("{what}, as a file"), text.as_bytes(), |_| {
            let _ = (bibtex::parse(text, &Budget::text()), tagged::parse(text, &Budget::text()));
        });
    }
}

/// Every parser with as much input as a response may have.
#[test]
fn no_reader_takes_more_than_an_answer_may() {
    for (row, reader) in READERS.iter().enumerate() {
        for (shape, input) in [("records", reader.many(2 * MIB)), ("parts", reader.parts(3 * MIB))] {
            within(&format!("{} ({row}), {shape}", reader.covers[0]), &input, |bytes| {
                (reader.read)(bytes, &Budget::answer());
            });
        }
    }
}

/// A running parser stops soon after it is cancelled.
#[test]
fn every_reader_stops_when_it_is_told_to() {
    for reader in READERS {
        let input = reader.many(400_000);
        let whole = cost_of(|| (reader.read)(&input, &Budget::answer()));
        let stop = Stop::default();
        stop.stop();
        let stopped = cost_of(|| (reader.read)(&input, &Budget::new(Limits::ANSWER, stop.clone())));
        assert!(
            stopped.bytes * 4 < whole.bytes.max(100_000),
            "{}: {} bytes of {} after it was told to stop",
            reader.covers[0],
            stopped.bytes,
            whole.bytes
        );
    }
    // also in the middle
    let input = READERS[0].many(400_000);
    let stop = Stop::default();
    let budget = Budget::new(Limits::ANSWER, stop.clone());
    let mut seen = 0;
    let _ = read::records(
        &input,
        &mut |_, item| {
            seen += 1;
            stop.stop();
            item.is_ok()
        },
        &budget,
    );
    assert!(seen <= 2, "{seen} records");
}
