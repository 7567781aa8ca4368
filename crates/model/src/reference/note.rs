//! Footnotes of Chinese history journals: `曹雪芹：《红楼梦》，北京：人民文学出版社，1982年，第12页。`

use super::names::chinese;
use super::pattern::Pattern;
use super::serial::{number, pages};
use super::stated::stated;
use crate::record::{Creator, Kind, Record, Role, year_of};

pub(super) fn read(text: &str) -> Option<Record> {
    let (names, title, after) = titled(text)?;
    let mut record =
        Record { kind: Kind::Book, title: title.to_owned(), year: year_of(after), ..Record::default() };
    if record.year.is_none() || names.chars().count() > 60 {
        return None;
    }
    match chinese(names) {
        Some(people) => record.creators = people,
        // a sentence that quotes a book is no reference
        None => return None,
    }
    record.date = record.year.map(|year| year.to_string()).unwrap_or_default();
    let after = after.trim_start_matches([',', '，', '、', ' ', '.', '。']);
    record.pages = page(after);
    if let Some(at) = after.find("学位论文").or_else(|| after.find("學位論文")) {
        thesis(after.get(at..)?, &mut record);
        return Some(record);
    }
    if let Some((between, host, rest)) = host_of(after) {
        hosted(between, host, rest, &mut record);
        return Some(record);
    }
    let mut rest = people_in_front(after, &mut record);
    if let Some((edition, behind)) = super::imprint::edition_in_front(rest)
        && edition.chars().count() <= 8
    {
        record.edition = edition.to_owned();
        rest = behind;
    }
    house(rest, &mut record);
    Some(record)
}

/// Names, title and the rest: `曹雪芹：《红楼梦》，…`, `黄某：“论铜鼓”，…`, `曹雪芹著《红楼梦》，…`.
fn titled(text: &str) -> Option<(&str, &str, &str)> {
    let at = text.char_indices().take(80).find(|(_, c)| matches!(c, '《' | '“'))?.0;
    let (names, rest) = text.split_at_checked(at)?;
    let names = names.trim_end();
    let named = names.strip_suffix(['：', ':']);
    let by = ["著", "编", "译", "主编", "撰"].iter().any(|word| names.ends_with(word)).then_some(names);
    let names = named.or(by)?.trim();
    let (title, after) = enclosed(rest)?;
    (!names.is_empty() && !title.is_empty()).then_some((names, title, after))
}

/// The title in brackets in front, which may have others inside.
fn enclosed(text: &str) -> Option<(&str, &str)> {
    let open = text.chars().next()?;
    let close = if open == '《' { '》' } else { '”' };
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        depth += i32::from(c == open) - i32::from(c == close);
        if depth == 0 {
            return Some((text.get(open.len_utf8()..at)?.trim(), text.get(at + c.len_utf8()..)?));
        }
    }
    None
}

/// The second title, with what stands before and behind it.
fn host_of(after: &str) -> Option<(&str, &str, &str)> {
    let at = after.char_indices().take(60).find(|(_, c)| *c == '《')?.0;
    let (between, rest) = after.split_at_checked(at)?;
    let (host, rest) = enclosed(rest)?;
    Some((between.trim_matches([',', '，', ' ']), host, rest))
}

fn hosted(between: &str, host: &str, rest: &str, record: &mut Record) {
    static DAY: Pattern = Pattern::new(
        r"^\s*[,，]?\s*(?P<date>(?:18|19|20)\d{2}年\d{1,2}月\d{1,2}日)[,，]?\s*(?:第?(?P<page>[A-Z]?[\d一二三四五六七八九十]{1,4})版)?",
    );
    static ISSUE: Pattern = Pattern::new(
        r"^\s*[(（]?(?P<sub>[^()（）《》，,\d]{0,20}版)?[)）]?\s*[,，]?\s*(?:(?:18|19|20)\d{2}年)?\s*(?:第(?P<volume>[\d一二三四五六七八九十百]{1,5})卷)?\s*[,，]?\s*(?:第(?P<issue>[\d一二三四五六七八九十百、\-—–]{1,9})[期号號])?(?:[(（]?(?:18|19|20)\d{2}年)?",
    );
    record.container = host.to_owned();
    if let Some(found) = DAY.captures(rest) {
        record.kind = Kind::Newspaper;
        let numbers: Vec<&str> =
            found.part("date").split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        if let [year, month, day] = numbers.as_slice() {
            record.date = format!("{year}-{month:0>2}-{day:0>2}");
        }
        record.pages = found.part("page").to_owned();
        return;
    }
    let found = ISSUE.captures(rest);
    let (volume, issue) = found.map(|found| (found.part("volume"), found.part("issue"))).unwrap_or_default();
    if !volume.is_empty() || !issue.is_empty() || rest.contains('期') && !rest.contains("出版") {
        record.kind = Kind::Article;
        record.volume = number(volume);
        record.issue = number(issue);
        return;
    }
    // 王宁编：《论文集》，北京：…: the host is a book
    let (names, _) = (between.trim_end_matches(['：', ':']), ());
    let names = names.trim_start_matches("载").trim_start_matches("收入").trim_start_matches('见').trim();
    if let Some(people) = chinese(names) {
        let editor = |one: Creator| Creator {
            role: if one.role == Role::Author { Role::Editor } else { one.role },
            ..one
        };
        record.creators.extend(people.into_iter().map(editor));
    }
    let rest = rest.trim_start_matches([',', '，', ' ']);
    if rest.contains("出版社") || rest.contains([':', '：']) || rest.contains("书局") || rest.contains("书馆")
    {
        let rest = people_in_front(rest, record);
        house(rest, record);
    } else {
        record.kind = Kind::Article;
    }
}

/// `张理京译，北京：…`: people behind the title.
fn people_in_front<'t>(text: &'t str, record: &mut Record) -> &'t str {
    let Some((first, rest)) = text.split_once([',', '，']) else { return text };
    let (names, role) = super::names::role_of(first.trim());
    if role == Role::Author || first.contains([':', '：']) {
        return text;
    }
    match chinese(names) {
        Some(people) => {
            record.creators.extend(people.into_iter().map(|one| Creator { role, ..one }));
            rest.trim_start()
        }
        None => text,
    }
}

/// `北京：人民文学出版社，1982年，第12页`, `上海古籍出版社1982年版`.
fn house(text: &str, record: &mut Record) {
    static PLACED: Pattern = Pattern::new(
        r"^(?:[^,，:：]{0,12}[,，]\s*)?(?P<place>[^\d,，:：《》]{2,12})[:：]\s*(?P<publisher>[^\d,，:：《》]{2,40}?)\s*[,，]?\s*(?P<year>(?:1[5-9]|20)\d{2})年",
    );
    if let Some(found) = PLACED.captures(text) {
        record.place = found.part("place").to_owned();
        record.publisher = found.part("publisher").to_owned();
    }
    // the edition, and a publisher without a place
    stated(text, record);
}

/// `博士学位论文，北京师范大学历史系，2000年`
fn thesis(text: &str, record: &mut Record) {
    record.kind = Kind::Thesis;
    let mut parts = text.split([',', '，', '：', ':']).skip(1).map(str::trim);
    let school = parts.find(|part| {
        part.contains("大学") || part.contains("学院") || part.contains("大學") || part.contains("研究")
    });
    record.publisher = school.unwrap_or_default().to_owned();
}

/// `第12—20页`
fn page(text: &str) -> String {
    let printed =
        text.rsplit_once('第').and_then(|(_, rest)| rest.split_once(['页', '頁'])).map(|(pages, _)| pages);
    printed.and_then(pages).unwrap_or_default()
}
