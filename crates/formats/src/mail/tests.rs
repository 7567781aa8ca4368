use hongyan_model::mail::{FileKind, Says};
use jiff::civil::date;

use super::{looks_like, parse, pasted};
use crate::{Budget, Fault};

fn read(bytes: &[u8]) -> super::Mail {
    parse(bytes, &Budget::answer()).unwrap()
}

#[test]
fn what_the_library_gets_wrong_is_repaired() {
    // raw GBK in the subject and the name, GBK text without a declaration
    let mut raw = b"From: ill@lib.example.edu.cn\r\nSubject: \xce\xc4\xcf\xd7\xb4\xab\xb5\xdd\xa3\xba\xcd\xad\xb9\xc4\r\n\
        Date: Tue, 1 Dec 2026 08:00:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
        Content-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xc4\xfa\xc9\xea\xc7\xeb\xb5\xc4\xce\xc4\xcf\xd7\xd2\xd1\xbe\xad\xb4\xab\xb5\xdd\r\n--b\r\n\
        Content-Type: application/pdf; name=\"\xcd\xad\xb9\xc4.pdf\"\r\nContent-Disposition: attachment; filename=\"\xcd\xad\xb9\xc4.pdf\"\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n"
        .to_vec();
    let mail = read(&raw);
    assert_eq!(mail.subject, "文献传递：铜鼓");
    assert_eq!(mail.text, "您申请的文献已经传递");
    assert_eq!(mail.day(), Some(date(2026, 12, 1)));
    assert_eq!((mail.files[0].name.as_str(), mail.files[0].kind), ("铜鼓.pdf", FileKind::Document));
    assert_eq!(mail.files[0].bytes, b"%PDF-1.4\n");
    // a file in a mailbox begins with a line of its own
    raw.splice(0..0, b"From a@b Tue Dec 1 2026\r\n".iter().copied());
    assert_eq!(read(&raw), mail);
}

#[test]
fn a_forwarded_mail_a_layout_and_links() {
    let raw = "Subject: Fwd\r\nFrom: a@b.cn\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n\
        Subject: =?utf-8?B?5Y+W5Lmm6YCa55+l?=\r\nFrom: c@d.cn\r\nContent-Type: multipart/related; boundary=y\r\n\r\n--y\r\n\
        Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>《红楼梦》已到馆，<a href=\"https://evil.cn/\">https://lib.edu.cn/</a></p>\
        <p>超大附件 <a href='https://mail.qq.com/cgi-bin/ftnExs_download?k=1'>铜鼓.pdf</a> 2026年12月30日 到期</p>\r\n--y\r\n\
        Content-Type: image/png\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--y--\r\n--x\r\n\
        Content-Type: application/octet-stream; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+Ig==\r\n--x--\r\n";
    let mail = read(raw.as_bytes());
    assert!(mail.text.starts_with("取书通知\n\n《红楼梦》已到馆"), "{}", mail.text);
    assert_eq!(mail.says(), Some(Says::Pickup { until: None }));
    assert_eq!(mail.links[0].pretends.as_deref(), Some("lib.edu.cn"));
    assert_eq!((mail.links[1].host.as_str(), mail.kept_until), ("mail.qq.com", Some(date(2026, 12, 30))));
    // the picture of the layout is no file
    let files: Vec<_> = mail.files.iter().map(|file| (file.name.as_str(), file.kind)).collect();
    assert_eq!(files, [("winmail.dat", FileKind::Tnef)]);
}

#[test]
fn a_pasted_mail_is_read_by_its_source_or_its_text() {
    let source =
        "Return-Path: <a@b.cn>\nFrom: a@b.cn\nSubject: =?utf-8?B?5Y+W5Lmm6YCa55+l?=\n\n《红楼梦》已到馆";
    assert!(looks_like(source.as_bytes()));
    assert_eq!(pasted(source, &Budget::text()).unwrap().subject, "取书通知");
    let shown = "主题：文献传递结果\n发件人：馆际互借 <ill@lib.cn>\n时间：2026年12月1日\n\n您申请的《论壮族的铜鼓》全文已传，见 https://lib.cn/f?1。";
    let mail = pasted(shown, &Budget::text()).unwrap();
    assert_eq!(
        (mail.subject.as_str(), mail.from_name.as_str(), mail.from_address.as_str()),
        ("文献传递结果", "馆际互借", "ill@lib.cn")
    );
    assert_eq!(mail.links[0].address, "https://lib.cn/f?1");
    assert_eq!(mail.says(), Some(Says::FileCame));
    assert!(pasted(" \n", &Budget::text()).is_err());
    assert!(!looks_like("注意：\n主题: 一".as_bytes()));
    assert!(!looks_like(b"TY  - BOOK\nTI  - x"));
}

#[test]
fn what_is_left_out_is_counted() {
    let mut raw = String::from(
        "Subject: x\r\nFrom: a@b.cn\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n",
    );
    for at in 0..250 {
        // each twice
        raw.push_str(&format!("https://lib.cn/{at} https://lib.cn/{at}\r\n"));
    }
    for at in 0..1_000 {
        raw.push_str(&format!(
            "--b\r\nContent-Type: application/pdf; name=\"{at}.pdf\"\r\nContent-Disposition: attachment\r\n\r\n%PDF-1.4\r\n"
        ));
    }
    raw.push_str("--b--\r\n");
    let mail = read(raw.as_bytes());
    assert_eq!((mail.files.len(), mail.files_left), (100, 900));
    assert_eq!((mail.links.len(), mail.links_left), (100, 150));
    let text: String = (0..130).map(|at| format!("见 https://lib.cn/{at}。\n")).collect();
    let mail = pasted(&text, &Budget::text()).unwrap();
    assert_eq!((mail.links.len(), mail.links_left, mail.files_left), (100, 30, 0));
}

#[test]
fn what_nests_or_multiplies_is_refused() {
    let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(10_000);
    let digest: String = (0..10_000)
        .map(|n| format!("Content-Type: multipart/digest; boundary=b{n}\r\n\r\n--b{n}\r\n"))
        .collect();
    let folded = "Content-Type: message/rfc\r\n 822\r\n\r\n".repeat(10_000);
    for input in [deep, digest, folded] {
        assert_eq!(parse(input.as_bytes(), &Budget::answer()).unwrap_err().fault, Fault::TooDeep);
    }
    let many = "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n".to_owned()
        + &"--b\r\n\r\n".repeat(200_000);
    assert_eq!(parse(many.as_bytes(), &Budget::answer()).unwrap_err().fault, Fault::TooMany);
}

#[test]
fn a_mail_whose_parts_are_nested_wrongly_is_read_as_far_as_it_goes() {
    let bytes = include_bytes!("../../../../tests/fuzz/corpus/mail/broken-nesting.eml");
    let mail = read(bytes);
    assert_eq!(mail.from_address, "ill@lib.example.edu.cn");
}
