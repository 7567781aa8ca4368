//! Parses a pasted reference to a record: GB/T 7714, APA, and footnotes of Chinese history journals.
//!
//! Fills a form offline, before any catalogue is queried. In other formats title and first creator are
//! extracted as in the search box; text that is not a reference becomes a title.

mod imprint;

use hongyan_model::query::Field;
use hongyan_model::record::{Creator, Kind, Record, Role, year_of};
use hongyan_model::text::{clean, is_han};
use hongyan_model::{Identifier, Query};

use self::imprint::stated;

/// Longest reference, in characters.
const LONGEST: usize = 2_000;

/// Parses a line to a record; returns also whether it was a reference (and not only a title or an
/// identifier).
pub fn parse(line: &str) -> (Record, bool) {
    let text: String = clean(line).chars().take(LONGEST).collect();
    let text = without_number(&text);
    let asked = Query::from_box(text);
    let found =
        gbt7714(text).or_else(|| note(text)).or_else(|| apa(text)).or_else(|| by_search(text, &asked));
    let (mut record, is_reference) = match found {
        Some(record) => (record, true),
        None if asked.identifier.is_some() => (Record::default(), false),
        None => (Record { title: text.to_owned(), ..Record::default() }, false),
    };
    if let Some(Identifier { kind, value }) = asked.identifier {
        record.add_identifier(kind, &value);
    }
    (record, is_reference)
}

/// Strips a leading `[1]`, `［1］`, `1.` or `(1)`.
pub(crate) fn without_number(text: &str) -> &str {
    number_in_front(text).map_or(text, |rest| rest)
}

/// The text after a leading number; none if there is none.
pub(crate) fn number_in_front(text: &str) -> Option<&str> {
    let digits = |t: &str| !t.is_empty() && t.len() <= 3 && t.bytes().all(|b| b.is_ascii_digit());
    [("[", "]"), ("［", "］"), ("(", ")"), ("（", "）"), ("", ". "), ("", "、")].into_iter().find_map(
        |(open, close)| {
            let (number, rest) = text.strip_prefix(open)?.split_once(close)?;
            digits(number.trim()).then(|| rest.trim_start())
        },
    )
}

/// Extracts title and first creator as the search box does.
fn by_search(text: &str, asked: &Query) -> Option<Record> {
    let title = asked.clauses.iter().find(|clause| clause.field == Field::Title)?;
    let mut record = Record { title: title.text.clone(), ..Record::default() };
    let creator = asked.clauses.iter().find(|clause| clause.field == Field::Creator);
    record.creators.extend(creator.map(|clause| Creator::author(clause.text.clone())));
    stated(text.replacen(&title.text, "\u{3000}", 1).as_str(), &mut record);
    Some(record)
}

/// `作者. 题名[J]. 刊名, 2009(2): 12-20.`
fn gbt7714(text: &str) -> Option<Record> {
    let (before, mark, after) = marked(text)?;
    let kind = match mark.split('/').next()? {
        "M" | "A" | "G" => Kind::Book,
        "J" => Kind::Article,
        "D" => Kind::Thesis,
        "C" => Kind::Conference,
        "N" => Kind::Newspaper,
        "P" => Kind::Patent,
        "S" => Kind::Standard,
        "R" => Kind::Report,
        _ => Kind::Other,
    };
    let segments = sentences(before);
    let (names, title) = match segments.as_slice() {
        [] => return None,
        [title] => (None, (*title).to_owned()),
        [names, rest @ ..] => {
            // `KNUTH D. E. Title`: the initials belong to the names
            let skip = rest.iter().take_while(|part| part.split(' ').all(initials)).count();
            (Some(*names), rest.get(skip..).filter(|rest| !rest.is_empty()).unwrap_or(rest).join(". "))
        }
    };
    let mut record = Record { kind, title, ..Record::default() };
    record.creators = names.map(|names| creators(names, &[',', '，', ';', '；', '、'])).unwrap_or_default();
    let after = after.trim_start_matches(['.', '．', '。', ' ']);
    if let Some(host) = after.strip_prefix("//") {
        hosted(host, &mut record);
    } else if matches!(kind, Kind::Article | Kind::Newspaper) {
        serial(after, &mut record);
    } else {
        imprint(after, &mut record);
    }
    Some(record)
}

