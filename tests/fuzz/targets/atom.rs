//! Atom feeds.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::atom::parse(data, &hongyan_formats::Budget::answer());
});
