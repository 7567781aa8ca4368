//! The platform of the patron's library: which one it is, what is known of the line to it, the session, the
//! account, and what it says of fees and times. The only room that holds the gateway; the others call through
//! [`Platform::call`].

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

/// The platform. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Platform {
    context: Context,
    notices: Notices,
    own: Arc<Own>,
}

struct Own {
    gateway: Arc<dyn RequestGateway>,
    connection: Mutex<Connection>,
    /// why nothing is sent at present
    blocked: Mutex<Option<Problem>>,
    /// fees, times and days as the platform says them
    told: RwLock<Told>,
    /// whether the access token is nearly over
    wear: Wear,
    /// one refresh at a time (single flight)
    refreshing: tokio::sync::Mutex<()>,
    /// the account is read or changed, never both: an old answer must not undo a change
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

    /// True when requests are carried to the platform's page by the patron: no platform is ever asked.
    pub(crate) fn hands_over(&self) -> bool {
        self.own.gateway.is_hand_over()
    }

    /// What the platform can be asked; within [`Platform::call`].
    pub(crate) fn gateway(&self) -> &dyn RequestGateway {
        self.own.gateway.as_ref()
    }

    /// The line to the platform, as its answers show it.
    pub(crate) fn connection(&self) -> Connection {
        *self.own.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets what is known of the line; gives what was known.
    pub(crate) fn set_connection(&self, line: Connection) -> Connection {
        // one assignment: whole even after a panic
        let mut connection = self.own.connection.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *connection, line)
    }

    /// Why nothing is sent at present.
    pub(crate) fn blocked(&self) -> Option<Problem> {
        self.own.blocked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says why nothing can be sent, or that something can; gives what was said before.
    pub(crate) fn set_blocked(&self, problem: Option<Problem>) -> Option<Problem> {
        let mut blocked = self.own.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *blocked, problem)
    }

    /// Waits for an answer of the platform and learns from it how the line is.
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
                // whoever found out need not be the one who asks regularly: the line is looked at soon
                self.context.wake(Wake::Looked);
            }
        }
        outcome
    }
}
