//! MODS by itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = hongyan_formats::mods::parse(&text, &hongyan_formats::Budget::answer());
});
