//! Drafts: saved while they are typed, checked locally and with the platform.

use hongyan_connectors::gateway::Precheck;
use hongyan_model::account::Account;
use hongyan_model::capacity::Capacity;
use hongyan_model::log::Logged as _;
use hongyan_model::request::checks::{Check, CheckCode, Earlier, Verdict, check, estimate, held};
use hongyan_model::request::wire::seal;
use hongyan_model::{Draft, Record, RequestId, RequestState, Service};
use hongyan_store::Tx;
use hongyan_store::requests::RequestRecord;
use jiff::ToSpan as _;
use uuid::Uuid;

use super::Requests;
use crate::base::fault::{Failure, not_allowed, not_found};
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::base::rows::FIRST_DONE;
use crate::requests::fill::{fill, home_copies, open_copies};
use crate::view::DraftView;

/// Name and version of this program, as shown to the librarian.
pub(crate) const APP: (&str, &str) = ("Hongyan", env!("CARGO_PKG_VERSION"));

impl Requests {
    /// Makes a new draft: from a record, else from an identifier or title that was typed, else blank. A blank
    /// draft is stored only when something is written into it.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn draft_new(
        &self,
        service: Service,
        from: Option<&Record>,
        text: Option<&str>,
    ) -> Result<DraftView, Problem> {
        let id = RequestId(Uuid::new_v4());
        let mut draft = match from {
            Some(record) => Draft::from_record(record, id, service, self.context.now()),
            None => Draft::blank(id, service, self.context.now()),
        };
        if let (None, Some(text)) = (from, text) {
            fill(&mut draft, text).await?;
        }
        if let Some(record) = from {
            draft.set_known(home_copies(&self.sources.searches(), record), open_copies(record));
        }
        self.begin(draft).await
    }

    /// Stores a new draft; if the library has only one desk, a loan gets it.
    pub(crate) async fn begin(&self, mut draft: Draft) -> Result<DraftView, Problem> {
        if draft.service == Service::Loan {
            draft.pickup_location = self.only_desk().await?;
        }
        self.keep(&draft).await?;
        self.view(draft, None).await
    }

    /// A draft with its local checks.
    ///
    /// # Errors
    /// `NotFound`, and [store errors](crate#errors).
    pub async fn draft_get(&self, id: RequestId) -> Result<DraftView, Problem> {
        let draft = self.draft(id).await?;
        self.view(draft, None).await
    }

    /// Saves a draft as it stands on the screen; it is on the disk when this returns.
    ///
    /// # Errors
    /// `NotFound` when it was deleted or submitted meanwhile; `DiskFull`: not saved;
    /// [store errors](crate#errors).
    pub async fn draft_save(&self, mut draft: Draft) -> Result<DraftView, Problem> {
        draft.updated_at = self.context.now();
        self.keep(&draft).await?;
        self.view(draft, None).await
    }

    /// Deletes a draft; a late save does not bring it back (tombstone).
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn draft_delete(&self, id: RequestId) -> Result<(), Problem> {
        let mut tx = self.context.write().await?;
        // a late click must not delete a request that was submitted
        if tx.request(id).await?.is_none() {
            tx.remove_draft(id).await?;
            tx.add_tombstone(id, self.context.now()).await?;
            tx.commit().await?;
            self.blanks().remove(&id);
        }
        Ok(())
    }

    /// Undoes the deletion of a draft: stores it again as it was on the screen.
    ///
    /// # Errors
    /// `NotAllowed` when it was submitted meanwhile; [store errors](crate#errors).
    pub async fn draft_restore(&self, draft: Draft) -> Result<DraftView, Problem> {
        let mut tx = self.context.write().await?;
        if tx.request(draft.id).await?.is_some() {
            return Err(not_allowed("the draft was submitted"));
        }
        tx.remove_tombstone(draft.id).await?;
        tx.save_draft(&draft).await?;
        tx.commit().await?;
        self.view(draft, None).await
    }

    /// Checks a draft with the platform and the catalogue of the own library: holdings, open copies, account.
    /// Without an answer those checks stay unchecked; that is no error.
    ///
    /// # Errors
    /// `NotFound`, and [store errors](crate#errors).
    pub async fn draft_check(&self, id: RequestId) -> Result<DraftView, Problem> {
        let draft = self.draft(id).await?;
        let (asked, at_home) = tokio::join!(self.ask(&draft), self.at_home(&draft));
        let mut draft = draft;
        if let Some(record) = at_home? {
            draft.set_known(home_copies(&self.sources.searches(), &record), open_copies(&record));
        }
        self.view(draft, asked?.map(Answered::by)).await
    }

    /// The platform's precheck of a draft; `None` when the platform cannot be asked.
    async fn ask(&self, draft: &Draft) -> Result<Option<Precheck>, Problem> {
        if self.platform.hands_over() {
            return Ok(None);
        }
        let sealed = seal(draft, self.context.now(), false, APP)
            .map_err(|error| Problem::new(ErrorCode::Internal, Retry::Never, error.to_string()))?;
        match self.precheck(&sealed.bytes).await {
            Ok(answer) => Ok(Some(answer)),
            Err(Failure::Net(error)) => {
                tracing::info!(error = %error.logged(), "The draft could not be checked with the platform.");
                Ok(None)
            }
            Err(failure @ (Failure::Store(_) | Failure::Defect(_))) => Err(failure.into()),
        }
    }

    pub(crate) async fn precheck(&self, body: &[u8]) -> Result<Precheck, Failure> {
        Ok(self
            .platform
            .call(|session| async move { self.platform.gateway().precheck(&session, body).await })
            .await??)
    }

    /// A draft, stored or still blank.
    pub(crate) async fn draft(&self, id: RequestId) -> Result<Draft, Problem> {
        if let Some(blank) = self.blanks().get(&id) {
            return Ok(blank.clone());
        }
        self.context.read().await?.draft(id).await?.ok_or_else(not_found)
    }

    /// Stores a draft; one that is blank and was never stored is kept in memory.
    async fn keep(&self, draft: &Draft) -> Result<(), Problem> {
        let mut tx = self.context.write().await?;
        if draft.is_blank() && tx.draft(draft.id).await?.is_none() {
            if tx.has_tombstone(draft.id).await? || tx.request(draft.id).await?.is_some() {
                return Err(not_found());
            }
            self.blanks().insert(draft.id, draft.clone());
            return Ok(());
        }
        if !tx.save_draft(draft).await? {
            return Err(not_found());
        }
        tx.commit().await?;
        self.blanks().remove(&draft.id);
        Ok(())
    }

    /// The pickup desk, when there is only one.
    pub(crate) async fn only_desk(&self) -> Result<String, Problem> {
        let desks = self.platform.desks().await?;
        Ok(match desks.as_slice() {
            [one] => one.id.clone(),
            _ => String::new(),
        })
    }

    /// The view of a draft: its checks, with the platform's answer if there is one.
    pub(crate) async fn view(&self, draft: Draft, answer: Option<Answered>) -> Result<DraftView, Problem> {
        let mut tx = self.context.read().await?;
        let standing = self.known_now(&mut tx, Some(&draft), |_| true).await?;
        drop(tx);
        Ok(self.form(draft, &standing, answer))
    }

    /// What drafts are checked against: the requests selected by `which`, and the account as last fetched. Old
    /// closed requests are included only for the works of `about`.
    pub(crate) async fn known_now(
        &self,
        tx: &mut Tx,
        about: Option<&Draft>,
        which: impl Fn(&RequestRecord) -> bool,
    ) -> Result<Standing, Problem> {
        let since = self.context.now().saturating_sub(REMEMBERED.hours()).unwrap_or(self.context.now());
        let works = about.map(Draft::identifiers).unwrap_or_default();
        let day = |record: &RequestRecord| record.updated_at.to_zoned(crate::base::clock::zone()).date();
        let earlier = tx
            .requests_to_compare(since, &CLOSED, &works)
            .await?
            .into_iter()
            .filter(&which)
            .map(|record| {
                let changed = day(&record);
                Earlier::new(record.draft, record.state, changed)
            })
            .collect();
        let heard = self.platform.hands_over() || tx.cursor(FIRST_DONE).await?.is_some();
        let room = self.room(tx, which).await?;
        Ok(Standing { earlier, account: tx.account().await?, heard, room })
    }

    /// The view of a draft, checked against `standing`.
    pub(crate) fn form(&self, draft: Draft, standing: &Standing, answer: Option<Answered>) -> DraftView {
        let mut checks = self.checks(&draft, standing);
        let mut estimate = estimate(&draft, &self.platform.rules());
        let checked_online = answer.is_some();
        match answer {
            Some(Answered(answer)) => {
                estimate = answer.estimate.or(estimate);
                add_answer(&mut checks, &draft, &answer);
            }
            None => {
                for code in [CheckCode::HeldLocally, CheckCode::OpenAccess] {
                    if !checks.iter().any(|check| check.code == code) {
                        checks.push(Check::new(code, Verdict::Unchecked, ""));
                    }
                }
            }
        }
        let can_submit = !checks.iter().any(|check| check.verdict == Verdict::Blocker);
        DraftView { draft, checks, estimate, can_submit, checked_online }
    }

    /// The local checks, with account and quota as last fetched.
    pub(crate) fn checks(&self, draft: &Draft, standing: &Standing) -> Vec<Check> {
        let today = self.context.today();
        let mut checks = check(draft, &self.platform.rules(), today, &standing.earlier);
        if !standing.heard {
            // a duplicate may exist at the platform, whose requests are not known here yet
            for check in checks.iter_mut().filter(|check| check.code == CheckCode::DuplicateOpenRequest) {
                if check.verdict == Verdict::Ok {
                    check.verdict = Verdict::Unchecked;
                }
            }
        }
        // without a platform, nothing of an account will ever be known
        if !self.platform.hands_over() {
            of_account(draft, standing, self.platform.coins_for(draft), &mut checks);
        }
        checks
    }
}

