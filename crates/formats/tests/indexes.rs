//! Crossref, OpenAlex, DOAJ, arXiv, CiNii, OAI-PMH, Crossref XML and OpenURL: small inputs of our own,
//! and recorded responses where they are present.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use std::path::PathBuf;

use hongyan_formats::Budget;
use hongyan_formats::read;
use hongyan_formats::{Parsed, ReadError, arxiv, atom, cinii, crossref, oai, openalex, openurl, unixref};
use hongyan_model::identifier::IdentifierKind::{Arxiv, Doi, Isbn, Issn, Lccn, Oclc, Pmid};
use hongyan_model::record::{Creator, Kind, Record, Role};

fn names(record: &Record) -> Vec<&str> {
    record.creators.iter().map(|creator| creator.name.as_str()).collect()
}

#[test]
fn a_chapter_at_crossref() {
    let answer = r#"{"status":"ok","message":{"DOI":"10.5555/章.3","type":"book-chapter","title":["论 <i>Dream</i> 与 <mml:math><mml:mi>x</mml:mi></mml:math>"],
        "container-title":["丛书","红学论集"],"author":[{"family":"韦","given":"小雁"},{"name":"红学会"}],"editor":[{"family":"Smith","given":"Jane"}],
        "issued":{"date-parts":[[null]]},"published-print":{"date-parts":[[2011,3]]},"ISBN":["http://id.crossref.org/isbn/9787020002207"],
        "page":"1-20","language":"zh-CN","license":[{"URL":"http://creativecommons.org/licenses/by/4.0/"}],
        "link":[{"URL":"https://press.example/3.pdf","content-type":"application/pdf"}],"URL":"https://doi.org/10.5555/3",
        "abstract":"<jats:title>摘要</jats:title><jats:p>第一段。</jats:p><jats:p>第二段。</jats:p>"}}"#;
    let record = crossref::parse(answer.as_bytes(), &Budget::answer()).unwrap().records.remove(0).record;
    assert_eq!((record.title.as_str(), record.kind), ("论 Dream 与 x", Kind::Book));
    assert_eq!((record.container.as_str(), record.series.as_str()), ("红学论集", "丛书"));
    let roles: Vec<(&str, Role)> = record.creators.iter().map(|c| (c.name.as_str(), c.role)).collect();
    assert_eq!(roles, [("韦小雁", Role::Author), ("红学会", Role::Author), ("Smith, Jane", Role::Editor)]);
    assert_eq!((record.date.as_str(), record.year, record.language.as_str()), ("2011-03", Some(2011), "chi"));
    assert_eq!(record.identifier(Isbn), Some("9787020002207"));
    assert_eq!(record.summary, "第一段。 第二段。");
    assert!(record.open_access() && record.links.iter().any(|link| link.label == "PDF"));
}

#[test]
fn an_abstract_is_put_together_again() {
    let work = r#"{"id":"https://openalex.org/W1","title":"壮族文献","type":"dissertation","publication_year":2019,
        "ids":{"pmid":"https://pubmed.ncbi.nlm.nih.gov/24799665"},"abstract_inverted_index":{"of":[1,3],"Study":[0],"texts":[2],"壮族":[4],"文献":[5],"x":[99999999999]},
        "locations":[{"landing_page_url":"http://arxiv.org/abs/1707.08567"}],
        "open_access":{"is_oa":true,"oa_url":"https://repo.example/1.pdf"},"primary_location":{"source":{"display_name":"Repo","type":"repository","issn":["0378-5955"]}}}"#;
    let record = openalex::parse(work.as_bytes(), &Budget::answer()).unwrap().records.remove(0).record;
    assert_eq!(record.summary, "Study of texts of 壮族文献 x");
    assert_eq!((record.kind, record.year, record.container.as_str()), (Kind::Thesis, Some(2019), ""));
    assert_eq!((record.identifier(Pmid), record.identifier(Arxiv)), (Some("24799665"), Some("1707.08567")));
    assert_eq!((record.identifier(Issn), record.open_access()), (None, true));
}

