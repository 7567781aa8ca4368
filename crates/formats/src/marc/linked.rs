//! Field 880: the same data in the original script. `245 $6880-02` and `880 $6245-02/$1` are linked.

use std::collections::{HashMap, HashSet};

use super::{Field, Marc};

/// The links of a record, indexed once, because there may be many long fields.
pub(super) struct Links<'a> {
    /// the 880 fields with the tag and occurrence that they link to, in the record's order
    originals: Vec<(&'a str, &'a str, Field<'a>)>,
    /// the first of them by tag and occurrence
    by_target: HashMap<(&'a str, &'a str), Field<'a>>,
    /// tag and occurrence of the fields that link to an 880
    partners: HashSet<(&'a str, &'a str)>,
}

impl<'a> Links<'a> {
    pub fn of(marc: &'a Marc<'_>) -> Links<'a> {
        let mut links = Links { originals: Vec::new(), by_target: HashMap::new(), partners: HashSet::new() };
        // fast path: most records have no 880
        if !marc.has("880") {
            return links;
        }
        for field in marc.fields() {
            let Some((tag, occurrence)) = field.sub('6').and_then(target) else { continue };
            if field.tag == "880" {
                links.originals.push((tag, occurrence, field));
                links.by_target.entry((tag, occurrence)).or_insert(field);
            } else if tag == "880" {
                links.partners.insert((field.tag, occurrence));
            }
        }
        links
    }

    /// The 880 linked with a field, if any; occurrence 00 means unlinked.
    pub fn original(&self, field: Field<'_>) -> Option<Field<'a>> {
        if self.by_target.is_empty() {
            return None;
        }
        let (tag, occurrence) = target(field.sub('6')?)?;
        if tag != "880" || occurrence == "00" {
            return None;
        }
        self.by_target.get(&(field.tag, occurrence)).copied()
    }

    /// The 880 fields for a tag without a romanised partner (`$6 245-00/$1`), or whose partner is
    /// missing.
    pub fn unlinked(&self, tag: &str) -> impl Iterator<Item = Field<'a>> {
        self.originals.iter().filter_map(move |(stands_for, occurrence, field)| {
            let alone = *occurrence == "00" || !self.partners.contains(&(*stands_for, *occurrence));
            (*stands_for == tag && alone).then_some(*field)
        })
    }
}

/// Tag and occurrence number of `880-02` or `245-02/$1/r`.
fn target(link: &str) -> Option<(&str, &str)> {
    let (tag, rest) = link.split_once('-')?;
    Some((tag.trim(), rest.split('/').next().unwrap_or_default().trim()))
}
