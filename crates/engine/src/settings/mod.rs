//! Preferences of this machine.

use hongyan_store::StoreError;

use crate::base::context::Context;
use crate::base::problem::Problem;
use crate::base::rows::SETTINGS;
use crate::ledger::Vault;
use crate::view::{KeyPlace, OnClose, Settings};

/// The preferences. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Preferences {
    context: Context,
    vault: Vault,
}

impl Preferences {
    pub(crate) fn new(context: Context, vault: Vault) -> Preferences {
        Preferences { context, vault }
    }

    /// The preferences.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn get(&self) -> Result<Settings, Problem> {
        Ok(self.now_in_force().await?)
    }

    pub(crate) async fn now_in_force(&self) -> Result<Settings, StoreError> {
        let kept: Settings = self.context.read().await?.setting(SETTINGS).await?.unwrap_or_default();
        Ok(match self.vault.key_place() {
            // on a shared computer the next person must not find a window that was only hidden
            KeyPlace::Shared => Settings { on_close: OnClose::Quit, ..kept },
            _ => kept,
        })
    }

    /// Stores the preferences.
    ///
    /// # Errors
    /// [Store errors](crate#errors).
    pub async fn set(&self, settings: &Settings) -> Result<(), Problem> {
        let mut tx = self.context.write().await?;
        tx.set_setting(SETTINGS, settings).await?;
        tx.commit().await?;
        // quiet hours may begin or end by this
        self.context.wakes().reminders();
        Ok(())
    }
}
