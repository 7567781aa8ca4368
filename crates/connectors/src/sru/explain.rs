//! The explain record of a target (ZeeRex, explain.z3950.org/dtd/2.0), as far as it improves queries.

use hongyan_formats::{Budget, xml};
use hongyan_model::query::Field;
use hongyan_model::text::{clean, clip};
use roxmltree::{Document, Node};

use crate::source::Indexes;

/// Maximum number of indexes and schemas that are read; real records have about a hundred.
const MOST: usize = 1_000;

/// An explain record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Explain {
    /// title of the database
    pub title: String,
    /// version of the protocol
    pub version: String,
    /// schemas: name and identifier
    pub schemas: Vec<(String, String)>,
    /// indexes as `set.name`, sorted
    pub indexes: Vec<String>,
}

/// Parses an explain response; none when it has nothing of use.
pub(super) fn parse(bytes: &[u8], budget: &Budget) -> Option<Explain> {
    let source = xml::decode(bytes);
    let outer = open(&source.text, budget)?;
    let mut explain = record(&outer);
    if explain.is_none() {
        // some targets send the record as an escaped string
        let packed = outer.descendants().find(|node| node.tag_name().name() == "recordData")?.text()?;
        explain = record(&open(packed, budget)?);
    }
    let mut explain = explain?;
    if explain.version.is_empty()
        && let Some(version) = outer.root_element().children().find(|n| n.tag_name().name() == "version")
    {
        explain.version = text(version);
    }
    let known = matches!(explain.version.as_str(), "1.1" | "1.2" | "2.0");
    if !known {
        explain.version.clear();
    }
    Some(explain)
}

fn open<'a>(text: &'a str, budget: &Budget) -> Option<Document<'a>> {
    xml::open(text.trim_start(), budget).ok()
}

fn record(document: &Document<'_>) -> Option<Explain> {
    let explain = document.descendants().find(|node| node.tag_name().name() == "explain")?;
    let below = |name: &'static str| explain.descendants().filter(move |n| n.tag_name().name() == name);
    let mut indexes: Vec<String> = below("index")
        .flat_map(|index| index.descendants().filter(|n| n.tag_name().name() == "name"))
        .filter_map(|name| match (name.attribute("set"), text(name)) {
            (Some(set), local) if is_name(set) && is_name(&local) => Some(format!("{set}.{local}")),
            (None, local) if is_name(&local) => Some(local),
            _ => None,
        })
        .take(MOST)
        .collect();
    indexes.sort_unstable();
    indexes.dedup();
    let schemas = below("schema").take(MOST).filter_map(|schema| {
        let name = schema.attribute("name").map(clean).filter(|name| !name.is_empty())?;
        Some((clip(&name, 80), schema.attribute("identifier").map(clean).unwrap_or_default()))
    });
    let title =
        below("databaseInfo").flat_map(|info| info.children()).find(|n| n.tag_name().name() == "title");
    let version = below("serverInfo").find_map(|info| info.attribute("version")).unwrap_or_default();
    Some(Explain {
        title: title.map(text).unwrap_or_default(),
        version: clean(version),
        schemas: schemas.collect(),
        indexes,
    })
}

fn text(node: Node<'_, '_>) -> String {
    clip(&clean(node.text().unwrap_or_default()), 200)
}

/// Index names stand outside the quotes of a query, so they must be plain names.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 80
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

impl Explain {
    /// The schema to request: MARC first, because it has most detail. None when no supported schema is
    /// offered.
    pub fn schema(&self) -> Option<&str> {
        let is = |name: &str, identifier: &str, wanted: &str| {
            let (name, identifier) = (name.to_ascii_lowercase(), identifier.to_ascii_lowercase());
            match wanted {
                "marc" => name.contains("marc") && !name.contains("rdf") || identifier.contains("marcxml"),
                "mods" => name.starts_with("mods") || identifier.contains("/mods"),
                _ => {
                    matches!(name.as_str(), "dc" | "oai_dc" | "dublincore" | "srw_dc")
                        || identifier.contains("/dc-")
                }
            }
        };
        ["marc", "mods", "dc"].iter().find_map(|wanted| {
            let fitting = |(name, identifier): &&(String, String)| is(name, identifier, wanted);
            self.schemas.iter().find(fitting).map(|(name, _)| name.as_str())
        })
    }

