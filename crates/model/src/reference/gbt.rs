//! GB/T 7714: `作者. 题名[J]. 刊名, 2009, 30(2): 12-20.` The mark of the kind of document tells where the title ends.

use super::imprint;
use super::names::{self, chinese};
use super::pattern::Pattern;
use super::serial::{number, pages};
use super::stated::stated;
use crate::record::{Creator, Kind, Record, Role, year_of};
use crate::text::is_han;

pub(super) fn read(text: &str) -> Option<Record> {
    static ACCESSED: Pattern =
        Pattern::new(r"\s*[\[［]\d{4}[-‐-―./年]\d{1,2}(?:[-‐-―./月]\d{1,2}日?)?[\]］]");
    static UPDATED: Pattern =
        Pattern::new(r"^[(（](?P<date>\d{4}(?:-\d{1,2}(?:-\d{1,2})?)?)[)）]\s*[.。]?\s*");
    let (before, mark, after) = marked(text)?;
    let kind = match mark {
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
    let mut record = Record { kind, ..Record::default() };
    head(before, &mut record);
    let after = ACCESSED.without(after);
    let after = after.trim_start_matches(['.', '．', '。', ' ']);
    // a date of publication on the network
    let after = match UPDATED.captures(after) {
        Some(found) => {
            record.date = found.part("date").to_owned();
            record.year = year_of(&record.date);
            after.get(found.end()..).unwrap_or_default()
        }
        None => after,
    };
    // 题名[A]. 编者. 书名[C]. 北京: …: the host has a mark of its own
    if matches!(mark, "A" | "M")
        && let Some((host, _, rest)) = marked(after)
    {
        let host = format!("{host}{rest}");
        hosted(&host, &mut record);
    } else if let Some((people, host)) = after.split_once("//") {
        let people = people.trim().trim_end_matches(['.', '．', '。']);
        record.creators.extend(responsible(people).unwrap_or_default());
        hosted(host, &mut record);
    } else if matches!(kind, Kind::Article | Kind::Newspaper) {
        serial(after, &mut record);
    } else {
        own_imprint(after, &mut record);
    }
    if record.kind == Kind::Thesis {
        record.container.clone_from(&record.publisher);
    }
    Some(record)
}

/// Number of marks of documents in a text: as many references of this kind, but for hosts with a mark of their own.
pub fn marks(text: &str) -> usize {
    let (mut count, mut rest) = (0, text);
    while let Some((_, _, after)) = marked(rest).filter(|_| count < 9) {
        (count, rest) = (count + 1, after);
    }
    count
}

/// Text before the mark of the document, its kind, text after it.
fn marked(text: &str) -> Option<(&str, &str, &str)> {
    const MARKS: [&str; 16] =
        ["M", "J", "D", "C", "P", "S", "R", "N", "A", "G", "Z", "DB", "EB", "CP", "DS", "CM"];
    text.char_indices().filter(|(_, c)| matches!(c, '[' | '［' | '【')).find_map(|(at, c)| {
        // a mark is short: only the text right after the bracket is examined
        let inner = text.get(at + c.len_utf8()..)?;
        let (end, close) = inner.char_indices().take(9).find(|(_, c)| matches!(c, ']' | '］' | '】'))?;
        let (mark, after) = (inner.get(..end)?, inner.get(end + close.len_utf8()..)?);
        let kind = mark.split(['/', '／']).next()?.trim();
        let known = MARKS.into_iter().find(|known| *known == kind)?;
        (at > 0 && mark.len() <= 10).then_some((text.get(..at)?.trim(), known, after))
    })
}

/// `作者. 题名`, `作者, 2009. 题名`, `题名`.
fn head(text: &str, record: &mut Record) {
    static DATED: Pattern = Pattern::new(r"^(?P<names>.+?)[,，]\s*(?P<year>(?:1[5-9]|20)\d{2})[a-z]?$");
    static BEFORE: Pattern =
        Pattern::new(r"^(?P<names>[^.。]+?)\s*[(（](?P<year>(?:1[5-9]|20)\d{2})[a-z]?[)）]$");
    let parts = sentences(text);
    let [first, rest @ ..] = parts.as_slice() else { return };
    if rest.is_empty() {
        record.title = (*first).to_owned();
        return;
    }
    let mut first = *first;
    if let Some(found) = DATED.captures(first).or_else(|| BEFORE.captures(first)) {
        record.year = found.part("year").parse().ok();
        first = found.part("names");
    }
    // `Smith J. A. Title`: the initials belong to the names
    let skip = rest.iter().take_while(|part| names::initials(part)).count().min(rest.len() - 1);
    let title = joined(text, rest.get(skip..).unwrap_or_default());
    match chinese(first) {
        Some(people) => record.creators = people,
        // a title of two sentences, or names that are none: only the title's end is sure
        None if record.year.is_none() && first.chars().any(is_han) && first.chars().count() > 12 => {
            record.title = text.to_owned();
            return;
        }
        None => record.creators.push(Creator::author(format!("[{first}]"))),
    }
    record.title = title.to_owned();
}

/// From the first of these parts to the end of the text that they are of.
fn joined<'t>(text: &'t str, parts: &[&str]) -> &'t str {
    let start = parts.first().and_then(|part| text.rfind(part)).unwrap_or_default();
    let whole: usize = parts.iter().map(|part| part.len()).sum();
    let at =
        parts.first().and_then(|part| text.find(part)).filter(|at| text.len() - at >= whole).unwrap_or(start);
    text.get(at..).unwrap_or_default().trim().trim_end_matches(['.', '．', '。'])
}

