//! A work in the Citation Style Language (CSL 1.0.2): the variables from which every style, RIS and
//! BibTeX are written.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A name. Chinese, Japanese, Korean and corporate names are stored as one `literal`; others are split
/// into parts, so that a style can invert and abbreviate them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// the whole name; empty when it is split
    pub literal: String,
    /// `Knuth`
    pub family: String,
    /// `Donald E.`
    pub given: String,
    /// `van der`, when it sorts with the given name
    pub dropping: String,
    /// `van der`, when it belongs to the family name
    pub particle: String,
    /// `Jr.`
    pub suffix: String,
}

impl Name {
    /// A name in one part.
    pub fn literal(name: impl Into<String>) -> Name {
        Name { literal: name.into(), ..Name::default() }
    }

    /// A name with family and given name.
    pub fn divided(family: impl Into<String>, given: impl Into<String>) -> Name {
        Name { family: family.into(), given: given.into(), ..Name::default() }
    }

    /// Whether the name is in one part.
    pub fn is_literal(&self) -> bool {
        !self.literal.is_empty()
    }

    /// `Knuth, Donald E.`, or the literal name.
    pub fn inverted(&self) -> String {
        if self.is_literal() {
            return self.literal.clone();
        }
        let family = spaced(&[&self.particle, &self.family]);
        let given = spaced(&[&self.given, &self.dropping]);
        [family, given, self.suffix.clone()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn from_json(value: &Value) -> Option<Name> {
        let text = |key: &str| value.get(key).and_then(scalar).unwrap_or_default();
        let name = Name {
            literal: text("literal"),
            family: text("family"),
            given: text("given"),
            dropping: text("dropping-particle"),
            particle: text("non-dropping-particle"),
            suffix: text("suffix"),
        };
        (name != Name::default()).then_some(name)
    }

    fn to_json(&self) -> Value {
        let parts = [
            ("literal", &self.literal),
            ("family", &self.family),
            ("given", &self.given),
            ("dropping-particle", &self.dropping),
            ("non-dropping-particle", &self.particle),
            ("suffix", &self.suffix),
        ];
        let filled = parts.into_iter().filter(|(_, text)| !text.is_empty());
        Value::Object(filled.map(|(key, text)| (key.to_owned(), json!(text))).collect())
    }
}

/// A year, with month and day as far as known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Day {
    /// negative for years BC
    pub year: i32,
    /// 1 … 12
    pub month: Option<u8>,
    /// 1 … 31
    pub day: Option<u8>,
}

impl Day {
    /// ISO 8601 as far as known: `2002-07-01`, `2002-07`, `2002`.
    pub fn iso(self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{}-{month:02}-{day:02}", self.year),
            (Some(month), None) => format!("{}-{month:02}", self.year),
            _ => self.year.to_string(),
        }
    }

    fn from_json(value: &Value) -> Option<Day> {
        let mut parts = value.as_array()?.iter().map(|part| scalar(part)?.trim().parse::<i32>().ok());
        let year = parts.next()??;
        let mut within = |most: i32| {
            let number = parts.next().flatten().filter(|n| (1..=most).contains(n))?;
            u8::try_from(number).ok()
        };
        let month = within(12);
        let day = within(31).filter(|_| month.is_some());
        Some(Day { year, month, day })
    }

    fn to_json(self) -> Value {
        let parts = [self.month, self.day].into_iter().map_while(|part| part.map(i32::from));
        Value::Array(std::iter::once(self.year).chain(parts).map(|n| json!(n)).collect())
    }
}

/// A date or a range of dates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CslDate {
    /// first or only day; none when there is only a literal
    pub start: Option<Day>,
    /// last day of a range
    pub end: Option<Day>,
    /// whether the year is an estimate
    pub circa: bool,
    /// as written, when it contains no year
    pub literal: String,
}

impl CslDate {
    /// A date with a year only.
    pub fn year(year: i32) -> CslDate {
        CslDate::day(Day { year, ..Day::default() })
    }

    /// A date with one day.
    pub fn day(day: Day) -> CslDate {
        CslDate { start: Some(day), ..CslDate::default() }
    }

    fn from_json(value: &Value) -> Option<CslDate> {
        let parts = value.get("date-parts").and_then(Value::as_array);
        let mut days = parts.into_iter().flatten().map(Day::from_json);
        let start = days.next().flatten();
        let written = ["literal", "raw"].into_iter().find_map(|key| value.get(key).and_then(scalar));
        let date = CslDate {
            start: start.or_else(|| written.as_deref().and_then(read_day)),
            end: days.next().flatten(),
            circa: value.get("circa").is_some_and(|circa| !matches!(circa, Value::Null | Value::Bool(false))),
            literal: written.filter(|_| start.is_none()).unwrap_or_default(),
        };
        (date != CslDate::default()).then_some(date)
    }

    fn to_json(&self) -> Value {
        let mut object = Map::new();
        if let Some(start) = self.start {
            let days = std::iter::once(start).chain(self.end).map(Day::to_json).collect();
            object.insert("date-parts".into(), Value::Array(days));
        } else {
            object.insert("literal".into(), json!(self.literal));
        }
        if self.circa {
            object.insert("circa".into(), json!(true));
        }
        Value::Object(object)
    }
}