/// Age in hours up to which closed requests are compared: 180 days and one.
const REMEMBERED: i64 = 181 * 24;
/// Closed states.
const CLOSED: [RequestState; 7] = [
    RequestState::Rejected,
    RequestState::LocallyAvailable,
    RequestState::Declined,
    RequestState::Completed,
    RequestState::Unfilled,
    RequestState::Cancelled,
    RequestState::Expired,
];

/// What drafts are checked against.
pub(crate) struct Standing {
    earlier: Vec<Earlier>,
    account: Option<Account>,
    /// whether requests made on other machines are known here too (the first sync is complete)
    heard: bool,
    /// places and allowance that the platform still grants
    pub(crate) room: Capacity,
}

/// The platform's precheck of a draft.
pub(crate) struct Answered(Precheck);

impl Answered {
    pub(crate) fn by(answer: Precheck) -> Answered {
        Answered(answer)
    }
}

/// Adds the checks of account, mail and quota by what the platform last said; unchecked before the first
/// answer.
///
/// `coins`: what the draft costs of the allowance.
fn of_account(draft: &Draft, standing: &Standing, coins: i64, checks: &mut Vec<Check>) {
    let Some(account) = &standing.account else {
        checks.push(Check::new(CheckCode::AccountNotActive, Verdict::Unchecked, ""));
        checks.push(Check::new(CheckCode::QuotaExceeded, Verdict::Unchecked, ""));
        if draft.service == Service::Copy {
            checks.push(Check::new(CheckCode::DeliveryMail, Verdict::Unchecked, ""));
        }
        return;
    };
    if draft.service == Service::Copy {
        let mail = account.registered_email.trim();
        let verdict = if mail.is_empty() { Verdict::Warning } else { Verdict::Ok };
        checks.push(Check::new(CheckCode::DeliveryMail, verdict, "").with("mail", mail));
    }
    let active = if account.state.may_request() { Verdict::Ok } else { Verdict::Blocker };
    checks.push(Check::new(CheckCode::AccountNotActive, active, ""));
    if let (Some(limits), Some(places)) = (&account.limits, standing.room.places) {
        let verdict = if places > 0 { Verdict::Ok } else { Verdict::Blocker };
        checks.push(
            Check::new(CheckCode::LimitReached, verdict, "")
                .with("max", limits.max_active)
                .with("active", limits.max_active.saturating_sub(places)),
        );
    }
    checks.push(match (&account.quota, standing.room.coins) {
        (Some(quota), Some(left)) => {
            let verdict = if left >= coins { Verdict::Ok } else { Verdict::Blocker };
            Check::new(CheckCode::QuotaExceeded, verdict, "")
                .with("available", left)
                .with("needed", coins)
                .with("unit", &quota.unit)
                .with("asOf", quota.as_of)
        }
        _ => Check::new(CheckCode::QuotaExceeded, Verdict::Unchecked, ""),
    });
}

