//! BibTeX files: abbreviations, inheritance, braces and commands.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let _ = hongyan_formats::bibtex::looks_like(&text);
    let _ = hongyan_formats::bibtex::entries(&text, &hongyan_formats::Budget::text());
});
