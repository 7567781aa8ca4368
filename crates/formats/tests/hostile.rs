//! No input makes a parser panic, hang or return without end: arbitrary bytes, and damaged valid records.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

mod common;

use std::time::{Duration, Instant};

use common::{NOVEL, TEXTBOOK, iso2709, marcxml};
use hongyan_formats::Budget;
use hongyan_formats::marc::Charset;
use hongyan_formats::{
    answer, atom, bibtex, cinii, crossref, csl, dc, doaj, endnote, envelope, librarycloud, list, marc,
    markup, mods, nstl, oai, opac2, openalex, openurl, read, reference, riss, shanghai, sru, sutrs, tagged,
    unixref, xml, yidu, zotero,
};
use proptest::prelude::*;

/// Runs every parser over the bytes; returns the number of records, so that nothing is optimised away.
fn read_all(bytes: &[u8]) -> usize {
    let mut count = marc::parse(bytes, &Budget::answer()).count();
    for charset in [Charset::Marc8, Charset::GB18030, Charset::EUC_KR, Charset::CP866] {
        count += marc::parse_in(bytes, Some(charset), &Budget::answer()).count();
        // character by character, so a part of a long input suffices
        let text = charset.decode(bytes.get(..bytes.len().min(20_000)).unwrap_or_default()).0;
        count += text.len();
        count += charset.encode(&text).map_or(0, |bytes| bytes.len());
    }
    count += marc::json::parse(bytes, &Budget::answer()).map_or(0, |records| records.len());
    count += marc::text::parse(&String::from_utf8_lossy(bytes), &Budget::answer())
        .map_or(0, |records| records.len());
    let source = xml::decode(bytes);
    count += marc::xml::parse(&source.text, &Budget::answer()).count();
    count += dc::parse(&source.text, &Budget::answer()).map_or(0, |records| records.len());
    count += sru::parse(bytes, &Budget::answer()).map_or(0, |answer| answer.records.len());
    count += opac2::parse(bytes, &Budget::answer()).map_or(0, |answer| answer.records.len());
    count += yidu::parse(bytes, yidu::TOTAL, &Budget::answer()).map_or(0, |answer| answer.records.len());
    count += envelope::look(bytes, &Budget::answer()).map_or(0, |look| look.lists.len());
    let moved = envelope::Places { records: "/data", total: "/data/total", ..envelope::Places::default() };
    let usual = envelope::Places { records: "/data/content", total: "/total", ..moved };
    count += envelope::rearrange(bytes, &moved, &usual, &Budget::answer()).map_or(0, |bytes| bytes.len());
    count += mods::parse(&source.text, &Budget::answer()).map_or(0, |records| records.len());
    count += librarycloud::parse(bytes, &Budget::answer()).map_or(0, |answer| answer.records.len());
    count += riss::parse(bytes, &Budget::answer()).map_or(0, |answer| answer.records.len());
    count += nstl::parse(bytes, nstl::SITE, &Budget::answer()).map_or(0, |answer| answer.records.len());
    count += shanghai::parse(bytes, &Budget::answer()).map_or(0, |answer| answer.records.len());
    count += csl::answer(bytes, &Budget::answer()).map_or(0, |answer| answer.records.len());
    count += csl::parse(bytes, &Budget::answer()).map_or(0, |records| records.len());
    for read in [crossref::parse, openalex::parse, doaj::parse, cinii::parse, atom::parse] {
        count += read(bytes, &Budget::answer()).map_or(0, |answer| answer.records.len());
    }
    count += oai::parse(&source.text, &Budget::answer()).map_or(0, |records| records.len());
    count += unixref::parse(&source.text, &Budget::answer()).map_or(0, |records| records.len());
    count += openurl::parse(&source.text, &Budget::answer()).map_or(0, |records| records.len());
    let text = String::from_utf8_lossy(bytes);
    count += bibtex::entries(&text, &Budget::text()).map_or(0, |entries| entries.len());
    for format in tagged::Tagged::ALL {
        count += tagged::parse_as(format, &text, &Budget::text()).map_or(0, |file| file.works.len());
    }
    count += endnote::parse(&source.text, &Budget::text()).map_or(0, |works| works.len());
    count += zotero::parse(&source.text, &Budget::text()).map_or(0, |works| works.len());
    count += list::read(bytes, &Budget::text()).map_or(0, |listed| listed.entries.len() + listed.left.len());
    count += list::parse(&text, &Budget::text()).len();
    count += reference::parse(&text).record.title.len();
    count += usize::from(sutrs::parse(bytes, None, &Budget::record()).is_ok());
    count += usize::from(answer::complaint(bytes, &Budget::answer()).is_some());
    let _ = read::records(
        bytes,
        &mut |_, _| {
            count += 1;
            true
        },
        &Budget::answer(),
    );
    count + markup::strip_html(&source.text).len()
}

