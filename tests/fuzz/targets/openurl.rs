//! OpenURLs as lines and as XML.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = hongyan_formats::openurl::looks_like(&text);
    let _ = hongyan_formats::openurl::parse(&text, &hongyan_formats::Budget::text());
});
