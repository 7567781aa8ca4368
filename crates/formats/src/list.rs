//! Parses a list of wanted works in any format: lines of identifiers, titles or references, files of references,
//! OpenURLs, MARC … Forms and batches of requests are filled from it.

use std::collections::HashMap;

use hongyan_model::numbers::{self, Misprint};
use hongyan_model::record::Record;
use hongyan_model::request::batch::ReadAs;
use hongyan_model::text::{clean, clip};
use hongyan_model::{Identifier, Query};

use crate::answer::MISPRINT;
pub use crate::tagged::{Left, Why};
use crate::{Budget, Fault, Parsed, ReadError, bibtex, openurl, other, plain, read, reference, tagged};

/// Maximum length of the text of an entry, for display.
const MAX_GIVEN: usize = 500;
/// Maximum number of works; callers have lower limits.
const MAX_ITEMS: usize = 2_000;
/// Maximum size of a list of lines in bytes, enough for thousands of references.
const MAX_TEXT: usize = 2_000_000;
/// Length in characters of what is shown of a part that was left out.
const MAX_SHOWN: usize = 120;

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

/// What was read of a text or a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// its works, in order
    pub entries: Vec<ListEntry>,
    /// what was left out, in order: parts of a file, and numbers with a wrong check digit, of which no work
    /// is made, and parts of references that are not surely understood
    pub left: Vec<Left>,
    /// what the whole is instead of works: a format that is not read, or a file of a known format without a work.
    /// A name (`PDF`, `RIS`, `<html>`), or its first line. There are no entries then
    pub refused: Option<String>,
}

impl Listed {
    fn refused(what: impl Into<String>) -> Listed {
        Listed { refused: Some(clip(&clean(&what.into()), MAX_SHOWN)), ..Listed::default() }
    }
}

/// Parses every entry of a text in order; empty for a blank text, and for one that [`read()`] refuses. Of lines over
/// the size limit only the beginning is parsed.
pub fn parse(text: &str, budget: &Budget) -> Vec<ListEntry> {
    of_text(text, budget).map(|listed| listed.entries).unwrap_or_default()
}

/// Parses every entry of the bytes of a text or a file in order, in whichever format and encoding.
///
/// # Errors
/// [`ReadError`] when it exceeds the budget.
pub fn read(bytes: &[u8], budget: &Budget) -> Result<Listed, ReadError> {
    if let Some(name) = other::binary(bytes) {
        return Ok(Listed::refused(name));
    }
    let (text, _) = plain::decode(bytes);
    let head = text.trim_start_matches('\u{FEFF}').trim_start();
    // XML has its encoding inside, and MARC has one for every record
    if looks_like_xml(head) || bytes.contains(&0x1E) {
        return structured(bytes, head, budget);
    }
    of_text(&text, budget)
}

/// Parses a text.
fn of_text(text: &str, budget: &Budget) -> Result<Listed, ReadError> {
    let text = text.trim_start_matches('\u{FEFF}');
    if text.trim().is_empty() {
        return Ok(Listed::default());
    }
    if let Some(format) = tagged::looks_like(text) {
        return match tagged::parse_as(format, text, budget) {
            Ok(file) => Ok(Listed { entries: works(file.works), left: file.left, refused: None }),
            Err(error) if error.fault == Fault::Unreadable => Ok(Listed::refused(format.title())),
            Err(error) => Err(error),
        };
    }
    let head = text.trim_start();
    if bibtex::looks_like(text) {
        let listed = from_bibtex(text, bibtex::entries(text, budget)?);
        return Ok(if listed.entries.is_empty() { Listed::refused("BibTeX") } else { listed });
    }
    if looks_like_xml(head) || looks_like_json(head) || text.contains('\u{1E}') {
        return structured(text.as_bytes(), head, budget);
    }
    if let Some(line) = tagged::unread(text) {
        return Ok(Listed::refused(format!("“{}”", clip(&clean(&line), MAX_SHOWN / 2))));
    }
    let mut listed = Listed::default();
    for item in items(beginning(text)) {
        if budget.is_stopped() || listed.entries.len() >= MAX_ITEMS {
            break;
        }
        line(&item, budget, &mut listed);
    }
    Ok(listed)
}

