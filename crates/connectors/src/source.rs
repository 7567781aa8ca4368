//! A search source: something that can be asked and answers with records.

use futures_util::stream::BoxStream;
use hongyan_model::{Query, Record};
use serde::{Deserialize, Serialize};

use crate::error::NetError;

/// Which connector speaks to a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// CALIS 联合目录 OPAC, JSON with a base64 CQL query
    Opac2,
    /// CALIS e读, JSON
    Yidu,
    /// SRU 1.1/1.2/2.0
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
    /// no interface for programs: the search page opens in the browser with the query filled in
    Page,
}

/// What a source wants before it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// nothing
    #[default]
    Open,
    /// answers without a key, better with one
    Optional,
    /// a key that the patron gets from the owner
    Key,
    /// a user name and a password
    Account,
}

/// What the patron entered for a source. Never logged, never in `Debug`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Credentials {
    /// user name; empty with [`Access::Key`]
    pub user: String,
    /// key or password
    pub secret: String,
    /// group of a Z39.50 account; mostly empty
    pub group: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// One source, as it stands in sources.toml (docs/SOURCES.md explains the file).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SourceConfig {
    /// short name, `[a-z0-9-]+`, also `Record::source`
    pub id: String,
    /// 简体 name
    pub name: String,
    /// English name; the Chinese one where empty
    #[serde(default)]
    pub name_en: String,
    /// connector
    pub protocol: Protocol,
    /// base address: `https://opac2.calis.edu.cn`, `http://host:210/db`, `z3950://host:210/db`; of a
    /// page, the address of a search with `{query}` where the words go
    pub address: String,
    /// searched unless the patron switches it off
    #[serde(default = "yes")]
    pub enabled: bool,
    /// the patron's own library: a hit here means 本馆有藏
    #[serde(default)]
    pub home: bool,
    /// milliseconds between the starts of two requests to the host
    #[serde(default)]
    pub min_interval_ms: u64,
    /// requests in flight at once
    #[serde(default = "one")]
    pub concurrency: usize,
    /// hard deadline of one request, seconds
    #[serde(default = "fifteen")]
    pub timeout_s: f64,
    /// records asked for at once
    #[serde(default = "fifty")]
    pub page_size: u32,
    /// opac2 and yidu: what `offset` starts from, 0 or 1 (reports differ)
    #[serde(default)]
    pub offset_base: u32,
    /// yidu: where the number of hits stands in the answer, as a JSON pointer; `/data/total` where empty
    #[serde(default)]
    pub total: String,
    /// SRU: version to ask for: `1.1`, `1.2`, `2.0`; 1.2 where empty
    #[serde(default)]
    pub version: String,
    /// SRU: record schema to ask for: `marcxml`, `dc`; empty takes what comes
    #[serde(default)]
    pub schema: String,
    /// SRU and opac2: index names by field; Dublin Core and Bath names where empty. Z39.50: Bib-1 use
    /// attributes by field, as numbers
    #[serde(default)]
    pub indexes: Indexes,
    /// what it wants before it answers
    #[serde(default)]
    pub access: Access,
    /// page of the owner where a key or an account is asked for; may be empty
    #[serde(default)]
    pub key_page: String,
    /// finds 简体, 繁體 and 日本漢字 alike, so that one form need be asked
    #[serde(default)]
    pub folds: bool,
    /// Z39.50: record syntax to ask for (`usmarc`, `unimarc`, `xml`, `opac`, `sutrs`); empty: the best
    /// that the target has
    #[serde(default)]
    pub syntax: String,
    /// Z39.50: character set of its records and queries (`utf-8`, `gb18030`, `marc-8`, `euc-kr`); empty:
    /// found out from the records, and queries go as UTF-8
    #[serde(default)]
    pub charset: String,
    /// Reader API: name of the collection: `etd`, `rbsc`, `ccc`, `cashl`, `eduread`, `union`. RISS: `type`:
    /// `A` `T` `U` `F` `S` `O`
    #[serde(default)]
    pub collection: String,
    /// records asked of it in one search; as many as of the others where 0
    #[serde(default)]
    pub limit: u32,
    /// Reader API: tenant id of the library, `a001962`
    #[serde(default)]
    pub tenant: String,
}

impl SourceConfig {
    /// A source with nothing unusual in it, as a file with these four keys gives it.
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
            total: String::new(),
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

/// CQL index names of an SRU target. Several names with spaces between are asked with `or`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Indexes {
    /// anywhere; `cql.serverChoice` where empty
    pub any: String,
    /// title; `dc.title` where empty
    pub title: String,
    /// creator; `dc.creator` where empty
    pub creator: String,
    /// subject; `dc.subject` where empty
    pub subject: String,
    /// ISBN; `bath.isbn` where empty
    pub isbn: String,
    /// ISSN; `bath.issn` where empty
    pub issn: String,
    /// date; where empty the target is not asked for years (many do not know a date index)
    pub date: String,
    /// publisher; `dc.publisher` where empty
    pub publisher: String,
    /// title of the journal or host; the title's index where empty
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

/// A file of sources: `[[source]]` tables.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// in the order they are shown and, other things equal, ranked
    #[serde(default)]
    pub source: Vec<SourceConfig>,
}

/// A part of a source's answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// how many the source says it has; none while it does not say
    pub hits: Option<u64>,
    /// in the source's order; `Record::source` is set
    pub records: Vec<Record>,
    /// what was wrong with the answer but could be read around, for the log and the chip
    pub warnings: Vec<String>,
    /// parts of the query that the source could not be asked, as the patron wrote them
    pub dropped: Vec<String>,
    /// what it sent and is not among the records
    pub unread: Unread,
}

/// What a source sent in place of records, or as records that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unread {
    /// how many
    pub records: u64,
    /// the schema or syntax that nobody here reads: `picaxml`, `grs-1`; empty when that is not why
    pub schema: String,
    /// what the source says about it, in its own words, cleaned and cut; empty when it says nothing
    pub said: String,
}

/// How the years of a query stand in [`Batch::dropped`] where a source could not be asked for them; none
/// without years.
pub fn years_said(query: &Query) -> Option<String> {
    crate::question::year_text(query)
}

/// Something that can be searched. One per source, shared; cheap to call concurrently.
pub trait SearchSource: Send + Sync {
    /// What it is.
    fn config(&self) -> &SourceConfig;

    /// Asks, and streams what comes, page by page, until `limit` records, the end, or an error (the
    /// last item then). Limits, spacing and the deadline of a request are the connector's business.
    /// Dropping the stream cancels at once and frees the connection.
    fn search(&self, query: &Query, limit: usize) -> BoxStream<'static, Result<Batch, NetError>>;
}
