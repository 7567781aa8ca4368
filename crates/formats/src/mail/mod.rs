//! Mails as patrons have them: a file `.eml`, the source of a mail, or the text of one that was copied out of
//! a web mailbox. `mail-parser` finds the parts and undoes their transfer encodings (RFC 5322, RFC 2045); what
//! the bytes of texts and names mean is settled here, because it is wrong there for what Chinese systems
//! write: raw GBK in a header or a file name, a character split over two encoded words, RFC 2231 pieces in
//! GB 18030, text without a declared encoding.
//!
//! An HTML body is read for its words and shown nowhere. Nothing is fetched.

mod attached;
pub(crate) mod charset;
mod dates;
mod header;
mod html;
mod links;
mod pasted;
pub mod pdf;
mod words;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mail_parser::{Encoding, HeaderName, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

use hongyan_model::mail::Says;
use hongyan_model::text::{clean, clip};

pub use attached::Attached;
pub use links::Link;
pub use pasted::{looks_like, pasted};
pub use words::says;

use crate::{Budget, Fault, ReadError};
use charset::Known;
use links::Links;

/// Most lines that may be header fields or boundaries: each costs many times its bytes in memory.
const MAX_LINES: usize = 60_000;
/// Most words that may open a mail inside a mail: they nest, and what nests is dropped recursively.
const MAX_NESTING_WORDS: usize = 200;
/// How deep mails inside mails are read.
const MAX_DEPTH: usize = 4;
/// Most files of a mail.
const MAX_FILES: usize = 100;
/// Most characters of text that are kept.
const MAX_TEXT: usize = 400_000;
/// Most characters of a subject, a name, an address.
const MAX_FIELD: usize = 500;

/// A mail, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// subject, cleaned; may be empty
    pub subject: String,
    /// name of the sender; may be empty
    pub from_name: String,
    /// address of the sender as the mail says (anybody can write anything there); may be empty
    pub from_address: String,
    /// when it says that it was sent
    pub sent: Option<Timestamp>,
    /// its Message-ID without brackets; may be empty
    pub message_id: String,
    /// the words of all its texts, and of mails inside it, line by line
    pub text: String,
    /// its links, each once
    pub links: Vec<Link>,
    /// how many more links it has, each counted once, that are not among `links`
    pub links_left: usize,
    /// until when its large attachments are kept, if it says so
    pub kept_until: Option<Date>,
    /// its files, without the pictures of its layout
    pub files: Vec<Attached>,
    /// how many more files it has that are not among `files`
    pub files_left: usize,
}

impl Mail {
    /// The day on which it was sent, in the time of Chinese libraries.
    pub fn day(&self) -> Option<Date> {
        // no rules of summer time since 1991; what is asked is the day in the letter
        let china = TimeZone::fixed(jiff::tz::offset(8));
        self.sent.map(|sent| sent.to_zoned(china).date())
    }

    /// Everything that may name a request: subject, words, addresses, names of files.
    pub fn words(&self) -> String {
        let links = self.links.iter().map(|link| link.address.as_str());
        let files = self.files.iter().map(|file| file.name.as_str());
        let all = [self.subject.as_str(), self.text.as_str()].into_iter().chain(links).chain(files);
        all.collect::<Vec<_>>().join("\n")
    }

    /// What its words seem to mean.
    pub fn says(&self) -> Option<Says> {
        says(&self.subject, &self.text, self.day())
    }
}

/// Reads a mail.
///
/// # Errors
/// [`ReadError`] when the bytes have no header of a mail, or exceed the budget.
pub fn parse(bytes: &[u8], budget: &Budget) -> Result<Mail, ReadError> {
    budget.take_bytes(bytes.len(), 0)?;
    let bytes = from_start(bytes);
    check(bytes, budget)?;
    let parser = MessageParser::new().with_mime_headers().with_date_headers();
    let message = parser.parse(bytes).filter(|message| !message.parts.is_empty());
    let message = message.ok_or_else(|| ReadError::at(0, "no header of a mail"))?;
    let mut reading = Reading { budget, mail: Mail::default(), links: Links::default(), length: 0 };
    reading.head(&message);
    reading.walk(message, 0)?;
    let Reading { mut mail, links, .. } = reading;
    mail.text = lines(&mail.text);
    (mail.links, mail.links_left) = links.found();
    if mail.links.iter().any(|link| link.large.is_some()) {
        mail.kept_until = links::kept_until(&mail.text, mail.day());
    }
    Ok(mail)
}

