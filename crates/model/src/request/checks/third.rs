//! 三分之一: at most a third of a book may be copied, including the patron's earlier copies of it.

use super::{Check, CheckCode, Earlier, Verdict};
use crate::identifier::{Identifier, IdentifierKind};
use crate::library::Fraction;
use crate::pages::PageSet;
use crate::record::Kind;
use crate::request::{Draft, RequestState, Service};
use crate::text::fold;

/// Whether the limit applies to this kind of work. Articles and theses are usually copied whole.
pub fn third_applies(kind: Kind) -> bool {
    matches!(kind, Kind::Book | Kind::AncientBook)
}

/// Compares the pages asked for, united with those of the patron's earlier copies of the book, with the
/// limit.
pub(super) fn check(draft: &Draft, pages: &PageSet, earlier: &[Earlier], part: Fraction) -> Option<Check> {
    let code = CheckCode::CopyrightLimitExceeded;
    if !third_applies(draft.kind) {
        return None;
    }
    let before = earlier
        .iter()
        .filter(|other| other.draft.id != draft.id && other.draft.service == Service::Copy)
        .filter(|other| counts(&other.state) && same_book(&other.draft, draft))
        .filter_map(|other| PageSet::parse(&other.draft.pages).ok())
        .fold(PageSet::default(), |sum, set| sum.union(&set));
    let all = before.union(pages);
    let Some(total) = draft.total_pages.filter(|total| *total > 0) else {
        let unknown = Check::new(code, Verdict::Warning, "totalPages");
        return (!pages.is_empty()).then(|| unknown.with("asked", all.len()).with("before", before.len()));
    };
    let limit = part.of(total);
    let verdict = if all.len() <= limit as usize { Verdict::Ok } else { Verdict::Blocker };
    Some(
        Check::new(code, verdict, "pages")
            .with("limit", limit)
            .with("total", total)
            .with("asked", all.len())
            .with("before", before.len()),
    )
}

/// Whether an earlier request counts; requests that ended without a copy do not.
fn counts(state: &RequestState) -> bool {
    use RequestState as S;
    !matches!(
        state,
        S::Draft | S::Rejected | S::Cancelled | S::Unfilled | S::Declined | S::LocallyAvailable | S::Expired
    )
}

/// Whether both are for the same book: the same ISBN; where one has none, the same title, author and
/// edition.
fn same_book(a: &Draft, b: &Draft) -> bool {
    let isbn = |d: &Draft| Identifier::parse(IdentifierKind::Isbn, &d.isbn);
    match (isbn(a), isbn(b)) {
        (Some(a), Some(b)) => a == b,
        _ => {
            let key = |d: &Draft| (fold(&d.title), fold(d.first_named()), fold(&d.edition));
            !a.title.trim().is_empty() && key(a) == key(b)
        }
    }
}