/// `刊名, 2009, 30(2): 12-20` and `刊名, 2009(2): 12-20`; for a newspaper `报名, 2009-05-01(3)`.
fn serial(text: &str, record: &mut Record) {
    static DATED: Pattern = Pattern::new(
        r"^(?P<name>.+?)\s*[,，]\s*(?P<year>(?:1[5-9]|20)\d{2})(?:年)?(?:\s*[,，]\s*(?P<volume>[^,，:：()（）\s]{1,12}))?\s*[,，]?\s*(?:[(（](?P<issue>[^()（）]{1,16})[)）])?\s*(?:[:：]\s*(?P<pages>[^:：]{1,40}?))?\s*[.。]?$",
    );
    static UNDATED: Pattern = Pattern::new(
        r"^(?P<name>.+?)\s*[,，]\s*(?P<volume>\d{1,4})?\s*(?:[(（](?P<issue>[^()（）]{1,16})[)）])?\s*(?:[:：]\s*(?P<pages>[^:：]{1,40}?))?\s*[.。]?$",
    );
    static DAY: Pattern = Pattern::new(
        r"^(?P<name>.+?)\s*[,，]\s*(?P<date>(?:1[5-9]|20)\d{2}\s*[-‐-―./年]\s*\d{1,2}\s*[-‐-―./月]\s*\d{1,2}\s*日?)\s*(?:[(（](?P<page>[^()（）]{1,12})[)）])?\s*[.。]?$",
    );
    static WHOLE: Pattern = Pattern::new(r"^(?:1[5-9]|20)\d{2}[^.。]*[.。]\s*");
    let mut text = text.trim();
    // 顾幼静, 译. 东方博物, 2009(1): 85-92
    if let [first, ..] = sentences(text).as_slice()
        && let Some(people) = responsible(first)
    {
        record.creators.extend(people);
        text = text.get(first.len()..).unwrap_or_default().trim_start_matches(['.', '．', '。', ' ']);
    }
    // a serial as a whole begins with its first year
    if let Some(found) = WHOLE.captures(text) {
        record.kind = Kind::Journal;
        let rest = text.get(found.end()..).unwrap_or_default().to_owned();
        imprint::read(&rest, record);
        record.pages.clear();
        return;
    }
    if let Some(found) = DAY.captures(text) {
        record.container = found.part("name").to_owned();
        record.date = day(found.part("date"));
        record.year = year_of(&record.date);
        record.pages = found.part("page").trim_start_matches('第').trim_end_matches('版').to_owned();
        return;
    }
    let found = DATED.captures(text).or_else(|| UNDATED.captures(text).filter(|_| record.year.is_some()));
    match found {
        Some(found) if !found.part("name").is_empty() => {
            record.container = found.part("name").to_owned();
            if let Ok(year) = found.part("year").parse() {
                record.year = Some(year);
                record.date = found.part("year").to_owned();
            }
            record.volume = number(found.part("volume").trim_start_matches('第').trim_end_matches('卷'));
            record.issue = number(found.part("issue").trim_start_matches('第').trim_end_matches('期'));
            let printed = found.part("pages");
            record.pages = pages(printed).unwrap_or_else(|| {
                if is_article_number(printed) { printed.to_owned() } else { String::new() }
            });
        }
        _ => {
            let bare = text.trim_end_matches(['.', '。']);
            let name = bare.split([',', '，']).next().unwrap_or(bare).trim();
            record.container = name.to_owned();
            record.year = record.year.or_else(|| year_of(bare));
        }
    }
}

