//! Responses of partner systems: MODS as XML and as JSON, LibraryCloud, RISS, NSTL, Shanghai Library,
//! CSL-JSON. Written for these tests in the systems' formats; recorded responses are used where they are
//! present.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use std::path::PathBuf;

use hongyan_formats::Budget;
use hongyan_formats::{csl, librarycloud, mods, nstl, read, riss, shanghai, sru};
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Record, Role};
use serde_json::{Value, json};

fn creator(name: &str, role: Role) -> Creator {
    Creator { name: name.to_owned(), role }
}

/// A Chinese novel as American libraries describe it: romanised, with the original script.
const NOVEL: &str = r#"<mods xmlns="http://www.loc.gov/mods/v3" version="3.6">
 <titleInfo altRepGroup="01" script="Latn"><nonSort>The </nonSort><title>Hong lou meng</title><subTitle>jiao zhu ben</subTitle></titleInfo>
 <titleInfo type="alternative"><title>Dream of the red chamber</title></titleInfo>
 <titleInfo altRepGroup="01" script="Hani"><title>红楼梦</title><subTitle>校注本</subTitle><partNumber>上册</partNumber></titleInfo>
 <name type="personal" altRepGroup="02"><namePart>Cao, Xueqin</namePart><namePart type="date">1715-1763</namePart>
  <role><roleTerm type="text">creator</roleTerm></role></name>
 <name type="personal" altRepGroup="02"><namePart>曹雪芹</namePart><role><roleTerm type="code">cre</roleTerm></role></name>
 <name type="personal"><namePart type="family">Gao</namePart><namePart type="given">E</namePart>
  <role><roleTerm authority="marcrelator" type="code">ctb</roleTerm><roleTerm type="text">编</roleTerm></role></name>
 <name type="corporate"><namePart>Ren min wen xue chu ban she</namePart><namePart>Bian ji bu</namePart></name>
 <typeOfResource>text</typeOfResource>
 <originInfo eventType="manufacture"><publisher>某印刷厂</publisher></originInfo>
 <originInfo eventType="publication"><place><placeTerm type="code" authority="marccountry">cc</placeTerm></place>
  <place><placeTerm type="text">Beijing</placeTerm></place><publisher>人民文学出版社,</publisher>
  <dateIssued encoding="marc">1982</dateIssued><dateIssued>一九八二年</dateIssued><edition>第1版</edition>
  <issuance>monographic</issuance></originInfo>
 <language><languageTerm type="text">English</languageTerm><languageTerm type="code">chi</languageTerm></language>
 <physicalDescription><form>print</form><extent>3 v. (1648 p.)</extent></physicalDescription>
 <abstract>一部小说。</abstract>
 <subject><topic>Chinese fiction</topic><temporal>Qing dynasty, 1644-1912</temporal></subject>
 <subject><name><namePart>曹雪芹</namePart></name><topic>评论</topic></subject>
 <classification authority="ddc">895.1/348</classification><classification authority="clc">I242.4</classification>
 <relatedItem type="series"><titleInfo><title>中国古典文学读本丛书</title><partNumber>7</partNumber></titleInfo></relatedItem>
 <relatedItem type="otherFormat"><titleInfo><title>别的书</title></titleInfo><identifier type="isbn">9787101003048</identifier></relatedItem>
 <identifier type="isbn">7020008720 (pbk.)</identifier><identifier type="isbn" invalid="yes">9787101003048</identifier>
 <identifier type="lccn">82123456</identifier><identifier type="oclc">12345</identifier>
 <identifier type="uri">https://doi.org/10.1000/HLM</identifier>
 <location><physicalLocation>Harvard-Yenching</physicalLocation><holdingSimple><copyInformation>
  <subLocation>Stacks</subLocation><shelfLocator>5758 3482</shelfLocator></copyInformation></holdingSimple></location>
 <location><url access="preview">https://example.org/cover</url><url displayLabel="全文" access="raw object">https://example.org/hlm</url></location>
 <accessCondition>Public domain</accessCondition>
 <recordInfo><recordIdentifier source="MH:ALMA">990001</recordIdentifier></recordInfo></mods>"#;

