//! 注释体: references in the notes of Chinese history and law journals. A first note describes the work, a
//! later one names it: `林一舟：《雁行集》，白露译，杭州：远山书社，1998年，第12页。`, then `林一舟：《雁行集》，第12页。`
//! (《历史研究》关于引文注释的规定; 《法学引注手册》.) Works in other languages have the form of Chicago's notes.

use super::item::{CslItem, Day, Name, spaced};
use super::text::{mostly_cjk, plain};

/// Largest number of names before 等.
const NAMED: usize = 3;

/// First note and later note of each work, in the order of the items.
pub fn notes(items: &[CslItem]) -> Vec<(String, String)> {
    items.iter().map(|item| (first(item), again(item))).collect()
}

/// 首注.
fn first(item: &CslItem) -> String {
    if is_chinese(item) { chinese(item, true) } else { western(item, true) }
}

/// 再注.
fn again(item: &CslItem) -> String {
    if is_chinese(item) { chinese(item, false) } else { western(item, false) }
}

fn is_chinese(item: &CslItem) -> bool {
    match item.text("language").to_lowercase().split(['-', '_']).next().unwrap_or_default() {
        "zh" | "zho" | "chi" | "ja" | "jpn" => true,
        "" => mostly_cjk(item.text("title")),
        _ => false,
    }
}

fn chinese(item: &CslItem, whole: bool) -> String {
    let say = |variable: &str| plain(item.text(variable));
    let part = item.has("container-title");
    let who = match (chinese_names(item.people("author")), chinese_names(item.people("editor"))) {
        (authors, _) if !authors.is_empty() => authors,
        (_, editors) if !editors.is_empty() && !part => format!("{editors}主编"),
        _ => String::new(),
    };
    if !item.has("title") {
        return String::new();
    }
    let mut title = book(&say("title"));
    let volume = if part { String::new() } else { say("volume") };
    title.push_str(&numbered(&volume, "第", "卷"));
    let head = if who.is_empty() { title } else { format!("{who}：{title}") };
    let page = match item.kind.as_str() {
        "article-newspaper" => numbered(&say("page"), "第", "版"),
        _ => numbered(&say("page"), "第", "页"),
    };
    if !whole {
        return sentence(&[head, page]);
    }
    let mut parts = vec![head];
    let translators = chinese_names(item.people("translator"));
    if !translators.is_empty() {
        parts.push(format!("{translators}译"));
    }
    let year = year(item);
    let day = item.day("issued").filter(|day| day.day.is_some()).map(chinese_day);
    match item.kind.as_str() {
        "article-journal" | "article-magazine" => {
            let (volume, issue) = (say("volume"), say("issue"));
            let place = match (volume.is_empty(), issue.is_empty()) {
                (_, false) => {
                    format!("{}{year}{}", book(&say("container-title")), numbered(&issue, "第", "期"))
                }
                (false, true) => {
                    format!("{}{}，{year}", book(&say("container-title")), numbered(&volume, "第", "卷"))
                }
                (true, true) => format!("{}{year}", book(&say("container-title"))),
            };
            parts.push(place);
        }
        "article-newspaper" => {
            parts.push(format!("{}{}", book(&say("container-title")), day.unwrap_or(year)));
        }
        "thesis" => {
            let genre = say("genre");
            parts.push(if genre.is_empty() { "学位论文".to_owned() } else { genre });
            parts.extend([say("publisher"), year]);
        }
        "webpage" | "post" | "post-weblog" => parts.push(day.unwrap_or(year)),
        "standard" | "patent" | "report" if !part => {
            parts.push(say("number"));
            parts.extend([published(item), day.unwrap_or(year)]);
        }
        _ => {
            if part {
                let editors = chinese_names(item.people("editor"));
                let host =
                    format!("{}{}", book(&say("container-title")), numbered(&say("volume"), "第", "卷"));
                parts.push(if editors.is_empty() { host } else { format!("{editors}主编：{host}") });
            }
            let edition = say("edition");
            parts.push(match edition.parse::<u32>() {
                Ok(0 | 1) => String::new(),
                Ok(number) => format!("第{number}版"),
                Err(_) => edition,
            });
            parts.extend([published(item), year]);
        }
    }
    parts.push(page);
    parts.push(say("URL"));
    if item.has("URL") {
        parts.push(item.day("accessed").map(chinese_day).unwrap_or_default());
    }
    sentence(&parts)
}

