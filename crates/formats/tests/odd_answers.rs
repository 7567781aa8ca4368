//! Answers that are right in content and unusual in form: lists in place of objects, wrappers round a
//! record, names without their namespace, several dates. All were written for these tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

mod common;

use common::marcxml;
use hongyan_formats::{Budget, read, sru};
use hongyan_model::record::Record;

fn records(bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut each = |_, item: Result<hongyan_formats::Parsed, _>| {
        records.push(item.unwrap().record);
        true
    };
    read::records(bytes, &mut each, &Budget::answer()).unwrap();
    records
}

fn titles(bytes: &[u8]) -> Vec<String> {
    records(bytes).into_iter().map(|record| record.title).collect()
}

#[test]
fn items_of_librarycloud_in_every_shape() {
    let mods = |title: &str| format!(r#"{{"titleInfo":{{"title":"{title}"}},"typeOfResource":"text"}}"#);
    let (one, two) = (mods("水鸟"), mods("Cranes"));
    for (items, want) in [
        (format!(r#"{{"mods":{one}}}"#), &["水鸟"][..]),
        (format!(r#"{{"mods":[{one},{two}]}}"#), &["水鸟", "Cranes"]),
        (format!(r#"[{{"mods":{one}}},{{"mods":{two}}}]"#), &["水鸟", "Cranes"]),
        (format!(r#"[{{"mods":[{one},{two}]}}]"#), &["水鸟", "Cranes"]),
        (format!("[{one},{two}]"), &["水鸟", "Cranes"]),
        (r#"[{"dc":{"title":"湖"}},{"dc":[{"title":"渡"}]}]"#.to_owned(), &["湖", "渡"]),
    ] {
        let answer = format!(r#"{{"pagination":{{"numFound":2,"limit":10,"start":0}},"items":{items}}}"#);
        assert_eq!(titles(answer.as_bytes()), want, "{items}");
    }
}

#[test]
fn oai_without_namespaces() {
    let list = |metadata: &str| {
        format!(
            "<OAI-PMH><ListRecords><record><header><identifier>oai:x:1</identifier></header><metadata>{metadata}\
             </metadata></record></ListRecords></OAI-PMH>"
        )
    };
    let bare = marcxml("am a", &[("001", "1"), ("245", "10$a水鸟 /$c何远著.")])
        .replace(" xmlns=\"http://www.loc.gov/MARC21/slim\"", "");
    for metadata in [
        "<dc><title>水鸟</title><creator>何远</creator><date>1999</date></dc>",
        "<oai_dc><title>水鸟</title></oai_dc>",
        "<mods><titleInfo><title>水鸟</title></titleInfo></mods>",
        &bare,
    ] {
        assert_eq!(titles(list(metadata).as_bytes()), ["水鸟"], "{metadata}");
    }
    // an element that is only called title is no Dublin Core
    let other = list("<thing><title>水鸟</title></thing>");
    assert!(read::records(other.as_bytes(), &mut |_, _| true, &Budget::answer()).is_err());
}

#[test]
fn wrappers_round_a_record_in_sru() {
    let marc = marcxml("am a", &[("001", "1"), ("245", "10$a水鸟 /$c何远著.")]);
    let dc = "<dc xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>水鸟</dc:title></dc>";
    let mods = "<mods xmlns=\"http://www.loc.gov/mods/v3\"><titleInfo><title>水鸟</title></titleInfo></mods>";
    for record in [&*marc, dc, mods] {
        for (open, close) in [
            ("", ""),
            ("<metadata>", "</metadata>"),
            ("<record><header/><metadata>", "</metadata></record>"),
            ("<x:item xmlns:x=\"urn:x\"><x:body>", "</x:body></x:item>"),
        ] {
            let answer = format!(
                "<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\"><version>1.1</version>\
                 <numberOfRecords>1</numberOfRecords><records><record><recordSchema>x</recordSchema>\
                 <recordData xmlns=\"\">{open}{record}{close}</recordData></record></records></searchRetrieveResponse>"
            );
            assert_eq!(titles(answer.as_bytes()), ["水鸟"], "{answer}");
        }
    }
    // a record of PICA+ is no MARC, with or without its namespace
    let bare = "<searchRetrieveResponse><numberOfRecords>1</numberOfRecords><records><record><recordSchema>picaxml\
                </recordSchema><recordData><record><datafield tag=\"021A\"><subfield code=\"a\">水鸟</subfield></datafield>\
                </record></recordData></record></records></searchRetrieveResponse>";
    let page = sru::parse(bare.as_bytes(), &Budget::answer()).unwrap();
    assert!(page.records[0].parsed.as_ref().is_none_or(|parsed| parsed.record.title.is_empty()));
    // what nobody reads is told with its name
    let answer = "<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\"><numberOfRecords>1</numberOfRecords>\
                  <records><record><recordSchema>picaxml</recordSchema><recordData><record xmlns=\"info:srw/schema/5/picaXML-v1.0\">\
                  <datafield tag=\"021A\"><subfield code=\"a\">水鸟</subfield></datafield></record></recordData></record></records>\
                  </searchRetrieveResponse>";
    let page = sru::parse(answer.as_bytes(), &Budget::answer()).unwrap();
    assert!(page.records[0].parsed.is_none());
    assert_eq!(page.records[0].warnings[0].code, "schema");
}

#[test]
fn the_year_of_the_printed_issue() {
    let day = |media: &str, year: &str| {
        format!(
            "<publication_date media_type=\"{media}\"><month>05</month><year>{year}</year></publication_date>"
        )
    };
    for dates in [
        day("online", "2014") + &day("print", "2010"),
        day("print", "2010") + &day("online", "2014"),
        day("print", "2010"),
    ] {
        let xml = format!(
            "<doi_records><doi_record><crossref><journal><journal_metadata><full_title>水鸟学报</full_title></journal_metadata>\
             <journal_article><titles><title>湖</title></titles>{dates}<doi_data><doi>10.5555/l.1</doi></doi_data>\
             </journal_article></journal></crossref></doi_record></doi_records>"
        );
        assert_eq!(records(xml.as_bytes())[0].year, Some(2010), "{dates}");
    }
    let json = r#"{"message-type":"work","message":{"DOI":"10.5555/l.1","type":"journal-article","title":["湖"],
        "issued":{"date-parts":[[2008,5]]},"published-online":{"date-parts":[[2008,5]]},
        "published-print":{"date-parts":[[2010,3]]}}}"#;
    assert_eq!(records(json.as_bytes())[0].year, Some(2010));
}

#[test]
fn the_publication_in_both_scripts_of_mods() {
    let xml = "<mods xmlns=\"http://www.loc.gov/mods/v3\"><titleInfo altRepGroup=\"01\"><title>Shui niao</title></titleInfo>\
        <titleInfo altRepGroup=\"01\"><title>水鸟</title></titleInfo><language><languageTerm type=\"code\">chi</languageTerm></language>\
        <originInfo altRepGroup=\"02\"><place><placeTerm type=\"text\">Hangzhou</placeTerm></place><publisher>Yuan shan shu she</publisher>\
        <dateIssued>2014</dateIssued></originInfo><originInfo altRepGroup=\"02\"><place><placeTerm type=\"text\">杭州</placeTerm></place>\
        <publisher>远山书社</publisher></originInfo><relatedItem type=\"series\" altRepGroup=\"03\"><titleInfo><title>Shi di cong shu</title></titleInfo>\
        </relatedItem><relatedItem type=\"series\" altRepGroup=\"03\"><titleInfo><title>湿地丛书</title></titleInfo></relatedItem></mods>";
    let record = records(xml.as_bytes()).remove(0);
    assert_eq!((record.publisher.as_str(), record.series.as_str()), ("Yuan shan shu she", "Shi di cong shu"));
    let original = record.original.unwrap();
    assert_eq!(
        (original.publisher.as_str(), original.place.as_str(), original.series.as_str()),
        ("远山书社", "杭州", "湿地丛书")
    );
}

/// A list of one may come as the one, as from programs that turn XML into JSON.
#[test]
fn a_single_record_without_its_list() {
    let opac2 = r#"{"status":"200","data":{"resultInfo":{"totalRecords":1},"instances":{"title":"水鸟"}}}"#;
    let yidu = r#"{"code":200,"data":{"total":1,"content":{"string_title":"水鸟"}}}"#;
    let nstl = r#"{"code":"0","total":1,"data":{"tit":["水鸟"]}}"#;
    let budget = Budget::answer;
    let one = |records: Vec<hongyan_formats::Parsed>| match records.as_slice() {
        [one] => one.record.title.clone(),
        other => format!("{} records", other.len()),
    };
    assert_eq!(one(hongyan_formats::opac2::parse(opac2.as_bytes(), &budget()).unwrap().records), "水鸟");
    assert_eq!(
        one(hongyan_formats::yidu::parse(yidu.as_bytes(), "/data/total", &budget()).unwrap().records),
        "水鸟"
    );
    assert_eq!(one(hongyan_formats::nstl::parse(nstl.as_bytes(), "", &budget()).unwrap().records), "水鸟");
    // an object that holds something else is no record
    let other = r#"{"code":200,"data":{"total":1,"content":{"page":1,"rows":[]}}}"#;
    assert!(
        hongyan_formats::yidu::parse(other.as_bytes(), "/data/total", &budget()).unwrap().records.is_empty()
    );
}

/// A holdings record where the record of the work should be is no work: the search leaves it out and counts it.
#[test]
fn a_holdings_record_alone_has_no_title() {
    let holdings = marcxml("ny", &[("001", "1"), ("852", "0 $aDE-101$c2024 A 1")]);
    let answer = format!(
        "<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\"><numberOfRecords>1</numberOfRecords><records>\
         <record><recordSchema>MARC21-xml</recordSchema><recordData>{holdings}</recordData></record></records>\
         </searchRetrieveResponse>"
    );
    let page = sru::parse(answer.as_bytes(), &Budget::answer()).unwrap();
    let parsed = page.records[0].parsed.as_ref();
    assert!(parsed.is_none_or(|parsed| parsed.record.title.is_empty() && parsed.record.creators.is_empty()));
}
