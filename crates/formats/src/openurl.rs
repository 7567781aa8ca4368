//! OpenURL (Z39.88-2004, and version 0.1): the description of a wanted work by a link resolver, a
//! library's page or an older system, as keys and values in a URL or as XML context objects.

use hongyan_model::Service;
use hongyan_model::identifier::{Identifier, IdentifierKind};
use hongyan_model::record::{Kind, RawRecord, Record, Role, year_of};
use hongyan_model::text::{clean, clip, is_han};
use jiff::civil::Date;
use roxmltree::Node;

use crate::answer::{add_creator, page_range, person, records};
use crate::{Budget, Parsed, ReadError, Warning, dc, lang, xml};

const MAX_RAW: usize = 50_000;
/// Longest value of a key about the service, characters.
const MAX_NOTE: usize = 1000;
/// Maximum number of values per work.
const MAX_PAIRS: usize = 500;

/// Parses XML context objects, or OpenURLs as lines of text.
///
/// # Errors
/// [`ReadError`] when the XML is not well-formed or has no context object, or no line describes a work.
pub fn parse(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    if text.trim_start().starts_with('<') { context_objects(text, budget) } else { addresses(text, budget) }
}

/// What an OpenURL says of the service, beside the work (keys `svc_id` and `svc.…`, as ReShare has them).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// copy or loan; none if it does not say
    pub service: Option<Service>,
    /// the day until which it is of use
    pub needed_by: Option<Date>,
    /// the library's name of the desk, not ours; empty if it does not say
    pub pickup_location: String,
    /// a note for whoever handles the request, cleaned; may be empty
    pub note: String,
}

/// Reads what the OpenURL on the first line says of the service. What it does not say, or says in no way that is
/// known, is empty.
pub fn asked(text: &str) -> Asked {
    let line = text.trim_start().lines().next().unwrap_or_default();
    let mut asked = Asked::default();
    for (key, value) in url::form_urlencoded::parse(query(line).as_bytes()).take(MAX_PAIRS) {
        let value = clip(&clean(&value), MAX_NOTE);
        match key.to_ascii_lowercase().as_str() {
            "svc_id" => {
                asked.service = match value.as_str() {
                    "copy" => Some(Service::Copy),
                    "loan" => Some(Service::Loan),
                    _ => None,
                }
            }
            "svc.neededby" => asked.needed_by = value.parse().ok(),
            "svc.pickuplocation" => asked.pickup_location = value,
            "svc.note" => asked.note = value,
            _ => {}
        }
    }
    asked
}

/// Whether a line is an OpenURL, by its keys. Blanks should be escaped and often are not: with them it takes three keys.
pub fn looks_like(text: &str) -> bool {
    let line = text.trim().lines().next().unwrap_or_default();
    let known = ["rft.", "rft_id=", "rft_val_fmt=", "ctx_ver=", "url_ver=", "genre=", "atitle=", "aulast="];
    let others = [
        "title=", "issn=", "isbn=", "volume=", "issue=", "date=", "spage=", "sid=", "id=", "jtitle=",
        "pages=",
    ];
    let pairs = || query(line).split('&').take(MAX_PAIRS);
    let count = |keys: &[&str]| pairs().filter(|pair| keys.iter().any(|key| pair.starts_with(key))).count();
    let sure = count(&known);
    sure > 0 && (!line.contains(' ') || sure + count(&others) >= 3)
}

fn query(line: &str) -> &str {
    line.split_once('?').map_or(line, |(_, query)| query)
}

fn addresses(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    budget.take_bytes(text.len(), 0)?;
    let mut records = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if looks_like(trimmed) {
            budget.take_record(offset)?;
            let pairs = url::form_urlencoded::parse(query(trimmed).as_bytes()).take(MAX_PAIRS);
            let said = KeyValues(pairs.map(|(key, value)| (key.into_owned(), clean(&value))).collect());
            records.push(work(&said, offset, trimmed, "kev"));
        }
        offset += line.len();
    }
    if records.is_empty() { Err(ReadError::at(0, "text without an OpenURL")) } else { Ok(records) }
}

fn context_objects(text: &str, budget: &Budget) -> Result<Vec<Parsed>, ReadError> {
    let document = xml::open(text, budget)?;
    let objects = document.descendants().filter(|node| node.tag_name().name() == "context-object");
    let referents = objects.filter_map(|object| xml::child(object, "referent"));
    let records = records(referents, budget, |referent| Some(of(referent, text)))?;
    if records.is_empty() { Err(ReadError::at(0, "XML without a context object")) } else { Ok(records) }
}

