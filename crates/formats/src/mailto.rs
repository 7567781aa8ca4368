//! Writes a mail as a `mailto` address (RFC 6068), for the patron's own mail program.

/// A mail as an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailto {
    /// `mailto:…`, ASCII
    pub address: String,
    /// some lines of the body found no room
    pub cut: bool,
}

/// The address that opens a mail to `to`, which must be a plain address, with a subject and lines of a body, in UTF-8.
/// No longer than `longest` bytes, because systems cut longer ones without a word: lines that find no room are left
/// out, shorter ones after them may stay, and `rest` is the last line then.
pub fn mailto(to: &str, subject: &str, body: &[String], rest: &str, longest: usize) -> Mailto {
    // a line break in a header would begin another header
    let header = |text: &str| encoded(&text.replace(char::is_control, " "));
    let mut address = format!("mailto:{}?subject={}&body=", header(to), header(subject));
    let line = |text: &str| format!("{}%0D%0A", encoded(text));
    let lines: Vec<String> = body.iter().map(|text| line(text)).collect();
    if address.len() + lines.iter().map(String::len).sum::<usize>() <= longest {
        address.extend(lines);
        return Mailto { address, cut: false };
    }
    let rest = line(rest);
    for line in lines {
        if address.len() + line.len() + rest.len() <= longest {
            address.push_str(&line);
        }
    }
    address.push_str(&rest);
    Mailto { address, cut: true }
}

/// Percent-encodes all but the unreserved characters of RFC 3986 §2.3 and `@`, which every mail program takes.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // writing into a string cannot fail
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::mailto;

    /// What a mail program reads: subject and body, by a library that is not ours.
    fn read(address: &str) -> (String, String, String) {
        let url = url::Url::parse(address).unwrap();
        assert_eq!(url.scheme(), "mailto");
        // the query of a mailto has no plus for a blank, so it may be read as a form
        let mut said = url.query_pairs().into_owned();
        let (subject, body) = (said.next().unwrap(), said.next().unwrap());
        assert_eq!((subject.0.as_str(), body.0.as_str(), said.next()), ("subject", "body", None));
        (url.path().to_owned(), subject.1, body.1)
    }

    #[test]
    fn a_mail_is_read_as_it_was_written() {
        let body = ["您好：", "题名：C++ & 铜鼓 = 100% ?#", "页码：1+2"].map(str::to_owned);
        let mail = mailto("ill@lib.example.edu.cn", "文献传递 HY-7K3M9QX\r\nBcc: x@y.cn", &body, "", 2000);
        assert!(mail.address.is_ascii() && !mail.address.contains('+') && !mail.cut);
        let (to, subject, said) = read(&mail.address);
        assert_eq!(
            (to.as_str(), subject.as_str()),
            ("ill@lib.example.edu.cn", "文献传递 HY-7K3M9QX  Bcc: x@y.cn")
        );
        assert_eq!(said.lines().collect::<Vec<_>>(), body);
    }

    #[test]
    fn no_address_is_longer_than_systems_take() {
        let body =
            ["鸿雁号：HY-7K3M9QX".to_owned(), "题名：".to_owned() + &"铜鼓".repeat(400), "期：3".to_owned()];
        let mail = mailto("ill@example.edu.cn", "申请", &body, "其余见粘贴的全文", 1900);
        assert!(mail.cut && mail.address.len() <= 1900, "{}", mail.address.len());
        let (_, _, said) = read(&mail.address);
        assert_eq!(said.lines().collect::<Vec<_>>(), ["鸿雁号：HY-7K3M9QX", "期：3", "其余见粘贴的全文"]);
    }
}
