//! Resource limits and cancellation of parsers.
//!
//! All outside bytes are hostile: a few kilobytes can expand to gigabytes in memory, and some libraries
//! take quadratic time or worse. The caller sets the limits of an input; a parser charges the budget
//! before it calls a library, and checks the stop flag in every loop whose length depends on the input.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Fault, ReadError};

/// Limits of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// bytes of text after decoding; for nested encodings, the sum of all layers
    pub bytes: usize,
    /// bytes of one record after decoding
    pub record: usize,
    /// size of all trees together, in units of about [`NODE`] bytes: an element, text or attribute of XML
    /// and a scalar of JSON count as one, an object of JSON as several, according to its memory
    pub nodes: usize,
    /// attributes per element
    pub attributes: usize,
    /// namespaces declared on one element
    pub namespaces: usize,
    /// nesting of elements, objects or braces
    pub depth: usize,
    /// number of records
    pub records: usize,
}

/// Memory per node in bytes.
pub const NODE: usize = 80;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl Limits {
    /// A page of search results: a few hundred records. 4 MiB of input can decode to 6 MiB of UTF-8.
    pub const ANSWER: Limits = Limits {
        bytes: 8 * MIB,
        record: MIB,
        nodes: 300_000,
        attributes: 100,
        namespaces: 50,
        depth: 128,
        records: 2_000,
    };
    /// A single record (Z39.50).
    pub const RECORD: Limits = Limits { bytes: 2 * MIB, nodes: 100_000, records: 200, ..Limits::ANSWER };
    /// Text that a patron pastes or a file that a patron drops: a list of works, a file of references.
    pub const TEXT: Limits =
        Limits { bytes: 4 * MIB, nodes: 500_000, depth: 100, records: 10_000, ..Limits::ANSWER };
    /// A mail with its files, or a file that came with one.
    pub const MAIL: Limits = Limits {
        bytes: 128 * MIB,
        record: 64 * MIB,
        nodes: 500_000,
        depth: 50,
        records: 1_000,
        ..Limits::ANSWER
    };
    /// A file for a maintainer's tool: whole catalogues, parsed record by record.
    pub const FILE: Limits = Limits {
        bytes: usize::MAX,
        record: 4 * MIB,
        nodes: 20_000_000,
        records: usize::MAX,
        ..Limits::ANSWER
    };
}

/// Cancellation flag, shared with parsers on other threads. Clones share the flag.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Cancels all parsers with this flag, permanently.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the flag is set.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Remaining resources for one input. Create one per response or text, and share it between all layers of
/// parsing.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    stop: Stop,
    bytes: Cell<usize>,
    nodes: Cell<usize>,
    records: Cell<usize>,
}

impl Budget {
    /// A full budget; `stop` cancels its parsers.
    pub fn new(limits: Limits, stop: Stop) -> Budget {
        Budget { limits, stop, bytes: Cell::new(0), nodes: Cell::new(0), records: Cell::new(0) }
    }

    /// A full budget of [`Limits::ANSWER`] that cannot be cancelled.
    pub fn answer() -> Budget {
        Budget::new(Limits::ANSWER, Stop::default())
    }

    /// A full budget of [`Limits::RECORD`] that cannot be cancelled.
    pub fn record() -> Budget {
        Budget::new(Limits::RECORD, Stop::default())
    }

    /// A full budget of [`Limits::TEXT`] that cannot be cancelled.
    pub fn text() -> Budget {
        Budget::new(Limits::TEXT, Stop::default())
    }

    /// A full budget of [`Limits::FILE`] that cannot be cancelled.
    pub fn file() -> Budget {
        Budget::new(Limits::FILE, Stop::default())
    }

    /// A full budget with the same limits and stop flag, for parsing the same input again after the first
    /// tree was dropped.
    #[must_use]
    pub fn again(&self) -> Budget {
        Budget::new(self.limits, self.stop.clone())
    }

    /// The initial limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether the parsing was cancelled.
    pub fn is_stopped(&self) -> bool {
        self.stop.is_stopped()
    }

    /// Checks the stop flag.
    ///
    /// # Errors
    /// [`Fault::Stopped`] when it is set.
    pub fn look(&self, at: usize) -> Result<(), ReadError> {
        if self.stop.is_stopped() { Err(ReadError::over(at, Fault::Stopped)) } else { Ok(()) }
    }