/// Text before the document type mark, the mark, text after it.
fn marked(text: &str) -> Option<(&str, &str, &str)> {
    const MARKS: [&str; 16] =
        ["M", "J", "D", "C", "P", "S", "R", "N", "A", "G", "Z", "DB", "EB", "CP", "DS", "CM"];
    text.char_indices().filter(|(_, c)| matches!(c, '[' | '［' | '【')).find_map(|(at, c)| {
        // a mark is short: only the text right after the bracket is examined
        let inner = text.get(at + c.len_utf8()..)?;
        let (end, close) = inner.char_indices().take(9).find(|(_, c)| matches!(c, ']' | '］' | '】'))?;
        let (mark, after) = (inner.get(..end)?, inner.get(end + close.len_utf8()..)?);
        let known = MARKS.contains(&mark.split('/').next()?.trim());
        (known && at > 0 && mark.len() <= 8).then_some((text.get(..at)?.trim(), mark, after))
    })
}

/// `刊名, 2009, 30(2): 12-20. DOI` and `刊名, 2009(2): 12-20`; for a newspaper `报名, 2009-05-01(3)`.
fn serial(text: &str, record: &mut Record) {
    let Some((container, rest)) = text.split_once([',', '，']) else {
        record.container = text.trim_end_matches(['.', '。']).trim().to_owned();
        return;
    };
    record.container = container.trim().to_owned();
    let rest = sentences(rest).first().map_or(rest, |first| *first);
    if record.kind == Kind::Newspaper {
        let (date, page) = rest.split_once(['(', '（']).unwrap_or((rest, ""));
        record.date = date.trim().to_owned();
        record.year = year_of(&record.date);
        record.pages = page.split([')', '）']).next().unwrap_or_default().trim().to_owned();
        return;
    }
    let (numbers, pages) = rest.split_once([':', '：']).unwrap_or((rest, ""));
    record.year = year_of(numbers);
    record.date = record.year.map(|year| year.to_string()).unwrap_or_default();
    record.pages = pages.trim().to_owned();
    if let Some((volume, issue)) = numbers.split_once(['(', '（']) {
        record.issue = issue.split([')', '）']).next().unwrap_or_default().trim().to_owned();
        let volume = volume.rsplit([',', '，']).next().unwrap_or_default().trim();
        if year_of(volume).is_none() {
            record.volume = volume.to_owned();
        }
    } else if let Some(volume) = numbers.split([',', '，']).nth(1) {
        record.volume = volume.trim().to_owned();
    }
}

/// The host after `//`: `编者. 书名. 北京: 出版社, 1982: 12-20.`
fn hosted(text: &str, record: &mut Record) {
    let parts = sentences(text);
    let at = parts.iter().position(|part| part.contains([':', '：']) && year_of(part).is_some());
    let titles = parts.get(..at.unwrap_or(parts.len())).unwrap_or_default();
    // a single part is the title; of several the first are the editors
    record.container = match titles {
        [] => String::new(),
        [title] => (*title).to_owned(),
        [names, title, ..] => {
            let names = creators(names, &[',', '，', ';', '；', '、']).into_iter();
            record.creators.extend(names.map(|one| Creator { role: Role::Editor, ..one }));
            (*title).to_owned()
        }
    };
    if let Some(part) = at.and_then(|at| parts.get(at)) {
        imprint(part, record);
    }
}

/// `2 版. 北京: 人民文学出版社, 1982: 12-20.`
fn imprint(text: &str, record: &mut Record) {
    for part in sentences(text) {
        if let Some(people) = responsible(part) {
            record.creators.extend(people);
            continue;
        }
        if let Some((place, rest)) = part.split_once([':', '：']) {
            let (publisher, rest) = rest.split_once([',', '，']).unwrap_or((rest, ""));
            record.place = place.trim().to_owned();
            record.publisher = publisher.trim().to_owned();
            let (date, pages) = rest.split_once([':', '：']).unwrap_or((rest, ""));
            record.date = date.trim().to_owned();
            record.year = year_of(date);
            record.pages = pages.trim().to_owned();
            break;
        }
        // 中华书局, 2005: without a place
        if let Some((publisher, date)) = part.rsplit_once([',', '，'])
            && let Some(year) = year_of(date)
            && year_of(publisher).is_none()
        {
            record.publisher = publisher.trim().to_owned();
            record.date = date.trim().to_owned();
            record.year = Some(year);
            break;
        }
        let is_edition = part.ends_with('版') || part.to_lowercase().ends_with(" ed");
        if is_edition && part.chars().count() <= 20 {
            record.edition = part.to_owned();
        }
    }
    stated(text, record);
    if record.kind == Kind::Thesis {
        record.container.clone_from(&record.publisher);
    }
}

