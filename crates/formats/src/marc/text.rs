//! MARC as text, as displayed by catalogues and copied by patrons: one field per line, `2001<TAB>|a 小王子
//! |b 专著` (Aleph), `=245  10$aTitle` (MarcEdit), `245 10 ‡a Title`.

use super::{DELIMITER, Marc, profile, to_record};
use crate::{Budget, Parsed, ReadError, Warning, warn};

/// Maximum number of lines of a record.
const MAX_LINES: usize = 20_000;
/// Characters used as the delimiter, longer ones first.
const SIGNS: [&str; 4] = ["$$", "|", "‡", "$"];

/// Parses all records of a text in order; a leader or an empty line starts a new one.
///
/// # Errors
/// [`ReadError`] when the text contains no field.
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    budget.take_bytes(text.len(), 0)?;
    let mut records = Vec::new();
    let mut current: Option<(Marc<'static>, usize, Vec<Warning>)> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n').take(MAX_LINES * 50) {
        let at = offset;
        offset += line.len();
        let line = line.trim_end().trim_start_matches('\u{FEFF}');
        let parsed = line_of(line);
        let begins = parsed.as_ref().is_some_and(|field| matches!(&field.tag, b"LDR" | b"000" | b"FMT"));
        let has_fields = current.as_ref().is_some_and(|(marc, ..)| !marc.is_empty());
        if (begins || line.is_empty()) && has_fields {
            budget.take_record(at)?;
            records.extend(current.take().map(finish));
        }
        if line.is_empty() {
            continue;
        }
        let (marc, _, warnings) =
            current.get_or_insert_with(|| (Marc::with_capacity("", 32, 1024), at, Vec::new()));
        match parsed {
            Some(field) if matches!(&field.tag, b"LDR" | b"000") => {
                // spaces are displayed as hyphens or carets
                marc.set_leader(&field.body.replace(['-', '^'], " "));
            }
            Some(field) if &field.tag == b"FMT" => {}
            Some(field) => {
                marc.push(field.tag, &field.body);
            }
            None => warn(warnings, || Warning::at("tag", at, "a line without a tag was left out")),
        }
    }
    records.extend(current.filter(|(marc, ..)| !marc.is_empty()).map(finish));
    if records.is_empty() {
        return Err(ReadError::at(0, "text without a field of MARC"));
    }
    Ok(records)
}

/// Whether a text looks like such a record: most lines have a tag, and one has subfields.
pub(crate) fn is_marc(text: &str) -> bool {
    let lines = || text.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(12);
    let fields: Vec<Line> = lines().filter_map(line_of).collect();
    let structured = fields.iter().any(|field| field.body.contains(DELIMITER));
    structured && fields.len() >= 2 && fields.len() * 10 >= lines().count() * 8
}

fn finish((marc, offset, mut warnings): (Marc<'static>, usize, Vec<Warning>)) -> Parsed {
    let profile = profile::detect(&marc);
    let (record, more) = to_record(&marc, profile);
    warnings.extend(more);
    Parsed { record, format: "marctext", profile: profile.name(), charset: "utf-8", offset, warnings }
}

struct Line {
    tag: [u8; 3],
    /// in the format of [`Marc::push`]
    body: String,
}

/// Parses tag, indicators and subfields of a line; none for a line that is not a field.
fn line_of(line: &str) -> Option<Line> {
    let line = line.strip_prefix('=').unwrap_or(line);
    let (tag, rest) = line.split_at_checked(3)?;
    let tag: [u8; 3] = tag.as_bytes().try_into().ok()?;
    let letters = tag.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let named =
        matches!(&tag, b"LDR" | b"FMT") || tag.iter().filter(|byte| byte.is_ascii_digit()).count() >= 2;
    if !letters
        || !named
        || !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii() && !c.is_ascii_lowercase())
    {
        return None;
    }
    let place =
        SIGNS.iter().filter_map(|sign| Some((begin(rest, sign)?, *sign))).min_by_key(|(place, _)| *place);
    let control = tag.starts_with(b"00") || !tag.iter().all(u8::is_ascii_digit);
    match place {
        // at most two indicators, with white space around them
        Some((place, sign)) if !control && place <= 6 => {
            let (head, body) = rest.split_at_checked(place)?;
            Some(Line { tag, body: format!("{}{}", indicators(head), subfields(body, sign)) })
        }
        _ if control => Some(Line { tag, body: rest.trim().replace(DELIMITER, " ") }),
        _ => None,
    }
}

