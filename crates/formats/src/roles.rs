//! Roles of creators: codes of MARC and UNIMARC, English words, and the words after a Chinese name (`叶震
//! 主编`, `国家统计局编`).

use hongyan_model::record::{Creator, Role};
use hongyan_model::text;

/// The role for a code or word; none for an empty one. Unknown ones give [`Role::Contributor`].
pub(crate) fn role_of(word: &str) -> Option<Role> {
    let word =
        word.trim().trim_end_matches(['.', ',', ';']).trim_matches(['[', ']', '(', ')']).to_lowercase();
    // a relator may be given as the URI of its term
    let word = word.rsplit('/').next().unwrap_or_default().trim();
    Some(match word {
        "" => return None,
        "aut" | "cre" | "auth" | "author" | "creator" | "verfasser" | "verfasserin" | "auteur" | "070"
        | "joint author" | "co-author" | "dis" | "지은이" | "저" | "저자" | "지음" | "공저" => {
            Role::Author
        }
        "엮음" | "편저" | "책임편집" | "edt" | "com" | "edc" | "editor" | "ed" | "eds" | "compiler"
        | "comp" | "herausgeber" | "herausgeberin" | "hrsg" | "340" | "220" | "redaktor" | "joint editor"
        | "엮은이" | "편" => Role::Editor,
        "trl" | "translator" | "tr" | "übersetzer" | "übersetzerin" | "traducteur" | "730" | "옮긴이"
        | "역" | "옮김" | "공역" | "편역" | "옮기고엮음" | "엮고옮김" => Role::Translator,
        "ann" | "cwt" | "annotator" | "020" | "212" => Role::Annotator,
        "ths" | "dgs" | "supervisor" | "thesis advisor" | "advisor" | "degree supervisor" | "727"
        | "betreuer" => Role::Supervisor,
        other => chinese(other).unwrap_or(Role::Contributor),
    })
}

/// Chinese and Japanese role words; the most specific one comes first (`译注` is a translation).
fn chinese(word: &str) -> Option<Role> {
    let has = |words: &[char]| word.contains(words);
    Some(if word.contains("导师") || word.contains("指导") || word.contains("導師") {
        Role::Supervisor
    } else if has(&['译', '譯', '訳']) {
        Role::Translator
    } else if word.ends_with(['序', '跋', '画', '畫', '绘', '繪', '图', '圖', '摄', '攝', '影']) {
        Role::Contributor
    } else if has(&['著', '撰', '作', '文', '写', '寫', '述']) {
        Role::Author
    } else if has(&['注', '註', '笺', '箋', '疏']) {
        Role::Annotator
    } else if has(&['编', '編', '辑', '輯', '纂', '选', '選', '校', '录']) {
        Role::Editor
    } else if has(&['画', '绘', '摄', '书', '图', '曲', '审', '序', '整', '改', '口']) {
        Role::Contributor
    } else {
        return None;
    })
}

