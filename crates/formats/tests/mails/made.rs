//! Mails in the manner of mailboxes and library systems, in the encodings that they use and misuse. The bytes are
//! made here by `encoding_rs` and by hand, never by the code under test.

use encoding_rs::{BIG5, Encoding, GB18030, GBK, ISO_2022_JP, UTF_8};

/// Numbers that look random and are the same in every run.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// How the bytes of a mail are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Written {
    /// says gb2312, has characters of GBK; encoded words and body in base64 (QQ 邮箱)
    Gb2312Base64,
    /// GBK, quoted-printable (163)
    GbkQuoted,
    /// GB 18030 in base64, the file's name in pieces of RFC 2231 (Coremail)
    Gb18030Pieces,
    /// Big5 in base64
    Big5Base64,
    /// UTF-8, encoded words cut inside of characters
    Utf8Cut,
    /// UTF-8, quoted-printable
    Utf8Quoted,
    /// ISO-2022-JP
    Iso2022Jp,
    /// GBK as it is, in header and body, nothing declared
    RawGbk,
    /// UTF-8 as it is, nothing declared
    RawUtf8,
    /// HTML in GBK that says so inside of itself only (Outlook)
    HtmlMeta,
    /// GBK that says iso-8859-1
    WrongLabel,
}

pub const ALL: [Written; 11] = [
    Written::Gb2312Base64,
    Written::GbkQuoted,
    Written::Gb18030Pieces,
    Written::Big5Base64,
    Written::Utf8Cut,
    Written::Utf8Quoted,
    Written::Iso2022Jp,
    Written::RawGbk,
    Written::RawUtf8,
    Written::HtmlMeta,
    Written::WrongLabel,
];

impl Written {
    pub fn encoding(self) -> &'static Encoding {
        match self {
            Written::Gb2312Base64
            | Written::GbkQuoted
            | Written::RawGbk
            | Written::HtmlMeta
            | Written::WrongLabel => GBK,
            Written::Gb18030Pieces => GB18030,
            Written::Big5Base64 => BIG5,
            Written::Iso2022Jp => ISO_2022_JP,
            Written::Utf8Cut | Written::Utf8Quoted | Written::RawUtf8 => UTF_8,
        }
    }

    /// Whether the encoding has all characters of a text.
    pub fn can(self, text: &str) -> bool {
        !self.encoding().encode(text).2
    }
}

pub fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let value =
            three.iter().fold(0u32, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            out.push(if place <= three.len() {
                SIGNS[(value >> (18 - 6 * place) & 63) as usize] as char
            } else {
                '='
            });
        }
    }
    out
}

fn quoted(bytes: &[u8], header: bool) -> String {
    let mut out = String::new();
    let mut line = 0;
    for byte in bytes {
        let plain = byte.is_ascii_alphanumeric() || !header && matches!(byte, b' '..=b'~' if *byte != b'=');
        let piece = match byte {
            b'\n' if !header => "\r\n".to_owned(),
            _ if plain => char::from(*byte).to_string(),
            _ => format!("={byte:02X}"),
        };
        line = if piece == "\r\n" { 0 } else { line + piece.len() };
        out.push_str(&piece);
        if !header && line > 70 {
            out.push_str("=\r\n");
            line = 0;
        }
    }
    out
}

fn words(bytes: &[u8], label: &str, kind: char, size: usize) -> Vec<u8> {
    let words: Vec<String> = bytes
        .chunks(size)
        .map(|piece| {
            let content = if kind == 'B' { base64(piece) } else { quoted(piece, true) };
            format!("=?{label}?{kind}?{content}?=")
        })
        .collect();
    words.join("\r\n ").into_bytes()
}

fn whole(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

fn lines_of_base64(bytes: &[u8]) -> Vec<u8> {
    base64(bytes).as_bytes().chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..])
}

