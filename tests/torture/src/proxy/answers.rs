//! Answers that do not come from the library.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};

fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A JSON answer with this status; `retry_after` in seconds, 0 = no header.
pub fn json(status: u16, body: &str, retry_after: u32) -> Vec<u8> {
    let after = retry_after.to_string();
    let mut headers = vec![("content-type", "application/json")];
    if retry_after > 0 {
        headers.push(("retry-after", after.as_str()));
    }
    answer(&format!("{status} Status"), &headers, body.as_bytes())
}

/// A captive portal: 200 and a sign-in page.
pub fn html() -> Vec<u8> {
    page(200)
}

/// A web page with this status, as proxies, gateways and portals send.
pub fn page(status: u16) -> Vec<u8> {
    let page = "<!DOCTYPE html><html lang=\"zh-CN\"><head><title>校园网认证</title></head>\
                <body><form action=\"/login\">请先登录校园网</form></body></html>";
    let mut headers = vec![("content-type", "text/html; charset=utf-8")];
    match status {
        401 => headers.push(("www-authenticate", "Basic realm=\"proxy\"")),
        407 => headers.push(("proxy-authenticate", "Basic realm=\"proxy\"")),
        _ => {}
    }
    answer(&format!("{status} Status"), &headers, page.as_bytes())
}

/// A redirect to another host.
pub fn redirect(status: u16, to: &str) -> Vec<u8> {
    answer(&format!("{status} Elsewhere"), &[("location", to)], b"")
}

/// A decompression bomb: a few bytes that decompress to this many.
///
/// # Panics
/// Never: compressing into memory cannot fail.
pub fn bomb(bytes: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let blank = [b' '; 64 * 1024];
    let mut left = bytes;
    while left > 0 {
        let part = left.min(blank.len());
        packed.write_all(&blank[..part]).expect("writing to memory cannot fail");
        left -= part;
    }
    let body = packed.finish().expect("writing to memory cannot fail");
    answer("201 Created", &[("content-type", "application/json"), ("content-encoding", "gzip")], &body)
}

/// The answer with a shifted `Date` header.
pub(super) fn dated(answer: &[u8], ahead: SignedDuration) -> Vec<u8> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return answer.to_vec();
    };
    let head = String::from_utf8_lossy(&answer[..end]);
    let date = (Timestamp::now() + ahead).strftime("%a, %d %b %Y %H:%M:%S GMT");
    let lines: Vec<String> = head
        .split("\r\n")
        .map(|line| match line.split_once(':') {
            Some((name, _)) if name.eq_ignore_ascii_case("date") => format!("date: {date}"),
            _ => line.to_owned(),
        })
        .collect();
    [lines.join("\r\n").as_bytes(), &answer[end..]].concat()
}

/// The head with a matching length, and the first half of the body.
pub(super) fn half(answer: &[u8]) -> Vec<u8> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return answer.to_vec();
    };
    let (head, body) = (String::from_utf8_lossy(&answer[..end]), &answer[end + 4..]);
    let lines: Vec<&str> = head
        .split("\r\n")
        .filter(|line| {
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            !matches!(name.as_str(), "content-length" | "transfer-encoding" | "connection")
        })
        .collect();
    let half = &body[..body.len() / 2];
    let mut bytes =
        format!("{}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", lines.join("\r\n"), half.len())
            .into_bytes();
    bytes.extend_from_slice(half);
    bytes
}
