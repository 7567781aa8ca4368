//! A pasted reference.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::reference::parse(&String::from_utf8_lossy(data));
});
