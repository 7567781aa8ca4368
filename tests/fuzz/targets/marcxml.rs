//! MARCXML.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let source = hongyan_formats::xml::decode(data);
    for _ in hongyan_formats::marc::xml::parse(&source.text, &hongyan_formats::Budget::answer()) {}
});
