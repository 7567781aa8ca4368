//! Parsing of the search box.

use proptest::prelude::*;

use super::*;
use crate::identifier::IdentifierKind;

fn clause(join: Join, field: Field, text: &str, phrase: bool) -> Clause {
    Clause { join, field, text: text.to_owned(), phrase }
}

fn clauses(text: &str) -> Vec<Clause> {
    let query = Query::from_box(text);
    assert_eq!(query.identifier, None, "{text}");
    query.clauses
}

#[test]
fn words_and_phrases() {
    use Field::Any;
    use Join::And;
    assert_eq!(clauses("鲁迅　小说"), [clause(And, Any, "鲁迅 小说", false)]);
    for text in [
        "鲁迅 \"短篇 小说\"",
        "鲁迅“短篇 小说”",
        "鲁迅 「短篇 小说」",
        "鲁迅 ＂短篇 小说＂",
        "鲁迅 『短篇 小说』",
        "鲁迅 ”短篇 小说“",
    ] {
        let expected = [clause(And, Any, "鲁迅", false), clause(And, Any, "短篇 小说", true)];
        assert_eq!(clauses(text), expected, "{text}");
    }
    assert_eq!(clauses("5\" 软盘"), [clause(And, Any, "5 软盘", false)]);
}

#[test]
fn operators_join_from_left_to_right() {
    use Field::Any;
    assert_eq!(
        clauses("鲁迅 OR 周树人 NOT 书信 呐喊"),
        [
            clause(Join::And, Any, "鲁迅", false),
            clause(Join::Or, Any, "周树人", false),
            clause(Join::Not, Any, "书信", false),
            clause(Join::And, Any, "呐喊", false),
        ]
    );
    assert_eq!(clauses("红楼梦 -电视剧")[1], clause(Join::Not, Any, "电视剧", false));
    assert_eq!(clauses("红楼梦 AND NOT \"电视 连续剧\"")[1], clause(Join::Not, Any, "电视 连续剧", true));
    // operators in lower case are words, and so are misplaced operators
    for text in
        ["war and peace", "中日 -", "OR 红楼梦", "红楼梦 AND", "-红楼梦", "红 OR AND 黑", "X-ray 红-黑"]
    {
        assert_eq!(clauses(text), [clause(Join::And, Any, text, false)], "{text}");
    }
}

#[test]
fn a_group_of_alternatives_is_understood_or_refused() {
    use Field::Any;
    let wanted = [
        clause(Join::And, Any, "呐喊", false),
        clause(Join::Or, Any, "彷徨", false),
        clause(Join::And, Any, "鲁迅", false),
    ];
    for text in [
        "鲁迅 AND (呐喊 OR 彷徨)",
        "鲁迅 (呐喊 OR 彷徨)",
        "(呐喊 OR 彷徨) AND 鲁迅",
        "鲁迅 AND （呐喊 OR 彷徨）",
    ] {
        assert_eq!(clauses(text), wanted, "{text}");
        assert_eq!(refused(text), None, "{text}");
    }
    for text in [
        "鲁迅 OR (呐喊 AND 彷徨 OR 野草)",
        "(呐喊 OR 彷徨) AND (小说 OR 散文)",
        "鲁迅 AND (呐喊 OR (彷徨 野草))",
    ] {
        assert_eq!(refused(text), Some(Refused::Groups), "{text}");
    }
    // brackets that are no groups
    for text in ["三体（全三册）", "作者:(鲁迅 周树人)", "Hamlet (film OR play"] {
        assert_eq!(refused(text), None, "{text}");
    }
}

