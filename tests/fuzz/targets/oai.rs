//! OAI-PMH lists.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let source = hongyan_formats::xml::decode(data);
    let _ = hongyan_formats::oai::parse(&source.text, &hongyan_formats::Budget::answer());
});
