//! A looser way to ask the same, for a search that found nothing: without what catalogues write elsewhere than patrons do.

use serde::{Deserialize, Serialize};

use super::{Field, Query};
use crate::lookup::syllables;
use crate::reference::stated::HOUSES;
use crate::text::{clean, fold, is_han};

/// What was left out or written differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Loosened {
    /// a remark in brackets: `（全三册）`
    Remark,
    /// words for roles: 著, 编, 译
    Role,
    /// a publisher
    Publisher,
    /// a year
    Year,
    /// words for volumes, editions and bindings
    Volume,
    /// the creator of a reference
    Creator,
    /// pinyin was divided into syllables, as catalogues write it
    Pinyin,
    /// a title in 《》 was taken out of the words around it
    Title,
}

/// One thing that was loosened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// its kind
    pub why: Loosened,
    /// the words of the patron that it concerns
    pub words: String,
}

/// A looser way to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Relaxed {
    /// what to search for, as a patron would type it
    pub text: String,
    /// what differs from what was typed, in its order
    pub left: Vec<LeftOut>,
}

/// Looser ways to ask for a text of the box, the most faithful first; none for a number, an expression with operators or fields,
/// and where nothing can be left out.
pub fn relaxed(text: &str) -> Vec<Relaxed> {
    let text: String = clean(text).chars().take(super::LONGEST).collect();
    let query = Query::from_box(&text);
    if query.identifier.is_some() {
        return Vec::new();
    }
    match query.clauses.as_slice() {
        // a reference is asked for its title and creator: catalogues write creators in many ways
        [title, creator] if title.field == Field::Title && creator.field == Field::Creator => {
            let left = vec![LeftOut { why: Loosened::Creator, words: creator.text.clone() }];
            vec![Relaxed { text: title.text.clone(), left }]
        }
        [words] if words.field == Field::Any && !words.phrase => of_words(&text).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn of_words(text: &str) -> Option<Relaxed> {
    let mut left: Vec<LeftOut> = Vec::new();
    let mut out = |why, words: &str| left.push(LeftOut { why, words: words.to_owned() });
    let (titles, rest) = titles_of(text);
    let apart = !titles.is_empty() && !fold(&rest).is_empty();
    for title in titles.iter().filter(|_| apart) {
        out(Loosened::Title, title);
    }
    let mut words: Vec<String> = titles;
    let bare = without_remarks(&rest, &mut |remark| out(Loosened::Remark, remark));
    for word in bare
        .split(|c: char| c.is_whitespace() || ",，.。;；:：、".contains(c))
        .filter(|word| !word.is_empty())
    {
        if is_year(word) {
            out(Loosened::Year, word);
        } else if is_house(word) {
            out(Loosened::Publisher, word);
        } else if is_volume(word) {
            out(Loosened::Volume, word);
        } else if let Some((name, role)) = role_of(word) {
            out(Loosened::Role, role);
            words.extend((!name.is_empty()).then(|| name.to_owned()));
        } else {
            words.push(word.to_owned());
        }
    }
    if left.is_empty() {
        let divided: Option<Vec<String>> =
            text.split(' ').map(syllables).map(|word| Some(word?.join(" "))).collect();
        let spelled = divided?.join(" ");
        let few = spelled.split(' ').count() < 2;
        let left = vec![LeftOut { why: Loosened::Pinyin, words: text.to_owned() }];
        return (!few && spelled != text).then_some(Relaxed { text: spelled, left });
    }
    let asked = words.join(" ");
    (!fold(&asked).is_empty() && asked != text).then_some(Relaxed { text: asked, left })
}

/// The titles in 《》, and the text without them.
fn titles_of(text: &str) -> (Vec<String>, String) {
    let (mut titles, mut rest, mut inside) = (Vec::new(), String::new(), None::<String>);
    for c in text.chars() {
        match (c, &mut inside) {
            ('《', None) => inside = Some(String::new()),
            ('》', Some(title)) => {
                titles.extend((!fold(title).is_empty()).then(|| title.trim().to_owned()));
                inside = None;
                rest.push(' ');
            }
            (c, Some(title)) => title.push(c),
            (c, None) => rest.push(c),
        }
    }
    rest.push_str(&inside.unwrap_or_default());
    (titles, rest)
}

/// The text without short remarks in brackets.
fn without_remarks(text: &str, told: &mut dyn FnMut(&str)) -> String {
    let (mut out, mut remark) = (String::new(), None::<String>);
    for c in text.chars() {
        let opens = matches!(c, '(' | '（' | '[' | '［' | '【' | '〔');
        let closes = matches!(c, ')' | '）' | ']' | '］' | '】' | '〕');
        match &mut remark {
            None if opens => remark = Some(String::new()),
            Some(words) if closes => {
                told(words.trim());
                out.push(' ');
                remark = None;
            }
            Some(words) => words.push(c),
            None => out.push(c),
        }
    }
    // one that is not closed is text
    out.push_str(&remark.unwrap_or_default());
    out
}

/// `1985`, `85年版`, `1985年`.
fn is_year(word: &str) -> bool {
    let digits = word.trim_end_matches(['年', '版', '月']);
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    let year = digits.parse::<u32>().is_ok_and(|year| (1500..=2100).contains(&year));
    all && (digits.len() == 4 && year || digits.len() == 2 && digits.len() < word.len())
}

fn is_house(word: &str) -> bool {
    let name = word.strip_suffix("出版").unwrap_or(word);
    word.chars().count() >= 4 && HOUSES.iter().any(|end| word.ends_with(end) || name.ends_with(end))
}

/// `上册`, `全三册`, `第2版`, `第一卷`, `修订版`, `精装`.
fn is_volume(word: &str) -> bool {
    let known = [
        "上册",
        "中册",
        "下册",
        "上卷",
        "中卷",
        "下卷",
        "上冊",
        "下冊",
        "修订版",
        "修訂版",
        "增订版",
        "增訂本",
        "增订本",
        "新版",
        "精装",
        "平装",
        "套装",
        "珍藏版",
        "全集本",
    ];
    let counted = |open: char| {
        let rest = word.strip_prefix(open)?;
        let number = rest.strip_suffix(['册', '冊', '卷', '版', '辑', '集', '部', '本'])?;
        let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百两".contains(c);
        Some(!number.is_empty() && number.chars().count() <= 3 && number.chars().all(numeral))
    };
    known.contains(&word)
        || counted('第') == Some(true)
        || counted('全') == Some(true)
        || counted('共') == Some(true)
}

/// A role behind a name or alone: `刘慈欣著` is 刘慈欣 and 著.
fn role_of(word: &str) -> Option<(&str, &str)> {
    let roles = [
        "编著", "編著", "主编", "主編", "校注", "译注", "编译", "选编", "等著", "等编", "等译", "作者", "著",
        "编", "編", "译", "譯", "撰", "等",
    ];
    let role = roles.into_iter().find(|role| word.ends_with(role))?;
    let name = word.strip_suffix(role)?;
    let length = name.chars().count();
    (length == 0 || (2..=4).contains(&length) && name.chars().all(is_han)).then_some((name, role))
}