/// `e01234`, `730570`, `A3`.
fn is_article_number(text: &str) -> bool {
    text.len() <= 16
        && text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '/'))
}

/// `2009年5月1日` as `2009-05-01`.
fn day(text: &str) -> String {
    let numbers: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    match numbers.as_slice() {
        [year, month, day] => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => text.to_owned(),
    }
}

/// The host after `//`: `编者. 书名. 2版. 北京: 出版社, 1982: 12-20.`
fn hosted(text: &str, record: &mut Record) {
    static IMPRINT: Pattern = Pattern::new(
        r"^(?P<head>.*?)(?:[.．。]\s*)(?P<imprint>(?:[^:：.．。\d\[\]]{1,40}?[:：]\s*)?(?:[^:：\[\]]+?[,，]\s*)?\[?(?:1[5-9]|20)\d{2}\]?(?:\s*[:：]\s*[^:：]{1,40}?|[.．]\s*\d[\d‐-―, -]*)?|[^:：.．。\d\[\]]{1,30}?[:：]\s*[^:：.．。\[\]]+(?:[:：]\s*[^:：]{1,30}?)?)\s*[.。]?$",
    );
    let (head, own) = match IMPRINT.captures(text.trim()) {
        Some(found) => (found.part("head"), found.part("imprint")),
        None => (text.trim().trim_end_matches(['.', '。']), ""),
    };
    let parts = sentences(head);
    let mut parts = parts.as_slice();
    // 2版 and translators stand behind the title
    while let [before @ .., last] = parts
        && !before.is_empty()
    {
        let people = responsible(last);
        if let Some((edition, "")) = imprint::edition_in_front(last) {
            record.edition = edition.to_owned();
        } else if people.is_none() {
            break;
        }
        let editors = people.unwrap_or_default().into_iter();
        record.creators.extend(editors);
        parts = before;
    }
    record.container = match parts {
        [] => String::new(),
        [title] => (*title).to_owned(),
        [names, title @ ..] => match chinese(names) {
            Some(people) => {
                let editor = |one: Creator| Creator {
                    role: if one.role == Role::Author { Role::Editor } else { one.role },
                    ..one
                };
                record.creators.extend(people.into_iter().map(editor));
                joined(head, title).to_owned()
            }
            None => joined(head, parts).to_owned(),
        },
    };
    if let Some((title, edition)) = split_edition(&record.container) {
        (record.container, record.edition) = (title, edition);
    }
    imprint::read(own, record);
}

/// `病理学. 5th ed`
fn split_edition(text: &str) -> Option<(String, String)> {
    static END: Pattern = Pattern::new(
        r"(?i)^(?P<title>.+?)[.．。]\s*(?P<edition>\d{1,2}(?:st|nd|rd|th)\s+ed\.?|第?\s*[\d一二三四五六七八九十]{1,3}\s*版|修订版)$",
    );
    let found = END.captures(text)?;
    Some((found.part("title").to_owned(), found.part("edition").to_owned()))
}

