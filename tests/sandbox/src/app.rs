//! State shared by all handlers: database, clock, settings.

use std::collections::{BTreeMap, HashSet};
use std::ops::Deref;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongyan_model::library::Library;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use tokio::sync::watch;
use uuid::Uuid;

use crate::catalogue::Catalogue;
use crate::days::Days;
use crate::faults::Fault;
use crate::received::Received;
use crate::sources::habits::Habits;
use crate::terms::Terms;

/// Settings of a running sandbox, readable and writable through the control API (`/_sandbox/settings`).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// lifetime of an access token, seconds
    pub access_seconds: i64,
    /// lifetime of a refresh token, seconds
    pub refresh_seconds: i64,
    /// accept weak passwords, so that only the client's own check refuses them
    pub accept_weak_password: bool,
    /// one initial password for all approved accounts, as old sites had it; `None` = a random one for each
    pub fixed_initial_password: Option<String>,
    /// maximum number of open requests of one patron
    pub max_active: u32,
    /// 虚拟币 granted when a registration is approved
    pub granted: i64,
    /// whether the automatic librarian runs
    pub librarian: bool,
    /// speed factor of the librarian; at 1 a request arrives after about a minute
    pub speed: f64,
    /// index of opac2's first record: 0 or 1 (third parties disagree)
    pub opac_offset_base: u32,
    /// how `opac2`, `yidu` and `nstl` answer what is open about them
    pub habits: BTreeMap<String, Habits>,
    /// whether the automatic librarian takes detours: depending on their id, some requests go to a second
    /// supplier, meet a condition or need more information; the first two of an account never do
    pub varies: bool,
    /// how renewals are answered
    pub renewal: Renewal,
    /// whether deliveries include a PDF; otherwise copies are sent by mail only
    pub documents: bool,
}

/// The answer to renewals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Renewal {
    /// granted at once
    #[default]
    Grant,
    /// left to the librarian
    Ask,
    /// refused at once
    Refuse,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            access_seconds: 600,
            refresh_seconds: 604_800,
            accept_weak_password: false,
            fixed_initial_password: None,
            max_active: 10,
            granted: 200,
            librarian: false,
            speed: 1.0,
            opac_offset_base: 0,
            habits: BTreeMap::new(),
            varies: false,
            renewal: Renewal::Grant,
            documents: true,
        }
    }
}

/// The sandbox's clock: the machine's clock plus an offset set through the control API.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead_ms: AtomicI64,
}

impl Clock {
    /// Milliseconds since the Unix epoch.
    pub(crate) fn now_ms(&self) -> i64 {
        Timestamp::now().as_millisecond().saturating_add(self.ahead_ms.load(Ordering::SeqCst))
    }

    /// Today in China.
    pub(crate) fn today(&self) -> Date {
        day_of(self.now_ms())
    }

    pub(crate) fn advance_ms(&self, ms: i64) {
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

/// Converts an instant to its date in China.
pub(crate) fn china() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

/// The day in China at an instant.
pub(crate) fn day_of(ms: i64) -> Date {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(china()).date()
}

/// Formats an instant for the wire.
pub(crate) fn rfc3339(ms: i64) -> String {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// Handle to the shared state; cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

pub(crate) struct Inner {
    /// exactly one connection, which serialises transactions and keeps a `:memory:` database alive
    pub(crate) pool: SqlitePool,
    pub(crate) clock: Clock,
    pub(crate) catalogue: Catalogue,
    library: Mutex<Arc<Library>>,
    terms: Mutex<Terms>,
    days: Mutex<Days>,
    settings: Mutex<Settings>,
    faults: Mutex<Vec<Fault>>,
    received: Mutex<Vec<Received>>,
    in_flight: Mutex<HashSet<Uuid>>,
    moved: watch::Sender<u64>,
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Ignores poisoning: the guarded values are replaced as a whole, so that a panicked test thread leaves them
/// valid.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    pub(crate) fn new(pool: SqlitePool, catalogue: Catalogue, settings: Settings) -> App {
        App(Arc::new(Inner {
            pool,
            clock: Clock::default(),
            catalogue,
            library: Mutex::new(Arc::new(Library::gxmzu())),
            terms: Mutex::default(),
            days: Mutex::default(),
            settings: Mutex::new(settings),
            faults: Mutex::default(),
            received: Mutex::default(),
            in_flight: Mutex::default(),
            moved: watch::Sender::new(0),
        }))
    }
}

impl Inner {
    pub(crate) fn settings(&self) -> Settings {
        lock(&self.settings).clone()
    }

    /// How a source answers.
    pub(crate) fn habits(&self, source: &str) -> Habits {
        lock(&self.settings).habits.get(source).cloned().unwrap_or_default()
    }

    /// The library profile with the current terms.
    pub(crate) fn library(&self) -> Arc<Library> {
        lock(&self.library).clone()
    }

    pub(crate) fn change_library(&self, change: impl FnOnce(&mut Library)) {
        change(Arc::make_mut(&mut lock(&self.library)));
    }

    /// Terms that a library profile does not contain.
    pub(crate) fn terms(&self) -> Terms {
        lock(&self.terms).clone()
    }

    pub(crate) fn change_terms(&self, change: impl FnOnce(&mut Terms)) {
        change(&mut lock(&self.terms));
    }

    /// The library's calendar.
    pub(crate) fn days(&self) -> MutexGuard<'_, Days> {
        lock(&self.days)
    }

    pub(crate) fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut lock(&self.settings));
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        lock(&self.faults)
    }

    pub(crate) fn received(&self) -> MutexGuard<'_, Vec<Received>> {
        lock(&self.received)
    }

    /// Claims an id for the duration of one PUT; `None` while another PUT of the same id is running.
    pub(crate) fn claim(&self, id: Uuid) -> Option<Claim<'_>> {
        lock(&self.in_flight).insert(id).then(|| Claim { inner: self, id })
    }

    /// Wakes everything that waits for a change.
    pub(crate) fn tell(&self) {
        self.moved.send_modify(|n| *n = n.wrapping_add(1));
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }
}

/// Releases the id when the PUT ends, whatever its outcome.
pub(crate) struct Claim<'a> {
    inner: &'a Inner,
    id: Uuid,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        lock(&self.inner.in_flight).remove(&self.id);
    }
}
