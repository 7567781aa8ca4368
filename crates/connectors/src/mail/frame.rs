//! Where the lines and literals of IMAP end (RFC 3501 §4.3, §7), counted while the bytes come in: a server that
//! never ends a line, announces a literal that is too long, or nests what the parser follows recursively is
//! stopped before anything is kept of it.

/// Longest response without its literals, bytes. CAPABILITY and the dates of a mail have some hundred.
const LINE: u64 = 64 * 1024;
/// Most opening parentheses in a response: a FETCH has two, and the parser of BODYSTRUCTURE is recursive.
const OPEN: u32 = 100;
/// Longest status line that is kept, bytes.
const KEPT: usize = 1024;

/// What the server may send for one command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowance {
    /// one literal, bytes
    pub literal: u64,
    /// everything, bytes
    pub total: u64,
    /// responses; a flood of small ones costs more than their bytes
    pub answers: u32,
}

/// Why nothing more is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// no line of IMAP is like that
    Line,
    /// a literal of this many bytes
    Literal(u64),
    /// more than the allowance of the command
    Total,
}

/// State of the scan.
#[derive(Debug, Clone)]
pub(super) struct Frames {
    allowance: Allowance,
    /// bytes since the allowance was given
    total: u64,
    /// responses since then
    answers: u32,
    /// bytes of the present response, without literals
    response: u64,
    /// opening parentheses in it
    open: u32,
    /// bytes of a literal that are still to come
    literal: u64,
    /// whether the present response is a FETCH
    is_fetch: bool,
    /// how far `{123}` has been seen at the end of the line
    brace: Brace,
    /// the present line, clipped
    line: Vec<u8>,
    /// the last lines that say NO, BAD or BYE, newest last
    refusals: Vec<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Brace {
    None,
    Digits(u64),
    Closed(u64),
    Return(u64),
}

impl Frames {
    /// At the beginning of a connection.
    pub fn new(allowance: Allowance) -> Frames {
        Frames {
            allowance,
            total: 0,
            answers: 0,
            response: 0,
            open: 0,
            literal: 0,
            is_fetch: false,
            brace: Brace::None,
            line: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// For the next command.
    pub fn allow(&mut self, allowance: Allowance) {
        self.allowance = allowance;
        (self.total, self.answers) = (0, 0);
        self.refusals.clear();
    }

    /// Looks at the bytes that came next. One kind is mended: where text follows a response code without the
    /// space of the standard (`* OK [ALERT]中文`, RFC 3501 §9, resp-text), imap-proto 0.17 cuts off its first byte
    /// and panics inside the character, so that byte becomes the space.
    ///
    /// # Errors
    /// When they must not be read; then the connection has to end.
    pub fn look(&mut self, bytes: &mut [u8]) -> Result<(), Broken> {
        self.total = self.total.saturating_add(bytes.len() as u64);
        if self.total > self.allowance.total {
            return Err(Broken::Total);
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.literal > 0 {
                let skip = rest.len().min(usize::try_from(self.literal).unwrap_or(usize::MAX));
                self.literal -= skip as u64;
                rest = rest.get_mut(skip..).unwrap_or_default();
                continue;
            }
            let Some((byte, after)) = rest.split_first_mut() else { break };
            rest = after;
            let is_glued = *byte >= 0x80 && self.line.last() == Some(&b']');
            self.one(*byte)?;
            if is_glued && !self.is_fetch && !is_fetch(&self.line) {
                *byte = b' ';
            }
        }
        Ok(())
    }

    fn one(&mut self, byte: u8) -> Result<(), Broken> {
        self.response += 1;
        if self.response > LINE {
            return Err(Broken::Line);
        }
        if byte == b'(' {
            self.open += 1;
            if self.open > OPEN {
                return Err(Broken::Line);
            }
        }
        if self.line.len() < KEPT {
            self.line.push(byte);
        }
        self.brace = match (self.brace, byte) {
            (_, b'{') => Brace::Digits(0),
            (Brace::Digits(n), b'0'..=b'9') => {
                Brace::Digits(n.saturating_mul(10).saturating_add(u64::from(byte - b'0')))
            }
            (Brace::Digits(n), b'}') => Brace::Closed(n),
            (Brace::Closed(n), b'\r') => Brace::Return(n),
            (Brace::Return(n), b'\n') => {
                if n > self.allowance.literal {
                    return Err(Broken::Literal(n));
                }
                self.is_fetch = self.is_fetch || is_fetch(&self.line);
                if !self.is_fetch {
                    // the text of `* OK told {60000}` ends there, and what follows must not be skipped
                    return self.end_of_response();
                }
                (self.literal, self.brace) = (n, Brace::None);
                self.line.clear();
                return Ok(());
            }
            (_, b'\n') => return self.end_of_response(),
            _ => Brace::None,
        };
        Ok(())
    }

    fn end_of_response(&mut self) -> Result<(), Broken> {
        (self.brace, self.is_fetch, self.response, self.open) = (Brace::None, false, 0, 0);
        self.answers = self.answers.saturating_add(1);
        if self.answers > self.allowance.answers {
            return Err(Broken::Total);
        }
        let line = std::mem::take(&mut self.line);
        let mut words = line.split(|byte| *byte == b' ');
        let status = words.nth(1).unwrap_or_default().trim_ascii();
        if [&b"NO"[..], b"BAD", b"BYE"].iter().any(|word| status.eq_ignore_ascii_case(word)) {
            if self.refusals.len() >= 4 {
                self.refusals.remove(0);
            }
            self.refusals.push(line);
        }
        Ok(())
    }

    /// The text of the last line that said one of these words, by bytes: `NO`, `BAD`, `BYE`.
    pub fn said(&self, statuses: &[&str]) -> Option<&[u8]> {
        self.refusals.iter().rev().find_map(|line| {
            let mut parts = line.splitn(3, |byte| *byte == b' ');
            let status = parts.nth(1)?.trim_ascii();
            let is_it = statuses.iter().any(|word| status.eq_ignore_ascii_case(word.as_bytes()));
            is_it.then(|| parts.next().unwrap_or_default().trim_ascii())
        })
    }
}

/// Whether a line begins a FETCH response, the only one of those that we ask for in which the parser reads literals.
fn is_fetch(line: &[u8]) -> bool {
    let mut words = line.split(|byte| *byte == b' ');
    let is_number = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    words.next() == Some(b"*")
        && words.next().is_some_and(is_number)
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case(b"FETCH"))
}

#[cfg(test)]
mod tests {
    use super::{Allowance, Broken, Frames, LINE, OPEN};

