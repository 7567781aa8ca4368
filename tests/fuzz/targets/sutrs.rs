//! SUTRS records.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::sutrs::parse(data, None, &hongyan_formats::Budget::record());
});
