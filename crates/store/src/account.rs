//! Tables `account` and `registration`: both as the platform last reported them.

use hongyan_model::account::{Account, RegistrationStatus};
use serde::{Deserialize, Serialize};

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{json, parse};

/// A pickup desk of the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskRow {
    /// id that requests refer to
    pub id: String,
    /// display name
    pub name: String,
}

impl Tx {
    /// The stored account; none before the first report.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn account(&mut self) -> Result<Option<Account>, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT account FROM account").fetch_optional(self.conn()).await?;
        text.map(|text| parse("account", &text)).transpose()
    }

    /// The platform's pickup desks, as last reported; empty before the first report.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn desks(&mut self) -> Result<Vec<DeskRow>, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT desks FROM account").fetch_optional(self.conn()).await?;
        text.map(|text| parse("desk", &text)).transpose().map(Option::unwrap_or_default)
    }

    /// Stores the account, and the desks if given.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_account(
        &mut self,
        account: &Account,
        desks: Option<&[DeskRow]>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO account (id, account) VALUES (1, ?)
             ON CONFLICT (id) DO UPDATE SET account = excluded.account",
        )
        .bind(json("account", account)?)
        .execute(self.conn())
        .await?;
        if let Some(desks) = desks {
            sqlx::query("UPDATE account SET desks = ?")
                .bind(json("desk", &desks)?)
                .execute(self.conn())
                .await?;
        }
        Ok(())
    }

    /// The registration that was made here, if any.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or a stored value does not parse.
    pub async fn registration(&mut self) -> Result<Option<RegistrationStatus>, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT status FROM registration").fetch_optional(self.conn()).await?;
        text.map(|text| parse("registration", &text)).transpose()
    }

    /// Stores the state of the registration.
    ///
    /// # Errors
    /// [`StoreError`] when the statement fails (disk full, read-only file, I/O error).
    pub async fn set_registration(&mut self, status: &RegistrationStatus) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO registration (id, status) VALUES (1, ?)")
            .bind(json("registration", status)?)
            .execute(self.conn())
            .await?;
        Ok(())
    }
}
