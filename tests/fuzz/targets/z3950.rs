//! Z39.50: where a message ends, the message (BER), and each record in it, whatever its syntax. The files of
//! the connector are compiled here by themselves, so that no network comes with them.
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
    // what can be read was whole, and what is written can be read
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
