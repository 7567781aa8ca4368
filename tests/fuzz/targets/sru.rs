//! SRU responses of all versions.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::sru::parse(data, &hongyan_formats::Budget::answer());
});
