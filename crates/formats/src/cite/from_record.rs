//! Converts a record to a CSL item.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Original, Record, Role};
use jiff::civil::Date;

use super::item::{CslDate, CslItem, Day, read_day};
use super::names::name;
use super::text::{is_cjk, mostly_cjk};
use crate::lang;

/// Converts a record to a CSL item. `today` is the access date of an online copy.
///
/// Where the record has title and names in both romanised and original script, the script of the work's
/// language is cited. A URL is included only for works read online: open-access copies, except of printed
/// books with an ISBN.
pub fn from_record(record: &Record, id: &str, today: Date) -> CslItem {
    let mut item = CslItem::new(id, kind_of(record));
    let (title, rewritten) = title(record);
    let (number, title) = match record.kind {
        _ if !record.number.is_empty() => (record.number.clone(), title),
        Kind::Standard => standard_number(&title),
        _ => (String::new(), title),
    };
    item.set("title", title.clone());
    item.set("number", number);
    let native = title.chars().any(is_cjk);
    names(record, &title, rewritten, &mut item);
    // where the record has the publication in two scripts, that of the title
    let in_script = |own: &str, other: fn(&Original) -> &String| -> String {
        let original = record.original.as_deref().map(other).filter(|text| !text.is_empty());
        match original {
            Some(text) if native && !own.chars().any(is_cjk) => text.clone(),
            _ => own.to_owned(),
        }
    };
    let container = in_script(&record.container, |original| &original.container);

    let part_of = !record.container.is_empty() && item.kind != "thesis";
    if part_of {
        item.set("container-title", container);
    }
    item.set(
        "publisher",
        if record.kind == Kind::Thesis && record.publisher.is_empty() {
            record.container.clone()
        } else {
            in_script(&record.publisher, |original| &original.publisher)
        },
    );
    let place = in_script(&record.place, |original| &original.place);
    item.set("publisher-place", place.trim_matches(['[', ']']));
    item.set("volume", if record.volume.is_empty() { &record.part } else { &record.volume });
    item.set("issue", record.issue.clone());
    let cited = record.pages.strip_prefix("p. ").or_else(|| record.pages.strip_prefix("pp. "));
    if part_of {
        item.set("page", page_range(&record.pages));
    } else if let Some(cited) = cited {
        // `p. 12` of a whole work is what is cited of it, `312 p.` its extent
        item.set("page", page_range(cited));
    } else {
        item.set("number-of-pages", extent(&record.pages));
    }
    item.set("edition", edition_number(&in_script(&record.edition, |original| &original.edition)));
    item.set("collection-title", in_script(&record.series, |original| &original.series));
    item.set("language", lang::two_letters(&record.language));
    item.set("abstract", record.summary.clone());
    item.set("keyword", record.subjects.join("; "));
    for (variable, identifier) in [
        ("ISBN", IdentifierKind::Isbn),
        ("ISSN", IdentifierKind::Issn),
        ("DOI", IdentifierKind::Doi),
        ("PMID", IdentifierKind::Pmid),
    ] {
        item.set(variable, record.identifier(identifier).unwrap_or_default());
    }
    for (variable, text) in
        record.more.iter().filter(|(name, _)| MORE.contains(&name.as_str()) || *name == "DOI")
    {
        if NAMED.contains(&variable.as_str()) {
            let people = text.split(';').filter_map(|person| name(person, false)).collect::<Vec<_>>();
            if !people.is_empty() {
                item.names.insert(variable.clone(), people);
            }
        } else if variable != "DOI" || text.eq_ignore_ascii_case(item.text("DOI")) {
            item.set(variable, text.clone());
        }
    }
    if let Some(issued) = issued(record) {
        item.dates.insert("issued".into(), issued);
    }
    if let Some(url) = url(record) {
        item.set("URL", url);
    }
    if let Some(day) = read_day(&record.accessed) {
        item.dates.insert("accessed".into(), CslDate::day(day));
    } else if item.has("URL") {
        let month = u8::try_from(today.month()).ok();
        let day = u8::try_from(today.day()).ok();
        item.dates.insert("accessed".into(), CslDate::day(Day { year: i32::from(today.year()), month, day }));
    }
    item
}

