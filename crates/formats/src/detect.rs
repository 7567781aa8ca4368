//! Detects the format of an input by its beginning or its members.

use crate::tagged::{self, Tagged};
use crate::{Budget, ReadError, bibtex, marc, mods, openurl, other, plain, xml};

/// Format of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// MARC in ISO 2709
    Iso2709,
    /// MARC in XML
    MarcXml,
    /// simple Dublin Core
    DublinCore,
    /// SRU response
    Sru,
    /// response of CALIS 联合目录
    Opac2,
    /// response of CALIS e读
    Yidu,
    /// MODS in XML
    Mods,
    /// response of Harvard LibraryCloud
    Librarycloud,
    /// response of KERIS RISS
    Riss,
    /// response of NSTL
    Nstl,
    /// CSL-JSON
    Csl,
    /// response of Crossref
    Crossref,
    /// response of OpenAlex
    Openalex,
    /// response of DOAJ
    Doaj,
    /// response of CiNii
    Cinii,
    /// an Atom feed
    Atom,
    /// an OAI-PMH list in the format of arXiv or DOAJ
    Oai,
    /// Crossref XML
    Unixref,
    /// an OpenURL
    OpenUrl,
    /// MARC in JSON
    MarcJson,
    /// MARC as text
    MarcText,
    /// a file of references with tags
    Tagged(Tagged),
    /// BibTeX or BibLaTeX
    Bibtex,
    /// EndNote's XML
    Endnote,
    /// Zotero RDF
    Zotero,
}

impl Format {
    /// The name: `iso2709`, `marcxml`, `dc`, `sru`, `opac2`, `yidu`, `mods`, `librarycloud`, `riss`,
    /// `nstl`, `csl`, `crossref`, `openalex`, `doaj`, `cinii`, `atom`, `oai`, `unixref`, `openurl`,
    /// `marcjson`, `marctext`, `bibtex`, `endnote`, `zotero`, and those of [`Tagged::name`].
    pub fn name(self) -> &'static str {
        match self {
            Format::Iso2709 => "iso2709",
            Format::MarcXml => "marcxml",
            Format::DublinCore => "dc",
            Format::Sru => "sru",
            Format::Opac2 => "opac2",
            Format::Yidu => "yidu",
            Format::Mods => "mods",
            Format::Librarycloud => "librarycloud",
            Format::Riss => "riss",
            Format::Nstl => "nstl",
            Format::Csl => "csl",
            Format::Crossref => "crossref",
            Format::Openalex => "openalex",
            Format::Doaj => "doaj",
            Format::Cinii => "cinii",
            Format::Atom => "atom",
            Format::Oai => "oai",
            Format::Unixref => "unixref",
            Format::OpenUrl => "openurl",
            Format::MarcJson => "marcjson",
            Format::MarcText => "marctext",
            Format::Tagged(tagged) => tagged.name(),
            Format::Bibtex => "bibtex",
            Format::Endnote => "endnote",
            Format::Zotero => "zotero",
        }
    }
}

/// Detects the format of an input by its beginning (JSON: by its members).
///
/// # Errors
/// [`ReadError`] for an unsupported format; its text says what the input seems to be.
pub fn detect(bytes: &[u8], budget: &Budget) -> Result<Format, ReadError> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
    let head = bytes.get(start..).unwrap_or_default();
    let unmarked = head.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(head);
    if let Some(text) = plain::utf16(some(bytes)) {
        let text = text.trim_start();
        return if text.starts_with('<') { xml_format(bytes) } else { detect(text.as_bytes(), budget) };
    }
    match unmarked.first() {
        None => Err(ReadError::at(0, "empty")),
        Some(b'<') => xml_format(bytes),
        Some(b'{' | b'[') if may_be_json(unmarked) => json_format(bytes, budget),
        _ if looks_like_marc(unmarked) => Ok(Format::Iso2709),
        _ if looks_like_openurl(unmarked) => Ok(Format::OpenUrl),
        Some(_) if marc::text::is_marc(&beginning(unmarked)) => Ok(Format::MarcText),
        Some(_) => references(unmarked).ok_or_else(|| ReadError::at(start, other::refusal(bytes))),
    }
}

/// Whether what follows the first bracket can be JSON: `{Title}: …` and `[题名] …` cannot.
fn may_be_json(bytes: &[u8]) -> bool {
    let next = bytes.get(1..).unwrap_or_default().iter().find(|byte| !byte.is_ascii_whitespace());
    match bytes.first() {
        Some(b'{') => matches!(next, None | Some(b'"' | b'}')),
        _ => next.is_none_or(|byte| byte.is_ascii()),
    }
}

/// The format of a text file of references.
fn references(bytes: &[u8]) -> Option<Format> {
    let (text, _) = plain::decode(some(bytes));
    let tagged = tagged::looks_like(&text).map(Format::Tagged);
    tagged.or_else(|| bibtex::looks_like(&text).then_some(Format::Bibtex))
}

/// As many bytes as suffice to tell a format; a whole file is not copied for it.
fn some(bytes: &[u8]) -> &[u8] {
    bytes.get(..bytes.len().min(262_144)).unwrap_or_default()
}

/// Whether the input has 24 characters of ASCII and then a field terminator nearby.
fn looks_like_marc(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(100_000)).unwrap_or_default();
    // a damaged leader may begin with, or contain, control bytes, and lack a digit
    let noise = head.iter().take(64).take_while(|byte| **byte < 0x1B).count();
    let fits = |byte: &&u8| byte.is_ascii_digit() || **byte == b' ';
    head.len() > 26 && head.contains(&0x1E) && head.iter().skip(noise).take(5).filter(fits).count() >= 4
}

