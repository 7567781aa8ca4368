//! Files that come with a mail, and what they are.

use hongyan_model::mail::FileKind;

/// A file that came with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// its name as the mail has it, cleaned; not a path, not safe as a file name
    pub name: String,
    /// its media type as the bytes say, else as the mail says, else by its name
    pub media_type: String,
    /// what it is
    pub kind: FileKind,
    /// its content
    pub bytes: Vec<u8>,
}

/// The ending of a name, in lower case.
fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.trim().to_ascii_lowercase()).unwrap_or_default()
}

/// Media types by the first bytes; a name may lie.
fn by_bytes(bytes: &[u8]) -> Option<&'static str> {
    let head = bytes.get(..1024.min(bytes.len())).unwrap_or_default();
    if memchr::memmem::find(head, b"%PDF-").is_some() {
        return Some("application/pdf");
    }
    let starts: [(&[u8], &'static str); 10] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"AT&TFORM", "image/vnd.djvu"),
        (b"Rar!\x1a\x07", "application/vnd.rar"),
        (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
        (b"CAJ", "application/caj"),
        (b"MZ", "application/vnd.microsoft.portable-executable"),
    ];
    let found = starts.iter().find(|(start, _)| head.starts_with(start)).map(|(_, kind)| *kind);
    found.or_else(|| {
        head.starts_with(b"PK\x03\x04").then(|| {
            let epub = memchr::memmem::find(head, b"application/epub+zip").is_some();
            if epub { "application/epub+zip" } else { "application/zip" }
        })
    })
}

/// Media types by the ending of a name.
const ENDINGS: [(&str, &str); 19] = [
    ("pdf", "application/pdf"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("djvu", "image/vnd.djvu"),
    ("epub", "application/epub+zip"),
    ("zip", "application/zip"),
    ("rar", "application/vnd.rar"),
    ("7z", "application/x-7z-compressed"),
    ("caj", "application/caj"),
    ("nh", "application/caj"),
    ("kdh", "application/caj"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("txt", "text/plain"),
    ("msg", "application/vnd.ms-outlook"),
    ("eml", "message/rfc822"),
];

/// Media types of what a patron asked to read.
const DOCUMENTS: [&str; 12] = [
    "application/pdf",
    "image/tiff",
    "image/jpeg",
    "image/png",
    "image/vnd.djvu",
    "application/epub+zip",
    "application/zip",
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/caj",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
];

impl Attached {
    /// A file by its name, declared type and bytes.
    pub fn of(name: &str, declared: &str, bytes: Vec<u8>) -> Attached {
        let name = hongyan_model::text::clip(&hongyan_model::text::clean(name), 200);
        let by_name = || ENDINGS.iter().find(|(known, _)| *known == ending(&name)).map(|(_, kind)| *kind);
        let mut media_type = match by_bytes(&bytes) {
            // an office document is an archive too
            Some("application/zip") if ending(&name) == "docx" => {
                by_name().unwrap_or("application/zip").to_owned()
            }
            Some(kind) => kind.to_owned(),
            None => match declared.trim().to_ascii_lowercase() {
                kind if kind.is_empty() || kind == "application/octet-stream" => {
                    by_name().unwrap_or("application/octet-stream").to_owned()
                }
                kind => kind,
            },
        };
        media_type.retain(|c| c.is_ascii_graphic());
        let kind = if media_type == "application/ms-tnef" || name.eq_ignore_ascii_case("winmail.dat") {
            FileKind::Tnef
        } else if media_type == "application/vnd.ms-outlook" || ending(&name) == "msg" {
            FileKind::Outlook
        } else if DOCUMENTS.contains(&media_type.as_str()) {
            FileKind::Document
        } else {
            FileKind::Other
        };
        Attached { name, media_type, kind, bytes }
    }
}

#[cfg(test)]
mod tests {
    use hongyan_model::mail::FileKind;

    use super::Attached;

    #[test]
    fn the_bytes_say_what_it_is_before_the_name_does() {
        for (name, declared, bytes, media_type, kind) in [
            ("铜鼓.pdf", "application/octet-stream", &b"%PDF-1.4"[..], "application/pdf", FileKind::Document),
            ("铜鼓", "text/plain", b"\xef\xbb\xbf%PDF-1.4", "application/pdf", FileKind::Document),
            (
                "发票.pdf",
                "application/pdf",
                b"MZ\x90",
                "application/vnd.microsoft.portable-executable",
                FileKind::Other,
            ),
            ("winmail.dat", "application/octet-stream", b"x", "application/octet-stream", FileKind::Tnef),
            ("a.dat", "", b"\x78\x9f\x3e\x22..", "application/ms-tnef", FileKind::Tnef),
            ("铜鼓.caj", "", b"HN\x00", "application/caj", FileKind::Document),
            ("会议.ics", "text/calendar", b"BEGIN", "text/calendar", FileKind::Other),
            ("信.msg", "", b"\xd0\xcf", "application/vnd.ms-outlook", FileKind::Outlook),
        ] {
            let file = Attached::of(name, declared, bytes.to_vec());
            assert_eq!((file.media_type.as_str(), file.kind), (media_type, kind), "{name}");
        }
    }
}
