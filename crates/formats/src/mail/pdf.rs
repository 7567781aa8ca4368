//! What a PDF says about itself where it says so in plain: entries of its information dictionary and its XMP packet
//! (ISO 32000-2, 14.3). Compressed parts are not opened: no library that reads them limits what they unfold to.

use memchr::memmem;

use super::charset::Known;
use crate::{Budget, ReadError};

/// Entries that may name a work.
const KEYS: [&[u8]; 4] = [b"/Title", b"/Subject", b"/Keywords", b"/doi"];
/// Most entries of a kind that are read: bookmarks have titles too.
const ENTRIES: usize = 20;
/// Longest string, bytes.
const LONGEST: usize = 4_000;
/// Longest XMP packet, bytes.
const PACKET: usize = 200_000;
/// Most packets: one for the file, others for its pictures.
const PACKETS: usize = 3;

/// The words of a PDF's own description, a line each; empty for what is no PDF.
///
/// # Errors
/// [`ReadError`] when the budget is exceeded.
pub fn described(bytes: &[u8], budget: &Budget) -> Result<String, ReadError> {
    budget.take_bytes(bytes.len(), 0)?;
    let head = bytes.get(..1024.min(bytes.len())).unwrap_or_default();
    if memmem::find(head, b"%PDF-").is_none() {
        return Ok(String::new());
    }
    let mut lines: Vec<String> = Vec::new();
    for key in KEYS {
        budget.look(0)?;
        for at in memmem::find_iter(bytes, key).take(ENTRIES) {
            let Some(text) = bytes.get(at + key.len()..).and_then(string) else { continue };
            let text = hongyan_model::text::clean(&decoded(&text));
            if !text.is_empty() && !lines.contains(&text) {
                lines.push(text);
            }
        }
    }
    for at in memmem::find_iter(bytes, b"<x:xmpmeta").take(PACKETS) {
        let packet = bytes.get(at..(at + PACKET).min(bytes.len())).unwrap_or_default();
        let end = memmem::find(packet, b"</x:xmpmeta>").unwrap_or(packet.len());
        let packet = String::from_utf8_lossy(packet.get(..end).unwrap_or_default());
        // each property is a line of its own
        let apart = packet.replace("><", ">\n<");
        lines.extend(apart.lines().map(crate::markup::strip_html).filter(|line| !line.is_empty()));
    }
    Ok(lines.join("\n"))
}

/// A string at the beginning of the bytes, literal or hexadecimal.
fn string(bytes: &[u8]) -> Option<Vec<u8>> {
    let window = bytes.get(..LONGEST.min(bytes.len()))?.trim_ascii_start();
    match window.split_first()? {
        (b'(', rest) => Some(literal(rest)),
        (b'<', rest) if rest.first() != Some(&b'<') => Some(hexadecimal(rest)),
        _ => None,
    }
}

/// Until the parenthesis that closes it, with its escapes undone.
fn literal(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut depth = 0;
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'\\', [digit @ b'0'..=b'7', ..]) => {
                let digits = tail.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte)).count();
                let octal =
                    tail.iter().take(digits).fold(0_u32, |sum, byte| sum * 8 + u32::from(byte - b'0'));
                out.push(u8::try_from(octal & 0xFF).unwrap_or(*digit));
                rest = tail.get(digits..).unwrap_or_default();
            }
            (b'\\', [next, after @ ..]) => {
                match next {
                    b'n' | b'r' | b't' => out.push(b' '),
                    b'\r' | b'\n' => {}
                    other => out.push(*other),
                }
                rest = after;
            }
            (b'(', _) => {
                depth += 1;
                out.push(b'(');
            }
            (b')', _) if depth == 0 => return out,
            (b')', _) => {
                depth -= 1;
                out.push(b')');
            }
            (first, _) => out.push(*first),
        }
    }
    out
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let digits =
        bytes.iter().take_while(|byte| **byte != b'>').filter_map(|byte| char::from(*byte).to_digit(16));
    let digits: Vec<u8> = digits.filter_map(|digit| u8::try_from(digit).ok()).collect();
    digits
        .chunks(2)
        .map(|two| two.iter().fold(0, |sum, digit| sum << 4 | digit) << (4 * (2 - two.len())))
        .collect()
}

/// UTF-16 or UTF-8 by their marks; else what the bytes look like: PDFDocEncoding has no Chinese, and programs write
/// GBK where it is expected.
fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xFF, 0xFE, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => Known::default().decode(bytes, None),
    }
}

#[cfg(test)]
mod tests {
    use super::described;
    use crate::Budget;

    #[test]
    fn a_pdf_says_what_it_is() {
        let utf16: Vec<u8> = "论壮族的铜鼓".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let hex: String = utf16.iter().map(|byte| format!("{byte:02X}")).collect();
        let literal: String = utf16.iter().map(|byte| format!("\\{byte:03o}")).collect();
        let mut gbk = b"%PDF-1.4\n<</Title(".to_vec();
        gbk.extend(b"\xc2\xdb\xd7\xb3\xd7\xe5\xb5\xc4\xcd\xad\xb9\xc4)>>");
        let xmp = "%PDF-1.7 <x:xmpmeta><rdf:li xml:lang=\"x-default\">论壮族的铜鼓</rdf:li><prism:doi>10.1000/abc</prism:doi></x:xmpmeta>";
        for (pdf, want) in [
            (format!("%PDF-1.4\n<< /Title <FEFF{hex}> /Author (x) >>").into_bytes(), "论壮族的铜鼓"),
            (format!("%PDF-1.4\n<< /Title (\\376\\377{literal}) >>").into_bytes(), "论壮族的铜鼓"),
            (
                b"%PDF-1.4 /Title (Bronze \\(drums\\) (of Guangxi)) /Title ()".to_vec(),
                "Bronze (drums) (of Guangxi)",
            ),
            (gbk, "论壮族的铜鼓"),
            (xmp.as_bytes().to_vec(), "论壮族的铜鼓\n10.1000/abc"),
            (b"%PDF-1.4 /Title 5 0 R /Title <<".to_vec(), ""),
            (b"no /Title (pdf)".to_vec(), ""),
        ] {
            assert_eq!(described(&pdf, &Budget::answer()).unwrap(), want);
        }
    }
}
