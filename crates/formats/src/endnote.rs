//! EndNote's XML, as EndNote and the reference managers that imitate it export it: `<xml><records><record>`,
//! texts in any number of `<style>` elements.

use hongyan_model::text::clean;
use roxmltree::Node;

use crate::answer::misprints;
use crate::tagged::types;
use crate::tagged::work::{Field, Work};
use crate::{Budget, Parsed, ReadError, Warning, xml};

/// Maximum number of values of a work.
const MAX_VALUES: usize = 2_000;

/// Parses every work of a document that has a title or a number; the others are errors at their offset.
///
/// # Errors
/// [`ReadError`] when the document is not well-formed, exceeds the budget or has no record.
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Result<Parsed, ReadError>>, ReadError> {
    let document = xml::open(text, budget)?;
    let is_record = |node: &Node<'_, '_>| {
        node.has_tag_name("record")
            && node.parent_element().is_some_and(|parent| parent.has_tag_name("records"))
    };
    let mut works = Vec::new();
    for node in document.root().descendants().filter(is_record) {
        let offset = node.range().start;
        budget.take_record(offset)?;
        let work = work(node);
        let record = work.record();
        works.push(if record.title.is_empty() && record.identifiers.is_empty() {
            Err(ReadError::at(offset, "a work with neither a title nor a number"))
        } else {
            let missing = record.title.is_empty().then(|| Warning::at("title", offset, "no title"));
            let warnings = missing.into_iter().chain(misprints(work.all(Field::Serial), offset)).collect();
            Ok(Parsed { record, format: "endnote", profile: "endnote", charset: "utf-8", offset, warnings })
        });
    }
    if works.is_empty() { Err(ReadError::at(0, "XML of EndNote without a record")) } else { Ok(works) }
}

fn work(record: Node<'_, '_>) -> Work {
    let mut work = Work::default();
    for node in record.descendants().filter(Node::is_element) {
        if node.has_tag_name("ref-type") {
            let name = node.attribute("name").unwrap_or_default();
            work.kind = types::named(name).or_else(|| types::numbered(&text(node)));
            work.add(Field::Type, name);
        } else if let Some(field) = field(node)
            && work.fields.len() < MAX_VALUES
        {
            let value = text(node);
            // one element may have several numbers, a line each
            if matches!(field, Field::Serial | Field::Url | Field::Keywords) {
                value.lines().for_each(|line| work.add(field, clean(line)));
            } else {
                work.add(field, clean(&value));
            }
        }
    }
    // %R is the number of a report too
    let number = work.first(&[Field::PerhapsDoi]).to_owned();
    if !number.contains("10.") {
        work.add(Field::Number, number);
    }
    work
}

/// The meaning of an element by its name, and that of its parent where the name is general.
fn field(node: Node<'_, '_>) -> Option<Field> {
    let parent = node.parent_element().map(|parent| parent.tag_name().name()).unwrap_or_default();
    Some(match (parent, node.tag_name().name()) {
        ("titles", "title") => Field::Title,
        ("titles", "secondary-title") => Field::Second,
        ("titles", "tertiary-title") => Field::Series,
        ("titles", "translated-title") => Field::Variant,
        ("titles", "alt-title") | ("alt-periodical", "full-title") | ("periodical", "abbr-1") => {
            Field::Abbreviated
        }
        ("periodical", "full-title") => Field::Journal,
        ("authors", "author") => Field::Author,
        ("secondary-authors", "author") => Field::Editor,
        ("tertiary-authors", "author") => Field::Tertiary,
        ("subsidiary-authors", "author") => Field::Subsidiary,
        ("keywords", "keyword") => Field::Keywords,
        ("dates", "year") => Field::Year,
        ("pub-dates", "date") => Field::Date,
        ("related-urls" | "web-urls", "url") => Field::Url,
        ("record", name) => match name {
            "pages" => Field::Pages,
            "volume" => Field::Volume,
            "number" | "issue" => Field::Issue,
            "edition" => Field::Edition,
            "pub-location" => Field::Place,
            "publisher" => Field::Publisher,
            "isbn" | "issn" => Field::Serial,
            "electronic-resource-num" => Field::PerhapsDoi,
            "accession-num" => Field::Accession,
            "abstract" => Field::Summary,
            "language" => Field::Language,
            "report-id" => Field::Number,
            "remote-database-name" => Field::Database,
            "work-type" => Field::WorkType,
            "access-date" => Field::Accessed,
            _ => return None,
        },
        _ => return None,
    })
}

/// All text in an element.
fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|part| part.text()).collect()
}

#[cfg(test)]
mod tests {
    use hongyan_model::record::{Kind, Role};

    use super::parse;
    use crate::Budget;

    #[test]
    fn a_chapter_in_many_styles() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><xml><records><record><database>x.enl</database>\
            <ref-type name=\"Book Section\">5</ref-type><contributors><authors><author><style face=\"bold\">林一舟</style></author>\
            <author>Hale, C.</author></authors><secondary-authors><author>白露</author></secondary-authors></contributors>\
            <titles><title><style>铜鼓</style><style face=\"italic\">纹饰</style></title><secondary-title>铜鼓研究文集</secondary-title>\
            <tertiary-title>远山丛书</tertiary-title></titles><periodical><full-title>铜鼓研究文集</full-title></periodical>\
            <pages>33-40</pages><dates><year>1998</year></dates><pub-location>南宁</pub-location><publisher>远山书社</publisher>\
            <isbn>978-7-02-000872-8\r1004-454X</isbn><electronic-resource-num>10.5555/AB</electronic-resource-num></record>\
            <record><ref-type>17</ref-type><titles/></record></records></xml>";
        let works = parse(text, &Budget::text()).unwrap();
        let record = &works[0].as_ref().unwrap().record;
        assert_eq!(
            (record.kind, record.title.as_str(), record.container.as_str()),
            (Kind::Book, "铜鼓纹饰", "铜鼓研究文集")
        );
        assert_eq!(
            (record.series.as_str(), record.pages.as_str(), record.year),
            ("远山丛书", "33-40", Some(1998))
        );
        let people: Vec<_> = record.creators.iter().map(|one| (one.name.as_str(), one.role)).collect();
        assert_eq!(people, [("林一舟", Role::Author), ("Hale, C.", Role::Author), ("白露", Role::Editor)]);
        assert_eq!(record.identifiers.len(), 3);
        assert!(works[1].is_err());
    }
}
