//! Zotero RDF: items under the root, what they are part of inside of them or under the root with `rdf:about`.

use std::collections::HashMap;

use hongyan_model::text::clean;
use roxmltree::Node;

use crate::tagged::types::Type;
use crate::tagged::work::{Field, Work};
use crate::{Budget, Parsed, ReadError, Warning, xml};

/// Maximum number of values of a work.
const MAX_VALUES: usize = 2_000;

/// Parses every item of a document.
///
/// # Errors
/// [`ReadError`] when the document is not well-formed, exceeds the budget or has no item.
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    let document = xml::open(text, budget)?;
    let about = |node: Node<'_, '_>| attribute(node, "about").map(str::to_owned);
    let top = || document.root_element().children().filter(Node::is_element);
    let known: HashMap<String, Node<'_, '_>> = top().filter_map(|node| Some((about(node)?, node))).collect();
    let mut works = Vec::new();
    for node in top() {
        let said = child_text(node, "itemType");
        let Some(kind) = kind(&said) else { continue };
        let offset = node.range().start;
        budget.take_record(offset)?;
        let mut work = Work { kind: Some(kind), ..Work::default() };
        own(node, &mut work, kind);
        for part in node.children().filter(|child| child.is_named("isPartOf")) {
            let whole = part.children().find(Node::is_element);
            let whole = whole.or_else(|| known.get(attribute(part, "resource")?).copied());
            if let Some(whole) = whole {
                host(whole, &mut work);
            }
        }
        let record = work.record();
        if record.title.is_empty() && record.identifiers.is_empty() {
            continue;
        }
        let missing = record.title.is_empty().then(|| Warning::at("title", offset, "no title"));
        let warnings = missing.into_iter().collect();
        works.push(Parsed {
            record,
            format: "zotero",
            profile: "zotero",
            charset: "utf-8",
            offset,
            warnings,
        });
    }
    if works.is_empty() { Err(ReadError::at(0, "RDF without an item of Zotero")) } else { Ok(works) }
}

/// Comparison by local name: the prefixes are the writer's.
trait Named {
    fn is_named(&self, name: &str) -> bool;
}

impl Named for Node<'_, '_> {
    fn is_named(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|attribute| attribute.name() == name).map(|attribute| attribute.value())
}

fn child_text(node: Node<'_, '_>, name: &str) -> String {
    node.children().find(|child| child.is_named(name)).map(whole_text).unwrap_or_default()
}

fn whole_text(node: Node<'_, '_>) -> String {
    clean(&node.descendants().filter(Node::is_text).filter_map(|part| part.text()).collect::<String>())
}

fn kind(item_type: &str) -> Option<Type> {
    Some(match item_type {
        "journalArticle" | "magazineArticle" | "preprint" => Type::ARTICLE,
        "book" => Type::BOOK,
        "bookSection" | "encyclopediaArticle" | "dictionaryEntry" => Type::CHAPTER,
        "conferencePaper" => Type::CONFERENCE,
        "newspaperArticle" => Type::NEWSPAPER,
        "patent" => Type::PATENT,
        "report" => Type::REPORT,
        "standard" => Type::STANDARD,
        "thesis" => Type::THESIS,
        "" | "attachment" | "note" | "annotation" => return None,
        _ => Type::OTHER,
    })
}

/// The values of the item itself.
fn own(item: Node<'_, '_>, work: &mut Work, kind: Type) {
    for node in item.children().filter(Node::is_element) {
        if work.fields.len() > MAX_VALUES {
            return;
        }
        let field = match node.tag_name().name() {
            "title" => Field::Title,
            "authors" | "inventors" | "contributors" => {
                people(node, Field::Author, work);
                continue;
            }
            "editors" | "seriesEditors" => {
                people(node, Field::Editor, work);
                continue;
            }
            "translators" => {
                people(node, Field::Translator, work);
                continue;
            }
            "publisher" => {
                for organisation in node.children().filter(Node::is_element) {
                    work.add(Field::Publisher, child_text(organisation, "name"));
                    let place = organisation.descendants().find(|child| child.is_named("locality"));
                    work.add(Field::Place, place.map(whole_text).unwrap_or_default());
                }
                continue;
            }
            "date" => Field::Date,
            "volume" => Field::Volume,
            "issue" => Field::Issue,
            "pages" => Field::Pages,
            "numPages" => Field::Extent,
            "edition" => Field::Edition,
            "language" => Field::Language,
            "abstract" => Field::Summary,
            "number" if kind.kind != hongyan_model::record::Kind::Article => Field::Number,
            "identifier" => {
                identifier(node, work);
                continue;
            }
            "presentedAt" => Field::Meeting,
            "subject" => Field::Keywords,
            _ => continue,
        };
        work.add(field, whole_text(node));
    }
}

