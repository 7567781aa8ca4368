//! Writes BibTeX and BibLaTeX files: UTF-8, unique ASCII keys, TeX's special characters escaped, capital
//! letters protected by braces where a style would lower them.

use std::collections::HashSet;

use super::item::{CslItem, Name, spaced};
use super::text::{is_cjk, plain};

/// Dialect of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// for `bibtex`: `@phdthesis`, `journal`, `year`
    Bibtex,
    /// for `biber`: `@thesis`, `journaltitle`, `date`, `langid`
    Biblatex,
}

/// Writes items to one file.
pub fn bibtex(items: &[CslItem], dialect: Dialect) -> String {
    let mut keys = HashSet::new();
    items.iter().map(|item| write(item, &key(item, &mut keys), dialect)).collect::<Vec<_>>().join("\n")
}

fn write(item: &CslItem, key: &str, dialect: Dialect) -> String {
    let latex = dialect == Dialect::Biblatex;
    let pick = |bibtex: &'static str, biblatex: &'static str| if latex { biblatex } else { bibtex };
    let mut fields: Vec<(&str, String)> = Vec::new();
    for variable in ["author", "editor", "translator"] {
        fields.push((variable, names(item.people(variable))));
    }
    if item.people("author").is_empty() {
        fields.push(("author", names(item.people("director"))));
    }
    fields.push(("title", title(item.text("title"))));
    let host = title(item.text("container-title"));
    let host_field = match item.kind.as_str() {
        "article-journal" | "article-magazine" | "article-newspaper" => pick("journal", "journaltitle"),
        _ => "booktitle",
    };
    fields.push((host_field, host));
    if !item.has("container-title") && item.kind == "paper-conference" {
        fields.push((pick("booktitle", "eventtitle"), title(item.text("event-title"))));
    }
    let publisher = match item.kind.as_str() {
        "thesis" => pick("school", "institution"),
        "report" => "institution",
        _ => "publisher",
    };
    fields.push((publisher, escape(item.text("publisher"))));
    fields.push((pick("address", "location"), escape(item.text("publisher-place"))));
    match (latex, item.day("issued")) {
        (true, Some(day)) => fields.push(("date", day.iso())),
        (false, Some(day)) => {
            fields.push(("year", day.year.to_string()));
            fields.push(("month", day.month.map(|month| month.to_string()).unwrap_or_default()));
        }
        (_, None) => {
            let words = item.date("issued").map(|date| escape(&date.literal)).unwrap_or_default();
            fields.push(("year", words));
        }
    }
    fields.push(("volume", escape(item.text("volume"))));
    let number = if item.has("issue") { item.text("issue") } else { item.text("number") };
    fields.push(("number", escape(number)));
    fields.push(("pages", escape(&item.text("page").replace('–', "-")).replace('-', "--")));
    if latex {
        fields.push(("pagetotal", escape(item.text("number-of-pages"))));
    }
    fields.push(("edition", escape(item.text("edition"))));
    fields.push(("series", escape(item.text("collection-title"))));
    // of BibTeX's types none is a standard or an article of a newspaper
    let genre = match item.kind.as_str() {
        "standard" if !item.has("genre") && !latex => "standard".to_owned(),
        _ => escape(item.text("genre")),
    };
    fields.push(("type", genre));
    if item.kind == "article-newspaper" {
        fields.push(("entrysubtype", "newspaper".to_owned()));
    }
    fields.push(("isbn", item.text("ISBN").to_owned()));
    fields.push(("issn", item.text("ISSN").to_owned()));
    fields.push(("doi", verbatim(item.text("DOI"))));
    fields.push(("pmid", item.text("PMID").to_owned()));
    fields.push(("url", verbatim(item.text("URL"))));
    fields.push((
        "urldate",
        item.day("accessed").filter(|_| item.has("URL")).map(|day| day.iso()).unwrap_or_default(),
    ));
    fields.push((pick("language", "langid"), language(item.text("language")).to_owned()));
    fields.push(("keywords", escape(&item.text("keyword").replace("; ", ", "))));
    fields.push(("abstract", escape(item.text("abstract"))));
    let mut out = format!("@{}{{{key},\n", kind(item, latex));
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.trim().is_empty()) {
        out.push_str(&format!("  {name} = {{{value}}},\n"));
    }
    out.push_str("}\n");
    out
}