#[test]
fn what_cannot_be_found_is_refused_with_its_reason() {
    use IdentifierKind::{Doi, Isbn, Oclc};
    for text in ["📚", "《》？", "——", "  "] {
        assert_eq!(refused(text), Some(Refused::Empty), "{text}");
    }
    assert_eq!(refused(&"红楼梦研究 ".repeat(400)), Some(Refused::TooLong));
    assert_eq!(refused("978-7-02-000872-8 978-7-02-000220-7"), Some(Refused::Numbers(2)));
    assert_eq!(refused("10.5555/a,10.5555/b"), Some(Refused::Numbers(2)));
    assert!(matches!(refused("ISBN 978-7-02-000872-9"), Some(Refused::Misprint(_))));
    assert!(matches!(refused("1001-7918"), Some(Refused::Misprint(_))));
    for text in [
        "红楼梦",
        "978-7-02-000872-8",
        "1990-1995",
        "曹雪芹. 红楼梦[M]. 北京: 人民文学出版社, 1982.",
        "doi:10.5555/a PMID: 123456",
    ] {
        assert_eq!(refused(text), None, "{text}");
    }
    // addresses: what they say, else a word
    for (text, kind, value) in [
        ("https://www.amazon.cn/红楼梦/dp/7020008720/ref=sr_1_1", Isbn, "9787020008728"),
        ("https://book.douban.com/isbn/9787020008728/", Isbn, "9787020008728"),
        ("https://www.worldcat.org/title/12345678", Oclc, "12345678"),
        ("https://shop.example/item?isbn=978-7-02-000872-8", Isbn, "9787020008728"),
        ("https://d.example/periodical?doi=10.5555%2Fa", Doi, "10.5555/a"),
    ] {
        let found = Query::from_box(text).identifier.unwrap_or_else(|| panic!("{text}"));
        assert_eq!((found.kind, found.value.as_str(), refused(text)), (kind, value, None), "{text}");
    }
    let words = "https://s.example/paper?q=%E7%BA%A2%E6%A5%BC%E6%A2%A6&page=1";
    assert_eq!(
        (clauses(words), refused(words)),
        (vec![clause(Join::And, Field::Any, "红楼梦", false)], None)
    );
    for text in [
        "https://book.douban.com/subject/1007305/",
        "https://kns.cnki.net/kcms2/article/abstract?v=abcDEF123",
        "www.wanfangdata.com.cn/details/1",
    ] {
        assert!(matches!(refused(text), Some(Refused::Address(_))), "{text}");
    }
}

#[test]
fn a_second_try_says_what_it_left_out() {
    use Loosened::{Creator, Pinyin, Publisher, Remark, Role, Title, Volume, Year};
    for (text, asked, left) in [
        ("刘慈欣《三体》", "三体 刘慈欣", vec![(Title, "三体")]),
        ("三体 刘慈欣 著", "三体 刘慈欣", vec![(Role, "著")]),
        ("三体 刘慈欣著", "三体 刘慈欣", vec![(Role, "著")]),
        ("三体（全三册）", "三体", vec![(Remark, "全三册")]),
        ("三体 全三册 精装", "三体", vec![(Volume, "全三册"), (Volume, "精装")]),
        (
            "费孝通《乡土中国》生活读书新知三联书店 85年版",
            "乡土中国 费孝通",
            vec![(Title, "乡土中国"), (Publisher, "生活读书新知三联书店"), (Year, "85年版")],
        ),
        (
            "[美]费正清 美国与中国 商务印书馆 1971",
            "费正清 美国与中国",
            vec![(Remark, "美"), (Publisher, "商务印书馆"), (Year, "1971")],
        ),
        ("xiangtu zhongguo", "xiang tu zhong guo", vec![(Pinyin, "xiangtu zhongguo")]),
        ("曹雪芹. 红楼梦[M]. 北京: 人民文学出版社, 1982.", "红楼梦", vec![(Creator, "曹雪芹")]),
    ] {
        let ways = relaxed(text);
        let [way] = ways.as_slice() else { panic!("{text}: {ways:?}") };
        let said: Vec<_> = way.left.iter().map(|part| (part.why, part.words.as_str())).collect();
        assert_eq!((way.text.as_str(), said), (asked, left), "{text}");
        assert_eq!(refused(&way.text), None, "{text}");
    }
    for text in [
        "三体",
        "三体 刘慈欣",
        "the three body problem",
        "978-7-02-000872-8",
        "鲁迅 OR 周树人",
        "作者:鲁迅著",
        "《三体》",
        "（全三册）",
        "编",
        "1984",
    ] {
        assert_eq!(relaxed(text), [], "{text}");
    }
}

