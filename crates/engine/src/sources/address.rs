//! Parsing of a source address that a patron enters.

use hongyan_connectors::source::{Access, Protocol, SourceConfig};
use hongyan_model::text::clean;
use url::Url;

use crate::base::problem::{ErrorCode, Problem, Retry};

/// Default database of a Z39.50 target.
const DATABASE: &str = "Default";
/// Query parameters of SRU, which are in the address when somebody pastes that of a response.
const ASKED: [&str; 9] = [
    "operation",
    "version",
    "query",
    "maximumrecords",
    "startrecord",
    "recordschema",
    "recordpacking",
    "recordxmlescaping",
    "stylesheet",
];

/// Parses an address: `https://…` is SRU, `z3950://host:port/db` and `host:port/db` are Z39.50. Full-width
/// characters of a Chinese input method are normalised. The id is left empty.
///
/// # Errors
/// `BadAddress`.
pub(crate) fn read(text: &str) -> Result<SourceConfig, Problem> {
    let text: String = clean(text)
        .chars()
        .map(|c| match c {
            '：' => ':',
            '／' => '/',
            '。' | '．' => '.',
            other => other,
        })
        .filter(|c| !c.is_whitespace())
        .collect();
    let lower = text.to_ascii_lowercase();
    let web = lower.starts_with("http://") || lower.starts_with("https://");
    let (protocol, url) = match lower.split_once("://") {
        Some(_) if web => (Protocol::Sru, sru(&text)?),
        Some(("z3950" | "z39.50" | "z3950s", _)) => {
            (Protocol::Z3950, z3950(text.split_once("://").map_or("", |(_, rest)| rest))?)
        }
        Some(_) => return Err(bad("neither http(s) nor z3950")),
        None => (Protocol::Z3950, z3950(&text)?),
    };
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| bad("no host"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("a user name or password in the address"));
    }
    let name = host.trim_start_matches("www.").to_owned();
    let mut config = SourceConfig::new("", name, protocol, url.as_str());
    config.access = Access::Optional;
    config.page_size = 25;
    config.min_interval_ms = 500;
    Ok(config)
}

fn sru(text: &str) -> Result<Url, Problem> {
    let mut url = Url::parse(text).map_err(|error| bad(error.to_string()))?;
    url.set_fragment(None);
    // an address pasted from the browser: its query parameters are no part of the source's address
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !ASKED.contains(&name.to_ascii_lowercase().as_str()))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    Ok(url)
}

fn z3950(place: &str) -> Result<Url, Problem> {
    let (host, database) = place.split_once('/').unwrap_or((place, ""));
    let database = if database.trim_matches('/').is_empty() { DATABASE } else { database.trim_matches('/') };
    let url = Url::parse(&format!("z3950://{host}/{database}")).map_err(|error| bad(error.to_string()))?;
    let named = url.host_str().is_some_and(|host| host.contains('.') || host == "localhost");
    let numbered = url.host_str().is_some_and(|host| host.contains(':'));
    // a single word is no address; with a port it may be a machine on the local network
    if url.port().is_none() && !place.contains('/') || !(named || numbered || url.port().is_some()) {
        return Err(bad("neither a port nor a database"));
    }
    Ok(url)
}

fn bad(why: impl Into<String>) -> Problem {
    Problem::new(ErrorCode::BadAddress, Retry::Never, why)
}

#[cfg(test)]
mod tests {
    use hongyan_connectors::source::Protocol;

    use super::read;
    use crate::base::problem::ErrorCode;

    fn of(text: &str) -> (Protocol, String, String) {
        let config = read(text).unwrap();
        (config.protocol, config.address, config.name)
    }

    #[test]
    fn nothing_but_the_address_is_needed() {
        use Protocol::{Sru, Z3950};
        let cases = [
            (" https://sru.example/catalogue ", Sru, "https://sru.example/catalogue", "sru.example"),
            ("z3950://opac.example:2100/unicorn", Z3950, "z3950://opac.example:2100/unicorn", "opac.example"),
            ("www.opac.example:210/INNOPAC", Z3950, "z3950://www.opac.example:210/INNOPAC", "opac.example"),
            ("opac.example：210／图书", Z3950, "z3950://opac.example:210/图书", "opac.example"),
            ("Z39.50://opac.example/db", Z3950, "z3950://opac.example/db", "opac.example"),
            ("192.0.2.7:210", Z3950, "z3950://192.0.2.7:210/Default", "192.0.2.7"),
            (
                "https://sru.example/x?version=1.1&operation=searchRetrieve&query=红楼梦&x-collection=ill",
                Sru,
                "https://sru.example/x?x-collection=ill",
                "sru.example",
            ),
        ];
        for (text, protocol, address, name) in cases {
            let (read_protocol, read_address, read_name) = of(text);
            let plain = percent(&read_address);
            assert_eq!(
                (read_protocol, plain.as_str(), read_name.as_str()),
                (protocol, address, name),
                "{text}"
            );
        }
    }

    /// Decodes `%XX` as UTF-8, to make the test readable.
    fn percent(text: &str) -> String {
        let pairs = text.replace('+', "%2B");
        let decoded = url::form_urlencoded::parse(pairs.as_bytes())
            .map(|(k, v)| if v.is_empty() { k.into_owned() } else { format!("{k}={v}") });
        decoded.collect::<Vec<_>>().join("&")
    }

    #[test]
    fn what_is_no_address_is_said() {
        for text in [
            "",
            "红楼梦",
            "opac",
            "file:///etc/passwd",
            "ftp://opac.example/db",
            "https://",
            "https://user:secret@sru.example/",
            "user:secret@opac.example:210/db",
            "opac.example:99999/db",
            "javascript:alert(1)",
            "z3950://",
            "\u{202E}",
        ] {
            let problem = read(text).unwrap_err();
            assert_eq!(problem.code, ErrorCode::BadAddress, "{text}");
            assert!(!problem.detail.contains("secret"), "{text}");
        }
    }
}
