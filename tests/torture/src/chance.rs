//! Reproducible random choices: everything that a suite decides is derived from its seed.

use std::time::Duration;

use fastrand::Rng;

/// A generator for one part of a suite; parts are independent of each other.
pub fn chance(seed: u64, part: u64) -> Rng {
    Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(part))
}

/// A unique title.
pub fn title(chance: &mut Rng) -> String {
    const WORDS: [&str; 12] = [
        "鸿雁传书考",
        "红楼梦",
        "論壯族的銅鼓",
        "Война и мир",
        "相思湖志",
        "資治通鑑",
        "こころ",
        "The Book of Songs",
        "西南联大",
        "広辞苑",
        "한국사",
        "粤剧",
    ];
    format!("{} {:016x}", WORDS[chance.usize(..WORDS.len())], chance.u64(..))
}

/// A note of varying length, with characters that are prone to encoding errors.
pub fn note(chance: &mut Rng) -> String {
    const PARTS: [&str; 8] =
        ["请尽快", "“引号”", "𠮷野家", "e\u{301}", "\u{202E}", "第三册", "\u{1F4DA}", "ⅩⅣ 页"];
    (0..chance.usize(..24)).map(|_| PARTS[chance.usize(..PARTS.len())]).collect()
}

/// A random duration up to the longest.
pub fn within(chance: &mut Rng, longest: Duration) -> Duration {
    Duration::from_micros(chance.u64(..=u64::try_from(longest.as_micros()).unwrap_or(u64::MAX)))
}
