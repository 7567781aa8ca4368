//! Files of references in the formats that patrons get them in, as each database writes them. The data is our own;
//! every test has the quirk of one writer.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use hongyan_formats::list::{self, Listed, Why};
use hongyan_formats::{Budget, read};
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Kind, Record, Role};
use hongyan_model::request::Service;
use hongyan_model::request::batch::{ReadAs, service_for};

fn listed(bytes: &[u8]) -> Listed {
    let listed = list::read(bytes, &Budget::text()).unwrap();
    // what the program reads, the maintainers' tool reads too
    let mut count = 0;
    let mut each = |_, item: Result<_, _>| {
        count += usize::from(item.is_ok());
        true
    };
    let told = read::records(bytes, &mut each, &Budget::text());
    if listed.entries.iter().all(|entry| entry.read_as == ReadAs::File) {
        assert!(told.is_ok() || listed.entries.is_empty(), "{told:?}");
        assert_eq!(count, listed.entries.len());
    }
    listed
}

fn works(text: &str) -> Vec<Record> {
    let listed = listed(text.as_bytes());
    assert!(listed.refused.is_none() && listed.left.is_empty(), "{listed:?}");
    listed.entries.into_iter().map(|entry| entry.record).collect()
}

fn names(record: &Record, role: Role) -> Vec<&str> {
    record.creators.iter().filter(|one| one.role == role).map(|one| one.name.as_str()).collect()
}

fn host(record: &Record) -> [&str; 4] {
    [&record.container, &record.volume, &record.issue, &record.pages].map(String::as_str)
}

#[test]
fn noteexpress() {
    let text = "{Reference Type}: Journal Article\r\n{Title}: 湖与山的比较\r\n{Translated Title}: Lakes and hills\r\n{Author}: 何远\r\n\
        {Author}: 白鹭\r\n{Author Address}: 太湖大学\r\n{Journal}: 太湖学报\r\n{Year}: 2021\r\n{Volume}: 4\r\n{Issue}: 02\r\n{Pages}: 7-19\r\n\
        {ISBN/ISSN}: 1004-454X\r\n{Notes}: 11-1000/G2\r\n{DOI}: 10.5555/LAKE.2021.02\r\n{Language}: chi\r\n\r\n\
        {Reference Type}: Thesis\r\n{Title}: 候鸟的路线\r\n{Author}: 周某;\r\n{Tertiary Author}: 何远\r\n{Publisher}: 太湖大学\r\n{Year}: 2019\r\n\
        {Type of Work}: 硕士\r\n";
    let works = works(text);
    assert_eq!(works.len(), 2);
    let (article, thesis) = (&works[0], &works[1]);
    assert_eq!(
        (article.kind, article.title.as_str(), article.year),
        (Kind::Article, "湖与山的比较", Some(2021))
    );
    assert_eq!(host(article), ["太湖学报", "4", "2", "7-19"]);
    assert_eq!(names(article, Role::Author), ["何远", "白鹭"]);
    assert_eq!(article.variant_titles, ["Lakes and hills"]);
    assert_eq!(article.identifier(IdentifierKind::Doi), Some("10.5555/lake.2021.02"));
    assert_eq!(article.identifier(IdentifierKind::Issn), Some("1004-454X"));
    assert_eq!((thesis.kind, thesis.publisher.as_str()), (Kind::Thesis, "太湖大学"));
    assert_eq!((names(thesis, Role::Author), names(thesis, Role::Supervisor)), (vec!["周某"], vec!["何远"]));
}

#[test]
fn refworks() {
    let text = "RT Journal Article\nSR 1\nA1 何远;白鹭\nAD 太湖大学;\nT1 湖与山的比较\nJF 太湖学报\nYR 2021\nIS 02\nvo 4\nOP 7-19\n\
        K1 湖;山\nAB 摘要。\nIt goes on.\nSN 1004-454X\nDO 10.5555/a\nDS CNKI\n\nRT Book, Section\nA1 Hale, C.\nT1 Reed\nA2 Marsh, A.\n\
        T2 Plants of the lake\nSP 3\nOP 9\nPB Lantern\nPP Chicago\nYR 1999\nSN 9780306406157\n";
    let works = works(text);
    assert_eq!(host(&works[0]), ["太湖学报", "4", "2", "7-19"]);
    assert_eq!(names(&works[0], Role::Author), ["何远", "白鹭"]);
    assert_eq!(host(&works[1]), ["Plants of the lake", "", "", "3-9"]);
    assert_eq!((names(&works[1], Role::Editor), works[1].place.as_str()), (vec!["Marsh, A."], "Chicago"));
}

