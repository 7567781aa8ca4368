use hongyan_model::request::fill::Edition;
use hongyan_model::{Creator, Draft, IdentifierKind, Kind, Record, RequestId};
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use super::{as_form, compare, same};

/// A form parsed from a patron's text.
fn written(text: &str) -> Draft {
    let item =
        hongyan_formats::list::parse(text, &hongyan_formats::Budget::text()).into_iter().next().unwrap();
    let id = RequestId(Uuid::nil());
    Draft::from_line(&item.record, item.read_as, None, id, Timestamp::UNIX_EPOCH)
}

/// A book in a catalogue.
fn book(title: &str, by: &str, publisher: &str, place: &str, year: i32, isbn: &str) -> Record {
    let mut record = Record {
        source: "calis".into(),
        id: "011".into(),
        kind: Kind::Book,
        title: title.into(),
        creators: vec![Creator::author(by)],
        publisher: publisher.into(),
        place: place.into(),
        year: Some(year),
        date: year.to_string(),
        pages: "1606页".into(),
        ..Record::default()
    };
    record.add_identifier(IdentifierKind::Isbn, isbn);
    record
}

/// Fills a form from a record; returns the form and how the record compares.
fn filled(form: &Draft, record: &Record) -> (Draft, Edition) {
    let found = as_form(form, record);
    let edition = compare(form, record, &found);
    let mut draft = form.clone();
    draft.complete(&found, edition, |field, a, b| same(record, field, a, b));
    (draft, edition)
}

#[test]
fn another_edition_gives_neither_imprint_nor_number() {
    let old = book("紅樓夢", "曹雪芹", "商務印書館", "重慶", 1943, "");
    let new = book("红楼梦", "曹雪芹", "人民文学出版社", "北京", 2008, "9787020002207");
    for text in [
        "曹雪芹：《红楼梦》，上海古籍出版社1982年版，第12页。",
        "曹雪芹. 红楼梦[M]. 上海: 上海古籍出版社, 1982.",
        "曹雪芹. 红楼梦[M]. 中华书局, 2005.",
        "@book{a, author={曹雪芹}, title={红楼梦}, publisher={岳麓书社}, year={1987}}",
        "TY  - BOOK\nAU  - 曹雪芹\nTI  - 红楼梦\nPB  - 岳麓书社\nPY  - 1987\nER  - \n",
        r#"[{"id":"1","type":"book","title":"红楼梦","author":[{"literal":"曹雪芹"}],"publisher":"岳麓书社"}]"#,
        "https://r.example/?url_ver=Z39.88-2004&rft_val_fmt=info:ofi/fmt:kev:mtx:book&rft.btitle=%E7%BA%A2%E6%A5%BC%E6%A2%A6&rft.date=1987&rft.genre=book",
    ] {
        let form = written(text);
        for record in [&old, &new] {
            let (draft, edition) = filled(&form, record);
            assert_eq!(edition, Edition::Other, "{text}");
            let kept = (&draft.publisher, &draft.place, &draft.date, &draft.pages, draft.total_pages);
            assert_eq!(
                kept,
                (&form.publisher, &form.place, &form.date, &form.pages, form.total_pages),
                "{text}"
            );
            assert_eq!((draft.isbn.as_str(), draft.source), ("", None), "{text}");
            assert_eq!(draft.author, "曹雪芹", "{text}");
        }
    }
}

#[test]
fn the_same_edition_in_other_words_fills_the_form() {
    let record = book("紅樓夢", "曹雪芹", "人民文學出版社", "北京", 1982, "9787020002207");
    for text in [
        "曹雪芹. 红楼梦[M]. 北京: 人民文学出版社, 1982.",
        "曹雪芹：《红楼梦》，人民文学出版社1982年版。",
        "@book{a, author={曹雪芹}, title={红楼梦}, publisher={人民文学}}",
    ] {
        let (draft, edition) = filled(&written(text), &record);
        assert_eq!((edition, draft.isbn.as_str()), (Edition::Same, "9787020002207"), "{text}");
    }
    // a title alone does not determine an edition
    let (draft, edition) = filled(&written("红楼梦"), &record);
    assert_eq!((edition, draft.title.as_str()), (Edition::Same, "红楼梦"), "and is kept as it was written");
}

#[test]
fn what_does_not_say_which_edition_it_is_proves_nothing() {
    let mut record = book("红楼梦", "曹雪芹", "", "", 1982, "9787020002207");
    (record.year, record.date) = (None, String::new());
    let (draft, edition) = filled(&written("曹雪芹. 红楼梦[M]. 中华书局, 2005."), &record);
    assert_eq!((edition, draft.isbn.as_str()), (Edition::Unproved, ""));
}

#[test]
fn a_work_of_somebody_else_gives_nothing() {
    let record = book("红楼梦", "王某", "中华书局", "北京", 2005, "9787020002207");
    let (draft, edition) = filled(&written("曹雪芹. 红楼梦[M]. 中华书局, 2005."), &record);
    assert_eq!((edition, draft.isbn.as_str()), (Edition::OtherWork, ""));
}

