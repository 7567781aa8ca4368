//! Evaluates CQL queries against the catalogue; all comparisons use the folded form of text.

use hongyan_model::identifier::{isbn13, issn};
use hongyan_model::text::fold;

use super::{Catalogue, Work};
use crate::cql::{Cql, Term};

/// The query names an index that this catalogue lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownIndex(pub(crate) String);

/// Each index with the names that catalogues give it.
const INDEXES: [(&str, &[&str]); 10] = [
    (
        "any",
        &[
            "serverchoice",
            "anywhere",
            "any",
            "all",
            "all_for_ui",
            "keyword",
            "anyindexes",
            "woe",
            "allindexes",
        ],
    ),
    ("title", &["title", "tit", "ti"]),
    ("creator", &["creator", "author", "name", "contributor", "per", "au"]),
    ("isbn", &["isbn", "num"]),
    ("issn", &["issn"]),
    ("doi", &["doi"]),
    ("date", &["date", "year", "publication_year", "jhr", "main_pub_date"]),
    ("subject", &["subject", "sw"]),
    ("publisher", &["publisher"]),
    ("id", &["id", "identifier", "mms_id", "idn", "rid", "calisid"]),
];

fn known(index: &str) -> Option<&'static str> {
    if index == "language" || index == "lang" {
        return Some("language");
    }
    INDEXES.iter().find(|(_, names)| names.contains(&index)).map(|(name, _)| *name)
}

impl Catalogue {
    /// The works of a collection that match a query, in catalogue order but exact title matches first. `None`
    /// if there is no such collection.
    pub(crate) fn find(&self, collection: &str, query: &Cql) -> Option<Result<Vec<&Work>, UnknownIndex>> {
        let works = self.collection(collection)?;
        let Some(node) = &query.node else { return Some(Ok(works)) };
        if let Some(index) = node.indexes().into_iter().find(|index| known(index).is_none()) {
            return Some(Err(UnknownIndex(index.to_owned())));
        }
        let mut found: Vec<&Work> =
            works.into_iter().filter(|work| node.eval(&|term| holds(work, term))).collect();
        found.sort_by_key(|work| {
            let exact = fold(&work.title);
            !node.eval(&|term| known(&term.index) != Some("title") || fold(&term.value) == exact)
        });
        Some(Ok(found))
    }
}

fn holds(work: &Work, term: &Term) -> bool {
    let wanted = term.value.trim();
    let truncated = wanted.ends_with('*');
    let value = wanted.trim_end_matches('*');
    match known(&term.index) {
        Some("isbn") => {
            let digits: String = value.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
            !work.isbn.is_empty()
                && (isbn13(value).as_deref() == Some(&work.isbn)
                    || truncated && digits.len() >= 3 && work.isbn.starts_with(&digits))
        }
        Some("issn") => issn(value).is_some_and(|wanted| wanted == work.issn),
        Some("doi") => {
            hongyan_model::identifier::doi(value).is_some_and(|doi| doi == work.doi.to_lowercase())
        }
        Some("date") => dated(work, &term.relation, value),
        Some("language") => work.lang == value,
        Some("id") => work.id == value,
        Some("title") => worded(&titles(work), &term.relation, value),
        Some("creator") => worded(&creators(work), &term.relation, value),
        Some("subject") => worded(&subjects(work), &term.relation, value),
        Some("publisher") => worded(std::slice::from_ref(&work.publisher), &term.relation, value),
        _ => {
            let mut all = titles(work);
            all.extend(creators(work));
            all.extend(subjects(work));
            all.extend([
                work.publisher.clone(),
                work.container.clone(),
                work.summary.clone(),
                work.number.clone(),
                work.isbn.clone(),
                work.doi.clone(),
                work.date.clone(),
            ]);
            let id = isbn13(value).is_some_and(|isbn| isbn == work.isbn)
                || issn(value).is_some_and(|issn| issn == work.issn);
            id || worded(&[all.join(" \u{1} ")], &term.relation, value)
        }
    }
}

fn titles(work: &Work) -> Vec<String> {
    vec![
        work.title.clone(),
        work.alt.clone(),
        work.subtitle.clone(),
        format!("{} {}", work.title, work.subtitle),
    ]
}

fn creators(work: &Work) -> Vec<String> {
    work.by.iter().flat_map(|maker| [maker.name.clone(), maker.alt.clone()]).collect()
}

fn subjects(work: &Work) -> Vec<String> {
    let mut subjects = work.subjects.clone();
    subjects.push(work.clc.clone());
    subjects
}

/// `=` and `all`: every word; `any`: one of them; `exact` and `==`: the whole field.
fn worded(fields: &[String], relation: &str, value: &str) -> bool {
    let value = fold(value);
    let fields: Vec<String> =
        fields.iter().map(|field| fold(field)).filter(|field| !field.is_empty()).collect();
    if value.is_empty() {
        return false;
    }
    let has = |word: &str| fields.iter().any(|field| field.contains(word));
    match relation {
        "exact" | "==" => fields.contains(&value),
        "adj" => has(&value),
        "any" => value.split(' ').any(has),
        _ => value.split(' ').all(has),
    }
}

fn dated(work: &Work, relation: &str, value: &str) -> bool {
    let (Some(year), Ok(wanted)) = (work.year(), value.trim().parse::<i32>()) else { return false };
    match relation {
        "<" => year < wanted,
        ">" => year > wanted,
        "<=" => year <= wanted,
        ">=" => year >= wanted,
        "<>" => year != wanted,
        _ => year == wanted,
    }
}
