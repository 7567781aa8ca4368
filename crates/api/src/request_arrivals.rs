//! Parameters of the commands about works that a browser sent, and about the listener for browser extensions.

use hongyan_model::Service;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that a browser sent, by its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArrivalRef {
    /// its id
    pub id: Uuid,
}

/// Makes a form or a list of what a browser sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArrivalTake {
    /// its id
    pub id: Uuid,
    /// copy or loan; none: the one that suits the work
    pub service: Option<Service>,
}

/// An address of our scheme that was called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressCalled {
    /// as it came from outside
    pub address: String,
}

/// Switches the listener for browser extensions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListenerSet {
    /// on or off
    pub on: bool,
    /// its port on 127.0.0.1, 1024 to 65535
    pub port: u16,
}
