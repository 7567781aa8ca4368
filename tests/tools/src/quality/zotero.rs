//! Converts items in Zotero's JSON to records, as far as merging uses them.

use hongyan_model::record::year_of;
use hongyan_model::{Creator, IdentifierKind, Kind, Record};
use serde_json::Value;

/// A record for an item; absent fields are empty.
pub fn record(item: &Value) -> Record {
    let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let first = |keys: &[&str]| keys.iter().map(|key| text(key)).find(|t| !t.is_empty()).unwrap_or_default();
    let mut record = Record {
        kind: kind(&text("itemType")),
        title: text("title"),
        creators: creators(item),
        publisher: first(&["publisher", "institution", "university"]),
        place: text("place"),
        date: first(&["date", "issueDate", "filingDate"]),
        edition: text("edition"),
        container: first(&["publicationTitle", "proceedingsTitle", "bookTitle"]),
        volume: text("volume"),
        issue: text("issue"),
        pages: text("pages"),
        summary: text("abstractNote"),
        ..Record::default()
    };
    record.year = year_of(&record.date);
    for (key, kind) in [
        ("DOI", IdentifierKind::Doi),
        ("ISBN", IdentifierKind::Isbn),
        ("ISSN", IdentifierKind::Issn),
        ("PMID", IdentifierKind::Pmid),
    ] {
        for value in text(key).split([',', ';', ' ']).filter(|value| !value.is_empty()) {
            record.add_identifier(kind, value.trim_start_matches("info:doi/"));
        }
    }
    record
}

fn creators(item: &Value) -> Vec<Creator> {
    let list = item.get("creators").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let part = |creator: &Value, key: &str| {
        creator.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
    };
    list.iter()
        .map(|creator| match (part(creator, "lastName"), part(creator, "firstName")) {
            (last, first) if first.is_empty() => last,
            (last, first) => format!("{last}, {first}"),
        })
        .filter(|name| !name.is_empty())
        .map(Creator::author)
        .collect()
}

fn kind(item_type: &str) -> Kind {
    match item_type {
        "book" | "bookSection" => Kind::Book,
        "journalArticle" | "preprint" | "magazineArticle" => Kind::Article,
        "newspaperArticle" => Kind::Newspaper,
        "thesis" => Kind::Thesis,
        "conferencePaper" => Kind::Conference,
        "patent" => Kind::Patent,
        "standard" => Kind::Standard,
        "report" => Kind::Report,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::{IdentifierKind, Kind};

    use super::record;

    #[test]
    fn an_item_as_a_record() {
        let item = serde_json::json!({
            "itemType": "journalArticle", "title": "论红楼梦", "date": "FEB 2011", "DOI": "info:doi/10.1000/X",
            "ISSN": "0378-5955, 1871-4080", "publicationTitle": "文学评论",
            "creators": [{"lastName": "王", "firstName": "国维"}, {"name": "", "lastName": "胡适"}],
        });
        let record = record(&item);
        assert_eq!((record.kind, record.year), (Kind::Article, Some(2011)));
        assert_eq!(record.identifier(IdentifierKind::Doi), Some("10.1000/x"));
        assert_eq!(record.identifiers.len(), 3);
        let names: Vec<&str> = record.creators.iter().map(|creator| creator.name.as_str()).collect();
        assert_eq!(names, ["王, 国维", "胡适"]);
    }
}
