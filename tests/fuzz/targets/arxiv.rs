//! Responses of arXiv.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::arxiv::parse(data, &hongyan_formats::Budget::answer());
});
