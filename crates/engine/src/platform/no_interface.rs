//! A platform without an interface for programs: searching works, and the patron files requests by hand-over
//! ([`crate::handover`]). Every call fails with [`NetError::NoPlatform`]. The real platform is one until a
//! library offers the Reader API (docs/KNOWN-ISSUES.md).

use std::collections::BTreeMap;

use async_trait::async_trait;
use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::{
    Acted, ChangePage, LookedUp, PickupLocation, Precheck, RequestGateway, Session, Submitted,
};
use hongyan_model::RequestId;
use hongyan_model::account::{Account, Registration, RegistrationStatus};
use hongyan_model::request::RequestEvent;
use hongyan_model::request::wire::Sealed;

/// Gateway that fails every call.
pub(crate) struct NoInterface;

fn none<T>() -> Result<T, NetError> {
    Err(NetError::NoPlatform)
}

#[async_trait]
impl RequestGateway for NoInterface {
    fn is_hand_over(&self) -> bool {
        true
    }
    async fn sign_in(&self, _: &str, _: &str) -> Result<Session, NetError> {
        none()
    }
    async fn refresh(&self, _: &str) -> Result<Session, NetError> {
        none()
    }
    async fn sign_out(&self, _: &Session) -> Result<(), NetError> {
        none()
    }
    async fn change_password(&self, _: &Session, _: &str, _: &str, _: &str) -> Result<(), NetError> {
        none()
    }
    async fn register(&self, _: &Registration) -> Result<RegistrationStatus, NetError> {
        none()
    }
    async fn registration_status(&self, _: &str) -> Result<Option<RegistrationStatus>, NetError> {
        none()
    }
    async fn account(&self, _: &Session) -> Result<Account, NetError> {
        none()
    }
    async fn pickup_locations(&self, _: &Session) -> Result<Vec<PickupLocation>, NetError> {
        none()
    }
    async fn precheck(&self, _: &Session, _: &[u8]) -> Result<Precheck, NetError> {
        none()
    }
    async fn submit(&self, _: &Session, _: &Sealed) -> Result<Submitted, NetError> {
        none()
    }
    async fn look_up(&self, _: &Session, _: RequestId) -> Result<LookedUp, NetError> {
        none()
    }
    async fn changes(&self, _: &Session, _: Option<&str>) -> Result<ChangePage, NetError> {
        none()
    }
    async fn events(&self, _: &Session, _: RequestId) -> Result<Vec<RequestEvent>, NetError> {
        none()
    }
    async fn act(
        &self,
        _: &Session,
        _: RequestId,
        _: uuid::Uuid,
        _: &str,
        _: &BTreeMap<String, String>,
    ) -> Result<Acted, NetError> {
        none()
    }
}