#[test]
fn fields_have_names() {
    assert_eq!(
        clauses("作者:鲁迅 title:\"野 草\" 主题：(散文 诗) -publisher:盗版社"),
        [
            clause(Join::And, Field::Creator, "鲁迅", false),
            clause(Join::And, Field::Title, "野 草", true),
            clause(Join::And, Field::Subject, "散文 诗", false),
            clause(Join::Not, Field::Publisher, "盗版社", false),
        ]
    );
    assert_eq!(clauses("中国: 历史")[0].field, Field::Any);
    assert_eq!(clauses("标题：副标题")[0].field, Field::Any);
}

#[test]
fn what_is_shown_is_what_was_asked() {
    for text in [
        "红楼梦",
        "鲁迅 OR 周树人 NOT 书信 呐喊",
        "a AND b \"c d\" -e f",
        "作者:鲁迅 题名:\"野 草\" NOT 主题:(散文 诗)",
        "曹雪芹, 高鹗. 红楼梦[M]. 北京: 人民文学出版社, 1982.",
        "PMID: 24799665",
        "https://arxiv.org/abs/1707.08567v2",
        "9787020002207",
    ] {
        let query = Query::from_box(text);
        assert_eq!(Query::from_box(&query.display()), query, "{text} → {}", query.display());
    }
}

#[test]
fn numbers_within_a_text() {
    use IdentifierKind::{Arxiv, Doi, Isbn, Pmid};
    let cases = [
        (
            "Law et al. 2014. eLife 3. https://doi.org/10.7554/eLife.01567. Accessed 2020",
            Doi,
            "10.7554/elife.01567",
        ),
        ("见 doi：10.3969/j.issn.1001-8867.2020.01.001。", Doi, "10.3969/j.issn.1001-8867.2020.01.001"),
        ("https://onlinelibrary.wiley.com/doi/full/10.1002/asi.24000?casa_token=x", Doi, "10.1002/asi.24000"),
        (
            "https://link.springer.com/content/pdf/10.1007/s11192-020-03690-4.pdf",
            Doi,
            "10.1007/s11192-020-03690-4",
        ),
        (
            "https://journals.plos.org/plosone/article?id=10.1371%2Fjournal.pone.0000217",
            Doi,
            "10.1371/journal.pone.0000217",
        ),
        ("(10.1002/(SICI)1097-4571(199806)49:8)", Doi, "10.1002/(sici)1097-4571(199806)49:8"),
        ("https://arxiv.org/pdf/1707.08567v2.pdf", Arxiv, "1707.08567"),
        ("Attention is all you need, arXiv:1706.03762 [cs.CL]", Arxiv, "1706.03762"),
        ("https://pubmed.ncbi.nlm.nih.gov/24799665/?from=红楼梦", Pmid, "24799665"),
        ("《红楼梦》 ISBN：978-7-02-000220-7 人民文学出版社", Isbn, "9787020002207"),
    ];
    for (text, kind, value) in cases {
        let found = Query::from_box(text).identifier.unwrap_or_else(|| panic!("{text} is not recognised"));
        assert_eq!((found.kind, found.value.as_str()), (kind, value), "{text}");
    }
    for text in ["10.5 英寸 红楼梦", "110.1000/182", "isbn 的历史", "10.100%", "10.%e4%b8%2f"] {
        assert_eq!(Query::from_box(text).identifier, None, "{text}");
    }
}