/// Words that end a statement of responsibility, longest first where one is a suffix of another.
const ENDINGS: &[&str] = &[
    "总主编",
    "總主編",
    "執行主編",
    "执行主编",
    "副主编",
    "副主編",
    "编著者",
    "編著者",
    "编译者",
    "编者",
    "編者",
    "著者",
    "作者",
    "译者",
    "譯者",
    "訳者",
    "翻译",
    "翻譯",
    "翻訳",
    "監訳",
    "监译",
    "主译",
    "主譯",
    "校译",
    "校譯",
    "校註",
    "校訂",
    "校订",
    "校補",
    "校补",
    "箋注",
    "箋註",
    "笺疏",
    "箋疏",
    "評注",
    "评注",
    "註釋",
    "注释",
    "注釋",
    "注疏",
    "注译",
    "注譯",
    "訳注",
    "譯註",
    "譯著",
    "選注",
    "选注",
    "集注",
    "集解",
    "评点",
    "评析",
    "辑校",
    "輯校",
    "辑录",
    "輯錄",
    "编次",
    "編次",
    "合編",
    "合譯",
    "共著",
    "共訳",
    "共編",
    "編寫",
    "編輯",
    "編選",
    "編纂",
    "編撰",
    "編校",
    "編注",
    "彙編",
    "匯編",
    "修訂",
    "主審",
    "主审",
    "审校",
    "審校",
    "审定",
    "撰文",
    "撰写",
    "撰稿",
    "改編",
    "攝影",
    "繪圖",
    "插图",
    "插圖",
    "作序",
    "主编",
    "主編",
    "编著",
    "編著",
    "编译",
    "編譯",
    "译注",
    "譯注",
    "译著",
    "选编",
    "選編",
    "选译",
    "汇编",
    "編集",
    "编写",
    "编选",
    "编辑",
    "编注",
    "编校",
    "合著",
    "合编",
    "合译",
    "校注",
    "校点",
    "点校",
    "點校",
    "笺注",
    "整理",
    "原著",
    "改编",
    "主撰",
    "编撰",
    "编纂",
    "修订",
    "绘图",
    "摄影",
    "口述",
    "监修",
    "総監修",
    "監修",
    "责任者",
    "指导教师",
    "导师",
    "著",
    "编",
    "編",
    "译",
    "譯",
    "訳",
    "撰",
    "辑",
    "輯",
    "注",
    "註",
    "纂",
    "校",
    "绘",
    "画",
    "摄",
    "述",
    "作",
    "修",
    "疏",
    "笺",
    "箋",
    "繪",
    "畫",
    "攝",
    "책임편집",
    "옮기고엮음",
    "엮고옮김",
    "지음",
    "옮김",
    "엮음",
    "그림",
    "공저",
    "공역",
    "편저",
    "편역",
    "저",
    "역",
    "편",
];

/// Words before a name: `主编 叶震`, `译者：王五`, `지은이: 김모`.
const BEGINNINGS: &[&str] = &[
    "总主编",
    "副主编",
    "主编",
    "主編",
    "编著者",
    "编著",
    "編著",
    "编者",
    "編者",
    "著者",
    "作者",
    "译者",
    "譯者",
    "訳者",
    "翻译",
    "翻譯",
    "翻訳",
    "校注",
    "校註",
    "点校",
    "點校",
    "编译",
    "編譯",
    "지은이",
    "옮긴이",
    "엮은이",
];

/// Splits `叶震 主编` and `国家统计局编` into name and role. Latin names have no such ending.
pub(crate) fn split_role(statement: &str) -> (String, Option<Role>) {
    let statement = text::clean(statement);
    // a full stop ends the statement, except behind an initial
    let statement = statement.trim_end_matches(['.', '。', ';', ',', '，', '；']).trim_end();
    let statement =
        statement.strip_suffix([']', '］']).filter(|head| !head.contains(['[', '［'])).unwrap_or(statement);
    for ending in ENDINGS {
        if let Some(name) = statement.strip_suffix(ending) {
            let spaced = name.ends_with([' ', '，', ',']);
            // 김저 and 박지음 are names of persons
            if ending.starts_with(is_hangul) && !spaced {
                continue;
            }
            let name = name.trim_end_matches([' ', '，', ',']);
            let name = name.strip_suffix("等").filter(|n| n.chars().count() > 1).unwrap_or(name).trim();
            // 李编 is a person's name; 国家统计局编 and 李强 编 have a role
            if name.chars().count() >= 2 && (spaced || !name.is_ascii()) {
                return (tidy(name), role_of(ending));
            }
        }
    }
    for beginning in BEGINNINGS {
        if let Some(rest) = statement.strip_prefix(beginning)
            && let Some(name) = rest.strip_prefix([' ', ':', '：', '\u{3000}']).map(str::trim)
            && name.trim_start_matches([':', '：', ' ']).chars().count() >= 2
        {
            return (tidy(name.trim_start_matches([':', '：', ' '])), role_of(beginning));
        }
    }
    (tidy(statement), None)
}

