//! The text of a request as the platform holds it, and its conversion to and from the form: filling a
//! form from a request that was made or changed elsewhere, and merging an edit into what the platform
//! has.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::wire::{Sealed, body, seal_body};
use super::{Draft, Service};
use crate::identifier::{Identifier, IdentifierKind};
use crate::money::Fen;
use crate::record::Kind;
use crate::text::{clean, clip};

/// The patron's members of a request body, including unknown ones inside them, because an edit must
/// return unchanged what it does not edit. The texts are not cleaned; [`RequestText::fill`] cleans them.
/// Kept as raw JSON and not parsed, because it arrives with every change of a request and rarely differs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestText(BTreeMap<String, Box<RawValue>>);

impl PartialEq for RequestText {
    /// Equal when the JSON is identical byte for byte.
    fn eq(&self, other: &RequestText) -> bool {
        self.members().eq(other.members())
    }
}

impl Eq for RequestText {}

impl FromIterator<(String, Box<RawValue>)> for RequestText {
    fn from_iter<T: IntoIterator<Item = (String, Box<RawValue>)>>(members: T) -> RequestText {
        RequestText(members.into_iter().collect())
    }
}

/// Accessor of a text field of the form.
type Slot = fn(&mut Draft) -> &mut String;
/// Name of a JSON member and the form field for it.
type Field = (&'static str, Slot);

/// Form fields in `bibliographicInfo`.
const BIBLIOGRAPHIC: [Field; 12] = [
    ("title", |draft| &mut draft.title),
    ("author", |draft| &mut draft.author),
    ("titleOfComponent", |draft| &mut draft.component_title),
    ("authorOfComponent", |draft| &mut draft.component_author),
    ("editor", |draft| &mut draft.editor),
    ("translator", |draft| &mut draft.translator),
    ("contributor", |draft| &mut draft.contributor),
    ("edition", |draft| &mut draft.edition),
    ("volume", |draft| &mut draft.volume),
    ("issue", |draft| &mut draft.issue),
    ("pagesRequested", |draft| &mut draft.pages),
    ("language", |draft| &mut draft.language),
];
/// Form fields in `publicationInfo`.
const PUBLICATION: [Field; 3] = [
    ("publisher", |draft| &mut draft.publisher),
    ("placeOfPublication", |draft| &mut draft.place),
    ("publicationDate", |draft| &mut draft.date),
];
/// Identifiers of the form, in `bibliographicInfo.ids`.
const NUMBERS: [(IdentifierKind, Slot); 4] = [
    (IdentifierKind::Isbn, |draft| &mut draft.isbn),
    (IdentifierKind::Issn, |draft| &mut draft.issn),
    (IdentifierKind::Doi, |draft| &mut draft.doi),
    (IdentifierKind::Pmid, |draft| &mut draft.pmid),
];
/// Members that are removed when their field is emptied, as (parent, name).
const MAY_BE_MISSING: [(&str, &str); 4] = [
    ("/bibliographicInfo", "estimatedNoPages"),
    ("/bibliographicInfo", "recordId"),
    ("/serviceInfo", "needBefore"),
    ("", "billingInfo"),
];
/// Longest outside text taken into a form field, in characters.
const LONGEST: usize = 2000;

impl RequestText {
    /// The members of a request body that belong to the patron.
    pub const MEMBERS: [&'static str; 9] = [
        "serviceType",
        "publicationType",
        "bibliographicInfo",
        "publicationInfo",
        "serviceInfo",
        "copyright",
        "billingInfo",
        "delivery",
        "client",
    ];

    /// Parses canonical request bytes; empty when they are not a JSON object.
    pub fn of_bytes(bytes: &[u8]) -> RequestText {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    /// The members in order of their names, with their raw JSON.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, member)| (name.as_str(), member.get()))
    }

    fn read(&self, name: &str) -> Value {
        self.0.get(name).and_then(|member| serde_json::from_str(member.get()).ok()).unwrap_or_default()
    }

    /// Whether the platform reported nothing of the request's text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Copy or loan, if reported.
    pub fn service(&self) -> Option<Service> {
        match self.read("serviceType").as_str() {
            Some("Copy") => Some(Service::Copy),
            Some("Loan") => Some(Service::Loan),
            _ => None,
        }
    }

    /// Copies this text into a form. Fields without a value here stay, and so do fields that differ only
    /// in notation (an ISBN with hyphens).
    pub fn fill(&self, draft: &mut Draft) {
        if let Some(service) = self.service() {
            draft.service = service;
        }
        if let Some(kind) = self.read("publicationType").as_str() {
            draft.kind = Kind::from_publication_type(kind);
        }
        let (info, publication) = (self.read("bibliographicInfo"), self.read("publicationInfo"));
        let info = info.as_object();
        for (of, fields) in [(info, &BIBLIOGRAPHIC[..]), (publication.as_object(), &PUBLICATION[..])] {
            for (name, field) in fields {
                if let Some(text) = said(of, name).filter(|text| *text != clean(field(draft))) {
                    *field(draft) = text;
                }
            }
        }
        for id in info.and_then(|info| info.get("ids")?.as_array()).into_iter().flatten().take(50) {
            let (Some(code), Some(value)) = (said(id.as_object(), "code"), said(id.as_object(), "value"))
            else {
                continue;
            };
            for (kind, field) in NUMBERS.into_iter().filter(|(kind, _)| kind.code() == code) {
                let typed = field(draft);
                if Identifier::parse(kind, typed).is_none_or(|typed| typed.value != value) {
                    typed.clone_from(&value);
                }
            }
        }
        self.fill_terms(draft);
    }

    /// Copies service terms: delivery, needed-by date, cost.
    fn fill_terms(&self, draft: &mut Draft) {
        let service = self.read("serviceInfo");
        let service = service.as_object();
        if let Some(note) = service.and_then(|service| service.get("note")?.as_str()) {
            let note: String =
                clip(note, LONGEST).chars().filter(|c| *c == '\n' || !c.is_control()).collect();
            if note.trim() != draft.note.trim() {
                draft.note = note;
            }
        }
        if let Some(level) = said(service, "serviceLevel") {
            draft.urgent = level == "Urgent";
        }
        if let Some(any) = said(service, "anyEdition") {
            draft.any_edition = any == "Y";
        }
        if let Some(day) = said(service, "needBefore").and_then(|day| day.parse().ok()) {
            draft.needed_by = Some(day);
        }
        if let Some(desk) = said(self.read("delivery").as_object(), "pickupLocationId") {
            draft.pickup_location = desk;
        }
        let pages = self.read("copyright").get("totalPages").and_then(Value::as_u64);
        if let Some(pages) = pages.and_then(|pages| u32::try_from(pages).ok()) {
            draft.total_pages = Some(pages);
        }
        let most = self.read("billingInfo").pointer("/maximumCosts/amount").and_then(Value::as_f64);
        if let Some(yuan) = most.filter(|yuan| yuan.is_finite() && (0.0..=1e9).contains(yuan)) {
            draft.maximum_cost = Some(Fen::from_yuan(yuan));
        }
    }

    /// Seals an edit of a request (`PUT` with `If-Match`): the form merged into this text. Unknown
    /// members stay; members whose field the patron emptied are removed.
    ///
    /// # Errors
    /// `serde_json::Error` when the body cannot be made canonical, as in [`super::wire::seal`].
    pub fn seal_edit(
        &self,
        draft: &Draft,
        now: Timestamp,
        app: (&str, &str),
    ) -> Result<Sealed, serde_json::Error> {
        let over = body(draft, now, false, app);
        let mut whole: Value = self.0.keys().map(|name| (name.clone(), self.read(name))).collect();
        let emptied =
            BIBLIOGRAPHIC.iter().map(|(name, _)| ("/bibliographicInfo", *name)).chain(MAY_BE_MISSING);
        for (place, name) in emptied {
            let has = over.pointer(place).is_some_and(|object| object.get(name).is_some());
            if let Some(object) = whole.pointer_mut(place).and_then(Value::as_object_mut).filter(|_| !has) {
                object.remove(name);
            }
        }
        lay_over(&mut whole, over);
        seal_body(draft.id, &whole)
    }
}

/// A string member, cleaned; none when it is absent or empty.
fn said(of: Option<&Map<String, Value>>, name: &str) -> Option<String> {
    let text = clip(&clean(of?.get(name)?.as_str()?), LONGEST);
    (!text.is_empty()).then_some(text)
}

/// Merges objects member by member; replaces other values.
fn lay_over(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                match under.get_mut(&name) {
                    Some(known) => lay_over(known, value),
                    None => {
                        under.insert(name, value);
                    }
                }
            }
        }
        (under, over) => *under = over,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::RequestText;
    use crate::money::Fen;
    use crate::record::Kind;
    use crate::request::wire::seal;
    use crate::request::{Draft, RequestId, Service};

    const APP: (&str, &str) = ("Hongyan", "0.1.0");

    fn written() -> Draft {
        let mut draft = Draft::blank(RequestId(Uuid::from_u128(7)), Service::Copy, Timestamp::UNIX_EPOCH);
        draft.component_title = "論壯族的銅鼓".into();
        draft.component_author = "黄某".into();
        draft.title = "广西民族研究".into();
        draft.volume = "12".into();
        draft.pages = "12-20".into();
        draft.doi = "10.1000/abc".into();
        draft.publisher = "广西民族研究杂志社".into();
        draft.date = "2009".into();
        draft.note = "请尽快\n谢谢".into();
        draft.needed_by = Some(date(2026, 12, 24));
        draft.maximum_cost = Some(Fen(1050));
        draft.total_pages = Some(300);
        draft.urgent = true;
        draft.declaration_accepted = true;
        draft
    }

    fn text_of(draft: &Draft) -> RequestText {
        RequestText::of_bytes(&seal(draft, Timestamp::UNIX_EPOCH, false, APP).unwrap().bytes)
    }

    #[test]
    fn what_was_sent_fills_the_same_form_elsewhere() {
        let draft = written();
        let mut other = Draft::blank(draft.id, Service::Loan, Timestamp::UNIX_EPOCH);
        text_of(&draft).fill(&mut other);
        // the declaration has to be accepted for each request
        assert_eq!(other, Draft { declaration_accepted: false, ..draft });
        assert_eq!(other.kind, Kind::Article);
    }

    #[test]
    fn what_only_looks_different_stays_as_typed() {
        let mut draft = written();
        draft.doi = "https://doi.org/10.1000/ABC".into();
        draft.isbn = "978-7-02-000220-7".into();
        let before = draft.clone();
        text_of(&draft).fill(&mut draft);
        assert_eq!(draft, before);
        RequestText::default().fill(&mut draft);
        assert_eq!(draft, before);
    }

    #[test]
    fn an_edit_gives_back_what_it_does_not_know() {
        let sent = seal(&written(), Timestamp::UNIX_EPOCH, false, APP).unwrap();
        let mut text: Value = serde_json::from_slice(&sent.bytes).unwrap();
        text["bibliographicInfo"]["seriesTitle"] = json!("岭南文库");
        text["serviceInfo"]["preferredFormat"] = json!("PDF");
        text["copyright"]["basis"] = json!("个人研究");
        let text = RequestText::of_bytes(text.to_string().as_bytes());
        let mut draft = written();
        draft.volume.clear();
        draft.needed_by = None;
        draft.maximum_cost = None;
        draft.issue = "3".into();
        let sealed = text.seal_edit(&draft, Timestamp::UNIX_EPOCH, APP).unwrap();
        let body: Value = serde_json::from_slice(&sealed.bytes).unwrap();
        assert_eq!(body["id"], draft.id.to_string());
        let info = &body["bibliographicInfo"];
        assert_eq!((&info["seriesTitle"], &info["issue"]), (&json!("岭南文库"), &json!("3")));
        assert_eq!(info.get("volume"), None);
        assert_eq!(body["serviceInfo"]["preferredFormat"], "PDF");
        assert_eq!(body["serviceInfo"].get("needBefore"), None);
        assert_eq!(body.get("billingInfo"), None);
        assert_eq!(body["copyright"]["basis"], "个人研究");
        let again = text.seal_edit(&draft, Timestamp::UNIX_EPOCH, APP).unwrap();
        assert_eq!(again, sealed);
    }

    #[test]
    fn outside_text_is_cleaned_and_wrong_shapes_are_passed_over() {
        let hostile = json!({
            "serviceType": "Telepathy", "publicationType": 7, "delivery": [],
            "bibliographicInfo": {"title": "\u{202E}反转\u{7}", "author": "长".repeat(5000), "ids": {"a": 1}},
            "serviceInfo": {"needBefore": "2026-02-31", "note": 5},
            "billingInfo": {"maximumCosts": {"amount": -3}}, "copyright": {"totalPages": -1},
        });
        let mut draft = written();
        RequestText::of_bytes(hostile.to_string().as_bytes()).fill(&mut draft);
        assert!(!draft.title.chars().any(|c| c.is_control() || c == '\u{202E}'), "{:?}", draft.title);
        assert!(draft.author.chars().count() <= 2001);
        assert_eq!(draft.needed_by, written().needed_by);
        assert_eq!((draft.maximum_cost, draft.total_pages), (Some(Fen(1050)), Some(300)));
        assert!(RequestText::of_bytes(b"[1]").is_empty());
    }
}
