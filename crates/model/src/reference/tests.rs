//! References of each style, in the forms that fail most often. The works are our own.

use super::{Line, Part, Style, parse, read};
use crate::record::{Kind, Record, Role};

fn of(text: &str) -> Record {
    read(text).unwrap_or_else(|| panic!("{text} is no reference")).record
}

fn names(record: &Record, role: Role) -> Vec<&str> {
    record.creators.iter().filter(|one| one.role == role).map(|one| one.name.as_str()).collect()
}

fn host(record: &Record) -> [&str; 4] {
    [&record.container, &record.volume, &record.issue, &record.pages].map(String::as_str)
}

fn house(record: &Record) -> [&str; 3] {
    [&record.place, &record.publisher, &record.date].map(String::as_str)
}

#[test]
fn gbt_of_every_kind() {
    let record =
        of("[1] 黄某, 韦某, 等. 论壮族的铜鼓文化[J]. 广西民族研究, 2009, 30(2): 12-20. DOI:10.1000/ABC.");
    assert_eq!(
        (record.title.as_str(), host(&record)),
        ("论壮族的铜鼓文化", ["广西民族研究", "30", "2", "12-20"])
    );
    assert_eq!((record.year, record.kind, record.creators.len()), (Some(2009), Kind::Article, 2));
    assert_eq!(record.identifiers[0].value, "10.1000/abc");

    let record = of("曹雪芹. 红楼梦[M]. 3版. 北京: 人民文学出版社, 1982: 12-20.");
    assert_eq!((record.kind, house(&record)), (Kind::Book, ["北京", "人民文学出版社", "1982"]));
    assert_eq!((record.edition.as_str(), record.pages.as_str()), ("3版", "12-20"));

    let record = of("蒋某. 铜鼓纹饰[M]//王某. 铜鼓研究文集. 南宁: 广西人民出版社, 1990: 33-40.");
    assert_eq!((record.title.as_str(), record.container.as_str()), ("铜鼓纹饰", "铜鼓研究文集"));
    assert_eq!((names(&record, Role::Editor), record.pages.as_str()), (vec!["王某"], "33-40"));

    let record = of("覃某. 侗族大歌研究[D]. 南宁: 广西民族大学, 2015.");
    assert_eq!((record.kind, record.container.as_str()), (Kind::Thesis, "广西民族大学"));

    let record = of("李某. 铜鼓申遗[N]. 广西日报, 2009-05-01(3).");
    assert_eq!(
        (record.container.as_str(), record.date.as_str(), record.pages.as_str()),
        ("广西日报", "2009-05-01", "3")
    );

    let record = of("王某. 某文[J]. 民族研究, 2011(4): 5-9.");
    assert_eq!((host(&record), record.year), (["民族研究", "", "4", "5-9"], Some(2011)));

    let record = of("何远. 一种鸟巢: CN201112345A[P]. 2011-07-06.");
    assert_eq!((record.kind, record.date.as_str()), (Kind::Patent, "2011-07-06"));
    let record =
        of("全国湿地标准化技术委员会. 湿地 术语: GB/T 99999—2010[S]. 北京: 中国标准出版社, 2010: 3.");
    assert_eq!((record.kind, house(&record)), (Kind::Standard, ["北京", "中国标准出版社", "2010"]));
    assert!(record.title.contains("GB/T 99999—2010"));
}

#[test]
fn gbt_names_that_have_stops() {
    let record = of("[1] D.A.霍尔. 鹭的设计[M]. 小柯, 译. 北京: 远山出版社, 2015.");
    assert_eq!((record.title.as_str(), names(&record, Role::Author)), ("鹭的设计", vec!["D.A.霍尔"]));
    assert_eq!(names(&record, Role::Translator), ["小柯"]);
    let record = of("[7] U.S. Lake and River Administration. A report on herons[R]. 2017.");
    assert_eq!(
        (record.title.as_str(), names(&record, Role::Author), record.year),
        ("A report on herons", vec!["U.S. Lake and River Administration"], Some(2017))
    );
    let record = of("HALE C B, MARSH A, et al. Herons: a life[M]. 4th ed. New York: Lantern, Inc., 2001.");
    assert_eq!(
        (names(&record, Role::Author), record.title.as_str()),
        (vec!["HALE C B", "MARSH A"], "Herons: a life")
    );
    assert_eq!((house(&record), record.edition.as_str()), (["New York", "Lantern, Inc", "2001"], "4th ed"));
    let record = of("久保某. 花枝镜的镜范[J]. 顾某, 译. 东方镜, 2009(1): 85-92.");
    assert_eq!((record.container.as_str(), names(&record, Role::Translator)), ("东方镜", vec!["顾某"]));
}

