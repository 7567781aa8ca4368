//! Responses of KERIS RISS.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::riss::parse(data, &hongyan_formats::Budget::answer());
});
