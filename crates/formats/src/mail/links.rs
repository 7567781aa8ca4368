//! Links of a mail: where they lead, whether their text says otherwise, and whether they are a large
//! attachment that the sender's mailbox keeps for a while. Nothing is fetched.

use std::collections::BTreeSet;

use hongyan_model::mail::Keeper;
use jiff::ToSpan as _;
use jiff::civil::Date;
use url::Url;

use super::dates;

/// Most links that are kept of a mail.
const MOST: usize = 100;
/// Longest address, bytes.
const LONGEST: usize = 4_000;

/// A link of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// the address, http or https
    pub address: String,
    /// its host, as the browser would ask for it (ASCII)
    pub host: String,
    /// the text that stands on it; may be empty
    pub text: String,
    /// the other host that its text names: the link leads elsewhere than it says
    pub pretends: Option<String>,
    /// where it is a large attachment: who keeps it
    pub large: Option<Keeper>,
}

impl Link {
    /// A link to an address; none unless it is http or https with a host.
    pub(super) fn to(address: &str) -> Option<Link> {
        let address = address.trim();
        if address.len() > LONGEST {
            return None;
        }
        let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let host = url.host_str()?.to_ascii_lowercase();
        let large = keeper(&host, url.path());
        Some(Link { address: url.into(), host, text: String::new(), pretends: None, large })
    }
}

/// The keeper of large attachments behind an address. Hosts and paths were seen in mails of these systems.
fn keeper(host: &str, path: &str) -> Option<Keeper> {
    let under =
        |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    let path = path.to_ascii_lowercase();
    if under("mail.qq.com") && path.contains("ftn") {
        return Some(Keeper::Qq);
    }
    if under("edisk.qiye.163.com") || under("qiye.163.com") && path.contains("attachment") {
        return Some(Keeper::Qiye163);
    }
    if ["mail.163.com", "mail.126.com", "mail.yeah.net"].into_iter().any(under)
        && path.contains("large-attachment")
        || under("fs.163.com")
    {
        return Some(Keeper::Netease);
    }
    if under("cloud.189.cn") {
        return Some(Keeper::Tianyi);
    }
    if under("mail.sina.com.cn") && path.contains("filecenter") {
        return Some(Keeper::Sina);
    }
    if under("caiyun.139.com") || under("yun.139.com") || under("mail.10086.cn") && path.contains("attach") {
        return Some(Keeper::Mobile139);
    }
    if under("pan.baidu.com") {
        return Some(Keeper::Baidu);
    }
    if under("drive.google.com") {
        return Some(Keeper::Google);
    }
    (under("1drv.ms") || under("onedrive.live.com")).then_some(Keeper::Onedrive)
}

/// The links of a mail, each address once.
#[derive(Debug, Default)]
pub(super) struct Links {
    kept: Vec<Link>,
    /// addresses that found no room
    left: BTreeSet<String>,
}

impl Links {
    /// Adds a link with its text.
    pub(super) fn add(&mut self, link: Option<Link>) {
        let Some(mut link) = link else { return };
        if self.kept.len() >= MOST && !self.kept.iter().any(|known| known.address == link.address) {
            self.left.insert(link.address);
            return;
        }
        link.text = hongyan_model::text::clean(&link.text);
        link.pretends = host_in(&link.text).filter(|named| !related(named, &link.host));
        match self.kept.iter_mut().find(|known| known.address == link.address) {
            Some(known) => {
                known.pretends = known.pretends.take().or(link.pretends);
                if known.text.is_empty() {
                    known.text = link.text;
                }
            }
            None => self.kept.push(link),
        }
    }

    /// Adds the addresses that stand in a plain text.
    pub(super) fn add_plain(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find("http") {
            let (_, from) = rest.split_at(at);
            let end = from
                .find(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | '`'))
                .unwrap_or(from.len());
            let (address, after) = from.split_at(end);
            // the sentence goes on behind the address
            let address = address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '*']);
            self.add(Link::to(address));
            rest = if end < 4 { from.get(4..).unwrap_or_default() } else { after };
        }
    }

    /// The links that are kept, and how many others there are.
    pub(super) fn found(self) -> (Vec<Link>, usize) {
        (self.kept, self.left.len())
    }
}

/// The host that a text names as an address: `https://a.cn/b`, `www.a.cn`, `a.cn`.
fn host_in(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = bare.unwrap_or(text);
    let end =
        host.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(host.len());
    let (host, after) = host.split_at(end);
    // without a scheme the whole text has to be an address, not a sentence or the name of a file
    if bare.is_none() && !(after.is_empty() && is_domain(host) || after.starts_with('/')) {
        return None;
    }
    let host = host.trim_matches('.').to_ascii_lowercase();
    (host.contains('.') && host.split('.').all(|label| !label.is_empty())).then_some(host)
}

/// Whether the last label is a usual one; `论文.pdf` and `3.14` are no addresses.
fn is_domain(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    ["cn", "com", "net", "org", "edu", "gov", "hk", "tw", "mo", "jp", "kr", "uk", "de", "eu", "info", "io"]
        .contains(&last.as_str())
}