fn novel() -> Record {
    mods::parse(NOVEL, &Budget::answer()).unwrap().remove(0).record
}

#[test]
fn mods_in_two_scripts() {
    let record = novel();
    assert_eq!((record.title.as_str(), record.subtitle.as_str()), ("The Hong lou meng", "jiao zhu ben"));
    assert_eq!(record.variant_titles, ["红楼梦 : 校注本. 上册", "Dream of the red chamber"]);
    assert_eq!(
        record.creators,
        [
            creator("Cao, Xueqin", Role::Author),
            creator("Gao, E", Role::Editor),
            creator("Ren min wen xue chu ban she. Bian ji bu", Role::Organisation),
            creator("曹雪芹", Role::Author),
        ]
    );
    assert_eq!((record.place.as_str(), record.publisher.as_str()), ("Beijing", "人民文学出版社"));
    assert_eq!(
        (record.date.as_str(), record.year, record.edition.as_str()),
        ("一九八二年", Some(1982), "第1版")
    );
    assert_eq!((record.language.as_str(), record.pages.as_str()), ("chi", "3 v. (1648 p.)"));
    assert_eq!(record.subjects, ["Chinese fiction--Qing dynasty, 1644-1912", "曹雪芹--评论"]);
    assert_eq!(record.classification, ["DDC:895.1348", "CLC:I242.4"]);
    assert_eq!((record.series.as_str(), record.kind), ("中国古典文学读本丛书 ; 7", Kind::Book));
    let id = |kind| record.identifier(kind);
    assert_eq!(id(IdentifierKind::Isbn), Some("9787020008728"));
    assert_eq!((id(IdentifierKind::Oclc), id(IdentifierKind::Doi)), (Some("12345"), Some("10.1000/hlm")));
    assert_eq!(record.identifiers.len(), 4, "{:?}", record.identifiers);
    assert_eq!(record.holdings[0].library, "Harvard-Yenching");
    assert_eq!(record.holdings[0].call_number, "5758 3482");
    assert_eq!((record.links.len(), record.links[0].label.as_str()), (1, "全文"));
    assert!(record.open_access());
    assert_eq!(record.id, "990001");
}

#[test]
fn mods_of_a_paper() {
    let paper = r#"<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>论中国小说</title></titleInfo>
      <genre>journal article</genre><relatedItem type="host"><titleInfo><title>文学评论</title></titleInfo>
      <identifier type="issn">0511-4683</identifier><identifier type="isbn">9787101003048</identifier>
      <part><detail type="volume"><number>24</number></detail><detail type="issue"><caption>no. 2</caption></detail>
      <extent unit="pages"><start>361</start><end>378</end></extent><date>2000</date></part></relatedItem></mods>"#;
    let record = mods::parse(paper, &Budget::answer()).unwrap().remove(0).record;
    assert_eq!((record.kind, record.container.as_str()), (Kind::Article, "文学评论"));
    assert_eq!(
        (record.volume.as_str(), record.issue.as_str(), record.pages.as_str(), record.year),
        ("24", "no. 2", "361-378", Some(2000))
    );
    assert_eq!(record.identifier(IdentifierKind::Issn), Some("0511-4683"));
    assert_eq!(record.identifier(IdentifierKind::Isbn), None, "of the host, not of the paper");
}

