//! Idempotent submission, and the look-up after an unknown outcome (docs/REQUESTS.md, Outbox rules): the
//! two calls that guarantee that a request is neither lost nor sent twice.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hongyan_model::RequestId;
use hongyan_model::request::wire::Sealed;
use reqwest::Method;
use sha2::{Digest, Sha256};

use super::{ReaderApi, cookie, map, refusal, same_id, wire};
use crate::error::NetError;
use crate::gateway::{LookedUp, Session, Submitted};
use crate::http::Response;

impl ReaderApi {
    /// Sends the sealed bytes unchanged. Accepted only if the response has this id and this fingerprint;
    /// anything less is an unknown outcome, to be settled by [`Self::find_request`].
    pub(super) async fn put_request(
        &self,
        session: &Session,
        sealed: &Sealed,
    ) -> Result<Submitted, NetError> {
        let id = sealed.id.to_string();
        let digest = STANDARD.encode(Sha256::digest(&sealed.bytes));
        let call = self
            .call(Method::PUT, self.url(&["ill", "requests", &id], &[])?, Some(sealed.bytes.clone()))?
            .header("cookie", &cookie::access(session))?
            .header("if-none-match", "*")?
            .header("idempotency-key", &format!("\"{id}\""))?
            .header("content-digest", &format!("sha-256=:{digest}:"))?;
        let answer = self.send(call).await?;
        match answer.status {
            200 | 201 => {
                let replayed = answer.status == 200;
                let (request, fingerprint) = described(answer, sealed.id).await?;
                if fingerprint != sealed.sha256 {
                    return Err(NetError::Malformed("the platform stored another fingerprint".to_owned()));
                }
                Ok(Submitted::Accepted { request, fingerprint, replayed })
            }
            // the contract has no other success, so something else responded
            202..=399 => Err(NetError::WrongKind(format!("HTTP {}", answer.status))),
            _ => match refusal::refusal(&answer) {
                NetError::Refused { status: 404, .. } => Ok(Submitted::NotOurs),
                NetError::Refused { status: 409, code, .. } if code == "REQUEST_IN_PROGRESS" => {
                    Ok(Submitted::InProgress)
                }
                NetError::Refused { status: 410, .. } => Ok(Submitted::Deleted),
                other => Err(other),
            },
        }
    }

    /// Edits a request that still has this version. Idempotent: the platform repeats its first response
    /// to the same bytes, so an unknown outcome is settled by sending again.
    pub(super) async fn put_edit(
        &self,
        session: &Session,
        sealed: &Sealed,
        version: i64,
    ) -> Result<Box<hongyan_model::Request>, NetError> {
        let id = sealed.id.to_string();
        let digest = STANDARD.encode(Sha256::digest(&sealed.bytes));
        let call = self
            .call(Method::PUT, self.url(&["ill", "requests", &id], &[])?, Some(sealed.bytes.clone()))?
            .header("cookie", &cookie::access(session))?
            .header("if-match", &format!("\"v{version}\""))?
            .header("content-digest", &format!("sha-256=:{digest}:"))?;
        let answer = self.send(call).await?;
        match answer.status {
            200 => Ok(described(answer, sealed.id).await?.0),
            201..=399 => Err(NetError::WrongKind(format!("HTTP {}", answer.status))),
            _ => Err(refusal::refusal(&answer)),
        }
    }

    pub(super) async fn find_request(&self, session: &Session, id: RequestId) -> Result<LookedUp, NetError> {
        let url = self.url(&["ill", "requests", &id.to_string()], &[])?;
        let answer = self.get_if_changed(session, url).await?;
        match answer.status {
            200 => {
                let (request, fingerprint) = described(answer, id).await?;
                Ok(LookedUp::Found { request, fingerprint })
            }
            201..=399 => Err(NetError::WrongKind(format!("HTTP {}", answer.status))),
            _ => match refusal::refusal(&answer) {
                NetError::Refused { status: 404, .. } => Ok(LookedUp::NotFound),
                NetError::Refused { status: 410, .. } => Ok(LookedUp::Deleted),
                other => Err(other),
            },
        }
    }
}

/// Parses the request in a response, which must have the id that was asked for.
async fn described(
    answer: Response,
    id: RequestId,
) -> Result<(Box<hongyan_model::Request>, String), NetError> {
    let (request, fingerprint) = map::request(answer.json::<wire::Request>().await?)?;
    same_id(request.id, id)?;
    Ok((request, fingerprint))
}
