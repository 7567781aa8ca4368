//! When two requests ask for the same thing (`reference` A.2): DOI, else PMID, else ISBN with the pages,
//! else ISSN with volume, issue and first page, else a digest of the texts.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{Check, CheckCode, Earlier, Verdict};
use crate::identifier::{Identifier, IdentifierKind};
use crate::pages::PageSet;
use crate::record::year_of;
use crate::request::draft::first_of;
use crate::request::{Draft, RequestState, Service, wire};
use crate::text::{clip, fold};

/// A closed request is spoken of for so many days.
const REMEMBERED: i32 = 180;
/// A delivered document is usually there for so many days.
const DOCUMENT: i32 = 30;
/// Ways of naming a thing, surest first.
const WAYS: [fn(&Draft) -> Option<String>; 5] = [by_doi, by_pmid, by_isbn, by_issn, by_text];

/// What a draft is known by, one for each way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    service: Service,
    ways: [Option<String>; 5],
}

impl Names {
    pub(super) fn of(draft: &Draft) -> Names {
        Names { service: draft.service, ways: WAYS.map(|way| way(draft)) }
    }

    /// By the surest way that both have.
    fn same(&self, other: &Names) -> bool {
        let both = self.ways.iter().zip(&other.ways).find_map(|(a, b)| Some((a.as_ref()?, b.as_ref()?)));
        self.service == other.service && both.is_some_and(|(a, b)| a == b)
    }
}

/// The key under which two requests ask for the same thing: that of the surest way that the draft has.
/// None for a draft that says nothing yet.
pub fn duplicate_key(draft: &Draft) -> Option<String> {
    WAYS.iter().find_map(|way| way(draft))
}

/// Whether two drafts ask for the same thing: by the surest way that both have, so that one with a DOI
/// meets its twin that was typed without.
pub fn same_thing(a: &Draft, b: &Draft) -> bool {
    Names::of(a).same(&Names::of(b))
}

/// For each of several drafts, the first one before it that asks for the same thing, by its place.
pub fn twins_within(drafts: &[Draft]) -> Vec<Option<usize>> {
    let names: Vec<Names> = drafts.iter().map(Names::of).collect();
    names
        .iter()
        .enumerate()
        .map(|(at, one)| names.iter().take(at).position(|other| one.same(other)))
        .collect()
}

/// One line for an open twin or none at all, one for a closed one.
pub(super) fn check(draft: &Draft, today: Date, earlier: &[Earlier]) -> Vec<Check> {
    let names = Names::of(draft);
    let twins: Vec<&Earlier> = earlier
        .iter()
        .filter(|other| other.draft.id != draft.id && other.state != RequestState::Rejected)
        .filter(|other| names.same(&other.names))
        .collect();
    let about = |check: Check, twin: &Earlier| {
        check.with("title", clip(twin.draft.display_title(), 40)).with("id", twin.draft.id)
    };
    let Some(open) = twins.iter().find(|twin| !twin.state.is_terminal()) else {
        // a form that names nothing yet cannot be compared
        let compared = names.ways.iter().any(Option::is_some);
        let verdict = if compared { Verdict::Ok } else { Verdict::Unchecked };
        let mut checks = vec![Check::new(CheckCode::DuplicateOpenRequest, verdict, "")];
        let ago = |twin: &Earlier| twin.changed.until(today).map_or(0, |span| span.get_days());
        let recent = twins.iter().filter(|twin| ago(twin) <= REMEMBERED).min_by_key(|twin| ago(twin));
        if let Some(twin) = recent {
            let there = twin.state == RequestState::Completed
                && twin.draft.service == Service::Copy
                && ago(twin) <= DOCUMENT;
            checks.push(
                about(Check::new(CheckCode::DuplicateClosedRequest, Verdict::Warning, ""), twin)
                    .with("state", name(&twin.state))
                    .with("changed", twin.changed)
                    .with("delivered", there),
            );
        }
        return checks;
    };
    let verdict = if draft.override_duplicate { Verdict::Warning } else { Verdict::Blocker };
    let delivered = open.state == RequestState::Delivered;
    vec![
        about(Check::new(CheckCode::DuplicateOpenRequest, verdict, ""), open)
            .with("state", name(&open.state))
            .with("delivered", delivered),
    ]
}

/// The name of a state, as the screens know it.
fn name(state: &RequestState) -> String {
    serde_json::to_value(state).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn number(kind: IdentifierKind, text: &str) -> Option<String> {
    Identifier::parse(kind, text).map(|id| id.value)
}

fn by_doi(draft: &Draft) -> Option<String> {
    number(IdentifierKind::Doi, &draft.doi).map(|doi| format!("doi:{doi}"))
}

fn by_pmid(draft: &Draft) -> Option<String> {
    number(IdentifierKind::Pmid, &draft.pmid).map(|pmid| format!("pmid:{pmid}"))
}

fn by_isbn(draft: &Draft) -> Option<String> {
    let isbn = number(IdentifierKind::Isbn, &draft.isbn)?;
    let part = pages(draft);
    // a chapter that was asked for by its name alone
    let chapter = if part.is_empty() { fold(&draft.component_title) } else { String::new() };
    Some(format!("isbn:{isbn}|{part}|{chapter}"))
}

fn by_issn(draft: &Draft) -> Option<String> {
    let issn = number(IdentifierKind::Issn, &draft.issn)?;
    let start = match PageSet::parse(&draft.pages) {
        Ok(set) => set.first()?,
        Err(_) => fold(draft.pages.split(['-', '–', '—', '～', '~']).next()?),
    };
    let (volume, issue) = (fold(&draft.volume), fold(&draft.issue));
    (!start.is_empty()).then(|| format!("issn:{issn}|{volume}|{issue}|{start}"))
}

fn by_text(draft: &Draft) -> Option<String> {
    let title = fold(&format!("{} {}", draft.title, draft.component_title));
    if title.trim().is_empty() {
        return None;
    }
    let author = fold(&format!("{} {}", draft.first_named(), first_of(&draft.component_author)));
    let year = year_of(&draft.date).map_or_else(|| fold(&draft.date), |year| year.to_string());
    let volume = fold(&draft.volume);
    let text = format!("{title}|{author}|{year}|{volume}|{}", pages(draft));
    Some(format!("text:{}", wire::hex(&Sha256::digest(text.as_bytes()))))
}

/// The pages wanted, however they are written; `loan` for the whole book.
fn pages(draft: &Draft) -> String {
    match draft.service {
        Service::Loan => "loan".to_owned(),
        Service::Copy => {
            PageSet::parse(&draft.pages).map_or_else(|_| fold(&draft.pages), |set| set.to_string())
        }
    }
}
