//! Drafts: kept as they are typed, checked here and by the platform.

use hongyan_connectors::gateway::Precheck;
use hongyan_model::account::{Account, AccountState};
use hongyan_model::request::checks::{Check, CheckCode, Earlier, Verdict, check, estimate};
use hongyan_model::request::wire::seal;
use hongyan_model::{Draft, Identifier, IdentifierKind, Record, RequestId, Service};
use hongyan_store::Tx;
use uuid::Uuid;

use crate::change::Tag;
use crate::engine::Engine;
use crate::fault::{Failure, not_found};
use crate::problem::{ErrorCode, Problem, Retry};
use crate::session::signed_in;
use crate::view::DraftView;

/// Name and version that the librarian sees.
pub(crate) const APP: (&str, &str) = ("Hongyan", env!("CARGO_PKG_VERSION"));

impl Engine {
    /// A new draft: from a record, else from an identifier or a title that was typed, else blank. A blank one
    /// is kept only once something is written into it.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn draft_new(
        &self,
        service: Service,
        from: Option<&Record>,
        text: Option<&str>,
    ) -> Result<DraftView, Problem> {
        let id = RequestId(Uuid::new_v4());
        let mut draft = match from {
            Some(record) => Draft::from_record(record, id, service, self.now()),
            None => Draft::blank(id, service, self.now()),
        };
        if let (None, Some(text)) = (from, text) {
            fill(&mut draft, text);
        }
        if service == Service::Loan {
            draft.pickup_location = self.only_desk().await?;
        }
        self.keep(&draft).await?;
        self.changed(&[Tag::Drafts]);
        self.view(draft, None).await
    }

    /// A draft with the checks that need no network.
    ///
    /// # Errors
    /// `NotFound`, and those of the files.
    pub async fn draft_get(&self, id: RequestId) -> Result<DraftView, Problem> {
        let draft = self.draft(id).await?;
        self.view(draft, None).await
    }

    /// Keeps a draft as it stands on the screen; when this returns it is on the disk.
    ///
    /// # Errors
    /// `NotFound` when it was deleted or submitted meanwhile; `DiskFull`: not saved; those of the files.
    pub async fn draft_save(&self, mut draft: Draft) -> Result<DraftView, Problem> {
        draft.updated_at = self.now();
        self.keep(&draft).await?;
        self.changed(&[Tag::Drafts]);
        self.view(draft, None).await
    }

    /// Throws a draft away; a save that comes later does not bring it back.
    ///
    /// # Errors
    /// Those of the files.
    pub async fn draft_delete(&self, id: RequestId) -> Result<(), Problem> {
        let mut tx = self.write().await?;
        // a submitted request is not a draft any more: late clicks must not bury it
        if tx.request(id).await?.is_none() {
            tx.remove_draft(id).await?;
            tx.bury(id, self.now()).await?;
            tx.commit().await?;
            self.inner.blanks().remove(&id);
        }
        self.changed(&[Tag::Drafts, Tag::Requests]);
        Ok(())
    }

    /// Asks the platform about a draft: holdings, open copies, account. Without an answer those
    /// checks are unchecked; that is no error.
    ///
    /// # Errors
    /// `NotFound`, and those of the files.
    pub async fn draft_check(&self, id: RequestId) -> Result<DraftView, Problem> {
        let draft = self.draft(id).await?;
        let sealed = seal(&draft, self.now(), false, APP)
            .map_err(|error| Problem::new(ErrorCode::Internal, Retry::Never, error.to_string()))?;
        let answer = match self.precheck(&sealed.bytes).await {
            Ok(answer) => Some(answer),
            Err(Failure::Net(error)) => {
                tracing::info!(%error, "The draft could not be checked with the platform.");
                None
            }
            Err(Failure::Store(error)) => return Err(error.into()),
        };
        self.view(draft, answer).await
    }

    async fn precheck(&self, body: &[u8]) -> Result<Precheck, Failure> {
        Ok(signed_in!(self, session => self.inner.gateway.precheck(session, body))?)
    }

    /// A draft, kept or not yet written to.
    pub(crate) async fn draft(&self, id: RequestId) -> Result<Draft, Problem> {
        if let Some(blank) = self.inner.blanks().get(&id) {
            return Ok(blank.clone());
        }
        self.read().await?.draft(id).await?.ok_or_else(not_found)
    }

    /// Puts it on the disk, or aside while it is blank and was never on the disk.
    async fn keep(&self, draft: &Draft) -> Result<(), Problem> {
        let mut tx = self.write().await?;
        if draft.is_blank() && tx.draft(draft.id).await?.is_none() {
            if tx.is_buried(draft.id).await? || tx.request(draft.id).await?.is_some() {
                return Err(not_found());
            }
            self.inner.blanks().insert(draft.id, draft.clone());
            return Ok(());
        }
        if !tx.save_draft(draft).await? {
            return Err(not_found());
        }
        tx.commit().await?;
        self.inner.blanks().remove(&draft.id);
        Ok(())
    }

    /// The desk, when there is only one to choose.
    async fn only_desk(&self) -> Result<String, Problem> {
        let desks = self.desks().await?;
        Ok(match desks.as_slice() {
            [one] => one.id.clone(),
            _ => String::new(),
        })
    }

    /// The draft with its checks, and what the platform said about it if it was asked.
    async fn view(&self, draft: Draft, answer: Option<Precheck>) -> Result<DraftView, Problem> {
        let mut tx = self.read().await?;
        let mut checks = self.checks(&mut tx, &draft).await?;
        drop(tx);
        let mut estimate = estimate(&draft, self.library());
        let checked_online = answer.is_some();
        match answer {
            Some(answer) => {
                estimate = answer.estimate.or(estimate);
                add_answer(&mut checks, &answer);
            }
            None => {
                checks.push(Check::new(CheckCode::HeldLocally, Verdict::Unchecked, ""));
                checks.push(Check::new(CheckCode::OpenAccess, Verdict::Unchecked, ""));
            }
        }
        let can_submit = !checks.iter().any(|check| check.verdict == Verdict::Blocker);
        Ok(DraftView { draft, checks, estimate, can_submit, checked_online })
    }

    /// The checks that need no network, with account and quota as last heard.
    pub(crate) async fn checks(&self, tx: &mut Tx, draft: &Draft) -> Result<Vec<Check>, Problem> {
        let earlier: Vec<Earlier> = tx
            .requests()
            .await?
            .into_iter()
            .map(|record| Earlier { draft: record.draft, state: record.state })
            .collect();
        let mut checks = check(draft, self.library(), self.inner.config.clock.today(), &earlier);
        standing(tx.account().await?.as_ref(), &mut checks);
        Ok(checks)
    }
}