    impl Frames {
        fn see(&mut self, bytes: &[u8]) -> Result<(), Broken> {
            self.look(&mut bytes.to_vec())
        }
    }

    fn frames() -> Frames {
        Frames::new(Allowance { literal: 1_000, total: 1_000_000, answers: 1_000 })
    }

    #[test]
    fn literals_are_skipped_and_lines_counted() {
        let mut frames = frames();
        let head = "Subject: 铜鼓((((((\r\n* BYE no line of the server\r\n";
        let answer = format!("* 1 FETCH (UID 7 BODY[] {{{}}}\r\n{head})\r\nA1 NO 拒绝 访问\r\n", head.len());
        // in any pieces
        for size in [1, 2, 7, answer.len()] {
            let mut frames = self::frames();
            for piece in answer.as_bytes().chunks(size) {
                frames.see(piece).unwrap();
            }
            assert_eq!(frames.said(&["NO"]), Some("拒绝 访问".as_bytes()));
            assert_eq!(frames.said(&["BYE"]), None, "that stood in a mail");
        }
        frames.see(b"* bye\r\n").unwrap();
        assert_eq!(frames.said(&["BYE"]), Some(&b""[..]));
    }

    #[test]
    fn text_glued_to_a_response_code_is_parted_from_it_and_shown_whole() {
        let mended = |text: &str, size: usize| {
            let (mut frames, mut bytes) = (frames(), text.as_bytes().to_vec());
            bytes.chunks_mut(size).for_each(|piece| frames.look(piece).unwrap());
            (bytes, frames.said(&["NO"]).map(<[u8]>::to_vec))
        };
        for size in [1, 100] {
            let (bytes, said) = mended("A1 NO [ALERT]中文\r\n", size);
            assert!(bytes.starts_with(b"A1 NO [ALERT] "), "{bytes:?}");
            assert_eq!(said.as_deref(), Some("[ALERT]中文".as_bytes()));
            for text in ["A1 NO [ALERT] 中文\r\n", "* 1 FETCH (BODY[HEADER] \"[书]中文\")\r\n"] {
                assert_eq!(mended(text, size).0, text.as_bytes(), "nothing else is touched");
            }
        }
    }

    #[test]
    fn what_a_lying_server_sends_is_stopped_at_its_first_byte_too_many() {
        assert_eq!(frames().see(b"* 1 FETCH (BODY[] {1001}\r\n"), Err(Broken::Literal(1001)));
        assert_eq!(frames().see(b"* 1 FETCH (BODY[] {1000}\r\n"), Ok(()));
        let huge = format!("* 1 FETCH (BODY[] {{{}}}\r\n", "9".repeat(60));
        assert_eq!(frames().see(huge.as_bytes()), Err(Broken::Literal(u64::MAX)));
        let endless = vec![b'x'; usize::try_from(LINE).unwrap() + 1];
        assert_eq!(frames().see(&endless), Err(Broken::Line));
        let nested = vec![b'('; usize::try_from(OPEN).unwrap() + 1];
        assert_eq!(frames().see(&nested), Err(Broken::Line));
        // nothing hides behind what only looks like a literal
        for text in ["* OK told", "+ go on", "A1 NO", "* 1 EXISTS", "* X FETCH ("] {
            let hidden = format!("{text} {{900}}\r\n{}", "(".repeat(800));
            assert_eq!(frames().see(hidden.as_bytes()), Err(Broken::Line), "{text}");
        }
        assert_eq!(frames().see(b"* OK [BADCHARSET ({1001}\r\n"), Err(Broken::Literal(1001)));
        // many small literals in one response do not add up to an endless one
        let mut frames = frames();
        frames.see(b"* 1 FETCH (").unwrap();
        let piece = b"x {1}\r\ny";
        let broken = (0..100_000).find_map(|_| frames.see(piece).err());
        assert!(matches!(broken, Some(Broken::Line)), "{broken:?}");
        let mut frames = self::frames();
        let flood = (0..100_000).find_map(|_| frames.see(b"* OK still here\r\n").err());
        assert_eq!(flood, Some(Broken::Total));
        frames.allow(Allowance { literal: 0, total: 100, answers: 1 });
        assert_eq!(frames.see(b"* OK\r\n"), Ok(()));
        assert_eq!(frames.see(b"* OK\r\n"), Err(Broken::Total), "one answer too many");
    }
}
