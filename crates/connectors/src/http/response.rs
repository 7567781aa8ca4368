//! A complete HTTP response, and the meaning of its status and content type.

use std::time::Duration;

use hongyan_model::text::{clean, clip};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::NetError;
use crate::reading::reading;

/// Upper bound of `Retry-After`, whatever the server says.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Status, headers and the complete body.
pub(crate) struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    /// body, decompressed
    pub body: Vec<u8>,
}

/// Content that is expected in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContentKind {
    Json,
    Xml,
}

impl Response {
    /// A header as text; none when it is absent or not ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type in lower case, without parameters.
    pub fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The status as an error of a search source; `Ok` for 2xx.
    pub fn source_status(&self) -> Result<(), NetError> {
        if let Some(after) = self.slow() {
            return Err(NetError::Throttled { after });
        }
        match self.status {
            200..=299 => Ok(()),
            401 => Err(NetError::NeedsKey),
            403 => Err(NetError::Blocked("HTTP 403".to_owned())),
            407 | 511 => Err(NetError::WrongKind("a network or proxy requires authentication".to_owned())),
            408 => Err(NetError::Timeout),
            500..=599 => Err(NetError::Server(self.status)),
            status => Err(NetError::Refused {
                status,
                code: format!("HTTP {status}"),
                message: if self.is_html() { String::new() } else { self.excerpt() },
                params: Vec::new(),
            }),
        }
    }

    /// `Some` when the server throttles: 429, or 503 with `Retry-After`; the value is the wait, if given.
    pub fn slow(&self) -> Option<Option<Duration>> {
        let after = self.retry_after();
        match self.status {
            429 => Some(after),
            503 if after.is_some() => Some(after),
            _ => None,
        }
    }

    /// The server's clock (`Date`, RFC 9110 §6.6.1).
    pub fn date(&self) -> Option<Timestamp> {
        self.header("date").and_then(http_date)
    }

    /// Parses `Retry-After` in both forms. A date is compared with the server's own clock where given,
    /// because the patron's clock may be wrong by a day.
    fn retry_after(&self) -> Option<Duration> {
        let value = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = value.parse::<u64>() {
            return Some(Duration::from_secs(seconds).min(LONGEST_WAIT));
        }
        let until = http_date(value)?;
        let now = self.date().unwrap_or_else(Timestamp::now);
        let wait = until.duration_since(now).as_secs().max(0);
        Some(Duration::from_secs(wait.unsigned_abs()).min(LONGEST_WAIT))
    }

    /// Whether the body is an HTML page, whatever the content type says.
    pub fn is_html(&self) -> bool {
        let head: Vec<u8> = self.start().iter().take(256).map(u8::to_ascii_lowercase).collect();
        let declared = matches!(self.media_type().as_str(), "text/html" | "application/xhtml+xml");
        let has = |needle: &[u8]| head.windows(needle.len()).any(|part| part == needle);
        head.starts_with(b"<html")
            || head.starts_with(b"<!doctype html")
            // XHTML after an XML declaration
            || has(b"<html ") || has(b"<!doctype html")
            || declared && !head.starts_with(b"{") && !head.starts_with(b"[") && !head.starts_with(b"<?xml")
    }

    /// False for JSON or XML that is truncated, as by a proxy that then sets a matching Content-Length.
    /// Such a response is invalid and must not be cached.
    pub fn is_whole(&self) -> bool {
        let body = self.start().trim_ascii_end();
        match body.first() {
            Some(b'{' | b'[') => serde_json::from_slice::<IgnoredAny>(body).is_ok(),
            Some(b'<') => is_whole_xml(body),
            _ => true,
        }
    }

    /// The body after a byte order mark and white space.
    fn start(&self) -> &[u8] {
        self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body).trim_ascii_start()
    }

    /// Checks that the content type is the expected one.
    ///
    /// # Errors
    /// `WrongKind` for an HTML page or other content, `Malformed` for an empty body.
    pub fn expect(&self, wanted: ContentKind) -> Result<(), NetError> {
        if self.is_html() {
            return Err(NetError::WrongKind("a web page".to_owned()));
        }
        let start = self.start();
        if start.is_empty() {
            return Err(NetError::Malformed("an empty body".to_owned()));
        }
        let fits = match wanted {
            ContentKind::Json => {
                self.media_type().contains("json") || matches!(start.first(), Some(b'{' | b'['))
            }
            // XML in UTF-16 starts with a byte order mark
            ContentKind::Xml => matches!(start.first(), Some(b'<' | 0xFE | 0xFF)),
        };
        if fits { Ok(()) } else { Err(NetError::WrongKind(clip(&self.media_type(), 80))) }
    }

    /// Parses the body as JSON on the parser pool. Error texts do not quote the body.
    ///
    /// # Errors
    /// `WrongKind`; `TooLarge` for more values than any page of the contract has; `Malformed`.
    pub async fn json<T: DeserializeOwned + Send + 'static>(self) -> Result<T, NetError> {
        self.expect(ContentKind::Json)?;
        reading(move |_budget| {
            let bytes = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body);
            if !is_modest(bytes) {
                return Err(NetError::TooLarge);
            }
            serde_json::from_slice(bytes).map_err(|e| NetError::Malformed(json_fault(&e)))
        })
        .await
    }

    /// The beginning of a text body, cleaned, for display.
    pub fn excerpt(&self) -> String {
        clip(&clean(&String::from_utf8_lossy(self.body.get(..4096).unwrap_or(&self.body))), 300)
    }
}

/// Maximum number of objects in a body: five hundred requests with thirty events each, doubled.
const OBJECTS: usize = 30_000;
/// Maximum number of array items and object members in a body.
const ITEMS: usize = 600_000;

/// Whether a JSON text has at most as many values as a response of the contract. A value of two bytes
/// takes hundreds when it is parsed.
fn is_modest(bytes: &[u8]) -> bool {
    let (mut objects, mut items, mut quoted, mut escaped) = (0, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' => objects += 1,
            b',' | b'[' => items += 1,
            _ => {}
        }
    }
    objects <= OBJECTS && items <= ITEMS
}

/// Where and how JSON is invalid, without quoting it: serde's own texts contain values, which are
/// personal data.
fn json_fault(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "cut off",
        serde_json::error::Category::Data => "not of the expected shape",
        _ => "not JSON",
    };
    format!("JSON {what} at line {} column {}", error.line(), error.column())
}

/// Parses an HTTP date: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

/// Whether an XML text ends with the end tag of its root element. A trailing comment counts as truncated;
/// that costs one extra request.
fn is_whole_xml(xml: &[u8]) -> bool {
    let is_element = |tag: &&[u8]| {
        tag.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_' || *first >= 0x80)
    };
    let Some(tag) = xml.split(|byte| *byte == b'<').find(is_element) else {
        return false;
    };
    let name = tag.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')).next();
    let before = xml.strip_suffix(b">").map(<[u8]>::trim_ascii_end).and_then(|end| end.strip_suffix(name?));
    before.is_some_and(|before| before.ends_with(b"</")) || (xml.ends_with(tag) && tag.ends_with(b"/>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_json_are_counted_outside_its_strings() {
        assert!(is_modest("{\"题\\\"名\":[1,2,\"{{{,,,\"]}".as_bytes()));
        let strings = format!("[\"{}\"]", "{,".repeat(1_000_000));
        assert!(is_modest(strings.as_bytes()));
        assert!(!is_modest("[{},".repeat(OBJECTS + 1).as_bytes()));
        assert!(!is_modest("0,".repeat(ITEMS + 1).as_bytes()));
    }
}
