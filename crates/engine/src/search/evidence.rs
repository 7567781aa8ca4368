//! Decides whether two records are the same work, and by which evidence: weighs identifiers, titles,
//! creators, years and publishers. All functions are symmetric, so that the order of arrival does not
//! matter.

use hongyan_model::Identifier;

use super::guard::Class;
use super::keys::{Form, Keyed, number};
use super::letters::{alike, in_han};
use super::names::{Creators, compare};
use super::publishers::Houses;

/// Evidence by which two records were joined, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// a shared identifier and the same title
    NumberAndTitle,
    /// a shared identifier and compatible titles
    Number,
    /// title, creator and year, as far as both state them
    Title,
    /// the title in Han characters and in pinyin, with creator and year
    Letters,
}

/// How the titles of two records compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Titles {
    /// they share a form
    Equal,
    /// one is the pinyin of the other
    Read,
    /// one contains the other
    Within,
    /// similar (above the threshold)
    Alike,
    /// not comparable: different scripts
    Unknown,
    /// different
    Different,
}

/// Shortest title, in characters, that is significant when it occurs within another.
const SAYS: usize = 4;
/// Similarity from which two titles may be variants of one.
const ALIKE: f64 = 0.75;
/// Similarity of subtitles, which are longer.
const SUBTITLE: f64 = 0.9;
/// Largest difference between the page counts of one edition.
const PAGES: u32 = 5;

/// The evidence that two records are one work; none when they are not, or when it is insufficient.
pub(crate) fn judge(a: &Keyed, b: &Keyed) -> Option<Reason> {
    if !compatible(a, b) {
        return None;
    }
    if shares_number(a, b) { by_number(a, b) } else { by_title(a, b) }
}

/// True when nothing contradicts that both are one work. Holds for every pair of members of a work.
pub(crate) fn compatible(a: &Keyed, b: &Keyed) -> bool {
    a.guard.allows(&b.guard)
        && (years(a, b) != Years::Apart || a.guard.class == Class::Serial || shares_number(a, b))
}

fn shares_number(a: &Keyed, b: &Keyed) -> bool {
    // both lists are sorted and short
    a.numbers.iter().any(|number| b.numbers.binary_search(number).is_ok())
}

/// The first identifier of `a` that `b` shares.
pub(crate) fn shared_identifier(a: &Keyed, b: &Keyed) -> Option<Identifier> {
    let shared = |id: &&Identifier| {
        number(&a.record, a.guard.class, id).is_some_and(|hash| b.numbers.binary_search(&hash).is_ok())
    };
    a.record.identifiers.iter().find(shared).cloned()
}

fn by_number(a: &Keyed, b: &Keyed) -> Option<Reason> {
    // only the identifiers of books are reused for several works
    if a.guard.class != Class::Monograph || b.guard.class != Class::Monograph {
        return Some(Reason::Number);
    }
    let years = years(a, b);
    let creators = || compare(&a.names, &b.names);
    let fits = match titles(a, b) {
        Titles::Equal => {
            return (years != Years::Apart || creators() != Creators::Different)
                .then_some(Reason::NumberAndTitle);
        }
        Titles::Read | Titles::Within => years != Years::Apart || creators() == Creators::Same,
        Titles::Alike => years != Years::Apart && creators() == Creators::Same && pages(a, b) != Some(false),
        Titles::Unknown => {
            years != Years::Apart
                && creators() != Creators::Different
                && a.house.compare(&b.house) != Houses::Different
        }
        Titles::Different => false,
    };
    fits.then_some(Reason::Number)
}

