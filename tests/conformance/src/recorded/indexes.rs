//! Crossref, OpenAlex, DOAJ, arXiv and CiNii Research in their own formats.

use axum::response::Response;
use hongyan_model::text::fold;
use serde_json::json;

use super::{
    Entry, RecordFilter, Recorded, RecordedRequest, answer, boolean, json, json_entries, only, xml_entries,
};

fn numbers(entries: &[Entry]) -> String {
    entries.iter().map(|entry| entry.body.as_str()).collect::<Vec<_>>().join(",")
}

/// `api.crossref.org/works`
pub struct Crossref;

impl Recorded for Crossref {
    fn name(&self) -> &'static str {
        "crossref"
    }

    fn entries(&self) -> Vec<Entry> {
        json_entries(include_str!("../../fixtures/crossref/records.json"))
    }

    fn read(&self, asked: &RecordedRequest) -> Result<RecordFilter, Response> {
        const WORDS: [&str; 4] =
            ["query.bibliographic", "query.title", "query.author", "query.container-title"];
        if !asked.path.is_empty() {
            let doi = fold(&asked.path.join("/"));
            let found = self.entries().into_iter().find(|entry| entry.text.contains(&doi));
            return Err(match found {
                // Crossref sends plain text with a JSON content type
                None => answer(404, "application/json;charset=utf-8", "Resource not found."),
                Some(entry) => answer(
                    200,
                    "application/json",
                    format!(r#"{{"status":"ok","message-type":"work","message":{}}}"#, entry.body),
                ),
            });
        }
        only(asked, &[&WORDS[..], &["filter", "rows", "offset", "mailto", "query.publisher-name"]].concat());
        let (rows, offset) = (asked.number("rows", 20), asked.number("offset", 0));
        if rows > 1000 || offset > 10_000 {
            let message = format!("Integer specified as {rows} but must be a positive integer.");
            return Err(json(
                400,
                &json!({"status": "failed", "message-type": "validation-failure",
                        "message": [{"type": "integer-not-valid", "value": rows.to_string(), "message": message}]}),
            ));
        }
        let mut words: String = WORDS.map(|name| asked.parameter(name)).join(" ");
        for filter in asked.parameter("filter").split(',') {
            if let Some(("isbn" | "issn", number)) = filter.split_once(':') {
                words.push_str(&format!(" {number}"));
            }
        }
        Ok(RecordFilter::words(&words, offset, rows))
    }

    fn wrap(&self, page: &[Entry], total: usize, wanted: &RecordFilter) -> Response {
        answer(
            200,
            "application/json",
            format!(
                r#"{{"status":"ok","message-type":"work-list","message-version":"1.0.0","message":{{"facets":{{}},"total-results":{total},"items":[{}],"items-per-page":{}}}}}"#,
                numbers(page),
                wanted.count
            ),
        )
    }
}

/// `api.openalex.org/works`
pub struct Openalex;

impl Recorded for Openalex {
    fn name(&self) -> &'static str {
        "openalex"
    }

    fn entries(&self) -> Vec<Entry> {
        json_entries(include_str!("../../fixtures/openalex/records.json"))
    }

    fn read(&self, asked: &RecordedRequest) -> Result<RecordFilter, Response> {
        if !asked.path.is_empty() {
            let number = asked.path.join("/");
            let number = fold(number.split_once(':').map_or(number.as_str(), |(_, value)| value));
            let found = self.entries().into_iter().find(|entry| entry.text.contains(&number));
            return Err(match found {
                None => answer(404, "text/plain", "Not Found"),
                Some(entry) => answer(200, "application/json", entry.body),
            });
        }
        only(asked, &["search", "filter", "per_page", "page", "api_key"]);
        let refused = |message: String| {
            json(400, &json!({"error": "Invalid query parameters error.", "message": message}))
        };
        let (size, page) = (asked.number("per_page", 25), asked.number("page", 1));
        if !(1..=100).contains(&size) || page < 1 {
            return Err(refused("per_page parameter must be between 1 and 100".to_owned()));
        }
        let mut texts = vec![asked.parameter("search")];
        for filter in asked.parameter("filter").split(',').filter(|filter| !filter.is_empty()) {
            match filter.split_once(':') {
                Some(("title.search" | "raw_author_name.search", expression)) => texts.push(expression),
                Some(("publication_year" | "from_publication_date" | "to_publication_date", _)) => {}
                _ => return Err(refused(format!("{filter} is not a valid field."))),
            }
        }
        boolean::all(&texts, (page - 1) * size, size).map_err(refused)
    }

    fn wrap(&self, page: &[Entry], total: usize, wanted: &RecordFilter) -> Response {
        answer(
            200,
            "application/json",
            format!(
                r#"{{"meta":{{"count":{total},"page":1,"per_page":{}}},"results":[{}],"group_by":[]}}"#,
                wanted.count,
                numbers(page)
            ),
        )
    }
}

