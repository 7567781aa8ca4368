//! The page of registrations, account states and quota ledgers.

use std::fmt::Write;

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::Value;

use super::{back, html, moment, page, text};
use crate::accounts::{state_names, state_of};
use crate::app::App;
use crate::control::Control;
use crate::reply::{Answer, not_found};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_sandbox/page/patrons", get(list))
        .route("/_sandbox/page/patron/{username}", get(one))
        .route("/_sandbox/page/approve", post(approve))
        .route("/_sandbox/page/reject", post(reject))
        .route("/_sandbox/page/standing", post(standing))
        .route("/_sandbox/page/grant", post(grant))
}

const HERE: &str = "/_sandbox/page/patrons";

/// States that the librarian can set by hand.
const STANDINGS: [&str; 8] = [
    "REG_SUBMITTED",
    "REG_REVIEW",
    "REG_NEEDS_INFO",
    "REG_REJECTED",
    "ACTIVE_MUST_CHANGE_PASSWORD",
    "ACTIVE",
    "SUSPENDED",
    "EXPIRED",
];

async fn list(State(app): State<App>) -> Answer {
    let accounts = Control { app: app.clone() }.accounts().await?;
    let mut out = String::from(
        "<h2>读者 <small>Patrons</small></h2><table><tr><th>学号/工号<th>姓名<th>邮箱<th>状态<th>审核</tr>",
    );
    for account in &accounts {
        let (username, state) = (text(account, "/username"), state_of(text(account, "/state")));
        let _ = write!(
            out,
            "<tr><td><a href=\"/_sandbox/page/patron/{0}\">{0}</a><td>{1}<td>{2}<td class=\"state\">{3} <small>{4}</small><td>",
            html(username),
            html(text(account, "/name")),
            html(text(account, "/email")),
            html(state_names(&state).0),
            html(text(account, "/note"))
        );
        if matches!(text(account, "/state"), "REG_SUBMITTED" | "REG_REVIEW" | "REG_NEEDS_INFO") {
            let _ = write!(
                out,
                "<form method=\"post\" action=\"/_sandbox/page/approve\"><button name=\"username\" value=\"{0}\">通过</button></form>\
                 <form method=\"post\" action=\"/_sandbox/page/reject\"><input type=\"hidden\" name=\"username\" value=\"{0}\">\
                 <input name=\"note\" placeholder=\"原因\"><button>不通过</button></form>",
                html(username)
            );
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
    page(&app, HERE, "读者", &out)
}

async fn one(State(app): State<App>, Path(username): Path<String>) -> Answer {
    let control = Control { app: app.clone() };
    let accounts = control.accounts().await?;
    let account = accounts.iter().find(|a| text(a, "/username") == username).ok_or_else(not_found)?;
    let entries = control.ledger(&username).await?.ok_or_else(not_found)?;
    let name = html(&username);
    let mut out = format!(
        "<h2>{name} {} <small>{}</small></h2><div class=\"bar\">\
         <form method=\"post\" action=\"/_sandbox/page/standing\"><input type=\"hidden\" name=\"username\" value=\"{name}\">\
         <b>状态</b><select name=\"state\">",
        html(text(account, "/name")),
        html(text(account, "/email")),
    );
    for code in STANDINGS {
        let selected = if code == text(account, "/state") { " selected" } else { "" };
        let state = state_of(code);
        let _ = write!(out, "<option value=\"{code}\"{selected}>{}</option>", html(state_names(&state).0));
    }
    let _ = write!(
        out,
        "</select><input class=\"wide\" name=\"note\" placeholder=\"说明\"><button>更改</button></form>\
         <form method=\"post\" action=\"/_sandbox/page/grant\"><input type=\"hidden\" name=\"username\" value=\"{name}\">\
         <b>配给虚拟币</b><input class=\"short\" name=\"coins\" value=\"50\"><button>增加</button>\
         <small>负数为扣减 negative takes away</small></form></div>\
         <h2>虚拟币流水 <small>Ledger of the allowance</small></h2>\
         <table><tr><th>时间<th>事项<th>数量<th>申请</tr>"
    );
    for line in &entries {
        let entry = match text(line, "/entry") {
            "grant" => "配给",
            "reserve" => "预留",
            "consume" => "支出",
            "release" => "退回",
            other => other,
        };
        let _ = write!(
            out,
            "<tr><td><small>{}</small><td>{}<td>{}<td>{} {}</tr>",
            moment(&app, text(line, "/at")),
            html(entry),
            line.get("coins").and_then(Value::as_i64).unwrap_or_default(),
            html(text(line, "/hrid")),
            html(text(line, "/title")),
        );
    }
    out.push_str("</table>");
    page(&app, HERE, &username, &out)
}

#[derive(Deserialize)]
struct Whose {
    username: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    coins: String,
}

impl Whose {
    fn place(&self) -> String {
        let username: String = url::form_urlencoded::byte_serialize(self.username.as_bytes()).collect();
        format!("/_sandbox/page/patron/{username}")
    }
}

async fn approve(State(app): State<App>, Form(whose): Form<Whose>) -> Answer {
    Control { app }.approve(&whose.username).await?;
    back(HERE)
}

async fn reject(State(app): State<App>, Form(whose): Form<Whose>) -> Answer {
    Control { app }.reject(&whose.username, &whose.note).await?;
    back(HERE)
}

async fn standing(State(app): State<App>, Form(whose): Form<Whose>) -> Answer {
    Control { app }.set_account_state(&whose.username, &state_of(&whose.state), &whose.note).await?;
    back(&whose.place())
}

async fn grant(State(app): State<App>, Form(whose): Form<Whose>) -> Answer {
    let coins = whose.coins.trim().parse().unwrap_or_default();
    Control { app }.grant(&whose.username, coins).await?;
    back(&whose.place())
}