/// Position of the first delimiter with a subfield code after it.
fn begin(rest: &str, sign: &str) -> Option<usize> {
    let place = rest.find(sign)?;
    let code = rest.get(place + sign.len()..)?.chars().next()?;
    code.is_ascii_alphanumeric().then_some(place)
}

/// Parses the two indicators before the subfields: `1`, ` 1`, `10`, `1#`, `_1`.
fn indicators(head: &str) -> String {
    let head = head.split('\t').next().unwrap_or_default();
    let trimmed = head.trim();
    // a space before a single indicator is an indicator itself if it directly follows the tag
    let found =
        if trimmed.chars().count() == 1 && head.starts_with(' ') && head.trim_end().chars().count() == 2 {
            format!(" {trimmed}")
        } else {
            format!("{trimmed:<2}")
        };
    found.chars().take(2).map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect()
}

/// Converts `|a 小王子 |b 专著` to `␟a小王子␟b专著`. A delimiter character inside a value counts only if a code
/// follows it.
fn subfields(body: &str, sign: &str) -> String {
    let spaced = body.get(sign.len() + 1..).is_some_and(|rest| rest.starts_with(' '));
    let mut out = String::with_capacity(body.len());
    for (index, part) in body.split(sign).enumerate().skip(1) {
        let mut chars = part.chars();
        let code = chars.next().filter(char::is_ascii_alphanumeric);
        let rest = chars.as_str();
        match code {
            Some(code) if !spaced || rest.starts_with(' ') || rest.is_empty() => {
                out.truncate(out.trim_end().len());
                out.push(DELIMITER);
                out.push(code);
                out.push_str(rest.trim_start());
            }
            _ if index > 1 => {
                out.push_str(sign);
                out.push_str(part);
            }
            _ => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::{is_marc, parse};

    #[test]
    fn three_ways_to_show_a_record() {
        let aleph = "FMT\tBK\nLDR\t-----nam0 22-----   450 \n001\t0115\n010\t|a 978-7-02-000872-8 |d CNY32.00\n1011\t|a chi |c fre\n\
                     2001\t|a 红楼梦 |b 专著 |f 曹雪芹著\n210\t|a 北京 |c 人民文学出版社 |d 1982\n";
        let edit = "=LDR  00000nam0 2200000   450 \n=001  0115\n=010  \\\\$a978-7-02-000872-8$dCNY32.00\n=200  1\\$a红楼梦$b专著$f曹雪芹著\n\
                    =210  \\\\$a北京$c人民文学出版社$d1982\n";
        let shown = "001 0115\n010    ‡a 978-7-02-000872-8\n200 1  ‡a 红楼梦 ‡f 曹雪芹著\n210    ‡a 北京 ‡c 人民文学出版社 ‡d 1982\n";
        for text in [aleph, edit, shown] {
            assert!(is_marc(text), "{text}");
            let record = parse(text, &crate::Budget::answer()).unwrap().remove(0).record;
            assert_eq!(
                (record.id.as_str(), record.title.as_str(), record.year),
                ("0115", "红楼梦", Some(1982)),
                "{text}"
            );
            assert_eq!(
                (record.creators[0].name.as_str(), record.publisher.as_str()),
                ("曹雪芹", "人民文学出版社")
            );
            assert_eq!(record.identifiers.len(), 1, "{text}");
        }
        let two = parse(&format!("{aleph}{aleph}\n{shown}"), &crate::Budget::answer()).unwrap();
        assert_eq!(
            two.iter().map(|parsed| parsed.profile).collect::<Vec<_>>(),
            ["cnmarc", "cnmarc", "unimarc"]
        );
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "",
            "TY  - JOUR\nTI  - 红楼梦\nER  - \n",
            "100 $ a day\n200 words",
            "红楼梦 |a x",
            "@book{a, title={红楼梦}}",
        ] {
            assert!(!is_marc(text), "{text}");
        }
        assert!(parse("红楼梦", &crate::Budget::answer()).is_err());
    }
}
