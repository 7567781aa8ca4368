//! JSON types of the Reader API (docs/reader-api.yaml). All members that the contract allows to be
//! missing are optional, and unknown members are ignored, so that a newer platform does not break an
//! older client.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::described;

/// Treats `null` as absent.
pub(super) fn absent<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Body of `POST /authn/login-with-expiry`.
#[derive(Serialize)]
pub struct Credentials<'a> {
    pub username: &'a str,
    pub password: &'a str,
}

/// Response to login and refresh; the tokens themselves are cookies.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expirations {
    pub access_token_expiration: String,
    pub refresh_token_expiration: String,
}

/// Body of a password change.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordChange<'a> {
    pub username: &'a str,
    pub password: &'a str,
    pub new_password: &'a str,
}

/// Body of `POST /patron`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPatron<'a> {
    pub external_system_id: &'a str,
    pub general_info: GeneralInfo<'a>,
    pub contact_info: ContactInfo<'a>,
}

/// Name of a new patron. FOLIO requires two parts; Chinese names are not split.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GeneralInfo<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
}

/// Contact data of a new patron.
#[derive(Serialize)]
pub struct ContactInfo<'a> {
    pub email: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub phone: &'a str,
}

/// A registration.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Registration {
    #[serde(deserialize_with = "absent")]
    pub external_system_id: String,
    #[serde(deserialize_with = "absent")]
    pub state: String,
    #[serde(deserialize_with = "absent")]
    pub note: String,
    #[serde(deserialize_with = "absent")]
    pub submitted_at: String,
}

/// Response of `GET /bl-users/_self`.
#[derive(Deserialize)]
pub struct SelfUser {
    pub user: User,
}

/// The FOLIO user record, reduced to what is shown.
#[derive(Deserialize)]
pub struct User {
    #[serde(default, deserialize_with = "absent")]
    pub username: String,
    #[serde(default, deserialize_with = "absent")]
    pub personal: Personal,
}

/// Names of a user.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Personal {
    #[serde(deserialize_with = "absent")]
    pub last_name: String,
    #[serde(deserialize_with = "absent")]
    pub first_name: String,
}

/// Response of `GET /ill/account`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    pub state: String,
    pub can_request: bool,
    #[serde(default, deserialize_with = "absent")]
    pub problems: Vec<Problem>,
    #[serde(default, deserialize_with = "absent")]
    pub registered_email: String,
    #[serde(default)]
    pub quota: Option<Quota>,
    #[serde(default)]
    pub limits: Option<Limits>,
}

/// Why an account cannot submit: a code, or a code with a text.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Problem {
    Code(String),
    Full { code: String },
}

/// 虚拟币.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quota {
    #[serde(default, deserialize_with = "absent")]
    pub unit: String,
    pub granted: i64,
    #[serde(default)]
    pub reserved: i64,
    #[serde(default)]
    pub used: i64,
    pub available: i64,
    #[serde(default, deserialize_with = "absent")]
    pub as_of: String,
}

/// Number of open requests and its limit.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    pub max_active: u32,
    #[serde(default)]
    pub active: u32,
}

/// Response of `GET /ill/pickup-locations`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PickupLocations {
    pub pickup_locations: Vec<PickupLocation>,
}

/// A pickup desk.
#[derive(Deserialize)]
pub struct PickupLocation {
    pub id: String,
    #[serde(default, deserialize_with = "absent")]
    pub name: String,
}

/// Response of `POST /ill/requests/precheck`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Precheck {
    #[serde(deserialize_with = "absent")]
    pub blockers: Vec<Finding>,
    #[serde(deserialize_with = "absent")]
    pub warnings: Vec<Finding>,
    pub local_holdings: Option<Vec<LocalHolding>>,
    pub open_access: Option<Vec<OpenAccess>>,
    pub estimate: Option<Estimate>,
}

/// A code with its text.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Finding {
    #[serde(deserialize_with = "absent")]
    pub code: String,
    #[serde(deserialize_with = "absent")]
    pub message: String,
}

/// A holding of the own library.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct LocalHolding {
    #[serde(deserialize_with = "absent")]
    pub call_number: String,
    #[serde(deserialize_with = "absent")]
    pub location: String,
}

/// An open-access copy.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct OpenAccess {
    #[serde(deserialize_with = "absent")]
    pub url_for_pdf: String,
    #[serde(deserialize_with = "absent")]
    pub url: String,
}

/// Estimated cost.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Estimate {
    pub cost: Option<Amount>,
    pub cost_to_patron: Option<Amount>,
}

/// An amount of money; only CNY is supported.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Amount {
    pub amount: f64,
    #[serde(default, deserialize_with = "absent")]
    pub iso_currency_code: String,
}

