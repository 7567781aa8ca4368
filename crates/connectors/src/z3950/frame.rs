//! Finds the end of a BER value (ITU-T X.690 §8.1): a stream of messages has no other framing.

/// Maximum nesting of values; a record has about ten levels.
const DEEPEST: usize = 64;

/// Result of looking at the start of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// a complete value of this many bytes
    Whole(usize),
    /// the value continues after the buffer
    Partial,
    /// no valid value, or one over the limits
    Broken,
}

/// Finds the value at the start of the bytes; one of more than `most` bytes is [`Frame::Broken`].
pub(super) fn frame(bytes: &[u8], most: usize) -> Frame {
    Framing::default().frame(bytes, most)
}

/// State of an incremental scan: bytes that arrive in small pieces are scanned once, not again with every
/// piece.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Framing {
    at: usize,
    /// number of open values of indefinite length
    open: usize,
}

impl Framing {
    /// Continues the scan; `bytes` must be those of the last call with more appended. Use a new scan for
    /// each value.
    pub fn frame(&mut self, bytes: &[u8], most: usize) -> Frame {
        loop {
            if self.at > most {
                return Frame::Broken;
            }
            // a value of definite length was scanned to its end, which had not arrived at the last call
            if self.at > 0 && self.open == 0 {
                return if self.at <= bytes.len() { Frame::Whole(self.at) } else { Frame::Partial };
            }
            // the contents of the last value may end after the buffer
            let rest = bytes.get(self.at..).unwrap_or_default();
            if self.open > 0 && rest.starts_with(&[0, 0]) {
                self.at += 2;
                self.open -= 1;
            } else {
                let (header, length) = match header(rest) {
                    Ok(header) => header,
                    Err(frame) => return frame,
                };
                match length {
                    Some(length) => match self.at.checked_add(header).and_then(|at| at.checked_add(length)) {
                        Some(end) if end <= most => self.at = end,
                        _ => return Frame::Broken,
                    },
                    None if self.open >= DEEPEST => return Frame::Broken,
                    None => {
                        self.at += header;
                        self.open += 1;
                    }
                }
            }
        }
    }
}

/// Whether a complete value has at most `most` nested values, within the depth limit. The decoder
/// allocates for each, usually much more than its bytes.
pub(super) fn is_modest(bytes: &[u8], most: usize) -> bool {
    let (mut at, mut values) = (0usize, 0usize);
    // ends of the open values of definite length; none for indefinite length
    let mut open: Vec<Option<usize>> = Vec::new();
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        if open.last() == Some(&None) && rest.starts_with(&[0, 0]) {
            at += 2;
            open.pop();
        } else {
            let Ok((header, length)) = header(rest) else { return false };
            values += 1;
            let constructed = rest.first().is_some_and(|first| first & 0x20 != 0);
            if values > most || open.len() >= DEEPEST {
                return false;
            }
            at = at.saturating_add(header);
            match length {
                Some(length) if constructed => open.push(Some(at.saturating_add(length))),
                Some(length) => at = at.saturating_add(length),
                None => open.push(None),
            }
        }
        while open.last().is_some_and(|end| end.is_some_and(|end| at >= end)) {
            open.pop();
        }
    }
    true
}

