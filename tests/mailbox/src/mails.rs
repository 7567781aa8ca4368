//! Mails as Chinese libraries and strangers send them.

/// The mail of number `n`, with CRLF: a Chinese subject in an encoded word, and a body of some lines.
pub fn mail(n: usize) -> Vec<u8> {
    let subject = encoded(&format!("您申请的文献《论壮族的铜鼓》第{n}篇已送达"));
    let from = encoded("图书馆文献传递");
    let text = format!(
        "Received: from mx.example.edu.cn by mail.example.cn; Mon, 30 Nov 2026 08:00:00 +0800\r\n\
         From: {from} <ill@lib.example.edu.cn>\r\nTo: <wei@example.cn>\r\nSubject: {subject}\r\n\
         Date: Mon, 30 Nov 2026 08:00:00 +0800\r\nMessage-ID: <{n}@lib.example.edu.cn>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         韦同学：\r\n\r\n附件是您要的全文（{n}）。\r\n. 行首的点\r\n* BYE 不是服务器说的\r\n)\r\n"
    );
    text.into_bytes()
}

/// A mail of about so many bytes.
pub fn large(n: usize, bytes: usize) -> Vec<u8> {
    let mut mail = mail(n);
    let line = [&[b'A'; 76][..], b"\r\n"].concat();
    while mail.len() < bytes {
        mail.extend_from_slice(&line);
    }
    mail
}

/// An encoded word (RFC 2047) in UTF-8.
pub fn encoded(text: &str) -> String {
    format!("=?UTF-8?B?{}?=", base64(text.as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let n = chunk.iter().fold(0_u32, |n, byte| n << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let sign = SIGNS[(n >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(sign) } else { '=' });
        }
    }
    out
}
