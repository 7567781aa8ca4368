//! The way of a patron: from what a source sends to a record, to the work or its request, and to the
//! citation. Nothing that the record has is lost on it. All items were written for these tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

use hongyan_formats::cite::{CslItem, Edition, Way, cited, entry, from_record};
use hongyan_formats::{Budget, crossref, read};
use hongyan_model::record::{Creator, Kind, Record, Role};
use hongyan_model::{Draft, RequestId, Service};
use jiff::civil::date;
use serde_json::{Value, json};

fn item(record: &Record) -> CslItem {
    from_record(record, "1", date(2026, 11, 30))
}

fn draft(record: &Record, service: Service) -> Draft {
    Draft::from_record(record, RequestId(Default::default()), service, jiff::Timestamp::UNIX_EPOCH)
}

/// The record of a request, as it is kept: as JSON.
fn requested(record: &Record) -> Record {
    let kept = serde_json::to_string(&draft(record, Service::Copy)).unwrap();
    serde_json::from_str::<Draft>(&kept).unwrap().record()
}

fn csl(value: &Value) -> Record {
    hongyan_formats::csl::read(value).unwrap().record
}

/// An item, and its entries by the editions of 2015 and 2025.
fn entries() -> Vec<(Value, &'static str, &'static str)> {
    vec![
        (
            json!({"id": "n", "type": "article-newspaper", "language": "zh-CN", "title": "候鸟归来", "author": [{"literal": "何远"}],
                "container-title": "湖上日报", "issued": {"date-parts": [["2013", 11, 5]]}, "page": "4"}),
            "何远. 候鸟归来[N]. 湖上日报, 2013-11-05(4).",
            "何远. 候鸟归来[N]. 湖上日报，2013-11-05（4）.",
        ),
        (
            json!({"id": "s", "type": "standard", "language": "zh-CN", "title": "鸟类环志", "number": "XY/T 2424—2018",
                "author": [{"literal": "全国鸟类环志中心"}], "publisher": "远山出版社", "publisher-place": "杭州",
                "issued": {"date-parts": [["2018"]]}}),
            "全国鸟类环志中心. 鸟类环志: XY/T 2424—2018[S]. 杭州: 远山出版社, 2018.",
            "XY/T 2424—2018 鸟类环志[S].",
        ),
        (
            json!({"id": "p", "type": "patent", "language": "zh-CN", "title": "一种人工鸟巢", "number": "CN203000001U",
                "author": [{"literal": "何远"}], "issued": {"date-parts": [["2014", 3, 12]]}}),
            "何远. 一种人工鸟巢: CN203000001U[P]. 2014-03-12.",
            "何远. 一种人工鸟巢：CN203000001U[P]. 2014-03-12.",
        ),
        (
            json!({"id": "r", "type": "report", "language": "en", "title": "Cranes of the lake", "number": "18\\-2424",
                "author": [{"family": "Marsh", "given": "Ann"}], "publisher": "Lake Institute", "publisher-place": "London",
                "issued": {"date-parts": [["2014"]]}}),
            "MARSH A. Cranes of the lake: 18-2424[R]. London: Lake Institute, 2014.",
            "Marsh A. Cranes of the lake：18-2424[R]. London：Lake Institute，2014.",
        ),
        (
            json!({"id": "w", "type": "webpage", "language": "zh-CN", "title": "候鸟观测", "author": [{"literal": "远山观鸟会"}],
                "issued": {"date-parts": [["2019", 4, 1]]}, "URL": "https://birds.example/7",
                "accessed": {"date-parts": [[2020, 5, 6]]}}),
            "远山观鸟会. 候鸟观测[EB/OL]. (2019-04-01)[2020-05-06]. https://birds.example/7.",
            "远山观鸟会. 候鸟观测[EB/OL]. （2019-04-01）[2020-05-06]. https://birds.example/7.",
        ),
        (
            json!({"id": "c", "type": "chapter", "language": "zh-CN", "title": "越冬", "author": [{"literal": "马什"}],
                "translator": [{"literal": "白露"}], "editor": [{"literal": "林一舟"}], "container-title": "候鸟论集",
                "publisher": "远山书社", "publisher-place": "杭州", "issued": {"date-parts": [["1990"]]}, "page": "序2-3"}),
            "马什. 越冬[M]. 白露, 译//林一舟. 候鸟论集. 杭州: 远山书社, 1990: 序2-3.",
            "马什. 越冬[M]. 白露，译//林一舟. 候鸟论集. 杭州：远山书社，1990：序2-3.",
        ),
        (
            json!({"id": "k", "type": "chapter", "language": "zh-CN", "title": "越冬", "issued": {"date-parts": [["1990"]]}}),
            "越冬[M]. 1990.",
            "越冬[M]. 1990.",
        ),
        (
            json!({"id": "b", "type": "book", "language": "en", "title": "Flight: a study", "publisher": "Reed",
                "author": [{"family": "Veen", "given": "P. H.", "dropping-particle": "van der"},
                    {"family": "King", "given": "Martin", "suffix": "Jr."}, {"literal": "Crane Consortium"}],
                "issued": {"date-parts": [["2014"]]}, "page": "12-14", "number-of-pages": "300"}),
            "VEEN P H van der, KING M Jr, CRANE CONSORTIUM. Flight: a study[M]. Reed, 2014: 12-14.",
            "Veen P H van der，King M Jr，Crane Consortium. Flight: a study[M]. Reed，2014：12-14.",
        ),
    ]
}

