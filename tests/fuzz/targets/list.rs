//! A pasted or dropped list of works in any format.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for item in hongyan_formats::list::parse(&text, &hongyan_formats::Budget::text()) {
        assert!(item.given.chars().count() <= 501);
    }
});
