//! CSL-JSON (citation items), and the response of the Reader API's collections, which is CSL-JSON with
//! additional members `kind`, `holdings` and `openAccess` (docs/reader-api.yaml, `SearchAnswer`).

use hongyan_model::holding::Holding;
use hongyan_model::identifier::IdentifierKind;
use hongyan_model::record::{Creator, Kind, Link, RawRecord, Record, Role, year_of};
use hongyan_model::text::is_han;
use serde_json::Value;

use crate::answer::misprints;
use crate::cite::{CslItem, Name};
use crate::{Budget, Parsed, ReadError, Warning, json, lang};

/// A page of a collection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultPage {
    /// total number of hits
    pub total: Option<u64>,
    /// positions that this page consumed, including records that could not be parsed
    pub taken: u64,
    /// the records of this page
    pub records: Vec<Parsed>,
}

/// Parses the response of `GET /search/{collection}`.
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or have no `records`.
pub fn answer(bytes: &[u8], budget: &Budget) -> Result<ResultPage, ReadError> {
    let document = json::open(bytes, budget)?;
    let Some(records) = document.get("records").and_then(Value::as_array) else {
        return Err(ReadError::at(0, "JSON, but not a response of a collection: no `records`"));
    };
    Ok(ResultPage {
        total: document.get("totalRecords").and_then(json::count),
        taken: records.len() as u64,
        records: crate::answer::records(records, budget, read)?,
    })
}

/// Parses a list of citation items, a single item, or `{"items": […]}`.
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or contain no item.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    let document = json::open(bytes, budget)?;
    let items = document.as_array().or_else(|| document.get("items").and_then(Value::as_array));
    let items = items.map_or(std::slice::from_ref(&document), Vec::as_slice);
    let records = crate::answer::records(items, budget, read)?;
    if records.is_empty() {
        return Err(ReadError::at(0, "JSON without a citation item"));
    }
    Ok(records)
}

