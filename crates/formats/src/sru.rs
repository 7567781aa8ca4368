//! Responses of SRU 1.1, 1.2 and 2.0: the envelope, its records, and diagnostics, which occur in four
//! places.

use hongyan_model::record::Kind;
use roxmltree::Node;

use crate::{Budget, Parsed, ReadError, Warning, dc, isohold, marc, mods, xml};

/// Maximum number of records in a response.
const MAX_RECORDS: usize = 10_000;

/// A response of an SRU server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SruResponse {
    /// version given by the server or its namespace: `1.1`, `1.2`, `2.0`
    pub version: String,
    /// total number of hits; none when not reported (fatal diagnostics)
    pub total: Option<u64>,
    /// the records of this page
    pub records: Vec<SruRecord>,
    /// position of the next page from 1, if there is one
    pub next: Option<u64>,
    /// diagnostics about the request as a whole
    pub diagnostics: Vec<Diagnostic>,
    /// problems of the envelope that were corrected
    pub warnings: Vec<Warning>,
}

/// A record of the response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SruRecord {
    /// position in the result from 1
    pub position: Option<u64>,
    /// name or URI of the schema, as the server writes it
    pub schema: String,
    /// identifier given by the server
    pub identifier: String,
    /// the record, if its schema is supported
    pub parsed: Option<Parsed>,
    /// the diagnostic in place of this record
    pub diagnostic: Option<Diagnostic>,
    /// why there is no record
    pub warnings: Vec<Warning>,
    /// byte offset of the record in the response
    pub offset: usize,
}

/// A diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Diagnostic {
    /// `info:srw/diagnostic/1/7`
    pub uri: String,
    /// the number at the end of the URI: 7; none for other URIs
    pub code: Option<u32>,
    /// details, often the offending value
    pub details: String,
    /// text in the server's language
    pub message: String,
}

/// Parses a response; accepts also an explain response, which some servers send in place of a diagnostic.
///
/// # Errors
/// [`ReadError`] when the bytes are not well-formed XML, have a document type declaration, or are not
/// SRU.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<SruResponse, ReadError> {
    let source = xml::decode(bytes);
    let document = xml::open(&source.text, budget)?;
    let root = document.root_element();
    let name = root.tag_name().name();
    if !matches!(name, "searchRetrieveResponse" | "explainResponse" | "scanResponse") {
        let what = format!("XML, but no SRU answer: the root is <{}>", hongyan_model::text::clip(name, 60));
        return Err(ReadError::at(root.range().start, what));
    }
    let mut answer = SruResponse { warnings: source.warnings, ..SruResponse::default() };
    if root.tag_name().namespace().is_some_and(|uri| uri.contains("search-ws")) {
        answer.version = "2.0".to_owned();
    }
    for child in root.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "version" => answer.version = xml::text_of(child),
            "numberOfRecords" => answer.total = xml::text_of(child).parse().ok(),
            "nextRecordPosition" => answer.next = xml::text_of(child).parse().ok(),
            "diagnostics" => answer.diagnostics.extend(diagnostics(child)),
            "records" if name == "searchRetrieveResponse" => {
                let records =
                    child.children().filter(|node| node.is_element() && node.tag_name().name() == "record");
                for node in records.take(MAX_RECORDS) {
                    match budget.take_record(node.range().start) {
                        Ok(()) => answer.records.push(record(node, &source.text, budget)),
                        Err(error) if error.ends_all() => return Err(error),
                        Err(_) => break,
                    }
                }
            }
            _ => {}
        }
    }
    Ok(answer)
}

fn diagnostics<'a>(node: Node<'a, 'a>) -> impl Iterator<Item = Diagnostic> + 'a {
    node.descendants()
        .filter(|node| node.is_element() && node.tag_name().name() == "diagnostic")
        .take(50)
        .map(|node| {
            let part = |name| {
                xml::child(node, name)
                    .map(|child| hongyan_model::text::clean(&xml::text_of(child)))
                    .unwrap_or_default()
            };
            let uri = part("uri");
            let code = uri.strip_prefix("info:srw/diagnostic/1/").and_then(|code| code.parse().ok());
            Diagnostic { uri, code, details: part("details"), message: part("message") }
        })
}

