//! Record syntaxes that can be requested.

use rasn::types::ObjectIdentifier;

use super::{oid, record};
use crate::error::NetError;

/// A record syntax that can be requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// MARC 21
    Usmarc,
    /// UNIMARC, including CNMARC
    Unimarc,
    /// OPAC: a MARC record with holdings
    Opac,
    /// MARCXML, or other XML
    Xml,
    /// SUTRS: plain text
    Sutrs,
}

impl Syntax {
    /// In the order in which they are tried.
    pub const ALL: [Syntax; 5] = [Syntax::Usmarc, Syntax::Unimarc, Syntax::Xml, Syntax::Opac, Syntax::Sutrs];

    /// Parses the name in sources.toml: `usmarc` (`marc21`), `unimarc` (`cnmarc`), `opac`, `xml`,
    /// `sutrs`.
    pub fn named(name: &str) -> Option<Syntax> {
        match name.to_ascii_lowercase().as_str() {
            "usmarc" | "marc21" => Some(Syntax::Usmarc),
            "unimarc" | "cnmarc" => Some(Syntax::Unimarc),
            "opac" => Some(Syntax::Opac),
            "xml" | "marcxml" => Some(Syntax::Xml),
            "sutrs" => Some(Syntax::Sutrs),
            _ => None,
        }
    }

    /// `usmarc`, `unimarc`, `opac`, `xml`, `sutrs`
    pub fn name(self) -> &'static str {
        match self {
            Syntax::Usmarc => "usmarc",
            Syntax::Unimarc => "unimarc",
            Syntax::Opac => "opac",
            Syntax::Xml => "xml",
            Syntax::Sutrs => "sutrs",
        }
    }

    /// The object identifier.
    ///
    /// # Errors
    /// Does not fail: the arcs are constants.
    pub fn oid(self) -> Result<ObjectIdentifier, NetError> {
        oid(match self {
            Syntax::Usmarc => record::USMARC,
            Syntax::Unimarc => record::UNIMARC,
            Syntax::Opac => record::OPAC,
            Syntax::Xml => record::XML,
            Syntax::Sutrs => record::SUTRS,
        })
    }
}
