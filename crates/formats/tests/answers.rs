//! Responses of search systems: SRU versions, Dublin Core, opac2, e读. Written for these tests in the
//! systems' formats.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

mod common;

use common::{NOVEL, TEXTBOOK, marcxml};
use hongyan_formats::Budget;
use hongyan_formats::sru::SruResponse;
use hongyan_formats::{dc, opac2, read, sru, yidu};
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Role};

fn answer(text: &str) -> SruResponse {
    sru::parse(text.as_bytes(), &Budget::answer()).unwrap()
}

fn srw(inner: &str) -> String {
    format!("<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\">{inner}</searchRetrieveResponse>")
}

fn packed(data: &str) -> String {
    srw(&format!(
        "<version>1.2</version><numberOfRecords>42</numberOfRecords><records><record><recordSchema>s</recordSchema>\
         <recordData>{data}</recordData><recordIdentifier>9900</recordIdentifier><recordPosition>1</recordPosition>\
         </record></records><nextRecordPosition>2</nextRecordPosition>"
    ))
}

#[test]
fn sru_with_marcxml() {
    let found = answer(&packed(&marcxml("am a", NOVEL)));
    assert_eq!((found.version.as_str(), found.total, found.next), ("1.2", Some(42), Some(2)));
    let record = &found.records[0];
    assert_eq!((record.position, record.identifier.as_str()), (Some(1), "9900"));
    assert_eq!(record.parsed.as_ref().unwrap().record.variant_titles[0], "红楼梦");
}