/// The values of what an item is part of: its title, volume, issue and numbers.
fn host(whole: Node<'_, '_>, work: &mut Work) {
    let series = whole.is_named("Series");
    for node in whole.children().filter(Node::is_element) {
        match node.tag_name().name() {
            "title" if series => work.add(Field::Series, whole_text(node)),
            "title" => work.add(Field::Second, whole_text(node)),
            "alternative" => work.add(Field::Abbreviated, whole_text(node)),
            "volume" | "number" if series => {}
            "volume" => work.add(Field::Volume, whole_text(node)),
            "issue" | "number" => work.add(Field::Issue, whole_text(node)),
            "identifier" => identifier(node, work),
            "editors" => people(node, Field::Editor, work),
            "isPartOf" => node.children().filter(Node::is_element).for_each(|series| {
                work.add(Field::Series, child_text(series, "title"));
            }),
            _ => {}
        }
    }
}

/// `ISSN 1004-454X`, `DOI 10.5555/1`, `ISBN …`, or an address in `dcterms:URI`.
fn identifier(node: Node<'_, '_>, work: &mut Work) {
    let text = whole_text(node);
    match text.split_once(' ') {
        Some(("ISSN" | "ISBN", value)) => work.add(Field::Serial, value),
        Some(("DOI", value)) => work.add(Field::Doi, value),
        _ => work.add(Field::Url, text),
    }
}

fn people(list: Node<'_, '_>, field: Field, work: &mut Work) {
    for person in list.descendants().filter(|node| node.is_named("Person")) {
        if work.fields.len() > MAX_VALUES {
            return;
        }
        let family = child_text(person, "surname");
        let given = [child_text(person, "givenName"), child_text(person, "givenname")].concat();
        work.add(field, crate::answer::person(&family, &given));
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::identifier::IdentifierKind;

    use super::parse;
    use crate::Budget;

    #[test]
    fn an_article_whose_journal_stands_beside_it() {
        let text = r##"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
            xmlns:dcterms="http://purl.org/dc/terms/" xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/"
            xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/1.2/basic/">
            <bib:Article rdf:about="http://a.example/1"><z:itemType>journalArticle</z:itemType>
            <dcterms:isPartOf rdf:resource="urn:issn:1004-454X"/>
            <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>林</foaf:surname><foaf:givenName>一舟</foaf:givenName></foaf:Person></rdf:li></rdf:Seq></bib:authors>
            <dc:title>论铜鼓</dc:title><dc:date>2009-05</dc:date><bib:pages>12-20</bib:pages><dc:identifier>DOI 10.5555/a</dc:identifier></bib:Article>
            <bib:Journal rdf:about="urn:issn:1004-454X"><dc:title>远山学报</dc:title><prism:volume>9</prism:volume><prism:number>1</prism:number>
            <dc:identifier>ISSN 1004-454X</dc:identifier></bib:Journal></rdf:RDF>"##;
        let works = parse(text, &Budget::text()).unwrap();
        assert_eq!(works.len(), 1);
        let record = &works[0].record;
        assert_eq!((record.title.as_str(), record.container.as_str()), ("论铜鼓", "远山学报"));
        assert_eq!(
            (record.volume.as_str(), record.issue.as_str(), record.date.as_str()),
            ("9", "1", "2009-05")
        );
        assert_eq!(record.creators[0].name, "林一舟");
        assert_eq!(record.identifier(IdentifierKind::Issn), Some("1004-454X"));
    }
}
