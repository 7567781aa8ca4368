//! Names of persons and corporate bodies in a form that compares independently of order, script and
//! abbreviation.

use hongyan_model::text::fold;

use super::letters::{in_han, letters};

/// Shortest name of a body, in characters, that matches as a prefix of another.
const BODY: usize = 4;

/// The name of a creator in comparable form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    /// folded, without text in brackets (`(清) 曹雪芹`)
    pub folded: String,
    /// words in alphabetical order: the same for `Knuth, Donald` and `Donald Knuth`
    pub sorted: String,
    /// Latin transliteration, surname first as in catalogues, Han as pinyin; empty when unknown
    letters: String,
    /// Latin transliteration with the last word first, for `Donald Knuth`; empty for one word
    turned: String,
    /// contains Han characters
    pub han: bool,
}

impl Name {
    /// Folds a name; none when the result is empty.
    #[cfg(test)]
    pub(crate) fn new(name: &str) -> Option<Name> {
        Name::folded(name, &fold(name))
    }

    /// From a name and its folded form; none when the result is empty.
    pub(crate) fn folded(name: &str, folded: &str) -> Option<Name> {
        let brackets = name.contains(OPENING) || name.contains(CLOSING);
        let mut folded = if brackets { fold(&bare(name)) } else { folded.to_owned() };
        if folded.is_empty() {
            return None;
        }
        let han = in_han(&folded);
        if han && let Some(person) = without_role(&folded) {
            folded = person.to_owned();
        }
        let mut words: Vec<&str> = folded.split(' ').collect();
        let mut turned = String::new();
        if let (false, [rest @ .., last]) = (han, words.as_slice())
            && !rest.is_empty()
        {
            turned.push_str(last);
            turned.extend(rest.iter().copied());
        }
        words.sort_unstable();
        let sorted = if words.len() == 1 { folded.clone() } else { words.join(" ") };
        let letters = letters(&folded).unwrap_or_default();
        Some(Name { sorted, letters, turned, han, folded })
    }

    /// Whether both can be the same person or body. Symmetric.
    pub(crate) fn same(&self, other: &Name) -> bool {
        if self.sorted == other.sorted {
            return true;
        }
        match (self.han, other.han) {
            (true, true) => begins(&self.folded, &other.folded) || ends(&self.folded, &other.folded),
            (false, false) => {
                // `Yang, Zhen-Ning`, `Yang, Zhenning` and `Zhenning Yang`
                !self.letters.is_empty()
                    && (self.letters == other.letters
                        || self.letters == other.turned
                        || self.turned == other.letters)
                    || same_words(&self.folded, &other.folded)
            }
            _ => {
                let (han, latin) = if self.han { (self, other) } else { (other, self) };
                !han.letters.is_empty() && (han.letters == latin.letters || han.letters == latin.turned)
                    // 中国人民银行 and `Zhongguo ren min yin hang. Jin rong yan jiu suo`, its department
                    || han.folded.chars().count() >= BODY && begins(&han.letters, &latin.letters)
            }
        }
    }
}

/// A name in Han characters without the role that some sources write behind it: 白露著, 马什主编.
fn without_role(folded: &str) -> Option<&str> {
    const ROLES: [&str; 7] = ["主编", "编著", "编译", "著", "编", "译", "撰"];
    let name = ROLES.iter().find_map(|role| folded.strip_suffix(role))?;
    (name.chars().count() >= 2).then_some(name)
}

/// Whether a name in Han characters or pinyin is that of a board which names itself after its book, 编写组 or
/// 《信宜教育志》编纂委员会: catalogues write it in many ways, or leave it out.
fn is_board(name: &Name) -> bool {
    const HAN: [&str; 8] =
        ["编写组", "编选组", "编委会", "编辑部", "编写委员会", "编辑委员会", "编纂委员会", "编审委员会"];
    const LATIN: [&str; 5] = ["bianxiezu", "bianxuanzu", "bianweihui", "bianjibu", "weiyuanhui"];
    if name.han {
        HAN.iter().any(|board| name.folded.ends_with(board))
    } else {
        LATIN.iter().any(|board| name.letters.ends_with(board))
    }
}

/// Opening and closing brackets.
const OPENING: [char; 5] = ['(', '（', '[', '［', '〔'];
const CLOSING: [char; 5] = [')', '）', ']', '］', '〕'];

