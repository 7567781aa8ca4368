use serde_json::{Value, json};

use super::{Edition, entry};
use crate::cite::CslItem;

fn both(item: Value) -> [String; 2] {
    let item = CslItem::from_json(&item).unwrap().with_note_variables();
    [Edition::Y2015, Edition::Y2025].map(|edition| entry(&item, edition))
}

#[test]
fn books() {
    assert_eq!(
        both(json!({"type": "book", "language": "zh", "title": "山中来信", "volume": "3", "edition": "2",
            "author": [{"literal": "沈一苇"}, {"literal": "顾青禾"}, {"literal": "叶小舟"}, {"literal": "何远"}],
            "translator": [{"literal": "白露"}], "publisher-place": "昆明", "publisher": "翠湖书局",
            "issued": {"date-parts": [[1987]]}, "page": "12–15"})),
        [
            "沈一苇, 顾青禾, 叶小舟, 等. 山中来信: 卷 3[M]. 白露, 译. 2 版. 昆明: 翠湖书局, 1987: 12-15.",
            "沈一苇，顾青禾，叶小舟，等. 山中来信：第3卷[M]. 白露，译. 2 版. 昆明：翠湖书局，1987：12-15.",
        ]
    );
    assert_eq!(
        both(json!({"type": "book", "language": "en", "title": "Letters from the hills", "volume": "3",
            "edition": 22, "editor": [{"family": "Vale", "given": "Anne-Marie"}], "publisher": "Hill & Co.",
            "publisher-place": "Leeds", "issued": {"date-parts": [[1987]]}})),
        [
            "VALE A M. Letters from the hills: Vol. 3[M]. 22nd ed. Leeds: Hill & Co., 1987.",
            "Vale A-M. Letters from the hills：v.3[M]. 22nd ed. Leeds：Hill & Co.，1987.",
        ]
    );
    // a first edition is omitted; a missing year becomes the year of access, in brackets
    assert_eq!(
        both(json!({"type": "book", "title": "山中来信", "edition": "1", "publisher": "翠湖书局",
            "URL": "https://books.example/7", "accessed": {"date-parts": [[2026, 3, 1]]}}))[0],
        "山中来信[M/OL]. 翠湖书局, [2026][2026-03-01]. https://books.example/7."
    );
}

#[test]
fn parts_and_papers() {
    assert_eq!(
        both(json!({"type": "chapter", "language": "zh", "title": "渡口", "author": [{"literal": "叶小舟"}],
            "container-title": "江南散文", "editor": [{"literal": "何远"}], "volume": "上册",
            "publisher-place": "南京", "publisher": "秦淮书社", "page": "7-9", "issued": {"date-parts": [["2003"]]}})),
        [
            "叶小舟. 渡口[M]//何远. 江南散文: 上册. 南京: 秦淮书社, 2003: 7-9.",
            "叶小舟. 渡口[M]//何远. 江南散文：上册. 南京：秦淮书社，2003：7-9.",
        ]
    );
    assert_eq!(
        both(
            json!({"type": "paper-conference", "language": "zh", "title": "古籍数字化", "author": [{"literal": "何远"}],
            "event-title": "第3次文献会议", "page": "5", "issued": {"date-parts": [["2003"]]}})
        ),
        ["何远. 古籍数字化[C]//第3次文献会议. 2003: 5.", "何远. 古籍数字化[C]//第3次文献会议，2003：5."]
    );
    // whole proceedings
    assert_eq!(
        both(
            json!({"type": "paper-conference", "language": "zh", "title": "第3次文献会议论文集", "publisher": "文献社",
            "editor": [{"literal": "何远"}], "issued": {"date-parts": [["2003"]]}})
        )[0],
        "何远. 第3次文献会议论文集[C]. 文献社, 2003."
    );
}

