//! Conditions, documents and messages: wire types, and their conversion to the model.

use hongyan_model::request::{Actor, Condition, Document, Message, Renewal};
use hongyan_model::text::{clean, clip};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::map::{day, fen, name, named, sentence, time};
use super::wire::{self, absent};
use crate::error::NetError;

/// Maximum number of documents or of messages per request.
const MOST: usize = 500;
/// Longest message, in characters.
const LONGEST: usize = 4000;

/// The condition of a supplier.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AskedFor {
    #[serde(deserialize_with = "absent")]
    code: String,
    #[serde(deserialize_with = "absent")]
    text: String,
    cost: Option<wire::Amount>,
    cost_to_patron: Option<wire::Amount>,
    #[serde(deserialize_with = "absent")]
    answer_by: String,
}

/// The state of a renewal.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Renewed {
    #[serde(deserialize_with = "absent")]
    state: String,
    #[serde(deserialize_with = "absent")]
    at: String,
    #[serde(deserialize_with = "absent")]
    text: String,
}

/// `GET /ill/requests/{id}/documents`.
#[derive(Deserialize)]
pub(super) struct Documents {
    documents: Vec<Delivered>,
}

/// A document; one without size or digest cannot be verified and is skipped.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivered {
    id: String,
    #[serde(default, deserialize_with = "absent")]
    name: String,
    #[serde(default, deserialize_with = "absent")]
    media_type: String,
    size: u64,
    sha256: String,
    #[serde(default)]
    views_remaining: Option<u32>,
    #[serde(default, deserialize_with = "absent")]
    expires_at: String,
}

/// `GET /ill/requests/{id}/messages`.
#[derive(Deserialize)]
pub(super) struct Messages {
    messages: Vec<Written>,
}

/// A message.
#[derive(Deserialize)]
pub(super) struct Written {
    id: String,
    at: String,
    #[serde(default, deserialize_with = "absent")]
    from: String,
    #[serde(default, deserialize_with = "absent")]
    text: String,
    #[serde(default, rename = "readAt", deserialize_with = "absent")]
    read_at: String,
}

/// Body of `PUT …/messages/{messageId}`.
#[derive(Serialize)]
pub(super) struct NewMessage<'a> {
    pub text: &'a str,
}

pub(super) fn condition(wire: AskedFor) -> Condition {
    Condition {
        code: name(&wire.code),
        text: sentence(&wire.text),
        cost: fen(wire.cost),
        cost_to_patron: fen(wire.cost_to_patron),
        answer_by: day(&wire.answer_by),
    }
}

pub(super) fn renewal(wire: Renewed) -> Renewal {
    Renewal { state: name(&wire.state), at: wire.at.trim().parse().ok(), text: sentence(&wire.text) }
}

pub(super) fn documents(wire: Documents) -> Result<Vec<Document>, NetError> {
    wire.documents.into_iter().take(MOST).map(document).collect()
}

/// Documents listed with a request. A platform may give only their number there; then they are requested
/// separately.
pub(super) fn documents_here(list: Vec<serde_json::Value>) -> Vec<Document> {
    list.into_iter()
        .take(MOST)
        .filter_map(|one| serde_json::from_value::<Delivered>(one).ok())
        .filter_map(|one| document(one).ok())
        .collect()
}

fn document(wire: Delivered) -> Result<Document, NetError> {
    let sha256 = wire.sha256.trim().to_ascii_lowercase();
    if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(NetError::Malformed("a document without a SHA-256".to_owned()));
    }
    if wire.id.trim().is_empty() || wire.id.len() > 200 {
        return Err(NetError::Malformed("a document without an id".to_owned()));
    }
    Ok(Document {
        id: wire.id,
        name: clip(&clean(&wire.name), 200),
        media_type: name(&wire.media_type).to_ascii_lowercase(),
        size: wire.size,
        sha256,
        views_remaining: wire.views_remaining,
        expires_at: wire.expires_at.trim().parse().ok(),
    })
}

pub(super) fn messages(wire: Messages) -> Result<Vec<Message>, NetError> {
    let mut messages = wire.messages.into_iter().take(MOST).map(message).collect::<Result<Vec<_>, _>>()?;
    messages.sort_by_key(|message| message.at);
    Ok(messages)
}

/// Parses the response to a message that was sent; it must have the same id.
pub(super) fn sent(wire: Written, asked: Uuid) -> Result<Message, NetError> {
    let message = message(wire)?;
    match message.id.parse::<Uuid>() {
        Ok(id) if id == asked => Ok(message),
        _ => Err(NetError::Malformed("the response is about another message".to_owned())),
    }
}

fn message(wire: Written) -> Result<Message, NetError> {
    let id = name(&wire.id);
    if id.is_empty() {
        return Err(NetError::Malformed("a message without an id".to_owned()));
    }
    Ok(Message {
        id,
        at: time(&wire.at, "a message's time")?,
        from: named(&wire.from, "author").unwrap_or(Actor::Library),
        text: lines(&wire.text),
        read_at: wire.read_at.trim().parse().ok(),
    })
}

/// Cleans a text of several lines line by line.
fn lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().take(200).map(clean).collect();
    clip(lines.join("\n").trim(), LONGEST)
}
