//! The outside of a JSON response whose exact shape nobody documents: where its list of records, its number
//! of hits and its status word stand. [`look`] describes what is there; [`rearrange`] moves it to where a
//! parser expects it, when the configuration of the source says that it is elsewhere.

use hongyan_model::text::{clean, clip};
use serde_json::{Map, Value};

use crate::{Budget, ReadError, json};

/// JSON pointers (RFC 6901) to the parts of a response; an empty one is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Places<'a> {
    /// the list of records
    pub records: &'a str,
    /// the number of hits
    pub total: &'a str,
    /// the status word
    pub status: &'a str,
    /// the status word that means success
    pub success: &'a str,
}

/// Moves the parts of a response from `given` to `usual`. A part whose place is not in `given`, or that is
/// not there, stays as it is; a status word other than `given.success` does, too.
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or exceed the budget.
pub fn rearrange(
    bytes: &[u8],
    given: &Places<'_>,
    usual: &Places<'_>,
    budget: &Budget,
) -> Result<Vec<u8>, ReadError> {
    let mut answer = json::open(bytes, budget)?;
    for (from, to) in [(given.records, usual.records), (given.total, usual.total)] {
        if !from.is_empty() && from != to {
            let value = answer.pointer_mut(from).map(Value::take);
            value.into_iter().for_each(|value| put(&mut answer, to, value));
        }
    }
    let said = json::at(&answer, usual.status);
    if !given.success.is_empty() && said == given.success {
        let word = usual.success.parse::<u64>().map_or_else(|_| usual.success.into(), Value::from);
        put(&mut answer, usual.status, word);
    }
    serde_json::to_vec(&answer).map_err(|error| ReadError::at(0, format!("not JSON again: {error}")))
}

/// Sets the value under a pointer of member names; what is no object on the way becomes one.
fn put(root: &mut Value, pointer: &str, value: Value) {
    let mut place = root;
    for name in pointer.split('/').skip(1) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(members) = place else { return };
        place = members.entry(name.to_owned()).or_insert(Value::Null);
    }
    *place = value;
}

/// A list in a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// JSON pointer
    pub place: String,
    /// number of items
    pub items: usize,
    /// names in the items with the number of items that have them, sorted by name: members of objects, and
    /// the `f` of rows of `{f, v}` pairs
    pub names: Vec<(String, usize)>,
}

/// What stands in a response outside its records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// lists of objects or rows, the longest first; lists inside of them are not looked for
    pub lists: Vec<List>,
    /// JSON pointer and value of each number with a name like `total`, the likeliest first
    pub counts: Vec<(String, u64)>,
}

/// Maximum depth at which lists and numbers are looked for.
const DEEP: usize = 4;
/// Maximum number of lists, numbers, and names in a list.
const MANY: usize = 100;

/// Describes a JSON response.
///
/// # Errors
/// [`ReadError`] when the bytes are not JSON, or exceed the budget.
pub fn look(bytes: &[u8], budget: &Budget) -> Result<Look, ReadError> {
    let answer = json::open(bytes, budget)?;
    let mut look = Look::default();
    walk(&answer, "", 0, &mut look);
    // facets are short lists beside the records
    look.lists.sort_by_key(|list| std::cmp::Reverse(list.items));
    look.counts.sort_by_key(|(place, _)| rank(place));
    Ok(look)
}

fn walk(value: &Value, place: &str, depth: usize, look: &mut Look) {
    match value {
        Value::Array(items)
            if look.lists.len() < MANY && items.iter().any(|item| item.is_object() || item.is_array()) =>
        {
            look.lists.push(List { place: place.to_owned(), items: items.len(), names: names(items) });
        }
        Value::Object(members) if depth < DEEP => {
            for (name, value) in members.iter().filter(|(name, _)| is_name(name)) {
                let place = format!("{place}/{name}");
                match json::count(value) {
                    Some(count) if rank(&place) < WORDS.len() && look.counts.len() < MANY => {
                        look.counts.push((place, count));
                    }
                    _ => walk(value, &place, depth + 1, look),
                }
            }
        }
        _ => {}
    }
}

/// Words in the names of a number of hits, the likeliest first.
const WORDS: [&str; 7] = ["total", "hits", "numfound", "found", "rowcount", "count", "num"];

/// How likely the place holds the number of hits; smaller is likelier.
fn rank(place: &str) -> usize {
    let name = place.rsplit('/').next().unwrap_or(place).to_ascii_lowercase();
    // the number of pages is not the number of hits
    if name.contains("page") {
        return WORDS.len();
    }
    WORDS.iter().position(|word| name.contains(word)).unwrap_or(WORDS.len())
}

fn names(items: &[Value]) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for item in items {
        let names: std::collections::BTreeSet<&str> = match item {
            Value::Object(members) => members.keys().map(String::as_str).collect(),
            Value::Array(pairs) => {
                pairs.iter().filter_map(|pair| pair.get("f").and_then(Value::as_str)).collect()
            }
            _ => continue,
        };
        for name in names.into_iter().filter(|name| is_name(name)) {
            if counts.len() < MANY || counts.contains_key(name) {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    counts.into_iter().map(|(name, count)| (clip(&clean(name), 60), count)).collect()
}

/// Whether a name can stand in a pointer and in a report as it is.
fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || "_-.:@".contains(c);
    !name.is_empty() && name.len() <= 60 && name.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Places<'static> =
        Places { records: "/data/content", total: "/data/total", status: "/code", success: "200" };

    #[test]
    fn what_stands_elsewhere_is_moved() {
        let answer = r#"{"code":"ok","result":{"rows":[{"string_title":"壮族文学史"}],"hits":"7"}}"#;
        let given = Places { records: "/result/rows", total: "/result/hits", status: "", success: "ok" };
        let moved = rearrange(answer.as_bytes(), &given, &USUAL, &Budget::answer()).unwrap();
        let page = crate::yidu::parse(&moved, "/data/total", &Budget::answer()).unwrap();
        assert!(page.ok());
        assert_eq!((page.total, page.records.len()), (Some(7), 1));
        assert_eq!(page.records.first().unwrap().record.title, "壮族文学史");
        // another word is no success
        let failed = answer.replace("\"ok\"", "\"500\"");
        let moved = rearrange(failed.as_bytes(), &given, &USUAL, &Budget::answer()).unwrap();
        assert!(!crate::yidu::parse(&moved, "/data/total", &Budget::answer()).unwrap().ok());
    }

    #[test]
    fn what_is_there_is_named() {
        let answer = r#"{"code":200,"result":{"pageCount":3,"rowCount":9,"totalElements":25,"facets":[{"n":1}],
            "rows":[{"题名":"红楼梦","id":1},{"题名":"三国","<b>":2}]}}"#;
        let look = look(answer.as_bytes(), &Budget::answer()).unwrap();
        let counts: Vec<_> = look.counts.iter().map(|(place, n)| (place.as_str(), *n)).collect();
        assert_eq!(counts, [("/result/totalElements", 25), ("/result/rowCount", 9)]);
        let list = look.lists.first().unwrap();
        assert_eq!((list.place.as_str(), list.items), ("/result/rows", 2));
        assert_eq!(list.names, [("id".to_owned(), 1), ("题名".to_owned(), 2)]);
        let pairs = r#"{"data":[[{"f":"tit","v":["中国"]},{"f":"yea","v":1998}]]}"#;
        let look = super::look(pairs.as_bytes(), &Budget::answer()).unwrap();
        assert_eq!(look.lists.first().unwrap().names, [("tit".to_owned(), 1), ("yea".to_owned(), 1)]);
    }
}