/// `曹雪芹：《红楼梦》，北京：人民文学出版社，1982年，第12页`; with a second title it is an article:
/// `黄某：《论铜鼓》，《广西民族研究》2009年第2期，第12—20页`.
fn note(text: &str) -> Option<Record> {
    let (names, rest) = text.split_once(['：', ':'])?;
    let rest = rest.trim_start();
    let (open, close) = if rest.starts_with('《') { ('《', '》') } else { ('“', '”') };
    let (title, after) = rest.strip_prefix(open)?.split_once(close)?;
    if names.chars().count() > 40 || year_of(after).is_none() {
        return None;
    }
    let mut record = Record {
        kind: Kind::Book,
        title: title.trim().to_owned(),
        creators: creators(names, &['、', ',', '，', ';', '；']),
        year: year_of(after),
        ..Record::default()
    };
    record.date = record.year.map(|year| year.to_string()).unwrap_or_default();
    let between = |text: &str, from: char, to: char| -> Option<String> {
        let (inner, _) = text.split_once(from)?.1.split_once(to)?;
        Some(inner.trim().to_owned())
    };
    record.pages = after
        .rsplit_once('第')
        .and_then(|(_, rest)| rest.split_once(['页', '頁']))
        .map(|(pages, _)| pages.trim().to_owned())
        .unwrap_or_default();
    if let Some(container) = between(after, '《', '》') {
        record.kind = Kind::Article;
        record.container = container;
        let numbered = |mark: char| {
            let before = after.split_once(mark)?.0;
            let number = before.rsplit_once('第').map_or(before, |(_, number)| number);
            (number.chars().count() <= 6).then(|| number.trim().to_owned())
        };
        record.issue = numbered('期').unwrap_or_default();
        record.volume = numbered('卷').unwrap_or_default();
    } else if let Some((place, rest)) = after.trim_start_matches([',', '，', ' ']).split_once(['：', ':']) {
        record.place = place.trim().to_owned();
        record.publisher = rest.split([',', '，']).next().unwrap_or_default().trim().to_owned();
    }
    if record.kind == Kind::Book {
        stated(after, &mut record);
    }
    Some(record)
}

/// `Knuth, D. E. (1997). The art of …. Journal, 12(3), 45-67.`
fn apa(text: &str) -> Option<Record> {
    for (at, c) in text.char_indices().filter(|(_, c)| matches!(c, '(' | '（')) {
        let inner = text.get(at + c.len_utf8()..)?;
        // a date is short too
        let close = inner.char_indices().take(25).find(|(_, c)| matches!(c, ')' | '）'));
        let Some((end, close)) = close else { continue };
        let (date, after) = (inner.get(..end)?, inner.get(end + close.len_utf8()..)?);
        let names = text.get(..at)?.trim().trim_end_matches(['，', ',']);
        let Some(rest) = after.trim_start().strip_prefix(['.', '。', '．']) else { continue };
        let Some(year) = year_of(date).filter(|_| date.chars().count() <= 24) else { continue };
        if names.is_empty() || names.chars().count() > 400 {
            continue;
        }
        let parts = sentences(rest);
        let (title, rest) = parts.split_first()?;
        let mut record = Record {
            title: title.split(['[', '［']).next().unwrap_or(title).trim().to_owned(),
            creators: apa_names(names),
            year: Some(year),
            date: year.to_string(),
            ..Record::default()
        };
        let Some(source) = rest.first() else { return Some(record) };
        let pieces: Vec<&str> = source.split([',', '，']).map(str::trim).collect();
        let numbered = |piece: &&str| piece.starts_with(|c: char| c.is_ascii_digit());
        match pieces.as_slice() {
            [container, rest @ ..] if rest.first().is_some_and(numbered) => {
                record.kind = Kind::Article;
                record.container = (*container).to_owned();
                let first = rest.first().copied().unwrap_or_default();
                let (volume, issue) = first.split_once(['(', '（']).unwrap_or((first, ""));
                record.volume = volume.trim().to_owned();
                record.issue = issue.trim_end_matches([')', '）']).trim().to_owned();
                record.pages = rest.get(1).copied().unwrap_or_default().replace('–', "-");
            }
            _ => {
                record.kind = Kind::Book;
                record.publisher = source.rsplit(':').next().unwrap_or(source).trim().to_owned();
            }
        }
        return Some(record);
    }
    None
}

