//! The interface of a search source: a catalogue that is searched and returns records.

use futures_util::stream::BoxStream;
use hongyan_model::{Query, Record};
use serde::{Deserialize, Serialize};

use crate::error::NetError;

/// The connector of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// CALIS 联合目录 OPAC, JSON with a base64 CQL query
    Opac2,
    /// CALIS e读, JSON
    Yidu,
    /// SRU 1.1, 1.2, 2.0
    Sru,
    /// Z39.50 (ISO 23950)
    Z3950,
    /// 国家科技图书文献中心 NSTL, JSON
    Nstl,
    /// a collection of the Reader API: `GET /search/{collection}`
    Reader,
    /// Harvard LibraryCloud, MODS as JSON
    Librarycloud,
    /// KERIS RISS openApi, XML
    Riss,
    /// CiNii Research OpenSearch, JSON-LD
    Cinii,
    /// 上海图书馆 open data, JSON-LD
    Shanghai,
    /// Crossref REST, JSON
    Crossref,
    /// OpenAlex, JSON
    Openalex,
    /// DOAJ, JSON
    Doaj,
    /// arXiv, Atom
    Arxiv,
    /// no API: the search page opens in the browser with the query filled in
    Page,
}

/// What a source requires before it responds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// nothing
    #[default]
    Open,
    /// works without a key; better with one
    Optional,
    /// a key, issued by the operator
    Key,
    /// a user name and a password
    Account,
}

/// Credentials that the patron entered for a source. Never logged; `Debug` hides them.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Credentials {
    /// user name; empty with [`Access::Key`]
    pub user: String,
    /// key or password
    pub secret: String,
    /// group of a Z39.50 account; usually empty
    pub group: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// Configuration of a source, as in sources.toml (docs/SOURCES.md documents the file).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SourceConfig {
    /// id, `[a-z0-9-]+`; also `Record::source`
    pub id: String,
    /// 简体 name
    pub name: String,
    /// English name; the Chinese one if empty
    #[serde(default)]
    pub name_en: String,
    /// connector
    pub protocol: Protocol,
    /// base address: `https://opac2.calis.edu.cn`, `http://host:210/db`, `z3950://host:210/db`; for
    /// `page`, the address of a search with placeholders like `{query}`
    pub address: String,
    /// whether it is searched by default
    #[serde(default = "yes")]
    pub enabled: bool,
    /// whether it is the patron's own library: a hit means 本馆有藏
    #[serde(default)]
    pub home: bool,
    /// minimum time between the starts of two requests to the host, in milliseconds
    #[serde(default)]
    pub min_interval_ms: u64,
    /// maximum number of concurrent requests
    #[serde(default = "one")]
    pub concurrency: usize,
    /// deadline of one request, in seconds
    #[serde(default = "fifteen")]
    pub timeout_s: f64,
    /// records per page
    #[serde(default = "fifty")]
    pub page_size: u32,
    /// opac2 and yidu: base of `offset`, 0 or 1 (reports differ)
    #[serde(default)]
    pub offset_base: u32,
    /// opac2 and yidu: what `offset` counts: `records` or `pages`; if empty, records at opac2 and pages at
    /// yidu
    #[serde(default)]
    pub offset_counts: String,
    /// opac2: a part of the path, `true` or `simple`; `true` if empty
    #[serde(default)]
    pub segment: String,
    /// opac2: `or` does not work, so each term is asked in one form and one index
    #[serde(default)]
    pub without_or: bool,
    /// opac2, yidu, nstl and shanghai: JSON pointer to the number of hits in the response; the usual place if
    /// empty
    #[serde(default)]
    pub total: String,
    /// opac2, yidu, nstl and shanghai: JSON pointer to the list of records in the response; the usual place
    /// if empty
    #[serde(default)]
    pub records: String,
    /// opac2, yidu, nstl and shanghai: the status word that means success, beside the known ones
    #[serde(default)]
    pub success: String,
    /// SRU: version: `1.1`, `1.2`, `2.0`; 1.2 if empty
    #[serde(default)]
    pub version: String,
    /// SRU: record schema: `marcxml`, `dc`; the target's default if empty
    #[serde(default)]
    pub schema: String,
    /// SRU and opac2: index names by field; Dublin Core and Bath names if empty. Z39.50: Bib-1 use
    /// attributes by field, as numbers
    #[serde(default)]
    pub indexes: Indexes,
    /// what it requires before it responds
    #[serde(default)]
    pub access: Access,
    /// page where the operator issues keys or accounts; may be empty
    #[serde(default)]
    pub key_page: String,
    /// whether it matches 简体, 繁體 and 日本漢字 with each other, so that one form suffices
    #[serde(default)]
    pub folds: bool,
    /// Z39.50: record syntax (`usmarc`, `unimarc`, `xml`, `opac`, `sutrs`); the best one that the target
    /// supports if empty
    #[serde(default)]
    pub syntax: String,
    /// Z39.50: character set of records and queries (`utf-8`, `gb18030`, `marc-8`, `euc-kr`); if empty,
    /// detected from the records, and queries are sent as UTF-8. Sources with JSON: encoding of a response
    /// that is not UTF-8
    #[serde(default)]
    pub charset: String,
    /// Reader API: collection: `etd`, `rbsc`, `ccc`, `cashl`, `eduread`, `union`. RISS: `type`: `A` `T`
    /// `U` `F` `S` `O`
    #[serde(default)]
    pub collection: String,
    /// maximum number of records per search; 0 for the general limit
    #[serde(default)]
    pub limit: u32,
    /// Reader API: tenant id of the library, `a001962`
    #[serde(default)]
    pub tenant: String,
}

