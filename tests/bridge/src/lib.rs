//! Serves the command table on loopback, so that the same UI runs in an ordinary browser: for tests,
//! for work on the screens, and for machines without a display. In no bundle (tests/house).
//!
//! Owns: the door ([`door`]: this address, our pages, a token), the paths, a keyring in memory.
//! Knows nothing of windows. Start at [`Bridge::start`].

mod door;
mod host;
mod memory;
mod paths;
mod policy;
mod start;

pub use memory::MemorySecrets;
pub use start::{Bridge, BridgeError, Options};