#[test]
fn gbt_of_the_network() {
    let record = of(
        "[2] 李明. 图书馆空间再造[J/OL]. 湖山图书, 2019, 63(2): 12-20[2020-05-01]. https://lib.example/a.pdf.",
    );
    assert_eq!(host(&record), ["湖山图书", "63", "2", "12-20"]);
    let record =
        of("[3] 李明. 移动阅读报告[EB/OL]. (2019-04-23)[2020-05-01]. https://lib.example/report.html.");
    assert_eq!(house(&record), ["", "", "2019-04-23"]);
    let record = of("[10] 李明. 雁的迁徙研究[D/OL]. 杭州: 远山大学, 2018[2020-05-01]. https://x.example.");
    assert_eq!((house(&record), record.container.as_str()), (["杭州", "远山大学", "2018"], "远山大学"));
    let record = of("[3] 余林. 汉语的语音表征[D]. 远山师范大学, 2000.");
    assert_eq!((house(&record), record.container.as_str()), (["", "远山师范大学", "2000"], "远山师范大学"));
    let record = of(
        "HE Y. Forms of sound[D/OL]. Example Normal University, 2000[2023-01-24]. https://example.org/rbook/Search.",
    );
    assert_eq!((record.container.as_str(), record.place.as_str()), ("Example Normal University", ""));
}

#[test]
fn gbt_hosts_and_journals_with_commas() {
    let record =
        of("[9] 李明, 王芳. 雁的迁徙[C]//远山大学. 第三届湿地会议论文集. 杭州: 远山书社, 2017: 5-9.");
    assert_eq!((record.kind, host(&record)), (Kind::Conference, ["第三届湿地会议论文集", "", "", "5-9"]));
    let record =
        of("MOU W. Frames of reference[J]. Journal of Birds: Learning, Memory, and Song, 2002, 28: 162-170.");
    assert_eq!(host(&record), ["Journal of Birds: Learning, Memory, and Song", "28", "", "162-170"]);
    // author and date, and the older form of a chapter
    let record = of("汪某, 2005. 湿地的安全管理[C]//某某办公室. 湿地会议论文集. 北京: 远山出版社: 22-25.");
    assert_eq!((record.year, names(&record, Role::Author)), (Some(2005), vec!["汪某"]));
    assert_eq!(
        (record.container.as_str(), house(&record)[1], record.pages.as_str()),
        ("湿地会议论文集", "远山出版社", "22-25")
    );
    let record = of("白某. 湖上[A]. 李某. 湖山集[C]. 杭州: 远山书社, 1998. 12-15.");
    assert_eq!((record.title.as_str(), record.container.as_str()), ("湖上", "湖山集"));
    let record = of("徐某. 数字湖[J]. 湖山学报,2021,(02):5-9.");
    assert_eq!(host(&record), ["湖山学报", "", "2", "5-9"]);
}

#[test]
fn what_is_not_sure_stays_empty_and_is_told() {
    let read = read("谈谈我们在湖边所看到的记忆里的鸟. 第二部[M]. 北京: 远山出版社, 1999.").unwrap();
    assert!(read.record.creators.is_empty());
    let read = super::read("基于深度学习的方法研究. 雁[J]. 湖山学报, 2001(2): 3-4.").unwrap();
    let unsure: Vec<_> = read.unsure.iter().map(|one| (one.part, one.text.as_str())).collect();
    assert_eq!(
        (read.record.creators.len(), unsure.as_slice()),
        (0, &[(Part::Creators, "基于深度学习的方法研究")][..])
    );
}

