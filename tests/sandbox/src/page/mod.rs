//! The librarian's pages at `/_sandbox/`: plain HTML forms, Chinese with English beside it, labelled 演示.
//! [`requests`] moves requests, [`patrons`] handles registrations, [`faults`] injects faults, [`library`]
//! edits terms and calendar. Everything goes through [`Control`], as the JSON paths do.

mod faults;
mod library;
mod patrons;
mod requests;

use std::fmt::Write;

use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::{get, post};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use serde_json::Value;

use crate::app::{App, china};
use crate::control::Control;
use crate::reply::Answer;

/// Routes of the pages and of their forms.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/_sandbox", get(|| async { Redirect::permanent("/_sandbox/") }))
        .route("/_sandbox/", get(overview))
        .route("/_sandbox/page/mail", get(mail))
        .route("/_sandbox/page/librarian", post(librarian))
        .route("/_sandbox/page/advance", post(advance))
        .merge(requests::router())
        .merge(patrons::router())
        .merge(faults::router())
        .merge(library::router())
}

/// Escapes text for HTML elements and double-quoted attributes.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A string at a JSON pointer; empty if there is none.
fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The one style sheet of the pages.
const STYLE: &str = include_str!("style.css");

/// Formats a date of the wire as `2027-01-08 周五`; anything else is returned unchanged.
fn day(text: &str) -> String {
    match text.parse::<Date>() {
        Ok(date) => format!("<time datetime=\"{date}\">{date} {}</time>", weekday(date)),
        Err(_) => html(text),
    }
}

/// Formats a time of the wire in the library's time zone: `11-25 周三 17:20`, with the year if it is not the
/// current one.
fn moment(app: &App, text: &str) -> String {
    let Ok(at) = text.parse::<Timestamp>() else { return html(text) };
    let local = at.to_zoned(china());
    let date = local.date();
    let form = if date.year() == app.clock.today().year() { "%m-%d" } else { "%Y-%m-%d" };
    format!(
        "<time datetime=\"{at}\">{} {} {}</time>",
        local.strftime(form),
        weekday(date),
        local.strftime("%H:%M")
    )
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "周一",
        Weekday::Tuesday => "周二",
        Weekday::Wednesday => "周三",
        Weekday::Thursday => "周四",
        Weekday::Friday => "周五",
        Weekday::Saturday => "周六",
        Weekday::Sunday => "周日",
    }
}

/// Wraps a body into a page; `here` is the page's own path, for the navigation.
fn page(app: &App, here: &str, title: &str, body: &str) -> Answer {
    const LINKS: [(&str, &str, &str); 5] = [
        ("/_sandbox/", "申请", "Requests"),
        ("/_sandbox/page/patrons", "读者", "Patrons"),
        ("/_sandbox/page/library", "规定与日历", "Terms and calendar"),
        ("/_sandbox/page/faults", "故障", "Faults"),
        ("/_sandbox/page/mail", "邮件", "Mail"),
    ];
    let mut links = String::new();
    for (path, zh, en) in LINKS {
        let current = if path == here { " aria-current=\"page\"" } else { "" };
        // writing to a String cannot fail, here and below
        let _ = write!(links, "<a href=\"{path}\"{current}>{zh} <small>{en}</small></a>");
    }
    Ok(Html(format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>演示 · {} · 馆员工作台</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{}</style></head><body><header>\
         <div class=\"head\"><h1>馆员工作台</h1><span class=\"demo\">演示</span><small>Demo: librarian’s desk</small></div>\
         <p>{}：这里的一切都是演示数据，与任何真实平台无关。 <small>Everything here is demo data.</small></p>\
         <nav>{links}</nav></header><main>{body}</main></body></html>",
        html(title),
        STYLE,
        html(&app.library().name),
    ))
    .into_response())
}

/// Redirects to the page that sent the form.
fn back(to: &str) -> Answer {
    Ok(Redirect::to(to).into_response())
}

async fn overview(State(app): State<App>) -> Answer {
    let control = Control { app: app.clone() };
    let settings = control.settings();
    let (state, other, value) =
        if settings.librarian { ("工作中", "暂停", "off") } else { ("已暂停", "开始", "on") };
    let mut out = format!(
        "<section class=\"bar\"><form method=\"post\" action=\"/_sandbox/page/librarian\">\
         <b>自动馆员</b> {state}，速度 {} 倍 <button name=\"librarian\" value=\"{value}\">{other}</button> \
         <label><input type=\"checkbox\" name=\"varies\" value=\"on\"{}> 有时另有波折 \
         <small>sometimes a detour</small></label> <button name=\"librarian\" value=\"\">保存</button></form>\
         <form method=\"post\" action=\"/_sandbox/page/advance\"><b>时钟</b> {} \
         <button name=\"days\" value=\"1\">快进 1 天</button><button name=\"days\" value=\"5\">5 天</button>\
         <button name=\"days\" value=\"8\">8 天</button><button name=\"days\" value=\"21\">21 天</button></form></section>",
        settings.speed,
        if settings.varies { " checked" } else { "" },
        moment(&app, &control.now()),
    );
    requests::list(&app, &control.requests().await?, &mut out);
    page(&app, "/_sandbox/", "申请", &out)
}

async fn mail(State(app): State<App>) -> Answer {
    let mail = Control { app: app.clone() }.mail().await?;
    let mut out = String::from("<h2>平台发出的邮件 <small>Outgoing mail</small></h2>");
    if mail.is_empty() {
        out.push_str("<p class=\"quiet\">还没有邮件。 <small>No mail yet.</small></p>");
        return page(&app, "/_sandbox/page/mail", "邮件", &out);
    }
    out.push_str("<table><tr><th>时间<th>收件人<th>内容</tr>");
    for mail in mail {
        let _ = write!(
            out,
            "<tr><td>{}<td>{}<td><b>{}</b><pre>{}</pre></tr>",
            moment(&app, &mail.at.0),
            html(&mail.recipient),
            html(&mail.subject),
            html(&mail.body)
        );
    }
    out.push_str("</table>");
    page(&app, "/_sandbox/page/mail", "邮件", &out)
}

#[derive(Deserialize)]
struct Switch {
    /// on, off, or empty to keep the setting
    librarian: String,
    #[serde(default)]
    varies: String,
}

async fn librarian(State(app): State<App>, Form(switch): Form<Switch>) -> Answer {
    Control { app }.change_settings(|settings| {
        if !switch.librarian.is_empty() {
            settings.librarian = switch.librarian == "on";
        }
        settings.varies = switch.varies == "on";
    });
    back("/_sandbox/")
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
    back("/_sandbox/")
}
