//! Harvard LibraryCloud, RISS and the open data of Shanghai Library in their own formats.

use axum::response::Response;
use serde_json::json;

use super::{
    Entry, RecordFilter, Recorded, RecordedRequest, answer, boolean, json, json_entries, only, xml_entries,
};

/// The key that the fixtures of RISS and Shanghai accept.
pub const KEY: &str = "열쇠-密钥-904";

/// `api.lib.harvard.edu/v2/items.json`
pub struct Librarycloud;

impl Recorded for Librarycloud {
    fn name(&self) -> &'static str {
        "librarycloud"
    }

    fn entries(&self) -> Vec<Entry> {
        json_entries(include_str!("../../fixtures/librarycloud/records.json"))
    }

    fn read(&self, asked: &RecordedRequest) -> Result<RecordFilter, Response> {
        const FIELDS: [&str; 6] = ["title", "name", "subject", "q", "identifier", "recordIdentifier"];
        if asked.path != ["items.json"] {
            return Err(json(404, &json!({"status": 404, "message": "Not found"})));
        }
        only(asked, &[&FIELDS[..], &["start", "limit"]].concat());
        let (start, limit) = (asked.number("start", 0), asked.number("limit", 10));
        assert!(limit <= 250, "more than it gives: {limit}");
        let refused = |_: String| json(400, &json!({"status": 400, "message": "Incorrect query syntax"}));
        boolean::all(&FIELDS.map(|name| asked.parameter(name)), start, limit).map_err(refused)
    }

    fn wrap(&self, page: &[Entry], total: usize, wanted: &RecordFilter) -> Response {
        let bodies: Vec<&str> = page.iter().map(|entry| entry.body.as_str()).collect();
        // LibraryCloud writes one record without a list, and none as null
        let mods = match bodies.as_slice() {
            [] => "null".to_owned(),
            [one] => format!(r#"{{"mods":{one}}}"#),
            more => format!(r#"{{"mods":[{}]}}"#, more.join(",")),
        };
        answer(
            200,
            "application/json",
            format!(
                r#"{{"pagination":{{"maxPageableSet":"100000","numFound":{total},"query":"q","limit":{},"start":{}}},"items":{mods}}}"#,
                wanted.count, wanted.start
            ),
        )
    }
}

/// `www.riss.kr/openApi`
pub struct Riss;

impl Riss {
    fn said(code: &str, message: &str) -> Response {
        answer(
            200,
            "text/xml; charset=utf-8",
            format!(
                "<record><head><Error>{code}</Error><ErrorMessage>{message}</ErrorMessage></head></record>"
            ),
        )
    }
}

impl Recorded for Riss {
    fn name(&self) -> &'static str {
        "riss"
    }

    fn entries(&self) -> Vec<Entry> {
        xml_entries(include_str!("../../fixtures/riss/records.xml"))
    }

    fn read(&self, asked: &RecordedRequest) -> Result<RecordFilter, Response> {
        const FIELDS: [&str; 4] = ["keyword", "title", "author", "publisher"];
        assert_eq!(asked.path, ["openApi"]);
        let more = ["key", "version", "type", "spubdate", "epubdate", "rsnum", "rowcount"];
        only(asked, &[&FIELDS[..], &more].concat());
        if asked.parameter("key") != KEY || asked.parameter("type") != "A" {
            return Err(Riss::said("004", "인증 오류"));
        }
        let (start, count) = (asked.number("rsnum", 1), asked.number("rowcount", 10));
        if start < 1 || !(1..=100).contains(&count) {
            return Err(Riss::said("010", "검색 건수 오류"));
        }
        let words = FIELDS.map(|name| asked.parameter(name)).join(" ");
        Ok(RecordFilter::words(&words, start - 1, count))
    }

    fn wrap(&self, page: &[Entry], total: usize, _: &RecordFilter) -> Response {
        let records: String = page.iter().map(|entry| entry.body.as_str()).collect();
        answer(
            200,
            "text/xml; charset=utf-8",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><record><head><Error>000</Error>\
                 <ErrorMessage>No Error</ErrorMessage><totalcount>{total}</totalcount></head>{records}</record>"
            ),
        )
    }
}

/// A service of `data1.library.sh.cn`; address and parameter names are configured.
pub struct Shanghai;

impl Recorded for Shanghai {
    fn name(&self) -> &'static str {
        "shanghai"
    }

    fn entries(&self) -> Vec<Entry> {
        json_entries(include_str!("../../fixtures/shanghai/records.json"))
    }

    fn read(&self, asked: &RecordedRequest) -> Result<RecordFilter, Response> {
        only(asked, &["freetext", "title", "pageth", "pageSize", "key"]);
        if asked.parameter("key") != KEY {
            return Err(json(200, &json!({"result": "-1", "message": "key无效"})));
        }
        let (page, size) = (asked.number("pageth", 1), asked.number("pageSize", 10));
        assert!(page >= 1 && (1..=20).contains(&size), "page {page} of {size}");
        let words = ["freetext", "title"].map(|name| asked.parameter(name)).join(" ");
        Ok(RecordFilter::words(&words, (page - 1) * size, size))
    }

    fn wrap(&self, page: &[Entry], total: usize, wanted: &RecordFilter) -> Response {
        let rows = page.iter().map(|entry| entry.body.as_str()).collect::<Vec<_>>().join(",");
        answer(
            200,
            "application/json",
            format!(
                r#"{{"result":"0","data":[{rows}],"pager":{{"pageth":{},"pageSize":{},"rowCount":{total}}}}}"#,
                wanted.start / wanted.count.max(1) + 1,
                wanted.count
            ),
        )
    }
}