/// A field with text.
fn field(name: &str, text: &str, written: Written) -> Vec<u8> {
    let bytes = whole(text, written.encoding());
    let value = match written {
        Written::Gb2312Base64 => words(&bytes, "gb2312", 'B', 4000),
        Written::GbkQuoted => words(&bytes, "GBK", 'Q', 12),
        Written::Gb18030Pieces | Written::HtmlMeta => words(&bytes, "gb18030", 'B', 30),
        Written::Big5Base64 => words(&bytes, "big5", 'B', 24),
        // 31 bytes end inside of a character sooner or later
        Written::Utf8Cut => words(&bytes, "UTF-8", 'B', 31),
        Written::Utf8Quoted => words(&bytes, "utf-8", 'Q', 15),
        // each word begins and ends in ASCII
        Written::Iso2022Jp => {
            let pieces: Vec<char> = text.chars().collect();
            let words = pieces.chunks(9).map(|piece| {
                let piece: String = piece.iter().collect();
                format!("=?ISO-2022-JP?B?{}?=", base64(&whole(&piece, ISO_2022_JP)))
            });
            words.collect::<Vec<_>>().join("\r\n ").into_bytes()
        }
        Written::RawGbk | Written::RawUtf8 => bytes,
        Written::WrongLabel => words(&bytes, "iso-8859-1", 'Q', 20),
    };
    [name.as_bytes(), b": ", &value, b"\r\n"].concat()
}

fn disposition(name: &str, written: Written) -> Vec<u8> {
    let bytes = whole(name, written.encoding());
    let percent = |bytes: &[u8]| bytes.iter().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let value = match written {
        Written::Gb18030Pieces => {
            let pieces = bytes.chunks(15).enumerate().map(|(at, piece)| {
                let label = if at == 0 { "gb18030''" } else { "" };
                format!("\r\n filename*{at}*={label}{}", percent(piece))
            });
            pieces.collect::<Vec<_>>().join(";").into_bytes()
        }
        Written::Utf8Cut => format!("filename*=UTF-8''{}", percent(&bytes)).into_bytes(),
        Written::RawGbk | Written::RawUtf8 | Written::WrongLabel => {
            [b"filename=\"", bytes.as_slice(), b"\""].concat()
        }
        Written::Iso2022Jp => {
            [b"filename=\"", words(&bytes, "iso-2022-jp", 'B', 4000).as_slice(), b"\""].concat()
        }
        _ => {
            let label = match written {
                Written::Big5Base64 => "big5",
                Written::Utf8Quoted => "utf-8",
                _ => "gbk",
            };
            [b"filename=\"", words(&bytes, label, 'B', 4000).as_slice(), b"\""].concat()
        }
    };
    [b"Content-Disposition: attachment; ", value.as_slice(), b"\r\n"].concat()
}

/// A body with the headers of its part.
fn body(text: &str, html: bool, written: Written) -> Vec<u8> {
    let kind = if html { "html" } else { "plain" };
    let text = if html && written == Written::HtmlMeta {
        format!(
            "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><meta http-equiv=Content-Type content=\"text/html; charset=gbk\"><style>p.MsoNormal{{margin:0}}</style></head><body lang=ZH-CN>{text}</body></html>"
        )
    } else {
        text.to_owned()
    };
    let bytes = whole(&text, written.encoding());
    let (label, transfer, content) = match written {
        Written::Gb2312Base64 => ("; charset=\"gb2312\"", "base64", lines_of_base64(&bytes)),
        Written::GbkQuoted => ("; charset=GBK", "quoted-printable", quoted(&bytes, false).into_bytes()),
        Written::Gb18030Pieces => ("; charset=\"gb18030\"", "base64", lines_of_base64(&bytes)),
        Written::Big5Base64 => ("; charset=big5", "base64", lines_of_base64(&bytes)),
        Written::Utf8Cut => ("; charset=UTF-8", "base64", lines_of_base64(&bytes)),
        Written::Utf8Quoted => ("; charset=utf-8", "quoted-printable", quoted(&bytes, false).into_bytes()),
        Written::Iso2022Jp => ("; charset=ISO-2022-JP", "7bit", bytes),
        Written::RawGbk | Written::RawUtf8 => ("", "8bit", bytes),
        Written::HtmlMeta => ("", "quoted-printable", quoted(&bytes, false).into_bytes()),
        Written::WrongLabel => ("; charset=iso-8859-1", "8bit", bytes),
    };
    let head = format!("Content-Type: text/{kind}{label}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n");
    [head.as_bytes(), &content, b"\r\n"].concat()
}

