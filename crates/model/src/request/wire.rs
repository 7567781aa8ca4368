//! The body of `PUT /ill/requests/{id}` (docs/reader-api.yaml): made once, when the patron submits. Its
//! canonical bytes (RFC 8785) are stored, sent and digested, so that every retry sends the same bytes and
//! the platform can compare the fingerprint.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Draft, RequestId, Service};
use crate::identifier::Identifier;
use crate::pages::PageSet;
use crate::record::Kind;
use crate::text::clean;

/// Version of the copyright terms in the form.
pub const DECLARATION_VERSION: &str = "2025-09";

/// A request as immutable bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// idempotency key
    pub id: RequestId,
    /// canonical JSON
    pub bytes: Vec<u8>,
    /// fingerprint: SHA-256 of the bytes, lower-case hex
    pub sha256: String,
}

/// Seals a draft: fixes its bytes and their fingerprint. `queued_offline` is reported to the librarian;
/// `app` is name and version of the program.
///
/// # Errors
/// `serde_json::Error` when the body has a number that canonical JSON cannot represent.
pub fn seal(
    draft: &Draft,
    now: Timestamp,
    queued_offline: bool,
    app: (&str, &str),
) -> Result<Sealed, serde_json::Error> {
    seal_body(draft.id, &body(draft, now, queued_offline, app))
}

/// Builds the body of a request.
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
        ("editor", &draft.editor),
        ("translator", &draft.translator),
        ("contributor", &draft.contributor),
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

/// Serialises a body to canonical bytes and digests them.
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
    use crate::request::{Draft, RequestId, RequestText, Service};

    /// The bytes that version 0.1.0 stored and sent, before the form had roles.
    const OLD: &str = concat!(
        r#"{"bibliographicInfo":{"author":"马什; 白露","ids":[{"code":"ISBN","value":"9787020002207"}],"#,
        r#""title":"雁行集"},"client":{"app":"Hongyan","offlineQueued":false,"#,
        r#""submittedAt":"1970-01-01T00:00:00Z","version":"0.1.0"},"delivery":{"method":"Pickup","#,
        r#""pickupLocationId":"xsh-904"},"id":"00000000-0000-0000-0000-000000000007","#,
        r#""publicationInfo":{"placeOfPublication":"","publicationDate":"1998","publisher":"远山书社"},"#,
        r#""publicationType":"Book","serviceInfo":{"anyEdition":"N","note":"","serviceLevel":"Normal"},"#,
        r#""serviceType":"Loan"}"#,
    );

    #[test]
    fn an_older_request_keeps_its_bytes_and_can_be_read() {
        let mut draft = Draft::blank(RequestId(Uuid::from_u128(7)), Service::Loan, Timestamp::UNIX_EPOCH);
        draft.title = "雁行集".into();
        draft.author = "马什; 白露".into();
        draft.publisher = "远山书社".into();
        draft.date = "1998".into();
        draft.isbn = "978-7-02-000220-7".into();
        draft.pickup_location = "xsh-904".into();
        let app = ("Hongyan", "0.1.0");
        let sealed = seal(&draft, Timestamp::UNIX_EPOCH, false, app).unwrap();
        assert_eq!(String::from_utf8(sealed.bytes).unwrap(), OLD);
        let mut read = Draft::blank(draft.id, Service::Copy, Timestamp::UNIX_EPOCH);
        RequestText::of_bytes(OLD.as_bytes()).fill(&mut read);
        assert_eq!((read.title.as_str(), read.author.as_str()), ("雁行集", "马什; 白露"));
        assert_eq!((read.editor.as_str(), read.translator.as_str()), ("", ""));
    }

    #[test]
    fn roles_are_sent_and_come_back() {
        let mut draft = Draft::blank(RequestId(Uuid::from_u128(7)), Service::Loan, Timestamp::UNIX_EPOCH);
        draft.title = "雁行集".into();
        draft.author = "马什".into();
        draft.editor = "林一舟".into();
        draft.translator = "白露; 何远".into();
        draft.contributor = "周某".into();
        let sealed = seal(&draft, Timestamp::UNIX_EPOCH, false, ("Hongyan", "0.1.0")).unwrap();
        let body: serde_json::Value = serde_json::from_slice(&sealed.bytes).unwrap();
        let info = &body["bibliographicInfo"];
        assert_eq!((&info["author"], &info["translator"]), (&"马什".into(), &"白露; 何远".into()));
        let mut read = Draft::blank(draft.id, Service::Loan, Timestamp::UNIX_EPOCH);
        RequestText::of_bytes(&sealed.bytes).fill(&mut read);
        assert_eq!(read, draft);
    }

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