/// Valid inputs of every format.
fn seeds() -> Vec<Vec<u8>> {
    let marc = marcxml("am a", NOVEL);
    let mut two = iso2709("am a", NOVEL);
    two.extend(iso2709("am0 ", TEXTBOOK));
    vec![
        two,
        [&b"00062nam  2200037   4500245002500000\x1e10\x1fa\x1b$1!0!!0\"\x1b(B M\xe8uller\x1e\x1d"[..]].concat(),
        r#"{"leader":"00000nam a22","fields":[{"001":"1"},{"245":{"ind1":"1","subfields":[{"a":"红楼梦"}]}}]}"#.into(),
        "LDR\t-----nam0 22\n001\t1\n2001\t|a 红楼梦 |f 曹雪芹著\n".into(),
        "<searchRetrieveResponse><records><record><recordData><holdings xmlns=\"http://www.loc.gov/standards/iso20775/\"><holding>\
         <physicalLocation>总馆</physicalLocation></holding></holdings></recordData></record></records></searchRetrieveResponse>"
            .into(),
        format!("<collection>{marc}{}</collection>", marcxml("am0 ", TEXTBOOK)).into_bytes(),
        format!(
            "<searchRetrieveResponse xmlns=\"http://www.loc.gov/zing/srw/\"><numberOfRecords>2</numberOfRecords><records><record>\
             <recordData>{marc}</recordData></record><record><recordData>&lt;record/></recordData></record></records>\
             </searchRetrieveResponse>"
        )
        .into_bytes(),
        "<oai_dc:dc xmlns:oai_dc=\"x\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>红楼梦 : 上 / 曹</dc:title>\
         <dc:creator>叶震 主编</dc:creator><dc:source>学刊, Vol 3, Iss 2, Pp 1-10</dc:source></oai_dc:dc>"
            .as_bytes()
            .to_vec(),
        r#"{"status":"200","data":{"instances":[{"title":"<b>红</b>&amp;","contributor":[{"name":"<a>曹 著</a>"}],"isbn":"9787020008728"}]}}"#
            .as_bytes()
            .to_vec(),
        r#"{"message":{"items":[{"DOI":"10.5555/红","title":["<i>红</i>"],"author":[{"family":"曹"}],"issued":{"date-parts":[[2011]]}}]}}"#.as_bytes().to_vec(),
        r#"{"meta":{"count":1},"results":[{"id":"W1","title":"红","abstract_inverted_index":{"红":[0,2],"楼":[1]}}]}"#.as_bytes().to_vec(),
        r#"{"total":1,"results":[{"id":"1","bibjson":{"title":"红","year":"2011","identifier":[{"type":"doi","id":"10.5555/x"}]}}]}"#.as_bytes().to_vec(),
        r#"{"opensearch:totalResults":"1","items":[{"@id":"x/1","title":"紅","dc:creator":"曹著","dc:identifier":[{"@type":"cir:DOI","@value":"10.5555/x"}]}]}"#.as_bytes().to_vec(),
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>http://arxiv.org/abs/1707.08567v1</id><title>红</title><link href=\"https://x.example\"/></entry></feed>".as_bytes().to_vec(),
        "https://r.example/?rft.genre=article&rft.atitle=%E7%BA%A2&rft.au=曹&rft_id=info:doi/10.5555/x".as_bytes().to_vec(),
        r#"{"code":200,"data":{"content":[{"string_title":"<em>红</em>","string_creator":"王;李"}],"total":1}}"#.as_bytes().to_vec(),
        "<mods xmlns=\"http://www.loc.gov/mods/v3\"><titleInfo altRepGroup=\"1\"><title>红</title></titleInfo><name><namePart>曹</namePart>\
         <role><roleTerm>著</roleTerm></role></name><originInfo><dateIssued>1982</dateIssued></originInfo><relatedItem type=\"host\">\
         <titleInfo><title>学刊</title></titleInfo><part><extent><start>1</start></extent></part></relatedItem></mods>"
            .as_bytes()
            .to_vec(),
        "<record><head><totalcount>1</totalcount><Error>0</Error></head><metadata><riss.title>홍루몽</riss.title><riss.author>김|이</riss.author>\
         <url>http://www.riss.kr/link?id=A1</url></metadata></record>"
            .as_bytes()
            .to_vec(),
        r#"{"pagination":{"numFound":1},"items":{"mods":{"titleInfo":{"title":["红"]},"name":{"namePart":{"@type":"x","$":"曹"}},"subject":[null,"x"]}}}"#
            .as_bytes()
            .to_vec(),
        r#"{"code":"0","total":1,"data":[[{"f":"id","v":"a1"},{"f":"tit","v":["<em>红</em>"]},{"f":"hasAut","v":[[{"f":"nam","v":"曹"}]]}]]}"#
            .as_bytes()
            .to_vec(),
        r#"{"records":[{"id":"1","type":"book","title":"红: 楼","author":[{"family":"曹","given":"雪芹"}],"issued":{"date-parts":[[1982]]}}]}"#
            .as_bytes()
            .to_vec(),
    ]
}

