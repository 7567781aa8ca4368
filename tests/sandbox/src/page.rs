//! The librarian's page at `/_sandbox/`: plain HTML forms, 简体 with English beside it, labelled 演示.

use std::fmt::Write;

use axum::extract::{Form, State};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Router, http::StatusCode};
use hongyan_model::request::{RequestState, Service};
use serde::Deserialize;
use serde_json::Value;

use crate::accounts::{state_names, state_of as account_state_of};
use crate::app::App;
use crate::control::Control;
use crate::faults::{Fault, FaultKind};
use crate::reply::{Answer, Refusal};
use crate::requests::{state_code, state_of};

/// The page and what its forms send.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/_sandbox", get(|| async { Redirect::permanent("/_sandbox/") }))
        .route("/_sandbox/", get(page))
        .route("/_sandbox/page/approve", post(approve))
        .route("/_sandbox/page/reject", post(reject))
        .route("/_sandbox/page/move", post(move_request))
        .route("/_sandbox/page/fault", post(fault))
        .route("/_sandbox/page/clear-faults", post(clear_faults))
        .route("/_sandbox/page/librarian", post(librarian))
        .route("/_sandbox/page/advance", post(advance))
}

/// Text for HTML, elements and attributes in double quotes alike.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

const STYLE: &str = "body{font:16px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:72rem;margin:0 auto;\
    padding:1rem;color:#222;background:#fbfaf7}header{border-bottom:2px solid #a33;margin-bottom:1rem}\
    .demo{background:#a33;color:#fff;padding:0 .5em}table{border-collapse:collapse;width:100%}\
    th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #ddd}\
    form{display:inline}pre{white-space:pre-wrap;background:#fff;border:1px solid #ddd;padding:.5rem}";

async fn page(State(app): State<App>) -> Answer {
    let control = Control { app: app.clone() };
    let mut out = String::new();
    // writing to a String cannot fail
    let _ = write!(
        out,
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>演示 · 馆员工作台</title>\
         <style>{STYLE}</style></head><body><header><h1><span class=\"demo\">演示</span> 馆员工作台 \
         <small>Demo: librarian’s desk</small></h1><p>{}：这里的一切都是演示数据，与任何真实平台无关。 \
         Everything here is demo data.</p></header>",
        html(&app.library().name)
    );
    switches(&control, &mut out);
    registrations(&control.accounts().await?, &mut out);
    requests(&control.requests().await?, &mut out);
    out.push_str("<h2>平台发出的邮件 <small>Outgoing mail</small></h2>");
    for mail in control.mail().await? {
        let _ = write!(
            out,
            "<p>{} → {}<br><b>{}</b></p><pre>{}</pre>",
            html(&mail.at.0),
            html(&mail.recipient),
            html(&mail.subject),
            html(&mail.body)
        );
    }
    out.push_str("</body></html>");
    Ok(Html(out).into_response())
}

fn switches(control: &Control, out: &mut String) {
    let settings = control.settings();
    let (state, other, value) =
        if settings.librarian { ("工作中", "暂停", "off") } else { ("暂停", "开始", "on") };
    let _ = write!(
        out,
        "<h2>自动馆员 <small>Automatic librarian</small></h2><p>{state}，速度 {} 倍 \
         <form method=\"post\" action=\"/_sandbox/page/librarian\"><button name=\"librarian\" value=\"{value}\">{other}</button></form></p>\
         <h2>时钟 <small>Clock</small></h2><p>{} <form method=\"post\" action=\"/_sandbox/page/advance\">\
         <button name=\"days\" value=\"1\">快进 1 天</button> <button name=\"days\" value=\"8\">快进 8 天</button> \
         <button name=\"days\" value=\"21\">快进 21 天</button></form></p>\
         <h2>故障开关 <small>Faults</small></h2><ul>",
        settings.speed,
        html(&control.now())
    );
    for fault in control.faults() {
        let times = fault.times.map_or_else(|| "一直".to_owned(), |n| format!("{n} 次"));
        let _ = write!(out, "<li>{} {} {times}</li>", html(&fault.prefix), fault.kind.name());
    }
    out.push_str(
        "</ul><form method=\"post\" action=\"/_sandbox/page/fault\">路径 <input name=\"prefix\" value=\"/ill\"> \
         故障 <select name=\"kind\"><option value=\"latency\">延迟 3 秒 latency</option>\
         <option value=\"stall\">无响应 stall</option><option value=\"reset\">断开 reset</option>\
         <option value=\"status\">503</option><option value=\"too-many-requests\">429</option>\
         <option value=\"maintenance\">维护页面 maintenance</option>\
         <option value=\"truncated\">截断 truncated</option>\
         <option value=\"drop-after-commit\">提交后断开 drop-after-commit</option>\
         <option value=\"token-expiry\">登录过期 token-expiry</option></select> \
         次数 <input name=\"times\" size=\"4\" placeholder=\"一直\"> <button>设置</button></form> \
         <form method=\"post\" action=\"/_sandbox/page/clear-faults\"><button>全部清除</button></form>",
    );
}