#[test]
fn sru_with_a_byte_order_mark_and_cnmarc() {
    let cnmarc = marcxml("am0 ", TEXTBOOK).replace("http://www.loc.gov/MARC21/slim", "http://www.nlc.cn/");
    let found = answer(&format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", packed(&cnmarc)));
    let parsed = found.records[0].parsed.as_ref().unwrap();
    assert_eq!((parsed.profile, parsed.record.title.as_str()), ("cnmarc", "论民主"));
}

#[test]
fn sru_with_the_record_as_a_string() {
    // recordPacking=string: the record is escaped text and has to be parsed again
    let escaped = marcxml("am a", NOVEL).replace('&', "&amp;").replace('<', "&lt;");
    let found = answer(&packed(&escaped));
    assert_eq!(found.records[0].parsed.as_ref().unwrap().record.title, "Hong lou meng");
}

#[test]
fn sru_2_has_another_namespace_and_prefixes() {
    let text = packed(&marcxml("am a", NOVEL))
        .replace("http://www.loc.gov/zing/srw/", "http://docs.oasis-open.org/ns/search-ws/sruResponse")
        .replace("<version>1.2</version>", "");
    assert_eq!(answer(&text).version, "2.0");
    let prefixed = "<zs:searchRetrieveResponse xmlns:zs=\"http://www.loc.gov/zing/srw/\"><zs:numberOfRecords>7\
        </zs:numberOfRecords></zs:searchRetrieveResponse>";
    assert_eq!(answer(prefixed).total, Some(7));
}

#[test]
fn diagnostics_in_their_places() {
    let diagnostic = |message: &str| {
        format!(
            "<d:diagnostic xmlns:d=\"http://www.loc.gov/zing/srw/diagnostic/\"><d:uri>info:srw/diagnostic/1/10</d:uri>\
             <d:details>红楼梦 and</d:details><d:message>{message}</d:message></d:diagnostic>"
        )
    };
    let fatal = answer(&srw(&format!("<diagnostics>{}</diagnostics>", diagnostic("Query syntax error"))));
    assert_eq!((fatal.total, fatal.diagnostics[0].code), (None, Some(10)));
    assert_eq!(fatal.diagnostics[0].details, "红楼梦 and");
    // some servers respond to an invalid request with an explain document
    let explain = srw(&format!("<diagnostics>{}</diagnostics>", diagnostic("Unsupported operation")))
        .replace("searchRetrieveResponse", "explainResponse");
    assert_eq!(answer(&explain).diagnostics[0].message, "Unsupported operation");
    // a surrogate diagnostic in place of one record
    let surrogate = answer(&packed(&diagnostic("Record temporarily unavailable")));
    assert_eq!(surrogate.records[0].diagnostic.as_ref().unwrap().code, Some(10));
    assert_eq!(surrogate.records[0].parsed, None);
}

#[test]
fn bibliographic_and_holdings_records_in_one() {
    // the German National Library puts both into a collection
    let holdings = "<record type=\"Holdings\"><leader>00000ny  a22000003n 4500</leader><datafield tag=\"852\" ind1=\" \" ind2=\"1\">\
        <subfield code=\"c\">2024 AA 1</subfield></datafield><datafield tag=\"852\" ind1=\" \" ind2=\" \"><subfield code=\"a\">DE-101a\
        </subfield></datafield></record>";
    let text = packed(&format!(
        "<collection xmlns=\"http://www.loc.gov/MARC21/slim\">{}{holdings}</collection>",
        marcxml("am a", NOVEL)
    ));
    let found = answer(&text);
    let record = &found.records[0].parsed.as_ref().unwrap().record;
    assert_eq!(record.title, "Hong lou meng");
    assert_eq!(
        (record.holdings[0].library.as_str(), record.holdings[0].call_number.as_str()),
        ("DE-101a", "2024 AA 1")
    );
}

#[test]
fn what_is_not_read_says_so() {
    let found =
        answer(&packed("<circulation xmlns=\"http://example.org/\"><title>红楼梦</title></circulation>"));
    assert_eq!(found.records[0].parsed, None);
    assert_eq!(found.records[0].warnings[0].code, "schema");
    let error = sru::parse("<html><body>系统维护</body></html>".as_bytes(), &Budget::answer()).unwrap_err();
    assert!(error.what.contains("<html>"), "{error}");
    assert!(sru::parse("维护中".as_bytes(), &Budget::answer()).is_err());
    assert!(sru::parse(b"", &Budget::answer()).is_err());
}

#[test]
fn alma_dublin_core() {
    let text = packed(
        "<srw_dc:dc xmlns:srw_dc=\"info:srw/schema/1/dc-schema\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <dc:title>中国小说史略</dc:title><dc:creator>&lt;&lt;鲁迅&gt;&gt; 著</dc:creator><dc:contributor>叶震 主编</dc:contributor>\
         <dc:type>text</dc:type><dc:publisher>北京</dc:publisher><dc:publisher>人民文学出版社</dc:publisher><dc:date>1973</dc:date>\
         <dc:language>###</dc:language><dc:language>chi</dc:language><dc:identifier>990002180740203961</dc:identifier>\
         <dc:identifier>(aleph)000218074</dc:identifier><dc:identifier>7-02-000872-0</dc:identifier>\
         <dc:identifier>alma:86X_INST/bibs/990002180740203961</dc:identifier></srw_dc:dc>",
    );
    let found = answer(&text);
    let record = &found.records[0].parsed.as_ref().unwrap().record;
    assert_eq!(
        record.creators,
        [
            Creator { name: "鲁迅".to_owned(), role: Role::Author },
            Creator { name: "叶震".to_owned(), role: Role::Editor }
        ]
    );
    assert_eq!((record.place.as_str(), record.publisher.as_str()), ("北京", "人民文学出版社"));
    assert_eq!((record.language.as_str(), record.kind), ("chi", Kind::Book));
    assert_eq!(record.identifier(IdentifierKind::Isbn), Some("9787020008728"));
    assert_eq!(record.id, "990002180740203961");
}

#[test]
fn an_open_article_in_oai_dublin_core() {
    let text = "<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><ListRecords><record><metadata>\
        <oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
        <dc:title>壮族民歌 : 一项研究</dc:title><dc:creator>Wei, Xing, 1970-</dc:creator><dc:type>info:eu-repo/semantics/article</dc:type>\
        <dc:source>民族研究, Vol 3, Iss 2, Pp 1-10 (2005)</dc:source><dc:identifier>https://doi.org/10.1234/MZYJ.5</dc:identifier>\
        <dc:rights>CC BY 4.0</dc:rights><dc:language>zh</dc:language><dc:date>2005-03-01T00:00:00Z</dc:date></oai_dc:dc></metadata>\
        </record></ListRecords></OAI-PMH>";
    let record = dc::parse(text, &Budget::answer()).unwrap().remove(0).record;
    assert_eq!((record.title.as_str(), record.subtitle.as_str()), ("壮族民歌", "一项研究"));
    assert_eq!((record.kind, record.year, record.language.as_str()), (Kind::Article, Some(2005), "chi"));
    assert_eq!(
        (record.container.as_str(), record.volume.as_str(), record.issue.as_str()),
        ("民族研究", "3", "2")
    );
    assert_eq!(record.identifier(IdentifierKind::Doi), Some("10.1234/mzyj.5"));
    assert!(record.open_access());
    assert_eq!(record.creators[0].name, "Wei, Xing");
}

#[test]
fn marcxml_in_an_oai_envelope() {
    // the envelope's own element is called record too
    let text = format!(
        "<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\"><ListRecords><record><header><identifier>oai:x:1</identifier>\
         </header><metadata>{}</metadata></record></ListRecords></OAI-PMH>",
        marcxml("am0 ", TEXTBOOK)
    );
    let mut titles = Vec::new();
    let format = read::records(
        text.as_bytes(),
        &mut |_, item| {
            titles.push(item.unwrap().record.title);
            true
        },
        &Budget::answer(),
    );
    assert_eq!((format.unwrap(), titles), (read::Format::MarcXml, vec!["论民主".to_owned()]));
}

#[test]
fn opac2_with_its_anchors() {
    // status is a string, names are anchors, resource is markup
    let text = r#"{"status":"200","data":{"instances":[
        {"title":"红楼梦","contributor":[{"name":"<a onClick=\"f('x>y')\">曹雪芹</a>"},{"name":"<a>高鹗 续</a>"},{"name":null}],
         "publisher":"北京 : 人民文学出版社, 1982","isbn":"978-7-02-000872-8","language":"chi","type":"图书","rid":"r1",
         "calisid":"CAL 0120030001","resource":"<a href='javascript:1'>无</a>"},
        {"title":["围城 / 钱锺书著"],"contributor":"钱锺书","isbn":["bad"],"type":7},
        "not an object"],
        "resultInfo":{"totalRecords":"6","facets":[]}}}"#;
    let answer = opac2::parse(text.as_bytes(), &Budget::answer()).unwrap();
    assert!(answer.ok());
    assert_eq!((answer.total, answer.records.len()), (Some(6), 2));
    let record = &answer.records[0].record;
    assert_eq!(record.creators[0], Creator::author("曹雪芹"));
    assert_eq!(
        (record.place.as_str(), record.publisher.as_str(), record.year),
        ("北京", "人民文学出版社", Some(1982))
    );
    assert_eq!((record.kind, record.id.as_str()), (Kind::Book, "r1"));
    assert_eq!(record.identifier(IdentifierKind::Isbn), Some("9787020008728"));
    assert_eq!(answer.records[1].record.title, "围城");
    assert_eq!(answer.records[1].warnings[0].code, "isbn");
}