fn is_hangul(c: char) -> bool {
    ('가'..='힣').contains(&c)
}

/// Phrases of European statements of responsibility before the name that they are about.
const PHRASES: &[(&str, Role)] = &[
    ("translat", Role::Translator),
    ("traduit", Role::Translator),
    ("traduct", Role::Translator),
    ("trad. ", Role::Translator),
    ("traducción", Role::Translator),
    ("traduzione", Role::Translator),
    ("tradução", Role::Translator),
    ("übers", Role::Translator),
    ("uebers", Role::Translator),
    ("vertaald", Role::Translator),
    ("przeł", Role::Translator),
    ("перевод", Role::Translator),
    ("пер. ", Role::Translator),
    ("edited by", Role::Editor),
    ("ed. by", Role::Editor),
    ("editor", Role::Editor),
    ("eds. ", Role::Editor),
    ("compiled by", Role::Editor),
    ("hrsg", Role::Editor),
    ("herausgegeben", Role::Editor),
    ("sous la direction", Role::Editor),
    ("a cura di", Role::Editor),
    ("под ред", Role::Editor),
    ("annotated by", Role::Annotator),
    ("commentary by", Role::Annotator),
    ("illustrat", Role::Contributor),
    ("ill. ", Role::Contributor),
    ("foreword", Role::Contributor),
    ("preface", Role::Contributor),
    ("préface", Role::Contributor),
    ("vorwort", Role::Contributor),
    ("introd", Role::Contributor),
    ("afterword", Role::Contributor),
];

/// The role that a European statement, in small letters, gives to a person: `jane austen ; translated by
/// li wang` for `Wang, Li`. None when it does not name the person or says no more than the name.
pub(crate) fn role_in(statement: &str, name: &str) -> Option<Role> {
    let family = name.split(',').next().unwrap_or_default().trim().to_lowercase();
    if family.chars().count() < 2 {
        return None;
    }
    statement.split(';').take(20).find_map(|part| {
        let at = part.match_indices(&family).map(|(at, _)| at).find(|at| {
            let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            let (before, after) = (part.get(..*at), part.get(at + family.len()..));
            edge(before.and_then(|text| text.chars().next_back()))
                && edge(after.and_then(|text| text.chars().next()))
        })?;
        let before = part.get(..at)?;
        let said = PHRASES.iter().filter_map(|(phrase, role)| Some((before.rfind(phrase)?, *role)));
        said.max_by_key(|(at, _)| *at).map(|(_, role)| role)
    })
}

/// Adds the people of a statement whose role none of the access points has: a catalogue that lists the
/// translator only still names the author in the statement. Authors go first.
pub(crate) fn add_stated(creators: &mut Vec<Creator>, stated: Vec<Creator>) {
    let bare = |name: &str| -> String { name.chars().filter(|c| c.is_alphanumeric()).collect() };
    let had: Vec<(String, Role)> = creators
        .iter()
        .map(|known| (bare(&known.name), known.role))
        .filter(|(known, _)| !known.is_empty())
        .collect();
    let has = |role: Role| {
        had.iter()
            .any(|(_, known)| *known == role || role == Role::Author && matches!(known, Role::Organisation))
    };
    let mut authors = 0;
    for creator in stated {
        let name = bare(&creator.name);
        let named = had.iter().any(|(known, _)| known.contains(&name) || name.contains(known.as_str()));
        if creator.role == Role::Contributor && !had.is_empty()
            || named
            || has(creator.role)
            || creators.len() >= 500
            || creators.iter().any(|known| known.name == creator.name)
        {
            continue;
        }
        if creator.role == Role::Author {
            creators.insert(authors.min(creators.len()), creator);
            authors += 1;
        } else {
            creators.push(creator);
        }
    }
}

