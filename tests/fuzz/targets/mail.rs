//! A mail: a file, its source, or a pasted text. What nests is dropped on a stack like a reader's.
#![no_main]

use hongyan_formats::{Budget, Limits, Stop, mail};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let budget = Budget::new(Limits::MAIL, Stop::default());
    if let Ok(mail) = mail::parse(data, &budget) {
        assert!(mail.links.len() <= 100 && mail.files.len() <= 100);
        let _ = (mail.says(), mail.words());
    }
    let _ = mail::pdf::described(data, &budget.again());
    let _ = mail::pasted(&String::from_utf8_lossy(data), &budget.again());
});
