//! SUTRS, the plain-text record syntax of Z39.50 (1.2.840.10003.5.101). It has no structure: text after
//! known labels is used, and without a label the first line is the title.

use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, RawRecord, Record, year_of};
use hongyan_model::text::{clean, clip};

use crate::marc::Charset;
use crate::marc::charset::text_of;
use crate::{Budget, Parsed, ReadError, Warning, roles};

/// Maximum number of lines.
const LINES: usize = 400;
/// Maximum length of the raw view, in characters.
const MAX_RAW: usize = 50_000;

/// Meaning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Title,
    Creator,
    Publisher,
    Date,
    Edition,
    Subject,
    CallNumber,
    Isbn,
    Issn,
}

/// Labels used by catalogues, in lower case.
const LABELS: [(&str, Label); 28] = [
    ("title", Label::Title),
    ("title proper", Label::Title),
    ("题名", Label::Title),
    ("書名", Label::Title),
    ("书名", Label::Title),
    ("タイトル", Label::Title),
    ("서명", Label::Title),
    ("author", Label::Creator),
    ("creator", Label::Creator),
    ("name", Label::Creator),
    ("作者", Label::Creator),
    ("责任者", Label::Creator),
    ("著者", Label::Creator),
    ("publisher", Label::Publisher),
    ("imprint", Label::Publisher),
    ("published", Label::Publisher),
    ("出版者", Label::Publisher),
    ("出版社", Label::Publisher),
    ("date", Label::Date),
    ("year", Label::Date),
    ("出版年", Label::Date),
    ("edition", Label::Edition),
    ("版本", Label::Edition),
    ("subject", Label::Subject),
    ("主题", Label::Subject),
    ("call number", Label::CallNumber),
    ("isbn", Label::Isbn),
    ("issn", Label::Issn),
];

/// Parses a record; without `charset` the encoding is detected.
///
/// # Errors
/// [`ReadError`] when there is no text.
pub fn parse(bytes: &[u8], charset: Option<Charset>, budget: &Budget) -> Result<Parsed, ReadError> {
    budget.check_record(bytes.len(), 0)?;
    budget.take_bytes(bytes.len(), 0)?;
    let (text, charset) = match charset {
        Some(charset) => (charset.decode(bytes).0, charset.name()),
        None => text_of(bytes),
    };
    let mut record = Record::default();
    let mut first = String::new();
    let mut last = None;
    for line in text.lines().take(LINES) {
        let plain = clean(line);
        if plain.is_empty() {
            last = None;
            continue;
        }
        match labelled(&plain) {
            Some((label, value)) => {
                put(&mut record, label, value);
                last = Some(label);
            }
            // an indented line continues a title
            None if last == Some(Label::Title) && line.starts_with([' ', '\t']) => {
                record.title.push(' ');
                record.title.push_str(&plain);
            }
            None if first.is_empty() => first = plain,
            None => {}
        }
    }
    let mut warnings = vec![Warning::new("sutrs", "text without structure")];
    if record.title.is_empty() {
        warnings.push(Warning::new("title", "no line is labelled as the title"));
        record.title = clip(&first, 500);
    }
    if record.title.is_empty() {
        return Err(ReadError::at(0, "no text"));
    }
    record.raw = Some(RawRecord { format: "sutrs".to_owned(), text: clip(&text, MAX_RAW) });
    Ok(Parsed { record, format: "sutrs", profile: "sutrs", charset, offset: 0, warnings })
}

/// The label of a line, and the text after its colon.
fn labelled(line: &str) -> Option<(Label, &str)> {
    let (name, value) = line.split_once([':', '：'])?;
    let name = name.trim().trim_end_matches("(s)").to_lowercase();
    let label = LABELS.iter().find(|(known, _)| *known == name).map(|(_, label)| *label)?;
    Some((label, value.trim()))
}

fn put(record: &mut Record, label: Label, value: &str) {
    if value.is_empty() {
        return;
    }
    let slot = match label {
        Label::Title => &mut record.title,
        Label::Publisher => &mut record.publisher,
        Label::Edition => &mut record.edition,
        Label::Date => &mut record.date,
        Label::Creator => {
            let names = value.split([';', '；']).map(roles::tidy).filter(|name| !name.is_empty());
            return record.creators.extend(names.take(50).map(Creator::author));
        }
        Label::Subject => return record.subjects.push(value.to_owned()),
        Label::CallNumber => {
            let holding =
                hongyan_model::holding::Holding { call_number: value.to_owned(), ..Default::default() };
            return record.holdings.push(holding);
        }
        Label::Isbn => return record.add_identifier(IdentifierKind::Isbn, value),
        Label::Issn => return record.add_identifier(IdentifierKind::Issn, value),
    };
    if slot.is_empty() {
        value.clone_into(slot);
    }
    if label == Label::Date {
        record.year = record.year.or_else(|| year_of(value));
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::marc::Charset;

    #[test]
    fn labels_and_first_lines() {
        let text = "Record 1\nTitle:  红楼梦 :\n   校注本\nAuthor(s): 曹雪芹\n出版社：人民文学出版社\nDate: c1982.\nISBN: 7-02-000220-X\n";
        let record = parse(text.as_bytes(), None, &crate::Budget::answer()).unwrap().record;
        assert_eq!(record.title, "红楼梦 : 校注本");
        assert_eq!((record.creators[0].name.as_str(), record.year), ("曹雪芹", Some(1982)));
        assert_eq!((record.publisher.as_str(), record.identifiers.len()), ("人民文学出版社", 1));
        let (gb, _, _) = encoding_rs::GB18030.encode("\n\n这是一条没有标签的记录\nMARC: no\n");
        let parsed = parse(&gb, Charset::named("gb18030"), &crate::Budget::answer()).unwrap();
        assert_eq!((parsed.record.title.as_str(), parsed.charset), ("这是一条没有标签的记录", "gb18030"));
        assert!(parse(b" \n\t\r\n", None, &crate::Budget::answer()).is_err());
    }
}
