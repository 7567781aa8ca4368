//! Which addresses the library's window may visit.

use tauri::Url;

/// Whether the window may go to an address. Only secure pages, and what a page makes by itself (an empty
/// frame, a blob). Our own scheme is refused: a foreign page shall not show ours beside its own.
///
/// On Linux and macOS the engine asks for every frame of a page as well, so that no list of hosts is kept
/// here: it would block a captcha and the sign-in of a university.
pub(super) fn may_visit(address: &Url) -> bool {
    match address.scheme() {
        "https" => true,
        "http" => on_this_machine(address),
        "about" => matches!(address.path(), "blank" | "srcdoc"),
        "blob" => true,
        _ => false,
    }
}

/// Ports of other services, which browsers open for no page (Fetch Standard, "bad port"). An engine says nothing of it.
const CLOSED_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514,
    515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723,
    2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// Whether an address of the network has a port that no page is opened from.
pub(super) fn has_closed_port(address: &Url) -> bool {
    matches!(address.scheme(), "http" | "https")
        && address.port().is_some_and(|port| CLOSED_PORTS.contains(&port))
}

/// Whether this is a page of a test on this machine. No release believes an address without TLS.
fn on_this_machine(address: &Url) -> bool {
    cfg!(feature = "demo") && address.host_str() == Some("127.0.0.1")
}

/// Name of a file that an address leads to, for the question whether to take it; empty if it names none.
pub(super) fn name_of(address: &Url) -> String {
    let last = address.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    percent_decoded(last)
}

/// Decodes `%E9%93%9C`; what is not UTF-8 stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let pair = (byte == b'%').then(|| ahead.next().zip(ahead.next())).flatten();
        let value = pair.and_then(|(high, low)| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(high)? * 16 + digit(low)?).ok()
        });
        match value {
            Some(value) => {
                bytes.push(value);
                rest = ahead;
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{has_closed_port, may_visit, name_of};

    fn url(text: &str) -> tauri::Url {
        text.parse().unwrap()
    }

    #[test]
    fn only_secure_pages_are_visited() {
        for good in
            ["https://smart.calis.edu.cn/", "https://图书馆.cn:8443/x?y#z", "about:blank", "about:srcdoc"]
        {
            assert!(may_visit(&url(good)), "{good}");
        }
        for bad in [
            "http://smart.calis.edu.cn/",
            "http://127.0.0.1.evil.example/",
            "http://localhost@evil.example/",
            "file:///etc/passwd",
            "tauri://localhost/index.html",
            "http://tauri.localhost/",
            "ipc://localhost/rpc",
            "javascript:alert(1)",
            "data:text/html,x",
            "hongyan://request?title=x",
            "about:config",
            "mailto:ill@example.edu.cn",
        ] {
            assert!(!may_visit(&url(bad)), "{bad}");
        }
    }

    #[test]
    fn ports_of_other_services_are_no_pages() {
        for closed in ["https://127.0.0.1:1", "https://ill.example:22/form", "http://127.0.0.1:6000/"] {
            assert!(has_closed_port(&url(closed)), "{closed}");
        }
        for open in ["https://ill.example/", "https://ill.example:8443/", "http://127.0.0.1:8080/"] {
            assert!(!has_closed_port(&url(open)), "{open}");
        }
    }

    #[test]
    fn a_download_has_the_name_of_its_address() {
        assert_eq!(name_of(&url("https://x.example/f/%E9%93%9C%E9%BC%93.pdf?sid=1")), "铜鼓.pdf");
        assert_eq!(name_of(&url("https://x.example/f/50%25%ZZ.pdf")), "50%%ZZ.pdf");
        assert_eq!(name_of(&url("https://x.example/%FF%FE")), "%FF%FE");
        assert_eq!(name_of(&url("https://x.example/")), "");
    }
}