/// What a mail is about, as text.
pub struct Letter {
    pub subject: String,
    pub from: String,
    /// lines
    pub text: String,
    /// name of an attached PDF
    pub file: Option<String>,
}

/// Which mailbox or system wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Qq,
    Netease,
    Coremail,
    Outlook,
    System,
}

pub const MANNERS: [Manner; 5] =
    [Manner::Qq, Manner::Netease, Manner::Coremail, Manner::Outlook, Manner::System];

/// The bytes of a mail.
pub fn mail(letter: &Letter, written: Written, manner: Manner) -> Vec<u8> {
    let lines = || letter.text.lines();
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let html = match manner {
        Manner::Qq => lines().map(|line| format!("<div>{}</div>\n", escaped(line))).collect::<String>(),
        Manner::Netease => format!(
            "<div style=\"line-height:1.7;color:#000000;font-size:14px\"><div>{}</div></div><br><span title=\"neteasefooter\"><p>&nbsp;</p></span>\n",
            lines().map(escaped).collect::<Vec<_>>().join("<br/>\n")
        ),
        Manner::Coremail => lines().map(|line| format!("<p>{}</p>\n", escaped(line))).collect(),
        Manner::Outlook => lines()
            .map(|line| {
                format!(
                    "<p class=MsoNormal><span\nstyle='font-size:10.5pt'>{}<o:p></o:p></span></p>\n",
                    escaped(line)
                )
            })
            .collect(),
        Manner::System => lines()
            .map(|line| match line.split_once('：') {
                Some((name, value)) => {
                    format!("<tr><td><b>{}</b></td><td>{}</td></tr>\n", escaped(name), escaped(value))
                }
                None => format!("<tr><td colspan=2>{}</td></tr>\n", escaped(line)),
            })
            .collect::<String>(),
    };
    let html = if manner == Manner::System { format!("<table>{html}</table>") } else { html };
    let mut out = Vec::new();
    out.extend(b"Return-Path: <ill@lib.example.edu.cn>\r\nReceived: from mx.example.edu.cn ([10.1.2.3]) by mail.example.cn; Tue, 1 Dec 2026 08:00:00 +0800\r\n");
    out.extend(field(
        "From",
        &format!("{} <ill@lib.example.edu.cn>", letter.from),
        if written == Written::RawGbk || written == Written::RawUtf8 { written } else { Written::Utf8Quoted },
    ));
    out.extend(field("Subject", &letter.subject, written));
    out.extend(b"Date: Tue, 1 Dec 2026 08:00:00 +0800\r\nMessage-ID: <1@lib.example.edu.cn>\r\nMIME-Version: 1.0\r\n");
    let plain_text = format!("{}\n", letter.text);
    let inner = match manner {
        Manner::Qq | Manner::Coremail => {
            let mut part =
                b"Content-Type: multipart/alternative; boundary=\"----=_alt\"\r\n\r\n------=_alt\r\n"
                    .to_vec();
            part.extend(body(&plain_text, false, written));
            part.extend(b"------=_alt\r\n");
            part.extend(body(&html, true, written));
            part.extend(b"------=_alt--\r\n");
            part
        }
        Manner::Netease | Manner::Outlook => body(&html, true, written),
        // half of the systems write plain text
        Manner::System if written == Written::HtmlMeta || letter.file.is_some() => body(&html, true, written),
        Manner::System => body(&plain_text, false, written),
    };
    match &letter.file {
        None => out.extend(inner),
        Some(name) => {
            out.extend(b"Content-Type: multipart/mixed;\r\n boundary=\"=_mixed\"\r\n\r\nThis is a multi-part message in MIME format.\r\n--=_mixed\r\n");
            out.extend(inner);
            out.extend(b"--=_mixed\r\nContent-Type: application/octet-stream\r\n");
            out.extend(disposition(name, written));
            out.extend(b"Content-Transfer-Encoding: base64\r\n\r\n");
            out.extend(lines_of_base64(b"%PDF-1.4\nhello"));
            out.extend(b"\r\n--=_mixed--\r\n");
        }
    }
    out
}
