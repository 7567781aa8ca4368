//! Patrons' accounts: registration, approval, password, quota.

use hongyan_model::account::{AccountState, is_weak_password};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use crate::app::{App, rfc3339};

/// One row of `accounts`.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) username: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) password: Option<String>,
    pub(crate) state: String,
    pub(crate) note: String,
    pub(crate) granted: i64,
    pub(crate) locked: bool,
    pub(crate) submitted_ms: i64,
    pub(crate) moved_ms: i64,
}

impl Account {
    pub(crate) fn state(&self) -> AccountState {
        state_of(&self.state)
    }

    /// Whether the patron may sign in; a registration under review may not.
    pub(crate) fn may_sign_in(&self) -> bool {
        use AccountState as S;
        matches!(self.state(), S::Active | S::ActiveMustChangePassword | S::Suspended | S::Expired)
    }

    pub(crate) fn must_change_password(&self) -> bool {
        self.state() == AccountState::ActiveMustChangePassword
    }

    pub(crate) fn password_is(&self, password: &str) -> bool {
        self.password.as_deref().is_some_and(|stored| {
            stored.split_once('$').is_some_and(|(salt, _)| sealed(salt, password) == stored)
        })
    }

    /// Masks an address: `z***@gxmzu.edu.cn`.
    pub(crate) fn masked_email(&self) -> String {
        match self.email.split_once('@') {
            Some((user, host)) => {
                format!("{}***@{host}", user.chars().take(1).collect::<String>())
            }
            None => "***".to_owned(),
        }
    }
}

/// An account for tests and demonstrations, created without registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NewAccount {
    /// 学号/工号
    pub username: String,
    /// plain text; the sandbox stores a salted hash
    pub password: String,
    /// the patron's name
    pub name: String,
    /// address that copies are sent to
    pub email: String,
    /// state of the account
    pub state: AccountState,
    /// 虚拟币
    pub granted: i64,
}

impl Default for NewAccount {
    fn default() -> NewAccount {
        demo_account()
    }
}

/// The account that every sandbox has from the start. Name, number and password are fictitious.
pub fn demo_account() -> NewAccount {
    NewAccount {
        username: "20210001".to_owned(),
        password: "相思湖畔904".to_owned(),
        name: "韦小雁".to_owned(),
        email: "xiaoyan@stu.example.edu.cn".to_owned(),
        state: AccountState::Active,
        granted: 400,
    }
}

fn sealed(salt: &str, password: &str) -> String {
    let digest = Sha256::digest(format!("{salt}${password}"));
    format!("{salt}${}", hongyan_model::request::wire::hex(&digest))
}

/// Salted hash of a password, as stored.
pub(crate) fn seal_password(password: &str) -> String {
    sealed(&Uuid::new_v4().simple().to_string(), password)
}

/// The wire code of a state: `ACTIVE`.
pub(crate) fn state_code(state: &AccountState) -> String {
    match serde_json::to_value(state) {
        Ok(Value::String(code)) => code,
        _ => "UNKNOWN".to_owned(),
    }
}

/// Parses a wire code; unknown codes are kept as they are.
pub(crate) fn state_of(code: &str) -> AccountState {
    serde_json::from_value(json!(code)).unwrap_or_else(|_| AccountState::Unknown(code.to_owned()))
}

/// 简体 and English name of an account's state.
pub(crate) fn state_names(state: &AccountState) -> (&str, &str) {
    use AccountState as S;
    match state {
        S::RegSubmitted => ("注册已提交", "Registration received"),
        S::RegReview => ("待本馆审核", "Being checked by the library"),
        S::RegNeedsInfo => ("资料待补", "More information needed"),
        S::RegRejected => ("未通过", "Not approved"),
        S::ActiveMustChangePassword => ("首次登录须改密", "Password must be changed"),
        S::Active => ("正式用户", "Active"),
        S::Suspended => ("已停用", "Suspended"),
        S::Expired => ("已过期", "Expired"),
        S::Unknown(code) => (code, code),
    }
}

pub(crate) async fn by_username(
    conn: &mut SqliteConnection,
    username: &str,
) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM accounts WHERE username = ?").bind(username).fetch_optional(conn).await
}

pub(crate) async fn by_id(conn: &mut SqliteConnection, id: &str) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as("SELECT * FROM accounts WHERE id = ?").bind(id).fetch_optional(conn).await
}

/// Creates an account or overwrites an existing one; its requests stay.
pub(crate) async fn put(app: &App, new: &NewAccount) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO accounts (id, username, name, email, phone, password, state, note, granted, submitted_ms, moved_ms)
         VALUES (?, ?, ?, ?, '', ?, ?, '', ?, ?, ?)
         ON CONFLICT (username) DO UPDATE SET name = excluded.name, email = excluded.email,
             password = excluded.password, state = excluded.state, granted = excluded.granted, locked = 0",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(&new.username)
    .bind(&new.name)
    .bind(&new.email)
    .bind(seal_password(&new.password))
    .bind(state_code(&new.state))
    .bind(new.granted)
    .bind(app.clock.now_ms())
    .bind(jiff::Timestamp::now().as_millisecond())
    .execute(&app.pool)
    .await?;
    Ok(())
}