#[test]
fn notes_of_history_journals() {
    let record = of("曹雪芹：《红楼梦》，北京：人民文学出版社，1982年，第12页。");
    assert_eq!(
        (record.kind, house(&record), record.pages.as_str()),
        (Kind::Book, ["北京", "人民文学出版社", "1982"], "12")
    );
    let record = of("参见[美]费某：《湖与山》，张理京译，北京：远山出版社，1999年，第1—3页。");
    assert_eq!(
        (names(&record, Role::Author), names(&record, Role::Translator)),
        (vec!["费某"], vec!["张理京"])
    );
    let record = of("何某：《读〈南湖史〉》，《湖山史研究》1998年第3期，第167页。");
    assert_eq!((record.title.as_str(), host(&record)), ("读〈南湖史〉", ["湖山史研究", "", "3", "167"]));
    let record = of("李某：《湖边轶事》，《湖山日报》1986年8月22日，第2版。");
    assert_eq!(
        (record.kind, record.date.as_str(), record.pages.as_str()),
        (Kind::Newspaper, "1986-08-22", "2")
    );
    let record = of("方某：《雁的思想（1913—1949）》，博士学位论文，远山师范大学历史系，2000年，第67页。");
    assert_eq!(
        (record.kind, record.container.as_str(), record.year),
        (Kind::Thesis, "远山师范大学历史系", Some(2000))
    );
    let record =
        of("佛某：《走向湖边》，王宁、薛晓源编：《湖与山的批评》，北京：远山出版社，1999年，第247—266页。");
    assert_eq!(
        (record.container.as_str(), names(&record, Role::Editor)),
        ("湖与山的批评", vec!["王宁", "薛晓源"])
    );
    assert_eq!((record.kind, house(&record)), (Kind::Book, ["北京", "远山出版社", "1999"]));
    for (text, publisher, year, edition) in [
        ("曹雪芹：《红楼梦》，上海古籍出版社1982年版，第12页。", "上海古籍出版社", 1982, ""),
        ("曹雪芹. 红楼梦[M]. 中华书局, 2005.", "中华书局", 2005, ""),
        ("曹雪芹. 红楼梦[M]. 第3版. 中华书局，2005年。", "中华书局", 2005, "第3版"),
        ("费孝通：《乡土中国》，生活读书新知三联书店1985年版。", "生活读书新知三联书店", 1985, ""),
        ("曹雪芹：《红楼梦》（修订版），北京：人民文学出版社，1996年。", "人民文学出版社", 1996, "修订版"),
    ] {
        let record = of(text);
        assert_eq!(
            (record.publisher.as_str(), record.year, record.edition.as_str()),
            (publisher, Some(year), edition),
            "{text}"
        );
    }
}

#[test]
fn apa() {
    let record =
        of("[5] Miller, A. B., & Hale, C. (2004). Do patrons see herons? Journal of Lakes, 27(2), 97–111.");
    assert_eq!(
        (record.title.as_str(), host(&record)),
        ("Do patrons see herons?", ["Journal of Lakes", "27", "2", "97-111"])
    );
    assert_eq!(names(&record, Role::Author), ["Miller, A. B.", "Hale, C."]);
    let record = of(
        "Hale, C. (2010). Wings. In A. Marsh & B. Lantern (Eds.), Geese of the river (2nd ed., pp. 33-57). Lantern Press.",
    );
    assert_eq!(
        (record.kind, record.title.as_str(), host(&record)),
        (Kind::Book, "Wings", ["Geese of the river", "", "", "33-57"])
    );
    assert_eq!(
        (names(&record, Role::Editor), record.publisher.as_str()),
        (vec!["A. Marsh", "B. Lantern"], "Lantern Press")
    );
    let record = of("Knuth, D. E. (1997). The art of lakes (3rd ed.). Lantern-Press.");
    assert_eq!(
        (record.title.as_str(), record.edition.as_str(), record.publisher.as_str()),
        ("The art of lakes", "3rd ed.", "Lantern-Press")
    );
    let record = of("Hale, C. (2010, May 3). Herons come home. The Daily Goose, A1.");
    assert_eq!(
        (record.kind, record.container.as_str(), record.date.as_str(), record.pages.as_str()),
        (Kind::Newspaper, "The Daily Goose", "2010-05-03", "A1")
    );
    let record = of(
        "Hale, C. (2010). Reed and rain [Doctoral dissertation, University of the Lake]. ProQuest Dissertations.",
    );
    assert_eq!(
        (record.kind, record.title.as_str(), record.container.as_str()),
        (Kind::Thesis, "Reed and rain", "University of the Lake")
    );
    let record = of("World Heron Organization. (2017). A report on reed (Report No. 12). Lantern Press.");
    assert_eq!(
        (record.kind, record.title.as_str(), names(&record, Role::Organisation)),
        (Kind::Report, "A report on reed", vec!["World Heron Organization"])
    );
    let record = of("李明, 王芳. (2019). 雁的迁徙. 湖山学报, 63(2), 12–20.");
    assert_eq!((record.title.as_str(), host(&record)), ("雁的迁徙", ["湖山学报", "63", "2", "12-20"]));
    let record = of("曹雪芹（1982）。红楼梦。人民文学出版社。");
    assert_eq!((record.title.as_str(), record.publisher.as_str()), ("红楼梦", "人民文学出版社"));
}

