//! Responses of CALIS 联合目录.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::opac2::parse(data, &hongyan_formats::Budget::answer());
});
