//! Compares every sample with the facts in the manifest, which independent programs determined: number of
//! records and first title. Exceptions are listed with their reason, and a file that is not covered fails
//! the test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use std::path::PathBuf;

use hongyan_formats::Budget;
use hongyan_formats::read;
use hongyan_model::text::fold;

/// Files and directories that are not compared, with the reason.
const APART: &[(&str, &str)] = &[
    ("bibtex/zotero", "inputs and expected items of a translator; translators.rs reads them"),
    ("ris/zotero", "inputs and expected items of a translator; translators.rs reads them"),
    ("ris/rispy_example_multiline.ris", "works with notes and no title, which cannot be requested"),
    ("chinese/", "expected items of a translator, not a record"),
    ("korean/", "expected items of a translator, not a record"),
    ("ndl/", "expected items of a translator, not a record"),
    ("nstl/", "expected items of a translator; the fixtures of NSTL are our own"),
    ("mods_marc_import/", "records inside test cases; the mapping tests read them"),
    ("cinii/zotero_cinii_research_expected.json", "expected items of a translator, not a record"),
    ("gbt7714/", "expected citations; cite tests read them"),
    ("csl/test_", "tests of a citation processor"),
    ("dedup/same_title_several_sources.json", "expected items of a translator, not a record"),
    ("iso18626/", "messages between libraries"),
    ("reshare_folio/", "requests and accounts"),
    ("openurl/", "addresses and context objects, not answers; openurl tests read them"),
    ("z3950/", "protocol data; the connector's tests read them"),
    ("han_variants/", "tables of characters"),
    ("http_errors/", "pages of errors"),
    ("marc8/linepairs", "lines, compared in samples.rs"),
    ("shanghai/", "fragments, no recorded answer"),
    ("crossref/err", "refusals"),
    ("oai/err_", "refusals"),
    ("oai/token_error.xml", "a refusal"),
    ("sru/err_", "refusals"),
    ("sru/loc_explain", "an explain answer"),
];

/// Files that the manifest counts differently: file, records, reason.
const COUNTED: &[(&str, usize, &str)] = &[
    ("bibtex/jabref_utf16le_nobom.bib", 1, "an abbreviation and a comment are counted too"),
    ("unimarc/cp866_unimarc.mrc", 1, "other readers stop before its end"),
    ("marc_broken/badldr.mrc", 6, "seven terminators, one without a record before it"),
    ("marc_broken/pymarc_bad_records.mrc", 7, "the eighth has a leader and no field"),
    ("marc_broken/three_records_second_bad.xml", 3, "not well-formed, so not counted"),
    ("librarycloud/harvard_mods_sample.xml", 25, "not counted"),
    ("oai/paging_ListRecords1.xml", 1, "a record that was deleted has no metadata"),
    ("oai/paging_ListRecords2.xml", 1, "a record that was deleted has no metadata"),
    ("oai/paging_ListRecords3.xml", 1, "a record that was deleted has no metadata"),
    ("oai/paging_ListRecords4.xml", 1, "a record that was deleted has no metadata"),
    ("sru/alma_bnu_isohold.xml", 9, "the tenth has no data"),
    ("sru/yaz_unbalanced_query_accepted.xml", 0, "six hits, no records in the answer"),
    ("sru/dnb_marc21plus_1rec_short.xml", 1, "a holdings record belongs to its title"),
    ("sru/dnb_marc21plus_2rec.xml", 2, "holdings records belong to their titles"),
];

/// First titles that differ from the manifest's.
const TITLED: &[(&str, &str)] = &[
    // the manifest has the title of the first record that its program could parse
    ("marc_broken/bad_utf8_short.mrc", "Ten years at NIH"),
    ("marcjson/stanford_unmatched880.jsonl", "single unmatched 880 for 505 field"),
    ("cnmarc/nlc_aleph_webmarc_xiaowangzi.txt", "小王子"),
    ("cnmarc/liaoning_012003000006_gbk_DERIVED.mrc", "过程管理"),
    ("kormarc/book_euckr_SYNTHETIC.mrc", "도서관 데이터"),
    // the manifest has the first title of all; the first record has none
    ("librarycloud/harvard_mods_sample.xml", ""),
    ("crossref/query_renear_ontologies.json", ""),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data")
}

