use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::Kind;

use super::{entries, looks_like, parse};
use crate::{Budget, Fault};

#[test]
fn entries_with_chinese_and_with_tex() {
    let text = r#"
        % 注
        @article{huang2009, author = {黄某 and van der Berg, Jan}, title = {论壮族的{铜鼓}文化},
          journal = {广西民族研究}, year = 2009, number = {2}, pages = {12--20}, doi = {10.1000/ABC}}
        @inbook{b, title = {\"Uber Trommeln}, booktitle = {Bronze}, isbn = {978-7-02-000872-8}, pages = {3-9}}
    "#;
    assert!(looks_like(text));
    let works = parse(text, &Budget::text()).unwrap();
    let one = &works[0].record;
    assert_eq!((one.title.as_str(), one.container.as_str()), ("论壮族的铜鼓文化", "广西民族研究"));
    assert_eq!((one.kind, one.pages.as_str(), one.issue.as_str()), (Kind::Article, "12-20", "2"));
    assert_eq!(one.creators[0].name, "黄某");
    assert_eq!(one.creators[1].name, "van der Berg, Jan");
    assert_eq!(one.identifier(IdentifierKind::Doi), Some("10.1000/abc"));
    assert_eq!((works[1].record.title.as_str(), works[1].record.kind), ("Über Trommeln", Kind::Book));
}

#[test]
fn a_broken_entry_does_not_take_the_others_with_it() {
    let text = "@book{a, title = {红楼梦}}\n@book{b, title = {三国 \n@book{c, title = {水浒传}}\n";
    let titles: Vec<String> =
        parse(text, &Budget::text()).unwrap().into_iter().map(|p| p.record.title).collect();
    assert!(titles.contains(&"红楼梦".to_owned()) && titles.contains(&"水浒传".to_owned()), "{titles:?}");
    assert!(parse("@book{b, title = {三国 ", &Budget::text()).is_err());
    assert!(!looks_like("联系 a@b.cn {某}"));
}

#[test]
fn what_is_lost_has_its_place() {
    let text = "@book{a, title = {红楼梦}}\n@book{b, title = {三国 \n@book{c, title = {水浒传}}\n";
    let works = entries(text, &Budget::text()).unwrap();
    assert_eq!(works.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(works[1].as_ref().unwrap_err().offset, text.find("@book{b").unwrap());
}

#[test]
fn strings_and_parents() {
    let text = "@string{RD = {Reed Press}}\n@string{ns = rd # { 与子}}\n\
        @incollection{part, crossref = {whole}, author = {Hale, C.}, title = {雁翼}, pages = {3--9}}\n\
        @book{whole, title = {Geese of the river}, editor = {Marsh, Ann}, publisher = ns, year = 1999}\n\
        @article{x, xdata = {d}, title = {铜鼓}, month = mar}\n@xdata{d, journaltitle = {学刊}, year = 2001}\n\
        @article{u, title = {未定义}, journal = jacs}\n@article{u, title = {同一键}}";
    let works = parse(text, &Budget::text()).unwrap();
    assert_eq!(works.len(), 5, "data is no work");
    let part = &works[0].record;
    assert_eq!((part.title.as_str(), part.container.as_str()), ("雁翼", "Geese of the river"));
    assert_eq!((part.publisher.as_str(), part.year), ("Reed Press 与子", Some(1999)));
    assert_eq!(part.creators.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["Hale, C.", "Marsh, Ann"]);
    assert_eq!((works[2].record.container.as_str(), works[2].record.year), ("学刊", Some(2001)));
    assert_eq!(works[3].record.container, "jacs");
    assert_eq!(works[4].record.title, "同一键");
}

/// Each of these crashed the program, by stack overflow or exhausted memory.
#[test]
fn nothing_is_followed_in_a_circle() {
    let laughs: String = (1..40)
        .map(|n| format!("@string{{s{n} = {}}}\n", vec![format!("s{}", n - 1); 10].join(" # ")))
        .collect();
    let empty = format!("@string{{s0 = {{}}}}\n{laughs}");
    let parents: String =
        (0..300).map(|n| format!("@book{{b{n}, crossref = {{b{}}}, year = 1999}}\n", n + 1)).collect();
    for bomb in [
        "@book{a,crossref={a},title={x}}".to_owned(),
        "@string{a = a}\n@book{k, title = a}".to_owned(),
        "@string{a = b}@string{b = a}\n@book{k, title = a # {红}}".to_owned(),
        "@book{a, crossref={b}}\n@book{b, crossref={a}, title={y}}".to_owned(),
        "@book{a, xdata={b}}\n@xdata{b, xdata={a}}".to_owned(),
        format!("@book{{k, title = {{{}}}}}", "\\a{".repeat(50_000)),
        format!("@book{{k, title = {{{}{}}}}}", "{".repeat(150_000), "}".repeat(150_000)),
        format!("@book{{k, title = {{{}}}}}", "{}".repeat(150_000)),
        format!("@string{{s0 = {{lol}}}}\n{laughs}@book{{k, title = s39}}"),
        format!("{empty}@book{{k, title = s39}}"),
        parents,
    ] {
        let file = format!("{bomb}\n@book{{sound, title = {{红楼梦}}}}\n");
        let works = entries(&file, &Budget::text()).unwrap();
        let last = works.last().unwrap().as_ref().unwrap();
        assert_eq!(last.record.title, "红楼梦", "{}", bomb.get(..60).unwrap_or(&bomb));
    }
    let works = entries("@string{a = a}\n@book{k, title = a # {红}}", &Budget::text()).unwrap();
    assert_eq!(works[0].as_ref().unwrap().record.title, "红");
    let deep = format!("@book{{k, title = {{{}红{}}}}}", "{".repeat(150), "}".repeat(150));
    assert_eq!(entries(&deep, &Budget::text()).unwrap()[0].as_ref().unwrap_err().fault, Fault::TooDeep);
    let large = format!("@book{{k, title = {{{}}}}}", "红".repeat(700_000));
    assert_eq!(entries(&large, &Budget::text()).unwrap_err().fault, Fault::TooLarge);
}

#[test]
fn round_brackets_are_braces() {
    let text = "@book(b, title = \"The {G}oose\" # \" 书 (上)\", author = \"Marsh, Ann\", year = 1999)\n@book{c, title = {红楼梦}}";
    let works = parse(text, &Budget::text()).unwrap();
    assert_eq!(
        works.iter().map(|w| w.record.title.as_str()).collect::<Vec<_>>(),
        ["The Goose 书 (上)", "红楼梦"]
    );
}

#[test]
fn one_value_that_is_no_tex_keeps_the_rest() {
    let works = parse("@article{a, title = {价 $5 的书}, author = {曹雪芹}, year = {1982}}", &Budget::text());
    let record = works.unwrap().remove(0).record;
    assert_eq!((record.title.as_str(), record.year), ("价 5 的书", Some(1982)));
    assert_eq!(record.creators[0].name, "曹雪芹");
}