/// `杭州：远山书社`
fn published(item: &CslItem) -> String {
    let parts = [plain(item.text("publisher-place")), plain(item.text("publisher"))];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("：")
}

/// In title marks; those inside become single.
fn book(title: &str) -> String {
    format!("《{}》", title.replace('《', "〈").replace('》', "〉"))
}

/// `第12—19页`; what is not a number is kept as it is.
fn numbered(number: &str, before: &str, after: &str) -> String {
    match number {
        "" => String::new(),
        _ if number.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{before}{}{after}", number.replace(['-', '–'], "—"))
        }
        other => other.to_owned(),
    }
}

fn year(item: &CslItem) -> String {
    match item.date("issued") {
        Some(date) => match (date.start, date.end) {
            (Some(start), Some(end)) if start.year != end.year => format!("{}—{}年", start.year, end.year),
            (Some(start), _) => format!("{}年", start.year),
            _ => plain(&date.literal),
        },
        None => String::new(),
    }
}

fn chinese_day(day: Day) -> String {
    let month = day.month.map(|month| format!("{month}月")).unwrap_or_default();
    let number = day.day.map(|number| format!("{number}日")).unwrap_or_default();
    format!("{}年{month}{number}", day.year)
}

fn chinese_names(names: &[Name]) -> String {
    let mut text = names.iter().take(NAMED).map(natural).collect::<Vec<_>>().join("、");
    if names.len() > NAMED {
        text.push('等');
    }
    text
}

/// `Donald E. Knuth`
fn natural(name: &Name) -> String {
    if name.is_literal() {
        return plain(&name.literal);
    }
    let whole = spaced(&[&name.given, &name.dropping, &name.particle, &name.family]);
    if name.suffix.is_empty() { whole } else { format!("{whole}, {}", name.suffix) }
}

fn sentence(parts: &[String]) -> String {
    let text = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("，");
    if text.is_empty() { text } else { format!("{text}。") }
}

