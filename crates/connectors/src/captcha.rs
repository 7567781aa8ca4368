//! Recognising that a site wants to see a person: then nothing more is sent there.

use serde_json::Value;

use crate::error::NetError;
use crate::http::Answer;

const MARKS: [&str; 6] = ["captcha", "验证码", "滑块", "滑动验证", "人机验证", "verifycode"];

/// Looks where a captcha is announced: in a web page, or in the sentence of a JSON answer. Records are
/// not looked at: a book about captchas is not one.
///
/// # Errors
/// `Blocked` when one is announced.
pub(crate) fn look_for(answer: &Answer) -> Result<(), NetError> {
    let said = if answer.is_html() {
        String::from_utf8_lossy(&answer.body).to_lowercase()
    } else {
        match serde_json::from_slice::<Value>(&answer.body) {
            Ok(body) => ["msg", "message", "error"]
                .iter()
                .filter_map(|key| body.get(key).and_then(Value::as_str))
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase(),
            Err(_) => return Ok(()),
        }
    };
    match MARKS.iter().find(|mark| said.contains(**mark)) {
        Some(mark) => Err(NetError::Blocked(format!("the site wants a person: {mark}"))),
        None => Ok(()),
    }
}
