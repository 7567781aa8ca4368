//! A fault-injecting file system for SQLite: records every write and sync, and can make the n-th fail.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::chance::Chance;
use crate::vfs;

/// A recorded operation, in order.
#[derive(Debug, Clone)]
pub enum Op {
    /// a write at an offset
    Write {
        /// file name in the directory
        file: String,
        /// offset
        at: u64,
        /// bytes written
        bytes: Vec<u8>,
    },
    /// a truncation
    Truncate {
        /// file name in the directory
        file: String,
        /// new length
        to: u64,
    },
    /// a sync: all earlier writes to the file are durable now
    Sync {
        /// file name in the directory
        file: String,
    },
    /// a deletion
    Delete {
        /// file name in the directory
        file: String,
    },
    /// marker: the program was told that this change is saved
    Ack(u64),
}

/// Kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// ENOSPC: disk full
    Full,
    /// EROFS: the file system became read-only
    ReadOnly,
    /// EACCES: permission denied
    Denied,
    /// EIO: I/O error
    Failing,
    /// another process holds a lock
    Locked,
}

/// All faults.
pub const FAULTS: [Fault; 5] = [Fault::Full, Fault::ReadOnly, Fault::Denied, Fault::Failing, Fault::Locked];

/// Kind of operation requested by SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Open,
    Write,
    Truncate,
    Sync,
    Delete,
    Lock,
}

#[derive(Debug, Clone, Copy)]
struct Order {
    fault: Fault,
    at: u32,
    lasting: bool,
}

/// Callback before each change of a file.
type Watch = Box<dyn FnMut() + Send>;

#[derive(Default)]
struct State {
    recording: bool,
    ops: Vec<Op>,
    order: Option<Order>,
    asked: u32,
    struck: u32,
    watch: Option<Watch>,
}

/// A watched directory. Files in it bypass this file system again when it is dropped.
pub struct Disk {
    dir: PathBuf,
    state: Mutex<State>,
}

impl Disk {
    /// Watches a directory, from the next file that SQLite opens in it.
    ///
    /// # Panics
    /// When SQLite rejects our VFS.
    pub fn watch(dir: &Path) -> Arc<Disk> {
        let dir = dir.canonicalize().expect("the directory is there");
        let disk = Arc::new(Disk { dir, state: Mutex::default() });
        vfs::add(&disk);
        disk
    }

    pub(crate) fn state_of(&self, path: &Path) -> Option<String> {
        Some(path.strip_prefix(&self.dir).ok()?.to_string_lossy().into_owned())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts recording.
    pub fn record(&self) {
        self.state().recording = true;
    }

    /// Records the marker that a change was acknowledged.
    pub fn ack(&self, what: u64) {
        self.push(Op::Ack(what));
    }

    /// Returns the recorded operations.
    pub fn recorded(&self) -> Vec<Op> {
        let mut state = self.state();
        state.recording = false;
        std::mem::take(&mut state.ops)
    }

    /// Makes the `at`-th operation of the fault's kind fail, and all later ones if `lasting`.
    pub fn fail(&self, fault: Fault, at: u32, lasting: bool) {
        let mut state = self.state();
        (state.asked, state.struck) = (0, 0);
        state.order = Some(Order { fault, at, lasting });
    }

    /// Stops injecting faults; returns how often one occurred.
    pub fn work(&self) -> u32 {
        let mut state = self.state();
        state.order = None;
        state.struck
    }

    /// Sets the callback before each change of a file; none removes it.
    pub fn before_changes(&self, watch: Option<Watch>) {
        self.state().watch = watch;
    }

    pub(crate) fn push(&self, op: Op) {
        let mut state = self.state();
        if state.recording {
            state.ops.push(op);
        }
    }

    /// Decides whether this operation fails.
    pub(crate) fn strike(&self, ask: Ask) -> Option<Fault> {
        let mut state = self.state();
        if ask != Ask::Lock
            && let Some(mut watch) = state.watch.take()
        {
            // release the lock: the callback reads the files
            drop(state);
            watch();
            state = self.state();
            state.watch = Some(watch);
        }
        let order = state.order?;
        let concerns = match order.fault {
            Fault::Locked => ask == Ask::Lock,
            Fault::Full => matches!(ask, Ask::Open | Ask::Write),
            Fault::Denied => matches!(ask, Ask::Open | Ask::Write | Ask::Delete),
            Fault::ReadOnly | Fault::Failing => ask != Ask::Lock,
        };
        if !concerns {
            return None;
        }
        let now = state.asked;
        state.asked += 1;
        let strikes = if order.lasting { now >= order.at } else { now == order.at };
        if !strikes {
            return None;
        }
        state.struck += 1;
        Some(order.fault)
    }

    pub(crate) fn is_impatient(&self) -> bool {
        self.state().order.is_some_and(|order| order.fault == Fault::Locked)
    }
}

/// Durable content of a file, and writes that are not synced yet.
#[derive(Debug, Clone, Default)]
struct FileState {
    /// none: the file does not exist
    on_disk: Option<Vec<u8>>,
    on_the_way: Vec<Op>,
}

/// The files as a power failure leaves them; replays recorded operations step by step.
#[derive(Debug, Clone, Default)]
pub struct Image {
    files: BTreeMap<String, FileState>,
}

/// Which unsynced writes survive a power failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// none of them
    Nothing,
    /// all but the last, which is torn
    Torn,
    /// an arbitrary subset, some of them torn
    Some,
    /// only the later half: the disk reordered writes
    Late,
}

