//! 读者账户: registration, standing, quota.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where an account stands, from registration to leaving (`reference` A.1).
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
    /// 已过期, left the university
    Expired,
    /// a state of a newer platform, by its own name
    #[serde(untagged)]
    Unknown(String),
}

/// 虚拟币: the patron's allowance, in the platform's own unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Quota {
    /// the platform's name of the unit: `CALIS_COIN`
    pub unit: String,
    /// granted by the library
    pub granted: i64,
    /// set aside for open requests
    pub reserved: i64,
    /// spent
    pub used: i64,
    /// what is left
    pub available: i64,
    /// when the platform said so
    pub as_of: Timestamp,
}

impl Quota {
    /// Whether so little is left that the patron should know: a fifth of what was granted, or nothing.
    pub fn is_low(&self) -> bool {
        self.available <= 0 || self.available.saturating_mul(5) <= self.granted
    }
}

/// How many requests may be open at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// at most
    pub max_active: u32,
    /// open now
    pub active: u32,
}

/// The account as the platform last described it (`GET /ill/account` and `_self`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// 学号/工号
    pub username: String,
    /// the patron's name as registered
    pub display_name: String,
    /// standing
    pub state: AccountState,
    /// whether a request would be accepted
    pub can_request: bool,
    /// codes of what stands in the way
    pub problems: Vec<String>,
    /// where copies are mailed to, masked by the platform: `z***@gxmzu.edu.cn`
    pub registered_email: String,
    /// allowance; none until granted
    pub quota: Option<Quota>,
    /// open requests
    pub limits: Option<Limits>,
    /// when the platform said all this
    pub as_of: Timestamp,
}

/// What a new patron fills in (`POST /patron`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Registration {
    /// 学号/工号, becomes the login name
    pub username: String,
    /// real name
    pub name: String,
    /// where account and copies are mailed to
    pub email: String,
    /// telephone, optional
    pub phone: String,
}

/// A registration as the platform last described it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationStatus {
    /// 学号/工号
    pub username: String,
    /// where it stands
    pub state: AccountState,
    /// why it was rejected or what is missing, in the librarian's words
    pub note: String,
    /// when it was sent
    pub submitted_at: Option<Timestamp>,
}

/// Passwords that everybody knows: the platform's old initial one, and the patron's own number.
pub fn is_weak_password(password: &str, username: &str) -> bool {
    let lower = password.to_lowercase();
    let same = |p: &str| p.chars().all(|c| p.starts_with(c));
    // in bytes: a Chinese character is worth more than a Latin letter
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