/// Sets the state of an account and the librarian's note.
pub(crate) async fn set_state(
    app: &App,
    username: &str,
    state: &AccountState,
    note: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE accounts SET state = ?, note = ?, moved_ms = ? WHERE username = ?")
        .bind(state_code(state))
        .bind(note)
        .bind(jiff::Timestamp::now().as_millisecond())
        .bind(username)
        .execute(&app.pool)
        .await?;
    app.tell();
    Ok(done.rows_affected() == 1)
}

/// Approves a registration: sets an initial password, grants the quota, sends the mail. False if no
/// registration of that name is under review.
pub(crate) async fn approve(app: &App, username: &str) -> Result<bool, sqlx::Error> {
    let settings = app.settings();
    let mut tx = app.pool.begin().await?;
    let Some(account) = by_username(&mut tx, username).await? else { return Ok(false) };
    use AccountState as S;
    if !matches!(account.state(), S::RegSubmitted | S::RegReview | S::RegNeedsInfo) {
        return Ok(false);
    }
    let password = settings.fixed_initial_password.unwrap_or_else(initial_password);
    sqlx::query(
        "UPDATE accounts SET state = ?, note = '', granted = ?, password = ?, moved_ms = ? WHERE id = ?",
    )
    .bind(state_code(&S::ActiveMustChangePassword))
    .bind(settings.granted)
    .bind(seal_password(&password))
    .bind(jiff::Timestamp::now().as_millisecond())
    .bind(&account.id)
    .execute(&mut *tx)
    .await?;
    let body = format!(
        "{}同学/老师，您好：\n您的文献传递与馆际互借账户已通过审核，并已配给虚拟币 {} 个。\n\
         账号：{}\n初始密码：{password}\n首次登录时请修改密码。\n如有问题，请致电 {} 或加 QQ 群 {}。\n{}\n\n\
         Your interlibrary-loan account has been approved. Account: {}. Initial password: {password}. \
         Please change it when you first sign in.",
        account.name,
        settings.granted,
        account.username,
        app.library().contact.phone,
        app.library().contact.qq_groups.join("、"),
        app.library().name,
        account.username,
    );
    sqlx::query("INSERT INTO mail (at_ms, username, recipient, subject, body) VALUES (?, ?, ?, ?, ?)")
        .bind(app.clock.now_ms())
        .bind(&account.username)
        .bind(&account.email)
        .bind("【CALIS 演示】您的账户已开通 / Your account is ready")
        .bind(body)
        .execute(&mut *tx)
        .await?;
    granted(app, &mut tx, &account.id, settings.granted).await?;
    tx.commit().await?;
    app.tell();
    Ok(true)
}

/// Writes a grant into the quota ledger; the total is stored with the account.
async fn granted(
    app: &App,
    conn: &mut SqliteConnection,
    account: &str,
    coins: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO ledger (account, request, entry, coins, at_ms) VALUES (?, '', 'grant', ?, ?)")
        .bind(account)
        .bind(coins)
        .bind(app.clock.now_ms())
        .execute(conn)
        .await?;
    Ok(())
}

/// Grants more 虚拟币 (a negative number takes some away); false if there is no such account.
pub(crate) async fn grant(app: &App, username: &str, coins: i64) -> Result<bool, sqlx::Error> {
    let mut tx = app.pool.begin().await?;
    let Some(account) = by_username(&mut tx, username).await? else { return Ok(false) };
    sqlx::query("UPDATE accounts SET granted = granted + ? WHERE id = ?")
        .bind(coins)
        .bind(&account.id)
        .execute(&mut *tx)
        .await?;
    granted(app, &mut tx, &account.id, coins).await?;
    tx.commit().await?;
    app.tell();
    Ok(true)
}

/// A row of the quota ledger: sequence, kind, coins, time, request, its number and title.
type Entry = (i64, String, i64, i64, String, Option<String>, Option<String>);