#[test]
fn articles() {
    assert_eq!(
        both(
            json!({"type": "article-journal", "language": "zh", "title": "雁的迁徙", "author": [{"literal": "林一舟"}],
            "translator": [{"literal": "白露"}], "container-title": "候鸟（电子版）", "volume": 7, "issue": "2",
            "page": "3", "DOI": "10.5555/goose.7", "URL": "https://birds.example/7",
            "accessed": {"date-parts": [[2026, 1, 9]]}, "issued": {"date-parts": [[2020, 4]]}})
        ),
        [
            "林一舟. 雁的迁徙[J/OL]. 候鸟（电子版）, 2020, 7(2): 3[2026-01-09]. https://birds.example/7. DOI:10.5555/goose.7.",
            "林一舟. 雁的迁徙[J/OL]. 白露，译. 候鸟（电子版），2020，7（2）：3. https://birds.example/7. DOI:10.5555/goose.7.",
        ]
    );
    assert_eq!(
        both(
            json!({"type": "article-journal", "language": "en", "title": "<i>Anser</i> in winter", "number": "e77",
            "author": [{"family": "Berg", "given": "Ola", "non-dropping-particle": "van den"}],
            "container-title": "Waterfowl", "issued": {"date-parts": [[2026, 2, 1]]}})
        ),
        [
            "VAN DEN BERG O. Anser in winter[J]. Waterfowl, 2026: e77.",
            "van den Berg O. Anser in winter[J]. Waterfowl，2026-02-01：e77.",
        ]
    );
    assert_eq!(
        both(
            json!({"type": "article-newspaper", "language": "zh", "title": "雁来了", "container-title": "湖滨晚报",
            "page": "4", "issued": {"date-parts": [[2019, 10, 2]]}})
        ),
        ["雁来了[N]. 湖滨晚报, 2019-10-02(4).", "雁来了[N]. 湖滨晚报，2019-10-02（4）."]
    );
}

#[test]
fn serials_standards_patents() {
    assert_eq!(
        both(json!({"type": "periodical", "language": "zh", "title": "候鸟", "publisher-place": "苏州",
            "publisher": "候鸟学会", "issued": {"date-parts": [[1990], [1995]]}})),
        ["候鸟[J]. 苏州: 候鸟学会, 1990/1995.", "候鸟[J]. 苏州：候鸟学会，1990—1995."]
    );
    assert_eq!(
        both(json!({"type": "standard", "language": "zh", "title": "鸟类 环志", "number": "XY/T 12—2020",
            "author": [{"literal": "环志委员会"}], "issued": {"date-parts": [[2020]]}})),
        ["环志委员会. 鸟类 环志: XY/T 12—2020[S]. 2020.", "XY/T 12—2020 鸟类 环志[S]."]
    );
    assert_eq!(
        both(
            json!({"type": "patent", "language": "zh", "title": "一种鸟笼", "number": "CN9A", "call-number": "CN2020.1",
            "author": [{"literal": "何远"}], "page": "2", "issued": {"date-parts": [[2021, 3, 5]]}})
        ),
        ["何远. 一种鸟笼: CN9A[P]. 2021-03-05.", "何远. 一种鸟笼：CN2020.1[P]. 2021-03-05：2."]
    );
}

#[test]
fn what_is_online_and_what_is_kept() {
    assert_eq!(
        both(
            json!({"type": "webpage", "language": "zh", "title": "观鸟须知", "URL": "https://birds.example/",
            "issued": {"date-parts": [[2025, 5, 1]]}, "accessed": {"date-parts": [[2026, 1, 9]]}})
        ),
        [
            "观鸟须知[EB/OL]. (2025-05-01)[2026-01-09]. https://birds.example/.",
            "观鸟须知[EB/OL]. （2025-05-01）[2026-01-09]. https://birds.example/.",
        ]
    );
    assert_eq!(
        both(
            json!({"type": "dataset", "language": "zh", "title": "雁群计数", "publisher": "候鸟数据中心", "version": "1.2",
            "note": "CSTR: 99.88.birds", "DOI": "10.5555/d", "issued": {"date-parts": [[2025, 5]]}})
        ),
        [
            "雁群计数[DS/OL]. 候鸟数据中心, 2025. DOI:10.5555/d.",
            "雁群计数[DS/OL]. V1.2. 候鸟数据中心（2025-05）. DOI:10.5555/d. CSTR:99.88.birds.",
        ]
    );
    assert_eq!(
        both(json!({"type": "manuscript", "language": "zh", "title": "候鸟手记", "archive": "湖滨档案馆",
            "archive-place": "苏州", "archive_location": "7-2", "issued": {"date-parts": [[1931, 11, 7]]}})),
        ["候鸟手记: 7-2[Z]. 苏州: 湖滨档案馆, 1931.", "候鸟手记：7-2[A]. 苏州：湖滨档案馆，1931-11-07.",]
    );
    assert_eq!(
        both(
            json!({"type": "map", "language": "zh", "title": "太湖图", "publisher": "舆图社", "scale": "1:5000",
            "note": "dimensions: 3cm×4cm", "issued": {"date-parts": [[1926]]}})
        )[1],
        "太湖图. 1:5000[CM]. 舆图社，1926. 3cm×4cm."
    );
}

#[test]
fn nothing_said_is_no_panic() {
    for kind in
        ["", "book", "chapter", "article-journal", "patent", "webpage", "dataset", "standard", "periodical"]
    {
        let text = both(json!({"type": kind}));
        assert!(text.iter().all(|entry| entry.ends_with("].")), "{kind}: {text:?}");
    }
}
