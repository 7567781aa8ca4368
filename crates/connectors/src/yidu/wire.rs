//! The request body of e读: the search of its own page, with the form repeated as a JSON string inside.

use serde::Serialize;
use serde_json::json;

/// Body of the search.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Search<'a> {
    pub offset: u64,
    pub limit: u32,
    pub sort: Option<&'a str>,
    pub exp: [Condition<'a>; 1],
    pub facet: [&'a str; 0],
    pub search_json: String,
    pub refresh: &'a str,
}

/// A condition.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Condition<'a> {
    pub field: &'a str,
    pub value: &'a str,
    pub label: &'a str,
    pub relation: &'a str,
    pub op: &'a str,
    pub resource: &'a str,
    pub type_new: &'a str,
}

impl<'a> Search<'a> {
    /// A search for words in titles, the only one whose format is known.
    pub fn title(words: &'a str, offset: u64, limit: u32) -> Search<'a> {
        let condition = json!({
            "condition": {"title": {
                "type": "title", "label": words, "value": words, "title": "题名",
                "andor": "0", "relation": "0", "category": "0",
            }},
            "secondCondition": [],
            "searchType": "simple",
        });
        Search {
            offset,
            limit,
            sort: None,
            exp: [Condition {
                field: "title",
                value: words,
                label: words,
                relation: "0",
                op: "0",
                resource: "0",
                type_new: "0-2",
            }],
            facet: [],
            search_json: condition.to_string(),
            refresh: "",
        }
    }
}
