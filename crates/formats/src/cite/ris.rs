//! Writes RIS for reference managers: two-letter tags, CRLF, UTF-8 without a byte order mark, `TY` to
//! `ER` per work.

use super::item::{CslDate, CslItem, Day};
use super::text::plain;

/// Writes items to one file.
pub fn ris(items: &[CslItem]) -> String {
    let mut out = String::new();
    for item in items {
        let mut record = Record { out: &mut out };
        record.item(item);
    }
    out
}

struct Record<'a> {
    out: &'a mut String,
}

impl Record<'_> {
    fn item(&mut self, item: &CslItem) {
        let part = item.has("container-title");
        self.tag("TY", kind(item, part));
        for (variable, tag) in [
            ("author", "AU"),
            ("director", "AU"),
            ("editor", "ED"),
            ("translator", "A4"),
            ("contributor", "A3"),
        ] {
            for name in item.people(variable) {
                self.tag(tag, &name.inverted());
            }
        }
        for (variable, tag) in [
            ("title", "TI"),
            ("container-title", "T2"),
            ("collection-title", "T3"),
            ("publisher", "PB"),
            ("publisher-place", "CY"),
            ("volume", "VL"),
            ("issue", "IS"),
            ("edition", "ET"),
            ("number", "M1"),
            ("DOI", "DO"),
            ("PMID", "AN"),
            ("URL", "UR"),
            ("language", "LA"),
            ("abstract", "AB"),
        ] {
            self.tag(tag, item.text(variable));
        }
        if item.has("PMID") {
            // a number of a database means nothing without its name
            self.tag("DB", "PubMed");
        }
        if !part {
            self.tag("T2", item.text("event-title"));
        }
        if let Some(day) = item.day("issued") {
            self.tag("PY", &day.year.to_string());
            if day.month.is_some() {
                self.tag("DA", &slashed(day));
            }
        } else if let Some(CslDate { literal, .. }) = item.date("issued") {
            self.tag("PY", literal);
        }
        if let Some(day) = item.day("accessed") {
            self.tag("Y2", &slashed(day));
        }
        let page = item.text("page").replace('–', "-");
        match page.split_once('-') {
            Some((first, last)) => {
                self.tag("SP", first);
                self.tag("EP", last);
            }
            None => self.tag("SP", if page.is_empty() { item.text("number-of-pages") } else { &page }),
        }
        for variable in ["ISBN", "ISSN"] {
            self.tag("SN", item.text(variable));
        }
        for keyword in item.text("keyword").split("; ") {
            self.tag("KW", keyword);
        }
        self.out.push_str("ER  - \r\n\r\n");
    }

    /// Writes one line, unless the value is empty. Line breaks in the value are removed.
    fn tag(&mut self, tag: &str, value: &str) {
        let value = plain(value);
        if !value.is_empty() {
            self.out.push_str(&format!("{tag}  - {value}\r\n"));
        }
    }
}

fn slashed(day: Day) -> String {
    day.iso().replace('-', "/")
}

fn kind(item: &CslItem, part: bool) -> &'static str {
    match item.kind.as_str() {
        "book" => "BOOK",
        "chapter" | "entry-dictionary" | "entry-encyclopedia" => "CHAP",
        "article-journal" => "JOUR",
        "article-magazine" => "MGZN",
        "article-newspaper" => "NEWS",
        "periodical" => "JFULL",
        "thesis" => "THES",
        "paper-conference" if part || item.has("event-title") => "CPAPER",
        "paper-conference" => "CONF",
        "patent" => "PAT",
        "standard" => "STAND",
        "report" => "RPRT",
        "map" => "MAP",
        "dataset" => "DATA",
        "software" => "COMP",
        "webpage" | "post" | "post-weblog" => "ELEC",
        "manuscript" | "article" => "UNPB",
        _ => "GEN",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::ris;
    use crate::cite::CslItem;

    #[test]
    fn an_article_and_a_book() {
        let items = [
            json!({"id": "1", "type": "article-journal", "title": "雁的<i>迁徙</i>\r\nER  - ", "language": "zh",
                "author": [{"literal": "林一舟"}, {"family": "Berg", "given": "Ola", "suffix": "Jr."}],
                "container-title": "候鸟", "volume": "7", "issue": "2", "page": "12–19", "ISSN": "1234-5679",
                "DOI": "10.5555/a", "issued": {"date-parts": [[2020, 4, 1]]}, "keyword": "雁; 迁徙",
                "URL": "https://birds.example/7", "accessed": {"date-parts": [[2026, 11, 2]]}}),
            json!({"id": "2", "type": "book", "title": "雁行集", "publisher": "远山书社", "publisher-place": "杭州",
                "translator": [{"literal": "白露"}], "edition": "2", "number-of-pages": "312",
                "issued": {"literal": "民国三十六年"}}),
        ];
        let items: Vec<CslItem> = items.iter().filter_map(CslItem::from_json).collect();
        let lines = [
            "TY  - JOUR",
            "AU  - 林一舟",
            "AU  - Berg, Ola, Jr.",
            "TI  - 雁的迁徙 ER -",
            "T2  - 候鸟",
            "VL  - 7",
            "IS  - 2",
            "DO  - 10.5555/a",
            "UR  - https://birds.example/7",
            "LA  - zh",
            "PY  - 2020",
            "DA  - 2020/04/01",
            "Y2  - 2026/11/02",
            "SP  - 12",
            "EP  - 19",
            "SN  - 1234-5679",
            "KW  - 雁",
            "KW  - 迁徙",
            "ER  - ",
            "",
            "TY  - BOOK",
            "A4  - 白露",
            "TI  - 雁行集",
            "PB  - 远山书社",
            "CY  - 杭州",
            "ET  - 2",
            "PY  - 民国三十六年",
            "SP  - 312",
            "ER  - ",
            "",
            "",
        ];
        assert_eq!(ris(&items).split("\r\n").collect::<Vec<_>>(), lines);
    }
}