#[test]
fn arxivs_complaint_is_no_preprint() {
    let feed = |inside: &str| {
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:a=\"http://arxiv.org/schemas/atom\">{inside}</feed>"
        )
    };
    let error = feed(
        "<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title><summary>坏 id</summary></entry>",
    );
    assert_eq!(arxiv::parse(error.as_bytes(), &Budget::answer()).unwrap().unwrap_err().message, "坏 id");
    let entry = feed(
        "<entry><id>http://arxiv.org/abs/hep-th/9901001v3</id><title>红楼\n  梦</title><published>1999-01-02T00:00:00Z</published>\
         <a:journal_ref>Phys. Rev. D 76, 013009 (2007)</a:journal_ref></entry>",
    );
    let record = arxiv::parse(entry.as_bytes(), &Budget::answer()).unwrap().unwrap().records.remove(0).record;
    assert_eq!((record.title.as_str(), record.id.as_str()), ("红楼 梦", "hep-th/9901001"));
    assert_eq!((record.kind, record.year, record.date.as_str()), (Kind::Article, Some(1999), "1999-01-02"));
    assert!(record.container.starts_with("Phys. Rev. D"), "{}", record.container);
}

#[test]
fn a_paper_a_book_and_a_thesis_of_japan() {
    let answer = r#"{"opensearch:totalResults":3,"items":[
        {"@id":"https://cir.nii.ac.jp/crid/1","title":"漱石論","dc:creator":["大井 謙一"],"prism:publicationName":"生産研究","prism:volume":"54","prism:number":"6",
         "prism:startingPage":"384","prism:endingPage":"387","prism:publicationDate":"2002","prism:issn":"18812058","dc:identifier":[{"@type":"cir:DOI","@value":"10.11188/x.54"}]},
        {"@id":"https://cir.nii.ac.jp/crid/2","title":[{"@language":"ja","@value":"それから"}],"dc:type":"Book","dc:creator":"夏目漱石著","dcterms:hasPart":[{"@id":"urn:isbn:4101010056"}]},
        {"@id":"https://cir.nii.ac.jp/crid/3","title":"壮族の歌","dc:type":"Dissertation","dc:publisher":"架空大学"}]}"#;
    let answer = cinii::parse(answer.as_bytes(), &Budget::answer()).unwrap();
    let [paper, book, thesis] = &answer.records[..] else { panic!("three") };
    let (paper, book, thesis) = (&paper.record, &book.record, &thesis.record);
    assert_eq!((answer.total, paper.kind, paper.pages.as_str()), (Some(3), Kind::Article, "384-387"));
    assert_eq!((paper.identifier(Doi), paper.identifier(Issn)), (Some("10.11188/x.54"), Some("1881-2058")));
    assert_eq!((book.title.as_str(), book.kind, names(book)), ("それから", Kind::Book, vec!["夏目漱石"]));
    assert_eq!(book.identifier(Isbn), Some("9784101010052"));
    assert_eq!((thesis.kind, thesis.container.as_str()), (Kind::Thesis, "架空大学"));
}

#[test]
fn openurls_of_both_versions() {
    let lines = "https://r.example/x?ctx_ver=Z39.88-2004&rft.genre=article&rft.atitle=%E5%A3%AE%E6%97%8F%E6%96%87%E7%8C%AE%20%2F&rft.jtitle=%E6%B0%91%E6%97%8F%E7%A0%94%E7%A9%B6\
        &rft.aulast=Jagt&rft.aufirst=John%20W.&rft.au=Jagt,%20John%20W.&rft.au=,&rft.volume=48&rft.issue=2-3&rft.spage=284&rft.epage=285&rft.date=2013-03\
        &rft.issn=0378-5955&rft_id=info:doi/10.1002/gj.2426&rft_id=info:pmid/\n\
        sid=a:b&id=pmid:9036860&genre=book&title=Sparta+%2F&isbn=0715630407&date=2000.&place=London+%3A\n";
    let read = openurl::parse(lines, &Budget::answer()).unwrap();
    assert_eq!(read.len(), 2);
    let (paper, book) = (&read[0].record, &read[1].record);
    assert_eq!((paper.title.as_str(), paper.container.as_str()), ("壮族文献", "民族研究"));
    assert_eq!((paper.pages.as_str(), names(paper)), ("284-285", vec!["Jagt, John W."]));
    assert_eq!((paper.identifier(Doi), paper.identifier(Pmid)), (Some("10.1002/gj.2426"), None));
    assert_eq!((book.kind, book.title.as_str(), book.place.as_str()), (Kind::Book, "Sparta", "London"));
    assert_eq!((book.year, book.identifier(Isbn)), (Some(2000), Some("9780715630402")));
    assert_eq!(book.identifier(Pmid), Some("9036860"));
    let xml = "<c:context-objects xmlns:c=\"info:ofi/fmt:xml:xsd:ctx\"><c:context-object><c:referent><c:identifier>info:oclcnum/2416076</c:identifier>\
        <c:metadata-by-val><c:metadata><b:book xmlns:b=\"info:ofi/fmt:xml:xsd:book\"><b:btitle>红楼梦</b:btitle><b:authors><b:au>曹雪芹</b:au><b:au>高鹗</b:au></b:authors></b:book>\
        </c:metadata></c:metadata-by-val></c:referent></c:context-object></c:context-objects>";
    let book = &openurl::parse(xml, &Budget::answer()).unwrap()[0].record;
    assert_eq!((book.title.as_str(), names(book)), ("红楼梦", vec!["曹雪芹", "高鹗"]));
    assert_eq!((book.kind, book.identifier(Oclc)), (Kind::Book, Some("2416076")));
    assert!(
        openurl::parse("红楼梦", &Budget::answer()).is_err() && !openurl::looks_like("genre of the 小说 = x")
    );
}

