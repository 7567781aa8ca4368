//! Compares generated references with known correct ones.

use std::collections::BTreeMap;

use serde_json::Value;

use super::from_record::from_record;
use super::gbt7714::{Edition, entry};
use super::item::CslItem;

/// Category of a difference, by the least that has to be ignored to make the entries equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// only in capitals
    Case,
    /// only in punctuation and spaces
    Punctuation,
    /// only in numbers: dates, pages, volumes
    Numbers,
    /// in the words
    Words,
}

/// A reference that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// id of the item
    pub id: String,
    /// expected text
    pub expected: String,
    /// generated text
    pub got: String,
    /// category of the difference
    pub why: Why,
}

/// Result for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// number of pairs of item and expected entry
    pub total: usize,
    /// number of equal pairs
    pub equal: usize,
    /// the different pairs, in the order of the expected entries
    pub differences: Vec<Difference>,
}

/// How a citation comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// the item itself is cited
    Item,
    /// the item is read to a record, as from a source, and the record cited
    Work,
    /// the record is requested, and the request cited
    Request,
}

/// The item that is cited on a way; none for JSON that is not an item.
pub fn cited(value: &Value, way: Way) -> Option<CslItem> {
    let item = CslItem::from_json(value)?.with_note_variables();
    if way == Way::Item {
        return Some(item);
    }
    let record = crate::csl::read(value)?.record;
    // the day of access belongs to the record where it says one
    let today = jiff::civil::date(1970, 1, 1);
    if way == Way::Work {
        return Some(from_record(&record, &item.id, today));
    }
    let (id, now) = (hongyan_model::RequestId(Default::default()), jiff::Timestamp::UNIX_EPOCH);
    let draft = hongyan_model::Draft::from_record(&record, id, hongyan_model::Service::Copy, now);
    Some(from_record(&draft.record(), &item.id, today))
}

/// Compares references for a file of CSL-JSON items with a file of expected entries: an object `{id:
/// text}` or a list of `{"id", "expected"}`. An expected entry without an item counts as different.
///
/// # Errors
/// An English text when a file is not JSON of that shape.
pub fn compare(items: &str, expected: &str, edition: Edition, way: Way) -> Result<Comparison, String> {
    let items: Vec<Value> = serde_json::from_str(items).map_err(|error| format!("items: {error}"))?;
    let items: BTreeMap<String, CslItem> =
        items.iter().filter_map(|value| cited(value, way)).map(|item| (item.id.clone(), item)).collect();
    let pairs = pairs(serde_json::from_str(expected).map_err(|error| format!("expected: {error}"))?)?;
    let mut differences = Vec::new();
    let total = pairs.len();
    for (id, expected) in pairs {
        let got = items.get(&id).map(|item| entry(item, edition)).unwrap_or_default();
        if got != expected {
            let why = why(&expected, &got);
            differences.push(Difference { id, expected, got, why });
        }
    }
    Ok(Comparison { total, equal: total - differences.len(), differences })
}

fn pairs(expected: Value) -> Result<Vec<(String, String)>, String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let pairs: Option<Vec<(String, String)>> = match &expected {
        Value::Object(object) => object.iter().map(|(id, entry)| Some((id.clone(), text(entry)?))).collect(),
        Value::Array(list) => {
            list.iter().map(|pair| Some((text(pair.get("id")?)?, text(pair.get("expected")?)?))).collect()
        }
        _ => None,
    };
    pairs.ok_or_else(|| "expected: neither {id: text} nor [{id, expected}]".to_owned())
}

fn why(expected: &str, got: &str) -> Why {
    let same = |keep: &dyn Fn(&char) -> bool| {
        let lower = |text: &str| text.to_lowercase().chars().filter(|c| keep(c)).collect::<String>();
        lower(expected) == lower(got)
    };
    if same(&|_| true) {
        Why::Case
    } else if same(&|c| c.is_alphanumeric()) {
        Why::Punctuation
    } else if same(&|c| c.is_alphabetic()) {
        Why::Numbers
    } else {
        Why::Words
    }
}

#[cfg(test)]
mod tests {
    use super::{Way, Why, compare};
    use crate::cite::gbt7714::Edition;

    #[test]
    fn differences_have_a_reason() {
        let items = r#"[{"id":"a","type":"book","language":"zh","title":"雁行集","author":[{"literal":"林一舟"}],
            "publisher":"远山书社","publisher-place":"杭州","issued":{"date-parts":[["1998"]]}}]"#;
        let with = |expected: &str| {
            compare(items, &format!(r#"{{"a":"{expected}"}}"#), Edition::Y2015, Way::Item).unwrap()
        };
        assert_eq!(with("林一舟. 雁行集[M]. 杭州: 远山书社, 1998.").equal, 1);
        for (expected, why) in [
            ("林一舟. 雁行集[m]. 杭州: 远山书社, 1998.", Why::Case),
            ("林一舟. 雁行集[M]. 杭州：远山书社，1998.", Why::Punctuation),
            ("林一舟. 雁行集[M]. 杭州: 远山书社, 1999.", Why::Numbers),
            ("林一舟. 雁行集[M]. 苏州: 远山书社, 1998.", Why::Words),
        ] {
            assert_eq!(with(expected).differences[0].why, why, "{expected}");
        }
        let unknown =
            compare(items, r#"[{"id":"b","expected":"别的."}]"#, Edition::Y2025, Way::Item).unwrap();
        assert_eq!((unknown.total, unknown.equal), (1, 0));
        assert!(compare(items, "[1]", Edition::Y2015, Way::Item).is_err());
        assert!(compare("中", "{}", Edition::Y2015, Way::Item).is_err());
    }
}
