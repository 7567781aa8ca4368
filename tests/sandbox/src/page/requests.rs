//! The table of requests, and the page of one request with every transition that it can take now.

use std::fmt::Write;

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::routing::{get, post};
use hongyan_model::request::transitions::{CONDITIONS, Transition, from};
use hongyan_model::request::{Actor, RequestState, Service, reasons};
use serde::Deserialize;
use serde_json::Value;

use super::{back, day, html, moment, page, text};
use crate::app::App;
use crate::control::{Control, NewReason, NewStep};
use crate::reply::{Answer, not_found};
use crate::requests::documents::NewDocument;
use crate::requests::moves::NewCondition;
use crate::requests::{Label, Newer, NewerAction, state_code, state_of};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_sandbox/page/request/{id}", get(one))
        .route("/_sandbox/page/move", post(take_step))
        .route("/_sandbox/page/write", post(write))
        .route("/_sandbox/page/renewal", post(renewal))
        .route("/_sandbox/page/document", post(add_document))
        .route("/_sandbox/page/document-limits", post(limit_document))
        .route("/_sandbox/page/newer", post(newer))
        .route("/_sandbox/page/successor", post(successor))
        .route("/_sandbox/page/touch", post(touch))
        .route("/_sandbox/page/delete", post(delete))
}

fn place(id: &str) -> String {
    format!("/_sandbox/page/request/{id}")
}

fn title(request: &Value) -> &str {
    let component = text(request, "/bibliographicInfo/titleOfComponent");
    if component.is_empty() { text(request, "/bibliographicInfo/title") } else { component }
}

fn service(request: &Value) -> Service {
    if text(request, "/serviceType") == "Loan" { Service::Loan } else { Service::Copy }
}

fn service_name(service: Service) -> &'static str {
    if service == Service::Loan { "馆际互借" } else { "文献传递" }
}

/// The table of all requests.
pub(super) fn list(app: &App, requests: &[Value], out: &mut String) {
    out.push_str("<h2>申请 <small>Requests</small></h2>");
    if requests.is_empty() {
        out.push_str("<p class=\"quiet\">还没有申请。 <small>No requests yet.</small></p>");
        return;
    }
    out.push_str("<table><tr><th>编号<th>文献<th>服务<th>状态<th>提供馆<th>更新<th>说明</tr>");
    for request in requests {
        let waits = text(request, "/renewal/state") == "requested";
        let _ = write!(
            out,
            "<tr><td><a href=\"{}\">{}</a><td>{}<td>{}<td class=\"state\">{}<td>{}<td>{}<td>{}{}</tr>",
            place(text(request, "/id")),
            html(text(request, "/hrid")),
            html(title(request)),
            service_name(service(request)),
            html(text(request, "/stateLabel/zh")),
            html(text(request, "/supplier/name")),
            moment(app, text(request, "/metadata/updatedDate")),
            html(text(request, "/reason/text")),
            if waits { " <b class=\"wait\">续借待答复</b>" } else { "" },
        );
    }
    out.push_str("</table>");
}

async fn one(State(app): State<App>, Path(id): Path<String>) -> Answer {
    let request = Control { app: app.clone() }.request(&id).await?.ok_or_else(not_found)?;
    let mut out = format!(
        "<h2>{} {} <small>{}</small></h2>",
        html(text(&request, "/hrid")),
        html(title(&request)),
        service_name(service(&request))
    );
    facts(&request, &mut out);
    steps(&request, &mut out);
    out.push_str("<div class=\"cols\"><div>");
    messages(&app, &request, &mut out);
    documents(&app, &request, &mut out);
    out.push_str("</div><div>");
    timeline(&app, &request, &mut out);
    out.push_str("</div></div>");
    beyond(&request, &mut out);
    page(&app, &place(&id), text(&request, "/hrid"), &out)
}

