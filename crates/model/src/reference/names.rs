//! Names of people and bodies in references.

use super::pattern::Pattern;
use crate::record::{Creator, Role};
use crate::text::is_han;

/// Most names of one reference.
const MOST: usize = 50;

/// Endings of Chinese bodies.
const BODIES: [&str; 44] = [
    "大学",
    "学院",
    "学会",
    "协会",
    "研究所",
    "研究院",
    "研究中心",
    "中心",
    "委员会",
    "委员會",
    "局",
    "部",
    "馆",
    "館",
    "公司",
    "出版社",
    "集团",
    "编写组",
    "课题组",
    "小组",
    "院",
    "社",
    "厅",
    "处",
    "办公室",
    "联合会",
    "会",
    "會",
    "政府",
    "法院",
    "银行",
    "厂",
    "组",
    "站",
    "队",
    "实验室",
    "编辑部",
    "标准化所",
    "基金会",
    "医院",
    "学校",
    "书院",
    "图书馆",
    "机构",
];
/// Words of Latin names of bodies.
const CORPORATE: [&str; 44] = [
    "organization",
    "organisation",
    "university",
    "institute",
    "administration",
    "department",
    "ministry",
    "committee",
    "association",
    "society",
    "agency",
    "bureau",
    "council",
    "center",
    "centre",
    "commission",
    "foundation",
    "office",
    "group",
    "library",
    "consortium",
    "union",
    "bank",
    "nations",
    "company",
    "inc",
    "ltd",
    "college",
    "school",
    "hospital",
    "academy",
    "federation",
    "network",
    "board",
    "service",
    "services",
    "press",
    "museum",
    "laboratory",
    "congress",
    "parliament",
    "team",
    "iso",
    "ieee",
];

/// Whether a name can be one.
pub(super) fn is_sound(name: &str) -> bool {
    let length = name.chars().count();
    let letters = name.chars().any(char::is_alphabetic);
    letters
        && length <= 120
        && !name.contains(|c: char| c.is_ascii_digit() || "《》“”\"[]{}:：;；?？!！/".contains(c))
}

/// Splits at the signs between Chinese names.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', '、', ';', '；']).map(str::trim).filter(|name| !name.is_empty())
}

/// `等`, `et al`.
fn is_others(name: &str) -> bool {
    let bare = name.trim_end_matches('.').to_lowercase();
    matches!(bare.as_str(), "等" | "等人" | "et al" | "et al., eds" | "others" | "and others" | "他")
}

/// The names in front of a title in GB/T 7714 and notes; none where the text is no list of names.
pub(super) fn chinese(text: &str) -> Option<Vec<Creator>> {
    let text = text.trim().trim_end_matches(['.', '。', ',', '，', ':', '：']);
    let (text, role) = role_of(text);
    let mut people = Vec::new();
    for name in split(text).filter(|name| !is_others(name)).take(MOST) {
        let name = without_country(name);
        let name = name.strip_suffix("等").filter(|rest| rest.chars().count() >= 2).unwrap_or(name).trim();
        if !is_name(name) {
            return None;
        }
        people.push(Creator { name: name.to_owned(), role });
    }
    (!people.is_empty()).then_some(people)
}

/// A role that stands behind names: `王宁、薛晓源编`, `张三主编`, `小柯, 译`.
pub(super) fn role_of(text: &str) -> (&str, Role) {
    const ROLES: [(&str, Role); 20] = [
        ("等主编", Role::Editor),
        ("总主编", Role::Editor),
        ("主编", Role::Editor),
        ("主編", Role::Editor),
        ("编著", Role::Author),
        ("編著", Role::Author),
        ("选编", Role::Editor),
        ("编选", Role::Editor),
        ("编译", Role::Translator),
        ("合编", Role::Editor),
        ("整理", Role::Annotator),
        ("校注", Role::Annotator),
        ("点校", Role::Annotator),
        ("校点", Role::Annotator),
        ("編", Role::Editor),
        ("编", Role::Editor),
        ("译", Role::Translator),
        ("譯", Role::Translator),
        ("撰", Role::Author),
        ("著", Role::Author),
    ];
    for (word, role) in ROLES {
        if let Some(names) = text.strip_suffix(word) {
            let names = names.trim_end_matches([' ', ',', '，', '等', '合', '辑']);
            if names.chars().count() >= 2 {
                return (names, role);
            }
        }
    }
    (text, Role::Author)
}

