//! The text and the links of an HTML body. It is read for its words only and shown nowhere, so nothing is
//! kept of its markup.

use html5gum::{DefaultEmitter, Token, Tokenizer};

use super::links::{Link, Links};

/// Most characters of text that are kept.
const TEXT: usize = 200_000;
/// Most characters of the text of one link.
const LINK_TEXT: usize = 500;

/// Elements after which a line ends.
const BLOCKS: [&[u8]; 22] = [
    b"p",
    b"div",
    b"br",
    b"tr",
    b"li",
    b"ul",
    b"ol",
    b"table",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"hr",
    b"blockquote",
    b"pre",
    b"dt",
    b"dd",
    b"section",
    b"article",
    b"title",
];
/// Elements whose content is no text of the mail.
const SILENT: [&[u8]; 5] = [b"script", b"style", b"head", b"noscript", b"template"];

/// Reads the text; its links are added to `links`.
pub(super) fn text(html: &str, links: &mut Links) -> String {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut out = String::new();
    let mut length = 0;
    let mut silent: Option<Vec<u8>> = None;
    let mut open: Option<Link> = None;
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let name = tag.name.as_slice();
                if silent.is_some() {
                    // a head that is never closed ends where the body begins
                    if name == b"body" {
                        silent = None;
                    }
                    continue;
                }
                if SILENT.contains(&name) && !tag.self_closing {
                    silent = Some(name.to_vec());
                } else if name == b"a" {
                    links.add(open.take());
                    let href = tag.attributes.get(b"href".as_slice());
                    open = href.and_then(|href| Link::to(&String::from_utf8_lossy(href)));
                } else if BLOCKS.contains(&name) {
                    out.push('\n');
                } else if matches!(name, b"td" | b"th") {
                    out.push(' ');
                }
            }
            Token::EndTag(tag) => {
                let name = tag.name.as_slice();
                if silent.as_deref() == Some(name) {
                    silent = None;
                } else if silent.is_none() && name == b"a" {
                    links.add(open.take());
                } else if silent.is_none() && BLOCKS.contains(&name) {
                    out.push('\n');
                }
            }
            Token::String(text) if silent.is_none() => {
                let text = String::from_utf8_lossy(&text);
                if let Some(link) = &mut open {
                    link.text.extend(text.chars().take(LINK_TEXT.saturating_sub(link.text.chars().count())));
                }
                // a line that is broken in the source is none in the text
                let room = TEXT.saturating_sub(length);
                out.extend(text.chars().take(room).map(|c| if c.is_whitespace() { ' ' } else { c }));
                length += text.chars().count();
            }
            _ => {}
        }
    }
    links.add(open);
    out
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::mail::links::Links;

    #[test]
    fn words_stay_and_markup_goes() {
        let mut links = Links::default();
        let html = "<html><head><title>x</title><style>a{}</style></head><body><p>您申请的<b>《论壮族的\n铜鼓》</b>&nbsp;已到</p>\
                    <script>alert('红')</script><table><tr><td>编号</td><td>HY-1</td></tr></table>\
                    <a href=\"https://lib.example.cn/a?b=1&amp;c=2\">下载<i>全文</i></a><a href=\"javascript:x\">y</a><a href=mailto:a@b>z";
        let got = text(html, &mut links);
        let lines: Vec<_> = got.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["您申请的《论壮族的 铜鼓》\u{20}已到", "编号 HY-1", "下载全文yz"]);
        let (links, _) = links.found();
        assert_eq!(links.len(), 1);
        assert_eq!(
            (links[0].address.as_str(), links[0].text.as_str()),
            ("https://lib.example.cn/a?b=1&c=2", "下载全文")
        );
    }
}
