//! The request body of 联合目录.

use serde::Serialize;

/// Body of a search, as the catalogue's own page sends it.
#[derive(Debug, Serialize)]
pub(super) struct Search<'a> {
    pub offset: u64,
    pub limit: u32,
    /// base64 of the CQL in UTF-8
    pub query: String,
    pub sortkey: &'a str,
    pub lang: &'a str,
}