/// `[美]费正清`, `（清）曹雪芹`, `〔英〕某`: country or dynasty.
fn without_country(name: &str) -> &str {
    let Some(rest) = name.strip_prefix(['[', '［', '〔', '(', '（', '【']) else { return name };
    match rest.char_indices().take(8).find(|(_, c)| matches!(c, ']' | '］' | '〕' | ')' | '）' | '】')) {
        Some((end, close)) => rest.get(end + close.len_utf8()..).unwrap_or_default().trim(),
        None => name,
    }
}

fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    if !is_sound(name) || length < 2 && !name.chars().any(is_han) {
        return false;
    }
    if !name.chars().any(is_han) {
        return latin_words(name);
    }
    let title = [
        "的",
        "与",
        "及其",
        "研究",
        "概论",
        "导论",
        "分析",
        "谈",
        "论文",
        "之间",
        "如何",
        "关于",
        "基于",
        "为什么",
        "和",
        "了",
        "在",
    ];
    if length <= 4 && !title.iter().any(|word| name.contains(word)) {
        return true;
    }
    if name.contains(['·', '•', '・', '.', '．']) {
        return length <= 30;
    }
    let body =
        BODIES.iter().any(|end| name.ends_with(end)) || name.ends_with(['）', ')']) && name.contains("中心");
    body && length <= 60 || length <= 9 && !title.iter().any(|word| name.contains(word))
}

/// Words of a Latin name: few, none of them a lower-case word of a sentence.
fn latin_words(name: &str) -> bool {
    let particles = [
        "of", "and", "for", "the", "van", "von", "der", "den", "de", "la", "le", "du", "di", "da", "dos",
        "del", "ter", "ten", "zu", "zur", "al", "el", "on", "in", "et", "y", "e", "to", "at", "ibn", "bin",
        "des", "&",
    ];
    let mut words = 0;
    for word in name.split([' ', '-', '’', '\'']).filter(|word| !word.is_empty()) {
        words += 1;
        let lower = word.chars().next().is_some_and(char::is_lowercase);
        if lower && !particles.contains(&word) {
            return false;
        }
    }
    words <= 14
}

/// Whether a Latin name is that of a body.
fn is_corporate(name: &str) -> bool {
    name.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| CORPORATE.contains(&word))
}

/// `A. B.`, `AB`, `J.-P.`, `A`: initials alone.
pub(super) fn initials(text: &str) -> bool {
    static INITIALS: Pattern = Pattern::new(r"^(?:\p{Lu}\.?(?:\s*-\s*|\s*)){1,4}$");
    !text.is_empty() && INITIALS.is_match(text)
}

/// How Latin names are written in a style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// `Miller, A. B., & Hale, C.`
    FamilyInitials,
    /// `Miller, Ann, and Carl Hale`
    FirstInverted,
    /// `Ann Miller and Carl Hale`
    GivenFamily,
}

