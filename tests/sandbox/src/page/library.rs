//! The page of the library's terms and calendar.

use std::fmt::Write;

use axum::Router;
use axum::extract::{Form, State};
use axum::routing::{get, post};
use hongyan_model::Fen;
use jiff::civil::Date;
use serde::Deserialize;

use super::{back, day as shown, html, page};
use crate::app::{App, Renewal};
use crate::control::Control;
use crate::days::{ChangedDay, DayKind};
use crate::reply::{Answer, Refusal};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_sandbox/page/library", get(show))
        .route("/_sandbox/page/terms", post(terms))
        .route("/_sandbox/page/day", post(day))
}

const HERE: &str = "/_sandbox/page/library";

async fn show(State(app): State<App>) -> Answer {
    let (library, terms, settings) = (app.library(), app.terms(), app.settings());
    let checked = |is: bool| if is { " checked" } else { "" };
    let selected = |is: bool| if is { " selected" } else { "" };
    let mut out = format!(
        "<h2>规定 <small>Terms</small></h2><form method=\"post\" action=\"/_sandbox/page/terms\"><dl>\
         <dt>借书每册<dd><input class=\"short\" name=\"loan_fee\" value=\"{:.2}\"> 元\
         <dt>复制每页<dd><input class=\"short\" name=\"page_fee\" value=\"{:.2}\"> 元\
         <dt>读者自付<dd><label><input type=\"checkbox\" name=\"patron_pays\" value=\"on\"{}> 需要</label>\
         <dt>借期<dd><input class=\"short\" name=\"loan_days\" value=\"{}\"> 天\
         <dt>取书期限<dd><input class=\"short\" name=\"pickup_days\" value=\"{}\"> 天\
         <dt>续借次数<dd><input class=\"short\" name=\"renewals\" value=\"{}\">\
         <dt>续借答复<dd><select name=\"renewal\"><option value=\"grant\"{}>立即同意</option>\
         <option value=\"ask\"{}>由馆员答复</option><option value=\"refuse\"{}>立即拒绝</option></select>\
         <dt>条件答复期限<dd><input class=\"short\" name=\"condition_days\" value=\"{}\"> 个工作日\
         <dt>文档可看<dd><input class=\"short\" name=\"views\" value=\"{}\"> 次，保存 \
         <input class=\"short\" name=\"document_days\" value=\"{}\"> 天\
         <dt>电子版<dd><label><input type=\"checkbox\" name=\"documents\" value=\"on\"{}> 平台提供下载</label>\
         </dl><button>保存</button></form>",
        library.fees.loan.yuan(),
        library.fees.page.yuan(),
        checked(library.fees.patron_pays),
        library.loan_days,
        terms.pickup_days,
        terms.renewals,
        selected(settings.renewal == Renewal::Grant),
        selected(settings.renewal == Renewal::Ask),
        selected(settings.renewal == Renewal::Refuse),
        terms.condition_working_days,
        terms.document_views,
        terms.document_days,
        checked(settings.documents),
    );
    out.push_str(
        "<h2>日历 <small>Calendar</small></h2><form method=\"post\" action=\"/_sandbox/page/day\">\
         <input type=\"date\" name=\"date\" required><select name=\"open\"><option value=\"no\">不办理</option>\
         <option value=\"yes\">办理</option></select><input name=\"note\" placeholder=\"节日、校庆、调休上班…\">\
         <button>更改这一天</button></form><table><tr><th>日期<th>办理<th>说明</tr>",
    );
    let mut date = app.clock.today();
    for _ in 0..42 {
        let day = app.days().day(date);
        if day.kind != DayKind::Workday || !day.note.is_empty() {
            let open = if day.open { "办理" } else { "不办理" };
            let date = shown(&date.to_string());
            let _ = write!(out, "<tr><td>{date}<td>{open}<td>{}</tr>", html(&day.note));
        }
        date = date.tomorrow().unwrap_or(date);
    }
    out.push_str("</table><p class=\"quiet\">以上是六周内与平日不同的日子。 <small>The days of six weeks that are not ordinary.</small></p>");
    page(&app, HERE, "规定与日历", &out)
}

#[derive(Deserialize)]
struct NewTerms {
    loan_fee: f64,
    page_fee: f64,
    #[serde(default)]
    patron_pays: String,
    loan_days: u16,
    pickup_days: u16,
    renewals: u16,
    renewal: Renewal,
    condition_days: u16,
    views: u16,
    document_days: u16,
    #[serde(default)]
    documents: String,
}

async fn terms(State(app): State<App>, Form(new): Form<NewTerms>) -> Answer {
    let sane = |yuan: f64| yuan.is_finite() && (0.0..=10_000.0).contains(&yuan);
    if !sane(new.loan_fee) || !sane(new.page_fee) {
        return Err(Refusal::new(400, "BODY_INVALID", "费用无效"));
    }
    app.change_library(|library| {
        library.fees.loan = Fen::from_yuan(new.loan_fee);
        library.fees.page = Fen::from_yuan(new.page_fee);
        library.fees.patron_pays = new.patron_pays == "on";
        library.loan_days = new.loan_days;
    });
    app.change_terms(|terms| {
        terms.pickup_days = new.pickup_days;
        terms.renewals = new.renewals;
        terms.condition_working_days = new.condition_days;
        terms.document_views = new.views;
        terms.document_days = new.document_days;
    });
    app.change_settings(|settings| {
        settings.renewal = new.renewal;
        settings.documents = new.documents == "on";
    });
    app.tell();
    back(HERE)
}

#[derive(Deserialize)]
struct NewDay {
    date: Date,
    open: String,
    #[serde(default)]
    note: String,
}

async fn day(State(app): State<App>, Form(day): Form<NewDay>) -> Answer {
    let day = ChangedDay { date: day.date, open: day.open == "yes", note: day.note.trim().to_owned() };
    Control { app }.change_day(day);
    back(HERE)
}