/// `12-19` from `p. 12–19`, `第12-19页` and from BibTeX's and CNKI's `12\-19`.
fn page_range(pages: &str) -> String {
    let bare = pages.trim_start_matches(['p', 'P', '.', ' ']).replace("\\-", "-").replace("--", "-");
    let bare = bare.replace(['–', '‑', '‐', '－', '~', '～'], "-");
    let numbered = bare.strip_prefix('第').and_then(|rest| rest.strip_suffix(['页', '頁']));
    let counted =
        || bare.strip_suffix(['页', '頁']).filter(|rest| rest.ends_with(|c: char| c.is_ascii_digit()));
    numbered.or_else(counted).unwrap_or(&bare).trim().to_owned()
}

/// Variables of CSL that a record keeps in [`Record::more`].
pub const MORE: &[&str] = &[
    "CSTR",
    "archive",
    "archive-place",
    "archive_location",
    "call-number",
    "collection-editor",
    "composer",
    "container-author",
    "dimensions",
    "director",
    "editorial-director",
    "event-place",
    "event-title",
    "genre",
    "illustrator",
    "medium",
    "recipient",
    "scale",
    "version",
    "volume-title",
];
/// Those of them that are names.
const NAMED: &[&str] = &[
    "collection-editor",
    "composer",
    "container-author",
    "director",
    "editorial-director",
    "illustrator",
    "recipient",
];

/// The types of CSL that a record's form may name.
const FORMS: &[&str] = &[
    "article",
    "article-magazine",
    "bill",
    "broadcast",
    "chapter",
    "classic",
    "collection",
    "dataset",
    "entry-dictionary",
    "entry-encyclopedia",
    "figure",
    "graphic",
    "hearing",
    "interview",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "musical_score",
    "pamphlet",
    "personal_communication",
    "post",
    "post-weblog",
    "regulation",
    "review",
    "software",
    "song",
    "speech",
    "treaty",
    "webpage",
];

/// Whether a type of CSL can be the form of a record.
pub fn is_form(word: &str) -> bool {
    FORMS.contains(&word)
}

/// The type of CSL for a record: its form, else by its kind.
pub fn kind_of(record: &Record) -> &str {
    if is_form(&record.form) { &record.form } else { kind(record) }
}

fn kind(record: &Record) -> &'static str {
    let part = !record.container.is_empty();
    match record.kind {
        Kind::Book | Kind::AncientBook if part => "chapter",
        Kind::Book | Kind::AncientBook => "book",
        Kind::Newspaper if part => "article-newspaper",
        Kind::Journal | Kind::Newspaper => "periodical",
        Kind::Article => "article-journal",
        Kind::Thesis => "thesis",
        Kind::Conference => "paper-conference",
        Kind::Patent => "patent",
        Kind::Standard => "standard",
        Kind::Report => "report",
        Kind::Other => "document",
    }
}

/// Title with subtitle in the script of the work's language, and whether the record has it in another
/// script too.
fn title(record: &Record) -> (String, bool) {
    let main = record.title.trim_end_matches([' ', '/', ':', '：', '.']);
    let cjk = main.chars().any(is_cjk);
    let other = record.variant_titles.iter().find(|title| title.chars().any(is_cjk) != cjk);
    if !cjk
        && matches!(record.language.as_str(), "chi" | "jpn" | "kor")
        && let Some(original) = other
    {
        return (original.clone(), true);
    }
    let subtitle = record.subtitle.trim_matches([' ', '/', '.', ':', '：']);
    // Crossref deposits have the subtitle in the title as well
    let said = main.to_lowercase().ends_with(&subtitle.to_lowercase());
    let subtitle = if said { "" } else { subtitle };
    let between = if mostly_cjk(main) { "：" } else { ": " };
    let whole = if subtitle.is_empty() { main.to_owned() } else { format!("{main}{between}{subtitle}") };
    (whole, other.is_some())
}

