//! The page of the faults: one form, the list of active faults, and buttons that expire all tokens or
//! cursors.

use std::fmt::Write;

use axum::Router;
use axum::extract::{Form, State};
use axum::routing::{get, post};
use serde::Deserialize;

use super::{back, html, page};
use crate::app::App;
use crate::control::Control;
use crate::faults::{Fault, FaultKind};
use crate::reply::{Answer, Refusal};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_sandbox/page/faults", get(show))
        .route("/_sandbox/page/fault", post(add))
        .route("/_sandbox/page/clear-faults", post(clear))
        .route("/_sandbox/page/expire", post(expire))
}

const HERE: &str = "/_sandbox/page/faults";

/// Every kind with its Chinese name and the meaning of its number, if it has one.
const KINDS: [(&str, &str, &str); 17] = [
    ("latency", "延迟", "毫秒"),
    ("stall", "不应答（未办理）", ""),
    ("stall-after-commit", "办理后不应答", ""),
    ("reset", "断开（未办理）", ""),
    ("drop-after-commit", "办理后断开", ""),
    ("status", "错误状态", "状态码"),
    ("too-many-requests", "429 请求过多", "秒"),
    ("in-progress", "409 正在处理", "秒"),
    ("maintenance", "维护页面（200，HTML）", ""),
    ("truncated", "应答截断", ""),
    ("invalid-json", "应答不是有效 JSON", ""),
    ("gzip-bomb", "压缩炸弹", "MiB"),
    ("redirect", "转向别的主机", "地址"),
    ("token-expiry", "登录过期", ""),
    ("cursor-expiry", "同步游标失效", ""),
    ("page-shift", "翻页错位", ""),
    ("slow-commit", "提交缓慢", "毫秒"),
];

async fn show(State(app): State<App>) -> Answer {
    let control = Control { app: app.clone() };
    let mut out = String::from(
        "<h2>设置故障 <small>Set a fault</small></h2><form method=\"post\" action=\"/_sandbox/page/fault\">\
         <label>路径开头 <input name=\"prefix\" value=\"/ill\"></label>\
         <label>方法 <select name=\"method\"><option value=\"\">全部</option><option>GET</option><option>PUT</option>\
         <option>POST</option></select></label><label>故障 <select name=\"kind\">",
    );
    for (kind, zh, number) in KINDS {
        let number = if number.is_empty() { String::new() } else { format!("，数值：{number}") };
        let _ = write!(out, "<option value=\"{kind}\">{zh} {kind}{number}</option>");
    }
    out.push_str(
        "</select></label><label>数值 <input class=\"short\" name=\"number\"></label>\
         <label>跳过前 <input class=\"short\" name=\"skip\"> 次</label>\
         <label>持续 <input class=\"short\" name=\"times\" placeholder=\"一直\"> 次</label><button>设置</button></form>\
         <h2>已设置 <small>Set now</small></h2>",
    );
    let faults = control.faults();
    if faults.is_empty() {
        out.push_str("<p class=\"quiet\">没有故障。 <small>None.</small></p>");
    } else {
        out.push_str("<table><tr><th>路径<th>方法<th>故障<th>还跳过<th>还有</tr>");
        for fault in &faults {
            let times = fault.times.map_or_else(|| "一直".to_owned(), |n| format!("{n} 次"));
            let zh = KINDS.iter().find(|(kind, ..)| *kind == fault.kind.name()).map_or("", |(_, zh, _)| zh);
            let _ = write!(
                out,
                "<tr><td>{}<td>{}<td>{zh} <small>{}</small><td>{}<td>{times}</tr>",
                html(&fault.prefix),
                html(fault.method.as_deref().unwrap_or("全部")),
                fault.kind.name(),
                fault.skip,
            );
        }
        out.push_str(
            "</table><form method=\"post\" action=\"/_sandbox/page/clear-faults\"><button>全部清除</button></form>",
        );
    }
    out.push_str(
        "<h2>立即失效 <small>End at once</small></h2><form method=\"post\" action=\"/_sandbox/page/expire\">\
         <button name=\"what\" value=\"access\">访问令牌</button><button name=\"what\" value=\"all\">全部令牌</button>\
         <button name=\"what\" value=\"cursors\">同步游标</button></form>",
    );
    page(&app, HERE, "故障", &out)
}

#[derive(Deserialize)]
struct NewFault {
    prefix: String,
    kind: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    skip: String,
    #[serde(default)]
    times: String,
}

impl NewFault {
    /// The number from the form, or a default.
    fn number<T: std::str::FromStr>(&self, usual: T) -> T {
        self.number.trim().parse().unwrap_or(usual)
    }
}

async fn add(State(app): State<App>, Form(new): Form<NewFault>) -> Answer {
    let kind = match new.kind.as_str() {
        "latency" => FaultKind::Latency { ms: new.number(3000) },
        "stall" => FaultKind::Stall,
        "stall-after-commit" => FaultKind::StallAfterCommit,
        "reset" => FaultKind::Reset,
        "drop-after-commit" => FaultKind::DropAfterCommit,
        "status" => FaultKind::Status { status: new.number(503) },
        "too-many-requests" => FaultKind::TooManyRequests { retry_after: new.number(5) },
        "in-progress" => FaultKind::InProgress { retry_after: new.number(2) },
        "maintenance" => FaultKind::Maintenance,
        "truncated" => FaultKind::Truncated,
        "invalid-json" => FaultKind::InvalidJson,
        "gzip-bomb" => FaultKind::GzipBomb { mebibytes: new.number(256) },
        "redirect" => FaultKind::Redirect { to: new.number("http://127.0.0.2:9/".to_owned()) },
        "token-expiry" => FaultKind::TokenExpiry,
        "cursor-expiry" => FaultKind::CursorExpiry,
        "page-shift" => FaultKind::PageShift,
        "slow-commit" => FaultKind::SlowCommit { ms: new.number(3000) },
        other => return Err(Refusal::new(400, "FAULT_UNKNOWN", "没有这种故障").with("kind", other)),
    };
    let mut fault = Fault::on(&new.prefix, kind).after(new.skip.trim().parse().unwrap_or(0));
    fault.times = new.times.trim().parse().ok();
    fault.method = Some(new.method).filter(|method| !method.is_empty());
    Control { app }.add_fault(fault);
    back(HERE)
}

async fn clear(State(app): State<App>) -> Answer {
    Control { app }.clear_faults();
    back(HERE)
}

#[derive(Deserialize)]
struct What {
    what: String,
}

async fn expire(State(app): State<App>, Form(what): Form<What>) -> Answer {
    let control = Control { app };
    match what.what.as_str() {
        "access" => control.expire_access_tokens().await?,
        "all" => control.revoke_tokens().await?,
        _ => control.expire_cursors().await?,
    }
    back(HERE)
}
