//! Real records and responses, if they are present: numbers and titles determined by independent
//! programs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use std::path::PathBuf;

use hongyan_formats::Budget;
use hongyan_formats::marc::Charset;
use hongyan_formats::read::{self, Format};
use hongyan_formats::{Parsed, ReadError, sru};
use unicode_normalization::UnicodeNormalization;

/// The sample's bytes; none, with a message, in a clone without samples.
fn sample(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(_) => {
            println!("SKIPPED {name}: no sample data beside the project");
            None
        }
    }
}

fn read_sample(bytes: &[u8]) -> (Format, Vec<Parsed>, Vec<ReadError>) {
    let (mut records, mut errors) = (Vec::new(), Vec::new());
    let format = read::records(
        bytes,
        &mut |_, item| {
            match item {
                Ok(parsed) => records.push(parsed),
                Err(error) => errors.push(error),
            }
            true
        },
        &Budget::file(),
    )
    .unwrap();
    (format, records, errors)
}

/// File, format, records parsed, records rejected, profile and title of the first.
type Expected = (&'static str, &'static str, usize, usize, &'static str, &'static str);

#[rustfmt::skip]
const EXPECTED: &[Expected] = &[
    ("cnmarc/liaoning_012003000006_utf8.mrc", "iso2709", 1, 0, "cnmarc", "过程管理"),
    ("dedup/eurostat_rec1.mrc", "iso2709", 1, 0, "marc21", "Community Innovation Survey from the Eurostat Statistics database"),
    ("marc21/880_without_6.mrc", "iso2709", 1, 0, "marc21", "Lichnye arkhivnye fondy v gosudarstvennykh khranilishchakh SSSR"),
    ("marc21/blacklight_30_utf8.mrc", "iso2709", 30, 0, "marc21", "Fikr-i Ayāz"),
    ("marc21/chinese_oclc_utf8.mrc", "iso2709", 1, 0, "marc21", "Riben min su, xin yang, yi neng, yu Zhongguo wen hua"),
    ("marc21/cjk_19_utf8.mrc", "iso2709", 19, 0, "marc21", "Handa shishi"),
    ("marc21/hebrew_880_rtl.mrc", "iso2709", 1, 0, "marc21", "Anarkhizm be-\"Tsiyon\""),
    ("marc21/pymarc_20.mrc", "iso2709", 20, 0, "marc21", "The pragmatic programmer"),
    ("marc21/unimarc_like_trap_arabic.mrc", "iso2709", 3, 0, "marc21", "al-Ḥayāh al-shaʻbīyah fī rusūm Nājī"),
    ("marc21/utf8_flag_missing.mrc", "iso2709", 1, 0, "marc21", "Escape from loneliness"),
    ("marc21/utf8_flag_present.mrc", "iso2709", 1, 0, "marc21", "Escape from loneliness"),
    ("marc8/accents_brkrtest_utf8_expected.mrc", "iso2709", 8, 0, "marc21", "New test record number 1 with ordinary data"),
    ("marc8/arabic_yaz9_expected.xml", "marcxml", 1, 0, "marc21", "Qaḍāʼ al-usrah"),
    ("marc_broken/bad_indicator_garbage.mrc", "iso2709", 1, 0, "marc21", "Aristocrats of color"),
    ("marc_broken/bad_utf8_bytes_thai.mrc", "iso2709", 1, 0, "marc21", "Photčhanānukrom Čhin Klāng-TǣčhiuʻAngkrit-Thai /bad bytes => \u{FFFD}( <"),
    ("marc_broken/bad_utf8_short.mrc", "iso2709", 1, 0, "marc21", "Ten years at NIH"),
    ("marc_broken/baddir.mrc", "iso2709", 1, 0, "marc21", "Green Eggs and Ham"),
    // an empty record and one byte after the last count as rejected
    ("marc_broken/badldr.mrc", "iso2709", 6, 2, "marc21", "Fallen hearts"),
    ("marc_broken/catmandu_100_mixed_lengths.mrc", "iso2709", 100, 0, "marc21", "America without the death penalty"),
    ("marc_broken/danmarc_3_indicators_expected.xml", "marcxml", 1, 0, "marc21", "On the road with Bob Dylan"),
    ("marc_broken/missing_datafield_tag.xml", "marcxml", 1, 0, "marc21", "The amazing adventures of Kavalier and Clay"),
    ("marc_broken/missing_subfield_code.xml", "marcxml", 1, 0, "marc21", "The amazing adventures of Kavalier and Clay"),
    // the eighth has a leader and no field
    ("marc_broken/pymarc_bad_records.mrc", "iso2709", 7, 1, "marc21", "The pragmatic programmer"),
    ("marc_broken/three_records_second_bad.xml", "marcxml", 3, 0, "marc21", "The Texas ranger"),
    ("marc_broken/unordered_directory.mrc", "iso2709", 1, 0, "marc21", "About parrots"),
    ("marcxml/chi_caotang_880.xml", "marcxml", 1, 0, "marc21", "Cao tang ya ji"),
    ("marcxml/chi_huafan_880.xml", "marcxml", 1, 0, "marc21", "Hua fan he he tong shu"),
    ("marcxml/jpn_nakanoin_880.xml", "marcxml", 1, 0, "marc21", "Nakanoin ipponki"),
    ("marcxml/vufind_altscript.xml", "marcxml", 1, 0, "marc21", "Russkaâ narodnaâ poèziâ"),
    ("oai/dc_10_token.xml", "dc", 10, 0, "dc", "Warehouses"),
    ("oai/paging_ListRecords1.xml", "dc", 1, 0, "dc", "Sample Title"),
    ("sru/alma_bibsys_marcxml.xml", "sru", 3, 0, "marc21", "The eightfold way"),
    ("sru/alma_bnu_cnmarcxml.xml", "sru", 10, 0, "cnmarc", "'94中国发展报告"),
    ("sru/alma_bnu_dc.xml", "sru", 10, 0, "dc", "'94中国发展报告"),
    ("sru/alma_bnu_marcxml_articles.xml", "sru", 10, 0, "marc21", "·附录· “中国近代史上的民族主义”国际学术研讨会综述"),
    ("sru/alma_princeton_physical.xml", "sru", 1, 0, "marc21", "Azul Maya"),
    ("sru/dnb_marc21plus_1rec_short.xml", "sru", 1, 0, "marc21", "Stormfågel"),
    ("sru/dnb_marc21plus_2rec.xml", "sru", 2, 0, "marc21", "StVO"),
    ("sru/kb_marcxml.xml", "sru", 10, 0, "marc21", "DNA onbekend: deel 4"),
    ("sru/loc_marcxml_page.xml", "sru", 10, 0, "marc21", "15 Louisiana cajun classics"),
    ("sru/yaz_sru20_ok.xml", "sru", 2, 0, "marc21", "How to program a computer"),
    ("sru/yaz_string_packing.xml", "sru", 1, 0, "marc21", "How to program a computer"),
    ("sru/zdb_marc21_serials.xml", "sru", 8, 0, "marc21", "Unterwegs mit Hello Kitty"),
    ("sru/zdb_paging_start1.xml", "sru", 10, 0, "marc21", "Botanica Pacifica"),
    ("sru/zdb_paging_start11.xml", "sru", 10, 0, "marc21", "Report of the meeting of the IUBS Working Group on Soil Biology, Decade of the Tropics Programm"),
    ("sru/zdb_paging_start21.xml", "sru", 3, 0, "marc21", "Pedobiologia"),
    ("unimarc/sudoc_02731667X.xml", "marcxml", 1, 0, "unimarc", "Conventions collectives"),
];

