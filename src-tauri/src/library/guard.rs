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
    use super::{may_visit, name_of};

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
    fn a_download_has_the_name_of_its_address() {
        assert_eq!(name_of(&url("https://x.example/f/%E9%93%9C%E9%BC%93.pdf?sid=1")), "铜鼓.pdf");
        assert_eq!(name_of(&url("https://x.example/f/50%25%ZZ.pdf")), "50%%ZZ.pdf");
        assert_eq!(name_of(&url("https://x.example/%FF%FE")), "%FF%FE");
        assert_eq!(name_of(&url("https://x.example/")), "");
    }
}