/// A page of an account's quota ledger in wire form, newest first, and the total number of entries.
pub(crate) async fn entries(
    conn: &mut SqliteConnection,
    account: &str,
    limit: usize,
    offset: usize,
) -> Result<(Vec<Value>, i64), sqlx::Error> {
    let rows: Vec<Entry> = sqlx::query_as(
        "SELECT l.seq, l.entry, l.coins, l.at_ms, l.request, r.hrid,
             coalesce(nullif(json_extract(r.body, '$.bibliographicInfo.titleOfComponent'), ''),
                      json_extract(r.body, '$.bibliographicInfo.title'))
         FROM ledger l LEFT JOIN requests r ON r.id = l.request
         WHERE l.account = ? ORDER BY l.seq DESC LIMIT ? OFFSET ?",
    )
    .bind(account)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .bind(i64::try_from(offset).unwrap_or(i64::MAX))
    .fetch_all(&mut *conn)
    .await?;
    let total = sqlx::query_scalar("SELECT count(*) FROM ledger WHERE account = ?")
        .bind(account)
        .fetch_one(conn)
        .await?;
    let entries = rows
        .into_iter()
        .map(|(seq, entry, coins, at, request, hrid, title)| {
            let mut line = json!({"id": seq.to_string(), "entry": entry, "coins": coins, "at": rfc3339(at)});
            if let Some(members) = line.as_object_mut() {
                let request = (!request.is_empty()).then_some(request);
                for (key, value) in [("requestId", request), ("hrid", hrid), ("title", title)] {
                    if let Some(value) = value {
                        members.insert(key.to_owned(), json!(value));
                    }
                }
            }
            line
        })
        .collect();
    Ok((entries, total))
}

/// Twelve characters without look-alikes such as 0 and O.
fn initial_password() -> String {
    const LETTERS: [char; 32] = [
        'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
        'x', 'y', 'z', '2', '3', '4', '5', '6', '7', '8', '9', 'A',
    ];
    Uuid::new_v4().as_bytes().iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).take(12).collect()
}

/// The code of the rule that a new password breaks, if any.
pub(crate) fn password_refused(app: &App, account: &Account, new: &str) -> Option<&'static str> {
    if account.password_is(new) {
        return Some("password.unchanged");
    }
    (!app.settings().accept_weak_password && is_weak_password(new, &account.username))
        .then_some("password.weak")
}

/// Quota granted, reserved, spent and left, summed over the ledger.
#[derive(Debug, Clone, Copy, FromRow)]
pub(crate) struct Coins {
    pub(crate) reserved: i64,
    pub(crate) used: i64,
}

/// Sums the ledger of an account.
pub(crate) async fn coins(conn: &mut SqliteConnection, account: &str) -> Result<Coins, sqlx::Error> {
    sqlx::query_as(
        "SELECT COALESCE(SUM(CASE entry WHEN 'reserve' THEN coins WHEN 'grant' THEN 0 ELSE -coins END), 0) AS reserved,
                COALESCE(SUM(CASE entry WHEN 'consume' THEN coins ELSE 0 END), 0) AS used
         FROM ledger WHERE account = ?",
    )
    .bind(account)
    .fetch_one(conn)
    .await
}

/// Number of open requests of an account.
pub(crate) async fn active(conn: &mut SqliteConnection, account: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT count(*) FROM requests WHERE account = ? AND deleted = 0 AND state NOT IN
         ('LOCALLY_AVAILABLE','DECLINED','COMPLETED','UNFILLED','CANCELLED','EXPIRED')",
    )
    .bind(account)
    .fetch_one(conn)
    .await
}

/// `GET /ill/account`.
pub(crate) async fn describe(
    app: &App,
    conn: &mut SqliteConnection,
    account: &Account,
) -> Result<Value, sqlx::Error> {
    let settings = app.settings();
    let coins = coins(conn, &account.id).await?;
    let active = active(conn, &account.id).await?;
    let available = account.granted - coins.reserved - coins.used;
    let mut problems = Vec::new();
    match account.state() {
        AccountState::Active => {}
        AccountState::ActiveMustChangePassword => problems.push("PASSWORD_CHANGE_REQUIRED"),
        AccountState::Suspended => problems.push("ACCOUNT_BLOCKED"),
        _ => problems.push("ACCOUNT_NOT_ACTIVE"),
    }
    if available <= 0 {
        problems.push("QUOTA_EXCEEDED");
    }
    if active >= i64::from(settings.max_active) {
        problems.push("LIMIT_REACHED");
    }
    let state = account.state();
    let (zh, en) = state_names(&state);
    let library = app.library();
    let contact = &library.contact;
    Ok(json!({
        "id": account.id,
        "username": account.username,
        "displayName": account.name,
        "state": account.state,
        "stateLabel": {"zh": zh, "en": en},
        "canRequest": problems.is_empty(),
        "problems": problems,
        "registeredEmail": account.masked_email(),
        "quota": {
            "unit": "CALIS_COIN", "granted": account.granted, "reserved": coins.reserved,
            "used": coins.used, "available": available, "asOf": rfc3339(app.clock.now_ms()),
        },
        "limits": {"maxActive": settings.max_active, "active": active},
        "homeLibrary": {
            "id": library.tenant, "name": library.name, "nameEn": library.name_en,
            "contacts": [
                {"type": "phone", "value": contact.phone},
                {"type": "qqGroup", "value": contact.qq_groups.first()},
                {"type": "qqGroup", "value": contact.qq_groups.get(1)},
                {"type": "place", "value": contact.place, "valueEn": contact.place_en},
            ],
        },
    }))
}
