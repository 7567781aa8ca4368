//! The platform of the patron's library: which one it is, the state of the connection, the session, the
//! account, fees and times. The only room that holds the gateway; others call it through [`Platform::call`].

mod account;
mod choice;
pub(crate) mod connectivity;
pub(crate) mod no_interface;
mod session;
mod terms;

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use hongyan_connectors::error::NetError;
use hongyan_connectors::gateway::RequestGateway;

pub use self::choice::Opening;
pub(crate) use self::choice::{configure, gateway_of};
use self::connectivity::{is_cut, line};
use self::session::Wear;
use self::terms::Told;
use crate::base::change::Tag;
use crate::base::context::Context;
use crate::base::problem::Problem;
use crate::base::schedule::Wake;
use crate::notices::Notices;
use crate::view::Connection;

/// The platform. Cheap to clone; clones share their state.
#[derive(Clone)]
pub struct Platform {
    context: Context,
    notices: Notices,
    own: Arc<Own>,
}

struct Own {
    gateway: Arc<dyn RequestGateway>,
    connection: Mutex<Connection>,
    /// why the outbox sends nothing at present
    blocked: Mutex<Option<Problem>>,
    /// fees, times and days as fetched from the platform
    told: RwLock<Told>,
    /// whether the access token is about to expire
    wear: Wear,
    /// lock: one token refresh at a time (single flight)
    refreshing: tokio::sync::Mutex<()>,
    /// lock: reads and changes of the account exclude each other, so that an older answer cannot undo a change
    account_turn: tokio::sync::Mutex<()>,
}

impl Platform {
    pub(crate) fn new(context: Context, notices: Notices, gateway: Arc<dyn RequestGateway>) -> Platform {
        let own = Own {
            gateway,
            connection: Mutex::default(),
            blocked: Mutex::default(),
            told: RwLock::default(),
            wear: Wear::default(),
            refreshing: tokio::sync::Mutex::default(),
            account_turn: tokio::sync::Mutex::default(),
        };
        Platform { context, notices, own: Arc::new(own) }
    }

    /// Whether the patron files requests on the platform's page (hand-over): the platform is never called then.
    pub(crate) fn hands_over(&self) -> bool {
        self.own.gateway.is_hand_over()
    }

    /// The gateway; to be used within [`Platform::call`].
    pub(crate) fn gateway(&self) -> &dyn RequestGateway {
        self.own.gateway.as_ref()
    }

    /// State of the connection, as the platform's last answers show it.
    pub(crate) fn connection(&self) -> Connection {
        *self.own.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the state of the connection; returns the former one.
    pub(crate) fn set_connection(&self, line: Connection) -> Connection {
        // ignores poisoning: a single assignment is never half done
        let mut connection = self.own.connection.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *connection, line)
    }

    /// Why the outbox sends nothing at present.
    pub(crate) fn blocked(&self) -> Option<Problem> {
        self.own.blocked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets or clears the reason why the outbox sends nothing; returns the former one.
    pub(crate) fn set_blocked(&self, problem: Option<Problem>) -> Option<Problem> {
        let mut blocked = self.own.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *blocked, problem)
    }

    /// Waits for an answer of the platform and updates the state of the connection from it.
    pub(crate) async fn watched<T>(
        &self,
        call: impl Future<Output = Result<T, NetError>>,
    ) -> Result<T, NetError> {
        let begun = Instant::now();
        let outcome = call.await;
        let Some(connection) = line(outcome.as_ref().err(), begun.elapsed()) else { return outcome };
        let was = self.set_connection(connection);
        if was != connection {
            self.context.changed(&[Tag::Status]);
            if is_cut(was) && !is_cut(connection) {
                self.context.wakes().outbox_without_waits();
            }
            if is_cut(connection) && !is_cut(was) {
                // the call may not come from the poll loop: let it check the connection soon
                self.context.wake(Wake::Looked);
            }
        }
        outcome
    }
}
