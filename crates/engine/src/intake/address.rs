//! Addresses of our own scheme, which any page and any program on this machine may call:
//! `hongyan://request?<OpenURL>` and `hongyan://search?q=<words>`. They only say what the patron may want to do.

use hongyan_model::text::{clean, clip};
use url::Url;

/// The scheme; the shell registers it.
const SCHEME: &str = "hongyan";
/// Longest address that is read, bytes; browsers and systems pass less.
const MAX_ADDRESS: usize = 16 * 1024;
/// Longest words for the search box, characters.
const MAX_WORDS: usize = 500;

/// What an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// a form for the work of this OpenURL
    Request(String),
    /// these words in the search box
    Search(String),
}

/// Reads an address; none for anything but the two forms: too long, another scheme, a name, a password, a port, a
/// path, a fragment.
pub(super) fn read(address: &str) -> Option<Wish> {
    if address.len() > MAX_ADDRESS || address.chars().any(char::is_control) {
        return None;
    }
    let url = Url::parse(address.trim()).ok()?;
    let plain = url.scheme() == SCHEME
        && url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none()
        && url.fragment().is_none()
        && matches!(url.path(), "" | "/");
    let query = url.query().filter(|query| plain && !query.is_empty())?;
    match url.host_str()?.to_ascii_lowercase().as_str() {
        // it is one because the address says so, whatever its keys are
        "request" => Some(Wish::Request(format!("{SCHEME}://request?url_ver=Z39.88-2004&{query}"))),
        "search" => {
            let words = url
                .query_pairs()
                .find(|(key, _)| key == "q")
                .map(|(_, words)| clip(&clean(&words), MAX_WORDS))?;
            (!words.is_empty()).then_some(Wish::Search(words))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_ADDRESS, Wish, read};

    #[test]
    fn the_two_forms() {
        let wish = read("hongyan://request?rft.genre=book&rft.btitle=%E7%BA%A2%E6%A5%BC%E6%A2%A6");
        let Some(Wish::Request(text)) = wish else { panic!("{wish:?}") };
        assert!(text.ends_with("&rft.genre=book&rft.btitle=%E7%BA%A2%E6%A5%BC%E6%A2%A6"), "{text}");
        // some systems add a slash, some browsers leave Chinese as it is
        assert!(matches!(read("hongyan://request/?title=红楼梦"), Some(Wish::Request(_))));
        for address in
            ["hongyan://search?q=%E9%93%9C%E9%BC%93+%E7%BA%B9%E9%A5%B0", "HONGYAN://Search/?x=1&q=铜鼓 纹饰"]
        {
            assert_eq!(read(address), Some(Wish::Search("铜鼓 纹饰".into())), "{address}");
        }
        let long = read(&format!("hongyan://search?q={}", "鼓".repeat(3000)));
        assert!(matches!(long, Some(Wish::Search(words)) if words.chars().count() <= 501));
    }

    #[test]
    fn anything_else_is_none() {
        for address in [
            "",
            "hongyan:",
            "hongyan://",
            "hongyan://request",
            "hongyan://request?",
            "hongyan://search?q=",
            "hongyan://search?q=%20%0A",
            "hongyan://search?x=1",
            "hongyan://quit?q=1",
            "hongyan:request?title=a",
            "hongyan:///request?title=a",
            "hongyan://a@request?title=b",
            "hongyan://a:b@request?title=c",
            "hongyan://request:80?title=a",
            "hongyan://request/submit?title=a",
            "hongyan://request/../settings?title=a",
            "hongyan://request?title=a#/settings",
            "hongyan://request?title=a\n--flag",
            "https://request?title=a",
            "javascript:alert(1)",
            "file:///etc/passwd?title=a",
            "--help",
            "红楼梦",
        ] {
            assert_eq!(read(address), None, "{address:?}");
        }
        assert_eq!(read(&format!("hongyan://request?title={}", "a".repeat(MAX_ADDRESS))), None);
    }
}
