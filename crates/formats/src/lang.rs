//! Normalises language codes to ISO 639-2/B, which catalogues use.

/// Two-letter code, terminological code where it differs, bibliographic code, names.
const LANGUAGES: &[(&str, &str, &str, &[&str])] = &[
    ("zh", "zho", "chi", &["chinese", "中文", "汉语", "漢語", "chn", "cn"]),
    ("en", "eng", "eng", &["english", "英文", "英语", "英語"]),
    ("ja", "jpn", "jpn", &["japanese", "日文", "日语", "日本語", "jp"]),
    ("ko", "kor", "kor", &["korean", "韩文", "韩语", "朝鲜语", "한국어"]),
    ("fr", "fra", "fre", &["french", "法文", "法语", "français"]),
    ("de", "deu", "ger", &["german", "德文", "德语", "deutsch"]),
    ("ru", "rus", "rus", &["russian", "俄文", "俄语", "русский"]),
    ("es", "spa", "spa", &["spanish", "西班牙文", "西班牙语", "español"]),
    ("pt", "por", "por", &["portuguese", "葡萄牙语"]),
    ("it", "ita", "ita", &["italian", "意大利语"]),
    ("nl", "nld", "dut", &["dutch", "荷兰语"]),
    ("vi", "vie", "vie", &["vietnamese", "越南语"]),
    ("th", "tha", "tha", &["thai", "泰语"]),
    ("ar", "ara", "ara", &["arabic", "阿拉伯语"]),
    ("bo", "bod", "tib", &["tibetan", "藏语", "藏文"]),
    ("za", "zha", "zha", &["zhuang", "壮语", "壮文"]),
    ("ug", "uig", "uig", &["uighur", "维吾尔语"]),
    ("mn", "mon", "mon", &["mongolian", "蒙古语", "蒙文"]),
    ("fa", "fas", "per", &["persian"]),
    ("el", "ell", "gre", &["greek"]),
    ("cs", "ces", "cze", &["czech"]),
    ("my", "mya", "bur", &["burmese", "缅甸语"]),
    ("ms", "msa", "may", &["malay", "马来语"]),
    ("ro", "ron", "rum", &["romanian"]),
    ("sk", "slk", "slo", &["slovak"]),
    ("hy", "hye", "arm", &["armenian"]),
    ("ka", "kat", "geo", &["georgian"]),
    ("eu", "eus", "baq", &["basque"]),
    ("is", "isl", "ice", &["icelandic"]),
    ("mk", "mkd", "mac", &["macedonian"]),
    ("sq", "sqi", "alb", &["albanian"]),
    ("cy", "cym", "wel", &["welsh"]),
    ("la", "lat", "lat", &["latin"]),
    ("pl", "pol", "pol", &["polish"]),
    ("id", "ind", "ind", &["indonesian", "印尼语"]),
    ("hi", "hin", "hin", &["hindi"]),
    ("he", "heb", "heb", &["hebrew"]),
    ("tr", "tur", "tur", &["turkish"]),
    ("uk", "ukr", "ukr", &["ukrainian"]),
    ("sv", "swe", "swe", &["swedish"]),
    ("da", "dan", "dan", &["danish"]),
    ("no", "nor", "nor", &["norwegian"]),
    ("fi", "fin", "fin", &["finnish"]),
    ("hu", "hun", "hun", &["hungarian"]),
];

/// The ISO 639-2/B code for a language (`zh`, `zh-CN`, `zho`, `Chinese`, `中文`). Unknown three-letter
/// codes are kept; codes for "unknown", fill characters and empty text give an empty string.
pub fn code(language: &str) -> String {
    // `chi.`: a full stop ends the field in some catalogues
    let lower = language.trim().trim_end_matches(['.', ',', ';', ':', '。', ' ']).to_lowercase();
    if matches!(lower.as_str(), "und" | "zxx" | "mul" | "mis" | "") {
        return String::new();
    }
    let base = lower.split(['-', '_']).next().unwrap_or_default();
    let known = LANGUAGES.iter().find(|(two, terminological, bibliographic, names)| {
        [*two, *terminological, *bibliographic].contains(&base) || names.contains(&lower.as_str())
    });
    match known {
        Some((_, _, bibliographic, _)) => (*bibliographic).to_owned(),
        None if lower.len() == 3 && lower.chars().all(|c| c.is_ascii_lowercase()) => lower,
        None => String::new(),
    }
}

/// The code for CSL, BibTeX and reference managers, with two letters where there is one: `zh` for `chi`;
/// unknown codes are kept.
pub fn two_letters(code: &str) -> &str {
    let known = LANGUAGES
        .iter()
        .find(|(_, terminological, bibliographic, _)| [*terminological, *bibliographic].contains(&code));
    known.map_or(code, |(two, ..)| two)
}

#[cfg(test)]
mod tests {
    use super::{code, two_letters};

    #[test]
    fn two_letters_where_there_are_two() {
        assert_eq!(["chi", "zho", "jpn", "nai", ""].map(two_letters), ["zh", "zh", "ja", "nai", ""]);
    }

    #[test]
    fn one_code_for_a_language() {
        for text in ["chi.", "Chinese;", "zh", "zh-CN", "zho", "chi", "Chinese", "中文"] {
            assert_eq!(code(text), "chi", "{text}");
        }
        assert_eq!(code("fra"), "fre");
        assert_eq!(code("nai"), "nai");
        for text in ["", "###", "|||", "und", "   ", "^^^"] {
            assert_eq!(code(text), "", "{text}");
        }
    }
}