/// Size of identifier and length octets, and the length of the contents; none for indefinite length.
fn header(bytes: &[u8]) -> Result<(usize, Option<usize>), Frame> {
    let mut bytes = bytes.iter().copied().enumerate();
    let mut next = || bytes.next().ok_or(Frame::Partial);
    let (_, identifier) = next()?;
    if identifier & 0x1F == 0x1F {
        // a tag number above 30: at most four more octets
        let mut octets = 0;
        while next()?.1 & 0x80 != 0 {
            octets += 1;
            if octets > 4 {
                return Err(Frame::Broken);
            }
        }
    }
    let (at, first) = next()?;
    match first {
        0x80 if identifier & 0x20 != 0 => Ok((at + 1, None)),
        0x80 => Err(Frame::Broken),
        0..=0x7F => Ok((at + 1, Some(usize::from(first)))),
        _ if first & 0x7F > 4 => Err(Frame::Broken),
        _ => {
            let mut length = 0usize;
            let mut end = at;
            for _ in 0..first & 0x7F {
                let (place, octet) = next()?;
                end = place;
                length = length << 8 | usize::from(octet);
            }
            Ok((end + 1, Some(length)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        let definite = [0x30, 3, 1, 1, 0xFF, 9];
        assert_eq!(frame(&definite, 100), Frame::Whole(5));
        assert_eq!(frame(&definite[..4], 100), Frame::Partial);
        let indefinite = [0x30, 0x80, 0x30, 0x80, 4, 2, 0, 0, 0, 0, 0, 0, 7];
        assert_eq!(frame(&indefinite, 100), Frame::Whole(12));
        for end in 0..12 {
            assert_eq!(frame(&indefinite[..end], 100), Frame::Partial, "{end}");
        }
        let high = [0xBF, 0x83, 0x52, 0x82, 0, 1, 5];
        assert_eq!(frame(&high, 100), Frame::Whole(7));
    }

    #[test]
    fn bytes_in_pieces_are_looked_at_once() {
        let indefinite = [vec![0xB7, 0x80], [4, 1, 0].repeat(10_000), vec![0, 0, 9]].concat();
        let (mut framing, mut last) = (Framing::default(), 0);
        for end in 1..indefinite.len() - 1 {
            assert_eq!(framing.frame(&indefinite[..end], 1 << 24), Frame::Partial, "{end}");
            assert!(framing.at >= last);
            last = framing.at;
        }
        assert_eq!(framing.frame(&indefinite, 1 << 24), Frame::Whole(indefinite.len() - 1));
        // a value longer than the buffer is not scanned again either
        let (mut framing, long) = (Framing::default(), [&[0xB7, 0x82, 1, 0][..], &[1; 256]].concat());
        assert_eq!(framing.frame(&long[..9], 1 << 24), Frame::Partial);
        assert_eq!(framing.frame(&long, 1 << 24), Frame::Whole(260));
    }

    #[test]
    fn values_in_a_message_are_counted() {
        let record = [0x30, 0x80, 0x30, 3, 1, 1, 0xFF, 4, 2, 0, 0, 0, 0];
        assert!(is_modest(&record, 4) && !is_modest(&record, 3));
        let many = [vec![0x30, 0x82, 0x75, 0x30], [4, 1, 0].repeat(10_000)].concat();
        assert!(is_modest(&many, 10_001) && !is_modest(&many, 10_000));
        let mut deep: Vec<u8> = Vec::new();
        for _ in 0..100 {
            let length = u8::try_from(deep.len() >> 8).unwrap();
            let header = [0x30, 0x82, length, u8::try_from(deep.len() & 0xFF).unwrap()];
            deep.splice(0..0, header);
        }
        assert!(!is_modest(&deep, 1_000_000), "deeper than we read");
    }

    #[test]
    fn hostile_values_are_broken() {
        assert_eq!(frame(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF], 1 << 24), Frame::Broken);
        assert_eq!(frame(&[0x30, 0x88, 1], 1 << 24), Frame::Broken);
        assert_eq!(frame(&[0x04, 0x80], 1 << 24), Frame::Broken);
        assert_eq!(frame(&[0x30, 0x80].repeat(1_000), 1 << 24), Frame::Broken);
        assert_eq!(frame(&[0xBF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 1 << 24), Frame::Broken);
        let endless: Vec<u8> = [vec![0x30, 0x80], [4, 1, 0].repeat(100)].concat();
        assert_eq!(frame(&endless, 50), Frame::Broken);
        assert_eq!(frame("HTTP/1.1 400 错误".as_bytes(), 100), Frame::Partial);
    }
}