/// Texts for pasting.
fn pasted() -> Vec<Vec<u8>> {
    [
        "@string{rd = {Reed} # b}\n@string{b = rd}\n@incollection{p, crossref = {w}, author = {{\\'E}, C. and 黄某}, title = {雁{\\textit{翼}} $x$}}\n\
         @book(w, title = \"Geese\" # rd, xdata = {p, w}, year = 1999)\n",
        "TY  - JOUR\r\nAU  - 黄某\r\nTI  - 论壮族的\r\n铜鼓文化\r\nSN  - 1004-454X\r\nID  - PMID: 1\r\nER  - \r\n",
        "%0 Journal Article\n%A 张某\n%T 黄芪多糖\n%J 食品工业科技\n%D 2023\n",
        "[1] 黄某, 韦某. 论铜鼓[J]. 学刊, 2009, 30(2): 12-20.\n[2] 曹雪芹：《红楼梦》，北京：人民文学出版社，1982年，第12页。\n",
        "Knuth, D. E., & Bendix, P. B. (1970). Simple word problems. Journal of Algebra, 12(3), 263–297.\n10.1000/abc\n",
        "Title: 红楼梦 :\n   校注本\nAuthor(s): 曹雪芹\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// Bytes that are significant in one of the formats, with raised probability.
fn biting() -> impl Strategy<Value = u8> {
    prop_oneof![
        any::<u8>(),
        prop::sample::select(vec![
            0x1Bu8, 0x1D, 0x1E, 0x1F, b'<', b'>', b'&', b';', b'"', b'{', b'}', b'[', b'(', b'0', b'9', b'$',
            b'@', b'\\', b'#', b'=', b',', b'%', b'\n', 0xE7, 0xFF
        ])
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(biting(), 0..600)) {
        read_all(&bytes);
    }

    #[test]
    fn arbitrary_text(text in "\\PC{0,200}") {
        read_all(text.as_bytes());
    }

    #[test]
    fn damaged_records(
        seed in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), biting(), 0u8..3), 0..12),
        cut in any::<prop::sample::Index>(),
        whole in any::<bool>(),
    ) {
        let mut all = [seeds(), pasted()].concat();
        let mut bytes = all.swap_remove(seed.index(all.len()));
        for (place, byte, kind) in changes {
            let at = place.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if bytes.len() > 1 => { bytes.remove(at); }
                _ => {}
            }
        }
        if !whole {
            let length = cut.index(bytes.len());
            bytes.truncate(length);
        }
        read_all(&bytes);
    }
}

