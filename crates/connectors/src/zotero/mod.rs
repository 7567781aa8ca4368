//! Client of Zotero on this machine, using the port of its browser connector
//! (<https://www.zotero.org/support/dev/client_coding/connector_http_server>). Loopback only; the HTTP
//! client never uses a proxy for it.

mod map;
#[cfg(test)]
mod tests;

use std::time::Duration;

use hongyan_formats::cite::CslItem;
use reqwest::Method;
use serde_json::json;
use url::Url;

use crate::error::NetError;
use crate::http::response::Response;
use crate::http::{Call, Http};

/// Zotero's default address.
const ADDRESS: &str = "http://127.0.0.1:23119/";
/// Protocol version.
const VERSION: &str = "3";
/// Time limit of a ping, which Zotero answers from memory.
const PING: Duration = Duration::from_secs(3);
/// Time limit of saving, which writes to Zotero's database before the response.
const SAVE: Duration = Duration::from_secs(30);

/// Why items were not saved to Zotero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoteroError {
    /// no response, or not from Zotero
    #[error("Zotero is not running: {0}")]
    NotRunning(String),
    /// rejected: the library is read-only, a dialog is open …
    #[error("Zotero refused: {0}")]
    Refused(String),
    /// no response to the items; they may have been saved
    #[error("no response from Zotero: {0}")]
    Unknown(NetError),
}

/// Zotero on this machine.
#[derive(Debug, Clone)]
pub struct Zotero {
    http: Http,
    base: Option<Url>,
}

impl Zotero {
    /// Zotero at its default address.
    pub fn new(http: Http) -> Zotero {
        Zotero { http, base: Url::parse(ADDRESS).ok() }
    }

    /// Zotero at another address, which must be on this machine.
    ///
    /// # Errors
    /// `Unsupported` when it is not.
    pub fn at(http: Http, base: Url) -> Result<Zotero, NetError> {
        if !crate::http::is_loopback(&base) {
            return Err(NetError::Unsupported("Zotero must be on this machine".to_owned()));
        }
        Ok(Zotero { http, base: Some(base) })
    }

    /// Saves items to the library or collection selected in Zotero; returns how many.
    ///
    /// # Errors
    /// [`ZoteroError`]; with `NotRunning` and `Refused` nothing was saved.
    pub async fn save(&self, items: &[CslItem]) -> Result<usize, ZoteroError> {
        self.ping().await?;
        let body = json!({
            "sessionID": uuid::Uuid::new_v4().simple().to_string(),
            "uri": "https://hongyan.invalid/",
            "items": items.iter().map(map::item).collect::<Vec<_>>(),
        });
        let answer =
            self.post("connector/saveItems", body.to_string(), SAVE).await.map_err(ZoteroError::Unknown)?;
        match answer.status {
            200..=299 => Ok(items.len()),
            status => Err(ZoteroError::Refused(format!("HTTP {status} {}", answer.excerpt()))),
        }
    }

    async fn ping(&self) -> Result<(), ZoteroError> {
        let answer = self.post("connector/ping", "{}".to_owned(), PING).await;
        let answer = answer.map_err(|error| ZoteroError::NotRunning(error.to_string()))?;
        match answer.status {
            200..=299 if answer.header("x-zotero-version").is_some() || says_zotero(&answer) => Ok(()),
            status => Err(ZoteroError::NotRunning(format!("something else answers there: HTTP {status}"))),
        }
    }

    async fn post(&self, path: &str, body: String, deadline: Duration) -> Result<Response, NetError> {
        let url = self.base.as_ref().and_then(|base| base.join(path).ok());
        let url = url.ok_or_else(|| NetError::Unsupported("no address".to_owned()))?;
        let call = Call::json(Method::POST, url, body.into_bytes(), deadline)
            .header("x-zotero-connector-api-version", VERSION)?;
        self.http.send(call, None).await
    }
}

/// Recognises the page with which older versions answer a ping, or the preferences of newer ones.
fn says_zotero(answer: &Response) -> bool {
    let text = String::from_utf8_lossy(&answer.body);
    text.contains("Zotero is running") || text.contains("\"prefs\"")
}
