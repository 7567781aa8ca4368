//! Writes EndNote's XML, which EndNote, NoteExpress and Zotero import: `<xml><records><record>`, elements in the
//! order of EndNote's document type (RSXML.dtd), types by EndNote's names and numbers.

use quick_xml::escape::escape;

use super::item::{CslItem, Day};
use super::text::plain;

/// Writes items to one file.
pub fn endnote(items: &[CslItem]) -> String {
    let records: String = items.iter().map(record).collect();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><records>\n{records}</records></xml>\n")
}

fn record(item: &CslItem) -> String {
    let part = item.has("container-title");
    let edited = item.kind == "book" && item.people("author").is_empty() && !item.people("editor").is_empty();
    let (name, number) = if edited { ("Edited Book", 28) } else { kind(item, part) };
    let host = match item.text("container-title") {
        "" if item.kind == "paper-conference" => item.text("event-title"),
        host => host,
    };
    // of a part the second title is its host and the third the series; of a whole the second is the series
    let (second, third) = match host {
        "" => (item.text("collection-title"), ""),
        host => (host, item.text("collection-title")),
    };
    let second = text("secondary-title", second);
    let titles = [text("title", item.text("title")), second, text("tertiary-title", third)].concat();
    let journal = if number == 17 || number == 19 { text("full-title", host) } else { String::new() };
    let page = item.text("page").replace('–', "-");
    let pages = if page.is_empty() { item.text("number-of-pages") } else { &page };
    let keywords = item.text("keyword").split("; ").map(|word| text("keyword", word)).collect::<String>();
    // EndNote keeps the number of a report, standard or patent where a book has its ISBN
    let serial = ["ISBN", "ISSN", "number"].map(|name| written(item.text(name)));
    let serial: Vec<String> = serial.into_iter().filter(|one| !one.is_empty()).collect();
    // a number of a database means nothing without its name
    let database = if item.has("PMID") { "PubMed" } else { "" };
    let accessed = item.day("accessed").filter(|_| item.has("URL")).map(Day::iso).unwrap_or_default();
    let fields = [
        format!("<ref-type name=\"{name}\">{number}</ref-type>"),
        within("contributors", &people(item, edited)),
        within("titles", &titles),
        within("periodical", &journal),
        text("pages", pages),
        text("volume", item.text("volume")),
        text("number", item.text("issue")),
        text("edition", item.text("edition")),
        within("keywords", &keywords),
        within("dates", &dates(item)),
        text("pub-location", item.text("publisher-place")),
        text("publisher", item.text("publisher")),
        within("isbn", &serial.join("&#xD;")),
        text("accession-num", item.text("PMID")),
        text("abstract", item.text("abstract")),
        text("electronic-resource-num", item.text("DOI")),
        text("work-type", item.text("genre")),
        within("urls", &within("related-urls", &text("url", item.text("URL")))),
        text("remote-database-name", database),
        text("language", item.text("language")),
        text("access-date", &accessed),
    ];
    format!("<record>{}</record>\n", fields.concat())
}

fn people(item: &CslItem, edited: bool) -> String {
    let lists: [(&str, &[&str]); 3] = if edited {
        [("authors", &["editor"]), ("secondary-authors", &[]), ("subsidiary-authors", &["translator"])]
    } else {
        [
            ("authors", &["author", "director"]),
            ("secondary-authors", &["editor"]),
            ("subsidiary-authors", &["translator"]),
        ]
    };
    let list = |(list, roles): (&str, &[&str])| {
        let names = roles.iter().flat_map(|role| item.people(role));
        within(list, &names.map(|name| text("author", &name.inverted())).collect::<String>())
    };
    lists.map(list).concat()
}

fn dates(item: &CslItem) -> String {
    match (item.day("issued"), item.date("issued")) {
        (Some(day), _) => {
            let date = if day.month.is_some() { day.iso() } else { String::new() };
            text("year", &day.year.to_string()) + &within("pub-dates", &text("date", &date))
        }
        (None, Some(date)) => text("year", &date.literal),
        (None, None) => String::new(),
    }
}