#[test]
fn medline() {
    let text = "\nPMID- 30000001\nOWN - NLM\nSTAT- MEDLINE\nIS  - 2050-084X (Electronic)\nVI  - 3\nDP  - 2015 Apr 8\n\
        TI  - A reed protein is required for standing\n      upright.\nPG  - e01234\nLID - 10.5555/reed.1 [doi]\nLID - S00-1 [pii]\n\
        FAU - Marsh, Ann\nAU  - Marsh A\nFAU - 何, 远\nAU  - He Y\nCN  - Reed Consortium\nLA  - eng\nPT  - Journal Article\nPL  - England\n\
        TA  - Reed J\nJT  - Reed Journal\nMH  - *Lakes\n\nPMID- 30000002\nTI  - [A hill in winter].\nTT  - 冬天的山.\nAU  - Hale B\nTA  - Hills\nDP  - 2001\n";
    let works = works(text);
    let one = &works[0];
    assert_eq!(one.title, "A reed protein is required for standing upright");
    assert_eq!((host(one), one.date.as_str()), (["Reed Journal", "3", "", "e01234"], "2015-04-08"));
    assert_eq!(names(one, Role::Author), ["Marsh, Ann", "何, 远"]);
    assert_eq!(names(one, Role::Organisation), ["Reed Consortium"]);
    assert_eq!(one.identifier(IdentifierKind::Pmid), Some("30000001"));
    assert_eq!(one.identifier(IdentifierKind::Doi), Some("10.5555/reed.1"));
    let two = &works[1];
    assert_eq!(
        (two.title.as_str(), two.variant_titles.as_slice()),
        ("A hill in winter", &["冬天的山".to_owned()][..])
    );
    assert_eq!((two.container.as_str(), names(two, Role::Author)), ("Hills", vec!["Hale B"]));
}

#[test]
fn web_of_science() {
    let tagged = "\u{FEFF}FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Marsh, A\n   Hale, B\nAF Marsh, Ann\n   Hale, Bo\n\
        TI Reading rooms in\n   rural libraries\nSO JOURNAL OF ROOMS\nDT Article\nPY 2004\nPD AUG 2\nVL 27\nIS 2\nBP 97\nEP 111\n\
        DI 10.5555/wos.1\nPM 1234567\nER\n\nPT S\nAU Reed, C\nTI Proceedings of birds\nSO Birds 99\nSE Lecture notes\nCT Conference on Birds\n\
        AR 12\nPY 1999\nER\n\nEF\n";
    let articles = works(tagged);
    let one = &articles[0];
    assert_eq!((one.title.as_str(), one.date.as_str()), ("Reading rooms in rural libraries", "2004-08-02"));
    assert_eq!(host(one), ["JOURNAL OF ROOMS", "27", "2", "97-111"]);
    assert_eq!(names(one, Role::Author), ["Marsh, Ann", "Hale, Bo"]);
    assert_eq!(one.identifier(IdentifierKind::Pmid), Some("1234567"));
    assert_eq!((articles[1].kind, articles[1].pages.as_str()), (Kind::Conference, "12"));
    let table = "PT\tAU\tAF\tTI\tSO\tPY\tVL\tIS\tBP\tEP\tDI\nJ\tMarsh, A; Hale, B\tMarsh, Ann; Hale, Bo\tReading rooms in rural libraries\t\
        JOURNAL OF ROOMS\t2004\t27\t2\t97\t111\t10.5555/wos.1\n";
    let row = &works(table)[0];
    assert_eq!((row.title.as_str(), host(row)), (one.title.as_str(), host(one)));
    assert_eq!(names(row, Role::Author), ["Marsh, Ann", "Hale, Bo"]);
}

