//! Synthetic works in any number, for tests of lists and merging and for benchmarks. Work `i` of a seed is
//! the same in every run and is generated independently of all others.

use hongyan_model::{Kind, Role};

use super::{Maker, Work};

/// Maximum number of works in one database.
pub const MAX_WORKS: u64 = 1_000_000;

/// A database of synthetic works: `generated:10000`, or `generated:10000:7` for another seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generated {
    /// number of works
    pub count: u64,
    /// seed of the random numbers
    pub seed: u64,
}

const TOPICS: [&str; 16] = [
    "鲁迅小说",
    "明清小说",
    "敦煌文献",
    "壮族古歌",
    "岭南方志",
    "宋代刻书",
    "汉语音韵",
    "红楼梦版本",
    "高分子材料",
    "喀斯特地貌",
    "数字图书馆",
    "馆际互借",
    "机器翻译",
    "古籍修复",
    "茶马古道",
    "海上丝绸之路",
];
const VIEWS: [&str; 12] = [
    "叙事",
    "源流",
    "传播",
    "空间",
    "校勘",
    "比较",
    "社会史",
    "计量",
    "接受史",
    "数字化",
    "语料库",
    "田野调查",
];
const ENDS: [&str; 8] = ["研究", "论稿", "考释", "资料汇编", "导论", "新探", "论文集", "述评"];
const LATIN: [&str; 8] = [
    "Circulation of Knowledge in the Lower Yangzi",
    "Woodblock Printing and Its Readers",
    "A Grammar of Written Chinese",
    "Karst Landscapes of Southern China",
    "Interlibrary Loan across Borders",
    "The Reception of Lu Xun",
    "Machine Reading of Rare Books",
    "Maritime Silk Roads in the Song",
];
const JAPANESE: [&str; 4] = ["魯迅と近代日本", "漢籍の伝播と受容", "東アジアの書物史", "中国古典小説の研究"];
const SURNAMES: [&str; 16] =
    ["王", "李", "张", "刘", "陈", "杨", "黄", "韦", "覃", "莫", "欧阳", "司马", "林", "何", "郭", "罗"];
const GIVEN: [&str; 16] = [
    "文渊", "明远", "小鹭", "海棠", "若虚", "志远", "思齐", "静安", "望舒", "子墨", "云帆", "知秋", "书言",
    "景行", "慕白", "观澜",
];
const WESTERN: [&str; 6] =
    ["Holm, Astrid", "Fischer, Jonas", "Okafor, Ada", "Moreau, Claire", "Silva, Tomás", "Novák, Petr"];
const PUBLISHERS: [(&str, &str); 6] = [
    ("北京", "虚构书局"),
    ("南宁", "相思湖出版社"),
    ("上海", "样例出版社"),
    ("Leiden", "Specimen Press"),
    ("東京", "見本書房"),
    ("桂林", "漓江样书社"),
];
const KINDS: [Kind; 8] = [
    Kind::Book,
    Kind::Article,
    Kind::Book,
    Kind::Thesis,
    Kind::Article,
    Kind::Journal,
    Kind::Conference,
    Kind::AncientBook,
];
const LIBRARIES: [&str; 5] =
    ["甲大学图书馆", "乙大学图书馆", "丙大学图书馆", "丁学院图书馆", "戊研究所图书馆"];

impl Generated {
    /// Parses a database name; `None` if it is not a synthetic one.
    pub fn named(database: &str) -> Option<Generated> {
        let mut parts = database.strip_prefix("generated:")?.split(':');
        let count = parts.next()?.parse().ok().filter(|count| *count <= MAX_WORKS)?;
        let seed = parts.next().map_or(Some(1), |seed| seed.parse().ok())?;
        parts.next().is_none().then_some(Generated { count, seed })
    }

    /// Generates work `index` of the database, from 0.
    pub fn work(&self, index: u64) -> Work {
        let mut dice =
            Random(self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index.wrapping_mul(0xD134_2543_DE82_EF95));
        let kind = dice.of(&KINDS);
        let year = 1890 + dice.below(131) + dice.below(6);
        let number = format!("{}·{}", self.seed, index + 1);
        let (lang, title) = match dice.below(10) {
            0 | 1 => ("eng", format!("{}, {number}", dice.of(&LATIN))),
            2 => ("jpn", format!("{} {number}", dice.of(&JAPANESE))),
            _ => ("chi", format!("{}{}{} {number}", dice.of(&TOPICS), dice.of(&VIEWS), dice.of(&ENDS))),
        };
        let name = match lang {
            "eng" => dice.of(&WESTERN).to_owned(),
            _ => format!("{}{}", dice.of(&SURNAMES), dice.of(&GIVEN)),
        };
        let (place, publisher) = dice.of(&PUBLISHERS);
        let component = matches!(kind, Kind::Article | Kind::Conference);
        let first = dice.below(400) + 1;
        let held = dice.below(4) as usize;
        Work {
            id: format!("gen-{}-{}", self.seed, index + 1),
            kind,
            lang: lang.to_owned(),
            title,
            alt: String::new(),
            subtitle: String::new(),
            by: vec![Maker { name, alt: String::new(), role: Role::Author }],
            publisher: publisher.to_owned(),
            place: place.to_owned(),
            date: year.to_string(),
            edition: String::new(),
            container: if component { format!("{}学刊", dice.of(&TOPICS)) } else { String::new() },
            volume: if component { (year - 1880).to_string() } else { String::new() },
            issue: if component { (dice.below(12) + 1).to_string() } else { String::new() },
            pages: if component { format!("{first}-{}", first + 14) } else { format!("{first} 页") },
            isbn: String::new(),
            issn: String::new(),
            doi: String::new(),
            number: String::new(),
            subjects: vec![dice.of(&TOPICS).to_owned(), dice.of(&VIEWS).to_owned()],
            clc: String::new(),
            summary: String::new(),
            sources: Vec::new(),
            libraries: LIBRARIES.iter().take(held).map(|library| (*library).to_owned()).collect(),
            call_number: String::new(),
            open_url: if dice.below(6) == 0 {
                format!("https://open.example.org/{}/{}", self.seed, index + 1)
            } else {
                String::new()
            },
        }
    }
}

/// A pseudo-random generator (SplitMix64): uniform, small, and the same on every machine.
struct Random(u64);

impl Random {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    /// A random element of a non-empty list.
    fn of<T: Copy, const N: usize>(&mut self, list: &[T; N]) -> T {
        const { assert!(N > 0) };
        let at = self.below(N as u64) as usize;
        list.get(at).copied().unwrap_or(list[0])
    }
}

#[cfg(test)]
mod tests {
    use super::Generated;

    #[test]
    fn names_of_databases() {
        assert_eq!(Generated::named("generated:10000"), Some(Generated { count: 10_000, seed: 1 }));
        assert_eq!(Generated::named("generated:5:7"), Some(Generated { count: 5, seed: 7 }));
        for other in ["union", "generated:", "generated:1000001", "generated:5:7:9", "generated:五"] {
            assert_eq!(Generated::named(other), None, "{other}");
        }
    }

    #[test]
    fn the_same_work_every_time_and_no_two_alike() {
        let all = Generated { count: 2_000, seed: 3 };
        assert_eq!(all.work(1_999), all.work(1_999));
        let titles: std::collections::BTreeSet<String> =
            (0..all.count).map(|index| all.work(index).title).collect();
        assert_eq!(titles.len(), 2_000);
        assert!(titles.iter().filter(|title| title.contains(['研', '考', '论', '述'])).count() > 500);
        assert_ne!(all.work(0).title, Generated { seed: 4, ..all }.work(0).title);
    }
}
