//! Answers of the Reader API's collections: CSL-JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::csl::answer(data);
});
