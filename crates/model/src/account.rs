//! 读者账户: the patron's registration, account state and quota.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// State of an account, from registration to the end of its validity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountState {
    /// 注册已提交
    RegSubmitted,
    /// 待本馆审核, 1–2 working days
    RegReview,
    /// 资料待补
    RegNeedsInfo,
    /// 未通过
    RegRejected,
    /// 首次登录须改密
    ActiveMustChangePassword,
    /// 正式用户
    Active,
    /// 已停用
    Suspended,
    /// 已过期: the patron left the university
    Expired,
    /// a state that this version does not know, under the platform's own name
    #[serde(untagged)]
    Unknown(String),
}

impl AccountState {
    /// Whether an account in this state may send requests; a state that is not known here is the platform's to
    /// judge.
    pub fn may_request(&self) -> bool {
        matches!(self, AccountState::Active | AccountState::Unknown(_))
    }
}

/// 虚拟币: the patron's allowance, in the platform's unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Quota {
    /// the platform's name of the unit: `CALIS_COIN`
    pub unit: String,
    /// granted by the library
    pub granted: i64,
    /// reserved for open requests
    pub reserved: i64,
    /// spent
    pub used: i64,
    /// granted less reserved and used
    pub available: i64,
    /// when the platform reported these figures
    pub as_of: Timestamp,
}

impl Quota {
    /// Whether the patron should be warned: at most a fifth of the granted quota is left, or none.
    pub fn is_low(&self) -> bool {
        self.available <= 0 || self.available.saturating_mul(5) <= self.granted
    }
}

/// How many requests may be open at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// upper limit of open requests
    pub max_active: u32,
    /// open requests at the time of the report
    pub active: u32,
}

/// The account as the platform last reported it (`GET /ill/account` and `GET /ill/account/_self`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// 学号/工号
    pub username: String,
    /// the patron's name as registered
    pub display_name: String,
    /// state of the account
    pub state: AccountState,
    /// whether the platform would accept a request now
    pub can_request: bool,
    /// codes of the reasons why it would not; empty when it would
    pub problems: Vec<String>,
    /// address to which copies are mailed, masked by the platform: `z***@gxmzu.edu.cn`
    pub registered_email: String,
    /// quota; none until the library grants one
    pub quota: Option<Quota>,
    /// number of open requests and its limit; none where the platform sets none
    pub limits: Option<Limits>,
    /// when the platform reported this
    pub as_of: Timestamp,
}

/// Form of a new patron (`POST /patron`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Registration {
    /// 学号/工号, becomes the login name
    pub username: String,
    /// real name
    pub name: String,
    /// address to which the account's mail and copies go
    pub email: String,
    /// telephone, optional
    pub phone: String,
}

/// A registration as the platform last reported it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationStatus {
    /// 学号/工号
    pub username: String,
    /// state of the registration
    pub state: AccountState,
    /// why it was rejected or what is missing, as the librarian wrote it
    pub note: String,
    /// when the registration was sent; none if the platform does not report it
    pub submitted_at: Option<Timestamp>,
}

/// Whether a password is guessable: shorter than 8 bytes, the platform's former initial password, or the
/// patron's own number.
pub fn is_weak_password(password: &str, username: &str) -> bool {
    let lower = password.to_lowercase();
    let same = |p: &str| p.chars().all(|c| p.starts_with(c));
    // counted in bytes, because one Chinese character has more entropy than one Latin letter
    password.len() < 8
        || same(&lower)
        || lower == username.to_lowercase()
        || matches!(lower.as_str(), "12345678" | "123456789" | "1234567890" | "password" | "88888888")
}

#[cfg(test)]
mod tests {
    use super::{AccountState, is_weak_password};

    #[test]
    fn an_unknown_state_survives() {
        let state: AccountState = serde_json::from_str("\"FROZEN_2027\"").unwrap();
        assert_eq!(state, AccountState::Unknown("FROZEN_2027".into()));
        assert_eq!(serde_json::to_string(&state).unwrap(), "\"FROZEN_2027\"");
        assert_eq!(
            serde_json::to_string(&AccountState::ActiveMustChangePassword).unwrap(),
            "\"ACTIVE_MUST_CHANGE_PASSWORD\""
        );
    }

    #[test]
    fn weak_passwords() {
        for weak in ["aaaaaa", "aaaaaaaaaa", "20210001", "1234567", "Password"] {
            assert!(is_weak_password(weak, "20210001"), "{weak}");
        }
        for good in ["湖畔-904-借书", "相思湖畔904"] {
            assert!(!is_weak_password(good, "20210001"), "{good}");
        }
    }
}