/// The same novel as LibraryCloud writes it: values or arrays, depending on the number.
fn cloud_novel() -> Value {
    json!({
        "titleInfo": [
            {"@altRepGroup": "01", "nonSort": "The ", "title": "Hong lou meng", "subTitle": "jiao zhu ben"},
            {"@type": "alternative", "title": "Dream of the red chamber"},
            {"@altRepGroup": "01", "title": {"@lang": "chi", "#text": "红楼梦"}, "subTitle": "校注本", "partNumber": "上册"}],
        "name": {"@type": "personal", "namePart": ["Cao, Xueqin", {"@type": "date", "#text": "1715-1763"}],
            "role": {"roleTerm": {"@type": "text", "#text": "creator"}}},
        "typeOfResource": "text", "genre": null,
        "originInfo": {"place": [{"placeTerm": {"@type": "code", "#text": "cc"}}, {"placeTerm": {"@type": "text", "#text": "Beijing"}}],
            "publisher": "人民文学出版社", "dateIssued": ["1982", {"@encoding": "marc", "#text": "1982"}], "issuance": "monographic"},
        "language": {"languageTerm": [{"@type": "code", "#text": "chi"}, {"@type": "text", "#text": "Chinese"}]},
        "physicalDescription": {"extent": "3 v."},
        "subject": [{"topic": ["Chinese fiction", "小说"]}, "红学", null],
        "identifier": {"@type": "isbn", "#text": 7020008720_u64},
        "location": [{"physicalLocation": {"@valueURI": "x", "#text": "Harvard-Yenching"}, "shelfLocator": "5758 3482"}, null],
        "recordInfo": {"recordIdentifier": {"@source": "MH:ALMA", "#text": "990001"}}
    })
}

fn cloud(items: &Value, found: u64) -> Vec<u8> {
    json!({"pagination": {"numFound": found, "start": 0, "limit": 10, "query": "q=红楼梦", "maxPageableSet": 100000}, "items": items})
        .to_string()
        .into_bytes()
}

#[test]
fn librarycloud_one_or_many() {
    let one = librarycloud::parse(&cloud(&json!({"mods": cloud_novel()}), 1), &Budget::answer()).unwrap();
    assert_eq!((one.total, one.pageable, one.taken), (Some(1), Some(100_000), 1));
    let record = &one.records[0].record;
    assert_eq!((record.title.as_str(), record.year), ("The Hong lou meng", Some(1982)));
    assert_eq!(record.variant_titles[0], "红楼梦 : 校注本. 上册");
    assert_eq!(record.creators, [creator("Cao, Xueqin", Role::Author)]);
    assert_eq!((record.place.as_str(), record.id.as_str()), ("Beijing", "990001"));
    assert_eq!(record.subjects, ["Chinese fiction--小说", "红学"]);
    assert_eq!(record.identifier(IdentifierKind::Isbn), Some("9787020008728"));
    assert_eq!(record.kind, Kind::Book);
    let many = librarycloud::parse(
        &cloud(&json!({"mods": [cloud_novel(), 7, null, {"titleInfo": null}]}), 2),
        &Budget::answer(),
    )
    .unwrap();
    assert_eq!((many.taken, many.records.len()), (3, 2));
    assert_eq!(many.records[1].warnings[0].code, "title");
}

#[test]
fn librarycloud_finds_nothing_or_says_no() {
    for items in [Value::Null, json!({}), json!({"mods": null}), json!({"mods": []})] {
        let none = librarycloud::parse(&cloud(&items, 0), &Budget::answer()).unwrap();
        assert_eq!((none.total, none.records.len(), none.error), (Some(0), 0, None));
    }
    for error in [
        r#"{"status":400,"message":"Incorrect query syntax","moreInfo":"…"}"#,
        r#"{"error":{"status":"400","message":"Incorrect query syntax"}}"#,
        "<?xml version=\"1.0\"?><error><status>400</status><message>Incorrect query syntax</message></error>",
    ] {
        let complaint = librarycloud::parse(error.as_bytes(), &Budget::answer()).unwrap().error.unwrap();
        assert_eq!(
            (complaint.status.as_str(), complaint.message.as_str()),
            ("400", "Incorrect query syntax")
        );
    }
    assert!(librarycloud::parse("{\"别的\":1}".as_bytes(), &Budget::answer()).is_err());
    assert!(librarycloud::parse(b"<html><body>502</body></html>", &Budget::answer()).is_err());
}

#[test]
fn librarycloud_in_dublin_core() {
    let dc = json!({"dc": [{"title": ["花生酱 & <史>", "别名"], "creator": "Krampner, Jon , 1952-", "date": "2013",
        "language": "eng", "identifier": ["9780231162326", 5], "@x": "y"}, "不是对象"]});
    let answer = librarycloud::parse(&cloud(&dc, 1109), &Budget::answer()).unwrap();
    assert_eq!((answer.total, answer.taken, answer.records.len()), (Some(1109), 2, 1));
    let record = &answer.records[0].record;
    assert_eq!((record.title.as_str(), record.year), ("花生酱 & <史>", Some(2013)));
    assert_eq!(record.identifier(IdentifierKind::Isbn), Some("9780231162326"));
}