fn registrations(accounts: &[Value], out: &mut String) {
    out.push_str(
        "<h2>读者注册 <small>Registrations</small></h2><table><tr><th>学号/工号<th>姓名<th>邮箱<th>状态<th></tr>",
    );
    for account in accounts {
        let (username, state) = (text(account, "/username"), account_state_of(text(account, "/state")));
        let _ = write!(
            out,
            "<tr><td>{}<td>{}<td>{}<td>{} {}<td>",
            html(username),
            html(text(account, "/name")),
            html(text(account, "/email")),
            html(state_names(&state).0),
            html(text(account, "/note"))
        );
        if text(account, "/state").starts_with("REG_") && text(account, "/state") != "REG_REJECTED" {
            let _ = write!(
                out,
                "<form method=\"post\" action=\"/_sandbox/page/approve\"><button name=\"username\" value=\"{0}\">通过</button></form> \
                 <form method=\"post\" action=\"/_sandbox/page/reject\"><input type=\"hidden\" name=\"username\" value=\"{0}\">\
                 <input name=\"note\" placeholder=\"原因\"><button>不通过</button></form>",
                html(username)
            );
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
}

fn requests(requests: &[Value], out: &mut String) {
    out.push_str(
        "<h2>申请 <small>Requests</small></h2><table><tr><th>编号<th>文献<th>服务<th>状态<th>下一步</tr>",
    );
    for request in requests {
        let component = text(request, "/bibliographicInfo/titleOfComponent");
        let title = if component.is_empty() { text(request, "/bibliographicInfo/title") } else { component };
        let service = if text(request, "/serviceType") == "Loan" { Service::Loan } else { Service::Copy };
        let state = state_of(text(request, "/state"));
        let _ = write!(
            out,
            "<tr><td>{}<td>{}<td>{}<td>{}<td>",
            html(text(request, "/hrid")),
            html(title),
            if service == Service::Loan { "馆际互借" } else { "文献传递" },
            html(state.zh())
        );
        let _ = write!(
            out,
            "<form method=\"post\" action=\"/_sandbox/page/move\"><input type=\"hidden\" name=\"id\" value=\"{}\">\
             <input name=\"note\" placeholder=\"说明\"> ",
            html(text(request, "/id"))
        );
        for (next, _) in state.next(service) {
            let _ = write!(
                out,
                "<button name=\"state\" value=\"{}\">{}</button> ",
                state_code(&next),
                html(next.zh())
            );
        }
        out.push_str("</form></tr>");
    }
    out.push_str("</table>");
}

fn back() -> Answer {
    Ok(Redirect::to("/_sandbox/").into_response())
}

#[derive(Deserialize)]
struct Whose {
    username: String,
    #[serde(default)]
    note: String,
}

async fn approve(State(app): State<App>, Form(whose): Form<Whose>) -> Answer {
    Control { app }.approve(&whose.username).await?;
    back()
}

async fn reject(State(app): State<App>, Form(whose): Form<Whose>) -> Answer {
    Control { app }.reject(&whose.username, &whose.note).await?;
    back()
}

#[derive(Deserialize)]
struct Move {
    id: String,
    state: String,
    #[serde(default)]
    note: String,
}

async fn move_request(State(app): State<App>, Form(step): Form<Move>) -> Answer {
    let to: RequestState = state_of(&step.state);
    let reason = (!step.note.trim().is_empty()).then_some(("LIBRARIAN", step.note.as_str()));
    Control { app }.move_request(&step.id, to, reason).await?;
    back()
}

#[derive(Deserialize)]
struct NewFault {
    prefix: String,
    kind: String,
    #[serde(default)]
    times: String,
}

async fn fault(State(app): State<App>, Form(new): Form<NewFault>) -> Answer {
    let kind = match new.kind.as_str() {
        "latency" => FaultKind::Latency { ms: 3000 },
        "stall" => FaultKind::Stall,
        "reset" => FaultKind::Reset,
        "status" => FaultKind::Status { status: 503 },
        "too-many-requests" => FaultKind::TooManyRequests { retry_after: 5 },
        "maintenance" => FaultKind::Maintenance,
        "truncated" => FaultKind::Truncated,
        "drop-after-commit" => FaultKind::DropAfterCommit,
        "token-expiry" => FaultKind::TokenExpiry,
        other => return Err(Refusal::new(400, "FAULT_UNKNOWN", "没有这种故障").with("kind", other)),
    };
    let mut fault = Fault::on(&new.prefix, kind);
    fault.times = new.times.trim().parse().ok();
    Control { app }.add_fault(fault);
    back()
}

async fn clear_faults(State(app): State<App>) -> Answer {
    Control { app }.clear_faults();
    back()
}

#[derive(Deserialize)]
struct Switch {
    librarian: String,
}

async fn librarian(State(app): State<App>, Form(switch): Form<Switch>) -> Answer {
    Control { app }.change_settings(|settings| settings.librarian = switch.librarian == "on");
    back()
}

#[derive(Deserialize)]
struct Days {
    days: i64,
}

async fn advance(State(app): State<App>, Form(days): Form<Days>) -> Answer {
    if !(0..=400).contains(&days.days) {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    }
    Control { app }.advance(days.days * 86_400).await?;
    back()
}
