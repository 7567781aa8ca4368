//! Counts allocations, peak memory and CPU time of the current thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static BYTES: Cell<u64> = const { Cell::new(0) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static HELD: Cell<i64> = const { Cell::new(0) };
    static PEAK: Cell<i64> = const { Cell::new(0) };
}

/// The system's allocator with counters per thread.
struct Counting;

fn taken(bytes: usize) {
    counted(bytes);
    held(bytes as i64);
}

fn counted(bytes: usize) {
    // a thread that is ending has no counters any more
    let _ = BYTES.try_with(|all| all.set(all.get() + bytes as u64));
    let _ = COUNT.try_with(|all| all.set(all.get() + 1));
}

fn held(change: i64) {
    let _ = HELD.try_with(|held| {
        held.set(held.get() + change);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

// SAFETY: every call is forwarded unchanged to the system's allocator
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: guaranteed by the caller
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        taken(layout.size());
        // SAFETY: guaranteed by the caller
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        held(-(layout.size() as i64));
        // SAFETY: guaranteed by the caller
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // while growing, old and new block may both be allocated
        let before = layout.size();
        if size > before {
            counted(size - before);
            held(size as i64);
            held(-(before as i64));
        } else {
            held(size as i64 - before as i64);
        }
        // SAFETY: guaranteed by the caller
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Cost of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// bytes allocated in total
    pub bytes: u64,
    /// number of allocations
    pub count: u64,
    /// peak of bytes allocated at the same time
    pub peak: u64,
    /// CPU time of this thread in nanoseconds; 0 where the system does not report it
    pub nanos: u64,
}

/// Runs an operation and measures it.
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