/// Without a mark of the byte order, blank lines, or the line that begins a mail in a mailbox file.
fn from_start(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    match bytes.strip_prefix(b"From ").and_then(|rest| memchr::memchr(b'\n', rest).map(|at| (rest, at))) {
        Some((rest, at)) => rest.get(at + 1..).unwrap_or_default(),
        None => bytes,
    }
}

/// Refuses what would take memory out of proportion, or nest too deep.
fn check(bytes: &[u8], budget: &Budget) -> Result<(), ReadError> {
    let mut count = 0;
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let head = line.get(..80.min(line.len())).unwrap_or_default();
        let field = memchr::memchr(b':', head).is_some_and(|colon| {
            head.get(..colon)
                .is_some_and(|name| name.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' '))
        });
        if field || head.starts_with(b"--") {
            count += 1;
            if count > MAX_LINES {
                return Err(ReadError::over(at, Fault::TooMany));
            }
        }
        at += line.len();
    }
    budget.take_nodes(count, 0)?;
    // white space inside of the words, as folded lines have it, does not hide them
    let mut tail = [0u8; 6];
    let mut nests = 0;
    for byte in bytes.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        tail.rotate_left(1);
        if let Some(last) = tail.last_mut() {
            *last = byte.to_ascii_lowercase();
        }
        if matches!(&tail, b"rfc822" | b"global" | b"digest") {
            nests += 1;
            if nests > MAX_NESTING_WORDS {
                return Err(ReadError::over(0, Fault::TooDeep));
            }
        }
    }
    Ok(())
}

struct Reading<'b> {
    budget: &'b Budget,
    mail: Mail,
    links: Links,
    /// characters of text so far
    length: usize,
}

/// The raw value of a field.
fn field<'m>(part: &MessagePart<'_>, name: &HeaderName<'_>, raw: &'m [u8]) -> Option<&'m [u8]> {
    let header = part.headers.iter().find(|header| header.name == *name)?;
    raw.get(usize::try_from(header.offset_start).ok()?..usize::try_from(header.offset_end).ok()?)
}

fn one_line(text: &str) -> String {
    clip(&clean(text), MAX_FIELD)
}

/// Encodings that a mail declares anywhere.
fn known_in(message: &Message<'_>, raw: &[u8]) -> Known {
    let mut known = Known::default();
    for part in &message.parts {
        if let Some(charset) = part.content_type().and_then(|kind| kind.attribute("charset")) {
            known.hear(charset);
        }
        for name in [HeaderName::Subject, HeaderName::From] {
            for label in field(part, &name, raw).map(header::labels).unwrap_or_default() {
                known.hear(&label);
            }
        }
    }
    // a subject of four characters says little about its encoding, the text below it much
    let texts =
        message.parts.iter().filter(|part| matches!(part.body, PartType::Text(_) | PartType::Html(_)));
    for part in texts.take(4) {
        known.look(unencoded(part, raw).as_slice());
    }
    known
}

