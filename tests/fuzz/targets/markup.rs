//! Values with HTML markup.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let plain = hongyan_formats::markup::strip_html(&text);
    // decoding an entity may lengthen the text, but only within this factor
    assert!(plain.len() <= 3 * text.len());
});