#[test]
fn a_harvest_with_an_error_in_it() {
    let list =
        |inside: &str| format!("<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\">{inside}</OAI-PMH>");
    let refused =
        oai::parse(&list("<error code=\"noRecordsMatch\">没有</error>"), &Budget::answer()).unwrap();
    assert!(
        matches!(&refused[..], [Err(ReadError { what, .. })] if what == "noRecordsMatch: 没有"),
        "{refused:?}"
    );
    let one = list(
        "<ListRecords><record><header status=\"deleted\"/></record><record><metadata><arXiv xmlns=\"http://arxiv.org/OAI/arXiv/\"><id>1706.05371</id><created>2017-06-16</created>\
         <authors><author><keyname>韦</keyname><forenames>小雁</forenames></author></authors><title>红楼 梦</title></arXiv></metadata></record></ListRecords>",
    );
    let read = oai::parse(&one, &Budget::answer()).unwrap();
    let record = &read[0].as_ref().unwrap().record;
    assert_eq!((read.len(), record.title.as_str(), names(record)), (1, "红楼 梦", vec!["韦小雁"]));
    assert_eq!((record.identifier(Arxiv), record.open_access()), (Some("1706.05371"), true));
}

#[test]
fn a_deposit_of_crossref() {
    let xml = "<doi_records><doi_record><crossref><journal><journal_metadata language=\"zh\"><full_title>民族研究</full_title><issn>0378-5955</issn></journal_metadata>\
        <journal_issue><publication_date><month>2</month><year>2014</year></publication_date><journal_volume><volume>3</volume></journal_volume></journal_issue>\
        <journal_article><titles><title>壮族<i>文献</i>研究</title></titles><contributors><person_name contributor_role=\"author\"><given_name>小雁</given_name><surname>韦</surname></person_name></contributors>\
        <pages><first_page>1</first_page><last_page>9</last_page></pages><doi_data><doi>10.5555/A</doi><resource>https://press.example/a</resource></doi_data>\
        <citation_list><citation><issue>426</issue><issn>1000-2006</issn></citation></citation_list></journal_article></journal></crossref></doi_record></doi_records>";
    let record = unixref::parse(xml, &Budget::answer()).unwrap().remove(0).record;
    assert_eq!((record.title.as_str(), record.container.as_str()), ("壮族文献研究", "民族研究"));
    assert_eq!(
        (record.date.as_str(), record.volume.as_str(), record.pages.as_str()),
        ("2014-02", "3", "1-9")
    );
    assert_eq!((record.language.as_str(), names(&record)), ("chi", vec!["韦小雁"]));
    assert_eq!((record.identifier(Doi), record.identifier(Issn)), (Some("10.5555/a"), Some("0378-5955")));
    assert_eq!(record.issue, "");
    assert_eq!(record.identifiers.len(), 2, "what it cites is not it: {:?}", record.identifiers);
}

#[test]
fn a_feed_of_anybody() {
    let feed = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>urn:x:1</id><title type=\"html\">&lt;b&gt;红楼梦&lt;/b&gt;</title><author><name>曹雪芹</name></author><updated>2020-01-02T00:00:00Z</updated></entry></feed>";
    let record = atom::parse(feed.as_bytes(), &Budget::answer()).unwrap().records.remove(0).record;
    assert_eq!((record.title.as_str(), record.creators[0].clone()), ("红楼梦", Creator::author("曹雪芹")));
    assert_eq!((record.year, record.kind), (Some(2020), Kind::Other));
}

