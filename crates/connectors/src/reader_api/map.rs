//! Conversion from wire types to the model. Cleans all texts, because they are outside text.

use hongyan_model::account::{Account, AccountState, Limits, Quota, RegistrationStatus};
use hongyan_model::request::{
    Action, Actor, EventKind, Reason, Request, RequestEvent, RequestState, RequestText, Supplier,
};
use hongyan_model::text::{clean, clip};
use hongyan_model::{Fen, RequestId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{described, wire};
use crate::error::NetError;
use crate::gateway::{Acted, Change, ChangePage, PickupLocation, Precheck};

/// Largest text of a request that is stored, in bytes of JSON.
const LARGEST_TEXT: usize = 64 * 1024;
/// Maximum number of names in a list of a request.
const MOST_NAMES: usize = 30;

/// A text of the platform, cleaned and truncated.
pub(super) fn sentence(text: &str) -> String {
    clip(&clean(text), 2000)
}

/// Parses a required time.
pub(super) fn time(text: &str, what: &str) -> Result<Timestamp, NetError> {
    text.trim().parse().map_err(|_| NetError::Malformed(format!("{what} is not a time")))
}

/// A date from a date or a time (as written, without time zone conversion); none when it is neither,
/// because a wrong date is worse than none.
pub(super) fn day(text: &str) -> Option<Date> {
    text.trim().get(..10)?.parse().ok()
}

/// Parses an enum of the model that keeps unknown names.
pub(super) fn named<T: DeserializeOwned>(name: &str, what: &str) -> Result<T, NetError> {
    let name = clip(&clean(name), 80);
    if name.is_empty() {
        return Err(NetError::Malformed(format!("{what} is empty")));
    }
    serde_json::from_value(Value::String(name))
        .map_err(|_| NetError::Malformed(format!("{what} cannot be read")))
}

/// Parses a state of the platform. The names of local states are rejected: a platform that sends `DRAFT`
/// means something else.
fn state(name: &str) -> Result<RequestState, NetError> {
    let state: RequestState = named(name, "state")?;
    Ok(match state {
        RequestState::Draft
        | RequestState::Queued
        | RequestState::Sending
        | RequestState::Unknown
        | RequestState::Rejected => RequestState::Other(clean(name)),
        known => known,
    })
}

pub(super) fn fen(amount: Option<wire::Amount>) -> Option<Fen> {
    let amount = amount?;
    let yuan = amount.iso_currency_code.is_empty() || amount.iso_currency_code == "CNY";
    (yuan && amount.amount.is_finite()).then(|| Fen::from_yuan(amount.amount))
}

/// Converts a request; returns also its fingerprint in lower case, empty when not given.
pub(super) fn request(mut wire: wire::Request) -> Result<(Box<Request>, String), NetError> {
    let text = text(&mut wire);
    let updated = if wire.metadata.updated_date.is_empty() {
        &wire.metadata.created_date
    } else {
        &wire.metadata.updated_date
    };
    let updated_at = time(updated, "metadata.updatedDate")?;
    let created_at = time(&wire.metadata.created_date, "metadata.createdDate").unwrap_or(updated_at);
    let label =
        if wire.state_label.zh.trim().is_empty() { &wire.state_label.en } else { &wire.state_label.zh };
    let supplier = wire
        .supplier
        .map(|one| Supplier { symbol: name(&one.symbol), name: clip(&clean(&one.name), 200) })
        .filter(|one| !one.shown().is_empty());
    let request = Request {
        id: RequestId(wire.id),
        hrid: clip(&clean(&wire.hrid), 80),
        state: state(&wire.state)?,
        state_label: clip(&clean(label), 80),
        reason: wire.reason.map(|reason| Reason {
            code: name(&reason.code),
            text: sentence(&reason.text),
            fields: names(reason.fields),
        }),
        actions: wire.actions.into_iter().take(MOST_NAMES).map(action).collect(),
        supplier,
        supplier_attempt: wire.supplier_attempt,
        condition: wire.condition.map(described::condition),
        editable: wire.editable,
        delivered_at: wire.delivered_at.trim().parse().ok(),
        documents: described::documents_here(wire.documents),
        renewals: wire.renewals,
        renewal: wire.renewal.map(described::renewal),
        succeeded_by: wire.succeeded_by.map(RequestId),
        unread_messages: wire.unread_messages,
        last_message_at: wire.last_message_at.trim().parse().ok(),
        text,
        expected_by: day(&wire.expected_by),
        due_date: day(&wire.due_date),
        pickup_by: day(&wire.pickup_by),
        cost: fen(wire.cost),
        cost_to_patron: fen(wire.cost_to_patron),
        version: wire.version,
        created_at,
        updated_at,
    };
    Ok((Box::new(request), wire.fingerprint.to_ascii_lowercase()))
}

fn action(wire: wire::Action) -> Action {
    match wire {
        wire::Action::Name(name) => Action::plain(&self::name(&name)),
        wire::Action::Full(wire::FullAction { name, available, parameters, label }) => {
            let mut action =
                Action { available, parameters: names(parameters), ..Action::plain(&self::name(&name)) };
            if !Action::KNOWN.contains(&action.name.as_str()) {
                action.label = self::name(if label.zh.trim().is_empty() { &label.en } else { &label.zh });
                action.label_en = self::name(if label.en.trim().is_empty() { &label.zh } else { &label.en });
            }
            action
        }
    }
}

/// A code or name of the contract, cleaned and truncated.
pub(super) fn name(text: &str) -> String {
    clip(&clean(text), 80)
}

fn names(list: Vec<String>) -> Vec<String> {
    list.iter().take(MOST_NAMES).map(|text| name(text)).filter(|text| !text.is_empty()).collect()
}

pub(super) fn acted(wire: wire::Acted) -> Result<Acted, NetError> {
    Ok(Acted { request: request(wire.request)?.0, message: sentence(&wire.message) })
}

pub(super) fn changes(wire: wire::Changes, since: Option<&str>) -> Result<ChangePage, NetError> {
    if wire.next.is_empty() {
        return Err(NetError::Malformed("changes without a cursor".to_owned()));
    }
    // a feed whose cursor does not advance would be read for ever
    if wire.has_more && since == Some(wire.next.as_str()) {
        return Err(NetError::Malformed("the cursor of the changes feed does not advance".to_owned()));
    }
    let mut changes = Vec::with_capacity(wire.changes.len());
    for change in wire.changes {
        changes.push(match (change.op.as_str(), change.request) {
            ("delete", _) => Change::Delete(RequestId(change.id)),
            ("upsert", Some(described)) => {
                if described.id != change.id {
                    return Err(NetError::Malformed("a change describes another request".to_owned()));
                }
                let events = change.events.map(|events| self::events(wire::Events { events })).transpose()?;
                Change::Upsert { request: request(described)?.0, events }
            }
            ("upsert", None) => return Err(NetError::Malformed("a change without its request".to_owned())),
            (op, _) => {
                return Err(NetError::Malformed(format!(
                    "a change of unknown kind {}",
                    clip(&clean(op), 40)
                )));
            }
        });
    }
    Ok(ChangePage { changes, next: wire.next, has_more: wire.has_more })
}

pub(super) fn events(wire: wire::Events) -> Result<Vec<RequestEvent>, NetError> {
    let mut events = wire
        .events
        .into_iter()
        .map(|event| {
            if event.id.trim().is_empty() {
                return Err(NetError::Malformed("an event without an id".to_owned()));
            }
            Ok(RequestEvent {
                at: time(&event.at, "an event's time")?,
                from_state: match event.from_state.trim() {
                    "" => None,
                    name => Some(state(name)?),
                },
                to_state: state(&event.to_state)?,
                actor: named(&event.actor, "actor").unwrap_or(Actor::System),
                note: sentence(&event.note),
                kind: match event.kind.as_str() {
                    // older platforms send state changes only
                    "" | "moved" => EventKind::Moved,
                    "message" => EventKind::Message,
                    "document" => EventKind::Document,
                    "renewal" => EventKind::Renewal,
                    "urged" => EventKind::Urged,
                    _ => EventKind::Other,
                },
                id: event.id,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    events.sort_by_key(|event| event.at);
    Ok(events)
}

pub(super) fn account(user: wire::User, standing: wire::Standing) -> Result<Account, NetError> {
    let quota = standing.quota;
    let as_of = quota.as_ref().and_then(|q| q.as_of.trim().parse().ok()).unwrap_or_else(Timestamp::now);
    Ok(Account {
        display_name: display_name(&user.personal, &user.username),
        username: clip(&clean(&user.username), 100),
        state: named::<AccountState>(&standing.state, "account state")?,
        can_request: standing.can_request,
        problems: standing
            .problems
            .into_iter()
            .map(|problem| match problem {
                wire::Problem::Code(code) | wire::Problem::Full { code } => clip(&clean(&code), 80),
            })
            .collect(),
        registered_email: clip(&clean(&standing.registered_email), 200),
        quota: quota.map(|q| Quota {
            unit: clip(&clean(&q.unit), 40),
            granted: q.granted,
            reserved: q.reserved,
            used: q.used,
            available: q.available,
            as_of,
        }),
        limits: standing.limits.map(|l| Limits { max_active: l.max_active, active: l.active }),
        as_of,
    })
}

/// 张三 without a space, Li Hua with one; the login name if no name is known.
fn display_name(personal: &wire::Personal, username: &str) -> String {
    let (family, given) = (clean(&personal.last_name), clean(&personal.first_name));
    let han = |text: &str| text.chars().all(hongyan_model::text::is_han);
    let name = match (family.is_empty(), given.is_empty()) {
        (true, true) => clean(username),
        (false, false) if han(&family) && han(&given) => format!("{family}{given}"),
        (false, false) => format!("{given} {family}"),
        _ => format!("{family}{given}"),
    };
    clip(&name, 100)
}

pub(super) fn registration(wire: wire::Registration, asked: &str) -> Result<RegistrationStatus, NetError> {
    let username = clean(&wire.external_system_id);
    Ok(RegistrationStatus {
        username: if username.is_empty() { asked.to_owned() } else { clip(&username, 100) },
        state: named::<AccountState>(&wire.state, "registration state")?,
        note: sentence(&wire.note),
        submitted_at: wire.submitted_at.trim().parse().ok(),
    })
}

pub(super) fn pickup_locations(wire: wire::PickupLocations) -> Vec<PickupLocation> {
    wire.pickup_locations
        .into_iter()
        .map(|desk| PickupLocation { name: clip(&clean(&desk.name), 200), id: desk.id })
        .collect()
}

pub(super) fn precheck(wire: wire::Precheck) -> Precheck {
    let findings = |list: Vec<wire::Finding>| {
        list.into_iter().map(|f| (clip(&clean(&f.code), 80), sentence(&f.message))).collect()
    };
    let estimate = wire.estimate.unwrap_or_default();
    Precheck {
        blockers: findings(wire.blockers),
        warnings: findings(wire.warnings),
        local_holdings: wire.local_holdings.map(|copies| {
            copies
                .into_iter()
                .map(|h| (clip(&clean(&h.call_number), 100), clip(&clean(&h.location), 200)))
                .collect()
        }),
        open_access: wire.open_access.map(|copies| {
            copies
                .into_iter()
                .filter_map(|copy| web_address(&copy.url_for_pdf).or_else(|| web_address(&copy.url)))
                .collect()
        }),
        estimate: fen(estimate.cost),
        cost_to_patron: fen(estimate.cost_to_patron),
    }
}

/// The patron's members of a request; empty when they exceed the size limit.
fn text(wire: &mut wire::Request) -> RequestText {
    let members = [
        wire.service_type.take(),
        wire.publication_type.take(),
        wire.bibliographic_info.take(),
        wire.publication_info.take(),
        wire.service_info.take(),
        wire.copyright.take(),
        wire.billing_info.take(),
        wire.delivery.take(),
        wire.client.take(),
    ];
    let said = RequestText::MEMBERS.iter().zip(members);
    let said: RequestText = said.filter_map(|(name, member)| Some(((*name).to_owned(), member?))).collect();
    let size: usize = said.members().map(|(_, member)| member.len()).sum();
    if size <= LARGEST_TEXT { said } else { RequestText::default() }
}

/// An address that may be opened in the browser; none for other schemes.
fn web_address(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}
