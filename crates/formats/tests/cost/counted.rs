//! Work that is counted: what this thread allocates, holds at most, and computes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static BYTES: Cell<u64> = const { Cell::new(0) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static HELD: Cell<i64> = const { Cell::new(0) };
    static PEAK: Cell<i64> = const { Cell::new(0) };
}

/// The system's allocator, with counters for each thread.
struct Counting;

fn taken(bytes: usize) {
    counted(bytes);
    held(bytes as i64);
}

fn counted(bytes: usize) {
    // a thread that ends has no counters any more
    let _ = BYTES.try_with(|all| all.set(all.get() + bytes as u64));
    let _ = COUNT.try_with(|all| all.set(all.get() + 1));
}

fn held(change: i64) {
    let _ = HELD.try_with(|held| {
        held.set(held.get() + change);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

// SAFETY: every call goes to the system's allocator as it came
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: as the caller promises
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: as the caller promises
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        held(-(layout.size() as i64));
        // SAFETY: as the caller promises
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // what grows may stand beside what it was for a while
        let before = layout.size();
        if size > before {
            counted(size - before);
            held(size as i64);
            held(-(before as i64));
        } else {
            held(size as i64 - before as i64);
        }
        // SAFETY: as the caller promises
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What something cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// bytes allocated in all
    pub bytes: u64,
    /// allocations
    pub count: u64,
    /// bytes held at once, at most
    pub peak: u64,
    /// nanoseconds of this thread's processor time; zero where the system does not say
    pub nanos: u64,
}

/// Does it, and counts.
pub fn cost_of(work: impl FnOnce()) -> Cost {
    let (bytes, count, before) = (BYTES.get(), COUNT.get(), HELD.get());
    PEAK.set(before);
    let start = now();
    work();
    Cost {
        nanos: now() - start,
        bytes: BYTES.get() - bytes,
        count: COUNT.get() - count,
        peak: u64::try_from(PEAK.get() - before).unwrap_or(0),
    }
}

#[cfg(unix)]
fn now() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    u64::try_from(time.tv_sec * 1_000_000_000 + time.tv_nsec).unwrap_or(0)
}

#[cfg(not(unix))]
fn now() -> u64 {
    0
}
