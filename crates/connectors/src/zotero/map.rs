//! Converts CSL items to Zotero's item types, fields and creator types.

use hongyan_formats::cite::{CslItem, Day, Name};
use serde_json::{Map, Value, json};

/// An item for `saveItems`. `id` is the caller's, and only relates responses to items.
pub(super) fn item(item: &CslItem) -> Value {
    let kind = kind(item);
    let mut out = Map::new();
    let mut put = |field: &str, text: &str| {
        if !field.is_empty() && !text.is_empty() {
            out.insert(field.to_owned(), json!(text));
        }
    };
    put("itemType", kind);
    put("id", &item.id);
    for (field, variable) in [
        ("title", "title"),
        ("volume", "volume"),
        ("issue", "issue"),
        ("pages", "page"),
        ("numPages", "number-of-pages"),
        ("edition", "edition"),
        ("series", "collection-title"),
        ("place", "publisher-place"),
        ("language", "language"),
        ("ISBN", "ISBN"),
        ("ISSN", "ISSN"),
        ("DOI", "DOI"),
        ("url", "URL"),
        ("abstractNote", "abstract"),
    ] {
        put(field, item.text(variable));
    }
    put(host_field(kind), item.text("container-title"));
    put(publisher_field(kind), item.text("publisher"));
    put(number_field(kind), item.text("number"));
    if !item.has("container-title") && kind == "conferencePaper" {
        put("conferenceName", item.text("event-title"));
    }
    let written = item.date("issued").map(|date| date.start.map_or(date.literal.clone(), Day::iso));
    put(if kind == "patent" { "issueDate" } else { "date" }, &written.unwrap_or_default());
    put("accessDate", &item.day("accessed").map(Day::iso).unwrap_or_default());
    put("extra", &extra(item));
    out.insert("creators".into(), creators(item, kind));
    let tags = item.text("keyword").split("; ").filter(|tag| !tag.is_empty());
    out.insert("tags".into(), tags.map(|tag| json!({ "tag": tag })).collect());
    for none in ["notes", "attachments", "seeAlso"] {
        out.insert(none.into(), json!([]));
    }
    Value::Object(out)
}

fn kind(item: &CslItem) -> &'static str {
    match item.kind.as_str() {
        "book" | "periodical" | "classic" => "book",
        "chapter" => "bookSection",
        "entry-dictionary" => "dictionaryEntry",
        "entry-encyclopedia" => "encyclopediaArticle",
        "article-journal" => "journalArticle",
        "article-magazine" => "magazineArticle",
        "article-newspaper" => "newspaperArticle",
        "article" => "preprint",
        "thesis" => "thesis",
        "paper-conference" => "conferencePaper",
        "patent" => "patent",
        "standard" => "standard",
        "report" => "report",
        "webpage" => "webpage",
        "dataset" => "dataset",
        "software" => "computerProgram",
        "map" => "map",
        "manuscript" => "manuscript",
        _ => "document",
    }
}

fn host_field(kind: &str) -> &'static str {
    match kind {
        "journalArticle" | "magazineArticle" | "newspaperArticle" => "publicationTitle",
        "bookSection" => "bookTitle",
        "dictionaryEntry" => "dictionaryTitle",
        "encyclopediaArticle" => "encyclopediaTitle",
        "conferencePaper" => "proceedingsTitle",
        "webpage" => "websiteTitle",
        _ => "",
    }
}

fn publisher_field(kind: &str) -> &'static str {
    match kind {
        "thesis" => "university",
        "report" => "institution",
        "preprint" | "dataset" => "repository",
        "journalArticle" | "magazineArticle" | "newspaperArticle" | "webpage" | "patent" => "",
        _ => "publisher",
    }
}

fn number_field(kind: &str) -> &'static str {
    match kind {
        "patent" => "patentNumber",
        "report" => "reportNumber",
        "standard" => "number",
        "preprint" => "archiveID",
        _ => "",
    }
}

/// Values without a field in Zotero, in the form in which Zotero parses CSL variables from `extra`.
fn extra(item: &CslItem) -> String {
    let mut lines = Vec::new();
    if item.kind == "periodical" {
        lines.push("type: periodical".to_owned());
    }
    if item.has("PMID") {
        lines.push(format!("PMID: {}", item.text("PMID")));
    }
    lines.join("\n")
}

fn creators(item: &CslItem, kind: &str) -> Value {
    let author = match kind {
        "patent" => "inventor",
        "map" => "cartographer",
        "computerProgram" => "programmer",
        _ => "author",
    };
    let editor = match kind {
        "thesis" | "report" | "patent" | "map" | "webpage" | "document" => "contributor",
        _ => "editor",
    };
    let translator = match kind {
        "patent" | "map" | "thesis" | "report" => "contributor",
        _ => "translator",
    };
    let parts =
        [("author", author), ("editor", editor), ("translator", translator), ("contributor", "contributor")];
    let all = parts
        .into_iter()
        .flat_map(|(variable, part)| item.people(variable).iter().map(move |name| creator(name, part)));
    all.collect()
}

/// `fieldMode` 1 is a name in one part.
fn creator(name: &Name, part: &str) -> Value {
    if name.is_literal() {
        return json!({ "lastName": name.literal, "fieldMode": 1, "creatorType": part });
    }
    let family = [name.particle.as_str(), name.family.as_str()];
    let given = [name.given.as_str(), name.dropping.as_str(), name.suffix.as_str()];
    let join =
        |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
    json!({ "lastName": join(&family), "firstName": join(&given), "creatorType": part })
}