fn facts(request: &Value, out: &mut String) {
    let state = format!("{} {}", text(request, "/stateLabel/zh"), text(request, "/state")).trim().to_owned();
    let attempt = request.pointer("/supplierAttempt").and_then(Value::as_i64).unwrap_or_default();
    let supplier = match text(request, "/supplier/name") {
        "" => String::new(),
        name => format!("{name}（第 {attempt} 家）"),
    };
    let cost = request.pointer("/cost/amount").and_then(Value::as_f64);
    out.push_str("<dl>");
    for (name, value) in [
        ("状态", state.as_str()),
        ("原因", text(request, "/reason/text")),
        ("题名", text(request, "/bibliographicInfo/title")),
        ("作者", text(request, "/bibliographicInfo/author")),
        ("编者", text(request, "/bibliographicInfo/editor")),
        ("译者", text(request, "/bibliographicInfo/translator")),
        ("其他责任者", text(request, "/bibliographicInfo/contributor")),
        ("页码", text(request, "/bibliographicInfo/pagesRequested")),
        ("读者备注", text(request, "/serviceInfo/note")),
        ("提供馆", &supplier),
        ("条件", text(request, "/condition/text")),
        ("费用", &cost.map_or_else(String::new, |yuan| format!("{yuan:.2} 元"))),
        ("接续申请", text(request, "/succeededBy")),
    ] {
        if !value.is_empty() {
            let _ = write!(out, "<dt>{name}<dd>{}", html(value));
        }
    }
    for (name, date) in [
        ("需用日期", text(request, "/serviceInfo/needBefore")),
        ("条件答复期限", text(request, "/condition/answerBy")),
        ("预计", text(request, "/expectedBy")),
        ("取书期限", text(request, "/pickupBy")),
        ("归还日期", text(request, "/dueDate")),
    ] {
        if !date.is_empty() {
            let _ = write!(out, "<dt>{name}<dd>{}", day(date));
        }
    }
    out.push_str("</dl>");
    if text(request, "/renewal/state") == "requested" {
        let _ = write!(
            out,
            "<form method=\"post\" action=\"/_sandbox/page/renewal\"><b class=\"wait\">读者申请续借</b>\
             <input type=\"hidden\" name=\"id\" value=\"{}\"><label>至 <input type=\"date\" name=\"day\"></label>\
             <input class=\"wide\" name=\"text\" placeholder=\"说明\"><button name=\"granted\" value=\"yes\">同意</button>\
             <button name=\"granted\" value=\"no\">不同意</button></form>",
            html(text(request, "/id"))
        );
    }
}

fn options(codes: &[&str]) -> String {
    codes.iter().fold(String::from("<option value=\"\">原因…</option>"), |mut all, code| {
        let name = reasons::name(code).map_or(*code, |(zh, _)| zh);
        let _ = write!(all, "<option value=\"{code}\">{name}</option>");
        all
    })
}

/// A row for each possible transition, with fields for what can be added to it.
fn steps(request: &Value, out: &mut String) {
    let (id, service) = (html(text(request, "/id")), service(request));
    out.push_str("<h2>下一步 <small>Next step</small></h2>");
    let rows: Vec<&Transition> = from(&state_of(text(request, "/state")), service).collect();
    if rows.is_empty() {
        out.push_str("<p class=\"quiet\">本件已结束，或处于本平台不认识的状态。 <small>Closed, or in a state that the table does not know.</small></p>");
        return;
    }
    out.push_str("<table>");
    for row in rows {
        let _ = write!(
            out,
            "<tr><td><form method=\"post\" action=\"/_sandbox/page/move\"><input type=\"hidden\" name=\"id\" value=\"{id}\">\
             <button class=\"step\" name=\"state\" value=\"{}\">{}</button><span class=\"quiet\">{}</span>",
            state_code(&row.to),
            html(row.to.zh()),
            row.actors.iter().map(|actor| actor_name(*actor)).collect::<Vec<_>>().join("、"),
        );
        if row.to == RequestState::ConditionPending {
            let _ = write!(
                out,
                "<select name=\"code\">{}</select><label>费用 <input class=\"short\" name=\"cost\" inputmode=\"decimal\"> 元</label>\
                 <label>答复期限 <input type=\"date\" name=\"day\"></label>",
                options(CONDITIONS)
            );
        } else if !row.reasons.is_empty() {
            let _ = write!(out, "<select name=\"code\">{}</select>", options(row.reasons));
        }
        match row.to {
            RequestState::SentToSupplier => {
                out.push_str("<label>提供馆 <input name=\"supplier\" placeholder=\"自动\"></label>");
            }
            RequestState::OnLoan | RequestState::Recalled => {
                out.push_str("<label>归还日期 <input type=\"date\" name=\"day\"></label>");
            }
            RequestState::AwaitingPickup => {
                out.push_str("<label>取书期限 <input type=\"date\" name=\"day\"></label>");
            }
            RequestState::Delivered => out.push_str(
                "<label>PDF 页数 <input class=\"short\" name=\"pages\" inputmode=\"numeric\"></label>\
                 <label>可看次数 <input class=\"short\" name=\"views\" inputmode=\"numeric\"></label>",
            ),
            _ => {}
        }
        out.push_str("<input class=\"wide\" name=\"note\" placeholder=\"给读者的说明\"></form></tr>");
    }
    out.push_str("</table>");
}

fn actor_name(actor: Actor) -> &'static str {
    match actor {
        Actor::Patron => "读者",
        Actor::Library => "本馆",
        Actor::Supplier => "提供馆",
        Actor::System => "期限",
    }
}

