//! The body of `PUT /ill/requests/{id}` (Reader API B.3): made once, when the patron presses submit.
//! Its canonical bytes (RFC 8785) are what is stored, sent and digested (DESIGN §10.7).

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Draft, RequestId, Service};
use crate::identifier::Identifier;
use crate::pages::PageSet;
use crate::record::Kind;
use crate::text::clean;

/// Version of the copyright terms that the form shows.
pub const DECLARATION_VERSION: &str = "2025-09";

/// A request as bytes that never change again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// the idempotency key
    pub id: RequestId,
    /// canonical JSON
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, lower-case hex: the fingerprint
    pub sha256: String,
}

/// Seals a draft. `queued_offline` is said to the librarian; `app` is name and version.
///
/// # Errors
/// Only if JSON cannot be made canonical, which needs a number that JSON cannot carry.
pub fn seal(
    draft: &Draft,
    now: Timestamp,
    queued_offline: bool,
    app: (&str, &str),
) -> Result<Sealed, serde_json::Error> {
    seal_body(draft.id, &body(draft, now, queued_offline, app))
}

/// The body of a request.
pub(super) fn body(draft: &Draft, now: Timestamp, queued_offline: bool, app: (&str, &str)) -> Value {
    let mut ids: Vec<Value> = draft
        .identifiers()
        .iter()
        .map(|id: &Identifier| json!({"code": id.kind.code(), "value": id.value}))
        .collect();
    ids.sort_by_key(ToString::to_string);
    let mut info = Map::new();
    for (key, text) in [
        ("title", &draft.title),
        ("author", &draft.author),
        ("titleOfComponent", &draft.component_title),
        ("authorOfComponent", &draft.component_author),
        ("edition", &draft.edition),
        ("volume", &draft.volume),
        ("issue", &draft.issue),
        ("pagesRequested", &draft.pages),
        ("language", &draft.language),
    ] {
        let text = clean(text);
        if !text.is_empty() {
            info.insert(key.to_owned(), Value::String(text));
        }
    }
    let pages = PageSet::parse(&draft.pages).map(|set| set.len()).unwrap_or(0);
    if pages > 0 {
        info.insert("estimatedNoPages".to_owned(), json!(pages));
    }
    info.insert("ids".to_owned(), Value::Array(ids));
    if let Some(source) = &draft.source {
        info.insert("recordId".to_owned(), json!({"source": source.source, "id": source.record}));
    }
    let chapter = draft.kind == Kind::Book && draft.service == Service::Copy;
    let mut body = json!({
        "id": draft.id,
        "serviceType": draft.service,
        "publicationType": if chapter { "Chapter" } else { draft.kind.publication_type() },
        "bibliographicInfo": info,
        "publicationInfo": {
            "publisher": clean(&draft.publisher),
            "placeOfPublication": clean(&draft.place),
            "publicationDate": clean(&draft.date),
        },
        "serviceInfo": {
            "serviceLevel": if draft.urgent { "Urgent" } else { "Normal" },
            "anyEdition": if draft.any_edition { "Y" } else { "N" },
            "note": draft.note.trim(),
        },
        "client": {
            "app": app.0, "version": app.1, "submittedAt": now.to_string(), "offlineQueued": queued_offline,
        },
    });
    if let Some(object) = body.as_object_mut() {
        if let (Some(day), Some(service)) =
            (draft.needed_by, object.get_mut("serviceInfo").and_then(Value::as_object_mut))
        {
            service.insert("needBefore".to_owned(), json!(day.to_string()));
        }
        if let Some(maximum) = draft.maximum_cost {
            object.insert(
                "billingInfo".to_owned(),
                json!({"maximumCosts": {"amount": maximum.yuan(), "isoCurrencyCode": "CNY"}}),
            );
        }
        match draft.service {
            Service::Loan => {
                object.insert(
                    "delivery".to_owned(),
                    json!({"method": "Pickup", "pickupLocationId": draft.pickup_location}),
                );
            }
            Service::Copy => {
                object.insert("delivery".to_owned(), json!({"method": "Email"}));
                let mut copyright = json!({
                    "declarationAccepted": draft.declaration_accepted,
                    "declarationVersion": DECLARATION_VERSION,
                    "acceptedAt": now.to_string(),
                });
                if let (Some(total), Some(copyright)) = (draft.total_pages, copyright.as_object_mut()) {
                    copyright.insert("totalPages".to_owned(), json!(total));
                    copyright.insert("requestedPages".to_owned(), json!(pages));
                }
                object.insert("copyright".to_owned(), copyright);
            }
        }
        if let Some(before) = draft.preceded_by {
            object.insert("precededBy".to_owned(), json!(before));
        }
        if draft.override_duplicate {
            object.insert("override".to_owned(), json!(["DUPLICATE_OPEN_REQUEST"]));
        }
    }
    body
}

/// A body as canonical bytes with their digest.
pub(super) fn seal_body(id: RequestId, body: &Value) -> Result<Sealed, serde_json::Error> {
    let bytes = serde_jcs::to_vec(body)?;
    let sha256 = hex(&Sha256::digest(&bytes));
    Ok(Sealed { id, bytes, sha256 })
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::seal;
    use crate::money::Fen;
    use crate::request::{Draft, RequestId, Service};

    #[test]
    fn the_same_form_gives_the_same_bytes() {
        let mut draft = Draft::blank(RequestId(Uuid::from_u128(7)), Service::Copy, Timestamp::UNIX_EPOCH);
        draft.component_title = "論壯族的銅鼓".into();
        draft.title = "广西民族研究".into();
        draft.pages = "12-20".into();
        draft.doi = "https://doi.org/10.1000/ABC".into();
        draft.maximum_cost = Some(Fen(1000));
        let app = ("Hongyan", "0.1.0");
        let one = seal(&draft, Timestamp::UNIX_EPOCH, false, app).unwrap();
        let two = seal(&draft, Timestamp::UNIX_EPOCH, false, app).unwrap();
        assert_eq!(one, two);
        let body: serde_json::Value = serde_json::from_slice(&one.bytes).unwrap();
        assert_eq!(body["bibliographicInfo"]["titleOfComponent"], "論壯族的銅鼓");
        assert_eq!(body["bibliographicInfo"]["estimatedNoPages"], 9);
        assert_eq!(body["bibliographicInfo"]["ids"][0]["value"], "10.1000/abc");
        assert_eq!(body["billingInfo"]["maximumCosts"]["amount"], 10);
        assert_eq!(one.sha256.len(), 64);
        draft.note = "请尽快".into();
        assert_ne!(seal(&draft, Timestamp::UNIX_EPOCH, false, app).unwrap().sha256, one.sha256);
    }
}
