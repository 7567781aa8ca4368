//! SRU 1.2 over the catalogue: databases `union`, `foreign`, `home`, and `generated:N`, whose N synthetic
//! works match every query. Errors are diagnostics in a body with status 200, as SRU requires.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{cnmarc, dc, marc21, xml};
use crate::app::App;
use crate::catalogue::Work;
use crate::catalogue::generated::Generated;
use crate::cql;

/// Names of the databases.
const DATABASES: [&str; 3] = ["union", "foreign", "home"];
/// Maximum number of records in one answer.
const MAX_RECORDS: usize = 50;
/// The same for a synthetic database, from which tests fetch thousands.
const MAX_SYNTHETIC_RECORDS: usize = 1000;

/// A diagnostic: number, message, details.
struct Diagnostic(u16, &'static str, String);

pub(crate) async fn answer(
    State(app): State<App>,
    Path(database): Path<String>,
    Query(parameters): Query<HashMap<String, String>>,
) -> Response {
    let get = |name: &str| parameters.get(name).map(String::as_str);
    let operation =
        get("operation").unwrap_or(if get("query").is_some() { "searchRetrieve" } else { "explain" });
    let body = match operation {
        "explain" => explain(&database),
        "searchRetrieve" => match search(&app, &database, &get) {
            Ok(body) => body,
            Err(diagnostic) => refused(&diagnostic),
        },
        other => refused(&Diagnostic(4, "Unsupported operation", other.to_owned())),
    };
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}

fn search<'a>(
    app: &App,
    database: &str,
    get: &dyn Fn(&str) -> Option<&'a str>,
) -> Result<String, Diagnostic> {
    let generated = Generated::named(database);
    if generated.is_none() && !DATABASES.contains(&database) {
        return Err(Diagnostic(235, "Database does not exist", database.to_owned()));
    }
    let version = get("version").unwrap_or("1.2");
    if !matches!(version, "1.1" | "1.2") {
        return Err(Diagnostic(5, "Unsupported version", "1.2".to_owned()));
    }
    let text = get("query").filter(|text| !text.trim().is_empty());
    let text = text.ok_or_else(|| Diagnostic(7, "Mandatory parameter not supplied", "query".to_owned()))?;
    let schema = get("recordSchema").unwrap_or("marcxml");
    let dublin = match schema {
        "marcxml" | "MARC21-xml" | "info:srw/schema/1/marcxml-v1.1" => false,
        "dc" | "oai_dc" | "info:srw/schema/1/dc-v1.1" => true,
        other => return Err(Diagnostic(66, "Unknown schema for retrieval", other.to_owned())),
    };
    let number = |name: &'static str, usual: usize| match get(name) {
        None => Ok(usual),
        Some(text) => {
            text.parse::<usize>().map_err(|_| Diagnostic(6, "Unsupported parameter value", name.to_owned()))
        }
    };
    let start = number("startRecord", 1)?;
    let most = number("maximumRecords", 10)?;
    if start == 0 {
        return Err(Diagnostic(6, "Unsupported parameter value", "startRecord".to_owned()));
    }
    let query = cql::parse(text).map_err(|error| Diagnostic(10, "Query syntax error", error))?;
    let (total, page): (usize, Vec<Cow<'_, Work>>) = match generated {
        Some(all) => {
            let last = all.count.min((start - 1 + most.min(MAX_SYNTHETIC_RECORDS)) as u64);
            (all.count as usize, (start as u64 - 1..last).map(|index| Cow::Owned(all.work(index))).collect())
        }
        None => {
            let found = app
                .catalogue
                .find(database, &query)
                .ok_or_else(|| Diagnostic(235, "Database does not exist", database.to_owned()))?
                .map_err(|index| Diagnostic(16, "Unsupported index", index.0))?;
            let page =
                found.iter().skip(start - 1).take(most.min(MAX_RECORDS)).map(|work| Cow::Borrowed(*work));
            (found.len(), page.collect())
        }
    };
    if start > 1 && start > total {
        return Err(Diagnostic(61, "First record position out of range", start.to_string()));
    }
    let name = if dublin { "info:srw/schema/1/dc-v1.1" } else { "marcxml" };
    let mut out = head(version, total);
    if !page.is_empty() {
        out.push_str("<zs:records>");
        for (at, work) in page.iter().enumerate() {
            let data = if dublin { dc::record(work) } else { marc(work, database, &app.library().name) };
            // writing to a String cannot fail
            let _ = write!(
                out,
                "<zs:record><zs:recordSchema>{name}</zs:recordSchema><zs:recordPacking>xml</zs:recordPacking>\
                 <zs:recordData>{data}</zs:recordData><zs:recordIdentifier>{}</zs:recordIdentifier>\
                 <zs:recordPosition>{}</zs:recordPosition></zs:record>",
                xml(&work.id),
                start + at
            );
        }
        out.push_str("</zs:records>");
    }
    let next = start + page.len();
    if next <= total && !page.is_empty() {
        let _ = write!(out, "<zs:nextRecordPosition>{next}</zs:nextRecordPosition>");
    }
    out.push_str("</zs:searchRetrieveResponse>");
    Ok(out)
}

