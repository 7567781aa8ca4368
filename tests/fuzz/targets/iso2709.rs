//! ISO 2709 in any dialect and any encoding.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    for _ in hongyan_formats::marc::parse(data, &hongyan_formats::Budget::answer()) {}
});