fn by_title(a: &Keyed, b: &Keyed) -> Option<Reason> {
    let years = years(a, b);
    if years == Years::Apart {
        return None;
    }
    let creators = compare(&a.names, &b.names);
    if creators == Creators::Different {
        return None;
    }
    let (form, reason) = match shared_form(a, b) {
        Some(form) => (form, Reason::Title),
        None => (shared_letters(a, b)?, Reason::Letters),
    };
    if !subtitles_fit(a, b) {
        return None;
    }
    let house = a.house.compare(&b.house);
    let pages = pages(a, b);
    let fits = match (a.guard.class, b.guard.class) {
        (Class::Article | Class::Conference, _) | (_, Class::Article | Class::Conference) => {
            creators == Creators::Same && hosts_fit(a, b)
        }
        (Class::Serial, _) | (_, Class::Serial) => {
            years == Years::Same && (house == Houses::Same || creators == Creators::Same)
        }
        _ => {
            let says_who = creators == Creators::Same;
            let says_else = house == Houses::Same || pages == Some(true);
            let unknown = house == Houses::Unknown
                && pages.is_none()
                && form.distinct
                && form.folded.chars().count() >= 12;
            house != Houses::Different
                && pages != Some(false)
                && match years {
                    Years::Same => says_who || form.distinct && (says_else || unknown),
                    Years::Near => says_who && (says_else || form.distinct),
                    _ => says_who && (says_else || form.distinct),
                }
        }
    };
    let fits = fits && (reason == Reason::Title || creators == Creators::Same || house == Houses::Same);
    let numbers = !contradicting(a, b)
        || years == Years::Same && creators == Creators::Same && house == Houses::Same && pages == Some(true);
    (fits && numbers).then_some(reason)
}

/// Whether the subtitles are compatible: reports of a series share a title and differ in the subtitle.
fn subtitles_fit(a: &Keyed, b: &Keyed) -> bool {
    let (one, two) = (a.subtitle.as_str(), b.subtitle.as_str());
    one.is_empty()
        || two.is_empty()
        || in_han(one) != in_han(two)
        || one.starts_with(two)
        || two.starts_with(one)
        || alike(one, two) >= SUBTITLE
}

