use super::*;

fn asked(clauses: Vec<Clause>) -> (Parameters, Vec<String>) {
    ask(&Query { clauses, ..Query::default() }).unwrap()
}

fn pairs(pairs: &[(&str, &str)]) -> Parameters {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_value_for_each_field() {
    let (values, dropped) = asked(vec![
        Clause::words(Field::Title, "红楼梦: 研究 (上)"),
        Clause::words(Field::Creator, "Hu, Shi"),
        Clause::words(Field::Publisher, "人民文学"),
        Clause::words(Field::Subject, "AND fiction--China"),
        Clause { phrase: true, ..Clause::words(Field::Title, "red \"chamber\"") },
    ]);
    let expected = [
        ("title", "红楼梦 研究 上 \"red chamber\""),
        ("name", "Hu, Shi"),
        ("q", "人民文学"),
        ("subject", "and fiction China"),
    ];
    assert_eq!(values, pairs(&expected));
    assert!(dropped.is_empty());
}

#[test]
fn or_and_not_within_a_field_only() {
    let or = |field, text: &str| Clause { join: Join::Or, ..Clause::words(field, text) };
    let not = |field, text: &str| Clause { join: Join::Not, ..Clause::words(field, text) };
    let (values, dropped) = asked(vec![
        Clause::words(Field::Title, "红楼 梦"),
        or(Field::Title, "石头记"),
        not(Field::Title, "漫画"),
        or(Field::Creator, "曹雪芹"),
    ]);
    assert_eq!(values, pairs(&[("title", "((红楼 梦) OR 石头记) NOT 漫画")]));
    assert_eq!(dropped, ["曹雪芹"]);
    assert!(ask(&Query { clauses: vec![not(Field::Any, "漫画")], ..Query::default() }).is_err());
}

#[test]
fn numbers_and_years() {
    let isbn = ask(&Query::from_box("7-02-000872-0")).unwrap();
    assert_eq!(isbn.0, pairs(&[("identifier", "9787020008728")]));
    let doi = ask(&Query::from_box("10.1000/182")).unwrap();
    assert_eq!(doi.0, pairs(&[("identifier", "\"10.1000/182\"")]));
    let years = Query { year_from: Some(1918), ..Query::words(Field::Any, "鲁迅") };
    assert_eq!(ask(&years).unwrap().1, ["1918–"]);
}
