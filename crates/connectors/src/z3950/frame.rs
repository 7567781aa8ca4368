//! Where a BER value ends (ITU-T X.690 §8.1): a stream of messages has no other frames.

/// Values in each other; a record is hardly ten deep.
const DEEPEST: usize = 64;

/// What stands at the beginning of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// a whole value of so many bytes
    Whole(usize),
    /// a value that goes on behind the bytes
    Partial,
    /// no value, or one that is deeper or longer than we read
    Broken,
}

/// The value at the beginning; of more than `most` bytes is [`Frame::Broken`].
pub(super) fn frame(bytes: &[u8], most: usize) -> Frame {
    // values of the indefinite form that are open
    let mut open = 0usize;
    let mut at = 0usize;
    loop {
        if at > most {
            return Frame::Broken;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        if open > 0 && rest.starts_with(&[0, 0]) {
            at += 2;
            open -= 1;
        } else {
            let (header, length) = match header(rest) {
                Ok(header) => header,
                Err(frame) => return frame,
            };
            match length {
                Some(length) => match at.checked_add(header).and_then(|at| at.checked_add(length)) {
                    Some(end) if end <= most => at = end,
                    _ => return Frame::Broken,
                },
                None if open >= DEEPEST => return Frame::Broken,
                None => {
                    at += header;
                    open += 1;
                }
            }
        }
        if open == 0 {
            return if at <= bytes.len() { Frame::Whole(at) } else { Frame::Partial };
        }
    }
}

/// Bytes of identifier and length, and the length of the contents; none for the indefinite form.
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
