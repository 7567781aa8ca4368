//! The files: where their key is; how they are opened, copied, checked and restored; and which data exists only
//! in them. Before the files are exchanged, the engine stops all tasks on them.

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

/// Every tag: announced after the open files were replaced.
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
    Tag::Arrivals,
];

/// Key and care of the files. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Vault {
    context: Context,
    own: Arc<Own>,
}

struct Own {
    secrets: Arc<dyn SecretStore>,
    key: Mutex<KeyStanding>,
    /// lock: one move of the key or exchange of the files at a time
    turn: tokio::sync::Mutex<()>,
    /// state of damage detection
    mending: Mutex<Mending>,
    /// restores the files: set once by the engine, which stops the tasks on them first
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

    /// Why the key is not in the keyring; param `untouched` when a history exists that was not opened.
    pub fn key_problem(&self) -> Option<Problem> {
        self.standing().problem
    }

    /// Whether the system's keyring works: then a key under a passphrase can be moved there.
    pub fn has_keyring(&self) -> bool {
        self.standing().keyring
    }

    /// Where the key is, and why not in the keyring.
    pub(crate) fn standing(&self) -> KeyStanding {
        self.key().clone()
    }

    /// Records the key under which the new files were opened.
    pub(crate) fn put_standing(&self, key: KeyStanding) {
        *self.key() = key;
    }

    /// Takes the vault's lock: nobody else moves the key or exchanges the files while it is held.
    pub(crate) async fn turn(&self) -> Turn<'_, ()> {
        self.own.turn.lock().await
    }

    /// As [`Vault::turn`]; `None` when the lock is held.
    pub(crate) fn try_turn(&self) -> Option<Turn<'_, ()>> {
        self.own.turn.try_lock().ok()
    }

    /// Never held across an `.await`.
    fn key(&self) -> MutexGuard<'_, KeyStanding> {
        // ignores poisoning: a single assignment is never half done
        self.own.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
