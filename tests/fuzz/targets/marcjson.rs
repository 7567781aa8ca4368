//! MARC in JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::marc::json::parse(data, &hongyan_formats::Budget::answer());
});
