//! `account` and `registration`: as the platform last described them.

use hongyan_model::account::{Account, RegistrationStatus};
use serde::{Deserialize, Serialize};

use crate::connect::Tx;
use crate::error::StoreError;
use crate::time::{json, parse};

/// A desk as it is kept: the platform's id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskRow {
    /// id to send
    pub id: String,
    /// name to show
    pub name: String,
}

impl Tx {
    /// The account.
    ///
    /// # Errors
    /// As any read.
    pub async fn account(&mut self) -> Result<Option<Account>, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT account FROM account").fetch_optional(self.conn()).await?;
        text.map(|text| parse("account", &text)).transpose()
    }

    /// The desks of the platform, as last heard; empty if never.
    ///
    /// # Errors
    /// As any read.
    pub async fn desks(&mut self) -> Result<Vec<DeskRow>, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT desks FROM account").fetch_optional(self.conn()).await?;
        text.map(|text| parse("desk", &text)).transpose().map(Option::unwrap_or_default)
    }

    /// Keeps the account; the desks too, if given.
    ///
    /// # Errors
    /// As any write.
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

    /// The registration made here.
    ///
    /// # Errors
    /// As any read.
    pub async fn registration(&mut self) -> Result<Option<RegistrationStatus>, StoreError> {
        let text: Option<String> =
            sqlx::query_scalar("SELECT status FROM registration").fetch_optional(self.conn()).await?;
        text.map(|text| parse("registration", &text)).transpose()
    }

    /// Keeps how it stands.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_registration(&mut self, status: &RegistrationStatus) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO registration (id, status) VALUES (1, ?)")
            .bind(json("registration", status)?)
            .execute(self.conn())
            .await?;
        Ok(())
    }
}
