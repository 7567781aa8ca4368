//! Detects the MARC dialect of a record from its fields, because ISO 2709 does not declare it.

use super::{Field, Marc, char_at};

/// A MARC dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// MARC 21, including its predecessor USMARC
    Marc21,
    /// UNIMARC
    Unimarc,
    /// CNMARC 中国机读目录格式: the Chinese variant of UNIMARC
    Cnmarc,
    /// KORMARC: the Korean variant of MARC 21
    Kormarc,
}

impl Profile {
    /// `marc21`, `unimarc`, `cnmarc`, `kormarc`
    pub fn name(self) -> &'static str {
        match self {
            Profile::Marc21 => "marc21",
            Profile::Unimarc => "unimarc",
            Profile::Cnmarc => "cnmarc",
            Profile::Kormarc => "kormarc",
        }
    }
}

/// Namespace of the National Library of China's MARCXML.
pub const NLC_NAMESPACE: &str = "http://www.nlc.cn/";

/// Detects the dialect. The title field decides (200 or 245); records without one, such as authority
/// records and fragments, are classified by their coded fields.
pub fn detect(marc: &Marc) -> Profile {
    if marc.namespace.starts_with(NLC_NAMESPACE.trim_end_matches('/')) {
        return Profile::Cnmarc;
    }
    if unimarc(marc) {
        if chinese(marc) { Profile::Cnmarc } else { Profile::Unimarc }
    } else if korean(marc) {
        Profile::Kormarc
    } else {
        Profile::Marc21
    }
}

fn unimarc(marc: &Marc) -> bool {
    let titled = |tag| marc.first(tag).is_some_and(|field| field.sub('a').is_some());
    match (titled("200"), titled("245")) {
        (true, false) => true,
        (false, true) => false,
        // both or neither: UNIMARC's 100 starts with the date of entry, MARC 21's with a name
        _ => general_data(marc).is_some() && !marc.has("040"),
    }
}

/// UNIMARC 100 $a: 36 coded characters that begin with the date of entry.
pub(super) fn general_data<'a>(marc: &'a Marc<'_>) -> Option<&'a str> {
    let coded = marc.first("100")?.subfields().find(|(code, _)| *code == 'a')?.1;
    (coded.len() >= 8 && coded.chars().take(8).all(|c| c.is_ascii_digit())).then_some(coded)
}

fn chinese(marc: &Marc) -> bool {
    let catalogued_in: Option<String> =
        general_data(marc).map(|coded| coded.chars().skip(22).take(3).collect());
    let is =
        |tag: &str, code: char, value: &str| marc.all(tag).any(|field| field.subs(code).any(|v| v == value));
    catalogued_in.is_some_and(|language| language == "chi")
        || is("801", 'a', "CN")
        || is("101", 'a', "chi")
        || is("102", 'a', "CN")
        || marc.has("690") && marc.has("905")
}

/// Korean conventions in a record of the MARC 21 family: responsibility in 245 $d instead of $c, a KDC
/// number in 056, and a Korean language code or cataloguing agency.
fn korean(marc: &Marc) -> bool {
    let responsibility_in_d = |field: Field<'_>| field.sub('d').is_some() && field.sub('c').is_none();
    let habits = marc.has("056") || marc.first("245").is_some_and(responsibility_in_d);
    let coded = marc.first("008").map(|field| field.value()).unwrap_or_default();
    let language: String = (35..38).map(|position| char_at(coded, position)).collect();
    habits
        && (language == "kor"
            || marc.any(&["041"]).any(|field| field.subs('a').any(|v| v.starts_with("kor"))))
}