#[test]
fn vancouver() {
    let record = of("[6] Miller AB, Hale C. Herons in rural lakes. J Reed Res. 2004;27(2):97-111.");
    assert_eq!(
        (record.title.as_str(), host(&record)),
        ("Herons in rural lakes", ["J Reed Res", "27", "2", "97-111"])
    );
    assert_eq!((names(&record, Role::Author), record.year), (vec!["Miller AB", "Hale C"], Some(2004)));
    let record = of(
        "Hale C, et al. Do herons sleep? Lake Sci. 2010 May 3;5:162-70. doi: 10.5555/x. PMID: 24799665; PMCID: PMC4004532.",
    );
    assert_eq!(
        (record.title.as_str(), record.pages.as_str(), record.identifiers.len()),
        ("Do herons sleep?", "162-170", 3)
    );
    let record = of("Hale C. Birds of the lake. 2nd ed. London: Lantern; 2010. 235 p.");
    assert_eq!(
        (record.title.as_str(), record.edition.as_str(), house(&record)),
        ("Birds of the lake", "2nd ed", ["London", "Lantern", "2010"])
    );
    let record = of(
        "Hale C. Wings. In: Marsh A, Lantern B, editors. Geese of the river. New York: Lantern; 2010. p. 33-57.",
    );
    assert_eq!((record.title.as_str(), host(&record)), ("Wings", ["Geese of the river", "", "", "33-57"]));
    assert_eq!(names(&record, Role::Editor), ["Marsh A", "Lantern B"]);
}