fn of(referent: Node<'_, '_>, text: &str) -> Parsed {
    let leaves = referent.descendants().filter(|node| {
        node.is_element() && !node.children().any(|child| child.is_element()) && !is_dc(*node)
    });
    let pairs =
        leaves.take(MAX_PAIRS).map(|node| (node.tag_name().name().to_owned(), clean(&xml::text_of(node))));
    let said = KeyValues(pairs.collect());
    let raw = text.get(referent.range()).unwrap_or_default();
    let start = referent.range().start;
    let mut parsed = work(&said, start, raw, "xml");
    if let Some(inner) = referent.descendants().find(|node| dc::is_record(*node)) {
        let identifiers = std::mem::take(&mut parsed.record.identifiers);
        let mut described = dc::map(inner, text);
        for known in identifiers {
            described.record.add_identifier(known.kind, &known.value);
        }
        parsed.record = described.record;
        parsed.warnings = described.warnings;
    }
    parsed
}

fn is_dc(node: Node<'_, '_>) -> bool {
    node.tag_name().namespace().is_some_and(|namespace| namespace.contains("purl.org/dc/"))
}

/// Keys with values, in order; keys may repeat.
struct KeyValues(Vec<(String, String)>);

impl KeyValues {
    /// The first non-empty value, in the order of the keys. Keys of the referent have the prefix `rft.`
    /// or, in version 0.1, none.
    fn first(&self, keys: &[&'static str]) -> &str {
        keys.iter().flat_map(|key| self.all(key)).next().unwrap_or_default()
    }

    fn all(&self, key: &'static str) -> impl Iterator<Item = &str> {
        let named = move |name: &str| name.strip_prefix("rft.").unwrap_or(name) == key;
        self.0
            .iter()
            .filter(move |(name, _)| named(name))
            .map(|(_, value)| value.as_str())
            // empty forms send `au=,` and `title=/`
            .filter(|value| value.chars().any(char::is_alphanumeric))
    }
}

fn work(said: &KeyValues, offset: usize, raw: &str, profile: &'static str) -> Parsed {
    let text = |keys: &[&'static str]| tidy(said.first(keys));
    let genre = said.first(&["genre"]).to_lowercase();
    let shape = said.first(&["rft_val_fmt", "format"]).to_lowercase();
    let part = text(&["atitle", "titleOfComponent"]);
    let mut record = Record {
        kind: kind(&genre, &shape, said),
        publisher: text(&["pub", "publisher"]),
        place: text(&["place"]),
        date: text(&["date", "year"]),
        edition: text(&["edition"]),
        volume: text(&["volume"]),
        issue: text(&["issue", "number"]),
        language: lang::code(said.first(&["language"])),
        series: text(&["series"]),
        ..Record::default()
    };
    if part.is_empty() {
        record.title = text(&["btitle", "title", "jtitle", "stitle", "ctitle"]);
        record.container = if record.kind == Kind::Thesis { text(&["inst"]) } else { String::new() };
    } else {
        record.title = part;
        record.container = text(&["jtitle", "btitle", "title", "stitle"]);
    }
    if shape.ends_with(":dc") && matches!(record.kind, Kind::Article | Kind::Newspaper) {
        record.container = text(&["source"]);
    }
    record.year = year_of(&record.date);
    record.pages = match page_range(said.first(&["spage"]), said.first(&["epage"])) {
        range if range.contains('-') || said.first(&["pages"]).is_empty() => range,
        _ => text(&["pages"]),
    };
    if record.pages.is_empty() {
        record.pages = text(&["pagesRequested"]);
    }
    if record.pages.is_empty() {
        record.pages = text(&["artnum", "tpages"]);
    }
    creators(&mut record, said);
    identifiers(&mut record, said);
    let mut warnings = Vec::new();
    if record.title.is_empty() && record.identifiers.is_empty() {
        warnings.push(Warning::at("title", offset, "neither title nor number"));
    }
    record.raw = Some(RawRecord { format: "openurl".to_owned(), text: clip(raw, MAX_RAW) });
    Parsed { record, format: "openurl", profile, charset: "utf-8", offset, warnings }
}

/// `Property and wealth in classical Sparta /`, `London :`, `2000.`
fn tidy(value: &str) -> String {
    value.trim_end_matches([' ', '/', ':', ';', ',']).trim_end_matches('.').trim().to_owned()
}

fn creators(record: &mut Record, said: &KeyValues) {
    let given = match said.first(&["aufirst", "invfirst"]) {
        "" => said.first(&["auinit", "auinit1"]),
        first => first,
    };
    let last = said.first(&["aulast", "invlast"]);
    add_creator(record, person(last, given), Role::Author);
    let whole = format!("{given} {last}");
    let zotero = said.first(&["rfr_id"]).contains("zotero.org") || said.first(&["sid"]).starts_with("Zotero");
    // Zotero writes so for each name that it keeps in one field
    for name in said.all("au").chain(said.all("inventor")).filter(|name| *name != "undefined") {
        // the first author again, in one string or with more of the first name
        let again =
            !last.is_empty() && record.creators.len() == 1 && (name.starts_with(last) || name == whole);
        if !again {
            add_creator(record, if zotero { family_first(name) } else { name.to_owned() }, Role::Author);
        }
    }
    if record.creators.is_empty() {
        add_creator(record, said.first(&["authorOfComponent"]).to_owned(), Role::Author);
    }
    for name in said.all("aucorp") {
        add_creator(record, name.to_owned(), Role::Organisation);
    }
}

/// A name that was written as «given family», which Zotero does in every language; other names stay as they are.
fn family_first(name: &str) -> String {
    match name.rsplit_once(' ') {
        Some((given, family)) if given.chars().chain(family.chars()).all(is_han) => person(family, given),
        _ => name.to_owned(),
    }
}

fn identifiers(record: &mut Record, said: &KeyValues) {
    for (keys, kind) in [
        (["isbn", "eisbn"], IdentifierKind::Isbn),
        (["issn", "eissn"], IdentifierKind::Issn),
        (["doi", "object_id"], IdentifierKind::Doi),
        (["pmid", "pmid"], IdentifierKind::Pmid),
        (["oclcnum", "oclcnum"], IdentifierKind::Oclc),
    ] {
        for value in keys.iter().flat_map(|key| said.all(key)) {
            record.add_identifier(kind, value);
        }
    }
    for value in ["rft_id", "id", "identifier"].iter().flat_map(|key| said.all(key)) {
        let lower = value.to_lowercase();
        let parts = lower.strip_prefix("info:").unwrap_or(&lower);
        let parts = parts.strip_prefix("urn:").unwrap_or(parts);
        match parts.split_once(['/', ':']) {
            Some(("doi", number)) => record.add_identifier(IdentifierKind::Doi, number),
            Some(("pmid", number)) => record.add_identifier(IdentifierKind::Pmid, number),
            Some(("oclcnum", number)) => record.add_identifier(IdentifierKind::Oclc, number),
            Some(("lccn", number)) => record.add_identifier(IdentifierKind::Lccn, number),
            Some(("isbn", number)) => record.add_identifier(IdentifierKind::Isbn, number),
            Some(("issn", number)) => record.add_identifier(IdentifierKind::Issn, number),
            Some(("arxiv", number)) => record.add_identifier(IdentifierKind::Arxiv, number),
            _ => {
                if let Some(known) = Identifier::recognise(value) {
                    record.add_identifier(known.kind, &known.value);
                }
            }
        }
    }
}

fn kind(genre: &str, shape: &str, said: &KeyValues) -> Kind {
    let has = |keys: &[&'static str]| !said.first(keys).is_empty();
    match genre {
        "article" | "preprint" => Kind::Article,
        "book" | "bookitem" => Kind::Book,
        "conference" | "proceeding" => Kind::Conference,
        "journal" | "issue" => Kind::Journal,
        "dissertation" => Kind::Thesis,
        "report" => Kind::Report,
        "patent" => Kind::Patent,
        // Zotero's own types, in Dublin Core
        _ if shape.ends_with(":dc") && said.first(&["type"]) == "newspaperArticle" => Kind::Newspaper,
        _ if shape.ends_with(":dc") && ["magazineArticle", "preprint"].contains(&said.first(&["type"])) => {
            Kind::Article
        }
        _ if shape.ends_with("dissertation") => Kind::Thesis,
        _ if shape.ends_with("patent") => Kind::Patent,
        _ if shape.ends_with("book") || has(&["btitle", "isbn"]) => Kind::Book,
        _ if has(&["atitle", "titleOfComponent"]) => Kind::Article,
        _ if shape.ends_with("journal") => Kind::Journal,
        _ => Kind::Other,
    }
}