/// `小柯, 译. 2 版. 北京: 人民文学出版社, 1982: 12-20.`
fn own_imprint(text: &str, record: &mut Record) {
    let mut rest = text.trim();
    for _ in 0..4 {
        let first = sentences(rest).first().copied().unwrap_or_default();
        if let Some(people) = responsible(first) {
            record.creators.extend(people);
            rest = rest.get(first.len()..).unwrap_or_default().trim_start_matches(['.', '．', '。', ' ']);
        } else if let Some((edition, after)) = imprint::edition_in_front(rest) {
            record.edition = edition.to_owned();
            rest = after.trim_start();
        } else {
            break;
        }
    }
    let dated = record.kind == Kind::Patent || record.kind == Kind::Other;
    if dated
        && year_of(rest).is_some()
        && !rest.contains([':', '：'])
        && rest.starts_with(|c: char| c.is_ascii_digit())
    {
        record.date = day(rest.trim_end_matches(['.', '。']));
        record.year = year_of(&record.date);
        return;
    }
    if !imprint::read(rest, record) {
        stated(rest, record);
    }
}

/// `小柯, 译`, `顾幼静 译`, `林一舟, 校注`: names with their roles, after a title.
pub(super) fn responsible(part: &str) -> Option<Vec<Creator>> {
    const WORDS: [(&str, Role); 12] = [
        ("校注", Role::Annotator),
        ("点校", Role::Annotator),
        ("校点", Role::Annotator),
        ("整理", Role::Annotator),
        ("注", Role::Annotator),
        ("编译", Role::Translator),
        ("译", Role::Translator),
        ("譯", Role::Translator),
        ("主编", Role::Editor),
        ("主編", Role::Editor),
        ("编", Role::Editor),
        ("審校", Role::Contributor),
    ];
    let part = part.trim();
    let (names, role) = WORDS.into_iter().find_map(|(word, role)| {
        let names = part.strip_suffix(word)?.trim_end();
        let apart = names.ends_with([',', '，', ' ']) || part.contains([' ', ',', '，', '、']);
        (apart && part.chars().count() <= 80).then_some((names.trim_end_matches([',', '，', ' ']), role))
    })?;
    let people = chinese(names)?;
    Some(people.into_iter().map(|one| Creator { role, ..one }).collect())
}

/// Splits at full stops, except inside a number, after an initial in front of the text or of another initial.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let ends = match c {
            '。' | '．' => true,
            '.' if next.is_some_and(|n| !n.is_whitespace() && !is_han(n)) => false,
            '.' => {
                ends_sentence(text.get(start..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default())
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

/// Whether a full stop between these texts ends a part.
fn ends_sentence(before: &str, after: &str) -> bool {
    // only the last words tell
    let before = before.trim_start();
    let last = before.rsplit([' ', '-']).next().unwrap_or_default();
    let last_letter = last.rsplit('.').next().unwrap_or_default();
    let next = after.trim_start();
    let next_word = next.split([' ', ',']).next().unwrap_or_default();
    if matches!(last, "Jr" | "Sr" | "Dr" | "St" | "vs" | "cf") && !next.is_empty() {
        return matches!(last, "Jr" | "Sr") && !next.starts_with(',');
    }
    if last_letter.chars().count() != 1 || !last_letter.chars().all(char::is_uppercase) {
        return true;
    }
    // an initial: `D.A.诺曼`, `U.S. Food …` in front of the text; `A. B.` and `A. and` within names
    let in_front = before.split([' ', '.', '-']).all(|word| word.chars().count() <= 1);
    let goes_on = matches!(next_word, "and" | "&" | "et")
        || names::initials(next_word.trim_end_matches(',')) && next_word.ends_with('.');
    !(in_front && !next.is_empty() || goes_on)
}
