//! Text of the search box.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let query = hongyan_model::Query::from_box(&text);
    let _ = (query.display(), hongyan_model::text::fold(&text));
});
