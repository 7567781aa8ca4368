//! Works made by rule. Names, titles, journals and houses are invented.

use hongyan_model::record::{Creator, Kind, Record, Role};
use hongyan_model::{Identifier, IdentifierKind};

/// Words that works are made of.
pub(super) struct Words {
    pub surnames: &'static [&'static str],
    pub given: &'static [&'static str],
    pub subjects: &'static [&'static str],
    pub views: &'static [&'static str],
    pub journals: &'static [&'static str],
    pub houses: &'static [(&'static str, &'static str)],
    pub schools: &'static [(&'static str, &'static str)],
    pub papers: &'static [&'static str],
}

pub(super) const CHINESE: [Words; 2] = [
    Words {
        surnames: &["林", "何", "白", "周", "欧阳", "韦", "覃", "蒋", "黄", "陆"],
        given: &["一舟", "远", "露", "望山", "小湖", "念", "鹭", "青", "南枝", "渡"],
        subjects: &[
            "湖区候鸟",
            "铜鼓纹饰",
            "宋代书院",
            "乡村阅读",
            "古籍修复",
            "方言韵母",
            "水运档案",
            "山地稻作",
            "馆际互借",
            "壮族民歌",
        ],
        views: &[
            "的变迁",
            "研究",
            "与地方社会：以远山县为例",
            "考",
            "初探",
            "的测量与分析",
            "：一个长期观察",
            "史料汇编",
            "的来历",
            "及其影响",
        ],
        journals: &[
            "远山学报",
            "湖区研究",
            "图书与湖",
            "太湖大学学报（哲学社会科学版）",
            "古籍与修复",
            "南方民族",
            "山地科学进展",
        ],
        houses: &[
            ("杭州", "远山书社"),
            ("北京", "湖光出版社"),
            ("南宁", "南枝人民出版社"),
            ("上海", "白鹭书店"),
            ("武汉", "江渡大学出版社"),
        ],
        schools: &[("武汉", "江渡大学"), ("杭州", "远山师范大学"), ("南宁", "南枝民族学院")],
        papers: &["远山日报", "湖区晚报"],
    },
    Words {
        surnames: &["石", "龙", "梁", "农", "司徒", "苏", "莫", "谢", "罗", "唐"],
        given: &["听雨", "岸", "归", "晓峰", "之恒", "鸣", "砚", "怀沙", "未央", "棹"],
        subjects: &[
            "盐道驿站",
            "竹简编联",
            "戏曲脸谱",
            "河口潮汐",
            "夜间灯光",
            "民国报刊",
            "草药名称",
            "石刻拓本",
            "学生借阅",
            "侨批书信",
        ],
        views: &[
            "的整理",
            "综述",
            "新证",
            "与近代城市——以河口镇为中心",
            "的数字化路径",
            "问题再议",
            "调查报告",
            "源流",
            "的统计模型",
            "概说",
        ],
        journals: &[
            "河口研究",
            "石刻学刊",
            "海岸带通报",
            "岸大学学报（自然科学版）",
            "戏曲与民俗",
            "阅读评论",
        ],
        houses: &[
            ("广州", "听雨轩出版社"),
            ("成都", "石岸人民出版社"),
            ("北京", "棹歌书局"),
            ("西安", "怀沙教育出版社"),
        ],
        schools: &[("广州", "河口大学"), ("成都", "石岸理工大学"), ("西安", "未央医科大学")],
        papers: &["河口日报", "石岸青年报"],
    },
];

pub(super) const ENGLISH: [Words; 2] = [
    Words {
        surnames: &[
            "Miller",
            "Hale",
            "Marsh",
            "Lantern",
            "O’Reed",
            "van Dyke",
            "García",
            "Smith-Heron",
            "Brook",
            "Fenwick",
        ],
        given: &["Ann B.", "Carl", "Maria", "John P.", "Ida", "Peter", "Rosa L.", "Tom", "Eve", "Walter"],
        subjects: &[
            "herons in rural lakes",
            "reading rooms of small towns",
            "drums of the south",
            "library loans between schools",
            "the ink of old maps",
            "songs of the river people",
            "cell walls in reed",
            "paper and water damage",
            "migrating geese",
            "village archives",
        ],
        views: &[
            "A study of",
            "Measuring",
            "Notes on",
            "The origins of",
            "Toward a theory of",
            "Why we need",
            "Patterns in",
            "A short history of",
            "What do we know about",
            "Rethinking",
        ],
        journals: &[
            "Journal of Lakes",
            "Reed Research",
            "Annals of Small Libraries",
            "Birds, Water, and Land",
            "Lake Science",
            "Archives and Rivers",
            "International Journal of Heron Studies",
        ],
        houses: &[
            ("New York", "Lantern Press"),
            ("London", "Heron & Sons"),
            ("Cambridge, MA", "Reed University Press"),
            ("Chicago", "Brook House"),
            ("Berlin", "Fenwick Verlag"),
        ],
        schools: &[
            ("Boston", "University of the Lakes"),
            ("Oxford", "Heron College"),
            ("Berkeley", "Reed State University"),
        ],
        papers: &["The Daily Goose", "The Lake Times"],
    },
    Words {
        surnames: &[
            "Ash",
            "Thornton",
            "de la Vega",
            "Kowalski",
            "Birch",
            "Nakamura",
            "McAllen",
            "Dubois",
            "Larsen",
            "Okafor",
        ],
        given: &["Helen", "Igor M.", "Lucy", "Samuel", "Grace T.", "Noor", "Paul R.", "Vera", "Hugo", "Mei"],
        subjects: &[
            "night trains across the plateau",
            "tidal estuaries",
            "public health records",
            "salt roads of the interior",
            "printed ballads",
            "urban lighting at dusk",
            "stone rubbings",
            "student borrowing",
            "opera masks",
            "bilingual dictionaries",
        ],
        views: &[
            "An inquiry into",
            "Modelling",
            "Remarks on",
            "The decline of",
            "Is there a future for",
            "Comparing",
            "Evidence from",
            "A handbook of",
            "How to measure",
            "New light on",
        ],
        journals: &[
            "Estuary Review",
            "Journal of Night Studies",
            "Plateau Quarterly",
            "Health Records, Law and Society",
            "Dictionary Science",
            "European Journal of Masks",
        ],
        houses: &[
            ("Edinburgh", "Thistle Books"),
            ("Boston", "Plateau Academic"),
            ("Oslo", "Larsen Publishers"),
            ("Sydney", "Dusk University Press"),
        ],
        schools: &[("Leeds", "University of the Estuary"), ("Austin", "Plateau Institute of Technology")],
        papers: &["The Evening Tide", "Plateau Herald"],
    },
];

