//! Checks before a request is sent, as far as they need no platform. The same checks run while the patron
//! types, before sending, and in the sandbox. [`duplicates`] decides when two requests are for the same
//! thing, [`third`] how much of a book may be copied.

mod duplicates;
mod third;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::duplicates::{duplicate_key, same_thing, twins_within};
pub use self::third::third_applies;
use super::{Draft, RequestState, Service};
use crate::holding::Holding;
use crate::identifier::{Identifier, IdentifierKind};
use crate::library::Library;
use crate::money::Fen;
use crate::pages::PageSet;
use crate::record::Kind;

/// Result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// passed
    Ok,
    /// may be sent, but the patron should know
    Warning,
    /// the platform would refuse the request
    Blocker,
    /// not known yet: offline, or not checked
    Unchecked,
}

/// What a check is about; each code has one sentence per verdict in every locale. The names are the
/// Reader API's error codes where it has one (docs/reader-api.yaml).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckCode {
    /// a title is missing; of an article, its own title and the journal's
    TitleRequired,
    /// a loan needs an author or an ISBN
    AuthorOrIsbnRequired,
    /// the check digit of an identifier is wrong
    IdentifierInvalid,
    /// the pages cannot be parsed
    PagesInvalid,
    /// a copy from a book needs pages or the title of the part
    PagesRequired,
    /// the needed-by date is past, or earlier than the work usually arrives
    NeedBeforePast,
    /// a loan needs a pickup desk
    PickupLocationRequired,
    /// a copy needs the copyright declaration
    CopyrightDeclarationRequired,
    /// 三分之一: more than a third of the book
    CopyrightLimitExceeded,
    /// 本馆缺藏: the own library has the work
    HeldLocally,
    /// an open-access copy exists
    OpenAccess,
    /// the same request is open, or was delivered and can still be opened (param `delivered`)
    DuplicateOpenRequest,
    /// the same request was made before and is closed
    DuplicateClosedRequest,
    /// details are missing that librarians would ask for
    DetailsMissing,
    /// the address to which a copy is mailed
    DeliveryMail,
    /// the estimate exceeds the limit that the patron set
    MaxCostTooLow,
    /// whether the account may submit requests
    AccountNotActive,
    /// 虚拟币: not enough quota
    QuotaExceeded,
    /// the maximum number of open requests is reached
    LimitReached,
    /// the note is longer than 1000 characters
    NoteTooLong,
}

/// One line of the list of checks beside the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// what was checked
    pub code: CheckCode,
    /// result
    pub verdict: Verdict,
    /// the form field concerned (`title`, `pages` …); empty for the form as a whole
    pub field: String,
    /// values for the sentence: a number, a call number, the title of another request
    pub params: std::collections::BTreeMap<String, String>,
}

impl Check {
    /// A check result without parameters.
    pub fn new(code: CheckCode, verdict: Verdict, field: &str) -> Check {
        Check { code, verdict, field: field.to_owned(), params: std::collections::BTreeMap::new() }
    }

    /// Adds a parameter for the sentence.
    pub fn with(mut self, key: &str, value: impl ToString) -> Check {
        self.params.insert(key.to_owned(), value.to_string());
        self
    }
}

/// An earlier request of the same patron, reduced to what the checks need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// its form
    pub draft: Draft,
    /// its state
    pub state: RequestState,
    /// the day of its last change; for a closed request, the day when it was closed
    pub changed: Date,
    /// its duplicate keys, computed once because they are compared often
    names: duplicates::Names,
}

impl Earlier {
    /// Reduces an earlier request to what the checks need.
    pub fn new(draft: Draft, state: RequestState, changed: Date) -> Earlier {
        let names = duplicates::Names::of(&draft);
        Earlier { draft, state, changed, names }
    }
}

/// Runs all checks that need only the form, the library's rules, the date, the search results kept in the
/// form, and the patron's own requests. The caller adds the checks that need the platform.
pub fn check(draft: &Draft, library: &Library, today: Date, earlier: &[Earlier]) -> Vec<Check> {
    let mut checks = Vec::new();
    work(draft, &mut checks);
    if draft.service == Service::Copy {
        copy(draft, library, earlier, &mut checks);
    } else {
        checks.push(Check::new(
            CheckCode::PickupLocationRequired,
            if has(&draft.pickup_location) { Verdict::Ok } else { Verdict::Blocker },
            "pickupLocation",
        ));
    }
    limits(draft, library, today, &mut checks);
    checks.extend(duplicates::check(draft, today, earlier));
    if let Some(known) = draft.known() {
        checks.extend(held(&known.own_holdings));
        if let Some(url) = known.open_access.first() {
            checks.push(Check::new(CheckCode::OpenAccess, Verdict::Warning, "").with("url", url));
        }
    }
    checks
}

fn has(text: &str) -> bool {
    !text.trim().is_empty()
}

