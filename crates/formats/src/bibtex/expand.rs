//! Abbreviations (`@string`) and inheritance (`crossref`, `xdata`), resolved here and within bounds: a file of
//! a few hundred bytes can name itself, or double itself a hundred times.

use std::collections::{HashMap, HashSet};

use biblatex::{Field, Pair, RawBibliography, RawChunk, RawEntry, Spanned};

use crate::{Budget, Fault, ReadError};

/// Abbreviations in abbreviations, parents of parents.
const MAX_DEPTH: usize = 100;
/// Bytes that one entry may get from abbreviations and parents.
const MAX_OF_ENTRY: usize = 100_000;
/// Bytes that all entries of a file may get so.
const MAX_OF_FILE: usize = 2_000_000;
/// Fields of one entry that are looked at.
const MAX_FIELDS: usize = 500;

/// What parents leave to their children, and what of it a title is called there.
const INHERITED: &[&str] = &[
    "author",
    "editor",
    "translator",
    "publisher",
    "location",
    "address",
    "date",
    "year",
    "edition",
    "volume",
    "number",
    "issue",
    "langid",
    "language",
    "series",
    "school",
    "institution",
    "organization",
    "isbn",
    "issn",
    "journal",
    "journaltitle",
    "booktitle",
    "maintitle",
];

/// Entries of a file with what they may refer to.
#[derive(Default)]
pub(super) struct File<'s> {
    /// byte of the file, and the entry
    pub entries: Vec<(usize, RawEntry<'s>)>,
    abbreviations: HashMap<String, Field<'s>>,
    keys: HashMap<&'s str, usize>,
}

/// What is left to be got from elsewhere.
pub(super) struct Allowance {
    file: usize,
    entry: usize,
}

impl Allowance {
    pub fn of_file() -> Allowance {
        Allowance { file: MAX_OF_FILE, entry: 0 }
    }

    fn take(&mut self, bytes: usize) -> Result<(), Fault> {
        let cost = bytes + 1;
        match (self.entry.checked_sub(cost), self.file.checked_sub(cost)) {
            (Some(entry), Some(file)) => {
                (self.entry, self.file) = (entry, file);
                Ok(())
            }
            _ => Err(Fault::TooLarge),
        }
    }
}

impl<'s> File<'s> {
    /// Adds what a part of the file holds, that begins at a byte of it.
    pub fn add(&mut self, part: RawBibliography<'s>, offset: usize) {
        for Pair { key, value } in part.abbreviations {
            self.abbreviations.insert(key.v.to_ascii_lowercase(), value.v);
        }
        for entry in part.entries {
            // of two with one key the first is meant
            self.keys.entry(entry.v.key.v).or_insert(self.entries.len());
            self.entries.push((offset + entry.span.start, entry.v));
        }
    }

    /// Every field of an entry, its own and what it inherits, as TeX with nothing left to look up. The names are
    /// in lower case; of several with one name the last counts.
    ///
    /// # Errors
    /// When it would get more from elsewhere than it may.
    pub fn fields(
        &self,
        at: usize,
        allowance: &mut Allowance,
        budget: &Budget,
    ) -> Result<HashMap<String, String>, ReadError> {
        allowance.entry = MAX_OF_ENTRY;
        let Some((offset, entry)) = self.entries.get(at) else { return Ok(HashMap::new()) };
        let mut fields = HashMap::new();
        for Pair { key, value } in entry.fields.iter().take(MAX_FIELDS) {
            budget.look(*offset)?;
            let text = self.text(&value.v, allowance).map_err(|fault| ReadError::over(*offset, fault))?;
            fields.insert(key.v.to_ascii_lowercase(), text);
        }
        let mut seen = HashSet::from([at]);
        self.inherit(entry, &mut fields, &mut seen, allowance)
            .map_err(|fault| ReadError::over(*offset, fault))?;
        Ok(fields)
    }