#[test]
fn opac2_errors_are_answers() {
    let answer =
        opac2::parse(r#"{"status":500,"message":"Internal Server Error"}"#.as_bytes(), &Budget::answer())
            .unwrap();
    assert!(!answer.ok());
    assert_eq!((answer.status.as_str(), answer.message.as_str()), ("500", "Internal Server Error"));
    for bad in
        ["", "<html>维护</html>", "[]", "null", r#"{"other":1}"#, r#"{"status":"200","data":{"instances":["#]
    {
        assert!(opac2::parse(bad.as_bytes(), &Budget::answer()).is_err(), "{bad}");
    }
    let empty = opac2::parse(
        r#"{"status":"200","data":{"instances":null,"resultInfo":{"totalRecords":0}}}"#.as_bytes(),
        &Budget::answer(),
    )
    .unwrap();
    assert_eq!((empty.total, empty.records.len()), (Some(0), 0));
}

#[test]
fn yidu_with_highlights() {
    let text = r#"{"code":200,"msg":"操作成功","data":{"total":"128","content":[
        {"ukey":"u1","schemacode":"JNArt","string_title":"<em>红楼梦</em>的叙事","string_creator":"王小波;李银河",
         "string_abstract":"论&ldquo;梦&rdquo;","string_Key":"红楼梦;叙事","string_journal_title":"红楼梦学刊",
         "string_publishyear":2015,"multivalued_type":["期刊论文"]},
        {"ukey":7,"string_title":null,"multivalued_type":"图书"}]}}"#;
    let answer = yidu::parse(text.as_bytes(), yidu::TOTAL, &Budget::answer()).unwrap();
    assert!(answer.ok());
    assert_eq!(answer.total, Some(128));
    let record = &answer.records[0].record;
    assert_eq!(record.title, "红楼梦的叙事");
    assert_eq!(record.creators, [Creator::author("王小波"), Creator::author("李银河")]);
    assert_eq!(
        (record.year, record.kind, record.container.as_str()),
        (Some(2015), Kind::Article, "红楼梦学刊")
    );
    assert_eq!(record.summary, "论“梦”");
    assert_eq!(record.subjects, ["红楼梦", "叙事"]);
    assert_eq!((answer.records[1].record.id.as_str(), answer.records[1].record.kind), ("7", Kind::Book));
    // the place of the total is uncertain
    assert_eq!(yidu::parse(text.as_bytes(), "/data/totalElements", &Budget::answer()).unwrap().total, None);
    let refused =
        yidu::parse(r#"{"code":"500","msg":"请完成验证"}"#.as_bytes(), yidu::TOTAL, &Budget::answer())
            .unwrap();
    assert!(!refused.ok());
    assert_eq!(refused.message, "请完成验证");
}

#[test]
fn formats_are_recognised() {
    let name = |bytes: &[u8]| {
        read::detect(bytes, &Budget::answer()).map(read::Format::name).map_err(|error| error.what)
    };
    assert_eq!(name(&common::iso2709("am a", NOVEL)).unwrap(), "iso2709");
    assert_eq!(name(marcxml("am a", NOVEL).as_bytes()).unwrap(), "marcxml");
    assert_eq!(name(packed("").as_bytes()).unwrap(), "sru");
    assert_eq!(name(br#"{"status":"200","data":{"instances":[]}}"#).unwrap(), "opac2");
    assert_eq!(name(br#"{"code":200,"data":{"content":[]}}"#).unwrap(), "yidu");
    for text in ["", "红楼梦", "<html/>", "{}", "<?xml version=\"1.0\"?>", "<!-- "] {
        assert!(name(text.as_bytes()).is_err(), "{text}");
    }
}
