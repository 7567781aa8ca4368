//! Responses of Shanghai Library's open data.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::shanghai::parse(data, &hongyan_formats::Budget::answer());
});