fn article(journal: &str, issn: &str, year: i32, volume: &str, pages: &str) -> Record {
    let mut record = Record {
        kind: Kind::Article,
        title: "Footnotes in rural libraries".into(),
        container: journal.into(),
        year: Some(year),
        date: year.to_string(),
        volume: volume.into(),
        pages: pages.into(),
        creators: vec![Creator::author("Miller, Ann B.")],
        ..Record::default()
    };
    record.add_identifier(IdentifierKind::Issn, issn);
    record.add_identifier(IdentifierKind::Doi, "10.1000/abc");
    record
}

#[test]
fn another_journal_gives_neither_issn_nor_doi() {
    let text =
        "Miller, A. B. (2004). Footnotes in rural libraries. Journal of Reading Research, 27(2), 97-111.";
    let form = written(text);
    for (journal, year, volume, pages, edition) in [
        ("Journal of reading research", 2004, "27", "97–111", Edition::Same),
        ("J Read Res", 2004, "27", "97", Edition::Same),
        ("Journal of Reading Research Quarterly", 2004, "27", "97-111", Edition::Other),
        ("Journal of Reading Research", 2003, "27", "97-111", Edition::Other),
        ("Journal of Reading Research", 2004, "26", "97-111", Edition::Other),
        ("Journal of Reading Research", 2004, "27", "5-9", Edition::Other),
        ("", 2004, "", "", Edition::Unproved),
    ] {
        let (draft, got) = filled(&form, &article(journal, "0317-8471", year, volume, pages));
        assert_eq!(got, edition, "{journal} {year} {volume} {pages}");
        assert_eq!(draft.issn.is_empty() && draft.doi.is_empty(), edition != Edition::Same, "{journal}");
        assert_eq!((draft.title.as_str(), draft.date.as_str()), ("Journal of Reading Research", "2004"));
    }
}

#[test]
fn a_number_that_belongs_to_something_else_is_told() {
    let record = book("红楼梦", "曹雪芹", "人民文学出版社", "北京", 2008, "9787020002207");
    let form = written("曹雪芹. 红楼梦[M]. 中华书局, 2005. ISBN 978-7-02-000220-7");
    assert_eq!(filled(&form, &record).1, Edition::Other);
    let other = written("吴承恩. 西游记[M]. 中华书局, 2005. ISBN 978-7-02-000220-7");
    let (draft, edition) = filled(&other, &record);
    assert_eq!((edition, draft.publisher.as_str()), (Edition::OtherWork, "中华书局"));
}

#[test]
fn several_numbers_of_one_record_are_one_edition() {
    let mut record = book("红楼梦", "曹雪芹", "人民文学出版社", "北京", 2008, "9787020000012");
    record.add_identifier(IdentifierKind::Isbn, "9787020002207");
    let (draft, edition) = filled(&written("978-7-02-000220-7"), &record);
    assert_eq!(edition, Edition::Same);
    assert_eq!(
        (draft.isbn.as_str(), draft.title.as_str()),
        ("9787020002207", "红楼梦"),
        "the typed one stays"
    );
}

const HOUSE: [&str; 6] =
    ["上海古籍出版社", "中华书局", "人民文学出版社", "岳麓书社", "Penguin Books", "Oxford University Press"];

proptest! {
    /// A text that states publisher, year and edition, and a record of another edition: no stated field
    /// changes and no identifier is added.
    #[test]
    fn nothing_stated_is_overruled(
        (mine, theirs) in (0..HOUSE.len(), 0..HOUSE.len()),
        (year, other) in (1950_i32..2025, 1950_i32..2025),
        (edition, their_edition) in (1_u8..9, 1_u8..9),
        (by_file, says_edition) in (any::<bool>(), any::<bool>()),
    ) {
        let stated = if says_edition { format!("第{edition}版") } else { String::new() };
        let text = if by_file {
            format!("TY  - BOOK\nAU  - 曹雪芹\nTI  - 红楼梦\nPB  - {}\nPY  - {year}\nET  - {stated}\nER  - \n", HOUSE[mine])
        } else {
            format!("曹雪芹. 红楼梦[M]. {stated}{}北京: {}, {year}.", if says_edition { ". " } else { "" }, HOUSE[mine])
        };
        let form = written(&text);
        prop_assert_eq!(form.publisher.as_str(), HOUSE[mine]);
        let mut record = book("紅樓夢", "曹雪芹", HOUSE[theirs], "重慶", other, "9787020002207");
        record.edition = format!("{their_edition}版");
        let (draft, got) = filled(&form, &record);
        prop_assert_eq!(
            (&draft.publisher, &draft.date, &draft.title, &draft.author),
            (&form.publisher, &form.date, &form.title, &form.author)
        );
        let is_other = mine != theirs || year != other || says_edition && edition != their_edition;
        prop_assert_eq!(got == Edition::Same, !is_other, "{}", text);
        if is_other {
            prop_assert_eq!((draft.isbn.as_str(), draft.source, draft.total_pages), ("", None, None));
            prop_assert_eq!(draft.edition.clone(), form.edition.clone());
        }
    }
}