#[test]
fn pages_with_a_part_before_them_and_an_address_for_pages() {
    let inspec = "FN ISI Export Format\nVR 1.0\nPT J\nTI Reeds in light\nSO Reed Letters\nPY 2006\nVL 89\nIS 4\nBP 41103-1\n\
        EP 41103-41103-3\nPS 41103-1-3\nER\n\nEF\n";
    assert_eq!(host(&works(inspec)[0]), ["Reed Letters", "89", "4", "41103-1-3"]);
    let address =
        "TY  - RPRT\nTI  - 湖上的鸟\nSP  - 见 https://birds.example/report.pdf\nPY  - 2005\nER  - \n";
    assert_eq!(works(address)[0].pages, "");
}

#[test]
fn numbers_and_days_as_databases_of_medicine_write_them() {
    let text = "TY  - JOUR\nDB  - PMC\nTI  - 湖上的鸟\nJF  - 太湖学报\nY1  - 2013\nPY  - 2013/04/18\nPY  - 2013/02/15/received\n\
        ET  - 2013/04/30\nAN  - PMC3000001\nU1  - 23000001[pmid]\nU2  - 读书笔记\nER  - \n";
    let one = &works(text)[0];
    assert_eq!((one.date.as_str(), one.edition.as_str()), ("2013-04-18", ""));
    assert_eq!(one.identifier(IdentifierKind::Pmid), Some("23000001"));
    assert_eq!(one.identifier(IdentifierKind::Pmcid), Some("PMC3000001"));
    let medline = "PMID- 20000001\nTI  - A reed.\nJT  - Reed Journal\nDP  - 2009\nPMC - PMC4000001\n";
    assert_eq!(works(medline)[0].identifier(IdentifierKind::Pmcid), Some("PMC4000001"));
}

#[test]
fn endnote_without_a_type() {
    let book = &works("%T Reed\n%A Hale, W. H.\n%I Chicago, Ill. : Lantern\n%D 1891\n")[0];
    assert_eq!((book.kind, service_for(book), book.year), (Kind::Book, Service::Loan, Some(1891)));
    let two = works(
        "%A 何远\n%A 白鹭\n%T 湖与山\n%J 太湖学报\n%D 2020\n\n%A 周某\n%T 候鸟\n%J 太湖学报\n%D 2021\n",
    );
    assert_eq!(two.iter().map(|one| one.title.as_str()).collect::<Vec<_>>(), ["湖与山", "候鸟"]);
    assert_eq!(names(&two[0], Role::Author), ["何远", "白鹭"]);
}

#[test]
fn endnote_as_cnki_writes_it() {
    let text = "%0 Thesis\r\n%A 周某\r\n%T 候鸟的路线\r\n%Y 何远;白鹭\r\n%J 太湖大学\r\n%9 博士\r\n%D 2014\r\n%W CNKI\r\n\r\n\
        %0 Legal Rule or Regulation\r\n%T 鸟类环志\r\n%I 某局;某会\r\n%D 2023-09-07\r\n%V GB/T 99999-2023\r\n%~ 国家标准\r\n%P 12\r\n\r\n\
        %0 Newspaper Article\r\n%A 林一舟\r\n%T 雁过\r\n%J 太湖日报\r\n%8 2023-09-21\r\n%P 004\r\n%L 11-0315\r\n\r\n\
        %0 Patent\r\n%T 一种环\r\n%A 何远;白鹭\r\n%8 2023-05-16\r\n%@ CN1234567A\r\n%~ 中国专利\r\nPageCount-页码 0\r\n";
    let works = works(text);
    let [thesis, standard, news, patent] = works.as_slice() else { panic!("{works:?}") };
    assert_eq!(
        (thesis.publisher.as_str(), names(thesis, Role::Supervisor)),
        ("太湖大学", vec!["何远", "白鹭"])
    );
    assert_eq!(
        (standard.kind, standard.variant_titles.as_slice()),
        (Kind::Standard, &["GB/T 99999-2023".to_owned()][..])
    );
    assert_eq!((standard.volume.as_str(), standard.date.as_str()), ("", "2023-09-07"));
    assert_eq!((host(news), news.date.as_str()), (["太湖日报", "", "", "4"], "2023-09-21"));
    assert_eq!(
        (patent.kind, patent.variant_titles.as_slice()),
        (Kind::Patent, &["CN1234567A".to_owned()][..])
    );
}