/// A source of chance that gives the same numbers each time.
pub(super) struct Chance(fastrand::Rng);

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        Chance(fastrand::Rng::with_seed(seed))
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end.max(1))
    }

    pub(super) fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        // the lists of this file are not empty
        #[expect(clippy::indexing_slicing, reason = "below the length")]
        &list[self.below(list.len())]
    }
}

/// A work in a language. English names are `Family, Given`.
pub(super) fn work(words: &Words, han: bool, kind: Kind, chapter: bool, chance: &mut Chance) -> Record {
    let person = |chance: &mut Chance| {
        let (family, given) = (*chance.of(words.surnames), *chance.of(words.given));
        if han { format!("{family}{given}") } else { format!("{family}, {given}") }
    };
    let people = |count: usize, role: Role, chance: &mut Chance| {
        let mut people: Vec<Creator> = Vec::new();
        while people.len() < count {
            let name = person(chance);
            if !people.iter().any(|one| one.name == name) {
                people.push(Creator { name, role });
            }
        }
        people
    };
    let title = |chance: &mut Chance| {
        let (subject, view) = (*chance.of(words.subjects), *chance.of(words.views));
        match (han, view) {
            (true, _) => format!("{subject}{view}"),
            (false, view)
                if view.starts_with("Why")
                    || view.starts_with("What")
                    || view.starts_with("Is ")
                    || view.starts_with("How") =>
            {
                format!("{view} {subject}?")
            }
            (false, view) => format!("{view} {subject}"),
        }
    };
    let authors = 1 + chance.below(3);
    let mut record = Record {
        kind,
        title: title(chance),
        creators: people(authors, Role::Author, chance),
        ..Record::default()
    };
    record.language = if han { "chi" } else { "eng" }.to_owned();
    let year = 1975 + i32::try_from(chance.below(50)).unwrap_or_default();
    record.year = Some(year);
    record.date = year.to_string();
    let first = 1 + chance.below(400);
    let pages = format!("{first}-{}", first + 2 + chance.below(30));
    let (place, house) = *chance.of(words.houses);
    match kind {
        Kind::Article => {
            record.container = (*chance.of(words.journals)).to_owned();
            if !han || chance.below(3) > 0 {
                record.volume = (1 + chance.below(60)).to_string();
            }
            record.issue = (1 + chance.below(12)).to_string();
            record.pages = pages;
            if chance.below(3) == 0 {
                let doi = format!("10.5555/hy.{year}.{first}");
                record.identifiers.extend(Identifier::parse(IdentifierKind::Doi, &doi));
            }
        }
        Kind::Newspaper => {
            record.container = (*chance.of(words.papers)).to_owned();
            record.date = format!("{year}-{:02}-{:02}", 1 + chance.below(12), 1 + chance.below(28));
            record.pages = (1 + chance.below(16)).to_string();
        }
        Kind::Thesis => {
            let (place, school) = *chance.of(words.schools);
            record.creators.truncate(1);
            record.place = place.to_owned();
            record.publisher = school.to_owned();
            record.container = school.to_owned();
        }
        _ => {
            record.place = place.to_owned();
            record.publisher = house.to_owned();
            if chapter {
                record.container = title(chance);
                if record.container == record.title {
                    record.container = if han {
                        format!("{}文集", record.title)
                    } else {
                        format!("Papers on {}", chance.of(words.subjects))
                    };
                }
                record.container = record.container.trim_end_matches('?').to_owned();
                let editors = 1 + chance.below(2);
                record.creators.extend(people(editors, Role::Editor, chance));
                record.pages = pages;
            } else if chance.below(3) == 0 {
                record.edition = (2 + chance.below(4)).to_string();
            }
            if han && !chapter && chance.below(4) == 0 {
                record.creators.extend(people(1, Role::Translator, chance));
            }
        }
    }
    record
}
