//! Detects that a site demands a captcha. Nothing more is sent to it then.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::NetError;
use crate::http::Response;

const MARKS: [&str; 6] = ["captcha", "验证码", "滑块", "滑动验证", "人机验证", "verifycode"];

/// Longest message that is examined, in bytes.
const LONGEST: usize = 16 * 1024;

/// Message members of a JSON response.
#[derive(Deserialize)]
struct JsonMessage<'a> {
    #[serde(borrow)]
    msg: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// Looks for a captcha in an HTML page or in the message of a JSON response. Records are not examined,
/// because a book about captchas is not one.
///
/// # Errors
/// `Blocked` when a captcha is demanded.
pub(crate) fn look_for(answer: &Response) -> Result<(), NetError> {
    let said = if answer.is_html() {
        String::from_utf8_lossy(&answer.body).to_lowercase()
    } else {
        // other members are skipped without being built
        match serde_json::from_slice::<JsonMessage>(&answer.body) {
            Ok(said) => [said.msg, said.message, said.error]
                .into_iter()
                .flatten()
                .filter(|raw| raw.get().len() <= LONGEST)
                .filter_map(|raw| serde_json::from_str::<String>(raw.get()).ok())
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
