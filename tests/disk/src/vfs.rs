//! The VFS that SQLite uses: the real one with five functions wrapped (<https://sqlite.org/vfs.html>). It
//! becomes the process's default, so the store needs no option for it; directories that are not watched
//! pass through.
//!
//! A file object is the real one with a tail of ours appended, so every function that is not wrapped
//! works on it unchanged.

#![allow(unsafe_code, reason = "SQLite is C; this is the one place where that shows")]

use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use libsqlite3_sys as ffi;

use crate::disk::{Ask, Disk, Fault, Op};

/// The tail appended to a file object.
#[repr(C)]
#[derive(Clone, Copy)]
struct Tail {
    methods: *const ffi::sqlite3_io_methods,
    /// key in [`Open::files`]; 0 if the file is not watched
    number: u64,
}

struct Base {
    real: *mut ffi::sqlite3_vfs,
    /// offset of the tail
    tail: usize,
}

// SAFETY: SQLite's own VFS object lives as long as the process and is not changed after registration.
unsafe impl Send for Base {}
// SAFETY: as above.
unsafe impl Sync for Base {}

#[derive(Default)]
struct Open {
    disks: Vec<Weak<Disk>>,
    files: HashMap<u64, (Weak<Disk>, String)>,
    count: u64,
    /// our copies of the real methods, by the address of the original
    methods: HashMap<usize, usize>,
}

static BASE: OnceLock<Base> = OnceLock::new();
static OPEN: Mutex<Option<Open>> = Mutex::new(None);

fn with_open<T>(act: impl FnOnce(&mut Open) -> T) -> T {
    act(OPEN.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
}

/// Starts watching a directory.
pub(crate) fn add(disk: &Arc<Disk>) {
    let base = BASE.get_or_init(register);
    assert!(!base.real.is_null(), "SQLite has a file system");
    with_open(|open| {
        open.disks.retain(|disk| disk.strong_count() > 0);
        open.disks.push(Arc::downgrade(disk));
    });
}

fn register() -> Base {
    // SAFETY: called once; the copy is leaked, so SQLite may keep its address; everything that is not
    // replaced is the real file system's, which finds its own data in the copied `pAppData`.
    unsafe {
        let real = ffi::sqlite3_vfs_find(std::ptr::null());
        let size = usize::try_from((*real).szOsFile).expect("a valid size").next_multiple_of(16);
        let mut ours = *real;
        ours.szOsFile = c_int::try_from(size + size_of::<Tail>()).expect("a valid size");
        ours.zName = c"hongyan-disk".as_ptr();
        ours.pNext = std::ptr::null_mut();
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        ours.xSleep = Some(sleep);
        let done = ffi::sqlite3_vfs_register(Box::into_raw(Box::new(ours)), 1);
        assert_eq!(done, ffi::SQLITE_OK, "SQLite takes our file system");
        Base { real, tail: size }
    }
}

fn base() -> &'static Base {
    BASE.get().expect("registered before SQLite could call")
}

/// The watched directory that contains a path, and the file's name in it.
fn disk_of(path: &Path) -> Option<(Arc<Disk>, String)> {
    with_open(|open| {
        open.disks.iter().filter_map(Weak::upgrade).find_map(|disk| {
            let name = disk.state_of(path)?;
            Some((disk, name))
        })
    })
}

/// SQLite's file names are UTF-8 and zero-terminated.
unsafe fn path(name: *const c_char) -> Option<PathBuf> {
    if name.is_null() {
        return None; // a temporary file
    }
    // SAFETY: SQLite passes a zero-terminated string.
    let name = unsafe { CStr::from_ptr(name) };
    name.to_str().ok().map(PathBuf::from)
}

fn code(fault: Fault, ask: Ask) -> c_int {
    match (fault, ask) {
        (Fault::Locked, _) => ffi::SQLITE_BUSY,
        (_, Ask::Open) => ffi::SQLITE_CANTOPEN,
        (_, Ask::Delete) => ffi::SQLITE_IOERR_DELETE,
        (Fault::Full, _) => ffi::SQLITE_FULL,
        (Fault::ReadOnly, _) => ffi::SQLITE_READONLY,
        (Fault::Denied, _) => ffi::SQLITE_PERM,
        (Fault::Failing, Ask::Truncate) => ffi::SQLITE_IOERR_TRUNCATE,
        (Fault::Failing, Ask::Sync) => ffi::SQLITE_IOERR_FSYNC,
        (Fault::Failing, _) => ffi::SQLITE_IOERR_WRITE,
    }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let base = base();
    // SAFETY: the arguments are SQLite's; `file` has room for the real file and our tail.
    unsafe {
        let found = path(name).and_then(|path| disk_of(&path));
        if let Some((disk, _)) = &found
            && flags & ffi::SQLITE_OPEN_CREATE != 0
            && let Some(fault) = disk.strike(Ask::Open)
        {
            // SQLite closes files whose methods are set; this one was never opened
            (*file).pMethods = std::ptr::null();
            return code(fault, Ask::Open);
        }
        let Some(real) = (*base.real).xOpen else { return ffi::SQLITE_CANTOPEN };
        let done = real(base.real, name, file, flags, out);
        if done != ffi::SQLITE_OK || (*file).pMethods.is_null() {
            return done;
        }
        let Some((disk, name)) = found else { return done };
        let methods = (*file).pMethods;
        let number = with_open(|open| {
            open.count += 1;
            open.files.insert(open.count, (Arc::downgrade(&disk), name));
            open.count
        });
        tail(file).write(Tail { methods, number });
        (*file).pMethods = ours(methods);
        done
    }
}

