//! Record syntaxes: which are asked for, and reading what comes.

use hongyan_formats::marc::Charset;
use hongyan_formats::{Parsed, marc, read};
use rasn::types::ObjectIdentifier;

use super::apdu::{Encoding, External, OpacRecord};
use super::oid;
use crate::error::NetError;

/// A record syntax that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// MARC 21
    Usmarc,
    /// UNIMARC, CNMARC too
    Unimarc,
    /// a MARC record with holdings
    Opac,
    /// MARCXML or what the server has
    Xml,
}

impl Syntax {
    /// In the order in which they are tried.
    pub const ALL: [Syntax; 4] = [Syntax::Usmarc, Syntax::Unimarc, Syntax::Xml, Syntax::Opac];

    /// By its name in sources.toml: `usmarc` (`marc21`), `unimarc` (`cnmarc`), `opac`, `xml`.
    pub fn named(name: &str) -> Option<Syntax> {
        match name.to_ascii_lowercase().as_str() {
            "usmarc" | "marc21" => Some(Syntax::Usmarc),
            "unimarc" | "cnmarc" => Some(Syntax::Unimarc),
            "opac" => Some(Syntax::Opac),
            "xml" | "marcxml" => Some(Syntax::Xml),
            _ => None,
        }
    }

    /// `usmarc`, `unimarc`, `opac`, `xml`
    pub fn name(self) -> &'static str {
        match self {
            Syntax::Usmarc => "usmarc",
            Syntax::Unimarc => "unimarc",
            Syntax::Opac => "opac",
            Syntax::Xml => "xml",
        }
    }

    /// Below 1.2.840.10003.5, the record syntaxes of Z39.50.
    fn arcs(self) -> &'static [u32] {
        match self {
            Syntax::Usmarc => &[1, 2, 840, 10003, 5, 10],
            Syntax::Unimarc => &[1, 2, 840, 10003, 5, 1],
            Syntax::Opac => &[1, 2, 840, 10003, 5, 102],
            Syntax::Xml => &[1, 2, 840, 10003, 5, 109, 10],
        }
    }

    /// Its object identifier.
    ///
    /// # Errors
    /// Never in fact: the numbers are ours.
    pub fn oid(self) -> Result<ObjectIdentifier, NetError> {
        oid(self.arcs())
    }
}

/// Below 1.2.840.10003.5: text for a terminal, and a tree without a schema. Neither is a record to us.
const SUTRS: &[u32] = &[1, 2, 840, 10003, 5, 101];
const GRS1: &[u32] = &[1, 2, 840, 10003, 5, 105];

/// A record, or in one word why there is none.
///
/// # Errors
/// `sutrs` and `grs-1`, which are not read; `empty`; `record` for one that is broken.
pub(super) fn parsed(record: &External, charset: Option<Charset>) -> Result<Parsed, &'static str> {
    let arcs: Option<&[u32]> = record.direct.as_ref().map(|oid| oid.as_ref());
    match arcs {
        Some(SUTRS) => return Err("sutrs"),
        Some(GRS1) => return Err("grs-1"),
        _ => {}
    }
    let bytes: &[u8] = match &record.encoding {
        Encoding::Octets(bytes) => bytes,
        Encoding::Single(any) if arcs == Some(Syntax::Opac.arcs()) => {
            let opac: OpacRecord = rasn::ber::decode(any.as_bytes()).map_err(|_| "record")?;
            let inner = opac.bibliographic.ok_or("empty")?;
            // one level only: a record in a record in a record is none
            return match &inner.encoding {
                Encoding::Octets(bytes) => of_bytes(bytes, charset),
                _ => Err("record"),
            };
        }
        _ => return Err("record"),
    };
    of_bytes(bytes, charset)
}

fn of_bytes(bytes: &[u8], charset: Option<Charset>) -> Result<Parsed, &'static str> {
    if bytes.first().is_some_and(u8::is_ascii_digit) {
        return marc::parse_in(bytes, charset).next().ok_or("empty")?.map_err(|_| "record");
    }
    let mut first = None;
    let outcome = read::records(bytes, &mut |_, item| {
        first = Some(item);
        false
    });
    match (outcome, first) {
        (_, Some(Ok(parsed))) => Ok(parsed),
        (Ok(_), None) => Err("empty"),
        _ => Err("record"),
    }
}