impl SourceConfig {
    /// A source with default values for all other keys.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        protocol: Protocol,
        address: impl Into<String>,
    ) -> SourceConfig {
        SourceConfig {
            id: id.into(),
            name: name.into(),
            name_en: String::new(),
            protocol,
            address: address.into(),
            enabled: yes(),
            home: false,
            min_interval_ms: 0,
            concurrency: one(),
            timeout_s: fifteen(),
            page_size: fifty(),
            offset_base: 0,
            offset_counts: String::new(),
            segment: String::new(),
            without_or: false,
            total: String::new(),
            records: String::new(),
            success: String::new(),
            version: String::new(),
            schema: String::new(),
            indexes: Indexes::default(),
            access: Access::Open,
            key_page: String::new(),
            folds: false,
            syntax: String::new(),
            charset: String::new(),
            collection: String::new(),
            limit: 0,
            tenant: String::new(),
        }
    }
}

/// Index names of an SRU target, by field. Several names, separated by spaces, are combined with `or`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Indexes {
    /// all fields; `cql.serverChoice` if empty
    pub any: String,
    /// title; `dc.title` if empty
    pub title: String,
    /// creator; `dc.creator` if empty
    pub creator: String,
    /// subject; `dc.subject` if empty
    pub subject: String,
    /// ISBN; `bath.isbn` if empty
    pub isbn: String,
    /// ISSN; `bath.issn` if empty
    pub issn: String,
    /// date; if empty, years are not filtered, because many targets have no date index
    pub date: String,
    /// publisher; `dc.publisher` if empty
    pub publisher: String,
    /// title of the journal or host; the title's index if empty
    pub container: String,
}

fn yes() -> bool {
    true
}
fn one() -> usize {
    1
}
fn fifteen() -> f64 {
    15.0
}
fn fifty() -> u32 {
    50
}

/// A sources.toml: `[[source]]` tables.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// in the order in which they are shown and, other things equal, ranked
    #[serde(default)]
    pub source: Vec<SourceConfig>,
}

/// A part of a source's results.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// total number of hits; none while the source has not reported it
    pub hits: Option<u64>,
    /// in the source's order; `Record::source` is set
    pub records: Vec<Record>,
    /// recoverable problems of the response, for the log and the source's chip
    pub warnings: Vec<String>,
    /// clauses of the query that the source does not support, as the patron typed them
    pub dropped: Vec<String>,
    /// records that could not be parsed
    pub unread: Unparsed,
}

/// Records that could not be parsed, or that the source replaced by an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unparsed {
    /// how many
    pub records: u64,
    /// unsupported schema or syntax: `picaxml`, `grs-1`; empty when that is not the reason
    pub schema: String,
    /// error text of the source, cleaned and truncated; empty when it gives none
    pub said: String,
}

/// How the years of a query are named in [`Batch::dropped`]; none without years.
pub fn years_said(query: &Query) -> Option<String> {
    crate::term_tree::year_text(query)
}

/// A searchable source. One instance per source, shared; searches may run concurrently.
pub trait SearchSource: Send + Sync {
    /// Its configuration.
    fn config(&self) -> &SourceConfig;

    /// Searches, and streams the results page by page until `limit` records, the end, or an error (the
    /// last item then). Rate limits and deadlines are the connector's concern. Dropping the stream
    /// cancels the search and releases its connection.
    fn search(&self, query: &Query, limit: usize) -> BoxStream<'static, Result<Batch, NetError>>;
}