impl Reading<'_> {
    /// Subject, sender, day.
    fn head(&mut self, message: &Message<'_>) {
        let raw = message.raw_message.as_ref();
        let known = known_in(message, raw);
        let Some(root) = message.parts.first() else { return };
        if let Some(subject) = field(root, &HeaderName::Subject, raw) {
            self.mail.subject = one_line(&unescaped(header::text(subject, known)));
        }
        if let Some(from) = field(root, &HeaderName::From, raw) {
            let (name, address) = header::sender(from, known);
            self.mail.from_name = one_line(&name);
            self.mail.from_address = one_line(&address);
        }
        if let Some(id) = field(root, &HeaderName::MessageId, raw) {
            let id = header::text(id, known);
            self.mail.message_id = one_line(id.trim().trim_matches(['<', '>']));
        }
        self.mail.sent = message.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    }

    fn walk(&mut self, message: Message<'_>, depth: usize) -> Result<(), ReadError> {
        let known = known_in(&message, message.raw_message.as_ref());
        if depth > 0 {
            // a forwarded mail: its subject is text of this one
            let raw = message.raw_message.as_ref();
            let subject = message.parts.first().and_then(|root| field(root, &HeaderName::Subject, raw));
            let subject = subject.map(|raw| header::text(raw, known)).unwrap_or_default();
            self.add(&subject);
        }
        let Message { parts, raw_message, .. } = message;
        let raw = raw_message.as_ref();
        for part in parts {
            self.budget.look(usize::try_from(part.offset_body).unwrap_or_default())?;
            self.part(part, raw, known, depth)?;
        }
        Ok(())
    }

    fn part(
        &mut self,
        mut part: MessagePart<'_>,
        raw: &[u8],
        known: Known,
        depth: usize,
    ) -> Result<(), ReadError> {
        let body = std::mem::take(&mut part.body);
        let name = file_name(&part, raw, known);
        let attachment = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
        let media_type = part.content_type().map(|kind| match kind.subtype() {
            Some(subtype) => format!("{}/{subtype}", kind.ctype()),
            None => kind.ctype().to_owned(),
        });
        let media_type = media_type.unwrap_or_default();
        match body {
            PartType::Multipart(_) => {}
            PartType::Message(inner) if depth < MAX_DEPTH => self.walk(inner, depth + 1)?,
            PartType::Message(_) => {}
            PartType::Text(_) | PartType::Html(_) => {
                let html = matches!(body, PartType::Html(_)) || media_type.eq_ignore_ascii_case("text/html");
                // the library's own decoding is not used
                drop(body);
                let bytes = unencoded(&part, raw);
                if attachment || !name.is_empty() {
                    self.file(&name, &media_type, bytes);
                } else {
                    let said =
                        part.content_type().and_then(|kind| kind.attribute("charset")).map(str::to_owned);
                    let said = said.or_else(|| if html { declared_inside(&bytes) } else { None });
                    let text = known.decode(&bytes, said.as_deref());
                    self.budget.take_bytes(text.len(), 0)?;
                    if html {
                        let text = html::text(&text, &mut self.links);
                        self.add(&text);
                    } else {
                        let text = unescaped(text);
                        // the text of a link in HTML is not one more link
                        self.links.add_plain(&text);
                        self.add(&text);
                    }
                }
            }
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                // pictures of the layout are referred to by their id
                let layout = media_type.to_ascii_lowercase().starts_with("image/")
                    && !attachment
                    && part.content_id().is_some();
                if !layout {
                    self.file(&name, &media_type, bytes.into_owned());
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, name: &str, media_type: &str, bytes: Vec<u8>) {
        if bytes.is_empty() && name.is_empty() {
            return;
        }
        if self.mail.files.len() < MAX_FILES {
            self.mail.files.push(Attached::of(name, media_type, bytes));
        } else {
            self.mail.files_left += 1;
        }
    }

    fn add(&mut self, text: &str) {
        let room = MAX_TEXT.saturating_sub(self.length);
        self.mail.text.extend(text.chars().take(room));
        self.mail.text.push('\n');
        self.length += text.chars().count() + 1;
    }
}

/// The name of a part: of its disposition, else of its type.
fn file_name(part: &MessagePart<'_>, raw: &[u8], known: Known) -> String {
    let of = |header: HeaderName<'_>, parameter: &str| {
        let found = header::parameters(field(part, &header, raw)?, known);
        let value = found.into_iter().find(|(name, _)| name == parameter)?.1;
        Some(one_line(&value)).filter(|value| !value.is_empty())
    };
    of(HeaderName::ContentDisposition, "filename")
        .or_else(|| of(HeaderName::ContentType, "name"))
        .unwrap_or_default()
}

/// Without the references to characters (`&#32534;`) that some systems put where an encoding has none.
fn unescaped(text: String) -> String {
    if text.contains("&#") { crate::markup::decode_entities(&text) } else { text }
}

/// The bytes of a text as they were before they were made fit for transfer.
fn unencoded(part: &MessagePart<'_>, raw: &[u8]) -> Vec<u8> {
    let from = usize::try_from(part.offset_body).unwrap_or_default();
    let to = usize::try_from(part.offset_end).unwrap_or_default();
    let raw = raw.get(from..to).or_else(|| raw.get(from..)).unwrap_or_default();
    match part.encoding {
        Encoding::Base64 => header::base64(raw),
        Encoding::QuotedPrintable => mail_parser::decoders::quoted_printable::quoted_printable_decode(raw)
            .unwrap_or_else(|| raw.to_vec()),
        Encoding::None => raw.to_vec(),
    }
}

/// The encoding that an HTML text declares in itself.
fn declared_inside(html: &[u8]) -> Option<String> {
    let head = html.get(..2_000.min(html.len()))?.to_ascii_lowercase();
    let at = memchr::memmem::find(&head, b"charset=")?;
    let label = head.get(at + 8..)?.iter().skip_while(|byte| matches!(byte, b'"' | b'\''));
    let label: Vec<u8> = label
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        .copied()
        .collect();
    String::from_utf8(label).ok()
}

/// Lines, each cleaned; several empty ones are one.
fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines() {
        let line = clean(line);
        if line.is_empty() && blank {
            continue;
        }
        blank = line.is_empty();
        out.push_str(&line);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests;
