//! The platform's checks of a new request: those that the client makes too (`model`), and those that only the
//! platform can make.

use hongyan_model::Fen;
use hongyan_model::account::AccountState;
use hongyan_model::library::Library;
use hongyan_model::pages::{PageSet, limit_of};
use hongyan_model::request::checks::{self, Check, CheckCode, Earlier, Verdict};
use hongyan_model::request::{Draft, Service};
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::{Row, wire};
use crate::accounts::{self, Account};
use crate::app::{App, day_of, rfc3339};
use crate::catalogue::Held;
use crate::reply::{Refusal, error};

/// Results of all checks.
pub(crate) struct Findings {
    pub(crate) blockers: Vec<Value>,
    pub(crate) warnings: Vec<Value>,
    holdings: Vec<Value>,
    open_access: Vec<Value>,
    duplicates: Vec<Value>,
    copyright: Option<Value>,
}

/// The quota that a request needs: one 虚拟币 for each yuan, at least one.
pub(crate) fn coins_for(draft: &Draft, library: &Library) -> i64 {
    checks::estimate(draft, library).map_or(1, |cost| ((cost.0 + 99) / 100).max(1))
}

/// Checks a draft. `own` are the patron's requests; an edited request is not its own duplicate.
pub(crate) async fn examine(
    app: &App,
    conn: &mut SqliteConnection,
    account: &Account,
    draft: &Draft,
    editing: bool,
) -> Result<Findings, Refusal> {
    let own = super::of_account(conn, &account.id).await?;
    let earlier: Vec<Earlier> = own.iter().filter_map(earlier).collect();
    let library = app.library();
    let checks = checks::check(draft, &library, app.clock.today(), &earlier);
    let mut found = Findings {
        blockers: Vec::new(),
        warnings: Vec::new(),
        holdings: Vec::new(),
        open_access: Vec::new(),
        duplicates: Vec::new(),
        copyright: copyright(draft, &checks),
    };
    standing(app, conn, account, draft, editing, &mut found).await?;
    for check in &checks {
        match check.verdict {
            Verdict::Blocker => found.blockers.push(sentence(check)),
            Verdict::Warning => found.warnings.push(sentence(check)),
            Verdict::Ok | Verdict::Unchecked => {}
        }
    }
    let desk = draft.pickup_location.trim();
    if draft.service == Service::Loan
        && !desk.is_empty()
        && !app.library().desks.iter().any(|known| known.id == desk)
    {
        found.blockers.push(error(
            "PICKUP_LOCATION_NOT_ALLOWED",
            "不能在这里取书",
            &[("pickupLocationId", desk.to_owned())],
        ));
    }
    if let Some(duplicate) = checks.iter().find(|c| c.code == CheckCode::DuplicateOpenRequest)
        && let Some(id) = duplicate.params.get("id")
        && let Some(row) = own.iter().find(|row| row.id == *id)
    {
        found.duplicates.push(json!({
            "id": row.id, "hrid": row.hrid, "state": row.state, "submittedAt": rfc3339(row.created_ms),
        }));
    }
    holdings(app, draft, &mut found);
    open_copy(app, draft, &mut found);
    Ok(found)
}

fn earlier(row: &Row) -> Option<Earlier> {
    let draft = wire::draft_of(row.id.parse().ok()?, &row.body()).ok()?;
    Some(Earlier::new(draft, row.state(), day_of(row.updated_ms)))
}

/// Account state, quota, number of open requests.
async fn standing(
    app: &App,
    conn: &mut SqliteConnection,
    account: &Account,
    draft: &Draft,
    editing: bool,
    found: &mut Findings,
) -> Result<(), Refusal> {
    match account.state() {
        AccountState::Active => {}
        AccountState::Suspended => {
            found.blockers.push(error("ACCOUNT_BLOCKED", "账户已停用，请联系图书馆", &[]))
        }
        AccountState::ActiveMustChangePassword => {
            let state = [("state", account.state.clone())];
            found.blockers.push(error("ACCOUNT_NOT_ACTIVE", "请先修改初始密码", &state));
        }
        _ => {
            let state = [("state", account.state.clone())];
            found.blockers.push(error("ACCOUNT_NOT_ACTIVE", "账户尚未开通", &state));
        }
    }
    if editing {
        return Ok(());
    }
    let coins = accounts::coins(conn, &account.id).await?;
    let (needed, available) =
        (coins_for(draft, &app.library()), account.granted - coins.reserved - coins.used);
    if needed > available {
        let numbers = [("available", available.to_string()), ("needed", needed.to_string())];
        found.blockers.push(error("QUOTA_EXCEEDED", "虚拟币余额不足", &numbers));
    }
    let limit = app.settings().max_active;
    if accounts::active(conn, &account.id).await? >= i64::from(limit) {
        found.blockers.push(error("LIMIT_REACHED", "在办申请已达上限", &[("limit", limit.to_string())]));
    }
    Ok(())
}