fn kind(item: &CslItem, latex: bool) -> &'static str {
    let part = item.has("container-title") || item.has("event-title");
    match (item.kind.as_str(), latex) {
        ("book" | "classic", _) => "book",
        ("chapter" | "entry-dictionary" | "entry-encyclopedia", _) => "incollection",
        ("article-journal" | "article-magazine" | "article-newspaper", _) => "article",
        ("paper-conference", _) if part => "inproceedings",
        ("paper-conference", _) => "proceedings",
        ("thesis", true) => "thesis",
        ("thesis", false) if item.text("genre").contains(['硕']) || item.text("genre").contains("aster") => {
            "mastersthesis"
        }
        ("thesis", false) => "phdthesis",
        ("report", true) => "report",
        ("report", false) => "techreport",
        ("periodical", true) => "periodical",
        ("patent", _) => "patent",
        ("standard", true) => "standard",
        ("dataset", true) => "dataset",
        ("software", true) => "software",
        ("webpage" | "post" | "post-weblog" | "article", true) => "online",
        _ => "misc",
    }
}

/// `knuth1997art`: family name, year, first word of the title, as far as they are Latin; a suffix makes
/// it unique.
fn key(item: &CslItem, taken: &mut HashSet<String>) -> String {
    let people = ["author", "editor", "translator"].map(|variable| item.people(variable));
    let first = people.into_iter().flatten().next();
    let family = first.map(|name| if name.is_literal() { &name.literal } else { &name.family });
    let mut base = word(family.map(String::as_str).unwrap_or_default(), 20);
    if base.is_empty() {
        base = match item.text("language") {
            "" => "ref".to_owned(),
            language => word(language, 3),
        };
    }
    if let Some(day) = item.day("issued") {
        base.push_str(&day.year.unsigned_abs().to_string());
    }
    let small = ["a", "an", "the", "on", "of", "der", "die", "das", "la", "le", "el"];
    let in_title = item.text("title").split_whitespace().map(|part| word(part, 12));
    if let Some(part) = in_title.into_iter().find(|part| part.len() > 1 && !small.contains(&part.as_str()))
        && !item.text("title").chars().any(is_cjk)
    {
        base.push_str(&part);
    }
    let mut key = base.clone();
    let mut count = 1_u32;
    while !taken.insert(key.clone()) {
        count += 1;
        key = format!("{base}-{count}");
    }
    key
}

/// ASCII letters and digits in lower case, without accents.
fn word(text: &str, most: usize) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfd().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(most).collect()
}

fn names(names: &[Name]) -> String {
    names.iter().map(one).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" and ")
}