/// `GB/T 3792—2021 信息与文献` has a number and a title.
fn standard_number(title: &str) -> (String, String) {
    let mut number = String::new();
    let mut rest = title.trim_start();
    // the letters, then the digits after them
    for _ in 0..2 {
        let (word, after) = rest.split_once([' ', '\u{3000}']).unwrap_or((rest, ""));
        let of_number = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "/.-—–:()".contains(c);
        if word.is_empty() || !word.chars().all(of_number) {
            break;
        }
        if !number.is_empty() {
            number.push(' ');
        }
        number.push_str(word);
        rest = after.trim_start();
    }
    let real =
        number.chars().next().is_some_and(char::is_alphabetic) && number.chars().any(|c| c.is_ascii_digit());
    if real && !rest.is_empty() { (number, rest.to_owned()) } else { (String::new(), title.to_owned()) }
}

fn names(record: &Record, title: &str, rewritten: bool, item: &mut CslItem) {
    let authors = record.creators.iter().any(|creator| creator.role == Role::Author);
    let native = title.chars().any(is_cjk);
    // where other names are inverted, one without a comma is that of a group
    let latin = |creator: &&Creator| !creator.name.chars().any(is_cjk);
    let inverted = record.creators.iter().filter(latin).any(|creator| creator.name.contains(", "));
    let of = |role: Role| record.creators.iter().filter(move |creator| creator.role == role);
    for (role, variable) in [
        (Role::Author, "author"),
        (Role::Organisation, if authors { "contributor" } else { "author" }),
        (Role::Editor, "editor"),
        (Role::Translator, "translator"),
        (Role::Annotator, "contributor"),
        (Role::Contributor, "contributor"),
    ] {
        let in_script = |creator: &&Creator| creator.name.chars().any(is_cjk) == native;
        // a record with two titles usually lists its people twice as well
        let twice = rewritten && of(role).filter(in_script).count() * 2 >= of(role).count();
        for creator in of(role).filter(|creator| !twice || in_script(creator)) {
            let group = inverted && role == Role::Author && !creator.name.contains(',');
            if let Some(name) = name(&creator.name, role == Role::Organisation || group) {
                let list = item.names.entry(variable.to_owned()).or_default();
                if !list.contains(&name) {
                    list.push(name);
                }
            }
        }
    }
}

/// `第2版`, `2nd ed.`, `Second edition` become 2; a longer statement is kept.
pub fn edition_number(written: &str) -> String {
    let text = written.trim().trim_matches(['[', ']']);
    let half: String = text.chars().map(hongyan_model::text::half_width).collect();
    let lower = half.to_lowercase();
    let bare = lower
        .trim_start_matches('第')
        .trim_end_matches(['版', '.', ' '])
        .trim_end_matches("edition")
        .trim_end_matches("ed")
        .trim();
    let number = bare.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = bare.strip_prefix(number).unwrap_or_default();
    if matches!(ending, "" | "st" | "nd" | "rd" | "th")
        && number.parse::<u16>().is_ok_and(|number| number < 1000)
    {
        return number.to_owned();
    }
    let words = [
        ("1", "first", "一"),
        ("2", "second", "二"),
        ("3", "third", "三"),
        ("4", "fourth", "四"),
        ("5", "fifth", "五"),
        ("6", "sixth", "六"),
        ("7", "seventh", "七"),
        ("8", "eighth", "八"),
        ("9", "ninth", "九"),
        ("10", "tenth", "十"),
    ];
    let word = words.into_iter().find(|(_, english, chinese)| bare == *english || bare == *chinese);
    match word {
        Some((figure, ..)) => figure.to_owned(),
        None if bare == "初" => "1".to_owned(),
        None => text.to_owned(),
    }
}

/// Number of pages of a book.
fn extent(pages: &str) -> String {
    let half: String = pages.chars().map(hongyan_model::text::half_width).collect();
    let numbers = half.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<u32>().ok());
    numbers.filter(|number| *number < 20_000).max().map(|number| number.to_string()).unwrap_or_default()
}

