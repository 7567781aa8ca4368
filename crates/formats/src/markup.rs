//! Removes HTML from values: some sources put anchors and highlighting into names and titles.

use hongyan_model::text;

/// Strips tags, decodes entities once, and cleans the text. A `<` that does not begin a tag is kept; the
/// content of `script` and `style` is removed.
pub fn strip_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let inner = tag.strip_prefix('<').unwrap_or_default();
        let Some((name, after)) = tag_at(inner) else {
            out.push('<');
            rest = inner;
            continue;
        };
        rest = after;
        let lower = name.to_ascii_lowercase();
        // JATS and MathML use prefixes: <jats:p>, <mml:mi>
        let local = lower.trim_start_matches('/').rsplit(':').next().unwrap_or_default();
        if !lower.starts_with('/') && matches!(local, "script" | "style" | "annotation" | "tex-math") {
            rest = skip_to_end(rest, &lower);
        } else if matches!(local, "br" | "p" | "div" | "li" | "tr" | "td" | "h1" | "h2" | "title" | "sec") {
            out.push(' ');
        }
    }
    out.push_str(rest);
    text::clean(&decode_entities(&out))
}

/// Parses a tag after its `<`: its name, and the rest of the text. Quoted attributes may contain `>`.
fn tag_at(inner: &str) -> Option<(&str, &str)> {
    let first = inner.trim_start_matches('/').chars().next()?;
    if !first.is_ascii_alphabetic() && first != '!' {
        return None;
    }
    let mut quote = None;
    // limited, so that a text full of `<` does not take quadratic time
    for (at, c) in inner.char_indices().take(2000) {
        match (quote, c) {
            (None, '>') => {
                let name = inner.split([' ', '>', '\t', '\n', '\r']).next().unwrap_or_default();
                let name = if name.len() > 1 { name.strip_suffix('/').unwrap_or(name) } else { name };
                return Some((name, inner.get(at + 1..).unwrap_or_default()));
            }
            // the next tag begins before this one ends, so this is not a tag
            (None, '<') => return None,
            (None, '"' | '\'') if inner.get(..at).is_some_and(|s| s.trim_end().ends_with('=')) => {
                quote = Some(c)
            }
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

/// The text after the end tag with a name, case-insensitively. Scans only forward, because there may be
/// thousands.
fn skip_to_end<'a>(rest: &'a str, name: &str) -> &'a str {
    let ends = |at: &usize| {
        let inner = rest.as_bytes().get(at + 1..).unwrap_or_default().strip_prefix(b"/").unwrap_or_default();
        inner.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    let Some(at) = memchr::memchr_iter(b'<', rest.as_bytes()).find(ends) else {
        return "";
    };
    let tail = rest.get(at..).unwrap_or_default();
    tail.split_once('>').map_or("", |(_, after)| after)
}

/// Decodes named and numeric character references once.
pub fn decode_entities(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        out.push_str(before);
        let inner = entity.strip_prefix('&').unwrap_or_default();
        let end = inner.char_indices().take(12).find(|(_, c)| *c == ';').map(|(end, _)| end);
        match end.and_then(|end| Some((named(inner.get(..end)?)?, inner.get(end + 1..)?))) {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

fn named(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" => ' ',
        "middot" => '·',
        "bull" => '•',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "laquo" => '«',
        "raquo" => '»',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "times" => '×',
        "copy" => '©',
        "reg" => '®',
        "deg" => '°',
        "alpha" => 'α',
        "beta" => 'β',
        "gamma" => 'γ',
        "mu" | "micro" => 'μ',
        "eacute" => 'é',
        "egrave" => 'è',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "szlig" => 'ß',
        "ccedil" => 'ç',
        "ntilde" => 'ñ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::strip_html;

    #[test]
    fn tags_go_text_stays() {
        for (html, want) in [
            (r#"<a onClick="go('a>b')">曹雪芹</a>"#, "曹雪芹"),
            ("<em>红楼梦</em>研究", "红楼梦研究"),
            ("A &amp; B &lt;i&gt; &#x7EA2;&#27004;", "A & B <i> 红楼"),
            ("若 a < b 则", "若 a < b 则"),
            ("若a<b则", "若a<b则"),
            ("x<script>alert('红')</script>y", "xy"),
            ("x<SCRIPT>'红'</p></scripts</Script >y<style>z", "xy"),
            ("一<br/>二", "一 二"),
            ("&notaname; &", "&notaname; &"),
            ("<b", "<b"),
            ("AT&T; 公司", "AT&T; 公司"),
            ("l'<i>Éc</i>ole", "l'École"),
            (
                "<jats:title>摘要</jats:title><jats:p>壮族<jats:italic>麽经</jats:italic></jats:p>",
                "摘要 壮族麽经",
            ),
            (
                "质量 <mml:math><mml:msup><mml:mi>c</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>",
                "质量 c2",
            ),
            ("式 <math><mi>E</mi><annotation>\\mathrm{E}</annotation></math>", "式 E"),
        ] {
            assert_eq!(strip_html(html), want, "{html}");
        }
    }
}
