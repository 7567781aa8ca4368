//! Responses of DOAJ.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::doaj::parse(data, &hongyan_formats::Budget::answer());
});