fn messages(app: &App, request: &Value, out: &mut String) {
    out.push_str("<h2>留言 <small>Messages</small></h2>");
    let all = request.get("messages").and_then(Value::as_array);
    if all.is_none_or(Vec::is_empty) {
        out.push_str("<p class=\"quiet\">还没有留言。 <small>No messages yet.</small></p>");
    } else {
        out.push_str("<table>");
    }
    for message in all.into_iter().flatten() {
        let library = text(message, "/from") == "library";
        let who = if library { "馆员" } else { "读者" };
        let read = match (library, text(message, "/readAt")) {
            (true, "") => " <small>未读</small>",
            (true, _) => " <small>已读</small>",
            _ => "",
        };
        let said = html(text(message, "/text")).replace('\n', "<br>");
        let at = moment(app, text(message, "/at"));
        let _ = write!(out, "<tr><th>{who}<br><small>{at}</small><td>{said}{read}</tr>");
    }
    if all.is_some_and(|all| !all.is_empty()) {
        out.push_str("</table>");
    }
    let _ = write!(
        out,
        "<form method=\"post\" action=\"/_sandbox/page/write\"><input type=\"hidden\" name=\"id\" value=\"{}\">\
         <textarea name=\"text\" placeholder=\"给读者留言\"></textarea><button>发送</button></form>",
        html(text(request, "/id"))
    );
}

fn documents(app: &App, request: &Value, out: &mut String) {
    let id = html(text(request, "/id"));
    out.push_str("<h2>文档 <small>Documents</small></h2>");
    let all = request.get("documents").and_then(Value::as_array);
    if all.is_some_and(|all| !all.is_empty()) {
        out.push_str("<table>");
        for document in all.into_iter().flatten() {
            let _ = write!(
                out,
                "<tr><td>{}<br><small>还可看 {} 次，保存至 {}</small><td>\
                 <form method=\"post\" action=\"/_sandbox/page/document-limits\"><input type=\"hidden\" name=\"id\" value=\"{id}\">\
                 <input type=\"hidden\" name=\"document\" value=\"{}\"><label>次数 <input class=\"short\" name=\"views\"></label>\
                 <label>至 <input type=\"date\" name=\"last_day\"></label><button>更改</button></form></tr>",
                html(text(document, "/name")),
                document.get("viewsRemaining").and_then(Value::as_i64).unwrap_or_default(),
                moment(app, text(document, "/expiresAt")),
                html(text(document, "/id")),
            );
        }
        out.push_str("</table>");
    }
    let _ = write!(
        out,
        "<form method=\"post\" action=\"/_sandbox/page/document\"><input type=\"hidden\" name=\"id\" value=\"{id}\">\
         <label>生成 PDF，页数 <input class=\"short\" name=\"pages\"></label>\
         <label>可看次数 <input class=\"short\" name=\"views\"></label>\
         <label><input type=\"checkbox\" name=\"wrong\" value=\"yes\"> 摘要有误 <small>wrong digest</small></label>\
         <button>添加</button></form>"
    );
}

fn timeline(app: &App, request: &Value, out: &mut String) {
    out.push_str("<h2>经过 <small>Events</small></h2><table>");
    for event in request.get("events").and_then(Value::as_array).into_iter().flatten() {
        let _ = write!(
            out,
            "<tr><td><small>{}</small><td>{}<br><small>{}</small></tr>",
            moment(app, text(event, "/at")),
            html(text(event, "/note")),
            html(text(event, "/noteEn")),
        );
    }
    out.push_str("</table>");
}

/// What is outside the table: simulating a newer platform, successors, deletion.
fn beyond(request: &Value, out: &mut String) {
    let id = html(text(request, "/id"));
    let hidden = format!("<input type=\"hidden\" name=\"id\" value=\"{id}\">");
    let _ = write!(
        out,
        "<h2>表外 <small>Beyond the table</small></h2><table>\
         <tr><th>更新版平台的状态与操作<td><form method=\"post\" action=\"/_sandbox/page/newer\">{hidden}\
         <label>状态 <input name=\"state\" placeholder=\"DIGITISING_ABROAD\"></label>\
         <label>名称 <input name=\"label\" placeholder=\"境外数字化中\"></label>\
         <label>操作 <input name=\"action\" placeholder=\"ask-courier\"></label>\
         <label>操作名 <input name=\"action_label\" placeholder=\"联系快递\"></label>\
         <label>参数 <input name=\"parameters\" placeholder=\"phone note\"></label>\
         <button>设置</button></form><small>状态填本平台已有的代码，即回到表内。 A known code leads back.</small></tr>\
         <tr><th>标为已重新申请<td><form method=\"post\" action=\"/_sandbox/page/successor\">{hidden}\
         <input class=\"wide\" name=\"successor\" placeholder=\"新申请的 UUID\"><button>关闭</button></form></tr>\
         <tr><th>只换版本<td><form method=\"post\" action=\"/_sandbox/page/touch\">{hidden}<button>更新版本号</button>\
         <small>翻页错位 shifts pages</small></form></tr>\
         <tr><th>删除<td><form method=\"post\" action=\"/_sandbox/page/delete\">{hidden}<button>删除此申请</button>\
         <small>编号不再使用 its id is never free again</small></form></tr></table>"
    );
}

