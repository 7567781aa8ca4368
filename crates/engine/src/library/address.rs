//! The address of a page where a library takes requests, as a patron copies it out of the browser.

use hongyan_model::library::Library;
use hongyan_model::text::half_width;
use url::Url;

/// Names of the parameter with the tenant id, as the union's pages write them.
const TENANT: [&str; 2] = ["tenant", "tenantid"];

/// What an address says of a library.
pub(super) struct Address {
    host: String,
    tenant: Option<String>,
}

/// Reads an address, with or without its scheme; `None` for words that are none.
pub(super) fn read(text: &str) -> Option<Address> {
    let text: String = text.chars().map(half_width).collect();
    let text = text.trim().to_owned();
    let lower = text.to_ascii_lowercase();
    let whole = if lower.starts_with("http://") || lower.starts_with("https://") {
        text
    } else {
        format!("https://{text}")
    };
    if whole.contains(char::is_whitespace) {
        return None;
    }
    let url = Url::parse(&whole).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    let labels = host.split('.').count();
    let is_name = host.split('.').all(|label| !label.is_empty()) && !host.starts_with("xn--");
    if labels < 2 || !is_name {
        return None;
    }
    // the pages keep it before or behind the sign of the fragment
    let fragment = url.fragment().and_then(|fragment| fragment.split_once('?')).map(|(_, query)| query);
    let pairs = [url.query(), fragment].into_iter().flatten();
    let tenant = pairs
        .flat_map(|query| url::form_urlencoded::parse(query.as_bytes()))
        .find(|(name, _)| TENANT.iter().any(|known| name.eq_ignore_ascii_case(known)))
        .map(|(_, value)| value.trim().to_ascii_lowercase())
        .filter(|value| !value.is_empty());
    Some(Address { host, tenant })
}

impl Address {
    /// Whether it is of a library: by its tenant, else by the host of one of its pages.
    pub(super) fn is_of(&self, library: &Library) -> bool {
        if let Some(tenant) = &self.tenant {
            return library.tenant.eq_ignore_ascii_case(tenant);
        }
        let on_host = |page: &str| Url::parse(page).is_ok_and(|url| url.host_str() == Some(&self.host));
        library.request_pages().iter().any(|named| on_host(&named.page))
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use hongyan_model::library::Library;

    fn found(text: &str) -> Option<Vec<String>> {
        let address = read(text)?;
        let all = Library::carried().into_iter();
        Some(all.filter(|one| address.is_of(one)).map(|one| one.tenant).collect())
    }

    #[test]
    fn a_pasted_address_finds_the_library_by_its_tenant() {
        for text in [
            "https://ill.calis.edu.cn/reader/index.html?tenant=a001962&auth=true",
            " HTTPS://ill.calis.edu.cn/reader/index.html?auth=true&tenant=A001962 ",
            "ill.calis.edu.cn/reader/index.html?tenant=a001962",
            "https://smart.calis.edu.cn/ill/#/apply?tenant=A001962",
            "ｈｔｔｐｓ：／／ill.calis.edu.cn/reader/?tenant=a００１９６２",
        ] {
            assert_eq!(found(text), Some(vec!["a001962".to_owned()]), "{text}");
        }
        // another tenant of the same page is another library
        assert_eq!(found("https://ill.calis.edu.cn/reader/index.html?tenant=a999999"), Some(Vec::new()));
    }

    #[test]
    fn a_host_finds_the_libraries_that_have_a_page_on_it() {
        for text in ["ill.calis.edu.cn", "https://ill.calis.edu.cn/", "http://ILL.calis.edu.cn/reader/"] {
            let tenants = found(text).unwrap();
            assert!(tenants.contains(&"a001634".to_owned()) && tenants.len() > 1, "{text}: {tenants:?}");
        }
        assert_eq!(found("https://evil.example/?x=ill.calis.edu.cn"), Some(Vec::new()));
    }

    #[test]
    fn words_are_no_address() {
        for text in
            ["", "广西民族大学", "hzsf", "a001962", "Guangxi Minzu University", "St. John 大学", "..."]
        {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