#[test]
fn seeds_are_sound() {
    for seed in seeds() {
        let mut records = 0;
        read::records(
            &seed,
            &mut |_, item| {
                records += usize::from(item.is_ok());
                true
            },
            &Budget::answer(),
        )
        .unwrap();
        assert!(records > 0, "{}", String::from_utf8_lossy(&seed));
    }
}

/// Adversarial inputs: time must be linear in the length, not quadratic.
#[test]
fn no_input_takes_long() {
    let deep = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    let inputs = [
        "\u{1D}".repeat(400_000),
        iso2709_text(&format!("10$a{}", "\u{1B}$1!0!".repeat(15_000))),
        "001 红\n100 1 |a 红 |b\n".repeat(20_000),
        format!("LDR 红\n245 10 {}", "|a".repeat(200_000)),
        format!(
            "{{\"fields\":[{}{{\"001\":\"红\"}}]}}",
            "{\"700\":{\"subfields\":[{\"a\":\"红\"}]}},".repeat(20_000)
        ),
        "{\"fields\":[{\"001\":\"红\"}]}\n".repeat(10_000),
        format!("00026     2200025   4500{}", "\u{1E}".repeat(400_000)),
        format!(
            "00026     2200025   4500{}\u{1E}{}\u{1D}",
            "245000100000".repeat(20_000),
            "\u{1E}".repeat(20_000)
        ),
        many_linked_fields(),
        iso2709_text(&format!("10$a{}", "$a红".repeat(60_000))),
        format!("<record>{}", "<record".repeat(60_000)),
        "<record></x>".repeat(20_000),
        deep("<record>", "</record>", 20_000),
        deep("<a>", "</a>", 20_000),
        deep("<mods>", "</mods>", 20_000),
        format!("<mods>{}</mods>", "<titleInfo altRepGroup='1'><title>红</title></titleInfo>".repeat(20_000)),
        format!("<mods>{}</mods>", "<name altRepGroup='1'><namePart>红</namePart></name>".repeat(20_000)),
        format!(
            "<record><head/>{}</record>",
            "<metadata><riss.title>红</riss.title></metadata>".repeat(20_000)
        ),
        format!("{{\"code\":\"0\",\"data\":[{}0]}}", "[{\"f\":\"tit\",\"v\":[\"红\"]}],".repeat(20_000)),
        format!("{}{}", "[".repeat(100_000), "{\"a\":".repeat(100_000)),
        "<".repeat(400_000),
        "<a ".repeat(100_000),
        "<script>".repeat(40_000),
        "&".repeat(400_000),
        format!(
            "<r xmlns:dc=\"http://purl.org/dc/elements/1.1/\">{}</r>",
            "<dc:title>红</dc:title>".repeat(20_000)
        ),
    ];
    for input in inputs {
        let start = Instant::now();
        read_all(input.as_bytes());
        let head: String = input.chars().take(30).collect();
        println!("{head}… {:?}", start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(20), "{head}… took {:?}", start.elapsed());
    }
}

/// Names and originals that are all linked with each other.
fn many_linked_fields() -> String {
    let mut fields = vec![("245", "10$6880-01$a红")];
    fields
        .extend(std::iter::repeat_n([("700", "1 $6880-99$a红"), ("880", "1 $6700-98$a红")], 4500).flatten());
    marcxml("am a", &fields)
}

fn iso2709_text(body: &str) -> String {
    String::from_utf8(iso2709("am a", &[("245", body)])).unwrap()
}
