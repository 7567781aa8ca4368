//! Mail providers: which host has the mails of an address, and how one signs in there.

use super::{MailServer, PORT};

/// What is given at LOGIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserForm {
    /// the whole address
    Address,
    /// the part before the `@`
    LocalPart,
}

/// What opens the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// an authorisation code (授权码) that the patron makes at the provider, in place of the password
    Code,
    /// an app password, which needs sign-in in two steps
    AppPassword,
    /// OAuth and nothing else: cannot be read
    OauthOnly,
}

/// A provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// stable name, for the words of its steps: `163`, `qq` …
    pub id: &'static str,
    /// domains of its addresses with the host that has them; empty for companies, which have their own domains
    pub domains: &'static [(&'static str, &'static str)],
    /// the host for an address of another domain; none where there are no such
    pub host: Option<&'static str>,
    /// what is given at LOGIN
    pub user: UserForm,
    /// what opens it
    pub access: Access,
}

const fn by_code(id: &'static str, domains: &'static [(&'static str, &'static str)]) -> Provider {
    Provider { id, domains, host: None, user: UserForm::Address, access: Access::Code }
}

const fn of_companies(id: &'static str, host: &'static str) -> Provider {
    Provider { host: Some(host), ..by_code(id, &[]) }
}

/// All known providers, in the order in which they are offered.
pub const PROVIDERS: [Provider; 13] = [
    by_code("163", &[("163.com", "imap.163.com"), ("vip.163.com", "imap.vip.163.com")]),
    by_code("126", &[("126.com", "imap.126.com"), ("vip.126.com", "imap.vip.126.com")]),
    by_code("yeah", &[("yeah.net", "imap.yeah.net")]),
    Provider {
        user: UserForm::LocalPart,
        ..by_code("qq", &[("qq.com", "imap.qq.com"), ("vip.qq.com", "imap.qq.com")])
    },
    by_code("foxmail", &[("foxmail.com", "imap.qq.com")]),
    of_companies("exmail", "imap.exmail.qq.com"),
    of_companies("qiye163", "imap.qiye.163.com"),
    by_code("aliyun", &[("aliyun.com", "imap.aliyun.com")]),
    of_companies("qiyealiyun", "imap.qiye.aliyun.com"),
    by_code(
        "sina",
        &[("sina.com", "imap.sina.com"), ("sina.cn", "imap.sina.cn"), ("vip.sina.com", "imap.vip.sina.com")],
    ),
    by_code("139", &[("139.com", "imap.139.com")]),
    Provider {
        access: Access::AppPassword,
        ..by_code("gmail", &[("gmail.com", "imap.gmail.com"), ("googlemail.com", "imap.gmail.com")])
    },
    Provider {
        access: Access::OauthOnly,
        ..by_code(
            "outlook",
            &[
                ("outlook.com", "outlook.office365.com"),
                ("hotmail.com", "outlook.office365.com"),
                ("live.com", "outlook.office365.com"),
                ("live.cn", "outlook.office365.com"),
                ("msn.com", "outlook.office365.com"),
            ],
        )
    },
];

/// What is known of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// of a provider whose host is known
    Known {
        /// the provider
        provider: &'static Provider,
        /// where its mailbox is
        server: MailServer,
    },
    /// of a provider that takes OAuth only: the mail has to be dropped by hand
    OauthOnly(&'static Provider),
    /// of a domain that we do not know: the host is asked for
    Ask {
        /// hosts that are usual, the likeliest first
        guesses: Vec<MailServer>,
    },
    /// not an address
    NotAnAddress,
}

/// What is known of an address, without asking anybody.
pub fn provider(address: &str) -> Found {
    let Some((local, domain)) = parts(address) else { return Found::NotAnAddress };
    let at = |host: &str, form| MailServer {
        host: host.to_owned(),
        port: PORT,
        user: user(&local, &domain, form),
    };
    for provider in &PROVIDERS {
        let Some((_, host)) = provider.domains.iter().find(|(of, _)| *of == domain) else { continue };
        if provider.access == Access::OauthOnly {
            return Found::OauthOnly(provider);
        }
        return Found::Known { provider, server: at(host, provider.user) };
    }
    let guesses = ["imap", "mail"].map(|first| at(&format!("{first}.{domain}"), UserForm::Address));
    Found::Ask { guesses: guesses.to_vec() }
}

