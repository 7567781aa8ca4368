//! Parses a list of wanted works in any format: lines of identifiers, titles or references, RIS, Refer,
//! BibTeX, OpenURLs, CSL-JSON, MARC … Forms and batches of requests are filled from it.

use hongyan_model::Identifier;
use hongyan_model::record::Record;
use hongyan_model::request::batch::ReadAs;
use hongyan_model::text::{clean, clip};

use crate::{Budget, Fault, Parsed, ReadError, bibtex, openurl, read, reference, ris};

/// Maximum length of the text of an entry, for display.
const MAX_GIVEN: usize = 500;
/// Maximum number of works; callers have lower limits.
const MAX_ITEMS: usize = 2_000;
/// Maximum size of a text in bytes, enough for thousands of references.
const MAX_TEXT: usize = 2_000_000;
/// Number of lines shown of an entry that could not be parsed.
const LOST_LINES: usize = 3;

/// An entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    /// the text as given, truncated; for an entry of a file, its title
    pub given: String,
    /// how it was interpreted
    pub read_as: ReadAs,
    /// what was parsed from it; for an identifier, that identifier only
    pub record: Record,
}

/// Parses every entry of a text in order; empty for a blank text. Of a text over the size limit only the
/// beginning is parsed. An entry of a file that cannot be parsed, or a file over the budget, becomes an
/// entry with its first lines.
pub fn parse(text: &str, budget: &Budget) -> Vec<ListEntry> {
    let text = text.trim_start_matches('\u{FEFF}').trim();
    if text.is_empty() {
        return Vec::new();
    }
    let structured = text.starts_with(['<', '{', '[']) && !text.starts_with("[1]");
    if structured && text.len() > MAX_TEXT {
        return lost(text).into_iter().collect();
    }
    let text = beginning(text);
    let file = if ris::looks_like(text) {
        ris::parse(text, budget).map(works)
    } else if bibtex::looks_like(text) {
        bibtex::entries(text, budget).map(|entries| from_bibtex(text, entries))
    } else if structured || text.contains('\u{1E}') {
        other_file(text, budget).map(works)
    } else {
        Ok(Vec::new())
    };
    match file {
        Err(error) if error.fault != Fault::Unreadable => lost(text).into_iter().collect(),
        Ok(works) if !works.is_empty() => works,
        _ => {
            let items = items(text);
            let until_stopped = items.iter().take_while(|_| !budget.is_stopped());
            until_stopped.filter_map(|item| line(item, budget)).collect()
        }
    }
}

/// The text, or its beginning, cut at the end of a line where possible.
fn beginning(text: &str) -> &str {
    if text.len() <= MAX_TEXT {
        return text;
    }
    let mut end = MAX_TEXT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = text.get(..end).unwrap_or_default();
    head.rsplit_once('\n').map_or(head, |(lines, _)| lines)
}

fn works(parsed: Vec<Parsed>) -> Vec<ListEntry> {
    parsed.into_iter().take(MAX_ITEMS).map(from_file).collect()
}

/// An entry for what could not be parsed: its first lines.
fn lost(text: &str) -> Option<ListEntry> {
    let head: String = text.chars().take(MAX_GIVEN).collect();
    // up to the next entry of the file
    let ends = |(at, line): &(usize, &str)| *at == 0 || !line.trim_start().starts_with('@');
    let lines = head.split_inclusive('\n').take(LOST_LINES).enumerate().take_while(ends);
    let head: String = lines.map(|(_, line)| line).collect();
    let given = clean(&head);
    (!given.is_empty()).then(|| ListEntry { given, read_as: ReadAs::Title, record: Record::default() })
}

/// The entries of a BibTeX file, including those that could not be parsed.
fn from_bibtex(text: &str, entries: Vec<Result<Parsed, ReadError>>) -> Vec<ListEntry> {
    let listed = entries.into_iter().take(MAX_ITEMS).filter_map(|entry| match entry {
        Ok(parsed) => Some(from_file(parsed)),
        Err(error) => lost(text.get(error.offset..).unwrap_or_default()),
    });
    listed.collect()
}

/// XML, JSON or MARC.
fn other_file(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    let mut works = Vec::new();
    let mut take = |_, item: Result<Parsed, _>| {
        works.extend(item);
        works.len() < MAX_ITEMS
    };
    read::records(text.as_bytes(), &mut take, budget)?;
    Ok(works)
}

fn from_file(parsed: Parsed) -> ListEntry {
    let record = parsed.record;
    let number = record.identifiers.first().map(|id| id.value.clone()).unwrap_or_default();
    let given = if record.title.is_empty() { number } else { record.title.clone() };
    ListEntry { given: clip(&given, MAX_GIVEN), read_as: ReadAs::File, record: plain(record) }
}

/// Splits lines; in a numbered list, a line without a number continues the previous one.
fn items(text: &str) -> Vec<String> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut numbered = lines().filter(|line| reference::number_in_front(line).is_some());
    let joins = lines().next().is_some_and(|line| reference::number_in_front(line).is_some())
        && numbered.nth(1).is_some();
    let mut items: Vec<String> = Vec::new();
    for line in lines() {
        let full = items.len() == MAX_ITEMS;
        match items.last_mut() {
            Some(before) if joins && reference::number_in_front(line).is_none() => {
                before.push(' ');
                before.push_str(line);
            }
            _ if full => break,
            _ => items.push(line.to_owned()),
        }
    }
    items
}

