//! Responses of NSTL.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::nstl::parse(data, "https://www.nstl.gov.cn", &hongyan_formats::Budget::answer());
});
