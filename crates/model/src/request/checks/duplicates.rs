//! Detects two requests for the same thing: by DOI, else PMID, else ISBN with pages, else ISSN with
//! volume, issue and first page, else a digest of title, author and year. The sandbox's platform uses the
//! same function. The contract leaves the rule to the platform, which decides (`DUPLICATE_OPEN_REQUEST`).

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::{Check, CheckCode, Earlier, Verdict};
use crate::identifier::{Identifier, IdentifierKind};
use crate::pages::PageSet;
use crate::record::year_of;
use crate::request::draft::first_name;
use crate::request::{Draft, RequestState, Service, wire};
use crate::text::{clip, fold};

/// Days for which a closed duplicate is still reported.
const REMEMBERED: i32 = 180;
/// Days for which a delivered document can usually be opened.
const DOCUMENT: i32 = 30;
/// The keys of a request, most reliable first.
const WAYS: [fn(&Draft) -> Option<String>; 5] = [by_doi, by_pmid, by_isbn, by_issn, by_text];

/// The duplicate keys of a draft, one per entry of [`WAYS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    service: Service,
    ways: [Option<String>; 5],
}

impl Names {
    pub(super) fn of(draft: &Draft) -> Names {
        Names { service: draft.service, ways: WAYS.map(|way| way(draft)) }
    }

    /// Compares by the most reliable key that both have.
    fn same(&self, other: &Names) -> bool {
        let both = self.ways.iter().zip(&other.ways).find_map(|(a, b)| Some((a.as_ref()?, b.as_ref()?)));
        self.service == other.service && both.is_some_and(|(a, b)| a == b)
    }
}

/// The duplicate key of a draft: the most reliable one that it has. None for a draft without any
/// description.
pub fn duplicate_key(draft: &Draft) -> Option<String> {
    WAYS.iter().find_map(|way| way(draft))
}

/// Whether two drafts are for the same thing, by the most reliable key that both have: a draft with a DOI
/// matches its duplicate that was typed without one.
pub fn same_thing(a: &Draft, b: &Draft) -> bool {
    Names::of(a).same(&Names::of(b))
}

/// For each draft, the index of the first earlier draft in the slice that is for the same thing.
pub fn twins_within(drafts: &[Draft]) -> Vec<Option<usize>> {
    let names: Vec<Names> = drafts.iter().map(Names::of).collect();
    names
        .iter()
        .enumerate()
        .map(|(at, one)| names.iter().take(at).position(|other| one.same(other)))
        .collect()
}

/// Result for open duplicates (passed where there are none), and one for a closed duplicate.
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
        // a form without any description cannot be compared
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

/// The code of a state, as the screens know it.
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
    // a chapter that is requested by its title alone
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
    let author = fold(&format!("{} {}", draft.first_named(), first_name(&draft.component_author)));
    let year = year_of(&draft.date).map_or_else(|| fold(&draft.date), |year| year.to_string());
    let volume = fold(&draft.volume);
    let text = format!("{title}|{author}|{year}|{volume}|{}", pages(draft));
    Some(format!("text:{}", wire::hex(&Sha256::digest(text.as_bytes()))))
}

/// The wanted pages in normal form; `loan` for the whole book.
fn pages(draft: &Draft) -> String {
    match draft.service {
        Service::Loan => "loan".to_owned(),
        Service::Copy => {
            PageSet::parse(&draft.pages).map_or_else(|_| fold(&draft.pages), |set| set.to_string())
        }
    }
}