const RISS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<record><head><totalcount>2</totalcount><Error>0</Error><ErrorMessage>No Error</ErrorMessage></head>
<metadata><riss.type>A</riss.type><riss.title><![CDATA[홍루몽 <b>연구</b> & 비평]]></riss.title><riss.author>김연구|이학술</riss.author>
<riss.publisher>한국중문학회</riss.publisher><riss.pubdate>2020.02</riss.pubdate><riss.stitle>중국문학</riss.stitle><riss.vol>24</riss.vol>
<riss.no>-</riss.no><riss.issn>1226-2943</riss.issn><riss.abstract>Y</riss.abstract><url>http://www.riss.kr/link?id=A106</url></metadata>
<metadata><riss.type>T</riss.type><riss.title>紅樓夢 硏究</riss.title><riss.author>박사</riss.author><riss.publisher>서울대학교 대학원</riss.publisher>
<riss.pubdate>2019</riss.pubdate><riss.mtype>국내박사</riss.mtype><riss.holdings>서울대학교 중앙도서관</riss.holdings><riss.holdings>한국교육학술정보원</riss.holdings>
<url>https://www.riss.kr/link?id=T77&amp;x=1</url></metadata></record>"#;

#[test]
fn riss_papers_and_theses() {
    let answer = riss::parse(RISS.as_bytes(), &Budget::answer()).unwrap();
    assert!(answer.ok());
    assert_eq!((answer.total, answer.records.len()), (Some(2), 2));
    let paper = &answer.records[0].record;
    assert_eq!((paper.title.as_str(), paper.kind), ("홍루몽 연구 & 비평", Kind::Article));
    assert_eq!(paper.creators, [creator("김연구", Role::Author), creator("이학술", Role::Author)]);
    assert_eq!(
        (paper.container.as_str(), paper.volume.as_str(), paper.issue.as_str()),
        ("중국문학", "24", "")
    );
    assert_eq!((paper.year, paper.id.as_str()), (Some(2020), "A106"));
    let thesis = &answer.records[1].record;
    assert_eq!((thesis.kind, thesis.container.as_str()), (Kind::Thesis, "서울대학교 대학원"));
    assert_eq!((thesis.id.as_str(), thesis.holdings.len()), ("T77", 2));
}

#[test]
fn riss_says_no_with_status_200() {
    let refused = "<record><head><Error>004</Error><ErrorMessage>인증 오류</ErrorMessage></head></record>";
    let answer = riss::parse(refused.as_bytes(), &Budget::answer()).unwrap();
    assert!(!answer.ok());
    assert_eq!((answer.error.as_str(), answer.message.as_str(), answer.total), ("004", "인증 오류", None));
    let none = "<record><head><totalcount>0</totalcount><Error>0</Error></head></record>";
    assert_eq!(riss::parse(none.as_bytes(), &Budget::answer()).unwrap().total, Some(0));
    let page = "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>시스템 점검</p></body></html>";
    assert!(riss::parse(page.as_bytes(), &Budget::answer()).is_err());
}

