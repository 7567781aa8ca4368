//! What is looked at before a request is sent, as far as it can be known without the platform.
//! The same checks run while the patron types, before sending, and in the sandbox.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Draft, RequestState, Service};
use crate::identifier::{Identifier, IdentifierKind};
use crate::library::Library;
use crate::money::Fen;
use crate::pages::{PageSet, limit_of};
use crate::record::Kind;
use crate::text::fold;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// fine
    Ok,
    /// may be sent; the patron should know
    Warning,
    /// would be refused
    Blocker,
    /// not known yet (offline, or not asked)
    Unchecked,
}

/// What a check is about; each has a sentence per verdict in every locale. The names are the codes
/// of the Reader API (B.3) where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckCode {
    /// a title, or the article's own title with its journal
    TitleRequired,
    /// author or ISBN of a loan
    AuthorOrIsbnRequired,
    /// an identifier whose check digit is wrong
    IdentifierInvalid,
    /// pages that cannot be read
    PagesInvalid,
    /// pages or the title of the part, for a copy out of a book
    PagesRequired,
    /// needed-by in the past
    NeedBeforePast,
    /// desk of a loan
    PickupLocationRequired,
    /// copyright terms of a copy
    CopyrightDeclarationRequired,
    /// 三分之一
    CopyrightLimitExceeded,
    /// 本馆缺藏
    HeldLocally,
    /// an openly readable copy exists
    OpenAccess,
    /// a similar request is open
    DuplicateOpenRequest,
    /// estimate above what the patron will allow
    MaxCostTooLow,
    /// 账户可以提交
    AccountNotActive,
    /// 虚拟币
    QuotaExceeded,
    /// note longer than 1000 characters
    NoteTooLong,
}

/// One line of the list beside the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// what it is about
    pub code: CheckCode,
    /// how it came out
    pub verdict: Verdict,
    /// the form field it belongs to (`title`, `pages` …); empty for the form as a whole
    pub field: String,
    /// filled into the sentence: a number, a call number, the other request's title
    pub params: std::collections::BTreeMap<String, String>,
}

impl Check {
    /// A check without parameters.
    pub fn new(code: CheckCode, verdict: Verdict, field: &str) -> Check {
        Check { code, verdict, field: field.to_owned(), params: std::collections::BTreeMap::new() }
    }

    /// Adds a parameter for the sentence.
    pub fn with(mut self, key: &str, value: impl ToString) -> Check {
        self.params.insert(key.to_owned(), value.to_string());
        self
    }
}

/// An earlier request of the same patron, as far as the checks look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// what was asked
    pub draft: Draft,
    /// where it stands
    pub state: RequestState,
}

/// All checks that need nothing but the form, the library's rules, the day and the patron's own
/// requests. Holdings, open access, account and quota are the platform's to say; the caller adds them.
pub fn check(draft: &Draft, library: &Library, today: Date, earlier: &[Earlier]) -> Vec<Check> {
    use CheckCode as C;
    use Verdict::{Blocker, Ok, Warning};
    let mut checks = Vec::new();
    let has = |text: &str| !text.trim().is_empty();
    let article = matches!(draft.kind, Kind::Article | Kind::Newspaper);

    let titled = has(&draft.title) || has(&draft.component_title) && has(&draft.doi);
    checks.push(Check::new(C::TitleRequired, if titled { Ok } else { Blocker }, "title"));
    if draft.service == Service::Loan && !has(&draft.author) && !has(&draft.isbn) {
        checks.push(Check::new(C::AuthorOrIsbnRequired, Blocker, "author"));
    }
    for (kind, text, field) in [
        (IdentifierKind::Isbn, &draft.isbn, "isbn"),
        (IdentifierKind::Issn, &draft.issn, "issn"),
        (IdentifierKind::Doi, &draft.doi, "doi"),
        (IdentifierKind::Pmid, &draft.pmid, "pmid"),
    ] {
        if has(text) && Identifier::parse(kind, text).is_none() {
            checks.push(Check::new(C::IdentifierInvalid, Blocker, field).with("kind", kind.code()));
        }
    }

    if draft.service == Service::Copy {
        copy_checks(draft, earlier, &mut checks);
        let whole_work_needs_part = matches!(draft.kind, Kind::Book | Kind::AncientBook) || article;
        if whole_work_needs_part && !has(&draft.component_title) && !has(&draft.pages) {
            checks.push(Check::new(C::PagesRequired, Blocker, "pages"));
        }
    } else {
        checks.push(Check::new(
            C::PickupLocationRequired,
            if has(&draft.pickup_location) { Ok } else { Blocker },
            "pickupLocation",
        ));
    }

    if let Some(day) = draft.needed_by {
        checks.push(Check::new(C::NeedBeforePast, if day > today { Ok } else { Blocker }, "neededBy"));
    }
    if let (Some(cost), Some(maximum)) = (estimate(draft, library), draft.maximum_cost) {
        let verdict = if cost <= maximum { Ok } else { Warning };
        checks.push(Check::new(C::MaxCostTooLow, verdict, "maximumCost").with("estimate", cost));
    }
    if draft.note.chars().count() > 1000 {
        checks.push(Check::new(C::NoteTooLong, Blocker, "note"));
    }
    let key = duplicate_key(draft);
    let same = earlier.iter().find(|e| {
        e.draft.id != draft.id
            && e.draft.service == draft.service
            && !e.state.is_terminal()
            && key.is_some()
            && duplicate_key(&e.draft) == key
    });
    match same {
        Some(other) => checks.push(
            Check::new(C::DuplicateOpenRequest, if draft.override_duplicate { Warning } else { Blocker }, "")
                .with("title", crate::text::clip(other.draft.display_title(), 40))
                .with("id", other.draft.id),
        ),
        None => checks.push(Check::new(C::DuplicateOpenRequest, Ok, "")),
    }
    checks
}