fn one(name: &Name) -> String {
    if name.is_literal() {
        let whole = escape(&name.literal);
        let divisible = whole.contains([' ', ',', '\u{a0}']);
        return if divisible { format!("{{{whole}}}") } else { whole };
    }
    let family = spaced(&[&spaced(&[&name.dropping, &name.particle]), &name.family]);
    let parts = [family, name.suffix.clone(), name.given.clone()].map(|part| escape(&part));
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A title with protected capitals: `Studies on {DNA} in {Asia}`.
fn title(text: &str) -> String {
    let text = plain(text);
    let words = text.split(' ').enumerate().map(|(index, word)| {
        let mut letters = word.chars();
        if index == 0 {
            letters.next();
        }
        let word_escaped = escape(word);
        if !word.chars().any(is_cjk) && letters.any(char::is_uppercase) {
            format!("{{{word_escaped}}}")
        } else {
            word_escaped
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Escapes TeX's special characters.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            _ => out.push(c),
        }
    }
    out
}

/// URLs are written verbatim; only characters that would end the field are percent-encoded.
fn verbatim(text: &str) -> String {
    text.replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C").replace(char::is_whitespace, "%20")
}

/// Name of a language in babel.
fn language(code: &str) -> &'static str {
    match code.split(['-', '_']).next().unwrap_or_default() {
        "zh" => "chinese",
        "en" => "english",
        "ja" => "japanese",
        "ko" => "korean",
        "fr" => "french",
        "de" => "german",
        "ru" => "russian",
        "es" => "spanish",
        "pt" => "portuguese",
        "it" => "italian",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use biblatex::{Bibliography, ChunksExt};
    use serde_json::json;

    use super::{Dialect, bibtex};
    use crate::cite::CslItem;

    fn items() -> Vec<CslItem> {
        [
            json!({"id": "1", "type": "book", "title": "雁行集：100% {真} & 假_#1", "language": "zh",
                "author": [{"literal": "林一舟"}, {"literal": "Society for Birds and Bees"}],
                "publisher": "Hill & Co.", "publisher-place": "杭州", "edition": "2", "ISBN": "9787000000000",
                "issued": {"date-parts": [[1998, 3]]}}),
            json!({"id": "2", "type": "article-journal", "title": "Geese of the Yangtze: DNA at 5~6 °C \\ x^2",
                "author": [{"family": "Berg", "given": "Ola", "non-dropping-particle": "van den", "suffix": "Jr."}],
                "container-title": "Waterfowl", "volume": "7", "issue": "2", "page": "12-19", "language": "en",
                "DOI": "10.5555/a_b%c", "URL": "https://birds.example/{7}?a=1&b=2_3",
                "accessed": {"date-parts": [[2026, 11, 2]]}, "issued": {"date-parts": [[2020, 4, 1]]}}),
            json!({"id": "3", "type": "thesis", "title": "雁", "author": [{"literal": "何远"}], "language": "zh",
                "genre": "硕士学位论文", "publisher": "太湖大学", "issued": {"date-parts": [[1998]]}}),
            json!({"id": "4", "type": "document"}),
            json!({"id": "5", "type": "document"}),
        ]
        .iter()
        .filter_map(CslItem::from_json)
        .collect()
    }

    #[test]
    fn a_parser_reads_what_was_written() {
        for dialect in [Dialect::Bibtex, Dialect::Biblatex] {
            let file = bibtex(&items(), dialect);
            let read = Bibliography::parse(&file).unwrap();
            assert_eq!(
                read.keys().collect::<Vec<_>>(),
                ["zh1998", "berg2020geese", "zh1998-2", "ref", "ref-2"]
            );
            let book = read.get("zh1998").unwrap();
            assert_eq!(book.title().unwrap().format_verbatim(), "雁行集：100% {真} & 假_#1");
            let authors = book.author().unwrap();
            assert_eq!(
                authors.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(),
                ["林一舟", "Society for Birds and Bees"]
            );
            let article = read.get("berg2020geese").unwrap();
            let author = &article.author().unwrap()[0];
            assert_eq!(
                [&author.prefix, &author.name, &author.suffix, &author.given_name],
                ["van den", "Berg", "Jr.", "Ola"]
            );
            assert_eq!(article.doi().unwrap(), "10.5555/a_b%c");
            assert_eq!(article.url().unwrap(), "https://birds.example/%7B7%7D?a=1&b=2_3");
        }
    }

    #[test]
    fn dialects_differ() {
        let classic = bibtex(&items(), Dialect::Bibtex);
        let modern = bibtex(&items(), Dialect::Biblatex);
        for line in [
            "@mastersthesis{",
            "  journal = {Waterfowl}",
            "  year = {2020}",
            "  language = {chinese}",
            "  school = {太湖大学}",
        ] {
            assert!(classic.contains(line), "{line}\n{classic}");
        }
        for line in [
            "@thesis{",
            "  journaltitle = {Waterfowl}",
            "  date = {2020-04-01}",
            "  langid = {chinese}",
            "  title = {Geese of the {Yangtze:} {DNA} at 5\\textasciitilde{}6 {°C} \\textbackslash{} x\\textasciicircum{}2}",
            "  pages = {12--19}",
            "  urldate = {2026-11-02}",
            "  author = {van den Berg, Jr., Ola}",
        ] {
            assert!(modern.contains(line), "{line}\n{modern}");
        }
    }
}