/// A request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    pub id: uuid::Uuid,
    pub state: String,
    #[serde(default, deserialize_with = "absent")]
    pub hrid: String,
    #[serde(default, deserialize_with = "absent")]
    pub fingerprint: String,
    #[serde(default, deserialize_with = "absent")]
    pub state_label: Label,
    #[serde(default)]
    pub reason: Option<Reason>,
    #[serde(default, deserialize_with = "absent")]
    pub actions: Vec<Action>,
    #[serde(default)]
    pub supplier: Option<Supplier>,
    #[serde(default, deserialize_with = "absent")]
    pub supplier_attempt: u32,
    #[serde(default)]
    pub condition: Option<described::AskedFor>,
    #[serde(default, deserialize_with = "absent")]
    pub editable: bool,
    #[serde(default, deserialize_with = "absent")]
    pub delivered_at: String,
    #[serde(default, deserialize_with = "absent")]
    pub documents: Vec<Value>,
    #[serde(default, deserialize_with = "absent")]
    pub renewals: u32,
    #[serde(default)]
    pub renewal: Option<described::Renewed>,
    #[serde(default)]
    pub succeeded_by: Option<uuid::Uuid>,
    #[serde(default, deserialize_with = "absent")]
    pub unread_messages: u32,
    #[serde(default, deserialize_with = "absent")]
    pub last_message_at: String,
    #[serde(default, deserialize_with = "absent")]
    pub expected_by: String,
    #[serde(default, deserialize_with = "absent")]
    pub due_date: String,
    #[serde(default, deserialize_with = "absent")]
    pub pickup_by: String,
    #[serde(default)]
    pub cost: Option<Amount>,
    #[serde(default)]
    pub cost_to_patron: Option<Amount>,
    #[serde(default, rename = "_version")]
    pub version: i64,
    pub metadata: Metadata,
    // the patron's members, kept raw: `serde(flatten)` with a map would buffer everything else twice
    #[serde(default, deserialize_with = "given")]
    pub service_type: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "given")]
    pub publication_type: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "given")]
    pub bibliographic_info: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "given")]
    pub publication_info: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "given")]
    pub service_info: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "given")]
    pub copyright: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "given")]
    pub billing_info: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "given")]
    pub delivery: Option<Box<RawValue>>,
    #[serde(default, deserialize_with = "given")]
    pub client: Option<Box<RawValue>>,
}

/// Keeps a member raw; unlike in an `Option`, `null` is a value.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(deserializer).map(Some)
}

/// Name of a state in two languages.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Label {
    #[serde(deserialize_with = "absent")]
    pub zh: String,
    #[serde(deserialize_with = "absent")]
    pub en: String,
}

/// Reason of a state.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Reason {
    #[serde(deserialize_with = "absent")]
    pub code: String,
    #[serde(deserialize_with = "absent")]
    pub text: String,
    #[serde(deserialize_with = "absent")]
    pub fields: Vec<String>,
}

/// An action: a bare name means one that is available now.
pub enum Action {
    Name(String),
    Full(FullAction),
}

/// An action with its parameters and labels.
#[derive(Deserialize)]
pub struct FullAction {
    pub name: String,
    #[serde(default = "yes")]
    pub available: bool,
    #[serde(default, deserialize_with = "absent")]
    pub parameters: Vec<String>,
    #[serde(default, deserialize_with = "absent")]
    pub label: Label,
}

fn yes() -> bool {
    true
}

// implemented by hand: an untagged enum would buffer every action, and a page has thousands
impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Action, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Action;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an action, or an action")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Action, E> {
                Ok(Action::Name(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Action, A::Error> {
                FullAction::deserialize(MapAccessDeserializer::new(map)).map(Action::Full)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// 提供馆.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Supplier {
    #[serde(deserialize_with = "absent")]
    pub symbol: String,
    #[serde(deserialize_with = "absent")]
    pub name: String,
}

/// FOLIO metadata.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    #[serde(default, deserialize_with = "absent")]
    pub created_date: String,
    #[serde(default, deserialize_with = "absent")]
    pub updated_date: String,
}

/// Response of `GET /ill/changes`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    pub changes: Vec<Change>,
    pub next: String,
    #[serde(default)]
    pub has_more: bool,
}

/// An entry of the feed.
#[derive(Deserialize)]
pub struct Change {
    pub id: uuid::Uuid,
    pub op: String,
    #[serde(default)]
    pub request: Option<Request>,
    #[serde(default)]
    pub events: Option<Vec<Event>>,
}

/// Response of `GET /ill/requests/{id}/events`.
#[derive(Deserialize)]
pub struct Events {
    pub events: Vec<Event>,
}

/// An event.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub id: String,
    pub at: String,
    #[serde(default, deserialize_with = "absent")]
    pub from_state: String,
    pub to_state: String,
    #[serde(default, deserialize_with = "absent")]
    pub actor: String,
    #[serde(default, deserialize_with = "absent")]
    pub note: String,
    #[serde(default, deserialize_with = "absent")]
    pub kind: String,
}

/// Body of an action.
#[derive(Serialize)]
pub struct Act<'a> {
    pub action: &'a str,
    pub params: &'a std::collections::BTreeMap<String, String>,
}

/// Response to an action.
#[derive(Deserialize)]
pub struct Acted {
    pub request: Request,
    #[serde(default, deserialize_with = "absent")]
    pub message: String,
}
