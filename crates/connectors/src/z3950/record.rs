//! Parses Z39.50 records of any supported syntax. (`tests/fuzz` compiles this file alone, so it depends
//! on nothing but its neighbours and `hongyan_formats`.)

use hongyan_formats::marc::Charset;
use hongyan_formats::{Budget, Parsed, Warning, marc, read, sutrs};
use rasn::prelude::*;

use super::apdu::{Encoding, External, Text};
use super::opac;

/// Record syntaxes, object identifiers below 1.2.840.10003.5.
pub(crate) const UNIMARC: &[u32] = &[1, 2, 840, 10003, 5, 1];
pub(crate) const USMARC: &[u32] = &[1, 2, 840, 10003, 5, 10];
pub(crate) const SUTRS: &[u32] = &[1, 2, 840, 10003, 5, 101];
pub(crate) const OPAC: &[u32] = &[1, 2, 840, 10003, 5, 102];
/// A generic tree without a schema: not supported.
pub(crate) const GRS1: &[u32] = &[1, 2, 840, 10003, 5, 105];
pub(crate) const XML: &[u32] = &[1, 2, 840, 10003, 5, 109, 10];

/// Parses a record, or returns in one word why that is impossible.
///
/// # Errors
/// `grs-1` for that unsupported syntax; `empty`; `record` for an invalid one.
pub(super) fn parsed(
    record: &External,
    charset: Option<Charset>,
    budget: &Budget,
) -> Result<Parsed, &'static str> {
    let arcs: Option<&[u32]> = record.direct.as_ref().map(|oid| oid.as_ref());
    match (arcs, &record.encoding) {
        (Some(GRS1), _) => Err("grs-1"),
        (Some(SUTRS), encoding) => {
            let text = octets(encoding).ok_or("record")?;
            sutrs::parse(&text, charset, budget).map_err(|_| "empty")
        }
        (Some(OPAC), Encoding::Single(any)) => with_holdings(any.as_bytes(), charset, budget),
        (_, Encoding::Octets(bytes)) => of_bytes(bytes, charset, budget),
        _ => Err("record"),
    }
}

fn with_holdings(bytes: &[u8], charset: Option<Charset>, budget: &Budget) -> Result<Parsed, &'static str> {
    let (bibliographic, holdings, unread) = opac::parts(bytes)?;
    // one level only: no OPAC record inside another
    let Encoding::Octets(bytes) = &bibliographic.encoding else { return Err("record") };
    let mut parsed = of_bytes(bytes, charset, budget)?;
    let in_charset = charset.unwrap_or(Charset::Utf8);
    let text = |octets: &[u8]| in_charset.decode(octets).0.into_owned();
    let marc = |bytes: &[u8]| {
        of_bytes(bytes, charset, budget).map(|parsed| parsed.record.holdings).unwrap_or_default()
    };
    let found = opac::holdings(&holdings, text, marc);
    // the holdings are more precise than the call numbers in the bibliographic record
    if !found.is_empty() {
        parsed.record.holdings = found;
    }
    if unread {
        parsed.warnings.push(Warning::new("holdings", "holdings that are not as the standard has them"));
    }
    Ok(parsed)
}

/// A string in one of the ASN.1 types that servers use for it.
#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
enum AnyString {
    #[rasn(tag(universal, 27))]
    General(Text),
    #[rasn(tag(universal, 26))]
    Visible(Text),
    #[rasn(tag(universal, 25))]
    Graphic(Text),
    #[rasn(tag(universal, 12))]
    Utf8(Text),
    #[rasn(tag(universal, 4))]
    Octets(Text),
}

fn octets(encoding: &Encoding) -> Option<Text> {
    match encoding {
        Encoding::Octets(bytes) => Some(bytes.clone()),
        Encoding::Single(any) => match rasn::ber::decode(any.as_bytes()).ok()? {
            AnyString::General(text)
            | AnyString::Visible(text)
            | AnyString::Graphic(text)
            | AnyString::Utf8(text)
            | AnyString::Octets(text) => Some(text),
        },
        Encoding::Arbitrary(_) => None,
    }
}

fn of_bytes(bytes: &[u8], charset: Option<Charset>, budget: &Budget) -> Result<Parsed, &'static str> {
    if bytes.first().is_some_and(u8::is_ascii_digit) {
        return marc::parse_in(bytes, charset, budget).next().ok_or("empty")?.map_err(|_| "record");
    }
    let mut first = None;
    let outcome = read::records(
        bytes,
        &mut |_, item| {
            first = Some(item);
            false
        },
        budget,
    );
    match (outcome, first) {
        (_, Some(Ok(parsed))) => Ok(parsed),
        (Ok(_), None) => Err("empty"),
        _ => Err("record"),
    }
}
