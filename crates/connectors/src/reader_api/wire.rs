//! The Reader API as it travels (docs/reader-api.yaml). Everything that may be missing may be missing
//! here too, members we do not know are ignored: a newer platform must not break an older program.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::described;

/// `null` counts as absent.
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

/// Answer of login and refresh; the tokens themselves travel as cookies.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Expirations {
    pub access_token_expiration: String,
    pub refresh_token_expiration: String,
}

/// Body of the change of password.
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

/// Name of a new patron. FOLIO wants two parts; Chinese names are not taken apart.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GeneralInfo<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
}

/// How a new patron is reached.
#[derive(Serialize)]
pub struct ContactInfo<'a> {
    pub email: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub phone: &'a str,
}

/// A registration as the platform describes it.
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

/// `GET /bl-users/_self`.
#[derive(Deserialize)]
pub struct SelfUser {
    pub user: User,
}

/// The FOLIO user record, the part that is shown.
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

/// `GET /ill/account`.
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

/// What stands in the way: a bare code, or a code with a sentence.
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

/// Open requests.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    pub max_active: u32,
    #[serde(default)]
    pub active: u32,
}

/// `GET /ill/pickup-locations`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PickupLocations {
    pub pickup_locations: Vec<PickupLocation>,
}

/// A desk.
#[derive(Deserialize)]
pub struct PickupLocation {
    pub id: String,
    #[serde(default, deserialize_with = "absent")]
    pub name: String,
}

/// Answer of `POST /ill/requests/precheck`.
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

/// A code with its sentence.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Finding {
    #[serde(deserialize_with = "absent")]
    pub code: String,
    #[serde(deserialize_with = "absent")]
    pub message: String,
}

/// A copy in the own library.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct LocalHolding {
    #[serde(deserialize_with = "absent")]
    pub call_number: String,
    #[serde(deserialize_with = "absent")]
    pub location: String,
}

/// An open copy.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct OpenAccess {
    #[serde(deserialize_with = "absent")]
    pub url_for_pdf: String,
    #[serde(deserialize_with = "absent")]
    pub url: String,
}

/// What it will cost.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Estimate {
    pub cost: Option<Amount>,
    pub cost_to_patron: Option<Amount>,
}

/// Money; only CNY is understood as such.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Amount {
    pub amount: f64,
    #[serde(default, deserialize_with = "absent")]
    pub iso_currency_code: String,
}

/// A request as the platform describes it.
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
    // what the patron asked for, member by member: a flattened map would hold everything else twice on its way
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

/// As it came; `null` is something that came.
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

/// Why.
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

/// Something the patron may do: a bare name is one that may be done now.
pub enum Action {
    Name(String),
    Full(FullAction),
}

/// It with what belongs to it.
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

// by hand: an untagged enum would keep every action aside before it reads it, and a page has thousands
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

/// `GET /ill/changes`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    pub changes: Vec<Change>,
    pub next: String,
    #[serde(default)]
    pub has_more: bool,
}

/// One line of the feed.
#[derive(Deserialize)]
pub struct Change {
    pub id: uuid::Uuid,
    pub op: String,
    #[serde(default)]
    pub request: Option<Request>,
    #[serde(default)]
    pub events: Option<Vec<Event>>,
}

/// `GET /ill/requests/{id}/events`.
#[derive(Deserialize)]
pub struct Events {
    pub events: Vec<Event>,
}

/// Something that happened.
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

/// Answer of an action.
#[derive(Deserialize)]
pub struct Acted {
    pub request: Request,
    #[serde(default, deserialize_with = "absent")]
    pub message: String,
}
