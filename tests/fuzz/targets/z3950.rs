//! Z39.50: framing, decoding of messages (BER), and their records in any syntax. Compiles the connector's
//! files separately, without its network code.
#![no_main]
#![allow(dead_code, reason = "a client writes some of these messages and never reads them")]

#[path = "../../../crates/connectors/src/z3950/apdu.rs"]
mod apdu;
#[path = "../../../crates/connectors/src/z3950/frame.rs"]
mod frame;
#[path = "../../../crates/connectors/src/z3950/opac.rs"]
mod opac;
#[path = "../../../crates/connectors/src/z3950/record.rs"]
mod record;

use apdu::{Apdu, NamedRecord, RecordOrDiagnostic};
use hongyan_formats::marc::Charset;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let whole = frame::frame(data, 1 << 20);
    if let Ok(external) = rasn::ber::decode::<apdu::External>(data) {
        read(&external);
    }
    let Ok(message) = rasn::ber::decode::<Apdu>(data) else { return };
    // invariants: a decoded message was complete, and an encoded message can be decoded
    assert!(!matches!(whole, frame::Frame::Partial), "a message without its end was read");
    if let Ok(bytes) = rasn::ber::encode(&message) {
        assert!(matches!(frame::frame(&bytes, 1 << 24), frame::Frame::Whole(end) if end == bytes.len()));
    }
    let records: Option<&Vec<NamedRecord>> = match &message {
        Apdu::SearchResponse(response) => response.records.as_ref(),
        Apdu::PresentResponse(response) => response.records.as_ref(),
        _ => None,
    };
    for named in records.into_iter().flatten() {
        if let RecordOrDiagnostic::Record(external) = &named.record {
            read(external);
        }
    }
});

fn read(external: &apdu::External) {
    for charset in [None, Some(Charset::Marc8), Charset::named("gb18030")] {
        let _ = record::parsed(external, charset, &hongyan_formats::Budget::record());
    }
}