#[test]
fn a_work_and_its_request_are_cited_alike() {
    for (value, old, new) in entries() {
        for (edition, want) in [(Edition::Y2015, old), (Edition::Y2025, new)] {
            for way in [Way::Item, Way::Work, Way::Request] {
                let got = entry(&cited(&value, way).unwrap(), edition);
                // capitals of a group's name are its own
                let want = want.replace("CRANE CONSORTIUM", "Crane Consortium");
                assert_eq!(got, want, "{way:?}");
            }
        }
        // and after the request was kept
        let record = csl(&value);
        assert_eq!(item(&requested(&record)).to_json(), item(&record).to_json());
    }
}

#[test]
fn the_form_says_what_finds_the_work() {
    let form = |id: &str| {
        let (value, ..) = entries().into_iter().find(|(value, ..)| value["id"] == *id).unwrap();
        draft(&csl(&value), Service::Copy)
    };
    assert_eq!(form("n").date, "2013-11-05");
    assert_eq!(form("s").title, "XY/T 2424—2018 鸟类环志");
    assert_eq!(form("p").title, "CN203000001U 一种人工鸟巢");
    let chapter = form("c");
    assert_eq!((chapter.component_author.as_str(), chapter.translator.as_str()), ("马什", "白露"));
    assert_eq!((chapter.editor.as_str(), chapter.pages.as_str()), ("林一舟", "序2-3"));
    // the place of a quotation is not the extent of the book
    assert_eq!((form("b").pages.as_str(), form("b").total_pages), ("12-14", None));
}

#[test]
fn a_changed_form_says_what_the_patron_wrote() {
    let (value, ..) = entries().into_iter().find(|(value, ..)| value["id"] == "c").unwrap();
    let form = draft(&csl(&value), Service::Copy);
    let changed = |change: &dyn Fn(&mut Draft)| {
        let mut form = form.clone();
        change(&mut form);
        entry(&item(&form.record()), Edition::Y2015)
    };
    assert_eq!(
        changed(&|form| form.publisher = "湖上书社".into()),
        "马什. 越冬[M]. 白露, 译//林一舟. 候鸟论集. 杭州: 湖上书社, 1990: 序2-3."
    );
    assert_eq!(
        changed(&|form| form.date = "1992".into()),
        "马什. 越冬[M]. 白露, 译//林一舟. 候鸟论集. 杭州: 远山书社, 1992: 序2-3."
    );
    assert_eq!(
        changed(&|form| form.translator = "何远".into()),
        "马什. 越冬[M]. 何远, 译//林一舟. 候鸟论集. 杭州: 远山书社, 1990: 序2-3."
    );
    // another work: nothing of the first stays
    let other = changed(&|form| {
        form.component_title = "迁徙".into();
        form.component_author = "周某".into();
        form.pages = "7-9".into();
    });
    assert_eq!(other, "周某. 迁徙[M]. 白露, 译//林一舟. 候鸟论集. 杭州: 远山书社, 1990: 7-9.");
}