/// Removes text in brackets: `(清) 曹雪芹` becomes `曹雪芹`.
fn bare(name: &str) -> String {
    let mut depth = 0u32;
    name.chars()
        .filter(|c| match c {
            c if OPENING.contains(c) => {
                depth += 1;
                false
            }
            c if CLOSING.contains(c) => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// True when one name is a prefix of the other: a body and its department.
fn begins(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.chars().count() >= BODY && long.starts_with(short)
}

/// True when one name is a body and the other says where it is, too: 鲁迅博物馆 and 北京鲁迅博物馆.
fn ends(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.chars().count() > BODY && long.ends_with(short)
}

/// Compares Latin names word by word: every word of the shorter occurs in the longer, whole or as its
/// initial, and at least one whole. `Knuth, D. E.` and `Donald Ervin Knuth` match.
fn same_words(a: &str, b: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let mut free: Vec<&str> = long.into_iter().take(16).collect();
    let (mut whole, mut initials) = (0, Vec::new());
    for word in short.into_iter().take(16) {
        match free.iter().position(|other| *other == word) {
            Some(at) => {
                whole += usize::from(word.chars().count() > 1);
                free.swap_remove(at);
            }
            None => initials.push(word),
        }
    }
    let short_form = |word: &str, other: &str| {
        let (one, two) = (word.chars().count() == 1, other.chars().count() == 1);
        (one || two) && word.chars().next() == other.chars().next()
    };
    whole > 0
        && initials.into_iter().all(|word| match free.iter().position(|other| short_form(word, other)) {
            Some(at) => {
                free.swap_remove(at);
                true
            }
            None => false,
        })
}

/// How two lists of creators compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Creators {
    /// they share a name
    Same,
    /// one is empty, or the scripts are not comparable
    Unknown,
    /// they share no name
    Different,
}

/// Compares two lists of creators. Symmetric.
pub(crate) fn compare(a: &[Name], b: &[Name]) -> Creators {
    if a.is_empty() || b.is_empty() {
        return Creators::Unknown;
    }
    if a.iter().any(|one| b.iter().any(|two| one.same(two))) {
        return Creators::Same;
    }
    if a.iter().all(is_board) || b.iter().all(is_board) {
        return Creators::Unknown;
    }
    let scripts = |names: &[Name]| (names.iter().any(|n| n.han), names.iter().any(|n| !n.han));
    match (scripts(a), scripts(b)) {
        ((true, false), (false, true)) | ((false, true), (true, false)) => Creators::Unknown,
        _ => Creators::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::{Creators, Name, compare};

    fn same(a: &str, b: &str) -> bool {
        let (a, b) = (Name::new(a).unwrap(), Name::new(b).unwrap());
        assert_eq!(a.same(&b), b.same(&a));
        a.same(&b)
    }

    #[test]
    fn names_whatever_their_order_and_script() {
        for (a, b) in [
            ("Knuth, Donald E.", "Donald E. Knuth"),
            ("Knuth, D. E.", "Donald Ervin Knuth"),
            ("（清）曹雪芹", "曹雪芹"),
            ("魯迅", "鲁迅"),
            ("史晋川", "Shi, Jinchuan"),
            ("张之光", "Zhiguang Zhang"),
            ("Yang, Zhen-Ning", "Zhenning Yang"),
            ("白露著", "白露"),
            ("林一舟主编", "Lin, Yizhou"),
            ("中国人民银行", "中国人民银行. 金融研究所"),
            ("远山地质博物馆", "红柳市远山地质博物馆"),
            ("中国人民银行", "Zhongguo ren min yin hang. Jin rong yan jiu suo"),
            ("Association for Information", "Association for Information and Image Management"),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("鲁迅", "周作人"),
            ("李劼", "Li, Wuwei"),
            ("Smith, J.", "Smith, Adam"),
            ("Li", "L."),
            ("Murray, Gerry", "White, Amie S."),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }

    #[test]
    fn lists_of_names() {
        let list = |names: &[&str]| names.iter().filter_map(|n| Name::new(n)).collect::<Vec<_>>();
        assert_eq!(compare(&list(&["牛汉", "邓九平"]), &list(&["邓九平"])), Creators::Same);
        assert_eq!(compare(&list(&["鲁迅"]), &[]), Creators::Unknown);
        assert_eq!(compare(&list(&["猪俣津南雄"]), &list(&["Inomata, Tsunao"])), Creators::Unknown);
        assert_eq!(compare(&list(&["鲁迅"]), &list(&["周作人"])), Creators::Different);
        let board = list(&["《远山教育志》编纂委员会"]);
        assert_eq!(compare(&board, &list(&["编写组"])), Creators::Unknown, "boards have many names");
        assert_eq!(compare(&board, &list(&["远山教育志编纂委员会"])), Creators::Same);
    }
}