#[test]
fn counts_and_first_titles() {
    for (name, format, count, refused, profile, title) in EXPECTED {
        let Some(bytes) = sample(name) else { continue };
        let (found, records, errors) = read_sample(&bytes);
        assert_eq!(
            (found.name(), records.len(), errors.len()),
            (*format, *count, *refused),
            "{name}: {errors:?}"
        );
        assert_eq!((records[0].profile, records[0].record.title.as_str()), (*profile, *title), "{name}");
    }
}

/// Files that also exist in UTF-8 or with an expected conversion: every title and line must be equal.
#[test]
fn old_encodings_against_their_oracles() {
    for (name, charset, oracle) in [
        ("cnmarc/liaoning_012003000006_gbk_DERIVED.mrc", "gb18030", "cnmarc/liaoning_012003000006_utf8.mrc"),
        ("marc8/accents_brkrtest_marc8.mrc", "marc-8", "marc8/accents_brkrtest_utf8_expected.mrc"),
        ("marc8/arabic_yaz9.mrc", "marc-8", "marc8/arabic_yaz9_expected.xml"),
        (
            "marc_broken/danmarc_3_indicators.mrc",
            "windows-1252",
            "marc_broken/danmarc_3_indicators_expected.xml",
        ),
    ] {
        let (Some(bytes), Some(oracle)) = (sample(name), sample(oracle)) else { continue };
        let (_, records, _) = read_sample(&bytes);
        let (_, expected, _) = read_sample(&oracle);
        assert_eq!(records.len(), expected.len(), "{name}");
        let other = records.iter().filter(|parsed| !["ascii", charset].contains(&parsed.charset)).count();
        assert_eq!(other, 0, "{name}: {:?}", records.iter().map(|r| r.charset).collect::<Vec<_>>());
        for (one, other) in records.into_iter().zip(expected) {
            let plain = |parsed: Parsed| {
                // ligatures have two spellings in Unicode; the Library of Congress uses halves, the
                // oracle does not
                let raw: String = parsed.record.raw.unwrap().text.nfc().collect();
                let raw = raw.replace('\u{FE20}', "\u{361}").replace('\u{FE22}', "\u{360}");
                let raw = raw.replace(['\u{FE21}', '\u{FE23}'], "");
                // leaders differ in lengths and flags
                raw.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(plain(one), plain(other), "{name}");
        }
    }
}

#[test]
fn lines_of_marc8() {
    let (Some(lines), Some(oracle)) =
        (sample("marc8/linepairs_marc8.txt"), sample("marc8/linepairs_utf8_expected.txt"))
    else {
        return;
    };
    let oracle = String::from_utf8(oracle).unwrap();
    let mut wrong = Vec::new();
    for (line, want) in lines.split(|byte| *byte == b'\n').zip(oracle.split('\n')) {
        let (text, broken) = Charset::Marc8.decode(line);
        if broken.is_some() || text.nfc().ne(want.nfc()) {
            wrong.push((text.to_string(), want.to_owned()));
        }
        // round trip: encoded text decodes to the same text
        if let Ok(bytes) = Charset::Marc8.encode(&text) {
            assert_eq!(Charset::Marc8.decode(&bytes).0, text);
        }
    }
    assert!(wrong.is_empty(), "{} lines: {:?}", wrong.len(), wrong.iter().take(12).collect::<Vec<_>>());
}

#[test]
fn envelopes() {
    for (name, total, next) in [
        ("sru/alma_bnu_cnmarcxml.xml", Some(42), Some(11)),
        ("sru/alma_bnu_marcxml_articles.xml", Some(239_392), Some(11)),
        ("sru/alma_princeton_empty.xml", Some(0), None),
        ("sru/gvk_empty_bad_query.xml", Some(0), None),
        ("sru/yaz_unbalanced_query_accepted.xml", Some(6), None),
        ("sru/mods_kalliope.xml", Some(1_251_693), None),
        ("sru/zdb_paging_start11.xml", Some(23), Some(21)),
        ("sru/err_yaz_missing_query.xml", None, None),
    ] {
        let Some(bytes) = sample(name) else { continue };
        let answer = sru::parse(&bytes, &Budget::file()).unwrap();
        assert_eq!((answer.total, answer.next), (total, next), "{name}");
    }
    for (name, code) in [("sru/err_yaz_missing_query.xml", 7), ("sru/err_yaz_bad_operation.xml", 4)] {
        let Some(bytes) = sample(name) else { continue };
        assert_eq!(sru::parse(&bytes, &Budget::file()).unwrap().diagnostics[0].code, Some(code), "{name}");
    }
}

#[test]
fn the_flag_makes_no_difference() {
    let (Some(missing), Some(present)) =
        (sample("marc21/utf8_flag_missing.mrc"), sample("marc21/utf8_flag_present.mrc"))
    else {
        return;
    };
    let record = |bytes: &[u8]| {
        let mut record = read_sample(bytes).1.remove(0).record;
        record.raw = None;
        record
    };
    assert_eq!(record(&missing), record(&present));
}

#[test]
fn one_catalogue_in_two_schemas() {
    let (Some(marc), Some(dc)) = (sample("sru/alma_bnu_cnmarcxml.xml"), sample("sru/alma_bnu_dc.xml")) else {
        return;
    };
    let (marc, dc) = (read_sample(&marc).1, read_sample(&dc).1);
    for (one, other) in marc.iter().zip(&dc) {
        assert_eq!(one.record.id, other.record.id);
        assert_eq!((one.record.year, &one.record.publisher), (other.record.year, &other.record.publisher));
        assert_eq!(one.record.identifiers, other.record.identifiers, "{}", one.record.id);
    }
}
