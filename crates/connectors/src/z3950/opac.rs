//! The OPAC record of Z39.50 (1.2.840.10003.5.102; ISO 23950:1998, appendix 5): a bibliographic record
//! with holdings. All tags are IMPLICIT.

use hongyan_model::holding::Holding;
use hongyan_model::text::clean;
use rasn::prelude::*;

use super::apdu::{Encoding, External, Text};

/// Maximum number of holdings per record.
const MAX: usize = 500;

/// A record and its holdings.
#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct OpacRecord {
    #[rasn(tag(context, 1))]
    pub bibliographic: Option<External>,
    #[rasn(tag(context, 2))]
    pub holdings: Option<Vec<HoldingsRecord>>,
}

/// The same with the holdings undecoded, for servers that encode them differently.
#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[non_exhaustive]
pub(crate) struct WithoutHoldings {
    #[rasn(tag(context, 1))]
    pub bibliographic: Option<External>,
}

/// A holding.
#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[rasn(choice)]
pub(crate) enum HoldingsRecord {
    /// in the MARC 21 format for holdings
    #[rasn(tag(context, 1))]
    Marc(External),
    #[rasn(tag(context, 2))]
    Data(Box<HoldingsAndCirculation>),
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct HoldingsAndCirculation {
    #[rasn(tag(context, 1))]
    pub type_of_record: Option<Text>,
    #[rasn(tag(context, 2))]
    pub encoding_level: Option<Text>,
    #[rasn(tag(context, 3))]
    pub format: Option<Text>,
    #[rasn(tag(context, 4))]
    pub receipt_status: Option<Text>,
    #[rasn(tag(context, 5))]
    pub retention: Option<Text>,
    #[rasn(tag(context, 6))]
    pub completeness: Option<Text>,
    #[rasn(tag(context, 7))]
    pub reported: Option<Text>,
    /// code of the library
    #[rasn(tag(context, 8))]
    pub nuc_code: Option<Text>,
    #[rasn(tag(context, 9))]
    pub local_location: Option<Text>,
    #[rasn(tag(context, 10))]
    pub shelving_location: Option<Text>,
    #[rasn(tag(context, 11))]
    pub call_number: Option<Text>,
    #[rasn(tag(context, 12))]
    pub shelving_data: Option<Text>,
    #[rasn(tag(context, 13))]
    pub copy_number: Option<Text>,
    #[rasn(tag(context, 14))]
    pub public_note: Option<Text>,
    #[rasn(tag(context, 15))]
    pub reproduction_note: Option<Text>,
    #[rasn(tag(context, 16))]
    pub terms_of_use: Option<Text>,
    #[rasn(tag(context, 17))]
    pub enumeration_and_chronology: Option<Text>,
    #[rasn(tag(context, 18))]
    pub volumes: Option<Vec<Volume>>,
    #[rasn(tag(context, 19))]
    pub circulation: Option<Vec<Circulation>>,
}

#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Volume {
    #[rasn(tag(context, 1))]
    pub enumeration: Option<Text>,
    #[rasn(tag(context, 2))]
    pub chronology: Option<Text>,
    #[rasn(tag(context, 3))]
    pub enumeration_and_chronology: Option<Text>,
}

/// A copy.
#[derive(AsnType, Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Circulation {
    #[rasn(tag(context, 1))]
    pub available_now: bool,
    #[rasn(tag(context, 2))]
    pub available_from: Option<Text>,
    #[rasn(tag(context, 3))]
    pub available_through: Option<Text>,
    #[rasn(tag(context, 4))]
    pub restrictions: Option<Text>,
    #[rasn(tag(context, 5))]
    pub item_id: Option<Text>,
    #[rasn(tag(context, 6))]
    pub renewable: bool,
    #[rasn(tag(context, 7))]
    pub on_hold: bool,
    #[rasn(tag(context, 8))]
    pub enumeration_and_chronology: Option<Text>,
    #[rasn(tag(context, 9))]
    pub midspine: Option<Text>,
    #[rasn(tag(context, 10))]
    pub temporary_location: Option<Text>,
}

/// Splits an OPAC record into its bibliographic record and holdings; the last value says whether the
/// holdings could not be decoded.
///
/// # Errors
/// `record` when the bytes are not an OPAC record, `empty` when it has no bibliographic record.
pub(super) fn parts(bytes: &[u8]) -> Result<(External, Vec<HoldingsRecord>, bool), &'static str> {
    if let Ok(whole) = rasn::ber::decode::<OpacRecord>(bytes) {
        let holdings = whole.holdings.unwrap_or_default();
        return Ok((whole.bibliographic.ok_or("empty")?, holdings, false));
    }
    let part: WithoutHoldings = rasn::ber::decode(bytes).map_err(|_| "record")?;
    Ok((part.bibliographic.ok_or("empty")?, Vec::new(), true))
}

/// Converts holdings; `text` decodes octets, `marc` parses a MARC holdings record.
pub(super) fn holdings(
    records: &[HoldingsRecord],
    text: impl Fn(&[u8]) -> String,
    marc: impl Fn(&[u8]) -> Vec<Holding>,
) -> Vec<Holding> {
    let mut found: Vec<Holding> = Vec::new();
    for record in records.iter().take(MAX) {
        match record {
            HoldingsRecord::Data(data) => found.push(holding(data, &text)),
            HoldingsRecord::Marc(External { encoding: Encoding::Octets(bytes), .. }) => {
                found.extend(marc(bytes))
            }
            HoldingsRecord::Marc(_) => {}
        }
    }
    found.retain(|holding| *holding != Holding::default());
    found.truncate(MAX);
    found
}

fn holding(data: &HoldingsAndCirculation, text: &impl Fn(&[u8]) -> String) -> Holding {
    let part = |octets: &Option<Text>| octets.as_ref().map(|octets| clean(&text(octets))).unwrap_or_default();
    let (place, shelf, code) =
        (part(&data.local_location), part(&data.shelving_location), part(&data.nuc_code));
    let copies = data.circulation.as_deref().unwrap_or_default();
    let library = if place.is_empty() { code } else { place };
    let available = (!copies.is_empty()).then(|| copies.iter().any(|copy| copy.available_now));
    Holding { library, location: shelf, call_number: part(&data.call_number), available }
}
