//! Any input with format detection, as the `inspect` program uses it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::read::records(data, &mut |_, _| true, &hongyan_formats::Budget::answer());
});