/// Parses a citation item; none unless it is an object with a type or a title.
pub fn read(item: &Value) -> Option<Parsed> {
    if !item.is_object() || item.get("type").is_none() && item.get("title").is_none() {
        return None;
    }
    // reference managers write variables without a field of their own into the note
    let noted_item = CslItem::from_json(item).map(CslItem::with_note_variables).unwrap_or_default();
    let member = |name: &str| match json::member(item, &[name]) {
        own if own.is_empty() => hongyan_model::text::clean(noted_item.text(name)),
        own => own,
    };
    let word = if noted_item.kind.is_empty() { member("type") } else { noted_item.kind.clone() };
    let mut record = Record {
        id: member("id"),
        kind: kind(&member("kind"), &word),
        title: member("title"),
        creators: creators(item),
        publisher: member("publisher"),
        place: member("publisher-place"),
        edition: member("edition"),
        container: member("container-title"),
        volume: member("volume"),
        issue: member("issue"),
        number: member("number"),
        language: lang::code(&member("language")),
        summary: member("abstract"),
        subjects: keywords(item),
        series: member("collection-title"),
        ..Record::default()
    };
    let whole = record.title.trim_end_matches([':', '：', ' ']).to_owned();
    record.title = whole;
    if let Some((title, subtitle)) = record.title.split_once(": ").or_else(|| record.title.split_once('：'))
    {
        (record.title, record.subtitle) = (title.trim().to_owned(), subtitle.trim().to_owned());
    }
    if crate::cite::kind_of(&record) != word && crate::cite::is_form(&word) {
        record.form.clone_from(&word);
    }
    record.pages = pages(&member("page"), &member("number-of-pages"), &record);
    for name in crate::cite::MORE {
        let text = member(name);
        let people = || noted_item.people(name).iter().map(Name::inverted).collect::<Vec<_>>().join("; ");
        let text = if text.is_empty() { people() } else { text };
        if !text.is_empty() {
            record.more.insert((*name).to_owned(), text);
        }
    }
    // a DOI is one number in capitals and in small letters, and is cited as its publisher writes it
    if member("DOI").chars().any(|c| c.is_ascii_uppercase()) {
        record.more.insert("DOI".to_owned(), member("DOI"));
    }
    if let Some(day) = noted_item.day("accessed") {
        record.accessed = day.iso();
    }
    // the number of a standard, patent or report also serves as a title
    let numbered = matches!(record.kind, Kind::Standard | Kind::Patent | Kind::Report);
    for name in ["original-title", "title-short", if numbered { "number" } else { "" }] {
        let variant = member(name);
        if !variant.is_empty() && variant != record.title && !record.variant_titles.contains(&variant) {
            record.variant_titles.push(variant);
        }
    }
    date(item, &mut record);
    if let (Some(start), Some(end)) =
        (noted_item.day("issued"), noted_item.date("issued").and_then(|date| date.end))
    {
        record.date = format!("{}/{}", start.year, end.year);
    }
    if record.kind == Kind::Thesis && record.container.is_empty() {
        record.container.clone_from(&record.publisher);
    }
    for (name, kind) in [
        ("ISBN", IdentifierKind::Isbn),
        ("ISSN", IdentifierKind::Issn),
        ("DOI", IdentifierKind::Doi),
        ("PMID", IdentifierKind::Pmid),
    ] {
        // a DOI may contain commas and semicolons
        let signs: &[char] = if kind == IdentifierKind::Doi { &[] } else { &[',', ';'] };
        for value in json::texts(item, name).iter().flat_map(|values| values.split(signs)) {
            // several ISBNs may be in one string, separated by spaces
            let before = record.identifiers.len();
            record.add_identifier(kind, value);
            if record.identifiers.len() == before {
                for part in value.split_whitespace() {
                    record.add_identifier(kind, part);
                }
            }
        }
    }
    noted(item, &mut record);
    holdings(item, &mut record);
    let url = member("URL");
    if url.starts_with("http://") || url.starts_with("https://") {
        let open_access = item.get("openAccess").and_then(Value::as_bool).unwrap_or(false);
        record.links.push(Link { url, label: String::new(), open_access });
    }
    let missing = record.title.is_empty().then(|| Warning::new("title", "no title"));
    let serials: Vec<_> = ["ISBN", "ISSN"].into_iter().flat_map(|name| json::texts(item, name)).collect();
    let wrong = misprints(serials.iter().map(AsRef::as_ref), 0);
    record.raw = Some(RawRecord { format: "csl".to_owned(), text: json::raw(item) });
    let warnings = missing.into_iter().chain(wrong).collect();
    Some(Parsed { record, format: "csl", profile: "csl", charset: "utf-8", offset: 0, warnings })
}

/// Pages as records have them: a range of the host; of a whole work `p. 12` for what is cited of it, and
/// `312 p.` for its extent.
fn pages(cited: &str, extent: &str, record: &Record) -> String {
    match (cited, extent) {
        ("", "") => String::new(),
        ("", extent) if extent.bytes().all(|byte| byte.is_ascii_digit()) => format!("{extent} p."),
        ("", extent) => extent.to_owned(),
        (cited, _) if record.container.is_empty() && !cited.starts_with(['p', 'P']) => format!("p. {cited}"),
        (cited, _) => cited.to_owned(),
    }
}

/// Numbers that Zotero writes into the note, a line each, where the type has no field for them: `PMID: 12396675`.
fn noted(item: &Value, record: &mut Record) {
    let note = item.get("note").and_then(Value::as_str).unwrap_or_default();
    for (label, number) in note.lines().take(100).filter_map(|line| line.split_once(':')) {
        match label.trim().to_ascii_uppercase().as_str() {
            "PMID" => record.add_identifier(IdentifierKind::Pmid, number),
            "DOI" => record.add_identifier(IdentifierKind::Doi, number),
            "ISBN" => record.add_identifier(IdentifierKind::Isbn, number),
            "ISSN" => record.add_identifier(IdentifierKind::Issn, number),
            "ARXIV" => record.add_identifier(IdentifierKind::Arxiv, number),
            _ => {}
        }
    }
}

