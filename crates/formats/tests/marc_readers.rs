//! ISO 2709 and MARCXML with the quirks of real systems, one per test; all records were written for these
//! tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

mod common;

use common::{NOVEL, TEXTBOOK, iso2709, marcxml};
use hongyan_formats::Budget;
use hongyan_formats::marc::Charset;
use hongyan_formats::marc::iso2709::Records;
use hongyan_formats::{Parsed, ReadError, Warning, marc, xml};

fn read(bytes: &[u8]) -> Vec<Result<Parsed, ReadError>> {
    marc::parse(bytes, &Budget::answer()).collect()
}

fn codes(warnings: &[Warning]) -> Vec<&'static str> {
    warnings.iter().map(|warning| warning.code).collect()
}

#[test]
fn a_sound_record_gives_no_warning() {
    let parsed = read(&iso2709("am a", NOVEL)).remove(0).unwrap();
    assert_eq!((parsed.profile, parsed.charset, parsed.offset), ("marc21", "utf-8", 0));
    assert_eq!(parsed.warnings, []);
    assert!(parsed.record.raw.unwrap().text.contains("\n245 10 $6880-02$aHong lou meng /$cCao Xueqin"));
}

#[test]
fn utf8_without_its_flag() {
    // a blank leader/09 means MARC-8; many exports from China leave it blank and are UTF-8
    let parsed = read(&iso2709("am  ", NOVEL)).remove(0).unwrap();
    assert_eq!(codes(&parsed.warnings), ["charset"]);
    assert_eq!(parsed.record.variant_titles[0], "红楼梦");
}

#[test]
fn lengths_counted_in_characters() {
    // a system that counts characters where ISO 2709 counts bytes: all entries after the first Han
    // character are wrong
    let mut directory = String::new();
    let mut data = String::new();
    for (tag, body) in [("001", "1"), ("200", "1 $a红楼梦$f曹雪芹著"), ("690", "  $aI242.4")] {
        let body = body.replace('$', "\u{1F}") + "\u{1E}";
        directory += &format!("{tag}{:04}{:05}", body.chars().count(), data.chars().count());
        data += &body;
    }
    let record = format!("00120nam0 2200061   4500{directory}\u{1E}{data}\u{1D}");
    let parsed = read(record.as_bytes()).remove(0).unwrap();
    assert_eq!(parsed.record.title, "红楼梦");
    assert_eq!(parsed.record.classification, ["CLC:I242.4"]);
    assert!(codes(&parsed.warnings).contains(&"directory"));
}

#[test]
fn a_broken_record_does_not_take_its_neighbours() {
    let sound = iso2709("am a", NOVEL);
    let mut file = sound.clone();
    file.extend(b"garbage that is long enough for a leader but has no fields at all\x1d\r\n");
    file.extend(&sound);
    let items = read(&file);
    assert_eq!(items.len(), 3);
    assert_eq!(items[1].as_ref().unwrap_err().offset, sound.len() + 24);
    assert_eq!(items[2].as_ref().unwrap().offset, file.len() - sound.len());
    assert_eq!(items[2].as_ref().unwrap().record.title, "Hong lou meng");
}

#[test]
fn a_cut_file_keeps_what_is_there() {
    let record = iso2709("am0 ", TEXTBOOK);
    let cut = &record[..record.len() - 20];
    let parsed = read(cut).remove(0).unwrap();
    assert_eq!(parsed.record.title, "论民主");
    assert!(codes(&parsed.warnings).contains(&"length"), "{:?}", parsed.warnings);
}

/// A record with one title field in an encoding; `$` stands for the delimiter.
fn title_in(charset: Charset, leader: &str, tag: &str, title: &str) -> Vec<u8> {
    let mut field = charset.encode(&title.replace('$', "\u{1F}")).unwrap();
    field.push(0x1E);
    let mut record =
        format!("{:05}n{leader}2200037   4500{tag}{:04}00000\u{1E}", 38 + field.len(), field.len())
            .into_bytes();
    record.append(&mut field);
    record.push(0x1D);
    record
}

#[test]
fn other_encodings_are_read_and_named() {
    for (charset, leader, tag, title, warned) in [
        (Charset::GB18030, "am0 ", "200", "红楼梦$f曹雪芹著", vec!["charset"]),
        (Charset::EUC_KR, "am  ", "245", "도서관 데이터$d홍길동", vec!["charset"]),
        (Charset::CP866, "am0 ", "200", "Война и мир$fТолстой", vec!["charset"]),
        (Charset::Marc8, "am  ", "245", "Müller$cMüller", vec![]),
        (Charset::Marc8, "am  ", "245", "红楼梦$c曹雪芹著", vec![]),
        // the leader is wrong
        (Charset::Marc8, "am a", "245", "红楼梦$c曹雪芹著", vec!["charset"]),
        (Charset::GB18030, "am0a", "200", "红楼梦$f曹雪芹著", vec!["charset"]),
    ] {
        let record = title_in(charset, leader, tag, &format!("1 $a{title}"));
        let parsed = read(&record).remove(0).unwrap();
        let want = title.split('$').next().unwrap();
        assert_eq!((parsed.record.title.as_str(), parsed.charset), (want, charset.name()));
        assert_eq!(codes(&parsed.warnings), warned, "{want}");
        // with a declared encoding there is no warning
        let said = marc::parse_in(&record, Some(charset), &Budget::answer()).next().unwrap().unwrap();
        assert_eq!((said.record.title.as_str(), said.charset, said.warnings), (want, charset.name(), vec![]));
    }
}

