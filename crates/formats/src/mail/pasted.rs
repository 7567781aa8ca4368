//! A mail that was copied as text: its source, or what a mailbox shows of it.

use super::links::{self, Links};
use super::{Mail, lines, one_line, parse};
use crate::{Budget, ReadError};

/// Fields of which a mail has at least two.
const FIELDS: [&str; 12] = [
    "from",
    "to",
    "date",
    "subject",
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "content-type",
    "delivered-to",
    "dkim-signature",
    "x-mailer",
];
/// What mailboxes write before the subject.
const SUBJECTS: [&str; 6] = ["主题", "主題", "标题", "標題", "subject", "主旨"];
/// What they write before the sender.
const SENDERS: [&str; 6] = ["发件人", "發件人", "寄件者", "寄件人", "from", "sender"];
/// Lines in which a copied mail has its subject and sender.
const TOP: usize = 12;

/// Whether bytes begin as a mail does: with fields of one.
pub fn looks_like(bytes: &[u8]) -> bool {
    let bytes = super::from_start(bytes);
    let mut known = 0;
    for line in bytes.split(|byte| *byte == b'\n').take(100) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if matches!(line.first(), Some(b' ' | b'\t')) {
            continue;
        }
        let Some(colon) = memchr::memchr(b':', line) else { break };
        let Some(name) = line.get(..colon).filter(|name| name.iter().all(u8::is_ascii_graphic)) else {
            break;
        };
        if FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field.as_bytes())) {
            known += 1;
        }
    }
    known >= 2
}

/// Reads a mail that was pasted: by its source where that is what was copied, else by its visible text.
///
/// # Errors
/// [`ReadError`] when it exceeds the budget or has no words.
pub fn pasted(text: &str, budget: &Budget) -> Result<Mail, ReadError> {
    if looks_like(text.as_bytes())
        && let Ok(mail) = parse(text.as_bytes(), budget)
        && !(mail.text.is_empty() && mail.files.is_empty())
    {
        return Ok(mail);
    }
    let budget = budget.again();
    budget.take_bytes(text.len(), 0)?;
    let text = lines(text);
    if text.is_empty() {
        return Err(ReadError::at(0, "no words"));
    }
    let mut mail = Mail::default();
    for line in text.lines().take(TOP) {
        let Some((name, value)) = line.split_once(['：', ':']) else { continue };
        let (name, value) = (name.trim().to_lowercase(), value.trim());
        if mail.subject.is_empty() && SUBJECTS.contains(&name.as_str()) {
            mail.subject = one_line(value);
        } else if mail.from_name.is_empty()
            && mail.from_address.is_empty()
            && SENDERS.contains(&name.as_str())
        {
            let (name, address) = value.split_once('<').unwrap_or(("", value));
            let address = address.trim_end_matches('>').trim();
            mail.from_name = one_line(if address.contains('@') { name } else { value });
            mail.from_address = one_line(if address.contains('@') { address } else { "" });
        }
    }
    let mut found = Links::default();
    found.add_plain(&text);
    (mail.links, mail.links_left) = found.found();
    if mail.links.iter().any(|link| link.large.is_some()) {
        mail.kept_until = links::kept_until(&text, None);
    }
    mail.text = text;
    Ok(mail)
}