/// Whether one host belongs to the other: equal, or below the same registered name.
fn related(one: &str, other: &str) -> bool {
    let name = |host: &str| -> String {
        let labels: Vec<&str> = host.rsplit('.').collect();
        // `edu.cn`, `com.hk`, `co.uk`: the registered name has one label more
        let second = labels.get(1).copied().unwrap_or_default();
        let many = labels.first().is_some_and(|last| last.len() == 2)
            && matches!(second, "edu" | "com" | "net" | "org" | "gov" | "ac" | "co");
        labels.into_iter().take(if many { 3 } else { 2 }).collect::<Vec<_>>().join(".")
    };
    name(one) == name(other)
}

/// The day until which the large attachments of a mail are kept, if its text says so.
pub(super) fn kept_until(text: &str, sent: Option<Date>) -> Option<Date> {
    const WORDS: [&str; 12] = [
        "过期时间",
        "到期时间",
        "过期",
        "到期",
        "有效期",
        "失效",
        "保存至",
        "保留至",
        "expires",
        "expire",
        "valid until",
        "available until",
    ];
    let folded = dates::folded(text);
    for (at, word) in WORDS.iter().flat_map(|word| folded.match_indices(word).take(20)) {
        let after: String = folded.get(at + word.len()..).unwrap_or_default().chars().take(30).collect();
        if let Some((_, day)) = dates::dates_in(&after, sent).into_iter().next() {
            return Some(day);
        }
        let head = folded.get(..at).unwrap_or_default();
        let before: String = head.chars().rev().take(24).collect::<Vec<_>>().into_iter().rev().collect();
        if let Some((end, day)) = dates::dates_in(&before, sent).into_iter().next_back()
            && before.len().saturating_sub(end) <= 14
        {
            return Some(day);
        }
        if let (Some(days), Some(sent)) = (days_in(&after).or_else(|| days_in(&before)), sent) {
            return sent.checked_add(days.days()).ok();
        }
    }
    None
}

/// `30天`, `7 days`.
fn days_in(text: &str) -> Option<i32> {
    let at = text.find("天").or_else(|| text.find("日内")).or_else(|| text.find(" day"))?;
    let head = text.get(..at)?.trim_end();
    let digits = head.chars().rev().take_while(char::is_ascii_digit).count();
    let number = head.get(head.len().checked_sub(digits)?..)?;
    number.parse().ok().filter(|days| (1..=366).contains(days))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use hongyan_model::mail::Keeper;

    use super::{Link, Links, kept_until};

    #[test]
    fn a_link_that_says_another_host_is_marked() {
        for (text, href, pretends) in [
            ("https://lib.gxmzu.edu.cn/", "https://evil.example.com/a", Some("lib.gxmzu.edu.cn")),
            ("www.cnki.net", "http://cnki.net.evil.cn/", Some("www.cnki.net")),
            ("https://www.cnki.net/kcms", "https://kns.cnki.net/kcms", None),
            ("lib.a.edu.cn", "https://lib.b.edu.cn/", Some("lib.a.edu.cn")),
            ("点此下载全文", "https://evil.example.com/", None),
            ("论文.pdf", "https://mail.qq.com/cgi-bin/ftnExs_download?k=1", None),
            ("3.14", "https://a.cn/", None),
        ] {
            let mut links = Links::default();
            let mut link = Link::to(href).unwrap();
            link.text = text.to_owned();
            links.add(Some(link));
            assert_eq!(links.found().0[0].pretends.as_deref(), pretends, "{text} {href}");
        }
        for no in [
            "javascript:alert(1)",
            "mailto:a@b.cn",
            "file:///etc/passwd",
            "//a.cn",
            "http://",
            "data:text/html,x",
        ] {
            assert!(Link::to(no).is_none(), "{no}");
        }
    }

    #[test]
    fn addresses_in_a_sentence() {
        let mut links = Links::default();
        links.add_plain(
            "请从http://lib.example.edu.cn/f?id=3。或 https://a.cn/b(c), 下载；http 没有。http://",
        );
        let found: Vec<_> = links.found().0.into_iter().map(|link| link.address).collect();
        assert_eq!(found, ["http://lib.example.edu.cn/f?id=3", "https://a.cn/b(c"]);
    }

    #[test]
    fn large_attachments_have_a_keeper_and_an_end() {
        for (address, keeper) in [
            ("https://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=1&code=2", Keeper::Qq),
            ("https://wx.mail.qq.com/ftn/download?func=3&key=4", Keeper::Qq),
            ("https://mail.163.com/large-attachment-download/index.html?p=X", Keeper::Netease),
            ("https://download.cloud.189.cn/file/downloadFile.action?dt=5", Keeper::Tianyi),
            ("https://edisk.qiye.163.com/api/biz/attachment/download?identity=6", Keeper::Qiye163),
            ("https://mail.sina.com.cn/filecenter/download.php?id=7", Keeper::Sina),
        ] {
            assert_eq!(Link::to(address).unwrap().large, Some(keeper), "{address}");
        }
        assert_eq!(Link::to("https://mail.qq.com.evil.cn/cgi-bin/ftnExs_download").unwrap().large, None);
        let sent = Some(date(2026, 12, 1));
        for (text, day) in [
            ("铜鼓.pdf (61.2M, 2026年12月30日 23:59 到期)", Some(date(2026, 12, 30))),
            ("过期时间：2026-12-16 08:00", Some(date(2026, 12, 16))),
            ("附件有效期30天，请及时下载", Some(date(2026, 12, 31))),
            ("The link expires on December 20, 2026.", Some(date(2026, 12, 20))),
            ("请于12月15日前取书", None),
        ] {
            assert_eq!(kept_until(text, sent), day, "{text}");
        }
    }
}
