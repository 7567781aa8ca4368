//! Files of references with tags, in every format whatever their content.
#![no_main]

use hongyan_formats::tagged::{self, Tagged};
use hongyan_formats::{Budget, list};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = tagged::parse(&text, &Budget::text());
    for format in Tagged::ALL {
        let _ = tagged::parse_as(format, &text, &Budget::text());
    }
    if let Ok(listed) = list::read(data, &Budget::text()) {
        assert!(listed.refused.is_none() || listed.entries.is_empty());
        assert!(listed.left.iter().all(|part| part.text.chars().count() <= 121));
    }
});