/// All cases.
pub const CUTS: [Cut; 4] = [Cut::Nothing, Cut::Torn, Cut::Some, Cut::Late];
/// Size of an atomic write of the disk.
const SECTOR: usize = 512;

impl Image {
    /// Replays one operation.
    pub fn step(&mut self, op: &Op) {
        match op {
            Op::Write { file, .. } | Op::Truncate { file, .. } => {
                self.files.entry(file.clone()).or_default().on_the_way.push(op.clone());
            }
            Op::Sync { file } => {
                let kept = self.files.entry(file.clone()).or_default();
                let mut bytes = kept.on_disk.take().unwrap_or_default();
                for op in kept.on_the_way.drain(..) {
                    apply(&mut bytes, &op);
                }
                kept.on_disk = Some(bytes);
            }
            Op::Delete { file } => drop(self.files.remove(file)),
            Op::Ack(_) => {}
        }
    }

    /// Writes the files as they are after a power failure at this point.
    ///
    /// # Panics
    /// When the directory cannot be written.
    pub fn leave(&self, dir: &Path, cut: Cut, chance: &mut Chance) {
        for (name, kept) in &self.files {
            let count = kept.on_the_way.len();
            let mut bytes = kept.on_disk.clone();
            for (n, op) in kept.on_the_way.iter().enumerate() {
                let whole = match cut {
                    Cut::Nothing => continue,
                    Cut::Torn => n + 1 < count,
                    Cut::Late if n < count / 2 => continue,
                    Cut::Late => true,
                    Cut::Some if chance.one_in(2) => continue,
                    Cut::Some => !chance.one_in(4),
                };
                let bytes = bytes.get_or_insert_default();
                match op {
                    Op::Write { at, bytes: written, file } if !whole => {
                        let sectors = written.len() / SECTOR;
                        let part = written[..SECTOR * chance.below(sectors)].to_vec();
                        apply(bytes, &Op::Write { file: file.clone(), at: *at, bytes: part });
                    }
                    op => apply(bytes, op),
                }
            }
            if let Some(bytes) = bytes {
                std::fs::write(dir.join(name), bytes).expect("the image can be written");
            }
        }
    }
}

fn apply(bytes: &mut Vec<u8>, op: &Op) {
    match op {
        Op::Write { at, bytes: written, .. } => {
            let at = usize::try_from(*at).expect("small enough for usize");
            if bytes.len() < at + written.len() {
                bytes.resize(at + written.len(), 0);
            }
            bytes[at..at + written.len()].copy_from_slice(written);
        }
        Op::Truncate { to, .. } => bytes.truncate(usize::try_from(*to).expect("small enough for usize")),
        _ => {}
    }
}
