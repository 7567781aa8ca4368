//! Values with markup in them.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let plain = hongyan_formats::markup::strip_html(&text);
    // entities grow, names of entities do not become longer
    assert!(plain.len() <= 3 * text.len());
});
