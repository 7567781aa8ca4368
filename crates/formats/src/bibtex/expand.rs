//! Expands abbreviations (`@string`) and inheritance (`crossref`, `xdata`) within limits: a file of a few
//! hundred bytes can refer to itself, or double its size a hundred times.

use std::collections::{HashMap, HashSet};

use biblatex::{Field, Pair, RawBibliography, RawChunk, RawEntry, Spanned};

use crate::{Budget, Fault, ReadError};

/// Maximum nesting of abbreviations, and of parents.
const MAX_DEPTH: usize = 100;
/// Maximum number of bytes that one entry may get by expansion.
const MAX_OF_ENTRY: usize = 100_000;
/// Maximum number of bytes that all entries of a file may get by expansion.
const MAX_OF_FILE: usize = 2_000_000;
/// Maximum number of fields of an entry that are read.
const MAX_FIELDS: usize = 500;

/// Fields that children inherit, and how a title is renamed.
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

/// The entries of a file with their references.
#[derive(Default)]
pub(super) struct File<'s> {
    /// byte offset in the file, and the entry
    pub entries: Vec<(usize, RawEntry<'s>)>,
    abbreviations: HashMap<String, Field<'s>>,
    keys: HashMap<&'s str, usize>,
}

/// What may still be expanded.
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
    /// Adds the entries of a part of the file that starts at a byte offset.
    pub fn add(&mut self, part: RawBibliography<'s>, offset: usize) {
        for Pair { key, value } in part.abbreviations {
            self.abbreviations.insert(key.v.to_ascii_lowercase(), value.v);
        }
        for entry in part.entries {
            // of two entries with the same key the first is used
            self.keys.entry(entry.v.key.v).or_insert(self.entries.len());
            self.entries.push((offset + entry.span.start, entry.v));
        }
    }

    /// Adds an entry whose text is not the file's, at its offset in the file.
    pub fn add_at(&mut self, part: RawBibliography<'s>, offset: usize) {
        let known = self.entries.len();
        self.add(part, offset);
        self.entries.iter_mut().skip(known).for_each(|(at, _)| *at = offset);
    }

    /// All fields of an entry, its own and inherited ones, as TeX with all references resolved. Names are
    /// in lower case; of several fields with one name the last is used.
    ///
    /// # Errors
    /// [`Fault`] when the expansion would exceed its limits.
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

    /// Adds the fields of all ancestors; visits each at most once.
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

    /// Adds the fields of one parent that the child lacks.
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
                // the field's own text was counted with the parent; here it counts as expanded
                allowance.take(text.len().saturating_sub(before - allowance.entry))?;
                fields.insert(name, text);
            }
        }
        Ok(())
    }

    /// Expands the abbreviations in a value. A cyclic one expands to nothing.
    fn text(&self, value: &Field<'s>, allowance: &mut Allowance) -> Result<String, Fault> {
        let mut out = String::new();
        // stack of values being expanded, with positions
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
                        // an abbreviation of a style file: its name is better than nothing
                        None => out.push_str(month(&name).unwrap_or(written)),
                    }
                }
            }
        }
        Ok(out)
    }
}

/// The field that a parent's title becomes in its child: `booktitle` for a paper in proceedings; empty if
/// not inherited.
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

/// The abbreviations that every BibTeX style defines.
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