/// Merges the platform's precheck into the local checks; the platform takes precedence.
fn add_answer(checks: &mut Vec<Check>, draft: &Draft, answer: &Precheck) {
    // a holding found in the own library's catalogue stays, even if the platform does not know it
    let shown = draft.known().and_then(|known| held(&known.own_holdings));
    put(
        checks,
        match (answer.local_holdings.as_deref().and_then(<[_]>::first), shown) {
            (Some((call_number, place)), _) => Check::new(CheckCode::HeldLocally, Verdict::Blocker, "")
                .with("callNumber", call_number)
                .with("location", place),
            (None, Some(shown)) => shown,
            (None, None) => {
                Check::new(CheckCode::HeldLocally, looked_for(draft, answer.local_holdings.is_some()), "")
            }
        },
    );
    let told = answer.open_access.as_deref().unwrap_or_default().first();
    let open = draft.known().and_then(|known| known.open_access.first()).or(told);
    put(
        checks,
        match open {
            Some(url) => Check::new(CheckCode::OpenAccess, Verdict::Warning, "").with("url", url),
            None => Check::new(CheckCode::OpenAccess, looked_for(draft, answer.open_access.is_some()), ""),
        },
    );
    for (said, verdict) in [(&answer.warnings, Verdict::Warning), (&answer.blockers, Verdict::Blocker)] {
        for (code, message) in said {
            let Some(code) = check_code(code) else {
                tracing::info!("The platform's check has a code we do not know.");
                continue;
            };
            // keep the numbers and places of the local check
            let known = checks.iter().find(|check| check.code == code && check.verdict != Verdict::Ok);
            let check = match known {
                Some(known) => Check { verdict, ..known.clone() },
                None => Check::new(code, verdict, ""),
            };
            put(checks, check.with("message", message));
        }
    }
}

/// Verdict when nothing was found: fine only if it was searched for and the form names a work.
fn looked_for(draft: &Draft, told: bool) -> Verdict {
    if told && draft.names_a_work() { Verdict::Ok } else { Verdict::Unchecked }
}

/// Sets the check of its code; one check for each code.
fn put(checks: &mut Vec<Check>, new: Check) {
    checks.retain(|check| check.code != new.code);
    checks.push(new);
}

/// Maps a code of the Reader API to a check; several codes share one.
fn check_code(code: &str) -> Option<CheckCode> {
    match code {
        "ACCOUNT_BLOCKED" => Some(CheckCode::AccountNotActive),
        "PICKUP_LOCATION_NOT_ALLOWED" => Some(CheckCode::PickupLocationRequired),
        code => serde_json::from_value(serde_json::Value::String(code.to_owned())).ok(),
    }
}