fn western(item: &CslItem, whole: bool) -> String {
    let say = |variable: &str| plain(item.text(variable));
    let part = item.has("container-title");
    let names = |people: &[Name]| match people {
        [] => String::new(),
        [one] => natural(one),
        [one, two] => format!("{} and {}", natural(one), natural(two)),
        [one, ..] if people.len() > NAMED => format!("{} et al.", natural(one)),
        [one, two, three, ..] => format!("{}, {}, and {}", natural(one), natural(two), natural(three)),
    };
    let (authors, editors) = (names(item.people("author")), names(item.people("editor")));
    let who =
        if authors.is_empty() && !editors.is_empty() && !part { format!("{editors}, ed.") } else { authors };
    let quoted = part || matches!(item.kind.as_str(), "thesis" | "webpage" | "post" | "post-weblog");
    let title = if quoted { format!("“{}”", say("title")) } else { say("title") };
    let pages = say("page");
    let page = match pages.contains(['-', '–', ',']) {
        _ if pages.is_empty() => pages,
        true => format!("pp. {pages}"),
        false => format!("p. {pages}"),
    };
    let mut parts = vec![who, title];
    if whole {
        let translators = names(item.people("translator"));
        if !translators.is_empty() {
            parts.push(format!("trans. {translators}"));
        }
        let year = item.day("issued").map(|day| day.year.to_string()).unwrap_or_default();
        match item.kind.as_str() {
            "article-journal" | "article-magazine" => {
                parts.push(say("container-title"));
                for (label, variable) in [("vol.", "volume"), ("no.", "issue")] {
                    if item.has(variable) {
                        parts.push(format!("{label} {}", say(variable)));
                    }
                }
                parts.push(year);
            }
            "article-newspaper" => {
                parts.extend([say("container-title"), item.day("issued").map(Day::iso).unwrap_or_default()]);
            }
            _ => {
                if part {
                    let host = if editors.is_empty() { String::new() } else { format!("{editors}, ed., ") };
                    parts.push(format!("in {host}{}", say("container-title")));
                }
                parts.push(say("number"));
                let imprint = [say("publisher-place"), say("publisher")];
                let imprint: Vec<String> = imprint.into_iter().filter(|text| !text.is_empty()).collect();
                parts.extend([imprint.join(": "), year]);
            }
        }
    }
    parts.push(page);
    if whole {
        parts.push(say("URL"));
    }
    let text = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ");
    let text = text.replace(",”,", ",”").replace("?, ", "? ").replace("”, ", ",” ");
    if text.is_empty() || text.ends_with('.') { text } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::notes;
    use crate::cite::CslItem;

    #[test]
    fn first_and_later_notes() {
        let by = json!([{"literal": "林一舟"}]);
        for (value, first, again) in [
            (
                json!({"type": "book", "language": "zh", "title": "雁行集", "author": by, "translator": [{"literal": "白露"}],
                    "publisher": "远山书社", "publisher-place": "杭州", "issued": {"date-parts": [[1998]]}, "page": "12"}),
                "林一舟：《雁行集》，白露译，杭州：远山书社，1998年，第12页。",
                "林一舟：《雁行集》，第12页。",
            ),
            (
                json!({"type": "article-journal", "language": "zh", "title": "读《雁行集》", "author": by, "container-title": "候鸟",
                    "volume": "7", "issue": "3", "issued": {"date-parts": [[2009]]}, "page": "12-19"}),
                "林一舟：《读〈雁行集〉》，《候鸟》2009年第3期，第12—19页。",
                "林一舟：《读〈雁行集〉》，第12—19页。",
            ),
            (
                json!({"type": "article-newspaper", "language": "zh", "title": "候鸟归来", "author": by,
                    "container-title": "湖上日报", "issued": {"date-parts": [[2013, 11, 5]]}, "page": "4"}),
                "林一舟：《候鸟归来》，《湖上日报》2013年11月5日，第4版。",
                "林一舟：《候鸟归来》，第4版。",
            ),
            (
                json!({"type": "chapter", "language": "zh", "title": "越冬", "author": [{"literal": "甲"}, {"literal": "乙"},
                    {"literal": "丙"}, {"literal": "丁"}], "editor": by, "container-title": "候鸟论集", "edition": "2",
                    "publisher": "远山书社", "publisher-place": "杭州", "issued": {"date-parts": [[1990]]}}),
                "甲、乙、丙等：《越冬》，林一舟主编：《候鸟论集》，第2版，杭州：远山书社，1990年。",
                "甲、乙、丙等：《越冬》。",
            ),
            (
                json!({"type": "article-journal", "language": "en", "title": "Geese in winter", "author": [{"family": "Berg",
                    "given": "Ola", "non-dropping-particle": "van den"}, {"family": "Marsh", "given": "Ann"}],
                    "container-title": "Waterfowl", "volume": "7", "issue": "2", "issued": {"date-parts": [[2020]]}, "page": "12-19"}),
                "Ola van den Berg and Ann Marsh, “Geese in winter,” Waterfowl, vol. 7, no. 2, 2020, pp. 12-19.",
                "Ola van den Berg and Ann Marsh, “Geese in winter,” pp. 12-19.",
            ),
        ] {
            let item = CslItem::from_json(&value).unwrap();
            assert_eq!(notes(&[item]), [(first.to_owned(), again.to_owned())]);
        }
        assert_eq!(notes(&[CslItem::default()]), [(String::new(), String::new())]);
    }
}
