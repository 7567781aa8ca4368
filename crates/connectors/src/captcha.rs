//! Recognising that a site wants to see a person: then nothing more is sent there.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::NetError;
use crate::http::Answer;

const MARKS: [&str; 6] = ["captcha", "验证码", "滑块", "滑动验证", "人机验证", "verifycode"];

/// Bytes of a sentence that is looked at.
const LONGEST: usize = 16 * 1024;

/// Where an answer in JSON says something to people.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    msg: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// Looks where a captcha is announced: in a web page, or in the sentence of a JSON answer. Records are
/// not looked at: a book about captchas is not one.
///
/// # Errors
/// `Blocked` when one is announced.
pub(crate) fn look_for(answer: &Answer) -> Result<(), NetError> {
    let said = if answer.is_html() {
        String::from_utf8_lossy(&answer.body).to_lowercase()
    } else {
        // the rest of the answer is skipped, not built
        match serde_json::from_slice::<Said>(&answer.body) {
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