/// An element with a text; nothing for an empty one. What XML cannot say is removed.
fn text(name: &str, value: &str) -> String {
    within(name, &written(value))
}

/// A text as the content of an element.
fn written(value: &str) -> String {
    // control characters are gone; of the others XML 1.0 (2.2) cannot say these two
    let value: String = plain(value).chars().filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect();
    escape(value).into_owned()
}

/// An element with content; nothing without.
fn within(name: &str, content: &str) -> String {
    if content.is_empty() { String::new() } else { format!("<{name}>{content}</{name}>") }
}

/// Name and number of a type.
fn kind(item: &CslItem, part: bool) -> (&'static str, u8) {
    match item.kind.as_str() {
        "book" => ("Book", 6),
        "classic" => ("Ancient Text", 51),
        "chapter" => ("Book Section", 5),
        "entry-dictionary" => ("Dictionary", 52),
        "entry-encyclopedia" => ("Encyclopedia", 53),
        "article-journal" => ("Journal Article", 17),
        "article-magazine" => ("Magazine Article", 19),
        "article-newspaper" => ("Newspaper Article", 23),
        "periodical" => ("Serial", 57),
        "thesis" => ("Thesis", 32),
        "paper-conference" if part => ("Conference Proceedings", 10),
        "paper-conference" => ("Conference Paper", 47),
        "patent" => ("Patent", 25),
        "standard" => ("Standard", 58),
        "report" => ("Report", 27),
        "map" => ("Map", 20),
        "dataset" => ("Dataset", 59),
        "software" => ("Computer Program", 9),
        "webpage" | "post" | "post-weblog" => ("Web Page", 12),
        "manuscript" => ("Manuscript", 36),
        "article" => ("Unpublished Work", 34),
        _ => ("Generic", 13),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::endnote;
    use crate::cite::CslItem;

    #[test]
    fn an_article_and_an_edited_book() {
        let items = [
            json!({"id": "1", "type": "article-journal", "title": "雁 & <b>湖</b>\u{1}", "language": "zh",
                "author": [{"literal": "林一舟"}, {"family": "Berg", "given": "Ola", "suffix": "Jr."}],
                "container-title": "候鸟", "volume": "7", "issue": "2", "page": "12–19", "ISSN": "1234-5679",
                "issued": {"date-parts": [[2020, 4, 1]]}, "keyword": "雁; 湖"}),
            json!({"id": "2", "type": "book", "title": "雁行集", "publisher": "远山书社",
                "editor": [{"literal": "白露"}], "collection-title": "湿地丛书"}),
        ];
        let items: Vec<CslItem> = items.iter().filter_map(CslItem::from_json).collect();
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><records>\n\
            <record><ref-type name=\"Journal Article\">17</ref-type><contributors><authors><author>林一舟</author>\
            <author>Berg, Ola, Jr.</author></authors></contributors><titles><title>雁 &amp; 湖</title>\
            <secondary-title>候鸟</secondary-title></titles><periodical><full-title>候鸟</full-title></periodical>\
            <pages>12-19</pages><volume>7</volume><number>2</number><keywords><keyword>雁</keyword>\
            <keyword>湖</keyword></keywords><dates><year>2020</year><pub-dates><date>2020-04-01</date></pub-dates>\
            </dates><isbn>1234-5679</isbn><language>zh</language></record>\n\
            <record><ref-type name=\"Edited Book\">28</ref-type><contributors><authors><author>白露</author></authors>\
            </contributors><titles><title>雁行集</title><secondary-title>湿地丛书</secondary-title></titles>\
            <publisher>远山书社</publisher></record>\n</records></xml>\n";
        assert_eq!(endnote(&items), expected);
    }
}