#[test]
fn cnki_e_study() {
    let text = "DataType: 1\nTitle-题名: 湖与山: 一种比较\nAuthor-作者: 何远;白鹭;\nSource-刊名: 太湖学报\nYear-年: 2013\nPubTime-出版时间: 2013-04-01\n\
        Keyword-关键词: 湖;山\nSummary-摘要: 摘要。\nPeriod-期: 07\nPageCount-页数: 3\nPage-页码: 161-163\nSrcDatabase-来源库: 期刊\n\
        Organ-机构: 太湖大学;\nLink-链接: https://lake.example/1\n\nDataType: 3\nTitle-题名: 停放\nAuthor-作者: 周某;\nSource-来源: 年会论文集\nYear-年: 2018\n\
        PageCount-页码: 11\nSrcDatabase-来源库: 中国会议\nCity-会议地点: 杭州\nMeeting-会议名称: 年会\n";
    let works = works(text);
    let (article, paper) = (&works[0], &works[1]);
    assert_eq!((article.title.as_str(), article.date.as_str()), ("湖与山: 一种比较", "2013-04-01"));
    assert_eq!(
        (host(article), names(article, Role::Author)),
        (["太湖学报", "", "7", "161-163"], vec!["何远", "白鹭"])
    );
    assert_eq!(article.links[0].url, "https://lake.example/1");
    assert_eq!(
        (paper.kind, paper.container.as_str(), paper.pages.as_str()),
        (Kind::Conference, "年会论文集", "11")
    );
    // the same data under plain labels, without a type
    let labels = "【题名】湖与山\n【作者】何远，白鹭\n【作者单位】太湖大学\n【刊名】太湖学报\n【年】2013\n【期】7\n【页码】161-163\n";
    let one = &self::works(labels)[0];
    assert_eq!((one.kind, host(one)), (Kind::Article, ["太湖学报", "", "7", "161-163"]));
    assert_eq!(names(one, Role::Author), ["何远", "白鹭"]);
}

#[test]
fn ris_of_many_writers() {
    // without the tag that begins a work, as some databases write it
    let without = "\u{FEFF}\r\nJF  - Birds\r\nT1  - Reed\r\nVL  - 6\r\nIS  - 3\r\nSP  - 193\r\nEP  - 194\r\nPY  - 2001/09/01/\r\nAU  - Hale, W.\r\nER  -\r\n  \r\n\
        T1  - 湖\r\nJO  - 太湖学报\r\nAU  - 何远\r\nER  - \r\n";
    let works = works(without);
    assert_eq!((works.len(), works[0].date.as_str(), works[0].kind), (2, "2001-09-01", Kind::Article));
    assert_eq!(host(&works[0]), ["Birds", "6", "3", "193-194"]);
    // lines that end with CR alone, a value broken inside Chinese
    let old = self::works("TY  - JOUR\rTI  - 论壮族的\r铜鼓文化\rT2  - 太湖学报\rER  - \r");
    assert_eq!(old[0].title, "论壮族的铜鼓文化");
    // series of whole works, hosts of parts, supervisors
    let kinds = self::works(
        "TY  - BOOK\nAU  - Marsh, Ann\nTI  - Reed of the lake\nT2  - Lantern studies\nSN  - 9780306406157\nER  - \n\n\
         TY  - CHAP\nAU  - Marsh, Ann\nA2  - Lantern, Bo\nTI  - Roots\nT2  - Reed of the lake\nT3  - Lantern studies\nDO  - doi:10.5555/b-2\nSP  - 1-22\nER  - \n\n\
         TY  - RPRT\nAU  - Marsh, Ann\nA2  - Hale, C.\nTI  - Report on reed\nT2  - Reports of the office\nPB  - Office\nER  - \n\n\
         TY  - THES\nAU  - 周某\nA3  - 何远\nTI  - 雁\nPB  - 太湖大学\nPY  - 2018\nM3  - 博士\nER  - \n",
    );
    let [book, chapter, report, thesis] = kinds.as_slice() else { panic!("{kinds:?}") };
    assert_eq!((service_for(book), book.series.as_str()), (Service::Loan, "Lantern studies"));
    assert_eq!((service_for(chapter), chapter.container.as_str()), (Service::Copy, "Reed of the lake"));
    assert_eq!(
        (chapter.series.as_str(), names(chapter, Role::Editor)),
        ("Lantern studies", vec!["Lantern, Bo"])
    );
    assert_eq!(chapter.identifier(IdentifierKind::Doi), Some("10.5555/b-2"));
    assert_eq!(
        (report.series.as_str(), names(report, Role::Author)),
        ("Reports of the office", vec!["Marsh, Ann"])
    );
    assert_eq!(names(thesis, Role::Supervisor), ["何远"]);
}

