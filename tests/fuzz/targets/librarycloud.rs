//! Responses of Harvard LibraryCloud: MODS as JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::librarycloud::parse(data, &hongyan_formats::Budget::answer());
});
