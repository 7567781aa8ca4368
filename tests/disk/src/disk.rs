//! A directory whose files SQLite reaches through us: every write and sync is remembered, and the n-th
//! can be made to fail.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::chance::Chance;
use crate::vfs;

/// What was done to the files, in order.
#[derive(Debug, Clone)]
pub enum Op {
    /// bytes at a place
    Write {
        /// name below the directory
        file: String,
        /// place
        at: u64,
        /// what
        bytes: Vec<u8>,
    },
    /// shortened
    Truncate {
        /// name below the directory
        file: String,
        /// new length
        to: u64,
    },
    /// everything written to it is on the disk now
    Sync {
        /// name below the directory
        file: String,
    },
    /// taken away
    Delete {
        /// name below the directory
        file: String,
    },
    /// the program was told that this is kept
    Ack(u64),
}

/// How the disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// ENOSPC
    Full,
    /// EROFS: opened before, read-only now
    ReadOnly,
    /// EACCES
    Denied,
    /// EIO
    Failing,
    /// somebody else holds the file
    Locked,
}

/// All of them.
pub const FAULTS: [Fault; 5] = [Fault::Full, Fault::ReadOnly, Fault::Denied, Fault::Failing, Fault::Locked];

/// What SQLite asks of the files.
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

/// Called before each change of a file.
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

/// A directory that is watched. What is below it goes past us again when this is dropped.
pub struct Disk {
    dir: PathBuf,
    state: Mutex<State>,
}

impl Disk {
    /// Watches a directory, from the next file that SQLite opens in it.
    ///
    /// # Panics
    /// When SQLite refuses our file system.
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

    /// Remembers what is done from now on.
    pub fn record(&self) {
        self.state().recording = true;
    }

    /// The program was told that something is kept.
    pub fn ack(&self, what: u64) {
        self.push(Op::Ack(what));
    }

    /// What was remembered.
    pub fn recorded(&self) -> Vec<Op> {
        let mut state = self.state();
        state.recording = false;
        std::mem::take(&mut state.ops)
    }

    /// Fails the `at`-th time from now that it is asked for something of the kind, and from then on if
    /// `lasting`.
    pub fn fail(&self, fault: Fault, at: u32, lasting: bool) {
        let mut state = self.state();
        (state.asked, state.struck) = (0, 0);
        state.order = Some(Order { fault, at, lasting });
    }

    /// Works again; how often it failed.
    pub fn work(&self) -> u32 {
        let mut state = self.state();
        state.order = None;
        state.struck
    }

    /// Calls this before each change of a file; none to end that.
    pub fn before_changes(&self, watch: Option<Watch>) {
        self.state().watch = watch;
    }

    pub(crate) fn push(&self, op: Op) {
        let mut state = self.state();
        if state.recording {
            state.ops.push(op);
        }
    }

    /// Whether this goes wrong now.
    pub(crate) fn strike(&self, ask: Ask) -> Option<Fault> {
        let mut state = self.state();
        if ask != Ask::Lock
            && let Some(mut watch) = state.watch.take()
        {
            // not with the state in hand: it looks at the files
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

/// What is on the disk, and what was written and not yet brought there.
#[derive(Debug, Clone, Default)]
struct Kept {
    /// none: not there
    on_disk: Option<Vec<u8>>,
    on_the_way: Vec<Op>,
}

/// The files as a power cut finds them; goes through what was recorded step by step.
#[derive(Debug, Clone, Default)]
pub struct Image {
    files: BTreeMap<String, Kept>,
}

/// How much of what was on the way a power cut leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// nothing of it
    Nothing,
    /// everything but the last write, of which a part
    Torn,
    /// some of it, in no order, some writes torn
    Some,
    /// only the later half: the disk wrote backwards
    Late,
}

/// All of them.
pub const CUTS: [Cut; 4] = [Cut::Nothing, Cut::Torn, Cut::Some, Cut::Late];
/// What a disk writes in one piece.
const SECTOR: usize = 512;

impl Image {
    /// Takes one more step.
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

    /// Writes the files as they are after a cut here.
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
            let at = usize::try_from(*at).expect("small files");
            if bytes.len() < at + written.len() {
                bytes.resize(at + written.len(), 0);
            }
            bytes[at..at + written.len()].copy_from_slice(written);
        }
        Op::Truncate { to, .. } => bytes.truncate(usize::try_from(*to).expect("small files")),
        _ => {}
    }
}