/// Whether the first line is an OpenURL.
fn looks_like_openurl(bytes: &[u8]) -> bool {
    openurl::looks_like(&beginning(bytes))
}

/// The first lines as text.
fn beginning(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..bytes.len().min(16_384)).unwrap_or_default()).into_owned()
}

fn xml_format(bytes: &[u8]) -> Result<Format, ReadError> {
    // the beginning suffices; a whole document is not copied for it
    let head = xml::decode(bytes.get(..bytes.len().min(65_536)).unwrap_or_default());
    let text = head.text.as_ref();
    let root = root_name(text);
    let has = |part: &str| text.contains(part);
    // records in a known namespace are found in any envelope (OAI-PMH, ISO 25577 collections)
    let marc = ["http://www.loc.gov/MARC21/slim", "http://www.nlc.cn/", "info:lc/xmlns/marcxchange"];
    if root.ends_with("Response") {
        Ok(Format::Sru)
    } else if matches!(root, "mods" | "modsCollection") {
        Ok(Format::Mods)
    } else if matches!(root, "context-objects" | "context-object") {
        Ok(Format::OpenUrl)
    } else if matches!(root, "crossref_result" | "doi_records" | "doi_record" | "crossref") {
        Ok(Format::Unixref)
    } else if matches!(root, "feed" | "entry") && has("http://www.w3.org/2005/Atom") {
        Ok(Format::Atom)
    } else if root == "OAI-PMH" && (has("http://arxiv.org/OAI/arXiv") || has("doajArticle") || has("<error"))
    {
        Ok(Format::Oai)
    } else if marc.iter().any(|namespace| has(namespace))
        || matches!(root, "record" | "collection" | "OAI-PMH")
            && (has("<leader") || has(":leader") || has("controlfield") || has("datafield"))
    {
        Ok(Format::MarcXml)
    } else if has("http://purl.org/dc/elements/1.1/") && (root == "dc" || has(":dc ") || has(":dc>")) {
        Ok(Format::DublinCore)
    } else if matches!(root, "dc" | "OAI-PMH")
        && (has("<dc>") || has("<dc ") || has(":dc ") || has(":dc>") || has("_dc>"))
    {
        // Dublin Core without its namespace
        Ok(Format::DublinCore)
    } else if (has(mods::NAMESPACE) || root == "OAI-PMH") && (has("<mods") || has(":mods")) {
        Ok(Format::Mods)
    } else if matches!(root, "xml" | "records") && has("<ref-type") {
        Ok(Format::Endnote)
    } else if root == "RDF" && has("http://www.zotero.org/namespaces/export#") {
        Ok(Format::Zotero)
    } else if root == "record" && has("<head") && (has("totalcount") || has("ErrorMessage")) {
        Ok(Format::Riss)
    } else {
        Err(ReadError::at(0, other::refusal(bytes)))
    }
}

/// Local name of the root element, after declarations and comments.
pub(crate) fn root_name(text: &str) -> &str {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let inner = rest.get(at + 1..).unwrap_or_default();
        let skip = match inner {
            _ if inner.starts_with("!--") => inner.split_once("-->"),
            _ if inner.starts_with(['?', '!']) => inner.split_once('>'),
            _ => {
                let name = inner.split([' ', '>', '/', '\n', '\r', '\t']).next().unwrap_or_default();
                return name.rsplit(':').next().unwrap_or(name);
            }
        };
        let Some((_, after)) = skip else { break };
        rest = after;
    }
    ""
}

fn json_format(bytes: &[u8], budget: &Budget) -> Result<Format, ReadError> {
    // MARC-in-JSON may be one record per line
    let value = match crate::json::open(bytes, &budget.again()) {
        Ok(value) => value,
        Err(error) => match marc::json::first(bytes, &budget.again()) {
            Some(value) if marc::json::is_marc(&value) => value,
            _ => return Err(error),
        },
    };
    let member = |pointer: &str| value.pointer(pointer).is_some();
    if member("/data/instances") || member("/data/resultInfo") {
        Ok(Format::Opac2)
    } else if member("/data/content") && member("/code") {
        Ok(Format::Yidu)
    } else if member("/pagination/numFound") {
        Ok(Format::Librarycloud)
    } else if member("/data/0/0/f") {
        Ok(Format::Nstl)
    } else if member("/message-type") || member("/message/items") || member("/message/DOI") {
        Ok(Format::Crossref)
    } else if member("/opensearch:totalResults") || member("/@graph/0/opensearch:totalResults") {
        Ok(Format::Cinii)
    } else if member("/bibjson") || member("/results") && member("/total") {
        Ok(Format::Doaj)
    } else if member("/meta/count") && member("/results") || member("/authorships") && member("/ids") {
        Ok(Format::Openalex)
    } else if marc::json::is_marc(&value) {
        Ok(Format::MarcJson)
    } else if is_csl(&value) {
        Ok(Format::Csl)
    } else {
        Err(ReadError::at(0, other::refusal_of_json(&value)))
    }
}

/// Whether this is a citation item, a list of them, or a response of a Reader API collection.
fn is_csl(value: &serde_json::Value) -> bool {
    let item = value.pointer("/records/0").or_else(|| value.pointer("/items/0")).or_else(|| value.get(0));
    let item = item.unwrap_or(value);
    let has = |name: &str| item.get(name).is_some();
    has("type") && has("title") && (has("id") || has("issued") || has("author"))
}