/// Account and quota as the platform last said; unchecked before it ever did.
fn standing(account: Option<&Account>, checks: &mut Vec<Check>) {
    let Some(account) = account else {
        checks.push(Check::new(CheckCode::AccountNotActive, Verdict::Unchecked, ""));
        checks.push(Check::new(CheckCode::QuotaExceeded, Verdict::Unchecked, ""));
        return;
    };
    let active = if may_request(&account.state) { Verdict::Ok } else { Verdict::Blocker };
    checks.push(Check::new(CheckCode::AccountNotActive, active, ""));
    checks.push(match &account.quota {
        Some(quota) => {
            let verdict = if quota.available > 0 { Verdict::Ok } else { Verdict::Blocker };
            Check::new(CheckCode::QuotaExceeded, verdict, "")
                .with("available", quota.available)
                .with("unit", &quota.unit)
                .with("asOf", quota.as_of)
        }
        None => Check::new(CheckCode::QuotaExceeded, Verdict::Unchecked, ""),
    });
}

/// Whether an account in this state may send requests; a state we do not know is the platform's to judge.
pub(crate) fn may_request(state: &AccountState) -> bool {
    matches!(state, AccountState::Active | AccountState::Unknown(_))
}

/// What the platform said stands above what was reckoned here.
fn add_answer(checks: &mut Vec<Check>, answer: &Precheck) {
    let mut put = |new: Check| {
        checks.retain(|check| check.code != new.code);
        checks.push(new);
    };
    put(match answer.local_holdings.first() {
        Some((call_number, place)) => Check::new(CheckCode::HeldLocally, Verdict::Blocker, "")
            .with("callNumber", call_number)
            .with("location", place),
        None => Check::new(CheckCode::HeldLocally, Verdict::Ok, ""),
    });
    put(match answer.open_access.first() {
        Some(url) => Check::new(CheckCode::OpenAccess, Verdict::Warning, "").with("url", url),
        None => Check::new(CheckCode::OpenAccess, Verdict::Ok, ""),
    });
    for (said, verdict) in [(&answer.warnings, Verdict::Warning), (&answer.blockers, Verdict::Blocker)] {
        for (code, message) in said {
            let Some(code) = check_code(code) else {
                tracing::info!(code, "The platform's check has a code we do not know.");
                continue;
            };
            let known = match (code, answer.local_holdings.first(), answer.open_access.first()) {
                (CheckCode::HeldLocally, Some((call_number, place)), _) => {
                    Check::new(code, verdict, "").with("callNumber", call_number).with("location", place)
                }
                (CheckCode::OpenAccess, _, Some(url)) => Check::new(code, verdict, "").with("url", url),
                _ => Check::new(code, verdict, ""),
            };
            put(known.with("message", message));
        }
    }
}

/// A code of the Reader API as a check; several of them are one line here.
fn check_code(code: &str) -> Option<CheckCode> {
    match code {
        "ACCOUNT_BLOCKED" | "LIMIT_REACHED" => Some(CheckCode::AccountNotActive),
        "PICKUP_LOCATION_NOT_ALLOWED" => Some(CheckCode::PickupLocationRequired),
        code => serde_json::from_value(serde_json::Value::String(code.to_owned())).ok(),
    }
}

/// Puts what was typed where it belongs: an identifier into its field, anything else as the title.
fn fill(draft: &mut Draft, text: &str) {
    let text = hongyan_model::text::clean(text);
    match Identifier::recognise(&text) {
        Some(id) => match id.kind {
            IdentifierKind::Isbn => draft.isbn = id.value,
            IdentifierKind::Issn => draft.issn = id.value,
            IdentifierKind::Doi => draft.doi = id.value,
            IdentifierKind::Pmid => draft.pmid = id.value,
            _ => draft.note = text,
        },
        None if draft.kind == hongyan_model::Kind::Article => draft.component_title = text,
        None => draft.title = text,
    }
}
