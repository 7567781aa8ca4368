//! Latin transliteration of a text, so that 中国历史, `Zhongguo li shi` and `Zhong guo lishi` compare
//! equal.

use hongyan_model::text::is_han;
use pinyin::ToPinyin;

/// Words in which a character has another reading than its most frequent one.
const WORDS: [(&str, &str); 31] = [
    ("银行", "yinhang"),
    ("行业", "hangye"),
    ("分行", "fenhang"),
    ("支行", "zhihang"),
    ("总行", "zonghang"),
    ("商行", "shanghang"),
    ("重庆", "chongqing"),
    ("重新", "chongxin"),
    ("重建", "chongjian"),
    ("音乐", "yinyue"),
    ("会计", "kuaiji"),
    ("长安", "changan"),
    ("长江", "changjiang"),
    ("长城", "changcheng"),
    ("长沙", "changsha"),
    ("长春", "changchun"),
    ("长篇", "changpian"),
    ("增长", "zengzhang"),
    ("成长", "chengzhang"),
    ("校长", "xiaozhang"),
    ("家长", "jiazhang"),
    ("调查", "diaocha"),
    ("强调", "qiangdiao"),
    ("传记", "zhuanji"),
    ("自传", "zizhuan"),
    ("评传", "pingzhuan"),
    ("列传", "liezhuan"),
    ("西藏", "xizang"),
    ("大藏", "dazang"),
    ("朝鲜", "chaoxian"),
    ("王朝", "wangchao"),
];

/// True for the first characters of [`WORDS`]: a fast path, because most characters begin none of them.
fn begins_a_word(c: char) -> bool {
    matches!(
        c,
        '银' | '行'
            | '商'
            | '分'
            | '支'
            | '总'
            | '重'
            | '音'
            | '会'
            | '长'
            | '增'
            | '成'
            | '校'
            | '家'
            | '调'
            | '强'
            | '传'
            | '自'
            | '评'
            | '列'
            | '西'
            | '大'
            | '朝'
            | '王'
    )
}

/// The reading of the word of [`WORDS`] that a text begins with; `first` is its first character.
fn word(first: char, text: &str) -> Option<&'static str> {
    if !begins_a_word(first) {
        return None;
    }
    WORDS.iter().find(|(word, _)| text.starts_with(word)).map(|(_, read)| *read)
}

/// Transliterates a folded text: letters and digits, Han characters as pinyin without tones, everything
/// else dropped. None when a Han character has no known reading. A character with several readings gets
/// the most frequent one except in [`WORDS`], so equal letters need further evidence.
pub(crate) fn letters(folded: &str) -> Option<String> {
    let mut out = String::with_capacity(folded.len() * 2);
    let mut rest = folded.chars();
    loop {
        let before = rest.as_str();
        let Some(c) = rest.next() else { break };
        if !is_han(c) {
            if c.is_ascii_alphanumeric() {
                out.push(c);
            }
        } else if let Some(read) = word(c, before) {
            out.push_str(read);
            rest.next();
        } else {
            // romanisations write lü as lü, lu or lv; folding has removed the accents
            let sound = c.to_pinyin()?.plain();
            if sound.is_ascii() {
                out.push_str(sound);
            } else {
                out.extend(sound.chars().map(|c| if c == 'ü' { 'u' } else { c }));
            }
        }
    }
    // 的 is `di` in older romanisations and `de` in newer ones
    Some(if out.contains("di") { out.replace("di", "de") } else { out })
}

