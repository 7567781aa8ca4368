//! Runs one of our scripts in the library's page. The page can replace everything that a script uses, so the
//! answer is outside text, and nothing goes in that the page may not know.

use std::sync::Mutex;
use std::time::Duration;

use hongyan_api::library_window::PageScript;
use hongyan_api::{ErrorCode, Problem, Retry};
use serde_json::Value;
use tauri::WebviewWindow;
use tokio::sync::oneshot;

/// How long a page may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum length of an answer, bytes.
const LONGEST: usize = 2_000_000;

/// The scripts of the UI build; each defines one function.
const FILL: &str = include_str!("../../../ui/dist/companion/fill.js");
const ROWS: &str = include_str!("../../../ui/dist/companion/rows.js");

/// A script with its input, as one expression whose value is a text. What it defines stays inside.
fn text_of(script: PageScript, input: &Value) -> String {
    let (source, call) = match script {
        PageScript::Fill => (FILL, "HongyanFill.fill"),
        PageScript::ReadBack => (FILL, "HongyanFill.readBack"),
        PageScript::Structure => (FILL, "HongyanFill.structure"),
        PageScript::Rows => (ROWS, "HongyanRows.rows"),
        PageScript::Numbers => (ROWS, "HongyanRows.number"),
    };
    // JSON is an expression of the language since ECMAScript 2019; no text of the patron is code
    format!("(()=>{{try{{{source}\n;return {call}({input})}}catch{{return ''}}}})()")
}

/// Runs a script and returns its answer: the text that it made, or an empty one if it failed.
pub(super) async fn run(
    window: &WebviewWindow,
    script: PageScript,
    input: &Value,
) -> Result<String, Problem> {
    let silent = |why: &str| Problem::new(ErrorCode::PageSilent, Retry::Now, why.to_owned());
    let (send, receive) = oneshot::channel();
    let send = Mutex::new(Some(send));
    let told = window.eval_with_callback(text_of(script, input), move |answer| {
        let taken = send.lock().ok().and_then(|mut send| send.take());
        // nobody waits any more: the time is over
        let _ = taken.map(|send| send.send(answer));
    });
    told.map_err(|error| silent(&crate::log::words(&error).to_string()))?;
    let answer = tokio::time::timeout(TIMEOUT, receive).await.map_err(|_| silent("no answer in time"))?;
    let answer = answer.map_err(|_| silent("the page went away"))?;
    if answer.len() > LONGEST {
        return Err(silent("the answer is too long"));
    }
    // the engine wraps a text in JSON once more; anything else is no answer of our script
    Ok(serde_json::from_str(&answer).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use hongyan_api::library_window::PageScript;
    use serde_json::json;

    use super::text_of;

    #[test]
    fn what_a_patron_typed_is_a_value_and_never_code() {
        let hostile =
            json!({"fields": [{"name": "title", "value": "</script>\u{2028}`${alert(1)}`\"});alert(2);//"}]});
        let text = text_of(PageScript::Fill, &hostile);
        let call = text.rsplit_once("HongyanFill.fill(").unwrap().1;
        let literal = call.strip_suffix(")}catch{return ''}})()").unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(literal).unwrap(), hostile);
    }
}
