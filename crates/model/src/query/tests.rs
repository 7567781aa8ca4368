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