/// True when both have identifiers of a kind of which a work of their class has only one. The caller has
/// checked that they share none.
fn contradicting(a: &Keyed, b: &Keyed) -> bool {
    use hongyan_model::IdentifierKind::{Csbn, Doi, Isbn, Issn};
    let kinds: &[_] = match a.guard.class {
        Class::Monograph => &[Isbn, Csbn, Doi],
        Class::Serial => &[Issn],
        _ => &[Doi],
    };
    kinds.iter().any(|kind| {
        let has = |keyed: &Keyed| keyed.record.identifiers.iter().take(100).any(|id| id.kind == *kind);
        has(a) && has(b)
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Years {
    Same,
    Near,
    Unknown,
    Apart,
}

fn years(a: &Keyed, b: &Keyed) -> Years {
    match (a.record.year, b.record.year) {
        (Some(a), Some(b)) if a == b => Years::Same,
        (Some(a), Some(b)) if a.abs_diff(b) == 1 => Years::Near,
        (Some(_), Some(_)) => Years::Apart,
        _ => Years::Unknown,
    }
}

/// Whether two books have about the same number of pages; none when one does not state it.
fn pages(a: &Keyed, b: &Keyed) -> Option<bool> {
    Some(a.guard.pages?.abs_diff(b.guard.pages?) <= PAGES)
}

/// For papers: the same journal or proceedings as far as both state it, or the same volume and first
/// page.
fn hosts_fit(a: &Keyed, b: &Keyed) -> bool {
    let (one, two) = (&a.host, &b.host);
    if one.is_empty() || two.is_empty() || one.starts_with(two.as_str()) || two.starts_with(one.as_str()) {
        return true;
    }
    let first = |text: &str| -> String {
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect()
    };
    let (a, b) = (&a.record, &b.record);
    let (page_a, page_b) = (first(&a.pages), first(&b.pages));
    !page_a.is_empty() && page_a == page_b && !a.volume.is_empty() && a.volume == b.volume
}

/// The longest title form that both have.
fn shared_form<'a>(a: &'a Keyed, b: &Keyed) -> Option<&'a Form> {
    a.forms
        .iter()
        .filter(|form| b.forms.iter().any(|other| other.hash == form.hash && other.folded == form.folded))
        .max_by_key(|form| (form.distinct, form.folded.len(), form.hash))
}

/// A form in Han characters whose pinyin the other record has.
fn shared_letters<'a>(a: &'a Keyed, b: &'a Keyed) -> Option<&'a Form> {
    let read = |one: &Form, two: &Form| {
        (one.han && two.latin || one.latin && two.han) && one.letters.len() >= 6 && one.letters == two.letters
    };
    a.forms
        .iter()
        .flat_map(|one| {
            b.forms.iter().filter(move |two| read(one, two)).map(move |two| if one.han { one } else { two })
        })
        .max_by_key(|form| (form.distinct, form.folded.len(), form.hash))
}

fn titles(a: &Keyed, b: &Keyed) -> Titles {
    if shared_form(a, b).is_some() {
        return Titles::Equal;
    }
    if shared_letters(a, b).is_some() {
        return Titles::Read;
    }
    let has = |keyed: &Keyed, han: bool| keyed.forms.iter().any(|form| form.han == han);
    // when both have a title in Han characters, compare those only: short pinyin is often ambiguous
    let in_han = has(a, true) && has(b, true);
    let mut best = 0.0f64;
    let mut comparable = false;
    for one in a.forms.iter().filter(|form| form.han || !in_han) {
        for two in b.forms.iter().filter(|form| form.han || !in_han) {
            let (x, y) = if one.han == two.han && one.latin == two.latin {
                comparable = true;
                (&one.folded, &two.folded)
            } else if !one.letters.is_empty() && !two.letters.is_empty() {
                // in another language Han characters are not read as pinyin
                comparable |= a.record.language == "chi" || b.record.language == "chi";
                (&one.letters, &two.letters)
            } else {
                continue;
            };
            let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
            if short.chars().count() >= SAYS && long.contains(short.as_str()) {
                return Titles::Within;
            }
            best = best.max(alike(x, y));
        }
    }
    if best >= ALIKE {
        Titles::Alike
    } else if comparable || a.forms.is_empty() || b.forms.is_empty() {
        Titles::Different
    } else {
        Titles::Unknown
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::{Creator, IdentifierKind, Kind, Record};

    use super::{Reason, judge};
    use crate::search::keys::Keyed;

    const ISBN: &str = "9787225015408";
    const OTHER: &str = "9787020008728";

    /// title, variant, creators, publisher, year, pages, ISBN
    type Line<'a> = (&'a str, &'a str, &'a [&'a str], &'a str, i32, &'a str, &'a str);

    fn book((title, variant, creators, publisher, year, pages, isbn): Line<'_>) -> Keyed {
        let mut record = Record {
            kind: Kind::Book,
            title: title.into(),
            creators: creators.iter().copied().map(Creator::author).collect(),
            publisher: publisher.into(),
            year: (year > 0).then_some(year),
            pages: pages.into(),
            ..Record::default()
        };
        if !variant.is_empty() {
            record.variant_titles.push(variant.into());
        }
        if !isbn.is_empty() {
            record.add_identifier(IdentifierKind::Isbn, isbn);
        }
        Keyed::new(record)
    }

    fn judged(a: Line<'_>, b: Line<'_>) -> Option<Reason> {
        let (a, b) = (book(a), book(b));
        let reason = judge(&a, &b);
        assert_eq!(reason, judge(&b, &a), "symmetric");
        reason
    }

    #[test]
    fn one_isbn_on_several_works_joins_none() {
        let one = ("作为历史哲学的风景", "", &["李劼"][..], "青海人民出版社", 1998, "300页", ISBN);
        let two = ("中国语言神话和话语英雄", "", &["李劼"][..], "青海人民出版社", 1998, "427页", ISBN);
        assert_eq!(judged(one, two), None);
        let romanised =
            ("Zhongguo yu yan shen hua he hua yu ying xiong", "", &["Li, Jie"][..], "", 1998, "", ISBN);
        assert_eq!(judged(two, romanised), Some(Reason::Number), "read alike");
        let mut chinese = Record::clone(&book(romanised).record);
        chinese.language = "chi".into();
        assert_eq!(judge(&book(one), &Keyed::new(chinese)), None, "read otherwise");
        let near = ("Zhongguo li dai bin li", "中国历代宾礼", &["Li, Wuwei"][..], "", 1998, "243 p.", OTHER);
        let like = ("Zhongguo li dai ji li", "中国历代祭礼", &["Du, Xizhou"][..], "", 1998, "249 p.", OTHER);
        assert_eq!(judged(near, like), None);
    }

    #[test]
    fn a_number_forgives_much() {
        let one = ("红楼梦", "", &["曹雪芹"][..], "人民文学出版社", 1982, "", OTHER);
        assert_eq!(judged(one, ("紅樓夢", "", &[], "", 1996, "", OTHER)), Some(Reason::NumberAndTitle));
        assert_eq!(judged(one, ("红楼梦校注本全集", "", &["曹雪芹"], "", 1982, "", OTHER)), None);
        let long = ("中国古典小说红楼梦", "", &["曹雪芹"][..], "", 1982, "", OTHER);
        assert_eq!(judged(long, ("古典小说红楼梦", "", &[], "", 1983, "", OTHER)), Some(Reason::Number));
        // kanji and romaji cannot be compared
        let kanji = ("昭和金融政策史", "", &["八尾板正雄"][..], "大空社", 1999, "", ISBN);
        let romaji = ("Shōwa kin'yū seisakushi", "", &["Yaoita, Masao"][..], "Ōzorasha", 1999, "", ISBN);
        assert_eq!(judged(kanji, romaji), Some(Reason::Number));
    }

    #[test]
    fn title_creator_and_year() {
        let plain = ("三体", "", &["刘慈欣"][..], "重庆出版社", 2008, "302页", "");
        let with = ("三體", "", &["劉慈欣"][..], "重慶出版社", 2008, "", OTHER);
        assert_eq!(judged(plain, with), Some(Reason::Title), "one has a number, the other none");
        assert_eq!(judged(plain, ("三体", "", &["刘慈欣"], "重庆出版社", 2010, "", "")), None, "year");
        assert_eq!(judged(plain, ("三体", "", &["王力"], "重庆出版社", 2008, "", "")), None, "creator");
        assert_eq!(judged(plain, ("三体", "", &["刘慈欣"], "作家出版社", 2008, "", "")), None, "house");
        assert_eq!(judged(plain, ("三体", "", &["刘慈欣"], "", 2008, "400页", "")), None, "pages");
        let other = ("三体", "", &["刘慈欣"][..], "重庆出版社", 2008, "302页", ISBN);
        assert_eq!(judged(with, other), None, "two numbers and no equal count of pages");
    }

    #[test]
    fn pinyin_needs_more_than_the_title() {
        let han = ("国际战略论", "", &["余起芬"][..], "军事科学出版社", 1998, "", "");
        let latin =
            ("Guo ji zhan lüe lun", "", &["Yu, Qifen"][..], "Jun shi ke xue chu ban she", 1998, "", "");
        assert_eq!(judged(han, latin), Some(Reason::Letters));
        assert_eq!(judged(han, ("Guo ji zhan lüe lun", "", &["Wang, Li"], "", 1998, "", "")), None);
        assert_eq!(judged(han, ("Guo ji zhan lüe lun", "", &["Yu, Qifen"], "", 2003, "", "")), None);
        let linked = ("Guo ji zhan lüe lun", "国际战略论", &["Yu, Qifen", "余起芬"][..], "", 1998, "", "");
        assert_eq!(judged(han, linked), Some(Reason::Title), "its 880 is the title");
    }

    #[test]
    fn papers_and_standards() {
        let paper = |journal: &str, doi: &str| {
            let mut record = Record {
                kind: Kind::Article,
                title: "参考文献管理工具研究".into(),
                creators: vec![Creator::author("余敏")],
                container: journal.into(),
                year: Some(2009),
                ..Record::default()
            };
            record.add_identifier(IdentifierKind::Doi, doi);
            Keyed::new(record)
        };
        let (one, two) = (paper("现代情报", "10.3969/a"), paper("现代情报", ""));
        assert_eq!(judge(&one, &two), Some(Reason::Title));
        assert_eq!(judge(&one, &paper("图书馆学刊", "")), None, "another journal");
        assert_eq!(judge(&one, &paper("现代情报", "10.3969/b")), None, "another number");
        let report = |subtitle: &str| {
            Keyed::new(Record {
                kind: Kind::Report,
                title: "全国经济普查主要数据公报".into(),
                subtitle: subtitle.into(),
                publisher: "国家统计局".into(),
                year: Some(2019),
                ..Record::default()
            })
        };
        assert_eq!(judge(&report("第二产业基本情况"), &report("第三产业基本情况")), None);
        assert_eq!(judge(&report("第二产业基本情况"), &report("")), Some(Reason::Title));
        let standard = |creator: &str| {
            Keyed::new(Record {
                kind: Kind::Standard,
                title: "信息与文献 参考文献著录规则".into(),
                creators: [creator].into_iter().filter(|c| !c.is_empty()).map(Creator::author).collect(),
                year: Some(2015),
                ..Record::default()
            })
        };
        assert_eq!(judge(&standard(""), &standard("全国信息与文献标准化技术委员会")), Some(Reason::Title));
    }
}