/// Parses `2002-07-01`, `2002-07` or whatever [`hongyan_model::record::year_of`] accepts.
pub fn read_day(text: &str) -> Option<Day> {
    let year = hongyan_model::record::year_of(text)?;
    let mut parts = text.trim().split(['-', '/', '.']).map(str::parse::<i32>);
    if parts.next() != Some(Ok(year)) {
        return Some(Day { year, ..Day::default() });
    }
    let mut within = |most: i32| {
        parts
            .next()
            .and_then(Result::ok)
            .filter(|n| (1..=most).contains(n))
            .and_then(|n| u8::try_from(n).ok())
    };
    let month = within(12);
    let day = within(31).filter(|_| month.is_some());
    Some(Day { year, month, day })
}

/// A work as CSL models it: a type, and variables by their CSL names (`container-title`, `DOI` …).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CslItem {
    /// unique in its list
    pub id: String,
    /// CSL type: `book`, `article-journal` …
    pub kind: String,
    /// standard and number variables; never empty
    pub texts: BTreeMap<String, String>,
    /// name variables; never empty
    pub names: BTreeMap<String, Vec<Name>>,
    /// date variables
    pub dates: BTreeMap<String, CslDate>,
}

impl CslItem {
    /// An item without variables.
    pub fn new(id: impl Into<String>, kind: impl Into<String>) -> CslItem {
        CslItem { id: id.into(), kind: kind.into(), ..CslItem::default() }
    }

    /// A standard variable; empty when not set.
    pub fn text(&self, variable: &str) -> &str {
        self.texts.get(variable).map(String::as_str).unwrap_or_default()
    }

    /// A name variable; empty when not set.
    pub fn people(&self, variable: &str) -> &[Name] {
        self.names.get(variable).map(Vec::as_slice).unwrap_or_default()
    }

    /// A date variable.
    pub fn date(&self, variable: &str) -> Option<&CslDate> {
        self.dates.get(variable)
    }

    /// First day of a date variable.
    pub fn day(&self, variable: &str) -> Option<Day> {
        self.date(variable).and_then(|date| date.start)
    }

    /// Whether the variable is set.
    pub fn has(&self, variable: &str) -> bool {
        !self.text(variable).is_empty()
    }

    /// Sets a standard variable, unless the text is blank.
    pub fn set(&mut self, variable: &str, text: impl Into<String>) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.texts.insert(variable.to_owned(), text);
        }
    }

    /// Parses CSL-JSON. Values of the wrong type are dropped; unknown variables are kept.
    pub fn from_json(value: &Value) -> Option<CslItem> {
        let object = value.as_object()?;
        let mut item = CslItem::default();
        for (key, value) in object {
            match (key.as_str(), value) {
                ("id", id) => item.id = scalar(id).unwrap_or_default(),
                ("type", kind) => item.kind = scalar(kind).unwrap_or_default(),
                (_, Value::Array(list)) => {
                    let names: Vec<Name> = list.iter().filter_map(Name::from_json).collect();
                    if !names.is_empty() {
                        item.names.insert(key.clone(), names);
                    }
                }
                (_, Value::Object(_)) => {
                    if let Some(date) = CslDate::from_json(value) {
                        item.dates.insert(key.clone(), date);
                    }
                }
                _ => item.set(key, scalar(value).unwrap_or_default()),
            }
        }
        Some(item)
    }

    /// Serialises to CSL-JSON.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("id".into(), json!(self.id));
        object.insert("type".into(), json!(self.kind));
        for (key, text) in &self.texts {
            object.insert(key.clone(), json!(text));
        }
        for (key, names) in &self.names {
            object.insert(key.clone(), names.iter().map(Name::to_json).collect());
        }
        for (key, date) in &self.dates {
            object.insert(key.clone(), date.to_json());
        }
        Value::Object(object)
    }

    /// Moves variables from the note to their places, as reference managers write them there (`page: 12`,
    /// `type: map`, one per line). Stops at the first other line, except that the first line may be free
    /// text.
    pub fn with_note_variables(mut self) -> CslItem {
        for (index, line) in self.text("note").to_owned().lines().enumerate() {
            let Some((key, text)) = line.split_once(':').filter(|(key, _)| is_variable(key)) else {
                if index == 0 {
                    continue;
                }
                break;
            };
            let text = text.trim();
            match key {
                "type" => self.kind = text.to_owned(),
                "issued" => self.extend_range(text),
                _ if !self.has(key) => self.set(key, text),
                _ => {}
            }
        }
        self
    }

    /// `1957/1990` sets the end of the range of the publication date.
    fn extend_range(&mut self, text: &str) {
        if let (Some((_, end)), Some(issued)) = (text.split_once('/'), self.dates.get_mut("issued"))
            && let Ok(year) = end.trim().parse()
        {
            issued.end = Some(Day { year, ..Day::default() });
        }
    }
}

fn is_variable(key: &str) -> bool {
    !key.is_empty()
        && (key.chars().all(|c| c.is_ascii_uppercase())
            || key.chars().all(|c| c.is_ascii_lowercase() || "-_".contains(c)))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Joins the non-empty parts with spaces.
pub(crate) fn spaced(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}
