//! Client of the Reader API (docs/reader-api.yaml), which Hongyan specifies on FOLIO's conventions.
//!
//! Every call goes to the base address. Tokens are cookies that [`cookie`] parses and sends, never to
//! another host ([`crate::http`] rejects redirects to one). [`refusal`] parses error responses, [`wire`]
//! has the JSON types, [`map`] converts them to the model.

mod calls;
mod cookie;
mod described;
mod documents;
mod etag_cache;
mod map;
pub(crate) mod refusal;
mod submit;
mod terms;
mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use hongyan_model::RequestId;
use hongyan_model::account::{Account, Registration, RegistrationStatus};
use hongyan_model::request::wire::Sealed;
use hongyan_model::request::{Document, Message, Request, RequestEvent};
use jiff::Timestamp;
use jiff::civil::Date;
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use uuid::Uuid;

use crate::error::NetError;
use crate::gateway::{
    Acted, CalendarDay, ChangePage, LookedUp, PickupLocation, Policies, Precheck, QuotaEntry, RequestGateway,
    Session, Submitted,
};
use crate::http::{Call, Http, Response};

/// A platform that implements the Reader API.
#[derive(Debug, Clone)]
pub struct ReaderApi {
    base: Url,
    tenant: String,
    http: Http,
    deadline: Duration,
    etag_cache: Arc<etag_cache::EtagCache>,
    /// `Date` of the last response in seconds since 1970; 0 before the first one
    time: Arc<AtomicI64>,
}

impl ReaderApi {
    /// The gateway at `base` (whose path is kept) for the library with this Okapi tenant id.
    pub fn new(base: Url, tenant: String, http: Http) -> ReaderApi {
        ReaderApi {
            base,
            tenant,
            http,
            deadline: Duration::from_secs(20),
            etag_cache: Arc::default(),
            time: Arc::default(),
        }
    }

    /// Sets the deadline of one call, from first to last byte (20 s by default).
    pub fn with_deadline(mut self, deadline: Duration) -> ReaderApi {
        self.deadline = deadline;
        self
    }

    /// Builds a URL from path segments, each escaped.
    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, NetError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| NetError::Unsupported("the address of the platform has no path".to_owned()))?
            .pop_if_empty()
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    fn call(&self, method: Method, url: Url, body: Option<Vec<u8>>) -> Result<Call, NetError> {
        let call = match body {
            Some(body) => Call::json(method, url, body, self.deadline),
            None => Call { method, ..Call::get(url, self.deadline) },
        };
        call.header("x-okapi-tenant", &self.tenant)?
            .header("accept", "application/json")?
            .header("accept-language", "zh-CN, en;q=0.8")
    }

    fn body<T: Serialize>(value: &T) -> Result<Vec<u8>, NetError> {
        serde_json::to_vec(value).map_err(|e| NetError::Unsupported(e.to_string()))
    }

    async fn send(&self, call: Call) -> Result<Response, NetError> {
        let answer = self.http.send(call, None).await?;
        // only for successes: the clock of a captive portal says nothing about the platform's
        if matches!(answer.status, 200..=299)
            && answer.media_type().contains("json")
            && let Some(time) = answer.date()
        {
            self.time.store(time.as_second(), Ordering::Relaxed);
        }
        Ok(answer)
    }

    /// A signed-in `GET` with revalidation: unchanged data is not sent again.
    async fn get_if_changed(&self, session: &Session, url: Url) -> Result<Response, NetError> {
        let address = url.as_str().to_owned();
        let call = self.call(Method::GET, url, None)?.header("cookie", &cookie::access(session))?;
        Ok(self.etag_cache.resolve(&address, self.send(self.etag_cache.with_etag(call)?).await?))
    }

    /// A signed-in `GET` for JSON.
    async fn get<T: DeserializeOwned + Send + 'static>(
        &self,
        session: &Session,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, NetError> {
        ok(self.get_if_changed(session, self.url(path, query)?).await?)?.json().await
    }
}

/// Returns a successful response, and others as errors. 204 and the like are for callers that need no
/// body.
fn ok(answer: Response) -> Result<Response, NetError> {
    match answer.status {
        200..=299 => Ok(answer),
        300..=399 => Err(NetError::WrongKind(format!("HTTP {}", answer.status))),
        _ => Err(refusal::refusal(&answer)),
    }
}

#[async_trait]
impl RequestGateway for ReaderApi {
    async fn sign_in(&self, username: &str, password: &str) -> Result<Session, NetError> {
        self.etag_cache.clear();
        self.authenticate(username, password).await
    }

    async fn refresh(&self, refresh_token: &str) -> Result<Session, NetError> {
        self.exchange_refresh_token(refresh_token).await
    }