    /// Adds what the parents say, and theirs; nobody is asked twice.
    fn inherit(
        &self,
        child: &RawEntry<'s>,
        fields: &mut HashMap<String, String>,
        seen: &mut HashSet<usize>,
        allowance: &mut Allowance,
    ) -> Result<(), Fault> {
        let mut waiting = vec![child];
        while let Some(child) = waiting.pop()
            && seen.len() <= MAX_DEPTH
        {
            for Pair { key, value } in &child.fields {
                let data = key.v.eq_ignore_ascii_case("xdata");
                if !data && !key.v.eq_ignore_ascii_case("crossref") {
                    continue;
                }
                let keys = self.text(&value.v, allowance)?;
                for key in keys.split(',').map(str::trim) {
                    if let Some(at) = self.keys.get(key)
                        && seen.insert(*at)
                        && let Some((_, parent)) = self.entries.get(*at)
                    {
                        self.take_over(child, parent, data, fields, allowance)?;
                        waiting.push(parent);
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds the fields of one parent that the child has not.
    fn take_over(
        &self,
        child: &RawEntry<'s>,
        parent: &RawEntry<'s>,
        data: bool,
        fields: &mut HashMap<String, String>,
        allowance: &mut Allowance,
    ) -> Result<(), Fault> {
        for Pair { key, value } in parent.fields.iter().take(MAX_FIELDS) {
            allowance.take(key.v.len())?;
            let name = key.v.to_ascii_lowercase();
            let name = match name.as_str() {
                "crossref" | "xdata" | "ids" => continue,
                _ if data => name,
                "title" => title_in(child.kind.v, parent.kind.v).to_owned(),
                name if INHERITED.contains(&name) => name.to_owned(),
                _ => continue,
            };
            if !name.is_empty() && !fields.contains_key(&name) {
                let before = allowance.entry;
                let text = self.text(&value.v, allowance)?;
                // its own text was counted with the parent; here it is got from elsewhere
                allowance.take(text.len().saturating_sub(before - allowance.entry))?;
                fields.insert(name, text);
            }
        }
        Ok(())
    }

    /// A value with its abbreviations written out. One that means itself means nothing.
    fn text(&self, value: &Field<'s>, allowance: &mut Allowance) -> Result<String, Fault> {
        let mut out = String::new();
        // what is being written out, and how far
        let mut open: Vec<(Option<String>, &[Spanned<RawChunk<'s>>])> = vec![(None, value)];
        while let Some((_, rest)) = open.last_mut() {
            let left: &[Spanned<RawChunk<'s>>] = rest;
            let Some((chunk, after)) = left.split_first() else {
                open.pop();
                continue;
            };
            *rest = after;
            let outside = open.len() > 1;
            match chunk.v {
                RawChunk::Normal(text) => {
                    if outside {
                        allowance.take(text.len())?;
                    }
                    out.push_str(text);
                }
                RawChunk::Abbreviation(written) => {
                    allowance.take(written.len())?;
                    let name = written.to_ascii_lowercase();
                    let known = open.iter().any(|(open, _)| open.as_deref() == Some(name.as_str()));
                    match self.abbreviations.get(&name) {
                        Some(_) if known || open.len() > MAX_DEPTH => {}
                        Some(meant) => open.push((Some(name), meant)),
                        // of a style that is not here: the name says more than nothing
                        None => out.push_str(month(&name).unwrap_or(written)),
                    }
                }
            }
        }
        Ok(out)
    }
}

/// What the title of a parent is in its child: `booktitle` of a paper in proceedings; empty for nothing.
fn title_in(child: &str, parent: &str) -> &'static str {
    let (child, parent) = (child.to_ascii_lowercase(), parent.to_ascii_lowercase());
    match parent.as_str() {
        "periodical" if matches!(child.as_str(), "article" | "suppperiodical") => "journaltitle",
        _ if parent.starts_with("mv") && !child.starts_with("in") => "maintitle",
        "book" | "collection" | "proceedings" | "reference" | "inbook" | "mvbook" | "mvcollection"
        | "mvproceedings" | "mvreference"
            if child.starts_with("in")
                || matches!(child.as_str(), "bookinbook" | "suppbook" | "suppcollection" | "conference") =>
        {
            "booktitle"
        }
        _ => "",
    }
}

/// The abbreviations that every style of BibTeX knows.
fn month(name: &str) -> Option<&'static str> {
    Some(match name {
        "jan" => "January",
        "feb" => "February",
        "mar" => "March",
        "apr" => "April",
        "may" => "May",
        "jun" => "June",
        "jul" => "July",
        "aug" => "August",
        "sep" => "September",
        "oct" => "October",
        "nov" => "November",
        "dec" => "December",
        _ => return None,
    })
}