fn nstl_rows() -> Value {
    json!({"code": "0", "took": 252, "total": 4987, "traceId": "x", "data": [
        [{"f": "id", "v": "548dca9c"}, {"f": "type", "v": ["JournalPaper"]},
         {"f": "tit", "v": ["<em>量子点</em>成像", "Imaging by <em>quantum dots</em>"]}, {"f": "abs", "v": ["摘要。"]},
         {"f": "key", "v": ["量子点", "成像；细胞"]},
         {"f": "hasAut", "v": [[{"f": "nam", "v": ["加地範匡"]}], [{"f": "nam", "v": "渡慶次学"}]]},
         {"f": "hasSo", "v": [[{"f": "tit", "v": ["分析化学"]}]]},
         {"f": "hasHol", "v": [[{"f": "lico", "v": "CN111026"}, {"f": "honu", "v": ["P 12"]}]]},
         {"f": "acty", "v": ["nstl"]}, {"f": "availableOrderType", "v": ["全文申请单"]}, {"f": "yea", "v": ["2007"]},
         {"f": "vol", "v": ["56"]}, {"f": "iss", "v": ["3"]}, {"f": "stpa", "v": ["25"]}, {"f": "lan", "v": ["jpn"]},
         {"f": "doi", "v": ["10.2116/BUNSEKIKAGAKU.56.3"]}],
        [{"f": "id", "v": ["a/../b"]}, {"f": "type", "v": "DegreePaper"}, {"f": "tit", "v": "开放的论文"},
         {"f": "hasAut", "v": [{"nam": "王某"}]}, {"f": "hasCrOr", "v": [[{"f": "nam", "v": "某大学"}]]}, {"f": "acty", "v": "oa"}],
        7]})
}

#[test]
fn nstl_rows_of_pairs() {
    let answer = nstl::parse(nstl_rows().to_string().as_bytes(), nstl::SITE, &Budget::answer()).unwrap();
    assert!(answer.ok());
    assert_eq!((answer.total, answer.records.len()), (Some(4987), 2));
    let paper = &answer.records[0].record;
    assert_eq!((paper.title.as_str(), paper.kind), ("量子点成像", Kind::Article));
    assert_eq!(paper.variant_titles, ["Imaging by quantum dots"]);
    assert_eq!(paper.creators, [creator("加地範匡", Role::Author), creator("渡慶次学", Role::Author)]);
    assert_eq!(
        (paper.container.as_str(), paper.volume.as_str(), paper.issue.as_str(), paper.pages.as_str()),
        ("分析化学", "56", "3", "25")
    );
    assert_eq!((paper.year, paper.language.as_str()), (Some(2007), "jpn"));
    assert_eq!(paper.subjects, ["量子点", "成像", "细胞"]);
    assert_eq!(paper.identifier(IdentifierKind::Doi), Some("10.2116/bunsekikagaku.56.3"));
    assert_eq!(
        (paper.holdings[0].library.as_str(), paper.holdings[0].location.as_str()),
        ("CN111026", "全文申请单")
    );
    assert_eq!(paper.links[0].url, "https://www.nstl.gov.cn/paper_detail.html?id=548dca9c");
    assert!(!paper.open_access());
    let thesis = &answer.records[1].record;
    assert_eq!((thesis.kind, thesis.container.as_str()), (Kind::Thesis, "某大学"));
    assert_eq!(thesis.creators, [creator("王某", Role::Author)]);
    assert!(thesis.links.is_empty(), "a number that is none makes no address");
}