    fn time(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.time.load(Ordering::Relaxed))
            .ok()
            .filter(|time| *time > Timestamp::UNIX_EPOCH)
    }

    async fn reach(&self) -> Result<(), NetError> {
        self.ask_without_session().await
    }

    async fn sign_out(&self, session: &Session) -> Result<(), NetError> {
        self.etag_cache.clear();
        let url = self.url(&["authn", "logout"], &[])?;
        let call = self.call(Method::POST, url, None)?.header("cookie", &cookie::both(session))?;
        done(ok(self.send(call).await?)?)
    }

    async fn change_password(
        &self,
        session: &Session,
        username: &str,
        old: &str,
        new: &str,
    ) -> Result<(), NetError> {
        let body = Self::body(&wire::PasswordChange { username, password: old, new_password: new })?;
        let url = self.url(&["bl-users", "settings", "myprofile", "password"], &[])?;
        let call = self.call(Method::POST, url, Some(body))?.header("cookie", &cookie::access(session))?;
        done(ok(self.send(call).await?)?)
    }

    async fn register(&self, registration: &Registration) -> Result<RegistrationStatus, NetError> {
        self.send_registration(registration).await
    }

    async fn registration_status(&self, username: &str) -> Result<Option<RegistrationStatus>, NetError> {
        self.ask_registration(username).await
    }

    async fn account(&self, session: &Session) -> Result<Account, NetError> {
        let user: wire::SelfUser = self.get(session, &["bl-users", "_self"], &[]).await?;
        let standing: wire::Standing = self.get(session, &["ill", "account"], &[]).await?;
        map::account(user.user, standing)
    }

    async fn pickup_locations(&self, session: &Session) -> Result<Vec<PickupLocation>, NetError> {
        Ok(map::pickup_locations(self.get(session, &["ill", "pickup-locations"], &[]).await?))
    }

    async fn precheck(&self, session: &Session, body: &[u8]) -> Result<Precheck, NetError> {
        let url = self.url(&["ill", "requests", "precheck"], &[])?;
        let call =
            self.call(Method::POST, url, Some(body.to_vec()))?.header("cookie", &cookie::access(session))?;
        Ok(map::precheck(ok(self.send(call).await?)?.json().await?))
    }

    async fn submit(&self, session: &Session, sealed: &Sealed) -> Result<Submitted, NetError> {
        self.put_request(session, sealed).await
    }

    async fn look_up(&self, session: &Session, id: RequestId) -> Result<LookedUp, NetError> {
        self.find_request(session, id).await
    }

    async fn changes(&self, session: &Session, since: Option<&str>) -> Result<ChangePage, NetError> {
        self.changes_since(session, since).await
    }

    async fn events(&self, session: &Session, id: RequestId) -> Result<Vec<RequestEvent>, NetError> {
        let path = ["ill", "requests", &id.to_string(), "events"];
        map::events(self.get(session, &path, &[]).await?)
    }

    async fn act(
        &self,
        session: &Session,
        id: RequestId,
        action_id: Uuid,
        action: &str,
        params: &BTreeMap<String, String>,
    ) -> Result<Acted, NetError> {
        let body = Self::body(&wire::Act { action, params })?;
        let url = self.url(&["ill", "requests", &id.to_string(), "actions", &action_id.to_string()], &[])?;
        let call = self.call(Method::PUT, url, Some(body))?.header("cookie", &cookie::access(session))?;
        let acted = map::acted(ok(self.send(call).await?)?.json().await?)?;
        same_id(acted.request.id, id)?;
        Ok(acted)
    }

    async fn edit(&self, session: &Session, sealed: &Sealed, version: i64) -> Result<Box<Request>, NetError> {
        self.put_edit(session, sealed, version).await
    }

    async fn messages(&self, session: &Session, id: RequestId) -> Result<Vec<Message>, NetError> {
        let path = ["ill", "requests", &id.to_string(), "messages"];
        described::messages(self.get(session, &path, &[]).await?)
    }

    async fn send_message(
        &self,
        session: &Session,
        id: RequestId,
        message_id: Uuid,
        text: &str,
    ) -> Result<Message, NetError> {
        let body = Self::body(&described::NewMessage { text })?;
        let url =
            self.url(&["ill", "requests", &id.to_string(), "messages", &message_id.to_string()], &[])?;
        let call = self.call(Method::PUT, url, Some(body))?.header("cookie", &cookie::access(session))?;
        described::sent(ok(self.send(call).await?)?.json().await?, message_id)
    }

    async fn messages_read(&self, session: &Session, id: RequestId, message: &str) -> Result<(), NetError> {
        let url = self.url(&["ill", "requests", &id.to_string(), "messages", message, "read"], &[])?;
        let call = self.call(Method::PUT, url, None)?.header("cookie", &cookie::access(session))?;
        done(ok(self.send(call).await?)?)
    }

    async fn documents(&self, session: &Session, id: RequestId) -> Result<Vec<Document>, NetError> {
        let path = ["ill", "requests", &id.to_string(), "documents"];
        described::documents(self.get(session, &path, &[]).await?)
    }

    async fn document_content(
        &self,
        session: &Session,
        document: &Document,
        got: &mut Vec<u8>,
    ) -> Result<(), NetError> {
        self.fetch_document(session, document, got).await
    }

    async fn policies(&self, session: &Session) -> Result<Policies, NetError> {
        Ok(terms::policies(self.get(session, &["ill", "policies"], &[]).await?))
    }

    async fn calendar(&self, session: &Session, from: Date, to: Date) -> Result<Vec<CalendarDay>, NetError> {
        let (from, to) = (from.to_string(), to.to_string());
        let span = [("from", from.as_str()), ("to", to.as_str())];
        terms::calendar(self.get(session, &["ill", "calendar"], &span).await?)
    }

    async fn quota_entries(&self, session: &Session) -> Result<Vec<QuotaEntry>, NetError> {
        let path = ["ill", "account", "quota-entries"];
        terms::quota_entries(self.get(session, &path, &[("limit", "100")]).await?)
    }
}

/// Checks the success of a call without a relevant body; an HTML page never is one.
fn done(answer: Response) -> Result<(), NetError> {
    if answer.is_html() { Err(NetError::WrongKind("a web page".to_owned())) } else { Ok(()) }
}

/// Rejects a response about another request.
fn same_id(got: RequestId, asked: RequestId) -> Result<(), NetError> {
    if got == asked {
        Ok(())
    } else {
        Err(NetError::Malformed("the response is about another request".to_owned()))
    }
}

#[cfg(test)]
mod tests;
