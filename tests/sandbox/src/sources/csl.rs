//! Works as CSL-JSON with holdings, for `GET /search/{collection}` of the Reader API.

use hongyan_model::{Kind, Role};
use serde_json::{Map, Value, json};

use crate::catalogue::{Maker, Work};

/// The CSL type of a kind; the member `kind` keeps what CSL cannot express.
fn csl_type(kind: Kind, component: bool) -> &'static str {
    match kind {
        Kind::Book => "book",
        Kind::Journal => "periodical",
        Kind::Article => "article-journal",
        Kind::Thesis => "thesis",
        Kind::Conference if component => "paper-conference",
        Kind::Conference => "book",
        Kind::Patent => "patent",
        Kind::Standard => "standard",
        Kind::Report => "report",
        Kind::AncientBook => "classic",
        Kind::Newspaper if component => "article-newspaper",
        Kind::Newspaper => "periodical",
        Kind::Other => "document",
    }
}

/// `Knuth, Donald E.` is split into family and given name; other names are literals.
fn name(maker: &Maker) -> Value {
    match maker.name.split_once(", ") {
        Some((family, given)) if maker.role != Role::Organisation => {
            json!({"family": family, "given": given})
        }
        _ => json!({"literal": maker.name}),
    }
}

/// One record.
pub(crate) fn record(work: &Work, home: &str) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: &str| {
        if !value.is_empty() {
            out.insert(key.to_owned(), json!(value));
        }
    };
    let title = if work.subtitle.is_empty() {
        work.title.clone()
    } else {
        format!("{}: {}", work.title, work.subtitle)
    };
    put("id", &work.id);
    put("type", csl_type(work.kind, work.is_component()));
    put("kind", work.kind.publication_type());
    put("title", &title);
    put("original-title", &work.alt);
    put("publisher", &work.publisher);
    put("publisher-place", &work.place);
    put("edition", &work.edition);
    put("container-title", &work.container);
    put("volume", &work.volume);
    put("issue", &work.issue);
    put(if work.is_component() { "page" } else { "number-of-pages" }, &work.pages);
    put("language", &work.lang);
    put("ISBN", &work.isbn);
    put("ISSN", &work.issn);
    put("DOI", &work.doi);
    put("number", &work.number);
    put("abstract", &work.summary);
    put("keyword", &work.subjects.join("; "));
    put("call-number", &work.call_number);
    put("URL", &work.open_url);
    for maker in &work.by {
        let key = match maker.role {
            Role::Author | Role::Organisation => "author",
            Role::Editor => "editor",
            Role::Translator => "translator",
            Role::Annotator | Role::Supervisor | Role::Contributor => "contributor",
        };
        if let Some(people) = out.entry(key).or_insert_with(|| json!([])).as_array_mut() {
            people.push(name(maker));
        }
    }
    if let Some(year) = work.year() {
        out.insert("issued".to_owned(), json!({"date-parts": [[year]], "literal": work.date}));
    }
    let mut holdings: Vec<Value> = work.libraries.iter().map(|library| json!({"library": library})).collect();
    if !work.call_number.is_empty() {
        holdings.insert(0, json!({"library": home, "callNumber": work.call_number, "available": true}));
    }
    out.insert("holdings".to_owned(), Value::Array(holdings));
    if !work.open_url.is_empty() {
        out.insert("openAccess".to_owned(), json!(true));
    }
    Value::Object(out)
}