/// `Knuth, D. E., & Smith, J.`: a name ends after its initials.
fn apa_names(text: &str) -> Vec<Creator> {
    if text.chars().any(is_han) {
        return creators(text.trim_end_matches(['.', '。']), &[',', '，', '、', '&', ';']);
    }
    text.replace(" & ", " ")
        .split(".,")
        .map(|name| name.trim().trim_start_matches("& ").trim_end_matches('.'))
        .filter(|name| !name.is_empty())
        .map(|name| Creator::author(if name.contains(',') { format!("{name}.") } else { name.to_owned() }))
        .take(50)
        .collect()
}

/// `小柯, 译`, `顾幼静 译`, `林一舟, 校注`: names with their roles, after a title.
fn responsible(part: &str) -> Option<Vec<Creator>> {
    const PARTS: [(&str, Role); 8] = [
        ("校注", Role::Annotator),
        ("点校", Role::Annotator),
        ("注", Role::Annotator),
        ("译", Role::Translator),
        ("譯", Role::Translator),
        ("主编", Role::Editor),
        ("主編", Role::Editor),
        ("编", Role::Editor),
    ];
    let (names, role) = PARTS.into_iter().find_map(|(word, role)| {
        let names = part.strip_suffix(word)?.trim_end();
        let apart = names.ends_with([',', '，', ' ']) || part.contains([' ', ',', '，']);
        (apart && part.chars().count() <= 60).then_some((names.trim_end_matches([',', '，']), role))
    })?;
    let people = creators(names, &[',', '，', ';', '；', '、']);
    (!people.is_empty()).then(|| people.into_iter().map(|one| Creator { role, ..one }).collect())
}

/// `王红, 李强, 等`
fn creators(text: &str, signs: &[char]) -> Vec<Creator> {
    text.split(signs)
        .map(|name| name.trim().trim_end_matches(['.', '。']))
        .map(|name| name.strip_suffix('等').filter(|rest| rest.chars().count() >= 2).unwrap_or(name).trim())
        .filter(|name| !name.is_empty() && !matches!(*name, "等" | "et al"))
        .map(Creator::author)
        .take(50)
        .collect()
}

/// Splits at full stops, except inside a number and after an initial of a Latin name.
fn sentences(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let ends = match c {
            '。' | '．' => true,
            '.' if next.is_some_and(|n| !n.is_whitespace() && !is_han(n)) => false,
            '.' => {
                let last = text.get(start..at).and_then(|text| text.split([' ', '.', '-']).next_back());
                let following = text.get(at + 1..).and_then(|rest| rest.split_whitespace().next());
                let initial = last.is_some_and(|last| last.chars().count() == 1 && initials(last))
                    && following.is_some_and(|next| {
                        matches!(next, "and" | "&" | "et") || initials(next) && next.ends_with(['.', ','])
                    });
                !initial
            }
            _ => false,
        };
        if ends {
            parts.extend(text.get(start..at).map(str::trim).filter(|part| !part.is_empty()));
            start = at + c.len_utf8();
        }
    }
    parts.extend(text.get(start..).map(str::trim).filter(|part| !part.is_empty()));
    parts
}

/// `D`, `D.`, `D.E.`, `J-P`
fn initials(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    (1..=3).contains(&letters)
        && word.chars().all(|c| c.is_uppercase() || matches!(c, '.' | '-' | ','))
        && !word.chars().any(is_han)
}

#[cfg(test)]
mod tests {
    use hongyan_model::record::{Kind, Role};

    use super::parse;

    #[test]
    fn gbt_of_every_kind() {
        let (record, reference) = parse(
            "[1] 黄某, 韦某, 等. 论壮族的铜鼓文化[J]. 广西民族研究, 2009, 30(2): 12-20. DOI:10.1000/ABC.",
        );
        assert!(reference);
        assert_eq!((record.title.as_str(), record.container.as_str()), ("论壮族的铜鼓文化", "广西民族研究"));
        assert_eq!((record.volume.as_str(), record.issue.as_str()), ("30", "2"));
        assert_eq!((record.pages.as_str(), record.year, record.kind), ("12-20", Some(2009), Kind::Article));
        assert_eq!(record.creators.len(), 2);
        assert_eq!(record.identifiers[0].value, "10.1000/abc");

        let (record, _) = parse("曹雪芹. 红楼梦[M]. 3版. 北京: 人民文学出版社, 1982: 12-20.");
        assert_eq!((record.kind, record.publisher.as_str()), (Kind::Book, "人民文学出版社"));
        assert_eq!(
            (record.edition.as_str(), record.place.as_str(), record.pages.as_str()),
            ("3版", "北京", "12-20")
        );

        let (record, _) = parse("蒋某. 铜鼓纹饰[M]//王某. 铜鼓研究文集. 南宁: 广西人民出版社, 1990: 33-40.");
        assert_eq!((record.title.as_str(), record.container.as_str()), ("铜鼓纹饰", "铜鼓研究文集"));

        let (record, _) = parse("覃某. 侗族大歌研究[D]. 南宁: 广西民族大学, 2015.");
        assert_eq!((record.kind, record.container.as_str()), (Kind::Thesis, "广西民族大学"));

        let (record, _) = parse("李某. 铜鼓申遗[N]. 广西日报, 2009-05-01(3).");
        assert_eq!(
            (record.container.as_str(), record.date.as_str(), record.pages.as_str()),
            ("广西日报", "2009-05-01", "3")
        );

        let (record, _) = parse("王某. 某文[J]. 民族研究, 2011(4): 5-9.");
        assert_eq!((record.volume.as_str(), record.issue.as_str(), record.year), ("", "4", Some(2011)));
    }