#[test]
fn nstl_says_no() {
    let no = nstl::parse(r#"{"code": 500, "message": "系统繁忙"}"#.as_bytes(), nstl::SITE, &Budget::answer())
        .unwrap();
    assert_eq!((no.ok(), no.code.as_str(), no.message.as_str()), (false, "500", "系统繁忙"));
    let none = nstl::parse(br#"{"code":"0","total":0,"data":[]}"#, nstl::SITE, &Budget::answer()).unwrap();
    assert_eq!((none.ok(), none.total), (true, Some(0)));
    assert!(nstl::parse("[\"红\"]".as_bytes(), nstl::SITE, &Budget::answer()).is_err());
}

#[test]
fn shanghai_objects_of_several_kinds() {
    let body = json!({"result": "0", "pager": {"rowCount": 2, "pageth": 1}, "data": [
        {"name": ["kangjianshuju@en", "康健书局@chs"], "uri": "http://data.library.example/entity/1", "noteOfSource": "年谱"},
        {"dc:title": {"@value": "颍川陈氏家谱", "@language": "chs"}, "@id": "http://data.library.example/jp/2",
         "dc:creator": ["陈某纂"], "begin": "1934-01-01", "end": "1950-12-31", "description": "<p>谱</p>"}]});
    let answer = shanghai::parse(body.to_string().as_bytes(), &Budget::answer()).unwrap();
    assert_eq!((answer.ok(), answer.total), (true, Some(2)));
    let (first, second) = (&answer.records[0].record, &answer.records[1].record);
    assert_eq!((first.title.as_str(), first.variant_titles[0].as_str()), ("康健书局", "kangjianshuju"));
    assert_eq!((second.title.as_str(), second.year), ("颍川陈氏家谱", Some(1934)));
    assert_eq!(second.creators, [creator("陈某", Role::Editor)]);
    assert_eq!((second.date.as_str(), second.summary.as_str()), ("1934-01-01–1950-12-31", "谱"));
    let no = shanghai::parse(r#"{"result":"-1","message":"key无效"}"#.as_bytes(), &Budget::answer()).unwrap();
    assert_eq!((no.ok(), no.message.as_str()), (false, "key无效"));
    assert!(shanghai::parse(b"{}", &Budget::answer()).is_err());
}

#[test]
fn csl_items() {
    let item = json!({"id": "t1", "type": "thesis", "kind": "Thesis", "title": "民国小说研究: 以上海为中心",
        "author": [{"family": "陈", "given": "平原"}, {"family": "Knuth", "given": "Donald E.", "suffix": "Jr."},
                   {"literal": "国家图书馆"}, {"family": "Beethoven", "non-dropping-particle": "van", "given": "L."}],
        "translator": [{"literal": "李明"}], "issued": {"date-parts": [["1936", 5]]}, "publisher": "北京大学",
        "language": "zh-CN", "ISBN": "978-7-02-000872-8 7020008720", "keyword": "小说; 上海, 民国", "URL": "https://example.org/t1",
        "openAccess": true, "holdings": [{"library": "本馆", "callNumber": "I1", "available": false}, {"无": 1}]});
    let body = json!({"records": [item.clone(), "坏"], "totalRecords": 9, "facets": []}).to_string();
    let answer = csl::answer(body.as_bytes(), &Budget::answer()).unwrap();
    assert_eq!((answer.total, answer.taken, answer.records.len()), (Some(9), 2, 1));
    let record = &answer.records[0].record;
    assert_eq!((record.title.as_str(), record.subtitle.as_str()), ("民国小说研究", "以上海为中心"));
    let names: Vec<&str> = record.creators.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["陈平原", "Knuth, Donald E., Jr.", "国家图书馆", "van Beethoven, L.", "李明"]);
    assert_eq!((record.date.as_str(), record.year, record.kind), ("1936-05", Some(1936), Kind::Thesis));
    assert_eq!((record.container.as_str(), record.language.as_str()), ("北京大学", "chi"));
    assert_eq!(record.subjects, ["小说", "上海, 民国"]);
    assert_eq!(record.identifiers.len(), 1);
    assert_eq!(record.holdings[0].available, Some(false));
    assert!(record.open_access());
    assert_eq!(csl::parse(json!([item]).to_string().as_bytes(), &Budget::answer()).unwrap().len(), 1);
    assert!(csl::parse(b"[]", &Budget::answer()).is_err());
    assert!(csl::answer(br#"{"errors":[]}"#, &Budget::answer()).is_err());
}

#[test]
fn each_is_known_by_its_look() {
    for (bytes, format) in [
        (NOVEL.as_bytes().to_vec(), "mods"),
        (RISS.as_bytes().to_vec(), "riss"),
        (nstl_rows().to_string().into_bytes(), "nstl"),
        (cloud(&json!({"mods": cloud_novel()}), 1), "librarycloud"),
        (json!([{"id": "1", "type": "book", "title": "红楼梦"}]).to_string().into_bytes(), "csl"),
    ] {
        let mut count = 0;
        let found = read::records(
            &bytes,
            &mut |_, item| {
                count += usize::from(item.is_ok());
                true
            },
            &Budget::answer(),
        );
        assert_eq!(found.unwrap().name(), format);
        assert!(count > 0, "{format}");
    }
}

/// The sample's bytes; none, with a message, in a clone without samples.
fn sample(name: &str) -> Option<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    let bytes = std::fs::read(&path);
    if bytes.is_err() {
        println!("SKIPPED {name}: no sample data beside the project");
    }
    bytes.ok()
}

#[test]
fn recorded_mods_says_what_the_same_records_say_in_dublin_core() {
    let (Some(mods), Some(dc)) = (sample("sru/alma_bnu_mods.xml"), sample("sru/alma_bnu_dc.xml")) else {
        return;
    };
    let read = |bytes: &[u8]| sru::parse(bytes, &Budget::answer()).unwrap().records;
    let (mods, dc) = (read(&mods), read(&dc));
    assert_eq!((mods.len(), dc.len()), (10, 10));
    for (one, other) in mods.iter().zip(&dc) {
        let (one, other) = (&one.parsed.as_ref().unwrap().record, &other.parsed.as_ref().unwrap().record);
        assert_eq!((&one.id, one.year), (&other.id, other.year));
        // Dublin Core has title and subtitle in one element
        assert!(other.title.starts_with(&one.title), "{}: {}", one.title, other.title);
        assert_eq!((&one.publisher, &one.place), (&other.publisher, &other.place), "{}", one.id);
        assert_eq!(one.identifiers, other.identifiers, "{}", one.id);
        assert_eq!(one.kind, Kind::Book, "{}", one.id);
    }
    let first = &mods[0].parsed.as_ref().unwrap().record;
    assert_eq!(first.creators, [creator("叶震", Role::Editor), creator("李强", Role::Editor)]);
    if let Some(archive) = sample("sru/mods_kalliope.xml") {
        assert_eq!(read(&archive).iter().filter(|record| record.parsed.is_some()).count(), 5);
    }
}

#[test]
fn recorded_mods_as_another_reader_reads_it() {
    let Some(bytes) = sample("mods_marc_import/zotero_mods_import_a.json") else { return };
    let cases: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
    let mut compared = 0;
    for case in &cases {
        let Some(item) = case["items"].get(0) else { continue };
        let record =
            mods::parse(case["input"].as_str().unwrap(), &Budget::answer()).unwrap().remove(0).record;
        let expected = item["title"].as_str().unwrap();
        let whole = format!("{}: {}", record.title, record.subtitle);
        let fold = hongyan_model::text::fold;
        let variant = record.variant_titles.iter().any(|title| fold(title) == fold(expected));
        assert!(
            variant
                || fold(&whole).starts_with(&fold(expected))
                || fold(expected).starts_with(&fold(&record.title)),
            "{expected}: {whole}"
        );
        for (key, value) in [("volume", &record.volume), ("issue", &record.issue)] {
            if let Some(expected) = item[key].as_str() {
                assert_eq!(value, expected, "{whole}: {key}");
            }
        }
        if let Some(journal) = item["publicationTitle"].as_str() {
            assert_eq!((record.container.as_str(), record.kind), (journal, Kind::Article), "{whole}");
        }
        if let Some(year) = item["date"].as_str().and_then(hongyan_model::record::year_of) {
            assert!(record.year.is_some(), "{whole}: {year}");
        }
        compared += 1;
    }
    assert_eq!(compared, 12);
}

#[test]
fn recorded_answers_of_partners() {
    if let Some(bytes) = sample("librarycloud/items_dc_peanutbutter.json") {
        let answer = librarycloud::parse(&bytes, &Budget::answer()).unwrap();
        assert_eq!((answer.total, answer.records.len()), (Some(1109), 10));
        let first = &answer.records[0].record;
        assert!(first.title.starts_with("Creamy & crunchy"), "{}", first.title);
        assert_eq!((first.publisher.as_str(), first.language.as_str()), ("Columbia University Press", "eng"));
    }
    if let Some(bytes) = sample("librarycloud/harvard_mods_sample.xml") {
        let text = String::from_utf8(bytes).unwrap();
        let records = mods::parse(&text, &Budget::answer()).unwrap();
        assert_eq!(records.len(), text.matches("<mods ").count() + text.matches("<mods>").count());
        assert_eq!(records[0].record.year, Some(1967));
        assert_eq!(records[0].record.holdings[0].call_number, "Mus 645.5.717");
    }
    if let Some(bytes) = sample("riss/success_two_records.xml") {
        let answer = riss::parse(&bytes, &Budget::answer()).unwrap();
        assert_eq!((answer.ok(), answer.total, answer.records.len()), (true, Some(2), 2));
        let book = &answer.records[1].record;
        assert_eq!((book.title.as_str(), book.kind, book.holdings.len()), ("대학도서관과 AI", Kind::Book, 2));
        assert_eq!(answer.records[0].record.id, "A123");
    }
    if let Some(bytes) = sample("riss/empty.xml") {
        assert_eq!(riss::parse(&bytes, &Budget::answer()).unwrap().total, Some(0));
    }
    if let Some(bytes) = sample("shanghai/object_fragments_NOT_RECORDED.json") {
        let titles: Vec<String> = shanghai::parse(&bytes, &Budget::answer())
            .unwrap()
            .records
            .into_iter()
            .map(|parsed| parsed.record.title)
            .collect();
        assert_eq!(titles, ["霞飞路", "康健书局创办", "上海市第一百货商店", "康健书局"]);
    }
}

/// A list of names tells what is read: each of them changes the record, and no other does.
#[test]
fn the_names_that_are_read() {
    let value = |name: &str| {
        let lower = name.to_lowercase();
        let text = |part: &str| lower.contains(part);
        json!(match () {
            () if text("isbn") => "9787020002207",
            () if text("issn") => "1000-0763",
            () if text("doi") => "10.1000/182",
            () if text("lan") => "chi",
            () if text("schemacode") => "Degree",
            () if text("type") || text("category") => "学位论文",
            () if text("uri") || text("@id") => "http://data.example/entity/1",
            () => "1998",
        })
    };
    // what is read only together with others
    let beside = |name: &str| match name {
        "noteOfSource" => json!({"uri": "http://data.example/entity/1"}),
        "acty" => json!({"id": "a1"}),
        "hasCrOr" => json!({"type": "DegreePaper"}),
        "end" => json!({"begin": "1990"}),
        _ => json!({}),
    };
    let inner = |name: &str| match name {
        "hasAut" | "hasCrOr" => json!([{"nam": "鲁迅"}]),
        "hasSo" => json!([{"tit": "新青年"}]),
        "hasHol" => json!([{"lico": "国家图书馆"}]),
        "acty" => json!("oa"),
        _ => value(name),
    };
    type Read = fn(&Value) -> Option<Record>;
    let opac2: Read = |item| {
        let answer = json!({"status": "200", "data": {"instances": [item]}}).to_string();
        Some(
            hongyan_formats::opac2::parse(answer.as_bytes(), &Budget::answer())
                .unwrap()
                .records
                .first()?
                .record
                .clone(),
        )
    };
    let yidu: Read = |item| {
        let answer = json!({"code": 200, "data": {"content": [item]}}).to_string();
        let page = hongyan_formats::yidu::parse(answer.as_bytes(), "/data/total", &Budget::answer()).unwrap();
        Some(page.records.first()?.record.clone())
    };
    let nstl: Read = |item| {
        let answer = json!({"code": "0", "data": [item]}).to_string();
        Some(
            nstl::parse(answer.as_bytes(), nstl::SITE, &Budget::answer())
                .unwrap()
                .records
                .first()?
                .record
                .clone(),
        )
    };
    let shanghai: Read = |item| {
        let answer = json!({"result": "0", "data": [item]}).to_string();
        Some(shanghai::parse(answer.as_bytes(), &Budget::answer()).unwrap().records.first()?.record.clone())
    };
    for (names, read) in [
        (hongyan_formats::opac2::NAMES, opac2),
        (hongyan_formats::yidu::NAMES, yidu),
        (nstl::NAMES, nstl),
        (shanghai::NAMES, shanghai),
    ] {
        let bare = |item: &Value| {
            let mut record = read(item).unwrap();
            record.raw = None;
            record
        };
        for name in names.iter().copied().chain(["某项", "string_unknown"]) {
            let before = beside(name);
            let mut with = before.clone();
            with[name] = inner(name);
            let changed = bare(&with) != bare(&before);
            assert_eq!(changed, names.contains(&name), "{name}: {:?}", bare(&with));
        }
    }
}