fn issued(record: &Record) -> Option<CslDate> {
    let date = record.date.trim();
    if let Some((first, last)) = date.split_once(['/', '-', '–', '—'])
        && let (Ok(first), Ok(last)) = (first.parse::<i32>(), last.parse::<i32>())
        && (1000..first.max(3000)).contains(&first)
        && (first..3000).contains(&last)
    {
        return Some(CslDate { end: Some(Day { year: last, ..Day::default() }), ..CslDate::year(first) });
    }
    match (record.year, read_day(date)) {
        // a serial has a range of years
        (Some(year), _)
            if matches!(record.kind, Kind::Journal | Kind::Newspaper) && record.container.is_empty() =>
        {
            Some(CslDate::year(year))
        }
        (Some(year), Some(day)) if day.year == year => Some(CslDate::day(day)),
        (Some(year), _) => Some(CslDate::year(year)),
        (None, Some(day)) => Some(CslDate::day(day)),
        (None, None) if date.is_empty() => None,
        (None, None) => Some(CslDate { literal: date.to_owned(), ..CslDate::default() }),
    }
}

fn url(record: &Record) -> Option<String> {
    let address =
        |url: &str| url.starts_with("http") && !url.contains(|c: char| c.is_whitespace() || c.is_control());
    // who cited it with the day saw it there
    if !record.accessed.is_empty()
        || matches!(record.form.as_str(), "webpage" | "post" | "post-weblog" | "dataset")
    {
        return record.links.iter().find(|link| address(&link.url)).map(|link| link.url.clone());
    }
    if record.identifier(IdentifierKind::Isbn).is_some() {
        return None;
    }
    let open =
        record.links.iter().find(|link| link.open_access && address(&link.url)).map(|link| link.url.clone());
    open.or_else(|| record.identifier(IdentifierKind::Arxiv).map(|id| format!("https://arxiv.org/abs/{id}")))
}

#[cfg(test)]
mod tests {
    use hongyan_model::record::{Creator, Kind, Link, Record, Role};
    use jiff::civil::date;

    use super::{edition_number, from_record};
    use crate::cite::{CslItem, Edition, entry};

    fn item(record: &Record) -> CslItem {
        from_record(record, "1", date(2026, 11, 22))
    }

    fn cited(record: &Record) -> String {
        entry(&item(record), Edition::Y2015)
    }

    #[test]
    fn a_book_as_a_catalogue_has_it() {
        let record = Record {
            kind: Kind::Book,
            title: "雁行集 /".into(),
            subtitle: "湖上散记".into(),
            part: "上册".into(),
            creators: vec![
                Creator::author("林一舟, 1950-"),
                Creator { name: "白露".into(), role: Role::Translator },
                Creator { name: "远山读书会".into(), role: Role::Organisation },
            ],
            publisher: "远山书社".into(),
            place: "[杭州]".into(),
            year: Some(1998),
            date: "1998.3".into(),
            edition: "第2版".into(),
            pages: "xvi, 312页".into(),
            language: "chi".into(),
            ..Record::default()
        };
        assert_eq!(
            cited(&record),
            "林一舟. 雁行集：湖上散记: 上册[M]. 白露, 译. 2 版. 杭州: 远山书社, 1998."
        );
        assert_eq!(item(&record).text("number-of-pages"), "312");
        assert_eq!(item(&record).text("language"), "zh");
    }

    #[test]
    fn a_request_is_cited_as_its_work() {
        let by = |name: &str, role| Creator { name: name.into(), role };
        let base = Record {
            kind: Kind::Book,
            title: "雁行集".into(),
            publisher: "远山书社".into(),
            place: "杭州".into(),
            year: Some(1998),
            date: "1998".into(),
            ..Record::default()
        };
        let people = [
            vec![by("马什", Role::Author), by("白露", Role::Translator)],
            vec![by("林一舟", Role::Editor)],
            vec![by("林一舟", Role::Editor), by("白露", Role::Translator), by("周某", Role::Annotator)],
            vec![by("Goose Consortium", Role::Organisation), by("Hale, C.", Role::Editor)],
            ["甲", "乙", "丙", "丁"].map(Creator::author).into(),
        ];
        for creators in people {
            for container in ["", "植物科学进展"] {
                let (container, pages) = (container.to_owned(), "146-163".to_owned());
                let work = Record { creators: creators.clone(), container, pages, ..base.clone() };
                let id = hongyan_model::RequestId(Default::default());
                let (service, now) = (hongyan_model::Service::Copy, jiff::Timestamp::UNIX_EPOCH);
                let request = hongyan_model::Draft::from_record(&work, id, service, now).record();
                for edition in [Edition::Y2015, Edition::Y2025] {
                    assert_eq!(entry(&item(&request), edition), entry(&item(&work), edition));
                }
                assert_eq!(item(&request).names, item(&work).names);
            }
        }
    }