/// The text between two marks in a line of facts.
fn between<'a>(facts: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = facts.split_once(before)?;
    Some(rest.split(after).next().unwrap_or(rest).trim())
}

/// The number right before a word.
fn number_before(facts: &str, word: &str) -> Option<usize> {
    let (before, _) = facts.split_once(word)?;
    before.trim_end().rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The number right after a word.
fn number_behind(facts: &str, word: &str) -> Option<usize> {
    let (_, rest) = facts.split_once(word)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn count_in(facts: &str) -> Option<usize> {
    for word in ["srwRecords=", "marcRecords=", "oaiRecords=", "metadata ", "entries ", "items ", "'dc': "] {
        if let Some(count) = number_behind(facts, word) {
            return Some(count);
        }
    }
    if facts.contains("numberOfRecords=['0']") {
        return Some(0);
    }
    for word in [" terminators", " results", " JSON lines", " TY lines", " @entries"] {
        if let Some(count) = number_before(facts, word) {
            return Some(count);
        }
    }
    number_behind(facts, "JSON list of ").or_else(|| (facts.starts_with("1 record")).then_some(1))
}

fn title_in(facts: &str) -> Option<&str> {
    ["first title per pymarc: ", "first entry title ", "first title ", " t=", "title "]
        .iter()
        .find_map(|word| between(facts, word, ";"))
        .map(|title| title.trim_start_matches(['[', '\'']).split("'],").next().unwrap_or_default())
        .map(|title| title.split(", language").next().unwrap_or_default())
        .filter(|title| !title.is_empty() && *title != "-")
}

/// Letters and digits of a title, without the link of an 880 field.
fn key(title: &str) -> String {
    let unlinked = match title.split_once(' ') {
        Some((link, rest)) if link.starts_with("880-") => rest,
        _ => title,
    };
    fold(unlinked).chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn every_file_of_the_manifest() {
    let Ok(manifest) = std::fs::read_to_string(folder().join("MANIFEST.tsv")) else {
        println!("SKIPPED MANIFEST.tsv: no sample data beside the project");
        return;
    };
    let (mut compared, mut titles) = (0, 0);
    let mut wrong = Vec::new();
    for line in manifest.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let (path, facts) = (columns[0], columns.last().copied().unwrap_or_default());
        if let Some((_, why)) = APART.iter().find(|(start, _)| path.starts_with(start)) {
            println!("NOT COMPARED {path}: {why}");
            continue;
        }
        let bytes = std::fs::read(folder().join(path)).unwrap();
        let (mut count, mut first) = (0, None);
        let answer = read::records(
            &bytes,
            &mut |_, item| {
                if let Ok(parsed) = item {
                    count += 1;
                    first.get_or_insert(parsed.record.title);
                }
                true
            },
            &Budget::answer(),
        );
        if let Err(error) = answer {
            wrong.push(format!("{path}: {error}"));
            continue;
        }
        let counted = COUNTED.iter().find(|(name, ..)| *name == path).map(|(_, count, _)| *count);
        match counted.or_else(|| count_in(facts)) {
            Some(expected) if expected == count => compared += 1,
            Some(expected) => wrong.push(format!("{path}: {count} records, {expected} expected")),
            // a file without a number has one record
            None if count == 1 => compared += 1,
            None => wrong.push(format!("{path}: {count} records, and the manifest gives no number")),
        }
        let titled = TITLED.iter().find(|(name, _)| *name == path).map(|(_, title)| *title);
        let (Some(expected), Some(first)) = (titled.or_else(|| title_in(facts)), first) else { continue };
        // the manifest truncates long titles, and appends subtitle and responsibility to short ones
        let (found, expected) = (key(&first), key(expected));
        if expected.is_empty() {
            continue;
        }
        titles += 1;
        if found.is_empty() || !expected.starts_with(&found) && !found.starts_with(&expected) {
            wrong.push(format!("{path}: the first title is `{first}`, `{expected}` expected"));
        }
    }
    println!("{compared} files with the right number of records, {titles} first titles compared");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