#[test]
fn what_is_said_of_an_encoding_is_not_always_true() {
    let record = iso2709("am  ", NOVEL);
    let parsed = marc::parse_in(&record, Some(Charset::GB18030), &Budget::answer()).next().unwrap().unwrap();
    assert_eq!((parsed.charset, parsed.record.variant_titles[0].as_str()), ("utf-8", "红楼梦"));
    assert_eq!(codes(&parsed.warnings), ["charset"]);
}

#[test]
fn a_spot_that_cannot_be_read_has_its_place() {
    let mut record = title_in(Charset::GB18030, "am0 ", "200", "1 $a红楼梦研究$f曹雪芹著");
    let at = 24 + 12 + 1 + 4 + 6;
    record[at] = 0xFF;
    let parsed = marc::parse_in(&record, Some(Charset::GB18030), &Budget::answer()).next().unwrap().unwrap();
    assert_eq!(parsed.warnings[0].offset, Some(at));
    assert!(parsed.record.title.starts_with("红楼梦\u{FFFD}"), "{}", parsed.record.title);
}

#[test]
fn one_cut_character_is_damage_not_an_encoding() {
    let mut record = iso2709("am a", NOVEL);
    let at = record.windows(3).position(|w| w == "红".as_bytes()).unwrap();
    record[at + 2] = b'?';
    let parsed = read(&record).remove(0).unwrap();
    assert_eq!(parsed.warnings[0].offset, Some(at));
    assert_eq!(parsed.record.variant_titles[0], "\u{FFFD}?楼梦");
}

#[test]
fn records_are_read_lazily() {
    let mut file = iso2709("am a", NOVEL).repeat(3);
    file.extend(vec![b'x'; 1000]);
    let budget = Budget::answer();
    let mut records = Records::new(&file, &budget);
    assert!(records.next().unwrap().is_ok());
    assert_eq!(records.filter(Result::is_ok).count(), 2);
}

#[test]
fn marcxml_in_four_dresses() {
    let plain = marcxml("am a", NOVEL);
    let bare = plain.replace(" xmlns=\"http://www.loc.gov/MARC21/slim\"", "");
    let prefixed = plain
        .replace("xmlns=", "xmlns:marc=")
        .replace("</", "</marc:")
        .replace('<', "<marc:")
        .replace("<marc:/marc:", "</marc:");
    let collection = format!("\u{FEFF}<?xml version=\"1.0\"?>\n<collection>{bare}\n{bare}</collection>");
    for (text, count) in [(&plain, 1), (&bare, 1), (&prefixed, 1), (&collection, 2)] {
        let records: Vec<Parsed> =
            marc::xml::parse(text, &Budget::answer()).collect::<Result<_, _>>().unwrap();
        assert_eq!(records.len(), count, "{text}");
        assert_eq!(records[0].record.variant_titles[0], "红楼梦");
        assert_eq!(records[0].warnings, []);
    }
}

#[test]
fn cnmarc_is_known_by_the_namespace_of_the_national_library() {
    // Alma uses http://www.nlc.cn/ for CNMARC; a fragment without coded fields has no other sign
    let text = marcxml("am0 ", &[("200", "1 $a红楼梦")])
        .replace("http://www.loc.gov/MARC21/slim", "http://www.nlc.cn/");
    assert_eq!(marc::xml::parse(&text, &Budget::answer()).next().unwrap().unwrap().profile, "cnmarc");
}

#[test]
fn missing_attributes_cost_one_field() {
    let text = "<record><leader>00000nam a22</leader><datafield ind1=\"1\" ind2=\" \"><subfield code=\"a\">无</subfield>\
        </datafield><datafield tag=\"245\"><subfield>无</subfield><subfield code=\"a\">红楼梦 &amp; &#x7EA2;</subfield></datafield></record>";
    let parsed = marc::xml::parse(text, &Budget::answer()).next().unwrap().unwrap();
    assert_eq!(parsed.record.title, "红楼梦 & 红");
    assert_eq!(codes(&parsed.warnings), ["tag", "indicator", "indicator", "subfield"]);
}

#[test]
fn a_fault_in_xml_costs_one_record() {
    let sound = marcxml("am a", NOVEL);
    let broken = sound.replace("</leader>", "</leather>");
    let text = format!("<collection>{sound}{broken}{sound}</collection>");
    let items: Vec<_> = marc::xml::parse(&text, &Budget::answer()).collect();
    assert_eq!(items.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
}

#[test]
fn a_document_type_is_refused() {
    let text = format!("<!DOCTYPE record [<!ENTITY x \"红\">]>{}", marcxml("am a", NOVEL));
    assert!(marc::xml::parse(&text, &Budget::answer()).next().unwrap().is_err());
    assert!(marc::xml::parse(&text, &Budget::answer()).nth(1).is_none());
}

#[test]
fn xml_in_gb18030_is_read() {
    // 红楼梦 in GBK, declared under its older name
    let mut bytes = b"<?xml version=\"1.0\" encoding=\"GB2312\"?><record><datafield tag=\"200\" ind1=\" \" ind2=\" \"><subfield code=\"a\">".to_vec();
    bytes.extend(b"\xba\xec\xc2\xa5\xc3\xce</subfield></datafield></record>");
    let source = xml::decode(&bytes);
    assert_eq!(source.charset, "gbk");
    assert_eq!(
        marc::xml::parse(&source.text, &Budget::answer()).next().unwrap().unwrap().record.title,
        "红楼梦"
    );
}