fn record(node: Node<'_, '_>, source: &str, budget: &Budget) -> SruRecord {
    let part = |name| xml::child(node, name).map(xml::text_of).unwrap_or_default();
    let mut out = SruRecord {
        position: part("recordPosition").parse().ok(),
        schema: part("recordSchema"),
        identifier: part("recordIdentifier"),
        offset: node.range().start,
        ..SruRecord::default()
    };
    let Some(data) = xml::child(node, "recordData") else {
        out.warnings.push(Warning::at("record", out.offset, "a record without data"));
        return out;
    };
    // the actual packing is used, because some servers declare `xml` and send a string
    match data.children().find(Node::is_element) {
        Some(inner) => unpack(&mut out, inner, source, 0, budget),
        None => {
            let packed = xml::text_of(data);
            if packed.is_empty() {
                out.warnings.push(Warning::at("record", out.offset, "a record without data"));
                return out;
            }
            match xml::open(&packed, budget) {
                Ok(document) => {
                    unpack(&mut out, document.root_element(), &packed, data.range().start, budget);
                }
                Err(error) => {
                    let detail = format!("the packed record is unreadable: {error}");
                    out.warnings.push(Warning::at("record", out.offset, detail));
                }
            }
        }
    }
    if let Some(parsed) = &mut out.parsed
        && parsed.record.id.is_empty()
    {
        out.identifier.clone_into(&mut parsed.record.id);
    }
    out
}

/// Maps the content of `recordData` by its namespace and names; the schema's name is informative only.
fn unpack(out: &mut SruRecord, inner: Node<'_, '_>, source: &str, base: usize, budget: &Budget) {
    let name = inner.tag_name().name();
    let namespace = inner.tag_name().namespace().unwrap_or_default();
    if name == "diagnostic" || namespace.contains("diagnostic") {
        out.diagnostic = diagnostics(inner).next();
        return;
    }
    // `<metadata>`, `<collection>` and others may stand round a record
    let within = |is: fn(Node<'_, '_>) -> bool| inner.descendants().take(200).find(|node| is(*node));
    let is_marc = |node: &Node<'_, '_>| {
        let part =
            |child: Node<'_, '_>| matches!(child.tag_name().name(), "leader" | "controlfield" | "datafield");
        node.is_element() && node.tag_name().name() == "record" && node.children().any(part)
    };
    let mut records = xml::innermost(inner.descendants().filter(is_marc));
    records.truncate(200);
    if let Some(node) = within(mods::is_record) {
        out.parsed = Some(mods::from_xml(node, source));
    } else if !records.is_empty() {
        out.parsed = marcxml(&records, source, &mut out.warnings, budget);
    } else if let Some(node) = within(isohold::is_holdings) {
        out.parsed = Some(isohold::from_xml(node));
    } else if let Some(node) = within(dc::is_record) {
        out.parsed = Some(dc::map(node, source));
    }
    match &mut out.parsed {
        Some(parsed) => parsed.offset += base,
        None if out.warnings.is_empty() => {
            let said = if out.schema.is_empty() { name } else { &out.schema };
            let detail = format!("the schema {} is not read yet", hongyan_model::text::clip(said, 80));
            out.warnings.push(Warning::at("schema", out.offset, detail));
        }
        None => {}
    }
}

/// The bibliographic record of a recordData; holdings records beside it (DNB) provide its holdings.
fn marcxml(
    nodes: &[Node<'_, '_>],
    source: &str,
    warnings: &mut Vec<Warning>,
    budget: &Budget,
) -> Option<Parsed> {
    let mut main: Option<Parsed> = None;
    let mut holdings = Vec::new();
    for node in nodes {
        let range = node.range();
        let text = source.get(range.clone()).unwrap_or_default();
        let namespace = node.tag_name().namespace().unwrap_or_default();
        match marc::xml::Records::new(text, budget).with_namespace(namespace).next() {
            Some(Ok(read)) if marc::is_holdings(&read.marc) && nodes.len() > 1 => {
                holdings.extend(marc::holding_of(&read.marc));
            }
            Some(Ok(read)) if main.is_none() => {
                let mut parsed = marc::xml::map(read);
                parsed.offset += range.start;
                main = Some(parsed);
            }
            Some(Ok(_)) | None => {}
            Some(Err(error)) => warnings.push(Warning::at("record", range.start + error.offset, error.what)),
        }
    }
    let parsed = main.as_mut()?;
    parsed.record.holdings.extend(holdings);
    if parsed.record.kind == Kind::Other && parsed.record.title.is_empty() {
        parsed.warnings.push(Warning::new("record", "neither title nor kind"));
    }
    main
}