/// `<?xml`, `<record>`; but not `<<红楼梦>>`.
fn looks_like_xml(text: &str) -> bool {
    let begins = text
        .strip_prefix('<')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || "?!".contains(c)));
    begins && (text.starts_with("<?xml") || text.trim_end().ends_with('>'))
}

/// `{"`, `[{`; but not `[1] 曹雪芹`.
fn looks_like_json(text: &str) -> bool {
    let after = text
        .strip_prefix('{')
        .map(|rest| (rest, ['"', '}']))
        .or_else(|| Some((text.strip_prefix('[')?, ['{', '"'])));
    after.is_some_and(|(rest, next)| rest.trim_start().starts_with(next))
}

/// Parses XML, JSON or MARC.
fn structured(bytes: &[u8], text: &str, budget: &Budget) -> Result<Listed, ReadError> {
    let mut listed = Listed::default();
    let mut take = |_, item: Result<Parsed, ReadError>| {
        match item {
            Ok(parsed) if is_empty(&parsed) => {
                listed.left.push(Left {
                    line: 0,
                    offset: parsed.offset,
                    text: parsed.record.id,
                    why: Why::Empty,
                });
            }
            Ok(parsed) => {
                listed.left.extend(misprinted(&parsed, 0));
                listed.entries.push(from_file(parsed));
            }
            Err(error) => {
                let bytes = bytes.get(error.offset..).unwrap_or_default();
                let head =
                    String::from_utf8_lossy(bytes.get(..bytes.len().min(MAX_GIVEN)).unwrap_or_default());
                listed.left.push(Left {
                    line: 0,
                    offset: error.offset,
                    text: clip(&clean(&head), MAX_SHOWN),
                    why: Why::Broken,
                });
            }
        }
        listed.entries.len() < MAX_ITEMS && listed.left.len() < MAX_ITEMS
    };
    match read::records(bytes, &mut take, budget) {
        Err(error) if error.fault != Fault::Unreadable => Err(error),
        Ok(_) if !listed.entries.is_empty() => Ok(listed),
        _ => Ok(Listed::refused(other::title(text))),
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
    parsed.into_iter().map(from_file).collect()
}

/// The entries of a BibTeX file, and those that could not be parsed.
fn from_bibtex(text: &str, entries: Vec<Result<Parsed, ReadError>>) -> Listed {
    let mut listed = Listed::default();
    // entries are in the order of their offsets, so lines are counted once
    let (mut at, mut line) = (0, 1);
    for entry in entries {
        let offset = entry.as_ref().map_or_else(|error| error.offset, |parsed| parsed.offset);
        line += memchr::memchr_iter(b'\n', text.get(at..offset).unwrap_or_default().as_bytes()).count();
        at = at.max(offset);
        let why = match entry {
            Ok(parsed) if is_empty(&parsed) => Why::Empty,
            Ok(parsed) => {
                listed.left.extend(misprinted(&parsed, line));
                listed.entries.push(from_file(parsed));
                continue;
            }
            Err(_) => Why::Broken,
        };
        if listed.left.len() < MAX_ITEMS {
            let text = first_lines(text.get(offset..).unwrap_or_default());
            listed.left.push(Left { line, offset, text, why });
        }
    }
    listed
}

/// The beginning of an entry of BibTeX, up to the next one.
fn first_lines(text: &str) -> String {
    let head: String = text.chars().take(2 * MAX_SHOWN).collect();
    let ends = |(at, line): &(usize, &str)| *at == 0 || !line.trim_start().starts_with('@');
    let lines = head.split_inclusive('\n').enumerate().take_while(ends).map(|(_, line)| line);
    clip(&clean(&lines.collect::<String>()), MAX_SHOWN)
}

/// Whether nothing can be requested by it.
fn is_empty(parsed: &Parsed) -> bool {
    parsed.record.title.is_empty() && parsed.record.identifiers.is_empty()
}

/// The misprinted numbers of a work of a file.
fn misprinted(parsed: &Parsed, line: usize) -> impl Iterator<Item = Left> {
    let wrong = parsed.warnings.iter().filter(|warning| warning.code == MISPRINT);
    wrong.map(move |warning| Left {
        line,
        offset: parsed.offset,
        text: clip(&clean(&warning.detail), MAX_SHOWN),
        why: Why::CheckDigit,
    })
}

fn from_file(parsed: Parsed) -> ListEntry {
    let record = parsed.record;
    let number = record.identifiers.first().map(|id| id.value.clone()).unwrap_or_default();
    let given = if record.title.is_empty() { number } else { record.title.clone() };
    ListEntry { given: clip(&given, MAX_GIVEN), read_as: ReadAs::File, record: plain(record) }
}

/// An entry of a list of lines.
struct Item {
    /// number of its first line, from 1
    line: usize,
    /// byte offset of its first line
    offset: usize,
    text: String,
}

/// Splits lines. A line goes on with the one before it in a numbered list where it has no number; elsewhere where the one
/// before cannot end there. Page numbers and headers, which stand twice, are left out of a numbered list.
fn items(text: &str) -> Vec<Item> {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let numbered = |line: &str| reference::number_in_front(line).is_some();
    let joins =
        lines().next().is_some_and(numbered) && lines().filter(|line| numbered(line)).nth(1).is_some();
    let mut times: HashMap<&str, usize> = HashMap::new();
    if joins {
        for line in lines().filter(|line| !numbered(line)) {
            *times.entry(line).or_default() += 1;
        }
    }
    let mut items: Vec<Item> = Vec::new();
    let mut offset = 0;
    for (number, whole) in text.split_inclusive('\n').enumerate() {
        let (at, line) = (offset, whole.trim());
        offset += whole.len();
        if line.is_empty()
            || joins && (is_page_number(line) || times.get(line).is_some_and(|times| *times > 1))
        {
            continue;
        }
        let full = items.len() == MAX_ITEMS;
        let new =
            if joins { numbered(line) } else { !items.last().is_some_and(|item| goes_on(&item.text, line)) };
        match items.last_mut() {
            Some(before) if !new => {
                if before.text.len() < MAX_JOINED {
                    before.text.push('\n');
                    before.text.push_str(line);
                }
            }
            _ if full => break,
            _ => items.push(Item { line: number + 1, offset: at, text: line.to_owned() }),
        }
    }
    // a single reference that was broken within words
    if !joins && (2..=8).contains(&items.len()) {
        let whole = items.iter().map(|item| item.text.as_str()).collect::<Vec<_>>().join("\n");
        let alone = |item: &Item| {
            reference::read(&item.text).is_some() || !numbers::read(&item.text).valid.is_empty()
        };
        if whole.len() < MAX_JOINED
            && !items.iter().any(alone)
            && reference::marks(&whole) == 1
            && reference::read(&whole).is_some()
        {
            return vec![Item { line: items.first().map_or(1, |item| item.line), offset: 0, text: whole }];
        }
    }
    items
}

/// Longest entry of several lines, in bytes.
const MAX_JOINED: usize = 8_000;

/// `12`, `- 12 -`, `第 12 页`.
fn is_page_number(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| c.is_whitespace() || "-—–·第页頁共/".contains(c));
    (1..=5).contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a line cannot end where it does, or the next cannot begin a work.
fn goes_on(before: &str, next: &str) -> bool {
    let open =
        before.ends_with([',', '，', ':', '：', '、', '&', '(', '（', '《', '“']) || before.ends_with("//");
    let hyphen = before.ends_with(['-', '\u{2010}', '\u{AD}'])
        && before.chars().rev().nth(1).is_some_and(char::is_lowercase)
        && next.starts_with(char::is_lowercase);
    open && before.chars().count() > 20 || hyphen
}

/// Reads one entry: the works that it names, and the numbers that are misprinted.
fn line(item: &Item, budget: &Budget, listed: &mut Listed) {
    let text = item.text.as_str();
    let cleaned = clean(&reference::unbroken(text));
    let given = clip(&cleaned, MAX_GIVEN);
    if given.is_empty() {
        return;
    }
    if openurl::looks_like(&cleaned)
        && let Some(parsed) = openurl::parse(&cleaned, budget).ok().and_then(|works| works.into_iter().next())
    {
        let record = plain(parsed.record);
        listed.entries.push(ListEntry { given, read_as: ReadAs::OpenUrl, record });
        return;
    }
    let numbers = numbers::read(reference::without_number(&cleaned));
    for Misprint { kind, text } in &numbers.wrong {
        if listed.left.len() < MAX_ITEMS {
            let text = clip(&format!("{} {text}", kind.code()), MAX_SHOWN);
            listed.left.push(Left { line: item.line, offset: item.offset, text, why: Why::CheckDigit });
        }
    }
    if !numbers.alone {
        let reference::Line { record, is_reference, unsure } = reference::parse(text);
        for reference::Unsure { text, .. } in unsure {
            if listed.left.len() < MAX_ITEMS {
                let text = clip(&clean(&text), MAX_SHOWN);
                listed.left.push(Left { line: item.line, offset: item.offset, text, why: Why::Unsure });
            }
        }
        let read_as = match (is_reference, record.identifiers.is_empty()) {
            (true, _) => ReadAs::Reference,
            (false, false) => ReadAs::Number,
            (false, true) => ReadAs::Title,
        };
        listed.entries.push(ListEntry { given, read_as, record });
    } else if numbers.are_several() {
        // two of one kind are of two works
        for number in numbers.valid {
            let query = Query { identifier: Some(number), ..Query::default() };
            let given = clip(&query.display(), MAX_GIVEN);
            listed.entries.extend(query.identifier.map(|number| numbered(given, [number])));
        }
    } else if !numbers.valid.is_empty() {
        listed.entries.push(numbered(given, numbers.valid));
    }
}

/// An entry of nothing but numbers of one work.
fn numbered(given: String, numbers: impl IntoIterator<Item = Identifier>) -> ListEntry {
    let record = Record { identifiers: numbers.into_iter().collect(), ..Record::default() };
    ListEntry { given, read_as: ReadAs::Number, record }
}

/// Drops the parts of a record that a form does not use.
fn plain(record: Record) -> Record {
    Record { raw: None, summary: String::new(), subjects: Vec::new(), ..record }
}

#[cfg(test)]
mod tests {
    use hongyan_model::request::batch::ReadAs;

    use super::{Left, Why, parse, read};
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
        let text = "@book{a, title = {红楼梦}}\n@book{b, title = {三国演义 \n@book{c, title = {水浒传}}\n@book{d, year = 1999}\n";
        let listed = read(text.as_bytes(), &Budget::text()).unwrap();
        let given: Vec<&str> = listed.entries.iter().map(|item| item.given.as_str()).collect();
        assert_eq!(given, ["红楼梦", "水浒传"]);
        let left: Vec<_> = listed.left.iter().map(|part| (part.line, part.text.as_str(), part.why)).collect();
        assert_eq!(
            left,
            [(2, "@book{b, title = {三国演义", Why::Broken), (4, "@book{d, year = 1999}", Why::Empty)]
        );
        // over the size limit: the beginning of lines, and nothing of a file
        let lines = "红楼梦\n".repeat(300_000);
        assert_eq!(parse(&lines, &Budget::text()).len(), 2_000);
        let deep = format!("<modsCollection>{}</mods>", "<mods>".repeat(5_000));
        let large = format!("[{}0]", "{\"title\":\"红\"},".repeat(400_000));
        for text in [deep, large] {
            let listed = read(text.as_bytes(), &Budget::text());
            assert!(listed.is_err() || listed.is_ok_and(|listed| listed.refused.is_some()));
        }
    }

    #[test]
    fn what_looks_like_a_file_and_is_none_makes_no_request() {
        for (text, what) in [
            ("TY  - BOOK\nPB  - 某社\nER  - \n", "RIS"),
            ("@book{b, title = {三国", "BibTeX"),
            ("{Reference Type}: Book\n{Publisher}: 某社\n", "NoteExpress"),
            ("<?xml version=\"1.0\"?><红/>", "XML"),
            ("<html><body><p>红楼梦</p>\n<p>水浒传</p></body></html>", "HTML"),
            ("{\"a\": [1, 2],\n\"b\": 3}", "JSON"),
            ("%PDF-1.7\n1 0 obj\n", "PDF"),
            ("PK\u{3}\u{4}xxxx", "ZIP"),
            // a format of tagged lines that nobody reads
            ("AU= Marsh, A.\nTI= Geese\nSO= Birds\nPY= 1999\nAU= Hale, B.\nTI= Reed\n", "“AU= Marsh, A.”"),
        ] {
            let listed = read(text.as_bytes(), &Budget::text()).unwrap();
            assert_eq!((listed.refused.as_deref(), listed.entries.len()), (Some(what), 0), "{text}");
        }
        // and these are lists
        for text in [
            "DOI: 10.1000/a\nISBN: 978-7-02-000872-8\nPMID: 123456\nISSN: 1004-454X\n",
            "<<红楼梦>>\n<<水浒传>>\n",
            "[1] 曹雪芹. 红楼梦[M].\n[2] 施耐庵. 水浒传[M].\n",
            "[美] 某人. 某书\nAI 与图书馆\nTI 公司的历史\n数据结构: 第2版\n",
            "100% 红\n%20 的人\n",
        ] {
            let listed = read(text.as_bytes(), &Budget::text()).unwrap();
            assert!(listed.refused.is_none() && listed.entries.len() > 1, "{text}: {listed:?}");
        }
    }

    #[test]
    fn lines_of_numbers_as_they_are_printed() {
        let text = "ISBN-13: 978-7-02-000872-8\nISBN：978-7-02-000220-7（平装）\n978\u{2011}7\u{2011}02\u{2011}000872\u{2011}8\n\
            书号 9787020008728\n红楼梦 ISBN 978-7-02-000220-7\nISSN：1001—7917\nPMID: 9336221 (1997)\nhep-th/9901001\n\
            CN 11-1234/G2\n统一书号：10019·3100\nPMCID: PMC4004532\n";
        let listed = read(text.as_bytes(), &Budget::text()).unwrap();
        assert!(listed.left.is_empty(), "{listed:?}");
        let numbers: Vec<&str> =
            listed.entries.iter().map(|item| item.record.identifiers[0].value.as_str()).collect();
        assert_eq!(
            numbers,
            [
                "9787020008728",
                "9787020002207",
                "9787020008728",
                "9787020008728",
                "9787020002207",
                "1001-7917",
                "9336221",
                "hep-th/9901001",
                "11-1234/G2",
                "10019·3100",
                "PMC4004532"
            ]
        );
        assert!(
            listed.entries.iter().all(|item| item.read_as == ReadAs::Number && item.record.title.is_empty())
        );
        // two on a line are two works, unless they are numbers of one
        let two = parse("10.5555/a,10.5555/b\ndoi:10.5555/c PMID: 24799665\n", &Budget::text());
        let given: Vec<&str> = two.iter().map(|item| item.given.as_str()).collect();
        assert_eq!(given, ["10.5555/a", "10.5555/b", "doi:10.5555/c PMID: 24799665"]);
        assert_eq!(two[2].record.identifiers.len(), 2);
    }

    #[test]
    fn of_a_file_a_misprinted_number_is_told_too() {
        let files = [
            "TY  - BOOK\nTI  - 雁行集\nSN  - 978-7-02-000872-9\nER  - \n",
            "@book{a,\n title={雁行集},\n isbn={978-7-02-000872-9}}\n",
            "[{\"id\":\"a\",\"type\":\"book\",\"title\":\"雁行集\",\"ISBN\":\"978-7-02-000872-9\"}]",
            "<?xml version=\"1.0\"?><xml><records><record><ref-type name=\"Book\">6</ref-type><titles><title>雁行集</title>\
             </titles><isbn>978-7-02-000872-9</isbn></record></records></xml>",
        ];
        for file in files {
            let listed = read(file.as_bytes(), &Budget::text()).unwrap();
            assert_eq!((listed.entries.len(), listed.left.len()), (1, 1), "{file}");
            let Left { text, why, .. } = &listed.left[0];
            assert_eq!((text.as_str(), *why), ("ISBN 978-7-02-000872-9", Why::CheckDigit), "{file}");
            assert!(listed.entries[0].record.identifiers.is_empty(), "{file}");
            let right = file.replace("872-9", "872-8");
            assert!(read(right.as_bytes(), &Budget::text()).unwrap().left.is_empty(), "{right}");
        }
    }

    #[test]
    fn a_part_that_is_not_sure_is_told_with_its_line() {
        let text = "红楼梦\n基于深度学习的方法研究. 雁[J]. 湖山学报, 2001(2): 3-4.\n";
        let listed = read(text.as_bytes(), &Budget::text()).unwrap();
        let left: Vec<_> = listed.left.iter().map(|part| (part.line, part.text.as_str(), part.why)).collect();
        assert_eq!((listed.entries.len(), left), (2, vec![(2, "基于深度学习的方法研究", Why::Unsure)]));
    }

    #[test]
    fn a_wrong_check_digit_makes_no_title() {
        let text = "红楼梦研究\n\nISBN 978-7-02-000872-9\n1001-7918\n曹雪芹. 红楼梦[M]. 北京: 人民文学出版社, 1982. ISBN 978-7-02-000872-9.\n";
        let listed = read(text.as_bytes(), &Budget::text()).unwrap();
        let titles: Vec<&str> = listed.entries.iter().map(|item| item.record.title.as_str()).collect();
        assert_eq!(titles, ["红楼梦研究", "红楼梦"]);
        let left: Vec<_> = listed.left.iter().map(|part| (part.line, part.text.as_str(), part.why)).collect();
        let wrong = |line, text| (line, text, Why::CheckDigit);
        assert_eq!(
            left,
            [
                wrong(3, "ISBN 978-7-02-000872-9"),
                wrong(4, "ISSN 1001-7918"),
                wrong(5, "ISBN 978-7-02-000872-9")
            ]
        );
        assert!(listed.refused.is_none());
        // beside a title or in a reference it is told, and goes into no field
        for (line, title) in [
            ("ISBN 9787020008729 红楼梦", "红楼梦"),
            ("红楼梦（ISBN 978-7-02-000872-9）", "红楼梦"),
            ("ISBN 9787020008729 曹雪芹. 红楼梦[M]. 北京: 人民文学出版社, 1982.", "红楼梦"),
            ("曹雪芹. 红楼梦 ISBN 9787020008729[M]. 北京: 人民文学出版社, 1982.", "红楼梦"),
        ] {
            let listed = read(line.as_bytes(), &Budget::text()).unwrap();
            let record = &listed.entries[0].record;
            assert_eq!((record.title.as_str(), record.identifiers.len()), (title, 0), "{line}");
            assert!(record.creators.iter().all(|one| one.name == "曹雪芹"), "{line}: {record:?}");
            assert_eq!((listed.left.len(), listed.left[0].why), (1, Why::CheckDigit), "{line}");
        }
    }

    #[test]
    fn an_openurl_with_blanks() {
        let text = "resolver.example/resolve?genre=article&issn=10017917&title=Lake Journal&volume=38&issue=2&date=2021&\
            atitle=Herons and reed&aulast=Hale&spage=12&id=doi:10.5555/heron&sid=x";
        let item = &parse(text, &Budget::text())[0];
        assert_eq!((item.read_as, item.record.title.as_str()), (ReadAs::OpenUrl, "Herons and reed"));
        assert_eq!((item.record.container.as_str(), item.record.pages.as_str()), ("Lake Journal", "12"));
        assert_eq!(item.record.identifier(hongyan_model::IdentifierKind::Doi), Some("10.5555/heron"));
        // a sentence is none
        let title = "大学的 title=红楼梦 一书";
        assert_eq!(parse(title, &Budget::text())[0].read_as, ReadAs::Title);
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
