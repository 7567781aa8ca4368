//! EndNote's XML and Zotero RDF.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let source = hongyan_formats::xml::decode(data);
    let _ = hongyan_formats::endnote::parse(&source.text, &hongyan_formats::Budget::text());
    let _ = hongyan_formats::zotero::parse(&source.text, &hongyan_formats::Budget::text());
});