impl Provider {
    /// Where this provider has the mailbox of an address of any domain; none if it has only its own domains, or
    /// if that is no address.
    pub fn server(&self, address: &str) -> Option<MailServer> {
        let (local, domain) = parts(address)?;
        let known = self.domains.iter().find(|(of, _)| *of == domain).map(|(_, host)| *host);
        let host = known.or(self.host)?;
        Some(MailServer { host: host.to_owned(), port: PORT, user: user(&local, &domain, self.user) })
    }
}

fn user(local: &str, domain: &str, form: UserForm) -> String {
    match form {
        UserForm::Address => format!("{local}@{domain}"),
        UserForm::LocalPart => local.to_owned(),
    }
}

/// Local part and domain, in lower case and by its ASCII name. Full-width signs of an input method are read.
fn parts(address: &str) -> Option<(String, String)> {
    let typed: String =
        address.trim().chars().map(hongyan_model::text::half_width).collect::<String>().replace('。', ".");
    let (local, domain) = typed.split_once('@')?;
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()\",;:\\@".contains(c);
    if local.is_empty() || !local.chars().all(is_plain) || !domain.chars().all(is_plain) {
        return None;
    }
    match url::Host::parse(domain) {
        Ok(url::Host::Domain(domain)) if domain.contains('.') && !domain.ends_with('.') => {
            Some((local.to_owned(), domain))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, Found, PROVIDERS, provider};

    fn known(address: &str) -> (String, String) {
        match provider(address) {
            Found::Known { server, .. } => (server.host, server.user),
            other => panic!("{address}: {other:?}"),
        }
    }

    #[test]
    fn the_address_names_the_host() {
        let pair = |host: &str, user: &str| (host.to_owned(), user.to_owned());
        assert_eq!(known("wei@163.com"), pair("imap.163.com", "wei@163.com"));
        assert_eq!(known(" Wei@YEAH.net "), pair("imap.yeah.net", "Wei@yeah.net"));
        assert_eq!(known("10001@qq.com"), pair("imap.qq.com", "10001"));
        assert_eq!(known("wei@foxmail.com"), pair("imap.qq.com", "wei@foxmail.com"));
        assert_eq!(known("13900000000@139.com").0, "imap.139.com");
        assert_eq!(known("wei＠１２６．com").0, "imap.126.com");
        assert_eq!(known("wei@163。com").0, "imap.163.com");
        for oauth in ["a@outlook.com", "a@hotmail.com", "a@live.cn"] {
            assert!(
                matches!(provider(oauth), Found::OauthOnly(p) if p.access == Access::OauthOnly),
                "{oauth}"
            );
        }
    }

    #[test]
    fn of_other_domains_the_host_is_asked_for() {
        let Found::Ask { guesses } = provider("wei@gxmzu.edu.cn") else { panic!("asked for") };
        let hosts: Vec<_> = guesses.iter().map(|guess| guess.host.as_str()).collect();
        assert_eq!(hosts, ["imap.gxmzu.edu.cn", "mail.gxmzu.edu.cn"]);
        let exmail = PROVIDERS.iter().find(|provider| provider.id == "exmail").unwrap();
        let server = exmail.server("wei@某大学.cn").unwrap();
        assert_eq!(
            (server.host.as_str(), server.user.as_str()),
            ("imap.exmail.qq.com", "wei@xn--pss25cmzt.cn")
        );
        assert!(PROVIDERS[0].server("wei@gxmzu.edu.cn").is_none());
    }

    #[test]
    fn what_is_no_address_is_none() {
        for typed in [
            "",
            "韦",
            "@163.com",
            "a@",
            "a b@163.com",
            "a@b@163.com",
            "a@localhost",
            "a@1.2.3.4",
            "a@163.com\r\nX",
        ] {
            assert_eq!(provider(typed), Found::NotAnAddress, "{typed}");
        }
    }
}