    #[test]
    fn a_romanised_record_is_cited_in_its_own_script() {
        let record = Record {
            kind: Kind::Book,
            title: "Yan xing ji".into(),
            variant_titles: vec!["雁行集".into()],
            creators: ["Lin, Yizhou", "林一舟"].map(Creator::author).into(),
            year: Some(1998),
            language: "chi".into(),
            ..Record::default()
        };
        assert_eq!(cited(&record), "林一舟. 雁行集[M]. 1998.");
        // two authors from two countries remain two
        let two = Record { variant_titles: Vec::new(), title: "雁行集".into(), ..record };
        assert_eq!(cited(&two), "LIN Y, 林一舟. 雁行集[M]. 1998.");
    }

    #[test]
    fn an_article_read_online() {
        let record = Record {
            kind: Kind::Article,
            title: "Geese in winter".into(),
            container: "Waterfowl".into(),
            creators: vec![Creator::author("Ola van den Berg")],
            volume: "7".into(),
            issue: "2".into(),
            pages: "p. 12–19".into(),
            year: Some(2020),
            date: "2020-04-01".into(),
            language: "eng".into(),
            links: vec![Link {
                url: "https://birds.example/7".into(),
                label: String::new(),
                open_access: true,
            }],
            ..Record::default()
        };
        assert_eq!(
            cited(&record),
            "VAN DEN BERG O. Geese in winter[J/OL]. Waterfowl, 2020, 7(2): 12-19[2026-11-22]. https://birds.example/7."
        );
    }

    #[test]
    fn standards_theses_serials() {
        let standard = Record {
            kind: Kind::Standard,
            title: "XY/T 12—2020 鸟类 环志".into(),
            year: Some(2020),
            ..Record::default()
        };
        assert_eq!(entry(&item(&standard), Edition::Y2025), "XY/T 12—2020 鸟类 环志[S].");
        let plain = Record { kind: Kind::Standard, title: "IT 与图书馆".into(), ..Record::default() };
        assert_eq!(item(&plain).text("title"), "IT 与图书馆");
        let thesis = Record {
            kind: Kind::Thesis,
            title: "候鸟研究".into(),
            container: "太湖大学".into(),
            creators: vec![
                Creator::author("何远"),
                Creator { name: "导师甲".into(), role: Role::Supervisor },
            ],
            year: Some(2011),
            ..Record::default()
        };
        assert_eq!(cited(&thesis), "何远. 候鸟研究[D]. 太湖大学, 2011.");
        let serial = Record {
            kind: Kind::Journal,
            title: "候鸟".into(),
            date: "1990-".into(),
            year: Some(1990),
            publisher: "候鸟学会".into(),
            ..Record::default()
        };
        assert_eq!(cited(&serial), "候鸟[J]. 候鸟学会, 1990.");
    }

    #[test]
    fn editions_as_catalogues_write_them() {
        for (written, expected) in [
            ("第2版", "2"),
            ("２版", "2"),
            ("第二版", "2"),
            ("2nd ed.", "2"),
            ("Third edition", "3"),
            ("初版", "1"),
            ("修订版", "修订版"),
            ("Rev. ed.", "Rev. ed."),
            ("第2版（修订本）", "第2版（修订本）"),
            ("", ""),
        ] {
            assert_eq!(edition_number(written), expected, "{written}");
        }
    }
}