    /// Charges bytes of text.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when they exceed the limit; [`Fault::Stopped`].
    pub fn take_bytes(&self, count: usize, at: usize) -> Result<(), ReadError> {
        self.look(at)?;
        take(&self.bytes, count, self.limits.bytes, at, Fault::TooLarge)
    }

    /// Charges nodes of a tree; checks the stop flag too.
    ///
    /// # Errors
    /// [`Fault::TooMany`] when they exceed the limit; [`Fault::Stopped`].
    pub fn take_nodes(&self, count: usize, at: usize) -> Result<(), ReadError> {
        self.look(at)?;
        take(&self.nodes, count, self.limits.nodes, at, Fault::TooMany)
    }

    /// Charges a record.
    ///
    /// # Errors
    /// [`Fault::TooMany`] when it exceeds the limit; [`Fault::Stopped`].
    pub fn take_record(&self, at: usize) -> Result<(), ReadError> {
        self.look(at)?;
        take(&self.records, 1, self.limits.records, at, Fault::TooMany)
    }

    /// Number of records charged so far: those that were tried, whether they could be parsed or not.
    pub fn records_taken(&self) -> usize {
        self.records.get()
    }

    /// Checks the size of one record.
    ///
    /// # Errors
    /// [`Fault::TooLarge`] when it exceeds the limit; [`Fault::Stopped`].
    pub fn check_record(&self, bytes: usize, at: usize) -> Result<(), ReadError> {
        self.look(at)?;
        within(bytes, self.limits.record, at, Fault::TooLarge)
    }

    /// Checks a nesting depth.
    ///
    /// # Errors
    /// [`Fault::TooDeep`] when it exceeds the limit.
    pub fn check_depth(&self, depth: usize, at: usize) -> Result<(), ReadError> {
        within(depth, self.limits.depth, at, Fault::TooDeep)
    }

    /// Checks the number of attributes of an element.
    ///
    /// # Errors
    /// [`Fault::TooMany`] when it exceeds the limit.
    pub fn check_attributes(&self, count: usize, at: usize) -> Result<(), ReadError> {
        within(count, self.limits.attributes, at, Fault::TooMany)
    }

    /// Checks the number of namespaces declared on an element.
    ///
    /// # Errors
    /// [`Fault::TooMany`] when it exceeds the limit.
    pub fn check_namespaces(&self, count: usize, at: usize) -> Result<(), ReadError> {
        within(count, self.limits.namespaces, at, Fault::TooMany)
    }
}

fn take(used: &Cell<usize>, count: usize, limit: usize, at: usize, fault: Fault) -> Result<(), ReadError> {
    let after = used.get().saturating_add(count);
    within(after, limit, at, fault)?;
    used.set(after);
    Ok(())
}

fn within(count: usize, limit: usize, at: usize, fault: Fault) -> Result<(), ReadError> {
    if count > limit { Err(ReadError::over(at, fault)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{Budget, Limits, Stop};
    use crate::Fault;

    #[test]
    fn what_is_taken_is_gone_and_a_stop_reaches_every_clone() {
        let stop = Stop::default();
        let limits = Limits { bytes: 10, nodes: 3, records: 1, depth: 2, ..Limits::ANSWER };
        let budget = Budget::new(limits, stop.clone());
        assert!(budget.take_bytes(6, 0).is_ok());
        assert_eq!(budget.take_bytes(6, 7).unwrap_err().fault, Fault::TooLarge);
        // a rejected charge is not deducted
        assert!(budget.take_bytes(4, 0).is_ok());
        assert_eq!(budget.take_nodes(4, 0).unwrap_err().fault, Fault::TooMany);
        assert_eq!(budget.check_depth(3, 0).unwrap_err().fault, Fault::TooDeep);
        assert!(budget.take_record(0).is_ok());
        assert_eq!(budget.take_record(5).unwrap_err().fault, Fault::TooMany);
        stop.stop();
        assert_eq!(budget.take_record(5).unwrap_err().fault, Fault::Stopped);
        assert_eq!(budget.look(9).unwrap_err().to_string(), "at byte 9: told to stop");
    }
}
