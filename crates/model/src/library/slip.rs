//! Errors in a library profile, precise enough for its author: line, key and expected value.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::form::{CAPTION, MOST_CAPTIONS, is_meaning};
use super::{Gateway, Library};

/// Kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SlipKind {
    /// a key that the format does not have
    UnknownKey,
    /// a required key is missing
    MissingKey,
    /// a value of the wrong type or out of range
    WrongValue,
    /// not valid TOML
    Syntax,
}

/// The first mistake in a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ProfileSlip {
    /// line number, from 1
    pub line: u32,
    /// the key concerned; empty if there is none
    pub key: String,
    /// kind of mistake
    pub kind: SlipKind,
    /// what is allowed there: the known keys, or the type of the value; empty where that is obvious
    pub expected: String,
}

impl ProfileSlip {
    /// Converts the parser's error.
    pub(super) fn of(error: &toml::de::Error, text: &str) -> ProfileSlip {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count();
        let message = error.message();
        let quoted = || message.split('`').nth(1).unwrap_or_default().to_owned();
        let expected =
            || message.split_once("expected ").map(|(_, what)| what.replace('`', "")).unwrap_or_default();
        let (kind, key) = if message.starts_with("unknown field") {
            (SlipKind::UnknownKey, quoted())
        } else if message.starts_with("missing field") {
            (SlipKind::MissingKey, quoted())
        } else if message.starts_with("invalid") || message.starts_with("unknown variant") {
            (SlipKind::WrongValue, key_of(text.lines().nth(line).unwrap_or_default()))
        } else {
            (SlipKind::Syntax, key_of(text.lines().nth(line).unwrap_or_default()))
        };
        let line = u32::try_from(line + 1).unwrap_or(u32::MAX);
        ProfileSlip { line, key, kind, expected: expected() }
    }

    fn value(text: &str, key: &str, expected: &str) -> ProfileSlip {
        let found = text.lines().position(|line| key_of(line) == key).unwrap_or(0);
        ProfileSlip {
            line: u32::try_from(found + 1).unwrap_or(u32::MAX),
            key: key.to_owned(),
            kind: SlipKind::WrongValue,
            expected: expected.to_owned(),
        }
    }
}

/// The key on a line of TOML.
fn key_of(line: &str) -> String {
    line.split_once('=').map(|(key, _)| key.trim().trim_matches('"').to_owned()).unwrap_or_default()
}

/// Checks what the TOML types cannot express: required names are not empty, addresses can be opened by a
/// browser.
pub(super) fn examine(library: &Library, text: &str) -> Result<(), ProfileSlip> {
    let address = "https://…, http://…";
    let tenant = |name: &str| {
        name.starts_with(|c: char| c == '_' || c.is_ascii_lowercase())
            && name.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let gateway = match &library.gateway {
        Gateway::ReaderApi { address } => vec![("address", address.as_str())],
        Gateway::HandOver { page, resolver } => {
            let mut both = vec![("page", page.as_str())];
            both.extend(resolver.as_deref().map(|base| ("resolver", base)));
            both
        }
    };
    let catalogue =
        Some(library.catalogue.as_str()).filter(|url| !url.is_empty()).map(|url| ("catalogue", url));
    let pages = library.pages.iter().map(|one| ("page", one.page.as_str()));
    let addresses =
        [("portal", library.portal.as_str())].into_iter().chain(gateway).chain(pages).chain(catalogue);
    let wrong = if library.name.trim().is_empty() {
        Some(("name", "广西民族大学图书馆"))
    } else if !tenant(&library.tenant) {
        Some(("tenant", "a001962"))
    } else if !library.desk_mail.is_empty() && !is_mailbox(&library.desk_mail) {
        Some(("deskMail", "ill@example.edu.cn"))
    } else if library.desks.is_empty() {
        Some(("desks", "[[desks]]"))
    } else if let Some((caption, _)) = library.form.iter().find(|(caption, field)| {
        caption.trim().is_empty() || caption.chars().count() > CAPTION || !is_meaning(field)
    }) {
        Some((caption.as_str(), "title, componentTitle, pages … none"))
    } else if library
        .template
        .as_ref()
        .is_some_and(|form| !is_base64(&form.docx) || form.docx.len() > LARGEST_FORM)
    {
        Some(("docx", "base64, ≤ 700000"))
    } else if library.form.len() > MOST_CAPTIONS {
        Some(("form", "≤ 200"))
    } else if library.fees.loan.0 < 0 {
        Some(("loan", "0, 1, 2 …"))
    } else if library.fees.page.0 < 0 {
        Some(("page", "0, 1, 2 …"))
    } else {
        // what is asked by the program itself goes over TLS
        let opened = |key: &str, url: &str| is_page(url, key != "address");
        addresses.into_iter().find(|(key, url)| !opened(key, url)).map(|(key, _)| (key, address))
    };
    wrong.map_or(Ok(()), |(key, expected)| Err(ProfileSlip::value(text, key, expected)))
}

/// Largest form, characters of base64.
const LARGEST_FORM: usize = 700_000;

/// Whether a text is base64 (RFC 4648 §4), as far as its characters say.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

/// Whether a text is the address of a page that a browser opens: over TLS, on this machine, or (`plain`) without
/// encryption, which is never opened in a window of ours. The host is what a browser takes for the host, and nothing
/// stands before it.
fn is_page(text: &str, plain: bool) -> bool {
    let Ok(address) = Url::parse(text) else { return false };
    let here = address.host() == Some(Host::Ipv4(Ipv4Addr::LOCALHOST));
    let kept = match address.scheme() {
        "https" => address.has_host(),
        "http" => here || plain && address.has_host(),
        _ => false,
    };
    kept && address.username().is_empty()
        && address.password().is_none()
        && text.len() <= 1000
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Whether a text is one plain mail address (RFC 5322 §3.4.1 `dot-atom @ domain`, in ASCII).
pub fn is_mailbox(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let atoms = |text: &str, allowed: fn(u8) -> bool| {
        !text.is_empty() && text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(allowed))
    };
    text.len() <= 254
        && atoms(local, |b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
        && domain.contains('.')
        && atoms(domain, |b| b.is_ascii_alphanumeric() || b == b'-')
}

impl std::fmt::Display for ProfileSlip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {:?} {} {}", self.line, self.kind, self.key, self.expected)
    }
}

impl std::error::Error for ProfileSlip {}