    /// Index names for fields without a configured one, and the fields for which the target lists none.
    pub fn indexes(&self, configured: &Indexes) -> (Indexes, Vec<Field>) {
        let mut indexes = configured.clone();
        let mut lacking = Vec::new();
        if self.indexes.is_empty() {
            return (indexes, lacking);
        }
        let fill = |slot: &mut String, names: &[&str]| {
            if slot.is_empty()
                && let Some(index) = self.pick(names)
            {
                index.clone_into(slot);
            }
            !slot.is_empty()
        };
        // every target has cql.serverChoice, even if it is not listed
        fill(
            &mut indexes.any,
            &["serverchoice", "anywhere", "all_for_ui", "anyindexes", "allindexes", "any", "keyword"],
        );
        let fields = [
            (Field::Title, &mut indexes.title, &["title", "tit", "ti"][..]),
            (
                Field::Creator,
                &mut indexes.creator,
                &["creator", "author", "name", "per", "au", "contributor"],
            ),
            (Field::Subject, &mut indexes.subject, &["subject", "subjects", "sw", "su"]),
            (Field::Publisher, &mut indexes.publisher, &["publisher", "vlg", "pub"]),
        ];
        for (field, slot, names) in fields {
            if !fill(slot, names) {
                lacking.push(field);
            }
        }
        fill(&mut indexes.isbn, &["isbn", "standardnumber", "num", "identifier"]);
        fill(&mut indexes.issn, &["issn", "standardnumber", "num", "identifier"]);
        fill(
            &mut indexes.date,
            &["date", "publication_year", "publicationdate", "year", "main_pub_date", "jhr", "issued"],
        );
        (indexes, lacking)
    }

    /// The listed index with the first of these names, in the best known set.
    fn pick(&self, names: &[&str]) -> Option<&str> {
        const SETS: [&str; 3] = ["dc.", "bath.", "cql."];
        names.iter().find_map(|wanted| {
            let fits = |index: &&String| {
                let local = index.rsplit('.').next().unwrap_or_default();
                local.eq_ignore_ascii_case(wanted)
            };
            let fitting: Vec<&String> = self.indexes.iter().filter(fits).collect();
            let best = SETS.iter().find_map(|set| fitting.iter().find(|index| index.starts_with(set)));
            best.or(fitting.first()).map(|index| index.as_str())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(inner: &str) -> String {
        format!(
            "<explainResponse xmlns=\"http://www.loc.gov/zing/srw/\"><version>1.1</version><record><recordData>\
             <explain xmlns=\"http://explain.z3950.org/dtd/2.0/\"><databaseInfo><title>某大学图书馆</title>\
             </databaseInfo>{inner}</explain></recordData></record></explainResponse>"
        )
    }

    #[test]
    fn names_are_taken_from_what_is_listed() {
        let inner = "<indexInfo><index><map><name set=\"alma\">title</name></map></index>\
             <index><map><name set=\"alma\">creator</name></map></index>\
             <index><map><name set=\"alma\">all_for_ui</name></map></index>\
             <index><map><name set=\"alma\">main_pub_date</name></map></index>\
             <index><map><name set=\"evil\">x=1 or y</name></map></index></indexInfo>\
             <schemaInfo><schema name=\"dc\" identifier=\"info:srw/schema/1/dc-v1.1\"/>\
             <schema name=\"marcxml\" identifier=\"info:srw/schema/1/marcxml-v1.1\"/></schemaInfo>";
        let explain = parse(answer(inner).as_bytes(), &Budget::answer()).unwrap();
        assert_eq!((explain.title.as_str(), explain.version.as_str()), ("某大学图书馆", "1.1"));
        assert_eq!(explain.schema(), Some("marcxml"));
        assert_eq!(explain.indexes, ["alma.all_for_ui", "alma.creator", "alma.main_pub_date", "alma.title"]);
        let configured = Indexes { creator: "dc.creator".to_owned(), ..Indexes::default() };
        let (indexes, lacking) = explain.indexes(&configured);
        assert_eq!((indexes.title.as_str(), indexes.creator.as_str()), ("alma.title", "dc.creator"));
        assert_eq!((indexes.any.as_str(), indexes.date.as_str()), ("alma.all_for_ui", "alma.main_pub_date"));
        assert_eq!(lacking, [Field::Subject, Field::Publisher]);
    }

    #[test]
    fn a_packed_record_is_read_and_what_is_none_is_not() {
        let packed = "<explainResponse><record><recordData>&lt;explain&gt;&lt;schemaInfo&gt;&lt;schema name=\"mods\"/&gt;\
             &lt;/schemaInfo&gt;&lt;/explain&gt;</recordData></record></explainResponse>";
        assert_eq!(parse(packed.as_bytes(), &Budget::answer()).unwrap().schema(), Some("mods"));
        for text in
            ["", "目录", "<html/>", "<!DOCTYPE a [<!ENTITY b \"c\">]><explain>&b;</explain>", "{\"a\":1}"]
        {
            assert_eq!(parse(text.as_bytes(), &Budget::answer()), None, "{text}");
        }
        let endless = format!("<explain>{}</explain>", "<index/>".repeat(600_000));
        assert_eq!(parse(endless.as_bytes(), &Budget::answer()), None);
    }
}