/// Checks the description of the work: enough to find it, and valid identifiers.
fn work(draft: &Draft, checks: &mut Vec<Check>) {
    use CheckCode as C;
    use Verdict::{Blocker, Ok, Warning};
    let numbered = has(&draft.doi) || has(&draft.pmid);
    let titled = has(&draft.title) || has(&draft.component_title) && numbered;
    checks.push(Check::new(C::TitleRequired, if titled { Ok } else { Blocker }, "title"));
    let named = has(&draft.author) || has(&draft.editor);
    if draft.service == Service::Loan && !named && !has(&draft.isbn) {
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
    if draft.service == Service::Copy && titled && !numbered {
        let missing = match draft.kind {
            Kind::Article | Kind::Newspaper if !has(&draft.date) && !has(&draft.volume) => Some("date"),
            Kind::Thesis if !has(&draft.author) => Some("author"),
            Kind::Thesis if !has(&draft.publisher) => Some("publisher"),
            _ => None,
        };
        if let Some(field) = missing {
            checks.push(Check::new(C::DetailsMissing, Warning, field).with("field", field));
        }
    }
}

/// Checks for copies only: declaration, pages, the third of a book.
fn copy(draft: &Draft, library: &Library, earlier: &[Earlier], checks: &mut Vec<Check>) {
    use CheckCode as C;
    use Verdict::{Blocker, Ok, Warning};
    let accepted = if draft.declaration_accepted { Ok } else { Blocker };
    checks.push(Check::new(C::CopyrightDeclarationRequired, accepted, "declarationAccepted"));
    match PageSet::parse(&draft.pages) {
        Result::Ok(pages) => checks.extend(third::check(draft, &pages, earlier, library.copyright_fraction)),
        // articles may have a number instead of pages (e01567); only the third of a book needs page
        // numbers
        Err(_) if !third_applies(draft.kind) => {
            checks.push(Check::new(C::PagesInvalid, Warning, "pages"));
        }
        Err(_) => checks.push(Check::new(C::PagesInvalid, Blocker, "pages")),
    }
    let part = third_applies(draft.kind) || matches!(draft.kind, Kind::Article | Kind::Newspaper);
    if part && !has(&draft.component_title) && !has(&draft.pages) {
        checks.push(Check::new(C::PagesRequired, Blocker, "pages"));
    }
}

/// Checks the needed-by date, the limit of the cost, and the length of the note.
fn limits(draft: &Draft, library: &Library, today: Date, checks: &mut Vec<Check>) {
    use CheckCode as C;
    use Verdict::{Blocker, Ok, Warning};
    if let Some(day) = draft.needed_by {
        let (usual, mut estimated) = usual_arrival(draft.service, library, today);
        let left = library.calendar.working_days_between(today, day);
        estimated |= left.estimated;
        let verdict = if day <= today {
            Blocker
        } else if day < usual {
            Warning
        } else {
            Ok
        };
        checks.push(
            Check::new(C::NeedBeforePast, verdict, "neededBy")
                .with("workingDays", left.value)
                .with("usual", usual)
                .with("estimated", estimated),
        );
    }
    if let (Some(cost), Some(maximum)) = (estimate(draft, library), draft.maximum_cost) {
        let verdict = if cost <= maximum { Ok } else { Warning };
        checks.push(
            Check::new(C::MaxCostTooLow, verdict, "maximumCost")
                .with("estimate", cost)
                .with("maximum", maximum),
        );
    }
    let length = draft.note.chars().count();
    if length > 1000 {
        checks.push(Check::new(C::NoteTooLong, Blocker, "note").with("length", length));
    }
}

/// When a request that is sent today usually arrives, by the library's calendar; and whether that is an
/// estimate, because the calendar does not reach that far.
pub fn usual_arrival(service: Service, library: &Library, today: Date) -> (Date, bool) {
    use jiff::ToSpan as _;
    let usual = &library.usual;
    match service {
        Service::Copy => {
            let days = usual.review_working_days.saturating_add(usual.copy_working_days);
            let there = library.calendar.working_days_after(today, days);
            (there.value, there.estimated)
        }
        Service::Loan => {
            let sent = library.calendar.working_days_after(today, usual.review_working_days);
            (sent.value.saturating_add(i64::from(usual.loan_days).days()), sent.estimated)
        }
    }
}

/// 本馆有藏: a warning with call number and place of one copy, an available one before one that is out. Only
/// a warning, because it may be another edition, and the platform decides. None without a holding.
pub fn held(holdings: &[Holding]) -> Option<Check> {
    let first = holdings.iter().find(|copy| copy.available != Some(false)).or(holdings.first())?;
    let mut check = Check::new(CheckCode::HeldLocally, Verdict::Warning, "").with("from", "catalogue");
    for (key, text) in
        [("callNumber", &first.call_number), ("location", &first.location), ("library", &first.library)]
    {
        if has(text) {
            check = check.with(key, text);
        }
    }
    if let Some(available) = first.available {
        check = check.with("available", available);
    }
    Some(check)
}

/// 费用预估: the usual charge of a supplier. None while the number of pages is unknown.
pub fn estimate(draft: &Draft, library: &Library) -> Option<Fen> {
    match draft.service {
        Service::Loan => Some(library.fees.loan),
        Service::Copy => {
            let pages = PageSet::parse(&draft.pages).ok()?.len();
            (pages > 0).then(|| library.fees.page.times(u32::try_from(pages).unwrap_or(u32::MAX)))
        }
    }
}

/// The 虚拟币 that a request consumes: its estimate, rounded up to whole yuan, at least one.
pub fn coins(draft: &Draft, library: &Library, per_yuan: u32) -> i64 {
    let yuan = estimate(draft, library).map_or(0, |cost| cost.0.saturating_add(99) / 100);
    yuan.saturating_mul(i64::from(per_yuan)).max(1)
}

impl CheckCode {
    /// Whether the check fails only because of a limit of open requests or quota: such a request may wait
    /// in the outbox.
    pub fn is_about_room(self) -> bool {
        matches!(self, CheckCode::QuotaExceeded | CheckCode::LimitReached)
    }
}

#[cfg(test)]
mod tests;