#[test]
fn groups_suffixes_and_titles_of_crossref() {
    let answer = json!({"message-type": "work", "message": {"DOI": "10.5555/Ab.1", "type": "journal-article",
        "title": ["Cranes: a study of lakes"], "subtitle": ["a study of lakes"], "container-title": ["Waterfowl"],
        "author": [{"family": "Berg", "given": "Ola", "suffix": "Jr."}, {"name": "Lake Zeta Group"}, {"name": "Team Deep"}],
        "volume": "7", "page": "12-19", "issued": {"date-parts": [[2020]]}}});
    let record =
        crossref::parse(answer.to_string().as_bytes(), &Budget::answer()).unwrap().records.remove(0).record;
    for record in [record.clone(), requested(&record)] {
        assert_eq!(
            entry(&item(&record), Edition::Y2015),
            "BERG O Jr, Lake Zeta Group, Team Deep. Cranes: a study of lakes[J/OL]. Waterfowl, 2020, 7: 12-19. DOI:10.5555/ab.1."
        );
    }
    let colon = Record { title: "Cranes:".into(), subtitle: "a study".into(), ..Record::default() };
    assert_eq!(item(&colon).text("title"), "Cranes: a study");
    let chinese =
        Record { title: "候鸟：".into(), subtitle: "：一项研究".into(), ..Record::default() };
    assert_eq!(item(&chinese).text("title"), "候鸟：一项研究");
}

#[test]
fn files_of_references_keep_number_day_and_form() {
    let one = |text: &str| {
        let mut records = Vec::new();
        let mut each = |_, parsed: Result<hongyan_formats::Parsed, _>| {
            records.push(parsed.unwrap().record);
            true
        };
        read::records(text.as_bytes(), &mut each, &Budget::answer()).unwrap();
        records.remove(0)
    };
    for text in [
        "TY  - STAND\nTI  - 鸟类环志\nAU  - 全国鸟类环志中心\nM1  - XY/T 2424—2018\nPY  - 2018\nLA  - zh\nER  - \n",
        "@standard{a, title={鸟类环志}, author={{全国鸟类环志中心}}, number={XY/T 2424—2018}, date={2018}, langid={chinese}}",
    ] {
        let record = one(text);
        assert_eq!(record.number, "XY/T 2424—2018");
        assert_eq!(
            entry(&item(&record), Edition::Y2015),
            "全国鸟类环志中心. 鸟类环志: XY/T 2424—2018[S]. 2018."
        );
    }
    for text in [
        "TY  - ELEC\nTI  - 候鸟观测\nAU  - 何远\nPY  - 2019/04/01/\nUR  - https://birds.example/7\nY2  - 2020/05/06/\nLA  - zh\nER  - \n",
        "@online{a, title={候鸟观测}, author={何远}, date={2019-04-01}, url={https://birds.example/7}, urldate={2020-05-06}, langid={chinese}}",
    ] {
        assert_eq!(
            entry(&item(&one(text)), Edition::Y2015),
            "何远. 候鸟观测[EB/OL]. (2019-04-01)[2020-05-06]. https://birds.example/7."
        );
    }
}

#[test]
fn roles_go_with_the_request() {
    let by = |name: &str, role| Creator { name: name.into(), role };
    let record = Record {
        kind: Kind::Book,
        title: "雁行集".into(),
        creators: vec![by("马什", Role::Author), by("白露", Role::Translator)],
        year: Some(1998),
        ..Record::default()
    };
    let form = draft(&record, Service::Loan);
    assert_eq!((form.author.as_str(), form.translator.as_str()), ("马什", "白露"));
    assert_eq!(entry(&item(&form.record()), Edition::Y2015), "马什. 雁行集[M]. 白露, 译. 1998.");
}