#[test]
fn citations_are_title_and_creator() {
    let cases = [
        ("曹雪芹, 高鹗. 红楼梦[M]. 北京: 人民文学出版社, 1982.", "红楼梦", "曹雪芹"),
        ("[1] （清）曹雪芹著．红楼梦：校注本［M］．北京：人民文学出版社，1982．", "红楼梦", "曹雪芹"),
        (
            "[12]费孝通. 中华民族的多元一体格局[J]. 北京大学学报, 1989(4): 1-19.",
            "中华民族的多元一体格局",
            "费孝通",
        ),
        (
            "KNUTH D E. The art of computer programming[M]. Reading: Addison-Wesley, 1997.",
            "The art of computer programming",
            "KNUTH",
        ),
        (
            "Knuth, D. E. (1997). The art of computer programming (3rd ed.). Addison-Wesley.",
            "The art of computer programming",
            "Knuth",
        ),
        ("曹雪芹（1982）。红楼梦。人民文学出版社。", "红楼梦", "曹雪芹"),
        (
            "Knuth, Donald E. The Art of Computer Programming. Reading, MA: Addison-Wesley, 1997.",
            "The Art of Computer Programming",
            "Knuth",
        ),
        (
            "Donald E. Knuth, The Art of Computer Programming (Reading, MA: Addison-Wesley, 1997), 23.",
            "The Art of Computer Programming",
            "Knuth",
        ),
        ("Law, Ping-Mei. “Cell death in 2D: a review.” eLife 3 (2014): 1–10.", "Cell death in 2D", "Law"),
        ("曹雪芹：《红楼梦》，北京：人民文学出版社，1982年，第3页。", "红楼梦", "曹雪芹"),
        (
            "@book{cao, booktitle = {X}, title = {红楼梦}, author = {Cao, Xueqin and Gao, E}, year = 1982}",
            "红楼梦",
            "Cao",
        ),
    ];
    for (text, title, creator) in cases {
        let expected = [
            clause(Join::And, Field::Title, title, false),
            clause(Join::And, Field::Creator, creator, false),
        ];
        assert_eq!(clauses(text), expected, "{text}");
    }
    for text in ["论语 [日文版]", "Hamlet (1996 film)", "鲁迅：“呐喊”", "红楼梦. 曹雪芹. 1982", "《红楼梦》"]
    {
        assert_eq!(
            clauses(text).iter().map(|c| c.field).collect::<Vec<_>>(),
            vec![Field::Any; clauses(text).len()],
            "{text}"
        );
    }
}

#[test]
fn hostile_texts_become_small_queries() {
    for text in ["", "\"\"", "。。、《》!!!", "\" OR \"", "-", "((((", "[M]", "@{title=", "10.", "作者:"]
    {
        assert!(Query::from_box(text).clauses.len() <= 1, "{text:?}");
    }
    let long = Query::from_box(&"红 OR ".repeat(30_000));
    assert!(long.clauses.len() <= 16);
    assert!(long.clauses.iter().map(|c| c.text.chars().count()).sum::<usize>() <= LONGEST);
    assert!(Query::from_box(&"10.1234".repeat(100_000)).identifier.is_none());
}

proptest! {
    #[test]
    fn a_second_try_asks_for_something(text in "([《》（）()]|著|译|全三册|85年版|中华书局|三体|刘慈欣| |xiang|tu){0,12}") {
        for way in relaxed(&text) {
            prop_assert!(!way.left.is_empty() && !crate::text::fold(&way.text).is_empty());
            prop_assert_ne!(&way.text, &text);
        }
        let _ = refused(&text);
    }

    #[test]
    fn nothing_typed_is_an_error(text in "(AND|OR|NOT|作者:|title:|[-\"“”「」『』()\\[\\]{}.:：《》@ 红楼梦ab10/]){0,40}") {
        let query = Query::from_box(&text);
        prop_assert!(query.clauses.len() <= 16);
        prop_assert!(query.clauses.iter().all(|c| c.text.chars().count() <= LONGEST));
        let shown = query.display();
        prop_assert!(shown.chars().count() <= 4 * LONGEST, "{shown}");
    }

    #[test]
    fn typed_again_it_is_the_same(text in "((AND|OR|NOT) |作者:|[-\"“”「」『』 ]|[红楼梦]{1,3} |[a-z]{1,4} ){0,20}") {
        let query = Query::from_box(&text);
        prop_assert_eq!(Query::from_box(&query.display()), query);
    }
}