/// The home library must not hold the work: a certain match is refused, a doubtful one is reported and left
/// to the librarian.
fn holdings(app: &App, draft: &Draft, found: &mut Findings) {
    let Some((work, held)) = app.catalogue.held_at_home(draft) else { return };
    let place = app.library().name.clone();
    found.holdings.push(json!({
        "title": work.title, "callNumber": work.call_number, "location": place, "available": true,
        "url": app.library().portal,
    }));
    let parameters = [("callNumber", work.call_number.clone()), ("title", work.title.clone())];
    match held {
        Held::Certainly => found.blockers.push(error("HELD_LOCALLY", "本馆已有馆藏", &parameters)),
        Held::Perhaps => found.warnings.push(error("HELD_LOCALLY", "本馆可能有馆藏，请核对", &parameters)),
    }
}

fn open_copy(app: &App, draft: &Draft, found: &mut Findings) {
    if let Some(work) = app.catalogue.same_work(draft)
        && !work.open_url.is_empty()
    {
        found.open_access.push(json!({
            "source": "catalogue", "oaStatus": "gold", "version": "publishedVersion", "url": work.open_url,
        }));
        found.warnings.push(error(
            "OPEN_ACCESS",
            "有可直接阅读的开放版本",
            &[("url", work.open_url.clone())],
        ));
    }
}

fn copyright(draft: &Draft, checks: &[Check]) -> Option<Value> {
    let total = draft.total_pages?;
    let check = checks.iter().find(|c| c.code == CheckCode::CopyrightLimitExceeded)?;
    let asked = PageSet::parse(&draft.pages).map_or(0, |pages| pages.len());
    let union: usize = check.params.get("asked").and_then(|n| n.parse().ok()).unwrap_or(asked);
    Some(json!({
        "totalPages": total, "limitPages": limit_of(total), "requestedPages": asked,
        "alreadyUsedPages": union.saturating_sub(asked), "ok": check.verdict == Verdict::Ok,
    }))
}

/// A check as an entry of `errors[]`.
fn sentence(check: &Check) -> Value {
    use CheckCode as C;
    let message = match check.code {
        C::TitleRequired => "请填写题名",
        C::AuthorOrIsbnRequired => "请填写作者或 ISBN",
        C::IdentifierInvalid => "标识号校验不通过",
        C::PagesInvalid => "页码无法识别",
        C::PagesRequired => "请填写所需页码或篇名",
        C::NeedBeforePast if check.verdict == Verdict::Warning => "按通常时间可能来不及",
        C::NeedBeforePast => "需用日期已过",
        C::PickupLocationRequired => "请选择取书地点",
        C::CopyrightDeclarationRequired => "请确认版权声明",
        C::CopyrightLimitExceeded => "复制页数超过全书三分之一",
        C::HeldLocally => "本馆已有馆藏",
        C::OpenAccess => "有可直接阅读的开放版本",
        C::DuplicateOpenRequest => "已有一件相同的在办申请",
        C::DuplicateClosedRequest => "不久前申请过同一文献",
        C::DetailsMissing => "信息不全，馆员可能需要核对",
        C::DeliveryMail => "没有登记邮箱",
        C::MaxCostTooLow => "预估费用高于所填上限",
        C::AccountNotActive => "账户尚未开通",
        C::QuotaExceeded => "虚拟币余额不足",
        C::LimitReached => "在办申请已达上限",
        C::NoteTooLong => "备注超过 1000 字",
    };
    let code = match serde_json::to_value(check.code) {
        Ok(Value::String(code)) => code,
        _ => "INVALID".to_owned(),
    };
    let mut parameters: Vec<(&str, String)> =
        check.params.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    if !check.field.is_empty() {
        parameters.push(("field", check.field.clone()));
    }
    if let Some(id) = check.params.get("id") {
        parameters.push(("requestId", id.clone()));
    }
    error(&code, message, &parameters)
}

impl Findings {
    /// The answer of the precheck.
    pub(crate) fn describe(&self, app: &App, draft: &Draft) -> Value {
        let yuan = |fen: Fen| json!({"amount": fen.yuan(), "isoCurrencyCode": "CNY"});
        let mut estimate = json!({
            "costToPatron": yuan(Fen(0)),
            "coins": coins_for(draft, &app.library()),
            "expectedBy": expected_by(app, draft.service).to_string(),
        });
        if let (Some(cost), Some(estimate)) =
            (checks::estimate(draft, &app.library()), estimate.as_object_mut())
        {
            estimate.insert("cost".to_owned(), yuan(cost));
        }
        json!({
            "blockers": self.blockers, "warnings": self.warnings, "localHoldings": self.holdings,
            "openAccess": self.open_access, "duplicates": self.duplicates, "copyright": self.copyright,
            "estimate": estimate,
        })
    }
}

/// The expected date from today: review, then supply.
pub(crate) fn expected_by(app: &App, service: Service) -> jiff::civil::Date {
    let usual = app.library().usual.clone();
    let days = app.days();
    let reviewed = days.after(app.clock.today(), usual.review_working_days);
    match service {
        Service::Copy => days.after(reviewed, usual.copy_working_days),
        Service::Loan => reviewed.saturating_add(jiff::Span::new().days(i64::from(usual.loan_days))),
    }
}