/// The sort key of a folded title: other scripts first, then Chinese by pinyin and tone of each
/// character, as in the index of a Chinese book.
pub(crate) fn by_sound(folded: &str) -> String {
    let Some(first) = folded.chars().next() else { return String::new() };
    let mut out = String::with_capacity(if is_han(first) { folded.len() * 3 } else { folded.len() + 2 });
    out.push(if is_han(first) { '1' } else { '0' });
    let mut rest = folded.chars();
    loop {
        let before = rest.as_str();
        let Some(c) = rest.next() else { break };
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        match (word(c, before), c.to_pinyin()) {
            // the word decides the reading of its first character; the second has its usual one
            (Some(read), _) => {
                let second = rest.next().and_then(|second| second.to_pinyin());
                let own = second.and_then(|second| read.strip_suffix(second.plain()));
                out.push_str(own.unwrap_or(read));
                out.push(' ');
                if let (Some(_), Some(second)) = (own, second) {
                    out.push_str(second.with_tone_num_end());
                    out.push(' ');
                }
            }
            (None, Some(sound)) => {
                out.push_str(sound.with_tone_num_end());
                out.push(' ');
            }
            (None, None) => out.push(c),
        }
    }
    out
}

/// True when a text contains Han characters.
pub(crate) fn in_han(text: &str) -> bool {
    text.chars().any(is_han)
}

/// True when a text consists of Latin letters, digits and spaces.
pub(crate) fn in_latin(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
}

/// Similarity of two texts, 0 to 1: Dice's coefficient over pairs of neighbouring characters.
pub(crate) fn alike(a: &str, b: &str) -> f64 {
    let pairs = |text: &str| {
        let mut pairs: Vec<(char, char)> = text.chars().zip(text.chars().skip(1)).take(400).collect();
        pairs.sort_unstable();
        pairs
    };
    let (a, b) = (pairs(a), pairs(b));
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    let mut both = 0u32;
    while let (Some(x), Some(y)) = (left.peek(), right.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => _ = left.next(),
            std::cmp::Ordering::Greater => _ = right.next(),
            std::cmp::Ordering::Equal => {
                both += 1;
                left.next();
                right.next();
            }
        }
    }
    #[allow(clippy::cast_precision_loss)] // 800 at most
    let all = (a.len() + b.len()) as f64;
    if all == 0.0 { 0.0 } else { 2.0 * f64::from(both) / all }
}

#[cfg(test)]
mod tests {
    use hongyan_model::text::fold;

    use super::{WORDS, alike, begins_a_word, by_sound, letters};

    #[test]
    fn no_word_is_passed_over() {
        assert!(WORDS.iter().all(|(word, _)| word.starts_with(begins_a_word)));
    }

    #[test]
    fn han_and_its_romanisation() {
        for (han, latin) in [
            ("中国历代宾礼", "Zhongguo li dai bin li"),
            ("戰略論", "Zhan lüe lun"),
            ("律师实务", "Lü shi shi wu"),
            ("21世纪", "21 shi ji"),
            ("市场经济下的中国", "Shi chang jing ji xia di Zhongguo"),
            ("中国人民银行", "Zhongguo Renmin Yinhang"),
        ] {
            assert_eq!(letters(&fold(han)), letters(&fold(latin)), "{han}");
        }
        assert_ne!(letters("中国历代宾礼"), letters("中国历代祭礼"));
    }

    #[test]
    fn titles_by_sound() {
        let mut titles =
            ["中国通史", "重庆史话", "三体", "history", "阿q正传", "1984", "长安", "红楼梦", "论语", "词典"];
        titles.sort_by_key(|title| by_sound(title));
        assert_eq!(
            titles,
            ["1984", "history", "阿q正传", "长安", "重庆史话", "词典", "红楼梦", "论语", "三体", "中国通史"]
        );
        assert!(by_sound("鱼") < by_sound("雨") && by_sound("雨") < by_sound("玉"), "by tone");
        assert!(by_sound("战国") < by_sound("张之洞"), "zhan before zhang");
        assert_eq!(by_sound(""), "");
    }

    #[test]
    fn likeness() {
        assert!(alike("中国历史研究", "中国历史硏究") > 0.5);
        assert!(alike("中国历史", "经济学原理") < 0.1);
        assert!((alike("abcd", "abcd") - 1.0).abs() < 1e-9);
        assert_eq!(alike("", ""), 0.0);
    }
}
