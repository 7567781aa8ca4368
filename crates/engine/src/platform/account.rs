//! The account: registration, sign-in and sign-out, password, standing.

use hongyan_connectors::error::NetError;
use hongyan_model::account::{Account, AccountState, Quota, Registration, is_weak_password};
use hongyan_model::log::Logged as _;
use hongyan_model::notice::NoticeKind;
use hongyan_store::account::DeskRow;
use hongyan_store::notices::NewNotice;
use hongyan_store::session::is_held;
use jiff::Timestamp;

use super::Platform;
use super::session::{CUT_OFF, row};
use crate::base::change::Tag;
use crate::base::fault::{Failure, not_allowed};
use crate::base::problem::{ErrorCode, Problem, Retry};
use crate::base::schedule::Wake;
use crate::view::{AccountView, PickupDesk};

/// How long a sign-out waits for the platform; the erasure goes on after that.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(3);

/// Cursor: when the desks were last fetched.
const DESKS: &str = "desks";
/// Desks change seldom: they are fetched once a day.
const DESKS_FRESH: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

impl Platform {
    /// Account, registration and session, as stored here.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn account(&self) -> Result<AccountView, Problem> {
        let mut tx = self.context.read().await?;
        let session = tx.session().await?;
        let account = tx.account().await?;
        let registration = tx.registration().await?;
        let by_hand = self.hands_over();
        let held = !by_hand && is_held(session.as_ref());
        let cut_off = !by_hand && !held && tx.cursor(CUT_OFF).await?.is_some();
        drop(tx);
        let registered = registration.as_ref().map(|r| r.username.clone()).unwrap_or_default();
        Ok(AccountView {
            signed_in: held,
            needs_sign_in: !by_hand && session.is_some() && !held,
            cut_off,
            must_change_password: held && session.as_ref().is_some_and(|row| row.must_change_password),
            username: session.map(|row| row.username).filter(|name| !name.is_empty()).unwrap_or(registered),
            account,
            registration,
            desks: self.desks().await?,
        })
    }

    /// Fetches the account and the state of a registration from the platform.
    ///
    /// # Errors
    /// [Network errors](crate#errors), when nothing could be fetched; [store errors](crate#errors).
    pub async fn refresh_account(&self) -> Result<AccountView, Problem> {
        self.ask_registration().await?;
        if is_held(self.context.read().await?.session().await?.as_ref()) {
            self.ask_account().await?;
        }
        self.account().await
    }

    /// Sends a registration.
    ///
    /// # Errors
    /// `Refused` with the platform's code and message, [network and store errors](crate#errors).
    pub async fn register(&self, registration: &Registration) -> Result<AccountView, Problem> {
        let status = self.watched(self.own.gateway.register(registration)).await?;
        let mut tx = self.context.write().await?;
        tx.set_registration(&status).await?;
        tx.commit().await?;
        self.context.wake(Wake::Own);
        self.account().await
    }

    /// Signs in. The password is sent to the platform and stored nowhere. Then the outbox is woken.
    ///
    /// # Errors
    /// `WrongPassword`, `AccountLocked`; `NotAllowed` with param `username` when the files belong to another
    /// patron, who has to sign out first; [network and store errors](crate#errors).
    pub async fn sign_in(&self, username: &str, password: &str) -> Result<AccountView, Problem> {
        let username = username.trim();
        let mut tx = self.context.read().await?;
        let before = tx.session().await?.map(|row| row.username).unwrap_or_default();
        let history = !tx.request_counts().await?.is_empty();
        drop(tx);
        if history && !before.is_empty() && before != username {
            return Err(not_allowed("the history here is another patron's").with("username", before));
        }
        let turn = self.own.account_turn.lock().await;
        let session = self.watched(self.own.gateway.sign_in(username, password)).await?;
        let weak = is_weak_password(password, username);
        let mut tx = self.context.write().await?;
        tx.set_session(&row(username, &session, weak, self.context.now())).await?;
        tx.remove_cursor(CUT_OFF).await?;
        tx.commit().await?;
        drop(turn);
        self.set_blocked(None);
        if let Err(error) = self.ask_account().await {
            // the sign-in has succeeded; the account is fetched again with the next sync
            tracing::info!(error = %error.logged(), "The account could not be read after signing in.");
        }
        self.context.wake(Wake::Own);
        self.context.wakes().outbox();
        self.account().await
    }

    /// Changes the password.
    ///
    /// # Errors
    /// `WeakPassword` for one that is too short or too common, `WrongPassword`, `NeedsSignIn`,
    /// [network and store errors](crate#errors).
    pub async fn change_password(&self, old: &str, new: &str) -> Result<AccountView, Problem> {
        if self.hands_over() {
            return Err(NetError::NoPlatform.into());
        }
        let Some(held) = self.context.read().await?.session().await?.filter(|row| is_held(Some(row))) else {
            return Err(NetError::SignIn.into());
        };
        if is_weak_password(new, &held.username) || new == old {
            return Err(Problem::new(ErrorCode::WeakPassword, Retry::Never, "a weak password"));
        }
        let turn = self.own.account_turn.lock().await;
        self.send_password(&held.username, old, new).await?;
        let mut tx = self.context.write().await?;
        tx.set_must_change_password(false).await?;
        tx.commit().await?;
        drop(turn);
        if let Err(error) = self.ask_account().await {
            tracing::info!(error = %error.logged(), "The account could not be read after changing the password.");
        }
        self.set_blocked(None);
        self.context.wakes().outbox();
        self.account().await
    }

    async fn send_password(&self, username: &str, old: &str, new: &str) -> Result<(), Failure> {
        Ok(self
            .call(
                |session| async move { self.own.gateway.change_password(&session, username, old, new).await },
            )
            .await??)
    }

    /// Tells the platform that the session is over. Optional: the tokens expire by themselves.
    pub(crate) async fn say_farewell(&self) {
        if let Ok(session) = self.session().await {
            let _ = tokio::time::timeout(FAREWELL, self.own.gateway.sign_out(&session)).await;
        }
    }

    /// The pickup desks: those last fetched from the platform, or those of the library profile before that.
    pub(crate) async fn desks(&self) -> Result<Vec<PickupDesk>, Problem> {
        let heard = self.context.read().await?.desks().await?;
        if heard.is_empty() {
            let own = self.context.library().desks.iter();
            return Ok(own.map(|d| PickupDesk { id: d.id.clone(), name: d.name.clone() }).collect());
        }
        Ok(heard.into_iter().map(|d| PickupDesk { id: d.id, name: d.name }).collect())
    }

    /// Fetches account and desks from the platform and stores them.
    pub(crate) async fn ask_account(&self) -> Result<(), Failure> {
        let _turn = self.own.account_turn.lock().await;
        let account = self.call(|session| async move { self.own.gateway.account(&session).await }).await??;
        let now = self.context.now();
        let heard = self.context.read().await?.cursor(DESKS).await?.map(|(_, at)| at);
        // after the clock was set back they count as old, too
        let fresh = heard.is_some_and(|at| at <= now && now.duration_since(at) < DESKS_FRESH);
        let desks = if fresh { None } else { self.ask_desks().await? };
        let terms = if fresh { None } else { Box::pin(self.ask_terms()).await? };
        let mut tx = self.context.write().await?;
        if desks.is_some() {
            tx.set_cursor(DESKS, "", now).await?;
        }
        let before = tx.account().await?;
        tx.set_account(&account, desks.as_deref()).await?;
        if let Some(terms) = &terms {
            self.keep_terms(&mut tx, terms, now).await?;
        }
        let runs_low = |account: &Account| account.quota.as_ref().is_some_and(Quota::is_low);
        let mut told = false;
        // only crossing the threshold is news, not an allowance that was low at the first sync
        if runs_low(&account) && before.as_ref().is_some_and(|before| !runs_low(before)) {
            let new = about_account(NoticeKind::QuotaLow, format!("quota:{}", now.as_millisecond()), now);
            told = tx.add_notice(&new).await?.is_some();
        }
        if account.state == AccountState::ActiveMustChangePassword {
            tx.set_must_change_password(true).await?;
        }
        tx.commit().await?;
        if let Some(terms) = terms {
            self.apply_terms(terms, now);
        }
        if before.is_none_or(|before| before != account) {
            self.context.changed(&[Tag::Account, Tag::Drafts]);
            self.context.wakes().outbox();
        }
        if told {
            self.notices.tell().await;
        }
        Ok(())
    }

    /// Fetches the platform's desks; `None` when it does not give them now.
    async fn ask_desks(&self) -> Result<Option<Vec<DeskRow>>, Failure> {
        Ok(
            match self
                .call(|session| async move { self.own.gateway.pickup_locations(&session).await })
                .await?
            {
                Ok(desks) => Some(desks.into_iter().map(|d| DeskRow { id: d.id, name: d.name }).collect()),
                Err(error) => {
                    tracing::info!(error = %error.logged(), "The desks could not be read.");
                    None
                }
            },
        )
    }

    /// Fetches the state of a registration that is not decided; adds one notice when it is granted.
    pub(crate) async fn ask_registration(&self) -> Result<(), Failure> {
        let Some(known) = self.context.read().await?.registration().await? else { return Ok(()) };
        if is_decided(&known.state) {
            return Ok(());
        }
        let Some(status) = self.watched(self.own.gateway.registration_status(&known.username)).await? else {
            return Ok(());
        };
        if status == known {
            return Ok(());
        }
        let now = self.context.now();
        let mut tx = self.context.write().await?;
        tx.set_registration(&status).await?;
        let username = &status.username;
        // the platform may ask for more information twice: the key holds the time, and the notice is stored
        // with the new state
        let again = |what: &str| format!("registration:{username}:{what}:{}", now.as_millisecond());
        let new = match &status.state {
            AccountState::Active | AccountState::ActiveMustChangePassword => {
                Some((NoticeKind::AccountApproved, format!("registration:{username}")))
            }
            state if *state == known.state => None,
            AccountState::RegNeedsInfo => Some((NoticeKind::RegistrationNeedsInfo, again("needs-info"))),
            AccountState::RegRejected => Some((NoticeKind::RegistrationRejected, again("rejected"))),
            _ => None,
        };
        let mut told = false;
        if let Some((kind, key)) = new {
            told = tx.add_notice(&about_account(kind, key, now)).await?.is_some();
        }
        tx.commit().await?;
        self.context.changed(&[Tag::Account]);
        if told {
            self.notices.tell().await;
        }
        Ok(())
    }

    /// Whether a registration is undecided, so that the sync has to ask about it.
    pub(crate) async fn registration_is_open(&self) -> Result<bool, Failure> {
        Ok(self.context.read().await?.registration().await?.is_some_and(|status| !is_decided(&status.state)))
    }
}

/// A notice that belongs to no request.
fn about_account(kind: NoticeKind, event_key: String, at: Timestamp) -> NewNotice {
    NewNotice { event_key, kind, request: None, title: String::new(), date: None, at }
}

fn is_decided(state: &AccountState) -> bool {
    !matches!(
        state,
        AccountState::RegSubmitted
            | AccountState::RegReview
            | AccountState::RegNeedsInfo
            | AccountState::Unknown(_)
    )
}