/// Our copy of a method table; made once and kept.
unsafe fn ours(real: *const ffi::sqlite3_io_methods) -> *const ffi::sqlite3_io_methods {
    with_open(|open| {
        *open.methods.entry(real as usize).or_insert_with(|| {
            // SAFETY: the methods of an open file are a constant of SQLite's.
            let mut copy = unsafe { *real };
            copy.iVersion = copy.iVersion.min(2); // no memory-mapped reading past us
            copy.xWrite = Some(write);
            copy.xTruncate = Some(truncate);
            copy.xSync = Some(sync);
            copy.xLock = Some(lock);
            copy.xShmLock = Some(shm_lock);
            Box::into_raw(Box::new(copy)) as usize
        }) as *const ffi::sqlite3_io_methods
    })
}

unsafe fn tail(file: *mut ffi::sqlite3_file) -> *mut Tail {
    // SAFETY: `szOsFile` says that there is room; the place is a multiple of 16.
    unsafe { file.cast::<u8>().add(base().tail).cast::<Tail>() }
}

/// The methods of the real file, and its watcher.
unsafe fn watched(
    file: *mut ffi::sqlite3_file,
) -> (&'static ffi::sqlite3_io_methods, Option<(Arc<Disk>, String)>) {
    // SAFETY: only files that went through `open` have our methods, and those have a tail.
    let tail = unsafe { *tail(file) };
    let found = with_open(|open| {
        let (disk, name) = open.files.get(&tail.number)?;
        Some((disk.upgrade()?, name.clone()))
    });
    // SAFETY: a constant of SQLite's.
    (unsafe { &*tail.methods }, found)
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    at: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        let (real, disk) = watched(file);
        if let Some((disk, name)) = &disk {
            if let Some(fault) = disk.strike(Ask::Write) {
                return code(fault, Ask::Write);
            }
            let length = usize::try_from(count).unwrap_or(0);
            let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), length).to_vec();
            disk.push(Op::Write { file: name.clone(), at: at.unsigned_abs(), bytes });
        }
        real.xWrite.map_or(ffi::SQLITE_IOERR_WRITE, |write| write(file, bytes, count, at))
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, to: ffi::sqlite3_int64) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        let (real, disk) = watched(file);
        if let Some((disk, name)) = &disk {
            if let Some(fault) = disk.strike(Ask::Truncate) {
                return code(fault, Ask::Truncate);
            }
            disk.push(Op::Truncate { file: name.clone(), to: to.unsigned_abs() });
        }
        real.xTruncate.map_or(ffi::SQLITE_IOERR_TRUNCATE, |truncate| truncate(file, to))
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        let (real, disk) = watched(file);
        if let Some((disk, name)) = &disk {
            if let Some(fault) = disk.strike(Ask::Sync) {
                return code(fault, Ask::Sync);
            }
            // recorded, not executed: the test machine does not lose power
            disk.push(Op::Sync { file: name.clone() });
            return ffi::SQLITE_OK;
        }
        real.xSync.map_or(ffi::SQLITE_IOERR_FSYNC, |sync| sync(file, flags))
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        let (real, disk) = watched(file);
        if let Some(fault) = disk.as_ref().and_then(|(disk, _)| disk.strike(Ask::Lock)) {
            return code(fault, Ask::Lock);
        }
        real.xLock.map_or(ffi::SQLITE_IOERR_LOCK, |lock| lock(file, level))
    }
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    offset: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: the arguments are SQLite's.
    unsafe {
        let (real, disk) = watched(file);
        if flags & ffi::SQLITE_SHM_LOCK != 0
            && let Some(fault) = disk.as_ref().and_then(|(disk, _)| disk.strike(Ask::Lock))
        {
            return code(fault, Ask::Lock);
        }
        real.xShmLock.map_or(ffi::SQLITE_IOERR_SHMLOCK, |lock| lock(file, offset, count, flags))
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync_dir: c_int) -> c_int {
    let base = base();
    // SAFETY: the arguments are SQLite's.
    unsafe {
        if let Some((disk, name)) = path(name).and_then(|path| disk_of(&path)) {
            if let Some(fault) = disk.strike(Ask::Delete) {
                return code(fault, Ask::Delete);
            }
            disk.push(Op::Delete { file: name });
        }
        let Some(real) = (*base.real).xDelete else { return ffi::SQLITE_IOERR_DELETE };
        real(base.real, name, sync_dir)
    }
}

/// Does not sleep when a lock is known not to be released.
unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    let impatient =
        with_open(|open| open.disks.iter().filter_map(Weak::upgrade).any(|disk| disk.is_impatient()));
    if impatient {
        return microseconds;
    }
    let base = base();
    // SAFETY: the real file system sleeps.
    unsafe {
        match (*base.real).xSleep {
            Some(real) => real(base.real, microseconds),
            None => microseconds,
        }
    }
}