#[derive(Deserialize)]
struct Move {
    id: String,
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    supplier: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    cost: String,
    #[serde(default)]
    pages: String,
    #[serde(default)]
    views: String,
}

async fn take_step(State(app): State<App>, Form(form): Form<Move>) -> Answer {
    let note = form.note.trim().to_owned();
    let code = if form.code.is_empty() && !note.is_empty() { "LIBRARIAN".to_owned() } else { form.code };
    let reason = (!code.is_empty()).then(|| NewReason { code: code.clone(), text: note.clone() });
    let day = form.day.trim().parse().ok();
    let condition = (state_of(&form.state) == RequestState::ConditionPending).then(|| NewCondition {
        code: if code == "LIBRARIAN" { String::new() } else { code },
        text: note,
        cost: form.cost.trim().parse().ok(),
        answer_by: day,
    });
    let (pages, views) = (form.pages.trim().parse().ok(), form.views.trim().parse().ok());
    let document =
        (pages.is_some() || views.is_some()).then(|| NewDocument { pages, views, ..NewDocument::default() });
    let step = NewStep {
        state: form.state,
        reason,
        condition,
        supplier: Some(form.supplier),
        day,
        document,
        ..NewStep::default()
    };
    Control { app }.take_step(&form.id, step).await?;
    back(&place(&form.id))
}

#[derive(Deserialize)]
struct Said {
    id: String,
    text: String,
}

async fn write(State(app): State<App>, Form(said): Form<Said>) -> Answer {
    Control { app }.write(&said.id, None, &said.text).await?;
    back(&place(&said.id))
}

#[derive(Deserialize)]
struct Renewed {
    id: String,
    granted: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    text: String,
}

async fn renewal(State(app): State<App>, Form(answer): Form<Renewed>) -> Answer {
    let day = answer.day.trim().parse().ok();
    Control { app }.answer_renewal(&answer.id, answer.granted == "yes", day, &answer.text).await?;
    back(&place(&answer.id))
}

#[derive(Deserialize)]
struct Generated {
    id: String,
    #[serde(default)]
    pages: String,
    #[serde(default)]
    views: String,
    #[serde(default)]
    wrong: String,
}

async fn add_document(State(app): State<App>, Form(form): Form<Generated>) -> Answer {
    let document = NewDocument {
        pages: form.pages.trim().parse().ok(),
        views: form.views.trim().parse().ok(),
        claimed_sha256: (form.wrong == "yes").then(|| "0".repeat(64)),
        ..NewDocument::default()
    };
    Control { app }.add_document(&form.id, &document).await?;
    back(&place(&form.id))
}

#[derive(Deserialize)]
struct Limits {
    id: String,
    document: String,
    #[serde(default)]
    views: String,
    #[serde(default)]
    last_day: String,
}

async fn limit_document(State(app): State<App>, Form(form): Form<Limits>) -> Answer {
    let (views, day) = (form.views.trim().parse().ok(), form.last_day.trim().parse().ok());
    Control { app }.limit_document(&form.document, views, day).await?;
    back(&place(&form.id))
}

#[derive(Deserialize)]
struct Beyond {
    id: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    action_label: String,
    #[serde(default)]
    parameters: String,
}

async fn newer(State(app): State<App>, Form(form): Form<Beyond>) -> Answer {
    let both = |name: &str| Label { zh: name.trim().to_owned(), en: name.trim().to_owned() };
    let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let newer = Newer {
        state: given(&form.state),
        label: given(&form.label).map(|name| both(&name)),
        stage: None,
        actions: given(&form.action)
            .map(|name| NewerAction {
                label: both(given(&form.action_label).as_deref().unwrap_or(&name)),
                parameters: form.parameters.split_whitespace().map(str::to_owned).collect(),
                name,
            })
            .into_iter()
            .collect(),
    };
    Control { app }.play_newer(&form.id, newer).await?;
    back(&place(&form.id))
}

#[derive(Deserialize)]
struct Which {
    id: String,
    #[serde(default)]
    successor: String,
}

async fn successor(State(app): State<App>, Form(which): Form<Which>) -> Answer {
    Control { app }.succeed(&which.id, which.successor.trim()).await?;
    back(&place(&which.id))
}

async fn touch(State(app): State<App>, Form(which): Form<Which>) -> Answer {
    Control { app }.touch(&which.id).await?;
    back(&place(&which.id))
}

async fn delete(State(app): State<App>, Form(which): Form<Which>) -> Answer {
    Control { app }.delete_request(&which.id).await?;
    back("/_sandbox/")
}