#[test]
fn mla_chicago_and_harvard() {
    for text in [
        "Miller, Ann, and Carl Hale. \"Herons in Rural Lakes.\" Journal of Lakes, vol. 27, no. 2, 2004, pp. 97-111.",
        "Miller, Ann, and Carl Hale. “Herons in Rural Lakes.” Journal of Lakes 27, no. 2 (2004): 97–111.",
        "Miller, Ann, and Carl Hale. 2004. “Herons in Rural Lakes.” Journal of Lakes 27 (2): 97–111.",
        "Ann Miller and Carl Hale, “Herons in Rural Lakes,” Journal of Lakes 27, no. 2 (2004): 97–111.",
        "Miller, A. and Hale, C. (2004) ‘Herons in Rural Lakes’, Journal of Lakes, 27(2), pp. 97–111.",
    ] {
        let record = of(text);
        assert_eq!(
            (record.title.as_str(), host(&record)),
            ("Herons in Rural Lakes", ["Journal of Lakes", "27", "2", "97-111"]),
            "{text}"
        );
        assert_eq!(
            (record.year, record.kind, record.creators.len()),
            (Some(2004), Kind::Article, 2),
            "{text}"
        );
    }
    for text in [
        "Hale, Carl. Birds of the Lake. Lantern Press, 2010.",
        "Hale, Carl. Birds of the Lake. Chicago: Lantern Press, 2010.",
        "Hale, Carl. 2010. Birds of the Lake. Chicago: Lantern Press.",
        "Carl Hale, Birds of the Lake (Chicago: Lantern Press, 2010), 23.",
        "Hale, C. (2010) Birds of the Lake. 2nd edn. Chicago: Lantern Press.",
    ] {
        let record = of(text);
        assert_eq!(
            (record.title.as_str(), record.publisher.as_str(), record.year),
            ("Birds of the Lake", "Lantern Press", Some(2010)),
            "{text}"
        );
        assert_eq!((record.kind, record.creators.len()), (Kind::Book, 1), "{text}");
    }
    for text in [
        "Hale, Carl. “Herons.” The Daily Goose, 16 Jan. 2001, p. 2.",
        "Hale, C. (2001, January 16). Herons. The Daily Goose, 2.",
    ] {
        let record = of(text);
        assert_eq!(
            (record.kind, record.title.as_str(), host(&record)),
            (Kind::Newspaper, "Herons", ["The Daily Goose", "", "", "2"]),
            "{text}"
        );
        assert_eq!(record.date, "2001-01-16", "{text}");
    }
    // names with particles and initials, titles that begin with an article or end with a question mark
    for (text, title, authors) in [
        ("Dyke, M. van. (2005). Rethinking paper. Heron & Sons.", "Rethinking paper", vec!["Dyke, M. van"]),
        (
            "Hale, Ida, and Rosa L. O’Reed. A Study of Songs. New York: Lantern Press, 2024.",
            "A Study of Songs",
            vec!["Hale, Ida", "Rosa L. O’Reed"],
        ),
        (
            "Knuth, Donald E. The Art of Lakes. Reading, MA: Lantern, 1997.",
            "The Art of Lakes",
            vec!["Knuth, Donald E."],
        ),
        ("Hale, Carl. What Do We Know? Reed University Press, 2023.", "What Do We Know?", vec!["Hale, Carl"]),
        (
            "Hale, Peter. The Origins of Geese. 2020. Heron College.",
            "The Origins of Geese",
            vec!["Hale, Peter"],
        ),
        (
            "Hale, I. (2016). Why we need rooms? [Doctoral dissertation, Heron College].",
            "Why we need rooms?",
            vec!["Hale, I."],
        ),
    ] {
        let record = of(text);
        assert_eq!((record.title.as_str(), names(&record, Role::Author)), (title, authors), "{text}");
    }
    for text in [
        "Hale, Carl. \"Wings.\" Geese of the River, edited by Ann Marsh, Lantern Press, 2010, pp. 33-57.",
        "Carl Hale, “Wings,” in Geese of the River, ed. Ann Marsh (Chicago: Lantern Press, 2010), 33–57.",
        "Hale, Carl. “Wings.” In Geese of the River, edited by Ann Marsh, 33–57. Chicago: Lantern Press, 2010.",
        "Hale, C. (2010) ‘Wings’, in Marsh, A. (ed.) Geese of the River. London: Lantern Press, pp. 33–57.",
    ] {
        let record = of(text);
        assert_eq!(
            (record.title.as_str(), host(&record)),
            ("Wings", ["Geese of the River", "", "", "33-57"]),
            "{text}"
        );
        assert_eq!(
            (names(&record, Role::Editor).len(), record.publisher.as_str()),
            (1, "Lantern Press"),
            "{text}"
        );
    }
}

#[test]
fn broken_lines_are_joined() {
    let text = "[4] Miller AB, Hale C. Foot-\nnotes in rural\nlakes. J Reed Res. 2004;27(2):97-\n111.";
    let record = of(text);
    assert_eq!((record.title.as_str(), record.pages.as_str()), ("Footnotes in rural lakes", "97-111"));
    let record = of("李明. 图书馆空间再\n造研究[J]. 图书情报工作,\n2019, 63(2): 12-20.");
    assert_eq!((record.title.as_str(), record.container.as_str()), ("图书馆空间再造研究", "图书情报工作"));
}

#[test]
fn what_is_no_reference() {
    for title in [
        "红楼梦研究稀见资料汇编",
        "论语 [日文版]",
        "Hamlet (1996 film)",
        "红楼梦. 曹雪芹. 1982",
        "The history of the lake: a study",
        "数据结构: 第2版",
        "The Art of War. London",
        "中国近代史（1840—1949）",
        "本文研究了湿地（2009）。结果表明鸟多了。",
    ] {
        let Line { record, is_reference, .. } = parse(title);
        assert!(!is_reference && record.title == title, "{title}: {record:?}");
    }
    let Line { record, is_reference, .. } = parse("978-7-02-000872-8");
    assert!(!is_reference && record.title.is_empty() && record.identifiers.len() == 1);
    let Line { record, is_reference, .. } = parse("978-7-02-000872-9");
    assert!(!is_reference && record.title.is_empty() && record.identifiers.is_empty());
    for hostile in
        ["", "[", "[J]", "（（（", "a[J]//", "：《》2009", ".(2009).", "1. [M]. :,:", "A B. C. 2004;"]
    {
        let _ = parse(hostile);
    }
}

#[test]
fn the_style_is_told() {
    assert_eq!(
        read("曹雪芹. 红楼梦[M]. 北京: 人民文学出版社, 1982.").map(|read| read.style),
        Some(Style::Gbt7714)
    );
}