/// In the union catalogue Chinese works are in CNMARC; everything else is MARC 21.
fn marc(work: &Work, database: &str, home: &str) -> String {
    match database {
        "union" if work.lang == "chi" => cnmarc::record(work),
        "home" => marc21::record(work, Some(home)),
        _ => marc21::record(work, None),
    }
}

fn head(version: &str, total: usize) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <zs:searchRetrieveResponse xmlns:zs=\"http://www.loc.gov/zing/srw/\">\
         <zs:version>{version}</zs:version><zs:numberOfRecords>{total}</zs:numberOfRecords>"
    )
}

fn refused(Diagnostic(number, message, details): &Diagnostic) -> String {
    format!(
        "{}<zs:diagnostics><diagnostic xmlns=\"http://www.loc.gov/zing/srw/diagnostic/\">\
         <uri>info:srw/diagnostic/1/{number}</uri><details>{}</details><message>{message}</message>\
         </diagnostic></zs:diagnostics></zs:searchRetrieveResponse>",
        head("1.2", 0),
        xml(details)
    )
}

fn explain(database: &str) -> String {
    let indexes: String =
        ["title", "creator", "isbn", "issn", "doi", "date", "subject", "language", "publisher"]
            .iter()
            .map(|name| {
                format!("<index><title>{name}</title><map><name set=\"dc\">{name}</name></map></index>")
            })
            .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <zs:explainResponse xmlns:zs=\"http://www.loc.gov/zing/srw/\"><zs:version>1.2</zs:version><zs:record>\
         <zs:recordSchema>http://explain.z3950.org/dtd/2.0/</zs:recordSchema>\
         <zs:recordPacking>xml</zs:recordPacking><zs:recordData>\
         <explain xmlns=\"http://explain.z3950.org/dtd/2.0/\">\
         <serverInfo protocol=\"SRU\" version=\"1.2\" transport=\"http\" method=\"GET\">\
         <host>127.0.0.1</host><database>{}</database></serverInfo>\
         <databaseInfo><title lang=\"zh\">鸿雁演示目录</title><title lang=\"en\">Hongyan demo catalogue</title></databaseInfo>\
         <indexInfo><set name=\"dc\" identifier=\"info:srw/cql-context-set/1/dc-v1.1\"/>{indexes}</indexInfo>\
         <schemaInfo><schema name=\"marcxml\" identifier=\"info:srw/schema/1/marcxml-v1.1\"/>\
         <schema name=\"dc\" identifier=\"info:srw/schema/1/dc-v1.1\"/></schemaInfo>\
         <configInfo><default type=\"numberOfRecords\">10</default><setting type=\"maximumRecords\">{MAX_RECORDS}</setting></configInfo>\
         </explain></zs:recordData></zs:record></zs:explainResponse>",
        xml(database)
    )
}