/// `doaj.org/api/v4`
pub struct Doaj;

impl Recorded for Doaj {
    fn name(&self) -> &'static str {
        "doaj"
    }

    fn entries(&self) -> Vec<Entry> {
        json_entries(include_str!("../../fixtures/doaj/records.json"))
    }

    fn read(&self, asked: &RecordedRequest) -> Result<RecordFilter, Response> {
        only(asked, &["page", "pageSize", "sort"]);
        let refused = |message: String| json(400, &json!({"status": "bad_request", "error": message}));
        let [search, articles, query] = asked.path.as_slice() else {
            return Err(json(404, &json!({"status": "not_found", "error": "no such route"})));
        };
        assert_eq!((search.as_str(), articles.as_str()), ("search", "articles"));
        let (size, page) = (asked.number("pageSize", 10), asked.number("page", 1));
        if size > 100 || size * page > 1000 {
            return Err(refused("You cannot access results beyond 1000 records via this API.".to_owned()));
        }
        boolean::all(&[query], (page - 1) * size, size).map_err(refused)
    }

    fn wrap(&self, page: &[Entry], total: usize, wanted: &RecordFilter) -> Response {
        answer(
            200,
            "application/json",
            format!(
                r#"{{"total":{total},"page":1,"pageSize":{},"timestamp":"2026-11-22T00:00:00Z","results":[{}]}}"#,
                wanted.count,
                numbers(page)
            ),
        )
    }
}

/// `export.arxiv.org/api/query`
pub struct Arxiv;

impl Arxiv {
    fn feed(total: usize, entries: &str) -> Response {
        answer(
            200,
            "application/atom+xml; charset=utf-8",
            format!(
                "<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\" \
                 xmlns:arxiv=\"http://arxiv.org/schemas/atom\" xmlns=\"http://www.w3.org/2005/Atom\">\
                 <id>https://arxiv.org/api/x</id><title>arXiv Query</title><updated>2026-11-22T00:00:00Z</updated>\
                 <opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>"
            ),
        )
    }
}

impl Recorded for Arxiv {
    fn name(&self) -> &'static str {
        "arxiv"
    }

    fn entries(&self) -> Vec<Entry> {
        xml_entries(include_str!("../../fixtures/arxiv/records.xml"))
    }

    fn read(&self, asked: &RecordedRequest) -> Result<RecordFilter, Response> {
        only(asked, &["search_query", "id_list", "start", "max_results", "sortBy"]);
        let (start, count) = (asked.number("start", 0), asked.number("max_results", 10));
        let id = asked.parameter("id_list");
        if !id.is_empty() {
            return Ok(RecordFilter::words(id, start, count));
        }
        // arXiv reports an error as a feed with one entry
        boolean::all(&[asked.parameter("search_query")], start, count).map_err(|message| {
            let message = message.replace(['<', '>', '&', '"'], " ");
            Arxiv::feed(
                1,
                &format!(
                    "<entry><id>http://arxiv.org/api/errors#malformed_query</id><title>Error</title>\
                     <summary>{message}</summary><author><name>arXiv api core</name></author></entry>"
                ),
            )
        })
    }

    fn wrap(&self, page: &[Entry], total: usize, _wanted: &RecordFilter) -> Response {
        Arxiv::feed(total, &page.iter().map(|entry| entry.body.as_str()).collect::<String>())
    }
}

/// `cir.nii.ac.jp/opensearch/all`
pub struct Cinii;

impl Recorded for Cinii {
    fn name(&self) -> &'static str {
        "cinii"
    }

    fn entries(&self) -> Vec<Entry> {
        json_entries(include_str!("../../fixtures/cinii/records.json"))
    }

    fn read(&self, asked: &RecordedRequest) -> Result<RecordFilter, Response> {
        only(
            asked,
            &["q", "title", "creator", "isbn", "issn", "from", "until", "format", "count", "start", "appid"],
        );
        assert_eq!(asked.parameter("format"), "json");
        let (start, count) = (asked.number("start", 1), asked.number("count", 20));
        assert!((1..=200).contains(&count) && start >= 1, "start {start}, count {count}");
        let texts = ["q", "title", "creator", "isbn"].map(|name| asked.parameter(name));
        boolean::all(&texts, start - 1, count).map_err(|message| json(400, &json!({"error": message})))
    }

    fn wrap(&self, page: &[Entry], total: usize, wanted: &RecordFilter) -> Response {
        answer(
            200,
            "application/json",
            format!(
                r#"{{"@id":"https://cir.nii.ac.jp/opensearch/all","@type":"channel","title":"CiNii Research","opensearch:totalResults":{total},"opensearch:startIndex":{},"opensearch:itemsPerPage":{},"items":[{}]}}"#,
                wanted.start + 1,
                page.len(),
                numbers(page)
            ),
        )
    }
}
