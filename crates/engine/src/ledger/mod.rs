//! The files: where their key is, how they are opened, copied, checked and restored, and what is in them and
//! nowhere else. Whoever exchanges them ends first what runs on them: that is the engine's part.

mod care;
pub(crate) mod open;
pub mod secrets;
pub(crate) mod shared;
pub(crate) mod unsent;
mod vault;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::MutexGuard as Turn;

pub(crate) use self::care::Mend;
use self::care::Mending;
use self::open::KeyStanding;
use self::secrets::SecretStore;
pub(crate) use self::vault::{Choices, Opened};
use crate::base::change::Tag;
use crate::base::context::Context;
use crate::base::problem::Problem;
use crate::view::KeyPlace;

/// Everything that a screen shows: other files took the place of those that were open.
pub(crate) const ALL: &[Tag] = &[
    Tag::Account,
    Tag::Requests,
    Tag::Drafts,
    Tag::Notices,
    Tag::Status,
    Tag::RecentSearches,
    Tag::Search,
    Tag::Sources,
    Tag::Settings,
];

/// The key and the care of the files. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Vault {
    context: Context,
    own: Arc<Own>,
}

struct Own {
    secrets: Arc<dyn SecretStore>,
    key: Mutex<KeyStanding>,
    /// the key moves, or the files are opened again, once at a time
    turn: tokio::sync::Mutex<()>,
    /// what became of looking for damage
    mending: Mutex<Mending>,
    /// restores the files: set once by the engine, which ends what runs on them
    mend: OnceLock<Mend>,
}

impl Vault {
    pub(crate) fn new(context: Context, secrets: Arc<dyn SecretStore>, key: KeyStanding) -> Vault {
        let own = Own {
            secrets,
            key: Mutex::new(key),
            turn: tokio::sync::Mutex::default(),
            mending: Mutex::default(),
            mend: OnceLock::new(),
        };
        Vault { context, own: Arc::new(own) }
    }

    /// Where the key is.
    pub fn key_place(&self) -> KeyPlace {
        self.standing().place
    }

    /// Why it is not in the keyring; param `untouched` when there is a history that was not opened.
    pub fn key_problem(&self) -> Option<Problem> {
        self.standing().problem
    }

    /// Whether the system's keyring works: a key under a passphrase can be moved there.
    pub fn has_keyring(&self) -> bool {
        self.standing().keyring
    }

    /// Where the key is, and why.
    pub(crate) fn standing(&self) -> KeyStanding {
        self.key().clone()
    }

    /// Other files were opened, under this key.
    pub(crate) fn put_standing(&self, key: KeyStanding) {
        *self.key() = key;
    }

    /// Until it is dropped nobody else moves the key or exchanges the files.
    pub(crate) async fn turn(&self) -> Turn<'_, ()> {
        self.own.turn.lock().await
    }

    /// As [`Vault::turn`]; `None` when somebody else has it.
    pub(crate) fn try_turn(&self) -> Option<Turn<'_, ()>> {
        self.own.turn.try_lock().ok()
    }

    /// Never held over an await.
    fn key(&self) -> MutexGuard<'_, KeyStanding> {
        // one assignment: whole even after a panic
        self.own.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
