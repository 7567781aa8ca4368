//! Responses of CiNii Research.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::cinii::parse(data, &hongyan_formats::Budget::answer());
});
