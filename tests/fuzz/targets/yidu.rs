//! Responses of CALIS e读.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = hongyan_formats::yidu::parse(data, hongyan_formats::yidu::TOTAL, &hongyan_formats::Budget::answer());
});