/// Latin names; none where the text is no list of names.
pub(super) fn latin(text: &str, order: Order) -> Option<Vec<Creator>> {
    static OTHERS: Pattern =
        Pattern::new(r"(?i)(?:,?\s*(?:\band\b|&)?\s*(?:\bet\s+al\b\.?|\bothers\b)|\s+等)\s*\.?$");
    static ROLE: Pattern = Pattern::new(r"(?i),?\s*\(?\b(?:eds?\.?|editors?|trans\.?|translators?)\)?\.?$");
    let text = text.trim().trim_end_matches([',', '，', ';', ':']).trim();
    if text.chars().any(is_han) {
        let text = text.replace(['&', '和'], "、");
        return chinese(&text);
    }
    let editors = ROLE.captures(text).filter(|found| found.end() == text.len() && found.start() > 0);
    let (text, role) = match &editors {
        Some(found) => (text.get(..found.start())?, Role::Editor),
        None => (text, Role::Author),
    };
    let text = OTHERS.without(text);
    let text = text.trim().trim_end_matches(',');
    let made = |names: Vec<String>| {
        let sound = !names.is_empty() && names.iter().all(|name| is_sound(name) && latin_words(name));
        sound.then(|| names.into_iter().take(MOST).map(|name| Creator { name, role }).collect())
    };
    if is_corporate(text)
        && is_sound(text)
        && latin_words(text)
        && !text.split(',').any(|piece| initials(piece.trim()))
    {
        // several bodies cannot be told from one with a comma
        let name = text.trim_end_matches('.').to_owned();
        return Some(vec![Creator {
            name,
            role: if role == Role::Author { Role::Organisation } else { role },
        }]);
    }
    let joined = text.replace(" & ", ", ").replace(" and ", ", ").replace("& ", ", ").replace(';', ",");
    let pieces: Vec<&str> = joined.split(',').map(str::trim).filter(|piece| !piece.is_empty()).collect();
    let mut names: Vec<String> = Vec::new();
    match order {
        Order::FamilyInitials => {
            let mut rest = pieces.as_slice();
            while let [family, after @ ..] = rest {
                let family = family.trim_end_matches('.');
                rest = after;
                match after {
                    [given, after @ ..] if is_given(given) => {
                        let given = given.trim_end_matches(|c| c == '.' && !ends_with_initial(given));
                        names.push(format!("{family}, {given}"));
                        rest = after;
                        if let [suffix, after @ ..] = rest
                            && matches!(suffix.trim_end_matches('.'), "Jr" | "Sr" | "II" | "III")
                        {
                            rest = after;
                        }
                    }
                    // `Miller A`, `Hale CB`: initials without a comma; `A. Hale` in front
                    _ if family.rsplit_once(' ').is_some_and(|(_, last)| initials(last))
                        || family.split_once(' ').is_some_and(|(first, _)| initials(first)) =>
                    {
                        names.push(family.to_owned());
                    }
                    // `Miller, Ann` in full
                    [given, after @ ..] if names.is_empty() && after.is_empty() && !given.contains(' ') => {
                        names.push(format!("{family}, {given}"));
                        rest = after;
                    }
                    _ => return None,
                }
            }
        }
        Order::FirstInverted => {
            let [family, given, others @ ..] = pieces.as_slice() else {
                return None;
            };
            let given_name = given.trim_end_matches(|c| c == '.' && !ends_with_initial(given));
            names.push(format!("{family}, {given_name}"));
            names.extend(
                others
                    .iter()
                    .map(|name| name.trim_end_matches(|c| c == '.' && !ends_with_initial(name)).to_owned()),
            );
            if others.iter().any(|name| !name.contains(' ')) {
                return None;
            }
        }
        Order::GivenFamily => {
            if pieces.iter().any(|name| !name.contains(' ')) {
                return None;
            }
            names.extend(pieces.iter().map(|name| name.trim_end_matches('.').to_owned()));
        }
    }
    made(names)
}

/// `A. B.`, `M. van`: initials, with a particle of the family name behind them.
fn is_given(text: &str) -> bool {
    let particle = |word: &str| {
        matches!(
            word,
            "van" | "von" | "der" | "den" | "de" | "la" | "du" | "da" | "di" | "del" | "dos" | "ten" | "ter"
        )
    };
    let text = text.trim_end_matches(|c| c == '.' && !ends_with_initial(text));
    initials(text)
        || text.starts_with(char::is_uppercase)
            && text.split(' ').all(|word| initials(word) || particle(word))
}

/// Whether each is a name of few words, none of them a word of a title.
pub(super) fn are_few_words(people: &[Creator]) -> bool {
    let of_title = [
        "The", "A", "An", "Of", "On", "In", "For", "And", "From", "Toward", "Towards", "How", "Why", "What",
        "of", "the", "in", "on", "and", "for",
    ];
    people.iter().all(|one| {
        let words = || one.name.split([' ', ',']).filter(|word| !word.is_empty());
        words().count() <= 6 && !words().any(|word| of_title.contains(&word))
    })
}

/// Whether the last full stop is that of an initial: `Knuth, Donald E.`
pub(super) fn ends_with_initial(name: &str) -> bool {
    let mut back = name.trim_end_matches('.').chars().rev();
    back.next().is_some_and(char::is_uppercase) && back.next().is_none_or(|c| c == ' ' || c == '.')
}
