//! The request body of NSTL: a form whose field `query` is JSON.

use serde::Serialize;

/// The query as the site's search page builds it. The meaning of the short names is not documented.
#[derive(Debug, Serialize)]
pub(super) struct Search<'a> {
    c: u32,
    st: &'a str,
    f: [&'a str; 0],
    p: &'a str,
    q: &'a [Term],
    op: &'a str,
    s: [&'a str; 4],
    t: &'a [&'a str],
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Term {
    /// field code; empty for all fields
    pub k: String,
    /// words
    pub v: String,
    pub e: u8,
    /// operator towards the conditions before it: `AND`, `OR`, `NOT`
    pub o: &'static str,
    /// 0: contains, 1: equals
    pub a: u8,
}

impl Search<'_> {
    pub fn new<'a>(terms: &'a [Term], types: &'a [&'a str]) -> Search<'a> {
        Search {
            c: 10,
            st: "",
            f: [],
            p: "",
            q: terms,
            op: "AND",
            s: ["nstl", "haveAbsAuK:desc", "yea:desc", "score"],
            t: types,
        }
    }
}