    #[test]
    fn apa_and_notes() {
        let (record, _) = parse(
            "Knuth, D. E., & Bendix, P. B. (1970). Simple word problems. Journal of Algebra, 12(3), 263–297.",
        );
        assert_eq!(
            (record.title.as_str(), record.container.as_str()),
            ("Simple word problems", "Journal of Algebra")
        );
        assert_eq!(
            (record.volume.as_str(), record.issue.as_str(), record.pages.as_str()),
            ("12", "3", "263-297")
        );
        assert_eq!(record.creators.len(), 2);

        let (record, _) = parse("黄某：《论壮族的铜鼓文化》，《广西民族研究》2009年第2期，第12—20页。");
        assert_eq!(
            (record.container.as_str(), record.issue.as_str(), record.pages.as_str()),
            ("广西民族研究", "2", "12—20")
        );
        let (record, _) = parse("曹雪芹：《红楼梦》，北京：人民文学出版社，1982年，第12页。");
        assert_eq!(
            (record.kind, record.place.as_str(), record.publisher.as_str()),
            (Kind::Book, "北京", "人民文学出版社")
        );
    }

    #[test]
    fn what_is_written_of_an_edition_is_read() {
        for (text, publisher, year, edition) in [
            ("曹雪芹：《红楼梦》，上海古籍出版社1982年版，第12页。", "上海古籍出版社", 1982, ""),
            ("曹雪芹. 红楼梦[M]. 中华书局, 2005.", "中华书局", 2005, ""),
            ("曹雪芹. 红楼梦[M]. 第3版. 中华书局，2005年。", "中华书局", 2005, "第3版"),
            ("费孝通：《乡土中国》，生活读书新知三联书店1985年版。", "生活读书新知三联书店", 1985, ""),
            (
                "曹雪芹：《红楼梦》（修订版），北京：人民文学出版社，1996年。",
                "人民文学出版社",
                1996,
                "修订版",
            ),
        ] {
            let (record, reference) = parse(text);
            assert!(reference, "{text}");
            assert_eq!(record.publisher, publisher, "{text}");
            assert_eq!((record.year, record.edition.as_str()), (Some(year), edition), "{text}");
        }
    }

    #[test]
    fn who_translated_or_edited_is_no_author() {
        let (record, _) = parse("[1] 诺曼. 设计心理学[M]. 小柯, 译. 北京: 中信出版社, 2015.");
        let people: Vec<_> = record.creators.iter().map(|one| (one.name.as_str(), one.role)).collect();
        assert_eq!(people, [("诺曼", Role::Author), ("小柯", Role::Translator)]);
        assert_eq!(record.publisher, "中信出版社");
        let (record, _) =
            parse("白书. 植物研究[M]//李承. 植物科学进展. 北京: 高等教育出版社, 1998: 146-163.");
        let people: Vec<_> = record.creators.iter().map(|one| (one.name.as_str(), one.role)).collect();
        assert_eq!(people, [("白书", Role::Author), ("李承", Role::Editor)]);
        assert_eq!(record.container, "植物科学进展");
    }

    #[test]
    fn what_is_no_reference() {
        let (record, reference) = parse("红楼梦研究稀见资料汇编");
        assert!(!reference && record.title == "红楼梦研究稀见资料汇编");
        let (record, reference) = parse("978-7-02-000872-8");
        assert!(!reference && record.title.is_empty() && record.identifiers.len() == 1);
        for hostile in ["", "[", "[J]", "（（（", "a[J]//", "：《》2009", ".(2009).", "1. [M]. :,:"] {
            let _ = parse(hostile);
        }
    }
}
