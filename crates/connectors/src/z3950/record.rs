//! Reading the records of Z39.50, in whatever syntax they come. (`tests/fuzz` compiles this file by itself:
//! it names nothing but its neighbours and `hongyan_formats`.)

use hongyan_formats::marc::Charset;
use hongyan_formats::{Budget, Parsed, Warning, marc, read, sutrs};
use rasn::prelude::*;

use super::apdu::{Encoding, External, Text};
use super::opac;

/// Record syntaxes, below 1.2.840.10003.5.
pub(crate) const UNIMARC: &[u32] = &[1, 2, 840, 10003, 5, 1];
pub(crate) const USMARC: &[u32] = &[1, 2, 840, 10003, 5, 10];
pub(crate) const SUTRS: &[u32] = &[1, 2, 840, 10003, 5, 101];
pub(crate) const OPAC: &[u32] = &[1, 2, 840, 10003, 5, 102];
/// A tree without a schema: no record to us.
pub(crate) const GRS1: &[u32] = &[1, 2, 840, 10003, 5, 105];
pub(crate) const XML: &[u32] = &[1, 2, 840, 10003, 5, 109, 10];

/// A record, or in one word why there is none.
///
/// # Errors
/// `grs-1`, which is not read; `empty`; `record` for one that is broken.
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
    // one level only: a record in a record in a record is none
    let Encoding::Octets(bytes) = &bibliographic.encoding else { return Err("record") };
    let mut parsed = of_bytes(bytes, charset, budget)?;
    let in_charset = charset.unwrap_or(Charset::Utf8);
    let text = |octets: &[u8]| in_charset.decode(octets).0.into_owned();
    let marc = |bytes: &[u8]| {
        of_bytes(bytes, charset, budget).map(|parsed| parsed.record.holdings).unwrap_or_default()
    };
    let found = opac::holdings(&holdings, text, marc);
    // what it says of its own copies says more than the shelf marks in the record
    if !found.is_empty() {
        parsed.record.holdings = found;
    }
    if unread {
        parsed.warnings.push(Warning::new("holdings", "holdings that are not as the standard has them"));
    }
    Ok(parsed)
}

/// A string as one of the types that servers put it in.
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