#[test]
fn endnote_and_zotero_in_xml_and_their_encodings() {
    let text = "<?xml version=\"1.0\" encoding=\"§\"?>\n<xml><records><record><ref-type name=\"Book\">6</ref-type><titles>\
        <title><style face=\"normal\">湖与山</style></title></titles></record>\n<record><ref-type>17</ref-type></record></records></xml>";
    let utf16: Vec<u8> = format!("\u{FEFF}{}", text.replace('§', "UTF-16"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let gbk = encoding_rs::GBK.encode(&text.replace('§', "gb2312")).0.into_owned();
    for bytes in [text.replace('§', "utf-8").into_bytes(), utf16, gbk] {
        let listed = listed(&bytes);
        assert_eq!(listed.entries.iter().map(|entry| entry.given.as_str()).collect::<Vec<_>>(), ["湖与山"]);
        assert_eq!(listed.left.len(), 1);
    }
}

#[test]
fn bytes_in_every_encoding() {
    let text = "{Reference Type}: Journal Article\r\n{Title}: 论壮族的铜鼓文化\r\n{Author}: 何远\r\n{Journal}: 太湖学报\r\n";
    let utf16 =
        |mark: &str| format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for bytes in [
        text.as_bytes().to_vec(),
        format!("\u{FEFF}{text}").into_bytes(),
        encoding_rs::GBK.encode(text).0.into_owned(),
        utf16("\u{FEFF}"),
        utf16(""),
    ] {
        let listed = listed(&bytes);
        assert_eq!(listed.entries[0].given, "论壮族的铜鼓文化");
        assert_eq!(listed.entries[0].record.container, "太湖学报");
    }
    let big5 = encoding_rs::BIG5
        .encode(
            &text
                .replace("论壮族的铜鼓文化", "論壯族的銅鼓文化")
                .replace("学报", "學報")
                .replace("何远", "何遠"),
        )
        .0
        .into_owned();
    assert_eq!(listed(&big5).entries[0].given, "論壯族的銅鼓文化");
}

/// A file that is given as bytes reaches the reader of MARC as bytes.
#[test]
fn marc_keeps_its_encoding() {
    let record = b"00062nam  2200037   4500245002500000\x1e10\x1fa\x1b$1!0!!0\"\x1b(B M\xe8uller\x1e\x1d";
    let listed = listed(record);
    assert_eq!((listed.entries.len(), listed.refused), (1, None));
    assert!(listed.entries[0].given.ends_with("Müller"), "{}", listed.entries[0].given);
}

#[test]
fn what_is_left_out_has_its_line() {
    let text = "TY  - BOOK\nTI  - 湖\nER  - \n\n何远的笔记\nTY  - BOOK\nPB  - 某社\nER  - \nTY  - BOOK\nTI  - 山\nER  - \n";
    let listed = listed(text.as_bytes());
    assert_eq!(listed.entries.iter().map(|entry| entry.given.as_str()).collect::<Vec<_>>(), ["湖", "山"]);
    let left: Vec<_> = listed.left.iter().map(|part| (part.line, part.text.as_str(), part.why)).collect();
    assert_eq!(left, [(5, "何远的笔记", Why::Stray), (6, "BOOK 某社", Why::Empty)]);
}

#[test]
fn bibtex_as_people_write_it() {
    let text = "% Encoding: UTF-8\n@comment{jabref-meta: databaseType:bibtex;}\n@string{lp = {Lantern Press}}\n\
        @article{何2017, title = {一种环志方法}, author = {何, 小远 and 欧阳, 小鹭 and {某某研究所}}, journal = {太湖学报}, number = {02}, year = {2017}, month = may, pages = {35--38+80}, language = {中文;}}\n\
        @article{b, title = {Sur les {\\'e}tudes d'\\oe{}ufs: 100\\% \\textit{Anser} \\& H$_2$O in \\LaTeX{} }, author = {Sz\\H{o}l\\H{o}, \\'Abel and Garc{\\'\\i}a, Ra{\\'u}l and Berg, Jr., Ola and others}, journal = {Qu{\\'\\i}mica \\& Aves}, year = 2011, doi = {10.5555/a\\_b{\\_}c;2-N}, url = {https://doi.org/10.5555/x,y}}\n\
        @article{c, title = {湖与山}, author = {何远，白鹭，周某}, journal = {太湖学报}\n year = {2020}, pages = 12-20}\n\
        @book(d, title = \"The {R}eed\" # \" Book\", author = \"Marsh, Ann\", publisher = lp # { and Sons}, year = 1999)\n\
        @standard{e, title = {鸟类环志}, number = {GB/T 99999-2015}, date = {2015}}\n\
        @book{f, title = {没有写完 \n@inbook{g, crossref = {d}, pages = {3--9}}\n";
    let listed = listed(text.as_bytes());
    let left: Vec<_> = listed.left.iter().map(|part| (part.line, part.why)).collect();
    assert_eq!(left, [(10, Why::Broken)]);
    let works: Vec<Record> = listed.entries.into_iter().map(|entry| entry.record).collect();
    let [a, b, c, d, e, g] = works.as_slice() else { panic!("{works:?}") };
    assert_eq!(names(a, Role::Author), ["何小远", "欧阳小鹭", "某某研究所"]);
    assert_eq!(
        (host(a), a.date.as_str(), a.language.as_str()),
        (["太湖学报", "", "2", "35-38+80"], "2017-05", "chi")
    );
    assert_eq!(b.title, "Sur les études d'œufs: 100% Anser & H2O in LaTeX");
    assert_eq!(
        (names(b, Role::Author), b.container.as_str()),
        (vec!["Szőlő, Ábel", "García, Raúl", "Berg, Ola, Jr."], "Química & Aves")
    );
    let dois: Vec<&str> = b.identifiers.iter().map(|id| id.value.as_str()).collect();
    assert_eq!(dois, ["10.5555/a_b_c;2-n", "10.5555/x,y"]);
    assert_eq!(
        (names(c, Role::Author), c.year, c.pages.as_str()),
        (vec!["何远", "白鹭", "周某"], Some(2020), "12-20")
    );
    assert_eq!((d.title.as_str(), d.publisher.as_str()), ("The Reed Book", "Lantern Press and Sons"));
    assert_eq!((e.kind, e.variant_titles.as_slice()), (Kind::Standard, &["GB/T 99999-2015".to_owned()][..]));
    assert_eq!((g.title.as_str(), g.pages.as_str()), ("The Reed Book", "3-9"));
}

#[test]
fn csl_json_of_zotero() {
    let text = r#"[{"id":"http://zotero.org/users/1/items/A","type":"article-journal","title":"Reed &amp; <i>Phragmites</i>","container-title":"Lakes",
        "issued":{"date-parts":[["2002"]]},"page":"19-94","volume":"21 Suppl 2","note":"PMID: 30000001\nPMCID: PMC1",
        "author":[{"family":"Marsh","given":"Ann"},{"literal":"Reed Consortium"}],"editor":[{"family":"Hale","given":"C."}]},
        {"id":"b","type":"chapter","title":"Roots","container-title":"Reed of the lake","issued":{"raw":"c. 1999"},"ISBN":"978-0-306-40615-7 0-306-40615-2"}]"#;
    let works = works(text);
    assert_eq!(works[0].title, "Reed & Phragmites");
    assert_eq!(names(&works[0], Role::Author), ["Marsh, Ann", "Reed Consortium"]);
    assert_eq!(names(&works[0], Role::Editor), ["Hale, C."]);
    assert_eq!(works[0].identifier(IdentifierKind::Pmid), Some("30000001"));
    assert_eq!((works[1].year, works[1].identifiers.len()), (Some(1999), 1));
}
