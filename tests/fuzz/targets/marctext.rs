//! MARC as displayed text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::marc::text::parse(&String::from_utf8_lossy(data), &hongyan_formats::Budget::text());
});
