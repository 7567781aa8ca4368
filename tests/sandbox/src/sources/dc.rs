//! Works as Dublin Core in SRU's envelope.

use std::fmt::Write;

use hongyan_model::{Kind, Role};

use super::xml;
use crate::catalogue::Work;

/// One record.
pub(crate) fn record(work: &Work) -> String {
    let mut out = String::from(
        "<srw_dc:dc xmlns:srw_dc=\"info:srw/schema/1/dc-schema\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">",
    );
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            // writing to a String cannot fail
            let _ = write!(out, "<dc:{name}>{}</dc:{name}>", xml(value));
        }
    };
    let title = if work.subtitle.is_empty() {
        work.title.clone()
    } else {
        format!("{} : {}", work.title, work.subtitle)
    };
    put("title", &title);
    put("title", &work.alt);
    for maker in &work.by {
        let main = matches!(maker.role, Role::Author | Role::Organisation);
        put(if main { "creator" } else { "contributor" }, &maker.name);
    }
    put("publisher", &work.publisher);
    put("date", &work.date);
    put("language", &work.lang);
    put("type", kind(work.kind));
    for (scheme, value) in [("ISBN:", &work.isbn), ("ISSN:", &work.issn), ("https://doi.org/", &work.doi)] {
        if !value.is_empty() {
            put("identifier", &format!("{scheme}{value}"));
        }
    }
    put("identifier", &work.number);
    put("source", &work.container);
    for subject in &work.subjects {
        put("subject", subject);
    }
    put("description", &work.summary);
    out.push_str("</srw_dc:dc>");
    out
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Book | Kind::AncientBook => "book",
        Kind::Journal => "journal",
        Kind::Article => "article",
        Kind::Thesis => "thesis",
        Kind::Conference => "conference paper",
        Kind::Patent => "patent",
        Kind::Standard => "standard",
        Kind::Report => "report",
        Kind::Newspaper => "newspaper",
        Kind::Other => "text",
    }
}