/// File, format, number of records, title of the first.
const REAL: &[(&str, &str, usize, &str)] = &[
    (
        "crossref/query_renear_ontologies.json",
        "crossref",
        20,
        "Strategic Reading, Ontologies, and the Future of Scientific Publishing",
    ),
    ("crossref/work_book_9781108348843.json", "crossref", 1, "The Politics of the Past in Early China"),
    ("openalex/work_book_9781108348843.json", "openalex", 1, "The Politics of the Past in Early China"),
    (
        "openalex/list_sample5.json",
        "openalex",
        5,
        "Patriotism as criterion of changes of transition political process: problems on the way to information society",
    ),
    (
        "doaj/article_search_ccby.json",
        "doaj",
        10,
        "Brain insulin sensitivity is linked to adiposity and body fat distribution",
    ),
    ("doaj/article_one.json", "doaj", 1, "Where in the brain are the genes expressed"),
    (
        "arxiv/query_testing_10.atom.xml",
        "atom",
        10,
        "Testing Deep Learning Models: A First Comparative Study of Multiple Testing Techniques",
    ),
    ("cinii/books_json_hit1.json", "cinii", 1, "夕陽カ丘三号館"),
    ("cinii/books_atom_sorekara.xml", "atom", 3, "それから"),
    (
        "oai/arxiv_arXiv_format.xml",
        "oai",
        3,
        "Evaluation of Silicon Photomultipliers for use as Photosensors in Liquid Xenon Detectors",
    ),
    (
        "oai/doaj_oai_dc_100.xml",
        "oai",
        100,
        "Authorship and affiliation as an indicator of quality criteria in Web 2.0: The Blogs about the environment.",
    ),
    (
        "crossref/work_elife01567.unixref.xml",
        "unixref",
        1,
        "Automated quantitative histology reveals vascular morphodynamics during Arabidopsis hypocotyl secondary growth",
    ),
    ("openurl/reshare_example1.openurl", "openurl", 1, "Property and wealth in classical Sparta"),
    ("openurl/scholarly_au_ctx.xml", "openurl", 1, "The adventures of Tom Sawyer"),
];

fn sample(name: &str) -> Option<Vec<u8>> {
    let bytes =
        std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name)).ok();
    if bytes.is_none() {
        println!("SKIPPED {name}: no sample data beside the project");
    }
    bytes
}

fn read_all(bytes: &[u8]) -> (&'static str, Vec<Parsed>) {
    let mut records = Vec::new();
    let format = read::records(
        bytes,
        &mut |_, item| {
            records.extend(item);
            true
        },
        &Budget::answer(),
    );
    (format.unwrap().name(), records)
}

#[test]
fn real_answers() {
    for (name, format, count, title) in REAL {
        let Some(bytes) = sample(name) else { continue };
        let (found, records) = read_all(&bytes);
        assert_eq!((found, records.len()), (*format, *count), "{name}");
        assert_eq!(records[0].record.title, *title, "{name}");
    }
}

#[test]
fn one_work_in_three_shapes_is_one_work() {
    let files = [
        "crossref/work_elife01567.json",
        "openalex/work_elife01567.json",
        "crossref/work_elife01567.unixref.xml",
    ];
    for name in files {
        let Some(bytes) = sample(name) else { continue };
        let record = read_all(&bytes).1.remove(0).record;
        assert_eq!(record.identifier(Doi), Some("10.7554/elife.01567"), "{name}");
        assert_eq!(
            (record.container.as_str(), record.volume.as_str(), record.year),
            ("eLife", "3", Some(2014)),
            "{name}"
        );
        assert_eq!(
            (record.kind, record.language.as_str(), record.creators.len()),
            (Kind::Article, "eng", 5),
            "{name}"
        );
        assert!(
            record.summary.starts_with("Among various advantages, their small size makes model organisms"),
            "{name}: {}",
            record.summary
        );
        assert!(record.open_access(), "{name}");
    }
    if let Some(bytes) = sample("openurl/scholarly_au_ctx.xml") {
        let record = read_all(&bytes).1.remove(0).record;
        assert_eq!((record.identifier(Oclc), record.identifier(Lccn)), (Some("2416076"), Some("34025476")));
    }
}
