//! Parses the five error formats of FOLIO and related software (`errors[]`, plain text, `errorMessage`
//! with a numeric or symbolic code, `error`) into one [`NetError`].

use hongyan_model::text::{clean, clip};
use serde_json::Value;

use super::map::sentence;
use crate::error::NetError;
use crate::http::Response;

/// Longest error body that is parsed, in bytes.
const LONGEST: usize = 64 * 1024;

/// The error for a response other than 2xx. An HTML page is never a definite refusal, because it comes
/// from something between us and the platform.
pub(crate) fn refusal(answer: &Response) -> NetError {
    if let Some(after) = answer.slow() {
        return NetError::Throttled { after };
    }
    match answer.status {
        408 => return NetError::Timeout,
        // from a proxy or a captive network, not from the platform (RFC 9110 §15.5.8, RFC 6585 §6)
        407 => return NetError::WrongKind("a proxy requires authentication".to_owned()),
        511 => return NetError::WrongKind("the network requires authentication".to_owned()),
        500..=599 => return NetError::Server(answer.status),
        _ if answer.is_html() => return NetError::WrongKind("a web page".to_owned()),
        401 if is_own_sign_in(answer) => return NetError::SignIn,
        401 => {
            return NetError::WrongKind(
                "another server than the platform requires authentication".to_owned(),
            );
        }
        _ => {}
    }
    definite(answer)
}

/// Whether the response is the platform's own refusal: `errors[]` (docs/reader-api.yaml), or
/// `errorMessage` of related software.
pub(super) fn is_own(answer: &Response) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(&answer.body) else { return false };
    let first = body.get("errors").and_then(Value::as_array).and_then(|errors| errors.first());
    first.is_some_and(|first| first.get("code").is_some() || first.get("message").is_some())
        || body.get("errorMessage").is_some()
}

/// Whether a 401 is the platform's own; only then is the one-shot refresh token spent. It is in the
/// contract's format, or in plain text by Okapi. A proxy, gateway or router that sends plain text must
/// include `WWW-Authenticate` (RFC 9110 §15.5.2), which neither Okapi nor the contract does.
fn is_own_sign_in(answer: &Response) -> bool {
    is_own(answer)
        || (!answer.body.trim_ascii().is_empty() && !answer.headers.contains_key("www-authenticate"))
}

/// Like [`refusal`], for calls where 401 refers to the password that was sent and not to a session.
pub(super) fn sign_in_refusal(answer: &Response) -> NetError {
    match refusal(answer) {
        NetError::SignIn => definite(answer),
        other => other,
    }
}

fn definite(answer: &Response) -> NetError {
    let status = answer.status;
    let read = (answer.body.len() <= LONGEST).then(|| serde_json::from_slice::<Value>(&answer.body));
    let (mut code, message, params) = match read {
        Some(Ok(body)) => from_json(&body),
        // JSON without a text is not shown as one
        _ if answer.body.trim_ascii_start().starts_with(b"{")
            || answer.body.trim_ascii_start().starts_with(b"[") =>
        {
            (String::new(), format!("HTTP {status}"), Vec::new())
        }
        _ => (String::new(), answer.excerpt(), Vec::new()),
    };
    if code.is_empty() {
        // statuses of the contract that need no code
        code = match status {
            404 => "NOT_FOUND".to_owned(),
            409 | 412 => "VERSION_CONFLICT".to_owned(),
            status => format!("HTTP_{status}"),
        };
    }
    NetError::Refused { status, code, message, params }
}

type Parts = (String, String, Vec<(String, String)>);

fn from_json(body: &Value) -> Parts {
    if let Some(first) = body.get("errors").and_then(Value::as_array).and_then(|errors| errors.first()) {
        let params = first.get("parameters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let params = params.iter().take(50).map(|p| (text(p.get("key"), 80), text(p.get("value"), 500)));
        return (
            text(first.get("code"), 120),
            first.get("message").and_then(Value::as_str).map(sentence).unwrap_or_default(),
            params.collect(),
        );
    }
    if let Some(message) = body.get("errorMessage").and_then(Value::as_str) {
        return match body.get("code").and_then(Value::as_str) {
            Some(code) => (clip(&clean(code), 120), sentence(message), Vec::new()),
            // `{"code":422,"errorMessage":"USER_ALREADY_EXIST"}`: the text is the code
            None if is_code(message) => (message.to_owned(), String::new(), Vec::new()),
            None => (String::new(), sentence(message), Vec::new()),
        };
    }
    if let Some(error) = body.get("error").and_then(Value::as_str) {
        return (String::new(), sentence(error), Vec::new());
    }
    let message = body.get("message").or(Some(body)).and_then(Value::as_str).map(sentence);
    (String::new(), message.unwrap_or_default(), Vec::new())
}

/// A member as text; numbers and booleans as written.
fn text(value: Option<&Value>, max: usize) -> String {
    match value {
        Some(Value::String(text)) => clip(&clean(text), max),
        Some(Value::Null) | None => String::new(),
        Some(other) => clip(&other.to_string(), max),
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 120
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