/// Strips the years from `Gell-Mann, Murray, 1929-2019`.
pub(crate) fn without_dates(name: &str) -> &str {
    if let Some((head, tail)) = name.rsplit_once(',')
        && tail.chars().filter(char::is_ascii_digit).count() >= 4
        && tail.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '–' | '?' | '.'))
    {
        return head.trim();
    }
    name
}

/// Strips a bracketed nationality or dynasty before a name, and non-sorting brackets.
pub(crate) fn tidy(name: &str) -> String {
    let mut name = name.replace("<<", "").replace(">>", "");
    name = without_dates(name.trim()).to_owned();
    for (open, close) in [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］'), ('〔', '〕')] {
        if let Some((country, rest)) = name.strip_prefix(open).and_then(|rest| rest.split_once(close))
            && country.chars().count() <= 5
            && !rest.trim().is_empty()
        {
            name = rest.trim().to_owned();
        }
    }
    name
}

/// Parses a whole Chinese statement of responsibility: `叶震, 李强主编 ; 王五译`. Names before the same role word
/// share the role.
pub(crate) fn creators_of(statement: &str) -> Vec<Creator> {
    let mut creators = Vec::new();
    for part in statement.split([';', '；']).take(20) {
        let (names, role) = split_role(part);
        let Some(role) = role else {
            continue;
        };
        // 乔尔·D. 威斯纳(Joel D. Wisner): the bracket repeats the name in Latin script
        let mut depth = 0u32;
        let mut name = String::new();
        for c in names.chars().chain(Some(',')) {
            match c {
                '(' | '（' => depth += 1,
                ')' | '）' => depth = depth.saturating_sub(1),
                ',' | '，' | '、' if depth == 0 => {
                    let tidied = tidy(name.trim());
                    if !tidied.is_empty() && creators.len() < 50 {
                        creators.push(Creator { name: tidied, role });
                    }
                    name.clear();
                }
                c if depth == 0 => name.push(c),
                _ => {}
            }
        }
    }
    creators
}

#[cfg(test)]
mod tests {
    use super::{creators_of, role_of, split_role};
    use hongyan_model::record::{Creator, Role};

    #[test]
    fn names_and_their_verbs() {
        for (text, name, role) in [
            ("叶震 主编", "叶震", Some(Role::Editor)),
            ("国家统计局编", "国家统计局", Some(Role::Editor)),
            ("(美) 赛珍珠 著", "赛珍珠", Some(Role::Author)),
            ("[清]曹雪芹撰", "曹雪芹", Some(Role::Author)),
            ("王道乾译", "王道乾", Some(Role::Translator)),
            ("钱钟书", "钱钟书", None),
            ("Knuth, Donald E.", "Knuth, Donald E", None),
            ("夏目漱石著", "夏目漱石", Some(Role::Author)),
        ] {
            assert_eq!(split_role(text), (name.to_owned(), role), "{text}");
        }
    }

    #[test]
    fn a_whole_statement() {
        let creator = |name: &str, role| Creator { name: name.to_owned(), role };
        assert_eq!(
            creators_of("乔尔·威斯纳(Joel, D.Wisner), 琳达·斯坦利著 ; 纪寿文、房圆晨译注"),
            [
                creator("乔尔·威斯纳", Role::Author),
                creator("琳达·斯坦利", Role::Author),
                creator("纪寿文", Role::Translator),
                creator("房圆晨", Role::Translator),
            ]
        );
        assert!(creators_of("by Paul Tournier").is_empty());
    }

    #[test]
    fn codes_of_three_traditions() {
        assert_eq!(role_of("trl"), Some(Role::Translator));
        assert_eq!(role_of("http://id.loc.gov/vocabulary/relators/edt"), Some(Role::Editor));
        assert_eq!(role_of("730"), Some(Role::Translator));
        assert_eq!(role_of("译注"), Some(Role::Translator));
        assert_eq!(role_of("编著"), Some(Role::Author));
        assert_eq!(role_of("illustrator."), Some(Role::Contributor));
        assert_eq!(role_of(" "), None);
    }
}
