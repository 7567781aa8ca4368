//! How much a reader may take of what it is given, and when it has to stop.
//!
//! All outside bytes are hostile: a few kilobytes on the wire can be gigabytes in memory, and some libraries
//! need the square of the length, or worse. The caller says what an input may cost; a reader counts before it
//! hands anything to a library, and looks at the stop flag in every loop whose length the input decides.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Fault, ReadError};

/// What an input may cost at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// bytes of text after decoding; of text packed into text, all layers together
    pub bytes: usize,
    /// bytes of one record after decoding
    pub record: usize,
    /// parts of all trees together, in units of about [`NODE`] bytes: an element, a text or an attribute of
    /// XML, a scalar of JSON count one each, an object of JSON more (it takes that much more)
    pub nodes: usize,
    /// attributes of one element
    pub attributes: usize,
    /// namespaces that are declared at one place
    pub namespaces: usize,
    /// elements, objects or braces inside one another
    pub depth: usize,
    /// records
    pub records: usize,
}

/// Bytes of memory that stand behind one node.
pub const NODE: usize = 80;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl Limits {
    /// A page of a search: some hundred records. 4 MiB on the wire are up to 6 MiB of text in UTF-8.
    pub const ANSWER: Limits = Limits {
        bytes: 8 * MIB,
        record: MIB,
        nodes: 300_000,
        attributes: 100,
        namespaces: 50,
        depth: 128,
        records: 2_000,
    };
    /// One record that came by itself (Z39.50).
    pub const RECORD: Limits = Limits { bytes: 2 * MIB, nodes: 100_000, records: 200, ..Limits::ANSWER };
    /// What a patron pastes or drops: a list of works, a file of references.
    pub const TEXT: Limits =
        Limits { bytes: 4 * MIB, nodes: 500_000, depth: 100, records: 10_000, ..Limits::ANSWER };
    /// A file that a maintainer looks at: whole catalogues, record by record.
    pub const FILE: Limits = Limits {
        bytes: usize::MAX,
        record: 4 * MIB,
        nodes: 20_000_000,
        records: usize::MAX,
        ..Limits::ANSWER
    };
}

/// Tells readers on other threads to stop. Clones are the same flag.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Stops every reader that has it, for good.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True once it was told to stop.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is left of the limits of one input. One for each answer or text, shared by all layers of reading it.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    stop: Stop,
    bytes: Cell<usize>,
    nodes: Cell<usize>,
    records: Cell<usize>,
}

impl Budget {
    /// A budget that has not been used; `stop` ends the readers that have it.
    pub fn new(limits: Limits, stop: Stop) -> Budget {
        Budget { limits, stop, bytes: Cell::new(0), nodes: Cell::new(0), records: Cell::new(0) }
    }

    /// [`Limits::ANSWER`], stopped by nobody.
    pub fn answer() -> Budget {
        Budget::new(Limits::ANSWER, Stop::default())
    }

    /// [`Limits::RECORD`], stopped by nobody.
    pub fn record() -> Budget {
        Budget::new(Limits::RECORD, Stop::default())
    }

    /// [`Limits::TEXT`], stopped by nobody.
    pub fn text() -> Budget {
        Budget::new(Limits::TEXT, Stop::default())
    }

    /// [`Limits::FILE`], stopped by nobody.
    pub fn file() -> Budget {
        Budget::new(Limits::FILE, Stop::default())
    }

    /// The same limits and the same stop flag with nothing taken: for reading the same input once more when
    /// the tree of the first reading is gone.
    #[must_use]
    pub fn again(&self) -> Budget {
        Budget::new(self.limits, self.stop.clone())
    }

    /// What it started with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// True once the reader was told to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.is_stopped()
    }

    /// Looks at the stop flag.
    ///
    /// # Errors
    /// [`Fault::Stopped`]
    pub fn look(&self, at: usize) -> Result<(), ReadError> {
        if self.stop.is_stopped() { Err(ReadError::over(at, Fault::Stopped)) } else { Ok(()) }
    }

    /// Takes bytes of text.
    ///
    /// # Errors
    /// [`Fault::TooLarge`], [`Fault::Stopped`]
    pub fn take_bytes(&self, count: usize, at: usize) -> Result<(), ReadError> {
        self.look(at)?;
        take(&self.bytes, count, self.limits.bytes, at, Fault::TooLarge)
    }

    /// Takes parts of a tree; looks at the stop flag, too.
    ///
    /// # Errors
    /// [`Fault::TooMany`], [`Fault::Stopped`]
    pub fn take_nodes(&self, count: usize, at: usize) -> Result<(), ReadError> {
        self.look(at)?;
        take(&self.nodes, count, self.limits.nodes, at, Fault::TooMany)
    }

    /// Takes a record.
    ///
    /// # Errors
    /// [`Fault::TooMany`], [`Fault::Stopped`]
    pub fn take_record(&self, at: usize) -> Result<(), ReadError> {
        self.look(at)?;
        take(&self.records, 1, self.limits.records, at, Fault::TooMany)
    }

    /// Whether one record may be so long.
    ///
    /// # Errors
    /// [`Fault::TooLarge`], [`Fault::Stopped`]
    pub fn check_record(&self, bytes: usize, at: usize) -> Result<(), ReadError> {
        self.look(at)?;
        within(bytes, self.limits.record, at, Fault::TooLarge)
    }

    /// Whether things may stand so deep in one another.
    ///
    /// # Errors
    /// [`Fault::TooDeep`]
    pub fn check_depth(&self, depth: usize, at: usize) -> Result<(), ReadError> {
        within(depth, self.limits.depth, at, Fault::TooDeep)
    }

    /// Whether an element may have so many attributes.
    ///
    /// # Errors
    /// [`Fault::TooMany`]
    pub fn check_attributes(&self, count: usize, at: usize) -> Result<(), ReadError> {
        within(count, self.limits.attributes, at, Fault::TooMany)
    }

    /// Whether so many namespaces may be declared at one place.
    ///
    /// # Errors
    /// [`Fault::TooMany`]
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
        // what was refused is not taken
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
