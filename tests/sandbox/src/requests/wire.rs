//! Converts the body of a PUT into the form that the model's checks take.

use hongyan_model::request::draft::SourceRef;
use hongyan_model::request::{Draft, RequestId, Service};
use hongyan_model::{Fen, Kind};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::reply::Refusal;

fn text(body: &Value, pointer: &str) -> String {
    body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Parses a body. Refuses an unknown service and an invalid date; missing values are left to the checks.
pub(crate) fn draft_of(id: Uuid, body: &Value) -> Result<Draft, Refusal> {
    let service = match text(body, "/serviceType").as_str() {
        "Loan" => Service::Loan,
        "Copy" => Service::Copy,
        other => {
            return Err(
                Refusal::new(422, "SERVICE_TYPE_INVALID", "服务类型须为 Copy 或 Loan").with("value", other)
            );
        }
    };
    let mut draft = Draft::blank(RequestId(id), service, Timestamp::UNIX_EPOCH);
    let info = |key: &str| text(body, &format!("/bibliographicInfo/{key}"));
    draft.kind = Kind::from_publication_type(&text(body, "/publicationType"));
    draft.title = info("title");
    draft.author = info("author");
    draft.component_title = info("titleOfComponent");
    draft.component_author = info("authorOfComponent");
    draft.editor = info("editor");
    draft.translator = info("translator");
    draft.contributor = info("contributor");
    draft.edition = info("edition");
    draft.volume = info("volume");
    draft.issue = info("issue");
    draft.pages = info("pagesRequested");
    draft.language = info("language");
    draft.publisher = text(body, "/publicationInfo/publisher");
    draft.place = text(body, "/publicationInfo/placeOfPublication");
    draft.date = text(body, "/publicationInfo/publicationDate");
    for id in body.pointer("/bibliographicInfo/ids").and_then(Value::as_array).into_iter().flatten() {
        let value = text(id, "/value");
        let field = match text(id, "/code").as_str() {
            "ISBN" => &mut draft.isbn,
            "ISSN" | "EISSN" => &mut draft.issn,
            "DOI" => &mut draft.doi,
            "PMID" => &mut draft.pmid,
            _ => continue,
        };
        if field.is_empty() {
            *field = value;
        }
    }
    draft.source = Some(SourceRef {
        source: text(body, "/bibliographicInfo/recordId/source"),
        record: text(body, "/bibliographicInfo/recordId/id"),
    });
    draft.total_pages =
        body.pointer("/copyright/totalPages").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    draft.declaration_accepted =
        body.pointer("/copyright/declarationAccepted").and_then(Value::as_bool).unwrap_or(false);
    let needed = text(body, "/serviceInfo/needBefore");
    if !needed.is_empty() {
        let day = needed
            .parse()
            .map_err(|_| Refusal::new(422, "NEED_BEFORE_INVALID", "需用日期无效").with("value", &needed))?;
        draft.needed_by = Some(day);
    }
    draft.any_edition = text(body, "/serviceInfo/anyEdition") == "Y";
    draft.urgent = text(body, "/serviceInfo/serviceLevel") == "Urgent";
    draft.note = text(body, "/serviceInfo/note");
    draft.maximum_cost =
        body.pointer("/billingInfo/maximumCosts/amount").and_then(Value::as_f64).map(Fen::from_yuan);
    draft.pickup_location = text(body, "/delivery/pickupLocationId");
    draft.override_duplicate = body
        .get("override")
        .and_then(Value::as_array)
        .is_some_and(|codes| codes.iter().any(|code| code == "DUPLICATE_OPEN_REQUEST"));
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use hongyan_model::request::wire::seal;
    use hongyan_model::request::{Draft, RequestId, Service};
    use hongyan_model::{Fen, Kind};
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::draft_of;

    #[test]
    fn what_the_client_seals_is_what_the_platform_reads() {
        let id = Uuid::new_v4();
        let mut draft = Draft::blank(RequestId(id), Service::Copy, Timestamp::UNIX_EPOCH);
        draft.kind = Kind::Book;
        draft.title = "嶺外代答校注".into();
        draft.author = "周去非".into();
        draft.editor = "中华书局编辑部".into();
        draft.contributor = "杨武泉".into();
        draft.pages = "12-34、50".into();
        draft.total_pages = Some(300);
        draft.isbn = "9787020002207".into();
        draft.declaration_accepted = true;
        draft.override_duplicate = true;
        draft.maximum_cost = Some(Fen(1050));
        draft.needed_by = Some(jiff::civil::date(2027, 1, 5));
        let sealed = seal(&draft, Timestamp::UNIX_EPOCH, false, ("Hongyan", "0.1.0")).unwrap();
        let body = serde_json::from_slice(&sealed.bytes).unwrap();
        let mut read = draft_of(id, &body).unwrap();
        read.source = None;
        assert_eq!(read, draft);
    }
}