fn line(text: &str, budget: &Budget) -> Option<ListEntry> {
    let given = clip(&clean(text), MAX_GIVEN);
    if given.is_empty() {
        return None;
    }
    if openurl::looks_like(text)
        && let Some(parsed) = openurl::parse(text, budget).ok().and_then(|works| works.into_iter().next())
    {
        return Some(ListEntry { given, read_as: ReadAs::OpenUrl, record: plain(parsed.record) });
    }
    if let Some(id) = Identifier::recognise(reference::without_number(&clean(text))) {
        let mut record = Record::default();
        record.add_identifier(id.kind, &id.value);
        return Some(ListEntry { given, read_as: ReadAs::Number, record });
    }
    let (record, is_reference) = reference::parse(text);
    let read_as = match (is_reference, record.identifiers.is_empty()) {
        (true, _) => ReadAs::Reference,
        (false, false) => ReadAs::Number,
        (false, true) => ReadAs::Title,
    };
    Some(ListEntry { given, read_as, record })
}

/// Drops the parts of a record that a form does not use.
fn plain(record: Record) -> Record {
    Record { raw: None, summary: String::new(), subjects: Vec::new(), ..record }
}

#[cfg(test)]
mod tests {
    use hongyan_model::request::batch::ReadAs;

    use super::parse;
    use crate::Budget;

    #[test]
    fn lines_of_every_kind() {
        let text = "10.1000/ABC\nISBN 978-7-02-000872-8\n\n  PMID: 123456 \n红楼梦研究\n\
            曹雪芹. 红楼梦[M]. 北京: 人民文学出版社, 1982.\n\
            https://resolver.example/?url_ver=Z39.88-2004&rft.genre=article&rft.atitle=%E8%AE%BA%E9%93%9C%E9%BC%93&rft.jtitle=J\n";
        let items = parse(text, &Budget::text());
        let kinds: Vec<ReadAs> = items.iter().map(|item| item.read_as).collect();
        use ReadAs::{Number, OpenUrl, Reference, Title};
        assert_eq!(kinds, [Number, Number, Number, Title, Reference, OpenUrl]);
        assert_eq!(items[5].record.title, "论铜鼓");
        assert_eq!(items[2].given, "PMID: 123456");
    }

    #[test]
    fn a_numbered_list_may_break_its_lines() {
        let items =
            parse("[1] 曹雪芹. 红楼梦[M].\n北京: 人民文学出版社, 1982.\n[2] 10.1000/abc\n", &Budget::text());
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].record.publisher, "人民文学出版社");
        assert_eq!(items[1].read_as, ReadAs::Number);
    }

    #[test]
    fn files() {
        let ris =
            parse("TY  - BOOK\nTI  - 红楼梦\nER  - \nTY  - BOOK\nTI  - 水浒传\nER  - \n", &Budget::text());
        assert_eq!(ris.iter().map(|item| item.given.as_str()).collect::<Vec<_>>(), ["红楼梦", "水浒传"]);
        assert!(ris.iter().all(|item| item.read_as == ReadAs::File));
        assert_eq!(parse("@book{a, title = {红楼梦}}", &Budget::text()).len(), 1);
        assert_eq!(
            parse(r#"[{"type":"book","title":"红楼梦","id":"1"}]"#, &Budget::text())[0].given,
            "红楼梦"
        );
        assert_eq!(parse(" \n \u{FEFF}", &Budget::text()), []);
    }

    #[test]
    fn what_is_lost_is_said() {
        let text = "@book{a, title = {红楼梦}}\n@book{b, title = {三国演义 \n@book{c, title = {水浒传}}\n";
        let given: Vec<String> = parse(text, &Budget::text()).into_iter().map(|item| item.given).collect();
        assert_eq!(given, ["红楼梦", "@book{b, title = {三国演义", "水浒传"]);
        // over the size limit: its beginning, or an entry with its first lines
        let lines = "红楼梦\n".repeat(300_000);
        assert_eq!(parse(&lines, &Budget::text()).len(), 2_000);
        let deep = format!("<modsCollection>{}", "<mods>".repeat(5_000));
        let large = format!("[{}0]", "{\"title\":\"红\"},".repeat(200_000));
        for text in [deep, large] {
            let items = parse(&text, &Budget::text());
            assert!(items.len() == 1 && items[0].record.title.is_empty(), "{} lines", items.len());
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,200}") {
            let _ = parse(&text, &Budget::text());
        }

        #[test]
        fn nothing_like_references_breaks_it(
            text in "([\\[\\]［］（）()《》“”:：.。,，;/@{}=&?%~-]|TY  - |ER  - |%0 |[JMDNP]|19[0-9]{2}|第|页|期|rft|10\\.1000/|@book|[a-z红楼梦]|\n){0,40}"
        ) {
            for item in parse(&text, &Budget::text()) {
                proptest::prop_assert!(!item.given.is_empty() || !item.record.title.is_empty() || text.contains("TY") || text.contains("%0") || text.contains('@'));
            }
        }
    }
}