fn copy_checks(draft: &Draft, earlier: &[Earlier], checks: &mut Vec<Check>) {
    use CheckCode as C;
    use Verdict::{Blocker, Ok, Warning};
    let accepted = if draft.declaration_accepted { Ok } else { Blocker };
    checks.push(Check::new(C::CopyrightDeclarationRequired, accepted, "declarationAccepted"));
    let pages = match PageSet::parse(&draft.pages) {
        Result::Ok(pages) => pages,
        Err(_) => {
            checks.push(Check::new(C::PagesInvalid, Blocker, "pages"));
            return;
        }
    };
    if !third_applies(draft.kind) {
        return;
    }
    let Some(total) = draft.total_pages.filter(|total| *total > 0) else {
        if !pages.is_empty() {
            checks.push(Check::new(C::CopyrightLimitExceeded, Warning, "totalPages"));
        }
        return;
    };
    let limit = limit_of(total);
    let used = earlier
        .iter()
        .filter(|e| {
            e.draft.id != draft.id && e.draft.service == Service::Copy && counts_against_third(&e.state)
        })
        .filter(|e| same_book(&e.draft, draft))
        .filter_map(|e| PageSet::parse(&e.draft.pages).ok())
        .fold(pages.clone(), |sum, set| sum.union(&set));
    let verdict = if used.len() <= limit as usize { Ok } else { Blocker };
    checks.push(
        Check::new(C::CopyrightLimitExceeded, verdict, "pages")
            .with("limit", limit)
            .with("total", total)
            .with("asked", used.len()),
    );
}

/// The rule of one third is for books; papers and theses are usually copied whole.
pub fn third_applies(kind: Kind) -> bool {
    matches!(kind, Kind::Book | Kind::AncientBook)
}

/// Requests that came to nothing do not count against the third.
fn counts_against_third(state: &RequestState) -> bool {
    use RequestState as S;
    !matches!(
        state,
        S::Draft | S::Rejected | S::Cancelled | S::Unfilled | S::Declined | S::LocallyAvailable | S::Expired
    )
}

fn same_book(a: &Draft, b: &Draft) -> bool {
    let isbn = |d: &Draft| Identifier::parse(IdentifierKind::Isbn, &d.isbn);
    match (isbn(a), isbn(b)) {
        (Some(a), Some(b)) => a == b,
        _ => {
            let key = |d: &Draft| (fold(&d.title), fold(&d.author), fold(&d.edition));
            !a.title.trim().is_empty() && key(a) == key(b)
        }
    }
}

/// 费用预估: what the supplier usually charges. None while the number of pages is unknown.
pub fn estimate(draft: &Draft, library: &Library) -> Option<Fen> {
    match draft.service {
        Service::Loan => Some(library.fees.loan),
        Service::Copy => {
            let pages = PageSet::parse(&draft.pages).ok()?.len();
            (pages > 0).then(|| library.fees.page.times(u32::try_from(pages).unwrap_or(u32::MAX)))
        }
    }
}

/// The key under which two requests ask for the same thing (`reference` A.2): DOI, PMID, ISBN with
/// pages, ISSN with volume, issue and first page, else the folded description. None for an empty form.
pub fn duplicate_key(draft: &Draft) -> Option<String> {
    let id = |kind, text: &str| Identifier::parse(kind, text).map(|id| id.value);
    let part = match draft.service {
        Service::Loan => "loan".to_owned(),
        Service::Copy => fold(&draft.pages),
    };
    if let Some(doi) = id(IdentifierKind::Doi, &draft.doi) {
        return Some(format!("doi:{doi}"));
    }
    if let Some(pmid) = id(IdentifierKind::Pmid, &draft.pmid) {
        return Some(format!("pmid:{pmid}"));
    }
    if let Some(isbn) = id(IdentifierKind::Isbn, &draft.isbn) {
        return Some(format!("isbn:{isbn}|{part}|{}", fold(&draft.component_title)));
    }
    if let Some(issn) = id(IdentifierKind::Issn, &draft.issn)
        && !draft.pages.trim().is_empty()
    {
        return Some(format!("issn:{issn}|{}|{}|{part}", fold(&draft.volume), fold(&draft.issue)));
    }
    let title = fold(&format!("{} {}", draft.title, draft.component_title));
    let author = fold(&format!("{} {}", draft.author, draft.component_author));
    (!title.trim().is_empty())
        .then(|| format!("text:{title}|{author}|{}|{}|{part}", fold(&draft.date), fold(&draft.volume)))
}

#[cfg(test)]
mod tests;