fn creators(item: &Value) -> Vec<Creator> {
    let mut creators: Vec<Creator> = Vec::new();
    for (key, role) in [
        ("author", Role::Author),
        ("editor", Role::Editor),
        ("translator", Role::Translator),
        ("contributor", Role::Contributor),
    ] {
        for person in item.get(key).and_then(Value::as_array).into_iter().flatten().take(500) {
            let name = name(person);
            if !name.is_empty() && !creators.iter().any(|known| known.name == name) {
                creators.push(Creator { name, role });
            }
        }
    }
    creators
}

/// `Knuth, Donald E.`; 曹雪芹 in scripts that write names without a space.
fn name(person: &Value) -> String {
    let part = |name: &str| json::member(person, &[name]);
    let literal = json::member(person, &["literal", "name"]);
    let (family, given) = (part("family"), part("given"));
    if family.is_empty() && given.is_empty() {
        return if literal.is_empty() { json::text(person) } else { literal };
    }
    let spaced =
        |parts: [String; 2]| parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
    let family = spaced([part("non-dropping-particle"), family]);
    // `Veen, P H van der`, as catalogues write it
    let given = spaced([given, part("dropping-particle")]);
    let unspaced = |text: &str| !text.is_empty() && text.chars().all(|c| is_han(c) || is_hangul(c));
    if unspaced(&family) && unspaced(&given) {
        return format!("{family}{given}");
    }
    let suffix = part("suffix");
    [family, given, suffix].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ")
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{AC00}'..='\u{D7A3}')
}

/// Parses `{"date-parts": [[1936, 5]], "literal": "民国二十五年"}`, with numbers or strings.
fn date(item: &Value, record: &mut Record) {
    let Some(issued) = item.get("issued") else { return };
    let parts: Vec<String> = issued
        .pointer("/date-parts/0")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .take(3)
        .map(json::text)
        .collect();
    let said =
        if issued.is_object() { json::member(issued, &["literal", "raw"]) } else { json::text(issued) };
    record.year = parts.first().and_then(|year| year_of(year)).or_else(|| year_of(&said));
    let padded: Vec<String> = parts.iter().map(|part| format!("{part:0>2}")).collect();
    record.date = if said.is_empty() { padded.join("-") } else { said };
}

/// Keywords: a string separated by semicolons, or by commas where it has none, or a list.
fn keywords(item: &Value) -> Vec<String> {
    let mut subjects: Vec<String> = Vec::new();
    for words in json::texts(item, "keyword") {
        let signs: &[char] = if words.contains([';', '；']) { &[';', '；'] } else { &[',', '，'] };
        for word in words.split(signs).map(str::trim) {
            if !word.is_empty() && subjects.len() < 200 && !subjects.iter().any(|known| known == word) {
                subjects.push(word.to_owned());
            }
        }
    }
    subjects
}

fn holdings(item: &Value, record: &mut Record) {
    for holding in item.get("holdings").and_then(Value::as_array).into_iter().flatten().take(500) {
        let member = |name: &str| json::member(holding, &[name]);
        let library = member("library");
        if !library.is_empty() {
            record.holdings.push(Holding {
                library,
                location: member("location"),
                call_number: member("callNumber"),
                available: holding.get("available").and_then(Value::as_bool),
            });
        }
    }
}

/// `kind` is the platform's publicationType, which is more precise than CSL's types.
fn kind(said: &str, csl: &str) -> Kind {
    if !said.is_empty() && Kind::from_publication_type(said) != Kind::Other {
        return Kind::from_publication_type(said);
    }
    match csl {
        "book" | "chapter" | "entry-dictionary" | "entry-encyclopedia" => Kind::Book,
        "classic" => Kind::AncientBook,
        "periodical" => Kind::Journal,
        "article" | "article-journal" | "article-magazine" | "review" | "review-book" => Kind::Article,
        "article-newspaper" => Kind::Newspaper,
        "thesis" => Kind::Thesis,
        "paper-conference" => Kind::Conference,
        "patent" => Kind::Patent,
        "standard" => Kind::Standard,
        "report" => Kind::Report,
        _ => Kind::Other,
    }
}
