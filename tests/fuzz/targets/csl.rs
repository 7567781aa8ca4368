//! CSL-JSON: responses of the Reader API's collections, and lists of citation items.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::csl::answer(data, &hongyan_formats::Budget::answer());
    let _ = hongyan_formats::csl::parse(data, &hongyan_formats::Budget::answer());
});
